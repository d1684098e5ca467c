package main

import (
	"bufio"
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
	if err := run("..", true); err != nil {
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
	r, err := openSource("../source/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	lines := bufio.NewScanner(r)
	n := 0
	for lines.Scan() {
		if !strings.HasPrefix(lines.Text(), "#") {
			each(strings.Split(lines.Text(), "\t"))
			n++
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
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
				found += len(known.Library(digest(sum)))
			}
		}
	})
	if found != postings {
		t.Errorf("%d files behind all digests, want %d", found, postings)
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
