package known_test

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch/known"
)

const shopHeader = "#platform\tshop\tofficial\tupload/\t-\t4\t5\n#extensions\tshop\tphp,js,htaccess,ini\n#versions\tshop\t1.9 1.10 1.10-p1 2.0\n"

// releaseSource is the source line of content that versions of the platform hold at path.
func releaseSource(platform, path, content, versions string) string {
	return fmt.Sprintf("%s\t%s\t%s\t%d\t%s\n", platform, path, known.BlobOf([]byte(content)), len(content), versions)
}

func TestBlobOfIsWhatGitSays(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		"":          "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
		"hello\n":   "ce013625030ba8dba906f756967f9e9ca394464a",
		"hello\r\n": "ef0493b275aa2080237f676d2ef6559246f56636",
	} {
		if got := known.BlobOf([]byte(content)).String(); got != want {
			t.Errorf("%q: %s, want %s", content, got, want)
		}
	}
	if lf, ok := known.BlobLF([]byte("hello\r\n")); !ok || lf != known.BlobOf([]byte("hello\n")) {
		t.Errorf("%s, %v", lf, ok)
	}
	if _, ok := known.BlobLF([]byte("hello\n\r")); ok {
		t.Error("there is no CRLF in it")
	}
}

func TestVersionsAreInThePlatformsOwnOrder(t *testing.T) {
	t.Parallel()
	p, ok := known.Embedded().Platform("ec-cube")
	if !ok {
		t.Fatal("no ec-cube")
	}
	files := p.At(".htaccess")
	i := slices.IndexFunc(files, func(f known.File) bool { return f.Versions.Has("3.0.9") })
	if i < 0 {
		t.Fatalf("%v", files)
	}
	versions := files[i].Versions
	if versions.String() != "3.0.0..3.0.18-p7" || !versions.Has("3.0.10") || versions.Has("4.0.0") || versions.Has("3.0.99") || versions.Has("") {
		t.Errorf("%v", versions)
	}
	all := slices.Collect(versions.All())
	if len(all) != 27 || all[9] != "3.0.9" || all[10] != "3.0.10" || all[26] != "3.0.18-p7" {
		t.Errorf("%v", all)
	}
	for range versions.All() {
		break
	}
	if (known.Versions{}).Has("1.0") || (known.Versions{}).String() != "" {
		t.Error("the empty set has a version")
	}
}

