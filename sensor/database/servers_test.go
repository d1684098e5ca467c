package database

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
)

// testServer is a real server that is started once for all tests of the package. Each test has a database of its own.
type testServer struct {
	dialect dialect
	dir     string
	socket  string // MariaDB's socket, PostgreSQL's folder
	port    string
	process *exec.Cmd
	admin   *sql.DB
}

var servers = map[dialect]*testServer{}

func TestMain(m *testing.M) {
	code := 1
	func() {
		root, err := os.MkdirTemp("", "tillwatch-db-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return
		}
		defer os.RemoveAll(root)
		if err := os.Chmod(root, 0o755); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return
		}
		type started struct {
			s   *testServer
			err error
		}
		ready := make(chan started, 2)
		for _, start := range []func(string) (*testServer, error){startMariaDB, startPostgres} {
			go func() {
				s, err := start(root)
				ready <- started{s, err}
			}()
		}
		failed := false
		for range 2 {
			one := <-ready
			if one.s != nil {
				defer one.s.stop()
				servers[one.s.dialect] = one.s
			}
			if one.err != nil {
				fmt.Fprintln(os.Stderr, "a server for the tests could not be started (.ci/setup servers installs it):", one.err)
				failed = true
			}
		}
		if !failed {
			code = m.Run()
		}
	}()
	os.Exit(code)
}

// as makes a process run as another user where we are root: PostgreSQL refuses root, and MariaDB drops it.
func as(names []string, dir string) (*syscall.SysProcAttr, error) {
	attributes := &syscall.SysProcAttr{Setpgid: true}
	if os.Getuid() != 0 {
		return attributes, nil
	}
	for _, name := range names {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		attributes.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		return attributes, os.Chown(dir, uid, gid)
	}
	return nil, fmt.Errorf("none of the users %v is here", names)
}

