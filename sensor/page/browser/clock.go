package browser

import (
	"context"
	"encoding/json"
	"time"
)

// spans are how far the clock is put forward at a time: what a timer started is to have an answer, and may wait for
// another timer, before the next.
var spans = []time.Duration{2 * time.Second, 8 * time.Second, 20 * time.Second, 30 * time.Second}

// Later is how far [Tab.Forward] puts the clock forward.
const Later = time.Minute

// Forward puts the clock of the tab's pages and workers forward by [Later]: whatever waits for a time until then
// happens now, in its order, at the hour it was meant for. It takes as long as that work does, at most limit.
//
// Afterwards the tab's clock stands still until it goes to another page. That, and that a server would see the
// customer's minute pass in no time, is why it is for pages that are about to be left, over a line that is cut.
func (t *Tab) Forward(ctx context.Context, limit time.Duration) error {
	b := t.browser
	b.mu.Lock()
	t.frozen = true
	b.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for _, span := range spans {
		over := t.grant(span)
		for range cap(over) {
			select {
			case <-over:
			case <-b.conn.done:
				return ErrClosed
			case <-ctx.Done():
				return nil // as far as it came
			}
		}
	}
	return nil
}

// thaw lets the clock of a tab run again that has gone to another page after Forward.
func (t *Tab) thaw() {
	b := t.browser
	b.mu.Lock()
	frozen := t.frozen
	t.frozen = false
	b.mu.Unlock()
	if frozen {
		b.conn.send(t.session.id, "Emulation.setVirtualTimePolicy", map[string]any{"policy": "advance"}, nil)
	}
}

// grant lets the tab's documents, and with them their workers, run for a span of its own time. What is returned gets one word from each when that
// is over, or when it cannot be done there.
func (t *Tab) grant(span time.Duration) <-chan struct{} {
	b := t.browser
	b.mu.Lock()
	var running []*session
	for _, s := range b.sessions {
		if s.tab == t && s.framed() && b.targets[s.targetID] == s && !s.crashed {
			running = append(running, s)
		}
	}
	over := make(chan struct{}, len(running))
	for _, s := range running {
		s.expired = over
	}
	b.mu.Unlock()
	for _, s := range running {
		b.conn.send(s.id, "Emulation.setVirtualTimePolicy", map[string]any{"policy": "advance", "budget": span.Milliseconds()}, func(_ json.RawMessage, err error) {
			if err != nil {
				b.onExpired(s)
			}
		})
	}
	return over
}

// onExpired passes on that a session's span is over.
func (b *Browser) onExpired(s *session) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s.expired != nil {
		s.expired <- struct{}{}
		s.expired = nil
	}
}
