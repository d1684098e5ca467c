package browser

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestAddressesThatGiveNoPage(t *testing.T) {
	s := newSite(t)
	s.handle("/endless", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/endless?"+r.URL.RawQuery+"x", http.StatusFound)
	})
	s.handle("/download", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Disposition", `attachment; filename="setup.exe"`)
		_, _ = w.Write([]byte("MZ"))
	})
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refused := free.Addr().String()
	_ = free.Close()

	b := sharedBrowser(t)
	tab := newTab(t, b)
	for address, reason := range map[string]string{
		"http://" + refused + "/":               "ERR_CONNECTION_REFUSED",
		s.at("no", "/endless"):                  "ERR_TOO_MANY_REDIRECTS",
		"http://nowhere.invalid/":               "ERR_NAME_NOT_RESOLVED",
		"https://no.localhost" + s.port + "/":   "ERR_SSL_PROTOCOL_ERROR",
		"http://no.localhost" + s.port + "\x00": "",
	} {
		err := tab.Navigate(limit(t), address)
		var refusal *NavigateError
		if reason != "" && (!errors.As(err, &refusal) || !strings.Contains(refusal.Reason, reason)) {
			t.Errorf("%s: %v, want %s", address, err, reason)
		}
	}
	asked := time.Time{}
	waitFor(t, "the download", func() bool {
		if time.Since(asked) > 15*time.Second { // Chromium drops one that begins while it leaves another page
			var refusal *NavigateError
			if err := tab.Navigate(limit(t), s.at("no", "/download")); !errors.As(err, &refusal) || !strings.Contains(refusal.Reason, "download") {
				t.Fatalf("the download: %v", err)
			}
			asked = time.Now()
		}
		for _, d := range b.Recording().Downloads() {
			if d.URL == s.at("no", "/download") && d.Text == "setup.exe" {
				return true
			}
		}
		return false
	})

	s.serve("/", "<title>done</title>")
	show(t, tab, s.at("no", "/")) // and the tab still works
}

