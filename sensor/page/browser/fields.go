package browser

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
)

//go:embed fields.js
var fieldsJS string

// CardField is an input of a page that asks for what is on a payment card.
type CardField struct {
	Kind     string // "number", "code", "expiry", "holder"; "secret" for a PIN or password asked for beside them
	Name     string // the field's name, id or autocomplete token
	FrameID  string
	FrameURL string
	Session  string // where the ScriptIDs are known
	Node     int    // stays the same as long as the document lives

	X, Y, Width, Height float64 // in the viewport of the tab
	Shown               bool    // a customer can see it, frames around it included
	Drawn               bool    // it has a box, be it transparent or outside the page
	Covered             bool    // something else is on top of its middle, or of that of a frame around it
	Filled              bool    // it holds something
	Made                []Call  // the script that made it, innermost first; empty where it came with the document
}

// Listener is a script's function that a page calls when something happens to a card field.
type Listener struct {
	On       string // "field", "form", "ancestor", "document", "window"; "other" for an input that asks for no card
	Type     string // of the event, such as "keydown"
	FrameURL string
	Session  string
	Call     Call // where the function is; its URL is the script's own
}

// FieldAudit is what one look at the card fields of a tab found.
type FieldAudit struct {
	Fields    []CardField
	Listeners []Listener
	Overlays  []Overlay
	Others    int      // inputs that ask for no card, of those that were compared
	Frames    []string // IDs of all frames that were there
	Unseen    []string // addresses of documents that could not be looked at
}

// heard are the events that tell what is typed, pasted or sent.
var heard = []string{"keydown", "keyup", "keypress", "input", "beforeinput", "change", "blur", "focusout", "paste", "submit", "click", "mousedown", "pointerdown", "compositionend", "textInput"}

// CardFields lists the card fields in all frames of the tab and who listens to them. No code of a page runs meanwhile, and
// none can notice.
func (t *Tab) CardFields(ctx context.Context) (FieldAudit, error) {
	frames, err := t.documents(ctx)
	if err != nil {
		return FieldAudit{}, err
	}
	parts := make([]FieldAudit, len(frames))
	failed := make([]error, len(frames))
	var asked sync.WaitGroup
	for i, f := range frames {
		asked.Go(func() { parts[i], failed[i] = f.cardFields(ctx) })
	}
	asked.Wait()
	var all FieldAudit
	for i, part := range parts {
		switch err := failed[i]; {
		case errors.Is(err, ErrClosed) || ctx.Err() != nil:
			return all, err
		case err != nil && !errors.Is(err, ErrGone):
			all.Unseen = append(all.Unseen, frames[i].URL)
		}
		all.Frames = append(all.Frames, frames[i].ID)
		all.Fields = append(all.Fields, part.Fields...)
		all.Listeners = append(all.Listeners, part.Listeners...)
		all.Overlays = append(all.Overlays, part.Overlays...)
		all.Others += part.Others
	}
	return all, nil
}

type fieldBox struct {
	X, Y, Width, Height   float64
	Shown, Drawn, Covered bool
}

func (f *Frame) cardFields(ctx context.Context) (FieldAudit, error) {
	var got struct {
		Fields []struct {
			fieldBox
			Node       int
			Kind, Name string
			Filled     bool
		}
		Roles []string
	}
	if err := f.Eval(ctx, fieldsJS, &got); err != nil {
		return FieldAudit{}, err
	}
	var audit FieldAudit
	if len(got.Fields) == 0 {
		return audit, nil
	}
	nodes, err := f.nodes(ctx, "cardNodes", len(got.Roles))
	if err != nil {
		return audit, err
	}
	defer f.release()

	around := f.around(ctx)
	listeners := make([][]Listener, len(nodes))
	var asked sync.WaitGroup
	for i, id := range nodes {
		asked.Go(func() { listeners[i] = f.listeners(ctx, id, got.Roles[i]) })
	}
	if f.Parent != nil {
		audit.Overlays = f.overlays(ctx)
	}
	audit.Fields = make([]CardField, len(got.Fields))
	for i, field := range got.Fields {
		audit.Fields[i] = CardField{
			Kind: field.Kind, Name: clip(field.Name, 256), FrameID: f.ID, FrameURL: f.URL, Session: f.session.id,
			X: field.X + around.X, Y: field.Y + around.Y, Width: field.Width, Height: field.Height,
			Shown: field.Shown && around.Shown, Drawn: field.Drawn, Covered: field.Covered || around.Covered, Filled: field.Filled,
		}
	}
	f.session.dom.Lock()
	_ = f.tab.browser.conn.call(ctx, f.session.id, "DOM.getDocument", map[string]any{"depth": 0}, nil) // where it fails, origin says less
	for i, field := range got.Fields {
		if field.Node < len(nodes) {
			asked.Go(func() { audit.Fields[i].Node, audit.Fields[i].Made = f.origin(ctx, nodes[field.Node]) })
		}
	}
	asked.Wait()
	f.session.dom.Unlock()
	audit.Listeners = slices.Concat(listeners...)
	for _, role := range got.Roles {
		if role == "other" {
			audit.Others++
		}
	}
	return audit, nil
}

