package witness

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/tillwatch/tillwatch"
)

const (
	bodyLimit   = 4 << 20  // of one request or message
	memoryLimit = 48 << 20 // of all of them, with headers and addresses
	factLimit   = 1 << 16  // exchanges and frames together
	urlLimit    = 256      // of an address whose body had to go
)

// Exchange is one request as the browser made it, and how it ended; or a tunnel that was not opened up, which has the
// method CONNECT and "host:port" for its URL.
//
// All of them together hold at most 48 MB. Beyond that the oldest lose their bodies and headers and the end of a long
// URL, and are marked Truncated.
type Exchange struct {
	Seq    int // orders exchanges and frames of one proxy
	At     time.Time
	Method string
	URL    string      // http, https, ws or wss, without a fragment or the scheme's own port
	Header http.Header // nil once it had to go

	Body      tillwatch.Body // up to 4 MB of what the browser sent
	Size      int64          // bytes that the browser sent, also those that Body lacks
	Truncated bool           // Body is not all of Size

	Status   int  // the server's, or the witness's own where Failure or Cut is set; 0 while there is none
	Upgraded bool // to a WebSocket; the messages are Frames
	Opaque   bool // the bytes inside the tunnel are neither TLS nor HTTP; Body holds what the browser sent
	Cut      bool // not forwarded, or not completely, because of Cut

	Failure Failure
	Error   string // what failed, as a sentence without customer data
}

// Frame is one WebSocket message, its fragments joined and its compression undone, or one control frame.
type Frame struct {
	Seq      int
	At       time.Time // of its last byte
	Exchange int       // Seq of the request that opened the connection
	URL      string
	Sent     bool   // by the browser
	Kind     string // "text", "binary", "ping", "pong", "close"; "opaque" for bytes that are no WebSocket frame

	Payload   tillwatch.Body // up to 4 MB
	Size      int64          // bytes on the wire without headers
	Truncated bool           // Payload is not the whole message
	Cut       bool           // swallowed, at least its end
	Error     string         // why Payload is not the plain message
}

// String tells what went where without what it carried: addresses and headers may hold customer data.
func (x Exchange) String() string {
	where := x.URL
	if u, err := url.Parse(x.URL); err == nil && u.Host != "" {
		where = u.Scheme + "://" + u.Host
	}
	return fmt.Sprintf("%d %s %s %d (%s)", x.Seq, x.Method, where, x.Status, x.Body)
}

// Format writes the same whatever the verb.
func (x Exchange) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(x.String())) }

// LogValue gives slog the same.
func (x Exchange) LogValue() slog.Value { return slog.StringValue(x.String()) }

// MarshalJSON writes the same as a JSON string.
func (x Exchange) MarshalJSON() ([]byte, error) { return json.Marshal(x.String()) }

// String tells what went where without what it carried.
func (m Frame) String() string {
	return Exchange{Seq: m.Seq, Method: m.Kind, URL: m.URL, Body: m.Payload}.String()
}

// Format writes the same whatever the verb.
func (m Frame) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(m.String())) }

// LogValue gives slog the same.
func (m Frame) LogValue() slog.Value { return slog.StringValue(m.String()) }

// MarshalJSON writes the same as a JSON string.
func (m Frame) MarshalJSON() ([]byte, error) { return json.Marshal(m.String()) }

// log is what was witnessed, within bounds that a hostile page cannot break.
type log struct {
	mu      sync.Mutex
	entries []*entry
	seq     int
	dropped int // entries that are gone altogether
	held    int // bytes that the entries hold
	oldest  int // index of the first entry that may still hold something
}

// entry is one exchange or one frame, and the bytes that belong to it; its fields are guarded by log.mu.
type entry struct {
	exchange *Exchange
	frame    *Frame
	raw      []byte
	weight   int
	emptied  bool
}

func (l *log) exchange(x Exchange) *entry {
	e := &entry{exchange: &x, weight: len(x.URL)}
	for name, values := range x.Header {
		for _, v := range values {
			e.weight += len(name) + len(v)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seq++
	x.Seq, x.At = l.seq, time.Now()
	l.add(e)
	return e
}

func (l *log) frame(m Frame, payload []byte) *entry {
	e := &entry{frame: &m, raw: payload, weight: len(m.URL) + len(payload)}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seq++
	m.Seq, m.At = l.seq, time.Now()
	l.add(e)
	return e
}

func (l *log) add(e *entry) {
	l.entries = append(l.entries, e)
	l.held += e.weight
	if len(l.entries) > factLimit {
		n := factLimit / 8
		for _, old := range l.entries[:n] {
			l.empty(old)
		}
		l.entries = append([]*entry(nil), l.entries[n:]...)
		l.oldest = max(l.oldest-n, 0)
		l.dropped += n
	}
	l.shrink()
}

// write adds p, which the browser sent, to an exchange.
func (l *log) write(e *entry, p []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	x := e.exchange
	x.Size += int64(len(p))
	room := bodyLimit - len(e.raw)
	if e.emptied {
		room = 0
	}
	if len(p) > room {
		x.Truncated = true
		p = p[:room]
	}
	e.raw = append(e.raw, p...)
	e.weight += len(p)
	l.held += len(p)
	l.shrink()
}

func (l *log) update(e *entry, change func(*Exchange)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change(e.exchange)
}

// markHeld says that e was not forwarded, or not completely.
func (l *log) markHeld(e *entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e.frame != nil {
		e.frame.Cut = true
	} else {
		e.exchange.Cut = true
	}
}

func (l *log) shrink() {
	for ; l.held > memoryLimit && l.oldest < len(l.entries); l.oldest++ {
		l.empty(l.entries[l.oldest])
	}
}

func (l *log) empty(e *entry) {
	if e.emptied {
		return
	}
	e.emptied = true
	l.held -= e.weight
	if m := e.frame; m != nil {
		m.Truncated = m.Truncated || len(e.raw) > 0
		m.URL = clip(m.URL)
	}
	if x := e.exchange; x != nil {
		x.Truncated = x.Truncated || len(e.raw) > 0 || len(x.URL) > urlLimit
		x.URL, x.Header = clip(x.URL), nil
	}
	e.raw = nil
}

// clip copies, so that the rest of a long address is not kept alive.
func clip(s string) string { return string([]byte(s[:min(len(s), urlLimit)])) }

func (l *log) exchanges() []Exchange {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []Exchange
	for _, e := range l.entries {
		if e.exchange != nil {
			x := *e.exchange
			x.Body = tillwatch.NewBody(e.raw[:len(e.raw):len(e.raw)])
			all = append(all, x)
		}
	}
	return all
}

func (l *log) frames() []Frame {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []Frame
	for _, e := range l.entries {
		if e.frame != nil {
			m := *e.frame
			m.Payload = tillwatch.NewBody(e.raw)
			all = append(all, m)
		}
	}
	return all
}

func (l *log) forgotten() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.dropped
}
