package witness

import (
	"bufio"
	"context"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

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
