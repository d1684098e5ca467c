package browser

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unique"

	"github.com/tillwatch/tillwatch"
)

// The bounds of a recording. They keep it near 100 MB at worst, whatever a page does; what went over them is counted
// in [Losses].
const (
	MaxBody   = 4 << 20 // bytes kept of one request's body
	MaxSource = 8 << 20 // bytes kept of one script's source

	maxRequests     = 20_000
	maxHostRequests = 8_000 // one host must not push out the others
	maxBodies       = 24 << 20
	maxRequestText  = 24 << 20 // URLs, headers, stacks
	maxScripts      = 10_000
	maxSources      = 40 << 20
	maxSocketFrames = 20_000
	maxSocketBytes  = 8 << 20
	maxReads        = 2_000
	maxURL          = 64 << 10
)

// Recording is everything that was seen from Launch on. It may be read at any time and from any goroutine; what its
// methods return is a copy, of which only bodies, header maps and stacks are shared and must not be changed.
type Recording struct {
	mu       sync.Mutex
	step     string
	requests []*record
	hosts    map[string]int
	scripts  []Script
	sources  map[string]string // by SHA-256, so that a script that runs in every frame is kept once
	sockets  []SocketFrame
	reads    []Read
	readKeys map[string]int
	events   []Event
	lost     Losses

	bodyBytes, textBytes, sourceBytes, socketBytes int
}

func newRecording() *Recording {
	return &Recording{hosts: map[string]int{}, sources: map[string]string{}, readKeys: map[string]int{}}
}

// Call is one function on a stack.
type Call struct {
	ScriptID string // Script.ID
	URL      string
	Function string
	Line     int // from 1
	Column   int // from 1
}

// Request is one request, seen by the renderer, by the network layer, or by both. A redirect is a request of its own.
type Request struct {
	Seq             int // from 1, in the order of appearance
	At              time.Time
	Step            string // the label of the last Mark
	Session         string
	Target          string // what sent it: "page", "iframe", "worker", "shared_worker", "service_worker"
	Tab             string // Tab.ID; empty for workers that belong to no tab
	Method, URL     string
	Type            string // as Chromium calls it: "Document", "Script", "XHR", "Fetch", "Ping", "Image" ...
	DocumentURL     string
	FrameID         string
	FrameURL        string            // of the frame that asked; for a Document, of the frame it is loaded into
	Main            bool              // it loads the page of a tab, not a part of it
	Headers         map[string]string // names in lower case
	Body            tillwatch.Body
	Truncated       bool // Body, or URL, is not all of it
	HasUserGesture  bool
	Stack           []Call // innermost first, async parents after
	InitiatorKind   string // "script", "parser", "preload", "other" ...
	InitiatorURL    string
	InitiatorLine   int               // from 1; 0 where there is none
	Status          int               // 0 without an answer
	ResponseHeaders map[string]string // names in lower case
	MIME            string
	Error           string // Chromium's name for what went wrong, such as "net::ERR_CONNECTION_REFUSED"
	Cut             bool   // recorded and failed by [Browser.Cut]
	Prefetch        bool
	ServiceWorker   bool // answered by a service worker
	RedirectOf      int  // Seq of the request that was answered with this redirect; 0 for none
}

// Script is one piece of JavaScript that a page, a frame or a worker was given to run.
type Script struct {
	ID        string // unique within its Session
	Session   string
	Target    string // as Request.Target
	URL       string // of inline code and handlers, the document's; empty for code made from text
	Claimed   string // the URL that a sourceURL comment gives it, for code made from text and spoofs; stacks show that one
	Kind      string // "external", "inline" (also handlers), "eval" (code made from text in any way), "blob", "data"
	Module    bool
	Source    string
	SHA256    string // hex, of the whole source even where Source is truncated; empty where it was not to be had
	Truncated bool
	FrameID   string
	FrameURL  string
	Line      int // where it starts inside its document, from 1
	Column    int
	Parent    []Call // what made it, innermost first
	Step      string
	At        time.Time
}

// SocketFrame is one message on a WebSocket.
type SocketFrame struct {
	At      time.Time
	Step    string
	Session string
	URL     string
	Sent    bool
	Payload tillwatch.Body
	Stack   []Call // what opened the socket
}

