package witness

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// shop counts by name what has reached it whole: requests by their body, WebSocket messages by their text.
type shop struct {
	*httptest.Server
	mu      sync.Mutex
	arrived map[string]int
}

func newShop(t testing.TB, secure bool) *shop {
	s := &shop{arrived: map[string]int{}}
	s.Server = httptest.NewUnstartedServer(s)
	s.EnableHTTP2 = true
	if secure {
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s
}

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Upgrade") == "" {
		if body, err := io.ReadAll(r.Body); err == nil {
			s.count(string(body))
		}
		return
	}
	c, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer c.CloseNow()
	for {
		_, message, err := c.Read(context.Background())
		if err != nil {
			return
		}
		s.count(string(message))
	}
}

func (s *shop) count(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.arrived[name]++
}

func (s *shop) has(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.arrived[name] > 0
}

func TestNothingReachesTheShopAfterTheCut(t *testing.T) {
	t.Parallel()
	for _, secure := range []bool{false, true} {
		t.Run(fmt.Sprint("secure=", secure), func(t *testing.T) {
			t.Parallel()
			s := newShop(t, secure)
			p, client := launch(t, Options{Intercept: true})
			client.Transport.(*http.Transport).MaxConnsPerHost = 0

			const workers = 16
			var (
				work    sync.WaitGroup
				issued  atomic.Int64
				isCut   atomic.Bool
				after   sync.Map // names that came into being after Cut had returned
				perhaps = func(kind string) string {
					late := isCut.Load()
					name := fmt.Sprint(kind, issued.Add(1))
					if late {
						after.Store(name, true)
					}
					return name
				}
			)
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			for range workers {
				work.Go(func() {
					for late := 0; late < 20; {
						if isCut.Load() {
							late++
						}
						if response, err := client.Post(s.URL, "text/plain", strings.NewReader(perhaps("post "))); err == nil {
							response.Body.Close()
						}
					}
				})
			}
			for range workers / 4 {
				work.Go(func() {
					c, _, err := websocket.Dial(ctx, s.URL, &websocket.DialOptions{HTTPClient: client})
					if err != nil {
						t.Error(err)
						return
					}
					defer c.CloseNow()
					for late := 0; late < 20; {
						if isCut.Load() {
							late++
						}
						if err := c.Write(ctx, websocket.MessageText, []byte(perhaps("message "))); err != nil {
							return
						}
					}
				})
			}
			until(t, "traffic", func() bool { s.mu.Lock(); defer s.mu.Unlock(); return len(s.arrived) > 500 })
			p.Cut()
			isCut.Store(true)
			work.Wait()

			held, passed := map[string]bool{}, map[string]bool{}
			until(t, "the record to be whole", func() bool {
				clear(held)
				clear(passed)
				for _, x := range p.Exchanges() {
					if x.Method == "POST" {
						map[bool]map[string]bool{true: held, false: passed}[x.Cut][string(x.Body.Bytes())] = true
					}
				}
				for _, m := range p.Frames() {
					if m.Sent {
						map[bool]map[string]bool{true: held, false: passed}[m.Cut][string(m.Payload.Bytes())] = true
					}
				}
				whole := true
				after.Range(func(name, _ any) bool { whole = whole && (held[name.(string)] || passed[name.(string)]); return whole })
				return whole
			})
			for name := range passed {
				if strings.HasPrefix(name, "post ") {
					until(t, name+" to arrive", func() bool { return s.has(name) })
				}
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			for name := range s.arrived {
				if _, late := after.Load(name); late || held[name] {
					t.Errorf("%s arrived", name)
				}
			}
			if len(held) == 0 || len(passed) < 500 {
				t.Errorf("%d held, %d passed", len(held), len(passed))
			}
		})
	}
}

func TestCutBreaksOffAnUpload(t *testing.T) {
	t.Parallel()
	for _, second := range []bool{false, true} {
		t.Run(fmt.Sprint("HTTP/2=", second), func(t *testing.T) {
			t.Parallel()
			begun, read, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				_, _ = r.Body.Read(make([]byte, 1))
				close(begun)
				<-read // until then the proxy's writes block, or wait for leave
				_, err := io.Copy(io.Discard, r.Body)
				ended <- err
			}))
			if server.EnableHTTP2 = second; second {
				server.StartTLS()
			} else {
				server.Start()
			}
			t.Cleanup(server.Close)
			p, client := launch(t, Options{Intercept: true})
			const size = 32 << 20
			answer := make(chan *http.Response, 1)
			go func() {
				response, err := client.Post(server.URL, "", bytes.NewReader(make([]byte, size)))
				if err != nil {
					t.Error(err)
				}
				answer <- response
			}()
			<-begun
			p.Cut()
			response := <-answer
			if response == nil || response.StatusCode != http.StatusServiceUnavailable || response.Header.Get(FailureHeader) != "cut" {
				t.Errorf("answer %v", response)
			}
			close(read)
			if x := only(t, p); !x.Cut || x.Size != size || x.Body.Len() != bodyLimit {
				t.Errorf("wrote down %v of %d bytes, cut %t", x, x.Size, x.Cut)
			}
			if err := <-ended; err == nil {
				t.Error("the server got the whole upload")
			}
		})
	}
}

