package store

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Mark says up to which line a shop's watch has told, and holds the shop so that only one process watches it. Telling and
// marking cannot be one step; here they are two system calls apart, so that almost never a process ends in between, and
// it is known when one did. Not safe for concurrent use.
type Mark struct {
	file   *os.File
	begun  int64
	done   int64
	unsure int64
}

// WatchedError says that another process watches the shop.
type WatchedError struct{ Shop string }

func (e *WatchedError) Error() string {
	return fmt.Sprintf("another tillwatch already watches %s with this state folder", e.Shop)
}

// Mark opens the mark of a shop. The error is a *[WatchedError] where another process has it. Close it.
func (s *Store) Mark(shop string) (*Mark, error) {
	sum := sha256.Sum256([]byte(shop))
	f, err := os.OpenFile(filepath.Join(s.dir, "told-"+hex.EncodeToString(sum[:8])), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	m := &Mark{file: f}
	if err := m.open(shop); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return m, nil
}

func (m *Mark) open(shop string) error {
	held, err := hold(m.file)
	if err != nil {
		return err
	}
	if !held {
		return &WatchedError{shop}
	}
	var b [16]byte
	switch _, err := m.file.ReadAt(b[:], 0); {
	case errors.Is(err, io.EOF): // a new one, or one whose first write did not get far
		return nil
	case err != nil:
		return err
	}
	m.begun, m.done = int64(binary.BigEndian.Uint64(b[:8])), int64(binary.BigEndian.Uint64(b[8:]))
	if m.begun > m.done {
		m.unsure = m.begun
	}
	return nil
}

// Done is the number of the last line that certainly was told.
func (m *Mark) Done() int64 { return m.done }

// Unsure is the number of a line of which nobody knows whether it was told, or told in part: the process ended while it
// was written. 0: there is none.
func (m *Mark) Unsure() int64 { return m.unsure }

// Begin says that the line is now told.
func (m *Mark) Begin(number int64) error {
	m.begun = number
	return m.write()
}

// End says that it was told.
func (m *Mark) End() error {
	m.done = m.begun
	return m.write()
}

func (m *Mark) write() error {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(m.begun))
	binary.BigEndian.PutUint64(b[8:], uint64(m.done))
	_, err := m.file.WriteAt(b[:], 0)
	return err
}

// Close gives the shop free.
func (m *Mark) Close() error { return errors.Join(m.file.Sync(), m.file.Close()) }
