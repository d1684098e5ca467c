package browser

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
)

// Replaced is a function of a page that is not the browser's, or not its maker's, any more.
type Replaced struct {
	Name     string // such as "HTMLInputElement.prototype.value" or "Stripe.createToken"
	FrameURL string
	Session  string
	How      string // "function", "proxy", "bound"
	Faked    bool   // it has a toString of its own, so as to be taken for the browser's
	Source   string // the function's text, at most maxFunction bytes
	Call     Call   // where that function is; ScriptID is empty where the browser does not tell
}

// Global is something that a script of the page put into the global scope, with the functions in it.
type Global struct {
	Name     string
	FrameURL string
	Session  string
	Call     Call           // where it is, for a function
	Methods  []GlobalMethod // functions that are its own properties, one level deep
}

// GlobalMethod is one function of a Global.
type GlobalMethod struct {
	Name   string
	Source string
	Call   Call
}

// Natives is what one look at the functions of a tab found.
type Natives struct {
	Replaced []Replaced
	Globals  []Global
	Unseen   []string // documents that could not be looked at
}

const (
	maxFunction = 16 << 10
	maxGlobals  = 120
	maxMethods  = 60
)

// audited are the functions that something typed goes through on its way out, by the object that holds them: those of the
// prototype, unless the name begins with a dot. An empty name is the constructor itself.
var audited = map[string][]string{
	"":                    {"fetch", "postMessage", "atob", "btoa", "setTimeout", "setInterval"},
	"HTMLInputElement":    {"value", "setCustomValidity", "checkValidity"},
	"HTMLTextAreaElement": {"value"},
	"HTMLSelectElement":   {"value"},
	"HTMLFormElement":     {"submit", "requestSubmit", "reportValidity"},
	"HTMLIFrameElement":   {"src", "contentWindow"},
	"Element":             {"attachShadow", "getAttribute", "setAttribute"},
	"EventTarget":         {"addEventListener", "dispatchEvent"},
	"XMLHttpRequest":      {"", "open", "send"},
	"FormData":            {"", "get", "set", "append", "entries", "forEach"},
	"URLSearchParams":     {"", "append", "set", "toString"},
	"WebSocket":           {"", "send"},
	"Navigator":           {"sendBeacon"},
	"Storage":             {"setItem", "getItem"},
	"PaymentRequest":      {"", "show", "canMakePayment"},
	"PaymentResponse":     {"complete"},
	"SubtleCrypto":        {"encrypt", "importKey"},
	"RTCPeerConnection":   {"", "createDataChannel"},
	"MessagePort":         {"postMessage"},
	"Function":            {"toString", "call", "apply"},
	"Request":             {""},
	"JSON":                {".stringify", ".parse"},
	"Object":              {".defineProperty", ".getOwnPropertyDescriptor", ".entries", ".assign"},
	"Array":               {"push", "join"},
	"String":              {"replace", "split"},
	"Promise":             {"then"},
}

// Natives looks whether the functions that typed data passes through are the browser's own, in every frame whose address is
// own, and lists the globals that scripts with another address speak of. It asks the browser, not the page: no function of the
// page runs, so that none can answer in another's place.
func (t *Tab) Natives(ctx context.Context, own func(address string) bool) (Natives, error) {
	frames, err := t.documents(ctx)
	if err != nil {
		return Natives{}, err
	}
	spoken := t.browser.rec.spoken(own)
	var mu sync.Mutex
	var all Natives
	var asked sync.WaitGroup
	var failed error
	for _, f := range frames {
		if f.Parent != nil && !own(f.URL) {
			continue
		}
		asked.Go(func() {
			found, err := f.natives(ctx, spoken)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case errors.Is(err, ErrClosed) || ctx.Err() != nil:
				failed = err
			case err != nil && !errors.Is(err, ErrGone):
				all.Unseen = append(all.Unseen, f.URL)
			}
			all.Replaced = append(all.Replaced, found.Replaced...)
			all.Globals = append(all.Globals, found.Globals...)
		})
	}
	asked.Wait()
	return all, failed
}

