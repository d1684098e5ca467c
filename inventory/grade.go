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
	ruleFrame      = "page/frame-swapped"
	ruleAccount    = "page/account-new"
)

// The kinds of item that are graded by more than their capabilities.
const (
	kindScript  = "script"
	kindHost    = "host"
	kindHeader  = "header"
	kindFrame   = "frame"   // a document in a frame of the shop's pages
	kindForm    = "form"    // where a form or the last button leads
	kindAccount = "account" // whose account with a platform the pages name; Value is its number
)

// grade raises what a content of an item deserves. Before the first approval there is nothing to differ from.
func (c *comparison) grade(r *tillwatch.Record, v tillwatch.Version) {
	switch {
	case insideKinds[r.Kind] != "":
		c.gradeInside(r, v)
	case !c.approvals.begun() || r.Kind == kindHost || r.Kind == kindFrame || r.Kind == kindForm:
	case r.Kind == kindHeader:
		c.gradeHeader(r, v)
	case r.Kind == kindAccount:
		c.gradeAccount(r, v)
	case r.Kind == kindCardForm:
		c.gradeCardForm(r, v)
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
		severity := c.weight(r, v, capability)
		if severity == 0 || c.accepted(r, capability) {
			continue
		}
		sign.Severity = max(sign.Severity, severity)
		gained = append(gained, string(capability))
		e := tillwatch.Evidence{What: "newly " + string(capability), Where: r.Place}
		if host, sends := strings.CutPrefix(string(capability), "sends "); sends {
			e.Destination = "//" + host
		}
		if capability == listensToCards || verbOf(capability) == "patches" {
			sign.Data = append(sign.Data, "card")
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
	if len(r.Via) > 0 {
		sign.Evidence = append(sign.Evidence, tillwatch.Evidence{What: "this script brought it in", Where: r.Via[0]})
	}
	if sign.Severity >= tillwatch.High {
		sign.Certainty = tillwatch.Likely
	}
	sign.Summary = fmt.Sprintf("%s can do what nobody approved: %s.", r.Place, strings.Join(gained, ", "))
	c.raise(sign, key{r.Kind, r.Place})
}

// What an item can do besides reading data and sending to hosts, as sensors name it.
const (
	passesOn      tillwatch.Capability = "passes on what it reads"
	readsRequests tillwatch.Capability = "reads requests"
	rewritesPages tillwatch.Capability = "rewrites pages"
)

// weight is how much it matters that an item can do something new; 0 where it does not.
//
// To read card fields is what a skimmer must do, and what puts blanks between the digits does as well: what tells them
// apart is whether there is a way out. To talk to a new host is what every new service does, so that it is low by
// itself. A request to the shop itself is what scripts of a shop do: a copy of card data to the shop's own host is found
// by the card number in it.
func (c *comparison) weight(r *tillwatch.Record, v tillwatch.Version, capability tillwatch.Capability) tillwatch.Severity {
	verb, object, _ := strings.Cut(string(capability), " ")
	can := func(some tillwatch.Capability) bool { return slices.Contains(v.Capabilities, some) }
	reads := can(tillwatch.Reads("card")) && !c.accepted(r, tillwatch.Reads("card"))
	switch {
	case capability == tillwatch.Reads("card"):
		switch host := hostOf(r.Place); {
		case r.Kind != kindScript || can(passesOn) || c.sendsAway(*r, v):
			return tillwatch.High
		case host != "" && !c.look.Own(host) && c.approvals.any(*r): // somebody approved it for something else
			return tillwatch.High
		case host != "" && !c.look.Own(host) && !c.look.Receives(host):
			return tillwatch.Medium // what it does tomorrow, somebody else decides
		}
		return tillwatch.Low
	case capability == passesOn:
		if reads {
			return tillwatch.High
		}
		return tillwatch.Low
	case verb == "joins": // card and a host
		switch host := strings.TrimPrefix(object, "card and "); {
		case c.look.Own(host) || c.look.Authorised(host) || c.look.Receives(host) && c.wasThere(host):
			return 0
		case c.look.Receives(host):
			return tillwatch.Medium // a change of contract, or a thief's account with a provider that the shop has none with
		}
		return tillwatch.High
	case capability == readsRequests:
		if can(rewritesPages) || c.sendsAway(*r, v) {
			return tillwatch.High
		}
		return tillwatch.Low
	case capability == rewritesPages:
		return tillwatch.High
	case capability == listensToCards:
		if c.sendsAway(*r, v) {
			return tillwatch.Medium
		}
		return tillwatch.Low
	case verb == "sends" && c.look.Own(object):
		return 0
	case verb == "sends" && reads && !c.look.Receives(object):
		return tillwatch.High
	case verb == "sends":
		return tillwatch.Low
	}
	return tillwatch.Medium
}

// wasThere says that the shop's pages talked to a host when the shop was approved.
func (c *comparison) wasThere(host string) bool {
	r := c.records[key{kindHost, host}]
	return r != nil && (r.Known || c.approvals.any(*r))
}

// sendsAway says that a content talks to a host that is neither the shop's nor meant to receive what customers type.
func (c *comparison) sendsAway(r tillwatch.Record, v tillwatch.Version) bool {
	return slices.ContainsFunc(v.Capabilities, func(can tillwatch.Capability) bool {
		host, sends := strings.CutPrefix(string(can), "sends ")
		return sends && !c.look.Own(host) && !c.look.Receives(host)
	})
}

// expectedHost says that a host was there when the shop was approved, or may be there.
func (c *comparison) expectedHost(r *tillwatch.Record) bool {
	host := strings.ToLower(r.Place)
	return r.Known || c.approvals.any(*r) || c.look.Own(host) || c.look.Receives(host)
}

// judgeHosts tells of hosts that were not there when the shop was approved. It is low where nothing is known against it:
// services come and go. It is high where a script that was not there either reads card fields, and comes from the host or
// talks to it, or where the name can be mistaken for one that was there.
func (c *comparison) judgeHosts() {
	if !c.approvals.begun() {
		return
	}
	scripts := c.scriptsByHost()
	for _, k := range c.keys() {
		r := c.records[k]
		host := strings.ToLower(k.place)
		if _, seen := c.seen[k]; !seen || k.kind != kindHost || c.expectedHost(r) {
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
				sign.Certainty = tillwatch.Likely
				sign.Summary = fmt.Sprintf("The payment page runs a script from %s, which was not there when the shop was approved.", r.Place)
			}
			sign.Evidence = append(sign.Evidence, e)
		}
		for _, s := range c.newReaders(host, scripts[host]) {
			sign.Severity, sign.Certainty, sign.Data = tillwatch.High, tillwatch.Likely, []string{"card"}
			sign.Summary = fmt.Sprintf("A script that was not there when the shop was approved reads card fields, and talks to %s, which was not there either.", r.Place)
			sign.Evidence = append(sign.Evidence, tillwatch.Evidence{What: "reads card fields and talks to this host", Where: s.Place, Destination: "//" + host})
		}
		if like := c.look.Imitates(host, c.genuine(host)); like != "" {
			sign.Severity, sign.Certainty = tillwatch.High, tillwatch.Likely
			sign.Summary = fmt.Sprintf("The shop's pages talk to %s, a name that can be mistaken for %s and is not its owner's.", r.Place, like)
		}
		if len(sign.Evidence) == 0 {
			sign.Evidence = []tillwatch.Evidence{{What: "request to this host", Destination: "//" + host}}
		}
		c.raise(sign, k)
	}
}

// newReaders are the scripts of this look that newly read card fields, and come from a host or talk to it.
func (c *comparison) newReaders(host string, from []*tillwatch.Record) []*tillwatch.Record {
	var out []*tillwatch.Record
	for _, k := range c.keys() {
		r := c.records[k]
		if k.kind != kindScript || c.accepted(r, tillwatch.Reads("card")) {
			continue
		}
		for _, v := range r.Versions {
			talks := slices.Contains(from, r) || slices.Contains(v.Capabilities, tillwatch.Sends(host))
			if talks && slices.Contains(c.seen[k], v.ID()) && slices.Contains(v.Capabilities, tillwatch.Reads("card")) {
				out = append(out, r)
				break
			}
		}
	}
	return out
}

// genuine are the hosts that were there when the shop was approved, and that another may imitate.
func (c *comparison) genuine(host string) []string {
	var out []string
	for _, k := range c.keys() {
		if k.kind == kindHost && k.place != host && c.expectedHost(c.records[k]) {
			out = append(out, strings.ToLower(k.place))
		}
	}
	return out
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
		if r.Pays() && !w.Minor && !w.Named {
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
