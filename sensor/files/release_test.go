package files

import (
	"crypto/md5"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/known"
)

// shopVersions are two releases of a platform of our own, by path.
func shopVersions() map[string]map[string]string {
	out := map[string]map[string]string{"1.0": {}, "1.1": {}}
	for i := range 40 {
		name := fmt.Sprintf("core/part%d/class%d.php", i%4, i)
		text := fmt.Sprintf("<?php\nclass Part%d {\n%s}\n", i, strings.Repeat(fmt.Sprintf("  function turn%d() { return %d; }\n", i, i), 8))
		out["1.0"][name], out["1.1"][name] = text, text
	}
	for _, name := range []string{"core/payment/card.php", "theme/page.tpl", "admin/login.php"} {
		for _, v := range []string{"1.0", "1.1"} {
			out[v][name] = "<?php // " + v + "\n" + strings.Repeat("function a"+name[:4]+"() {}\n", 12)
		}
	}
	return out
}

func shopData(t *testing.T) *known.Data {
	t.Helper()
	rows := map[string][]string{}
	for version, files := range shopVersions() {
		for name, text := range files {
			key := fmt.Sprintf("ourshop\t%s\t%s\t%d", name, known.BlobOf([]byte(text)), len(text))
			rows[key] = append(rows[key], version)
		}
	}
	var lines []string
	for key, versions := range rows {
		slices.Sort(versions)
		lines = append(lines, key+"\t"+strings.Join(slices.Compact([]string{versions[0], versions[len(versions)-1]}), "..")+"\n")
	}
	slices.Sort(lines)
	file, err := known.Encode(known.Sources{
		Libraries:  strings.NewReader("#tillwatch-libraries\t1\n#date\t2026-01-02\n"),
		Trimmed:    strings.NewReader("#tillwatch-trimmed\t1\n"),
		Statements: strings.NewReader("#tillwatch-statements\t1\n#date\t2026-01-02\n"),
		Releases: strings.NewReader("#tillwatch-release-files\t1\n#date\t2026-01-03\n" +
			fmt.Sprintf("#platform\tourshop\tofficial\t-\t-\t2\t%d\n#extensions\tourshop\tphp,tpl,js\n#versions\tourshop\t1.0 1.1\n", len(lines)) + strings.Join(lines, "")),
	})
	if err != nil {
		t.Fatal(err)
	}
	data, err := known.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestFilesAreHeldAgainstTheRelease(t *testing.T) {
	t.Parallel()
	data := shopData(t)
	released := shopVersions()["1.0"]
	for name, c := range map[string]struct {
		change func(map[string]string)
		want   []string
	}{
		"as released": {func(map[string]string) {}, nil},
		"other line ends, and a byte order mark": {func(f map[string]string) {
			for name, text := range f {
				f[name] = "\ufeff" + strings.ReplaceAll(text, "\n", "\r\n")
			}
		}, nil},
		"a folder with another name": {func(f map[string]string) {
			for name, text := range f {
				if rest, ok := strings.CutPrefix(name, "core/part0/"); ok {
					delete(f, name)
					f["core_x/part0/"+rest] = text
				}
			}
		}, nil},
		"below another folder": {func(f map[string]string) {
			for name, text := range maps.Clone(f) {
				delete(f, name)
				f["public/shop/"+name] = text
			}
		}, nil},
		"a patch by hand":       {func(f map[string]string) { f["theme/page.tpl"] = shopVersions()["1.1"]["theme/page.tpl"] }, []string{"info files/changed "}},
		"code changed":          {func(f map[string]string) { f["core/part1/class1.php"] += "evil();" }, []string{"medium files/changed "}},
		"a payment file":        {func(f map[string]string) { f["core/payment/card.php"] += "mail();" }, []string{"high files/changed core/payment/card.php"}},
		"a template":            {func(f map[string]string) { f["theme/page.tpl"] += "<p>" }, []string{"low files/changed "}},
		"code among its own":    {func(f map[string]string) { f["core/part1/x.php"] = "<?php evil();" }, []string{"medium files/extra "}},
		"a plug-in":             {func(f map[string]string) { f["plugins/a/x.php"], f["plugins/a/y.php"] = "<?php a();", "<?php b();" }, []string{"info files/extra "}},
		"a picture among them":  {func(f map[string]string) { f["core/part1/x.png"] = "PNG" }, nil},
		"a missing file":        {func(f map[string]string) { delete(f, "core/part1/class1.php") }, []string{"info files/missing "}},
		"code among uploads":    {func(f map[string]string) { f["upload/x.php"] = "<?php evil();" }, []string{"high files/extra upload/x.php", "info files/extra "}},
		"what installers write": {func(f map[string]string) { f["config.php"] = "<?php $a = 1;" }, nil},
		"a release that nobody lists": {func(f map[string]string) {
			for name := range f {
				if strings.HasPrefix(name, "core/part0") || strings.HasPrefix(name, "core/part1") {
					f[name] = strings.ReplaceAll(f[name], "function", "public function")
				}
			}
		}, nil},
	} {
		files := map[string]string{}
		for name, text := range released {
			files[name] = text
		}
		c.change(files)
		got := observe(t, Config{Data: data}, folder(t, files))
		if !slices.Equal(got.lines(), c.want) {
			t.Errorf("%s: got %q", name, got.lines())
		}
	}
}

func TestOfWhatIsReleasedNothingElseIsSaid(t *testing.T) {
	t.Parallel()
	dir := folder(t, shopVersions()["1.1"])
	c := Config{Data: shopData(t), State: newState()}
	for range 2 {
		if got := observe(t, c, dir); !slices.Equal(got.all, []string{"pass"}) {
			t.Errorf("got %q", got.all)
		}
	}
	for name, text := range shopVersions()["1.0"] { // an update, or its undoing, is no tampering
		put(t, dir, name, text)
	}
	if got := observe(t, c, dir); !slices.Equal(got.all, []string{"pass"}) {
		t.Errorf("after another release came: %q", got.all)
	}
}

// packageLists writes dpkg's lists of a package whose files lie in a folder.
func packageLists(t *testing.T, dir string, files map[string]string, settings ...string) string {
	t.Helper()
	lists := t.TempDir()
	var sums, status strings.Builder
	for name, text := range files {
		path := strings.TrimPrefix(filepath.Join(dir, name), "/")
		if slices.Contains(settings, name) {
			fmt.Fprintf(&status, " /%s %x\n", path, md5.Sum([]byte(text)))
		} else {
			fmt.Fprintf(&sums, "%x  %s\n", md5.Sum([]byte(text)), path)
		}
	}
	put(t, lists, "info/ourshop.md5sums", sums.String())
	put(t, lists, "status", "Package: ourshop\nConffiles:\n"+status.String()+"Description: a shop\n")
	return lists
}

func TestWhatThePackageHas(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("there is no dpkg here")
	}
	files := map[string]string{"a.php": "<?php a();", "b.php": "<?php b();", "js/c.js": "var c;", "conf.php": "<?php $x = 1;"}
	shared := folder(t, map[string]string{"lib.js": "var l;", "more/x.js": "var x;", "own/y.js": "var y;"})
	dir := folder(t, files)
	lists := packageLists(t, dir, files, "conf.php")
	var sums strings.Builder
	for _, name := range []string{"lib.js", "more/x.js"} {
		text, err := os.ReadFile(filepath.Join(shared, name))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&sums, "%x  %s\n", md5.Sum(text), strings.TrimPrefix(filepath.Join(shared, name), "/"))
	}
	put(t, lists, "info/libshared:all.md5sums", sums.String())
	for name, to := range map[string]string{"lib.js": "lib.js", "more": "more", "own": "own"} {
		if err := os.Symlink(filepath.Join(shared, to), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	got := observe(t, Config{Dpkg: lists}, dir)
	want := "gap own: this link leads out of the folder and was not followed: name where it leads as well"
	if !slices.Equal(got.all, []string{want}) {
		t.Errorf("got %q", got.all)
	}
	put(t, dir, "b.php", "<?php b(); evil();")
	put(t, dir, "conf.php", "<?php $x = 2;")
	put(t, shared, "lib.js", "var l = 2;")
	got = observe(t, Config{Dpkg: lists}, dir)
	if !slices.Equal(got.lines(), []string{"medium files/changed b.php"}) || len(got.gaps) != 2 || len(got.items) != 2 {
		t.Errorf("got %q", got.all)
	}
}

// debiansWordPress is where Debian's WordPress lies, and dpkg's lists of it: empty where it is installed. Otherwise it is
// what .ci/setup has unpacked.
func debiansWordPress(t *testing.T) (folder, dpkg string) {
	t.Helper()
	const installed = "/usr/share/wordpress"
	if _, err := os.Stat(installed + "/wp-settings.php"); err == nil && os.Getenv("TILLWATCH_UNPACKED") == "" {
		return installed, ""
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Skip(err)
	}
	unpacked := filepath.Join(cache, "tillwatch-tests", "wordpress")
	sums, err := os.ReadFile(filepath.Join(unpacked, "DEBIAN", "md5sums"))
	if err != nil {
		t.Skip("Debian's WordPress is not here: run .ci/setup wordpress")
	}
	lists := t.TempDir()
	to := strings.TrimPrefix(unpacked, "/") + "/"
	put(t, lists, "info/wordpress.md5sums", strings.ReplaceAll(string(sums), "  ", "  "+to))
	put(t, lists, "status", "Package: wordpress\n")
	return filepath.Join(unpacked, installed), lists
}

func TestDebiansWordPress(t *testing.T) {
	t.Parallel()
	wordpress, dpkg := debiansWordPress(t)
	got := observe(t, Config{Dpkg: dpkg}, wordpress)
	got.gaps = slices.DeleteFunc(got.gaps, func(g tillwatch.Gap) bool { // other packages' files, where those are not installed
		path := filepath.Join(wordpress, g.Place)
		_, err := os.Stat(path)
		info, linkErr := os.Lstat(path)
		return linkErr == nil && info.Mode()&os.ModeSymlink != 0 && (err != nil || dpkg != "")
	})
	if len(got.signs)+len(got.gaps) > 0 || dpkg == "" && len(got.passes) != 1 {
		t.Errorf("got %q %v", got.all, got.gaps)
	}
	c := Config{State: newState(), Dpkg: dpkg}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(wordpress)); err != nil {
		t.Fatal(err)
	}
	put(t, dir, "wp-includes/query.php", "<?php evil();")
	got = observe(t, c, dir)
	if !slices.Contains(got.lines(), "medium files/changed ") || !strings.Contains(got.signs[0].Summary, "wordpress ") {
		t.Errorf("a copy of it: %q", got.all)
	}
}

