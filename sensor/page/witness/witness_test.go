package witness

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
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
	for deadline := time.Now().Add(time.Minute); !ok(); {
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
