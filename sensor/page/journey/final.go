package journey

import (
	"strings"
)

// final says whether pressing b may place an order. In doubt it may.
func (m *memory) final(p *page, b button) bool {
	hinted := hintOf(b.HTMLID, b.Names, b.Name) == placeOrder || containsAny(strings.ToLower(p.action(b)), "complete", "place", "finish", "thanks", "success", "commit")
	anonymous := !m.typed && !p.loggedIn && p.payments() == nil && !p.card && !p.provider
	switch b.intent {
	case placeOrder:
		return !(anonymous && p.cart)
	case order:
		return !anonymous || p.checkoutShaped()
	case toCheckout:
		return hinted && !anonymous || p.card || p.provider || m.typed && p.payments() != nil
	case toPay, review:
		return p.card
	case viewCart, addToCart, asGuest, browse, dismiss, ofAge, lookUp:
		return false
	case consent:
		if b.Form == 0 && p.cookieNotice(b.Layer) {
			return false
		}
	}
	if anonymous {
		return false
	}
	if p.card || hinted {
		return true
	}
	nothingLeft := len(p.fields) == 0 && p.payments() == nil && !p.deliveries()
	return nothingLeft && (p.confirmShaped || p.kind == Confirm || b.intent == unclear) && !m.cardChosen
}

// action is where the form of a button sends.
func (p *page) action(b button) string {
	if b.Form == 0 || !b.Submits {
		return ""
	}
	for _, f := range b.view.Forms {
		if f.ID == b.Form {
			if at := strings.LastIndex(f.Action, "/"); at >= 0 {
				return f.Action[at:]
			}
			return f.Action
		}
	}
	return ""
}
