// Package witness is the second witness of everything the browser sends: a forward proxy inside the process that the
// browser goes through, that opens up its TLS, and that writes down each request with its body and each WebSocket
// message. It exists because the browser's own report is not whole (a beacon sent while a page goes away is missing from
// it), and because only a place outside the browser can cut the line: after [Proxy.Cut] nothing more reaches any server.
//
// TLS is opened with a certificate authority made for one [Proxy], kept in memory only. The browser is told to trust it by
// the digest of its key ([Proxy.SPKI]); no certificate store is touched. Servers see a Go TLS client instead of a
// browser's. Where a shop's bot protection minds that, or a server's answer is not valid HTTP to Go although browsers
// accept it ([Protocol]), TLS can be left closed; then only the host is known.
//
// The proxy listens on 127.0.0.1, on a port of the system's choice, and asks for no password, because Chromium cannot be
// given one on its command line. So any local program could speak through it while it runs. Requests made to the proxy
// itself, such as those of a page that guesses its port, are refused.
//
// The frame parser is our own, since a WebSocket library is one end of a connection, and a witness must show each end
// exactly the bytes the other one sent.
package witness

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// Options say how a [Proxy] reaches servers and what it opens up. The zero value goes by the system's resolver and
// certificate store and leaves TLS closed.
type Options struct {
	// Intercept opens TLS. Without it a TLS connection is passed on as it is and written down as its host and size.
	Intercept bool

	// Listener is where the browser comes in; nil: one on 127.0.0.1 that is opened. The proxy closes it.
	Listener net.Listener

	// Roots are certificate authorities to trust beside the system's.
	Roots []*x509.Certificate

	// Addresses pins hosts to addresses. A key is "host" or "host:port", a value an IP address with or without a port.
	// TLS still asks for the host's own name. Hosts are in lower case.
	Addresses map[string]string

	// Dial connects to an address when set, after Addresses has been applied. The default is [net.Dialer].
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	// Headers returns what to add to each request to host (without port): a pass for the shop's firewall, basic
	// authentication. It is added after the request was written down, and never replaces what the browser sent.
	Headers func(host string) http.Header
}

// Proxy is a running witness. Its methods are safe for concurrent use.
type Proxy struct {
	options   Options
	authority *authority
	listener  net.Listener
	gate      *gate
	log       log
	upstream  *http.Transport
	tls       *tls.Config

	ctx    context.Context
	stop   context.CancelFunc
	forget func() bool // to hang up when Start's context ends
	work   sync.WaitGroup

	mu    sync.Mutex
	conns map[net.Conn]struct{} // the browser's; nil once closed
}

// Start begins to listen. The proxy runs until ctx ends or Close is called; Close must be called in either case.
func Start(ctx context.Context, options Options) (*Proxy, error) {
	ca, err := newAuthority(time.Now())
	if err != nil {
		return nil, fmt.Errorf("witness: make a certificate authority: %w", err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	for _, c := range options.Roots {
		roots.AddCert(c)
	}
	listener := options.Listener
	if listener == nil {
		if listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			return nil, fmt.Errorf("witness: listen on loopback: %w", err)
		}
	}
	p := &Proxy{
		options:   options,
		authority: ca,
		listener:  listener,
		gate:      newGate(route{options.Addresses, options.Dial}.dial),
		tls:       &tls.Config{RootCAs: roots},
		conns:     map[net.Conn]struct{}{},
	}
	p.upstream = &http.Transport{
		DialContext:            p.gate.dial,
		TLSClientConfig:        p.tls.Clone(),
		TLSHandshakeTimeout:    15 * time.Second,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // a body passes as it is
		ExpectContinueTimeout:  time.Second,
		MaxIdleConnsPerHost:    8,
		IdleConnTimeout:        time.Minute,
		MaxResponseHeaderBytes: 1 << 20,
	}
	p.ctx, p.stop = context.WithCancel(ctx)
	p.forget = context.AfterFunc(ctx, p.hangUp)
	p.work.Go(p.accept)
	return p, nil
}

// Addr is the "host:port" to give the browser as its proxy for all schemes.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// SPKI is the base64 of the SHA-256 of the authority's public key, as Chromium's --ignore-certificate-errors-spki-list
// wants it.
func (p *Proxy) SPKI() string { return p.authority.spki }

// Cut ends the line to every server. Once it has returned, no byte is handed to any network connection but the browser's:
// new requests are written down whole and answered with 503, a WebSocket that is opened is accepted by the proxy itself,
// what the browser sends on it and on those open already is written down and swallowed, and uploads not yet forwarded
// completely are broken off. Answers still on their way to the browser go on, as far as the server sends them unasked.
// There is no way back.
func (p *Proxy) Cut() { p.gate.cut() }

// Exchanges is everything asked for so far, in the order of the requests. The headers must not be changed.
func (p *Proxy) Exchanges() []Exchange { return p.log.exchanges() }

// Frames is every WebSocket message that has passed so far in either direction, in the order of their ends.
func (p *Proxy) Frames() []Frame { return p.log.frames() }

// Forgotten is the number of exchanges and frames of which not even the fact is kept: all but the newest 65,536. A
// report that relies on the rest must say so.
func (p *Proxy) Forgotten() int { return p.log.forgotten() }

// Close breaks off all connections and returns when nothing of the proxy runs any more. What was written down can still
// be read.
func (p *Proxy) Close() error {
	p.forget()
	p.hangUp()
	p.work.Wait()
	return nil
}

func (p *Proxy) hangUp() {
	p.stop()
	p.listener.Close()
	p.gate.close()
	p.upstream.CloseIdleConnections()
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		c.Close()
	}
	p.conns = nil
}

func (p *Proxy) accept() {
	for {
		conn, err := p.listener.Accept()
		if err != nil {
			if p.ctx.Err() != nil {
				return
			}
			// Out of file descriptors, most likely: some will come back.
			select {
			case <-p.ctx.Done():
				return
			case <-time.After(50 * time.Millisecond):
				continue
			}
		}
		p.mu.Lock()
		if p.conns == nil {
			p.mu.Unlock()
			conn.Close()
			return
		}
		p.conns[conn] = struct{}{}
		p.work.Go(func() {
			newSession(p, conn, bufio.NewReader(conn), nil).serve()
			conn.Close()
			p.mu.Lock()
			delete(p.conns, conn)
			p.mu.Unlock()
		})
		p.mu.Unlock()
	}
}
