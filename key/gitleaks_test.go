package key

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

const ownRules = `
# rules of a shop
title = "shop"
[extend]
useDefault = true

[[rules]]
id = "shop-token"
description = "token of the shop's own gateway"
regex = '''(?i)shopgw_([a-z0-9]{12})'''
entropy = 2.5
keywords = [
  "shopgw_", # the only one
]
[rules.allowlist]
stopwords = ["sample"]

[[rules]]
id = "whole-file"
path = '(^|/)secret\.dat$'

[[rules]]
id = "second-group"
regex = "(user|name)=(\\w+)"
secretGroup = 2
[[rules.allowlists]]
condition = "AND"
paths = ['''^docs/''']
regexes = ["nobody"]
regexTarget = "line"

[allowlist]
paths = ['''(^|/)vendor/''']
`

func TestRulesOfGitleaksAreApplied(t *testing.T) {
	rules, notes, err := ImportGitleaks([]byte(ownRules))
	if err != nil || len(notes) != 1 || len(rules.Rules()) != 3 {
		t.Fatalf("%v, %v", notes, err)
	}
	for _, c := range []struct{ path, text, want string }{
		{"a.php", "x = 'shopgw_a1b2c3d4e5f6'", "shop-token a1b2c3d4e5f6 12"},
		{"a.php", "x = 'SHOPGW_a1b2c3d4e5f6'", "shop-token a1b2c3d4e5f6 12"},
		{"a.php", "shopgw_aaaaaaaaaaaa", ""},
		{"a.php", "shopgw_sample1b2c3d", ""},
		{"lib/vendor/a.php", "shopgw_a1b2c3d4e5f6", ""},
		{"x/secret.dat", "", "whole-file  0"},
		{"a", "user=sato", "second-group sato 5"},
		{"docs/a", "user=sato # nobody", ""},
		{"docs/a", "user=sato", "second-group sato 5"},
		{"a", "user=sato # nobody", "second-group sato 5"},
	} {
		var got []string
		for _, h := range rules.Find(c.path, []byte(c.text)) {
			got = append(got, fmt.Sprintf("%s %s %d", h.Rule, h.Value.Bytes(), h.Offset))
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s, %s: %q, want %q", c.path, c.text, got, c.want)
		}
	}
	for _, wrong := range []string{"", "[[rules]]\nregex='a'", "[[rules]]\nid='a'\nregex='('", "[[rules]]\nid='a'", "[[rules]]\nid='a'\nregex='a'\nsecretGroup=3", "x", "a = ", "[[rules]\n", "a = {b=1}", "a = 1\na = 2", "a = [1 2]", "a = \"\\q\""} {
		if _, _, err := ImportGitleaks([]byte(wrong)); err == nil {
			t.Errorf("%q was taken", wrong)
		}
	}
}

func TestTOMLIsReadAsItIsDefined(t *testing.T) {
	got, err := parseTOML("a = 1_000\nb.c = \"x\\\"\\u0041\\n\" # c\n\"d e\" = 'y\\'\nf = [1.5, [true, false],\n # g\n 'z',]\n[h.i]\nj = '''\none\ntwo'''\nk = \"\"\"q\"\"r\"\"\"\n[[l]]\nm=1\n[[l]]\n[l.n]\no=-2\n")
	want := map[string]any{
		"a": int64(1000), "b": map[string]any{"c": "x\"A\n"}, "d e": "y\\", "f": []any{1.5, []any{true, false}, "z"},
		"h": map[string]any{"i": map[string]any{"j": "one\ntwo", "k": "q\"\"r"}},
		"l": []map[string]any{{"m": int64(1)}, {"n": map[string]any{"o": int64(-2)}}},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%#v, %v", got, err)
	}
}

func FuzzGitleaks(f *testing.F) {
	f.Add([]byte(ownRules))
	f.Add([]byte("a = [[[1]]]\n[b]\n[[c]]\n[c.d]\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		rules, _, err := ImportGitleaks(text)
		if err != nil {
			return
		}
		for _, h := range rules.Find("a/secret.dat", []byte("user=sato shopgw_a1b2c3d4e5f6")) {
			if h.Offset < 0 || h.Offset > 29 {
				t.Errorf("%+v", h)
			}
		}
	})
}
