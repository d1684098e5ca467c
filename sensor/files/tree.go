package files

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
)

// The bounds of one look.
const (
	maxFiles = 500_000
	maxDepth = 200
	maxRead  = 64 << 20 // of one file
)

// file is one file to look at.
type file struct {
	name    string // in the tree, as it is opened
	place   string // as it is told of
	kind    kind
	fetched bool // by a package manager
}

// tree is the folder that is looked at. It is opened through an [os.Root], so that no link, not even one put there while
// we look, leads to a file outside it.
type tree struct {
	root   *os.Root
	real   string // the folder's own name, without links
	place  string // as the operator wrote it
	single string // where one file was named: its name
}

func openTree(place string) (*tree, error) {
	real, err := filepath.EvalSymlinks(place)
	if err != nil {
		return nil, err
	}
	if real, err = filepath.Abs(real); err != nil {
		return nil, err
	}
	info, err := os.Stat(real)
	if err != nil {
		return nil, err
	}
	t := &tree{real: real, place: place}
	switch {
	case info.IsDir():
	case info.Mode().IsRegular():
		t.real, t.single = filepath.Split(real)
	default:
		return nil, errors.New("it is neither a file nor a folder")
	}
	t.root, err = os.OpenRoot(t.real)
	return t, err
}

func (t *tree) close() { _ = t.root.Close() } // it was only read from

// listing is what there is to look at, in the order of the names, and what cannot be.
type listing struct {
	files []file
	gaps  []tillwatch.Gap
	full  bool
}

func (t *tree) list(ctx context.Context) *listing {
	l := &listing{}
	if t.single != "" {
		k := kindOf(t.single)
		if k == "" {
			k = kindOfContent(t.head(t.single))
		}
		l.files = append(l.files, file{name: t.single, place: shown(t.place), kind: k})
		return l
	}
	t.folder(ctx, l, ".", filepath.Base(t.real) == fetchedFolder, 0)
	return l
}

// head is the beginning of a file, as far as it can be had.
func (t *tree) head(name string) []byte {
	f, err := t.root.Open(name)
	if err != nil {
		return nil
	}
	defer f.Close()
	head := make([]byte, 512)
	n, _ := io.ReadFull(f, head) // what cannot be read is told of when the file is judged
	return head[:n]
}

// folder lists a folder of the tree and all below. inside says that the operator named such a folder itself.
func (t *tree) folder(ctx context.Context, l *listing, name string, inside bool, depth int) {
	if ctx.Err() != nil || l.full {
		return
	}
	if depth > maxDepth {
		l.gap(t.at(name), "folders are nested too deeply here: what is further down was not looked at")
		return
	}
	entries, err := t.entries(name)
	if err != nil {
		l.gap(t.at(name), "the folder cannot be read: "+reason(err))
	}
	for _, e := range entries {
		path := filepath.Join(name, e.Name())
		switch {
		case e.IsDir():
			if !skipped(e.Name()) {
				t.folder(ctx, l, path, inside, depth+1)
			}
		case e.Type()&fs.ModeSymlink != 0:
			t.link(l, path, inside)
		case e.Type().IsRegular() && kindOf(path) != "":
			t.add(l, path, path, inside)
		}
	}
}

// entries are those of a folder by name, those too that could be read before an error.
func (t *tree) entries(name string) ([]fs.DirEntry, error) {
	dir, err := t.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	entries, err := dir.ReadDir(-1)
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	return entries, err
}

// link decides about a symbolic link. What it leads to within the tree is met there, but perhaps under a name that does
// not say what it is; what lies outside is not ours to follow, and is told of where it could be a script.
func (t *tree) link(l *listing, name string, inside bool) {
	target, err := filepath.EvalSymlinks(filepath.Join(t.real, name))
	if errors.Is(err, fs.ErrNotExist) {
		return // it leads nowhere
	}
	var info fs.FileInfo
	if err == nil {
		info, err = os.Stat(target)
	}
	if err != nil {
		if kindOf(name) != "" {
			l.gap(t.at(name), "where this link leads cannot be seen: "+reason(err))
		}
		return
	}
	within, err := filepath.Rel(t.real, target)
	if err != nil || within == ".." || strings.HasPrefix(within, ".."+string(filepath.Separator)) {
		if info.IsDir() || info.Mode().IsRegular() && kindOf(name) != "" {
			l.gap(t.at(name), "this link leads out of the folder and was not followed: name where it leads as well")
		}
		return
	}
	if info.Mode().IsRegular() && kindOf(name) != "" && kindOf(name) != kindOf(within) {
		t.add(l, name, within, inside)
	}
}

func (t *tree) add(l *listing, name, opened string, inside bool) {
	if l.full {
		return
	}
	if len(l.files) == maxFiles {
		l.full = true
		l.gap(shown(t.place), "there are more than 500,000 scripts and pages here: the others were not looked at")
		return
	}
	fetched := !inside && slices.Contains(strings.Split(name, string(filepath.Separator)), fetchedFolder)
	l.files = append(l.files, file{name: opened, place: t.at(name), kind: kindOf(name), fetched: fetched})
}

func (l *listing) gap(place, why string) {
	l.gaps = append(l.gaps, tillwatch.Gap{Place: place, Why: why})
}

// at is a name in the tree as it is told of: below what the operator wrote.
func (t *tree) at(name string) string { return shown(filepath.Join(t.place, name)) }

// shown makes a name fit to be stored and compared: names of files are any bytes.
func shown(name string) string { return strings.ToValidUTF8(name, "\ufffd") }

// read gives a file's content, the digest of all of it, and where it is too large its size.
func (t *tree) read(f file) (content []byte, digest string, cut int64, err error) {
	r, err := t.root.Open(f.name)
	if err != nil {
		return nil, "", 0, err
	}
	defer r.Close()
	info, err := r.Stat()
	if err != nil {
		return nil, "", 0, err
	}
	if !info.Mode().IsRegular() {
		return nil, "", 0, errors.New("it is no ordinary file any more")
	}
	content = make([]byte, 0, min(info.Size(), maxRead)+1)
	h := sha256.New()
	for len(content) <= maxRead {
		if len(content) == cap(content) {
			content = slices.Grow(content, 64<<10)
		}
		n, err := r.Read(content[len(content):min(cap(content), maxRead+1)])
		content = content[:len(content)+n]
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, "", 0, err
		}
	}
	h.Write(content)
	if len(content) > maxRead {
		rest, err := io.Copy(h, r)
		if err != nil {
			return nil, "", 0, err
		}
		cut = int64(len(content)) + rest
		content = content[:maxRead]
	}
	return content, "sha256:" + hex.EncodeToString(h.Sum(nil)), cut, nil
}

// reason is what went wrong, without the name of the file: that is the place of the gap.
func reason(err error) string {
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}
