package platform_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch/sensor/platform"
)

func TestHostileServersCostLittleAndAreToldOf(t *testing.T) {
	t.Parallel()
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	for range 60 {
		_, _ = z.Write(make([]byte, 1<<20))
	}
	_ = z.Close()
	endless := func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write(bytes.Repeat([]byte("<a href=/payment>お支払い</a>"), 1000)); err != nil {
				return
			}
		}
	}
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		gap    string // empty: it is looked at
	}{
		"endless body": {endless, ""},
		"gzip bomb": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb.Bytes())
		}, ""},
		"no gzip at all": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write([]byte("plain"))
		}, ""},
		"redirect loop": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path+"x", http.StatusFound) }, "without end"},
		"to another host": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://elsewhere.example/?q=secret", http.StatusFound)
		}, "elsewhere.example: name that address"},
		"huge headers": {func(w http.ResponseWriter, _ *http.Request) {
			for i := range 3000 {
				w.Header().Set(fmt.Sprintf("X-%d", i), strings.Repeat("b", 300))
			}
		}, "not answer as a web server"},
		"refused": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }, "(403)"},
		"deep":    {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(bytes.Repeat([]byte("<div>"), 200_000)) }, ""},
		"binary": {func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write(bytes.Repeat([]byte{0, 0xff, '<'}, 100_000))
		}, ""},
		"location": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "http://[::1")
			w.WriteHeader(http.StatusFound)
		}, "not answer as a web server"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := look(t, platform.Config{Timeout: 20 * time.Second}, page(serveAll(t, c.answer)))
			if c.gap == "" && len(got.gaps) > 0 || c.gap != "" && (len(got.gaps) != 1 || !strings.Contains(got.gaps[0].Why, c.gap)) {
				t.Errorf("gaps %+v, want %q", got.gaps, c.gap)
			}
			if c.gap != "" && strings.Contains(got.gaps[0].Why, "secret") {
				t.Error("the query of an address stands in a gap")
			}
		})
	}
}

func TestAServerThatNeverAnswersIsGivenUp(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close() // nobody accepts
	got := look(t, platform.Config{Timeout: 300 * time.Millisecond}, page("http://"+listener.Addr().String()+"/"))
	if len(got.gaps) != 1 || !strings.Contains(got.gaps[0].Why, "too slowly") || got.pass {
		t.Errorf("got %+v", got)
	}
	got = look(t, platform.Config{}, page("http://no-such-shop.invalid/"))
	if len(got.gaps) != 1 {
		t.Errorf("got %+v", got)
	}
}

func FuzzFace(f *testing.F) {
	f.Add("<meta name=generator content='WooCommerce 8.2.1'><script src=/wp-includes/js/x.js></script><!-- Welcart version : v2.2.7 -->カード決済は停止")
	f.Add("<script><style></script><a href=><a><body class='LC_Page_X' id=page_y>")
	f.Add("<link href=/static/version1/frontend/A/b/c/x.css><svg><template><p>")
	f.Fuzz(func(t *testing.T, text string) { platform.Judge([]byte(text)) })
}
