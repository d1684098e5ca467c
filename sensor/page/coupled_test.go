package page

import (
	"slices"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

func TestOnePieceThatReadsAndSends(t *testing.T) {
	const checkout = `(function () { var n = "日本("; form.oninput = function () { format(READ); }; })();`
	for name, c := range map[string]struct {
		source string
		want   bool
	}{
		"appended statistics":      {checkout + "\n(function () { SEND; })();", false},
		"appended skimmer":         {checkout + "\n(function () { var v = READ; SEND; })();", true},
		"statistics inside":        {strings.Replace(checkout, "})();", "SEND; })();", 1), true},
		"counts what is filled in": {checkout + "\n(function () { if (f.READ.value !== '') { n++; SEND; } })();", false},
		"takes what is filled in":  {checkout + "\n(function () { if (f.value !== '') { n = READ.value; SEND; } })();", true},
		"brackets in doubt":        {checkout + "\nvar q = /[(]/; (function () { READ; SEND; })();", false},
	} {
		v := &visit{scripts: []browser.Script{{ID: "1", Session: "s", Kind: "external", URL: "https://shop.example/c.js", Source: c.source, SHA256: "1"}}}
		call := func(word string) []browser.Call {
			i := strings.LastIndex(c.source, word)
			if strings.HasPrefix(c.source[i:], word+".value") {
				i += len(word + ".")
			}
			line, column := place([]byte(c.source), i)
			return []browser.Call{{ScriptID: "1", Line: line, Column: column}}
		}
		v.reads = []browser.Read{{Session: "s", Stack: call("READ")}}
		v.requests = []browser.Request{{Session: "s", Stack: call("SEND"), URL: "https://evil.example/"}}
		can := map[scriptKey][]tillwatch.Capability{{"s", "1"}: {tillwatch.Reads("card")}}
		v.coupled(can, ourShop)
		if got := slices.Contains(can[scriptKey{"s", "1"}], "joins card and evil.example"); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
