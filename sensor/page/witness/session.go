package witness

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/http/httpguts"
)

// drainTime bounds the wait for the rest of a body that no server gets any more.
const drainTime = 10 * time.Second

// session is one connection of the browser's that speaks HTTP/1: to the proxy itself, or inside a tunnel.
type session struct {
	proxy  *Proxy
	conn   net.Conn
	in     *bufio.Reader
	tunnel *origin // nil outside a tunnel

	next chan struct{} // closed when the next request's first byte, or the connection's end, has come; nil if nobody looks

	mu       sync.Mutex // guards out and answered: interim answers come from the transport's goroutines
	out      *bufio.Writer
	answered bool // the final answer to the request at hand has begun
}

func newSession(p *Proxy, conn net.Conn, in *bufio.Reader, tunnel *origin) *session {
	return &session{proxy: p, conn: conn, in: in, tunnel: tunnel, out: bufio.NewWriterSize(conn, 32<<10)}
}

func (s *session) serve() {
	for s.one() {
	}
}

// one serves one request and reports whether another may follow on the connection.
func (s *session) one() bool {
	s.join()
	h, err := readHead(s.in)
	if fault := malformed(""); errors.As(err, &fault) {
		s.refuse(h, fault)
		return false
	}
	if err != nil {
		return false
	}
	if h.method == http.MethodConnect && s.tunnel == nil {
		s.openTunnel(h)
		return false
	}
	to, target, err := h.destination(s.tunnel)
	if fault := malformed(""); errors.As(err, &fault) {
		s.refuse(h, fault)
		return false
	}
	return s.exchange(h, to, target)
}

func (s *session) exchange(h head, to origin, target string) bool {
	p := s.proxy
	socket := asksForWebSocket(h)
	shown := to.scheme
	if socket {
		shown = map[string]string{"http": "ws", "https": "wss"}[to.scheme]
	}
	e := p.log.exchange(Exchange{Method: h.method, URL: shown + "://" + to.host + target, Header: h.header})

	ctx, cancel := context.WithCancel(p.ctx)
	defer cancel()
	s.mu.Lock()
	s.answered = false
	s.mu.Unlock()
	trailer := h.announced()
	up := &upload{log: &p.log, entry: e, body: h.body(s.in, trailer), ended: func() { s.watch(cancel) }}
	up.begin = func() {
		if httpguts.HeaderValuesContainsToken(h.header["Expect"], "100-continue") {
			s.interim(http.StatusContinue, nil)
		}
	}
	if h.length == 0 {
		up.whole = true
		s.watch(cancel)
	}
	if p.gate.isCut.Load() {
		return s.afterCut(h, e, up, socket)
	}

	request, way := s.forwardable(ctx, h, to, target, socket)
	if err := attach(request, h, up, trailer); err != nil {
		return s.fail(h, e, up, err)
	}
	defer context.AfterFunc(p.gate.open, func() {
		// An upload may wait for the server's leave rather than write, and so would never notice the cut. One that has just
		// been written is given the time to say so.
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
			if !way.sent.Load() {
				cancel()
			}
		}
	})()
	response, err := p.upstream.RoundTrip(request)
	switch {
	case err != nil && p.gate.isCut.Load() && !way.reached(err):
		return s.afterCut(h, e, up, socket)
	case err != nil:
		return s.fail(h, e, up, err)
	}
	defer response.Body.Close()
	p.log.update(e, func(x *Exchange) { x.Status = response.StatusCode })
	if response.StatusCode == http.StatusSwitchingProtocols {
		s.upgraded(e, response, socket)
		return false
	}
	return s.forward(h, e, up, response)
}

// afterCut writes down the rest of a request that is not to be forwarded, and answers it.
func (s *session) afterCut(h head, e *entry, up *upload, socket bool) bool {
	status, header := http.StatusServiceUnavailable, http.Header{FailureHeader: {"cut"}}
	switch {
	case socket:
		s.proxy.log.update(e, func(x *Exchange) { x.Cut, x.Upgraded, x.Status = true, true, http.StatusSwitchingProtocols })
		s.impersonate(h, e)
		return false
	case h.method == http.MethodOptions && h.header.Get("Origin") != "" && h.header.Get("Access-Control-Request-Method") != "":
		// Without leave, the browser would keep the request that it wants to make, and its body, to itself.
		status, header = http.StatusNoContent, leave(h.header)
	}
	s.proxy.log.update(e, func(x *Exchange) { x.Cut, x.Status = true, status })
	return s.answer(h, up, status, header, "")
}

