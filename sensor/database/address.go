package database

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// dialect is a kind of server.
type dialect string

const (
	mysqlDialect    dialect = "mysql" // MySQL and MariaDB
	postgresDialect dialect = "postgres"
	sqliteDialect   dialect = "sqlite"
)

// address is a database's address taken apart. It holds the password and is never printed.
type address struct {
	dialect  dialect
	url      *url.URL // nil for sqlite
	file     string   // sqlite
	user     string
	password string
	given    bool // the password is known, and may be empty
	far      bool // the host is seen from another machine
}

// parseAddress reads mysql://user:password@host:port/database, postgres://… and sqlite:FILE. Its errors repeat nothing of
// the address.
func parseAddress(dsn string) (address, error) {
	name, rest, _ := strings.Cut(dsn, ":")
	switch strings.ToLower(name) {
	case "sqlite", "sqlite3":
		file := strings.TrimPrefix(rest, "//")
		if file, _, _ = strings.Cut(file, "?"); file == "" {
			return address{}, errors.New("the address names no file: write it as sqlite:/var/www/shop/var/shop.db")
		}
		return address{dialect: sqliteDialect, file: file}, nil
	case "mysql", "mariadb", "postgres", "postgresql":
	default:
		return address{}, errors.New("the address must begin with mysql://, postgres:// or sqlite: and name a database")
	}
	u, err := url.Parse(dsn)
	if err != nil {
		return address{}, errors.New("the address cannot be read: write signs of a user or password that are no letters and digits as %XX, as in %40 for @; or leave the password out and set TILLWATCH_DB_PASSWORD")
	}
	a := address{dialect: mysqlDialect, url: u, user: u.User.Username()}
	a.password, a.given = u.User.Password()
	if strings.HasPrefix(strings.ToLower(name), "postgres") {
		a.dialect = postgresDialect
		q := u.Query()
		a.user = cmp.Or(a.user, q.Get("user"))
		if p := q.Get("password"); p != "" && !a.given {
			a.password, a.given = p, true
		}
		return a, nil
	}
	for option := range u.Query() {
		if !slices.Contains(mysqlOptions, option) {
			return address{}, fmt.Errorf("the address has an option that is not known here; known are %s", strings.Join(mysqlOptions, ", "))
		}
	}
	return a, nil
}

var mysqlOptions = []string{"socket", "tls", "ssl-mode"}

// named is the database that the address names; empty where it names none.
func (a address) named() string {
	if a.url == nil {
		return ""
	}
	return cmp.Or(strings.Trim(a.url.Path, "/"), a.url.Query().Get("dbname"))
}

// complete finds user and password where the address has none: in TILLWATCH_DB_USER, TILLWATCH_DB_PASSWORD and the file that
// TILLWATCH_DB_PASSWORD_FILE names, and then where the programs of the server look for them. What PostgreSQL's own
// variables and ~/.pgpass say, its driver reads.
func (a *address) complete(env func(string) string) error {
	if a.dialect == sqliteDialect {
		return nil
	}
	a.user = cmp.Or(a.user, env("TILLWATCH_DB_USER"))
	if !a.given {
		a.password = env("TILLWATCH_DB_PASSWORD")
		a.given = a.password != ""
	}
	if file := env("TILLWATCH_DB_PASSWORD_FILE"); file != "" && !a.given {
		text, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("the file that TILLWATCH_DB_PASSWORD_FILE names cannot be read: %w", err)
		}
		a.password, a.given = strings.TrimRight(string(text), "\r\n"), true
	}
	if a.dialect == postgresDialect {
		if a.far && a.url.Host == "" && a.url.Query().Get("host") == "" {
			a.url.Host = "localhost"
		}
		return nil
	}
	options := clientOptions(env)
	if a.far { // host and socket there are those of this machine
		delete(options, "host")
		delete(options, "socket")
	}
	a.user = cmp.Or(a.user, options["user"], env("USER"), "root")
	if !a.given {
		a.password = cmp.Or(env("MYSQL_PWD"), options["password"])
	}
	if a.url.Host == "" {
		a.url.Host = options["host"]
		if port := options["port"]; port != "" && a.url.Host != "" {
			a.url.Host = net.JoinHostPort(a.url.Host, port)
		}
	}
	if q := a.url.Query(); q.Get("socket") == "" && options["socket"] != "" && (a.url.Host == "" || a.url.Host == "localhost") {
		q.Set("socket", options["socket"])
		a.url.RawQuery = q.Encode()
	}
	return nil
}

// clientOptions are those of the group [client] in ~/.my.cnf.
func clientOptions(env func(string) string) map[string]string {
	options := map[string]string{}
	home := env("HOME")
	if home == "" {
		return options
	}
	f, err := os.Open(filepath.Join(home, ".my.cnf"))
	if err != nil {
		return options
	}
	defer f.Close()
	group := ""
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		switch {
		case line == "" || line[0] == '#' || line[0] == ';':
		case line[0] == '[':
			group = strings.Trim(line, "[] ")
		case group == "client" || group == "mysql" || group == "client-mariadb":
			name, value, _ := strings.Cut(line, "=")
			value = strings.TrimSpace(value)
			if len(value) > 1 && (value[0] == '"' || value[0] == '\'') && value[len(value)-1] == value[0] {
				value = value[1 : len(value)-1]
			}
			options[strings.TrimSpace(name)] = value
		}
	}
	return options
}

// socketOf is the socket of a MySQL server, where it is to be asked by one: as its own programs do for "localhost".
func (a address) socketOf() string {
	if s := a.url.Query().Get("socket"); s != "" {
		return s
	}
	if a.far || a.url.Host != "" && a.url.Host != "localhost" {
		return ""
	}
	for _, s := range []string{"/run/mysqld/mysqld.sock", "/var/lib/mysql/mysql.sock", "/tmp/mysql.sock"} {
		if info, err := os.Stat(s); err == nil && info.Mode()&os.ModeSocket != 0 {
			return s
		}
	}
	return ""
}

// Dial opens a connection to a server in the place of the network: through a tunnel. network is "tcp" or "unix".
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

// tunnelError is what went wrong on the way to a server. Its words are ours, and hold nothing of the server's.
type tunnelError struct{ error }

func (e tunnelError) Unwrap() error { return e.error }

// told marks the errors of a tunnel as fit to be told.
func told(dial Dial) Dial {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, tunnelError{err}
		}
		return conn, nil
	}
}
