package page

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch/canary"
	"github.com/tillwatch/tillwatch/demoshop"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
	"github.com/tillwatch/tillwatch/sensor/page/journey"
)

func openShop(t *testing.T, config demoshop.Config) *demoshop.Shop {
	t.Helper()
	config.State = t.TempDir()
	shop, err := demoshop.Start(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := shop.Close(); err != nil {
			t.Error(err)
		}
	})
	return shop
}

// fullCart gives the cookies of a visitor with something in his cart.
func fullCart(t *testing.T, shop *demoshop.Shop) []*http.Cookie {
	t.Helper()
	client := shop.Client()
	client.Jar, _ = cookiejar.New(nil)
	base := shop.URL("shop.localhost")
	page, err := client.Get(base + "products/cup-komorebi")
	if err != nil {
		t.Fatal(err)
	}
	text := make([]byte, 1<<20)
	n := 0
	for err == nil && n < len(text) {
		var m int
		m, err = page.Body.Read(text[n:])
		n += m
	}
	page.Body.Close()
	_, token, _ := strings.Cut(string(text[:n]), `name="_token" value="`)
	token, _, _ = strings.Cut(token, `"`)
	answer, err := client.PostForm(base+"cart/add", url.Values{"_token": {token}, "product": {"cup-komorebi"}, "size": {"Small"}, "colour": {"44617b"}, "quantity": {"1"}})
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	u, _ := url.Parse(base)
	cookies := client.Jar.Cookies(u)
	if answer.Request.URL.Path != "/cart" || len(cookies) == 0 {
		t.Fatalf("adding to the cart led to %s with %d cookies", answer.Request.URL, len(cookies))
	}
	for _, c := range cookies {
		c.Domain, c.Path = u.Hostname(), "/"
	}
	return cookies
}

// pressAgainAndAgain walks to the last button from a full cart, cuts the line as the sensor does, presses the button again
// and again, and counts what the shop got of it.
func pressAgainAndAgain(t *testing.T, by demoshop.PlaceBy, times int) {
	shop := openShop(t, demoshop.Config{Checkout: demoshop.Checkout{PlaceBy: by}})
	start, _ := url.Parse(shop.URL("shop.localhost") + "checkout")
	sensor, err := New(Config{Cookies: fullCart(t, shop)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	l := &look{Sensor: sensor, start: start, profile: browser.Profiles()[0]}
	line, err := l.open(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer line.close()
	tab, err := line.browser.NewTab(ctx)
	if err != nil {
		t.Fatal(err)
	}
	result, err := journey.Walk(ctx, tab, journey.Options{Start: start.String(), Identity: canary.Mint(rand.Reader, "ja", time.Now())})
	if err != nil || result.Last == nil || !result.Card {
		t.Fatalf("the walk from a full cart ended with %v, %+v", err, result.Gaps)
	}
	if len(line.witness.Exchanges()) == 0 {
		t.Fatal("the witness saw nothing: the browser went past it")
	}

	line.cut()
	for range times {
		pressLast(ctx, t, tab)
	}
	attempts := 0
	for _, r := range line.browser.Recording().Requests() {
		if r.Cut && r.Body.Len() > 0 && strings.Contains(r.URL, "shop.localhost") {
			attempts++
		}
	}
	for _, f := range line.witness.Frames() {
		if f.Sent && f.Cut && f.Kind == "text" {
			attempts++
		}
	}
	if _, err := result.Last.Press(ctx, time.Second); err != nil {
		t.Error(err)
	}
	if attempts < times {
		t.Errorf("%d presses, but only %d attempts to place an order on the cut line: the test presses nothing", times, attempts)
	}
	if n, err := shop.PlacedOrders(ctx); err != nil || n != 0 {
		t.Errorf("%d orders were placed by %d presses (%v)", n, times, err)
	}
}

// pressLast presses the button that places the order, where it is now, and waits for what comes of it.
func pressLast(ctx context.Context, t *testing.T, tab *browser.Tab) {
	t.Helper()
	var at struct{ X, Y float64 }
	frames, err := tab.Frames(ctx)
	if err == nil {
		err = frames[0].Eval(ctx, `(async () => {
			const find = () => [...document.querySelectorAll('form button')].find(b => /注文を確定/.test(b.textContent) && !b.disabled);
			while (!find()) await new Promise(done => setTimeout(done, 20));
			find().form.classList.remove('busy'); // an answer that never comes would hold the form for ever
			find().scrollIntoView({block: 'center'});
			const box = find().getBoundingClientRect();
			return {x: box.x + box.width / 2, y: box.y + box.height / 2};
		})()`, &at)
	}
	if err == nil {
		err = tab.Click(ctx, at.X, at.Y)
	}
	if err == nil {
		_, err = tab.Settle(ctx, browser.SettleOptions{Quiet: 50 * time.Millisecond, Limit: 5 * time.Second})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func readRoots(name string) ([]*x509.Certificate, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	c, err := x509.ParseCertificate(block.Bytes)
	return []*x509.Certificate{c}, err
}
