package journey

import (
	"context"
	"time"
)

// roomPatience is how long one walk stays on pages that only ask to wait.
const roomPatience = 15 * time.Second

// waitingRoom stays on a page with nothing to press and nothing to fill, until it goes on by itself: a queue on a busy
// day, a payment that is being made ready. It says whether the page has changed.
func (w *walker) waitingRoom(ctx context.Context, p *page) (bool, error) {
	if w.memory.presses == 0 || len(p.buttons) > 0 || len(p.fields) > 0 || len(p.choices) > 0 || p.provider || p.human != nil {
		return false, nil
	}
	switch p.kind {
	case Human, Secure, Done:
		return false, nil
	}
	began, here := time.Now(), p.signature()
	defer func() { w.inRooms += time.Since(began) }()
	for w.inRooms+time.Since(began) < roomPatience {
		if err := wait(ctx, 100*time.Millisecond); err != nil {
			return false, err
		}
		now, err := w.look(ctx, 0)
		if err != nil {
			return false, err
		}
		if now.signature() != here {
			return true, nil
		}
	}
	return false, nil
}
