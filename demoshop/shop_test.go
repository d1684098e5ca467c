package demoshop_test

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch/demoshop"
)

// open starts a shop for one test.
func open(t *testing.T, config demoshop.Config) *demoshop.Shop {
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

// customer is a browser without scripts.
type customer struct {
	t      *testing.T
	shop   *demoshop.Shop
	client *http.Client
	base   string
	token  string // of the last page's forms
	at     string // path of the last page
	whole  string // its address with query
}

func visitor(t *testing.T, shop *demoshop.Shop) *customer {
	client := shop.Client()
	client.Jar, _ = cookiejar.New(nil)
	return &customer{t: t, shop: shop, client: client, base: strings.TrimSuffix(shop.URL("shop.localhost"), "/")}
}

var formToken = regexp.MustCompile(`name="_token" value="([0-9a-f]+)"`)

func (c *customer) do(request *http.Request) (int, string) {
	c.t.Helper()
	request.Header.Set("Accept-Language", "ja")
	response, err := c.client.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	c.at, c.whole = response.Request.URL.Path, response.Request.URL.RequestURI()
	if m := formToken.FindSubmatch(body); m != nil {
		c.token = string(m[1])
	}
	return response.StatusCode, string(body)
}

func (c *customer) get(path string) (int, string) {
	c.t.Helper()
	if strings.HasPrefix(path, "/") {
		path = c.base + path
	}
	request, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.do(request)
}

func (c *customer) post(path string, fields ...string) (int, string) {
	c.t.Helper()
	if strings.HasPrefix(path, "/") {
		path = c.base + path
	}
	form := url.Values{"_token": {c.token}}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	request, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
	if err != nil {
		c.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.do(request)
}

func (c *customer) fillCart() {
	c.t.Helper()
	c.get("/products/cup-komorebi")
	if _, body := c.post("/cart/add", "product", "cup-komorebi", "size", "Small", "colour", "44617b", "quantity", "2"); c.at != "/cart" || !strings.Contains(body, "¥5,280") {
		c.t.Fatalf("adding two cups led to %s", c.at)
	}
}

var (
	person = []string{
		"email", "hanako@example.jp", "family_name", "山田", "given_name", "花子", "postal_code", "100-0005",
		"prefecture", "東京都", "city", "千代田区", "address1", "丸の内1-1-1", "tel", "090-0123-4567",
	}
	older = []string{
		"order_email", "hanako@example.jp", "order_email02", "hanako@example.jp", "order_name01", "山田", "order_name02", "花子",
		"order_kana01", "ヤマダ", "order_kana02", "ハナコ", "order_zip01", "100", "order_zip02", "0005", "order_pref", "東京都",
		"order_addr01", "千代田区", "order_addr02", "丸の内1-1-1", "order_addr03", "", "order_tel01", "090", "order_tel02", "0123", "order_tel03", "4567",
	}
	delivery  = []string{"delivery", "standard", "note", "よろしく"}
	card      = []string{"payment", "card", "terms", "1", "cardnumber", "4111 1111 1111 1111", "exp-date", "12 / 31", "cvc", "123", "ccname", "H YAMADA"}
	olderCard = []string{"payment", "card", "terms", "1", "card_no", "4111111111111111", "card_month", "12", "card_year", "2031", "security_code", "123"}
)

func placed(t *testing.T, shop *demoshop.Shop) int {
	t.Helper()
	n, err := shop.PlacedOrders(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func join(lists ...[]string) []string {
	var all []string
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

func TestOrderOnOnePage(t *testing.T) {
	t.Parallel()
	shop := open(t, demoshop.Config{})
	c := visitor(t, shop)
	c.fillCart()
	status, body := c.get("/checkout")
	if status != 200 || !strings.Contains(body, `autocomplete="cc-number"`) {
		t.Fatalf("checkout: %d\n%s", status, body)
	}
	if _, body = c.post("/checkout/place", join(person, delivery)...); !strings.Contains(body, "同意が必要です") || placed(t, shop) != 0 {
		t.Fatal("an order without consent and payment was taken")
	}
	_, body = c.post("/checkout/place", join(person, delivery, card)...)
	if c.at != "/checkout/complete" || !strings.Contains(body, "K0000001") || !strings.Contains(body, "**** 1111") {
		t.Fatalf("placing led to %s\n%s", c.at, body)
	}
	if n := placed(t, shop); n != 1 {
		t.Errorf("%d orders placed, want 1", n)
	}
}

func TestOrderInSteps(t *testing.T) {
	t.Parallel()
	shop := open(t, demoshop.Config{Checkout: demoshop.Checkout{Flow: demoshop.Steps, SplitFields: true}})
	c := visitor(t, shop)
	c.fillCart()
	for _, step := range []struct {
		post string
		form []string
		to   string
	}{
		{"", nil, "/checkout/start"},
		{"/checkout/guest", nil, "/checkout/customer"},
		{"/checkout/customer", older, "/checkout/delivery"},
		{"/checkout/delivery", delivery, "/checkout/payment"},
		{"/checkout/payment", olderCard, "/checkout/confirm"},
		{"/checkout/place", nil, "/checkout/complete"},
	} {
		if n := placed(t, shop); n != 0 {
			t.Fatalf("an order was placed before %s", step.post)
		}
		var body string
		if step.post == "" {
			_, body = c.get("/checkout")
		} else {
			_, body = c.post(step.post, step.form...)
		}
		if c.at != step.to {
			t.Fatalf("%s led to %s, want %s\n%s", step.post, c.at, step.to, body)
		}
	}
	if n := placed(t, shop); n != 1 {
		t.Errorf("%d orders placed, want 1", n)
	}
}
