package witness

import (
	"bufio"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

func echoServer(t *testing.T, secure bool, mode websocket.CompressionMode) *httptest.Server {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, &websocket.AcceptOptions{CompressionMode: mode, CompressionThreshold: 1})
		if err != nil {
			return
		}
		defer c.CloseNow()
		c.SetReadLimit(-1)
		for {
			kind, message, err := c.Read(context.Background())
			if err != nil {
				return
			}
			c.Write(context.Background(), kind, message)
		}
	}))
	s.EnableHTTP2 = true
	if secure {
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	return s
}

func TestSocketMessages(t *testing.T) {
	t.Parallel()
	noise := make([]byte, bodyLimit+100)
	rand.Read(noise)
	messages := []string{"", "canary", strings.Repeat("canary 4111 ", 10_000), "canary", strings.Repeat("x", bodyLimit+1), "canary canary", string(noise), "after the noise"}
	for _, secure := range []bool{false, true} {
		for name, mode := range map[string]websocket.CompressionMode{
			"plain": websocket.CompressionDisabled, "keeping": websocket.CompressionContextTakeover, "forgetting": websocket.CompressionNoContextTakeover,
		} {
			t.Run(fmt.Sprint(name, " secure=", secure), func(t *testing.T) {
				t.Parallel()
				server := echoServer(t, secure, mode)
				p, client := launch(t, Options{Intercept: true})
				c, response, err := websocket.Dial(context.Background(), server.URL+"/chat?room=1", &websocket.DialOptions{
					HTTPClient: client, CompressionMode: mode, CompressionThreshold: 1,
				})
				if err != nil {
					t.Fatal(err)
				}
				c.SetReadLimit(-1)
				if agreed := response.Header.Get("Sec-WebSocket-Extensions") != ""; agreed != (name != "plain") {
					t.Fatalf("extensions %q", response.Header.Get("Sec-WebSocket-Extensions"))
				}
				for _, m := range messages {
					if err := c.Write(context.Background(), websocket.MessageText, []byte(m)); err != nil {
						t.Fatal(err)
					}
					if _, back, err := c.Read(context.Background()); err != nil || string(back) != m {
						t.Fatalf("%d bytes came back of %d: %v", len(back), len(m), err)
					}
				}
				c.Close(websocket.StatusNormalClosure, "canary of the end")
				until(t, "all frames", func() bool { return len(p.Frames()) == 2*len(messages)+2 })

				x := only(t, p)
				if !x.Upgraded || x.Status != 101 || x.URL != strings.Replace(server.URL, "http", "ws", 1)+"/chat?room=1" {
					t.Errorf("exchange %v %s", x, x.URL)
				}
				at := map[bool]int{}
				for _, m := range p.Frames() {
					payload := string(m.Payload.Bytes())
					if m.Exchange != x.Seq || m.Cut {
						t.Errorf("frame %v", m)
					}
					if m.Kind == "close" {
						if !strings.HasSuffix(payload, "canary of the end") {
							t.Errorf("close with %q", payload)
						}
						continue
					}
					want := messages[at[m.Sent]]
					at[m.Sent]++
					switch {
					case len(want) > bodyLimit && strings.HasPrefix(want, "x"), name == "plain" && len(want) > bodyLimit:
						if !m.Truncated || payload != want[:bodyLimit] {
							t.Errorf("frame %v, truncated %t", m, m.Truncated)
						}
					case len(want) > bodyLimit:
						if !m.Truncated {
							t.Errorf("frame %v", m)
						}
					case want == "after the noise" && name == "keeping" && !m.Sent:
						// The window of the message before is not known whole; what the browser sent always is.
						if m.Error == "" {
							t.Errorf("frame %v %q", m, payload)
						}
					case payload != want || m.Truncated || m.Error != "" || m.Kind != "text":
						t.Errorf("sent %t: %d bytes of %d, %q, %s", m.Sent, len(payload), len(want), m.Error, m.Kind)
					}
				}
			})
		}
	}
}

func TestSocketInsideAPlainTunnel(t *testing.T) {
	t.Parallel()
	server := echoServer(t, false, websocket.CompressionDisabled)
	p, _ := launch(t, Options{}) // TLS stays closed, but this is none
	host := server.Listener.Addr().String()
	conn := connect(t, p, host)
	fmt.Fprintf(conn, "GET /x HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n", host)
	in := bufio.NewReader(conn)
	response, err := http.ReadResponse(in, nil)
	if err != nil || response.StatusCode != 101 {
		t.Fatal(response, err)
	}
	// "hi" in two fragments with a ping between, byte by byte.
	for _, b := range []byte("\x01\x81\x00\x00\x00\x00h" + "\x89\x80\x00\x00\x00\x00" + "\x80\x81\x01\x02\x03\x04\x68") {
		conn.Write([]byte{b})
	}
	pong := make([]byte, 2)
	if _, err := io.ReadFull(in, pong); err != nil || string(pong) != "\x8a\x00" {
		t.Fatalf("%q, %v", pong, err)
	}
	until(t, "the echo", func() bool { return len(p.Frames()) == 4 })
	got := map[string]bool{}
	for _, m := range p.Frames() {
		got[fmt.Sprint(m.Sent, m.Kind, string(m.Payload.Bytes()))] = true
	}
	for _, want := range []string{"trueping", "truetexthi", "falsepong", "falsetexthi"} {
		if !got[want] {
			t.Errorf("no %s in %v", want, got)
		}
	}
	if x := only(t, p); !strings.HasPrefix(x.URL, "ws://") {
		t.Error(x.URL)
	}
}

func TestRefusedSocketIsAnAnswer(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	p, client := launch(t, Options{})
	if _, _, err := websocket.Dial(context.Background(), server.URL, &websocket.DialOptions{HTTPClient: client}); err == nil {
		t.Error("it opened")
	}
	if x := only(t, p); x.Status != 404 || x.Upgraded || !strings.HasPrefix(x.URL, "ws://") {
		t.Errorf("wrote down %v", x)
	}
}
