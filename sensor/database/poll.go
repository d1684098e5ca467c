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

	"github.com/tillwatch/tillwatch"
)

// followed is a table of rows that customers write, and how far it has been read.
type followed struct {
	task     *task
	judge    *judgement
	key      column // that counts; no name where there is none
	moment   column // when a row changed, and an index begins with it; no name where there is none
	mark     *watermark
	memory   *memory
	head     int64     // the highest key, as the server said just now; -1 where it did not say
	newest   any       // moment of the row that changed last
	narrow   time.Time // when changed rows were asked for, and when further back
	wide     time.Time
	hint     string
	hintSaid bool
}

// blind says that new rows can be seen in no other way than by going through the whole table.
func (f *followed) blind() bool { return f.key.name == "" && f.moment.name == "" }

// The windows behind the time of the newest change that are read again, and how often.
const (
	narrowWindow = 10 * time.Second
	wideWindow   = 15 * time.Minute
	wideEvery    = time.Minute
	tailWindow   = 10_000 // keys below the highest that are read at the beginning
)

func (l *look) followed(t *task, m *memory) *followed {
	f := &followed{task: t, judge: l.judge(t), memory: m}
	if c, ok := t.table.sequence(); ok {
		f.key = c
	}
	c, indexed := moments(t.table)
	if indexed {
		f.moment = c
	}
	name := l.server.qualified(t.table.schema, t.table.name)
	switch {
	case c.name != "" && !indexed:
		f.hint = fmt.Sprintf("CREATE INDEX ON %s (%s)", name, l.server.quote(c.name))
		if l.server.dialect != postgresDialect {
			f.hint = fmt.Sprintf("CREATE INDEX tillwatch_changed ON %s (%s)", name, l.server.quote(c.name))
		}
	case f.blind():
		f.hint = "a primary key that counts, or an indexed time of change, on " + name
	}
	f.mark = m.watermark(t)
	return f
}

// begin finds out where a table stands that nothing is remembered of. Rows that are there already are what the pass over
// the whole table is for; only the newest are read at once, and the holes among them noted.
func (l *look) begin(ctx context.Context, f *followed) error {
	if f.hint != "" && !f.hintSaid {
		f.hintSaid = true
		err := l.report(tillwatch.Sign{
			Rule: ruleIndex, Severity: tillwatch.Info, Certainty: tillwatch.Certain, Place: l.place(f.task, nil, ""), Count: 1,
			Summary:  "Changed rows of this table are only seen when all of it has been read again: an index would help.",
			Evidence: []tillwatch.Evidence{{What: f.hint, Where: l.place(f.task, nil, "")}},
		})
		if err != nil {
			return err
		}
	}
	if f.key.name == "" {
		return nil
	}
	if f.mark.High == 0 && len(f.mark.Holes) == 0 {
		var high sql.NullString
		err := l.one(ctx, f, "SELECT max("+l.server.quote(f.key.name)+") FROM "+l.server.qualified(f.task.table.schema, f.task.table.name), &high)
		if err != nil {
			return l.failed(ctx, f, err)
		}
		f.memory.change(func() { f.mark.High = max(number(high.String)-tailWindow, 0) })
	}
	return nil
}

func (l *look) one(ctx context.Context, f *followed, query string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, l.server.timeout)
	defer cancel()
	return l.server.QueryRowContext(ctx, query).Scan(into)
}

// failed tells of an error of a poll. Only where the server is gone, the polling ends.
func (l *look) failed(ctx context.Context, f *followed, err error) error {
	var s stopped
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &s):
		return s.error
	case gone(err) && !l.server.answers(ctx):
		return lost{err}
	}
	return l.gap(l.place(f.task, nil, ""), l.why(f.task, err))
}

