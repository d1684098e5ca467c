package page

import (
	"context"
	"errors"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/canary"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
	"github.com/tillwatch/tillwatch/sensor/page/journey"
)

// What a server does with a card no browser sees. Where the operator allowed a test order, and the shop's files or
// database are looked at too, one customer more comes, orders, and hands the made-up card to the shop: after that it may
// lie nowhere there. Nobody issued the card, so that nothing is paid with it.

// paidStep is the step of an order whose card the shop was handed.
const paidStep = "paid"

func (s *Sensor) sendsCard() bool {
	return s.config.PlaceTestOrder && s.config.SendCard && (s.config.Layers.On(Traces) || s.config.Layers.On(Host))
}

// trace has a customer pay, and reports why not where that did not come off.
func (l *look) trace(ctx context.Context) error {
	why, err := l.pay(ctx)
	if err != nil || why == "" {
		return err
	}
	return l.report(tillwatch.Gap{Place: bare(l.start.String()), Why: why})
}

// pay has a customer of its own order and pay. why says what kept that from being done.
func (l *look) pay(ctx context.Context) (why string, err error) {
	l.progress(l.profile, "placing a test order, and handing the made-up card to the shop alone", "")
	l.paying, l.order = true, true
	v, result, err := l.visit(ctx, journey.Full, l.someone())
	l.paying, l.order = false, false
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err != nil:
		return "the test order that was to show what the server does with a card could not be placed: " + err.Error(), nil
	case result.Reached && !result.Card:
		return "", nil // the shop asks for no card itself: its server never has one
	case !result.Reached || v.pressed.IsZero():
		return "the test order that was to show what the server does with a card could not be placed: its walk did not come to the last button", nil
	}
	if l.config.Ordered != nil {
		l.config.Ordered(v.set)
	}
	return "", nil
}

// strays tells the requests that would hand the customer's data to anybody but the shop itself and those whom the operator
// or the provider's contract named: a skimmer gets nothing of this order.
func (l *look) strays(set canary.Set) func(browser.Request) bool {
	finder := canary.NewMatcher(set)
	d := l.destinations(l.start.Host)
	return func(r browser.Request) bool {
		if hostOf(r.URL) == "" || d.owner(hostOf(r.URL)) != foreign {
			return false
		}
		s := sending{url: r.URL, body: r.Body}
		return r.Body.Len() > 0 || len(finder.Find(s.content())) > 0
	}
}

// press presses the last button on an open line, once.
func (l *look) press(ctx context.Context, v *visit, result *journey.Result) error {
	if !result.Card {
		return nil
	}
	l.step(journey.Step{Name: paidStep, URL: result.Last.URL, At: l.now()})
	v.pressed = l.now()
	_, err := result.Last.Press(ctx, orderPatience)
	if err != nil && !errors.Is(err, browser.ErrGone) {
		if ctx.Err() != nil || errors.Is(err, browser.ErrClosed) {
			return err
		}
		v.pressed = time.Time{}
	}
	return nil
}
