package known_test

import (
	"bytes"
	"crypto/sha256"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch/known"
)

const (
	librariesHeader  = "#tillwatch-libraries\t1\n#date\t2026-01-02\n"
	trimmedHeader    = "#tillwatch-trimmed\t1\n"
	statementsHeader = "#tillwatch-statements\t1\n#date\t2026-01-02\n"
	releasesHeader   = "#tillwatch-release-files\t1\n#date\t2026-01-03\n"
)

func encode(libraries, releases string) ([]byte, error) {
	return encodeAll(libraries, "", "", releases)
}

func encodeAll(libraries, trimmed, statements, releases string) ([]byte, error) {
	return known.Encode(known.Sources{
		Libraries:  strings.NewReader(librariesHeader + libraries),
		Trimmed:    strings.NewReader(trimmedHeader + trimmed),
		Statements: strings.NewReader(statementsHeader + statements),
		Releases:   strings.NewReader(releasesHeader + releases),
	})
}

// open makes a data file of source lines and opens it.
func open(t testing.TB, libraries, releases string) *known.Data {
	t.Helper()
	file, err := encode(libraries, releases)
	if err != nil {
		t.Fatal(err)
	}
	data, err := known.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	file, err := encode(librarySource("one", "1.0", "one.js", "var a"), shopHeader+releaseSource("shop", "upload/a.php", "a", "1.9"))
	if err != nil {
		t.Fatal(err)
	}
	change := func(at int, to byte) []byte {
		changed := bytes.Clone(file)
		changed[at] ^= to
		return changed
	}
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"empty":         {nil, "not a Tillwatch data file"},
		"another file":  {[]byte("PK\x03\x04 some archive of somebody's"), "not a Tillwatch data file"},
		"a head alone":  {file[:30], "cut short after 30 bytes"},
		"one byte less": {file[:len(file)-1], "its checksum is wrong"},
		"one byte more": {append(bytes.Clone(file), 0), "its checksum is wrong"},
		"one bit off":   {change(len(file)-9, 1), "its checksum is wrong"},
		"newer format":  {change(20, 3), "data file of format 2, this program reads format 1"},
		"no date":       {change(26, 0x80), "its date is none"},
	} {
		if _, err := known.Open(c.file); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestTheNewerDateOfTheListsIsThatOfTheData(t *testing.T) {
	t.Parallel()
	if date := open(t, "", "").Date(); date != "2026-01-03" {
		t.Error(date)
	}
}

func TestDamageThatTheChecksumDoesNotTellIsHarmless(t *testing.T) {
	t.Parallel()
	file := smallFile(t)
	opened := 0
	for at := headLength; at < len(file); at++ {
		for _, bits := range []byte{1, 2, 0x40, 0x80, 0xff} {
			sections := bytes.Clone(file[headLength:])
			sections[at-headLength] ^= bits
			if openSections(t, file, sections) {
				opened++
			}
		}
	}
	if opened == 0 {
		t.Error("every change was noticed: the checksum cannot have been right")
	}
}

func FuzzOpen(f *testing.F) {
	file := smallFile(f)
	f.Add(file[headLength:])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, sections []byte) { openSections(t, file, sections) })
}

const headLength = 20 + 4 + 10 + sha256.Size

func smallFile(t testing.TB) []byte {
	t.Helper()
	file, err := encodeAll(
		librarySource("one", "1.0", "one.js", "var a\r\n")+librarySource("one", "1.1", "one.js", "var b"),
		trimmedSource("var a\r\n"),
		statementSource("b", "one", "1.1")+statementSource("a", "one", "1.0..1.1"),
		shopHeader+
			releaseSource("shop", "upload/a.js", "one", "1.9,1.10-p1..2.0")+
			releaseSource("shop", "upload/ab.php", "one", "2.0"))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// openSections opens a file of these sections under a head with their checksum, so that damage gets as far as it can,
// looks up all that the file claims to hold, and says whether it was opened.
func openSections(t *testing.T, head, sections []byte) bool {
	sealed := append(bytes.Clone(head[:headLength]), sections...)
	sum := sha256.Sum256(sections)
	copy(sealed[headLength-len(sum):], sum[:])
	data, err := known.Open(sealed)
	if err != nil {
		return false
	}
	for start := 0; start+sha256.Size <= len(sections); start++ {
		data.Library([sha256.Size]byte(sections[start:]))
		for range data.Blob(known.Blob(sections[start:])) {
			break
		}
	}
	data.Descent(statementHashes("a,b,c"))
	for _, p := range data.Platforms() {
		for file := range p.Files() {
			if file.Versions.String() == "" || len(p.At(file.Path)) == 0 || len(slices.Collect(data.Blob(file.Blob))) == 0 {
				t.Errorf("%v is not found", file)
			}
			p.Covers(file.Path)
		}
		p.Compare(p.Versions[0], release(p, p.Nearest(release(p, p.Versions[0]))[0].Version))
	}
	return true
}

// FuzzEncode makes data files of lists that may be anything; what can be made can be opened.
func FuzzEncode(f *testing.F) {
	f.Add(librarySource("one", "1.0", "one.js", "var a\r\n"), trimmedSource("var a\r\n"), statementSource("a", "one", "1.0"),
		shopHeader+releaseSource("shop", "upload/a.js", "one", "1.9,1.10-p1..2.0"))
	f.Add("", "", "", "#exclude\t*\t(a|b)/\n#platform\tshop\tmirror\t-\tin/\t1\t0\n#extensions\tshop\tphp\n#versions\tshop\t1\n#exclude\tshop\t^c\n")
	f.Fuzz(func(t *testing.T, libraries, trimmed, statements, releases string) {
		file, err := encodeAll(libraries, trimmed, statements, releases)
		if err != nil {
			return
		}
		if _, err := known.Open(file); err != nil {
			t.Errorf("a file that was made cannot be opened: %v", err)
		}
	})
}

func BenchmarkOpen(b *testing.B) {
	file, err := os.ReadFile("published.bin")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := known.Open(file); err != nil {
			b.Fatal(err)
		}
	}
}
