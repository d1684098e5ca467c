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
	case toPay, review:
		return p.card
	case viewCart, addToCart, browse, dismiss, ofAge, lookUp:
		return false
	case consent:
		if b.Form == 0 && p.cookieNotice(b.Layer) {
			return false
		}
	}
	switch {
	case anonymous, m.leadsBack(b):
		return false
	case p.card, hinted:
		return true
	}
	paying, confirming := p.payments() != nil || p.provider, p.confirmShaped || p.kind == Confirm
	switch b.intent {
	case proceed, editAddress:
		// With a card chosen and none asked for yet, what follows the confirmation is the card's page.
		return !p.asks() && !paying && confirming && !m.cardChosen
	case asGuest, register, logIn:
		return paying || confirming
	}
	return paying || !p.asks() && !p.cart
}

// leadsBack says whether a button is a plain link to where the walk has been: to go there again orders nothing.
func (m *memory) leadsBack(b button) bool {
	return b.Tag == "a" && strings.HasPrefix(b.Href, "http") && !strings.HasSuffix(b.Href, "#") && m.been[pathOf(b.Href)]
}

// asks says whether the page still wants something of a customer, notes and coupons aside.
func (p *page) asks() bool {
	for _, f := range p.fields {
		switch f.topic {
		case coupon, points, note, quantity, searchBox, newsletter:
			continue
		case unknown:
			if !wanted(f.element) {
				continue
			}
		}
		return true
	}
	return p.deliveries() || p.guestChoice()
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
