package journey

import (
	"crypto/rand"
	"encoding/json"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch/canary"
)

// FuzzUnderstand takes what a page says of itself, which is the page's to choose: nothing of it may stop the walk, and
// nothing may have it press what may place an order.
func FuzzUnderstand(f *testing.F) {
	for _, p := range []*page{
		pageOf("https://shop.example/checkout", "Checkout", "https://shop.example/complete", []string{"First name", "Last name", "Email", "Street address", "( ) Credit card", "Card number", "MM/YY", "電話番号", "カード番号"}, []string{"Place order", "次へ", "×"}),
		pageOf("https://shop.example/p/1", "Tea", "", []string{"Qty"}, []string{"Add to cart", "Buy now", "M", "L"}),
		pageOf("", "", "", nil, nil),
	} {
		seed, err := json.Marshal(p.top.survey)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(seed, false)
	}
	f.Add([]byte(`{"url":"%zz","elements":[{"field":true,"options":[{}],"tag":"select","selected":9},{"tag":"input","field":true,"role":"combobox","type":"radio"}],"layers":[{"ID":1,"Hits":9}]}`), true)
	set := canary.Mint(rand.Reader, "ja", time.Now())
	f.Fuzz(func(t *testing.T, text []byte, typed bool) {
		var v view
		if json.Unmarshal(text, &v.survey) != nil {
			return
		}
		p := understand([]*view{&v})
		m := newMemory()
		m.typed, m.added = typed, typed
		for range 12 {
			mv := m.decide(p)
			if mv.kind == pressing {
				if m.final(p, mv.button) {
					t.Fatalf("presses %q", mv.button.Text)
				}
				m.tried[m.at(p, mv.button)]++
			}
			if mv.kind == filling {
				m.filled[p.path]++
			}
		}
		for _, a := range answerersFor(p, set) {
			for i := range a.fields {
				for attempt := range 4 {
					_ = a.text(i, attempt)
				}
				if choice := a.choice(i); choice >= len(a.fields[i].Options) {
					t.Fatalf("chooses option %d of %d", choice, len(a.fields[i].Options))
				}
			}
		}
		_ = p.signature()
	})
}