func program(names ...string) (string, error) {
	for _, name := range names {
		if found, _ := filepath.Glob(name); strings.Contains(name, "/") && len(found) > 0 {
			return found[len(found)-1], nil
		}
		if p, err := exec.LookPath(name); err == nil {
			return p, nil
		}
	}
	return "", fmt.Errorf("%s is not installed", names[0])
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

func startMariaDB(root string) (*testServer, error) {
	s := &testServer{dialect: mysqlDialect, dir: filepath.Join(root, "mariadb")}
	server, err := program("mariadbd", "/usr/sbin/mariadbd", "mysqld")
	if err != nil {
		return nil, err
	}
	install, err := program("mariadb-install-db", "/usr/bin/mariadb-install-db")
	if err != nil {
		return nil, err
	}
	if err := os.Mkdir(s.dir, 0o755); err != nil {
		return nil, err
	}
	attributes, err := as([]string{"mysql", "nobody"}, s.dir)
	if err != nil {
		return nil, err
	}
	data := filepath.Join(s.dir, "data")
	cmd := exec.Command(install, "--no-defaults", "--datadir="+data, "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve")
	cmd.SysProcAttr, cmd.Dir = attributes, s.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	s.socket = filepath.Join(s.dir, "s.sock")
	if s.port, err = freePort(); err != nil {
		return nil, err
	}
	s.process = exec.Command(server, "--no-defaults", "--datadir="+data, "--socket="+s.socket, "--port="+s.port, "--bind-address=127.0.0.1",
		"--pid-file="+filepath.Join(s.dir, "pid"), "--skip-name-resolve", "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size="+bufferPool, "--innodb-doublewrite=0", "--innodb-log-file-size=48M",
		"--character-set-server=utf8mb4", "--event-scheduler=ON", "--max-connections=100", "--skip-log-bin", "--secure-file-priv="+data)
	return s, s.start(attributes, fmt.Sprintf("root@unix(%s)/", s.socket), "mysql")
}

func startPostgres(root string) (*testServer, error) {
	s := &testServer{dialect: postgresDialect, dir: filepath.Join(root, "postgres")}
	initdb, err := program("/usr/lib/postgresql/*/bin/initdb", "initdb")
	if err != nil {
		return nil, err
	}
	if err := os.Mkdir(s.dir, 0o755); err != nil {
		return nil, err
	}
	attributes, err := as([]string{"postgres", "nobody"}, s.dir)
	if err != nil {
		return nil, err
	}
	data := filepath.Join(s.dir, "data")
	cmd := exec.Command(initdb, "-D", data, "-U", "root", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
	cmd.SysProcAttr, cmd.Dir = attributes, s.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	if s.port, err = freePort(); err != nil {
		return nil, err
	}
	s.socket = s.dir
	hba := "local all root trust\nlocal all all scram-sha-256\nhost all root 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
	if err := os.WriteFile(filepath.Join(data, "pg_hba.conf"), []byte(hba), 0o644); err != nil {
		return nil, err
	}
	s.process = exec.Command(filepath.Join(filepath.Dir(initdb), "postgres"), "-D", data, "-p", s.port, "-k", s.dir,
		"-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "max_connections=100")
	return s, s.start(attributes, fmt.Sprintf("postgres://root@127.0.0.1:%s/postgres?sslmode=disable", s.port), "pgx")
}

// start runs the server and waits until it answers.
func (s *testServer) start(attributes *syscall.SysProcAttr, dsn, driver string) error {
	s.process.SysProcAttr, s.process.Dir = attributes, s.dir
	log, err := os.Create(filepath.Join(s.dir, "log"))
	if err != nil {
		return err
	}
	defer log.Close()
	s.process.Stdout, s.process.Stderr = log, log
	if err := s.process.Start(); err != nil {
		return err
	}
	if s.admin, err = sql.Open(driver, dsn); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for {
		if err = s.admin.PingContext(ctx); err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			text, _ := os.ReadFile(filepath.Join(s.dir, "log"))
			return fmt.Errorf("it does not answer: %w\n%s", err, text)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (s *testServer) stop() {
	if s.admin != nil {
		s.admin.Close()
	}
	if s.process == nil || s.process.Process == nil {
		return
	}
	signal := syscall.SIGTERM
	if s.dialect == postgresDialect {
		signal = syscall.SIGQUIT // at once: its data is thrown away
	} else {
		signal = syscall.SIGKILL
	}
	_ = s.process.Process.Signal(signal)
	_ = s.process.Wait()
}

// testDatabase is an empty database on one of the servers, or in a file.
type testDatabase struct {
	*sql.DB
	t       testing.TB
	dialect dialect
	name    string
	place   string // without credentials
	dsn     string // of an account that may only read
}

func eachDialect(t *testing.T, do func(t *testing.T, d *testDatabase)) {
	for _, dialect := range []dialect{mysqlDialect, postgresDialect, sqliteDialect} {
		t.Run(string(dialect), func(t *testing.T) {
			t.Parallel()
			do(t, newDatabase(t, dialect))
		})
	}
}

const testPassword = "s3cret/Passw0rd+of-tests"

func newDatabase(t testing.TB, d dialect) *testDatabase {
	t.Helper()
	db := &testDatabase{t: t, dialect: d}
	db.name = "t" + strings.ToLower(strconv.FormatInt(time.Now().UnixNano(), 36))
	var err error
	switch d {
	case sqliteDialect:
		file := filepath.Join(t.TempDir(), "shop's data.db")
		db.DB, err = sql.Open("sqlite", "file:"+(&url.URL{Path: file}).EscapedPath()+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)")
		db.place = "sqlite:" + file
		db.dsn = db.place
	case mysqlDialect:
		s := servers[d]
		must(t, s.admin, "CREATE DATABASE "+db.name, "CREATE USER "+db.name+"@'%' IDENTIFIED BY '"+testPassword+"'",
			"GRANT SELECT, TRIGGER, EVENT ON "+db.name+".* TO "+db.name+"@'%'", "GRANT SELECT ON mysql.proc TO "+db.name+"@'%'")
		t.Cleanup(func() { _, _ = s.admin.Exec("DROP DATABASE " + db.name) })
		db.DB, err = sql.Open("mysql", fmt.Sprintf("root@unix(%s)/%s?multiStatements=true", s.socket, db.name))
		db.place = fmt.Sprintf("mysql://127.0.0.1:%s/%s", s.port, db.name)
		db.dsn = (&url.URL{Scheme: "mysql", User: url.UserPassword(db.name, testPassword), Host: "127.0.0.1:" + s.port, Path: db.name}).String()
	case postgresDialect:
		s := servers[d]
		must(t, s.admin, "CREATE DATABASE "+db.name, "CREATE ROLE "+db.name+" LOGIN PASSWORD '"+testPassword+"'")
		t.Cleanup(func() { _, _ = s.admin.Exec("DROP DATABASE " + db.name + " WITH (FORCE)") })
		db.DB, err = sql.Open("pgx", fmt.Sprintf("postgres://root@127.0.0.1:%s/%s?sslmode=disable", s.port, db.name))
		db.place = fmt.Sprintf("postgres://127.0.0.1:%s/%s", s.port, db.name)
		db.dsn = (&url.URL{Scheme: "postgres", User: url.UserPassword(db.name, testPassword), Host: "127.0.0.1:" + s.port, Path: db.name, RawQuery: "sslmode=disable"}).String()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if d == postgresDialect {
		db.exec("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO " + db.name)
	}
	return db
}

func must(t testing.TB, db *sql.DB, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if _, err := db.Exec(statement); err != nil {
			t.Fatalf("%.200s: %v", statement, err)
		}
	}
}

func (d *testDatabase) exec(statements ...string) {
	d.t.Helper()
	must(d.t, d.DB, statements...)
}

// insert puts one row in, with values as they are.
func (d *testDatabase) insert(table string, names string, values ...any) {
	d.t.Helper()
	marks := make([]string, len(values))
	for i := range values {
		marks[i] = "?"
		if d.dialect == postgresDialect {
			marks[i] = "$" + strconv.Itoa(i+1)
		}
	}
	if _, err := d.Exec("INSERT INTO "+table+" ("+names+") VALUES ("+strings.Join(marks, ", ")+")", values...); err != nil {
		d.t.Fatalf("%s: %v", table, err)
	}
}

// seen is what one look reported.
type seenAll struct {
	signs []tillwatch.Sign
	items []tillwatch.Item
	gaps  []tillwatch.Gap
	pass  []tillwatch.Pass
}

func (s *seenAll) take(o tillwatch.Observation) error {
	switch o := o.(type) {
	case tillwatch.Sign:
		s.signs = append(s.signs, o)
	case tillwatch.Item:
		s.items = append(s.items, o)
	case tillwatch.Gap:
		s.gaps = append(s.gaps, o)
	case tillwatch.Pass:
		s.pass = append(s.pass, o)
	}
	return nil
}

// look looks once as the account that may only read.
func (d *testDatabase) look(c Config) seenAll {
	d.t.Helper()
	var s seenAll
	if c.DSN == nil {
		c.DSN = map[string]string{d.place: d.dsn}
	}
	if c.Load == 0 {
		c.Load = 1
	}
	if err := New(c).Observe(d.t.Context(), d.target(), s.take); err != nil {
		d.t.Fatal(err)
	}
	s.leaksNothing(d.t)
	return s
}

func (d *testDatabase) target() tillwatch.Target {
	return tillwatch.Target{Kind: tillwatch.KindDatabase, Place: d.place, Shop: "shop"}
}

// leaksNothing looks for the password and for what tests mark as a customer's.
func (s *seenAll) leaksNothing(t testing.TB) {
	t.Helper()
	all := fmt.Sprintf("%+v", s)
	for _, secret := range []string{testPassword, url.QueryEscape(testPassword), url.PathEscape(testPassword), "Geheim"} {
		if strings.Contains(all, secret) {
			t.Errorf("%q is in what was reported: %s", secret, all)
		}
	}
}