// poll asks one table for what is new and what has changed.
func (l *look) poll(ctx context.Context, f *followed) error {
	if f.key.name != "" {
		if l.behind(f) {
			if err := l.above(ctx, f); err != nil {
				return l.failed(ctx, f, err)
			}
		}
		if err := l.holes(ctx, f); err != nil {
			return l.failed(ctx, f, err)
		}
	}
	if f.moment.name == "" {
		return nil
	}
	now := time.Now()
	window := time.Duration(-1)
	switch {
	case now.Sub(f.wide) >= wideEvery:
		f.wide, f.narrow, window = now, now, wideWindow
	case now.Sub(f.narrow) >= l.momentEvery(f):
		f.narrow, window = now, narrowWindow
	}
	if window < 0 {
		return nil
	}
	if err := l.changed(ctx, f, window); err != nil {
		return l.failed(ctx, f, err)
	}
	return nil
}

// behind says whether a table may have rows above its watermark.
func (l *look) behind(f *followed) (is bool) {
	f.memory.change(func() { is = f.head < 0 || f.head > f.mark.High })
	return is
}

// headsAtOnce is how many tables one statement asks for their highest keys.
const headsAtOnce = 60

// heads asks for the highest key of every table that counts its rows: each is the end of an index, and all of them are one
// statement. Where that fails, of one table for all, each table is asked for its rows alone.
func (l *look) heads(ctx context.Context, written []*followed) {
	var counted []*followed
	for _, f := range written {
		if f.head = -1; f.key.name != "" {
			counted = append(counted, f)
		}
	}
	if time.Since(l.alone) < l.config.Slowly {
		return
	}
	for some := range slices.Chunk(counted, headsAtOnce) {
		if err := l.headsOf(ctx, some); err != nil {
			l.alone = time.Now()
			return
		}
	}
}

func (l *look) headsOf(ctx context.Context, some []*followed) error {
	q := &query{s: l.server}
	highest := make([]sql.NullString, len(some))
	into := make([]any, len(some))
	for i, f := range some {
		into[i] = &highest[i]
		q.add([]string{"SELECT ", ", "}[min(i, 1)], "(SELECT max(", l.server.quote(f.key.name), ") FROM ", l.server.qualified(f.task.table.schema, f.task.table.name), ")")
	}
	ctx, cancel := context.WithTimeout(ctx, l.server.timeout)
	defer cancel()
	if err := l.server.QueryRowContext(ctx, q.text.String()).Scan(into...); err != nil {
		return err
	}
	for i, f := range some {
		if n, ok := asNumber(highest[i].String); ok {
			f.head = n
		} else if !highest[i].Valid {
			f.head = 0 // there is no row
		}
	}
	return nil
}

// momentEvery is how often changed rows are asked for: where they are the only way to see new ones, each time.
func (l *look) momentEvery(f *followed) time.Duration {
	if f.key.name == "" {
		return 0
	}
	return 5 * l.config.Every
}

// above reads the rows above the watermark.
func (l *look) above(ctx context.Context, f *followed) error {
	for {
		began := time.Now()
		q := l.server.selection(f.task, "")
		var from []any
		f.memory.change(func() { from = []any{l.server.keyValue(f.mark.High)} })
		q.after(f.task.table, from, l.config.Batch)
		_, n, err := l.server.read(ctx, q, f.task, false, f.row)
		if err != nil || n < l.config.Batch {
			return err
		}
		if err := l.pause(ctx, time.Since(began)); err != nil {
			return err
		}
	}
}

// pause is rest for rows that must not wait for long.
func (l *look) pause(ctx context.Context, took time.Duration) error {
	return sleep(ctx, min(took, time.Second))
}

func (f *followed) row(r row) error {
	if err := f.judge.row(r); err != nil {
		return err
	}
	if key, ok := asNumber(r.key[0]); ok {
		f.memory.change(func() { f.mark.see(key, time.Now()) })
	}
	return nil
}

func (s *server) keyValue(n int64) any {
	if s.dialect == postgresDialect {
		return strconv.FormatInt(n, 10)
	}
	return n
}

