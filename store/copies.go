package store

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Bounds of the copies kept: of one script, and of all of them together.
const (
	maxCopy   = 8 << 20
	maxCopies = 512 << 20
)

// Copies keeps the contents that were seen, each once, under the digest of its bytes: a script that is served once in a
// hundred times, or takes itself away, is still there to be looked at.
type Copies struct {
	dir   string
	limit int64
	write func(io.Writer, []byte) (int, error) // how bytes reach the disk; a test lets it fail
}

// Copies are those of this store.
func (s *Store) Copies() *Copies {
	return &Copies{dir: filepath.Join(s.dir, "seen"), limit: maxCopies, write: io.Writer.Write}
}

// Keep writes content, and gives the digest under which it is found again: "sha256:" and hex. Of what is too long the
// beginning is kept. The file is there whole or not at all.
func (c *Copies) Keep(content []byte) (digest string, err error) {
	content = content[:min(len(content), maxCopy)]
	sum := sha256.Sum256(content)
	digest = "sha256:" + hex.EncodeToString(sum[:])
	name := c.file(digest)
	if info, err := os.Stat(name); err == nil && info.Size() == int64(len(content)) {
		return digest, nil
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return "", err
	}
	unfinished := filepath.Join(c.dir, "."+rand.Text())
	defer func() {
		if err != nil {
			os.Remove(unfinished)
		}
	}()
	f, err := os.OpenFile(unfinished, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	_, err = c.write(f, content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", err
	}
	return digest, os.Rename(unfinished, name)
}

// Open reads a copy; the error wraps [fs.ErrNotExist] where there is none.
func (c *Copies) Open(digest string) ([]byte, error) {
	hexed, ok := strings.CutPrefix(digest, "sha256:")
	if sum, err := hex.DecodeString(hexed); !ok || err != nil || len(sum) != sha256.Size {
		return nil, &fs.PathError{Op: "open", Path: digest, Err: fs.ErrNotExist}
	}
	return os.ReadFile(c.file(digest))
}

func (c *Copies) file(digest string) string {
	name := strings.TrimPrefix(digest, "sha256:")
	return filepath.Join(c.dir, name[:2], name+".js")
}

// abandoned is how old an unfinished file is that nobody will finish.
const abandoned = time.Hour

// Trim removes the oldest copies until the rest is within the bound, and what a process left behind that ended while it
// wrote.
func (c *Copies) Trim(now time.Time) error {
	type file struct {
		name string
		at   time.Time
		size int64
	}
	var all []file
	var total int64
	err := filepath.WalkDir(c.dir, func(name string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // another process trims too
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return nil
		}
		if strings.HasPrefix(d.Name(), ".") {
			if now.Sub(info.ModTime()) > abandoned {
				return os.Remove(name)
			}
			return nil
		}
		all = append(all, file{name, info.ModTime(), info.Size()})
		total += info.Size()
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortFunc(all, func(a, b file) int { return cmp.Or(a.at.Compare(b.at), strings.Compare(a.name, b.name)) })
	for _, f := range all {
		if total <= c.limit {
			break
		}
		if err := os.Remove(f.name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		total -= f.size
	}
	return nil
}
