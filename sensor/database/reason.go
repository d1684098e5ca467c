package database

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
	sqlitelib "modernc.org/sqlite"
)

// The numbers of MySQL's errors that are told apart.
const (
	mysqlAccessDenied   = 1045
	mysqlNoDatabase     = 1049
	mysqlDatabaseDenied = 1044
	mysqlTableDenied    = 1142
	mysqlColumnDenied   = 1143
	mysqlInterrupted    = 1317
	mysqlTooLong        = 3024 // MySQL
	mysqlTooLongMaria   = 1969
	mysqlTooMany        = 1040
	mysqlHostDenied     = 1130
)

// reason says what an error means and what can be done. Messages of servers may repeat values, so that their own words
// are not passed on.
func (s *server) reason(err error) string { return reasonOf(err, s.user, s.dialect) }

func reasonOf(err error, user string, d dialect) string {
	var my *mysql.MySQLError
	var pg *pgconn.PgError
	var lite *sqlitelib.Error
	var network *net.OpError
	var dns *net.DNSError
	var tunnel tunnelError
	switch {
	case errors.As(err, &tunnel):
		return tunnel.Error()
	case errors.As(err, &my):
		return mysqlReason(my, user)
	case errors.As(err, &pg):
		return postgresReason(pg, user)
	case errors.As(err, &lite):
		switch lite.Code() & 0xff {
		case 26:
			return "this file is no SQLite database"
		case 11:
			return "the file of the database is damaged: restore it, or run PRAGMA integrity_check"
		case 5, 6:
			return "another program holds the database locked: look again when it is done"
		case 14, 8, 23:
			return "the file cannot be opened: give the user that tillwatch runs as the right to read it and its folder"
		case 9:
			return "it took too long, and was given up"
		}
		return fmt.Sprintf("SQLite says error %d", lite.Code())
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return "the server gave no answer in time: is it overloaded, or is something else listening at this address?"
	case errors.Is(err, context.Canceled):
		return "interrupted"
	case errors.Is(err, fs.ErrNotExist) && d == sqliteDialect:
		return "there is no such file"
	case errors.Is(err, fs.ErrPermission) && d == sqliteDialect:
		return "the file cannot be opened: give the user that tillwatch runs as the right to read it"
	case errors.As(err, &dns):
		return "there is no host of that name"
	case errors.As(err, &network) && network.Op == "dial":
		return "no server answers at this address: is it running, and is the port right?"
	case errors.As(err, &network), errors.Is(err, mysql.ErrInvalidConn), isClosed(err):
		return "the server closed the connection: it was restarted, or a firewall stands between"
	case errors.Is(err, mysql.ErrNoTLS):
		return "the server does not speak TLS: write ?tls=false at the end of the address"
	}
	var connecting *pgconn.ConnectError
	if errors.As(err, &connecting) {
		return "no server answers at this address, or it does not speak PostgreSQL's protocol: is it running, and are port and TLS mode right?"
	}
	return "it cannot be read: " + scrub(err.Error())
}

// scrub keeps of a message what cannot be a value: it ends before the first quote.
func scrub(message string) string {
	if i := strings.IndexAny(message, "'\"`("); i >= 0 {
		message = message[:i]
	}
	return strings.TrimSpace(message[:min(len(message), 120)])
}

func isClosed(err error) bool {
	text := err.Error()
	for _, word := range []string{"EOF", "bad connection", "broken pipe", "connection reset", "conn closed", "invalid connection"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// deniedDatabase reads which account was refused which database.
var deniedDatabase = lazily(`^Access denied for user '([^']{1,80})'@'([^']{1,255})' to database '([^']{1,64})'$`)

func mysqlReason(e *mysql.MySQLError, user string) string {
	switch e.Number {
	case mysqlAccessDenied:
		return "the server refuses user and password: set TILLWATCH_DB_USER and TILLWATCH_DB_PASSWORD, or write them into ~/.my.cnf"
	case mysqlHostDenied:
		return "the server refuses connections from this machine: make the account for this host"
	case mysqlNoDatabase:
		return "there is no database of that name"
	case mysqlDatabaseDenied, mysqlTableDenied, mysqlColumnDenied:
		if m := deniedDatabase().FindStringSubmatch(e.Message); m != nil { // the server's own names: of the account with its host
			return "the account may not read it: GRANT SELECT, TRIGGER, EVENT ON " + quoteWith(m[3], '`') + ".* TO " + accountName(m[1]+"@"+m[2])
		}
		return "the account may not read it: GRANT SELECT ON the database TO " + accountName(user)
	case mysqlInterrupted, mysqlTooLong, mysqlTooLongMaria:
		return "it took too long, and was given up"
	case mysqlTooMany:
		return "the server has too many connections: look again later"
	}
	return fmt.Sprintf("the server says error %d", e.Number)
}

func postgresReason(e *pgconn.PgError, user string) string {
	switch e.Code {
	case "28P01":
		return "the server refuses user and password: set TILLWATCH_DB_USER and TILLWATCH_DB_PASSWORD, or write them into ~/.pgpass"
	case "28000":
		return "the server does not let this user in from here: give pg_hba.conf a line for user, database and this machine, or use TLS if it wants that (?sslmode=require)"
	case "3D000":
		return "there is no database of that name"
	case "42501":
		if _, name, found := strings.Cut(e.Message, `for database "`); found {
			return "the account may not connect to it: GRANT CONNECT ON DATABASE " + quoteWith(strings.TrimSuffix(name, `"`), '"') + " TO " + quoteWith(user, '"')
		}
		return "the account may not read it: GRANT SELECT ON ALL TABLES IN SCHEMA public TO " + quoteWith(user, '"')
	case "57014":
		return "it took too long, and was given up"
	case "53300":
		return "the server has too many connections: look again later"
	case "57P01", "57P02", "57P03", "08006", "08003":
		return "the server closed the connection: it was restarted, or is being shut down"
	case "22021", "22P05":
		return "it holds signs that are none in the database's encoding"
	}
	return "the server says error " + e.Code
}

// gone says that there is no point in asking the same server further.
func gone(err error) bool {
	var my *mysql.MySQLError
	var pg *pgconn.PgError
	var lite *sqlitelib.Error
	switch {
	case errors.As(err, &my):
		return my.Number == mysqlAccessDenied || my.Number == mysqlTooMany
	case errors.As(err, &pg):
		return strings.HasPrefix(pg.Code, "57P") || strings.HasPrefix(pg.Code, "08") || strings.HasPrefix(pg.Code, "28")
	case errors.As(err, &lite):
		return false
	}
	return !errors.Is(err, context.DeadlineExceeded)
}

// accountName writes MySQL's user@host as GRANT wants it.
func accountName(user string) string {
	i := strings.LastIndexByte(user, '@')
	if i < 0 {
		return quoteWith(user, '\'')
	}
	return quoteWith(user[:i], '\'') + "@" + quoteWith(user[i+1:], '\'')
}

func quoteWith(name string, q byte) string {
	return string(q) + strings.ReplaceAll(name, string(q), string(q)+string(q)) + string(q)
}
