package browser

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// SettleOptions say when a page counts as settled. A field that is zero has the value given beside it.
type SettleOptions struct {
	Quiet    time.Duration // how long the document must not have changed: 100 ms
	Patience time.Duration // a request that takes longer is a long poll and not waited for: 3 s
	Limit    time.Duration // after that it is called restless: 10 s
}

// Settle waits until the page is loaded, no request is on its way and its documents have stopped changing, and reports
// whether that came true within the limit. Streams, WebSockets and requests older than Patience are not waited for,
// nor, beyond a moment, is a document that only animates.
func (t *Tab) Settle(ctx context.Context, o SettleOptions) (quiet bool, err error) {
	if o.Quiet == 0 {
		o.Quiet = 100 * time.Millisecond
	}
	if o.Patience == 0 {
		o.Patience = 3 * time.Second
	}
	if o.Limit == 0 {
		o.Limit = 10 * time.Second
	}
	limited, cancel := context.WithTimeoutCause(ctx, o.Limit, errRestless)
	defer cancel()
	for {
		begun, err := t.awaitNetwork(limited, o)
		if err == nil {
			err = t.awaitDocuments(limited, o.Quiet)
		}
		gone := t.state()
		switch {
		case ctx.Err() != nil:
			return false, context.Cause(ctx)
		case errors.Is(err, ErrClosed):
			return false, err
		case gone != nil:
			return false, gone
		case errors.Is(err, errRestless), limited.Err() != nil:
			return false, nil
		case err == nil && t.unchanged(begun):
			return true, nil
		}
	}
}

var errRestless = errors.New("the page does not come to rest")

// state is an error where there is no page any more to wait for.
func (t *Tab) state() error {
	t.browser.mu.Lock()
	defer t.browser.mu.Unlock()
	switch {
	case t.crashed:
		return fmt.Errorf("the renderer of %s has crashed: %w", t.url, ErrGone)
	case t.over:
		return fmt.Errorf("the tab was closed: %w", ErrGone)
	}
	return nil
}

func (t *Tab) unchanged(begun int) bool {
	t.browser.mu.Lock()
	defer t.browser.mu.Unlock()
	return t.begun == begun
}

// awaitNetwork waits until no request is open that is worth waiting for, and has not been for a while: the answer to
// one is often the reason for the next. It returns what had begun by then.
func (t *Tab) awaitNetwork(ctx context.Context, o SettleOptions) (int, error) {
	b := t.browser
	for {
		b.mu.Lock()
		changed, begun := t.changed, t.begun
		next, open := b.exchanges.patience(t, o.Patience)
		if !open {
			next = t.busy.Add(o.Quiet)
		}
		b.mu.Unlock()
		left := time.Until(next)
		if left <= 0 || t.state() != nil {
			return begun, nil
		}
		expired := time.NewTimer(left)
		select {
		case <-changed:
		case <-expired.C:
		case <-b.conn.done:
			expired.Stop()
			return 0, ErrClosed
		case <-ctx.Done():
			expired.Stop()
			return 0, context.Cause(ctx)
		}
		expired.Stop()
	}
}

// patience reports whether a request of the tab's is open that is worth waiting for, and until when at most.
func (xs *exchanges) patience(t *Tab, limit time.Duration) (until time.Time, open bool) {
	now := time.Now()
	for _, x := range xs.open {
		if x.tab != t || background(x.kind) {
			continue
		}
		if end := x.since.Add(limit); end.After(now) && end.After(until) {
			until, open = end, true
		}
	}
	return until, open
}

// background reports whether a request of that type changes nothing on the page.
func background(kind string) bool {
	switch kind {
	case "WebSocket", "EventSource", "Media", "Ping", "Prefetch", "CSPViolationReport", "Manifest", "Other":
		return true
	}
	return false
}

// awaitDocuments waits until no document of the tab has changed for a while.
func (t *Tab) awaitDocuments(ctx context.Context, quiet time.Duration) error {
	frames, err := t.documents(ctx)
	if err != nil {
		return err
	}
	var mu sync.Mutex
	var asked sync.WaitGroup
	for _, f := range frames {
		asked.Go(func() {
			calm := true
			e := f.Eval(ctx, fmt.Sprintf("globalThis.watcher?.quiet(%d, %t)", quiet.Milliseconds(), f.Parent == nil), &calm)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case e != nil && f.Parent != nil && errors.Is(e, ErrGone):
			case e != nil:
				err = e
			case !calm && err == nil:
				err = errRestless
			}
		})
	}
	asked.Wait()
	return err
}
