package page

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/demoshop"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// linkShop asks for the card on its provider's page, after the order. lines are a further script of its pages, and a
// provider of somebody else's, which asks for the card too, is THIEF in them.
func linkShop(t *testing.T, lines string) *demoshop.Shop {
	t.Helper()
	const asks = `<!doctype html><title>Payment</title><h1>Card payment</h1><form method="post" action="/taken">
		<label>Card number <input name="number" autocomplete="cc-number"></label><label>Expiry (MM/YY) <input name="expiry" autocomplete="cc-exp"></label>
		<label>CVC <input name="cvc" autocomplete="cc-csc"></label><button>Pay</button></form>`
	taken := false
	docroot := t.TempDir()
	shop := openShop(t, demoshop.Config{
		Docroot: docroot, Checkout: demoshop.Checkout{Payment: demoshop.ProviderPage},
		Hosts: map[string]http.Handler{"till.localhost": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			taken = taken || r.Method == http.MethodPost
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write([]byte(asks))
		})},
	})
	t.Cleanup(func() {
		if taken {
			t.Error("what was typed was sent, although the line is cut when that page's button is pressed")
		}
	})
	layout := filepath.Join(docroot, "templates", "_layout.html")
	page, err := os.ReadFile(layout)
	if err != nil {
		t.Fatal(err)
	}
	lines = strings.ReplaceAll(lines, "THIEF", strings.TrimSuffix(shop.URL("till.localhost"), "/"))
	page = []byte(strings.Replace(string(page), "</body>", "<script>"+lines+"</script></body>", 1))
	if err := os.WriteFile(layout, page, 0o644); err != nil {
		t.Fatal(err)
	}
	return shop
}

// leads turns the order's form round: the customer goes somewhere else first.
const leads = `addEventListener('submit', e => { if (/place/.test(e.target.action)) { e.preventDefault(); e.stopImmediatePropagation(); location.href = 'TO'; } }, true);`

func TestCardAfterTheOrder(t *testing.T) {
	t.Parallel()
	provider := []string{"pay.localhost"}
	for name, c := range map[string]struct {
		lines  string
		order  bool
		rule   string // none where it is empty
		grade  tillwatch.Severity
		place  string
		passed bool
	}{
		"honest, with an order":          {order: true, passed: true},
		"honest, without":                {},
		"led to a copy, with an order":   {lines: strings.Replace(leads, "TO", "THIEF/pay", 1), order: true, rule: "page/canary-sent", grade: tillwatch.Critical, place: "till.localhost"},
		"led to a copy, without":         {lines: strings.Replace(leads, "TO", "THIEF/pay", 1), rule: "page/frame-swapped", grade: tillwatch.Medium, place: "till.localhost"},
		"led among the files, without":   {lines: strings.Replace(leads, "TO", "/assets/module/card.html", 1), rule: "page/form-turned", grade: tillwatch.Medium, place: "/assets/module"},
		"led to another page of its own": {lines: strings.Replace(leads, "TO", "/checkout/thanks?asked=1", 1)},
	} {
		if !everyVariant && slices.Contains([]string{"led to a copy, without", "led to another page of its own"}, name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shop := linkShop(t, c.lines)
			signs, gaps, passed := observe(t, Config{Layers: "D", Authorised: provider, PlaceTestOrder: c.order}, shop.URL("shop.localhost"))
			alarms := slices.DeleteFunc(slices.Clone(signs), func(s tillwatch.Sign) bool { return s.Severity <= tillwatch.Low })
			found := slices.ContainsFunc(alarms, func(s tillwatch.Sign) bool {
				return s.Rule == c.rule && s.Severity >= c.grade && strings.Contains(s.Place, c.place)
			})
			if c.rule == "" && len(alarms) > 0 || c.rule != "" && !found || c.passed != passed && c.rule == "" {
				t.Errorf("passed %v, gaps %v, signs:\n%s", passed, gaps, shortly(signs))
			}
			for _, s := range signs {
				if c.order && s.Rule == "page/canary-sent" && !strings.Contains(s.Summary, "--authorise") {
					t.Errorf("an operator is not told what to do where it is his provider: %s", s.Summary)
				}
			}
		})
	}
}

// A second order is never placed, not even by a walk that compares.
func TestOneTestOrder(t *testing.T) {
	t.Parallel()
	l := &look{Sensor: &Sensor{}}
	if _, err := l.emptied(t.Context(), &visit{ordered: true}); err == nil {
		t.Error("a walk that compares would order again")
	}
}

