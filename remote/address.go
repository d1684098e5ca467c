package remote

import (
	"errors"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// Address says who logs in on which server.
type Address struct {
	User string // empty: who the settings name, or else this machine's user
	Host string
	Port int // 0: what the settings say, or else 22
}

// The errors of addresses; they repeat nothing of them, for a password may stand in one.
var (
	ErrPassword = errors.New("a password has no place in an address, where every user of this machine can read it: use a key, ssh-agent, TILLWATCH_SSH_PASSWORD_FILE or TILLWATCH_SSH_PASSWORD")
	ErrAddress  = errors.New("the address cannot be read: write it as user@host or user@host:port")
	ErrFolder   = errors.New("the address cannot be read: write it as sftp://user@host/path/of/the/shop, or sftp://user@host/~/path for a path from the user's own folder")
)

// ParseAddress reads user@host, user@host:port and the same with ssh:// before it.
func ParseAddress(text string) (Address, error) {
	u, err := url.Parse("ssh://" + strings.TrimPrefix(text, "ssh://"))
	if err != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" {
		return Address{}, ErrAddress
	}
	return fromURL(u, ErrAddress)
}

// ParseFolder reads sftp://user@host:port/path. A path that begins with "~/" is from the user's own folder.
func ParseFolder(text string) (Address, string, error) {
	if len(text) < len("sftp://") || !strings.EqualFold(text[:len("sftp://")], "sftp://") {
		return Address{}, "", ErrFolder
	}
	rest := text[len("sftp://"):]
	authority, path, _ := strings.Cut(rest, "/") // names of folders hold any sign, and are not unescaped
	u, err := url.Parse("sftp://" + authority)
	if err != nil || u.RawQuery != "" || u.Fragment != "" || strings.ContainsRune(path, 0) {
		return Address{}, "", ErrFolder
	}
	a, err := fromURL(u, ErrFolder)
	if err != nil {
		return Address{}, "", err
	}
	if path != "~" && !strings.HasPrefix(path, "~/") {
		path = "/" + path
	}
	return a, path, nil
}

func fromURL(u *url.URL, bad error) (Address, error) {
	if _, given := u.User.Password(); given {
		return Address{}, ErrPassword
	}
	a := Address{User: u.User.Username(), Host: u.Hostname()}
	if !plain(a.Host, ".:-_") || a.Host == "" || a.User != "" && !plain(a.User, ".-_+@\\$") {
		return Address{}, bad
	}
	if port := u.Port(); port != "" {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 {
			return Address{}, bad
		}
		a.Port = int(n)
	}
	return a, nil
}

// plain says that a name holds nothing that a shell or a terminal would take for something else: it stands in commands
// that an operator is told to run.
func plain(name, signs string) bool {
	return !strings.HasPrefix(name, "-") && strings.IndexFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune(signs, r)
	}) < 0
}

// String is the address as an operator writes it.
func (a Address) String() string {
	host := a.Host
	switch {
	case a.Port != 0 && a.Port != defaultPort:
		host = net.JoinHostPort(a.Host, strconv.Itoa(a.Port))
	case strings.Contains(a.Host, ":"):
		host = "[" + a.Host + "]"
	}
	if a.User == "" {
		return host
	}
	return a.User + "@" + host
}

const defaultPort = 22
