package known_test

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch/known"
)

// statementSource is the source line of a statement that versions of the library have.
func statementSource(text, library, versions string) string {
	return fmt.Sprintf("%016x\t%s\t%s\n", statementHash(text), library, versions)
}

func statementHash(text string) uint64 {
	sum := sha256.Sum256([]byte(text))
	return binary.BigEndian.Uint64(sum[:])
}

// sortedLines are lines from their beginning to their rest, in order.
func sortedLines(lines map[string]string) string {
	var b strings.Builder
	for _, key := range slices.Sorted(maps.Keys(lines)) {
		b.WriteString(key + lines[key])
	}
	return b.String()
}

// statementHashes are those of statements with commas between them.
func statementHashes(script string) iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		for text := range strings.SplitSeq(script, ",") {
			if text != "" && !yield(statementHash(text)) {
				return
			}
		}
	}
}

func TestDescent(t *testing.T) {
	t.Parallel()
	var libraries strings.Builder
	for _, release := range []string{"one\t1.9", "one\t1.10", "one\t2.0", "two\t1.0"} {
		name, version, _ := strings.Cut(release, "\t")
		libraries.WriteString(librarySource(name, version, "dist/it.js", release))
	}
	lines := []string{
		statementSource("old", "one", "1.9"),
		statementSource("everywhere", "one", "1.9..2.0"),
		statementSource("everywhere", "two", "1.0"),
		statementSource("later", "one", "1.10..2.0"),
		statementSource("on and off", "one", "1.9,2.0"),
		statementSource("new", "one", "2.0"),
	}
	slices.SortFunc(lines, func(a, b string) int { return cmp.Compare(a[:16], b[:16]) })
	file, err := encodeAll(libraries.String(), "", strings.Join(lines, ""), "")
	if err != nil {
		t.Fatal(err)
	}
	data, err := known.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ script, want string }{
		{"", "{0 [] []}"},
		{"foreign", "{1 [] [0]}"},
		{"everywhere,old", "{2 [{one 1.9 2} {two 1.0 1}] []}"},
		{"everywhere,later", "{2 [{one 2.0 2} {two 1.0 1}] []}"}, // 1.10 as well, but 2.0 is newer
		{"later,foreign,on and off,everywhere,new,foreign too", "{6 [{one 2.0 4} {two 1.0 1}] [1 5]}"},
		{"everywhere,everywhere", "{2 [{one 2.0 2} {two 1.0 2}] []}"},
	} {
		if got := fmt.Sprint(data.Descent(statementHashes(c.script))); got != c.want {
			t.Errorf("%s: %s, want %s", c.script, got, c.want)
		}
	}
}

func TestEncodeNamesTheBadStatement(t *testing.T) {
	t.Parallel()
	library := librarySource("one", "1.0", "it.js", "var a")
	a, b := statementSource("a", "one", "1.0"), statementSource("b", "one", "1.0")
	if a < b {
		a, b = b, a
	}
	for line, want := range map[string]string{
		"0123\tone\t1.0\n":               `statements: line 3: "0123" is no digest of 8 bytes`,
		statementSource("a", "two", "1"): `statements: line 3: "two" is no library`,
		statementSource("a", "one", "2"): `statements: line 3: "2" is no interval`,
		a + b:                            "statements: line 4: not sorted",
		"a\n":                            "statements: line 3: want hash",
	} {
		if _, err := encodeAll(library, "", line, ""); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %s…", err, want)
		}
	}
	twice := library + librarySource("two", "1.0", "it.js", "var b") + librarySource("one", "2.0", "it.js", "var c")
	if _, err := encodeAll(twice, "", "", ""); err == nil || !strings.Contains(err.Error(), "one stand in two places") {
		t.Errorf("%v", err)
	}
}
