package browser

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
)

const everyKind = `<!doctype html><title></title><body onload="window.k_onload=1">
<script>window.k_inline=1</script>
<script>eval('window.k_eval=1')</script>
<script>new Function('window.k_function=1')()</script>
<script>setTimeout('window.k_timeout=1', 0)</script>
<img src="/none.png" onerror="window.k_onerror=1">
<svg onload="window.k_svg=1"></svg>
<a id=a href="javascript:void(window.k_address=1)">x</a><script>document.getElementById('a').click()</script>
<script type=module>window.k_module=1; import('data:text/javascript,window.k_data=1')</script>
<script>new Worker(URL.createObjectURL(new Blob(['self.k_blobworker=1'])))</script>
<script>new SharedWorker('/shared.js')</script>
<iframe srcdoc="<script>window.k_srcdoc=1</script>"></iframe>
<iframe src="http://other.localhostPORT/cross.html"></iframe>
<script src="/external.js"></script>
<script>eval('window.k_spoof=1\n//# sourceURL=https://cdn.example/jquery.js')</script>
<script>
navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready).then(() => {
  const f = document.createElement('iframe');
  f.src = '/controlled.html';
  document.body.append(f);
});
</script>`

func TestEveryKindOfScriptIsRecordedWithItsSource(t *testing.T) {
	s := newSite(t)
	s.serve("/", everyKind)
	s.serve("/external.js", "window.k_external=1")
	s.serve("/shared.js", "self.k_shared=1")
	s.serve("/cross.html", `<script>window.k_cross=1</script><iframe src="http://third.localhostPORT/grand.html"></iframe>`)
	s.serve("/grand.html", `<script>window.k_grand=1</script>`)
	s.serve("/sw.js", "self.k_serviceworker=1; oninstall = () => skipWaiting(); onactivate = () => clients.claim(); onfetch = () => {}")
	s.serve("/controlled.html", `<script>window.k_controlled=1</script>`)

	b := sharedBrowser(t)
	tab := newTab(t, b)
	visit(t, tab, s.at("kinds", "/"))

	want := map[string]string{ // the mark in the source: the kind
		"k_inline=1":           "inline",
		"window.k_eval=1":      "eval",
		"window.k_function=1":  "eval",
		"window.k_timeout=1":   "eval",
		"window.k_onerror=1":   "inline",
		"window.k_svg=1":       "inline",
		"window.k_onload=1":    "inline",
		"(window.k_address=1)": "eval",
		"k_module=1":           "inline",
		"window.k_data=1":      "data",
		"self.k_blobworker=1":  "blob",
		"k_shared=1":           "external",
		"k_srcdoc=1":           "inline",
		"k_cross=1":            "inline",
		"k_grand=1":            "inline",
		"k_serviceworker=1":    "external",
		"k_controlled=1":       "inline",
		"k_external=1":         "external",
		"window.k_spoof=1\n":   "eval",
	}
	find := func(mark, kind string) (Script, bool) {
		for _, script := range b.Recording().Scripts() {
			if script.Kind == kind && strings.Contains(script.Source, mark) && !strings.HasPrefix(script.Source, "eval(") {
				return script, true
			}
		}
		return Script{}, false
	}
	for mark, kind := range want {
		waitFor(t, kind+" script with "+mark, func() bool { _, ok := find(mark, kind); return ok })
		script, _ := find(mark, kind)
		sum := sha256.Sum256([]byte(script.Source))
		if script.SHA256 != hex.EncodeToString(sum[:]) {
			t.Errorf("%s: the digest is not that of the source", mark)
		}
	}

	evaluated, _ := find("window.k_eval=1", "eval")
	if len(evaluated.Parent) == 0 || evaluated.Parent[0].Line != 3 || !strings.HasSuffix(evaluated.Parent[0].URL, "/") {
		t.Errorf("what made the eval: %+v", evaluated.Parent)
	}
	spoof, _ := find("window.k_spoof=1\n", "eval")
	if spoof.URL != "" || spoof.Claimed != "https://cdn.example/jquery.js" {
		t.Errorf("a script that gives itself a name: URL %q, claimed %q", spoof.URL, spoof.Claimed)
	}
	module, _ := find("k_module=1", "inline")
	if !module.Module || module.Line != 9 {
		t.Errorf("module: %+v", module)
	}
	for _, script := range b.Recording().Scripts() {
		if b.scripts.own(script.SHA256) || strings.Contains(script.Source, b.scripts.channel) {
			t.Errorf("our own script is among the page's: %.80q", script.Source)
		}
	}
}

func TestScriptsEvaluatedByUsAreNotThePages(t *testing.T) {
	s := newSite(t)
	s.serve("/", `<title>done</title>`)
	b := sharedBrowser(t)
	tab := newTab(t, b)
	show(t, tab, s.at("own", "/"))
	f := mainFrame(t, tab)
	if err := f.EvalMain(limit(t), "window.ourMark = 1", nil); err != nil {
		t.Fatal(err)
	}
	eval[int](t, f, "globalThis.ourMark ?? 2")
	for _, script := range b.Recording().Scripts() {
		if strings.Contains(script.Source, "ourMark") {
			t.Errorf("recorded as the page's: %q", script.Source)
		}
	}
}
