package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch/known"
)

func TestTheEmbeddedFileIsWhatTheSourcesGive(t *testing.T) {
	t.Parallel()
	if err := run(t.Context(), "..", "", true); err != nil {
		t.Error(err)
	}
}

func TestOpenAcceptsTheEmbeddedFile(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("../published.bin")
	if err != nil {
		t.Fatal(err)
	}
	if len(file) > 16_000_000 {
		t.Errorf("%d bytes are more than the program should carry", len(file))
	}
	data, err := known.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	if data.Date() != "2026-11-22" {
		t.Errorf("date %s", data.Date())
	}
	if known.Embedded().Date() != data.Date() {
		t.Errorf("the embedded data is of %s", known.Embedded().Date())
	}
}

// sourceLines hands over the fields of each line of a source that is no header, and gives their number.
func sourceLines(t *testing.T, name string, each func(fields []string)) int {
	t.Helper()
	text, err := readList("../source/" + name)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range bytes.Lines(text) {
		if line[0] != '#' {
			each(strings.Split(string(bytes.TrimSuffix(line, []byte("\n"))), "\t"))
			n++
		}
	}
	return n
}

func TestEveryLibraryLineIsFound(t *testing.T) {
	t.Parallel()
	postings := 0
	n := sourceLines(t, "libraries.tsv.zst", func(f []string) {
		size, _ := strconv.ParseInt(f[5], 10, 64)
		want := known.Release{Name: f[0], Version: f[1], Path: f[2], Size: size}
		for i, sum := range []string{f[3], f[4]} {
			want.LineEnds = i == 1
			if i == 1 && sum == f[3] {
				continue
			}
			postings++
			if !slices.Contains(known.Library(digest(sum)), want) {
				t.Errorf("%v is not found by %s", want, sum)
			}
		}
	})
	if n != 19_600 {
		t.Errorf("%d lines, want 19600", n)
	}
	found := 0
	seen := map[string]bool{}
	sourceLines(t, "libraries.tsv.zst", func(f []string) {
		for _, sum := range f[3:5] {
			if !seen[sum] {
				seen[sum] = true
				for _, r := range known.Library(digest(sum)) {
					if !r.Trimmed {
						found++
					}
				}
			}
		}
	})
	if found != postings {
		t.Errorf("%d files behind all digests, want %d", found, postings)
	}
}

func TestEveryTrimmedLineIsFound(t *testing.T) {
	t.Parallel()
	n := sourceLines(t, trimmedName, func(f []string) {
		size, _ := strconv.ParseInt(f[2], 10, 64)
		found := known.Library(digest(f[1]))
		for _, want := range known.Library(digest(f[0])) {
			if want.LineEnds || want.Trimmed {
				continue
			}
			want.Trimmed, want.Size = true, size
			if !slices.Contains(found, want) {
				t.Errorf("%v is not found by %s", want, f[1])
			}
		}
	})
	if n < 9000 {
		t.Errorf("%d lines are too few", n)
	}
}

func digest(s string) (sum [sha256.Size]byte) {
	if _, err := hex.Decode(sum[:], []byte(s)); err != nil {
		panic(err)
	}
	return sum
}

func TestEveryReleaseLineIsFound(t *testing.T) {
	t.Parallel()
	data := known.Embedded()
	listed := map[string]int{}
	n := sourceLines(t, "release-files.tsv.zst", func(f []string) {
		p, ok := data.Platform(f[0])
		if !ok {
			t.Fatalf("no platform %s", f[0])
		}
		listed[f[0]]++
		var blob known.Blob
		if _, err := hex.Decode(blob[:], []byte(f[2])); err != nil {
			t.Fatal(err)
		}
		size := int64(-1)
		if f[3] != "-" {
			size, _ = strconv.ParseInt(f[3], 10, 64)
		}
		is := func(file known.File) bool {
			return file.Platform == p && file.Path == f[1] && file.Blob == blob && file.Size == size && file.Versions.String() == f[4]
		}
		if !slices.ContainsFunc(p.At(f[1]), is) {
			t.Errorf("%v is not found by its path", f)
		}
		if !contains(data.Blob(blob), is) {
			t.Errorf("%v is not found by its blob", f)
		}
		if !p.Covers(f[1]) {
			t.Errorf("%s is listed for %s, but not covered", f[1], f[0])
		}
	})
	if n != 340_708 {
		t.Errorf("%d lines, want 340708", n)
	}
	for _, p := range data.Platforms() {
		files := 0
		for range p.Files() {
			files++
		}
		if files != listed[p.Name] {
			t.Errorf("%s: %d files, want %d", p.Name, files, listed[p.Name])
		}
		delete(listed, p.Name)
	}
	if len(listed) != 0 {
		t.Errorf("platforms that are not listed: %v", listed)
	}
}

