package walk

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch/sensor/files/baseline"
)

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func tree(t *testing.T, dir string) *Tree {
	t.Helper()
	tr, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tr.Close() })
	return tr
}

func names(t *testing.T, tr *Tree, b Bounds) []string {
	t.Helper()
	folders, err := tr.Walk(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range folders {
		if f.Err != nil {
			out = append(out, f.Path+": "+f.Err.Error())
		}
		for _, e := range f.Entries {
			out = append(out, fmt.Sprintf("%d %s", e.Kind, baseline.Join(f.Path, e.Name)))
		}
	}
	return out
}

func TestEverythingIsListedOnceInOrder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"b", "a/z", "a/b/c", "a.d", "skip/x", "a/skip/y"} {
		write(t, dir, name, name)
	}
	if err := os.Symlink(".", filepath.Join(dir, "loop")); err != nil {
		t.Skip(err)
	}
	got := names(t, tree(t, dir), Bounds{Depth: 9, Files: 99, Skip: func(n string) bool { return n == "skip" }})
	want := "3 a|1 a.d|1 b|2 loop|3 skip|3 a/b|3 a/skip|1 a/z|1 a/b/c"
	if strings.Join(got, "|") != want {
		t.Errorf("got %q", got)
	}
	deep := names(t, tree(t, dir), Bounds{Depth: 1, Files: 99})
	if !strings.Contains(strings.Join(deep, "|"), "a/b: "+ErrDeep.Error()) {
		t.Errorf("depth: %q", deep)
	}
	many := names(t, tree(t, dir), Bounds{Depth: 9, Files: 3})
	if !strings.Contains(strings.Join(many, "|"), ErrMany.Error()) {
		t.Errorf("files: %q", many)
	}
}

func TestReadingKeepsNoMoreThanAsked(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	tr := tree(t, dir)
	var b Buffer
	for _, size := range []int{0, 1, 100, piece - 1, piece, piece + 1, 3*piece + 7} {
		text := strings.Repeat("x", size)
		write(t, dir, "f", text)
		h, err := tr.Enter(".")
		if err != nil {
			t.Fatal(err)
		}
		for _, max := range []int64{0, 10, piece, 1 << 20} {
			c, err := tr.Read(h, "f", max, &b)
			if err != nil {
				t.Fatal(err)
			}
			if c.Digest != sha256.Sum256([]byte(text)) || int64(len(c.Bytes)) != min(int64(size), max) || c.Whole != (int64(size) <= max) || c.Size != int64(size) || c.Sampled {
				t.Errorf("%d bytes, at most %d: %d bytes, %+v", size, max, len(c.Bytes), c.Meta)
			}
		}
		h.Close()
	}
}

func TestOfTheHugeOnlyTheEndsAreRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "a.log", "begin\n")
	if err := os.Truncate(filepath.Join(dir, "a.log"), 10<<30); err != nil {
		t.Skip("no sparse files here:", err)
	}
	tr := tree(t, dir)
	h, err := tr.Enter(".")
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	var b Buffer
	first, err := tr.Read(h, "a.log", 1<<20, &b)
	if err != nil || !first.Sampled || first.Whole || len(first.Bytes) != 1<<20 {
		t.Fatalf("%v: %d bytes, sampled %v", err, len(first.Bytes), first.Sampled)
	}
	f, err := os.OpenFile(filepath.Join(dir, "a.log"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	f.WriteString("end\n")
	f.Close()
	if again, err := tr.Read(h, "a.log", 0, &b); err != nil || again.Digest == first.Digest {
		t.Errorf("%v: a line more is not seen", err)
	}
}

func TestWhatIsNoFileIsNotOpened(t *testing.T) {
	t.Parallel()
	outside := t.TempDir()
	write(t, outside, "secret", "secret")
	dir := t.TempDir()
	if err := os.Symlink(filepath.Join(outside, "secret"), filepath.Join(dir, "link")); err != nil {
		t.Skip(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "folder")); err != nil {
		t.Skip(err)
	}
	tr := tree(t, dir)
	h, err := tr.Enter(".")
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	var b Buffer
	if _, err := tr.Read(h, "link", 10, &b); err == nil {
		t.Error("a link was followed")
	}
	if _, err := tr.ReadLinked("link", 10, &b); err == nil {
		t.Error("a link out of the tree was followed")
	}
	if h, err := tr.Enter("folder"); err == nil {
		if _, err := tr.Read(h, "secret", 10, &b); err == nil {
			t.Error("a link to a folder out of the tree was followed")
		}
	}
	if f := tr.List("..", &b); f.Err == nil {
		t.Error("the folder above was listed")
	}
}
