package page

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/tillwatch/tillwatch/sensor/page/browser"
	"github.com/tillwatch/tillwatch/sensor/page/journey"
)

// orderPatience is how long a shop may take from the order to the page that asks for the card.
const orderPatience = 20 * time.Second

// placeOrder lets the shop have the one test order that the operator allowed, where the card is asked for only after it:
// by a page of the shop's own, of a payment provider's, or of whoever has put himself in between. The card typed there
// never goes out: the line is cut before that page's button is pressed.
func (l *look) placeOrder(ctx context.Context, tab *browser.Tab, v *visit, result *journey.Result) error {
	if !l.order || !result.CardLater || result.Last == nil {
		return nil
	}
	if err := readServedForms(ctx, tab, v); err != nil { // where this page says that it leads
		return err
	}
	l.order, v.ordered, v.ordering = false, true, l.now()
	at := result.Last.URL
	after, err := result.Last.Order(ctx, orderPatience)
	*result = after
	if err != nil {
		if ctx.Err() != nil || errors.Is(err, browser.ErrClosed) {
			return err
		}
		result.Last = nil
		result.Gaps = append(result.Gaps, gap(at, "what follows the test order could not be seen: "+err.Error()))
	}
	return nil
}

// led says that something was sent by, or by going to, a page that the test order led to.
func (v *visit) led(s *sending) bool {
	return v.ordered && (s.main || slices.ContainsFunc(v.requests, func(r browser.Request) bool {
		return r.Main && !r.Cut && hostOf(r.URL) == hostOf(s.url) && bare(r.URL) == bare(s.document)
	}))
}
