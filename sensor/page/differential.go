package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
)

// What is really encrypted shows no canary. It still depends on what was typed: the differential compares walks that
// are the same but for what the fields held in the end.
//
//   - full: everything typed;
//   - erased: the same customer, as many keys, but the payment page's fields are empty again, so that whatever follows
//     keys and clicks (session replay, bot detection) does the same, and whatever takes what the fields hold has nothing to
//     take;
//   - longer: everything typed, of a customer whose values are longer.

// keyByKey is how many unreadable messages, one for each key, are more than anything honest sends while a card is typed:
// session replay and bot checks gather what they send.
const keyByKey = 12

// typingDependent judges what the differential shows. explained tells of origins that another sign speaks of already.
// longer may be nil.
//
// A request that comes only with typing is low by itself: session replay and address look-ups do it honestly, and so
// does what reports a finished form. What nobody can read weighs more, by what speaks for it:
//
//   - it is missing or much smaller once the fields are empty again although as many keys were pressed, and either the
//     script that sends it also took what is in the card fields, or it grows with what was typed: high;
//   - it is put into a field for remarks of a payment provider, before the order is placed and by a script that took what is
//     in the card fields, and is missing where they are empty: high;
//   - there is one for each key, from a script that listens to the card fields: high;
//   - it stays the same, since it is padded, but its sender takes whole values out of the card fields: medium;
//   - it is of one size for one customer, however many keys are pressed on the payment page, and larger for a customer
//     with longer values: medium, since that is the address then.
func typingDependent(full, erased, longer *visit, d destinations, explained func(origin string) bool) []tillwatch.Sign {
	typed, blank, more := full.endpoints(d), erased.endpoints(d), map[string]*traffic{}
	if longer != nil {
		more = longer.endpoints(d)
	}
	scattered(typed, blank, more)
	blame := newBlame(full)
	signs := map[string]tillwatch.Sign{}
	for key, t := range typed {
		if explained(originOf(t.first.url)) && !t.own {
			continue
		}
		sign, ok := t.judge(blank[key], more[key])
		if !ok {
			continue
		}
		destination := shown(originOf(t.first.url))
		if t.own {
			destination = shown(t.first.url) // on the shop's own host it is the path that is wrong
		}
		sign.Rule, sign.Place, sign.Since, sign.Count = "page/typing-dependent", shown(t.first.document)+" → "+destination, t.first.at, t.count
		sign.Evidence = []tillwatch.Evidence{blame.evidence(t.first, nil, "")}
		if had, ok := signs[sign.Place]; !ok || had.Severity < sign.Severity {
			signs[sign.Place] = sign
		}
	}
	out := make([]tillwatch.Sign, 0, len(signs))
	for _, sign := range signs {
		out = append(out, sign)
	}
	slices.SortFunc(out, func(a, b tillwatch.Sign) int { return cmp.Compare(a.Place, b.Place) })
	return out
}

// worthComparing says whether there is traffic that another walk could tell something of: what somebody sent who reads the
// card fields, if it is a block of a cipher, and what is long enough for a card, whoever sent it. Ids are shorter.
func worthComparing(typed map[string]*traffic, explained func(origin string) bool) bool {
	for _, t := range typed {
		if t.own || (t.opaque >= leastLoot && !t.remark || t.reader && t.opaque >= minHidden) && !explained(originOf(t.first.url)) {
			return true
		}
	}
	return false
}

// openQuestion says whether a customer with longer values could still add something to the signs.
func openQuestion(typed map[string]*traffic, signs []tillwatch.Sign) bool {
	for _, t := range typed {
		to := " → " + shown(originOf(t.first.url))
		settled := slices.ContainsFunc(signs, func(s tillwatch.Sign) bool { return s.Severity >= tillwatch.High && strings.HasSuffix(s.Place, to) })
		if !t.own && !t.remark && t.opaque >= minHidden && !settled {
			return true
		}
	}
	return false
}

// judge compares the traffic to one endpoint with what went there when the fields were empty, and when they held more;
// either may be nil for nothing.
func (t *traffic) judge(without, more *traffic) (sign tillwatch.Sign, found bool) {
	to := shown(originOf(t.first.url))
	gone := t.shrunk(without, func(t *traffic) int { return t.size })
	hidden := t.opaque >= minHidden && t.shrunk(without, func(t *traffic) int { return t.opaque })
	grows := more != nil && more.opaque >= t.opaque+8
	sign = tillwatch.Sign{Severity: tillwatch.Medium, Certainty: tillwatch.Possible, Data: []string{"card"}}
	switch {
	case t.remark && hidden && gone && t.reader:
		sign.Severity, sign.Certainty = tillwatch.High, tillwatch.Likely
		sign.Summary = fmt.Sprintf("Something unreadable is sent to %s, where card data may go, but into a field for remarks, before the order is placed and only when the payment fields hold something; %s. Whoever has an account there can read it.", to, why(t.reader, grows))
	case t.remark:
		return sign, false
	case t.own && hidden && gone && t.reader:
		sign.Severity, sign.Certainty = tillwatch.High, tillwatch.Likely
		sign.Summary = fmt.Sprintf("Something unreadable is sent to %s on the shop's own host, which is not the payment request, only when the payment fields hold something; %s. This is how an encrypting skimmer looks that fetches its loot from the shop later.",
			shown(t.first.url), why(t.reader, grows))
	case t.own && hidden && gone && t.opaque >= 4*minHidden:
		sign.Summary = fmt.Sprintf("Something unreadable is sent to %s on the shop's own host, which is not the payment request, only when the payment fields hold something.", shown(t.first.url))
	case t.own:
		return sign, false
	case hidden && gone && (t.reader || grows):
		sign.Severity, sign.Certainty = tillwatch.High, tillwatch.Likely
		sign.Summary = fmt.Sprintf("Something unreadable is sent to %s, which nobody authorised, only when the payment fields hold something; %s. This is how an encrypting skimmer looks.", to, why(t.reader, grows))
	case t.atKeyPace() >= keyByKey-1 && t.reader:
		sign.Severity, sign.Certainty = tillwatch.High, tillwatch.Likely
		sign.Summary = fmt.Sprintf("Something unreadable is sent to %s, which nobody authorised, again and again while the payment fields are filled, by a script that follows what is typed there. This is how an encrypting key logger looks.", to)
	case t.taker && t.opaque >= 4*minHidden:
		sign.Summary = fmt.Sprintf("Something unreadable is sent to %s, which nobody authorised, by a script that takes what is in the payment fields.", to)
	case !gone && t.valueDriven(without, more):
		sign.Data = []string{"address"}
		sign.Summary = fmt.Sprintf("Something unreadable is sent to %s, which nobody authorised; it is of the same size each time for one customer, and larger for a customer whose name and address are longer.", to)
	case gone:
		sign.Severity, sign.Data = tillwatch.Low, nil
		sign.Summary = fmt.Sprintf("Something is sent to %s only when a customer types on the payment page.", to)
	default:
		return sign, false
	}
	return sign, true
}

// valueDriven tells what carries values from what counts keys and moments: it comes out the same for the same values.
func (t *traffic) valueDriven(without, more *traffic) bool {
	if without == nil || more == nil || t.opaque < 2*minHidden || t.count != without.count || t.count != more.count {
		return false
	}
	return max(t.opaque-without.opaque, without.opaque-t.opaque) <= 4 && more.opaque >= t.opaque+minHidden
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
