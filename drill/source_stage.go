package drill

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/cgi"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tillwatch/tillwatch/app"
	"github.com/tillwatch/tillwatch/app/report"
)

// keyID is the key's name in the drill's register.
const keyID = "customers-api"

// sourceStage is a public repository served over HTTP by git itself, a contractor's copy of it, the customers' server that
// the key opens, and the register of the shop, in folders of its own.
type sourceStage struct {
	dir, bare, copy, hook string
	url                   string
	keys                  *app.Keys
	candidate             app.KeyCandidate
	api                   *customerServer
	server                *http.Server
	env                   func(string) string

	mu     sync.Mutex
	alarms []string
}

func openSourceStage(ctx context.Context) (s *sourceStage, err error) {
	dir, err := os.MkdirTemp("", "tillwatch-drill-")
	if err != nil {
		return nil, err
	}
	site := filepath.Join(dir, "site.key")
	s = &sourceStage{dir: dir, bare: filepath.Join(dir, "shop.git"), copy: filepath.Join(dir, "copy"), env: func(name string) string {
		if name == "TILLWATCH_SITE_KEY_FILE" {
			return site
		}
		return ""
	}}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	if s.keys, err = app.OpenKeys(ctx, filepath.Join(dir, "state"), s.env); err != nil {
		return s, err
	}
	if s.api, err = openCustomerServer(ctx); err != nil {
		return s, err
	}
	if _, err = s.git(ctx, dir, "init", "--quiet", "--bare", "--initial-branch=main", s.bare); err != nil {
		return s, err
	}
	if err = s.serve(ctx); err != nil {
		return s, err
	}
	if _, err = s.git(ctx, dir, "clone", "--quiet", s.url, s.copy); err != nil {
		return s, err
	}
	_, err = s.git(ctx, s.copy, "checkout", "--quiet", "-B", "main")
	return s, err
}

// serve lets git's own program answer for the repository, as a source host does.
func (s *sourceStage) serve(ctx context.Context) error {
	where, err := s.git(ctx, s.dir, "--exec-path")
	if err != nil {
		return err
	}
	if _, err := s.git(ctx, s.bare, "config", "http.receivepack", "true"); err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.url = fmt.Sprintf("http://%s/shop.git", listener.Addr())
	s.server = &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: &cgi.Handler{
		Path: filepath.Join(strings.TrimSpace(where), "git-http-backend"),
		Env:  []string{"GIT_PROJECT_ROOT=" + s.dir, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_NOSYSTEM=1"},
	}}
	go func() { _ = s.server.Serve(listener) }()
	return nil
}

// register puts the key into the register, sets the trap, and hands the contractor the filter with its hook.
func (s *sourceStage) register(ctx context.Context, executable string) error {
	var err error
	if s.candidate, err = app.KeyValue(keyID, []byte(s.api.current())); err != nil {
		return err
	}
	_, err = s.keys.Add(ctx, []app.KeyCandidate{s.candidate}, app.KeyDetails{
		ID: keyID, Kind: "api", Owner: "tanaka", Opens: []string{fmt.Sprintf("GET /v1/customers: name,email @ %d", customerCount)},
	}, time.Now())
	if err != nil {
		return err
	}
	if err := s.setTrap(ctx); err != nil {
		return err
	}
	filter, err := s.keys.Filter(ctx, time.Now())
	if err != nil {
		return err
	}
	file := filepath.Join(s.dir, "shop.filter")
	if err := os.WriteFile(file, filter.Text, 0o600); err != nil {
		return err
	}
	s.hook = filepath.Join(s.copy, ".git", "hooks", app.PrePush)
	if out, err := s.command(ctx, s.copy, executable, "hook", "install", "--filter", file).CombinedOutput(); err != nil {
		return fmt.Errorf("install the hook: %w: %s", err, out)
	}
	return nil
}

// setTrap gives what the customers' server refuses to a trap that knows the register as it is now.
func (s *sourceStage) setTrap(ctx context.Context) error {
	trap, err := s.keys.Trap(ctx, func(a app.KeyAlarm) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.alarms = append(s.alarms, a.Rule)
	})
	if err == nil {
		s.api.refusedBy(trap)
	}
	return err
}

// trapped are the rules of the alarms that the trap raised.
func (s *sourceStage) trapped() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.alarms)
}

// contractorWrites commits one file.
func (s *sourceStage) contractorWrites(ctx context.Context, name, text, message string) error {
	file := filepath.Join(s.copy, filepath.FromSlash(name))
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(text), 0o600)); err != nil {
		return err
	}
	if _, err := s.git(ctx, s.copy, "add", "--all"); err != nil {
		return err
	}
	_, err := s.git(ctx, s.copy, "commit", "--quiet", "-m", message)
	return err
}

// push gives what git and the hook say of it.
func (s *sourceStage) push(ctx context.Context) (complaint string, err error) {
	out, err := s.command(ctx, s.copy, "git", "push", "--quiet", "origin", "main").CombinedOutput()
	return string(out), err
}

// thiefClones gives all that a stranger's copy of the repository holds, in every version.
func (s *sourceStage) thiefClones(ctx context.Context) (string, error) {
	if _, err := s.git(ctx, s.dir, "clone", "--quiet", s.url, filepath.Join(s.dir, "loot")); err != nil {
		return "", err
	}
	return s.git(ctx, filepath.Join(s.dir, "loot"), "log", "--patch", "--all")
}

// check looks at the repository as a user would.
func (s *sourceStage) check(ctx context.Context) (*report.Report, error) {
	r, err := app.Check(ctx, app.CheckConfig{Targets: []string{s.url}, StateDir: filepath.Join(s.dir, "state"), Shopper: app.Shopper{Env: s.env}})
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for _, g := range r.NotSeen {
		return nil, fmt.Errorf("the check could not look at %s: %s", g.Place, g.Why)
	}
	return r, nil
}

// command runs a program as the contractor, with nothing of this machine's own configuration.
func (s *sourceStage) command(ctx context.Context, dir, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0",
		"GIT_AUTHOR_NAME=A Contractor", "GIT_AUTHOR_EMAIL="+contractor, "GIT_COMMITTER_NAME=A Contractor", "GIT_COMMITTER_EMAIL="+contractor)
	return cmd
}

func (s *sourceStage) git(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := s.command(ctx, dir, "git", args...)
	var complaint strings.Builder
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w: %s", args[0], err, strings.TrimSpace(complaint.String()))
	}
	return string(out), nil
}

func (s *sourceStage) close() error {
	var errs []error
	if s.server != nil {
		errs = append(errs, s.server.Close())
	}
	if s.api != nil {
		errs = append(errs, s.api.http.Close())
	}
	if s.keys != nil {
		errs = append(errs, s.keys.Close())
	}
	return errors.Join(append(errs, os.RemoveAll(s.dir))...)
}
