package witness

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// raw sends text to the proxy and returns all that comes back until the connection ends. hangUp ends what is sent.
func raw(t testing.TB, p *Proxy, text string, hangUp bool) string {
	t.Helper()
	conn, err := net.Dial("tcp", p.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	if hangUp {
		conn.(*net.TCPConn).CloseWrite()
	}
	back, _ := io.ReadAll(conn)
	return string(back)
}

func TestAmbiguousRequestsAreRefused(t *testing.T) {
	t.Parallel()
	reached := listen(t, func(c net.Conn) {
		t.Error("a refused request reached the server")
		c.Close()
	})
	for name, request := range map[string]string{
		"two lengths":             "POST http://HOST/ HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
		"length and chunks":       "POST http://HOST/ HTTP/1.1\r\nHost: HOST\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"two codings":             "POST http://HOST/ HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"coding nobody knows":     "POST http://HOST/ HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
		"chunks in HTTP/1.0":      "POST http://HOST/ HTTP/1.0\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"signed length":           "POST http://HOST/ HTTP/1.1\r\nHost: HOST\r\nContent-Length: +1\r\n\r\nx",
		"list of lengths":         "POST http://HOST/ HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1, 1\r\n\r\nx",
		"space before the colon":  "GET http://HOST/ HTTP/1.1\r\nHost: HOST\r\nContent-Length : 1\r\n\r\nx",
		"folded line":             "GET http://HOST/ HTTP/1.1\r\nHost: HOST\r\nA: b\r\n c\r\n\r\n",
		"line feeds alone":        "GET http://HOST/ HTTP/1.1\nHost: HOST\n\n",
		"carriage return inside":  "GET http://HOST/ HTTP/1.1\r\nHost: HOST\r\nA: b\rc\r\n\r\n",
		"no colon":                "GET http://HOST/ HTTP/1.1\r\nHost: HOST\r\nabc\r\n\r\n",
		"no host":                 "GET http://HOST/ HTTP/1.1\r\n\r\n",
		"two hosts":               "GET http://HOST/ HTTP/1.1\r\nHost: HOST\r\nHost: HOST\r\n\r\n",
		"another host":            "GET http://HOST/ HTTP/1.1\r\nHost: other.localhost\r\n\r\n",
		"name in the address":     "GET http://a:b@HOST/ HTTP/1.1\r\nHost: HOST\r\n\r\n",
		"space in the target":     "GET http://HOST/a b HTTP/1.1\r\nHost: HOST\r\n\r\n",
		"HTTP/2 in plain":         "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"to the proxy itself":     "GET / HTTP/1.1\r\nHost: HOST\r\n\r\n",
		"another scheme":          "GET ftp://HOST/ HTTP/1.1\r\nHost: HOST\r\n\r\n",
		"tunnel without a port":   "CONNECT shop.localhost HTTP/1.1\r\nHost: shop.localhost\r\n\r\n",
		"tunnel to no port":       "CONNECT shop.localhost:99999 HTTP/1.1\r\nHost: x\r\n\r\n",
		"head without end":        "GET http://HOST/ HTTP/1.1\r\nA: " + strings.Repeat("a", headLimit) + "\r\n\r\n",
		"not even text":           "\x00\x01\x02\r\n\r\n",
		"tunnel inside the proxy": "GET http:///x HTTP/1.1\r\nHost: \r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, _ := launch(t, Options{Intercept: true})
			back := raw(t, p, strings.ReplaceAll(request, "HOST", reached), true)
			if !strings.HasPrefix(back, "HTTP/1.1 400 ") || strings.Count(back, "HTTP/1.1") != 1 || !strings.Contains(back, FailureHeader+": malformed") {
				t.Errorf("got %.200q", back)
			}
			if x := only(t, p); x.Failure != Malformed || x.Error == "" {
				t.Errorf("wrote down %v %q", x, x.Error)
			}
		})
	}
}

