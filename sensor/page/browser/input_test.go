package browser

import (
	"math"
	"strings"
	"testing"
	"time"
)

const listening = `<script>
const log = [];
for (const kind of ['keydown', 'keyup', 'input', 'click', 'touchstart', 'pointerdown']) {
  addEventListener(kind, e => log.push([kind, e.isTrusted, e.key ?? e.pointerType ?? '', e.code ?? '', e.keyCode ?? 0].join(' ')), true);
}
</script>`

func TestTypingIsAKeyboards(t *testing.T) {
	s := newSite(t)
	s.serve("/", `<!doctype html><title>done</title><input id=i style="position:fixed;left:10px;top:10px"><input id=j>`+listening)
	tab := newTab(t, sharedBrowser(t))
	show(t, tab, s.at("typing", "/"))
	f := mainFrame(t, tab)
	if err := tab.Click(limit(t), 20, 20); err != nil {
		t.Fatal(err)
	}

	all := ` !"#$%&'()*+,-./0123456789:;<=>?@ABCXYZ[\]^_` + "`abcxyz{|}~"
	if err := tab.Type(limit(t), all+"山田ｶﾅ"); err != nil {
		t.Fatal(err)
	}
	if got := eval[string](t, f, "i.value"); got != all+"山田ｶﾅ" {
		t.Errorf("typed %q, it holds %q", all, got)
	}
	var log []string
	if err := f.EvalMain(limit(t), "log", &log); err != nil {
		t.Fatal(err)
	}
	text := strings.Join(log, "\n")
	for _, want := range []string{"click true mouse", "keydown true A KeyA 65", "keydown true ; Semicolon 186", "keydown true ! Digit1 49", "keyup true 0 Digit0 48", "input true"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page saw no %q", want)
		}
	}
	if strings.Contains(text, " false ") {
		t.Error("an event was not trusted")
	}

	for _, step := range []struct{ key, want string }{
		{"Backspace", all + "山田ｶ"},
		{"Control+a", all + "山田ｶ"},
		{"Delete", ""},
		{"A", "A"},
		{"+", "A+"},
		{"Home", "A+"},
		{"b", "bA+"},
	} {
		if err := tab.Press(limit(t), step.key); err != nil {
			t.Fatal(err)
		}
		if got := eval[string](t, f, "i.value"); got != step.want {
			t.Errorf("after %s it holds %q, want %q", step.key, got, step.want)
		}
	}
	if err := tab.Press(limit(t), "Tab"); err != nil {
		t.Fatal(err)
	}
	if got := eval[string](t, f, "document.activeElement.id"); got != "j" {
		t.Errorf("Tab went to %q", got)
	}
	for _, wrong := range []string{"", "Hyper", "a+b", "あ"} {
		if tab.Press(limit(t), wrong) == nil {
			t.Errorf("%q was taken for a key", wrong)
		}
	}
}

func TestFramesOfOtherSitesAreFoundAndClicked(t *testing.T) {
	s := newSite(t)
	s.serve("/", `<!doctype html><title></title><body style="margin:0"><div style="height:120px"></div>
<iframe name=outer style="margin-left:50px;border:7px solid;padding:3px" width=600 height=400 src="http://middle.localhostPORT/middle"></iframe>
<iframe name=hidden style="display:none" src="http://middle.localhostPORT/inner"></iframe>
<iframe name=local style="position:absolute;left:700px;top:10px;border:0" width=90 height=60 srcdoc="<button id=b onclick='window.hit=1' style='position:fixed;inset:0;width:90px;height:60px'></button>"></iframe>`)
	s.serve("/middle", `<!doctype html><body style="margin:0"><div style="height:30px"></div><iframe name=inner style="margin-left:20px;border:1px solid" width=300 height=200 src="http://inner.localhostPORT/inner"></iframe>`)
	s.serve("/inner", `<!doctype html><body style="margin:0"><input id=i style="position:absolute;left:40px;top:60px;width:100px;height:20px">`+listening)

	tab := newTab(t, sharedBrowser(t))
	visit(t, tab, s.at("outer", "/"))
	if quiet, err := tab.Settle(limit(t), SettleOptions{Limit: 30 * time.Second}); err != nil || !quiet {
		t.Fatal(quiet, err)
	}
	frames, err := tab.Frames(limit(t))
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]*Frame{}
	for _, f := range frames {
		byName[f.Name] = f
	}
	inner := byName["inner"]
	if len(frames) != 5 || inner == nil || inner.Parent != byName["outer"] || inner.URL != s.at("inner", "/inner") {
		t.Fatalf("%d frames, inner %+v", len(frames), inner)
	}
	if byName["hidden"].Shown || !inner.Shown {
		t.Error("what is hidden is shown, or the other way round")
	}
	near := func(got, want float64) bool { return math.Abs(got-want) < 1 }
	if !near(inner.X, 50+7+3+20+1) || !near(inner.Y, 120+7+3+30+1) || !near(inner.Width, 300) {
		t.Errorf("inner is at %v,%v and %v wide", inner.X, inner.Y, inner.Width)
	}
	if err := tab.Click(limit(t), inner.X+60, inner.Y+70); err != nil {
		t.Fatal(err)
	}
	if err := tab.Type(limit(t), "4111"); err != nil {
		t.Fatal(err)
	}
	if got := eval[string](t, inner, "i.value"); got != "4111" {
		t.Errorf("typed into the inner frame: %q", got)
	}
	local := byName["local"]
	if err := tab.Click(limit(t), local.X+45, local.Y+30); err != nil {
		t.Fatal(err)
	}
	var hit int
	if err := local.EvalMain(limit(t), "window.hit", &hit); err != nil || hit != 1 {
		t.Errorf("click on the frame of the same site: %d, %v", hit, err)
	}
	if got := eval[string](t, local, "typeof window.hit"); got != "undefined" {
		t.Error("our world sees the page's variables")
	}

	shot, err := tab.Screenshot(limit(t))
	if err != nil || !strings.HasPrefix(string(shot), "\x89PNG") {
		t.Errorf("screenshot of %d bytes, %v", len(shot), err)
	}
}