// around is where the frame's document begins in the tab, whether a customer sees it (no frame around it is transparent,
// without a box or outside the page), and whether something is on top.
func (f *Frame) around(ctx context.Context) fieldBox {
	sum := fieldBox{Shown: true}
	for ; f.Parent != nil; f = f.Parent {
		box, err := f.ownerBox(ctx)
		sum.Shown = sum.Shown && err == nil && box.Shown
		sum.Covered = sum.Covered || box.Covered
		sum.X += box.X
		sum.Y += box.Y
	}
	return sum
}

// ownerBox is how the element that holds the frame stands in the document around it.
func (f *Frame) ownerBox(ctx context.Context) (box fieldBox, err error) {
	b, p := f.tab.browser, f.Parent
	var known bool
	if err := p.Eval(ctx, "typeof describeBox === 'function'", &known); err != nil {
		return box, err
	}
	if !known {
		if err := p.Eval(ctx, fieldsJS, nil); err != nil {
			return box, err
		}
	}
	element, err := f.owner(ctx)
	if err != nil {
		return box, err
	}
	var answer struct {
		Result remoteObject `json:"result"`
	}
	err = b.conn.call(ctx, p.session.id, "Runtime.callFunctionOn", map[string]any{
		"objectId": element, "returnByValue": true, "functionDeclaration": "function () { return describeBox(this); }",
	}, &answer)
	if err != nil {
		return box, p.explain(err)
	}
	return box, json.Unmarshal(answer.Result.Value, &box)
}

// remoteObject is the protocol's Runtime.RemoteObject.
type remoteObject struct {
	Type        string          `json:"type"`
	Subtype     string          `json:"subtype"`
	ClassName   string          `json:"className"`
	Description string          `json:"description"`
	ObjectID    string          `json:"objectId"`
	Value       json.RawMessage `json:"value"`
}

// nodes are the elements of an array in our own world, as objects of the protocol's.
func (f *Frame) nodes(ctx context.Context, name string, count int) (ids []string, err error) {
	b := f.tab.browser
	b.mu.Lock()
	world := f.session.worlds[f.ID]
	b.mu.Unlock()
	var array struct {
		Result remoteObject `json:"result"`
	}
	if err := b.conn.call(ctx, f.session.id, "Runtime.evaluate", map[string]any{"expression": name, "contextId": world, "objectGroup": f.group()}, &array); err != nil {
		return nil, f.explain(err)
	}
	list, err := f.properties(ctx, array.Result.ObjectID)
	if err != nil {
		return nil, f.explain(err)
	}
	ids = make([]string, count)
	for _, p := range list.Result {
		if i, err := strconv.Atoi(p.Name); err == nil && i < count && p.Value != nil {
			ids[i] = p.Value.ObjectID
		}
	}
	return ids, nil
}

// properties is the answer to Runtime.getProperties.
type properties struct {
	Result []property `json:"result"`
	Inner  []property `json:"internalProperties"`
}

type property struct {
	Name       string        `json:"name"`
	Enumerable bool          `json:"enumerable"`
	Value      *remoteObject `json:"value"`
	Get        *remoteObject `json:"get"`
	Set        *remoteObject `json:"set"`
}

func (p properties) named(name string) *property {
	return find(p.Result, name)
}

func (p properties) inner(name string) *remoteObject {
	if found := find(p.Inner, name); found != nil {
		return found.Value
	}
	return nil
}

func find(list []property, name string) *property {
	if i := slices.IndexFunc(list, func(p property) bool { return p.Name == name }); i >= 0 {
		return &list[i]
	}
	return nil
}

