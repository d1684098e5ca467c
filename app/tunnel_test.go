package app

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch/remote/sshtest"
)

// behind is a real database server that is started for one test, as a user who is not root.
type behind struct {
	t    *testing.T
	dir  string
	port int
	as   *syscall.SysProcAttr
}

func newBehind(t *testing.T, users ...string) behind {
	t.Helper()
	dir, err := os.MkdirTemp("", "tw") // names of sockets are short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	b := behind{t: t, dir: dir, as: &syscall.SysProcAttr{}}
	if os.Getuid() == 0 {
		for _, name := range users {
			if u, err := user.Lookup(name); err == nil && b.as.Credential == nil {
				uid, _ := strconv.Atoi(u.Uid)
				gid, _ := strconv.Atoi(u.Gid)
				b.as.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
				if err := os.Chown(dir, uid, gid); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	b.port = l.Addr().(*net.TCPAddr).Port
	return b
}

func (b behind) program(patterns ...string) string {
	b.t.Helper()
	for _, pattern := range patterns {
		if found, _ := filepath.Glob(pattern); len(found) > 0 {
			return found[len(found)-1]
		}
	}
	b.t.Fatalf("%s is not installed (.ci/setup servers installs it)", patterns[0])
	return ""
}

func (b behind) run(name string, args ...string) {
	b.t.Helper()
	cmd := exec.Command(name, args...)
	cmd.SysProcAttr, cmd.Dir = b.as, b.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		b.t.Fatalf("%v: %s", err, out)
	}
}

// serve starts a server that ends with the test, and runs statements once it answers.
func (b behind) serve(driver, dsn string, statements []string, name string, args ...string) {
	b.t.Helper()
	cmd := exec.Command(name, args...)
	cmd.SysProcAttr, cmd.Dir = b.as, b.dir
	if err := cmd.Start(); err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGQUIT)
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	db, err := sql.Open(driver, dsn)
	if err != nil {
		b.t.Fatal(err)
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(b.t.Context(), time.Minute)
	defer cancel()
	for db.PingContext(ctx) != nil {
		if ctx.Err() != nil {
			b.t.Fatalf("%s does not begin", name)
		}
		time.Sleep(20 * time.Millisecond)
	}
	for _, statement := range statements {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			b.t.Fatalf("%s: %v", statement, err)
		}
	}
}

func TestADatabaseIsReachedThroughAServer(t *testing.T) {
	t.Parallel()
	server := sshtest.Start(t)
	for name, start := range map[string]func(t *testing.T) (address string){
		"MariaDB": func(t *testing.T) string {
			b := newBehind(t, "mysql", "nobody")
			data, socket := filepath.Join(b.dir, "data"), filepath.Join(b.dir, "s")
			b.run(b.program("/usr/bin/mariadb-install-db"), "--no-defaults", "--datadir="+data, "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve")
			b.serve("mysql", "root@unix("+socket+")/", []string{
				"CREATE DATABASE shop", "CREATE TABLE shop.dtb_order (order_id INT PRIMARY KEY, order_name01 TEXT, order_email TEXT, order_addr01 TEXT, note TEXT)",
				"INSERT INTO shop.dtb_order VALUES (7, '<script src=//evil.example/x.js></script>', 'a@b.example', 'x', '')",
				"CREATE USER 'tw'@'127.0.0.1' IDENTIFIED BY 'geheim'", "GRANT SELECT, TRIGGER, EVENT ON shop.* TO 'tw'@'127.0.0.1'", "GRANT SELECT ON mysql.proc TO 'tw'@'127.0.0.1'",
			}, b.program("/usr/sbin/mariadbd"), "--no-defaults", "--datadir="+data, "--socket="+socket, "--port="+strconv.Itoa(b.port), "--bind-address=127.0.0.1",
				"--skip-name-resolve", "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=16M", "--skip-log-bin", "--pid-file="+filepath.Join(b.dir, "pid"))
			return fmt.Sprintf("mysql://tw@localhost:%d/shop", b.port)
		},
		"PostgreSQL": func(t *testing.T) string {
			b := newBehind(t, "postgres", "nobody")
			initdb := b.program("/usr/lib/postgresql/*/bin/initdb", "/usr/local/bin/initdb")
			data := filepath.Join(b.dir, "data")
			b.run(initdb, "-D", data, "-U", "root", "--auth-local=trust", "--auth-host=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync")
			b.serve("pgx", fmt.Sprintf("postgres:///postgres?host=%s&port=%d&user=root&sslmode=disable", b.dir, b.port), []string{
				"CREATE TABLE dtb_order (order_id INT PRIMARY KEY, order_name01 TEXT, order_email TEXT, order_addr01 TEXT, note TEXT)",
				"INSERT INTO dtb_order VALUES (7, '<script src=//evil.example/x.js></script>', 'a@b.example', 'x', '')",
				"CREATE ROLE tw LOGIN PASSWORD 'geheim'", "GRANT SELECT ON ALL TABLES IN SCHEMA public TO tw",
			}, filepath.Join(filepath.Dir(initdb), "postgres"), "-D", data, "-p", strconv.Itoa(b.port), "-k", b.dir, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off")
			return fmt.Sprintf("postgres://tw@127.0.0.1:%d/postgres?sslmode=disable", b.port)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := start(t)
			join := "?"
			if strings.Contains(address, "?") {
				join = "&"
			}
			c := CheckConfig{
				Targets:  []string{fmt.Sprintf("%s%sssh=%s@127.0.0.1:%d", address, join, server.User, server.Port)},
				StateDir: t.TempDir(), SSH: SSH{KeyFile: server.Key, KnownHosts: server.KnownHosts},
				Shopper: Shopper{Env: func(name string) string { return map[string]string{"TILLWATCH_DB_PASSWORD": "geheim"}[name] }},
			}
			result, err := Check(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			if got := linesOf(result); strings.Count(got, "\n") != 1 || !strings.Contains(got, "database/active-content") || !strings.Contains(got, "?ssh=") {
				t.Errorf("through the tunnel: %s", got)
			}
			c.SSH.KnownHosts = filepath.Join(t.TempDir(), "none")
			result, err = Check(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			if got := linesOf(result); !strings.Contains(got, "ssh-keyscan") {
				t.Errorf("a server that is not known: %s", got)
			}
			c.SSH.KnownHosts = server.KnownHosts
			c.Targets = []string{fmt.Sprintf("mysql://tw@localhost:1/shop?ssh=%s@127.0.0.1:%d", server.User, server.Port)}
			result, err = Check(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			if got := linesOf(result); !strings.Contains(got, "cannot reach localhost:1 from there") {
				t.Errorf("a port on which nobody listens: %s", got)
			}
		})
	}
}

func TestServersOfDatabasesAreReadFromTheirAddresses(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"mysql://u@db/shop":                                     "mysql://u@db/shop ",
		"mysql://u@db/shop?ssh=d@h":                             "mysql://u@db/shop d@h",
		"mysql://u@db/shop?tls=true&ssh=d%40h%3A22&socket=/a":   "mysql://u@db/shop?tls=true&socket=/a d@h:22",
		"postgres://u@db/shop?sslmode=disable&ssh=ssh://d@h:22": "postgres://u@db/shop?sslmode=disable ssh://d@h:22",
	} {
		if rest, through := cutTunnel(address); rest+" "+through != want {
			t.Errorf("%s: %q %q", address, rest, through)
		}
	}
	for _, address := range []string{"sqlite:x.db?ssh=u@h", "mysql://u@db/shop?ssh=u:geheim@h", "mysql://u@db/shop?ssh=h/path"} {
		_, err := ParseTargets([]string{address})
		if _, wrong := IsUsage(err); !wrong || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: %v", address, err)
		}
	}
	targets, err := ParseTargets([]string{"mysql://u:geheim@db/shop?tls=true&ssh=d@h:2222"})
	if err != nil || targets[0].Place != "mysql://db/shop?ssh=d@h:2222" {
		t.Error(targets, err)
	}
}
