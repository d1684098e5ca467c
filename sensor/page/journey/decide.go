package journey

import (
	"strconv"
	"strings"
)

// moveKind is what the walker does next.
type moveKind int

const (
	pressing  moveKind = iota
	filling            // the page's fields and choices
	opening            // an address
	escaping           // the Escape key, at a layer that has no button
	mapping            // ask for the shop's site map
	scripted           // what the journey file says to type
	finishing          // the payment step is reached
	stopping           // a gap
)

type move struct {
	kind    moveKind
	button  button
	address string
	texts   map[string]string
	gap     GapKind
	why     string
}

// memory is what the walk knows beyond the page in front of it.
type memory struct {
	registration bool // the operator allows it
	untouched    bool // the payment page is only looked at

	tried      map[string]int // presses, by page and button
	dead       map[string]bool
	home       string
	shelves    []string // lists with goods not looked at yet, by address
	added      bool
	adding     *attempt
	addTries   map[string]int // by product page
	guest      bool           // a guest's way was taken
	typed      bool           // something of the customer's was typed
	cardChosen bool
	filled     map[string]int      // fill rounds, by page
	been       map[string]bool     // paths that were looked at
	answers    map[string]answered // by field
	presses    int
	looked     int // pages without anything of a shop
	emptyCarts int
	soldOut    bool     // a page of goods that cannot be had was seen
	mapped     bool     // the site map was asked for
	listed     []string // what it names and was not opened yet
}

// attempt is an add-to-cart whose outcome is not known yet.
type attempt struct{ cart, url string }

func newMemory() *memory {
	return &memory{tried: map[string]int{}, dead: map[string]bool{}, addTries: map[string]int{}, filled: map[string]int{}, answers: map[string]answered{}, been: map[string]bool{}}
}

// decide says what to do on a page. It does not look at anything but the page and the memory. It never says to press
// what may place an order.
func (m *memory) decide(p *page) move {
	mv := m.wish(p)
	if mv.kind != pressing || !m.final(p, mv.button) {
		return mv
	}
	if p.checkoutShaped() {
		return move{kind: finishing}
	}
	return move{kind: stopping, gap: GapNoWay, why: "the only way on may place an order"}
}

func (m *memory) wish(p *page) move {
	m.soldOut = m.soldOut || p.kind == SoldOut
	m.been[p.path] = true
	if mv, blocked := m.terminal(p); blocked {
		return mv
	}
	m.judgeAdding(p)
	if p.top.kind == providerFrame {
		return move{kind: finishing}
	}
	if mv, ok := m.clearView(p); ok {
		return mv
	}
	switch p.kind {
	case Address, Delivery, Payment, Confirm:
		return m.checkout(p)
	case Gate, LogInWall:
		return m.gate(p)
	case Cart:
		if m.typed && !p.emptyCart && p.hasIntent(toPay, proceed, send, review, placeOrder) {
			return m.checkout(p) // a step that shows the cart beside it
		}
		if !p.emptyCart {
			return m.cart(p)
		}
		if m.added {
			m.added = false
			m.emptyCarts++
		}
		return m.explore(p)
	}
	if m.typed && containsAny(p.path, checkoutPaths...) {
		return m.checkout(p) // a step with nothing to fill, or a dead end that is better told than left
	}
	if m.added {
		if mv, ok := m.toTheTill(p); ok {
			return mv
		}
	}
	if p.kind == Product && !m.dead[p.path] {
		return m.product(p)
	}
	return m.explore(p)
}

func (m *memory) terminal(p *page) (move, bool) {
	switch p.kind {
	case Maintenance:
		return move{kind: stopping, gap: GapMaintenance}, true
	case Human:
		return move{kind: stopping, gap: GapCaptcha}, true
	case Secure:
		return move{kind: stopping, gap: GapSecure}, true
	case Done:
		return move{kind: stopping, gap: GapNoWay, why: "the shop says the order is complete although no order button was pressed"}, true
	}
	return move{}, false
}

// judgeAdding finds out what became of the last add-to-cart.
func (m *memory) judgeAdding(p *page) {
	a := m.adding
	if a == nil {
		return
	}
	m.adding = nil
	text := strings.ToLower(p.top.Text)
	switch {
	case p.cart && !p.emptyCart, p.kind == Gate, p.kind == Address, p.kind == Payment, p.kind == Delivery:
		m.added = true
	case p.emptyCart && p.kind == Cart:
	case p.top.Cart != a.cart && p.top.Cart != "", containsAny(text, addedWords...), m.drawer(p):
		m.added = true
	case containsAny(strings.ToLower(strings.Join(p.top.Errors, "|")), chooseFirstWords...) || soldOutText(strings.Join(p.top.Errors, "|")):
	case p.top.URL != a.url:
		m.added = p.kind != Product // else the button only led to the goods, where a choice is wanted
	default:
		// Nothing to be seen: many shops add silently. The cart will tell.
		m.added = m.addTries[p.path] > 1 || len(p.optionRows()) == 0
	}
}

