package witness

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
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
	trailer := http.Header{}
	for _, list := range h.header["Trailer"] {
		for name := range strings.SplitSeq(list, ",") {
			if name = textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name)); httpguts.ValidTrailerHeader(name) {
				trailer[name] = nil
			}
		}
	}
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

	request, sent := s.forwardable(ctx, h, to, target, socket)
	if h.length != 0 {
		request.Body, request.ContentLength, request.Trailer = up, h.length, trailer
	}
	response, err := p.upstream.RoundTrip(request)
	switch {
	case err != nil && p.gate.isCut.Load() && !sent.Load():
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

// forwardable is the request as the server is to get it, and whether it has been handed over whole.
func (s *session) forwardable(ctx context.Context, h head, to origin, target string, socket bool) (*http.Request, *atomic.Bool) {
	sent := &atomic.Bool{}
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		Got1xxResponse: func(code int, header textproto.MIMEHeader) error {
			if code != http.StatusContinue { // that one is sent when the body is first asked for
				s.interim(code, http.Header(header))
			}
			return nil
		},
		WroteRequest: func(info httptrace.WroteRequestInfo) {
			if info.Err == nil {
				sent.Store(true)
			}
		},
	})
	header := endToEnd(h.header)
	header.Del("Host")
	header.Del("Content-Length")
	if httpguts.HeaderValuesContainsToken(h.header["Te"], "trailers") {
		header.Set("Te", "trailers")
	}
	if socket {
		header.Set("Connection", "Upgrade")
		header.Set("Upgrade", "websocket")
	}
	if header["User-Agent"] == nil {
		header["User-Agent"] = nil // else net/http names itself
	}
	if s.proxy.options.Headers != nil {
		for name, values := range s.proxy.options.Headers(to.name()) {
			if name = textproto.CanonicalMIMEHeaderKey(name); len(header[name]) == 0 {
				header[name] = values
			}
		}
	}
	request := &http.Request{Method: h.method, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		URL: to.requestURL(target), Host: to.host, Header: header}
	return request.WithContext(ctx), sent
}

// forward passes the server's answer on, as it comes.
func (s *session) forward(h head, e *entry, up *upload, response *http.Response) bool {
	s.claim()
	response.Proto, response.ProtoMajor, response.ProtoMinor = "HTTP/1.1", 1, 1
	response.Header = endToEnd(response.Header)
	response.TransferEncoding = nil
	response.Close = !h.keepAlive() || !up.complete()
	if response.ContentLength < 0 && h.minor == 0 {
		response.Close = true
	}
	if (response.ContentLength < 0 || len(response.Trailer) > 0) && h.minor == 1 {
		response.TransferEncoding = []string{"chunked"}
		if response.Trailer == nil {
			response.Trailer = http.Header{} // one that was not announced is put in here at the end
		}
	}
	if code := response.StatusCode; code == http.StatusNoContent || code == http.StatusNotModified {
		response.ContentLength, response.TransferEncoding, response.Body = 0, nil, http.NoBody
	}
	body := &download{ReadCloser: response.Body, out: s.out}
	response.Body = body
	// Without ReadFrom: that one cannot bear download's Flush in the middle.
	err := response.Write(struct{ io.Writer }{s.out})
	if err == nil {
		err = s.out.Flush()
	}
	if body.fault != nil && s.proxy.ctx.Err() == nil && response.Request.Context().Err() == nil {
		failure, sentence := explain(body.fault)
		s.proxy.log.update(e, func(x *Exchange) { x.Failure, x.Error = failure, "the answer broke off: "+sentence })
	}
	if err != nil || response.Close {
		s.finish(up)
		return false
	}
	return true
}

// download is an answer's body; it sends what has been written before it waits for more.
type download struct {
	io.ReadCloser
	out   *bufio.Writer
	fault error // of the server's, not of the browser's connection
}

func (d *download) Read(p []byte) (int, error) {
	if err := d.out.Flush(); err != nil {
		return 0, err
	}
	n, err := d.ReadCloser.Read(p)
	if err != io.EOF {
		d.fault = err
	}
	return n, err
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
	failure, sentence := explain(err)
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
	fmt.Fprintf(s.out, "HTTP/1.1 %d %s\r\n", code, http.StatusText(code))
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
