package source

import (
	"context"
	"encoding/base64"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// shortRemote is the form USER@HOST:PATH.
var shortRemote = regexp.MustCompile(`^[A-Za-z0-9._-]+@[A-Za-z0-9.\[\]:-]+:[^:]`)

// isRemote says that a repository must be fetched. Of the ways to do that, only those are taken that run no program that
// the address names.
func isRemote(place string) bool {
	lower := strings.ToLower(place)
	for _, scheme := range []string{"http://", "https://", "ssh://", "git://"} {
		if strings.HasPrefix(lower, scheme) {
			return true
		}
	}
	return shortRemote.MatchString(place)
}

func localPlace(place string) string { return strings.TrimPrefix(place, "file://") }

// clone fetches a remote repository, with all its refs, into the folder for temporary files. Errors are [failed].
func (l *look) clone(ctx context.Context, work string) (folder string, err error) {
	folder = filepath.Join(work, "remote.git")
	address, secret := l.address()
	ctx, cancel := context.WithTimeoutCause(ctx, l.config.Limits.CloneTime, errTooLong)
	defer cancel()
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	cmd := exec.CommandContext(ctx, "git", "-c", "core.hooksPath="+os.DevNull, "-c", "core.fsmonitor=", "-c", "gc.auto=0",
		"-c", "fetch.fsckObjects=false", "-c", "transfer.fsckObjects=false", "-c", "submodule.recurse=false",
		"clone", "--quiet", "--mirror", "--no-local", "--template=", "--", address, folder)
	cmd.Env = append(operatorEnvironment(), secret...)
	cmd.Dir = work
	inGroup(cmd)
	cmd.WaitDelay = 5 * time.Second
	complaints := &head{max: 64 << 10}
	cmd.Stderr = complaints
	if err := cmd.Start(); err != nil {
		if cause := context.Cause(ctx); errors.As(cause, &failed{}) {
			return "", cause
		}
		return "", gitError(err)
	}
	go watchSize(ctx, folder, l.config.Limits.CloneBytes, stop)
	err = cmd.Wait()
	if cause := context.Cause(ctx); errors.As(cause, &failed{}) {
		return "", cause
	}
	if err != nil {
		return "", failed{notCloned(complaints.String())}
	}
	return folder, nil
}

// The bounds of a clone, in words.
var (
	errTooLong  = failed{"it was not fetched within the time allowed, and nothing was looked at"}
	errTooBroad = failed{"it is larger than what may be fetched, and nothing was looked at: clone it yourself and name the folder"}
)

// watchSize stops a clone that grows too large.
func watchSize(ctx context.Context, folder string, most int64, stop context.CancelCauseFunc) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		var size int64
		_ = filepath.WalkDir(folder, func(_ string, d fs.DirEntry, err error) error { // what is gone again has no size
			if err == nil && d.Type().IsRegular() {
				if info, err := d.Info(); err == nil {
					size += info.Size()
				}
			}
			return nil
		})
		if size > most {
			stop(errTooBroad)
			return
		}
	}
}

// operatorEnvironment is that of whoever started us, with their own configuration and agent of keys: fetching is done in
// their name. No program that could ask for something is among it.
func operatorEnvironment() []string {
	var env []string
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); !strings.HasPrefix(name, "GIT_") && name != "SSH_ASKPASS" && name != "LC_ALL" {
			env = append(env, variable)
		}
	}
	for _, name := range []string{"GIT_SSL_CAINFO", "GIT_SSL_NO_VERIFY", "GIT_CONFIG_GLOBAL"} {
		if value, set := os.LookupEnv(name); set && name != "GIT_SSL_NO_VERIFY" {
			env = append(env, name+"="+value)
		}
	}
	return append(env, "LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=false", "SSH_ASKPASS=false", "GIT_OPTIONAL_LOCKS=0",
		"GIT_ALLOW_PROTOCOL=http:https:ssh:git", "GIT_SSH_COMMAND=ssh -oBatchMode=yes -oConnectTimeout=20")
}

// shownPlace is a place as it may be told of: without a password, and without the user where that is a token as well.
func shownPlace(place string) string {
	scheme, rest, found := strings.Cut(place, "://")
	if !found {
		return place
	}
	end := len(rest)
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		end = i
	}
	return scheme + "://" + rest[strings.LastIndex(rest[:end], "@")+1:]
}

// address is where to fetch from, and what git is told besides in its environment: credentials are no part of a command
// line, which every user of the machine can read, and go to this host alone.
func (l *look) address() (address string, secret []string) {
	u, err := url.Parse(l.fetch)
	if err != nil {
		return l.target.Place, nil
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		if u.User != nil {
			u.User = url.User(u.User.Username()) // of ssh, a name; a password could not be used
			return u.String(), nil
		}
		return l.fetch, nil
	}
	user, password := "", ""
	if u.User != nil {
		user = u.User.Username()
		password, _ = u.User.Password()
	}
	if u.User == nil && l.config.Auth != nil {
		user, password = l.config.Auth(u.Host)
	}
	u.User = nil
	if user == "" && password == "" {
		return u.String(), nil
	}
	token := base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
	return u.String(), []string{
		"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=http." + u.Scheme + "://" + u.Host + "/.extraHeader",
		"GIT_CONFIG_VALUE_0=Authorization: Basic " + token,
	}
}

// notCloned says why a repository could not be fetched. What the other side says is not handed on.
func notCloned(complaint string) string {
	lower := strings.ToLower(complaint)
	for _, c := range []struct{ sign, why string }{
		{"could not resolve host", "it cannot be fetched: the name of its host cannot be resolved"},
		{"could not resolve hostname", "it cannot be fetched: the name of its host cannot be resolved"},
		{"could not read username", "it cannot be fetched without logging in"},
		{"terminal prompts disabled", "it cannot be fetched without logging in"},
		{"authentication failed", "it cannot be fetched: the log-in was refused"},
		{"permission denied", "it cannot be fetched: the log-in was refused"},
		{"host key verification failed", "it cannot be fetched: the key of its host is not known here (ssh-keyscan shows it)"},
		{"certificate", "it cannot be fetched: the certificate of its host is not valid here"},
		{"not found", "it cannot be fetched: there is no such repository, or not for this user"},
		{"does not appear to be a git repository", "it cannot be fetched: there is no such repository, or not for this user"},
		{"no space left", "it cannot be fetched: there is no room on the disk"},
		{"failed to connect", "it cannot be fetched: its host does not answer"},
		{"connection refused", "it cannot be fetched: its host does not answer"},
		{"timed out", "it cannot be fetched: its host does not answer"},
	} {
		if strings.Contains(lower, c.sign) {
			return c.why
		}
	}
	return "it cannot be fetched: git clone shows why"
}
