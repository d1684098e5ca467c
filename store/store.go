// Package store keeps what Tillwatch knows of its shops in one SQLite file, and copies of the scripts it saw beside it.
//
// Several processes may use one store at once: each writes in transactions that wait for one another. What is written is
// there whole or not at all, also where the disk is full or the machine loses power.
package store

import (
	"context"
	"database/sql"
	_ "embed" // the steps of the schema
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/tillwatch/tillwatch"
)

//go:embed schema.sql
var schema string

//go:embed document.sql
var documents string

//go:embed watch.sql
var watched string

// steps lead from an empty store to one of today's form, which is their number. A store is never taken back: one of a
// higher form was written by a newer program.
var steps = []string{schema, documents, watched}

// FileName is the database's name inside the store's folder.
const FileName = "inventory.sqlite"

// patience is how long one process waits for another; a write takes milliseconds.
const patience = 10 * time.Second

// timeForm sorts as text and keeps nanoseconds.
const timeForm = "2006-01-02T15:04:05.000000000Z"

// Store is an open store. Safe for concurrent use.
type Store struct {
	db  *sql.DB
	dir string
}

// LockedError says that another process held the store for longer than anybody should wait.
type LockedError struct{ Dir string }

func (e *LockedError) Error() string {
	return fmt.Sprintf("the inventory in %s has been locked by another process for %s: wait until the other tillwatch is done, or name another folder with --state", e.Dir, patience)
}

// Open opens the store in dir, which must exist, and makes it where there is none.
func Open(ctx context.Context, dir string) (*Store, error) {
	return open(ctx, dir, patience)
}

func open(ctx context.Context, dir string, wait time.Duration) (*Store, error) {
	name := filepath.Join(dir, FileName)
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600) // SQLite would make it readable for everybody
	if err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	query := url.Values{
		"_txlock": {"immediate"}, // a transaction that read before it writes must not find that another wrote in between
		"_pragma": {fmt.Sprintf("busy_timeout(%d)", wait.Milliseconds()), "synchronous(FULL)", "trusted_schema(OFF)", "cell_size_check(ON)"},
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: name}).EscapedPath()+"?"+query.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(4)
	s := &Store{db: db, dir: dir}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

// prepare makes the tables of a new store and refuses one that this program does not understand.
func (s *Store) prepare(ctx context.Context) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		var have int
		if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&have); err != nil {
			return err
		}
		switch {
		case have == len(steps):
			return nil
		case have > len(steps) || have < 0:
			return fmt.Errorf("it was written by a newer tillwatch (form %d, this program knows %d): use that one", have, len(steps))
		}
		for _, step := range steps[have:] {
			if _, err := tx.ExecContext(ctx, step); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", len(steps)))
		return err
	})
}

// Close closes the store.
func (s *Store) Close() error { return s.db.Close() }

// Shops are those that the store knows, sorted.
func (s *Store) Shops(ctx context.Context) ([]string, error) {
	var out []string
	err := s.each(ctx, s.db, "SELECT shop FROM run UNION SELECT shop FROM record ORDER BY shop", nil, func(row *sql.Rows) error {
		var shop string
		err := row.Scan(&shop)
		out = append(out, shop)
		return err
	})
	return out, err
}

// Book is what is known of a shop: its records by kind and place, and its approvals in the order they were made.
func (s *Store) Book(ctx context.Context, shop string) ([]tillwatch.Record, []tillwatch.Approval, error) {
	tx, err := s.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, nil, s.explain(err)
	}
	defer tx.Rollback()
	return s.book(ctx, tx, shop)
}

// Saved is what one look or one decision adds to a store.
type Saved struct {
	Records   []tillwatch.Record // in the place of what was there of the same kind and place
	Forget    []tillwatch.Record
	Changes   []tillwatch.Change
	Approvals []tillwatch.Approval // their IDs are given here
	Run       *tillwatch.Run       // nil: none
}

// Update reads what is known of a shop, lets decide make of it what is to be saved, and saves that, in one transaction:
// nobody else writes in between. An error of decide saves nothing.
func (s *Store) Update(ctx context.Context, shop string, decide func([]tillwatch.Record, []tillwatch.Approval) (Saved, error)) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		records, approvals, err := s.book(ctx, tx, shop)
		if err != nil {
			return err
		}
		saved, err := decide(records, approvals)
		if err != nil {
			return err
		}
		return save(ctx, tx, shop, saved)
	})
}

