package serverside

import "testing"

// FuzzAnalyse feeds any bytes to the analysis of each language.
func FuzzAnalyse(f *testing.F) {
	for _, file := range []string{"attacks.txt", "holdout.txt", "later.txt", "honest.txt"} {
		for _, s := range samples(f, file) {
			f.Add(s.name, []byte(s.src))
		}
	}
	f.Add("a.pl", []byte("print <<A . <<`B`, s{a}{b}ee, q(x(y)), qw/1 2/;\nA\nB\n=pod\n=cut\n$#{$x}[0] %h{a} @{[1]}"))
	f.Add("a.rb", []byte("x = %w[a b] << <<~E\n#{a\nE\n:\"s\" => ?a"))
	f.Add("a.py", []byte("f'{a!r:>{b}}' r'''\\''' lambda x: (yield)"))
	f.Add("a.jsp", []byte("<%--%><%!%><%=\"\\u0022\"%>${a['b']}<jsp:scriptlet>"))
	f.Add("a.jsp", append([]byte("<?xml version=\"1.0\" encoding=\"cp037\"?>"), 0x4c, 0x6c, 0x81, 0x6c, 0x6e))
	f.Add("a.asp", []byte("\xff\xfe<\x00%\x00'\x00"))
	f.Add("a.cfm", []byte("<cfset x=#y#><cfscript>z;<!---"))
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		for _, l := range []Language{LanguageOf(name, content), Perl, Python, Ruby, Shell, Java, JSP, ASP, ASPNET, ColdFusion, SSI} {
			a := Analyse(l, content)
			if len(a.Partial) > 12 && a.Partial[:12] == "the analysis" {
				t.Fatalf("%s: %s", l, a.Partial)
			}
			for _, r := range a.Reasons {
				if r.Line < 1 || r.Column < 1 || r.What == "" {
					t.Fatalf("%s: reason %+v", l, r)
				}
			}
		}
	})
}
