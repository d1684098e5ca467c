package issuer

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
)

// FollowConfig says which log is followed. File, Parser, Record and Gap must be set.
type FollowConfig struct {
	File   string
	Parser *Parser
	// State remembers how far the log was read; nil forgets.
	State tillwatch.State
	// Record writes tokens down. Only when it has returned nil is the place after them remembered, so that some may come
	// twice and none is lost.
	Record func([]Token) error
	// Gap hears that a part of the log was not read: tokens may have been issued there.
	Gap func(why string)
	// Trouble hears of lines that cannot be read, and of a file that is not there yet; nil does not.
	Trouble func(why string)
	// CaughtUp is called when all there is has been read; nil is not.
	CaughtUp func()
	// Poll is how often the file is looked at. Default 500 ms.
	Poll time.Duration
}

// place is how far a log was read: the file is known again by a hash of its beginning, since its name goes round.
type place struct {
	Head   string `json:"head"` // hash of the first bytes
	Bytes  int    `json:"bytes"`
	Offset int64  `json:"offset"`
}

const headBytes = 512

type follower struct {
	FollowConfig
	file   *os.File
	in     *bufio.Reader
	at     place
	last   place // what is saved
	first  bool  // no file was opened yet
	bad    int
	noID   int
	long   int
	absent bool      // it was said that there is no file
	done   time.Time // when the file that was finished last was written to last
}

// Follow reads a log, waits for more of it, and goes on when the file is rotated away or cut off, until ctx ends. The error
// is that of Record, of State, or of ctx.
func Follow(ctx context.Context, c FollowConfig) error {
	if c.Poll == 0 {
		c.Poll = 500 * time.Millisecond
	}
	if c.Trouble == nil {
		c.Trouble = func(string) {}
	}
	f := &follower{FollowConfig: c, first: true}
	defer f.close()
	if err := f.load(); err != nil {
		return err
	}
	poll := time.NewTicker(c.Poll)
	defer poll.Stop()
	for {
		if err := f.read(ctx); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-poll.C:
		}
	}
}

func (f *follower) load() error {
	if f.State == nil {
		return nil
	}
	text, err := f.State.Load(f.key())
	if err != nil || text == nil {
		return err
	}
	if json.Unmarshal(text, &f.last) != nil || f.last.Offset < 0 {
		f.last = place{}
		f.Gap("how far the issuer's log was read cannot be read any more: it is read from its beginning")
	}
	return nil
}

func (f *follower) key() string { return "issuer log " + f.File }

func (f *follower) save() error {
	if f.at == f.last || f.State == nil {
		return nil
	}
	text, err := json.Marshal(f.at)
	if err == nil {
		err = f.State.Save(f.key(), text)
	}
	if err == nil {
		f.last = f.at
	}
	return err
}

func (f *follower) close() {
	if f.file != nil {
		f.file.Close()
		f.file = nil
	}
}

// read takes all there is, in the file that is open and in the one that has its name now.
func (f *follower) read(ctx context.Context) error {
	for {
		if f.file == nil {
			if ok, err := f.open(); !ok {
				return err
			}
		}
		moved, err := f.moved()
		if err != nil {
			return nil // looked at again at the next turn
		}
		if err := f.lines(ctx, moved); err != nil {
			return err
		}
		if !moved {
			if f.CaughtUp != nil {
				f.CaughtUp()
			}
			return nil
		}
		if info, err := f.file.Stat(); err == nil {
			f.done = info.ModTime()
		}
		f.close()
		f.at = place{}
	}
}

// next is the file that was written after the one that was finished last: where nobody looked, several may have been
// rotated away since.
func (f *follower) next() string {
	name, oldest := f.File, time.Time{}
	if info, err := os.Stat(f.File); err == nil {
		oldest = info.ModTime()
	}
	for _, other := range f.siblings() {
		info, err := os.Stat(other)
		if err != nil || !info.Mode().IsRegular() || f.done.IsZero() || !info.ModTime().After(f.done) || !info.ModTime().Before(oldest) {
			continue
		}
		if strings.HasSuffix(other, ".gz") || strings.HasSuffix(other, ".zst") || strings.HasSuffix(other, ".bz2") || strings.HasSuffix(other, ".xz") {
			f.Gap("a file of the issuer's log was packed before it was read: let logrotate wait (delaycompress)")
			continue
		}
		name, oldest = other, info.ModTime()
	}
	return name
}

// moved says that the open file no longer has the name, or was cut off.
func (f *follower) moved() (bool, error) {
	mine, err := f.file.Stat()
	if err != nil {
		return false, err
	}
	if mine.Size() < f.at.Offset {
		f.Gap("the issuer's log was cut off; what came in between was not read")
		return true, nil
	}
	named, err := os.Stat(f.File)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil // rotated away, and the next is not there yet
	}
	if err != nil {
		return false, err
	}
	return !os.SameFile(mine, named), nil
}

