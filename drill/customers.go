package drill

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"time"
)

// pace is one order every so often: some 30 a minute, a busy shop. What is lost is counted in orders, so a slower shop
// loses less in the same time.
const pace = 2 * time.Second

// customers buy at the shop over HTTP, one after the other, until they are told to stop. They are counted, not robbed: a
// real customer's browser would run the skimmer, so each order between the attack and the alarm is one record lost.
type customers struct {
	base     string
	requests atomic.Int64
	orders   atomic.Int64
	cancel   context.CancelFunc
	done     chan error
}

func openTill(ctx context.Context, base string) *customers {
	ctx, cancel := context.WithCancel(ctx)
	c := &customers{base: strings.TrimSuffix(base, "/"), cancel: cancel, done: make(chan error, 1)}
	go func() {
		ticker := time.NewTicker(pace)
		defer ticker.Stop()
		for {
			if err := c.buy(ctx); err != nil {
				if ctx.Err() == nil {
					c.done <- err
				}
				close(c.done)
				return
			}
			select {
			case <-ctx.Done():
				close(c.done)
				return
			case <-ticker.C:
			}
		}
	}()
	return c
}

// stop ends the buying. The error says why an order was refused.
func (c *customers) stop() error {
	c.cancel()
	return <-c.done
}

var (
	formToken   = regexp.MustCompile(`name="_token" value="([0-9a-f]+)"`)
	orderNumber = regexp.MustCompile(`\bK\d{7}\b`)
)

// visitor is one customer at the shop, over HTTP.
type visitor struct {
	base     string
	client   *http.Client
	token    string // of the last page's forms
	placed   string // number of the order that the last page thanks for
	requests *atomic.Int64
}

func newVisitor(base string, requests *atomic.Int64) (*visitor, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	dialer := &net.Dialer{}
	return &visitor{base: base, requests: requests, client: &http.Client{Jar: jar, Timeout: 30 * time.Second, Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			_, port, err := net.SplitHostPort(address)
			if err != nil {
				return nil, err
			}
			return dialer.DialContext(ctx, network, net.JoinHostPort("127.0.0.1", port))
		},
	}}}, nil
}

// ask sends a request and gives where it led, as path and query.
func (v *visitor) ask(ctx context.Context, method, path string, form url.Values) (*url.URL, error) {
	if form == nil {
		form = url.Values{}
	}
	form.Set("_token", v.token)
	request, err := http.NewRequestWithContext(ctx, method, v.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := v.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	v.requests.Add(1)
	page, err := io.ReadAll(response.Body)
	if m := formToken.FindSubmatch(page); m != nil {
		v.token = string(m[1])
	}
	v.placed = orderNumber.FindString(string(page))
	return response.Request.URL, err
}

// order fills a cart and orders; the fields are added to those of an ordinary customer.
func (v *visitor) order(ctx context.Context, fields url.Values) (*url.URL, error) {
	form := url.Values{
		"email": {"hanako@example.jp"}, "family_name": {"山田"}, "given_name": {"花子"}, "postal_code": {"100-0005"}, "prefecture": {"東京都"},
		"city": {"千代田区"}, "address1": {"丸の内1-1-1"}, "tel": {"090-0123-4567"}, "delivery": {"standard"}, "payment": {"card"}, "terms": {"1"},
	}
	for name, values := range fields {
		form[name] = values
	}
	for _, step := range []struct {
		method, path string
		form         url.Values
	}{
		{http.MethodGet, "/products/cup-komorebi", nil},
		{http.MethodPost, "/cart/add", url.Values{"product": {"cup-komorebi"}, "size": {"Small"}, "colour": {"44617b"}, "quantity": {"1"}}},
		{http.MethodGet, "/checkout", nil},
	} {
		if _, err := v.ask(ctx, step.method, step.path, step.form); err != nil {
			return nil, err
		}
	}
	return v.ask(ctx, http.MethodPost, "/checkout/place", form)
}

// buy places one order for a customer with a test card, and pays where the shop asks for the card.
func (c *customers) buy(ctx context.Context) error {
	v, err := newVisitor(c.base, &c.requests)
	if err != nil {
		return err
	}
	at, err := v.order(ctx, url.Values{"cardnumber": {"4111 1111 1111 1111"}, "exp-date": {"12 / 31"}, "cvc": {"123"}, "ccname": {"H YAMADA"}})
	if err == nil && strings.HasSuffix(at.Path, ".php") { // the payment module's page
		at, err = v.ask(ctx, http.MethodPost, at.RequestURI(), url.Values{
			"card_no": {"4111 1111 1111 1111"}, "card_month": {"12"}, "card_year": {"2031"}, "card_name": {"H YAMADA"}, "security_code": {"123"},
		})
	}
	if err != nil {
		return err
	}
	if at.Path != "/checkout/complete" {
		return errors.Join(errRefused, fmt.Errorf("the order led to %s", at.Path))
	}
	c.orders.Add(1)
	return nil
}

var errRefused = errors.New("a customer could not buy")
