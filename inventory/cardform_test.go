package inventory

import (
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
)

func TestAnOriginThatNewlyAsksForTheCard(t *testing.T) {
	t.Parallel()
	item := func(origin string) tillwatch.Item {
		return tillwatch.Item{Kind: "card form", Place: "card fields of " + origin, Capabilities: []tillwatch.Capability{"asks card"}, Stages: []string{tillwatch.StagePayment}}
	}
	look := func(origins ...string) Look {
		l := Look{Run: "r", At: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), Receives: func(host string) bool { return host == "pay.example" }}
		for _, o := range origins {
			l.Items = append(l.Items, item(o))
		}
		return l
	}
	first := Book{}.Compare(look("https://pay.example"))
	if len(first.Signs) > 0 {
		t.Fatalf("before anything was approved: %+v", first.Signs)
	}
	book := Book{Records: first.Records}
	book.Approvals = book.Approve(book.Records, nil)
	for origin, want := range map[string]tillwatch.Severity{"": 0, "https://shop.example": tillwatch.High, "https://frame.pay.example.evil.test": tillwatch.High} {
		origins := []string{"https://pay.example"}
		if origin != "" {
			origins = append(origins, origin)
		}
		signs := book.Compare(look(origins...)).Signs
		switch {
		case want == 0 && len(signs) == 0:
		case len(signs) != 1 || signs[0].Rule != "page/fake-form" || signs[0].Severity != want || signs[0].Place != origin:
			t.Errorf("%q: %+v, want %v", origin, signs, want)
		}
	}
}
