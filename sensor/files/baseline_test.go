package files

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/files/baseline"
)

// put writes or replaces one file.
func put(t *testing.T, dir, name, text string) {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// signs are the signs of a look, as "severity rule place".
func (g told) lines() []string {
	var out []string
	for _, s := range g.signs {
		out = append(out, fmt.Sprintf("%s %s %s", s.Severity, s.Rule, s.Place))
	}
	slices.Sort(out)
	return out
}

func newState() *kept { return &kept{values: map[string][]byte{}} }

func TestWhatChangesIsTold(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{
		"index.php": "<?php // shop\n", "js/cart.js": "var a = 1;", "t/page.tpl": "<p>", "logo.png": "PNG", ".htaccess": "Options -Indexes",
		"uploads/a.jpg": "JPG", "var/cache/twig/a.php": "<?php // made\n", "lib/gone.php": "<?php // old\n", "style.css": "a{}", "var/log/site.log": "1\n",
	})
	c := Config{State: newState()}
	if got := observe(t, c, dir); len(got.signs) > 0 {
		t.Fatalf("the first look: %q", got.lines())
	}
	if got := observe(t, c, dir); len(got.signs) > 0 {
		t.Fatalf("nothing changed: %q", got.lines())
	}
	for name, text := range map[string]string{
		"index.php": "<?php // other\n", "js/cart.js": "var a = 2;", "t/page.tpl": "<p>b", "logo.png": "PNG2", ".htaccess": "Options +Indexes",
		"uploads/b.jpg": "JPG", "uploads/c.php": "<?php echo 1;", "var/cache/twig/b.php": "<?php // made\n", "new.js": "var n;", "var/log/site.log": "1\n2\n",
		"var/cache/img/x.php": "<?php echo 2;",
	} {
		put(t, dir, name, text)
	}
	if err := os.Remove(filepath.Join(dir, "lib", "gone.php")); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"high files/changed .htaccess", "high files/changed js/cart.js", "high files/extra new.js",
		"high files/extra uploads/c.php", "high files/extra uploads/c.php", "high files/extra var/cache/img/x.php",
		"low files/changed index.php", "low files/changed logo.png", "low files/missing lib/gone.php", "medium files/changed t/page.tpl",
	}
	for range 2 { // and again, for nobody approved it
		if got := observe(t, c, dir); !slices.Equal(got.lines(), want) {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(got.lines(), "\n"), strings.Join(want, "\n"))
		}
	}
	c.Approved = func(place, digest string) bool {
		return strings.HasSuffix(place, ".js") && strings.HasPrefix(digest, "sha256:")
	}
	if got := observe(t, c, dir); len(got.signs) != len(want)-2 {
		t.Errorf("two are approved: %q", got.lines())
	}
	put(t, dir, "js/cart.js", "var a = 1;")
	c.Approved = nil
	if got := observe(t, c, dir); !slices.Contains(got.lines(), "high files/changed js/cart.js") {
		t.Errorf("the old content is not the approved one any more: %q", got.lines())
	}
}

func TestACleverChangeIsSeen(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"pay.js": "var a = 1;"})
	file := filepath.Join(dir, "pay.js")
	old := time.Now().Add(-48 * time.Hour)
	if err := os.Chtimes(file, old, old); err != nil {
		t.Fatal(err)
	}
	c := Config{State: newState()}
	observe(t, c, dir)
	put(t, dir, "pay.js", "var a = 2;")
	if err := os.Chtimes(file, old, old); err != nil { // the same size and the same time
		t.Fatal(err)
	}
	c.Full = os.Getenv("GOOS") != "linux"
	if got := observe(t, c, dir); !slices.Equal(got.lines(), []string{"high files/changed pay.js"}) {
		t.Errorf("got %q", got.lines())
	}
}

