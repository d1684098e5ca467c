package remote

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"
	"sync"
)

// Root is one folder of a server, for somebody who asks for many names of which few are there: what a folder holds is
// asked once, and remembered. Safe for concurrent use.
type Root struct {
	files *Files
	dir   string

	mu     sync.Mutex
	listed map[string]map[string]fs.FileInfo // by folder; nil for one that cannot be listed
}

// maxCached is how many names of one folder are remembered, and of how many folders.
const maxCached = 20_000

// Root gives a folder by its path; one that begins with "~" is from the user's own folder.
func (f *Files) Root(name string) (*Root, error) {
	if rest, home := strings.CutPrefix(name, "~"); home {
		own, err := f.RealPath(".")
		if err != nil {
			return nil, err
		}
		name = path.Join(own, rest)
	}
	real, err := f.RealPath(name)
	if err != nil {
		return nil, err
	}
	return &Root{files: f, dir: real, listed: map[string]map[string]fs.FileInfo{}}, nil
}

// Close ends the line.
func (r *Root) Close() error { return r.files.Close() }

// Lost says why the line could not be made again once it broke; nil where it holds.
func (r *Root) Lost() error {
	r.files.mu.Lock()
	defer r.files.mu.Unlock()
	var lost *LostError
	if errors.As(r.files.dead, &lost) {
		return lost
	}
	return nil
}

func (r *Root) full(name string) string { return path.Join(r.dir, name) }

// names are those in a folder; known is false where they must be asked for one by one.
func (r *Root) names(dir string) (names map[string]fs.FileInfo, known bool) {
	r.mu.Lock()
	names, known = r.listed[dir]
	full := len(r.listed) >= maxCached
	r.mu.Unlock()
	if known || full {
		return names, known
	}
	if dir != "." && r.absent(dir) {
		return r.keep(dir, nil), true
	}
	list, err := r.files.ReadDir(r.full(dir))
	if err != nil && !errors.Is(err, fs.ErrNotExist) || len(list) > maxCached {
		return nil, false
	}
	names = make(map[string]fs.FileInfo, len(list))
	for _, info := range list {
		names[info.Name()] = info
	}
	return r.keep(dir, names), true
}

func (r *Root) keep(dir string, names map[string]fs.FileInfo) map[string]fs.FileInfo {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.listed[dir] = names
	return names
}

// absent says that a name is known not to be there, or that it is in something that is no folder.
func (r *Root) absent(name string) bool {
	if name == "." {
		return false
	}
	names, known := r.names(path.Dir(name))
	if !known {
		return false
	}
	_, there := names[path.Base(name)]
	return !there
}

// Stat says what a name leads to.
func (r *Root) Stat(name string) (fs.FileInfo, error) {
	name = path.Clean(name)
	if !fs.ValidPath(name) || r.absent(name) {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
	}
	if names, known := r.names(path.Dir(name)); known && name != "." {
		if info := names[path.Base(name)]; info != nil && info.Mode()&fs.ModeSymlink == 0 {
			return info, nil
		}
	}
	return r.files.Stat(r.full(name))
}

// Open opens a file, or a folder to be listed.
func (r *Root) Open(name string) (fs.File, error) {
	info, err := r.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return &folder{root: r, name: path.Clean(name), info: info}, nil
	case !info.Mode().IsRegular(): // a pipe must not be opened
		return nil, &fs.PathError{Op: "open", Path: name, Err: errors.New("it is no ordinary file")}
	}
	return r.files.Open(r.full(path.Clean(name)))
}

// folder is a folder to be listed, once.
type folder struct {
	root *Root
	name string
	info fs.FileInfo
	done bool
}

func (f *folder) Stat() (fs.FileInfo, error) { return f.info, nil }

func (f *folder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: f.name, Err: errors.New("it is a folder")}
}

func (f *folder) Close() error { return nil }

// ReadDir gives all there is.
func (f *folder) ReadDir(int) ([]fs.DirEntry, error) {
	if f.done {
		return nil, io.EOF
	}
	f.done = true
	var out []fs.DirEntry
	names, known := f.root.names(f.name)
	for _, info := range names {
		out = append(out, fs.FileInfoToDirEntry(info))
	}
	if known {
		return out, nil
	}
	list, err := f.root.files.ReadDir(f.root.full(f.name))
	for _, info := range list {
		out = append(out, fs.FileInfoToDirEntry(info))
	}
	return out, err
}