func TestAnswersOnTheirWaySurviveTheCut(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "first ")
		w.(http.Flusher).Flush()
		<-release
		io.WriteString(w, "second")
	}))
	defer server.Close()
	p, client := launch(t, Options{})
	response, err := client.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	p.Cut()
	close(release)
	if body, err := io.ReadAll(response.Body); err != nil || string(body) != "first second" {
		t.Errorf("got %q, %v", body, err)
	}
}

func TestAfterTheCut(t *testing.T) {
	t.Parallel()
	dials := func(context.Context, string, string) (net.Conn, error) {
		t.Error("something was dialled")
		return nil, io.EOF
	}
	p, client := launch(t, Options{Intercept: true, Dial: dials})
	p.Cut()
	p.Cut()
	for _, base := range []string{"http://pay.localhost", "https://pay.localhost"} {
		request, _ := http.NewRequest("OPTIONS", base+"/collect", nil)
		request.Header = http.Header{"Origin": {"https://shop.localhost"}, "Access-Control-Request-Method": {"PUT"}, "Access-Control-Request-Headers": {"content-type,x-a"}}
		response, err := client.Do(request)
		if err != nil || response.StatusCode != http.StatusNoContent || response.Header.Get("Access-Control-Allow-Origin") != "https://shop.localhost" ||
			response.Header.Get("Access-Control-Allow-Methods") != "PUT" || response.Header.Get("Access-Control-Allow-Headers") != "content-type,x-a" {
			t.Errorf("preflight: %v, %v", response, err)
		}
		response, err = client.Post(base+"/collect", "", strings.NewReader("canary"))
		if err != nil || response.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("post: %v, %v", response, err)
		}
		all := p.Exchanges()
		if x := all[len(all)-1]; !x.Cut || string(x.Body.Bytes()) != "canary" || x.URL != base+"/collect" {
			t.Errorf("wrote down %v %s", x, x.URL)
		}

		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		c, _, err := websocket.Dial(ctx, base+"/socket", &websocket.DialOptions{HTTPClient: client, Subprotocols: []string{"a", "b"}})
		if err != nil || c.Subprotocol() != "a" {
			t.Fatalf("socket: %v", err)
		}
		c.Write(ctx, websocket.MessageText, []byte("canary "+base))
		until(t, "the message", func() bool {
			f := p.Frames()
			return len(f) > 0 && string(f[len(f)-1].Payload.Bytes()) == "canary "+base && f[len(f)-1].Cut && f[len(f)-1].Sent
		})
		c.CloseNow()
		cancel()
	}
	opaque := connect(t, p, "turn.localhost:3478")
	opaque.Write([]byte("\x00canary"))
	until(t, "the opaque bytes", func() bool {
		all := p.Exchanges()
		x := all[len(all)-1]
		return x.Opaque && x.Cut && string(x.Body.Bytes()) == "\x00canary"
	})
}

func TestCutClosesBlindTunnels(t *testing.T) {
	t.Parallel()
	var got bytes.Buffer
	var mu sync.Mutex
	address := listen(t, func(c net.Conn) {
		buffer := make([]byte, 100)
		for {
			n, err := c.Read(buffer)
			mu.Lock()
			got.Write(buffer[:n])
			mu.Unlock()
			if err != nil {
				return
			}
		}
	})
	p, _ := launch(t, Options{})
	tunnel := connect(t, p, address)
	tunnel.Write([]byte("\x16before"))
	until(t, "the first bytes", func() bool { mu.Lock(); defer mu.Unlock(); return got.String() == "\x16before" })
	p.Cut()
	tunnel.Write([]byte("after"))
	until(t, "the record", func() bool { x := only(t, p); return x.Cut && x.Size == 12 })
	late := connect(t, p, address)
	late.Write([]byte("\x16late"))
	io.Copy(io.Discard, late)
	if all := p.Exchanges(); len(all) != 2 || !all[1].Cut {
		t.Errorf("wrote down %v", all)
	}
	mu.Lock()
	defer mu.Unlock()
	if got.String() != "\x16before" {
		t.Errorf("the server got %q", got.String())
	}
}
