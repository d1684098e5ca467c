package browser

import (
	"encoding/json"
	"strings"
)

// maxFrames bounds what is remembered of frames; a page can make them without end.
const maxFrames = 20_000

func (b *Browser) onFrameAttached(s *session, frameID, parentID string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.frames) < maxFrames {
		b.frames[frameID] = frameState{url: "about:blank", parent: parentID}
	}
}

func (b *Browser) onFrameNavigated(s *session, f frameInfo) {
	address := f.URL + f.URLFragment
	if f.UnreachableURL != "" {
		address = f.UnreachableURL
	}
	b.mu.Lock()
	state, known := b.frames[f.ID]
	if known || len(b.frames) < maxFrames {
		state.url = clip(address, maxURL)
		b.frames[f.ID] = state
	}
	delete(s.worlds, f.ID)
	b.exchanges.closeWhere(func(x *exchange) bool {
		return x.frameID == f.ID && x.loaderID != f.LoaderID && x.kind != "Ping"
	})
	main := s.kind == "page" && f.ID == s.targetID
	if s.tab != nil {
		if main {
			s.tab.url = state.url
			b.exchanges.closeWhere(func(x *exchange) bool { return x.tab == s.tab && x.loaderID != f.LoaderID && x.session == s.id })
		}
		s.tab.beginLocked()
	}
	tab := tabID(s.tab)
	b.mu.Unlock()
	if !internal(f.URL) || f.UnreachableURL != "" {
		b.rec.addEvent(Event{Kind: Navigate, Tab: tab, URL: address})
	}
}

// onMoved is a change of the address without a new document, as single-page shops make it.
func (b *Browser) onMoved(s *session, frameID, address string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if state, ok := b.frames[frameID]; ok {
		state.url = clip(address, maxURL)
		b.frames[frameID] = state
	}
	if s.tab != nil {
		if s.kind == "page" && frameID == s.targetID {
			s.tab.url = clip(address, maxURL)
		}
		s.tab.beginLocked()
	}
}

func (b *Browser) onFrameDetached(s *session, frameID, reason string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(s.worlds, frameID)
	delete(s.mains, frameID)
	b.exchanges.closeWhere(func(x *exchange) bool { return x.frameID == frameID && x.session == s.id })
	if reason != "swap" { // swapped: it lives on in another process
		delete(b.frames, frameID)
	}
	if s.tab != nil {
		s.tab.stirLocked()
	}
}

// onScript fetches the source at once: it is gone with the document.
func (b *Browser) onScript(s *session, e *scriptParsed) {
	if e.Aux.Type == "isolated" {
		return
	}
	b.mu.Lock()
	if e.Aux.IsDefault && e.Aux.FrameID != "" {
		s.mains[e.Aux.FrameID] = e.ContextID
	}
	frameURL := b.frames[e.Aux.FrameID].url
	b.mu.Unlock()
	if internal(e.URL) || internal(frameURL) {
		return
	}
	script := Script{
		ID:       e.ScriptID,
		Session:  s.id,
		Target:   s.kind,
		URL:      e.URL,
		Module:   e.IsModule,
		FrameID:  e.Aux.FrameID,
		FrameURL: frameURL,
		Line:     e.StartLine + 1,
		Column:   e.StartColumn + 1,
		Parent:   e.Stack.calls(),
	}
	b.conn.send(s.id, "Debugger.getScriptSource", map[string]any{"scriptId": e.ScriptID}, func(result json.RawMessage, err error) {
		var got struct {
			Source string `json:"scriptSource"`
		}
		if err == nil {
			err = unmarshal(result, &got)
		}
		if err != nil {
			script.Truncated = true
		}
		script.Source = got.Source
		script.Kind = kindOf(e, got.Source, frameURL)
		b.rec.addScript(script)
	})
}

// kindOf says how a piece of code came to be run.
func kindOf(e *scriptParsed, source, frameURL string) string {
	switch {
	case strings.HasPrefix(e.URL, "blob:"):
		return "blob"
	case strings.HasPrefix(e.URL, "data:"):
		return "data"
	case e.URL == "":
		return "eval"
	default:
		return "external"
	}
}

func (b *Browser) onCrash(s *session) {
	b.conn.abandon(s.id, ErrGone)
	b.mu.Lock()
	b.exchanges.dropSession(s.id)
	address := b.frames[s.targetID].url
	if s.tab != nil {
		s.tab.crashed = true
		s.tab.stirLocked()
	}
	b.mu.Unlock()
	b.rec.addEvent(Event{Kind: Crash, Tab: tabID(s.tab), URL: address, Text: s.kind})
}

// onDialog answers as a customer would who wants to get on: yes to what can be agreed to, nothing typed. A page that
// asks without end is stopped: it would neither run nor finish.
func (b *Browser) onDialog(s *session, address, kind string) {
	b.mu.Lock()
	s.dialogs++
	loop := s.dialogs%maxDialogs == 0
	b.mu.Unlock()
	b.rec.addEvent(Event{Kind: Dialog, Tab: tabID(s.tab), URL: address, Text: kind})
	if loop {
		b.conn.send(s.id, "Runtime.terminateExecution", nil, nil)
	}
	b.conn.send(s.id, "Page.handleJavaScriptDialog", map[string]any{"accept": kind != "prompt"}, nil)
}

const maxDialogs = 50
