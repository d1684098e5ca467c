package browser

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// The tests share one browser: a start costs more than most of them. It is replaced when a test has ended it.
var shared struct {
	sync.Mutex
	browser *Browser
}

func TestMain(m *testing.M) {
	if os.Getenv(orphanVariable) != "" {
		orphan()
		return
	}
	code := m.Run()
	if shared.browser != nil {
		_ = shared.browser.Close()
	}
	os.Exit(code)
}

func sharedBrowser(t *testing.T) *Browser {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.browser != nil {
		select {
		case <-shared.browser.conn.done:
			_ = shared.browser.Close()
			shared.browser = nil
		default:
		}
	}
	if shared.browser == nil {
		b, err := Launch(context.Background(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		shared.browser = b
	}
	return shared.browser
}

func launch1(t *testing.T, o Options) *Browser {
	t.Helper()
	b, err := Launch(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func newTab(t *testing.T, b *Browser) *Tab {
	t.Helper()
	tab, err := b.NewTab(limit(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tab.Close() })
	return tab
}

// limit is the time that any one thing may take on a busy machine.
func limit(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// site is a server that answers for every name under localhost, and notes what it was asked.
type site struct {
	*httptest.Server
	port string

	mu    sync.Mutex
	pages map[string]http.HandlerFunc
	seen  []string // "METHOD host path body"
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{pages: map[string]http.HandlerFunc{}}
	s.Server = httptest.NewServer(s)
	s.port = s.URL[strings.LastIndexByte(s.URL, ':'):]
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body := make([]byte, 64)
	n, _ := r.Body.Read(body)
	host, _, _ := strings.Cut(r.Host, ".localhost")
	s.mu.Lock()
	s.seen = append(s.seen, fmt.Sprintf("%s %s %s %s", r.Method, host, r.URL.Path, body[:n]))
	page := s.pages[r.URL.Path]
	s.mu.Unlock()
	w.Header().Set("Access-Control-Allow-Origin", "*")
	if page == nil {
		http.NotFound(w, r)
		return
	}
	page(w, r)
}

// serve makes path answer with text, in which PORT stands for the port with its colon.
func (s *site) serve(path, text string) {
	kind := "text/html; charset=utf-8"
	if strings.HasSuffix(path, ".js") {
		kind = "text/javascript; charset=utf-8"
	}
	text = strings.ReplaceAll(text, "PORT", s.port)
	s.handle(path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write([]byte(text))
	})
}

func (s *site) handle(path string, h http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pages[path] = h
}

func (s *site) at(name, path string) string { return "http://" + name + ".localhost" + s.port + path }

func (s *site) asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.seen)
}

func (s *site) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = nil
}

// requests are those of the recording that went to the site.
func (s *site) requests(b *Browser) []Request {
	return slices.DeleteFunc(b.Recording().Requests(), func(r Request) bool { return !strings.Contains(r.URL, s.port+"/") })
}

func (s *site) request(t *testing.T, b *Browser, path string) Request {
	t.Helper()
	for _, r := range s.requests(b) {
		asked, _, _ := strings.Cut(r.URL, "?")
		if strings.HasSuffix(asked, s.port+path) && r.Method != http.MethodOptions {
			return r
		}
	}
	t.Fatalf("no request for %s in the recording", path)
	return Request{}
}

func visit(t *testing.T, tab *Tab, address string) {
	t.Helper()
	if err := tab.Navigate(limit(t), address); err != nil {
		t.Fatal(err)
	}
}

// show navigates and waits until the page has set its title to "done".
func show(t *testing.T, tab *Tab, address string) {
	t.Helper()
	visit(t, tab, address)
	waitTitle(t, tab, "done")
}

func waitTitle(t *testing.T, tab *Tab, title string) {
	t.Helper()
	waitFor(t, "the title "+title, func() bool {
		var now string
		_ = mainFrame(t, tab).Eval(limit(t), "document.title", &now)
		return now == title
	})
}

func mainFrame(t *testing.T, tab *Tab) *Frame {
	t.Helper()
	frames, err := tab.documents(limit(t))
	if err != nil {
		t.Fatal(err)
	}
	return frames[0]
}

func eval[T any](t *testing.T, f *Frame, expression string) T {
	t.Helper()
	var out T
	if err := f.Eval(limit(t), expression, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// waitFor waits until a condition holds. Nothing announces most of what the tests wait for.
func waitFor(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	late := time.After(60 * time.Second)
	for !holds() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("waited in vain for %s", what)
		}
	}
}