func TestReadersOfCardFields(t *testing.T) {
	s := newSite(t)
	s.serve("/", `<!doctype html><title></title><form id=f><input id=c name=card_number style="position:fixed;left:10px;top:10px"><input id=q name=q><input id=free></form><script src=/skim.js></script>`)
	s.serve("/skim.js", `
eval('function steal() {\n  return document.getElementById("c").value;\n}');
function outer() { return steal(); }
function pack() { return new URLSearchParams(new FormData(document.getElementById('f'))).toString(); }
function logger(e) { return e.key; }
document.getElementById('c').addEventListener('keydown', logger);
document.getElementById('c').addEventListener('input', () => setTimeout(outer, 0));
document.getElementById('f').addEventListener('submit', e => { e.preventDefault(); pack(); });
function poll() { for (let i = 0; i < 1000; i++) document.getElementById('q').value; }
function any() { return [...document.querySelectorAll('input')].map(e => e.value); }
`)
	b := sharedBrowser(t)
	tab := newTab(t, b)
	visit(t, tab, s.at("readers", "/"))
	if _, err := tab.Settle(limit(t), SettleOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := tab.Click(limit(t), 20, 20); err != nil {
		t.Fatal(err)
	}
	if err := tab.Type(limit(t), "4111111111111111"); err != nil {
		t.Fatal(err)
	}
	f := mainFrame(t, tab)
	for _, run := range []string{"f.requestSubmit()", "poll()", "document.getElementById('free').value = '5555 5555 5555 4444'; any(); 0"} {
		if err := f.EvalMain(limit(t), run, nil); err != nil {
			t.Fatal(err)
		}
	}
	reads := func(how, function string) []Read {
		var found []Read
		for _, r := range b.Recording().Readers() {
			if r.FrameURL == s.at("readers", "/") && r.How == how && len(r.Stack) > 0 && r.Stack[0].Function == function {
				found = append(found, r)
			}
		}
		return found
	}
	waitFor(t, "the reads", func() bool {
		return len(reads("value", "steal")) > 0 && len(reads("FormData", "pack")) > 0 && len(reads("key", "logger")) > 0 && len(reads("value", "")) > 0
	})
	steal := reads("value", "steal")[0]
	if steal.Field != "card_number" || steal.Stack[0].Line != 2 || steal.Stack[0].ScriptID == "" || steal.Stack[1].Function != "outer" || !strings.HasSuffix(steal.Stack[1].URL, "/skim.js") {
		t.Errorf("who stole: %+v", steal)
	}
	evaluated := false
	for _, script := range b.Recording().Scripts() {
		evaluated = evaluated || script.ID == steal.Stack[0].ScriptID && script.Session == steal.Session && strings.HasPrefix(script.Source, "function steal")
	}
	if !evaluated {
		t.Error("the reader's script is not in the recording")
	}
	if len(reads("value", "poll")) > 0 {
		t.Error("reading a search field was reported")
	}
	unnamed := false
	for _, r := range reads("value", "") {
		unnamed = unnamed || r.Field == "free"
	}
	if !unnamed {
		t.Error("a card number in a field without a telling name was read unseen")
	}
	if got := reads("key", "logger")[0]; got.Field != "card_number" || !strings.HasSuffix(got.Stack[0].URL, "/skim.js") {
		t.Errorf("key logger: %+v", got)
	}
}

func TestAPollerIsOneReader(t *testing.T) {
	s := newSite(t)
	s.serve("/", `<!doctype html><title></title><input id=c name=card_number value=4111111111111111><script>
function poll() { return document.getElementById('c').value; }
for (let i = 0; i < 100000; i++) poll();
document.title = 'done';
</script>`)
	b := sharedBrowser(t)
	tab := newTab(t, b)
	show(t, tab, s.at("poller", "/"))
	var found []Read
	for _, r := range b.Recording().Readers() {
		if r.FrameURL == s.at("poller", "/") {
			found = append(found, r)
		}
	}
	if len(found) != 1 || found[0].Count < 1000 {
		t.Errorf("%+v", found)
	}
}
