package journey_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/tillwatch/tillwatch/sensor/page/journey"
)

// TestFollowWhatWasFound walks by its own wits, and then by the way it found.
func TestFollowWhatWasFound(t *testing.T) {
	t.Parallel()
	s := newShop(t, "record")
	framesShop(s, "record-fields")
	found := s.reach("en", "Pay now", nil)
	text, err := found.Journey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	file, err := journey.ParseFile(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if file.Last != "Pay now" || len(file.Steps) == 0 || file.Steps[0].Open != "/products/scarf" {
		t.Errorf("the way that was found is\n%s", text)
	}
	again := s.reach("en", "Pay now", func(o *journey.Options) { o.Journey = &file })
	wantTyped(t, again, append(customer, card...)...)
	for _, step := range again.Steps {
		if step.Name == "list" {
			t.Errorf("the walk that knew the way still looked around at %s", step.URL)
		}
	}
}

// TestFollowWhereWitsEnd needs the file: the product stands on a page that nothing leads to, a field wants a word that
// only the operator knows, and buttons have no name that anyone could read.
func TestFollowWhereWitsEnd(t *testing.T) {
	t.Parallel()
	s := newShop(t, "needs-help")
	s.page("GET /{$}", "Members' club", func(*http.Request) string { return `<h1>Welcome</h1><p>Ask us for the address.</p>` })
	s.page("GET /secret/tea", "Tea", func(*http.Request) string {
		return `<h1>Tea</h1><p>$5.00</p><form method="post" action="/add"><button id="g1">★</button></form>`
	})
	s.page("POST /add", "", func(*http.Request) string { s.put(); return "→/step" })
	s.page("GET /step", "Zzyzx", func(*http.Request) string {
		return `<form method="post" action="/step2"><input id="w" name="w"><span id="go" style="cursor:pointer" onclick="this.parentNode.submit()">⏵⏵</span></form>`
	})
	s.page("POST /step2", "Checkout", func(r *http.Request) string {
		if r.PostFormValue("w") != "open $esame" {
			return "→/step"
		}
		return addressForm + `<button>Place order</button></form>`
	})
	s.mux.HandleFunc("POST /place", s.order)
	if r := s.walk("en", nil); r.Reached {
		t.Fatal("reached without help; the test proves nothing")
	}
	file, err := journey.ParseFile([]byte("start: /\nsteps:\n- open: /secret/tea\n- click: css:#g1\n- fill: {\"#w\": open $esame}\n  click: css:#go\nlast: Place order\n"))
	if err != nil {
		t.Fatal(err)
	}
	r := s.reach("en", "Place order", func(o *journey.Options) { o.Journey = &file })
	wantTyped(t, r, customer...)
}

// TestFollowNeverPressesTheLast has a file that names the last button as just another step.
func TestFollowNeverPressesTheLast(t *testing.T) {
	t.Parallel()
	s := cardShop(t, "bold", submitButton)
	file := journey.File{Steps: []journey.FileStep{{Click: "Add to cart"}, {Click: "Checkout"}, {Click: "Place order"}, {Click: "Thanks"}}}
	r := s.reach("en", "Place order", func(o *journey.Options) { o.Journey = &file })
	if !r.Card {
		t.Error("no card was typed")
	}
	if len(file.Steps) != 4 {
		t.Error("the caller's file was changed")
	}
}

func TestFollowSaysWhatIsWrongWithASelector(t *testing.T) {
	t.Parallel()
	s := cardShop(t, "bad-selector", submitButton)
	file := journey.File{Steps: []journey.FileStep{{Click: "css:#[["}}}
	tab := newTab(t)
	_, err := journey.Walk(t.Context(), tab, journey.Options{Start: s.at("/"), Journey: &file})
	var wrong *journey.FileError
	if !errors.As(err, &wrong) || wrong.Error() != `journey file: "#[[" is no CSS selector` {
		t.Errorf("the error is %v", err)
	}
}
