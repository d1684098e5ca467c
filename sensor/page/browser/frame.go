package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
)

// Frame is one document of a tab, at the moment of [Tab.Frames].
type Frame struct {
	ID     string
	URL    string
	Name   string
	Parent *Frame // nil for the tab's own document

	// Where the frame's content is in the viewport of the tab, in CSS pixels. Shown is false for a frame that has no
	// box, and Scale is what a transformation of its box makes of one pixel of it.
	X, Y, Width, Height float64
	Scale               float64
	Shown               bool

	tab     *Tab
	session *session
}

// Frames are all documents of the tab, parents before their children, those of other sites too.
func (t *Tab) Frames(ctx context.Context) ([]*Frame, error) {
	frames, err := t.documents(ctx)
	if err != nil {
		return nil, err
	}
	locate(ctx, frames)
	return frames, nil
}

// documents are the frames without their places.
func (t *Tab) documents(ctx context.Context) ([]*Frame, error) {
	if err := t.state(); err != nil {
		return nil, err // a dead renderer would never answer
	}
	b := t.browser
	b.mu.Lock()
	var of []*session
	for _, s := range b.sessions {
		if s.tab == t && s.framed() && b.targets[s.targetID] == s && (!s.crashed || s == t.session) {
			of = append(of, s)
		}
	}
	b.mu.Unlock()

	trees := make([]frameTree, len(of))
	var asked sync.WaitGroup
	var failed error
	for i, s := range of {
		asked.Go(func() {
			var got struct {
				FrameTree frameTree `json:"frameTree"`
			}
			err := b.conn.call(ctx, s.id, "Page.getFrameTree", nil, &got)
			trees[i] = got.FrameTree
			if err != nil && s == t.session {
				failed = err // of any other frame it means that it has just gone
			}
		})
	}
	asked.Wait()
	if failed != nil {
		return nil, failed
	}
	frames := t.arrange(of, trees)
	if len(frames) == 0 {
		return nil, fmt.Errorf("the tab shows nothing: %w", ErrGone)
	}
	return frames, nil
}

// arrange makes one list of the trees that the renderers know.
func (t *Tab) arrange(of []*session, trees []frameTree) []*Frame {
	b := t.browser
	children := map[string][]*Frame{}
	var root *Frame
	var collect func(s *session, tree frameTree, parent string)
	collect = func(s *session, tree frameTree, parent string) {
		f := &Frame{ID: tree.Frame.ID, URL: tree.Frame.URL + tree.Frame.URLFragment, Name: tree.Frame.Name, tab: t, session: s}
		if tree.Frame.UnreachableURL != "" {
			f.URL = tree.Frame.UnreachableURL
		}
		if f.ID == t.ID {
			root = f
		} else {
			children[parent] = append(children[parent], f)
		}
		for _, child := range tree.ChildFrames {
			collect(s, child, f.ID)
		}
	}
	for i, tree := range trees {
		if tree.Frame.ID == "" {
			continue
		}
		b.mu.Lock()
		parent := b.frames[tree.Frame.ID].parent
		b.mu.Unlock()
		collect(of[i], tree, parent)
	}
	if root == nil {
		return nil
	}
	frames := []*Frame{root}
	for i := 0; i < len(frames); i++ {
		for _, child := range children[frames[i].ID] {
			child.Parent = frames[i]
			frames = append(frames, child)
		}
	}
	return frames
}

// locate finds out where each frame is.
func locate(ctx context.Context, frames []*Frame) {
	root := frames[0]
	root.Shown, root.Scale = true, 1
	var measured sync.WaitGroup
	for _, f := range frames[1:] {
		measured.Go(func() { f.measure(ctx) })
	}
	measured.Wait()
	for _, f := range frames[1:] {
		// A renderer measures within the outermost frame that it holds: that one's place comes on top.
		local := f.Parent
		for local.Parent != nil && local.Parent.session == local.session {
			local = local.Parent
		}
		f.X = local.X + f.X*local.Scale
		f.Y = local.Y + f.Y*local.Scale
		f.Width *= local.Scale
		f.Height *= local.Scale
		f.Scale *= local.Scale
		f.Shown = f.Shown && f.Parent.Shown
	}
}