func asNumber(v any) (int64, bool) {
	switch v := v.(type) {
	case int64:
		return v, true
	case uint64:
		return int64(v), v < 1<<63
	case string:
		n, err := strconv.ParseInt(v, 10, 64)
		return n, err == nil
	}
	return 0, false
}

// holesAtOnce is how many stretches of keys one statement asks for.
const holesAtOnce = 50

// holes reads what has come into the holes below the watermark.
func (l *look) holes(ctx context.Context, f *followed) error {
	var due []hole
	f.memory.change(func() { due = f.mark.due(time.Now()) })
	for len(due) > 0 {
		n := min(len(due), holesAtOnce)
		if err := l.within(ctx, f, due[:n]); err != nil {
			return err
		}
		due = due[n:]
	}
	return nil
}

func (l *look) within(ctx context.Context, f *followed, holes []hole) error {
	var from []any
	for {
		q := l.server.selection(f.task, "")
		q.add(" AND (")
		for i, h := range holes {
			if i > 0 {
				q.add(" OR ")
			}
			q.add("t.", l.server.quote(f.key.name), " BETWEEN ")
			q.value(f.key, l.server.keyValue(h.From))
			q.add(" AND ")
			q.value(f.key, l.server.keyValue(h.To))
		}
		q.add(")")
		q.after(f.task.table, from, l.config.Batch)
		last, n, err := l.server.read(ctx, q, f.task, false, f.row)
		if err != nil || n < l.config.Batch {
			return err
		}
		from = last
	}
}

// changed reads the rows that changed since shortly before the newest change that was seen.
func (l *look) changed(ctx context.Context, f *followed, window time.Duration) error {
	// By time and key, as the index has it: so that rows of one moment are not read for ever.
	ordered := *f.task
	with := *f.task.table
	with.key = append([]string{f.moment.name}, f.task.table.key...)
	ordered.table = &with
	if f.newest == nil {
		var newest any
		expression := "max(" + l.server.quote(f.moment.name) + ")"
		if l.server.dialect == postgresDialect {
			expression += "::text"
		}
		if err := l.one(ctx, f, "SELECT "+expression+" FROM "+l.server.qualified(with.schema, with.name), &newest); err != nil {
			return err
		}
		if f.newest = plain(newest); f.newest == nil {
			return nil // there is no row yet
		}
	}
	var from []any
	for {
		began := time.Now()
		q := l.server.selection(&ordered, "")
		q.add(" AND t.", l.server.quote(f.moment.name), " >= ")
		q.earlier(f.moment, f.newest, window)
		q.after(&with, from, l.config.Batch)
		last, n, err := l.server.read(ctx, q, &ordered, false, func(r row) error {
			r.key = r.key[1:]
			return f.judge.row(r)
		})
		if len(last) > 0 {
			f.newest, from = last[0], last
		}
		if err != nil || n < l.config.Batch {
			return err
		}
		if err := l.pause(ctx, time.Since(began)); err != nil {
			return err
		}
	}
}

// earlier puts a time in that lies a window before one that the server gave.
func (q *query) earlier(c column, moment any, window time.Duration) {
	seconds := strconv.Itoa(int(window.Seconds()))
	switch {
	case c.integer():
		n, _ := asNumber(moment)
		if n > 100_000_000_000 { // milliseconds
			seconds += "000"
		}
		q.value(c, moment)
		q.add(" - ", seconds)
	case q.s.dialect == mysqlDialect:
		q.value(c, moment)
		q.add(" - INTERVAL ", seconds, " SECOND")
	case q.s.dialect == postgresDialect:
		q.value(c, moment)
		q.add(" - interval '", seconds, " seconds'")
	default:
		// As texts SQLite's times are compared sign by sign, in whatever form the shop writes them.
		if t, ok := moment.(time.Time); ok {
			moment = t.Add(-window)
		} else if text, ok := moment.(string); ok && !strings.Contains(text, "T") {
			q.add("datetime(")
			q.value(c, moment)
			q.add(", '-", seconds, " seconds')")
			return
		}
		q.value(c, moment)
	}
}
