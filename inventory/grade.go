package inventory

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
)

// The rules that differences fall under.
const (
	ruleCapability = "page/capability-new"
	ruleHost       = "page/host-new"
	ruleHeader     = "page/header-weakened"
)

// The kinds of item that are graded by more than their capabilities.
const (
	kindScript = "script"
	kindHost   = "host"
	kindHeader = "header"
)

// grade raises what a content of an item deserves. Before the first approval there is nothing to differ from.
func (c *comparison) grade(r *tillwatch.Record, v tillwatch.Version) {
	switch {
	case len(c.approvals) == 0 || r.Kind == kindHost:
	case r.Kind == kindHeader:
		c.gradeHeader(r, v)
	default:
		c.gradeCapabilities(r, v)
	}
}

// accepted says whether an item may do something: an approval of the item says so, or nobody has approved anything of
// it and it could do that before anything of the shop was approved.
func (c *comparison) accepted(r *tillwatch.Record, capability tillwatch.Capability) bool {
	if c.approvals.any(*r) {
		return c.approvals.allow(*r, capability)
	}
	return slices.Contains(r.Baseline, capability)
}

func (c *comparison) gradeCapabilities(r *tillwatch.Record, v tillwatch.Version) {
	sign := tillwatch.Sign{Rule: ruleCapability, Place: r.Place, Certainty: tillwatch.Possible}
	var gained []string
	for _, capability := range v.Capabilities {
		severity := c.weight(r, capability)
		if severity == 0 || c.accepted(r, capability) {
			continue
		}
		sign.Severity = max(sign.Severity, severity)
		gained = append(gained, string(capability))
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
	if len(gained) == 0 {
		return
	}
	if sign.Severity >= tillwatch.High {
		sign.Certainty = tillwatch.Likely
	}
	sign.Summary = fmt.Sprintf("%s can do what nobody approved: %s.", r.Place, strings.Join(gained, ", "))
	c.raise(sign, key{r.Kind, r.Place})
}

// weight is how much it matters that an item can do something new; 0 where it does not. A request to the shop itself is
// what scripts of a shop do: a copy of card data to the shop's own host is found by the card number in it.
func (c *comparison) weight(r *tillwatch.Record, capability tillwatch.Capability) tillwatch.Severity {
	verb, object, _ := strings.Cut(string(capability), " ")
	switch {
	case verb == "reads" && object == "card":
		return tillwatch.High
	case verb != "sends":
		return tillwatch.Medium
	case c.look.Own(object):
		return 0
	case c.look.Receives(object):
		return tillwatch.Low
	case r.Pays():
		return tillwatch.High
	}
	return tillwatch.Medium
}

// judgeHosts tells of hosts that were not there when the shop was approved. One that gives the payment page a script can
// read what is typed there.
func (c *comparison) judgeHosts() {
	if len(c.approvals) == 0 {
		return
	}
	scripts := c.scriptsByHost()
	for _, k := range c.keys() {
		r := c.records[k]
		host := strings.ToLower(k.place)
		if _, seen := c.seen[k]; !seen || k.kind != kindHost || r.Known || c.approvals.any(*r) || c.look.Own(host) || c.look.Receives(host) {
			continue
		}
		if slices.ContainsFunc(scripts[host], func(s *tillwatch.Record) bool { return c.approvals.any(*s) }) {
			continue
		}
		sign := tillwatch.Sign{
			Rule: ruleHost, Place: r.Place, Severity: tillwatch.Low, Certainty: tillwatch.Possible,
			Summary: fmt.Sprintf("The checkout talks to %s, which was not there when the shop was approved.", r.Place),
		}
		for _, s := range scripts[host] {
			e := tillwatch.Evidence{What: "script from this host", Where: s.Place, Destination: "//" + host}
			if s.Pays() {
				e.What = "script from this host on the payment page"
				sign.Severity, sign.Certainty = tillwatch.Medium, tillwatch.Likely
				sign.Summary = fmt.Sprintf("The payment page runs a script from %s, which was not there when the shop was approved.", r.Place)
			}
			sign.Evidence = append(sign.Evidence, e)
		}
		if len(sign.Evidence) == 0 {
			sign.Evidence = []tillwatch.Evidence{{What: "request to this host", Destination: "//" + host}}
		}
		c.raise(sign, k)
	}
}

// scriptsByHost are the scripts of this look by the host they came from.
func (c *comparison) scriptsByHost() map[string][]*tillwatch.Record {
	out := map[string][]*tillwatch.Record{}
	for _, k := range c.keys() {
		if _, seen := c.seen[k]; seen && k.kind == kindScript && strings.Contains(k.place, "://") && !strings.Contains(k.place, " ") {
			host := hostOf(k.place)
			out[host] = append(out[host], c.records[k])
		}
	}
	return out
}

// gradeHeader compares the security headers of a page with those that were approved.
func (c *comparison) gradeHeader(r *tillwatch.Record, v tillwatch.Version) {
	reference, ok := c.reference(*r)
	if !ok || c.approvals.covers(*r, v) || reference.ID() == v.ID() {
		return
	}
	weaker := Weaker(reference.Value, v.Value)
	if len(weaker) == 0 {
		return
	}
	sign := tillwatch.Sign{Rule: ruleHeader, Place: r.Place, Severity: tillwatch.Low, Certainty: tillwatch.Certain}
	var what []string
	for _, w := range weaker {
		severity := tillwatch.Low
		if r.Pays() && !w.Minor {
			severity = tillwatch.Medium
			if w.Opens {
				severity = tillwatch.High
			}
		}
		sign.Severity = max(sign.Severity, severity)
		what = append(what, w.What)
		sign.Evidence = append(sign.Evidence, tillwatch.Evidence{What: w.Header + ": " + w.What, Where: r.Place})
	}
	if note := metaTrap(v.Value); note != "" {
		sign.Evidence = append(sign.Evidence, tillwatch.Evidence{What: note, Where: r.Place})
	}
	sign.Summary = fmt.Sprintf("The security headers of the %s are weaker than what was approved: %s.", r.Place, strings.Join(what, "; "))
	c.raise(sign, key{r.Kind, r.Place})
}

// reference is what a record is held against: the newest content that was approved, or else the first that was there
// before anything was.
func (c *comparison) reference(r tillwatch.Record) (tillwatch.Version, bool) {
	for i := len(r.Versions) - 1; i >= 0; i-- {
		if c.approvals.covers(r, r.Versions[i]) {
			return r.Versions[i], true
		}
	}
	if !r.Known || len(r.Versions) == 0 {
		return tillwatch.Version{}, false
	}
	return r.Versions[0], true
}
