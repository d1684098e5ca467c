package journey

import (
	"context"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
)

// GapKind says what stopped a walk, or what it did not look at.
type GapKind string

// The kinds of gap.
const (
	GapLogIn       GapKind = "log-in wall"
	GapCaptcha     GapKind = "captcha"
	GapSoldOut     GapKind = "sold out"
	GapMaintenance GapKind = "maintenance"
	GapNoShop      GapKind = "not a shop"
	GapSecure      GapKind = "3-D Secure"
	GapProvider    GapKind = "provider frame"
	GapElsewhere   GapKind = "card elsewhere"
	GapNoWay       GapKind = "no way forward"
	GapTimeUp      GapKind = "time"
	GapUnreachable GapKind = "unreachable"
	GapStuck       GapKind = "no answer"
)

// Gap is what was not seen, with its kind.
type Gap struct {
	Kind GapKind
	tillwatch.Gap
}

// advice is what each kind of gap means and what the operator can do about it.
var advice = map[GapKind]string{
	GapLogIn:       "the shop lets only members buy, and no account is made without leave: allow registration, or give the cookies of a test member",
	GapCaptcha:     "a captcha asks for a human: let this walk through by a header of its own at the shop's firewall, or switch the captcha off on a staging copy",
	GapSoldOut:     "nothing that was found is in stock: name a product that can be bought in a journey file",
	GapMaintenance: "the shop is closed for maintenance: try again when it is open",
	GapNoShop:      "no goods and no cart were found: give the address of the shop's front page or of a product, or a journey file",
	GapSecure:      "a 3-D Secure step asks the card holder: what runs behind it was not seen",
	GapProvider:    "the card is asked for by a payment provider, and nothing is typed there without leave: what its frame does with a card was not seen",
	GapElsewhere:   "a card was chosen to pay with, and nothing up to the last button asks for one: the page that does, and where the shop sends its customers for it, were not seen: a test order (--place-test-order), if you allow one, shows them",
	GapNoWay:       "no way on was found: show it with a journey file",
	GapTimeUp:      "the walk was stopped by its time limit: give it more, or show a shorter way with a journey file",
	GapStuck:       "the page does not answer: look at it in a browser; a script that never ends is worth a look of its own",
	GapUnreachable: "the address could not be opened: check it, and that this machine may reach it",
}

// gap reports what stopped the walk, with a picture and the last things that were tried.
func (w *walker) gap(ctx context.Context, kind GapKind, why string) {
	text := advice[kind]
	if why == "" && w.restless && (kind == GapNoShop || kind == GapNoWay) {
		why = "the page never comes to rest"
	}
	if why != "" {
		text = why + ": " + text
	}
	if n := len(w.trail); n > 0 && kind != GapProvider {
		text += ". Tried last: " + strings.Join(w.trail[max(0, n-4):], "; ")
	}
	if len(w.complaints) > 0 && kind != GapProvider {
		text += ". The page says: " + strings.Join(w.complaints, "; ")
	}
	place := w.tab.URL()
	if kind == GapUnreachable || place == "" || place == "about:blank" {
		place = w.o.Start
	}
	// The picture is worth a moment even when the walk's own time is up; on a busy machine Chromium takes seconds to paint.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	g := Gap{Kind: kind, Gap: tillwatch.Gap{Place: place, Why: text}}
	if kind == GapStuck {
		w.result.Gaps = append(w.result.Gaps, g)
		return
	}
	if p, err := w.read(ctx); err == nil {
		g.Picture = w.picture(ctx, p)
	}
	if g.Picture == nil {
		g.Picture = w.shot // what the window showed when it last could be painted
	}
	w.result.Gaps = append(w.result.Gaps, g)
}
