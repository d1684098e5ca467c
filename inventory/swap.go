package inventory

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
)

// judgeSwaps tells of a frame, a form or a button of the payment step that now leads to another host than what stood
// there when the shop was approved: the provider's own frame looks the same from outside, and so does a copy of it.
func (c *comparison) judgeSwaps() {
	if !c.approvals.begun() {
		return
	}
	for _, kind := range []string{kindFrame, kindForm} {
		lost := c.lost(kind)
		for _, k := range c.keys() {
			r := c.records[k]
			host := hostOf(k.place)
			if _, seen := c.seen[k]; !seen || k.kind != kind || !r.Pays() || r.Known || c.approvals.any(*r) || c.look.Own(host) {
				continue
			}
			if sign, ok := c.swap(r, host, lost); ok {
				c.raise(sign, k)
			}
		}
	}
}

// lost are the frames or forms of the payment step that led to a payment provider and are not there at this look,
// although the payment step was seen. A provider that is still there with another one has lost none.
func (c *comparison) lost(kind string) []*tillwatch.Record {
	var out []*tillwatch.Record
	payment := false
	still := map[string]bool{} // whose frames or forms are there
	for k := range c.seen {
		payment = payment || k.kind == kindHeader && c.records[k].Pays()
		if k.kind == kind && c.records[k].Pays() {
			still[Registrable(hostOf(k.place))] = true
		}
	}
	for _, k := range c.keys() {
		r := c.records[k]
		if _, seen := c.seen[k]; payment && !seen && k.kind == kind && r.Pays() && (r.Known || c.approvals.any(*r)) && c.look.Receives(hostOf(k.place)) && !still[Registrable(hostOf(k.place))] {
			out = append(out, r)
		}
	}
	return out
}

// swap grades something new on the payment step that leads to another host. In the place of a provider's it is critical
// where it leads to nobody's, and high where it leads to another provider: a change of contract, or a thief's account.
// Beside what was there it is low, as a chat in a frame is, but a form for card data that leads elsewhere is not.
func (c *comparison) swap(r *tillwatch.Record, host string, lost []*tillwatch.Record) (tillwatch.Sign, bool) {
	fresh, moved := "The payment step shows a frame of %s, which was not there when the shop was approved.", "The payment step shows a frame of %s where it showed one of %s when the shop was approved."
	if r.Kind == kindForm {
		fresh, moved = "A form or a button of the payment step leads to %s, which was not there when the shop was approved.", "The payment step leads to %s now; it led to %s when the shop was approved."
	}
	sign := tillwatch.Sign{
		Rule: ruleFrame, Place: r.Place, Severity: tillwatch.Low, Certainty: tillwatch.Possible,
		Summary:  fmt.Sprintf(fresh, host),
		Evidence: []tillwatch.Evidence{{What: "new on the payment step", Where: r.Place, Destination: "//" + host}},
	}
	forCards := slices.ContainsFunc(r.Versions, func(v tillwatch.Version) bool { return slices.Contains(v.Capabilities, tillwatch.Reads("card")) })
	lost = slices.DeleteFunc(slices.Clone(lost), func(was *tillwatch.Record) bool { return hostOf(was.Place) == host })
	switch receives := c.look.Receives(host); {
	case len(lost) > 0:
		was := hostOf(lost[0].Place)
		sign.Certainty, sign.Data = tillwatch.Likely, []string{"card"}
		sign.Severity = tillwatch.High
		if !receives {
			sign.Severity = tillwatch.Critical
		}
		sign.Summary = fmt.Sprintf(moved, host, was)
		for _, l := range lost {
			sign.Evidence = append(sign.Evidence, tillwatch.Evidence{What: "no longer on the payment step", Where: l.Place})
		}
	case receives:
		return sign, false
	case forCards:
		sign.Severity, sign.Certainty, sign.Data = tillwatch.High, tillwatch.Likely, []string{"card"}
		sign.Summary = fmt.Sprintf("A form that asks for a card leads to %s, which was not there when the shop was approved.", host)
	}
	return sign, true
}

// maxAccounts is how many accounts of one kind a shop has at one host.
const maxAccounts = 4

// gradeAccount tells of an account that is not the one which was there. A thief needs no host of his own where he has an
// account with one of the shop's: money and card data then go to the right host, and to the wrong customer of it.
func (c *comparison) gradeAccount(r *tillwatch.Record, v tillwatch.Version) {
	if c.approvals.covers(*r, v) || r.Known && !c.approvals.any(*r) && slices.IndexFunc(r.Versions, func(o tillwatch.Version) bool { return o.ID() == v.ID() }) == 0 {
		return
	}
	sign := tillwatch.Sign{Rule: ruleAccount, Place: r.Place, Severity: tillwatch.Low, Certainty: tillwatch.Certain}
	reference, was := c.reference(*r)
	can := func(s tillwatch.Capability) bool { return slices.Contains(v.Capabilities, s) }
	switch {
	case was && len(r.Versions) > maxAccounts: // another one each time is no account
		sign.Summary = fmt.Sprintf("The pages name another account than the one that was approved: %s.", r.Place)
	case !was && can("receives payments"): // a thief can be a merchant, too
		sign.Severity = tillwatch.Medium
		sign.Summary = fmt.Sprintf("The payment step names an account that payments and card data go to and that was not there when the shop was approved: %s.", r.Place)
	case !was: // the first of its kind: a new service
		sign.Summary = fmt.Sprintf("The pages name an account that was not there when the shop was approved: %s.", r.Place)
	case can("receives payments"):
		sign.Severity = tillwatch.High
		sign.Summary = fmt.Sprintf("The payment step names another account than the one that was approved: %s. Payments and card data may go to somebody else's account.", r.Place)
	case can("loads scripts"):
		sign.Severity = tillwatch.Medium
		sign.Summary = fmt.Sprintf("The pages name another account than the one that was approved: %s. Whoever owns it decides which scripts run on the payment page.", r.Place)
	default:
		sign.Summary = fmt.Sprintf("The pages name another account than the one that was approved: %s.", r.Place)
	}
	sign.Evidence = []tillwatch.Evidence{{What: "account " + shortened(v.Value) + ", which nobody approved", Where: r.Place}}
	if was && reference.Value != "" {
		sign.Evidence = append(sign.Evidence, tillwatch.Evidence{What: "account " + shortened(reference.Value) + " was there", Where: r.Place})
	}
	c.raise(sign, key{r.Kind, r.Place})
}

// shortened leaves enough of an account's number to recognise it.
func shortened(id string) string {
	const shown = 24
	if id == "" {
		return "(secret)"
	}
	if len(id) > shown {
		id = id[:shown] + "…"
	}
	return strings.ToValidUTF8(id, "")
}