// measure finds the frame's content box in the viewport of the renderer that holds its owner element.
func (f *Frame) measure(ctx context.Context) {
	conn, owner := f.tab.browser.conn, f.Parent.session.id
	f.Scale = 1
	var node struct {
		BackendNodeID int `json:"backendNodeId"`
	}
	if conn.call(ctx, owner, "DOM.getFrameOwner", map[string]any{"frameId": f.ID}, &node) != nil {
		return
	}
	var box struct {
		Model struct {
			Content []float64 `json:"content"`
			Width   float64   `json:"width"`
		} `json:"model"`
	}
	if conn.call(ctx, owner, "DOM.getBoxModel", map[string]any{"backendNodeId": node.BackendNodeID}, &box) != nil {
		return
	}
	if q := box.Model.Content; len(q) == 8 {
		f.X, f.Y = min(q[0], q[2], q[4], q[6]), min(q[1], q[3], q[5], q[7])
		f.Width, f.Height = max(q[0], q[2], q[4], q[6])-f.X, max(q[1], q[3], q[5], q[7])-f.Y
		f.Shown = f.Width > 0 && f.Height > 0
	}
}

// world is the name of the isolated world in which our own code runs: the page's code cannot see or change anything
// there but the document itself.
const world = "reader"

// Eval evaluates expression in the frame's isolated world, awaits it where it is a promise, and decodes its value into
// out unless that is nil. The error wraps [ErrGone] where the document has gone meanwhile.
func (f *Frame) Eval(ctx context.Context, expression string, out any) error {
	b := f.tab.browser
	for attempt := 0; ; attempt++ {
		if err := f.alive(); err != nil {
			return err
		}
		b.mu.Lock()
		id, ok := f.session.worlds[f.ID]
		b.mu.Unlock()
		if !ok {
			var created struct {
				ID int `json:"executionContextId"`
			}
			err := b.conn.call(ctx, f.session.id, "Page.createIsolatedWorld", map[string]any{"frameId": f.ID, "worldName": world}, &created)
			if err != nil {
				return f.explain(err)
			}
			id = created.ID
			b.mu.Lock()
			f.session.worlds[f.ID] = id
			b.mu.Unlock()
		}
		err := f.evaluate(ctx, id, expression, out)
		if attempt == 0 && noContext(err) {
			b.mu.Lock()
			if f.session.worlds[f.ID] == id {
				delete(f.session.worlds, f.ID)
			}
			b.mu.Unlock()
			continue
		}
		return f.explain(err)
	}
}

// EvalMain is Eval in the page's own world, where its code can see it.
func (f *Frame) EvalMain(ctx context.Context, expression string, out any) error {
	b := f.tab.browser
	b.mu.Lock()
	id := f.session.mains[f.ID]
	b.mu.Unlock()
	if id == 0 && f.ID != f.session.targetID {
		return fmt.Errorf("the frame %s has run no script yet: %w", f.URL, ErrGone)
	}
	b.disown(expression)
	err := f.evaluate(ctx, id, expression, out)
	return f.explain(err)
}

// EvalError is what an expression threw.
type EvalError struct{ Text string }

func (e *EvalError) Error() string { return "the page's answer: " + e.Text }

func (f *Frame) evaluate(ctx context.Context, contextID int, expression string, out any) error {
	params := map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true}
	if contextID != 0 {
		params["contextId"] = contextID
	}
	if err := f.alive(); err != nil {
		return err
	}
	var got struct {
		Result struct {
			Value json.RawMessage `json:"value"`
		} `json:"result"`
		Exception *struct {
			Text   string `json:"text"`
			Thrown struct {
				Description string `json:"description"`
			} `json:"exception"`
		} `json:"exceptionDetails"`
	}
	if err := f.tab.browser.conn.call(ctx, f.session.id, "Runtime.evaluate", params, &got); err != nil {
		return err
	}
	if e := got.Exception; e != nil {
		return &EvalError{clip(strings.TrimSpace(e.Text+" "+e.Thrown.Description), 500)}
	}
	if out == nil || got.Result.Value == nil {
		return nil
	}
	return json.Unmarshal(got.Result.Value, out)
}

// alive is an error where nobody would answer.
func (f *Frame) alive() error {
	b := f.tab.browser
	b.mu.Lock()
	crashed := f.session.crashed
	b.mu.Unlock()
	if crashed {
		return fmt.Errorf("the renderer of %s has crashed: %w", f.URL, ErrGone)
	}
	return f.tab.state()
}

func noContext(err error) bool {
	var refused *protocolError
	return errors.As(err, &refused) && (strings.Contains(refused.Message, "Cannot find context") || strings.Contains(refused.Message, "context was destroyed"))
}

// explain turns the protocol's ways of saying that a document has gone into ErrGone.
func (f *Frame) explain(err error) error {
	var refused *protocolError
	if !errors.As(err, &refused) {
		return err
	}
	for _, sign := range []string{"context", "navigated", "No frame", "Session with given id not found", "Promise was collected"} {
		if strings.Contains(refused.Message, sign) {
			return fmt.Errorf("%s: %w (%s)", f.URL, ErrGone, refused.Message)
		}
	}
	return err
}