// Read is one place in a script that took what is in a card-like field, however often it did.
type Read struct {
	At       time.Time // the first time
	Step     string
	Session  string // where the ScriptIDs of Stack are known
	FrameURL string
	Field    string // the field's name, id or autocomplete token
	How      string // "value", "FormData" (or what was made of one), "key" (an event that tells the keys pressed there)
	Count    int
	Stack    []Call // innermost first
}

// Event is something that happened to a page besides requests and scripts.
type Event struct {
	At    time.Time
	Step  string
	Kind  EventKind
	Tab   string
	URL   string // the page's, or the download's
	Text  string // a dialog's kind, a download's file name, the kind of target that crashed
	Stack []Call
}

// EventKind says what an [Event] is.
type EventKind string

// The kinds of event.
const (
	Dialog   EventKind = "dialog"
	Download EventKind = "download"
	Crash    EventKind = "crash"
	Popup    EventKind = "popup"
	Navigate EventKind = "navigate" // a frame shows another document now
	Peer     EventKind = "peer"     // a WebRTC connection was prepared; Stack says by whom
)

// maxEvents bounds the events; an alert() loop would be millions.
const maxEvents = 5_000

// Losses counts what the bounds of the recording left out. All zero: the recording is complete.
type Losses struct{ Requests, Bodies, Scripts, Sources, SocketFrames, Reads, Events int }

// Any reports whether anything was left out.
func (l Losses) Any() bool { return l != Losses{} }

// Mark labels what is recorded from now on.
func (r *Recording) Mark(step string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.step = step
}

// Lost is what the recording does not hold.
func (r *Recording) Lost() Losses {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.lost
}

// Requests are the requests so far, in the order of Seq.
func (r *Recording) Requests() []Request {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make([]Request, len(r.requests))
	for i, rec := range r.requests {
		out[i] = rec.Request
	}
	return out
}

// Scripts are the scripts so far, in the order in which they were parsed.
func (r *Recording) Scripts() []Script {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.scripts)
}

// Sockets are the WebSocket messages so far.
func (r *Recording) Sockets() []SocketFrame {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.sockets)
}

// Readers are the places that read card-like fields so far.
func (r *Recording) Readers() []Read {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.reads)
}

// Events are the events so far of the given kinds, or all of them.
func (r *Recording) Events(kinds ...EventKind) []Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []Event
	for _, e := range r.events {
		if len(kinds) == 0 || slices.Contains(kinds, e.Kind) {
			out = append(out, e)
		}
	}
	return out
}

// Dialogs are the alert, confirm, prompt and beforeunload dialogs that were answered.
func (r *Recording) Dialogs() []Event { return r.Events(Dialog) }

// Downloads are the downloads that were refused.
func (r *Recording) Downloads() []Event { return r.Events(Download) }

// Crashes are the renderers that died.
func (r *Recording) Crashes() []Event { return r.Events(Crash) }

// record is a request that may still change.
type record struct {
	Request
	kept                bool
	fromNetwork, paused bool
	pausedBy            string // session
	gotSent, gotReply   bool   // the extra info of either direction
}

// newRequest appends a request, unless a bound is reached: then what is returned belongs to nobody.
func (r *Recording) newRequest(req Request) *record {
	if len(req.URL) > maxURL {
		req.URL, req.Truncated = clip(req.URL, maxURL), true
	}
	req.DocumentURL, req.FrameURL = clip(req.DocumentURL, maxURL), clip(req.FrameURL, maxURL)
	r.mu.Lock()
	defer r.mu.Unlock()
	rec := &record{Request: req}
	rec.At, rec.Step = time.Now(), r.step
	host := hostOf(req.URL)
	cost := len(req.URL) + len(req.Headers)*headerCost + len(req.Stack)*callCost
	if len(r.requests) >= maxRequests || r.hosts[host] >= maxHostRequests || r.textBytes+cost > maxRequestText {
		r.lost.Requests++
		return rec
	}
	r.hosts[host]++
	r.textBytes += cost
	rec.kept = true
	rec.Seq = len(r.requests) + 1
	r.requests = append(r.requests, rec)
	return rec
}

// What one entry costs in memory besides its text, roughly.
const (
	headerCost = 64
	callCost   = 80
)