// leave answers a preflight so that the request itself comes.
func leave(asked http.Header) http.Header {
	header := http.Header{
		FailureHeader:                      {"cut"},
		"Access-Control-Allow-Origin":      asked["Origin"],
		"Access-Control-Allow-Credentials": {"true"},
		"Access-Control-Allow-Methods":     asked["Access-Control-Request-Method"],
	}
	if names := asked["Access-Control-Request-Headers"]; len(names) > 0 {
		header["Access-Control-Allow-Headers"] = names
	}
	if asked.Get("Access-Control-Request-Private-Network") != "" {
		header.Set("Access-Control-Allow-Private-Network", "true")
	}
	return header
}

// fail tells the browser, and the record, why there is no answer of the server's.
func (s *session) fail(h head, e *entry, up *upload, err error) bool {
	if errors.Is(err, context.Canceled) || up != nil && up.broken() {
		s.proxy.log.update(e, func(x *Exchange) { x.Error = "the browser gave it up" })
		return false
	}
	failure, sentence := s.explain(err)
	s.proxy.log.update(e, func(x *Exchange) { x.Failure, x.Error, x.Status = failure, sentence, http.StatusBadGateway })
	return s.answer(h, up, http.StatusBadGateway, http.Header{FailureHeader: {string(failure)}},
		"Tillwatch could not reach the server: "+sentence+".\n")
}

// refuse answers what is not forwarded because it cannot be understood in one way only.
func (s *session) refuse(h head, fault malformed) {
	where := h.target
	if s.tunnel != nil {
		where = s.tunnel.scheme + "://" + s.tunnel.host + h.target
	}
	s.proxy.log.exchange(Exchange{Method: h.method, URL: where, Header: h.header, Status: http.StatusBadRequest, Failure: Malformed, Error: string(fault)})
	s.answer(h, nil, http.StatusBadRequest, http.Header{FailureHeader: {string(Malformed)}}, "The request was not forwarded: "+string(fault)+".\n")
}

func (s *session) explain(err error) (Failure, string) {
	if s.proxy.gate.isCut.Load() {
		return Closed, "the line was cut before the whole answer was there"
	}
	return explain(err)
}

// answer is the proxy's own answer, given once the request's body has been written down. A nil up ends the connection.
func (s *session) answer(h head, up *upload, status int, header http.Header, text string) bool {
	goOn := false
	if up != nil {
		_ = s.conn.SetReadDeadline(time.Now().Add(drainTime))
		goOn = up.drain() && h.keepAlive()
		_ = s.conn.SetReadDeadline(time.Time{})
	}
	s.claim()
	header.Set("Cache-Control", "no-store")
	if text != "" {
		header.Set("Content-Type", "text/plain; charset=utf-8")
	}
	response := http.Response{
		StatusCode: status, ProtoMajor: 1, ProtoMinor: 1, Header: header, Close: !goOn,
		Request: &http.Request{Method: h.method}, ContentLength: int64(len(text)), Body: io.NopCloser(strings.NewReader(text)),
	}
	if err := response.Write(s.out); err != nil || s.out.Flush() != nil {
		return false
	}
	if !goOn {
		s.linger()
	}
	return goOn
}

// finish writes down what the browser still sends of a body that was answered before its end.
func (s *session) finish(up *upload) {
	_ = s.conn.SetReadDeadline(time.Now().Add(drainTime))
	if s.out.Flush() == nil {
		s.closeWrite()
	}
	up.drain()
}

// linger lets the browser read the last answer before the connection is reset by what it may still send.
func (s *session) linger() {
	s.closeWrite()
	_ = s.conn.SetReadDeadline(time.Now().Add(time.Second))
	_, _ = io.CopyN(io.Discard, s.in, bodyLimit)
}

func (s *session) closeWrite() {
	if c, ok := s.conn.(interface{ CloseWrite() error }); ok {
		_ = c.CloseWrite()
	}
}

// claim takes the connection for the final answer: no interim one may follow.
func (s *session) claim() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answered = true
}

// interim sends a 1xx answer, unless the final one has begun.
func (s *session) interim(code int, header http.Header) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.answered {
		return
	}
	_, _ = fmt.Fprintf(s.out, "HTTP/1.1 %d %s\r\n", code, http.StatusText(code))
	_ = endToEnd(header).Write(s.out)
	_, _ = s.out.WriteString("\r\n")
	_ = s.out.Flush()
}

// watch waits for the first byte after the request at hand. If there is none any more, the browser has given it up.
func (s *session) watch(giveUp func()) {
	next := make(chan struct{})
	s.next = next
	s.proxy.work.Go(func() {
		defer close(next)
		if _, err := s.in.Peek(1); err != nil {
			giveUp()
		}
	})
}

// join waits for the end of watch, after which the connection may be read again.
func (s *session) join() {
	if s.next != nil {
		<-s.next
		s.next = nil
	}
}

func (h head) keepAlive() bool {
	asked := slices.Concat(h.header["Connection"], h.header["Proxy-Connection"])
	return h.minor == 1 && !httpguts.HeaderValuesContainsToken(asked, "close")
}
