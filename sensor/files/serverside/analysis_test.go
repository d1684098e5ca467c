package serverside

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch"
)

// sample is a file of ours, written from a description of a technique.
type sample struct{ name, what, src string }

func samples(t testing.TB, file string) []sample {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	var list []sample
	for _, part := range strings.Split("\n"+string(content), "\n== ")[1:] {
		head, src, _ := strings.Cut(part, "\n")
		name, what, _ := strings.Cut(head, " ")
		list = append(list, sample{name, what, src})
	}
	return list
}

func analysed(s sample) *Analysis {
	return Analyse(LanguageOf(s.name, []byte(s.src)), []byte(s.src))
}

func TestAttacksAreFound(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"attacks.txt", "holdout.txt", "later.txt"} {
		list := samples(t, file)
		found := 0
		for _, s := range list {
			if a := analysed(s); a.Severity < tillwatch.Medium {
				t.Errorf("%s (%s): %v %d %v %s", s.name, s.what, a.Language, a.Score, a.Reasons, a.Partial)
			} else {
				found++
			}
		}
		t.Logf("%s: %d of %d", file, found, len(list))
	}
}

func TestHonestCodeStaysQuiet(t *testing.T) {
	t.Parallel()
	for _, s := range samples(t, "honest.txt") {
		if a := analysed(s); a.Severity >= tillwatch.Medium {
			t.Errorf("%s (%s): %v %v", s.name, s.what, a.Severity, a.Reasons)
		}
	}
}
