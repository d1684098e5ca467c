package browser

import (
	"encoding/json"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tillwatch/tillwatch"
)

func (b *Browser) onRequestWillBeSent(s *session, e *requestWillBeSent) {
	if internal(e.Request.URL) || strings.HasPrefix(e.Request.URL, "data:") {
		return // a data: URL asks nobody for anything
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if s.tab != nil && s.tab.own {
		return
	}
	x := b.exchanges.get(e.RequestID)
	if r := e.RedirectResponse; r != nil {
		for _, rec := range x.hops {
			if rec.fromNetwork && rec.Status == 0 && rec.URL == r.URL {
				b.rec.setResponse(rec, r.Status, r.Headers, r.MimeType)
			}
		}
	}
	rec := x.hop(e.Request.URL, func(r *record) bool { return !r.fromNetwork })
	if rec == nil {
		rec = b.addHop(x, Request{Method: e.Request.Method, URL: e.Request.URL})
	}
	rec.fromNetwork = true
	x.session, x.frameID, x.loaderID, x.kind, x.tab = s.id, e.FrameID, e.LoaderID, e.Type, s.tab
	b.exchanges.begin(x)
	main := e.Type == "Document" && s.kind == "page" && e.FrameID == s.targetID
	b.rec.update(rec, func(r *Request) {
		b.describe(r, s, e.Type, e.FrameID)
		r.DocumentURL = intern(clip(e.DocumentURL, maxPlace))
		r.HasUserGesture = e.HasUserGesture
		r.InitiatorKind = e.Initiator.Type
		r.InitiatorURL = intern(clip(e.Initiator.URL, maxPlace))
		if l := e.Initiator.LineNumber; l != nil {
			r.InitiatorLine = int(*l) + 1
		}
		r.Prefetch = e.Type == "Prefetch" || strings.Contains(e.Request.Headers["sec-purpose"], "prefetch")
		r.Main = main
	})
	b.rec.setStack(rec, e.Initiator.Stack.calls())
	if !rec.gotSent {
		b.rec.setHeaders(rec, e.Request.Headers)
	}
	if body, whole := e.Request.body(); len(body) > 0 {
		b.rec.setBody(rec, body, whole)
	}
	if len(x.sent) > 0 {
		b.rec.setHeaders(rec, x.sent[0])
		x.sent, rec.gotSent = x.sent[1:], true
	}
	if len(x.replied) > 0 {
		b.rec.setResponse(rec, x.replied[0].status, x.replied[0].fields, "")
		x.replied, rec.gotReply = x.replied[1:], true
	}
	if s.tab != nil && !background(x.kind) {
		s.tab.beginLocked()
	}
}

// describe fills in what is known of a request by who announced it.
func (b *Browser) describe(r *Request, s *session, kind, frameID string) {
	r.Session, r.Target, r.Type, r.FrameID = s.id, s.kind, kind, frameID
	if s.tab != nil {
		r.Tab = s.tab.ID
	}
	r.FrameURL = b.frames[frameID].url
}

// maxPlace bounds the addresses that only say where something happened.
const maxPlace = 2 << 10

// onSentExtra brings the header fields as the network layer sent them, with cookies.
func (b *Browser) onSentExtra(id string, fields headers) {
	b.mu.Lock()
	defer b.mu.Unlock()
	x := b.exchanges.get(id)
	for _, rec := range x.hops {
		if rec.fromNetwork && !rec.gotSent {
			rec.gotSent = true
			b.rec.setHeaders(rec, fields)
			return
		}
	}
	if len(x.sent) < maxHops {
		x.sent = append(x.sent, fields)
	}
}

// onReplyExtra brings the header fields as the server sent them; the renderer is not shown Set-Cookie.
func (b *Browser) onReplyExtra(id string, status int, fields headers) {
	b.mu.Lock()
	defer b.mu.Unlock()
	x := b.exchanges.get(id)
	for _, rec := range x.hops {
		if rec.fromNetwork && !rec.gotReply {
			rec.gotReply = true
			b.rec.setResponse(rec, status, fields, "")
			return
		}
	}
	if len(x.replied) < maxHops {
		x.replied = append(x.replied, earlyReply{status, fields})
	}
}

func (b *Browser) onResponse(id string, r *responseInfo) {
	b.mu.Lock()
	defer b.mu.Unlock()
	x := b.exchanges.byID[id]
	if x == nil || len(x.hops) == 0 {
		return
	}
	rec := x.hops[len(x.hops)-1]
	fields := r.Headers
	if rec.gotReply {
		fields = nil
	}
	b.rec.setResponse(rec, r.Status, fields, r.MimeType)
	if r.FromServiceWorker {
		b.rec.update(rec, func(q *Request) { q.ServiceWorker = true })
	}
	if strings.HasPrefix(r.MimeType, "text/event-stream") && b.exchanges.close(x) && x.tab != nil {
		x.tab.stirLocked() // it has no end to wait for
	}
}

func (b *Browser) onFinished(id, failure string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	x := b.exchanges.byID[id]
	if x == nil {
		return
	}
	if failure != "" && len(x.hops) > 0 {
		b.rec.update(x.hops[len(x.hops)-1], func(r *Request) { r.Error = failure })
	}
	if b.exchanges.close(x) && x.tab != nil && !background(x.kind) {
		x.tab.busyLocked()
	}
}

// onPaused records a request that waits for our word, and lets it go on, or not.
func (b *Browser) onPaused(s *session, e *requestPaused) {
	b.mu.Lock()
	if !s.watching && e.Request.URL != s.url && len(s.held) < maxHeld {
		// A worker's own script is fetched before there is a worker to answer.
		s.held = append(s.held, func() { b.onPaused(s, e) })
		if len(s.held) == 1 {
			time.AfterFunc(watchPatience, func() { b.onWatching(s) })
		}
		b.mu.Unlock()
		return
	}
	if s.tab != nil && s.tab.own {
		page := emptyPage("")
		if e.FrameID == s.tab.ID {
			page = emptyPage(s.tab.inside)
		}
		b.mu.Unlock()
		b.fulfill(s.id, e.RequestID, page)
		return
	}
	id := e.NetworkID
	if id == "" {
		id = s.id + "/" + e.RequestID
	}
	x := b.exchanges.get(id)
	rec := x.hop(e.Request.URL, func(r *record) bool { return !r.paused || r.pausedBy != s.id })
	if rec == nil {
		rec = b.addHop(x, Request{Method: e.Request.Method, URL: e.Request.URL})
		b.rec.setHeaders(rec, e.Request.Headers)
	}
	rec.paused, rec.pausedBy = true, s.id
	if !rec.fromNetwork {
		b.rec.update(rec, func(r *Request) { b.describe(r, s, e.ResourceType, e.FrameID) })
	}
	b.mu.Unlock()

	body, whole := e.Request.body()
	b.rec.setBody(rec, body, whole)
	if whole || len(body) == MaxBody || e.Request.beginning != nil || e.NetworkID == "" {
		b.release(s.id, e, rec)
		return
	}
	// A blob or a file: only the renderer has it. It may be too busy to answer, or gone.
	var once sync.Once
	release := func() { once.Do(func() { b.release(s.id, e, rec) }) }
	late := time.AfterFunc(bodyPatience, release)
	b.conn.send(s.id, "Network.getRequestPostData", map[string]any{"requestId": e.NetworkID}, func(result json.RawMessage, err error) {
		late.Stop()
		var data struct {
			PostData      string `json:"postData"`
			Base64Encoded bool   `json:"base64Encoded"`
		}
		var large *oversizeError
		if errors.As(err, &large) {
			data.PostData, _ = jsonText(large.head, `"postData":`, MaxBody)
		} else if err == nil {
			err = unmarshal(result, &data)
		}
		b.rec.setBody(rec, decodeText(data.PostData, data.Base64Encoded), err == nil)
		if err != nil {
			b.rec.update(rec, func(r *Request) { r.Truncated = true })
		}
		release()
	})
}

// What a paused request waits for may not come: the renderer can be too busy to answer.
const (
	bodyPatience  = 3 * time.Second
	watchPatience = 2 * time.Second
	maxHeld       = 1024
)

// release answers a paused request.
func (b *Browser) release(session string, e *requestPaused, rec *record) {
	if b.cut.Load() || b.refused(rec) {
		b.rec.update(rec, func(r *Request) { r.Cut = true })
		reason := "Failed"
		if e.ResourceType == "Document" {
			reason = "Aborted" // the page stays, and what runs on it goes on
		}
		b.conn.send(session, "Fetch.failRequest", map[string]any{"requestId": e.RequestID, "errorReason": reason}, nil)
		return
	}
	answer := map[string]any{"requestId": e.RequestID}
	if len(b.options.ExtraHeaders) > 0 && b.ours(e.Request.URL) {
		answer["headers"] = b.withExtra(e.Request.Headers)
	}
	b.conn.send(session, "Fetch.continueRequest", answer, nil)
}

// fulfill answers a paused request with a page of ours.
func (b *Browser) fulfill(session, requestID, page string) {
	b.conn.send(session, "Fetch.fulfillRequest", map[string]any{
		"requestId":       requestID,
		"responseCode":    200,
		"responseHeaders": []map[string]string{{"name": "Content-Type", "value": "text/html; charset=utf-8"}},
		"body":            []byte(page),
	}, nil)
}

func (b *Browser) withExtra(fields headers) []map[string]string {
	all := maps.Clone(fields)
	if all == nil {
		all = headers{}
	}
	for name, value := range b.options.ExtraHeaders {
		all[strings.ToLower(name)] = value
	}
	list := make([]map[string]string, 0, len(all))
	for _, name := range slices.Sorted(maps.Keys(all)) {
		list = append(list, map[string]string{"name": name, "value": all[name]})
	}
	return list
}

// ours reports whether address is one of the shop's hosts, which the operator's secrets are for.
func (b *Browser) ours(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	for _, host := range b.options.Hosts {
		if plainHost(u.Host) == plainHost(host) {
			return true
		}
	}
	return false
}

// plainHost is a host in lower case without "www." and without the ports that http and https have by themselves.
func plainHost(host string) string {
	host = strings.TrimPrefix(strings.ToLower(host), "www.")
	return strings.TrimSuffix(strings.TrimSuffix(host, ":443"), ":80")
}

// refused asks whoever started the browser about a request.
func (b *Browser) refused(rec *record) bool {
	if b.options.Refuse == nil {
		return false
	}
	var asked Request
	b.rec.update(rec, func(r *Request) { asked = *r })
	return b.options.Refuse(asked)
}

// onAuthRequired answers a server's question for a password once; what is refused then stays refused.
func (b *Browser) onAuthRequired(s *session, requestID, address, source string) {
	answer := map[string]any{"response": "CancelAuth"}
	b.mu.Lock()
	asked := s.asked[requestID]
	s.asked[requestID] = true
	if len(s.asked) > 4096 {
		clear(s.asked)
	}
	b.mu.Unlock()
	if b.options.Username != "" && source != "Proxy" && !asked && b.ours(address) {
		answer = map[string]any{"response": "ProvideCredentials", "username": b.options.Username, "password": b.options.Password}
	}
	b.conn.send(s.id, "Fetch.continueWithAuth", map[string]any{"requestId": requestID, "authChallengeResponse": answer}, nil)
}

func (b *Browser) onSocketCreated(s *session, id, address string, i initiator) {
	calls := i.Stack.calls()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(s.sockets) < 1024 {
		s.sockets[id] = socket{clip(address, 2<<10), calls}
	}
	b.addOpeningLocked(s, "WebSocket", address, calls)
}

// addOpeningLocked records that a connection is asked for that no event of a request's tells of: its address may be all that
// is sent.
func (b *Browser) addOpeningLocked(s *session, kind, address string, calls []Call) {
	req := Request{Method: "GET", URL: address, DocumentURL: clip(b.frames[s.targetID].url, maxPlace), InitiatorKind: "script"}
	if s.tab != nil && req.DocumentURL == "" {
		req.DocumentURL = clip(s.tab.url, maxPlace)
	}
	b.describe(&req, s, kind, s.targetID)
	b.rec.setStack(b.rec.newRequest(req), calls)
}

// onTransport is a connection by HTTP/3 that is asked for. It never opens: it goes by UDP, past any proxy, and Chromium does
// not try where there is one.
func (b *Browser) onTransport(s *session, address string, i initiator) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.addOpeningLocked(s, "WebTransport", address, i.Stack.calls())
}

func (b *Browser) onSocketClosed(s *session, id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(s.sockets, id)
}

func (b *Browser) onSocketFrame(s *session, id string, sent bool, opcode int, payload string) {
	b.mu.Lock()
	open := s.sockets[id]
	b.mu.Unlock()
	b.rec.addSocketFrame(SocketFrame{
		Session: s.id,
		URL:     open.url,
		Sent:    sent,
		Payload: tillwatch.NewBody(decodeText(payload, opcode != 1)),
		Stack:   open.stack,
	})
}