func TestLedAway(t *testing.T) {
	t.Parallel()
	to := func(method, url string) browser.Request {
		return browser.Request{Method: method, URL: url, Type: "Document", Main: true, Cut: true}
	}
	script := browser.Request{Method: "GET", URL: "https://shop.example/assets/js/shop.js", Type: "Script", At: noon.Add(-1)}
	for name, c := range map[string]struct {
		requests     []browser.Request
		action, rule string
	}{
		"the order itself":                      {requests: []browser.Request{to("POST", "https://shop.example/order")}, action: "https://shop.example/order"},
		"the form itself leads to a provider":   {requests: []browser.Request{to("POST", "https://gate.example/link")}, action: "https://gate.example/link"},
		"a script leads to a known provider":    {requests: []browser.Request{to("GET", "https://checkout.stripe.com/c/pay")}, action: "https://shop.example/order"},
		"a script leads to the shop's own page": {requests: []browser.Request{to("GET", "https://shop.example/confirm")}, action: "https://shop.example/order"},
		"a script leads to nobody's":            {requests: []browser.Request{to("GET", "https://gate.example/pay")}, action: "https://shop.example/order", rule: "page/frame-swapped"},
		"a script leads among the files":        {requests: []browser.Request{script, to("GET", "https://shop.example/assets/m/pay.html")}, action: "https://shop.example/order", rule: "page/form-turned"},
		"files and pages under one roof":        {requests: []browser.Request{script, {Method: "GET", URL: "https://shop.example/assets/cart", Type: "Document", Main: true, At: noon.Add(-1)}, to("GET", "https://shop.example/assets/m/pay.html")}, action: "https://shop.example/order"},
	} {
		v := aVisit(c.requests...)
		v.pressed, v.forms = noon, []formSeen{{Action: c.action, Method: "post"}}
		cut := ledAway(v, atShop)
		v.ordered, v.ordering, v.served = true, noon, v.forms // the same with an order on an open line
		signs := ledAway(v, atShop)
		if len(cut) != len(signs) {
			t.Errorf("%s: %d over a cut line, %d with a test order", name, len(cut), len(signs))
		}
		if c.rule == "" && len(signs) > 0 || c.rule != "" && (len(signs) != 1 || signs[0].Rule != c.rule) {
			t.Errorf("%s: %s", name, shortly(signs))
		}
	}
}

// A shop whose own page asks for the card once it has the order, as payment modules of Japanese shops do, is in order.
func TestOwnPageAfterTheOrder(t *testing.T) {
	t.Parallel()
	orders := 0
	pages := map[string]string{
		"/":     `<header><a href="/cart">Cart</a></header><main><h1>Tea</h1><p>$5.00</p><form method="post" action="/add"><button>Add to cart</button></form></main>`,
		"/cart": `<h1>Your cart</h1><p>Tea $5.00</p><a href="/checkout">Checkout</a>`,
		"/checkout": `<h1>Checkout</h1><form method="post" action="/place"><label>Full name <input name="name"></label><label>Email <input name="email" type="email"></label>
			<label>Phone <input name="phone"></label><label>Address <input name="address"></label><label>Postcode <input name="postcode"></label>
			<p><label><input type="radio" name="pay" value="card" checked> Credit card</label> <label><input type="radio" name="pay" value="cod"> Cash on delivery</label></p><button>Place order</button></form>`,
		"/module/card": `<h1>Card payment</h1><form method="post" action="/module/pay"><label>Card number <input name="number" autocomplete="cc-number" id="n"></label>
			<label>Expiry (MM/YY) <input name="expiry" autocomplete="cc-exp"></label><label>CVC <input name="cvc" autocomplete="cc-csc"></label><button>Pay now</button></form>
			<script>n.addEventListener('input', () => { n.value = n.value.replace(/\D/g, '').replace(/(.{4})(?=.)/g, '$1 '); });</script>`,
	}
	leads := map[string]string{"/add": "/cart", "/place": "/module/card"}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/place" {
			orders++
		}
		if r.URL.Path == "/module/pay" {
			t.Error("the card was sent")
		}
		if to := leads[r.URL.Path]; to != "" {
			http.Redirect(w, r, to, http.StatusSeeOther)
			return
		}
		if pages[r.URL.Path] == "" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte("<!doctype html><title>Tea shop</title>" + pages[r.URL.Path]))
	}))
	t.Cleanup(server.Close)
	_, port, _ := strings.Cut(strings.TrimPrefix(server.URL, "http://"), ":")
	signs, gaps, passed := observe(t, Config{PlaceTestOrder: true}, "http://module.localhost:"+port+"/")
	if alarms := slices.DeleteFunc(signs, func(s tillwatch.Sign) bool { return s.Severity <= tillwatch.Low }); len(alarms) > 0 || len(gaps) > 0 || !passed {
		t.Errorf("passed %v, gaps %v, signs:\n%s", passed, gaps, shortly(alarms))
	}
	if orders != 1 {
		t.Errorf("%d orders were placed, want 1", orders)
	}
}