func TestWhatIsDeployedIsTheNewBaseline(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"a.js": "var a = 1;", "b.js": "var b = 1;", "c.js": "var c = 1;"})
	var windows []Window
	c := Config{State: newState(), Windows: func() ([]Window, error) { return windows, nil }}
	observe(t, c, dir)
	put(t, dir, "a.js", "var a = 2;") // before
	windows = []Window{{ID: "d", Begun: later(t, dir), Until: time.Now().Add(time.Hour)}}
	put(t, dir, "b.js", "var b = 2;")
	put(t, dir, "new.js", "var n;")
	if got := observe(t, c, dir); !slices.Equal(got.lines(), []string{"high files/changed a.js"}) {
		t.Errorf("while it is deployed: %q", got.lines())
	}
	windows[0].Until = time.Now()
	want := []string{"high files/changed a.js", "high files/changed b.js", "high files/extra new.js"}
	if got := observe(t, c, dir); !slices.Equal(got.lines(), want) {
		t.Errorf("nobody ended it in time: %q", got.lines())
	}
	windows[0].Ended = later(t, dir)
	put(t, dir, "c.js", "var c = 2;") // after
	want = []string{"high files/changed a.js", "high files/changed c.js"}
	for range 2 {
		if got := observe(t, c, dir); !slices.Equal(got.lines(), want) {
			t.Errorf("after it: %q", got.lines())
		}
	}
	c.Windows = func() ([]Window, error) { return nil, errors.New("locked") }
	if got := observe(t, c, dir); len(got.gaps) != 1 {
		t.Errorf("nobody knows: %q", got.all)
	}
}

// later is a moment after all changes so far and before all that follow, as the file system counts.
func later(t *testing.T, dir string) time.Time {
	t.Helper()
	tick := func() time.Time {
		put(t, dir, ".tick", "")
		info, err := os.Stat(filepath.Join(dir, ".tick"))
		if err != nil {
			t.Fatal(err)
		}
		os.Remove(filepath.Join(dir, ".tick"))
		return info.ModTime()
	}
	first := tick()
	at := tick()
	for !at.After(first) {
		at = tick()
	}
	for next := at; !next.After(at); {
		next = tick()
	}
	return at
}

func TestManyChangesAreFewLines(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"index.html": ""})
	c := Config{State: newState()}
	observe(t, c, dir)
	for i := range 400 {
		put(t, dir, fmt.Sprintf("plug/in%d/f%d.js", i%30, i), fmt.Sprintf("var a = %d;", i))
	}
	got := observe(t, c, dir)
	if !slices.Equal(got.lines(), []string{"high files/extra plug"}) || !strings.Contains(got.signs[0].Summary, "400") {
		t.Errorf("got %q", got.lines())
	}
}

func TestALostMemoryIsSaid(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"a.js": "var a;"})
	state := newState()
	c := Config{State: state}
	observe(t, c, dir)
	for key := range state.values {
		state.values[key] = state.values[key][:len(state.values[key])/2]
	}
	got := observe(t, c, dir)
	if len(got.gaps) != 1 || !strings.Contains(got.gaps[0].Why, "cannot be used") || len(got.items) != 1 {
		t.Errorf("got %q", got.all)
	}
}

// fullDisk is a state that cannot be written.
type fullDisk struct{ kept }

func (*fullDisk) Save(string, []byte) error { return errors.New("no space left on device") }

func TestAFullDiskIsSaid(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"a.js": "var a;"})
	got := observe(t, Config{State: &fullDisk{}}, dir)
	if len(got.gaps) != 1 || !strings.Contains(got.gaps[0].Why, "no space left") || len(got.items) != 1 {
		t.Errorf("got %q", got.all)
	}
}

func TestNamesThatAreNoText(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"a.js": "var a;"})
	name := filepath.Join(dir, "b\xff\xfe.js")
	if err := os.WriteFile(name, []byte("var b;"), 0o600); err != nil {
		t.Skip("not here:", err)
	}
	c := Config{State: newState()}
	observe(t, c, dir)
	if err := os.WriteFile(name, []byte("var b = 2;"), 0o600); err != nil {
		t.Fatal(err)
	}
	got := observe(t, c, dir)
	if !slices.Equal(got.lines(), []string{"high files/changed b\ufffd.js"}) {
		t.Errorf("got %q", got.lines())
	}
}

func TestTheMemoryIsSmall(t *testing.T) {
	t.Parallel()
	b := baseline.New()
	for i := range 7500 {
		f, _ := b.Folder(fmt.Sprintf("node_modules/package-%d/dist/lib", i/8)).Put(fmt.Sprintf("file-%d.js", i))
		f.Meta = baseline.Meta{Size: 9000, Modified: 1 << 60, Changed: 1 << 60, Inode: 1 << 22}
	}
	if n := len(b.Encode()) / 7500; n > 80 {
		t.Errorf("%d bytes for a file", n)
	}
}

var _ tillwatch.State = (*fullDisk)(nil)
