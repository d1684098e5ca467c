package witness

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"
)

// listen runs serve for each connection to a port of its own.
func listen(t testing.TB, serve func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var work sync.WaitGroup
	work.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { c.Close() })
			work.Go(func() { serve(c) })
		}
	})
	t.Cleanup(func() { l.Close() })
	return l.Addr().String()
}

func port(address string) string {
	_, port, _ := net.SplitHostPort(address)
	return port
}

// secured is listen under TLS; without serve it only shakes hands.
func secured(t testing.TB, c tls.Certificate, serve ...func(net.Conn)) string {
	return listen(t, func(conn net.Conn) {
		server := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{c}})
		if server.Handshake() != nil || len(serve) == 0 {
			conn.Close()
			return
		}
		serve[0](server)
	})
}

var testAuthorities struct {
	sync.Mutex
	own *authority
}

// testAuthority signs the certificates of the test's own servers.
func testAuthority(t testing.TB) *authority {
	t.Helper()
	testAuthorities.Lock()
	defer testAuthorities.Unlock()
	if testAuthorities.own == nil {
		a, err := newAuthority(time.Now())
		if err != nil {
			t.Fatal(err)
		}
		testAuthorities.own = a
	}
	return testAuthorities.own
}

func certificate(t testing.TB, host string, from, to time.Duration) tls.Certificate {
	return signed(t, testAuthority(t), host, from, to)
}

func strangersCertificate(t testing.TB, host string) tls.Certificate {
	a, err := newAuthority(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return signed(t, a, host, -time.Hour, time.Hour)
}

// connect opens a tunnel as a browser does.
func connect(t testing.TB, p *Proxy, address string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", p.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	fmt.Fprintf(conn, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", address, address)
	in := bufio.NewReader(io.MultiReader(io.LimitReader(conn, int64(len("HTTP/1.1 200 Connection established\r\n\r\n")))))
	response, err := http.ReadResponse(in, &http.Request{Method: "CONNECT"})
	if err != nil || response.StatusCode != 200 {
		t.Fatalf("no tunnel: %v, %v", response, err)
	}
	return conn
}

func signed(t testing.TB, a *authority, host string, from, to time.Duration) tls.Certificate {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	c, err := a.sign(host, time.Now().Add(from), time.Now().Add(to))
	if err != nil {
		t.Fatal(err)
	}
	return *c
}
