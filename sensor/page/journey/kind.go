package journey

import (
	"strings"
)

func (p *page) kindOf(titles, text string) Kind {
	adds := 0
	for _, b := range p.buttons {
		if b.intent == addToCart && b.Landmark == "" {
			adds++
		}
	}
	short := len([]rune(text)) < 1200
	switch {
	case p.top.Status == 503 || short && !p.top.Price && p.personal == 0 && !p.hasIntent(addToCart) && containsAny(titles+" "+text, maintenanceWords...) && len(p.top.Elements) < 40:
		return Maintenance
	case short && !p.top.Price && p.personal == 0 && (p.human != nil || containsAny(titles, humanWords...) || len(p.top.Elements) < 8 && containsAny(text, humanWords...)):
		return Human
	case p.riddle && p.personal == 0 && adds == 0 && len(p.offers) < 2:
		return Human
	case short && containsAny(titles+" "+text, secureWords...) && p.personal == 0 && !p.card && p.payments() == nil && !p.hasIntent(placeOrder, addToCart, toCheckout) && !p.top.Price && containsAny(p.path, "acs", "3ds", "secure"):
		return Secure
	case p.card:
		return Payment
	case containsAny(titles, doneWords...):
		return Done
	}
	inCheckout := containsAny(p.path, checkoutPaths...) || containsAny(titles, checkoutTitles...)
	switch {
	case p.personal >= 2 && !(adds > 0 && !inCheckout), p.personal >= 1 && inCheckout && adds == 0:
		return Address
	case (p.logInForm || p.hasIntent(logIn)) && (p.hasIntent(asGuest) || p.guestChoice()) && adds == 0:
		return Gate
	case p.provider && inCheckout, p.payments() != nil && adds == 0 && (inCheckout || !p.cart):
		return Payment
	case p.deliveries() && adds == 0 && !p.cart:
		return Delivery
	case p.hasIntent(placeOrder) && adds == 0 && !p.cart:
		return Confirm
	case p.emptyCart && p.cart, p.cart && adds == 0 && p.hasIntent(toCheckout, order, proceed, send, placeOrder, register, asGuest):
		return Cart
	case p.confirmShaped && inCheckout:
		return Confirm
	case adds > 0 && !p.shelf() && (adds <= 2 || len(p.offers) < adds) || p.buys() && p.top.Price && len(p.offers) < 6 && !inCheckout:
		return Product
	case p.inStock() >= 1 && (len(p.offers) >= 2 || adds == 0 && !inCheckout && p.personal == 0 && !p.logInForm) || adds > 2 || adds > 0 && p.shelf():
		return List
	case adds == 0 && p.top.Price && soldOutText(p.soldOutPlaces()):
		return SoldOut
	case p.logInForm && adds == 0 && len(p.offers) < 2:
		return LogInWall
	}
	return Elsewhere
}

// soldOutPlaces is what is written on the page's buttons and headings: "sold out" there speaks of the page's own goods.
func (p *page) soldOutPlaces() string {
	var b strings.Builder
	for _, button := range p.buttons {
		if button.Landmark == "" && button.Offer == "" {
			b.WriteString(button.Text + "\n")
		}
	}
	b.WriteString(strings.Join(p.top.Headings, "\n") + "\n" + strings.Join(p.top.Errors, "\n"))
	text := p.top.Text
	if len(text) > 1500 {
		text = text[:1500]
	}
	return b.String() + text
}

// inStock counts the goods a page offers that can be had.
func (p *page) inStock() int {
	n := 0
	for _, b := range p.offers {
		if !soldOutText(b.Offer) {
			n++
		}
	}
	return n
}

// shelf says whether the page's goods begin above its first add-to-cart button, as on a list. Below a product the
// goods are others that might please.
func (p *page) shelf() bool {
	first, links := -1, map[string]bool{}
	for _, b := range p.buttons {
		if b.intent == addToCart && b.Landmark == "" && (first < 0 || b.Box.Y < first) {
			first = b.Box.Y
		}
	}
	for _, b := range p.offers {
		if b.Box.Y <= first {
			links[b.Href] = true
		}
	}
	return len(links) > 0 && len(p.offersByWorth()) > 1
}

// buys says whether the page has a button that buys, be it one that waits for a choice.
func (p *page) buys() bool {
	for _, b := range p.buttons {
		if b.intent == order && b.Landmark == "" {
			return true
		}
	}
	return false
}

func (p *page) deliveries() bool {
	for _, c := range p.choices {
		if c.about == deliveryChoice {
			return true
		}
	}
	return false
}

func (p *page) guestChoice() bool {
	for _, c := range p.choices {
		if c.about == guestChoice {
			return true
		}
	}
	return false
}