// setStack gives a request what caused it.
func (r *Recording) setStack(rec *record, stack []Call) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.afford(rec, len(stack)*callCost) {
		rec.Stack = stack
	}
}

// setHeaders replaces a request's header fields.
func (r *Recording) setHeaders(rec *record, h headers) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.afford(rec, h.cost()) {
		rec.Headers = h
	}
}

// setResponse gives a request its answer.
func (r *Recording) setResponse(rec *record, status int, h headers, mime string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if status != 0 {
		rec.Status = status
	}
	if mime != "" {
		rec.MIME = clip(mime, 256)
	}
	if h != nil && r.afford(rec, h.cost()) {
		rec.ResponseHeaders = h
	}
}

func (r *Recording) afford(rec *record, cost int) bool {
	if !rec.kept {
		return false
	}
	if r.textBytes+cost > maxRequestText {
		rec.Truncated = true
		return false
	}
	r.textBytes += cost
	return true
}

// update changes a request under the lock.
func (r *Recording) update(rec *record, change func(*Request)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&rec.Request)
}

// setBody gives a request its body; of a longer one the beginning is kept.
func (r *Recording) setBody(rec *record, body []byte, whole bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(body) > MaxBody {
		body, whole = slices.Clone(body[:MaxBody]), false
	}
	if !rec.kept || len(body) <= rec.Body.Len() {
		return
	}
	if r.bodyBytes+len(body) > maxBodies {
		r.lost.Bodies++
		rec.Truncated = true
		return
	}
	r.bodyBytes += len(body)
	rec.Body = tillwatch.NewBody(body)
	if !whole {
		rec.Truncated = true
	}
}

func (r *Recording) addScript(s Script) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.scripts) >= maxScripts {
		r.lost.Scripts++
		return
	}
	if s.SHA256 == "" && s.Source != "" {
		sum := sha256.Sum256([]byte(s.Source))
		s.SHA256 = hex.EncodeToString(sum[:])
	}
	s.URL = clip(s.URL, maxURL)
	if len(s.Source) > MaxSource {
		s.Source, s.Truncated = string([]byte(s.Source[:MaxSource])), true
	}
	if kept, ok := r.sources[s.SHA256]; ok {
		s.Source = kept
	} else if r.sourceBytes+len(s.Source) > maxSources {
		r.lost.Sources++
		s.Source, s.Truncated = "", true
	} else {
		r.sources[s.SHA256] = s.Source
		r.sourceBytes += len(s.Source)
	}
	r.sourceBytes += len(s.URL) + len(s.Parent)*callCost
	r.scripts = append(r.scripts, s)
}

func (r *Recording) addSocketFrame(f SocketFrame) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.sockets) >= maxSocketFrames || r.socketBytes+f.Payload.Len() > maxSocketBytes {
		r.lost.SocketFrames++
		return
	}
	r.socketBytes += f.Payload.Len()
	f.At, f.Step = time.Now(), r.step
	r.sockets = append(r.sockets, f)
}

func (r *Recording) addRead(read Read) {
	key := read.How + "\x00" + read.Field
	for _, c := range read.Stack {
		key += "\x00" + c.ScriptID + ":" + strconv.Itoa(c.Line) + ":" + strconv.Itoa(c.Column)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if i, ok := r.readKeys[key]; ok {
		r.reads[i].Count += read.Count
		return
	}
	if len(r.reads) >= maxReads {
		r.lost.Reads++
		return
	}
	read.At, read.Step = time.Now(), r.step
	r.readKeys[key] = len(r.reads)
	r.reads = append(r.reads, read)
}

func (r *Recording) addEvent(e Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.events) >= maxEvents {
		r.lost.Events++
		return
	}
	e.At, e.Step = time.Now(), r.step
	e.URL, e.Text = clip(e.URL, 2<<10), clip(e.Text, 1<<10)
	r.events = append(r.events, e)
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

// clip cuts a text after limit bytes, without holding on to the rest.
func clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(strings.Clone(s[:limit]), "")
}

// intern shares texts that come again and again: header names, script URLs, function names.
func intern(s string) string {
	if len(s) > 1<<10 {
		return s
	}
	return unique.Make(s).Value()
}
