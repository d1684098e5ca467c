package demoshop

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
)

// dialect is how a server writes what is not the same in all SQL.
type dialect string

const (
	sqliteSQL   dialect = "sqlite"
	mysqlSQL    dialect = "mysql" // MariaDB: MySQL itself has no RETURNING
	postgresSQL dialect = "postgres"
)

// database is the shop's, whichever server keeps it. Queries are written with ? for their parameters.
type database struct {
	*sql.DB
	dialect dialect
}

// QueryContext is that of [sql.DB].
func (d *database) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return d.DB.QueryContext(ctx, d.dialect.numbered(query), args...)
}

// QueryRowContext is that of [sql.DB].
func (d *database) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return d.DB.QueryRowContext(ctx, d.dialect.numbered(query), args...)
}

// ExecContext is that of [sql.DB].
func (d *database) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return d.DB.ExecContext(ctx, d.dialect.numbered(query), args...)
}

// BeginTx is that of [sql.DB].
func (d *database) BeginTx(ctx context.Context, options *sql.TxOptions) (*transaction, error) {
	tx, err := d.DB.BeginTx(ctx, options)
	return &transaction{tx, d.dialect}, err
}

// transaction is one in a [database].
type transaction struct {
	*sql.Tx
	dialect dialect
}

// QueryRowContext is that of [sql.Tx].
func (t *transaction) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return t.Tx.QueryRowContext(ctx, t.dialect.numbered(query), args...)
}

// ExecContext is that of [sql.Tx].
func (t *transaction) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return t.Tx.ExecContext(ctx, t.dialect.numbered(query), args...)
}

// numbered gives parameters their numbers where the server wants them. No query of the shop has a ? in a text.
func (d dialect) numbered(query string) string {
	if d != postgresSQL {
		return query
	}
	var out strings.Builder
	for n := 1; ; n++ {
		before, after, found := strings.Cut(query, "?")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		out.WriteString("$" + strconv.Itoa(n))
		query = after
	}
}

// orUpdate ends an INSERT that changes these columns where a row has the key already.
func (d *database) orUpdate(key string, columns ...string) string {
	var sets []string
	for _, c := range columns {
		if d.dialect == mysqlSQL {
			sets = append(sets, c+" = VALUES("+c+")")
		} else {
			sets = append(sets, c+" = excluded."+c)
		}
	}
	if d.dialect == mysqlSQL {
		return "ON DUPLICATE KEY UPDATE " + strings.Join(sets, ", ")
	}
	return "ON CONFLICT (" + key + ") DO UPDATE SET " + strings.Join(sets, ", ")
}

// unlessThere makes the rest of an INSERT one that does nothing where a row has one of its keys already.
func (d *database) unlessThere(rest string) string {
	if d.dialect == mysqlSQL {
		return "INSERT IGNORE " + rest
	}
	return "INSERT " + rest + " ON CONFLICT DO NOTHING"
}
