package witness

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"
)

// launch starts a proxy that trusts the certificates of httptest, with a client that trusts the proxy's.
func launch(t testing.TB, options Options) (*Proxy, *http.Client) {
	t.Helper()
	options.Roots = append(options.Roots, testRoot(t))
	p, err := Start(context.Background(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	client := p.client()
	t.Cleanup(client.CloseIdleConnections)
	return p, client
}

func testRoot(t testing.TB) *x509.Certificate {
	s := httptest.NewUnstartedServer(nil)
	s.StartTLS()
	defer s.Close()
	return s.Certificate()
}

func (p *Proxy) client() *http.Client {
	roots := x509.NewCertPool()
	roots.AddCert(p.authority.certificate)
	return &http.Client{Transport: &http.Transport{
		Proxy:              http.ProxyURL(&url.URL{Scheme: "http", Host: p.Addr()}),
		TLSClientConfig:    &tls.Config{RootCAs: roots},
		DisableCompression: true,
	}}
}

// until waits for a condition that another goroutine brings about.
func until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !ok(); {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain: %s", what)
		}
		time.Sleep(time.Millisecond)
	}
}

func get(t testing.TB, c *http.Client, url string) (int, http.Header, string) {
	t.Helper()
	response, err := c.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header, string(body)
}

func only(t testing.TB, p *Proxy) Exchange {
	t.Helper()
	all := p.Exchanges()
	if len(all) != 1 {
		t.Fatalf("%d exchanges, want 1: %v", len(all), all)
	}
	return all[0]
}

// named is the address of a test server under a name of this machine's.
func named(t testing.TB, server *httptest.Server, name string) string {
	t.Helper()
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u.Scheme + "://" + net.JoinHostPort(name, u.Port())
}

func TestForwardsAndWritesDown(t *testing.T) {
	t.Parallel()
	echo := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		header, _ := json.Marshal(r.Header)
		w.Header().Set("X-Asked", r.Method+" "+r.Host+" "+r.RequestURI)
		w.Header().Set("X-Got", string(header))
		w.WriteHeader(http.StatusCreated)
		w.Write(body)
	})
	plain := httptest.NewServer(echo)
	t.Cleanup(plain.Close)
	second := httptest.NewUnstartedServer(echo)
	second.EnableHTTP2 = true
	second.StartTLS()
	t.Cleanup(second.Close)

	for name, base := range map[string]string{"http": named(t, plain, "shop.localhost"), "https": second.URL} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, client := launch(t, Options{Intercept: true})
			request, _ := http.NewRequest("POST", base+"/cart/50%25?a=%zz&b", strings.NewReader("card=canary"))
			request.Header = http.Header{"User-Agent": {"Browser/1"}, "Accept-Encoding": {"gzip, br"}, "X-Forwarded-For": {"page"}}
			response, err := client.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			body, _ := io.ReadAll(response.Body)
			response.Body.Close()
			if response.StatusCode != 201 || string(body) != "card=canary" {
				t.Errorf("answer %d %q", response.StatusCode, body)
			}
			if got, want := response.Header.Get("X-Asked"), "POST "+request.URL.Host+" /cart/50%25?a=%zz&b"; got != want {
				t.Errorf("server was asked %q, want %q", got, want)
			}
			var got http.Header
			json.Unmarshal([]byte(response.Header.Get("X-Got")), &got)
			for name := range got {
				switch name {
				case "User-Agent", "Accept-Encoding", "X-Forwarded-For", "Content-Length":
				default:
					t.Errorf("the proxy added %s: %q", name, got[name])
				}
			}
			x := only(t, p)
			if x.Method != "POST" || x.URL != request.URL.String() || string(x.Body.Bytes()) != "card=canary" || x.Size != 11 ||
				x.Status != 201 || x.Truncated || x.Cut || x.Failure != "" || x.At.IsZero() {
				t.Errorf("wrote down %+v %s %q", x, x.URL, x.Body.Bytes())
			}
			if x.Header.Get("User-Agent") != "Browser/1" {
				t.Errorf("header %v", x.Header)
			}
		})
	}
}

