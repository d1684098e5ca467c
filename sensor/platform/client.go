package platform

import (
	"bytes"
	"compress/gzip"
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
)

// The bounds of what a server can make us do.
const (
	maxPage        = 1 << 20 // bytes of a page
	maxStatic      = 3 << 20 // bytes of a file that is held against releases
	maxProbe       = 64 << 10
	maxHeaders     = 256 << 10
	maxRedirects   = 6
	requestTimeout = 15 * time.Second
	maxRequests    = 130
)

// plainAgent is the browser that requests without a browser say they are: shops turn away what calls itself a program.
const plainAgent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"

// client asks one shop, one request after another, and no other host.
type client struct {
	config   Config
	start    *url.URL
	http     *http.Client
	requests int
	last     time.Time
}

func newClient(c Config, start *url.URL) *client {
	transport := &http.Transport{
		DialContext: dialLocal, TLSClientConfig: &tls.Config{RootCAs: roots(c.Roots)},
		TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: requestTimeout,
		MaxResponseHeaderBytes: maxHeaders, MaxConnsPerHost: 2, DisableCompression: true,
	}
	return &client{config: c, start: start, http: &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func (c *client) close() { c.http.CloseIdleConnections() }

// answer is what the shop's host said, or the beginning of it.
type answer struct {
	url    *url.URL // after redirects
	status int
	header http.Header
	body   []byte
	whole  bool // the body is not cut off
}

func (a answer) contentType() string {
	kind, _, _ := strings.Cut(strings.ToLower(a.header.Get("Content-Type")), ";")
	return strings.TrimSpace(kind)
}

var (
	errElsewhere = errors.New("it leads to another host")
	errRedirects = errors.New("it leads on and on")
	errEnough    = errors.New("enough was asked")
)

// elsewhere says which host a redirect leads to that is not ours to ask.
type elsewhere struct{ host string }

func (e elsewhere) Error() string        { return "it leads to another host, " + e.host }
func (e elsewhere) Is(target error) bool { return target == errElsewhere }

// get asks for an address of the shop and follows redirects within its host. Of the body at most limit bytes are read.
func (c *client) get(ctx context.Context, u *url.URL, limit int64) (answer, error) {
	for range maxRedirects {
		a, err := c.once(ctx, u, limit)
		if err != nil {
			return a, err
		}
		to := a.header.Get("Location")
		if a.status < 300 || a.status > 399 || a.status == http.StatusNotModified || to == "" {
			return a, nil
		}
		next, err := u.Parse(to)
		if err != nil {
			return a, nil //nolint:nilerr // an answer that leads nowhere is the answer
		}
		if !c.own(next) {
			return a, elsewhere{next.Host}
		}
		u = next
	}
	return answer{}, errRedirects
}

// own says whether an address is on the host that was named, also where it moved to https or dropped its "www.".
func (c *client) own(u *url.URL) bool {
	bare := func(u *url.URL) string { return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.") }
	if u.Scheme != "http" && u.Scheme != "https" || bare(u) != bare(c.start) {
		return false
	}
	return u.Port() == c.start.Port() || standardPort(u) && standardPort(c.start)
}

func standardPort(u *url.URL) bool { return u.Port() == "" || u.Port() == "80" || u.Port() == "443" }

func (c *client) once(ctx context.Context, u *url.URL, limit int64) (answer, error) {
	if c.requests++; c.requests > maxRequests {
		return answer{}, errEnough
	}
	if err := c.pause(ctx); err != nil {
		return answer{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return answer{}, err
	}
	if c.config.Headers != nil {
		request.Header = c.config.Headers.Clone()
	}
	if c.config.Username != "" {
		request.SetBasicAuth(c.config.Username, c.config.Password)
	}
	for _, cookie := range c.config.Cookies {
		request.AddCookie(&http.Cookie{Name: cookie.Name, Value: cookie.Value})
	}
	request.Header.Set("User-Agent", plainAgent)
	request.Header.Set("Accept-Encoding", "identity")
	response, err := c.http.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	a := answer{url: u, status: response.StatusCode, header: response.Header}
	a.body, a.whole, err = readBody(response, limit)
	if err != nil && len(a.body) == 0 && ctx.Err() != nil {
		return a, err
	}
	return a, nil // what came before an error is worth a look
}

func readBody(response *http.Response, limit int64) (body []byte, whole bool, err error) {
	var r io.Reader = response.Body
	if strings.EqualFold(response.Header.Get("Content-Encoding"), "gzip") { // nobody asked for it
		head := make([]byte, 2)
		n, _ := io.ReadFull(r, head)
		r = io.MultiReader(bytes.NewReader(head[:n]), r)
		if n == 2 && head[0] == 0x1f && head[1] == 0x8b {
			if r, err = gzip.NewReader(r); err != nil {
				return nil, false, err
			}
		}
	}
	body, err = io.ReadAll(io.LimitReader(r, limit+1))
	if int64(len(body)) > limit {
		return body[:limit], false, nil
	}
	return body, err == nil, err
}

// pause keeps requests apart.
func (c *client) pause(ctx context.Context) error {
	wait := c.config.Pause - time.Since(c.last)
	if !c.last.IsZero() && wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	c.last = time.Now()
	return ctx.Err()
}

func roots(more []*x509.Certificate) *x509.CertPool {
	if len(more) == 0 {
		return nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	for _, c := range more {
		pool.AddCert(c)
	}
	return pool
}

// dialLocal takes every name below localhost to this machine (RFC 6761), as browsers do and many resolvers do not.
func dialLocal(ctx context.Context, network, address string) (net.Conn, error) {
	if host, port, err := net.SplitHostPort(address); err == nil && strings.HasSuffix(strings.TrimSuffix(host, "."), ".localhost") {
		address = net.JoinHostPort("localhost", port)
	}
	return (&net.Dialer{Timeout: 10 * time.Second}).DialContext(ctx, network, address)
}

// whyNot says why a shop could not be asked. The error itself is not shown: it may hold the query of an address.
func whyNot(err error) string {
	var dns *net.DNSError
	var lead elsewhere
	var timeout net.Error
	switch {
	case errors.As(err, &lead):
		return fmt.Sprintf("the shop's address leads to another host, %s: name that address", lead.host)
	case errors.Is(err, errRedirects):
		return "the shop's address leads from one address to the next without end"
	case errors.As(err, &dns):
		return "there is no such host"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "the shop did not answer in time"
	}
	return "the shop did not answer as a web server does"
}
