package witness

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"runtime"
	"strings"
	"testing"
)

func TestAnswersPassAsTheyAre(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	mux.HandleFunc("/gzip", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Write([]byte("\x1f\x8bnot really"))
	})
	mux.HandleFunc("/trailer", func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.Header().Set("Trailer", "X-Sum")
		io.WriteString(w, "body")
		w.Header().Set("X-Sum", "of "+r.Trailer.Get("X-Sent"))
	})
	mux.HandleFunc("/early", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Link", "</style.css>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusOK)
	})
	mux.HandleFunc("/cached", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Etag", `"1"`)
		w.WriteHeader(http.StatusNotModified)
	})
	mux.HandleFunc("/refuse", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusExpectationFailed) })
	mux.HandleFunc("/short", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		io.WriteString(w, "only this")
	})
	mux.HandleFunc("/hop", func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Connection"] = []string{"X-Inner"}
		w.Header().Set("X-Inner", "1")
		w.Header().Add("Set-Cookie", "a=1")
		w.Header().Add("Set-Cookie", "b=2")
	})
	plain := httptest.NewServer(mux)
	defer plain.Close()
	second := httptest.NewUnstartedServer(mux)
	second.EnableHTTP2 = true
	second.StartTLS()
	defer second.Close()
	for _, base := range []string{plain.URL, second.URL} {
		p, client := launch(t, Options{Intercept: true})
		if _, h, body := get(t, client, base+"/gzip"); h.Get("Content-Encoding") != "gzip" || body != "\x1f\x8bnot really" {
			t.Errorf("gzip: %v %q", h, body)
		}
		request, _ := http.NewRequest("POST", base+"/trailer", io.MultiReader(strings.NewReader("chunked")))
		request.Trailer = http.Header{"X-Sent": {"end"}}
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, response.Body)
		if got := response.Trailer.Get("X-Sum"); got != "of end" {
			t.Errorf("trailer %q", got)
		}
		var hints string
		request, _ = http.NewRequestWithContext(httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{
			Got1xxResponse: func(code int, h textproto.MIMEHeader) error {
				hints = fmt.Sprint(code, h.Get("Link"))
				return nil
			},
		}), "GET", base+"/early", nil)
		if _, err := client.Do(request); err != nil || hints != "103</style.css>; rel=preload" {
			t.Errorf("early hints %q, %v", hints, err)
		}
		for range 2 { // the second shows that the first left nothing on the connection
			response, err := client.Head(base + "/gzip")
			if err != nil || response.StatusCode != 200 || response.ContentLength > 12 {
				t.Errorf("HEAD: %v, %v", response, err)
			}
			if status, h, _ := get(t, client, base+"/cached"); status != 304 || h.Get("Etag") != `"1"` {
				t.Errorf("304: %d %v", status, h)
			}
		}
		request, _ = http.NewRequest("POST", base+"/refuse", strings.NewReader("large"))
		request.Header.Set("Expect", "100-continue")
		if response, err := client.Do(request); err != nil || response.StatusCode != http.StatusExpectationFailed {
			t.Errorf("expectation: %v, %v", response, err)
		}
		response, err = client.Get(base + "/short")
		if err == nil {
			_, err = io.ReadAll(response.Body)
		}
		if err == nil {
			t.Error("a broken answer looks whole")
		}
		all := p.Exchanges()
		if x := all[len(all)-1]; x.Error == "" || x.Failure != Closed && base == plain.URL {
			t.Errorf("a broken answer was written down as %q %q", x.Failure, x.Error)
		}
		if base == plain.URL {
			_, h, _ := get(t, client, base+"/hop")
			if h.Get("X-Inner") != "" || len(h["Set-Cookie"]) != 2 {
				t.Errorf("hop by hop: %v", h)
			}
		}
	}
}

// Not parallel: it measures the memory of the whole process.
func TestLargeAnswerTakesNoMemory(t *testing.T) {
	const size = 256 << 20
	block := make([]byte, 1<<20)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for range size / len(block) {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	}))
	defer server.Close()
	_, client := launch(t, Options{})
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	response, err := client.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	n, err := io.Copy(io.Discard, response.Body)
	if err != nil || n != size {
		t.Fatalf("%d bytes, %v", n, err)
	}
	runtime.ReadMemStats(&after)
	if grown := int64(after.Sys) - int64(before.Sys); grown > 64<<20 {
		t.Errorf("memory grew by %d MB", grown>>20)
	}
}
