package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
)

func openStore(t *testing.T, dir string) *Store {
	t.Helper()
	s, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// TestSQLite runs what every store must do. A further one is a further line here.
func TestSQLite(t *testing.T) {
	t.Parallel()
	conformance(t, func(t *testing.T, place string) *Store { return openStore(t, place) })
}

// conformance is what a store promises, whatever it is kept in. open opens the store at a place; the same place is the
// same store.
func conformance(t *testing.T, open func(t *testing.T, place string) *Store) {
	t.Run("what is saved is there after opening again", func(t *testing.T) { keeps(t, open) })
	t.Run("shops do not see one another", func(t *testing.T) { separates(t, open) })
	t.Run("a decision that fails saves nothing", func(t *testing.T) { failsWhole(t, open) })
	t.Run("what is only ever added stays", func(t *testing.T) { appendsOnly(t, open) })
	t.Run("nothing is lost between writers", func(t *testing.T) { serialises(t, open) })
	t.Run("a document is changed whole or not at all", func(t *testing.T) { documentsWhole(t, open) })
	t.Run("what is watched is there after opening again", func(t *testing.T) { watches(t, open) })
	t.Run("no number of a line is used twice", func(t *testing.T) { numbers(t, open) })
}

var day = time.Date(2026, 11, 1, 9, 0, 0, 123456789, time.UTC)

func sample() Saved {
	return Saved{
		Records: []tillwatch.Record{{
			Kind: "script", Place: "https://shop.example/a.js", Scope: "page", Owner: "shop.example", First: day, Last: day, Known: true,
			Stages: []string{"payment"}, Via: []string{"x"}, Baseline: []tillwatch.Capability{"reads card"},
			Versions: []tillwatch.Version{{Digest: "sha256:1", Value: "日本語\x00", Capabilities: []tillwatch.Capability{"reads card"}, First: day, Last: day}},
		}},
		Changes:   []tillwatch.Change{{Run: "R-1", At: day, Kind: "script", Place: "https://shop.example/a.js", What: tillwatch.Added}},
		Approvals: []tillwatch.Approval{{At: day, Who: "tanaka", Why: "x", Kind: "script", Place: "https://shop.example/a.js", Versions: []string{"sha256:1"}}},
		Run:       &tillwatch.Run{ID: "R-1", Shop: "shop.example", Started: day, Took: time.Second, Complete: true},
	}
}

func save1(t *testing.T, s *Store, shop string, saved Saved) {
	t.Helper()
	err := s.Update(t.Context(), shop, func([]tillwatch.Record, []tillwatch.Approval) (Saved, error) { return saved, nil })
	if err != nil {
		t.Fatal(err)
	}
}

func keeps(t *testing.T, open func(*testing.T, string) *Store) {
	place := t.TempDir()
	want := sample()
	save1(t, open(t, place), "shop.example", want)
	s := open(t, place)
	records, approvals, err := s.Book(t.Context(), "shop.example")
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(records, want.Records) {
		t.Errorf("records\n%+v, want\n%+v", records, want.Records)
	}
	want.Approvals[0].ID = 1
	if !reflect.DeepEqual(approvals, want.Approvals) {
		t.Errorf("approvals %+v", approvals)
	}
	changes, err := s.Changes(t.Context(), "shop.example")
	if err != nil || !reflect.DeepEqual(changes, want.Changes) {
		t.Errorf("changes %+v, %v", changes, err)
	}
	runs, err := s.Runs(t.Context(), "shop.example")
	if err != nil || len(runs) != 1 || !reflect.DeepEqual(runs[0], *want.Run) {
		t.Errorf("runs %+v, %v", runs, err)
	}
	save1(t, s, "shop.example", Saved{Forget: want.Records})
	if records, _, _ := s.Book(t.Context(), "shop.example"); len(records) != 0 {
		t.Errorf("not forgotten: %+v", records)
	}
}

func separates(t *testing.T, open func(*testing.T, string) *Store) {
	s := open(t, t.TempDir())
	save1(t, s, "shop.example", sample())
	records, approvals, err := s.Book(t.Context(), "other.example")
	if err != nil || len(records)+len(approvals) != 0 {
		t.Errorf("%+v, %+v, %v", records, approvals, err)
	}
	other := sample()
	other.Run.ID = "R-2"
	save1(t, s, "other.example", other)
	if shops, err := s.Shops(t.Context()); err != nil || strings.Join(shops, " ") != "other.example shop.example" {
		t.Errorf("shops %q, %v", shops, err)
	}
}

func failsWhole(t *testing.T, open func(*testing.T, string) *Store) {
	s := open(t, t.TempDir())
	no := errors.New("no")
	err := s.Update(t.Context(), "shop.example", func([]tillwatch.Record, []tillwatch.Approval) (Saved, error) { return sample(), no })
	if !errors.Is(err, no) {
		t.Errorf("error %v", err)
	}
	save1(t, s, "shop.example", sample())
	again := sample() // its run is there already: the last thing to be written fails
	again.Records[0].Place = "https://shop.example/b.js"
	err = s.Update(t.Context(), "shop.example", func([]tillwatch.Record, []tillwatch.Approval) (Saved, error) { return again, nil })
	if err == nil {
		t.Fatal("the same run was saved twice")
	}
	records, approvals, _ := s.Book(t.Context(), "shop.example")
	if len(records) != 1 || len(approvals) != 1 {
		t.Errorf("half of it is there: %d records, %d approvals", len(records), len(approvals))
	}
}

func appendsOnly(t *testing.T, open func(*testing.T, string) *Store) {
	s := open(t, t.TempDir())
	save1(t, s, "shop.example", sample())
	for _, table := range []string{"approval", "change", "run"} {
		for _, query := range []string{"DELETE FROM " + table, "UPDATE " + table + " SET body = '{}'"} {
			if _, err := s.db.ExecContext(t.Context(), query); err == nil || !strings.Contains(err.Error(), "only ever added") {
				t.Errorf("%s: %v", query, err)
			}
		}
	}
}

func serialises(t *testing.T, open func(*testing.T, string) *Store) {
	place := t.TempDir()
	const writers, each = 4, 10
	var wg sync.WaitGroup
	for range writers {
		s := open(t, place)
		wg.Go(func() {
			for range each {
				err := s.Update(context.Background(), "shop.example", func(_ []tillwatch.Record, have []tillwatch.Approval) (Saved, error) {
					return Saved{Approvals: []tillwatch.Approval{{At: day, Who: "w", Why: fmt.Sprint(len(have))}}}, nil
				})
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	_, approvals, err := open(t, place).Book(t.Context(), "shop.example")
	if err != nil || len(approvals) != writers*each {
		t.Fatalf("%d approvals, %v", len(approvals), err)
	}
	for i, a := range approvals {
		if a.Why != fmt.Sprint(i) || a.ID != int64(i+1) {
			t.Errorf("approval %d has number %d and saw %s before it", i, a.ID, a.Why)
		}
	}
}

func documentsWhole(t *testing.T, open func(*testing.T, string) *Store) {
	place := t.TempDir()
	s := open(t, place)
	if body, err := s.Document(t.Context(), "keys"); body != nil || err != nil {
		t.Errorf("a document that was never written: %q, %v", body, err)
	}
	const writers, each = 4, 10
	var wg sync.WaitGroup
	for range writers {
		s := open(t, place)
		wg.Go(func() {
			for range each {
				err := s.ChangeDocument(context.Background(), "keys", func(old []byte) ([]byte, error) { return append(old, 'x'), nil })
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	no := errors.New("no")
	if err := s.ChangeDocument(t.Context(), "keys", func([]byte) ([]byte, error) { return []byte("half"), no }); !errors.Is(err, no) {
		t.Errorf("error %v", err)
	}
	body, err := open(t, place).Document(t.Context(), "keys")
	if err != nil || string(body) != strings.Repeat("x", writers*each) {
		t.Errorf("%q, %v", body, err)
	}
	if body, err := s.Document(t.Context(), "other"); body != nil || err != nil {
		t.Errorf("another document: %q, %v", body, err)
	}
}

func TestAStoreOfTheFirstFormIsBroughtForward(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openStore(t, dir)
	save1(t, s, "shop.example", sample())
	if _, err := s.db.Exec("DROP TABLE document; DROP TABLE finding; DROP TABLE incident; DROP TABLE told; DROP TABLE looked; PRAGMA user_version = 1"); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, dir)
	if records, _, err := s.Book(t.Context(), "shop.example"); err != nil || len(records) != 1 {
		t.Errorf("%d records, %v", len(records), err)
	}
	if _, err := s.Document(t.Context(), "keys"); err != nil {
		t.Error(err)
	}
	if _, err := s.Watched(t.Context(), "shop.example"); err != nil {
		t.Error(err)
	}
}

func TestALockedStoreSaysWhatToDo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	holder := openStore(t, dir)
	tx, err := holder.db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	_, err = open(t.Context(), dir, 50*time.Millisecond)
	var locked *LockedError
	if !errors.As(err, &locked) || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "--state") {
		t.Errorf("got %v", err)
	}
}

func TestAFullDiskChangesNothing(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir())
	save1(t, s, "shop.example", sample())
	s.db.SetMaxOpenConns(1) // the limit is one connection's
	var pages int
	if err := s.db.QueryRow("PRAGMA page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	if _, err := s.db.Exec(fmt.Sprintf("PRAGMA max_page_count = %d", pages+2)); err != nil {
		t.Fatal(err)
	}
	large := Saved{Run: &tillwatch.Run{ID: "R-2"}}
	for i := range 500 {
		large.Records = append(large.Records, tillwatch.Record{Kind: "script", Place: fmt.Sprint(i), Scope: strings.Repeat("x", 500)})
	}
	err := s.Update(t.Context(), "shop.example", func([]tillwatch.Record, []tillwatch.Approval) (Saved, error) { return large, nil })
	if err == nil || !strings.Contains(err.Error(), "the disk is full") {
		t.Errorf("got %v", err)
	}
	records, _, err := s.Book(t.Context(), "shop.example")
	if err != nil || len(records) != 1 {
		t.Errorf("%d records, %v", len(records), err)
	}
}

func TestWhatIsNoStoreIsRefused(t *testing.T) {
	t.Parallel()
	damaged := t.TempDir()
	if err := os.WriteFile(filepath.Join(damaged, FileName), []byte(strings.Repeat("this is no database ", 500)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), damaged); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("damaged: %v", err)
	}
	newer := t.TempDir()
	s := openStore(t, newer)
	if _, err := s.db.Exec("PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), newer); err == nil || !strings.Contains(err.Error(), "newer tillwatch") {
		t.Errorf("newer: %v", err)
	}
}

func TestOnlyTheUserCanReadAStore(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a folder with # and ? and %20 in its name")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	s := openStore(t, dir)
	save1(t, s, "shop.example", sample())
	if _, err := s.Copies().Keep([]byte("x")); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestCopiesAreKeptOnceAndWhole(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir())
	copies := s.Copies()
	digest, err := copies.Keep([]byte("alert(1)"))
	if err != nil {
		t.Fatal(err)
	}
	if again, err := copies.Keep([]byte("alert(1)")); again != digest || err != nil {
		t.Errorf("%s, %v", again, err)
	}
	if text, err := copies.Open(digest); string(text) != "alert(1)" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
	for _, no := range []string{"", "sha256:", "sha256:../../etc", "md5:00", "sha256:" + strings.Repeat("0", 64)} {
		if _, err := copies.Open(no); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%q: %v", no, err)
		}
	}
}

func TestACopyThatCannotBeWrittenLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	full := errors.New("no space left on device")
	copies := openStore(t, dir).Copies()
	copies.write = func(w io.Writer, b []byte) (int, error) {
		n, _ := w.Write(b[:len(b)/2])
		return n, full
	}
	if _, err := copies.Keep([]byte("half of this is written")); !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
	err := filepath.WalkDir(copies.dir, func(name string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			t.Errorf("%s was left behind", name)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestCopiesAreBounded(t *testing.T) {
	t.Parallel()
	copies := openStore(t, t.TempDir()).Copies()
	copies.limit = 250
	now := time.Now()
	var digests []string
	for i := range 4 {
		digest, err := copies.Keep([]byte(strings.Repeat(fmt.Sprint(i), 100)))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(copies.file(digest), now, now.Add(time.Duration(i-10)*time.Minute)); err != nil {
			t.Fatal(err)
		}
		digests = append(digests, digest)
	}
	left := filepath.Join(copies.dir, ".unfinished")
	if err := os.WriteFile(left, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := copies.Trim(now.Add(2 * abandoned)); err != nil {
		t.Fatal(err)
	}
	for i, digest := range digests {
		if _, err := copies.Open(digest); (err == nil) != (i >= 2) {
			t.Errorf("copy %d of four, two of which fit: %v", i, err)
		}
	}
	if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what was left unfinished is still there: %v", err)
	}
}
