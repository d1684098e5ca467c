package known_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch/known"
)

// librarySource is the source line of content published as a library's file.
func librarySource(name, version, path, content string) string {
	lf := strings.ReplaceAll(content, "\r\n", "\n")
	return fmt.Sprintf("%s\t%s\t%s\t%x\t%x\t%d\n", name, version, path, sha256.Sum256([]byte(content)), sha256.Sum256([]byte(lf)), len(content))
}

// trimmedSource is the source line of the code of content.
func trimmedSource(content string) string {
	lf := strings.ReplaceAll(content, "\r\n", "\n")
	trimmed := known.Trim([]byte(lf))
	return fmt.Sprintf("%x\t%x\t%d\n", sha256.Sum256([]byte(content)), sha256.Sum256(trimmed), len(trimmed))
}

func TestLibraryOfTheEmbeddedData(t *testing.T) {
	// The digests are those of the integrity attributes that the projects publish for these files.
	for sum, want := range map[string]string{
		"ff1523fb7389539c84c65aba19260648793bb4f5e29329d2ee8804bc37a3fe6e": "jquery 3.6.0 dist/jquery.min.js",
		"fc9a93dd241f6b045cbff0481cf4e1901becd0e12fb45166a8f17f95823f0b1a": "jquery 3.7.1 dist/jquery.min.js",
	} {
		var digest [sha256.Size]byte
		if _, err := hex.Decode(digest[:], []byte(sum)); err != nil {
			t.Fatal(err)
		}
		found := false
		for _, r := range known.Library(digest) {
			found = found || r.Name+" "+r.Version+" "+r.Path == want && !r.LineEnds && r.Size > 80_000
		}
		if !found {
			t.Errorf("%s: %v, want %s among them", sum, known.Library(digest), want)
		}
		for i := range digest {
			wrong := digest
			wrong[i] ^= 1
			if got := known.Library(wrong); got != nil {
				t.Errorf("%x is one bit off, but was found: %v", wrong, got)
			}
		}
	}
	if got := known.Library(sha256.Sum256(nil)); got != nil {
		t.Errorf("the empty file is a library: %v", got)
	}
}

func TestLibraryFileSaysHowItMatches(t *testing.T) {
	unix, dos := "var a\nvar b\n", "var c\r\nvar d\r\n"
	banner := "/* three 3.0 */\nvar e\r\n//# sourceMappingURL=three.js.map\r\n"
	file, err := encodeAll(
		librarySource("one", "1.9.0", "dist/one.js", unix)+
			librarySource("one", "1.10.0", "dist/one.js", unix)+
			librarySource("two", "2.0", "two.js", dos)+
			librarySource("three", "3.0", "three.js", banner),
		trimmedSource(banner)+trimmedSource(unix), "", "")
	if err != nil {
		t.Fatal(err)
	}
	data, err := known.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, content string
		want          []known.Release
	}{
		{"as published", unix, []known.Release{{"one", "1.9.0", "dist/one.js", 12, false, false}, {"one", "1.10.0", "dist/one.js", 12, false, false}}},
		{"published with LF, here CRLF", "var a\r\nvar b\r\n", []known.Release{{"one", "1.9.0", "dist/one.js", 12, true, false}, {"one", "1.10.0", "dist/one.js", 12, true, false}}},
		{"published with CRLF, here too", dos, []known.Release{{"two", "2.0", "two.js", 14, false, false}}},
		{"published with CRLF, here LF", "var c\nvar d\n", []known.Release{{"two", "2.0", "two.js", 14, true, false}}},
		{"published with CRLF, here mixed", "var c\r\nvar d\n", []known.Release{{"two", "2.0", "two.js", 14, true, false}}},
		{"a lone CR is no line end", "var a\rvar b\r", nil},
		{"without its map", "/* three 3.0 */\nvar e\n", []known.Release{{"three", "3.0", "three.js", 5, false, true}}},
		{"code alone", "var e", []known.Release{{"three", "3.0", "three.js", 5, false, true}}},
		{"another banner", "// ours\nvar e\r\n/* the end */", []known.Release{{"three", "3.0", "three.js", 5, false, true}}},
		{"an empty line more", unix + "\n", []known.Release{{"one", "1.9.0", "dist/one.js", 11, false, true}, {"one", "1.10.0", "dist/one.js", 11, false, true}}},
		{"code after its map", banner + "evil()", nil},
		{"one letter more", unix + "x", nil},
	} {
		if got := data.LibraryFile([]byte(c.content)); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func BenchmarkLibrary(b *testing.B) {
	sum := sha256.Sum256([]byte("no library"))
	for b.Loop() {
		known.Library(sum)
	}
}
