package journey_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch/canary"
	"github.com/tillwatch/tillwatch/sensor/page/journey"
)

const (
	byCardOnly = `<p><label><input type="radio" name="pay" value="card" checked> Credit card</label> <label><input type="radio" name="pay" value="cod"> Cash on delivery</label></p><button>Place order</button></form>`
	cardPage   = `<h1>Card payment</h1><form method="post" action="/paid"><label>Card number <input name="number"></label><label>Expiry (MM/YY) <input name="expiry"></label><label>CVC <input name="cvc"></label><button>Pay now</button></form>`
)

// linkShop asks for the card only after the order, to which it answers with body.
func linkShop(t *testing.T, name string, body func(*testShop) string) *testShop {
	s := newShop(t, name)
	s.page("GET /{$}", "Shop", func(*http.Request) string {
		return `<header><a href="/cart">Cart</a></header><main><h1>Tea</h1><p>$5.00</p><form method="post" action="/add"><button>Add to cart</button></form></main>`
	})
	s.page("POST /add", "", func(*http.Request) string { s.put(); return "→/cart" })
	s.page("GET /cart", "Your cart", func(*http.Request) string {
		return `<h1>Your cart</h1><p>Tea $5.00</p><a href="/checkout">Checkout</a>`
	})
	s.page("GET /checkout", "Checkout", func(*http.Request) string { return addressForm + byCardOnly })
	s.page("POST /place", "One moment", func(r *http.Request) string { s.order(nil, r); return body(s) })
	s.page("/card", "Card payment", func(*http.Request) string { return cardPage })
	s.page("POST /paid", "Paid", func(*http.Request) string { t.Error("the card page's button was pressed"); return "<h1>Paid</h1>" })
	return s
}

// After the order a shop leads to the page that asks for the card, in one of these ways, and the order is placed once.
func TestOrderLeadsToTheCard(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]func(*testShop) string{
		"redirect": func(s *testShop) string { return "→" + s.on("gateway", "/card") },
		"own-page": func(s *testShop) string { return "→/card" },
		"auto-form": func(s *testShop) string {
			return `<form method="post" action="` + s.on("gateway", "/card") + `"><input type="hidden" name="shop_id" value="tea1"></form><script>setTimeout(() => document.forms[0].submit(), 500)</script>`
		},
		"button-between": func(s *testShop) string {
			return `<h1>Payment</h1><p>You are being led to the payment page.</p><form method="post" action="` + s.on("gateway", "/card") + `"><button>Proceed to payment</button></form>`
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := linkShop(t, name, body)
			r := s.reach("en", "Place order", nil)
			if !r.CardLater || r.Card || len(r.Gaps) != 1 || r.Gaps[0].Kind != journey.GapElsewhere {
				t.Fatalf("card later %v, card %v, gaps %v", r.CardLater, r.Card, gaps(r))
			}
			r, err := r.Last.Order(t.Context(), 20*time.Second)
			if err != nil || !r.Card || r.Last == nil || r.Last.Text != "Pay now" || len(r.Gaps) > 0 || r.Journey.Last != "Place order" {
				t.Fatalf("%v: card %v, last %+v, gaps %v, journey %+v", err, r.Card, r.Last, gaps(r), r.Journey)
			}
			wantTyped(t, r, canary.CardNumber, canary.CardExpiry, canary.CardCode)
			if n := s.orders(); n != 1 {
				t.Errorf("%d orders were placed, want 1", n)
			}
		})
	}
}

func TestOrderTypesNothingAtAProvider(t *testing.T) {
	t.Parallel()
	s := linkShop(t, "known", func(s *testShop) string { return "→" + s.on("provider", "/card") })
	r, err := s.reach("en", "Place order", nil).Last.Order(t.Context(), 20*time.Second)
	if err != nil || r.Card || r.Last != nil {
		t.Fatalf("%v: card %v, last %+v", err, r.Card, r.Last)
	}
	onlyGap(t, r, journey.GapProvider)
}

func TestOrderWithoutACard(t *testing.T) {
	t.Parallel()
	s := linkShop(t, "cardless", func(*testShop) string { return `<h1>Thank you</h1><p>We will write to you.</p><a href="/">Back</a>` })
	r, err := s.reach("en", "Place order", nil).Last.Order(t.Context(), 2*time.Second)
	if err != nil || r.Card || s.orders() != 1 {
		t.Fatalf("%v: card %v, %d orders", err, r.Card, s.orders())
	}
	onlyGap(t, r, journey.GapElsewhere, "the test order was placed")
}

// A page with nothing but words on it goes on by itself, and comes back to where the customer was going.
func TestWaitingRoom(t *testing.T) {
	t.Parallel()
	s := plainShop(t, "queue", func(r *http.Request) string {
		if r.URL.Query().Get("in") == "" {
			return "→/wait"
		}
		return addressForm + `<button>Place order</button></form>`
	})
	s.page("GET /wait", "Please wait", func(*http.Request) string {
		return `<p>We are busy. It is your turn soon.</p><script>setTimeout(() => location.replace('/checkout?in=1'), 2500)</script>`
	})
	s.reach("en", "Place order", nil)
}