func (f *Frame) natives(ctx context.Context, spoken func(name string) bool) (Natives, error) {
	window := f.window(ctx)
	if window == "" {
		return Natives{}, nil // it has run no script: nothing is replaced
	}
	defer f.release()
	global, err := f.properties(ctx, window)
	if err != nil {
		return Natives{}, f.explain(err)
	}
	var mu sync.Mutex
	var found Natives
	var asked sync.WaitGroup
	note := func(name string, o *remoteObject) {
		if r, ok := f.replaced(ctx, name, o); ok {
			mu.Lock()
			found.Replaced = append(found.Replaced, r)
			mu.Unlock()
		}
	}
	for holder, names := range audited {
		if holder == "" {
			for _, name := range names {
				asked.Go(func() { note(name, global.named(name).function()) })
			}
			continue
		}
		constructor := global.named(holder)
		if constructor == nil || constructor.Value == nil {
			continue
		}
		asked.Go(func() { f.members(ctx, holder, constructor.Value, names, note) })
	}
	count := 0
	for _, p := range global.Result {
		if p.Value == nil || p.Value.ObjectID == "" || audited[p.Name] != nil || slices.Contains(audited[""], p.Name) || !p.Value.ofPage() || !spoken(p.Name) {
			continue
		}
		if count++; count > maxGlobals {
			break
		}
		asked.Go(func() {
			if g := f.global(ctx, p); g.Call.ScriptID != "" || len(g.Methods) > 0 {
				mu.Lock()
				found.Globals = append(found.Globals, g)
				mu.Unlock()
			}
		})
	}
	asked.Wait()
	return found, nil
}

// members looks at what a constructor, or an object such as JSON, holds.
func (f *Frame) members(ctx context.Context, holder string, constructor *remoteObject, names []string, note func(string, *remoteObject)) {
	own, err := f.properties(ctx, constructor.ObjectID)
	if err != nil {
		return
	}
	// Behind a proxy, ours or the page's, is the constructor that holds the prototype.
	if target := own.inner("[[Target]]"); target != nil {
		if own, err = f.properties(ctx, target.ObjectID); err != nil {
			return
		}
	}
	var prototype properties
	if p := own.named("prototype"); p != nil && p.Value != nil {
		if prototype, err = f.properties(ctx, p.Value.ObjectID); err != nil {
			return
		}
	}
	for _, name := range names {
		if static, ok := strings.CutPrefix(name, "."); ok {
			note(holder+name, own.named(static).function())
			continue
		}
		if name == "" {
			note(holder, constructor)
			continue
		}
		note(holder+".prototype."+name, prototype.named(name).function())
	}
}

// function is a property's function, or the one that reads it.
func (p *property) function() *remoteObject {
	switch {
	case p == nil:
		return nil
	case p.Get.callable():
		return p.Get
	}
	return p.Value
}

// callable says that it may be a function: of a proxy the browser does not tell.
func (o *remoteObject) callable() bool {
	return o != nil && (o.Type == "function" || o.Subtype == "proxy")
}

// native says that the browser describes a function as its own. The text is the engine's, not that of a toString.
func (o *remoteObject) native() bool {
	return o.Type == "function" && strings.HasSuffix(o.Description, "{ [native code] }") && o.ClassName == "Function" && o.Subtype != "proxy"
}

// ofPage tells what a script made from the objects that every page has.
func (o *remoteObject) ofPage() bool {
	switch {
	case o.Type == "function":
		return !o.native()
	case o.Subtype == "proxy":
		return true
	case o.Type != "object" || o.Subtype != "":
		return false
	}
	return o.ClassName == "Object" || !strings.Contains(browserClasses, " "+o.ClassName+" ")
}

const browserClasses = " Window Location Navigator Document HTMLDocument History Screen Storage Performance console Math JSON Reflect Atomics Intl WebAssembly CSS VisualViewport BarProp External CustomElementRegistry Crypto SpeechSynthesis CacheStorage IDBFactory Scheduler TrustedTypePolicyFactory Navigation CookieStore StyleMedia LaunchQueue DocumentPictureInPicture SharedStorage Fence Viewport "

