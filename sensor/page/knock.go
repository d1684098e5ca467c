package page

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// door is what a first plain request to the start address tells: enough to choose a customer, and to say what is wrong
// before a browser is started for nothing.
type door struct {
	language string // of the page, such as "ja"; empty where it does not say
	problem  string // why no page came, with what to do; empty where one came
}

const (
	knockTimeout   = 30 * time.Second
	knockBytes     = 256 << 10
	knockRedirects = 15
)

// plainAgent is the browser that requests without a browser say they are: shops turn away what calls itself a program.
const plainAgent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"

// knock asks for the start address once, with the operator's pass.
func (s *Sensor) knock(ctx context.Context, start *url.URL) door {
	ctx, cancel := context.WithTimeout(ctx, knockTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, start.String(), nil)
	if err != nil {
		return door{problem: "this is no address of a shop: " + err.Error()}
	}
	request.Header = s.config.Headers.Clone()
	if request.Header == nil {
		request.Header = http.Header{}
	}
	if s.config.Username != "" {
		request.SetBasicAuth(s.config.Username, s.config.Password)
	}
	request.Header.Set("User-Agent", plainAgent)
	for _, c := range s.config.Cookies {
		request.AddCookie(c)
	}
	client := &http.Client{
		Transport: &http.Transport{DialContext: dialLocal, TLSClientConfig: &tls.Config{RootCAs: s.roots()}, DisableKeepAlives: true},
		CheckRedirect: func(next *http.Request, via []*http.Request) error {
			if len(via) >= knockRedirects {
				return errRedirects
			}
			if !sameSite(next.URL.Host, start.Host) { // the pass is for the shop only
				next.Header = http.Header{"User-Agent": request.Header["User-Agent"]}
			}
			return nil
		},
	}
	response, err := client.Do(request)
	if err != nil {
		return door{problem: whyNoAnswer(err, start)}
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusUnauthorized {
		return door{problem: "the shop asks for a user name and a password (401): put user:password in a file and give it with --auth-file"}
	}
	head, _ := io.ReadAll(io.LimitReader(response.Body, knockBytes)) // what came before an error may still say its language
	return door{language: documentLanguage(head)}
}

var errRedirects = errors.New("endless redirect")

// roots are the system's certificate authorities and the operator's.
func (s *Sensor) roots() *x509.CertPool {
	if len(s.config.Roots) == 0 {
		return nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	for _, c := range s.config.Roots {
		pool.AddCert(c)
	}
	return pool
}

// dialLocal takes every name below localhost to this machine (RFC 6761), as browsers do and many resolvers do not.
func dialLocal(ctx context.Context, network, address string) (net.Conn, error) {
	if host, port, err := net.SplitHostPort(address); err == nil && strings.HasSuffix(strings.TrimSuffix(host, "."), ".localhost") {
		address = net.JoinHostPort("localhost", port)
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}

// whyNoAnswer says what stopped the first request and what to do about it. The error itself is not shown: it may hold
// the query of an address.
func whyNoAnswer(err error, start *url.URL) string {
	host := start.Hostname()
	var dns *net.DNSError
	var unknownAuthority x509.UnknownAuthorityError
	var wrongName x509.HostnameError
	var invalid x509.CertificateInvalidError
	var notTLS tls.RecordHeaderError
	var network *net.OpError
	switch {
	case errors.Is(err, errRedirects):
		return fmt.Sprintf("the shop redirects without end (%d times): open it in a browser without cookies and mend the redirect, or give the address it should end at", knockRedirects)
	case errors.As(err, &dns):
		return fmt.Sprintf("the name %s cannot be resolved (DNS): check the spelling, and this machine's resolver", host)
	case errors.As(err, &unknownAuthority):
		return fmt.Sprintf("TLS error: the certificate of %s is from an authority that this machine does not know; give it with --ca FILE if it is yours", host)
	case errors.As(err, &wrongName):
		return fmt.Sprintf("TLS error: the certificate is for another name than %s", host)
	case errors.As(err, &invalid):
		return fmt.Sprintf("TLS error: the certificate of %s is not valid now (%v)", host, invalid)
	case errors.As(err, &notTLS):
		return fmt.Sprintf("TLS error: %s does not speak TLS at this port; try http://", host)
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("%s did not answer within %s: is the shop up, and is this machine let through its firewall?", host, knockTimeout)
	case errors.Is(err, context.Canceled):
		return "interrupted"
	case errors.As(err, &network) && network.Op == "dial":
		return fmt.Sprintf("nothing answers at %s: connection refused or no way there; is the shop running, and is the port right?", start.Host)
	case strings.Contains(err.Error(), "tls:"), strings.Contains(err.Error(), "x509:"):
		return fmt.Sprintf("TLS error: the handshake with %s failed; look at its certificate and protocol versions", host)
	}
	return fmt.Sprintf("%s broke off its answer, or it is not HTTP", start.Host)
}

// documentLanguage is the first subtag of the html element's lang attribute.
func documentLanguage(page []byte) string {
	z := html.NewTokenizer(bytes.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return ""
		case html.StartTagToken:
			name, more := z.TagName()
			if string(name) != "html" {
				continue
			}
			for more {
				var key, value []byte
				if key, value, more = z.TagAttr(); string(key) == "lang" {
					language, _, _ := strings.Cut(strings.ToLower(string(value)), "-")
					return language
				}
			}
			return ""
		}
	}
}
