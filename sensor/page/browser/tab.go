package browser

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"time"
)

// Tab is one page with all its frames and workers. It is safe for concurrent use.
type Tab struct {
	ID     string
	Opener string // ID of the tab whose page opened this one; empty: NewTab did

	browser *Browser
	session *session
	number  int

	// Guarded by Browser.mu.
	own     bool   // ours, for reading storage: its requests are answered by us
	inside  string // the origin of the frame on our own page
	url     string
	crashed bool
	over    bool
	frozen  bool          // its clock stands still, see Forward
	busy    time.Time     // when a request was last open
	begun   int           // counts what a settled page does not do: begin a request, show another document
	changed chan struct{} // closed at the next such thing, and at its end
}

// newTabLocked notes a tab that came into being.
func (b *Browser) newTabLocked(s *session, info targetInfo) *Tab {
	t := &Tab{
		ID:      info.TargetID,
		Opener:  info.OpenerID,
		browser: b,
		session: s,
		url:     info.URL,
		changed: make(chan struct{}),
	}
	b.tabCount++
	t.number = b.tabCount
	s.tab = t
	b.tabs[t.ID] = t
	return t
}

// announce gives a new tab to NewTab, where that made it.
func (b *Browser) announce(t *Tab) {
	b.mu.Lock()
	ready := b.waiting[t.ID]
	delete(b.waiting, t.ID)
	b.mu.Unlock()
	if ready != nil {
		ready <- t
	}
	if t.Opener != "" {
		b.rec.addEvent(Event{Kind: Popup, Tab: t.ID, URL: t.URL()})
	}
}

// stirLocked wakes whoever waits for something to end.
func (t *Tab) stirLocked() {
	close(t.changed)
	t.changed = make(chan struct{})
}

// beginLocked notes that something has begun.
func (t *Tab) beginLocked() {
	t.begun++
	t.busyLocked()
}

// busyLocked notes that something is going on, or has just ended.
func (t *Tab) busyLocked() {
	t.busy = time.Now()
	t.stirLocked()
}

func (t *Tab) closed() {
	t.browser.mu.Lock()
	defer t.browser.mu.Unlock()
	t.over = true
	t.stirLocked()
}

// awaitWindow waits until the tab is set up and its window has a size, which a page could miss.
func (t *Tab) awaitWindow(ctx context.Context) error {
	select {
	case <-t.session.set:
	case <-t.browser.conn.done:
		return ErrClosed
	case <-ctx.Done():
		return fmt.Errorf("opening a tab: %w", context.Cause(ctx))
	}
	frames, err := t.documents(ctx)
	if err != nil {
		return err
	}
	return frames[0].Eval(ctx, `new Promise(done => {
		let left = 200;
		const look = () => outerWidth > 0 || --left === 0 ? done() : setTimeout(look, 5);
		look();
	})`, nil)
}

func (t *Tab) call(ctx context.Context, method string, params, out any) error {
	return t.browser.conn.call(ctx, t.session.id, method, params, out)
}

// URL is the address that the tab shows.
func (t *Tab) URL() string {
	t.browser.mu.Lock()
	defer t.browser.mu.Unlock()
	return t.url
}

// Crashed reports whether the page's renderer has died. Navigating brings it back.
func (t *Tab) Crashed() bool {
	t.browser.mu.Lock()
	defer t.browser.mu.Unlock()
	return t.crashed
}

// NavigateError says why an address gave no page.
type NavigateError struct {
	URL    string
	Reason string // Chromium's, such as "net::ERR_NAME_NOT_RESOLVED"
}

func (e *NavigateError) Error() string {
	return fmt.Sprintf("%s cannot be opened: %s", e.URL, strings.TrimPrefix(e.Reason, "net::"))
}

// Navigate goes to address and returns when the answer has begun to arrive; Settle waits for the rest. The error is a
// [*NavigateError] where there is no answer that makes a page.
func (t *Tab) Navigate(ctx context.Context, address string) error {
	var went struct {
		ErrorText  string `json:"errorText"`
		IsDownload bool   `json:"isDownload"`
	}
	t.browser.mu.Lock()
	t.crashed = false
	t.browser.mu.Unlock()
	err := t.call(ctx, "Page.navigate", map[string]any{"url": address}, &went)
	t.thaw()
	switch {
	case err != nil:
		if ctx.Err() != nil {
			t.browser.conn.send(t.session.id, "Page.stopLoading", nil, nil)
		}
		return err
	case went.IsDownload:
		return &NavigateError{address, "it is a download, not a page"}
	case went.ErrorText != "":
		return &NavigateError{address, went.ErrorText}
	}
	return nil
}

// Reload loads the page again.
func (t *Tab) Reload(ctx context.Context) error { return t.Navigate(ctx, t.URL()) }

// Screenshot is what the tab shows, as a PNG.
func (t *Tab) Screenshot(ctx context.Context) ([]byte, error) {
	var shot struct {
		Data string `json:"data"`
	}
	if err := t.call(ctx, "Page.captureScreenshot", map[string]any{"format": "png", "optimizeForSpeed": true}, &shot); err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(shot.Data)
}

// Close closes the tab, without asking its page.
func (t *Tab) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return t.browser.conn.call(ctx, "", "Target.closeTarget", map[string]any{"targetId": t.ID}, nil)
}

func tabID(t *Tab) string {
	if t == nil {
		return ""
	}
	return t.ID
}
