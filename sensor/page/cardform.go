package page

import (
	"fmt"
	"slices"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// fakeForms tells of card fields on the shop's own page where the card is asked for in the provider's frame, or that a
// stranger's script put there.
func fakeForms(v *visit, d destinations) []tillwatch.Sign {
	t := newTrial(v, d)
	early := slices.Concat(v.audits.before.Fields, v.audits.after.Fields)
	var mine, unseen, theirs, lateMine, lateTheirs []browser.CardField
	for _, f := range early {
		switch {
		case f.Kind != "number":
		case !t.ownDocument(f.FrameURL):
			theirs = append(theirs, f)
		case t.byProvider(f):
		case f.Shown || f.Filled && f.Drawn:
			mine = append(mine, f)
		case f.Drawn:
			unseen = append(unseen, f)
		}
	}
	for _, f := range unseen { // nothing to see, but it gets the keys that are meant for the frame below
		if slices.ContainsFunc(theirs, func(below browser.CardField) bool { return below.Covered && overlap(f, below) }) {
			mine = append(mine, f)
		}
	}
	for _, f := range v.audits.late.Fields {
		switch {
		case f.Kind != "number":
		case !t.ownDocument(f.FrameURL):
			lateTheirs = append(lateTheirs, f)
		case f.Shown && !t.byProvider(f):
			lateMine = append(lateMine, f)
		}
	}
	typedInto := slices.IndexFunc(theirs, func(f browser.CardField) bool { return f.Filled })
	again := len(mine) == 0 && len(lateMine) > 0 && typedInto >= 0
	if again {
		mine = lateMine
	}
	if len(mine) == 0 {
		return append(t.overlaid(), t.strangeFrame(theirs)...)
	}
	maker, made := t.maker(mine)
	place := shown(originOf(mine[0].FrameURL))
	if place == "" {
		place = shown(originOf(v.start))
	}
	sign := tillwatch.Sign{
		Rule: "page/fake-form", Place: place, Since: v.typed, Count: 1, Data: []string{"card"}, Severity: tillwatch.Medium, Certainty: tillwatch.Likely,
		Evidence: []tillwatch.Evidence{{What: "card fields on the shop's own page", Where: shown(mine[0].FrameURL), Fields: []string{named(mine[0].Name)}}},
	}
	if made {
		sign.Evidence = append(sign.Evidence, maker.evidence("puts these card fields into the page"))
	}
	usable := slices.ContainsFunc(theirs, func(f browser.CardField) bool { return f.Shown && !f.Covered })
	both := slices.Concat(theirs, lateTheirs)
	if len(both) > 0 {
		host := hostOf(both[0].FrameURL)
		sign.Evidence = append(sign.Evidence, tillwatch.Evidence{What: "card fields in a frame", Where: shown(both[0].FrameURL), Fields: []string{named(both[0].Name)}})
		switch {
		case again:
			sign.Severity = tillwatch.High
			sign.Summary = fmt.Sprintf("The shop's own page asks for the card once more, after it was typed into the frame of %s.", shown(hostOf(theirs[typedInto].FrameURL)))
		case usable:
			sign.Summary = fmt.Sprintf("The shop's own page asks for the card beside the frame of %s, which asks for it too.", shown(host))
		case made || len(theirs) == 0:
			sign.Severity = tillwatch.High
			sign.Summary = fmt.Sprintf("The shop's own page asks for the card in the place of the frame of %s, which is hidden or covered until the customer has typed.", shown(host))
		default:
			sign.Certainty = tillwatch.Possible
			sign.Summary = fmt.Sprintf("The shop's own page asks for the card while the frame of %s, which asks for it too, is hidden.", shown(host))
		}
		return []tillwatch.Sign{sign}
	}
	switch frame := t.vanished(); {
	case made && frame != "":
		if maker.owner == foreign || maker.made || maker.inner.Kind == "inline" {
			sign.Severity = tillwatch.High
		}
		sign.Summary = fmt.Sprintf("The shop's own page asks for the card in the place of the frame of %s, which was taken out of it.", shown(hostOf(frame)))
		sign.Evidence = append(sign.Evidence, tillwatch.Evidence{What: "frame that was loaded and is not there any more", Where: shown(frame)})
	case made && maker.made:
		sign.Summary = fmt.Sprintf("The card fields on the shop's own page were put there by code that %s made out of text at run time.", shown(maker.place.URL))
	case made && maker.owner == foreign && !t.works(maker):
		sign.Certainty = tillwatch.Possible
		sign.Summary = fmt.Sprintf("The card fields on the shop's own page were put there by %s, a script of another host.", shown(maker.place.URL))
	default:
		return nil
	}
	return []tillwatch.Sign{sign}
}

// leastTakers is how many places for text lie at least over frames that ask for the card where somebody asks for it in their
// place: one may be a chat's or a search's.
const leastTakers = 2

// overlaid tells of what takes text over a frame that asks for the card, though it names no card and may be no input.
func (t *trial) overlaid() []tillwatch.Sign {
	for _, audit := range []browser.FieldAudit{t.visit.audits.before, t.visit.audits.after, t.visit.audits.late} {
		var takers []int
		var over browser.Overlay
		for _, o := range audit.Overlays {
			maker, made := t.suspect(o.Session, o.Made)
			if t.ownDocument(o.FrameURL) || !t.ownDocument(o.Document) || made && maker.trusted() {
				continue
			}
			takers, over = append(takers, o.Takers...), o
		}
		if len(sorted(takers)) < leastTakers {
			continue
		}
		place := shown(originOf(over.Document))
		if place == "" {
			place = shown(originOf(t.visit.start))
		}
		sign := tillwatch.Sign{
			Rule: "page/fake-form", Place: place, Since: t.visit.typed, Count: 1, Data: []string{"card"}, Severity: tillwatch.High, Certainty: tillwatch.Likely,
			Summary:  fmt.Sprintf("The shop's own page lays something that takes what customers type over the frame of %s, which asks for the card.", shown(hostOf(over.FrameURL))),
			Evidence: []tillwatch.Evidence{{What: "takes what customers type, over the frame", Where: shown(over.Document)}},
		}
		if maker, made := t.suspect(over.Session, over.Made); made {
			sign.Evidence = append(sign.Evidence, maker.evidence("puts these card fields into the page"))
		}
		return []tillwatch.Sign{sign}
	}
	return nil
}

func overlap(a, b browser.CardField) bool {
	return a.X < b.X+b.Width && b.X < a.X+a.Width && a.Y < b.Y+b.Height && b.Y < a.Y+a.Height
}

// strangeFrame tells of a stranger's frame that asks for the card where the provider's does: one of them is not needed.
func (t *trial) strangeFrame(fields []browser.CardField) []tillwatch.Sign {
	owned := func(want ...owner) int {
		return slices.IndexFunc(fields, func(f browser.CardField) bool { return slices.Contains(want, t.d.owner(hostOf(f.FrameURL))) })
	}
	right, wrong := owned(provider, authorised), owned(foreign)
	if right < 0 || wrong < 0 || !fields[wrong].Drawn {
		return nil
	}
	place := shown(originOf(fields[wrong].FrameURL))
	return []tillwatch.Sign{{
		Rule: "page/fake-form", Place: place, Since: t.visit.typed, Count: 1, Data: []string{"card"}, Severity: tillwatch.High, Certainty: tillwatch.Likely,
		Summary: fmt.Sprintf("A frame of %s, which nobody authorised, asks for the card beside the frame of %s.", place, shown(hostOf(fields[right].FrameURL))),
		Evidence: []tillwatch.Evidence{
			{What: "card fields in a frame", Where: shown(fields[wrong].FrameURL), Fields: []string{named(fields[wrong].Name)}},
			{What: "card fields in a frame", Where: shown(fields[right].FrameURL), Fields: []string{named(fields[right].Name)}},
		},
	}}
}

// byProvider says that the provider's own script put a field into the shop's page.
func (t *trial) byProvider(f browser.CardField) bool {
	s, ok := t.suspect(f.Session, f.Made)
	return ok && s.trusted()
}

// maker is the script that put the first of the fields into the page that came by a script, where that can be told.
func (t *trial) maker(fields []browser.CardField) (suspect, bool) {
	for _, f := range fields {
		if s, ok := t.suspect(f.Session, f.Made); ok {
			return s, true
		}
	}
	return suspect{}, false
}

// works says that a script of another host is the shop's own, from a content network: it talks to the shop.
func (t *trial) works(s suspect) bool {
	for _, r := range t.visit.requests {
		if t.d.owner(hostOf(r.URL)) != own || r.Type != "XHR" && r.Type != "Fetch" {
			continue
		}
		if slices.ContainsFunc(r.Stack, func(c browser.Call) bool { return scriptKey{r.Session, c.ScriptID} == s.key }) {
			return true
		}
	}
	return false
}

// vanished is a provider's frame that the payment page loaded and that held no card field at any look; empty where none.
func (t *trial) vanished() string {
	for _, r := range t.visit.requests {
		switch t.d.owner(hostOf(r.URL)) {
		case provider, authorised:
			if r.Type == "Document" && !r.Main && r.At.Before(t.visit.typed) && !t.standing(r.FrameID) {
				return r.URL
			}
		}
	}
	return ""
}

func (t *trial) standing(frameID string) bool {
	return slices.Contains(t.visit.audits.before.Frames, frameID) || slices.Contains(t.visit.audits.after.Frames, frameID)
}

// cardItems are the origins that ask for the card: where a new one does, somebody put a form there.
func (v *visit) cardItems(scope string) []tillwatch.Item {
	pages := v.lives()
	var out []tillwatch.Item
	for _, f := range slices.Concat(v.audits.before.Fields, v.audits.after.Fields, v.audits.late.Fields) {
		if f.Kind != "number" || !f.Drawn || hostOf(f.FrameURL) == "" {
			continue
		}
		out = append(out, tillwatch.Item{
			Kind: "card form", Place: "card fields of " + shown(originOf(f.FrameURL)), Scope: scope,
			Capabilities: []tillwatch.Capability{"asks card"}, Stages: stagesAt(pages, v.typed),
		})
	}
	return out
}
