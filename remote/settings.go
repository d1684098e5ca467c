package remote

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	sshconfig "github.com/kevinburke/ssh_config"
)

// maxSettings bounds a file of settings, in bytes.
const maxSettings = 1 << 20

// settled completes an address and a log-in with what ~/.ssh/config says of the host: HostName, User, Port and
// IdentityFile. What the operator named himself goes first. A file that cannot be understood counts for nothing: ssh's own
// program has more words than are known here.
func (l Login) settled(a Address) (Address, Login, error) {
	get := settingsOf(l.Settings, a.Host)
	for _, word := range []string{"ProxyJump", "ProxyCommand"} {
		if through := get(word); len(through) > 0 && !strings.EqualFold(through[0], "none") {
			return a, l, fmt.Errorf("%s says that this server is reached through another one (%s), and that is not done here: open a way with ssh -N -L 2222:%s:22 and name localhost:2222", l.Settings, word, a.Host)
		}
	}
	one := func(word string) string {
		if all := get(word); len(all) > 0 {
			return all[0]
		}
		return ""
	}
	a.User = cmp.Or(a.User, one("User"), l.User)
	if port, err := strconv.ParseUint(one("Port"), 10, 16); err == nil && a.Port == 0 {
		a.Port = int(port)
	}
	a.Port = cmp.Or(a.Port, defaultPort)
	if keys := get("IdentityFile"); len(keys) > 0 && !l.OnlyKeys {
		home := filepath.Dir(filepath.Dir(l.Settings))
		l.Keys = nil
		for _, key := range keys {
			if rest, found := strings.CutPrefix(strings.Replace(key, "%d", "~", 1), "~/"); found {
				key = filepath.Join(home, rest)
			}
			l.Keys = append(l.Keys, key)
		}
	}
	if name := strings.ReplaceAll(one("HostName"), "%h", a.Host); name != "" {
		a.Host = name
	}
	if a.User == "" || !plain(a.Host, ".:-_") {
		return a, l, ErrAddress
	}
	return a, l, nil
}

// settingsOf reads what a file says of a host.
func settingsOf(file, host string) func(word string) []string {
	nothing := func(string) []string { return nil }
	if file == "" {
		return nothing
	}
	f, err := os.Open(file)
	if err != nil {
		return nothing
	}
	defer f.Close()
	settings, err := sshconfig.Decode(io.LimitReader(f, maxSettings))
	if err != nil {
		return nothing
	}
	return func(word string) []string {
		all, err := settings.GetAll(host, word)
		if err != nil {
			return nil
		}
		return all
	}
}
