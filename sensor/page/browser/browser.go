package browser

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Options say which browser is started and what it looks like.
type Options struct {
	Executable string  // empty: what Find finds
	Profile    Profile // without a Name: the first of Profiles
	Folder     string  // the browser's data, kept for another launch; empty: a folder that Close removes
	Proxy      string  // host:port of the witness; empty: no proxy
	Jail       *Jail   // the network it is shut up in, with Proxy inside; nil: the machine's own
	TrustSPKI  string  // base64 SHA-256 of the SPKI of the CA whose certificates are accepted; empty: none besides the usual

	// Hosts are the shop's own, as "host" or "host:port"; with and without "www." is the same, and so are the ports of
	// http and https. ExtraHeaders, Username and Password go to these and to nobody else, no other port and no subdomain:
	// they are the operator's secrets.
	Hosts              []string
	ExtraHeaders       map[string]string
	Username, Password string
	Cookies            []*http.Cookie // each with its Domain

	// Refuse is asked about each request, with its body, before it goes out; where it says true the request is recorded
	// and failed as after Cut. It is called from several goroutines and holds up the page. nil refuses nothing.
	Refuse func(Request) bool

	version version
}

// Browser is a running Chromium. It is safe for concurrent use.
type Browser struct {
	process *process
	conn    *conn
	rec     *Recording
	options Options
	version version
	scripts earlyScripts
	cut     atomic.Bool

	sandboxOff string

	mu        sync.Mutex
	sessions  map[string]*session
	targets   map[string]*session // by target, the first session on it
	frames    map[string]frameState
	tabs      map[string]*Tab
	tabCount  int
	places    []place              // that had a document
	evaluated map[string]bool      // the hashes of what we evaluated among the page scripts
	waiting   map[string]chan *Tab // NewTab waits for its target
	exchanges exchanges

	closing  sync.Once
	closeErr error
}

// frameState is what is known of one frame of any tab; session is that of the renderer that shows it.
type frameState struct{ url, parent, session string }

// Launch starts a browser. When ctx ends it is closed; Close must be called nevertheless, and returns when nothing is
// left of it. The error is a [*MissingError] where no browser is installed.
func Launch(ctx context.Context, o Options) (*Browser, error) {
	if o.Executable == "" {
		found, err := Find()
		if err != nil {
			return nil, err
		}
		o.Executable = found
	}
	if o.Profile.Name == "" {
		o.Profile = Profiles()[0]
	}
	b, err := launch(ctx, o, "")
	var refused *sandboxError
	if errors.As(err, &refused) {
		b, err = launch(ctx, o, refused.said)
	}
	if err != nil {
		return nil, err
	}
	return b, nil
}

// sandboxError says that this kernel gives Chromium no way to confine its renderers.
type sandboxError struct{ said string }

func (e *sandboxError) Error() string { return "no usable sandbox: " + e.said }

func launch(ctx context.Context, o Options, sandboxOff string) (*Browser, error) {
	v, err := versionOf(ctx, o.Executable)
	if err != nil {
		return nil, err
	}
	o.version = v
	args := flags(o)
	if sandboxOff != "" {
		args = append(args, "--no-sandbox")
	}
	p, err := startProcess(o.Executable, o.Folder, o.Jail, preferences(o.Profile), args, o.Profile.environment())
	if err != nil {
		return nil, err
	}
	b := newBrowser(o, sandboxOff)
	b.process = p
	b.conn = newConn(p.read, p.write, b.onEvent, b.onOversize)
	go func() {
		select {
		case <-ctx.Done():
			_ = b.Close()
		case <-b.conn.done:
		}
	}()
	if err := b.begin(ctx); err != nil {
		_ = b.Close()
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case p.noSandbox():
			return nil, &sandboxError{p.complaint().Error()}
		case errors.Is(err, ErrClosed):
			return nil, fmt.Errorf("%s does not start: %w", o.Executable, p.complaint())
		}
		return nil, fmt.Errorf("%s does not do what it is told: %w", o.Executable, err)
	}
	return b, nil
}

func newBrowser(o Options, sandboxOff string) *Browser {
	return &Browser{
		rec:        newRecording(),
		options:    o,
		version:    o.version,
		scripts:    newEarlyScripts(o.Profile),
		sandboxOff: sandboxOff,
		sessions:   map[string]*session{},
		targets:    map[string]*session{},
		frames:     map[string]frameState{},
		tabs:       map[string]*Tab{},
		waiting:    map[string]chan *Tab{},
		exchanges:  newExchanges(),
		evaluated:  map[string]bool{},
	}
}

// begin attaches to everything that comes and gives the browser its cookies.
func (b *Browser) begin(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	if err := b.conn.call(ctx, "", "Target.setAutoAttach", autoAttach(), nil); err != nil {
		return err
	}
	if err := b.conn.call(ctx, "", "Browser.setDownloadBehavior", map[string]any{"behavior": "deny", "eventsEnabled": true}, nil); err != nil {
		return err
	}
	if len(b.options.Cookies) == 0 {
		return nil
	}
	cookies := make([]map[string]any, 0, len(b.options.Cookies))
	for _, c := range b.options.Cookies {
		cookie := map[string]any{"name": c.Name, "value": c.Value, "domain": c.Domain, "path": "/", "secure": c.Secure, "httpOnly": c.HttpOnly}
		if c.Path != "" {
			cookie["path"] = c.Path
		}
		if !c.Expires.IsZero() {
			cookie["expires"] = c.Expires.Unix()
		}
		cookies = append(cookies, cookie)
	}
	return b.conn.call(ctx, "", "Storage.setCookies", map[string]any{"cookies": cookies}, nil)
}

