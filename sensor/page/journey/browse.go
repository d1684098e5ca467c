package journey

import (
	"slices"
	"strings"
)

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
	wishes := map[intent]int{toCheckout: 70, order: 60, asGuest: 55, placeOrder: 45, proceed: 40, send: 34, toPay: 50, review: 30}
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
