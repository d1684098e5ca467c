package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
)

// maxCell bounds what is asked for of one value, in characters.
const maxCell = 1 << 20

// row is one row that was read. Its values are good until the next is read.
type row struct {
	key    []any // of the table's key, in its order; empty where there is none
	values [][]byte
	label  string
	moment any // of the column that was asked for beside the key
}

// query builds one SELECT and its arguments.
type query struct {
	s    *server
	text strings.Builder
	args []any
}

func (q *query) add(parts ...string) {
	for _, p := range parts {
		q.text.WriteString(p)
	}
}

// value puts an argument in and casts it to the type of its column where the server wants that.
func (q *query) value(c column, v any) {
	q.args = append(q.args, v)
	if q.s.dialect == postgresDialect {
		q.add("$", strconv.Itoa(len(q.args)), "::", orDefault(c.kind, "text"))
		return
	}
	q.add("?")
}

func (s *server) quote(name string) string {
	if s.dialect == mysqlDialect {
		return quoteWith(name, '`')
	}
	return quoteWith(name, '"')
}

func (s *server) qualified(schema, name string) string {
	if schema == "" {
		return s.quote(name)
	}
	return s.quote(schema) + "." + s.quote(name)
}

// expression is how a column is asked for: long texts up to a bound.
func (s *server) expression(c column) string {
	name := s.quote(c.name)
	long := c.length == 0 || c.length > maxCell
	switch {
	case s.dialect == postgresDialect && c.blob():
		return fmt.Sprintf("substring(%s from 1 for %d)", name, maxCell)
	case s.dialect == postgresDialect && long:
		return fmt.Sprintf("left(%s::text, %d)", name, maxCell)
	case s.dialect == postgresDialect:
		return name + "::text"
	case s.dialect == mysqlDialect && long:
		return fmt.Sprintf("LEFT(%s, %d)", name, maxCell)
	case s.dialect == sqliteDialect:
		return fmt.Sprintf("substr(%s, 1, %d)", name, maxCell)
	}
	return name
}

// keyExpression is how a key is asked for, so that it can be given back as it is.
func (s *server) keyExpression(name string) string {
	if s.dialect == postgresDialect {
		return s.quote(name) + "::text"
	}
	return s.quote(name)
}

// selection begins a statement with key, label, moment and the columns of a task.
func (s *server) selection(t *task, moment string) *query {
	q := &query{s: s}
	var list []string
	for _, k := range t.table.key {
		list = append(list, s.keyExpression(k))
	}
	if moment != "" {
		list = append(list, s.keyExpression(moment))
	}
	if t.hasLabel() {
		list = append(list, s.quote(t.label))
	}
	for _, c := range t.columns {
		list = append(list, s.expression(c))
	}
	q.add("SELECT ", strings.Join(list, ", "), " FROM ", s.qualified(t.table.schema, t.table.name), " AS t WHERE ")
	if t.where != "" {
		q.add("(", t.where, ")")
	} else {
		q.add("1 = 1")
	}
	return q
}

func (t *task) hasLabel() bool {
	_, ok := t.table.column(t.label)
	return t.label != "" && ok
}

// after continues a statement behind a key, in its order, with at most limit rows.
func (q *query) after(t *table, from []any, limit int) {
	if len(from) > 0 {
		q.add(" AND ")
		q.behind(t, from)
	}
	if len(t.key) == 0 {
		return
	}
	names := make([]string, len(t.key))
	for i, k := range t.key {
		names[i] = "t." + q.s.quote(k) // with the table: by its name alone, PostgreSQL would sort what is selected
	}
	q.add(" ORDER BY ", strings.Join(names, ", "), " LIMIT ", strconv.Itoa(limit))
}

// behind compares a key of several columns as servers find it in an index: a >= ? AND (a > ? OR (a = ? AND b > ?)).
func (q *query) behind(t *table, from []any) {
	name := q.s.quote(t.key[len(t.key)-len(from)])
	c, _ := t.column(t.key[len(t.key)-len(from)])
	if len(from) == 1 {
		q.add(name, " > ")
		q.value(c, from[0])
		return
	}
	q.add("(", name, " >= ")
	q.value(c, from[0])
	q.add(" AND (", name, " > ")
	q.value(c, from[0])
	q.add(" OR ")
	q.behind(t, from[1:])
	q.add("))")
}

// read runs a statement of selection and hands on its rows. It gives the key of the last row, and how many there were.
func (s *server) read(ctx context.Context, q *query, t *task, moment bool, do func(row) error) (last []any, n int, err error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout+5*time.Second)
	defer cancel()
	rows, err := s.QueryContext(ctx, q.text.String(), q.args...)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	keys := len(t.table.key)
	r := row{key: make([]any, keys)}
	values := make([]sql.RawBytes, len(t.columns))
	var label sql.NullString
	var into []any
	for i := range r.key {
		into = append(into, &r.key[i])
	}
	if moment {
		into = append(into, &r.moment)
	}
	if t.hasLabel() {
		into = append(into, &label)
	}
	for i := range values {
		into = append(into, &values[i])
	}
	r.values = make([][]byte, len(values))
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return last, n, err
		}
		for i, k := range r.key {
			r.key[i] = plain(k)
		}
		r.moment = plain(r.moment)
		for i, v := range values {
			r.values[i] = v
		}
		r.label = label.String
		n++
		last = slices.Clone(r.key)
		if err := do(r); err != nil {
			return last, n, stopped{err}
		}
	}
	return last, n, rows.Err()
}

// stopped is an error that did not come from the server.
type stopped struct{ error }

func (s stopped) Unwrap() error { return s.error }

// plain makes of bytes a text, so that they are given back to the server as one.
func plain(v any) any {
	if b, ok := v.([]byte); ok {
		return string(b)
	}
	return v
}

// decode is a value as characters. What was written in another encoding than the column says, or is in none, is read as
// the encodings that shops have used.
func (c column) decode(raw []byte) string {
	if c.charset == "latin1" && hasHigh(raw) {
		// The column is said to be latin1, and holds what a shop wrote into it as UTF-8 or Shift_JIS.
		if b, err := charmap.Windows1252.NewEncoder().Bytes(raw); err == nil {
			raw = b
		}
	}
	if utf8.Valid(raw) {
		return string(raw)
	}
	for _, e := range []encoding.Encoding{japanese.EUCJP, japanese.ShiftJIS} {
		if b, err := e.NewDecoder().Bytes(raw); err == nil && !strings.ContainsRune(string(b), utf8.RuneError) {
			return string(b)
		}
	}
	return string(raw)
}

func hasHigh(raw []byte) bool {
	return slices.ContainsFunc(raw, func(b byte) bool { return b >= utf8.RuneSelf })
}

// aboutContent says whether an error is about what is in a row, and not about the server.
func aboutContent(err error) bool {
	var s stopped
	if errors.As(err, &s) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	return !gone(err) || isConversion(err)
}
