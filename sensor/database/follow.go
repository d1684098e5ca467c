package database

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/tillwatch/tillwatch"
)

// follow looks until ctx ends. A server that goes away is a gap, and is asked again until it is back; what was written
// in between is read then.
func (l *look) follow(ctx context.Context) error {
	l.quietly()
	wait := l.config.Every
	for {
		server, why := l.connect(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if server == nil {
			if err := l.gap(l.target.Place, why); err != nil {
				return err
			}
			if err := sleep(ctx, wait); err != nil {
				return err
			}
			wait = min(2*wait, max(time.Minute, l.config.Every))
			continue
		}
		wait = l.config.Every
		err := l.session(ctx)
		server.Close()
		var gone lost
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, errReplan):
			continue
		case errors.As(err, &gone):
			if err := l.gap(l.target.Place, server.reason(gone.error)); err != nil {
				return err
			}
		case err != nil:
			return err
		}
		if err := sleep(ctx, wait); err != nil {
			return err
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

const (
	repeatGap  = 10 * time.Minute // until the same gap is told again
	maxQuieted = 20_000
)

// quietly keeps what following sees again and again from being told each time.
func (l *look) quietly() {
	var mu sync.Mutex
	told := map[string]time.Time{}
	report := l.report
	l.report = func(o tillwatch.Observation) error {
		key := ""
		switch o := o.(type) {
		case tillwatch.Sign:
			key = fmt.Sprintf("sign %s %s %s %d %d", o.Rule, o.Place, o.Summary, o.Severity, o.Count)
		case tillwatch.Gap:
			key = "gap " + o.Place + " " + o.Why
		}
		if key != "" {
			mu.Lock()
			last, again := told[key]
			_, isGap := o.(tillwatch.Gap)
			again = again && (!isGap || time.Since(last) < repeatGap)
			if !again {
				if len(told) >= maxQuieted {
					clear(told)
				}
				told[key] = time.Now()
			}
			mu.Unlock()
			if again {
				return nil
			}
		}
		return report(o)
	}
}

// session follows until the server goes away: three goroutines, for rows as customers write them, for what the shop
// executes, and for everything once more.
func (l *look) session(ctx context.Context) error {
	if err := l.plan(ctx); err != nil {
		return err
	}
	if l.catalogue == nil {
		return nil
	}
	memory := l.remembered()
	l.mu.Lock()
	l.memory = memory
	l.mu.Unlock()
	var written []*followed
	for i := range l.tasks {
		if l.tasks[i].raw == nil {
			written = append(written, l.followed(&l.tasks[i], memory))
		}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var group sync.WaitGroup
	for _, part := range []func(context.Context) error{
		func(ctx context.Context) error { return l.pollAll(ctx, written, memory) },
		func(ctx context.Context) error { return l.slowly(ctx) },
		func(ctx context.Context) error { return l.wholly(ctx, written, memory) },
	} {
		group.Go(func() {
			if err := part(ctx); err != nil {
				cancel(err)
			}
		})
	}
	group.Wait()
	return errors.Join(context.Cause(ctx), memory.save(true))
}

// pollAll asks for new and changed rows, until the server goes away.
func (l *look) pollAll(ctx context.Context, written []*followed, m *memory) error {
	for _, f := range written {
		if err := l.begin(ctx, f); err != nil {
			return err
		}
	}
	for {
		began := time.Now()
		l.heads(ctx, written)
		for _, f := range written {
			if err := l.poll(ctx, f); err != nil {
				return err
			}
		}
		if err := m.save(false); err != nil {
			if err := l.gap(l.target.Place, "how far the look has come could not be saved: "+err.Error()); err != nil {
				return err
			}
		}
		if err := sleep(ctx, max(l.config.Every-time.Since(began), l.config.Every/10)); err != nil {
			return err
		}
	}
}

// large is how many rows make a table one that is not gone through every minute.
const large = 20_000

// slowly looks at triggers, accounts and the smaller tables of what the shop executes, again and again.
func (l *look) slowly(ctx context.Context) error {
	for first := true; ; first = false {
		if !first {
			c, err := l.server.readCatalogue(ctx)
			if err != nil {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				if gone(err) && !l.server.answers(ctx) {
					return lost{err}
				}
				if err := l.gap(l.target.Place, "what is in the database could not be asked: "+l.server.reason(err)); err != nil {
					return err
				}
			} else if c.shape() != l.catalogue.shape() {
				return lost{errReplan} // a plugin was installed or removed, an index made: begin again with what there is now
			} else {
				l.catalogue.code = c.code
			}
		}
		if err := l.aside(ctx); err != nil {
			return err
		}
		for i := range l.tasks {
			if t := &l.tasks[i]; t.raw != nil && t.table.rows < large && !t.guessed {
				if err := l.pass(ctx, t); err != nil {
					return err
				}
			}
		}
		if err := sleep(ctx, l.config.Slowly); err != nil {
			return err
		}
	}
}

var errReplan = errors.New("tables are others than they were")

// wholly goes through every table once in a while, so that nothing is missed that the other ways do not see: rows that
// change in tables without an indexed time, and tables that can be gone through in no other way.
func (l *look) wholly(ctx context.Context, written []*followed, m *memory) error {
	passed, took := map[*task]time.Time{}, map[*task]time.Duration{}
	for {
		for i := range l.tasks {
			t := &l.tasks[i]
			every := l.config.Whole
			j := slices.IndexFunc(written, func(f *followed) bool { return f.task == t })
			if j >= 0 && written[j].blind() {
				every = min(every, 10*l.config.Slowly)
			} else if j < 0 && (t.table.rows < large && !t.guessed) {
				continue // slowly does that
			} else if j < 0 {
				every = min(every, 60*l.config.Slowly)
			}
			if j >= 0 && passed[t].IsZero() {
				passed[t] = m.passed(t)
			}
			if len(t.table.key) == 0 { // it is read in one piece, without a rest
				every = max(every, time.Duration(float64(took[t])/l.load))
			}
			if time.Since(passed[t]) < every {
				continue
			}
			began := time.Now()
			if err := l.pass(ctx, t); err != nil {
				return err
			}
			passed[t], took[t] = time.Now(), time.Since(began)
			if j >= 0 {
				m.notePassed(t)
			}
		}
		if err := sleep(ctx, l.config.Slowly); err != nil {
			return err
		}
	}
}

var changeTime = lazily(`(?i)(?:^|_)(?:up_?date[ds]?|modified|changed|date_upd|last_mod\w*|updated?_?(?:at|on|date|time|gmt)|update_?date|mod_?time|post_modified\w*|date_updated_gmt|last_modified)(?:_|$)`)

var creationTime = lazily(`(?i)(?:^|_)(?:create[ds]?|created_?(?:at|on|date|time)|create_?date|date_?add(?:ed)?|inserted|registered|date_purchased|post_date|order_date|placed)(?:_|$)`)

// moments finds the column that says when a row changed or, where the key does not count rows, when it was made; and
// whether an index begins with it.
func moments(t *table) (c column, indexed bool) {
	find := func(name pattern, indexed bool) (column, bool) {
		i := slices.IndexFunc(t.columns, func(c column) bool {
			return name().MatchString(c.name) && (c.time() || c.integer()) && slices.Contains(t.indexed, c.name) == indexed
		})
		if i < 0 {
			return column{}, false
		}
		return t.columns[i], true
	}
	if c, ok := find(changeTime, true); ok {
		return c, true
	}
	if _, counts := t.sequence(); !counts {
		if c, ok := find(creationTime, true); ok {
			return c, true
		}
	}
	c, _ = find(changeTime, false)
	return c, false
}