func contains(files iter.Seq[known.File], is func(known.File) bool) bool {
	for f := range files {
		if is(f) {
			return true
		}
	}
	return false
}

func TestTheStatementsWereMadeWithTodaysNormalForm(t *testing.T) {
	t.Parallel()
	text, err := readList("../source/" + statementsName)
	if err != nil {
		t.Fatal(err)
	}
	if want := "\n#normal-form\t" + normalForm() + "\n"; !bytes.Contains(text, []byte(want)) {
		t.Error("package script makes other hashes than those in the list: run go run ./known/generate -npm FOLDER")
	}
}

// One line of five: that all are there, the comparison with the sources says.
func TestStatementLinesAreFound(t *testing.T) {
	t.Parallel()
	data, nth := known.Embedded(), 0
	n := sourceLines(t, statementsName, func(f []string) {
		if nth++; nth%5 != 0 {
			return
		}
		hash, err := strconv.ParseUint(f[0], 16, 64)
		if err != nil {
			t.Fatal(err)
		}
		_, newest, _ := strings.Cut(f[2][strings.LastIndexByte(f[2], ',')+1:], "..")
		if newest == "" {
			newest = f[2][strings.LastIndexByte(f[2], ',')+1:]
		}
		descent := data.Descent(slices.Values([]uint64{hash}))
		if !slices.Contains(descent.Kin, known.Kin{Name: f[1], Version: newest, Common: 1}) || descent.Unknown != nil {
			t.Errorf("%v: %+v", f, descent)
		}
		if other := data.Descent(slices.Values([]uint64{hash ^ 1<<17})); len(other.Unknown) != 1 {
			t.Errorf("%x, which is one bit off, is found: %+v", hash, other)
		}
	})
	if n < 100_000 {
		t.Errorf("%d lines are too few", n)
	}
}

func TestIntervalsAreThoseOfTheOrder(t *testing.T) {
	t.Parallel()
	all := []string{"1.9", "1.10", "2.0", "3.0"}
	for want, set := range map[string][]string{
		"1.9":           {"1.9"},
		"1.9..3.0":      {"3.0", "1.9", "2.0", "1.10"},
		"1.9..1.10,3.0": {"1.10", "3.0", "1.9"},
		"1.10..2.0":     {"2.0", "1.10"},
	} {
		var releases []release
		for _, v := range set {
			releases = append(releases, release{"one", v})
		}
		if got := intervals(all, releases); got != want {
			t.Errorf("%v: %s, want %s", set, got, want)
		}
	}
}

func TestFilesThatNoPageLoadsAsAScriptAreLeftOut(t *testing.T) {
	t.Parallel()
	for path, out := range map[string]bool{
		"package/dist/jquery.min.js":                     false,
		"package/build/output/knockout-latest.js":        false,
		"package/dist/intersection-observer.js":          false,
		"package/dist/vue.common.js":                     true,
		"package/dist/vue.esm-browser.js":                true,
		"package/umd/react-dom-server.browser.js":        true,
		"package/umd/react-dom.profiling.min.js":         true,
		"package/locale/ja.js":                           true,
		"package/min/locales.min.js":                     true,
		"package/ui/i18n/datepicker-ko.js":               true,
		"package/dist/js/lightbox-plus-jquery.min.js":    true,
		"package/dist/localization/messages_ja.min.js":   true,
		"package/dist/js/bootstrap.bundle.min.js":        false,
		"package/slick/slick.js":                         false,
		"package/min/moment-with-locales.min.js":         true,
		"package/dist/jquery.validate.unobtrusive.js":    false,
		"package/dist/jquery.serverless.js":              false,
		"package/dist/module.mjs":                        true,
		"package/dist/additional-methods.js":             false,
		"package/dist/fancybox/l10n/ja.umd.js":           true,
		"package/dist/es/swiper.js":                      true,
		"package/dist/essential.js":                      false,
		"package/umd/react-dom-unstable-fire.min.js":     true,
		"package/umd/react-dom-test-utils.production.js": true,
	} {
		if notServed.MatchString(path) != out {
			t.Errorf("%s: left out %v", path, !out)
		}
	}
}
