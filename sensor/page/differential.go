package page

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
)

// What is really encrypted shows no canary. It still depends on what was typed: the differential compares walks that
// are the same but for what the payment page's fields held in the end.
//
//   - full: everything typed;
//   - erased: as many keys, but the fields are empty again, so that whatever follows keys and clicks (session replay,
//     bot detection) does the same, and whatever takes what the fields hold has nothing to take;
//   - longer: everything typed, of a customer whose values are longer.

// traffic is what went to one endpoint from the first key on.
type traffic struct {
	first  *sending
	count  int
	size   int // bytes of addresses and bodies
	opaque int // bytes of it that no one can read: encrypted, compressed or random
	reader bool
}

// endpoints sums up what one visit sent to foreign hosts from the first key on, by method, origin and shape of the path.
func (v *visit) endpoints(d destinations) map[string]*traffic {
	out := map[string]*traffic{}
	if v.typed.IsZero() {
		return out
	}
	blame := newBlame(v)
	readers := blame.readingScripts()
	var before strings.Builder
	sent := v.sendings()
	for i := range sent {
		s := &sent[i]
		if s.at.Before(v.typed) {
			before.Write(s.content())
			continue
		}
		if host := hostOf(s.url); host == "" || d.owner(host) != foreign || s.kind == linkHint {
			continue
		}
		key := s.method + " " + shape(s.url)
		t := out[key]
		if t == nil {
			t = &traffic{first: s}
			out[key] = t
		}
		t.count++
		t.size += len(s.url) + s.body.Len()
		for _, token := range opaque(s.content()) {
			if !strings.Contains(before.String(), token) { // a session's id was there before anything was typed
				t.opaque += len(token)
			}
		}
		if s.method == "DNS" && t.opaque == 0 {
			t.opaque = unreadableName(s.body.Bytes())
		}
		for _, c := range s.stack {
			t.reader = t.reader || slices.Contains(readers, scriptKey{s.session, c.ScriptID})
		}
	}
	return out
}

// readingScripts are the scripts that took what is in a card field and that nobody published.
func (b *blame) readingScripts() []scriptKey {
	var out []scriptKey
	for _, r := range b.reads {
		for _, c := range r.Stack {
			if !b.published(r.Session, c) {
				out = append(out, scriptKey{r.Session, c.ScriptID})
				break
			}
		}
	}
	return out
}

// typingDependent judges what the differential shows. explained tells of origins that another sign speaks of already.
// longer may be nil.
//
// A request that comes only with typing is low by itself: session replay and address look-ups do it honestly, and so
// does what reports a finished form. It is high where nobody can read it, it is missing or much smaller once the fields
// are empty again although as many keys were pressed, and either the script that sends it also took what is in the card
// fields, or it grows with what was typed.
func typingDependent(full, erased, longer *visit, d destinations, explained func(origin string) bool) []tillwatch.Sign {
	typed, blank := full.endpoints(d), erased.endpoints(d)
	var more map[string]*traffic
	if longer != nil {
		more = longer.endpoints(d)
	}
	blame := newBlame(full)
	var signs []tillwatch.Sign
	for key, t := range typed {
		if explained(originOf(t.first.url)) {
			continue
		}
		without := blank[key]
		gone := without == nil || without.size*10 < t.size*7
		if !gone {
			continue
		}
		hidden := t.opaque >= 16 && (without == nil || without.opaque*10 < t.opaque*7)
		grows := more[key] != nil && more[key].opaque >= t.opaque+8
		sign := tillwatch.Sign{
			Rule: "page/typing-dependent", Severity: tillwatch.Low, Certainty: tillwatch.Possible,
			Place: shown(t.first.document) + " → " + shown(originOf(t.first.url)), Since: t.first.at, Count: t.count,
			Evidence: []tillwatch.Evidence{blame.evidence(t.first, nil, "")},
			Summary:  fmt.Sprintf("Something is sent to %s only when a customer types on the payment page.", shown(originOf(t.first.url))),
		}
		if hidden && (t.reader || grows) {
			sign.Severity, sign.Certainty, sign.Data = tillwatch.High, tillwatch.Likely, []string{"card"}
			sign.Summary = fmt.Sprintf("Something unreadable is sent to %s, which nobody authorised, only when the payment fields hold something; %s. This is how an encrypting skimmer looks.",
				shown(originOf(t.first.url)), why(t.reader, grows))
		}
		signs = append(signs, sign)
	}
	slices.SortFunc(signs, func(a, b tillwatch.Sign) int { return strings.Compare(a.Place, b.Place) })
	return signs
}

func why(reader, grows bool) string {
	switch {
	case reader && grows:
		return "the script that sends it read the card fields, and it grows with what is typed"
	case reader:
		return "the script that sends it read the card fields"
	}
	return "it grows with what is typed"
}

// shape is a URL without query, with path segments that look like identifiers made one.
func shape(raw string) string {
	parts := strings.Split(bare(raw), "/")
	for i := 3; i < len(parts); i++ {
		if digits := len(strings.Map(onlyDigits, parts[i])); len(parts[i]) > 16 || digits > 3 {
			parts[i] = "*"
		}
	}
	return strings.Join(parts, "/")
}