// properties lists an object's own properties. The browser reads them itself: neither a getter nor a proxy's trap runs.
func (f *Frame) properties(ctx context.Context, objectID string) (p properties, err error) {
	if objectID == "" {
		return p, fmt.Errorf("%s: %w", f.URL, ErrGone)
	}
	err = f.tab.browser.conn.call(ctx, f.session.id, "Runtime.getProperties", map[string]any{"objectId": objectID, "ownProperties": true}, &p)
	return p, err
}

// listeners are the functions that hear the events of one element, those of handler attributes too. What the page's own
// code listens with is told of an object of its own world only.
func (f *Frame) listeners(ctx context.Context, objectID, role string) []Listener {
	b := f.tab.browser
	page := ""
	if role == "window" {
		page = f.window(ctx)
	} else {
		var resolved struct {
			Object remoteObject `json:"object"`
		}
		node := f.number(ctx, objectID)
		if node == 0 || b.conn.call(ctx, f.session.id, "DOM.resolveNode", map[string]any{"backendNodeId": node, "objectGroup": f.group()}, &resolved) != nil {
			return nil
		}
		page = resolved.Object.ObjectID
	}
	var got struct {
		Listeners []struct {
			Type         string `json:"type"`
			ScriptID     string `json:"scriptId"`
			LineNumber   int    `json:"lineNumber"`
			ColumnNumber int    `json:"columnNumber"`
		} `json:"listeners"`
	}
	if page == "" || b.conn.call(ctx, f.session.id, "DOMDebugger.getEventListeners", map[string]any{"objectId": page}, &got) != nil {
		return nil
	}
	var out []Listener
	for _, l := range got.Listeners {
		if slices.Contains(heard, l.Type) && !b.isOwn(f.session, l.ScriptID) {
			out = append(out, Listener{
				On: role, Type: l.Type, FrameURL: f.URL, Session: f.session.id,
				Call: Call{ScriptID: intern(l.ScriptID), Line: l.LineNumber + 1, Column: l.ColumnNumber + 1},
			})
		}
	}
	return out
}

// window is the page's own global object; empty where the page has run no script.
func (f *Frame) window(ctx context.Context) string {
	b := f.tab.browser
	b.mu.Lock()
	id := f.session.mains[f.ID]
	b.mu.Unlock()
	params := map[string]any{"expression": "this", "objectGroup": f.group()}
	if id != 0 {
		params["contextId"] = id
	} else if f.ID != f.session.targetID {
		return ""
	}
	b.disown("this")
	var global struct {
		Result remoteObject `json:"result"`
	}
	_ = b.conn.call(ctx, f.session.id, "Runtime.evaluate", params, &global) // a document that went away has none
	return global.Result.ObjectID
}

// number is the node's, which stays the same in all worlds; 0 where it has gone.
func (f *Frame) number(ctx context.Context, objectID string) int {
	var described struct {
		Node struct {
			BackendNodeID int `json:"backendNodeId"`
		} `json:"node"`
	}
	if objectID != "" {
		_ = f.tab.browser.conn.call(ctx, f.session.id, "DOM.describeNode", map[string]any{"objectId": objectID}, &described)
	}
	return described.Node.BackendNodeID
}

// group names the objects that a look holds on to, to release them by.
func (f *Frame) group() string { return "look-" + f.ID }

func (f *Frame) release() {
	f.tab.browser.conn.send(f.session.id, "Runtime.releaseObjectGroup", map[string]any{"objectGroup": f.group()}, nil)
}

// origin is a node's number, and the stack that made it.
func (f *Frame) origin(ctx context.Context, objectID string) (node int, made []Call) {
	conn, session := f.tab.browser.conn, f.session.id
	if node = f.number(ctx, objectID); node == 0 {
		return 0, nil
	}
	var requested struct {
		NodeID int `json:"nodeId"`
	}
	var trace struct {
		Creation *stackTrace `json:"creation"`
	}
	if conn.call(ctx, session, "DOM.requestNode", map[string]any{"objectId": objectID}, &requested) != nil ||
		conn.call(ctx, session, "DOM.getNodeStackTraces", map[string]any{"nodeId": requested.NodeID}, &trace) != nil {
		return node, nil
	}
	return node, trace.Creation.calls()
}

// isOwn says whether a script of a session is one of ours.
func (b *Browser) isOwn(s *session, scriptID string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return s.ours[scriptID]
}