func TestHeadersForTheShopOnly(t *testing.T) {
	t.Parallel()
	got := make(chan http.Header, 2)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got <- r.Header }))
	defer server.Close()
	p, client := launch(t, Options{Headers: func(host string) http.Header {
		if host != "shop.localhost" {
			return nil
		}
		return http.Header{"X-Pass": {"secret"}, "Authorization": {"Basic secret"}}
	}})
	request, _ := http.NewRequest("GET", named(t, server, "shop.localhost"), nil)
	request.Header.Set("Authorization", "Bearer page")
	if _, err := client.Do(request); err != nil {
		t.Fatal(err)
	}
	if h := <-got; h.Get("X-Pass") != "secret" || h.Get("Authorization") != "Bearer page" {
		t.Errorf("shop got %v", h)
	}
	get(t, client, named(t, server, "evil.localhost"))
	if h := <-got; h.Get("X-Pass") != "" || h.Get("Authorization") != "" {
		t.Errorf("a stranger got %v", h)
	}
	for _, x := range p.Exchanges() {
		if x.Header.Get("X-Pass") != "" {
			t.Error("the pass was written down")
		}
	}
}

func TestAddressesPinHosts(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Host) }))
	defer server.Close()
	_, client := launch(t, Options{Intercept: true, Addresses: map[string]string{"example.com": server.Listener.Addr().String()}})
	if _, _, body := get(t, client, "https://example.com/"); body != "example.com" {
		t.Errorf("got %q", body)
	}
}

func TestFailuresAreToldApart(t *testing.T) {
	t.Parallel()
	closed, _ := net.Listen("tcp", "127.0.0.1:0")
	closed.Close()
	hangsUp := listen(t, func(c net.Conn) { c.Close() })
	plain := listen(t, func(c net.Conn) {
		bufio.NewReader(c).ReadByte()
		io.WriteString(c, "HTTP/1.1 400 no TLS here\r\n\r\n")
		c.Close()
	})
	noHTTP := listen(t, func(c net.Conn) {
		bufio.NewReader(c).ReadString('\n')
		io.WriteString(c, "220 ready for canary\r\n")
		c.Close()
	})
	expired := secured(t, certificate(t, "shop.localhost", -48*time.Hour, -24*time.Hour))
	early := secured(t, certificate(t, "shop.localhost", 24*time.Hour, 48*time.Hour))
	other := secured(t, certificate(t, "other.example", -time.Hour, time.Hour))
	stranger := secured(t, strangersCertificate(t, "shop.localhost"))
	dns := func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.DNSError{Err: "no such host", Name: "canary.example", IsNotFound: true}
	}
	for _, c := range []struct {
		name, url string
		dial      func(context.Context, string, string) (net.Conn, error)
		failure   Failure
		says      string
	}{
		{"dns", "http://canary.example/", dns, DNS, "cannot be resolved"},
		{"dns under TLS", "https://canary.example/", dns, DNS, "cannot be resolved"},
		{"refused", "http://" + closed.Addr().String(), nil, Refused, "nothing listens"},
		{"closed", "http://" + hangsUp, nil, Closed, "closed the connection"},
		{"no HTTP", "http://" + noHTTP, nil, Protocol, "not valid HTTP"},
		{"no TLS", "https://" + plain, nil, TLSOther, "does not speak TLS"},
		{"expired", "https://shop.localhost:" + port(expired), nil, TLSExpired, "expired on 20"},
		{"not yet valid", "https://shop.localhost:" + port(early), nil, TLSExpired, "valid only from 20"},
		{"other name", "https://shop.localhost:" + port(other), nil, TLSName, "but for other.example"},
		{"unknown issuer", "https://shop.localhost:" + port(stranger), nil, TLSIssuer, "does not trust"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p, client := launch(t, Options{Intercept: true, Dial: c.dial, Roots: []*x509.Certificate{testAuthority(t).certificate}})
			status, header, body := get(t, client, c.url)
			if status != http.StatusBadGateway || Failure(header.Get(FailureHeader)) != c.failure || !strings.Contains(body, c.says) {
				t.Errorf("browser got %d %q %q", status, header.Get(FailureHeader), body)
			}
			x := only(t, p)
			if x.Failure != c.failure || !strings.Contains(x.Error, c.says) || strings.Contains(x.Error, "canary") {
				t.Errorf("wrote down %q %q", x.Failure, x.Error)
			}
		})
	}
}

