package page

import (
	"crypto/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/canary"
	"github.com/tillwatch/tillwatch/known"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

func TestAProviderIsNoPlaceToHideIn(t *testing.T) {
	set := canary.Mint(rand.Reader, "en", time.Now())
	number := set.Card.Number
	backwards := []byte(number)
	slices.Reverse(backwards)
	sdk := browser.Request{URL: "https://api.pay.jp/v1/accounts?public_key=shop_0001", Method: "GET"}
	for name, c := range map[string]struct {
		url, body string
		want      bool
	}{
		"a payment":            {"https://api.pay.jp/v1/tokens?public_key=shop_0001", "card[number]=" + number + "&card[cvc]=123", false},
		"a payment, as JSON":   {"https://api.pay.jp/v1/tokens", `{"card":{"number":"` + number + `"},"metadata":{"order":"1"}}`, false},
		"as a remark":          {"https://api.pay.jp/v1/customers", "metadata[k]=" + number, true},
		"as a remark, as JSON": {"https://api.pay.jp/v1/customers", `{"metadata":{"k":"x ` + number + `"}}`, true},
		"backwards":            {"https://api.pay.jp/v1/customers", "name=" + string(backwards), true},
		"to another account":   {"https://api.pay.jp/v1/tokens?public_key=thief_0009", "card[number]=" + number, true},
	} {
		v := &visit{set: set, requests: []browser.Request{sdk, {
			URL: c.url, Method: "POST", Type: "Fetch", DocumentURL: "https://shop.example/pay", Body: tillwatch.NewBody([]byte(c.body)),
		}}}
		signs := misused(v, destinations{shop: "shop.example", providers: known.PaymentProviders()})
		if found := len(signs) == 1; found != c.want {
			t.Errorf("%s: %+v", name, signs)
		}
		for _, s := range signs {
			if text := s.Summary + s.Place + s.Evidence[0].What + s.Evidence[0].Destination; strings.Contains(text, number) || strings.Contains(text, string(backwards)) {
				t.Errorf("%s: the number is in %q", name, text)
			}
		}
	}
}
