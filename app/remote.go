package app

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/remote"
	databases "github.com/tillwatch/tillwatch/sensor/database"
	"github.com/tillwatch/tillwatch/sensor/files"
	software "github.com/tillwatch/tillwatch/sensor/platform"
)

// SSH says how servers are logged in to. What is empty the environment says: TILLWATCH_SSH_KEY_FILE,
// TILLWATCH_SSH_PASSWORD_FILE, TILLWATCH_SSH_PASSWORD, TILLWATCH_SSH_PASSPHRASE_FILE, TILLWATCH_SSH_PASSPHRASE and
// TILLWATCH_SSH_KNOWN_HOSTS; and then the files of ssh's own program and its agent.
type SSH struct {
	KeyFile      string
	PasswordFile string
	KnownHosts   string // file with the keys of servers

	Through string // user@host that a database is reached through; of a watch, where the address does not say

	pauses []time.Duration // a test: before a broken line is made again
}

// login is how a server is logged in to. Errors are a *[UsageError].
func (s SSH) login(env func(string) string) (remote.Login, error) {
	if env == nil {
		env = func(string) string { return "" }
	}
	l := remote.Login{Agent: env("SSH_AUTH_SOCK"), User: cmp.Or(env("USER"), env("LOGNAME"))}
	if home := env("HOME"); home != "" {
		dir := filepath.Join(home, ".ssh")
		l.Settings = filepath.Join(dir, "config")
		l.KnownHosts = []string{filepath.Join(dir, "known_hosts"), "/etc/ssh/ssh_known_hosts"}
		for _, name := range []string{"id_ed25519", "id_ecdsa", "id_rsa"} {
			l.Keys = append(l.Keys, filepath.Join(dir, name))
		}
	}
	if file := cmp.Or(s.KnownHosts, env("TILLWATCH_SSH_KNOWN_HOSTS")); file != "" {
		l.KnownHosts = []string{file}
	}
	if file := cmp.Or(s.KeyFile, env("TILLWATCH_SSH_KEY_FILE")); file != "" {
		l.Keys, l.OnlyKeys = []string{file}, true
	}
	var err error
	if l.Password, err = secretLine(s.PasswordFile, env, "TILLWATCH_SSH_PASSWORD", "--ssh-password-file"); err != nil {
		return l, err
	}
	l.Passphrase, err = secretLine("", env, "TILLWATCH_SSH_PASSPHRASE", "TILLWATCH_SSH_PASSPHRASE_FILE")
	return l, err
}

// secretLine is what stands in a file, or else in the file or the variable that the environment names.
func secretLine(file string, env func(string) string, variable, name string) (string, error) {
	if file = cmp.Or(file, env(variable+"_FILE")); file == "" {
		return env(variable), nil
	}
	text, err := readBounded(file, maxSecretFile)
	if err != nil {
		return "", usagef("", "%s: %v", name, err)
	}
	return strings.TrimRight(string(text), "\r\n"), nil
}

// folderTarget reads an address of a folder on another machine.
func folderTarget(place string) ([]tillwatch.Target, error) {
	address, path, err := remote.ParseFolder(place)
	if err != nil {
		return nil, usagef("tillwatch check sftp://user@host/path/of/the/shop", "%v", err)
	}
	return []tillwatch.Target{{Kind: tillwatch.KindFiles, Place: "sftp://" + address.String() + "/" + strings.TrimPrefix(path, "/")}}, nil
}

// openFiles opens the files of another machine for a sensor.
func openFiles(ctx context.Context, l remote.Login, place string, pauses []time.Duration, lost func(error), waits func(Progress)) (*remote.Files, string, error) {
	address, path, err := remote.ParseFolder(place)
	if err != nil {
		return nil, "", err
	}
	c := remote.FilesConfig{Address: address, Login: l, Lost: lost, Pauses: pauses}
	if waits != nil {
		c.Waits = func(what string) { waits(Progress{Text: what, Place: address.String()}) }
	}
	f, err := remote.OpenFiles(ctx, c)
	return f, path, err
}

// far says that a target is on another machine: who looks at nothing there needs no log-in.
func far(words []string) bool {
	return slices.ContainsFunc(words, func(word string) bool {
		return files.IsFar(strings.TrimPrefix(word, string(tillwatch.KindFiles)+":"))
	})
}

// files opens the files of other machines, where targets are there. waits is told what is waited for, where that takes long;
// nil tells nobody.
func (s SSH) files(words []string, env func(string) string, waits func(Progress)) (files.Far, error) {
	if !far(words) {
		return nil, nil
	}
	l, err := s.login(env)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, place string, lost func(error)) (files.Server, string, error) {
		f, path, err := openFiles(ctx, l, place, s.pauses, lost, waits)
		if err != nil {
			return nil, "", err
		}
		return f, path, nil
	}, nil
}

// software does the same for the look at the shop's software.
func (s SSH) software(words []string, env func(string) string, waits func(Progress)) (func(context.Context, string) (software.Root, error), error) {
	if !far(words) {
		return nil, nil
	}
	l, err := s.login(env)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, place string) (software.Root, error) {
		f, path, err := openFiles(ctx, l, place, s.pauses, nil, waits)
		if err != nil {
			return nil, err
		}
		root, err := f.Root(path)
		if err != nil {
			_ = f.Close() // it was only read from
			return nil, err
		}
		return root, nil
	}, nil
}

// cutTunnel takes from the address of a database the server that it is reached through: mysql://user@host/shop?ssh=user@host.
func cutTunnel(address string) (rest, through string) {
	rest, options, found := strings.Cut(address, "?")
	if !found {
		return address, ""
	}
	var kept []string
	for option := range strings.SplitSeq(options, "&") {
		value, is := strings.CutPrefix(option, "ssh=")
		if !is {
			kept = append(kept, option)
			continue
		}
		through = value
		if text, err := url.QueryUnescape(strings.ReplaceAll(value, "+", "%2B")); err == nil {
			through = text
		}
	}
	if len(kept) > 0 {
		rest += "?" + strings.Join(kept, "&")
	}
	return rest, through
}

// tunnels opens, for each of some targets that name one, the way through a server. Errors are a *[UsageError].
func tunnels(words []string, s SSH, env func(string) string) (map[string]databases.Dial, error) {
	var dials map[string]databases.Dial
	for place, address := range databaseWords(words) {
		_, through := cutTunnel(address)
		if through == "" {
			continue
		}
		login, err := s.login(env)
		if err != nil {
			return nil, err
		}
		to, err := remote.ParseAddress(through)
		if err != nil {
			return nil, usagef("write it as mysql://user@localhost/shop?ssh=user@host", "the tunnel to %s: %v", place, err)
		}
		if dials == nil {
			dials = map[string]databases.Dial{}
		}
		dials[place] = (&remote.Tunnel{Address: to, Login: login}).Dial
	}
	return dials, nil
}

// tunnelled is the place of a database that is reached through a server.
func tunnelled(place, through string) (string, error) {
	if strings.HasPrefix(strings.ToLower(place), "sqlite") {
		return "", usagef("copy the file here, and check the copy", "an SQLite file cannot be read through a tunnel")
	}
	to, err := remote.ParseAddress(through)
	if err != nil {
		return "", usagef("write it as mysql://user@localhost/shop?ssh=user@host", "ssh=: %v", err)
	}
	return fmt.Sprintf("%s?ssh=%s", place, to), nil
}
