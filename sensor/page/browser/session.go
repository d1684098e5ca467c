package browser

import (
	"encoding/json"
	"strings"
	"sync"
)

// session is our line to one target: a page, a cross-site frame, a worker.
type session struct {
	id       string
	targetID string
	kind     string
	url      string   // of the target when it came: for a worker, its script
	parent   *session // the session that led here; nil for what the browser itself announced
	tab      *Tab     // nil for shared and service workers: they belong to no tab

	// Guarded by Browser.mu.
	watching bool     // Network.enable was answered
	held     []func() // requests paused before that: their events could be lost if they went on
	worlds   map[string]int
	mains    map[string]int
	hashes   map[string]string // script by the hash of its source
	unshared map[string]string // script by its address, for those of other origins: pages are told no hash of them
	posing   map[string]bool   // scripts with an address of their own choice, by ScriptID
	ours     map[string]bool   // scripts that we brought, by ScriptID
	sockets  map[string]socket
	asked    map[string]bool // paused requests whose server was given the password
	dialogs  int
	crashed  bool
	expired  chan<- struct{} // gets a word when the span of time that Forward granted is over

	set chan struct{} // closed when every command of the set-up was answered
	dom sync.Mutex    // held while nodes have numbers of DOM.getDocument's, which the next one makes void
}

type socket struct {
	url   string
	stack []Call
}

// framed reports whether the target has documents, not just code.
func (s *session) framed() bool { return s.kind == "page" || s.kind == "iframe" }

// note remembers which script a hash stands for, and which an address. A script that calls itself by an address, which may
// be another's, is not hidden behind that one's.
func (s *session) note(e *scriptParsed) {
	id := intern(e.ScriptID)
	if len(s.hashes) < maxScripts {
		s.hashes[e.Hash] = id
	}
	if had, again := s.unshared[e.URL]; e.URL != "" && len(s.unshared) < maxScripts && (!again || !s.posing[had] || e.HasURL) {
		s.unshared[e.URL] = id
	}
	if e.HasURL && len(s.posing) < maxScripts {
		s.posing[id] = true
	}
}

// script is the ID of the script that a page's own trace names by hash and address; empty where it is not known.
func (s *session) script(hash, address string) string {
	if hash == "" {
		return s.unshared[address]
	}
	return s.hashes[hash]
}

// onAttached sets up a target that is waiting for us before its first line. Nothing here waits for an answer: a paused
// service worker gives none until it runs.
func (b *Browser) onAttached(parentID string, e attachedToTarget) {
	info := e.TargetInfo
	s := &session{
		id:       e.SessionID,
		targetID: info.TargetID,
		kind:     info.Type,
		url:      info.URL,
		worlds:   map[string]int{},
		mains:    map[string]int{},
		hashes:   map[string]string{},
		unshared: map[string]string{},
		posing:   map[string]bool{},
		ours:     map[string]bool{},
		sockets:  map[string]socket{},
		asked:    map[string]bool{},
		set:      make(chan struct{}),
	}
	var opened *Tab
	b.mu.Lock()
	s.parent = b.sessions[parentID]
	b.sessions[s.id] = s
	_, second := b.targets[s.targetID]
	if !second {
		b.targets[s.targetID] = s
	}
	switch {
	case second:
	case s.kind == "page":
		opened = b.newTabLocked(s, info)
	case s.parent != nil && s.kind != "service_worker" && s.kind != "shared_worker":
		s.tab = s.parent.tab
	}
	if s.kind == "iframe" && info.ParentFrameID != "" {
		b.frames[s.targetID] = frameState{url: b.frames[s.targetID].url, parent: info.ParentFrameID, session: s.id}
	}
	b.mu.Unlock()

	if second {
		// A worker of several pages is announced by each. One session sees all of it; two would pause it twice.
		b.conn.send(s.id, "Runtime.runIfWaitingForDebugger", nil, nil)
		b.conn.send(parentID, "Target.detachFromTarget", map[string]any{"sessionId": s.id}, nil)
		close(s.set)
		return
	}
	b.setUp(s)
	if opened != nil {
		b.announce(opened)
	}
}