func TestBlindTunnelKnowsTheHostOnly(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello") }))
	defer server.Close()
	p, client := launch(t, Options{})
	client.Transport.(*http.Transport).TLSClientConfig.RootCAs.AddCert(server.Certificate())
	if _, _, body := get(t, client, server.URL+"/secret"); body != "hello" {
		t.Fatal(body)
	}
	x := only(t, p)
	if x.Method != "CONNECT" || "https://"+x.URL != server.URL || x.Size == 0 || x.Body.Len() != 0 {
		t.Errorf("wrote down %v %s", x, x.URL)
	}
	closed, _ := net.Listen("tcp", "127.0.0.1:0")
	closed.Close()
	if _, err := client.Get("https://" + closed.Addr().String()); err == nil {
		t.Error("a tunnel to nowhere stood")
	}
	if all := p.Exchanges(); all[len(all)-1].Failure != Refused {
		t.Errorf("wrote down %v", all)
	}
}

func TestTunnelThatIsNotHTTP(t *testing.T) {
	t.Parallel()
	echo := func(c net.Conn) { io.Copy(c, c); c.Close() }
	plain := listen(t, echo)
	secure := secured(t, certificate(t, "turn.localhost", -time.Hour, time.Hour), echo)
	p, client := launch(t, Options{Intercept: true, Roots: []*x509.Certificate{testAuthority(t).certificate}})
	for _, address := range []string{plain, "turn.localhost:" + port(secure)} {
		conn := connect(t, p, address)
		if address != plain {
			config := client.Transport.(*http.Transport).TLSClientConfig.Clone()
			config.ServerName = "turn.localhost"
			conn = tls.Client(conn, config)
		}
		conn.Write([]byte("\x00\x01canary"))
		back := make([]byte, 8)
		if _, err := io.ReadFull(conn, back); err != nil || string(back) != "\x00\x01canary" {
			t.Errorf("%q came back: %v", back, err)
		}
		all := p.Exchanges()
		if x := all[len(all)-1]; !x.Opaque || x.Method != "CONNECT" || x.URL != address || string(x.Body.Bytes()) != "\x00\x01canary" {
			t.Errorf("wrote down %v %s %q", x, x.URL, x.Body.Bytes())
		}
		conn.Close()
	}
}

func TestBrowserThatDoesNotTrustTheWitness(t *testing.T) {
	t.Parallel()
	p, client := launch(t, Options{Intercept: true})
	client.Transport.(*http.Transport).TLSClientConfig.RootCAs = x509.NewCertPool()
	if _, err := client.Get("https://shop.localhost/"); err == nil {
		t.Fatal("it did trust")
	}
	until(t, "the record", func() bool { return len(p.Exchanges()) == 1 })
	if x := only(t, p); x.Failure != BrowserTLS || x.URL != "shop.localhost:443" {
		t.Errorf("wrote down %v %q", x, x.Failure)
	}
}

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

func TestLargeAnswerTakesNoMemory(t *testing.T) {
	t.Parallel()
	const size = 2 << 30
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
	if grown := int64(after.Sys) - int64(before.Sys); grown > 256<<20 {
		t.Errorf("memory grew by %d MB", grown>>20)
	}
}

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

func TestCloseLeavesNothingBehind(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for _, byContext := range []bool{false, true} {
		p, err := Start(ctx, Options{Intercept: true, Roots: []*x509.Certificate{server.Certificate()}})
		if err != nil {
			t.Fatal(err)
		}
		client := p.client()
		response, err := client.Get(server.URL)
		if err != nil {
			t.Fatal(err)
		}
		idle, _ := net.Dial("tcp", p.Addr())
		if byContext {
			cancel()
			io.Copy(io.Discard, response.Body) // ends
		}
		p.Close()
		response.Body.Close()
		idle.Close()
		client.CloseIdleConnections()
		if _, err := net.Dial("tcp", p.Addr()); err == nil {
			t.Error("it still listens")
		}
	}
	until(t, "all goroutines to end", func() bool { return runtime.NumGoroutine() <= before })
	server.CloseClientConnections()
	server.Close()
}

func TestBrowserThatGoesAwayFreesTheServer(t *testing.T) {
	t.Parallel()
	arrived, gone := make(chan struct{}), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
		close(gone)
	}))
	defer server.Close()
	p, client := launch(t, Options{})
	ctx, cancel := context.WithCancel(context.Background())
	request, _ := http.NewRequestWithContext(ctx, "GET", server.URL, nil)
	go func() { <-arrived; cancel() }()
	if _, err := client.Do(request); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	<-gone
	until(t, "the exchange to end", func() bool { return only(t, p).Error != "" })
	if x := only(t, p); x.Failure != "" {
		t.Errorf("wrote down %q %q", x.Failure, x.Error)
	}
}
