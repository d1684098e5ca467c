package inventory

import (
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch"
)

func TestRulesThatWouldApproveStrangersAreRefused(t *testing.T) {
	for _, place := range []string{"", "*", "**", "https://*", "https://*/", "http://*/a.js", "https://*.com/*", "https://js.*.example/*", "https://*pay.example/*", " ", "*://*"} {
		if _, err := ParseRule("script", place, []string{"nothing"}); err == nil {
			t.Errorf("%q was accepted", place)
		}
	}
	for _, place := range []string{"https://js.pay.example/*", "https://*.pay.example/v*/sdk.js", "inline script * of https://shop.example/*", "https://shop.example/assets/*.js"} {
		if _, err := ParseRule("script", place, []string{"sends self"}); err != nil {
			t.Errorf("%q: %v", place, err)
		}
	}
	for _, may := range [][]string{nil, {"sends"}, {"sends https://a.example/"}, {"sends *"}, {"reads"}, {"reads *"}, {"everything"}, {"nothing", "reads card"}, {""}} {
		if _, err := ParseRule("script", "https://a.example/*", may); err == nil {
			t.Errorf("%q was accepted", may)
		}
	}
}

func TestARuleMeansItsHostAndNoOther(t *testing.T) {
	for _, c := range []struct {
		pattern, place string
		want           bool
	}{
		{"https://js.pay.example/*", "https://js.pay.example/v3/sdk.js", true},
		{"https://js.pay.example/*", "https://js.pay.example.evil.example/v3/sdk.js", false},
		{"https://js.pay.example/*", "https://evil.example/https://js.pay.example/", false},
		{"https://js.pay.example/*", "http://js.pay.example/sdk.js", false},
		{"https://*.pay.example/*", "https://js.pay.example/sdk.js", true},
		{"https://*.pay.example/*", "https://pay.example/sdk.js", true},
		{"https://*.pay.example/*", "https://evilpay.example/sdk.js", false},
		{"https://*.pay.example/*", "https://evil.example/x.pay.example/sdk.js", false},
		{"https://pay.example/a.js", "https://pay.example/a.js", true},
		{"inline script * of https://shop.example/*", "inline script 1a2b of https://shop.example/pay", true},
		{"inline script * of https://shop.example/*", "inline script 1a2b of https://evil.example/pay", false},
		{"https://pay.example/a.js", "https://pay.example/b.js", false},
	} {
		if got := fitsPlace(c.pattern, c.place); got != c.want {
			t.Errorf("%q of %q: %v", c.pattern, c.place, got)
		}
	}
}

func TestAllows(t *testing.T) {
	for _, c := range []struct {
		may   string
		can   tillwatch.Capability
		owner string
		want  bool
	}{
		{"reads card", "reads card", "", true},
		{"reads card", "reads address", "", false},
		{"sends self", "sends api.pay.example", "pay.example", true},
		{"sends self", "sends api.evil.example", "pay.example", false},
		{"sends self", "sends ", "", false},
		{"sends self", "reads card", "pay.example", false},
		{"sends *.a.example", "sends a.example", "", true},
		{"sends *.a.example", "sends b.a.example", "", true},
		{"sends *.a.example", "sends xa.example", "", false},
		{"*", "executes", "", true},
	} {
		if got := allows(c.may, c.can, c.owner); got != c.want {
			t.Errorf("%q allows %q: %v", c.may, c.can, got)
		}
	}
}

func FuzzParseRule(f *testing.F) {
	f.Add("script", "https://*.pay.example/*", "sends self")
	f.Add("", "inline script * of https://shop.example/", "sends *.x.example")
	f.Add("host", "https://a@b.example:99999/[::1]", "reads card")
	f.Fuzz(func(t *testing.T, kind, place, may string) {
		rule, err := ParseRule(kind, place, []string{may})
		if err != nil {
			return
		}
		for _, stranger := range []string{"https://evil.test/" + place, "https://evil.test/x.js"} {
			if strings.Contains(rule.Place, "://") && !strings.Contains(rule.Place, "evil.test") && strings.HasPrefix(rule.Place, "http") && fits(rule, tillwatch.Record{Kind: rule.Kind, Place: stranger}) {
				t.Errorf("rule %q fits %q", rule.Place, stranger)
			}
		}
		for _, m := range rule.May {
			allows(m, tillwatch.Capability(may), place)
		}
		if again, err := ParseRule(rule.Kind, rule.Place, append(rule.May, []string{"nothing"}[:max(0, 1-len(rule.May))]...)); err != nil || again.Place != rule.Place {
			t.Errorf("%+v is not read again: %v", rule, err)
		}
	})
}

func TestMatches(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, s string
		want       bool
	}{
		{"abc", "abc", true},
		{"abc", "abcd", false},
		{"*", "", true},
		{"a*", "abc", true},
		{"*c", "abc", true},
		{"a*c", "abc", true},
		{"a*c", "ac", true},
		{"ab*bc", "abc", false},
		{"a*b*c", "aXbYc", true},
		{"a*b*c", "acb", false},
		{"https://*/checkout → *", "https://shop.example/checkout → https://x.example", true},
	} {
		if got := Matches(c.pattern, c.s); got != c.want {
			t.Errorf("Matches(%q, %q) = %v", c.pattern, c.s, got)
		}
	}
}

func TestARuleThatLetsReadLetsPassOn(t *testing.T) {
	var s shop
	s.look(scriptItem(library, "1"))
	s.approveAll()
	rule, err := ParseRule("script", "https://js.sdk.example/*", []string{"reads card", "sends self"})
	if err != nil {
		t.Fatal(err)
	}
	s.approve(rule)
	const sdk = "https://js.sdk.example/v3/"
	if o := s.look(scriptItem(sdk, "7", "joins card and api.sdk.example", "passes on what it reads", "reads card", "sends api.sdk.example")); statusOf(t, o, sdk) != Approved || signs(o) != "" {
		t.Errorf("%s, %q", statusOf(t, o, sdk), signs(o))
	}
	if o := s.look(scriptItem(sdk, "8", "joins card and evil.example", "reads card")); statusOf(t, o, sdk) != Changed || signs(o) != "page/capability-new high" {
		t.Errorf("%s, %q", statusOf(t, o, sdk), signs(o))
	}
}
