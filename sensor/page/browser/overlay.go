package browser

import (
	"context"
	_ "embed"
	"regexp"
	"slices"
	"strings"
)

// Overlay is what lies over a frame that asks for the card, and takes what customers type. It may be in a closed shadow tree
// and without a single input: no script of the page's sees into the one, and no list of inputs has the other.
type Overlay struct {
	FrameURL string // of the frame below
	Document string // of the document around it, in which the overlay is
	Takers   []int  // the numbers of its nodes that take text, over the frame
	Session  string
	Made     []Call // the script that made it, innermost first; empty where it came with the document
}

// coveringJS lists what lies over a frame's element: the outermost elements that do not hold the frame.
//
//go:embed overlay.js
var coveringJS string

// mostLayers bounds how many things over one frame are looked into.
const mostLayers = 6

// overlays are the things over a frame that take text. What cannot be found out is left out: the frame may be gone.
func (f *Frame) overlays(ctx context.Context) []Overlay {
	p := f.Parent
	if p == nil {
		return nil
	}
	conn, session := f.tab.browser.conn, p.session.id
	element, err := f.owner(ctx)
	if err != nil {
		return nil
	}
	defer p.release()
	var answer struct {
		Result remoteObject `json:"result"`
	}
	if conn.call(ctx, session, "Runtime.callFunctionOn", map[string]any{"objectId": element, "objectGroup": p.group(), "functionDeclaration": coveringJS}, &answer) != nil {
		return nil
	}
	list, err := p.properties(ctx, answer.Result.ObjectID)
	if err != nil {
		return nil
	}
	below, ok := p.quad(ctx, map[string]any{"objectId": element})
	if !ok {
		return nil
	}
	var out []Overlay
	for _, layer := range list.Result {
		if layer.Value.ObjectID == "" || layer.Value.Subtype != "node" || len(out) == mostLayers {
			continue
		}
		var described struct {
			Node domNode `json:"node"`
		}
		if conn.call(ctx, session, "DOM.describeNode", map[string]any{"objectId": layer.Value.ObjectID, "depth": -1, "pierce": true}, &described) != nil {
			continue
		}
		o := Overlay{FrameURL: f.URL, Document: p.URL, Session: session}
		for _, node := range described.Node.takers(nil) {
			if box, ok := p.quad(ctx, map[string]any{"backendNodeId": node}); ok && below.holds(box) {
				o.Takers = append(o.Takers, node)
			}
		}
		if len(o.Takers) == 0 {
			continue
		}
		p.session.dom.Lock()
		_ = conn.call(ctx, session, "DOM.getDocument", map[string]any{"depth": 0}, nil) // where it fails, origin says less
		_, o.Made = p.origin(ctx, layer.Value.ObjectID)
		p.session.dom.Unlock()
		out = append(out, o)
	}
	return out
}

// owner is the element that holds the frame, in our own world of the document around it.
func (f *Frame) owner(ctx context.Context) (objectID string, err error) {
	b, p := f.tab.browser, f.Parent
	b.mu.Lock()
	world := p.session.worlds[p.ID]
	b.mu.Unlock()
	var found struct {
		BackendNodeID int `json:"backendNodeId"`
	}
	if err := b.conn.call(ctx, p.session.id, "DOM.getFrameOwner", map[string]any{"frameId": f.ID}, &found); err != nil {
		return "", p.explain(err)
	}
	var resolved struct {
		Object remoteObject `json:"object"`
	}
	err = b.conn.call(ctx, p.session.id, "DOM.resolveNode", map[string]any{"backendNodeId": found.BackendNodeID, "executionContextId": world, "objectGroup": p.group()}, &resolved)
	if err != nil {
		return "", p.explain(err)
	}
	return resolved.Object.ObjectID, nil
}

// rectangle is where an element is in the window.
type rectangle struct{ left, top, right, bottom float64 }

// holds says that the middle of another one is within.
func (r rectangle) holds(o rectangle) bool {
	x, y := (o.left+o.right)/2, (o.top+o.bottom)/2
	return o.right-o.left > 8 && o.bottom-o.top > 8 && x > r.left && x < r.right && y > r.top && y < r.bottom
}

// quad is the box of a node; ok is false where it has none.
func (f *Frame) quad(ctx context.Context, node map[string]any) (r rectangle, ok bool) {
	var got struct {
		Model struct {
			Border []float64 `json:"border"`
		} `json:"model"`
	}
	if f.tab.browser.conn.call(ctx, f.session.id, "DOM.getBoxModel", node, &got) != nil || len(got.Model.Border) != 8 {
		return r, false
	}
	q := got.Model.Border
	return rectangle{min(q[0], q[4]), min(q[1], q[5]), max(q[0], q[4]), max(q[1], q[5])}, true
}

// domNode is the protocol's DOM.Node, closed shadow trees included.
type domNode struct {
	BackendNodeID int       `json:"backendNodeId"`
	LocalName     string    `json:"localName"`
	Attributes    []string  `json:"attributes"` // name, value, name ...
	Children      []domNode `json:"children"`
	ShadowRoots   []domNode `json:"shadowRoots"`
}

// otherPurpose is what fields say of themselves that are asked for in windows which lie over a page for a while: newsletters,
// chats, searches, addresses.
var otherPurpose = regexp.MustCompile(`(?i)mail|newsletter|search|coupon|chat|message|comment|address|postal|zip|first.?name|last.?name|subscri|メール|検索|郵便|住所|クーポン|お名前|이메일|검색|주소|쿠폰|surel|alamat|cari`)

// takers are the numbers of the nodes below, and of the node itself, that take text for no purpose that they name.
func (n domNode) takers(out []int) []int {
	const most = 24
	value := func(name string) (string, bool) {
		for i := 0; i+1 < len(n.Attributes); i += 2 {
			if n.Attributes[i] == name {
				return n.Attributes[i+1], true
			}
		}
		return "", false
	}
	kind, _ := value("type")
	editable, isEditable := value("contenteditable")
	takes := n.LocalName == "textarea" || isEditable && !strings.EqualFold(editable, "false")
	if n.LocalName == "input" {
		takes = slices.Contains([]string{"", "text", "tel", "number", "password"}, strings.ToLower(kind))
	}
	if takes && !otherPurpose.MatchString(strings.Join(n.Attributes, " ")) && len(out) < most {
		out = append(out, n.BackendNodeID)
	}
	for _, inner := range slices.Concat(n.ShadowRoots, n.Children) {
		out = inner.takers(out)
	}
	return out
}
