// Package walk goes through a folder and reads its files: without leaving it by a link, without opening what is no
// ordinary file, and about as fast as the system can say what is there.
package walk

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"sync"

	"github.com/tillwatch/tillwatch/sensor/files/baseline"
)

// Kind is what sort of thing has a name in a folder.
type Kind uint8

// The kinds.
const (
	Other   Kind = iota // a device, a socket, a pipe: never opened
	Regular             // a file
	Link                // a symbolic link
	Sub                 // a folder
)

// Entry is one name in a folder.
type Entry struct {
	Name string
	Kind Kind
	baseline.Meta
}

// Folder is one folder and what lies directly in it, by name.
type Folder struct {
	Path    string // with slashes, from the tree's root; "." for that itself
	Entries []Entry
	Err     error // why not all of it could be read; nil where all was
}

// Find gives the entry of that name.
func (f *Folder) Find(name string) (Entry, bool) {
	i, found := slices.BinarySearchFunc(f.Entries, name, func(e Entry, name string) int { return cmp.Compare(e.Name, name) })
	if !found {
		return Entry{}, false
	}
	return f.Entries[i], true
}

// Tree is a folder to go through. Everything is opened from it, and no link, not even one put there while we look, leads
// to a file outside it; on a server that is asked over a line, that server sees to it. Safe for concurrent use.
type Tree struct{ system system }

// system is where a tree lies. Paths are with slashes, from the tree's root.
type system interface {
	list(path string, b *Buffer) ([]Entry, error)
	enter(path string) (Handle, error)
	linked(path string) (source, error) // what a link leads to
	workers() int
	close() error
}

// Open opens a folder of this machine.
func Open(dir string) (*Tree, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	open, err := newOpener(root)
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return &Tree{open}, nil
}

// Close closes it.
func (t *Tree) Close() error { return t.system.close() }

// Bounds say how much is gone through.
type Bounds struct {
	Depth int                    // folders within folders
	Files int                    // entries; roughly, for several goroutines count
	Skip  func(name string) bool // folders of that name are left out; nil leaves out none
}

// The errors of a Folder that is beyond the bounds.
var (
	ErrDeep = errors.New("folders are nested too deeply here")
	ErrMany = errors.New("there are too many files here")
)

// Walk goes through all folders, those by path first that come first. Only the end of ctx is an error; what cannot be
// read is in the folders.
func (t *Tree) Walk(ctx context.Context, b Bounds) ([]Folder, error) {
	return t.WalkFrom(ctx, ".", 0, b)
}

// WalkFrom goes through one folder of the tree, at a depth, and all below it.
func (t *Tree) WalkFrom(ctx context.Context, from string, depth int, b Bounds) ([]Folder, error) {
	w := &walker{tree: t, bounds: b, todo: []task{{from, depth}}}
	w.wake.L = &w.mu
	stop := context.AfterFunc(ctx, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.todo, w.stopped = nil, true
		w.wake.Broadcast()
	})
	defer stop()
	var group sync.WaitGroup
	for range t.Workers() {
		group.Go(w.run)
	}
	group.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	slices.SortFunc(w.out, func(a, b Folder) int { return cmp.Compare(a.Path, b.Path) })
	return w.out, nil
}

// Workers is how many goroutines go through the tree.
func (t *Tree) Workers() int { return t.system.workers() }

// workers of this machine: the shop on it goes first.
func (opener) workers() int { return min(max(runtime.GOMAXPROCS(0), 1), 8) }

type task struct {
	path  string
	depth int
}

type walker struct {
	tree   *Tree
	bounds Bounds

	mu      sync.Mutex
	wake    sync.Cond
	todo    []task
	busy    int
	stopped bool
	files   int
	out     []Folder
}

func (w *walker) run() {
	var own []Folder
	var buffer Buffer
	w.mu.Lock()
	defer w.mu.Unlock()
	for {
		for len(w.todo) == 0 && w.busy > 0 && !w.stopped {
			w.wake.Wait()
		}
		if len(w.todo) == 0 {
			w.out = append(w.out, own...)
			w.wake.Broadcast()
			return
		}
		next := w.todo[len(w.todo)-1]
		w.todo = w.todo[:len(w.todo)-1]
		w.busy++
		full := w.files >= w.bounds.Files
		w.mu.Unlock()

		var folder Folder
		switch {
		case next.depth > w.bounds.Depth:
			folder = Folder{Path: next.path, Err: ErrDeep}
		case full:
			folder = Folder{Path: next.path, Err: ErrMany}
		default:
			folder = w.tree.List(next.path, &buffer)
		}
		own = append(own, folder)

		w.mu.Lock()
		w.busy--
		w.files += len(folder.Entries)
		for _, e := range folder.Entries {
			if e.Kind == Sub && !w.stopped && (w.bounds.Skip == nil || !w.bounds.Skip(e.Name)) {
				w.todo = append(w.todo, task{baseline.Join(next.path, e.Name), next.depth + 1})
			}
		}
		if len(w.todo) > 1 || w.busy == 0 {
			w.wake.Broadcast()
		}
	}
}

// List gives what lies directly in a folder of the tree.
func (t *Tree) List(path string, b *Buffer) Folder {
	f := Folder{Path: path}
	f.Entries, f.Err = t.system.list(path, b)
	slices.SortFunc(f.Entries, func(a, b Entry) int { return cmp.Compare(a.Name, b.Name) })
	return f
}

// kindOf is the kind of what has such a mode.
func kindOf(m fs.FileMode) Kind {
	switch {
	case m.IsRegular():
		return Regular
	case m.IsDir():
		return Sub
	case m&fs.ModeSymlink != 0:
		return Link
	}
	return Other
}
