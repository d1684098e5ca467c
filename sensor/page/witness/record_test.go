package witness

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestRecordIsBounded(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { io.Copy(io.Discard, r.Body) }))
	defer server.Close()
	p, client := launch(t, Options{})
	const sends, size = 16, bodyLimit + 1
	for i := range sends {
		response, err := client.Post(fmt.Sprint(server.URL, "/", i), "", bytes.NewReader(make([]byte, size)))
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
	}
	all := p.Exchanges()
	if len(all) != sends {
		t.Fatalf("%d exchanges", len(all))
	}
	var held int
	for i, x := range all {
		held += x.Body.Len()
		if x.Size != size || !x.Truncated || !strings.HasSuffix(x.URL, fmt.Sprint("/", i)) {
			t.Errorf("exchange %v %s of %d bytes", x, x.URL, x.Size)
		}
	}
	if held > memoryLimit || all[0].Body.Len() != 0 || all[sends-1].Body.Len() != bodyLimit {
		t.Errorf("%d bytes are held; the first has %d, the last %d", held, all[0].Body.Len(), all[sends-1].Body.Len())
	}
}

func TestFactsAreBounded(t *testing.T) {
	t.Parallel()
	var l log
	for range factLimit + 10 {
		l.exchange(Exchange{Method: "GET", URL: "https://shop.localhost/" + strings.Repeat("x", 2000)})
	}
	all := l.exchanges()
	if l.held > memoryLimit || len(all)+l.forgotten() != factLimit+10 {
		t.Errorf("%d bytes held, %d facts, %d forgotten", l.held, len(all), l.forgotten())
	}
	if last := all[len(all)-1]; last.Truncated || last.Seq != factLimit+10 {
		t.Errorf("the newest is %v", last)
	}
	if first := all[0]; !first.Truncated || len(first.URL) != urlLimit {
		t.Errorf("the oldest kept is %v", first)
	}
}

func TestNothingPrintsWhatItHolds(t *testing.T) {
	t.Parallel()
	var l log
	e := l.exchange(Exchange{Method: "GET", URL: "https://shop.localhost/?card=canary", Header: http.Header{"Cookie": {"canary"}}})
	l.write(e, []byte("canary"))
	l.frame(Frame{URL: "wss://shop.localhost/canary", Kind: "text"}, []byte("canary"))
	var out bytes.Buffer
	for _, v := range []any{l.exchanges(), l.exchanges()[0], l.frames()[0], &l.exchanges()[0]} {
		fmt.Fprintf(&out, "%v %+v %#v %s %q %x\n", v, v, v, v, v, v)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("seen", "v", v)
		slog.New(slog.NewTextHandler(&out, nil)).Info("seen", "v", v)
		json.NewEncoder(&out).Encode(v)
	}
	if strings.Contains(out.String(), "canary") || strings.Contains(out.String(), "63616e617279") {
		t.Error(out.String())
	}
}
