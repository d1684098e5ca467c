package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/inventory"
	"github.com/tillwatch/tillwatch/key"
)

// Gate knows the keys that must not pass: those of the register that are active, or those of a contractor's filter.
type Gate struct {
	matcher *key.Matcher
	keys    []key.Key // of a filter, only their IDs are known
}

// OpenGate reads the register in a state folder or, where filter names one, that file instead. Errors are a *[UsageError]
// where the operator can mend them: a gate that knows no key would let every one through.
func OpenGate(ctx context.Context, stateDir, filter string, env func(string) string, now time.Time) (*Gate, error) {
	if filter != "" {
		text, err := readBounded(filter, key.MaxFile)
		if err != nil {
			return nil, usagef("ask the shop for it: tillwatch key filter writes it", "the filter cannot be read: %v", err)
		}
		f, err := key.ParseFilter(text)
		if err != nil {
			return nil, usagef("ask the shop for another: tillwatch key filter writes it", "the filter %s cannot be used: %v", filter, err)
		}
		g := &Gate{matcher: f.Matcher()}
		for _, id := range f.Names() {
			g.keys = append(g.keys, key.Key{ID: id})
		}
		return g, nil
	}
	keys, err := openRegistered(ctx, stateDir, env)
	if err != nil {
		return nil, err
	}
	nothing := usagef("tillwatch key add registers one; a contractor names the shop's filter with --filter", "no active key is registered in %s, so none can be held back", stateDir)
	if keys == nil {
		return nil, nothing
	}
	defer keys.Close()
	b, err := keys.read(ctx)
	if err != nil {
		return nil, err
	}
	g := &Gate{}
	var prints []key.Print
	for _, one := range b.Register.Keys {
		if one.Standing(now) == key.Active && !slices.Contains(b.Lost, one.ID) {
			g.keys, prints = append(g.keys, one), append(prints, one.Print)
		}
	}
	if len(prints) == 0 {
		return nil, nothing
	}
	site, err := keys.site(b)
	if lost := (lostSiteKey{}); errors.As(err, &lost) {
		return nil, usagef(lostHint, "%s", lost.why)
	}
	g.matcher = key.NewMatcher(site, prints)
	return g, err
}

// Refusal is an active key in what somebody wants to commit or push.
type Refusal struct {
	Key, Owner, Contractor string
	File                   string // "" for a commit's or a tag's own text
	Line                   int
	Commit                 string // that brings it; empty where there is none yet
	Object                 string
}

// look gives the keys in one file, in the order of their places, each line once.
func (g *Gate) look(text []byte, repository, file string, line int) []Refusal {
	var out []Refusal
	at := 0
	for _, m := range g.matcher.Find(text) {
		line += strings.Count(string(text[at:m.Offset]), "\n")
		at = m.Offset
		one := g.keys[m.Key]
		if mayLive(one, repository, file) {
			continue
		}
		r := Refusal{Key: one.ID, Owner: one.Owner, Contractor: one.Contractor, File: file, Line: line}
		if len(g.matcher.Find([]byte(file))) > 0 {
			r.File = tillwatch.Mask(file).String()
		}
		if !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}

// mayLive says that the register lets a key be in a repository. That it may be in a file there says nothing of its history.
func mayLive(one key.Key, repository, file string) bool {
	return slices.ContainsFunc(one.Lives, func(pattern string) bool {
		return inventory.Matches(pattern, "git:"+repository) || inventory.Matches(pattern, "git:"+repository+"/"+file)
	})
}

// The hooks that git calls.
const (
	PreCommit  = "pre-commit"
	PrePush    = "pre-push"
	PreReceive = "pre-receive"
)

// Hooks are those that can be installed.
func Hooks() []string { return []string{PreCommit, PrePush, PreReceive} }

// HookPlan says what is to be installed, and where.
type HookPlan struct {
	Repository string
	Hooks      []string // none: pre-push, or pre-receive in a bare repository
	StateDir   string   // of the register; empty: the user's own
	Filter     string   // a contractor's; empty: the register
}

// hookMark is how a hook of ours is known again.
const hookMark = "# Installed by tillwatch hook install"

// InstallHooks writes hooks into a repository and gives the files. A hook that somebody else wrote stays as it is.
func InstallHooks(ctx context.Context, p HookPlan) ([]string, error) {
	folder, err := git(ctx, p.Repository, "rev-parse", "--git-path", "hooks")
	if err != nil {
		return nil, usagef("name a repository", "%s is no git repository, or git is not installed", p.Repository)
	}
	if !filepath.IsAbs(folder) {
		folder = filepath.Join(p.Repository, folder)
	}
	if len(p.Hooks) == 0 {
		p.Hooks = []string{PrePush}
		if bare, err := git(ctx, p.Repository, "rev-parse", "--is-bare-repository"); err == nil && bare == "true" {
			p.Hooks = []string{PreReceive}
		}
	}
	var done []string
	for _, hook := range p.Hooks {
		script, err := p.script(hook)
		if err != nil {
			return done, err
		}
		name := filepath.Join(folder, hook)
		if old, err := os.ReadFile(name); err == nil && !strings.Contains(string(old), hookMark) {
			lines := strings.Split(strings.TrimSpace(script), "\n")
			return done, usagef("add this line to it: "+strings.Replace(lines[len(lines)-1], "exec ", "", 1)+" || exit 1",
				"there is another %s hook in %s", hook, name)
		}
		if err := os.MkdirAll(folder, 0o777); err != nil {
			return done, usagef("", "the hook cannot be written: %v", err)
		}
		if err := writeFile(name, func(f *File) error {
			_, err := f.WriteString(script)
			return errors.Join(err, f.Chmod(0o755))
		}); err != nil {
			return done, usagef("", "the hook cannot be written: %v", err)
		}
		done = append(done, name)
	}
	return done, nil
}

// script is what git runs, by a shell also on Windows. Programs that call git often have another search path than the
// shell that the hook was installed from.
func (p HookPlan) script(hook string) (string, error) {
	program, err := os.Executable()
	if err != nil {
		return "", err
	}
	call := "hook run " + hook
	for _, flag := range []struct{ name, file string }{{"--state", p.StateDir}, {"--filter", p.Filter}} {
		if flag.file == "" {
			continue
		}
		file, err := filepath.Abs(flag.file)
		if err != nil {
			return "", err
		}
		call += " " + flag.name + " " + shellWord(filepath.ToSlash(file))
	}
	return fmt.Sprintf(`#!/bin/sh
%s: refuses what holds an active key of the shop's.
program=%s
[ -x "$program" ] || program=tillwatch
command -v "$program" >/dev/null 2>&1 || { echo "tillwatch is not installed here, so nobody looked for keys: install it, or remove $0" >&2; exit 1; }
exec "$program" %s "$@"
`, hookMark, shellWord(filepath.ToSlash(program)), call), nil
}

// git asks the repository of the user who runs this.
func git(ctx context.Context, repository string, args ...string) (string, error) {
	out, err := gitCommand(ctx, repository, args...).Output()
	return strings.TrimSpace(string(out)), err
}

func gitCommand(ctx context.Context, repository string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "git", append([]string{"-c", "core.fsmonitor=false", "-c", "core.quotePath=false"}, args...)...)
	cmd.Dir = repository
	return cmd
}