func TestOfficialContentIsKnownInTheWrongPlace(t *testing.T) {
	t.Parallel()
	data := open(t, "", shopHeader+
		releaseSource("shop", "upload/a.js", "one", "1.9,1.10-p1..2.0")+
		releaseSource("shop", "upload/b.js", "one", "2.0")+
		releaseSource("shop", "upload/b.js", "two", "1.9"))
	var got []string
	for f := range data.Blob(known.BlobOf([]byte("one"))) {
		got = append(got, f.Platform.Name+" "+f.Path+" "+f.Versions.String())
	}
	if want := []string{"shop upload/a.js 1.9,1.10-p1..2.0", "shop upload/b.js 2.0"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	for f := range data.Blob(known.BlobOf([]byte("three"))) {
		t.Errorf("%v", f)
	}
}

func TestWhatIsNotListedIsNotFound(t *testing.T) {
	t.Parallel()
	data := known.Embedded()
	for _, p := range data.Platforms() {
		for _, path := range []string{"", "\x00", "\xff\xff", "zzzz/zzzz.php", "a", "index.php/", "upload", "/index.php"} {
			if files := p.At(path); files != nil {
				t.Errorf("%s: %q gives %v", p.Name, path, files)
			}
		}
		n := 0
		for f := range p.Files() {
			if n++; n%499 == 0 {
				if files := p.At(f.Path + "x"); files != nil {
					t.Errorf("%s: %q gives %v", p.Name, f.Path+"x", files)
				}
				f.Blob[19] ^= 1
				for other := range data.Blob(f.Blob) {
					t.Errorf("%s gives %v", f.Blob, other)
				}
			}
		}
	}
	for _, id := range []known.Blob{{}, known.Blob([]byte(strings.Repeat("\xff", 20)))} {
		for f := range data.Blob(id) {
			t.Errorf("%s gives %v", id, f)
		}
	}
	if _, ok := data.Platform("no such shop"); ok {
		t.Error("there is such a shop")
	}
}

func TestNearestAndCompare(t *testing.T) {
	t.Parallel()
	lines := []string{
		releaseSource("shop", "upload/.htaccess", "deny", "1.9..2.0"),
		releaseSource("shop", "upload/a.php", "a1", "1.9..1.10-p1"),
		releaseSource("shop", "upload/a.php", "a2", "2.0"),
		releaseSource("shop", "upload/b.php", "b1", "1.9..1.10"),
		releaseSource("shop", "upload/b.php", "b1 patched", "1.10-p1..2.0"),
		releaseSource("shop", "upload/install/index.php", "install", "1.9..2.0"),
		releaseSource("shop", "upload/new.php", "new", "1.10..2.0"),
	}
	slices.Sort(lines)
	data := open(t, "", shopHeader+strings.Join(lines, ""))
	p, _ := data.Platform("shop")
	docroot := contents{
		"upload/.htaccess": "deny",
		"upload/a.php":     "a1",
		"upload/b.php":     "b1 patched",
		"upload/new.php":   "new and a skimmer",
		"upload/shell.php": "foreign",
		"upload/logo.png":  "not covered",
	}
	fits := p.Nearest(docroot.files())
	want := []known.Fit{
		{Version: "1.10-p1", Same: 3, Changed: 1, Extra: 1, Missing: 1},
		{Version: "2.0", Same: 2, Changed: 2, Extra: 1, Missing: 1},
		{Version: "1.10", Same: 2, Changed: 2, Extra: 1, Missing: 1},
		{Version: "1.9", Same: 2, Changed: 1, Extra: 2, Missing: 1},
	}
	if !slices.Equal(fits, want) {
		t.Errorf("%+v, want %+v", fits, want)
	}
	var got []string
	for _, d := range p.Compare("1.10", docroot.files()) {
		got = append(got, fmt.Sprintf("%s %t %t %s", d.Path, d.Found != known.Blob{}, d.Listed.Platform != nil, d.Other))
	}
	if want := []string{
		"upload/b.php true true 1.10-p1..2.0", // a patch applied by hand
		"upload/install/index.php false true ",
		"upload/new.php true true ",
		"upload/shell.php true false ",
	}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// contents is a set of files by path.
type contents map[string]string

func (c contents) files() iter.Seq2[string, known.Blob] {
	return func(yield func(string, known.Blob) bool) {
		for _, path := range slices.Sorted(maps.Keys(c)) {
			if !yield(path, known.BlobOf([]byte(c[path]))) {
				return
			}
		}
	}
}

func TestEveryReleaseIsNearestToItself(t *testing.T) {
	t.Parallel()
	for _, p := range known.Embedded().Platforms() {
		for _, version := range []string{p.Versions[0], p.Versions[len(p.Versions)/2], p.Versions[len(p.Versions)-1]} {
			files := release(p, version)
			fits := p.Nearest(files)
			if best := fits[0]; best.Version != version && (best.Same != fits[1].Same || best.Missing != 0) ||
				best.Changed+best.Extra+best.Missing != 0 || best.Same == 0 {
				t.Errorf("%s %s: %+v", p.Name, version, fits[:2])
			}
			if differences := p.Compare(version, files); len(differences) != 0 {
				t.Errorf("%s %s differs from itself: %v", p.Name, version, differences[0])
			}
		}
	}
}

// release gives the files of one release.
func release(p *known.Platform, version string) iter.Seq2[string, known.Blob] {
	return func(yield func(string, known.Blob) bool) {
		for f := range p.Files() {
			if f.Versions.Has(version) && !yield(f.Path, f.Blob) {
				return
			}
		}
	}
}

func BenchmarkAt(b *testing.B) {
	p, _ := known.Embedded().Platform("magento2")
	for b.Loop() {
		p.At("vendor/magento/module-checkout/view/frontend/web/js/view/payment.js")
	}
}

func BenchmarkBlob(b *testing.B) {
	id := known.BlobOf([]byte("no release holds this"))
	for b.Loop() {
		for range known.Embedded().Blob(id) {
			b.Fatal("found")
		}
	}
}

func BenchmarkNearest(b *testing.B) {
	p, _ := known.Embedded().Platform("magento2")
	files := maps.Collect(release(p, "2.4.4"))
	b.ReportAllocs()
	for b.Loop() {
		p.Nearest(maps.All(files))
	}
}