// Changes are all that were noted of a shop, oldest first.
func (s *Store) Changes(ctx context.Context, shop string) ([]tillwatch.Change, error) {
	return bodies[tillwatch.Change](ctx, s, s.db, "SELECT body FROM change WHERE shop = ? ORDER BY id", shop)
}

// Runs are all looks at a shop, oldest first.
func (s *Store) Runs(ctx context.Context, shop string) ([]tillwatch.Run, error) {
	return bodies[tillwatch.Run](ctx, s, s.db, "SELECT body FROM run WHERE shop = ? ORDER BY started, id", shop)
}

func (s *Store) book(ctx context.Context, tx *sql.Tx, shop string) ([]tillwatch.Record, []tillwatch.Approval, error) {
	records, err := bodies[tillwatch.Record](ctx, s, tx, "SELECT body FROM record WHERE shop = ? ORDER BY kind, place", shop)
	if err != nil {
		return nil, nil, err
	}
	var approvals []tillwatch.Approval
	err = s.each(ctx, tx, "SELECT id, body FROM approval WHERE shop = ? ORDER BY id", []any{shop}, func(row *sql.Rows) error {
		var a tillwatch.Approval
		var id int64
		var body []byte
		if err := row.Scan(&id, &body); err != nil {
			return err
		}
		err := json.Unmarshal(body, &a)
		a.ID = id
		approvals = append(approvals, a)
		return err
	})
	return records, approvals, err
}

func save(ctx context.Context, tx *sql.Tx, shop string, saved Saved) error {
	exec := func(query string, body any, args ...any) error {
		if body != nil {
			text, err := json.Marshal(body)
			if err != nil {
				return err
			}
			args = append(args, string(text))
		}
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	}
	for _, r := range saved.Forget {
		if err := exec("DELETE FROM record WHERE shop = ? AND kind = ? AND place = ?", nil, shop, r.Kind, r.Place); err != nil {
			return err
		}
	}
	for _, r := range saved.Records {
		err := exec("INSERT OR REPLACE INTO record (shop, kind, place, scope, owner, first, last, gone, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
			r, shop, r.Kind, r.Place, r.Scope, r.Owner, moment(r.First), moment(r.Last), moment(r.Gone))
		if err != nil {
			return err
		}
	}
	for _, a := range saved.Approvals {
		a.ID = 0
		if err := exec("INSERT INTO approval (shop, at, who, why, body) VALUES (?, ?, ?, ?, ?)", a, shop, moment(a.At), a.Who, a.Why); err != nil {
			return err
		}
	}
	for _, c := range saved.Changes {
		if err := exec("INSERT INTO change (shop, at, kind, place, body) VALUES (?, ?, ?, ?, ?)", c, shop, moment(c.At), c.Kind, c.Place); err != nil {
			return err
		}
	}
	if r := saved.Run; r != nil {
		return exec("INSERT INTO run (id, shop, started, body) VALUES (?, ?, ?, ?)", r, r.ID, shop, moment(r.Started))
	}
	return nil
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(timeForm)
}

// write runs f in one transaction, which nothing remains of where f fails.
func (s *Store) write(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return s.explain(err)
	}
	defer tx.Rollback()
	if err := f(tx); err != nil {
		return s.explain(err)
	}
	return s.explain(tx.Commit())
}

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func (s *Store) each(ctx context.Context, q querier, query string, args []any, f func(*sql.Rows) error) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return s.explain(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows); err != nil {
			return s.explain(err)
		}
	}
	return s.explain(rows.Err())
}

func bodies[T any](ctx context.Context, s *Store, q querier, query, shop string) ([]T, error) {
	var out []T
	err := s.each(ctx, q, query, []any{shop}, func(row *sql.Rows) error {
		var one T
		var body []byte
		if err := row.Scan(&body); err != nil {
			return err
		}
		err := json.Unmarshal(body, &one)
		out = append(out, one)
		return err
	})
	return out, err
}

// explain says what to do about the failures that an operator can mend.
func (s *Store) explain(err error) error {
	var failed *sqlite.Error
	var locked *LockedError
	if err == nil || errors.As(err, &locked) || !errors.As(err, &failed) {
		return err
	}
	switch failed.Code() & 0xff { // the rest of the code says more than an operator needs
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return &LockedError{s.dir}
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("the inventory in %s could not be written, nothing of it was changed: the disk is full; make room and check again: %w", s.dir, err)
	case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
		return fmt.Errorf("%s is damaged or no inventory: restore it from a backup, or move it aside and check again: %w", filepath.Join(s.dir, FileName), err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return fmt.Errorf("the inventory in %s cannot be written by this user: %w", s.dir, err)
	}
	return err
}
