package browser

import (
	"slices"
	"sync"
	"time"

	"github.com/tillwatch/tillwatch"
)

// Recording is everything that was seen from Launch on. It may be read at any time and from any goroutine; what its
// methods return is a copy, of which only bodies, header maps and stacks are shared and must not be changed.
type Recording struct {
	mu       sync.Mutex
	step     string
	requests []*record
	scripts  []Script
	sockets  []SocketFrame
	reads    []Read
	peers    []Peer
	hints    []Hint
	events   []Event
	lost     Losses
	room     room
	hosts    map[string]int    // requests by host
	sources  map[string]string // by SHA-256: a script that runs in every frame is kept once
	stacks   map[string][]Call // by their places: a loop has one
	readers  map[string]int    // index into reads
	kept     []Kept

	keptBytes int
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
	Timer    bool   // again and again by a timer, not because of something the customer did
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
)

// Losses counts what the bounds of the recording left out; Details are header fields and stacks. All zero: the
// recording is complete.
type Losses struct {
	Requests, Bodies, Details, Scripts, Sources, SocketFrames, Reads, Peers, Hints, Events, Kept int
}

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
