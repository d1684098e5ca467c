package known_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch/known"
)

// split gives the statements of a script in which every semicolon ends one, and of which a comment begins the line.
func split(script string) []known.Statement {
	var list []known.Statement
	start := 0
	for piece := range strings.SplitAfterSeq(script, ";") {
		text := strings.TrimSpace(strings.TrimSuffix(piece[strings.LastIndex(piece, "*/")+1:], ";"))
		text = strings.TrimSpace(strings.TrimPrefix(text, "/"))
		if at := strings.LastIndex(piece, text); text != "" {
			list = append(list, known.Statement{Hash: statementHash(text), Start: start + at, End: start + at + len(text)})
		}
		start += len(piece)
	}
	return list
}

// library is a script of 40 statements and a banner.
func library(version string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "/*! one v%s */\n", version)
	for i := range 40 {
		fmt.Fprintf(&b, "statement(%d);\n", i)
	}
	return b.String()
}

// libraryData lists versions 1.0 and 1.1 of a library, the second with a statement more.
func libraryData(t testing.TB) *known.Data {
	t.Helper()
	old, recent := library("1.0"), library("1.1")+"added(1);\n"
	lines := map[string]string{}
	for _, s := range split(old) {
		lines[fmt.Sprintf("%016x", s.Hash)] = "\tone\t1.0..1.1\n"
	}
	lines[fmt.Sprintf("%016x", statementHash("added(1)"))] = "\tone\t1.1\n"
	file, err := encodeAll(librarySource("one", "1.0", "one.js", old)+librarySource("one", "1.1", "one.js", recent),
		trimmedSource(old)+trimmedSource(recent), sortedLines(lines), "")
	if err != nil {
		t.Fatal(err)
	}
	data, err := known.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestRecognise(t *testing.T) {
	t.Parallel()
	data := libraryData(t)
	const skimmer = "steal(card);"
	published := library("1.0")
	half := strings.Index(published, "statement(20)")
	code := strings.TrimPrefix(published, "/*! one v1.0 */\n")
	for _, c := range []struct {
		name, script string
		standing     known.Standing
		version      string
		added        string
		unknown      int
	}{
		{"as published", published, known.Published, "1.0", "", 0},
		{"without its banner", code, known.Published, "1.0", "", 0},
		{"appended", published + skimmer, known.Modified, "1.0", skimmer, 1},
		{"prepended", skimmer + published, known.Modified, "1.0", skimmer, 1},
		{"inserted", published[:half] + skimmer + published[half:], known.Modified, "1.0", skimmer, 1},
		{"grown together", published[:half+5] + "X;" + skimmer + published[half+5:], known.Modified, "1.0", "X;" + skimmer, 3},
		{"with a known statement", published[:half] + "statement(3);" + skimmer + published[half:], known.Modified, "1.0", "statement(3);" + skimmer, 1},
		{"inserted, banner cut", code[:half-16] + skimmer + code[half-16:], known.Modified, "1.0", skimmer, 1},
		{"appended, lines end in CRLF", strings.ReplaceAll(published, "\n", "\r\n") + skimmer + "\r\n", known.Modified, "1.0", skimmer, 1},
		{"inserted, lines end in CRLF", strings.ReplaceAll(published[:half]+skimmer+"\n"+published[half:], "\n", "\r\n"), known.Modified, "1.0", skimmer + "\r\n", 1},
		{"two places", published[:half] + skimmer + published[half:] + skimmer, known.Modified, "1.0", "", 2},
		{"the newer one, changed", strings.Replace(library("1.1")+"added(1);\n", "statement(3)", "statement(card)", 1), known.Modified, "1.1", "", 1},
		{"another banner", library("1.2") + skimmer, known.Modified, "1.0", skimmer, 1},
		{"a release that is not listed", strings.Replace(library("1.2"), "statement(3)", "fixed(3)", 1) + "added(3);", known.Unlisted, "1.1", "", 2},
		{"no banner, two places", "a();" + code + "b();", known.Unlisted, "1.1", "", 2},
		{"laid out anew", strings.ReplaceAll(published, ";\n", " ; "), known.Unlisted, "1.0", "", 0},
		{"a third of a bundle", published + strings.Repeat("own();", 90), known.Foreign, "", "", 0},
		{"a few statements in common", "statement(1);statement(2);", known.Foreign, "", "", 0},
		{"nothing", "", known.Foreign, "", "", 0},
	} {
		r := data.Recognise([]byte(c.script), split(c.script))
		if r.Standing != c.standing || r.Version != c.version || len(r.Unknown) != c.unknown {
			t.Errorf("%s: %+v", c.name, r)
		}
		if c.standing == known.Published != (r.Name == "one" && r.Files != nil && c.added == "" && r.Standing == known.Published) {
			t.Errorf("%s: %+v", c.name, r)
		}
		// What was found to be added may begin a few bytes off where the same bytes stand at both its ends.
		if added := c.script[r.Added.Start:r.Added.End]; strings.TrimSpace(added) != strings.TrimSpace(c.added) {
			t.Errorf("%s: %q was added, want %q", c.name, added, c.added)
		}
	}
}

func TestRecogniseSaysWhatTheBannerClaims(t *testing.T) {
	t.Parallel()
	r := libraryData(t).Recognise([]byte(library("9.9")), split(library("9.9")))
	if r.Claimed != "9.9" || r.Standing != known.Unlisted && r.Standing != known.Published {
		t.Errorf("%+v", r)
	}
}

func TestClaimedVersion(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		"/*! jQuery v3.6.0 | (c) OpenJS Foundation */\n!function(){}":       "3.6.0",
		"/*! jQuery UI - v1.12.1 - 2016-09-14\n* http://jqueryui.com */":    "1.12.1",
		"/*\n _ _\n Version: 1.8.1\n  Author: Ken Wheeler\n*/":              "1.8.1",
		"//! moment.js\n//! version : 2.29.4\n;(function () {":              "2.29.4",
		"/*!\n * Vue.js v2.6.14\n * (c) 2014-2021 Evan You */":              "2.6.14",
		"/*!\n * Bootstrap v4.0.0-beta.2 (https://getbootstrap.com)":        "",
		"/*!\n * Bootstrap v4.0.0-beta.2 (https://getbootstrap.com)\n */ x": "4.0.0-beta.2",
		"/** @license React v16.13.1\n */":                                  "16.13.1",
		"var version = '1.2.3' /* v4.5.6 */":                                "",
		"/* see https://example.com/a1.2.3/ and 10.0.0.1.5 */":              "",
		"/* " + strings.Repeat("x", 2000) + " v1.0.0 */":                    "",
		"": "",
	} {
		if got := known.ClaimedVersion([]byte(content)); got != want {
			t.Errorf("%q: %q, want %q", content, got, want)
		}
	}
}