// startLimit bounds the start: a cold one on a loaded machine takes seconds.
const startLimit = 60 * time.Second

// autoAttach asks for everything that runs below a session, before its first line. Tabs in Chromium's sense stand
// between the browser and its pages and would hide them; the browser's own windows are not the shop's.
func autoAttach(besides ...string) map[string]any {
	var filter []any
	for _, kind := range append([]string{"browser", "browser_ui", "tab"}, besides...) {
		filter = append(filter, map[string]any{"type": kind, "exclude": true})
	}
	return map[string]any{
		"autoAttach":             true,
		"waitForDebuggerOnStart": true,
		"flatten":                true,
		"filter":                 append(filter, map[string]any{}),
	}
}

// SandboxOff is why the renderers run unconfined, in Chromium's words; empty: they are confined. An operator must be
// told, because a page then needs one hole less.
func (b *Browser) SandboxOff() string { return b.sandboxOff }

// Version is the browser's, such as "156.0.8078.79".
func (b *Browser) Version() string { return string(b.version) }

// Recording is what the browser has seen and still sees.
func (b *Browser) Recording() *Recording { return b.rec }

// Cut makes every request from now on be recorded, with its body, and fail: none reaches the network, whoever sends it
// and however. Messages on WebSockets that are already open are not requests; cutting those is the proxy's part.
func (b *Browser) Cut() { b.cut.Store(true) }

// NewTab opens an empty tab.
func (b *Browser) NewTab(ctx context.Context) (*Tab, error) { return b.newTab(ctx, false) }

// newTab opens a tab; one of our own asks nobody for anything and is not recorded.
func (b *Browser) newTab(ctx context.Context, own bool) (*Tab, error) {
	var created struct {
		TargetID string `json:"targetId"`
	}
	if err := b.conn.call(ctx, "", "Target.createTarget", map[string]any{"url": "about:blank"}, &created); err != nil {
		return nil, err
	}
	ready := make(chan *Tab, 1)
	b.mu.Lock()
	if t := b.tabs[created.TargetID]; t != nil {
		ready <- t
	} else {
		b.waiting[created.TargetID] = ready
	}
	b.mu.Unlock()
	select {
	case t := <-ready:
		b.mu.Lock()
		t.own = own
		b.mu.Unlock()
		return t, t.awaitWindow(ctx)
	case <-b.conn.done:
		return nil, ErrClosed
	case <-ctx.Done():
		return nil, fmt.Errorf("opening a tab: %w", context.Cause(ctx))
	}
}

// Tabs are the tabs that are open, those that pages opened too, oldest first.
func (b *Browser) Tabs() []*Tab {
	b.mu.Lock()
	defer b.mu.Unlock()
	tabs := make([]*Tab, 0, len(b.tabs))
	for _, t := range b.tabs {
		if !t.own {
			tabs = append(tabs, t)
		}
	}
	slices.SortFunc(tabs, func(x, y *Tab) int { return x.number - y.number })
	return tabs
}

// Close ends the browser and removes what it left on disk, unless Options.Folder keeps it. It may be called again and
// from several goroutines; each call returns when nothing is left.
func (b *Browser) Close() error {
	b.closing.Do(func() {
		if b.options.Folder != "" {
			// What is kept must be written out first.
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			if b.conn.call(ctx, "", "Browser.close", nil, nil) == nil {
				_ = b.process.waitExit(ctx)
			}
			cancel()
		}
		b.conn.close()
		b.process.end()
		if _, err := os.Lstat(b.process.scratch); err == nil {
			b.closeErr = fmt.Errorf("could not remove the browser's folder %s", b.process.scratch)
		}
	})
	return b.closeErr
}

// onOversize deals with an event that was too large to keep whole. Only one kind waits for an answer, and only bodies
// make it large.
func (b *Browser) onOversize(head, tail []byte) {
	if method, _ := jsonText(head, `"method":`, 64); method != "Fetch.requestPaused" {
		return
	}
	field := func(data []byte, name string) string {
		text, _ := jsonText(data, `"`+name+`":`, maxURL)
		return text
	}
	_, request, _ := bytes.Cut(head, []byte(`"request":`))
	body, _ := jsonText(request, `"postData":`, MaxBody)
	e := requestPaused{
		RequestID:    field(head, "requestId"),
		NetworkID:    field(tail, "networkId"),
		FrameID:      field(tail, "frameId"),
		ResourceType: field(tail, "resourceType"),
		Request: requestInfo{
			URL:         field(request, "url"),
			Method:      field(request, "method"),
			HasPostData: true,
			beginning:   []byte(body),
		},
	}
	s := b.sessionOf(field(tail, "sessionId"))
	if s == nil {
		s = &session{id: field(tail, "sessionId"), watching: true}
	}
	b.onPaused(s, &e)
}