func TestUnusualRequestsPass(t *testing.T) {
	t.Parallel()
	server := listen(t, func(c net.Conn) {
		in := bufio.NewReader(c)
		for {
			line, err := in.ReadString('\n')
			if err != nil {
				return
			}
			for field := ""; field != "\r\n"; {
				if field, err = in.ReadString('\n'); err != nil {
					return
				}
			}
			asked := strings.TrimSpace(line)
			fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(asked), asked)
		}
	})
	p, _ := launch(t, Options{})
	for target, want := range map[string]string{
		"/sale/50%-off?q=100%&x=<>|\"": "/sale/50%-off?q=100%&x=<>|\"",
		"/%zz":                         "/%zz",
		"/a%2Fb/../c":                  "/a%2Fb/../c",
		"//double//slash":              "//double//slash",
		"//double%2Fslash?":            "//double%2Fslash?",
		"/?":                           "/?",
		"?q":                           "/?q",
		"":                             "/",
		"/日本":                          "/日本",
	} {
		back := raw(t, p, "GET http://"+server+target+" HTTP/1.1\r\nHost: "+server+"\r\nConnection: close\r\n\r\n", false)
		if !strings.HasSuffix(back, "\r\n\r\nGET "+want+" HTTP/1.1") {
			t.Errorf("%s: got %q", target, back)
		}
		all := p.Exchanges()
		if x := all[len(all)-1]; x.URL != "http://"+server+want {
			t.Errorf("wrote down %s", x.URL)
		}
	}
	// Several requests in one piece, and an old one without a host.
	back := raw(t, p, strings.Repeat("\r\nGET http://"+server+"/one HTTP/1.1\r\nHost: "+server+"\r\n\r\n", 3)+"GET http://"+server+"/old HTTP/1.0\r\n\r\n", false)
	if strings.Count(back, "GET /one") != 3 || strings.Count(back, "GET /old") != 1 {
		t.Errorf("got %q", back)
	}
}

func TestBodyThatBreaksOff(t *testing.T) {
	t.Parallel()
	server := listen(t, func(c net.Conn) { io.Copy(io.Discard, c) })
	for _, request := range []string{
		"POST http://HOST/ HTTP/1.1\r\nHost: HOST\r\nContent-Length: 100\r\n\r\ncanary",
		"POST http://HOST/ HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n6\r\ncanary\r\n",
		"POST http://HOST/ HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n6\r\ncanary\r\n0\r\nbad trailer\r\n\r\n",
		"POST http://HOST/ HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n6\r\ncanary\r\nzz\r\n\r\n",
	} {
		p, _ := launch(t, Options{})
		if back := raw(t, p, strings.ReplaceAll(request, "HOST", server), true); strings.Contains(back, " 200 ") {
			t.Errorf("got %q", back)
		}
		x := only(t, p)
		if string(x.Body.Bytes()) != "canary" || !x.Truncated || x.Error == "" {
			t.Errorf("wrote down %v %q %q", x, x.Body.Bytes(), x.Error)
		}
	}
}

func FuzzReadHead(f *testing.F) {
	f.Add([]byte("GET http://shop.localhost/ HTTP/1.1\r\nHost: shop.localhost\r\n\r\n"))
	f.Add([]byte("POST /%zz HTTP/1.1\r\nHost: shop.localhost\r\nTransfer-Encoding: chunked\r\nTrailer: A\r\n\r\n1\r\nx\r\n0\r\nA: b\r\n\r\n"))
	f.Add([]byte("CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\n\r\n"))
	f.Add([]byte("\r\n\r\nGET / HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc"))
	f.Fuzz(func(t *testing.T, data []byte) {
		in := bufio.NewReader(bytes.NewReader(data))
		h, err := readHead(in)
		if err != nil {
			return
		}
		if _, _, err := h.destination(&origin{"https", "shop.localhost"}); err == nil {
			// What the witness accepts, the standard library must understand as the same request.
			r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(bytes.TrimLeft(data, "\r\n"))))
			if err == nil && (r.Method != h.method || r.ContentLength != h.length) {
				t.Errorf("read %s of %d, net/http %s of %d", h.method, h.length, r.Method, r.ContentLength)
			}
		}
		if to, target, err := h.destination(nil); err == nil {
			if r, err := http.NewRequest("GET", to.scheme+"://"+to.host, nil); err != nil || r.URL.Hostname() != to.name() {
				t.Errorf("destination %q %q: %v", to, target, err)
			}
			if got := to.requestURL(target).RequestURI(); strings.ContainsAny(got, " \r\n") {
				t.Errorf("asks for %q", got)
			}
		}
		io.Copy(io.Discard, h.body(in, http.Header{"A": nil}))
	})
}
