package inventory

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
)

// insideKinds are the kinds of item inside a shop's database of which any change is to be told, and the rules they fall
// under: nothing of them changes by itself.
var insideKinds = map[string]string{
	"row":     "database/executable-changed",
	"trigger": "database/trigger", "procedure": "database/trigger", "event": "database/trigger",
	"administrator": "database/admin-new", "key": "database/admin-new",
}

// gradeInside tells of a content that nobody approved and that was not there at the first look at its scope. It needs no
// approval to compare with: what a shop executes, and who may get in, is not for trying out.
func (c *comparison) gradeInside(r *tillwatch.Record, v tillwatch.Version) {
	if c.approvals.status(*r, v, c.look.Own) == Approved {
		return
	}
	reference, ok := c.reference(*r)
	fresh := !ok
	if ok && reference.ID() == v.ID() {
		begun, known := c.begun(r.Scope)
		if !known || !r.First.After(begun) {
			return
		}
		fresh = true
	}
	rule := insideKinds[r.Kind]
	sign := tillwatch.Sign{Rule: rule, Place: r.Place, Severity: tillwatch.Medium, Certainty: tillwatch.Possible}
	what := "changed"
	if fresh {
		what = "is new"
	}
	sign.Evidence = []tillwatch.Evidence{{What: "nobody approved it as it is now", Where: r.Place}}
	switch r.Kind {
	case "administrator", "key":
		sign.Severity = tillwatch.High
		sign.Summary = fmt.Sprintf("Somebody who can get into the shop %s, and nobody approved it: %s.", what, r.Place)
	case "trigger", "procedure", "event":
		if r.Pays() {
			sign.Severity = tillwatch.High
		}
		sign.Summary = fmt.Sprintf("A %s of the database %s, and nobody approved it: %s.", r.Kind, what, r.Place)
	default:
		c.weighRow(r, v, &sign)
		sign.Summary = fmt.Sprintf("A row that the shop runs or puts into its pages %s, and nobody approved it: %s.", what, r.Place)
	}
	if sign.Severity >= tillwatch.High {
		sign.Certainty = tillwatch.Likely
	}
	c.raise(sign, key{r.Kind, r.Place})
}

// weighRow grades a row by what it can newly do. One that runs nothing decides something, and is low.
func (c *comparison) weighRow(r *tillwatch.Record, v tillwatch.Version, sign *tillwatch.Sign) {
	if !slices.Contains(v.Capabilities, tillwatch.Executes) {
		sign.Severity = tillwatch.Low
	}
	if r.Pays() {
		sign.Severity = tillwatch.High
	}
	for _, capability := range v.Capabilities {
		if c.accepted(r, capability) || capability == tillwatch.Executes {
			continue
		}
		sign.Severity = max(sign.Severity, c.weight(r, v, capability))
		e := tillwatch.Evidence{What: "newly " + string(capability), Where: r.Place}
		if host, sends := strings.CutPrefix(string(capability), "sends "); sends {
			e.Destination = "//" + host
		}
		if data, reads := strings.CutPrefix(string(capability), "reads "); reads {
			e.Fields = []string{data}
			sign.Data = append(sign.Data, data)
		}
		sign.Evidence = append(sign.Evidence, e)
	}
}

// begun is when a scope was looked at for the first time, as far as this is known from what was there then.
func (c *comparison) begun(scope string) (time.Time, bool) {
	if c.begins == nil {
		c.begins = map[string]time.Time{}
		for _, r := range c.before {
			if first, ok := c.begins[r.Scope]; !ok || r.First.Before(first) {
				c.begins[r.Scope] = r.First
			}
		}
	}
	first, ok := c.begins[scope]
	return first, ok
}
