package journey

import (
	"slices"
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
	filled     map[string]int // fill rounds, by page
	looked     int            // pages without anything of a shop
	emptyCarts int
	soldOut    bool     // a page of goods that cannot be had was seen
	mapped     bool     // the site map was asked for
	listed     []string // what it names and was not opened yet
}

// attempt is an add-to-cart whose outcome is not known yet.
type attempt struct{ cart, url, key string }

func newMemory() *memory {
	return &memory{tried: map[string]int{}, dead: map[string]bool{}, addTries: map[string]int{}, filled: map[string]int{}}
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
		if !p.emptyCart {
			return m.cart(p)
		}
		if m.added {
			m.added = false
			m.emptyCarts++
		}
		return m.explore(p)
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
		wishes := []intent{dismiss, consent, elsewhere}
		switch {
		case containsAny(text, ageWords...):
			wishes = []intent{ofAge, consent, proceed}
		case containsAny(text, cookieWords...):
			wishes = []intent{consent, dismiss, proceed}
		case l.Hits < 3 && !l.Modal:
			continue // in nobody's way
		}
		for _, wish := range wishes {
			for _, b := range inside {
				if b.intent == wish && !b.Disabled && m.tried[m.at(p, b)] < 2 && (wish != elsewhere || len(plain(b.Text)) < 4) {
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

// toTheTill goes from anywhere in the shop to the cart or the checkout.
func (m *memory) toTheTill(p *page) (move, bool) {
	b, ok := m.best(p, map[intent]int{toCheckout: 60, viewCart: 50}, func(b button) int {
		if b.Landmark == "footer" {
			return -30
		}
		return 0
	}, 2)
	if !ok {
		for _, candidate := range p.buttons {
			if candidate.Href != "" && containsAny(strings.ToLower(candidate.Href), "/cart", "/basket", "route=checkout/cart", "shopping_cart", "main_page=shopping_cart", "/checkout") && !containsAny(strings.ToLower(candidate.Href), "add", "remove", "delete") && m.tried[m.at(p, candidate)] < 2 {
				return move{kind: pressing, button: candidate, why: "on to the cart"}, true
			}
		}
	}
	return move{kind: pressing, button: b, why: "on to the till"}, ok
}

func (m *memory) cart(p *page) move {
	m.added = true
	wishes := map[intent]int{toCheckout: 70, order: 60, asGuest: 55, placeOrder: 45, proceed: 40, toPay: 50, review: 30}
	b, ok := m.best(p, wishes, func(b button) int {
		switch {
		case b.Landmark == "footer", b.Landmark == "nav":
			return -60
		case b.Landmark == "header":
			return -15
		}
		return 0
	}, 3)
	if ok {
		if m.final(p, b) {
			return move{kind: finishing}
		}
		if m.needsFilling(p) {
			return move{kind: filling}
		}
		return move{kind: pressing, button: b, why: "to the till"}
	}
	return move{kind: stopping, gap: GapNoWay, why: "the cart leads nowhere"}
}

func (m *memory) gate(p *page) move {
	if p.guestChoice() && m.needsFilling(p) {
		return move{kind: filling}
	}
	wishes := map[intent]int{asGuest: 80}
	if p.guestChoice() {
		wishes[proceed], wishes[toCheckout] = 50, 50
	}
	if b, ok := m.best(p, wishes, nil, 2); ok {
		return move{kind: pressing, button: b, why: "as a guest"}
	}
	// Older shops put the guest's way beside the log-in without a word for it.
	if b, ok := m.best(p, map[intent]int{toCheckout: 40, order: 30, proceed: 30}, func(b button) int {
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
	wishes := map[intent]int{toPay: 62, review: 60, proceed: 56, placeOrder: 58, order: 52, toCheckout: 48, asGuest: 46, editAddress: 36, consent: 20, unclear: 14}
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
		} else if b.Form != 0 && len(forms) > 0 && (b.intent == proceed || b.intent == consent || b.intent == unclear) {
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

func (m *memory) product(p *page) move {
	if m.emptyCarts > 2 || m.addTries[p.path] >= 4 {
		m.dead[p.path] = true
		return m.explore(p)
	}
	if m.needsFilling(p) {
		return move{kind: filling}
	}
	for _, row := range p.optionRows() {
		if key := p.rowKey(row); m.tried[key] < 1+m.addTries[p.path] {
			m.tried[key]++
			if b, ok := m.variant(p, row); ok {
				return move{kind: pressing, button: b, why: "a variant"}
			}
		}
	}
	b, ok := m.best(p, map[intent]int{addToCart: 80, order: 50}, func(b button) int {
		switch {
		case b.Landmark == "header", b.Landmark == "footer", b.Landmark == "nav":
			return -60
		case b.Offer != "" && b.Href != "":
			return -30
		}
		return 0
	}, 4)
	if !ok || m.final(p, b) {
		m.dead[p.path] = true
		return m.explore(p)
	}
	return move{kind: pressing, button: b, why: "into the cart"}
}

// variant is the first of a row that can be had and was not tried.
func (m *memory) variant(p *page, row optionRow) (button, bool) {
	for _, b := range row.options {
		if !b.Disabled && !soldOutText(b.words()+" "+b.Names) && m.tried[m.at(p, b)] == 0 {
			return b, true
		}
	}
	return button{}, false
}

// explore looks for goods: a product not seen yet, a list, a category, and in the end any page of the shop.
func (m *memory) explore(p *page) move {
	for _, b := range p.offersByWorth() {
		if m.tried["offer "+b.goodsKey()] == 0 && !soldOutText(b.Offer) {
			m.tried["offer "+b.goodsKey()]++
			m.remember(p)
			return move{kind: pressing, button: b, why: "a product"}
		}
	}
	if b, ok := m.best(p, map[intent]int{addToCart: 30}, nil, 1); ok && p.kind == List {
		return move{kind: pressing, button: b, why: "into the cart"}
	}
	m.looked++
	if m.looked <= 14 {
		if b, ok := m.best(p, map[intent]int{browse: 40}, m.inside(p), 1); ok {
			return move{kind: pressing, button: b, why: "where the goods are"}
		}
		if b, ok := m.best(p, map[intent]int{unclear: 20}, m.inside(p), 1); ok {
			return move{kind: pressing, button: b, why: "a page of the shop"}
		}
		for len(m.shelves) > 0 {
			address := m.shelves[len(m.shelves)-1]
			m.shelves = m.shelves[:len(m.shelves)-1]
			if address != p.top.URL || m.tried["again "+address] == 0 {
				m.tried["again "+address]++
				return move{kind: opening, address: address, why: "back to the goods"}
			}
		}
		if m.home != "" && p.top.URL != m.home && m.tried["home"] < 2 {
			m.tried["home"]++
			return move{kind: opening, address: m.home, why: "back to the start"}
		}
	}
	if !m.mapped {
		m.mapped = true
		return move{kind: mapping}
	}
	if len(m.listed) > 0 && len(m.addTries) < 3 {
		address := m.listed[0]
		m.listed = m.listed[1:]
		return move{kind: opening, address: address, why: "from the shop's site map"}
	}
	switch {
	case p.kind == SoldOut || m.sawSoldOut(p):
		return move{kind: stopping, gap: GapSoldOut}
	case len(m.addTries) > 0:
		return move{kind: stopping, gap: GapNoWay, why: "nothing could be put into the cart"}
	case p.kind == LogInWall:
		return move{kind: stopping, gap: GapLogIn}
	}
	return move{kind: stopping, gap: GapNoShop}
}

func (m *memory) sawSoldOut(p *page) bool {
	return m.soldOut || len(p.offers) > 0 && p.inStock() == 0
}

func (m *memory) remember(p *page) {
	if len(m.shelves) < 20 && !slices.Contains(m.shelves, p.top.URL) {
		m.shelves = append(m.shelves, p.top.URL)
	}
}

// inside prefers links that stay on the shop's host and look like a category.
func (m *memory) inside(p *page) func(button) int {
	return func(b button) int {
		if b.Href == "" || b.Disabled {
			if b.intent == browse && b.Landmark == "" {
				return -10
			}
			return -100
		}
		if hostOf(b.Href) != hostOf(p.top.URL) || containsAny(strings.ToLower(b.Href), "login", "account", "mypage", "contact", "privacy", "terms", "about", "blog", "news", "faq", "guide", "help", ".pdf", "mailto:", "tel:", "javascript:", "wishlist", "compare", "register", "entry", "logout", "admin", "policy", "company", "sitemap", "rss", "feed", "/cart", "checkout") {
			return -100
		}
		if samePage(b.Href, p.top.URL) {
			return -100
		}
		worth := 0
		if containsAny(strings.ToLower(b.Href), "product", "categor", "collection", "shop", "item", "goods", "catalog", "list", "store", "kategori", "produk") {
			worth += 12
		}
		switch b.Landmark {
		case "footer":
			worth -= 10
		case "nav", "header":
			worth += 2
		}
		if b.Image {
			worth += 3
		}
		return worth
	}
}
