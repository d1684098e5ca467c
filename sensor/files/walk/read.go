package walk

import (
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"os"
	"slices"

	"github.com/tillwatch/tillwatch/sensor/files/baseline"
)

// Buffer is memory that is used again for one folder and one file after another. Each goroutine has its own. The zero
// value is ready.
type Buffer struct {
	names   []byte // of the system, for the names in a folder
	entries []Entry
	content []byte
	hash    hash.Hash
}

const (
	piece = 256 << 10 // read at once
	// maxWhole bounds what is read to its end, in bytes. Of what is larger (a log, an archive, a film) the beginning and
	// the end are read.
	maxWhole = 512 << 20
	// tail is how much that is, at either end.
	tail = 32 << 20
)

// Content is what was read of a file.
type Content struct {
	baseline.Meta // as it was when it was read; Uncertain where it changed meanwhile
	Digest        baseline.Digest
	Sampled       bool   // the digest is of the size, the beginning and the end
	Bytes         []byte // the beginning, or all; they are of the Buffer, and so go with the next file
	Whole         bool   // Bytes is all
}

// ErrOther says that something is no ordinary file.
var ErrOther = errors.New("it is no ordinary file")

// Read reads a file of a folder of the tree. It keeps no more than max bytes of the content.
func (t *Tree) Read(folder Handle, name string, max int64, b *Buffer) (Content, error) {
	f, err := folder.openFile(name)
	if err != nil {
		return Content{}, err
	}
	defer func() { _ = f.close() }() // it was only read from
	return read(f, max, b)
}

// ReadLinked reads a file of the tree that a link leads to.
func (t *Tree) ReadLinked(path string, max int64, b *Buffer) (Content, error) {
	f, err := t.system.linked(path)
	if err != nil {
		return Content{}, err
	}
	defer func() { _ = f.close() }() // it was only read from
	return read(f, max, b)
}

func (o opener) linked(path string) (source, error) {
	info, err := o.root.Stat(path) // a pipe must not be opened
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, ErrOther
	}
	f, err := o.root.Open(path)
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

// ReadFile reads a file that lies anywhere.
func ReadFile(name string, max int64, b *Buffer) (Content, error) {
	info, err := os.Stat(name)
	if err != nil {
		return Content{}, err
	}
	if !info.Mode().IsRegular() {
		return Content{}, ErrOther
	}
	f, err := os.Open(name)
	if err != nil {
		return Content{}, err
	}
	defer f.Close()
	return read(osFile{f}, max, b)
}

// source is an open file.
type source interface {
	stat() (baseline.Meta, Kind, error)
	read([]byte) (int, error) // 0, nil at the end
	seek(offset int64) error
	close() error
}

// Handle is an open folder.
type Handle interface {
	openFile(name string) (source, error)
	Close() error
}

// Enter opens a folder of the tree to read files in it.
func (t *Tree) Enter(path string) (Handle, error) { return t.system.enter(path) }

// read reads as much as the file held when it was opened: one that grows faster than it is read has an end nevertheless.
func read(f source, max int64, b *Buffer) (Content, error) {
	before, kind, err := f.stat()
	if err != nil {
		return Content{}, err
	}
	if kind != Regular {
		return Content{}, ErrOther
	}
	if b.hash == nil {
		b.hash = sha256.New()
	}
	b.hash.Reset()
	c := Content{Meta: before, Sampled: before.Size > maxWhole}
	b.content = b.content[:0]
	if c.Sampled {
		var head [8]byte
		for i := range head {
			head[i] = byte(before.Size >> (8 * i))
		}
		b.hash.Write(head[:])
		err = b.take(f, tail, max)
		if err == nil {
			err = f.seek(before.Size - tail)
		}
		if err == nil {
			err = b.take(f, tail, 0)
		}
	} else {
		err = b.take(f, before.Size, max)
	}
	if err != nil {
		return Content{}, err
	}
	b.hash.Sum(c.Digest[:0])
	c.Bytes = b.content
	c.Whole = int64(len(c.Bytes)) == before.Size
	after, _, err := f.stat()
	if err != nil || after != before {
		c.Meta = before.Uncertain()
	}
	return c, nil
}

// take hashes the next size bytes and keeps those that the content has room for. A file that is shorter has been cut
// meanwhile: what is there counts.
func (b *Buffer) take(f source, size, max int64) error {
	for size > 0 {
		var into []byte
		if have := int64(len(b.content)); have < max {
			if want := int(min(size, max-have)); len(b.content) == cap(b.content) {
				b.content = slices.Grow(b.content, min(want, room(b.content))) // as it comes: who says how large a file is may lie
			}
			into = b.content[have:min(int64(cap(b.content)), max, have+size)]
		} else {
			if cap(b.names) < piece {
				b.names = make([]byte, piece)
			}
			into = b.names[:min(size, piece)]
		}
		n, err := f.read(into)
		if err != nil {
			return err
		}
		if n == 0 {
			return nil
		}
		b.hash.Write(into[:n])
		if int64(len(b.content)) < max {
			b.content = b.content[:len(b.content)+n]
		}
		size -= int64(n)
	}
	return nil
}

// firstPiece is what there is room for before anything was read, in bytes.
const firstPiece = 4 << 20

// room is by how much a content grows that needs more.
func room(b []byte) int { return max(len(b), firstPiece) }

// osFile is a file as the standard library has it.
type osFile struct{ *os.File }

func (f osFile) stat() (baseline.Meta, Kind, error) {
	info, err := f.Stat()
	if err != nil {
		return baseline.Meta{}, Other, err
	}
	return metaOf(info), kindOf(info.Mode()), nil
}

func (f osFile) read(p []byte) (int, error) {
	n, err := f.Read(p)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return n, err
}

func (f osFile) seek(offset int64) error {
	_, err := f.Seek(offset, io.SeekStart)
	return err
}

func (f osFile) close() error { return f.Close() }
