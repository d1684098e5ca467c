package intake

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
)

// Spool is a folder of files in which lines wait to be read. Make one with [OpenSpool], and Close it. Safe for concurrent
// use.
type Spool struct {
	dir  string
	most int64 // bytes of a file

	mu      sync.Mutex
	file    *os.File
	size    int64
	batches map[batch]bool // that were taken before
	order   []batch
	oldest  int
}

type batch [16]byte

const (
	spoolName  = "received.log"
	spoolSize  = 64 << 20
	spoolFiles = 8
	maxBatches = 8192
	batchMark  = "#batch "
)

// OpenSpool opens a folder, and makes it where it is missing. Files are readable by this user alone.
func OpenSpool(dir string) (*Spool, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	s := &Spool{dir: dir, most: spoolSize, batches: map[batch]bool{}}
	for n := spoolFiles; n >= 0; n-- {
		if err := s.recall(s.name(n)); err != nil {
			return nil, err
		}
	}
	return s, s.open()
}

func (s *Spool) name(n int) string {
	name := filepath.Join(s.dir, spoolName)
	if n > 0 {
		name = fmt.Sprintf("%s.%d", name, n)
	}
	return name
}

// recall reads which batches a file holds.
func (s *Spool) recall(name string) error {
	f, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, 256<<10)
	for begins := true; ; {
		text, err := in.ReadSlice('\n')
		if rest, is := bytes.CutPrefix(text, []byte(batchMark)); is && begins {
			var b batch
			if n, err := hex.Decode(b[:], bytes.TrimSpace(rest[:min(len(rest), 33)])); err == nil && n == len(b) {
				s.remember(b)
			}
		}
		begins = !errors.Is(err, bufio.ErrBufferFull)
		if err != nil && begins {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}

func (s *Spool) open() error {
	f, err := os.OpenFile(s.name(0), os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil && info.Size() > 0 { // what was written last may have no end
		var last [1]byte
		if _, err = f.ReadAt(last[:], info.Size()-1); err == nil && last[0] != '\n' {
			_, err = f.WriteString("\n")
		}
	}
	if err != nil {
		f.Close()
		return err
	}
	s.file, s.size = f, info.Size()
	return nil
}

// Write takes whole lines. It does not wait for the disk: a power cut may lose what came in the last seconds, a kill does
// not.
func (s *Spool) Write(lines []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.write(lines)
}

func (s *Spool) write(lines []byte) error {
	if s.file == nil {
		return os.ErrClosed
	}
	if s.size > s.most {
		if err := s.rotate(); err != nil {
			return err
		}
	}
	n, err := s.file.Write(lines)
	if s.size += int64(n); err != nil && n > 0 {
		if s.file.Truncate(s.size-int64(n)) == nil { // half a batch comes again whole
			s.size -= int64(n)
		}
	}
	return err
}

// Batch takes the body of a request, whole lines, and returns when it is on disk. One that was taken before is not taken again:
// who was not told that it arrived sends it twice.
func (s *Spool) Batch(body []byte) (again bool, err error) {
	sum := sha256.Sum256(body)
	b := batch(sum[:16])
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.batches[b] {
		return true, nil
	}
	text := append(bytes.Clone(body), '\n')
	if bytes.HasSuffix(body, []byte("\n")) {
		text = text[:len(body)]
	}
	text = fmt.Appendf(text, "%s%x\n", batchMark, b)
	if err := s.write(text); err != nil {
		return false, err
	}
	if err := s.file.Sync(); err != nil {
		return false, err
	}
	s.remember(b)
	return false, nil
}

func (s *Spool) remember(b batch) {
	if s.batches[b] {
		return
	}
	s.batches[b] = true
	if len(s.order) < maxBatches {
		s.order = append(s.order, b)
		return
	}
	delete(s.batches, s.order[s.oldest])
	s.order[s.oldest] = b
	s.oldest = (s.oldest + 1) % maxBatches
}

// rotate puts the file aside and begins another. The oldest is removed: whoever has not read it by then misses it, and sees that.
func (s *Spool) rotate() error {
	if err := s.file.Close(); err != nil {
		return err
	}
	s.file = nil
	for n := spoolFiles - 1; n >= 0; n-- {
		if err := os.Rename(s.name(n), s.name(n+1)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return errors.Join(err, s.open())
		}
	}
	return s.open()
}

// Close ends the writing.
func (s *Spool) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file == nil {
		return nil
	}
	err := errors.Join(s.file.Sync(), s.file.Close())
	s.file = nil
	return err
}