// setUp sends everything a target needs and then lets it run.
func (b *Browser) setUp(s *session) {
	send := func(method string, params any) { b.conn.send(s.id, method, params, nil) }

	// The response bodies that Chromium would keep for us are never asked for.
	b.conn.send(s.id, "Network.enable", map[string]any{
		"maxTotalBufferSize": 1 << 20, "maxResourceBufferSize": 64 << 10, "maxPostDataSize": 64 << 10,
	}, func(json.RawMessage, error) { b.onWatching(s) })
	send("Fetch.enable", map[string]any{
		"patterns":           []any{map[string]any{"urlPattern": "*", "requestStage": "Request"}},
		"handleAuthRequests": true,
	})
	send("Target.setAutoAttach", autoAttach("service_worker", "shared_worker")) // the browser itself announces those
	send("Debugger.enable", map[string]any{"maxScriptsCacheSize": 2 * MaxSource})
	send("Debugger.setSkipAllPauses", map[string]any{"skip": true})
	send("Debugger.setAsyncCallStackDepth", map[string]any{"maxDepth": 16})
	send("Inspector.enable", nil)
	b.disguise(s, send)
	if s.framed() {
		send("Page.enable", nil)
		send("DOM.enable", nil)
		send("DOM.setNodeStackTracesEnabled", map[string]any{"enable": true}) // who made the card fields
		send("DOMStorage.enable", nil)
		for _, early := range b.scripts.frames() {
			send("Page.addScriptToEvaluateOnNewDocument", early)
		}
	} else {
		send("Runtime.evaluate", map[string]any{"expression": b.scripts.worker()})
	}
	b.conn.send(s.id, "Runtime.runIfWaitingForDebugger", nil, func(json.RawMessage, error) { close(s.set) })
}

// disguise makes a document or a worker look like the profile's where the command line cannot.
func (b *Browser) disguise(s *session, send func(string, any)) {
	p := b.options.Profile
	send("Emulation.setUserAgentOverride", map[string]any{
		"userAgent":         p.userAgent(b.version),
		"acceptLanguage":    p.acceptLanguage(),
		"platform":          p.Navigator,
		"userAgentMetadata": p.clientHints(b.version),
	})
	if len(p.Languages) > 0 {
		// Chromium's own translations, which --lang would choose, are not installed everywhere.
		send("Emulation.setLocaleOverride", map[string]any{"locale": p.Languages[0]})
	}
	if p.Cores > 0 {
		send("Emulation.setHardwareConcurrencyOverride", map[string]any{"hardwareConcurrency": p.Cores})
	}
	if !s.framed() {
		return
	}
	send("Emulation.setFocusEmulationEnabled", map[string]any{"enabled": true})
	if !p.Mobile {
		return
	}
	send("Emulation.setTouchEmulationEnabled", map[string]any{"enabled": true, "maxTouchPoints": 5})
	if s.kind == "page" {
		send("Emulation.setDeviceMetricsOverride", map[string]any{
			"width": p.Width, "height": p.Height, "screenWidth": p.Width, "screenHeight": p.Height,
			"deviceScaleFactor": p.Scale, "mobile": true,
			"screenOrientation": map[string]any{"type": "portraitPrimary", "angle": 0},
		})
	}
}

// onWatching lets go the requests that were paused before the session's network events were on.
func (b *Browser) onWatching(s *session) {
	b.mu.Lock()
	s.watching = true
	held := s.held
	s.held = nil
	b.mu.Unlock()
	for _, release := range held {
		release()
	}
}

func (b *Browser) onDetached(sessionID string) {
	b.mu.Lock()
	s := b.sessions[sessionID]
	if s == nil {
		b.mu.Unlock()
		return
	}
	delete(b.sessions, sessionID)
	var left *Tab
	if b.targets[s.targetID] == s {
		delete(b.targets, s.targetID)
		if s.kind == "page" {
			left = b.tabs[s.targetID]
			delete(b.tabs, s.targetID)
		}
	}
	b.exchanges.dropSession(sessionID)
	for id, f := range b.frames {
		if f.session == sessionID {
			delete(b.frames, id)
		}
	}
	if s.tab != nil {
		s.tab.stirLocked()
	}
	b.mu.Unlock()
	b.conn.abandon(sessionID, ErrGone)
	if left != nil {
		left.closed()
	}
}

// sessionOf is the session with that id; nil if it is none that is recorded.
func (b *Browser) sessionOf(id string) *session {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.sessions[id]
}

// internal reports whether a page is the browser's own and none of the shop's.
func internal(address string) bool {
	return strings.HasPrefix(address, "chrome-error://") || strings.HasPrefix(address, "chrome://") || strings.HasPrefix(address, "devtools://")
}
