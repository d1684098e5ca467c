package journey

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// Many shops ask for the card only once the order is taken: the last button answers with the way to a payment
// provider's page, or to a page of the shop's own. What stands there can only be seen by whoever orders.

// Order presses the last button and lets the shop have the order, goes where the shop sends its customer, and types the
// card on the page that asks for it. It is for walks with [Result.CardLater], whose operator has allowed one test order.
// The result is that of the whole walk, with the last button of that page as its Last: that one may only be pressed over
// a cut line, like any other.
func (l *Last) Order(ctx context.Context, patience time.Duration) (Result, error) {
	w := l.walker
	found := w.result.Journey // what is pressed from here on is no way to be gone again
	frame, id, err := l.find(ctx)
	if err != nil {
		return w.result, err
	}
	w.mark("order")
	w.note("placed the test order with %q", l.Text)
	w.result.CardLater, w.result.Last = false, nil
	w.result.Gaps = slices.DeleteFunc(w.result.Gaps, func(g Gap) bool { return g.Kind == GapElsewhere })
	if err := w.click(ctx, frame, id, "Enter"); err != nil && !errors.Is(err, browser.ErrGone) {
		return w.result, err
	}
	w.acted = time.Now()
	p, err := w.follow(ctx, l.URL, patience)
	switch {
	case w.stuck(ctx, err):
		return w.result, nil
	case err != nil:
		return w.result, err
	case !asksForCard(p):
		w.report(ctx, p)
		w.gap(ctx, GapElsewhere, "the test order was placed, and no page that followed asked for the card")
		return w.result, nil
	}
	w.step = "" // the payment step begins anew here
	err = w.finish(ctx, p)
	w.result.Journey = found
	if w.stuck(ctx, err) {
		err = nil
	}
	return w.result, err
}

func asksForCard(p *page) bool { return p.card || p.provider || p.top.kind == providerFrame }

// mostBetween is how many pages with a button stand between a shop and its provider: "you are being led to ...".
const mostBetween = 3

// follow waits until a page asks for the card. It presses no button but one that leads on to the payment, where a page
// does not go on by itself.
func (w *walker) follow(ctx context.Context, from string, patience time.Duration) (*page, error) {
	until := time.Now().Add(patience)
	var resting uint64
	for pressed := 0; ; {
		p, err := w.look(ctx, 1)
		if err != nil {
			return nil, err
		}
		over := p.top.URL != from && (p.kind == Secure || p.kind == Human || p.kind == Maintenance)
		if asksForCard(p) || over || time.Now().After(until) {
			return p, nil
		}
		if now := p.signature(); now != resting {
			resting = now
		} else if b, ok := w.toThePayment(p); ok && p.top.URL != from && pressed < mostBetween {
			pressed++
			w.memory.tried[w.memory.at(p, b)]++
			w.note("pressed %q (on to the payment) on %s", clip(b.words(), 40), p.top.URL)
			if err := w.click(ctx, b.view.index, b.ID, "Enter"); err != nil && !w.passing(err) {
				return nil, err
			}
		}
		if err := wait(ctx, 200*time.Millisecond); err != nil {
			return nil, err
		}
	}
}

// toThePayment is a button that leads on to the payment once the order is placed, and orders nothing more.
func (w *walker) toThePayment(p *page) (button, bool) {
	return w.memory.best(p, map[intent]int{toPay: 60, proceed: 40, send: 30}, func(b button) int {
		if b.Landmark != "" || w.memory.leadsBack(b) || b.view.host == w.shop && w.memory.final(p, b) {
			return -100
		}
		return 0
	}, 1)
}
