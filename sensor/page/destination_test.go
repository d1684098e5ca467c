package page

import (
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch/known"
)

func TestOwnerOfAHost(t *testing.T) {
	d := destinations{shop: "www.shop.example.co.jp", authorised: []string{"*.tokeniser.example", "pay.example:8443"}, providers: known.PaymentProviders()}
	for host, want := range map[string]owner{
		"www.shop.example.co.jp":     own,
		"API.shop.example.co.jp:443": own,
		"shop.example.co.jp.":        own,
		"example.co.jp":              own,
		"other.co.jp":                foreign,
		"shop.example.co.jp.evil.jp": foreign,
		"tokeniser.example":          authorised,
		"eu.tokeniser.example":       authorised,
		"nottokeniser.example":       foreign,
		"pay.example":                authorised,
		"js.stripe.com":              provider,
		"r.stripe.com":               providerPart,
		"stripe.com.cdn.example":     foreign,
		"192.0.2.7":                  foreign,
		"[2001:db8::1]:443":          foreign,
	} {
		if got := d.owner(host); got != want {
			t.Errorf("%s: %d, want %d", host, got, want)
		}
	}
	d.shop = "shop.localhost"
	for host, want := range map[string]owner{"shop.localhost": own, "api.shop.localhost": own, "evil.localhost": foreign, "localhost": foreign} {
		if got := d.owner(host); got != want {
			t.Errorf("%s: %d, want %d", host, got, want)
		}
	}
	d.shop = "oursho.shop-pro.jp"
	for host, want := range map[string]owner{"oursho.shop-pro.jp": own, "img.oursho.shop-pro.jp": own, "other.shop-pro.jp": foreign, "shop-pro.jp": foreign} {
		if got := d.owner(host); got != want {
			t.Errorf("%s: %d, want %d", host, got, want)
		}
	}
	d.shop = "127.0.0.1"
	if d.owner("127.0.0.1:8700") != own || d.owner("127.0.0.2") != foreign || d.owner("10.127.0.0.1") != foreign {
		t.Error("addresses are their own only where they are equal")
	}
}

func TestHostOf(t *testing.T) {
	for in, want := range map[string]string{
		"https://Evil.Example:8443/a?b": "evil.example",
		"wss://x.example/s":             "x.example",
		"data:text/html,x":              "",
		"blob:https://shop.example/1":   "",
		"about:blank":                   "",
		"https://bad%zz.example/x":      "bad%zz.example",
		"":                              "",
		"://":                           "",
	} {
		if got := hostOf(in); got != want {
			t.Errorf("hostOf(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestShownHidesWhatMayBeLoot(t *testing.T) {
	for in, want := range map[string]string{
		"https://evil.example/c?n=4111111111111111":          "https://evil.example/c",
		"https://evil.example/p/4111111111111111/x":          "https://evil.example/p/…/x",
		"https://4111111111111111.evil.example/":             "https://…/….evil.example/",
		"https://evil.example/4111-1111-1111-1111":           "https://evil.example/…1",
		"https://shop.example/assets/js/checkout.0a1b.js":    "https://shop.example/assets/js/checkout.0a1b.js",
		"https://shop.example/8f2b1f56f1c58d9549b3.js":       "https://shop.example/8f2b1f56f1c58d9549b3.js",
		"https://shop.example/#4111111111111111":             "https://shop.example/",
		"":                                                   "",
		"https://evil.example/" + strings.Repeat("QUFB", 60): "https://evil.example/…B",
	} {
		got := shown(in)
		if strings.Contains(got, "4111111111") {
			t.Errorf("shown(%q) = %q: the number is there", in, got)
		}
		if want := strings.Replace(want, "https://…/….evil", "https://….evil", 1); got != want && !strings.HasPrefix(in, "https://4111") {
			t.Errorf("shown(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzShown(f *testing.F) {
	f.Add("https://evil.example/4111111111111111/x.y?z#w")
	f.Fuzz(func(t *testing.T, raw string) {
		if strings.Contains(shown(raw), "4111111111111111") {
			t.Errorf("%q", raw)
		}
		hostOf(raw)
		originOf(raw)
		comparable(raw)
		shape(raw)
	})
}
