package script_test

import (
	"os"
	"testing"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/tillwatch/tillwatch/script"
)

func TestTheNormalFormKeepsWhatMatters(t *testing.T) {
	const base = `function add(first, second) { var sum = first + second; log.push("a" + sum); return sum; }`
	same := map[string]string{
		"layout":         "function add(first,second)\n{\n\tvar sum=first+second\n;log.push(\"a\"+sum);return sum;}",
		"comments":       `/*! x */ function add(first, second) { // y` + "\n" + ` var sum = first + second; log.push("a" + sum); return sum; }`,
		"quotes":         `function add(first, second) { var sum = first + second; log.push('a' + sum); return sum; }`,
		"local names":    `function f(a, b) { var c = a + b; l.push("a" + c); return c; }`,
		"trailing comma": `function add(first, second,) { var sum = first + second; log.push("a" + sum,); return sum; }`,
	}
	other := map[string]string{
		"property":      `function add(first, second) { var sum = first + second; log.pop("a" + sum); return sum; }`,
		"string":        `function add(first, second) { var sum = first + second; log.push("b" + sum); return sum; }`,
		"operator":      `function add(first, second) { var sum = first - second; log.push("a" + sum); return sum; }`,
		"global":        `function add(first, second) { var sum = first + second; window.push("a" + sum); return sum; }`,
		"which of them": `function add(first, second) { var sum = first + first; log.push("a" + sum); return sum; }`,
		"statement":     `function add(first, second) { var sum = first + second; log.push("a" + sum); send(sum); return sum; }`,
	}
	want := script.Digest([]byte(base))
	for name, source := range same {
		if script.Digest([]byte(source)) != want {
			t.Errorf("%s changes the digest", name)
		}
	}
	for name, source := range other {
		if script.Digest([]byte(source)) == want {
			t.Errorf("%s does not change the digest", name)
		}
	}
}

// What a skimmer adds to a library stands out by its statements, also when the library was minified again.
func TestAddedStatementsStandOut(t *testing.T) {
	library, err := os.ReadFile("testdata/honest/16-error-tracker.js")
	if err != nil {
		t.Fatal(err)
	}
	skimmer, err := os.ReadFile("testdata/skimmers/17-hidden-form.js")
	if err != nil {
		t.Fatal(err)
	}
	minify := func(source []byte) []byte {
		r := api.Transform(string(source), api.TransformOptions{MinifyWhitespace: true, MinifyIdentifiers: true})
		return r.Code
	}
	for name, change := range map[string]func([]byte) []byte{"as it is": func(b []byte) []byte { return b }, "minified": minify} {
		known := map[uint64]bool{}
		for _, s := range script.Statements(change(library)) {
			known[s.Hash] = true
		}
		changed := change(append(append(append([]byte{}, library[:200]...), library[200:]...), skimmer...))
		unknown, begin := 0, len(changed)
		for _, s := range script.Statements(changed) {
			if !known[s.Hash] {
				unknown++
				begin = min(begin, s.Start)
			}
		}
		if unknown < 5 || begin < len(change(library))*9/10 {
			t.Errorf("%s: %d statements are unknown, from byte %d of %d", name, unknown, begin, len(changed))
		}
	}
}
