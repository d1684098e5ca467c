package journey_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch/canary"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
	"github.com/tillwatch/tillwatch/sensor/page/journey"
)

// theBrowser is one browser for all tests of the package: each walks in a tab of its own, in a shop with a host name
// of its own, so that they share no cookies.
var theBrowser struct {
	sync.Mutex
	*browser.Browser
}

func TestMain(m *testing.M) {
	code := m.Run()
	if theBrowser.Browser != nil {
		theBrowser.Close()
	}
	os.Exit(code)
}

func newTab(t *testing.T) *browser.Tab {
	t.Helper()
	theBrowser.Lock()
	defer theBrowser.Unlock()
	if theBrowser.Browser == nil {
		b, err := browser.Launch(context.Background(), browser.Options{})
		if err != nil {
			t.Fatal(err)
		}
		theBrowser.Browser = b
	}
	tab, err := theBrowser.NewTab(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tab.Close() })
	return tab
}

// testShop is a small shop: pages by path, a cart and what the customer said so far, and a count of placed orders.
type testShop struct {
	*httptest.Server
	t    *testing.T
	mux  *http.ServeMux
	name string

	mu     sync.Mutex
	cart   int
	said   url.Values // every form value posted, the last of each name
	placed int
	tab    *browser.Tab // of the last walk
	wrong  []string     // why forms were refused
}

func newShop(t *testing.T, name string) *testShop {
	s := &testShop{t: t, mux: http.NewServeMux(), name: name, said: url.Values{}}
	s.Server = httptest.NewServer(s.mux)
	t.Cleanup(s.Close)
	return s
}

// at is the address of a path, under the shop's own name.
func (s *testShop) at(path string) string {
	u, _ := url.Parse(s.URL)
	return "http://" + s.name + ".localhost:" + u.Port() + path
}

// on is the same under another name: another site, as far as a browser is concerned.
func (s *testShop) on(name, path string) string {
	u, _ := url.Parse(s.URL)
	return "http://" + name + ".localhost:" + u.Port() + path
}

// page serves a body that is made anew for each request.
func (s *testShop) page(pattern, title string, body func(r *http.Request) string) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		s.hear(r)
		text := body(r)
		if to, ok := strings.CutPrefix(text, "→"); ok {
			http.Redirect(w, r, to, http.StatusFound)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if strings.HasPrefix(text, "<") || text == "" {
			fmt.Fprintf(w, "<!doctype html><html><head><title>%s</title><meta name=viewport content='width=device-width'></head><body>%s</body></html>", html.EscapeString(title), text)
			return
		}
		fmt.Fprint(w, strings.TrimPrefix(text, "raw:"))
	})
}

func (s *testShop) hear(r *http.Request) {
	_ = r.ParseForm()
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, values := range r.PostForm {
		s.said[name] = values
	}
}

func (s *testShop) put() { s.mu.Lock(); s.cart++; s.mu.Unlock() }

func (s *testShop) inCart() int { s.mu.Lock(); defer s.mu.Unlock(); return s.cart }

func (s *testShop) order(http.ResponseWriter, *http.Request) { s.mu.Lock(); s.placed++; s.mu.Unlock() }

func (s *testShop) orders() int { s.mu.Lock(); defer s.mu.Unlock(); return s.placed }

func (s *testShop) value(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.said.Get(name)
}

// demand checks posted fields and returns the complaint for the first that will not do, as a page would show it.
func (s *testShop) demand(r *http.Request, rules ...rule) string {
	for _, rule := range rules {
		if !rule.ok(r.PostFormValue(rule.field)) {
			s.mu.Lock()
			s.wrong = append(s.wrong, rule.field+": "+rule.complaint)
			s.mu.Unlock()
			return `<p class="error" role="alert">` + rule.complaint + `</p>`
		}
	}
	return ""
}

type rule struct {
	field, complaint string
	ok               func(string) bool
}

func filled(field, complaint string) rule {
	return rule{field, complaint, func(v string) bool { return strings.TrimSpace(v) != "" }}
}

func matching(field, complaint string, ok func(string) bool) rule { return rule{field, complaint, ok} }

func allDigits(n ...int) func(string) bool {
	return func(v string) bool {
		if strings.Trim(v, "0123456789") != "" {
			return false
		}
		for _, want := range n {
			if len(v) == want {
				return true
			}
		}
		return false
	}
}

func allKatakana(v string) bool {
	for _, r := range v {
		if (r < 'ァ' || r > 'ヶ') && r != 'ー' && r != ' ' && r != '　' {
			return false
		}
	}
	return v != ""
}

func isEmail(v string) bool { return strings.Count(v, "@") == 1 && !strings.ContainsAny(v, " ,") }

// walk walks the shop and complains of what no walk may do.
func (s *testShop) walk(locale string, change func(*journey.Options)) journey.Result {
	s.t.Helper()
	o := journey.Options{
		Start:     s.at("/"),
		Identity:  canary.Mint(rand.Reader, locale, time.Now()),
		Providers: func(host string) bool { return host == "provider.localhost" },
		Limit:     90 * time.Second,
	}
	var trace []string
	o.Trace = func(line string) { trace = append(trace, line) }
	if change != nil {
		change(&o)
	}
	ctx, cancel := context.WithTimeout(s.t.Context(), 2*time.Minute)
	defer cancel()
	s.tab = newTab(s.t)
	result, err := journey.Walk(ctx, s.tab, o)
	s.t.Cleanup(func() {
		if s.t.Failed() || testing.Verbose() {
			s.t.Logf("the walk:\n%s\nrefused: %q", strings.Join(trace, "\n"), s.wrong)
		}
	})
	if err != nil {
		s.t.Fatal(err)
	}
	if n := s.orders(); n != 0 {
		s.t.Fatalf("%d orders were placed by walking", n)
	}
	return result
}

// reach is walk where the payment step must be reached, with the named last button.
func (s *testShop) reach(locale, last string, change func(*journey.Options)) journey.Result {
	s.t.Helper()
	r := s.walk(locale, change)
	if !r.Reached {
		s.t.Fatalf("the payment step was not reached: %v", gaps(r))
	}
	if r.Last == nil || r.Last.Text != last {
		s.t.Fatalf("the last button is %+v, want %q", r.Last, last)
	}
	return r
}

// eval asks the page that the last walk ended on.
func (s *testShop) eval(expression string, out any) {
	s.t.Helper()
	frames, err := s.tab.Frames(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	if err := frames[0].EvalMain(s.t.Context(), expression, out); err != nil {
		s.t.Fatal(err)
	}
}

func gaps(r journey.Result) []string {
	var all []string
	for _, g := range r.Gaps {
		all = append(all, string(g.Kind)+": "+g.Why)
	}
	return all
}

// typed are the kinds of data that were typed, each once.
func typed(r journey.Result) map[canary.Field]bool {
	all := map[canary.Field]bool{}
	for _, f := range r.Typed {
		all[f.Field] = true
	}
	return all
}

func wantTyped(t *testing.T, r journey.Result, fields ...canary.Field) {
	t.Helper()
	have := typed(r)
	for _, f := range fields {
		if !have[f] {
			t.Errorf("%s was not typed; typed were %v", f, r.Typed)
		}
	}
}

var (
	card     = []canary.Field{canary.CardNumber, canary.CardExpiry, canary.CardCode}
	customer = []canary.Field{canary.Name, canary.Email, canary.Phone, canary.Address, canary.Postcode}
)