// drawer says whether a layer offers the way to the till.
func (m *memory) drawer(p *page) bool {
	for _, b := range p.buttons {
		if b.Layer != 0 && (b.intent == toCheckout || b.intent == viewCart) && !b.Disabled && !p.header(b.Layer) {
			return true
		}
	}
	return false
}

func (p *page) header(layerID int) bool {
	for _, l := range p.top.Layers {
		if l.ID == layerID {
			return l.Header
		}
	}
	return false
}

// clearView takes away what lies over the page and is not part of the way.
func (m *memory) clearView(p *page) (move, bool) {
	for _, l := range p.top.Layers {
		if l.Header || l.Hits == 0 && !l.Modal {
			continue
		}
		inside := p.inLayer(l.ID)
		text := strings.ToLower(l.Text + " " + l.Names)
		if m.leads(inside) || p.fieldsIn(l.ID) >= 2 {
			continue
		}
		wishes := []intent{dismiss, consent}
		switch {
		case containsAny(text, ageWords...):
			wishes = []intent{ofAge, consent, send, proceed}
		case containsAny(text, cookieWords...):
			wishes = []intent{consent, dismiss, send, proceed}
		case l.Hits < 3 && !l.Modal:
			continue // in nobody's way
		}
		for _, wish := range wishes {
			for _, b := range inside {
				if b.intent == wish && !b.Disabled && m.tried[m.at(p, b)] < 2 {
					return move{kind: pressing, button: b, why: "something lies over the page"}, true
				}
			}
		}
		for _, b := range inside {
			corner := b.Box.W <= 64 && b.Box.H <= 64 && plain(b.Text) == ""
			if corner && !b.Disabled && m.tried[m.at(p, b)] < 1 && l.Hits >= 3 {
				return move{kind: pressing, button: b, why: "something lies over the page"}, true
			}
		}
		if key := "escape " + p.path + strconv.Itoa(l.ID); m.tried[key] < 2 && l.Hits >= 3 {
			m.tried[key]++
			return move{kind: escaping, why: "something lies over the page and has no button to close it"}, true
		}
	}
	return move{}, false
}

// leads says whether a layer is a piece of the way: a cart drawer after adding, a choice between guest and member.
func (m *memory) leads(inside []button) bool {
	for _, b := range inside {
		switch b.intent {
		case toCheckout, viewCart, addToCart:
			if m.added || b.intent == addToCart {
				return true
			}
		case asGuest, placeOrder, toPay:
			return true
		}
	}
	return false
}

func (p *page) inLayer(id int) []button {
	var inside []button
	for _, b := range p.buttons {
		if b.view == p.top && b.Layer == id {
			inside = append(inside, b)
		}
	}
	return inside
}

// cookieNotice says whether a layer asks about cookies and for nothing else.
func (p *page) cookieNotice(id int) bool {
	for _, l := range p.top.Layers {
		if l.ID == id {
			return !l.Header && containsAny(strings.ToLower(l.Text+" "+l.Names), cookieWords...) && p.fieldsIn(id) == 0
		}
	}
	return false
}

func (p *page) fieldsIn(id int) int {
	n := 0
	for _, f := range p.fields {
		if f.view == p.top && f.Layer == id && (f.personal() || f.isCard()) {
			n++
		}
	}
	return n
}

// at is the name under which a press on a page is remembered.
func (m *memory) at(p *page, b button) string { return p.path + " " + b.key() }

// best ranks the page's buttons by what they mean and returns the first; wishes gives an intent's worth, and 0 to
// what is not wanted.
func (m *memory) best(p *page, wishes map[intent]int, bonus func(button) int, most int) (button, bool) {
	var found button
	top := 0
	for _, b := range p.buttons {
		worth := wishes[b.intent]
		if worth == 0 || b.Disabled || b.Hidden {
			continue
		}
		tries := m.tried[m.at(p, b)]
		if tries >= most {
			continue
		}
		worth += int(b.cover*12) - tries*40
		if m.typed && b.Href != "" && m.been[pathOf(b.Href)] {
			worth -= 50 // back to a step that is done
		}
		if b.Layer != 0 && !p.header(b.Layer) {
			worth += 15
		}
		if bonus != nil {
			worth += bonus(b)
		}
		if worth > top {
			found, top = b, worth
		}
	}
	return found, top > 0
}
