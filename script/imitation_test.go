package script

import (
	"testing"

	"golang.org/x/net/idna"
)

func TestHostsThatImitate(t *testing.T) {
	ascii, err := idna.ToASCII("strípe.com")
	if err != nil {
		t.Fatal(err)
	}
	genuine := []string{"shop.example", "www.tea-house.example", "analytics.localhost", "pay.localhost", "js.stripe.com", "cdn.metrics-hub.example"}
	for host, want := range map[string]string{
		"sh0p.example":                "shop.example",
		"teahouse.example":            "www.tea-house.example",
		"tea-hause.example":           "www.tea-house.example",
		"static.tea-housse.net":       "www.tea-house.example",
		"analytlcs.localhost":         "analytics.localhost",
		"anallytics.localhost":        "analytics.localhost",
		"xn--trip-ld5a.com":           "", // letters of no likeness
		ascii:                         "js.stripe.com",
		"googletagmanaqer.localhost":  "googletagmanager.com",
		"jquery-cdn.localhost":        "jquery.com",
		"shop.example":                "",
		"img.shop.example":            "",
		"shop-cdn.example":            "",
		"shop2.example":               "",
		"analytics2.localhost":        "",
		"fonts.localhost":             "",
		"play.localhost":              "",
		"metrics.localhost":           "",
		"m.stripe.com":                "",
		"cdn.metrics-hub.example":     "",
		"10.0.0.1":                    "",
		"chat.widgets-for-shops.test": "",
	} {
		if got := Imitates(host, genuine); got != want {
			t.Errorf("%s imitates %q, want %q", host, got, want)
		}
	}
}
