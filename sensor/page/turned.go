package page

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/canary"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// readServedForms notes where the forms of the payment step lead before anything is typed.
func readServedForms(ctx context.Context, tab *browser.Tab, v *visit) error {
	frames, err := tab.Frames(ctx)
	if err != nil || len(frames) == 0 {
		return ctx.Err()
	}
	var found []formSeen
	if frames[0].Eval(ctx, askForms, &found) == nil {
		v.served = append(v.served, found...)
	}
	return ctx.Err()
}

// formTurned tells a card form that led elsewhere on the shop's own host when it was sent than the page said before
// anything was typed. Shops do that themselves, with a confirmation page for one, so that by itself it is low. A payment
// does not go where pictures and scripts lie: that is where loot is put that somebody fetches later.
func formTurned(v *visit, d destinations) []tillwatch.Sign {
	var said []string
	for _, f := range v.served {
		if f.Card {
			said = append(said, bare(f.Action))
		}
	}
	if len(said) == 0 || v.pressed.IsZero() {
		return nil
	}
	finder := canary.NewMatcher(v.set)
	blame := newBlame(v)
	sent := v.sendings()
	var signs []tillwatch.Sign
	for i := range sent {
		s := &sent[i]
		to := bare(s.url)
		if s.kind != "Document" || s.at.Before(v.pressed) || d.owner(hostOf(s.url)) != own || slices.Contains(said, to) {
			continue
		}
		if s.found = finder.Find(s.content()); !s.has(canary.CardNumber) {
			continue
		}
		sign := tillwatch.Sign{
			Rule: "page/form-turned", Severity: tillwatch.Low, Certainty: tillwatch.Possible, Since: s.at, Count: 1, Data: []string{"card"},
			Place:    shown(v.paymentPage()) + " → " + shown(to),
			Evidence: []tillwatch.Evidence{blame.evidence(s, canary.Fields(s.found), encodingOf(s.found))},
			Summary:  fmt.Sprintf("The form with the card is sent to %s, but before anything was typed the page said %s.", shown(to), shown(said[0])),
		}
		if folder := folderOf(to); v.holdsFiles(folder) && !slices.ContainsFunc(said, func(a string) bool { return folderOf(a) == folder }) {
			sign.Severity, sign.Certainty = tillwatch.High, tillwatch.Likely
			sign.Summary += " Pictures and scripts lie there, and no payment goes to such a place."
		}
		signs = append(signs, sign)
	}
	return signs
}

func folderOf(address string) string { return address[:max(strings.LastIndexByte(address, '/'), 0)] }

// holdsFiles says whether pictures, style sheets or scripts were fetched from a folder or from one below it.
func (v *visit) holdsFiles(folder string) bool {
	if strings.Count(folder, "/") < 3 {
		return false // the root of a shop holds everything
	}
	return slices.ContainsFunc(v.requests, func(r browser.Request) bool {
		return strings.HasPrefix(bare(r.URL), folder+"/") && servesMedia(r.URL)
	})
}
