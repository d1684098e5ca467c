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
	"strings"
	"sync"
	"sync/atomic"

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
	w := &walker{tree: t, bounds: b, shared: []task{{from, depth}}}
	w.wake.L = &w.mu
	stop := context.AfterFunc(ctx, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.stopped.Store(true)
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
	slices.SortFunc(w.out, func(a, b Folder) int { return strings.Compare(a.Path, b.Path) })
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

// walker is one walk. Each goroutine has folders of its own to list, and shares some when another has none: to meet at
// one list for each folder would take longer than many a folder does.
type walker struct {
	tree   *Tree
	bounds Bounds

	files   atomic.Int64
	idle    atomic.Int32 // goroutines that have nothing to do
	stopped atomic.Bool

	mu     sync.Mutex
	wake   sync.Cond
	shared []task
	busy   int
	out    []Folder
}

func (w *walker) run() {
	var own []Folder
	var buffer Buffer
	for todo := w.take(); len(todo) > 0; todo = w.next(todo) {
		next := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		folder := w.list(next, &buffer)
		own = append(own, folder)
		for i := range folder.Entries {
			e := &folder.Entries[i]
			if e.Kind == Sub && (w.bounds.Skip == nil || !w.bounds.Skip(e.Name)) {
				todo = append(todo, task{baseline.Join(next.path, e.Name), next.depth + 1})
			}
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.out = append(w.out, own...)
}

func (w *walker) list(next task, b *Buffer) Folder {
	switch {
	case next.depth > w.bounds.Depth:
		return Folder{Path: next.path, Err: ErrDeep}
	case w.files.Load() >= int64(w.bounds.Files):
		return Folder{Path: next.path, Err: ErrMany}
	}
	folder := w.tree.List(next.path, b)
	w.files.Add(int64(len(folder.Entries)))
	return folder
}

// next is what a goroutine goes on with: the half of its own folders that comes first is for those that have none.
func (w *walker) next(todo []task) []task {
	switch {
	case w.stopped.Load():
		todo = nil
	case len(todo) > 1 && w.idle.Load() > 0:
		half := len(todo) / 2
		w.mu.Lock()
		w.shared = append(w.shared, todo[:half]...)
		w.wake.Broadcast()
		w.mu.Unlock()
		todo = append(todo[:0], todo[half:]...)
	}
	if len(todo) > 0 {
		return todo
	}
	w.mu.Lock()
	w.busy--
	w.mu.Unlock()
	return w.take()
}

// take gives what others shared; nothing where all is done, or is to end.
func (w *walker) take() []task {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.idle.Add(1)
	defer w.idle.Add(-1)
	for len(w.shared) == 0 && w.busy > 0 && !w.stopped.Load() {
		w.wake.Wait()
	}
	if len(w.shared) == 0 || w.stopped.Load() {
		w.wake.Broadcast()
		return nil
	}
	last := len(w.shared) - 1
	next := w.shared[last]
	w.shared = w.shared[:last]
	w.busy++
	return []task{next}
}

// List gives what lies directly in a folder of the tree.
func (t *Tree) List(path string, b *Buffer) Folder {
	f := Folder{Path: path}
	f.Entries, f.Err = t.system.list(path, b)
	slices.SortFunc(f.Entries, func(a, b Entry) int { return strings.Compare(a.Name, b.Name) })
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
