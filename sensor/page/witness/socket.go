package witness

import (
	"bytes"
	"crypto/sha1" // RFC 6455 asks for it; nothing is protected by it
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// upgraded relays a WebSocket that the server accepted.
func (s *session) upgraded(e *entry, response *http.Response, asked bool) {
	server, ok := response.Body.(io.ReadWriteCloser)
	if !asked || !ok {
		s.fail(head{}, e, nil, errors.New("an upgrade that nobody asked for"))
		return
	}
	header := endToEnd(response.Header)
	header.Set("Connection", "Upgrade")
	header.Set("Upgrade", "websocket")
	agreed := agreement(header)
	if !s.switchProtocols(e, header) {
		return
	}
	r := newRecording(s.proxy, e, agreed)
	s.relay(server, r.tap(), r.received.feed)
	r.end()
}

// impersonate accepts a WebSocket in place of the server, which must not be asked any more: else a page that opens one
// on the last click would never say what it wants to send.
func (s *session) impersonate(h head, e *entry) {
	header := http.Header{
		"Connection":           {"Upgrade"},
		"Upgrade":              {"websocket"},
		"Sec-Websocket-Accept": {acceptKey(h.header.Get("Sec-Websocket-Key"))},
	}
	if offered := h.header.Get("Sec-Websocket-Protocol"); offered != "" {
		first, _, _ := strings.Cut(offered, ",")
		header.Set("Sec-Websocket-Protocol", strings.TrimSpace(first))
	}
	if !s.switchProtocols(e, header) {
		return
	}
	r := newRecording(s.proxy, e, deflation{})
	s.relay(nil, r.tap(), nil)
	r.end()
}

func acceptKey(key string) string {
	digest := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(digest[:])
}

func (s *session) switchProtocols(e *entry, header http.Header) bool {
	s.claim()
	var head bytes.Buffer
	fmt.Fprintf(&head, "HTTP/1.1 %d %s\r\n", http.StatusSwitchingProtocols, http.StatusText(http.StatusSwitchingProtocols))
	_ = header.Write(&head)
	head.WriteString("\r\n")
	_, _ = s.out.Write(head.Bytes())
	s.proxy.log.update(e, func(x *Exchange) { x.Upgraded = true })
	return s.out.Flush() == nil
}

// recording writes down the messages of one WebSocket.
type recording struct {
	log            *log
	exchange       int
	url            string
	sent, received *framer
	latest         []*entry // of the browser's messages, those that ended in the piece at hand
}

func newRecording(p *Proxy, e *entry, agreed deflation) *recording {
	r := &recording{log: &p.log}
	p.log.update(e, func(x *Exchange) { r.exchange, r.url = x.Seq, x.URL })
	fromBrowser, fromServer := &inflater{}, &inflater{keep: agreed.serverKeep}
	r.sent = &framer{masked: true, deflated: agreed.agreed, emit: func(m message) {
		r.latest = append(r.latest, r.record(m, fromBrowser, true))
	}}
	r.received = &framer{deflated: agreed.agreed, emit: func(m message) { r.record(m, fromServer, false) }}
	return r
}

func (r *recording) tap() tap {
	return tap{
		take: func(p []byte) {
			r.latest = r.latest[:0]
			r.sent.feed(p)
		},
		held: func() {
			for _, e := range r.latest {
				r.log.markHeld(e)
			}
			r.sent.hold()
		},
	}
}

// end writes down what the connection left unfinished, once it is over.
func (r *recording) end() {
	r.sent.end()
	r.received.end()
}

func (r *recording) record(m message, in *inflater, sent bool) *entry {
	frame := Frame{
		Exchange: r.exchange, URL: r.url, Sent: sent, Kind: kinds[m.opcode], Size: m.size, Cut: m.held,
		Truncated: !m.complete(),
	}
	payload := m.payload
	if m.compressed {
		plain, whole, err := in.inflate(m)
		frame.Truncated = !whole
		if err != nil {
			frame.Error = err.Error()
		}
		if err == nil || len(plain) > 0 {
			payload = plain
		}
	}
	return r.log.frame(frame, payload)
}
