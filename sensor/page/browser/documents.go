package browser

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// maxFrames bounds what is remembered of frames; a page can make them without end.
const maxFrames = 20_000

func (b *Browser) onFrameAttached(s *session, frameID, parentID string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.frames) < maxFrames {
		b.frames[frameID] = frameState{url: "about:blank", parent: parentID, session: s.id}
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
		state.url, state.session = clip(address, maxPlace), s.id
		b.frames[f.ID] = state
	}
	s.crashed = false
	delete(s.worlds, f.ID)
	b.notePlace(s, f)
	b.exchanges.closeWhere(func(x *exchange) bool {
		return x.frameID == f.ID && x.loaderID != f.LoaderID && x.kind != "Ping"
	})
	main := s.kind == "page" && f.ID == s.targetID
	if s.tab != nil {
		if main {
			s.tab.url = clip(address, maxURL)
			b.exchanges.closeWhere(func(x *exchange) bool { return x.tab == s.tab && x.loaderID != f.LoaderID && x.session == s.id })
		}
		s.tab.beginLocked()
	}
	tab, own := tabID(s.tab), s.tab != nil && s.tab.own
	b.mu.Unlock()
	if own {
		return
	}
	if !internal(f.URL) || f.UnreachableURL != "" {
		b.rec.addEvent(Event{Kind: Navigate, Tab: tab, URL: address})
	}
}

// notePlace remembers an origin that may have stored something.
func (b *Browser) notePlace(s *session, f frameInfo) {
	if s.tab == nil || s.tab.own {
		return
	}
	p := place{originOf(s.tab.url), originOf(f.URL)}
	if s.kind == "page" && f.ID == s.targetID {
		p.top = p.origin
	}
	if p.top != "" && p.origin != "" && len(b.places) < maxPlaces && !slices.Contains(b.places, p) {
		b.places = append(b.places, p)
	}
}

// onMoved is a change of the address without a new document, as single-page shops make it.
func (b *Browser) onMoved(s *session, frameID, address string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if state, ok := b.frames[frameID]; ok {
		state.url = clip(address, maxPlace)
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
		if report, ok := strings.CutPrefix(e.URL, b.scripts.prefix()); ok {
			b.onReport(s, e, report)
		}
		return
	}
	b.mu.Lock()
	if e.Aux.IsDefault && e.Aux.FrameID != "" {
		s.mains[e.Aux.FrameID] = e.ContextID
	}
	frameURL := b.frames[e.Aux.FrameID].url
	ours := b.scripts.own(e.Hash) || b.evaluated[e.Hash]
	if !ours {
		s.note(e)
	} else if len(s.ours) < maxScripts {
		s.ours[intern(e.ScriptID)] = true
	}
	b.mu.Unlock()
	if ours || internal(e.URL) || internal(frameURL) {
		return
	}
	at, step := b.rec.now()
	script := Script{
		At:       at,
		Step:     step,
		ID:       e.ScriptID,
		Session:  s.id,
		Target:   s.kind,
		URL:      e.URL,
		Kind:     e.kind(),
		Module:   e.IsModule,
		FrameID:  e.Aux.FrameID,
		FrameURL: frameURL,
		Line:     e.StartLine + 1,
		Column:   e.StartColumn + 1,
	}
	if e.HasURL {
		script.URL, script.Claimed = e.Embedder, e.URL
	}
	b.resolve(s, e.Stack, func(calls []Call) { script.Parent = calls })
	b.conn.send(s.id, "Debugger.getScriptSource", map[string]any{"scriptId": e.ScriptID}, func(result json.RawMessage, err error) {
		var got struct {
			Source string `json:"scriptSource"`
		}
		var large *oversizeError
		if errors.As(err, &large) {
			got.Source, _ = jsonText(large.head, `"scriptSource":`, maxMessage)
		} else if err == nil {
			err = unmarshal(result, &got)
		}
		script.Source, script.Truncated = got.Source, err != nil
		if err != nil {
			script.SHA256 = e.Hash
		}
		b.rec.addScript(script)
	})
}

// disown notes that source, when it turns up among the page's scripts, was evaluated by us.
func (b *Browser) disown(source string) {
	sum := sha256.Sum256([]byte(source))
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.evaluated) >= 4096 {
		clear(b.evaluated)
	}
	b.evaluated[hex.EncodeToString(sum[:])] = true
}

// kind says how a piece of code came to be run.
func (e *scriptParsed) kind() string {
	address := e.URL
	if e.HasURL {
		address = e.Embedder
	}
	switch {
	case address == "":
		return "eval"
	case strings.HasPrefix(address, "blob:"):
		return "blob"
	case strings.HasPrefix(address, "data:"):
		return "data"
	case e.StartLine > 0 || e.StartColumn > 0:
		return "inline" // in a document something stands before it, if only a tag
	default:
		return "external"
	}
}

// resolve hands over the calls of a stack, and hands them over again, before the answer to any later command, where
// the browser had kept a part of it to itself.
func (b *Browser) resolve(s *session, stack *stackTrace, done func([]Call)) {
	calls := stack.calls()
	done(calls)
	b.parents(s, stack, func(parents []Call, _ string) {
		if len(parents) > 0 {
			calls = append(calls, parents...)
			done(calls[:min(len(calls), maxStack)])
		}
	})
}

// parents hands over what had scheduled the calls of a stack, as far as the browser keeps that to itself, and by which of
// its functions, such as "setInterval".
func (b *Browser) parents(s *session, stack *stackTrace, done func(calls []Call, by string)) {
	for stack != nil && stack.ParentID == nil {
		stack = stack.Parent
	}
	if stack == nil {
		done(nil, "")
		return
	}
	b.conn.send(s.id, "Debugger.getStackTrace", map[string]any{"stackTraceId": stack.ParentID}, func(result json.RawMessage, err error) {
		var got struct {
			StackTrace *stackTrace `json:"stackTrace"`
		}
		if err == nil {
			_ = unmarshal(result, &got)
		}
		by := ""
		if got.StackTrace != nil {
			by = got.StackTrace.Description
		}
		done(got.StackTrace.calls(), by)
	})
}

func (b *Browser) onCrash(s *session) {
	b.conn.abandon(s.id, ErrGone)
	b.mu.Lock()
	b.exchanges.dropSession(s.id)
	address := b.frames[s.targetID].url
	s.crashed = true
	if s.tab != nil {
		s.tab.crashed = s.tab.crashed || s.kind == "page"
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
