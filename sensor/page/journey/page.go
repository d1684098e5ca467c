package journey

import (
	"net/url"
	"sort"
	"strconv"
	"strings"
)

// Kind is what a page is for, on the way to the payment step.
type Kind string

// The kinds of page. Those of a checkout are also the names of a walk's steps.
const (
	Home        Kind = "home"
	List        Kind = "list"
	Product     Kind = "product"
	Cart        Kind = "cart"
	Gate        Kind = "guest" // log in, register, or go on as a guest
	Address     Kind = "address"
	Delivery    Kind = "delivery"
	Payment     Kind = "payment"
	Confirm     Kind = "confirm"
	Done        Kind = "done"
	LogInWall   Kind = "log-in"
	Human       Kind = "captcha"
	SoldOut     Kind = "sold out"
	Maintenance Kind = "maintenance"
	Secure      Kind = "3-D Secure"
	Elsewhere   Kind = "elsewhere"
)

// frameKind says whose a frame is, as far as typing into it is concerned.
type frameKind int

const (
	ownFrame      frameKind = iota // the page itself and frames of its host
	strangeFrame                   // somebody's: typed into, since a swapped frame is such a one
	providerFrame                  // a payment provider's
)

// view is the survey of one frame.
type view struct {
	survey
	index int // of the frame in the page's list
	kind  frameKind
	host  string
}

// button is something that can be pressed, and what that would mean.
type button struct {
	*element
	view *view
	meaning
}

// pagePart is a field in its view.
type pageField struct {
	field
	view *view
}

// page is what the walk understands of what it sees.
type page struct {
	kind    Kind
	top     *view
	views   []*view
	buttons []button
	fields  []pageField // of own and strange frames, without searches, log-ins and newsletters
	choices []choiceGroup

	path          string // of the top document, with its fragment, in lower case
	cart          bool   // it shows a cart
	emptyCart     bool
	loggedIn      bool
	card          bool // card fields are in view, in a frame that is typed into
	provider      bool // a provider's frame is in view
	personal      int  // how many fields ask for the customer
	logInForm     bool
	logInForms    map[string]bool // forms that only let members in
	confirmShaped bool
	human         *captcha // visible
	riddle        bool     // a field wants what a picture says
	offers        []button // links to goods
}

// checkoutShaped says whether the page could be where an order is completed.
func (p *page) checkoutShaped() bool {
	return p.personal >= 2 || p.card || p.provider || p.payments() != nil || p.confirmShaped
}

// payments is the group of ways to pay, nil where the page has none.
func (p *page) payments() *choiceGroup {
	for i := range p.choices {
		if p.choices[i].about == paymentChoice {
			return &p.choices[i]
		}
	}
	return nil
}

// understand reads the surveys of a page's frames, the top one first.
func understand(views []*view) *page {
	p := &page{views: views, top: views[0], logInForms: map[string]bool{}}
	address, err := url.Parse(p.top.URL)
	if err == nil {
		p.path = strings.ToLower(address.Path + "?" + address.RawQuery + "#" + address.Fragment)
	}
	for _, v := range views {
		p.read(v)
	}
	titles := strings.ToLower(p.top.Title + " | " + strings.Join(p.top.Headings, " | "))
	text := strings.ToLower(p.top.Text)
	p.cart = containsAny(titles, cartWords...) && !strings.Contains(p.path, "product") || containsAny(p.path, "/cart", "cart/", "basket", "/bag", "route=checkout/cart", "shopping_cart", "keranjang")
	p.emptyCart = containsAny(text, emptyCartWords...)
	for _, b := range p.buttons {
		if containsAny(plain(b.words()), logOutWords...) {
			p.loggedIn = true
		}
	}
	p.confirmShaped = len(p.fields) <= 3 && p.personal == 0 && containsAny(titles+" "+p.path, append(confirmWords, "confirm")...) && !p.hasIntent(addToCart)
	p.kind = p.kindOf(titles, text)
	return p
}

