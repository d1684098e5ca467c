package app

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// nginx is a real one in front of a shop, configured by the recipe.
type nginx struct {
	url, dir string
	stop     func()
}

func findNginx(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"nginx", "/usr/sbin/nginx", "/usr/local/sbin/nginx"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no nginx here: .ci/setup servers installs it")
	return ""
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	return l.Addr().String()
}

// startNginx runs one that passes on to shop and asks at gate.
func startNginx(t *testing.T, program, gate, shop string) nginx {
	t.Helper()
	recipe, err := LogRecipe("nginx")
	must(t, err)
	parts := strings.Split(recipe, "\n\n# ")
	if len(parts) != 4 {
		t.Fatalf("the recipe has %d parts", len(parts))
	}
	n := nginx{dir: t.TempDir()}
	listen := freePort(t)
	n.url = "http://" + listen
	for i := range parts {
		parts[i] = strings.NewReplacer("127.0.0.1:9460", gate, "/var/log/nginx", n.dir).Replace("# " + parts[i])
	}
	config := fmt.Sprintf(`daemon off; master_process off; worker_processes 1; pid %[1]s/pid; error_log %[1]s/error.log;
events { worker_connections 256; }
http {
client_body_temp_path %[1]s/a; proxy_temp_path %[1]s/b; fastcgi_temp_path %[1]s/c; uwsgi_temp_path %[1]s/d; scgi_temp_path %[1]s/e;
access_log off;
%[2]s
server {
listen %[3]s;
%[4]s
location / {
%[5]s
proxy_pass http://%[6]s;
}
}
}
`, n.dir, parts[1], listen, parts[2], parts[3], shop)
	must(t, os.WriteFile(filepath.Join(n.dir, "nginx.conf"), []byte(config), 0o600))
	cmd := exec.Command(program, "-p", n.dir, "-e", filepath.Join(n.dir, "error.log"), "-c", filepath.Join(n.dir, "nginx.conf"))
	var said bytes.Buffer
	cmd.Stderr = &said
	must(t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	n.stop = func() {
		_ = cmd.Process.Kill()
		<-ended
	}
	until(t, "listening", func() bool {
		select {
		case err := <-ended:
			t.Fatalf("nginx ended: %v %s", err, said.String())
		default:
		}
		c, err := net.Dial("tcp", listen)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
	t.Cleanup(n.stop)
	return n
}

func (n nginx) get(t *testing.T, path string, header ...string) (int, http.Header, string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, n.url+path, nil)
	must(t, err)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	got, err := http.DefaultClient.Do(r)
	must(t, err)
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	must(t, err)
	return got.StatusCode, got.Header, string(text)
}

func TestBehindNginx(t *testing.T) {
	t.Parallel()
	program := findNginx(t)
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "the shop's page") }))
	t.Cleanup(shop.Close)
	c := openCounter(t, func(v *VerifyConfig, _ string) { v.Deny, v.DenyPending = []string{"/api/address/*"}, true })
	n := startNginx(t, program, strings.TrimPrefix(c.Addresses()[0], "http://"), strings.TrimPrefix(shop.URL, "http://"))

	honest, forged := c.token("a"), c.token("forged")
	if code := c.post(http.DefaultClient, c.Addresses()[0], fmt.Sprintf(`{"jti":"a","sub":"17","iat":%d}`, time.Now().Unix()), "a secret that issuers show"); code != 200 {
		t.Fatal(code)
	}
	for name, ask := range map[string]struct {
		path, token string
		want        int
	}{
		"no token":                  {"/products", "", 200},
		"an issued one":             {"/api/address/17?page=2", honest, 200},
		"a forged one, observed":    {"/api/orders/17", forged, 200},
		"a forged one, refused":     {"/api/address/17", forged, 403},
		"and in another spelling":   {"/api//orders/../address/17", forged, 403},
		"garbage, where it is told": {"/api/address/17", "garbage", 401},
		"garbage":                   {"/products", "garbage", 200},
		"a long one":                {"/products", strings.Repeat("A", 7000), 200},
	} {
		code, header, text := n.get(t, ask.path, "Authorization", "Bearer "+ask.token)
		if code != ask.want || (text == "the shop's page") != (ask.want == 200) {
			t.Errorf("%s: %d %.60q", name, code, text)
		}
		for key := range header {
			if strings.HasPrefix(key, "X-Audit") {
				t.Errorf("%s: the customer is shown %s", name, key)
			}
		}
	}

	log := func() string {
		text, err := os.ReadFile(filepath.Join(n.dir, "tillwatch.log"))
		must(t, err)
		return string(text)
	}
	until(t, "logged", func() bool { return strings.Count(log(), "\n") >= 8 })
	if text := log(); !strings.Contains(text, `"kid":"K1","verdict":"issued"`) || strings.Contains(text, honest[20:60]) || strings.Contains(text, `"sub":"17"`) {
		t.Errorf("%s", text)
	}
	if _, header, text := n.get(t, "/_tillwatch", "Authorization", "Bearer "+honest); text != "" || header.Get("X-Audit-Verdict") != "" {
		t.Errorf("a customer can ask: %v %s", header, text)
	}

	must(t, c.stop()) // it fails open
	for range 3 {
		if code, _, text := n.get(t, "/api/address/17", "Authorization", "Bearer "+forged); code != 200 || text != "the shop's page" {
			t.Errorf("without Tillwatch: %d %q", code, text)
		}
	}
}

// A verify endpoint that hangs must not take the shop along.
func TestNginxDoesNotWait(t *testing.T) {
	t.Parallel()
	program := findNginx(t)
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "the shop's page") }))
	t.Cleanup(shop.Close)
	hangs, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer hangs.Close()
	n := startNginx(t, program, hangs.Addr().String(), strings.TrimPrefix(shop.URL, "http://"))
	if code, _, text := n.get(t, "/"); code != 200 || text != "the shop's page" {
		t.Errorf("%d %q", code, text)
	}
}
