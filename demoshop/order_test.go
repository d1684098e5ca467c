package demoshop_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/coder/websocket"

	"github.com/tillwatch/tillwatch/demoshop"
)

// fields makes the JSON object that the shop's own scripts send.
func (c *customer) fields(lists ...[]string) string {
	values := map[string]string{"_token": c.token}
	all := join(lists...)
	for i := 0; i+1 < len(all); i += 2 {
		values[all[i]] = all[i+1]
	}
	b, err := json.Marshal(values)
	if err != nil {
		c.t.Fatal(err)
	}
	return string(b)
}

func (c *customer) postJSON(path, body string) (int, string) {
	c.t.Helper()
	r := request(c.t, http.MethodPost, c.base+path, body)
	r.Header.Set("Content-Type", "application/json")
	return c.do(r)
}

func TestOrderByScript(t *testing.T) {
	t.Parallel()
	shop := open(t, demoshop.Config{Checkout: demoshop.Checkout{PlaceBy: demoshop.Fetch}})
	c := visitor(t, shop)
	c.fillCart()
	c.get("/checkout")
	if status, body := c.postJSON("/api/orders", c.fields(person, delivery)); status != http.StatusUnprocessableEntity || !strings.Contains(body, "同意が必要です") {
		t.Errorf("an incomplete order: %d %s", status, body)
	}
	if status, body := c.postJSON("/api/orders", c.fields(person, delivery, card)); status != http.StatusOK || !strings.Contains(body, "/checkout/complete") {
		t.Errorf("an order by fetch: %d %s", status, body)
	}
	if status, _ := c.postJSON("/api/orders", c.fields(person, delivery, card)); status != http.StatusUnprocessableEntity {
		t.Errorf("the same order again: %d", status)
	}
	if _, body := c.get("/api/orders/last"); !strings.Contains(body, "/checkout/complete") {
		t.Errorf("the beacon's page learns %s", body)
	}
	if n := placed(t, shop); n != 1 {
		t.Errorf("%d orders placed, want 1", n)
	}
}

func TestOrderByWebSocket(t *testing.T) {
	t.Parallel()
	shop := open(t, demoshop.Config{Checkout: demoshop.Checkout{PlaceBy: demoshop.WebSocket}})
	c := visitor(t, shop)
	c.fillCart()
	c.get("/checkout")
	socket, _, err := websocket.Dial(t.Context(), strings.Replace(c.base, "http", "ws", 1)+"/api/orders/socket",
		&websocket.DialOptions{HTTPClient: c.client, HTTPHeader: http.Header{"Origin": {c.base}}})
	if err != nil {
		t.Fatal(err)
	}
	defer socket.CloseNow()
	for _, message := range []struct{ text, want string }{
		{"{", "errors"},
		{`{"_token":"forged"}`, "errors"},
		{c.fields(person, delivery, card), "/checkout/complete"},
	} {
		if err := socket.Write(t.Context(), websocket.MessageText, []byte(message.text)); err != nil {
			t.Fatal(err)
		}
		if _, answer, err := socket.Read(t.Context()); err != nil || !strings.Contains(string(answer), message.want) {
			t.Errorf("%.20s…: %s, %v", message.text, answer, err)
		}
	}
	if n := placed(t, shop); n != 1 {
		t.Errorf("%d orders placed, want 1", n)
	}
	_, response, err := websocket.Dial(t.Context(), strings.Replace(c.base, "http", "ws", 1)+"/api/orders/socket",
		&websocket.DialOptions{HTTPClient: c.client, HTTPHeader: http.Header{"Origin": {"http://evil.localhost"}}})
	if err == nil || response.StatusCode != http.StatusForbidden {
		t.Errorf("another site's page may open the socket: %v", err)
	}
}

func TestPayingInTheProvidersFrame(t *testing.T) {
	t.Parallel()
	shop := open(t, demoshop.Config{Checkout: demoshop.Checkout{Payment: demoshop.ProviderFrame}})
	c := visitor(t, shop)
	c.fillCart()
	if _, body := c.get("/checkout"); strings.Contains(body, "cc-number") || !strings.Contains(body, shop.URL("pay.localhost")+"v1/fields.js") {
		t.Error("the card fields are not the provider's")
	}
	pay := func(number string) (int, map[string]string) {
		response, body := fetch(t, c.client, request(t, "POST", shop.URL("pay.localhost")+"v1/tokens", `{"cardnumber":"`+number+`","exp-date":"12/31","cvc":"123"}`))
		answer := map[string]string{}
		if err := json.Unmarshal([]byte(body), &answer); err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, answer
	}
	if status, _ := pay("4111111111111112"); status != http.StatusPaymentRequired {
		t.Errorf("a number with a wrong check digit: %d", status)
	}
	_, answer := pay("4111 1111 1111 1111")
	paid := []string{"payment", "card", "terms", "1", "payment_token", answer["token"]}
	if c.post("/checkout/place", join(person, delivery, paid)...); c.at != "/checkout/complete" {
		t.Errorf("paying with a token led to %s", c.at)
	}
	c.fillCart()
	c.get("/checkout")
	if c.post("/checkout/place", join(person, delivery, paid)...); c.at == "/checkout/complete" || placed(t, shop) != 1 {
		t.Error("a token was good twice")
	}
}

