package browser

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"
)

// What a page, a frame of another site and a worker put off for half a minute is seen when the clock is put forward, and the
// page can still be left.
func TestForward(t *testing.T) {
	s := newSite(t)
	s.mu.Lock()
	s.pages["/"] = func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `<!doctype html><title>x</title><iframe src="http://other.localhost%[1]s/frame"></iframe><script>
			setTimeout(() => navigator.sendBeacon('/page-5'), 5000);
			setTimeout(() => fetch('/first').catch(() => setTimeout(() => fetch('/after-first'), 9000)), 21000);
			setTimeout(() => fetch('/page-3600'), 3600e3);
			new Worker(URL.createObjectURL(new Blob(["setTimeout(() => fetch('http://shop.localhost%[1]s/worker-20'), 20000)"])));
			let n = 0;
			setInterval(() => n++, 20);
			addEventListener('pagehide', () => navigator.sendBeacon('/hide'));
		</script>`, s.port)
	}
	s.pages["/frame"] = func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<!doctype html><script>setTimeout(() => fetch('/frame-25'), 25000)</script>`)
	}
	s.mu.Unlock()
	b := launch1(t, Options{})
	tab := newTab(t, b)
	ctx := limit(t)
	if err := tab.Navigate(ctx, "http://shop.localhost"+s.port+"/"); err != nil {
		t.Fatal(err)
	}
	if _, err := tab.Settle(ctx, SettleOptions{}); err != nil {
		t.Fatal(err)
	}
	b.Cut()
	if err := tab.Forward(ctx, 30*time.Second); err != nil {
		t.Fatal(err)
	}
	if err := tab.Navigate(ctx, "about:blank"); err != nil {
		t.Fatal(err)
	}
	if quiet, err := tab.Settle(ctx, SettleOptions{Limit: 30 * time.Second}); err != nil || !quiet {
		t.Errorf("the next page does not come to rest: %v", err)
	}
	await(ctx, t, b, s.port, "/page-5", "/first", "/after-first", "/worker-20", "/frame-25", "/hide")
	for _, r := range b.Recording().Requests() {
		if r.URL == "http://shop.localhost"+s.port+"/page-3600" {
			t.Error("the clock went an hour forward")
		}
	}
}

// await waits until requests for all paths were cut off.
func await(ctx context.Context, t *testing.T, b *Browser, port string, paths ...string) {
	t.Helper()
	for {
		missing := slices.DeleteFunc(slices.Clone(paths), func(path string) bool {
			return slices.ContainsFunc(b.Recording().Requests(), func(r Request) bool {
				return r.Cut && (r.URL == "http://shop.localhost"+port+path || r.URL == "http://other.localhost"+port+path)
			})
		})
		if len(missing) == 0 {
			return
		}
		if ctx.Err() != nil {
			t.Fatalf("nobody asked for %q", missing)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// What a page stores for a moment only, in a frame of another site too, is in the recording.
func TestKept(t *testing.T) {
	s := newSite(t)
	s.mu.Lock()
	s.pages["/"] = func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `<!doctype html><title>x</title><iframe src="http://other.localhost%[1]s/frame"></iframe><script>
			localStorage.setItem('a', 'one'); localStorage.setItem('a', 'two'); localStorage.removeItem('a');
			sessionStorage.b = 'three'; window.name = 'four';
		</script>`, s.port)
	}
	s.pages["/frame"] = func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<script>localStorage.c = 'five'</script>`)
	}
	s.mu.Unlock()
	b := launch1(t, Options{})
	tab := newTab(t, b)
	ctx := limit(t)
	if err := tab.Navigate(ctx, "http://shop.localhost"+s.port+"/"); err != nil {
		t.Fatal(err)
	}
	if _, err := tab.Settle(ctx, SettleOptions{}); err != nil {
		t.Fatal(err)
	}
	shop, other := "http://shop.localhost"+s.port, "http://other.localhost"+s.port
	want := []string{"local " + shop + " a=one", "local " + shop + " a=two", "session " + shop + " b=three", "local " + other + " in " + shop + " c=five"}
	for {
		var got []string
		for _, k := range b.Recording().Kept() {
			in := ""
			if k.Top != "" {
				in = " in " + k.Top
			}
			got = append(got, k.Kind+" "+k.Origin+in+" "+k.Key+"="+string(k.Value.Bytes()))
		}
		if !slices.ContainsFunc(want, func(w string) bool { return !slices.Contains(got, w) }) {
			break
		}
		if ctx.Err() != nil {
			t.Fatalf("kept were %q, want %q", got, want)
		}
		time.Sleep(10 * time.Millisecond)
	}
	stored, err := tab.Stored(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(stored, func(e Stored) bool { return e.Kind == "name" && string(e.Value.Bytes()) == "four" }) {
		t.Errorf("the window's name is not among %d entries", len(stored))
	}
}
