package files

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/files/baseline"
	"github.com/tillwatch/tillwatch/sensor/files/walk"
)

// The bounds of one look.
const (
	maxFiles = 2_000_000
	maxDepth = 200
	maxRead  = 64 << 20 // of one file, to judge it
)

// tree is the folder that is looked at.
type tree struct {
	walk   *walk.Tree
	far    Server // whose files they are, where they are another machine's; nil: this one's
	real   string // the folder's own name, without links
	place  string // as the operator wrote it
	single string // where one file was named: its name
	saved  string // the seal of what is remembered
	inside bool   // the operator named a folder of a package manager itself
}

func (s *Sensor) openTree(ctx context.Context, place string, lost func(error)) (*tree, error) {
	if IsFar(place) {
		return openFar(ctx, place, s.config.Far, lost)
	}
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
		t.inside = strings.Contains(filepath.ToSlash(real)+"/", "/"+fetchedFolder+"/")
	case info.Mode().IsRegular():
		t.real, t.single = filepath.Split(real)
	default:
		return nil, errors.New("it is neither a file nor a folder")
	}
	t.walk, err = walk.Open(t.real)
	return t, err
}

func (t *tree) close() {
	_ = t.walk.Close() // it was only read from
	if t.far != nil {
		_ = t.far.Close() // as above
	}
}

// head is the beginning of a file, as far as it can be had.
func (t *tree) head(name string) []byte {
	c, err := t.walk.ReadLinked(name, 512, &walk.Buffer{})
	if err != nil {
		return nil // which is told of when the file is judged
	}
	return c.Bytes
}

// at is a path in the tree as it is told of: below what the operator wrote.
func (t *tree) at(path string) string {
	if t.single != "" {
		return shown(t.place)
	}
	if t.far != nil {
		if path == "." {
			return shown(t.place)
		}
		return shown(t.place + "/" + path)
	}
	return shown(filepath.Join(t.place, filepath.FromSlash(path)))
}

// within is what a folder's path is told of with, before the names of its files.
func (t *tree) within(folder string) string {
	place := t.at(folder)
	if strings.HasSuffix(place, "/") || place == "." && t.far == nil && folder == "." {
		return strings.TrimSuffix(place, ".")
	}
	if t.far != nil {
		return place + "/"
	}
	return place + string(filepath.Separator)
}

// shown makes a name fit to be stored and compared: names of files are any bytes.
func shown(name string) string { return strings.ToValidUTF8(name, "\ufffd") }

// reason is what went wrong, without the name of the file: that is the place of the gap.
func reason(err error) string {
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}

// bookKey names the memory of a folder: the same for whatever shop it is looked at, and however it is written.
func bookKey(t *tree) string {
	if t.far != nil {
		return "baseline of " + server(t.place) + t.real
	}
	return "baseline of " + t.real
}

// loadBook reads what is remembered of a folder; nil where that is nothing. An error means that it is lost.
func loadBook(state tillwatch.State, t *tree) (*baseline.Book, error) {
	if state == nil || t.single != "" { // of one file, whoever names it knows whether it changed
		return nil, nil
	}
	text, err := state.Load(bookKey(t))
	if err != nil || text == nil {
		return nil, err
	}
	t.saved = baseline.Seal(text)
	return baseline.Decode(text)
}

func saveBook(state tillwatch.State, t *tree, b *baseline.Book) error {
	if state == nil || t.single != "" {
		return nil
	}
	text := b.Encode()
	if baseline.Seal(text) == t.saved {
		return nil // nothing changed: there is nothing to write
	}
	if err := state.Save(bookKey(t), text); err != nil {
		return err
	}
	t.saved = baseline.Seal(text)
	return nil
}