// replaced says who stands in the place of a function of the browser's.
func (f *Frame) replaced(ctx context.Context, name string, o *remoteObject) (Replaced, bool) {
	r := Replaced{Name: name, FrameURL: f.URL, Session: f.session.id, How: "function"}
	for range 6 {
		if !o.callable() || o.ObjectID == "" {
			return r, false
		}
		p, err := f.properties(ctx, o.ObjectID)
		if err != nil {
			return r, false
		}
		if target := p.inner("[[Target]]"); target != nil || o.Subtype == "proxy" {
			trap := f.trap(ctx, p.inner("[[Handler]]"))
			if trap.ScriptID != "" && f.tab.browser.isOwn(f.session, trap.ScriptID) {
				o = target // ours stands in front of what there was before the page's first line
				continue
			}
			r.How, r.Call = "proxy", trap
			return r, true
		}
		if target := p.inner("[[TargetFunction]]"); target != nil {
			if inner := p.inner("[[BoundThis]]"); target.native() && inner != nil {
				r.How = "bound"
			}
			o = target
			continue
		}
		location, ok := located(p)
		if !ok {
			return r, r.How == "bound" && !strings.Contains(name, ".") && name != "fetch"
		}
		if f.tab.browser.isOwn(f.session, location.ScriptID) {
			return r, false
		}
		r.Call, r.Source = location, clip(o.Description, maxFunction)
		r.Faked = p.named("toString") != nil
		return r, true
	}
	return r, false
}

// trap is where the functions of a proxy's handler are.
func (f *Frame) trap(ctx context.Context, handler *remoteObject) Call {
	if handler == nil || handler.ObjectID == "" {
		return Call{}
	}
	p, err := f.properties(ctx, handler.ObjectID)
	if err != nil {
		return Call{}
	}
	for _, trap := range p.Result {
		if o := trap.function(); o != nil && o.Type == "function" {
			if inner, err := f.properties(ctx, o.ObjectID); err == nil {
				if call, ok := located(inner); ok {
					return call
				}
			}
		}
	}
	return Call{}
}

// located is where the engine says that a function was written.
func located(p properties) (Call, bool) {
	at := p.inner("[[FunctionLocation]]")
	if at == nil || len(at.Value) == 0 {
		return Call{}, false
	}
	var place struct {
		ScriptID     string `json:"scriptId"`
		LineNumber   int    `json:"lineNumber"`
		ColumnNumber int    `json:"columnNumber"`
	}
	if unmarshal(at.Value, &place) != nil || place.ScriptID == "" {
		return Call{}, false
	}
	return Call{ScriptID: intern(place.ScriptID), Line: place.LineNumber + 1, Column: place.ColumnNumber + 1}, true
}

// global lists the functions of something that a script made.
func (f *Frame) global(ctx context.Context, p property) Global {
	g := Global{Name: clip(p.Name, 128), FrameURL: f.URL, Session: f.session.id}
	own, err := f.properties(ctx, p.Value.ObjectID)
	if err != nil {
		return g
	}
	g.Call, _ = located(own)
	if target := own.inner("[[Target]]"); target != nil {
		if g.Call = f.trap(ctx, own.inner("[[Handler]]")); f.tab.browser.isOwn(f.session, g.Call.ScriptID) {
			return Global{}
		}
		if own, err = f.properties(ctx, target.ObjectID); err != nil {
			return g
		}
	}
	var asked sync.WaitGroup
	var mu sync.Mutex
	count := 0
	for _, m := range own.Result {
		o := m.function()
		if o == nil || o.Type != "function" || o.ObjectID == "" || o.native() || m.Name == "constructor" || m.Name == "prototype" {
			continue
		}
		if count++; count > maxMethods {
			break
		}
		asked.Go(func() {
			inner, err := f.properties(ctx, o.ObjectID)
			if err != nil {
				return
			}
			if call, ok := located(inner); ok {
				mu.Lock()
				g.Methods = append(g.Methods, GlobalMethod{Name: clip(m.Name, 128), Source: clip(o.Description, maxFunction), Call: call})
				mu.Unlock()
			}
		})
	}
	asked.Wait()
	return g
}

// spoken tells the names that occur in a script whose address is not own.
func (r *Recording) spoken(own func(address string) bool) func(name string) bool {
	var sources []string
	for _, s := range r.Scripts() {
		if s.Kind == "external" && !own(s.URL) {
			sources = append(sources, s.Source)
		}
	}
	return func(name string) bool {
		return len(name) > 2 && slices.ContainsFunc(sources, func(source string) bool { return strings.Contains(source, name) })
	}
}
