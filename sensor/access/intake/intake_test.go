package intake

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func spool(t *testing.T, dir string) *Spool {
	t.Helper()
	s, err := OpenSpool(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// written waits until a file of a spool holds a text.
func written(t *testing.T, dir, want string) string {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		text, err := os.ReadFile(filepath.Join(dir, spoolName))
		if err == nil && strings.Contains(string(text), want) {
			return string(text)
		}
		if time.Now().After(deadline) {
			t.Fatalf("never %q, but %q", want, text)
		}
	}
}

func TestMessagesOfSyslog(t *testing.T) {
	t.Parallel()
	for frame, want := range map[string]string{
		`<190>Nov 29 04:00:00 web1 nginx: {"a":1}`:                                      `{"a":1}`,
		`<190>Nov  9 04:00:00 nginx: {"a":1}`:                                           `{"a":1}`,
		`<190>Nov 29 04:00:00 web1 nginx[17]: 192.0.2.1 - - [x]`:                        `192.0.2.1 - - [x]`,
		`<190>2026-11-29T04:00:00+09:00 web1 nginx: line`:                               `line`,
		`<165>1 2026-11-29T04:00:00.003Z web1 shop 17 ID47 - {"a":1}`:                   `{"a":1}`,
		"<165>1 2026-11-29T04:00:00Z web1 shop - - [a@1 b=\"]\\\"\"][c] \xef\xbb\xbfhi": `hi`,
		`<165>1 - - - - - -`:         ``,
		`<165>1 - - - - - [never`:    `1 - - - - - [never`,
		`{"a":"no syslog at all"}`:   `{"a":"no syslog at all"}`,
		`192.0.2.1 - - [x] "GET / "`: `192.0.2.1 - - [x] "GET / "`,
		`<13>192.0.2.1 - - [x] "y"`:  `192.0.2.1 - - [x] "y"`,
		`<>`:                         `<>`,
		``:                           ``,
	} {
		if got := string(Message([]byte(frame))); got != want {
			t.Errorf("%q: %q, want %q", frame, got, want)
		}
	}
}

func TestSyslogOverTheNetwork(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := spool(t, dir)
	ctx, cancel := context.WithCancel(t.Context())
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var troubles sync.Map
	trouble := func(why string) { troubles.Store(why, true) }
	ended := make(chan error, 2)
	go func() { ended <- Packets(ctx, udp, s, trouble) }()
	go func() { ended <- Streams(ctx, tcp, s, trouble) }()

	c, err := net.Dial("udp", udp.LocalAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprint(c, "<190>Nov 29 04:00:00 web1 nginx: one\nin two\x00lines")
	written(t, dir, "one in two lines\n")

	c, err = net.Dial("tcp", tcp.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	counted := "<190>Nov 29 04:00:00 web1 nginx: counted"
	fmt.Fprintf(c, "<190>Nov 29 04:00:00 web1 nginx: broken\n%d %s<190>x: after\n", len(counted), counted)
	written(t, dir, "broken\ncounted\nafter\n")
	fmt.Fprint(c, "<190>x: half")
	c.Close()
	written(t, dir, "\nhalf\n")

	c, err = net.Dial("tcp", tcp.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprint(c, "999999999 x")
	if _, err := c.Read(make([]byte, 1)); err == nil { // it was cut off
		t.Error("a message of a gigabyte is waited for")
	}
	cancel()
	for range 2 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

func post(t *testing.T, url, secret, encoding string, body []byte) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+secret)
	if encoding != "" {
		r.Header.Set("Content-Encoding", encoding)
	}
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	var text bytes.Buffer
	_, _ = text.ReadFrom(a.Body)
	return a.StatusCode, text.String()
}

func packed(t *testing.T, body []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = z.Write(body)
	_ = z.Close()
	return out.Bytes()
}

func TestLinesThatArePosted(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const secret = "0123456789abcdef"
	s := spool(t, dir)
	var refused []string
	var mu sync.Mutex
	p, err := NewPost(s, []byte(secret), func(why string) {
		mu.Lock()
		defer mu.Unlock()
		refused = append(refused, why)
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(p)
	defer server.Close()
	url := server.URL + Path
	for _, c := range []struct {
		secret, encoding string
		body             []byte
		status           int
		answer           string
	}{
		{secret, "", []byte("{\"n\":1}\n{\"n\":2}"), 200, `"lines":2,"again":false`},
		{secret, "", []byte("{\"n\":1}\n{\"n\":2}\n"), 200, `"again":true`},
		{secret, "gzip", packed(t, []byte("{\"n\":1}\n{\"n\":2}\n")), 200, `"again":true`},
		{secret, "gzip", packed(t, []byte("{\"n\":3}\n")), 200, `"again":false`},
		{secret, "", nil, 200, `"lines":0`},
		{secret, "", []byte("#batch 00000000000000000000000000000000\n{\"n\":4}\n"), 200, `"again":false`},
		{secret, "gzip", []byte("no gzip"), 400, "no gzip"},
		{secret, "br", []byte("x"), 415, "gzip"},
		{secret, "", bytes.Repeat([]byte("x"), maxBody+1), 413, "smaller"},
		{secret, "gzip", packed(t, bytes.Repeat([]byte("x"), maxUnpacked+1)), 413, "smaller"},
		{"0123456789abcdeF", "", []byte("{\"n\":5}\n"), 401, "Bearer"},
		{"", "", []byte("{\"n\":6}\n"), 401, "Bearer"},
	} {
		status, answer := post(t, url, c.secret, c.encoding, c.body)
		if status != c.status || !strings.Contains(answer, c.answer) {
			t.Errorf("%.40q (%s): %d %q, want %d %q", c.body, c.encoding, status, answer, c.status, c.answer)
		}
	}
	text := written(t, dir, `{"n":4}`)
	for _, n := range []string{`{"n":1}`, `{"n":2}`, `{"n":3}`, `{"n":4}`} {
		if strings.Count(text, n+"\n") != 1 {
			t.Errorf("%s in\n%s", n, text)
		}
	}
	if strings.Contains(text, `{"n":5}`) || strings.Contains(text, "#batch 00000000") || len(refused) != 2 {
		t.Errorf("%q, refused %q", text, refused)
	}

	// After a kill it is still known what was taken.
	if again, err := spool(t, dir).Batch([]byte("{\"n\":3}\n")); err != nil || !again {
		t.Errorf("again %v, %v", again, err)
	}
}

func TestASpoolIsBounded(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := spool(t, dir)
	s.most = 1000
	for n := range 400 {
		if err := s.Write(fmt.Appendf(nil, "%099d\n", n)); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != spoolFiles+1 {
		t.Errorf("%d files, %v", len(entries), err)
	}
	if err := os.WriteFile(filepath.Join(dir, spoolName), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := spool(t, dir).Write([]byte("next\n")); err != nil {
		t.Fatal(err)
	}
	if got := written(t, dir, "next"); got != "half\nnext\n" {
		t.Errorf("%q", got)
	}
}

func FuzzMessage(f *testing.F) {
	f.Add([]byte(`<190>Nov 29 04:00:00 web1 nginx: {"a":1}`))
	f.Add([]byte(`<165>1 2026-11-29T04:00:00.003Z web1 shop 17 ID47 [a b="\]"] x`))
	f.Fuzz(func(t *testing.T, frame []byte) {
		out := line(nil, Message(frame))
		if n := bytes.Count(out, []byte{'\n'}); n > 1 || n == 0 && len(out) > 0 {
			t.Errorf("%q became %q", frame, out)
		}
	})
}

func FuzzFrame(f *testing.F) {
	f.Add([]byte("5 <1>ab<13>x\n7 "))
	f.Add([]byte("999999 x"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		in := bufio.NewReaderSize(bytes.NewReader(stream), MaxMessage+1)
		for range len(stream) + 2 {
			if _, err := Frame(in); err != nil {
				return
			}
		}
		t.Error("it never ends")
	})
}

func FuzzLines(f *testing.F) {
	f.Add([]byte("{\"a\":1}\n#batch 00"), "")
	f.Add([]byte("\x1f\x8b\x08\x00"), "gzip")
	f.Fuzz(func(t *testing.T, body []byte, encoding string) {
		got, err := lines(bytes.NewReader(body), encoding)
		if err == nil && len(got) > 0 && got[len(got)-1] != '\n' || bytes.Contains(got, []byte("\n"+batchMark)) || bytes.HasPrefix(got, []byte(batchMark)) {
			t.Errorf("%q became %q", body, got)
		}
	})
}
