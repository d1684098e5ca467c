package walk

import (
	"encoding/binary"
	"errors"
	"hash/fnv"
	"io"
	"io/fs"
	"math"
	"path"

	"github.com/tillwatch/tillwatch/sensor/files/baseline"
)

// Far are the files of another machine, by whole paths with slashes. Safe for concurrent use. Errors are as those of the
// package os.
type Far interface {
	ReadDir(name string) ([]fs.FileInfo, error) // links as links
	Lstat(name string) (fs.FileInfo, error)
	Stat(name string) (fs.FileInfo, error)
	RealPath(name string) (string, error) // without links
	Open(name string) (fs.File, error)    // an [io.ReaderAt], too
	Workers() int                         // how many may ask at the same time
}

// OpenFar opens a folder of another machine, by its path without links.
func OpenFar(f Far, dir string) *Tree { return &Tree{far{f, dir}} }

// far is a folder of another machine.
type far struct {
	Far
	root string
}

func (f far) close() error { return nil } // whoever opened the line closes it

func (f far) workers() int { return max(f.Workers(), 1) }

func (f far) list(name string, _ *Buffer) ([]Entry, error) {
	found, err := f.ReadDir(path.Join(f.root, name))
	out := make([]Entry, 0, len(found))
	for _, info := range found {
		kind, known := kindOfFar(info)
		if !known { // some servers say it only when they are asked for each
			if info, err := f.Lstat(path.Join(f.root, name, info.Name())); err == nil {
				kind, _ = kindOfFar(info)
			}
		}
		out = append(out, Entry{Name: info.Name(), Kind: kind, Meta: metaOfFar(info)})
	}
	return out, err
}

func (f far) enter(name string) (Handle, error) { return farFolder{f, name}, nil }

func (f far) linked(name string) (source, error) {
	info, err := f.Stat(path.Join(f.root, name)) // a pipe must not be opened
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, ErrOther
	}
	return f.file(name)
}

func (f far) file(name string) (source, error) {
	open, err := f.Open(path.Join(f.root, name))
	if err != nil {
		return nil, err
	}
	at, can := open.(io.ReaderAt)
	if !can {
		return nil, errors.Join(errors.New("it cannot be read in pieces"), open.Close())
	}
	return &farFile{File: open, at: at}, nil
}

type farFolder struct {
	far
	name string
}

func (f farFolder) Close() error { return nil }

func (f farFolder) openFile(name string) (source, error) { return f.file(path.Join(f.name, name)) }

type farFile struct {
	fs.File
	at     io.ReaderAt
	offset int64
}

func (f *farFile) stat() (baseline.Meta, Kind, error) {
	info, err := f.Stat()
	if err != nil {
		return baseline.Meta{}, Other, err
	}
	kind, _ := kindOfFar(info)
	return metaOfFar(info), kind, nil
}

func (f *farFile) read(p []byte) (int, error) {
	n, err := f.at.ReadAt(p, f.offset)
	f.offset += int64(n)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return n, err
}

func (f *farFile) seek(offset int64) error {
	f.offset = offset
	return nil
}

func (f *farFile) close() error { return f.Close() }

// metaOfFar is all that such a server says of a file: how large it is, when its content was last written, whose it is and
// who may do what. The times anybody can set who can write the file, so that it is not known when it really changed; all
// else goes into the place of the number that a file has on its disk.
func metaOfFar(info fs.FileInfo) baseline.Meta {
	m := baseline.Meta{Size: info.Size(), Modified: info.ModTime().UnixNano()}
	if m.Size < 0 {
		m.Size = math.MaxInt64
	}
	h := fnv.New64a()
	h.Write(binary.LittleEndian.AppendUint32(nil, uint32(info.Mode())))
	if o, told := info.(Owned); told {
		uid, gid := o.Owner()
		h.Write(binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, uid), gid))
	}
	if m.Inode = h.Sum64(); !m.Certain() {
		m.Inode = 0
	}
	return m
}

// Owned is a file of which more is known than the standard library has words for.
type Owned interface {
	Owner() (uid, gid uint32)
	Typed() bool // it is known what sort of thing it is
}

// kindOfFar is the kind of a file, and whether the server said.
func kindOfFar(info fs.FileInfo) (Kind, bool) {
	if o, told := info.(Owned); told && !o.Typed() {
		return Regular, false // it will show when it is opened
	}
	return kindOf(info.Mode()), true
}
