package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"

	"github.com/tillwatch/tillwatch/app"
)

// book holds the rows that are done, in a file and here. It is safe for concurrent use.
type book struct {
	file string

	mu   sync.Mutex
	rows []row // by number
}

func (b *book) has(number int) bool {
	return slices.ContainsFunc(b.rows, func(r row) bool { return r.Row == number })
}

// add writes all rows again: a run that breaks loses none that was done.
func (b *book) add(r row) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rows = append(b.rows, r)
	slices.SortFunc(b.rows, func(a, b row) int { return cmp.Compare(a.Row, b.Row) })
	return save(b.file, b.rows)
}

// read gives the rows of a file, none where there is no file.
func read(file string) ([]row, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var rows []row
	if err := json.Unmarshal(text, &rows); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return rows, nil
}

func save(file string, rows []row) error {
	text, err := json.MarshalIndent(rows, "", "  ")
	if err != nil {
		return err
	}
	return write(file, append(text, '\n'))
}

func write(file string, text []byte) error {
	f, err := app.CreateFile(file)
	if err != nil {
		return err
	}
	defer f.Discard()
	if _, err := f.Write(text); err != nil {
		return err
	}
	return f.Commit()
}

// addFirst adds to the first measurements the rows that were never measured before, and writes them where there are any. A
// row with a trial that could not be held was not measured.
func addFirst(file string, first, rows []row) ([]row, error) {
	added := false
	for _, r := range rows {
		measured := !slices.ContainsFunc(first, func(f row) bool { return f.Row == r.Row })
		for _, o := range r.outcomes() {
			measured = measured && o.Verdict != failed
		}
		if measured {
			first, added = append(first, r), true
		}
	}
	if !added {
		return first, nil
	}
	slices.SortFunc(first, func(a, b row) int { return cmp.Compare(a.Row, b.Row) })
	return first, save(file, first)
}
