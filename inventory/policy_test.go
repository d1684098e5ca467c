package inventory

import (
	"strings"
	"testing"
)

func TestWeaker(t *testing.T) {
	const csp = "content-security-policy: "
	for _, c := range []struct {
		name, before, after string
		want                string // what is said, with commas between; empty: nothing is weaker
	}{
		{"the same", csp + "default-src 'self'", csp + "default-src 'self'", ""},
		{"another order", csp + "default-src 'self'; img-src a.example b.example", csp + "img-src b.example a.example;default-src 'self'", ""},
		{"another nonce", csp + "script-src 'nonce-abc'", csp + "script-src 'nonce-def'", ""},
		{"said in another directive", csp + "default-src 'self'", csp + "default-src 'self'; script-src 'self'", ""},
		{"a directive of its own that allows more", csp + "default-src 'self'", csp + "default-src 'self'; script-src 'self' e.example", "script-src now allows e.example"},
		{"stricter", csp + "script-src 'self' a.example", csp + "script-src 'none'", ""},
		{"a host below one that was allowed", csp + "script-src *.a.example", csp + "script-src x.a.example", ""},
		{"the host above", csp + "script-src x.a.example", csp + "script-src *.a.example", "script-src now allows *.a.example"},
		{"only in https", csp + "script-src http://a.example", csp + "script-src https://a.example", ""},
		{"inside a scheme", csp + "script-src https:", csp + "script-src https://a.example", ""},
		{"a path below", csp + "script-src a.example/js/", csp + "script-src a.example/js/x.js", ""},
		{"a directive gone", csp + "script-src 'self'; form-action 'self'", csp + "script-src 'self'", "form-action is gone"},
		{"gone, but default speaks", csp + "default-src 'self'; script-src 'self'", csp + "default-src 'self'", ""},
		{"unsafe-inline", csp + "script-src 'self'", csp + "script-src 'self' 'unsafe-inline'", "script-src now allows 'unsafe-inline'"},
		{"unsafe-inline beside a nonce", csp + "script-src 'nonce-a'", csp + "script-src 'nonce-a' 'unsafe-inline'", ""},
		{"no nonce any more", csp + "script-src 'nonce-a' 'unsafe-inline'", csp + "script-src 'unsafe-inline'", "script-src now allows 'unsafe-inline'"},
		{"two policies, one gone", csp + "script-src 'self', form-action 'self'", csp + "script-src 'self'", "form-action is gone"},
		{"two policies in two lines", csp + "script-src 'self'\n" + csp + "form-action 'self'", csp + "script-src 'self', form-action 'self'", ""},
		{"report-uri moved", csp + "script-src 'self'; report-uri /a", csp + "script-src 'self'", ""},
		{"trusted types gone", csp + "script-src 'self'; require-trusted-types-for 'script'", csp + "script-src 'self'", "require-trusted-types-for is gone"},
		{"upper case", csp + "SCRIPT-SRC A.EXAMPLE", csp + "script-src a.example", ""},
		{"allow-from", "x-frame-options: SAMEORIGIN", "x-frame-options: ALLOW-FROM https://e.example", "SAMEORIGIN became ALLOW-FROM https://e.example"},
		{"frame-ancestors instead", "x-frame-options: DENY", csp + "frame-ancestors 'none'", ""},
		{"shorter transport security", "strict-transport-security: max-age=31536000; includeSubDomains", "strict-transport-security: max-age=60", "max-age went from 31536000 to 60 seconds"},
		{"sniffing", "x-content-type-options: nosniff", "", "nosniff is gone"},
		{"no header at all before", "", csp + "script-src *", ""},
		{"empty value", "permissions-policy:", "", ""},
	} {
		var got []string
		for _, w := range Weaker(c.before, c.after) {
			got = append(got, w.What)
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func FuzzWeaker(f *testing.F) {
	f.Add("content-security-policy: default-src 'self'; script-src 'nonce-a' *.b.example:443/x/ https:, sandbox\n", "x-frame-options: DENY\nstrict-transport-security: max-age=x")
	f.Add("meta content-security-policy: ;;,,;script-src\ncontent-security-policy:", "permissions-policy:\nreferrer-policy: a,b,,unsafe-url")
	f.Add("content-security-policy: script-src 'unsafe-inline' 'sha256-x' 'strict-dynamic' data: ws: * ", "::\n\n:x")
	f.Fuzz(func(t *testing.T, before, after string) {
		if w := Weaker(before, before); len(w) > 0 {
			t.Errorf("%q is weaker than itself: %+v", before, w)
		}
		for _, w := range Weaker(before, after) {
			if w.What == "" || w.Header == "" {
				t.Errorf("a weakness without a name: %+v", w)
			}
		}
		MetaTrap(before)
	})
}
