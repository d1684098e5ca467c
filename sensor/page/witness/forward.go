package witness

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"sync/atomic"

	"golang.org/x/net/http/httpguts"
)

// passage is how far a request got.
type passage struct {
	sent     atomic.Bool // as the transport says
	buffered atomic.Bool // HTTP/1: it says so before the last piece has left its buffer
}

// reached tells whether the server got the whole request although err came back.
func (w *passage) reached(err error) bool {
	return w.sent.Load() && !(w.buffered.Load() && errors.Is(err, errCut))
}

// forwardable is the request as the server is to get it.
func (s *session) forwardable(ctx context.Context, h head, to origin, target string, socket bool) (*http.Request, *passage) {
	way := &passage{}
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			secure, ok := info.Conn.(*tls.Conn)
			way.buffered.Store(!ok || secure.ConnectionState().NegotiatedProtocol != "h2")
		},
		Got1xxResponse: func(code int, header textproto.MIMEHeader) error {
			if code != http.StatusContinue { // that one is sent when the body is first asked for
				s.interim(code, http.Header(header))
			}
			return nil
		},
		WroteRequest: func(info httptrace.WroteRequestInfo) {
			if info.Err == nil {
				way.sent.Store(true)
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
	request := &http.Request{
		Method: h.method, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		URL: to.requestURL(target), Host: to.host, Header: header,
	}
	return request.WithContext(ctx), way
}

// replayLimit is the size up to which a body is read before it is forwarded.
const replayLimit = 64 << 10

// attach gives the request its body. A small one is kept, so that the transport can send it again where the server
// closed an idle connection just then: a browser would do so too.
func attach(request *http.Request, h head, up *upload, trailer http.Header) error {
	if h.length == 0 {
		return nil
	}
	request.Body, request.ContentLength, request.Trailer = up, h.length, trailer
	if h.length < 0 || h.length > replayLimit || h.header.Get("Expect") != "" {
		return nil
	}
	content, err := io.ReadAll(up)
	if err != nil {
		return err
	}
	request.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }
	request.Body, err = request.GetBody()
	return err
}

// forward passes the server's answer on, as it comes.
func (s *session) forward(h head, e *entry, up *upload, response *http.Response) bool {
	s.claim()
	response.Proto, response.ProtoMajor, response.ProtoMinor = "HTTP/1.1", 1, 1
	response.Header = endToEnd(response.Header)
	response.Header.Del(FailureHeader) // only the witness may say so
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
		failure, sentence := s.explain(body.fault)
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
