package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/tillwatch/tillwatch"
)

// Watched is what is remembered of a shop that is watched.
type Watched struct {
	Findings  []Finding
	Incidents []tillwatch.Incident // in the order in which they were told
	Looked    map[string]time.Time // when each job last looked at everything it has to look at
}

// Finding is a finding and how it stands.
type Finding struct {
	tillwatch.Finding
	Jobs   []string           `json:"jobs"`            // which looks found it, sorted
	Count  int                `json:"count"`           // how often it was seen, as its sensor counts
	Last   time.Time          `json:"last"`            // when it was seen last
	Gone   time.Time          `json:"gone,omitzero"`   // the first complete look that no longer found it; zero while it is there
	Told   tillwatch.Severity `json:"told,omitempty"`  // the severity it was told with; 0: not told, as it is hidden
	ToldOf int                `json:"told_of"`         // the count it was told with
	Hidden bool               `json:"hidden,omitzero"` // the operator decided not to be told
}

// Line is one thing that is told, under a number that no other ever has. Numbers rise.
type Line struct {
	Number int64
	At     time.Time
	Body   []byte // as whoever added it wrote it
}

// Watching is what is added to what is remembered of a shop that is watched.
type Watching struct {
	Findings  []Finding // in the place of what was there of the same rule and place
	Forget    []Finding
	Incidents []tillwatch.Incident // in the place of those of the same ID; new ones are numbered in this order
	Looked    map[string]time.Time
	Lines     []Line // their numbers are given here
}

// keptLines is how many lines of a shop are kept after they were told.
const keptLines = 10_000

// Watched reads what is remembered of a shop.
func (s *Store) Watched(ctx context.Context, shop string) (Watched, error) {
	w := Watched{Looked: map[string]time.Time{}}
	tx, err := s.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return w, s.explain(err)
	}
	defer tx.Rollback()
	if w.Findings, err = bodies[Finding](ctx, s, tx, "SELECT body FROM finding WHERE shop = ? ORDER BY rule, place", shop); err != nil {
		return w, err
	}
	if w.Incidents, err = bodies[tillwatch.Incident](ctx, s, tx, "SELECT body FROM incident WHERE shop = ? ORDER BY number", shop); err != nil {
		return w, err
	}
	err = s.each(ctx, tx, "SELECT job, at FROM looked WHERE shop = ?", []any{shop}, func(row *sql.Rows) error {
		var job, at string
		if err := row.Scan(&job, &at); err != nil {
			return err
		}
		w.Looked[job], err = time.Parse(timeForm, at)
		return err
	})
	return w, err
}

// WatchedShops are the shops of which there is a finding or an incident, sorted.
func (s *Store) WatchedShops(ctx context.Context) ([]string, error) {
	var out []string
	err := s.each(ctx, s.db, "SELECT shop FROM incident UNION SELECT shop FROM finding ORDER BY shop", nil, func(row *sql.Rows) error {
		var shop string
		err := row.Scan(&shop)
		out = append(out, shop)
		return err
	})
	return out, err
}

// Watch adds to what is remembered of a shop, all of it or nothing, and gives the lines with their numbers.
func (s *Store) Watch(ctx context.Context, shop string, add Watching) ([]Line, error) {
	lines := make([]Line, len(add.Lines))
	err := s.write(ctx, func(tx *sql.Tx) error {
		for _, f := range add.Forget {
			if _, err := tx.ExecContext(ctx, "DELETE FROM finding WHERE shop = ? AND rule = ? AND place = ?", shop, f.Rule, f.Place); err != nil {
				return err
			}
		}
		for _, f := range add.Findings {
			if err := insert(ctx, tx, "INSERT OR REPLACE INTO finding (shop, rule, place, incident, body) VALUES (?, ?, ?, ?, ?)",
				f, shop, f.Rule, f.Place, f.Incident); err != nil {
				return err
			}
		}
		for _, i := range add.Incidents {
			if err := insert(ctx, tx, `INSERT INTO incident (shop, id, number, body)
				VALUES (?1, ?2, 1 + (SELECT COALESCE(MAX(number), 0) FROM incident WHERE shop = ?1), ?3)
				ON CONFLICT (shop, id) DO UPDATE SET body = excluded.body`, i, shop, i.ID); err != nil {
				return err
			}
		}
		for job, at := range add.Looked {
			if _, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO looked (shop, job, at) VALUES (?, ?, ?)", shop, job, moment(at)); err != nil {
				return err
			}
		}
		for n, line := range add.Lines {
			done, err := tx.ExecContext(ctx, "INSERT INTO told (shop, at, body) VALUES (?, ?, ?)", shop, moment(line.At), string(line.Body))
			if err != nil {
				return err
			}
			if line.Number, err = done.LastInsertId(); err != nil {
				return err
			}
			lines[n] = line
		}
		return nil
	})
	return lines, err
}

// insert executes query with the JSON of body behind args.
func insert(ctx context.Context, tx *sql.Tx, query string, body any, args ...any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, query, append(args, string(text))...)
	return err
}

// Lines are those of a shop behind a number, in their order.
func (s *Store) Lines(ctx context.Context, shop string, after int64) ([]Line, error) {
	var out []Line
	err := s.each(ctx, s.db, "SELECT number, at, body FROM told WHERE shop = ? AND number > ? ORDER BY number", []any{shop, after}, func(row *sql.Rows) error {
		var line Line
		var at string
		if err := row.Scan(&line.Number, &at, &line.Body); err != nil {
			return err
		}
		var err error
		line.At, err = time.Parse(timeForm, at)
		out = append(out, line)
		return err
	})
	return out, err
}

// TrimLines removes the oldest of a shop's lines up to the number told, beyond those that are kept for looking back.
func (s *Store) TrimLines(ctx context.Context, shop string, told int64) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, fmt.Sprintf(`DELETE FROM told WHERE shop = ?1 AND number <= ?2 AND number <
			(SELECT MIN(number) FROM (SELECT number FROM told WHERE shop = ?1 ORDER BY number DESC LIMIT %d))`, keptLines), shop, told)
		return err
	})
}
