package journey

import (
	"context"
	"errors"
	"time"

	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// finish is the end of a walk: the card is typed, the last button named, nothing pressed.
func (w *walker) finish(ctx context.Context, p *page) error {
	w.result.Reached = true
	if w.step != string(Payment) && !p.confirmShaped {
		if !p.card {
			w.report(ctx, p)
		}
		w.mark(string(Payment))
	}
	if w.o.TypeCard != Untouched && p.card {
		after, err := w.typeCard(ctx, p)
		if err != nil {
			return err
		}
		p = after
	}
	providers := p.provider || p.top.kind == providerFrame
	if providers {
		w.gap(ctx, GapProvider, providerHost(p))
	}
	if w.notePayment(p); !w.result.Card && !providers && w.o.TypeCard == Full {
		w.result.CardLater = w.payBy == byCard || w.payBy == noPayment
		if w.payBy == byCard {
			w.gap(ctx, GapElsewhere, "")
		}
	}
	b, ok := w.lastOf(p)
	if w.o.Journey != nil {
		if named, found, err := w.named(ctx, p, w.o.Journey.Last); err != nil {
			return err
		} else if found {
			b, ok = named, true
		}
	}
	if ok {
		w.result.Last = &Last{walker: w, path: p.path, key: b.key(), Text: clip(b.words(), 60), URL: p.top.URL, frame: w.frames[b.view.index].ID, id: b.ID}
		w.result.Journey.Last = w.result.Last.Text
	}
	w.report(ctx, p)
	return nil
}

// notePayment remembers how the order is to be paid, as far as the page says.
func (w *walker) notePayment(p *page) {
	if g := p.payments(); g != nil {
		if e := g.chosen(); e != nil {
			w.payBy = paymentOf(optionText(e))
		}
	}
}

func providerHost(p *page) string {
	for _, v := range p.views {
		if v.kind == providerFrame {
			return v.host
		}
	}
	return ""
}

// lastOf is the button that would place the order: on a page with a card, the one of the card's own form before any
// other.
func (w *walker) lastOf(p *page) (button, bool) {
	cardForms := map[string]bool{}
	cardViews := map[*view]bool{}
	for _, f := range p.fields {
		if f.isCard() {
			cardViews[f.view] = true
			if f.Form != 0 {
				cardForms[f.view.key(f.Form)] = true
			}
		}
	}
	wishes := map[intent]int{placeOrder: 70, order: 60, toCheckout: 45, review: 44, toPay: 40, proceed: 44, send: 46, consent: 20, unclear: 12}
	return w.memory.best(p, wishes, func(b button) int {
		worth := 0
		if b.Landmark != "" && b.Landmark != "aside" || b.Href != "" && (b.intent == consent || b.intent == unclear) {
			return -100
		}
		if cardForms[b.view.key(b.Form)] {
			worth += 25
		}
		if cardViews[b.view] && b.view != p.top {
			worth += 5
		}
		if b.Submits || b.is("button") {
			worth += 6
		}
		if b.intent == unclear && !b.Submits {
			worth -= 100
		}
		return worth
	}, 100)
}

// typeCard types the card into every field that asks for it, in the order of the page, and leaves the last field.
func (w *walker) typeCard(ctx context.Context, p *page) (*page, error) {
	w.mark(string(Payment) + "/typing")
	done := map[string]bool{}
	// A field may appear, or the page be drawn anew, with what is typed: look again until nothing is left.
	for range 4 {
		left := false
		answers := answerersFor(p, w.o.Identity)
		for _, f := range p.fields {
			if !f.isCard() || f.Disabled || done[fieldKey(p, f)] {
				continue
			}
			done[fieldKey(p, f)] = true
			left = true
			err := w.typeCardField(ctx, p, f, answers[f.view])
			if errors.Is(err, browser.ErrGone) {
				break
			}
			if err != nil {
				return p, err
			}
		}
		if !left {
			break
		}
		if err := w.leave(ctx); err != nil {
			return p, err
		}
		again, err := w.look(ctx, 0)
		if err != nil {
			return p, err
		}
		p = again
	}
	w.mark(string(Payment))
	return p, nil
}

func (w *walker) typeCardField(ctx context.Context, p *page, f pageField, a answerer) error {
	if f.Tag == "select" || f.widget() {
		_, err := w.answer(ctx, p, f, a, 0)
		return err
	}
	text := a.text(a.index(f.element), 0)
	if text == "" {
		return nil
	}
	w.result.Card = true
	if err := w.typeInto(ctx, f.view.index, f.ID, text); err != nil {
		return err
	}
	w.noteTyped(f)
	if w.o.TypeCard != Erased {
		return nil
	}
	if err := w.ask(ctx, f.view.index, nil, "select", f.ID); err != nil {
		return err
	}
	return w.tab.Press(ctx, "Backspace")
}

// leave takes the focus away from the last field, as a customer does who reads his order once more.
func (w *walker) leave(ctx context.Context) error {
	w.mark(string(Payment) + "/blur")
	return w.tab.Press(ctx, "Tab")
}

// Last is the button that would place the order.
type Last struct {
	Text string // what is written on it
	URL  string // of the page it stands on

	walker    *walker
	path, key string
	frame     string
	id        int
}

// Press presses the last button and stays until the page is quiet again, at most dwell; then it leaves the page, so
// that what waits for that is heard too. The line must have been cut before: Press does place an order otherwise.
func (l *Last) Press(ctx context.Context, dwell time.Duration) (Step, error) {
	w := l.walker
	w.mark("press")
	frame, id, err := l.find(ctx)
	if err != nil {
		return Step{}, err
	}
	if err := w.click(ctx, frame, id, "Enter"); err != nil {
		return Step{}, err
	}
	if err := w.dwell(ctx, dwell); err != nil {
		return Step{}, err
	}
	step := Step{Name: "press", URL: w.tab.URL(), At: time.Now()}
	if p, err := w.read(ctx); err == nil {
		step.Picture = w.picture(ctx, p)
	}
	w.mark("leave")
	if err := w.tab.Navigate(ctx, "about:blank"); err != nil && ctx.Err() != nil {
		return step, err
	}
	_, err = w.tab.Settle(ctx, browser.SettleOptions{Quiet: 100 * time.Millisecond, Limit: dwell})
	if errors.Is(err, browser.ErrGone) {
		err = nil
	}
	return step, err
}

// listening is how long the page is given after the last press even when nothing is to be seen: a timer may run.
const listening = time.Second

// dwell stays on the page until it is quiet, at least a moment and at most limit.
func (w *walker) dwell(ctx context.Context, limit time.Duration) error {
	began := time.Now()
	if err := wait(ctx, min(listening, limit)); err != nil {
		return err
	}
	_, err := w.tab.Settle(ctx, browser.SettleOptions{Quiet: 200 * time.Millisecond, Limit: max(limit-time.Since(began), time.Millisecond)})
	if errors.Is(err, browser.ErrGone) {
		return nil
	}
	return err
}

// find is the button as it stands now: pages draw themselves anew while nobody presses.
func (l *Last) find(ctx context.Context) (frame, id int, err error) {
	w := l.walker
	p, err := w.look(ctx, 0)
	if err != nil {
		return 0, 0, err
	}
	for _, b := range p.buttons {
		if w.frames[b.view.index].ID == l.frame && (b.ID == l.id || b.key() == l.key) {
			return b.view.index, b.ID, nil
		}
	}
	if b, ok := w.lastOf(p); ok {
		return b.view.index, b.ID, nil
	}
	return 0, 0, &GoneError{Text: l.Text, URL: l.URL}
}

// GoneError says that the last button was not there any more when it was to be pressed.
type GoneError struct{ Text, URL string }

func (e *GoneError) Error() string {
	return "the button “" + e.Text + "” on " + e.URL + " has gone before it could be pressed"
}
