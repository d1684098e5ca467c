package database

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/tillwatch/tillwatch"
)

// pass goes through all rows of a task.
func (l *look) pass(ctx context.Context, t *task) error {
	j := l.judge(t)
	if t.raw != nil && !t.guessed {
		// The table itself is an item, so that the first row that runs something is noticed where there was none.
		item := tillwatch.Item{Kind: "table", Place: l.place(t, nil, "") + " " + t.mode(), Scope: t.scope(l.target.Place)}
		if err := l.report(item); err != nil {
			return err
		}
	}
	whole, err := l.through(ctx, t, nil, j.row)
	if err != nil {
		return err
	}
	if err := l.tellRest(t); err != nil {
		return err
	}
	if whole && t.raw != nil && !j.full {
		return l.report(tillwatch.Pass{Scope: t.scope(l.target.Place), At: time.Now()})
	}
	return nil
}

// through reads a table in batches along its key, and rests after each. What cannot be read is a gap, and false.
func (l *look) through(ctx context.Context, t *task, from []any, do func(row) error) (whole bool, err error) {
	whole = true
	limit := l.config.Batch
	broken := 0
	// Two that go through tables at once take turns, so that together they cost no more than one.
	held := false
	defer func() {
		if held {
			<-l.turn
		}
	}()
	for {
		if held {
			<-l.turn
		}
		select {
		case l.turn <- struct{}{}:
			held = true
		case <-ctx.Done():
			held = false
			return false, ctx.Err()
		}
		began := time.Now()
		q := l.server.selection(t, "")
		q.after(t.table, from, limit)
		last, n, err := l.server.read(ctx, q, t, false, do)
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		var s stopped
		switch {
		case errors.As(err, &s):
			return false, s.error
		case err != nil && len(t.table.key) > 0 && limit > 1 && aboutContent(err):
			// One row spoils the batch: it is found by halves, and everything around it is read.
			if len(last) > 0 {
				from = last
			}
			limit /= 2
			continue
		case err != nil && limit == 1 && aboutContent(err):
			whole = false
			if err := l.gap(l.place(t, nil, ""), "one of its rows cannot be read: "+l.server.reason(err)); err != nil {
				return false, err
			}
			if from, err = l.skip(ctx, t, from); err != nil || from == nil {
				return false, err
			}
			limit = l.config.Batch
			continue
		case err != nil && gone(err) && !l.server.answers(ctx):
			return false, lost{err}
		case err != nil && gone(err) && len(t.table.key) > 0 && broken < maxBroken:
			broken++ // only the connection ended: another one goes on
			if len(last) > 0 {
				from = last
			}
			continue
		case err != nil:
			return false, l.gap(l.place(t, nil, ""), l.why(t, err))
		}
		if len(t.table.key) == 0 {
			return whole, nil
		}
		if n < limit && limit == l.config.Batch || n == 0 {
			if l.config.Follow { // many small tables are no small load
				err = l.rest(ctx, time.Since(began))
			}
			return whole, err
		}
		from = last
		limit = min(limit*2, l.config.Batch)
		if err := l.rest(ctx, time.Since(began)); err != nil {
			return false, err
		}
	}
}

// maxBroken is how many ended connections a look at one table outlives.
const maxBroken = 3

// lost says that the server is not there any more.
type lost struct{ error }

func (l lost) Unwrap() error { return l.error }

// answers asks whether there is still a server.
func (s *server) answers(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	return s.PingContext(ctx) == nil
}

// why says what an error of reading a table means, with the statement that would mend it.
func (l *look) why(t *task, err error) string {
	reason := l.server.reason(err)
	if denied(err) {
		return "the account may not read this table: " + l.server.grant(l.server.qualified(t.table.schema, t.table.name))
	}
	if len(t.table.key) == 0 && strings.Contains(reason, "too long") {
		return reason + ": the table has no primary key, so that it can only be read in one piece; a key would help"
	}
	return "it could not be read to its end: " + reason
}

// skip steps over one row that cannot be read. Its key alone can be asked for. Nil: there is nothing more.
func (l *look) skip(ctx context.Context, t *task, from []any) ([]any, error) {
	bare := *t
	bare.columns, bare.label = nil, ""
	q := l.server.selection(&bare, "")
	q.after(t.table, from, 1)
	last, _, err := l.server.read(ctx, q, &bare, false, func(row) error { return nil })
	if err != nil {
		return nil, l.gap(l.place(t, nil, ""), l.why(t, err))
	}
	return last, nil
}

// rest waits in proportion to what a batch took, so that the server has the rest of its time for the shop.
func (l *look) rest(ctx context.Context, took time.Duration) error {
	pause := time.Duration(float64(took) * (1/l.load - 1))
	if pause <= 0 {
		return ctx.Err()
	}
	select {
	case <-time.After(min(pause, time.Minute)):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// place is where a value is: target, table, key and column.
func (l *look) place(t *task, r *row, column string) string {
	var b strings.Builder
	b.WriteString(l.target.Place + " ")
	if t.table.schema != "" && t.table.schema != "public" && l.server != nil && t.table.schema != l.server.named {
		b.WriteString(t.table.schema + ".")
	}
	b.WriteString(t.table.name)
	if r != nil {
		b.WriteString("[" + t.named(r) + "]")
	}
	if column != "" {
		b.WriteString("." + column)
	}
	return b.String()
}

// named is how a row is named to people. Of what customers write, keys that are no numbers are not shown: a session or an
// address can be one.
func (t *task) named(r *row) string {
	label := ""
	if t.raw != nil && stableLabels[t.label] && isName(r.label) {
		label = r.label
	}
	if label != "" && uniqueLabels[t.label] {
		return label
	}
	var parts []string
	for i, k := range r.key {
		value := fmt.Sprint(k)
		if _, err := strconv.ParseInt(value, 10, 64); err != nil && !isUUID(value) && (t.raw == nil || !isName(value)) {
			value = tillwatch.Mask(value).String()
		}
		parts = append(parts, t.table.key[i]+"="+value)
	}
	if len(parts) == 0 {
		parts = []string{"row without a key"}
	}
	if label != "" {
		parts = append(parts, label)
	}
	return strings.Join(parts, ", ")
}

// uniqueLabels are columns that name a row better than its key: programs that save a setting make a new row of it.
var uniqueLabels = map[string]bool{"option_name": true, "configuration_key": true, "place": true, "slug": true}

// stableLabels are columns that name a row and that nobody edits: what is edited would make another item of the row.
var stableLabels = map[string]bool{
	"option_name": true, "configuration_key": true, "place": true, "slug": true, "path": true, "meta_key": true, "key": true, "code": true,
	"identifier": true, "handle": true, "attribute_code": true, "page_key": true, "route": true, "plugin_code": true, "post_type": true,
	"taxonomy": true, "unique_key": true,
}

func isName(s string) bool {
	if s == "" || len(s) > 100 {
		return false
	}
	for _, r := range s {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-./:", r)) {
			return false
		}
	}
	return true
}

func isUUID(s string) bool {
	return len(s) == 36 && s[8] == '-' && s[13] == '-' && s[18] == '-' && s[23] == '-'
}

func denied(err error) bool {
	reason := reasonOf(err, "", "")
	return strings.HasPrefix(reason, "the account may not read")
}

// isConversion says that a value has signs which cannot be handed over.
func isConversion(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && strings.HasPrefix(pg.Code, "22")
}
