package database

import (
	"context"
	"crypto/tls"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

// server is a database that can be asked.
type server struct {
	*sql.DB
	dialect dialect
	named   string // the database of the address
	user    string
	mariadb bool
	timeout time.Duration // of one statement
}

const (
	connectTimeout   = 10 * time.Second
	statementTimeout = 30 * time.Second
	maxConnections   = 3
)

// open connects, and finds out that it can. Every connection is read-only from its first statement on, and each of its
// statements ends after a time.
func open(ctx context.Context, a address, c Config) (*server, error) {
	s := &server{dialect: a.dialect, named: a.named(), user: a.user, timeout: c.StatementTimeout}
	var connector driver.Connector
	var err error
	switch a.dialect {
	case mysqlDialect:
		connector, err = mysqlConnector(a, c)
	case postgresDialect:
		connector, err = postgresConnector(a, c)
		s.named = ""
	case sqliteDialect:
		s.DB, err = openFile(a.file)
	}
	if err != nil {
		return nil, err
	}
	if s.DB == nil {
		s.DB = sql.OpenDB(connector)
	}
	s.SetMaxOpenConns(maxConnections)
	s.SetMaxIdleConns(maxConnections)
	s.SetConnMaxLifetime(30 * time.Minute)
	if err := s.greet(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// greet asks for what must be known of the server before anything else.
func (s *server) greet(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, min(connectTimeout+5*time.Second, s.timeout))
	defer cancel()
	switch s.dialect {
	case mysqlDialect:
		var version, user string
		var database sql.NullString
		if err := s.QueryRowContext(ctx, "SELECT VERSION(), CURRENT_USER(), DATABASE()").Scan(&version, &user, &database); err != nil {
			return err
		}
		s.mariadb = strings.Contains(strings.ToLower(version), "mariadb")
		s.user, s.named = user, database.String
	case postgresDialect:
		return s.QueryRowContext(ctx, "SELECT current_user, current_database()").Scan(&s.user, &s.named)
	case sqliteDialect:
		var n int
		return s.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master").Scan(&n)
	}
	return nil
}

func mysqlConnector(a address, c Config) (driver.Connector, error) {
	m := mysql.NewConfig()
	m.User, m.Passwd, m.DBName = a.user, a.password, a.named()
	m.Timeout, m.ReadTimeout, m.WriteTimeout = connectTimeout, c.StatementTimeout+10*time.Second, connectTimeout
	m.ParseTime, m.Loc = true, time.UTC
	m.AllowNativePasswords, m.AllowCleartextPasswords, m.AllowOldPasswords = true, false, false
	m.CheckConnLiveness, m.InterpolateParams = true, true
	m.Logger = silent{}
	m.Net, m.Addr = "tcp", a.url.Host
	if socket := a.socketOf(); socket != "" {
		m.Net, m.Addr = "unix", socket
	} else if a.url.Port() == "" {
		m.Addr = net.JoinHostPort(orDefault(a.url.Hostname(), "127.0.0.1"), "3306")
	}
	q := a.url.Query()
	switch mode := strings.ToLower(orDefault(q.Get("tls"), q.Get("ssl-mode"))); mode {
	case "", "preferred":
		m.TLSConfig = "preferred"
		if m.Net == "unix" {
			m.TLSConfig = ""
		}
	case "false", "disabled":
	case "skip-verify", "required":
		m.TLS = &tls.Config{InsecureSkipVerify: true} //nolint:gosec // as the operator asked for
	default:
		m.TLS = &tls.Config{ServerName: a.url.Hostname()}
	}
	if dial := c.Dial; dial != nil {
		network := m.Net
		m.DialFunc = func(ctx context.Context, _, addr string) (net.Conn, error) { return dial(ctx, network, addr) }
	}
	connector, err := mysql.NewConnector(m)
	if err != nil {
		return nil, errors.New("the address of the database cannot be used: check host, port and options")
	}
	seconds := max(int(c.StatementTimeout.Seconds()), 1)
	return settled{connector, []string{
		"SET SESSION TRANSACTION READ ONLY",
		"SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
		"?SET SESSION lock_wait_timeout = 5",
		fmt.Sprintf("?SET SESSION max_statement_time = %d", seconds),      // MariaDB
		fmt.Sprintf("?SET SESSION max_execution_time = %d", seconds*1000), // MySQL
		"?SET SESSION sql_mode = ''",
	}}, nil
}

// silent keeps the driver from writing to standard error.
type silent struct{}

func (silent) Print(...any) {}

func postgresConnector(a address, c Config) (driver.Connector, error) {
	u := *a.url
	u.Scheme = "postgres"
	q := u.Query()
	q.Del("password")
	u.RawQuery = q.Encode()
	if a.user != "" {
		u.User = url.User(a.user)
		q.Del("user")
		u.RawQuery = q.Encode()
	}
	if a.given {
		u.User = url.UserPassword(a.user, a.password)
	}
	p, err := pgx.ParseConfig(u.String())
	if err != nil {
		return nil, errors.New("the address of the database cannot be used: check host, port and options")
	}
	p.ConnectTimeout = connectTimeout
	if dial := c.Dial; dial != nil {
		p.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) { return dial(ctx, network, addr) }
		p.LookupFunc = func(_ context.Context, host string) ([]string, error) { return []string{host}, nil }
	}
	// Without prepared statements of the server's: poolers of transactions do not know them.
	p.DefaultQueryExecMode = pgx.QueryExecModeExec
	ms := max(c.StatementTimeout.Milliseconds(), 1000)
	return settled{stdlib.GetConnector(*p), []string{
		"SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
		fmt.Sprintf("?SET statement_timeout = %d", ms),
		"?SET lock_timeout = 5000",
		"?SET idle_in_transaction_session_timeout = 60000",
		"?SET client_encoding = 'UTF8'",
		"?SET application_name = 'tillwatch'",
		"?SET max_parallel_workers_per_gather = 0",
	}}, nil
}

// settled runs statements on each new connection before it is used. A statement that begins with "?" may fail: not all
// servers know it.
type settled struct {
	driver.Connector
	statements []string
}

// Connect opens a connection and settles it.
func (c settled) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	for _, statement := range c.statements {
		text, optional := strings.CutPrefix(statement, "?")
		exec, can := conn.(driver.ExecerContext)
		if !can {
			conn.Close()
			return nil, errors.New("the connection could not be made read-only")
		}
		if _, err := exec.ExecContext(ctx, text, nil); err != nil && !optional {
			conn.Close()
			return nil, fmt.Errorf("the connection could not be made read-only: %w", err)
		}
	}
	return conn, nil
}

// openFile opens an SQLite file for reading.
func openFile(file string) (*sql.DB, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("this is no file: name the file of the database")
	}
	file, err = filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	options := url.Values{"mode": {"ro"}, "_pragma": {"query_only(1)", "busy_timeout(5000)", "trusted_schema(0)", "cell_size_check(1)"}}
	return sql.Open("sqlite", (&url.URL{Scheme: "file", Path: file, RawQuery: options.Encode()}).String())
}

func orDefault(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
