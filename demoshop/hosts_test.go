package demoshop_test

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/tillwatch/tillwatch/demoshop"
)

func fetch(t *testing.T, client *http.Client, request *http.Request) (*http.Response, string) {
	t.Helper()
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

func request(t *testing.T, method, url, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestThirdPartiesServeFilesAndRemember(t *testing.T) {
	t.Parallel()
	shop := open(t, demoshop.Config{Hosts: map[string]http.Handler{
		"chat.localhost": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.Copy(w, r.Body) }),
	}})
	evil := filepath.Join(shop.HostsDir(), "evil.localhost")
	if err := os.MkdirAll(evil, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(evil, "a.js"), []byte("inert()"), 0o644); err != nil {
		t.Fatal(err)
	}
	client := shop.Client()
	if response, body := fetch(t, client, request(t, "GET", shop.URL("evil.localhost")+"a.js", "")); body != "inert()" || !strings.HasPrefix(response.Header.Get("Content-Type"), "text/javascript") {
		t.Errorf("served %q as %q", body, response.Header.Get("Content-Type"))
	}
	preflight := request(t, "OPTIONS", shop.URL("evil.localhost")+"c", "")
	preflight.Header.Set("Origin", "http://shop.localhost")
	preflight.Header.Set("Access-Control-Request-Method", "PUT")
	if response, _ := fetch(t, client, preflight); response.Header.Get("Access-Control-Allow-Methods") != "PUT" || response.Header.Get("Access-Control-Allow-Origin") != "http://shop.localhost" {
		t.Errorf("preflight answered %v", response.Header)
	}
	post := request(t, "POST", shop.TLSURL("evil.localhost")+"c?x=1", "the loot")
	post.Header.Set("Origin", "http://shop.localhost")
	if response, _ := fetch(t, client, post); response.StatusCode != http.StatusNoContent || response.Header.Get("Access-Control-Allow-Origin") != "http://shop.localhost" {
		t.Errorf("POST over TLS: %d %v", response.StatusCode, response.Header)
	}
	if _, body := fetch(t, client, request(t, "POST", shop.URL("chat.localhost"), "hello")); body != "hello" {
		t.Errorf("a handler of the configuration got %q", body)
	}

	got := shop.Received("evil.localhost")
	if len(got) != 2 || got[0].Path != "/a.js" || got[1].Method != "POST" || got[1].Path != "/c?x=1" || string(got[1].Body) != "the loot" {
		t.Errorf("evil.localhost remembers %+v", got)
	}
	if got := shop.Received("chat.localhost"); len(got) != 1 || string(got[0].Body) != "hello" {
		t.Errorf("chat.localhost remembers %+v", got)
	}
	shop.ForgetReceived()
	if got := shop.Received("evil.localhost"); len(got) != 0 {
		t.Errorf("after forgetting: %+v", got)
	}
	log, err := os.ReadFile(filepath.Join(shop.State(), "log", "received.json.log"))
	if err != nil || strings.Count(string(log), "\n") != 3 {
		t.Errorf("log of what was received: %v\n%s", err, log)
	}
}

func TestThirdPartyListensToWebSockets(t *testing.T) {
	t.Parallel()
	shop := open(t, demoshop.Config{})
	evil := filepath.Join(shop.HostsDir(), "evil.localhost")
	if err := os.MkdirAll(evil, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(evil, "loader"), []byte("code()"), 0o644); err != nil {
		t.Fatal(err)
	}
	socket, _, err := websocket.Dial(t.Context(), strings.Replace(shop.URL("evil.localhost"), "http", "ws", 1)+"loader",
		&websocket.DialOptions{HTTPClient: shop.Client(), HTTPHeader: http.Header{"Origin": {"http://shop.localhost"}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, greeting, err := socket.Read(t.Context()); err != nil || string(greeting) != "code()" {
		t.Errorf("greeting %q, %v", greeting, err)
	}
	for _, part := range []string{"4111", "1111"} {
		if err := socket.Write(t.Context(), websocket.MessageText, []byte(part)); err != nil {
			t.Fatal(err)
		}
	}
	socket.Close(websocket.StatusNormalClosure, "")
	eventually(t, func() bool { return len(shop.Received("evil.localhost")) == 3 })
	if got := shop.Received("evil.localhost"); got[1].Method != "WEBSOCKET" || string(got[1].Body)+string(got[2].Body) != "41111111" {
		t.Errorf("remembers %+v", got)
	}
}

// eventually waits for a condition that another goroutine brings about.
func eventually(t *testing.T, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !condition(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the condition did not come true")
		}
	}
}

func TestForeignNamesAreRefused(t *testing.T) {
	t.Parallel()
	shop := open(t, demoshop.Config{})
	r := request(t, "GET", "http://"+shop.Addr()+"/", "")
	r.Host = "rebound.example"
	if response, _ := fetch(t, shop.Client(), r); response.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("a foreign name: status %d", response.StatusCode)
	}
	for _, name := range []string{"127.0.0.1", "localhost", "shop.localhost"} {
		if response, body := fetch(t, shop.Client(), request(t, "GET", shop.TLSURL(name), "")); response.StatusCode != http.StatusOK ||
			!strings.Contains(body, strings.TrimSuffix(shop.TLSURL("cdn.localhost"), "/")) {
			t.Errorf("%s over TLS: status %d", name, response.StatusCode)
		}
	}
}

func TestContentSecurityPolicyNamesRealOrigins(t *testing.T) {
	t.Parallel()
	shop := open(t, demoshop.Config{CSP: "script-src 'self' HOST:cdn.localhost; frame-src HOST:pay.localhost"})
	response, _ := fetch(t, shop.Client(), request(t, "GET", shop.URL("shop.localhost"), ""))
	want := "script-src 'self' " + strings.TrimSuffix(shop.URL("cdn.localhost"), "/") + "; frame-src " + strings.TrimSuffix(shop.URL("pay.localhost"), "/")
	if got := response.Header.Get("Content-Security-Policy"); got != want {
		t.Errorf("policy %q, want %q", got, want)
	}
}
