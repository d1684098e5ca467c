package app

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
)

const suppressed = `# decisions
- rule: page/typing-dependent
  place: https://shop.example/checkout*
  reason: "session replay, masks all payment fields"
  who: tanaka
  expiry: 2027-03-31
- {rule: page/host-new, place: chat.example, reason: chat, who: 田中, expiry: "2026-01-01"}
`

func TestSuppressionsHideUntilTheyExpire(t *testing.T) {
	t.Parallel()
	list, wrong := parseSuppressions([]byte(suppressed))
	if wrong != nil {
		t.Fatal(wrong.Problem)
	}
	if len(list) != 2 || list[1].Who != "田中" {
		t.Fatalf("got %+v", list)
	}
	replay := tillwatch.Finding{Rule: "page/typing-dependent", Place: "https://shop.example/checkout/pay"}
	lastMoment := time.Date(2027, 3, 31, 23, 59, 59, 0, time.Local)
	if !list.Hide(replay, lastMoment) || list.Hide(replay, lastMoment.Add(time.Second)) {
		t.Error("the last day counts, and the next does not")
	}
	for _, other := range []tillwatch.Finding{
		{Rule: "page/canary-sent", Place: replay.Place},
		{Rule: replay.Rule, Place: "https://shop.example/cart"},
		{Rule: "page/host-new", Place: "chat.example"},
	} {
		if list.Hide(other, lastMoment) {
			t.Errorf("hides %+v", other)
		}
	}
	if expired := list.Expired(lastMoment); len(expired) != 1 || expired[0].Rule != "page/host-new" {
		t.Errorf("expired: %+v", expired)
	}
}

func TestWrongSuppressFilesSayTheLine(t *testing.T) {
	t.Parallel()
	full := "- rule: page/host-new\n  place: p\n  reason: r\n  who: w\n  expiry: 2027-01-01\n"
	for name, c := range map[string]struct{ text, want, hint string }{
		"broken YAML":     {full + "- rule: [", "line 6", ""},
		"no list":         {"rule: page/host-new\n", "line 1: want a list", "- rule:"},
		"no entry":        {full + "- text\n", "line 6: is no entry", ""},
		"unknown key":     {full + "- rule: page/host-new\n  palce: p\n", `line 7: unknown key "palce"`, `"place"`},
		"nothing said":    {"- rule: page/host-new\n  place:\n", "line 2: place needs a text", ""},
		"a list for text": {"- rule: [page/host-new]\n", "line 1: rule needs a text", ""},
		"no reason":       {"\n- rule: page/host-new\n  place: p\n  who: w\n  expiry: 2027-01-01\n", "line 2: the entry has no reason", ""},
		"blank reason":    {strings.Replace(full, ": r", ": ' '", 1), "line 1: the entry has no reason", ""},
		"unknown rule":    {strings.Replace(full, "host-new", "host-nwe", 1), `line 1: there is no rule "page/host-nwe"`, `"page/host-new"`},
		"no date":         {strings.Replace(full, "2027-01-01", "next year", 1), `line 1: expiry "next year" is no date`, "2027-03-31"},
		"no such date":    {strings.Replace(full, "2027-01-01", "2027-02-30", 1), `expiry "2027-02-30" is no date`, ""},
		"a key twice":     {full + "  who: x\n", "line", ""},
		"nested [":        {full + strings.Repeat("[", 50_000), "line 6: nested too deeply", ""},
		"nested -":        {strings.Repeat("- ", 50_000), "line 1: nested too deeply", ""},
		"nested by lines": {nestedLines(500), "nested too deeply", ""},
		"binary":          {"\x00\xff\x01", "", ""},
	} {
		_, wrong := parseSuppressions([]byte(c.text))
		if wrong == nil {
			t.Errorf("%s: accepted", name)
			continue
		}
		if !strings.Contains(wrong.Problem, c.want) || !strings.Contains(wrong.Hint, c.hint) {
			t.Errorf("%s: %q, hint %q; want %q, hint %q", name, wrong.Problem, wrong.Hint, c.want, c.hint)
		}
	}
}

func nestedLines(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "-\n")
	}
	return b.String()
}

func TestEmptySuppressFilesHideNothing(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "\n", "# nothing yet\n", "---\n", "[]\n"} {
		if list, wrong := parseSuppressions([]byte(text)); wrong != nil || len(list) != 0 {
			t.Errorf("%q: %v, %v", text, list, wrong)
		}
	}
}

func TestLoadSuppressionsNamesTheFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	large := filepath.Join(dir, "large.yaml")
	if err := os.WriteFile(large, make([]byte, maxSuppressFile+1), 0o600); err != nil {
		t.Fatal(err)
	}
	bad := filepath.Join(dir, "bad.yaml")
	if err := os.WriteFile(bad, []byte("- x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{large, bad, filepath.Join(dir, "none.yaml"), dir} {
		_, err := LoadSuppressions(name)
		var wrong *UsageError
		if !errors.As(err, &wrong) || !strings.Contains(wrong.Problem, name) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func FuzzParseSuppressions(f *testing.F) {
	f.Add([]byte(suppressed))
	f.Add([]byte("- &a {rule: *a}\n"))
	f.Add([]byte("- rule: |\n    x\n  ? [a]: b\n"))
	f.Add([]byte("---\n- {}\n...\n--- !!set\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > maxSuppressFile {
			return
		}
		list, wrong := parseSuppressions(text)
		if wrong != nil {
			if wrong.Problem == "" {
				t.Error("an error that says nothing")
			}
			return
		}
		for _, one := range list {
			if one.Rule == "" || one.Place == "" || one.Reason == "" || one.Who == "" || one.Expiry.IsZero() {
				t.Errorf("incomplete: %+v", one)
			}
		}
	})
}
