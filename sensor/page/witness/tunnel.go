package witness

import (
	"bufio"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"
)

// openTunnel serves a CONNECT. What the browser says first tells what the tunnel is for.
func (s *session) openTunnel(h head) {
	to, err := newOrigin("tunnel", h.target)
	if err != nil || !strings.Contains(h.target, ":") {
		s.refuse(h, malformed("a tunnel needs a host and a port"))
		return
	}
	if s.proxy.options.Intercept {
		if first, ok := s.accept(); ok {
			s.serveTunnel(h, to, first)
		}
		return
	}
	s.blindTunnel(h, to)
}

// accept tells the browser that the tunnel stands, and returns the first byte that comes through it. There is none in a
// connection that was made in advance and not used.
func (s *session) accept() (byte, bool) {
	s.claim()
	_, _ = s.out.WriteString("HTTP/1.1 200 Connection established\r\n\r\n")
	if s.out.Flush() != nil {
		return 0, false
	}
	return peek(s.in)
}

func peek(in *bufio.Reader) (byte, bool) {
	first, err := in.Peek(1)
	if err != nil {
		return 0, false
	}
	return first[0], true
}

func (s *session) serveTunnel(h head, to origin, first byte) {
	conn, in, scheme := s.conn, s.in, "http"
	if first == tlsHandshake {
		unlocked, err := s.unlock(to)
		if err != nil {
			if s.proxy.ctx.Err() == nil && !hungUp(err) {
				s.proxy.log.exchange(Exchange{
					Method: h.method, URL: to.host, Header: h.header, Failure: BrowserTLS,
					Error: "the browser did not accept the witness's certificate",
				})
			}
			return
		}
		defer unlocked.Close()
		conn, in, scheme = unlocked, bufio.NewReader(unlocked), "https"
		var ok bool
		if first, ok = peek(in); !ok {
			return
		}
	}
	inner := newSession(s.proxy, conn, in, nil)
	at, err := newOrigin(scheme, to.host)
	if err != nil || !isLetter(first) {
		inner.opaqueTunnel(h, to, scheme == "https")
		return
	}
	inner.tunnel = &at
	inner.serve()
}

const tlsHandshake = 0x16 // the type of a TLS connection's first record

func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// unlock plays the server to the browser. The certificate is for the host that was asked for in CONNECT: that is the one
// the browser wants, whatever name it sends in TLS.
func (s *session) unlock(to origin) (*tls.Conn, error) {
	leaf, err := s.proxy.authority.leaf(to.name())
	if err != nil {
		return nil, err
	}
	conn := tls.Server(bufferedConn{s.conn, s.in}, &tls.Config{Certificates: []tls.Certificate{*leaf}, NextProtos: []string{"http/1.1"}})
	ctx, cancel := context.WithTimeout(s.proxy.ctx, 30*time.Second)
	defer cancel()
	return conn, conn.HandshakeContext(ctx)
}

// hungUp tells a browser that did not need the connection after all, as of those it makes on speculation, from one that
// turns the certificate down: that says so.
func hungUp(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// bufferedConn reads what was looked at already.
type bufferedConn struct {
	net.Conn
	in *bufio.Reader
}

func (c bufferedConn) Read(p []byte) (int, error) { return c.in.Read(p) }

// blindTunnel passes TLS on as it is. Only then is the server asked for the connection made here.
func (s *session) blindTunnel(h head, to origin) {
	p := s.proxy
	server, err := p.gate.dial(p.ctx, "tcp", to.host)
	if err != nil && !p.gate.isCut.Load() {
		e := p.log.exchange(Exchange{Method: h.method, URL: to.host, Header: h.header})
		s.fail(head{method: h.method}, e, nil, err)
		return
	}
	if server != nil {
		defer server.Close()
	}
	first, ok := s.accept()
	if !ok {
		return
	}
	if first != tlsHandshake {
		s.serveTunnel(h, to, first)
		return
	}
	cut := server == nil
	e := p.log.exchange(Exchange{Method: h.method, URL: to.host, Header: h.header, Status: http.StatusOK, Truncated: true, Cut: cut})
	if cut {
		return // TLS would end in a handshake that says nothing
	}
	count := func(b []byte) { p.log.update(e, func(x *Exchange) { x.Size += int64(len(b)) }) }
	s.relay(server, tap{count, func() { p.log.markHeld(e) }}, func([]byte) {})
}

// opaqueTunnel passes on, and writes down, what is neither TLS nor HTTP, such as a TURN server's protocol.
func (s *session) opaqueTunnel(h head, to origin, secure bool) {
	p := s.proxy
	e := p.log.exchange(Exchange{Method: h.method, URL: to.host, Header: h.header, Opaque: true, Status: http.StatusOK})
	server, err := p.dialOpaque(to, secure)
	if err != nil && !p.gate.isCut.Load() {
		failure, sentence := explain(err)
		p.log.update(e, func(x *Exchange) { x.Failure, x.Error, x.Status = failure, sentence, 0 })
		return
	}
	s.relay(server, tap{func(b []byte) { p.log.write(e, b) }, func() { p.log.markHeld(e) }}, func([]byte) {})
}

// dialOpaque returns an untyped nil with its error, for relay to see.
func (p *Proxy) dialOpaque(to origin, secure bool) (io.ReadWriteCloser, error) {
	conn, err := p.gate.dial(p.ctx, "tcp", to.host)
	if err != nil {
		return nil, err
	}
	if !secure {
		return conn, nil
	}
	config := p.tls.Clone()
	config.ServerName = to.name()
	inner := tls.Client(conn, config)
	if err := inner.HandshakeContext(p.ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return inner, nil
}

// tap is where the bytes that the browser sends are shown before they go out.
type tap struct {
	take func(p []byte)
	held func() // what take was given last was not forwarded, or not all of it
}

// relay passes bytes both ways until one end closes. After the cut, what the browser sends is taken and held; then
// server may also be nil.
func (s *session) relay(server io.ReadWriteCloser, sent tap, received func(p []byte)) {
	if server == nil {
		s.swallow(sent)
		return
	}
	back := make(chan struct{})
	go func() {
		defer close(back)
		s.relayBack(server, received)
	}()
	s.join()
	buffer := make([]byte, 32<<10)
	for {
		n, err := s.in.Read(buffer)
		if n > 0 {
			sent.take(buffer[:n])
			_, fault := server.Write(buffer[:n])
			if fault != nil && s.proxy.gate.isCut.Load() {
				sent.held()
				s.swallow(sent)
				break
			}
			err = cmp.Or(err, fault)
		}
		if err != nil {
			break
		}
	}
	server.Close()
	<-back
}

func (s *session) relayBack(server io.Reader, received func(p []byte)) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := server.Read(buffer)
		if n > 0 {
			received(buffer[:n])
			if _, err := s.conn.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			break
		}
	}
	if !s.proxy.gate.isCut.Load() {
		s.closeWrite()
		_ = s.conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	}
}

func (s *session) swallow(sent tap) {
	s.join()
	buffer := make([]byte, 32<<10)
	for {
		n, err := s.in.Read(buffer)
		if n > 0 {
			sent.take(buffer[:n])
			sent.held()
		}
		if err != nil {
			return
		}
	}
}