func TestPayingOnTheProvidersPage(t *testing.T) {
	t.Parallel()
	shop := open(t, demoshop.Config{Checkout: demoshop.Checkout{Payment: demoshop.ProviderPage}})
	c := visitor(t, shop)
	c.fillCart()
	c.get("/checkout")
	_, body := c.post("/checkout/place", join(person, delivery, []string{"payment", "card", "terms", "1"})...)
	if !strings.HasPrefix(c.at, "/pay/") || !strings.Contains(body, "¥5,280") || placed(t, shop) != 0 {
		t.Fatalf("the last button led to %s, %d placed", c.at, placed(t, shop))
	}
	page := shop.URL("pay.localhost") + strings.TrimPrefix(c.at, "/")
	session := strings.TrimPrefix(c.at, "/pay/")
	if c.get("/checkout/return?session=" + session); c.at != "/checkout" || placed(t, shop) != 0 {
		t.Fatalf("coming back unpaid led to %s, %d placed", c.at, placed(t, shop))
	}
	if status, _ := c.post(page, "cardnumber", "1", "exp-date", "12/31", "cvc", "123"); status != http.StatusUnprocessableEntity {
		t.Errorf("an impossible card: %d", status)
	}
	if c.post(page, "cardnumber", "4111111111111111", "exp-date", "12/31", "cvc", "123"); c.at != "/checkout/complete" || placed(t, shop) != 1 {
		t.Errorf("paying led to %s, %d placed", c.at, placed(t, shop))
	}
}

func TestOtherPaymentsAndCoupon(t *testing.T) {
	t.Parallel()
	shop := open(t, demoshop.Config{})
	c := visitor(t, shop)
	c.fillCart()
	if _, body := c.post("/cart/update", "coupon", "shincha10"); !strings.Contains(body, "−¥528") || !strings.Contains(body, "¥550") {
		t.Error("ten per cent off 5,280 yen, and delivery is no longer free: not shown")
	}
	if _, body := c.post("/cart/update", "coupon", "NOSUCH"); !strings.Contains(body, "ご利用いただけません") {
		t.Error("an unknown coupon was accepted")
	}
	c.get("/checkout")
	if _, body := c.post("/checkout/place", join(person, delivery, []string{"payment", "cod", "terms", "1"})...); c.at != "/checkout/complete" || !strings.Contains(body, "¥5,610") {
		t.Errorf("cash on delivery led to %s", c.at)
	}
}

func TestStockEnds(t *testing.T) {
	t.Parallel()
	shop := open(t, demoshop.Config{})
	var carts, buyers sync.WaitGroup
	carts.Add(6)
	for range 6 { // nine black kettles, two to a buyer
		buyers.Go(func() {
			c := visitor(t, shop)
			c.get("/products/kettle-nanbu")
			c.post("/cart/add", "product", "kettle-nanbu", "size", "", "colour", "33363a", "quantity", "2")
			c.get("/checkout")
			carts.Done()
			carts.Wait() // nobody fills a cart with what others have left
			c.post("/checkout/place", join(person, delivery, card)...)
		})
	}
	buyers.Wait()
	if n := placed(t, shop); n != 4 {
		t.Errorf("%d orders of two out of nine kettles", n)
	}
	c := visitor(t, shop)
	c.get("/products/cup-komorebi") // the page of a sold-out product has no form
	if c.post("/cart/add", "product", "matcha-uji", "size", "30 g", "colour", "7d9a4f"); c.at != "/products/matcha-uji" {
		t.Errorf("a sold-out product went to %s", c.at)
	}
}

func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	shop := open(t, demoshop.Config{})
	c := visitor(t, shop)
	c.fillCart()
	c.get("/checkout")
	c.token = strings.Repeat("0", 32)
	if status, _ := c.post("/checkout/place", join(person, delivery, card)...); status != http.StatusForbidden || placed(t, shop) != 0 {
		t.Errorf("a form without the session's token: %d", status)
	}
}
