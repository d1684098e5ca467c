package browser

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

func TestAKernelWithoutSandboxIsTold(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a shell script stands for the browser")
	}
	real, err := Find()
	if err != nil {
		t.Fatal(err)
	}
	// What Chromium does where it may not make namespaces and has no helper.
	fake := filepath.Join(publicDir(t), "chromium")
	script := fmt.Sprintf(`#!/bin/sh
case "$*" in
*--no-sandbox*|--version) exec %q "$@" ;;
esac
echo "[1:1:FATAL:zygote_host_impl_linux.cc] No usable sandbox! Update your kernel" >&2
exit 1
`, real)
	if err := os.WriteFile(fake, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	b := launch1(t, Options{Executable: fake})
	if !strings.Contains(b.SandboxOff(), "No usable sandbox") {
		t.Errorf("it says %q", b.SandboxOff())
	}
	if sharedBrowser(t).SandboxOff() != "" {
		t.Logf("this machine leaves no sandbox: %s", sharedBrowser(t).SandboxOff())
	}
	newTab(t, b)
}

func TestAReturningCustomerFindsWhatWasKept(t *testing.T) {
	s := newSite(t)
	s.serve("/", `<title>done</title><script>
document.cookie = 'seen=' + (document.cookie.includes('seen=') ? 'again' : 'first') + '; max-age=1000';
localStorage.visits = 1 + Number(localStorage.visits ?? 0);
</script>`)
	folder := filepath.Join(publicDir(t), "customer")
	for visits, cookie := range []string{"seen=first", "seen=again"} {
		b, err := Launch(limit(t), Options{Folder: folder, Profile: Profiles()[3]})
		if err != nil {
			t.Fatal(err)
		}
		if visits == 0 {
			if second, err := Launch(limit(t), Options{Folder: folder}); err == nil {
				_ = second.Close()
				t.Error("two browsers share a folder")
			}
		}
		tab := newTab(t, b)
		show(t, tab, s.at("return", "/"))
		f := mainFrame(t, tab)
		if got := eval[string](t, f, "document.cookie + ' ' + localStorage.visits"); got != fmt.Sprintf("%s %d", cookie, visits+1) {
			t.Errorf("visit %d: %s", visits+1, got)
		}
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}
	if !exists(folder) {
		t.Error("the folder is gone")
	}
}

func TestEverythingGoesThroughTheProxy(t *testing.T) {
	s := newSite(t)
	s.serve("/", `<title></title><script>
navigator.sendBeacon('http://evil.localhostPORT/beacon', 'x');
const link = document.createElement('link'); link.rel = 'dns-prefetch'; link.href = '//secret.evil.example'; document.head.append(link);
fetch('http://evil.localhostPORT/fetch', {mode: 'no-cors'}).finally(() => { document.title = 'done'; });
</script>`)
	var mu sync.Mutex
	var through []string
	target, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	forward := httputil.NewSingleHostReverseProxy(target)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		through = append(through, r.Method+" "+r.URL.String())
		mu.Unlock()
		if !strings.Contains(r.Host, "localhost"+s.port) {
			http.Error(w, "no such host", http.StatusBadGateway)
			return
		}
		forward.ServeHTTP(w, r)
	})}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })

	b := launch1(t, Options{Proxy: listener.Addr().String()})
	tab := newTab(t, b)
	show(t, tab, s.at("proxied", "/"))
	waitFor(t, "the beacon", func() bool { return strings.Contains(strings.Join(s.asked(), "\n"), "/beacon") })
	mu.Lock()
	defer mu.Unlock()
	all := strings.Join(through, "\n")
	for _, path := range []string{"/", "/beacon", "/fetch"} {
		if !strings.Contains(all, "localhost"+s.port+path) {
			t.Errorf("%s went past the proxy", path)
		}
	}
	for _, line := range through {
		if !strings.Contains(line, "localhost"+s.port) {
			t.Errorf("Chromium asked of its own: %s", line)
		}
	}
}

// publicDir is a temporary folder that every user can reach; those of testing belong to who runs it.
func publicDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "tillwatch-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}
