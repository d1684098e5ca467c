package journey

import (
	"strconv"
	"strings"
)

func (m *memory) gate(p *page) move {
	if p.guestChoice() && m.needsFilling(p) {
		return move{kind: filling}
	}
	wishes := map[intent]int{asGuest: 80}
	if p.guestChoice() {
		wishes[proceed], wishes[send], wishes[toCheckout] = 50, 46, 50
	}
	if b, ok := m.best(p, wishes, nil, 2); ok {
		return move{kind: pressing, button: b, why: "as a guest"}
	}
	// Older shops put the guest's way beside the log-in without a word for it.
	if b, ok := m.best(p, map[intent]int{toCheckout: 40, order: 30, proceed: 30, send: 26}, func(b button) int {
		if b.Landmark != "" || p.logInForms[b.view.key(b.Form)] || m.final(p, b) {
			return -100
		}
		return 0
	}, 1); ok {
		return move{kind: pressing, button: b, why: "past the log-in"}
	}
	if m.registration {
		if b, ok := m.best(p, map[intent]int{register: 60}, nil, 2); ok {
			return move{kind: pressing, button: b, why: "as a new member"}
		}
	}
	if m.added || p.kind == LogInWall && len(p.offers) == 0 {
		return move{kind: stopping, gap: GapLogIn}
	}
	return m.explore(p)
}

// needsFilling says whether another round of filling could change anything.
func (m *memory) needsFilling(p *page) bool { return m.filled[p.path] < 6 && len(m.work(p)) > 0 }

// checkout goes on within a checkout: fill what is there, then press what leads on, and stop before what may be the
// last button.
func (m *memory) checkout(p *page) move {
	m.added = true
	if m.untouched && (p.card || p.provider || p.payments() != nil) {
		return move{kind: finishing}
	}
	if m.registersHere(p) && !m.registration {
		if b, ok := m.best(p, map[intent]int{asGuest: 80}, nil, 2); ok {
			return move{kind: pressing, button: b, why: "as a guest"}
		}
		return move{kind: stopping, gap: GapLogIn}
	}
	if m.needsFilling(p) {
		return move{kind: filling}
	}
	if p.riddle {
		return move{kind: stopping, gap: GapCaptcha}
	}
	b, ok := m.onward(p)
	switch {
	case p.card, ok && m.final(p, b), p.provider:
		return move{kind: finishing}
	case ok:
		return move{kind: pressing, button: b, why: "on to the next step"}
	}
	if p.human != nil {
		return move{kind: stopping, gap: GapCaptcha}
	}
	if mv, ok := m.payByTile(p); ok {
		return mv
	}
	return move{kind: stopping, gap: GapNoWay}
}

// registersHere says whether the form in front of us makes an account: it asks who we are and for a new password, and
// insists on it.
func (m *memory) registersHere(p *page) bool {
	if m.guest || p.guestChoice() {
		return false // a password then is for looking up the order
	}
	for _, f := range p.fields {
		if f.topic == passwordTopic && p.personal >= 2 && wanted(f.element) {
			return true
		}
	}
	return false
}

// onward is the button that leads on within a checkout.
func (m *memory) onward(p *page) (button, bool) {
	wishes := map[intent]int{toPay: 62, review: 60, proceed: 56, send: 50, placeOrder: 58, order: 52, toCheckout: 48, asGuest: 46, editAddress: 36, consent: 20, unclear: 14}
	if m.registration {
		wishes[register] = 40
	}
	forms, lowest := p.workForms()
	return m.best(p, wishes, func(b button) int {
		worth := 0
		if b.Landmark != "" && b.Landmark != "aside" {
			return -100
		}
		if b.intent == unclear && !(b.is("submit", "button") || b.is("button") && b.Submits) {
			return -100
		}
		if b.intent == unclear && (!b.Submits || !forms[b.view.key(b.Form)]) {
			return -100
		}
		if b.Href != "" && b.intent == consent {
			return -100
		}
		if b.Form != 0 && forms[b.view.key(b.Form)] {
			worth += 20
		} else if b.Form != 0 && len(forms) > 0 && (b.intent == proceed || b.intent == send || b.intent == consent || b.intent == unclear) {
			worth -= 40
		}
		if b.Submits || b.is("button") {
			worth += 6
		}
		if lowest > 0 && b.Box.Y < lowest-400 {
			worth -= 10
		}
		return worth
	}, 3)
}

func (v *view) key(form int) string { return strconv.Itoa(v.index) + "/" + strconv.Itoa(form) }

// workForms are the forms that hold the page's fields and choices, and the lowest of these.
func (p *page) workForms() (map[string]bool, int) {
	forms, lowest := map[string]bool{}, 0
	note := func(v *view, e *element) {
		if e.Form != 0 {
			forms[v.key(e.Form)] = true
		}
		lowest = max(lowest, e.Box.Y)
	}
	for _, f := range p.fields {
		if f.personal() || f.isCard() || f.topic == postcode || f.topic == deliveryDate || f.topic == deliveryTime {
			note(f.view, f.element)
		}
	}
	for _, c := range p.choices {
		if c.about == paymentChoice || c.about == deliveryChoice || c.about == guestChoice || c.about == termsChoice {
			note(c.view, c.options[0])
		}
	}
	return forms, lowest
}

// payByTile presses a way to pay that is drawn as a tile or a tab instead of a radio button.
func (m *memory) payByTile(p *page) (move, bool) {
	var found button
	best := noPayment
	for _, b := range p.buttons {
		if b.Landmark != "" || b.Href != "" && !strings.Contains(b.Href, "#") || b.Disabled || m.tried[m.at(p, b)] > 0 || len([]rune(b.words())) > 40 {
			continue
		}
		if way := paymentOf(b.words()); way > best {
			found, best = b, way
		}
	}
	return move{kind: pressing, button: found, why: "a way to pay"}, best > wallet
}