func TestAPageThatNeverAnswers(t *testing.T) {
	s := newSite(t)
	s.handle("/", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	tab := newTab(t, sharedBrowser(t))
	ctx, cancel := context.WithCancelCause(limit(t))
	go func() {
		for len(s.asked()) == 0 {
			time.Sleep(5 * time.Millisecond)
		}
		cancel(errors.New("enough"))
	}()
	if err := tab.Navigate(ctx, s.at("silent", "/")); err == nil || !strings.Contains(err.Error(), "enough") {
		t.Errorf("got %v", err)
	}
	s.serve("/next", "<title>done</title>")
	show(t, tab, s.at("silent", "/next"))
}

func TestDialogsAreAnsweredAndLoopsEnd(t *testing.T) {
	s := newSite(t)
	s.serve("/", `<title></title><script>
const said = [alert('a'), confirm('b'), prompt('c', 'd')];
onbeforeunload = e => { e.preventDefault(); return 'stay'; };
document.title = 'done';
</script>`)
	s.serve("/loop", `<title></title><script>
setTimeout(() => { document.title = 'done' }, 1);
while (true) alert('again');
</script>`)
	b := sharedBrowser(t)
	tab := newTab(t, b)
	show(t, tab, s.at("dialog", "/"))
	var said []any
	if err := mainFrame(t, tab).EvalMain(limit(t), "said", &said); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(said) != "[<nil> true <nil>]" {
		t.Errorf("the page was told %v", said)
	}
	show(t, tab, s.at("dialog", "/loop")) // past beforeunload, and to the end of the loop
	kinds := map[string]int{}
	for _, d := range b.Recording().Dialogs() {
		if d.Tab == tab.ID {
			kinds[d.Text]++
		}
	}
	if kinds["confirm"] != 1 || kinds["prompt"] != 1 || kinds["alert"] < 2 || kinds["alert"] > 200 {
		t.Errorf("dialogs: %v", kinds)
	}
}

func TestWindowsThatAPageOpens(t *testing.T) {
	s := newSite(t)
	s.serve("/", `<!doctype html><title>done</title>
<a href="http://popup.localhostPORT/linked" target=_blank style="position:fixed;left:0;top:0;width:50px;height:50px">a</a>
<button onclick="window.open('http://popup.localhostPORT/opened')" style="position:fixed;left:100px;top:0;width:50px;height:50px">b</button>`)
	for _, path := range []string{"/linked", "/opened"} {
		s.serve(path, `<title>done</title><script>window.first = 1; fetch('/from`+path+`', {method: 'POST', body: 'x'})</script>`)
	}
	b := sharedBrowser(t)
	tab := newTab(t, b)
	show(t, tab, s.at("opener", "/"))
	for x, path := range map[float64]string{20: "/linked", 120: "/opened"} {
		if err := tab.Click(limit(t), x, 20); err != nil {
			t.Fatal(err)
		}
		var opened *Tab
		waitFor(t, path, func() bool {
			for _, other := range b.Tabs() {
				if other.URL() == s.at("popup", path) {
					opened = other
				}
			}
			return opened != nil
		})
		waitTitle(t, opened, "done")
		waitFor(t, "its request", func() bool { return strings.Contains(strings.Join(s.asked(), "\n"), "/from"+path) })
		if r := s.request(t, b, "/from"+path); r.Tab != opened.ID || string(r.Body.Bytes()) != "x" {
			t.Errorf("%s: request of tab %q", path, r.Tab)
		}
		if path == "/opened" && opened.Opener != tab.ID {
			t.Errorf("its opener is %q", opened.Opener)
		}
		seen := false
		for _, script := range b.Recording().Scripts() {
			seen = seen || strings.Contains(script.Source, "window.first") && script.URL == s.at("popup", path)
		}
		if !seen {
			t.Errorf("%s: its first script was missed", path)
		}
		if err := opened.Close(); err != nil {
			t.Error(err)
		}
	}
	popups := 0
	for _, e := range b.Recording().Events(Popup) {
		if e.Tab != "" {
			popups++
		}
	}
	if popups == 0 {
		t.Error("no popup in the recording")
	}
}

func TestACrashIsToldAndSurvived(t *testing.T) {
	s := newSite(t)
	s.serve("/", "<title>done</title>")
	b := sharedBrowser(t)
	tab := newTab(t, b)
	show(t, tab, s.at("crash", "/"))
	f := mainFrame(t, tab)
	waiting := make(chan error, 1)
	go func() { waiting <- f.Eval(limit(t), "new Promise(() => {})", nil) }()
	if err := tab.Navigate(limit(t), "chrome://crash"); err == nil {
		t.Error("a crash gave a page")
	}
	if err := <-waiting; !errors.Is(err, ErrGone) {
		t.Errorf("the call that waited got %v", err)
	}
	if _, err := tab.Settle(limit(t), SettleOptions{}); !errors.Is(err, ErrGone) || !tab.Crashed() {
		t.Errorf("settling: %v", err)
	}
	told := false
	for _, c := range b.Recording().Crashes() {
		told = told || c.Tab == tab.ID
	}
	if !told {
		t.Error("the recording has no crash")
	}
	show(t, tab, s.at("crash", "/"))
}

func TestAFrameThatCrashesLeavesThePage(t *testing.T) {
	s := newSite(t)
	s.serve("/", `<title>done</title><iframe name=doomed src="http://doomed.localhostPORT/frame"></iframe>`)
	s.serve("/frame", `<p>x`)
	b := sharedBrowser(t)
	tab := newTab(t, b)
	show(t, tab, s.at("whole", "/"))
	var doomed *Frame
	waitFor(t, "the frame", func() bool {
		frames, err := tab.Frames(limit(t))
		if err != nil || len(frames) != 2 || frames[1].URL != s.at("doomed", "/frame") {
			return false
		}
		doomed = frames[1]
		return true
	})
	if err := b.conn.call(limit(t), doomed.session.id, "Page.crash", nil, nil); !errors.Is(err, ErrGone) {
		t.Errorf("crashing the frame: %v", err)
	}
	waitFor(t, "the page around it to come to rest", func() bool { // a crash keeps a busy machine busy
		quiet, err := tab.Settle(limit(t), SettleOptions{})
		if err != nil || tab.Crashed() {
			t.Fatalf("the page around it: %t, %v", quiet, err)
		}
		return quiet
	})
	if err := doomed.Eval(limit(t), "1", nil); !errors.Is(err, ErrGone) {
		t.Errorf("asking the dead frame: %v", err)
	}
}

func TestAPageThatNeverStopsComputing(t *testing.T) {
	s := newSite(t)
	s.serve("/", `<title></title><script>setTimeout(() => { for (;;); }, 0)</script>`)
	s.serve("/next", `<title>done</title>`)
	b := sharedBrowser(t)
	tab := newTab(t, b)
	visit(t, tab, s.at("busy", "/"))
	if quiet, err := tab.Settle(limit(t), SettleOptions{Limit: 500 * time.Millisecond}); quiet || err != nil {
		t.Errorf("settled %t, %v", quiet, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, err := tab.Frames(ctx); err == nil {
		t.Error("a renderer that is busy answered")
	}
	if err := tab.Click(ctx, 10, 10); err == nil {
		t.Error("a renderer that is busy took a click")
	}
	show(t, tab, s.at("idle", "/next"))
}

func TestSettle(t *testing.T) {
	s := newSite(t)
	slow := func(d time.Duration, text string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			select {
			case <-time.After(d):
				_, _ = w.Write([]byte(text))
			case <-r.Context().Done():
			}
		}
	}
	s.handle("/slow", slow(300*time.Millisecond, "late"))
	s.handle("/hang", slow(time.Hour, ""))
	s.handle("/stream", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = w.Write([]byte("data: x\n\n"))
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	page := func(script string) string {
		return "<!doctype html><title></title><p id=p></p><script>" + script + "</script>"
	}
	s.serve("/chain", page(`fetch('/slow').then(r => r.text()).then(() => setTimeout(() => fetch('/slow').then(() => { p.textContent = 'built'; }), 50))`))
	s.serve("/poll", page(`p.textContent = 'built'; fetch('/hang'); new EventSource('/stream')`))
	s.serve("/animation", page(`p.textContent = 'built'; (function f(n) { p.style.left = n + 'px'; requestAnimationFrame(() => f(n + 1)); })(0)`))
	s.serve("/ticker", page(`p.textContent = 'built'; setInterval(() => { p.append(' '); }, 10)`))
	s.serve("/image", page(`p.textContent = 'built'`)+`<img src=/hang>`)

	b := sharedBrowser(t)
	for _, c := range []struct {
		path    string
		options SettleOptions
		quiet   bool
		within  time.Duration
	}{
		{"/chain", SettleOptions{Limit: 45 * time.Second}, true, 0},
		{"/poll", SettleOptions{Patience: 200 * time.Millisecond, Limit: 45 * time.Second}, true, 0},
		{"/animation", SettleOptions{Limit: 45 * time.Second}, true, 0},
		{"/ticker", SettleOptions{Limit: time.Minute}, false, 30 * time.Second},
		{"/image", SettleOptions{Patience: 100 * time.Millisecond, Limit: 500 * time.Millisecond}, false, 30 * time.Second},
	} {
		t.Run(c.path[1:], func(t *testing.T) {
			t.Parallel()
			tab := newTab(t, b)
			visit(t, tab, s.at("settle", c.path))
			began := time.Now()
			quiet, err := tab.Settle(limit(t), c.options)
			if err != nil || quiet != c.quiet {
				t.Errorf("quiet %t, %v", quiet, err)
			}
			if took := time.Since(began); c.within > 0 && took > c.within {
				t.Errorf("took %s", took)
			}
			if got := eval[string](t, mainFrame(t, tab), "p.textContent.trim()"); got != "built" {
				t.Errorf("the page was not ready: %q", got)
			}
		})
	}
}

func TestStorageOfAllSites(t *testing.T) {
	s := newSite(t)
	keep := func(name string) string {
		return fmt.Sprintf(`<title></title><script>
localStorage.setItem('l', '%[1]s-local'); sessionStorage.setItem('s', '%[1]s-session'); document.cookie = 'c=%[1]s-cookie';
(async () => {
  await (await caches.open('cache')).put('/x', new Response('%[1]s-cached'));
  await new Promise((done, fail) => {
    const open = indexedDB.open('db', 3);
    open.onupgradeneeded = () => open.result.createObjectStore('store', {keyPath: 'id'}).put({id: 7, card: {number: '%[1]s-indexed'}, raw: new Uint8Array([65, 66, 67])});
    open.onsuccess = () => { open.result.close(); done(); };
    open.onerror = fail;
  });
  document.title = 'done';
  parent.postMessage('kept', '*');
})();
</script>`, name)
	}
	s.serve("/here", keep("here"))
	s.serve("/gone", keep("gone"))
	s.serve("/framed", keep("framed"))
	s.serve("/outer", `<title></title><iframe src="http://framed.localhostPORT/framed"></iframe><script>onmessage = () => { document.title = 'done'; }</script>`)

	b := launch1(t, Options{})
	tab := newTab(t, b)
	show(t, tab, s.at("gone", "/gone"))
	show(t, tab, s.at("outer", "/outer"))
	show(t, tab, s.at("here", "/here"))
	b.Cut()
	s.forget()
	before := len(b.Recording().Requests())
	stored, err := b.Storage(limit(t))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, e := range stored {
		value := string(e.Value.Bytes())
		for _, name := range []string{"here", "gone", "framed"} {
			for _, kind := range []string{"local", "session", "cookie", "cached", "indexed"} {
				if strings.Contains(value, name+"-"+kind) {
					got[e.Kind+" "+name] = true
				}
			}
		}
		if e.Kind == "indexeddb" && !strings.Contains(value, "ABC") {
			t.Errorf("bytes in a record: %q", value)
		}
	}
	for _, name := range []string{"here", "gone", "framed"} {
		for _, kind := range []string{"local", "indexeddb", "cache", "cookie"} {
			if !got[kind+" "+name] && (kind != "cookie" || name != "framed") {
				t.Errorf("no %s of %s", kind, name)
			}
		}
	}
	if !got["session here"] {
		t.Error("no session storage of the page that is shown")
	}
	if asked := s.asked(); len(asked) > 0 {
		t.Errorf("reading storage asked the sites: %v", asked)
	}
	if after := b.Recording().Requests(); len(after) > before+1 { // the tab's own icon may come late
		t.Errorf("reading storage was recorded: %d requests", len(after)-before)
	}
	if tabs := b.Tabs(); len(tabs) != 1 {
		t.Errorf("%d tabs", len(tabs))
	}
}

func TestWhatIsForTheShopGoesToNobodyElse(t *testing.T) {
	s := newSite(t)
	var mine, theirs http.Header
	s.handle("/", func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "u" || password != "p" {
			w.Header().Set("WWW-Authenticate", `Basic realm="staging"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		mine = r.Header.Clone()
		_, _ = fmt.Fprintf(w, `<title></title><script>fetch('http://other.localhost%s/other', {mode: 'no-cors'}).finally(() => { document.title = 'done'; })</script>`, s.port)
	})
	s.handle("/other", func(w http.ResponseWriter, r *http.Request) {
		theirs = r.Header.Clone()
		w.Header().Set("WWW-Authenticate", `Basic realm="trap"`)
		w.WriteHeader(http.StatusUnauthorized)
	})
	b := launch1(t, Options{
		Hosts: []string{"shop.localhost" + s.port}, Username: "u", Password: "p",
		ExtraHeaders: map[string]string{"X-Let-Me-In": "token"},
		Cookies:      []*http.Cookie{{Name: "staging", Value: "yes", Domain: "www.shop.localhost"}},
	})
	tab := newTab(t, b)
	show(t, tab, s.at("www.shop", "/"))
	if mine.Get("X-Let-Me-In") != "token" || !strings.Contains(mine.Get("Cookie"), "staging=yes") {
		t.Errorf("the shop got %v", mine)
	}
	if theirs.Get("X-Let-Me-In") != "" || theirs.Get("Authorization") != "" || theirs.Get("Cookie") != "" {
		t.Errorf("another host got %v", theirs)
	}
	for address, want := range map[string]bool{
		s.at("shop", "/"): true, s.at("www.shop", "/"): true, s.at("old.shop", "/"): false, "http://shop.localhost:1/": false, "http://shop.localhost/": false,
	} {
		if b.ours(address) != want {
			t.Errorf("%s counts as the shop's own: %v", address, !want)
		}
	}
}
