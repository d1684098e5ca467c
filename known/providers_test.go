package known_test

import (
	_ "embed"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch/known"
)

//go:embed providers.tsv
var providersTSV string

func TestProvidersByHost(t *testing.T) {
	list := known.PaymentProviders()
	for host, want := range map[string]struct {
		name string
		card bool
	}{
		"js.stripe.com":            {"Stripe", true},
		"JS.Stripe.com.":           {"Stripe", true},
		"m.stripe.com":             {"Stripe", false},
		"evil.stripe.com":          {},
		"stripe.com.evil.net":      {},
		"mystripe.com":             {},
		"p01.mul-pay.jp":           {"GMO Payment Gateway", true},
		"mul-pay.jp":               {"GMO Payment Gateway", true},
		"xmul-pay.jp":              {},
		"app.midtrans.com":         {"Midtrans", true},
		"stdpay.inicis.com":        {"KG Inicis", true},
		"":                         {},
		"www.google-analytics.com": {},
	} {
		p, ok := list.ByHost(host)
		if p.Name != want.name || p.Card != want.card || ok != (want.name != "") {
			t.Errorf("%s: got %+v, %v", host, p, ok)
		}
	}
	if list.Date == "" {
		t.Error("the list has no date")
	}
	regions := map[string]int{}
	for _, line := range strings.Split(providersTSV, "\n") {
		if f := strings.Split(line, "\t"); len(f) == 4 && !strings.HasPrefix(line, "#") {
			regions[f[1]]++
		}
	}
	for _, r := range []string{"jp", "kr", "id", "world"} {
		if regions[r] < 8 {
			t.Errorf("%d providers for %s: too few to be of use", regions[r], r)
		}
	}
}

func TestParseProvidersNamesTheBadLine(t *testing.T) {
	for _, bad := range []string{"X\tjp\thost.example", "X\tjp\t*.Example.com\tcard", "X\tjp\tcom\tcard", "X\tjp\thttps://a.example/\tcard", "X\tjp\ta.example\tall"} {
		if _, err := known.ParseProviders("#date\t2026-01-01\n" + bad + "\n"); err == nil || !strings.Contains(err.Error(), "line 2") {
			t.Errorf("%q: %v, want an error that names line 2", bad, err)
		}
	}
}

func FuzzParseProviders(f *testing.F) {
	f.Add("#date\t2026-01-01\nA\tjp\t*.a.example\tcard\n")
	f.Fuzz(func(_ *testing.T, text string) {
		if list, err := known.ParseProviders(text); err == nil {
			list.ByHost("pay.a.example")
		}
	})
}
