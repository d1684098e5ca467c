package page

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/canary"
	"github.com/tillwatch/tillwatch/known"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
	"github.com/tillwatch/tillwatch/sensor/page/journey"
	"github.com/tillwatch/tillwatch/sensor/page/witness"
)

// visit is all that one walk to the payment step saw. Judging needs nothing else.
type visit struct {
	profile  string
	lists    *known.Data  // the published libraries; nil: those that came with the program
	start    string       // the address the walk began at
	set      canary.Set   // what was typed
	earlier  []canary.Set // what the same customer typed on earlier visits: it may leave only now
	began    time.Time    // when the first key went into any field; zero where none did
	typed    time.Time    // when the first key went into a field of the payment page; zero where none did
	ordered  bool         // a test order was placed, to see where the shop sends its customers for the card
	ordering time.Time    // when that was; zero where none was placed
	pressed  time.Time    // when the last button was pressed over a cut line; zero where it was not

	steps    []journey.Step // those of the walk, in their order
	policies []metaPolicies // of the pages that were looked at
	forms    []formSeen     // of the payment step
	standing []string       // the frames that the payment step shows once everything is typed
	framed   bool           // standing was looked at

	audits audits

	requests  []browser.Request
	scripts   []browser.Script
	sockets   []browser.SocketFrame
	reads     []browser.Read
	peers     []browser.Peer
	hints     []browser.Hint
	served    []formSeen         // of the payment step before anything was typed
	kept      []browser.Kept     // by pages, at the moment they did
	stored    []stored           // as it was found at the moments of the walk
	jar       []*http.Cookie     // at its end
	exchanges []witness.Exchange // nil where the walk had no witness
	frames    []witness.Frame
	datagrams []browser.Datagram // what left past the witness; none where the browser was in no jail
}

// sending is one thing that left the browser, or would have left had the line not been cut: a request, a WebSocket
// frame, or what only the witness saw.
type sending struct {
	at       time.Time
	step     string
	method   string // "GET", "POST" ...; "WebSocket" for a frame, "WebRTC" and "DNS" for what is no request, see past
	kind     string // "Document", "XHR", "Ping" ...; "" where only the witness saw it
	url      string
	document string // the page it came from
	body     tillwatch.Body
	session  string         // where the ScriptIDs of stack are known
	stack    []browser.Call // innermost first
	starter  browser.Call   // what began it where there is no stack: the parser's place
	witness  bool           // only the witness saw it

	opens      bool // it asks for a page of a tab
	main       bool // it is such a page, and was not kept from loading
	unreported bool // the network layer made the request, and no page said that it had asked for it

	found []canary.Match // of the canary in it; filled by judge
}

// sendings lists all that left, in order of time. What the browser did not report but the witness saw is included
// once.
func (v *visit) sendings() []sending {
	var all []sending
	for _, r := range v.requests {
		all = append(all, sending{
			at: r.At, step: r.Step, method: r.Method, kind: r.Type, url: r.URL, document: r.DocumentURL, body: r.Body,
			session: r.Session, stack: r.Stack, starter: browser.Call{URL: r.InitiatorURL, Line: r.InitiatorLine},
			opens: r.Main && r.Type == "Document", main: r.Main && !r.Cut, unreported: r.InitiatorKind == "",
		})
	}
	for _, f := range v.sockets {
		if f.Sent {
			all = append(all, sending{at: f.At, step: f.Step, method: "WebSocket", kind: "WebSocket", url: f.URL, body: f.Payload, session: f.Session, stack: f.Stack})
		}
	}
	all = append(all, v.unseen()...)
	all = append(all, v.past()...)
	slices.SortStableFunc(all, func(a, b sending) int { return a.at.Compare(b.at) })
	page := v.start
	for i := range all {
		s := &all[i]
		if s.opens { // the browser names the page that is to come; a form that is sent stands on the one before
			s.document = page
		}
		switch {
		case s.main && hostOf(s.url) != "":
			page = s.url
		case hostOf(s.document) == "" && !strings.HasPrefix(s.document, "blob:") || s.document == s.url && s.kind != "Document":
			s.document = page // what is sent as a page goes away, or by a frame without an address
		}
	}
	return all
}

// content is what a sending carried: its address, which may be all a beacon has, and its body.
func (s *sending) content() []byte {
	return slices.Concat([]byte(s.url), []byte{'\n'}, s.body.Bytes())
}

func (s *sending) has(f canary.Field) bool {
	return slices.ContainsFunc(s.found, func(m canary.Match) bool { return m.Field == f })
}
