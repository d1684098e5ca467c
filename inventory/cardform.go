package inventory

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
)

const (
	ruleFakeForm = "page/fake-form"

	kindCardForm = "card form" // an origin whose documents ask for a card number
)

// listensToCards is what a script can do that hears the card fields and no other input.
const listensToCards tillwatch.Capability = "listens card"

// gradeCardForm tells of an origin that asks for the card and did not when the shop was approved. A shop that leads to its
// provider, or shows the provider's frame, has no card fields of its own.
func (c *comparison) gradeCardForm(r *tillwatch.Record, v tillwatch.Version) {
	unapproved := slices.DeleteFunc(slices.Clone(v.Capabilities), func(can tillwatch.Capability) bool { return c.accepted(r, can) })
	if len(unapproved) == 0 {
		return
	}
	origin := r.Place[strings.LastIndexByte(r.Place, ' ')+1:]
	sign := tillwatch.Sign{
		Rule: ruleFakeForm, Place: origin, Severity: tillwatch.High, Certainty: tillwatch.Likely, Data: []string{"card"},
		Summary:  fmt.Sprintf("%s asks customers for their card, which it did not when the shop was approved.", origin),
		Evidence: []tillwatch.Evidence{{What: "card fields that were not there", Where: origin}},
	}
	if c.look.Receives(hostOf(origin)) {
		sign.Severity, sign.Certainty = tillwatch.Low, tillwatch.Possible
	}
	c.raise(sign, key{r.Kind, r.Place})
}

func verbOf(c tillwatch.Capability) string {
	verb, _, _ := strings.Cut(string(c), " ")
	return verb
}
