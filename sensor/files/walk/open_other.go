//go:build !linux

package walk

import (
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tillwatch/tillwatch/sensor/files/baseline"
)

// opener opens everything through the standard library.
type opener struct{ root *os.Root }

func newOpener(root *os.Root) (opener, error) { return opener{root}, nil }

func (o opener) close() error { return o.root.Close() }

type handle struct {
	root *os.Root
	path string
}

func (o opener) enter(path string) (Handle, error) { return handle{o.root, path}, nil }

func (h handle) Close() error { return nil }

func (h handle) openFile(name string) (source, error) {
	path := filepath.Join(filepath.FromSlash(h.path), name)
	info, err := h.root.Lstat(path) // a pipe must not be opened
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, ErrOther
	}
	f, err := h.root.Open(path)
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

func (o opener) list(path string, _ *Buffer) ([]Entry, error) {
	dir, err := o.root.Open(filepath.FromSlash(path))
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	found, err := dir.ReadDir(-1)
	var out []Entry
	for _, e := range found {
		entry := Entry{Name: e.Name(), Kind: kindOf(e.Type())}
		if entry.Kind != Sub && entry.Kind != Other {
			info, err := e.Info()
			if err != nil {
				continue // it vanished meanwhile
			}
			entry.Kind, entry.Meta = kindOf(info.Mode()), metaOf(info)
		}
		out = append(out, entry)
	}
	return out, err
}

// metaOf knows no more here than when the content was last written, which anybody can set: the digests of a full pass
// are what counts.
func metaOf(info fs.FileInfo) baseline.Meta {
	return baseline.Meta{Size: info.Size(), Modified: info.ModTime().UnixNano()}
}
