package journey_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"image/png"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch/canary"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
	"github.com/tillwatch/tillwatch/sensor/page/journey"
)

// ordered presses the last button of a walk whose line was not cut, and wants the order to arrive: it proves that the
// button that was named is the one.
func ordered(t *testing.T, s *testShop, press func(context.Context, time.Duration) (journey.Step, error)) {
	t.Helper()
	step, err := press(t.Context(), 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if step.Name != "press" || len(step.Picture) == 0 {
		t.Errorf("the step of the press is %q with a picture of %d bytes", step.Name, len(step.Picture))
	}
	if n := s.orders(); n != 1 {
		t.Errorf("%d orders arrived after the last button, want 1", n)
	}
}

// cardShop asks for a card on one page, whose script counts the keys and hears the end of it all.
func cardShop(t *testing.T, name, button string) *testShop {
	return plainShop(t, name, func(*http.Request) string {
		return addressForm + `<p><label>Card number <input name="number" id="number"></label></p><p><label>Expiry (MM/YY) <input name="expiry" id="expiry"></label></p><p><label>CVC <input name="cvc" id="cvc"></label></p><p><label>Name on card <input name="holder" id="holder"></label></p>` + button + `</form>
		<script>window.keys = 0; window.trusted = true; document.addEventListener('keydown', e => { if (/number|expiry|cvc|holder/.test(e.target.id) && e.key.length == 1) keys++; trusted &&= e.isTrusted; });
		document.addEventListener('click', e => { trusted &&= e.isTrusted; });
		addEventListener('pagehide', () => navigator.sendBeacon('/left', 'x'));</script>`
	})
}

const submitButton = `<button>Place order</button>`

type typedKeys struct {
	Keys                          int
	Trusted                       bool
	Number, Expiry, Holder, Email int
}

func (s *testShop) keys() typedKeys {
	var k typedKeys
	s.eval(`({keys, trusted, number: number.value.length, expiry: expiry.value.length, holder: holder.value.length, email: f.email.value.length})`, &k)
	return k
}

func TestTypeCard(t *testing.T) {
	t.Parallel()
	s := cardShop(t, "type-card", submitButton)
	identity := canary.Mint(rand.Reader, "en", time.Now())
	same := func(mode journey.TypeCard) func(*journey.Options) {
		return func(o *journey.Options) { o.Identity, o.TypeCard = identity, mode }
	}
	full := s.reach("en", "Place order", same(journey.Full))
	whole := s.keys()
	if !full.Card || whole.Number != 16 || whole.Expiry != 5 || whole.Holder != len(identity.Card.Holder) || whole.Email == 0 || !whole.Trusted {
		t.Errorf("typing all left %+v", whole)
	}
	erased := s.reach("en", "Place order", same(journey.Erased))
	if k := s.keys(); !erased.Card || k.Number != 0 || k.Expiry != 0 || k.Holder != 0 || k.Keys != whole.Keys || k.Email != whole.Email {
		t.Errorf("typing and erasing left %+v, typing all left %+v", k, whole)
	}
	untouched := s.reach("en", "Place order", same(journey.Untouched))
	if k := s.keys(); untouched.Card || k.Number != 0 || k.Keys != 0 || k.Email != 0 {
		t.Errorf("not touching left %+v", k)
	}
}

func TestPicturesHideTheCard(t *testing.T) {
	t.Parallel()
	s := cardShop(t, "pictures", submitButton)
	r := s.reach("en", "Place order", nil)
	var box struct{ X, Y, Width, Height float64 }
	s.eval(`number.getBoundingClientRect().toJSON()`, &box)
	last := r.Steps[len(r.Steps)-1]
	picture, err := png.Decode(bytes.NewReader(last.Picture))
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []float64{box.X + 3, box.X + box.Width/2, box.X + box.Width - 3} {
		if r, g, b, _ := picture.At(int(x), int(box.Y+box.Height/2)).RGBA(); r>>8 != 0x44 || g>>8 != 0x4b || b>>8 != 0x55 {
			t.Errorf("at %v the picture shows #%02x%02x%02x", x, r>>8, g>>8, b>>8)
		}
	}
}

func TestPressOfEveryKind(t *testing.T) {
	t.Parallel()
	for name, button := range map[string]string{
		"form":   submitButton,
		"link":   `<a href="#" onclick="f.submit(); return false">Place order</a>`,
		"box":    `<div style="cursor:pointer" onclick="fetch('/place', {method: 'POST'})">Place order</div>`,
		"beacon": `<button type="button" onclick="navigator.sendBeacon('/place', 'x')">Place order</button>`,
		"late":   `<button type="button" onclick="setTimeout(() => fetch('/place', {method: 'POST'}), 150)">Place order</button>`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := cardShop(t, "press-"+name, button)
			left := make(chan bool, 10)
			s.mux.HandleFunc("POST /left", func(http.ResponseWriter, *http.Request) { left <- true })
			r := s.reach("en", "Place order", nil)
			ordered(t, s, r.Last.Press)
			select {
			case <-left:
			case <-time.After(20 * time.Second):
				t.Error("leaving the page was not heard")
			}
		})
	}
}

// TestPressAfterTheCut is the whole of it in a browser of its own: the button is pressed, the shop hears nothing.
func TestPressAfterTheCut(t *testing.T) {
	t.Parallel()
	s := cardShop(t, "cut", submitButton)
	b, err := browser.Launch(t.Context(), browser.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	tab, err := b.NewTab(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var marks []string
	r, err := journey.Walk(t.Context(), tab, journey.Options{Start: s.at("/"), Identity: canary.Mint(rand.Reader, "en", time.Now()), Mark: func(step string) { marks = append(marks, step); b.Recording().Mark(step) }})
	if err != nil || r.Last == nil {
		t.Fatalf("%v, gaps %q", err, gaps(r))
	}
	b.Cut()
	if _, err := r.Last.Press(t.Context(), 3*time.Second); err != nil {
		t.Fatal(err)
	}
	if n := s.orders(); n != 0 {
		t.Errorf("%d orders arrived over a line that was cut", n)
	}
	found := false
	for _, q := range b.Recording().Requests() {
		if q.Method == "POST" && strings.HasSuffix(q.URL, "/place") {
			found = q.Cut && q.Step == "press" && q.Body.Len() > 0
		}
	}
	if !found {
		t.Error("the order that was not sent is not in the recording as cut, with its body, at the step of the press")
	}
	if got := strings.Join(marks, " "); got != "home product cart payment payment/typing payment/blur payment press leave" {
		t.Errorf("the steps are marked %q", got)
	}
}

func TestPressSaysWhenTheButtonHasGone(t *testing.T) {
	t.Parallel()
	s := cardShop(t, "gone-button", submitButton)
	r := s.reach("en", "Place order", nil)
	s.eval(`document.body.replaceChildren()`, nil)
	_, err := r.Last.Press(t.Context(), time.Second)
	if err == nil || !strings.Contains(err.Error(), "Place order") {
		t.Errorf("the error is %v", err)
	}
}