func TestPackagesThatNobodyLists(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{
		"package-lock.json":                      `{"packages":{"":{},"node_modules/a":{},"node_modules/@s/b":{},"node_modules/a/node_modules/c":{}}}`,
		"node_modules/a/index.js":                "var a;",
		"node_modules/@s/b/index.js":             "var b;",
		"node_modules/a/node_modules/c/index.js": "var c;",
		"node_modules/.bin/x.js":                 "var x;",
		"node_modules/strange/x.js":              "var s;",
		"node_modules/strange/y.js":              "var s;",
		"node_modules/loose.js":                  "var l;",
		"vendor/composer/installed.json":         `{"packages":[{"name":"v/one","install-path":"../v/one"},{"name":"w/two"}]}`,
		"vendor/autoload.php":                    "<?php //",
		"vendor/v/one/a.php":                     "<?php one();",
		"vendor/w/two/a.php":                     "<?php two();",
		"vendor/v/three/a.php":                   "<?php three();",
		"vendor/loose.php":                       "<?php loose();",
	})
	got := observe(t, Config{}, dir)
	want := []string{
		"low files/extra node_modules/strange", "low files/extra vendor/v/three",
		"medium files/extra node_modules/loose.js", "medium files/extra vendor/loose.php",
	}
	if !slices.Equal(got.lines(), want) {
		t.Errorf("got %q", got.lines())
	}
}

func TestInert(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"<?php\n// Silence is golden.\n": true, "<?php": true, "<?php /* x */ exit;": true, "<?php die(); ?>": true, "<?php # x": true,
		"<?php // ?><?php evil();": false, "<?php echo 1;": false, "<?php exit; ?><?php x();": false, "<?php die($_GET[1]);": false, "<?php /* x": false,
		"<?php exit(evil());": false, "": true,
	} {
		if got := inert([]byte(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