// open opens the file, at the place where it was left. The file that was read last may have another name by now.
func (f *follower) open() (bool, error) {
	if f.first && f.last.Bytes > 0 {
		if name, ok := f.find(); ok {
			f.first = false
			return f.openAt(name, f.last)
		}
		f.Gap("the part of the issuer's log that was read last is gone: what came after it was not read")
	}
	ok, err := f.openAt(f.next(), place{})
	if ok {
		f.first, f.absent = false, false
	} else if err == nil && !f.absent {
		f.absent = true
		f.Trouble("there is no issuer's log " + f.File + " yet")
	}
	return ok, err
}

// find looks for the file that was read last, among those whose names begin alike.
func (f *follower) find() (string, bool) {
	names := append([]string{f.File}, f.siblings()...)
	for _, name := range names[:min(len(names), 200)] {
		file, err := os.Open(name)
		if err != nil {
			continue
		}
		head, n := headOf(file, f.last.Bytes)
		info, err := file.Stat()
		file.Close()
		if err == nil && n == f.last.Bytes && head == f.last.Head && info.Mode().IsRegular() && info.Size() >= f.last.Offset {
			return name, true
		}
	}
	return "", false
}

// siblings are the files whose names begin as the log's does.
func (f *follower) siblings() []string {
	names, _ := filepath.Glob(escape(f.File) + "?*") // the pattern is a good one
	if ext := filepath.Ext(f.File); ext != "" {
		more, _ := filepath.Glob(escape(strings.TrimSuffix(f.File, ext)) + "[-.]*" + escape(ext))
		names = append(names, more...)
	}
	return names
}

func escape(name string) string {
	return strings.NewReplacer("*", `\*`, "?", `\?`, "[", `\[`, `\`, `\\`).Replace(name)
}

func headOf(file io.ReaderAt, most int) (string, int) {
	buf := make([]byte, min(most, headBytes))
	n, err := file.ReadAt(buf, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", 0
	}
	sum := sha256.Sum256(buf[:n])
	return hex.EncodeToString(sum[:]), n
}

func (f *follower) openAt(name string, at place) (bool, error) {
	file, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("the issuer's log cannot be read: %w", err)
	}
	if _, err := file.Seek(at.Offset, io.SeekStart); err != nil {
		file.Close()
		return false, err
	}
	f.file, f.at = file, at
	f.in = bufio.NewReaderSize(file, 256<<10)
	return true, nil
}

// lines records whole lines. The last one of a file that has moved away counts without its end.
func (f *follower) lines(ctx context.Context, moved bool) error {
	var batch []Token
	next := f.at.Offset
	flush := func() error {
		if len(batch) > 0 {
			if err := f.Record(batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
		f.at.Offset = next
		if f.at.Bytes < headBytes {
			f.at.Head, f.at.Bytes = headOf(f.file, int(min(next, headBytes)))
		}
		return f.save()
	}
	for {
		line, size, err := f.line()
		if size > 0 && (err == nil || moved) {
			next += size
			f.take(line, &batch)
		}
		if len(batch) >= 1000 || err != nil || ctx.Err() != nil {
			if err := flush(); err != nil {
				return err
			}
		}
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, io.EOF):
			_, err := f.file.Seek(next, io.SeekStart) // half a line is read again when it is whole
			f.in.Reset(f.file)
			return err
		case err != nil:
			return err
		}
	}
}

// line reads one; of a line that is too long it gives nothing but its size.
func (f *follower) line() (line []byte, size int64, err error) {
	for {
		part, err := f.in.ReadSlice('\n')
		size += int64(len(part))
		if size <= MaxLine {
			line = append(line, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, size, err
		}
	}
}

func (f *follower) take(line []byte, batch *[]Token) {
	if len(line) == 0 || len(line) >= MaxLine {
		f.count(&f.long, "a line of the issuer's log is too long to be read")
		return
	}
	t, err := f.Parser.Parse(bytes.TrimSuffix(line, []byte("\n")))
	switch {
	case err == nil:
		*batch = append(*batch, t)
	case errors.Is(err, ErrBad):
		f.count(&f.bad, "lines of the issuer's log cannot be read: they are no whole JSON objects")
	case errors.Is(err, ErrNoID):
		f.count(&f.noID, "lines of the issuer's log say that a token was issued and not which: name the field of its id")
	}
}

// count tells at the first and whenever the number has doubled.
func (f *follower) count(n *int, why string) {
	*n++
	if *n&(*n-1) == 0 {
		f.Trouble(fmt.Sprintf("%s (lines: %d)", why, *n))
	}
}