func (p *page) hasIntent(intents ...intent) bool {
	for _, b := range p.buttons {
		for _, i := range intents {
			if b.intent == i && !b.Disabled && (b.Landmark == "" || i == addToCart) {
				return true
			}
		}
	}
	return false
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

// read takes over what one frame holds.
func (p *page) read(v *view) {
	for i := range v.Captchas {
		if v.Captchas[i].Visible && p.human == nil {
			p.human = &v.Captchas[i]
		}
	}
	var elements []*element
	for i := range v.Elements {
		e := &v.Elements[i]
		if e.Field {
			if !e.is("checkbox", "radio") {
				elements = append(elements, e)
			}
			continue
		}
		if v.kind == providerFrame {
			continue
		}
		b := button{element: e, view: v, meaning: meaningOfElement(e)}
		if b.intent == addToCart && e.Landmark != "" && e.Landmark != "aside" {
			b.intent = viewCart // one word serves for both in some languages
		}
		p.buttons = append(p.buttons, b)
		if v == p.top && e.Offer != "" && e.Landmark == "" && b.goods(v.URL) {
			p.offers = append(p.offers, b)
		}
	}
	if v.kind == providerFrame {
		p.provider = p.provider || hasCardSize(v)
		return
	}
	fields := classifyAll(elements)
	logIns := logInForms(fields)
	for _, f := range fields {
		if f.Landmark == "header" || f.Landmark == "footer" || f.Landmark == "nav" {
			continue
		}
		if logIns[f.Form] && (f.topic == passwordTopic || f.topic == emailTopic || f.topic == username || f.topic == unknown) {
			p.logInForm = true
			p.logInForms[v.key(f.Form)] = true
			continue
		}
		if f.topic == searchBox {
			continue
		}
		p.riddle = p.riddle || f.topic == captchaText
		p.fields = append(p.fields, pageField{f, v})
		if f.isCard() && f.topic != cardHolder {
			p.card = true
		}
		if f.personal() {
			p.personal++
		}
	}
	p.choices = append(p.choices, choicesIn(v)...)
}

// meaningOfElement reads what is written on an element, and where nothing is, what developers call it.
func meaningOfElement(e *element) meaning {
	m := meaningOf(e.Text)
	if m.intent == unclear {
		m = meaningOf(e.Accessible)
	}
	if m.intent == unclear && len([]rune(plain(e.Text))) <= 24 {
		if hint := hintOf(e.HTMLID, e.Names, e.Name); hint != unclear {
			m = meaning{hint, 0.4}
		}
	}
	return m
}

// hasCardSize says whether a provider's frame is large enough to hold a field: many are there only to watch.
func hasCardSize(v *view) bool {
	fields := 0
	for i := range v.Elements {
		if v.Elements[i].Field {
			fields++
		}
	}
	return fields > 0 || v.Width > 80 && v.Height > 20 && v.Text != ""
}

// logInForms are the forms that only let members in: a password, and nothing that asks who one is.
func logInForms(fields []field) map[int]bool {
	passwords, others := map[int]int{}, map[int]int{}
	for _, f := range fields {
		switch f.topic {
		case passwordTopic:
			passwords[f.Form]++
		case nameTopic, kana, phoneTopic, street, address, city, postcode, birth:
			others[f.Form]++
		}
	}
	found := map[int]bool{}
	for id, n := range passwords {
		found[id] = n == 1 && others[id] == 0
	}
	return found
}

// goods says whether a link with a price leads to one thing on sale, on the shop's own host.
func (b button) goods(from string) bool {
	if b.Href == "" {
		return b.Image && b.intent == unclear && !b.is("submit")
	}
	there, err := url.Parse(b.Href)
	here, err2 := url.Parse(from)
	if err != nil || err2 != nil || there.Host != here.Host || !strings.HasPrefix(there.Scheme, "http") {
		return false
	}
	if there.Path == here.Path && there.RawQuery == here.RawQuery {
		return false
	}
	switch b.intent {
	case unclear, browse, order:
	default:
		return false
	}
	return !containsAny(strings.ToLower(there.Path+"?"+there.RawQuery), "add-to-cart", "add_to_cart", "/cart", "login", "wishlist", "compare", "review", "action=buy", ".jpg", ".jpeg", ".png", ".webp", ".gif")
}

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
	case p.emptyCart && p.cart, p.cart && adds == 0 && p.hasIntent(toCheckout, order, proceed, placeOrder, register, asGuest):
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

// offersByWorth orders the links to goods: in stock and with a picture first, subscriptions and vouchers last, each
// address once.
func (p *page) offersByWorth() []button {
	worth := func(b button) int {
		w := 0
		if b.Image {
			w += 2
		}
		if soldOutText(b.Offer) {
			w -= 20
		}
		if containsAny(b.Offer, sameKindWords...) {
			w -= 10
		}
		return w
	}
	best := map[string]button{}
	var order []string
	for _, b := range p.offers {
		known, seen := best[b.goodsKey()]
		if !seen {
			order = append(order, b.goodsKey())
		}
		if !seen || worth(b) > worth(known) {
			best[b.goodsKey()] = b
		}
	}
	sort.SliceStable(order, func(i, j int) bool { return worth(best[order[i]]) > worth(best[order[j]]) })
	sorted := make([]button, len(order))
	for i, key := range order {
		sorted[i] = best[key]
	}
	return sorted
}

// goodsKey names the goods behind a link, whichever of several links to them it is.
func (b button) goodsKey() string { return firstOf([]string{b.Href}, b.key()) }

// key is what a button is remembered by, over reloads of its page.
func (b button) key() string {
	if b.Href != "" && !strings.HasPrefix(b.Href, "javascript:") && !strings.HasSuffix(b.Href, "#") {
		return "to " + b.Href + " " + plain(b.Text)
	}
	return strings.Join([]string{b.Tag, plain(b.words()), b.Name, b.HTMLID, strconv.Itoa(b.view.index), strconv.Itoa(b.Row)}, "|")
}
