package journey

import (
	"fmt"
	"hash/fnv"
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
	p.path = pathOf(p.top.URL)
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
	if harmfulAddress().MatchString(e.Href) {
		return meaning{harmful, 1}
	}
	m := meaningOf(e.Text)
	if m.intent == unclear {
		m = meaningOf(e.Accessible)
	}
	if m.intent == unclear && len([]rune(plain(e.Text))) <= 24 {
		// A name may warn of an order button, but it does not make one: "Confirm" may as well empty the cart.
		if hint := hintOf(e.HTMLID, e.Names, e.Name); hint != unclear && hint != placeOrder {
			m = meaning{hint, 0.4}
		}
	}
	return m
}

// harmfulAddress is a link that does something when it is only followed.
var harmfulAddress = lazily(`(?i)[/_\-?&=.](log-?out|sign-?out|unsubscribe|delete|remove|withdraw|cancel|empty|clear)([/_\-?&=.]|$)`)

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

// signature is the same for two looks at a page between which nothing happened.
func (p *page) signature() uint64 {
	h := fnv.New64a()
	for _, v := range p.views {
		fmt.Fprint(h, v.URL, v.Born, v.Text, v.Cart, v.Errors, len(v.Layers))
		for i := range v.Elements {
			e := &v.Elements[i]
			fmt.Fprint(h, e.ID, e.Text, e.Names, e.States, e.Disabled, e.Filled, e.Checked, e.Selected, e.Error, e.Box)
		}
	}
	return h.Sum64()
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