func FuzzRecognise(f *testing.F) {
	data := libraryData(f)
	f.Add([]byte(library("1.0")+"evil();"), 0)
	f.Add([]byte("\r\n"+library("1.1")), 3)
	f.Fuzz(func(t *testing.T, content []byte, shift int) {
		statements := split(string(content))
		for i := range statements {
			statements[i].Start += shift % 100
		}
		r := data.Recognise(content, statements)
		if r.Added.Start < 0 || r.Added.End > len(content) || r.Added.Start > r.Added.End {
			t.Fatalf("%+v", r)
		}
		if r.Standing == known.Modified && r.Files != nil {
			rest := append(bytes.Clone(content[:r.Added.Start]), content[r.Added.End:]...)
			if data.LibraryFile(rest) == nil {
				t.Errorf("%q is no published file", rest)
			}
		}
	})
}

func TestWhatWasAddedBeginsAtAStatement(t *testing.T) {
	t.Parallel()
	data := libraryData(t)
	text := library("1.0") + ";other(1);\n"
	statements := split(text)
	if last := statements[len(statements)-1]; text[last.Start:last.End] != "other(1)" {
		t.Fatalf("split: %q", text[last.Start:last.End])
	}
	r := data.Recognise([]byte(text), statements)
	if got := text[r.Added.Start:r.Added.End]; got != ";other(1);\n" {
		t.Errorf("added: %q", got)
	}
}
