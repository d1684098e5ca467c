package inventory

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
)

// The patterns of Approval.May besides a capability itself and "sends *.example" for a host and all below it.
const (
	maySendSelf = "sends self" // to hosts of the same owner as the item's own
	mayNothing  = "nothing"    // says that the list is meant to be empty
	mayAnything = "*"
)

var verbs = []string{"reads", "sends", "listens", "patches", "asks"}

// ParseMay reads what a rule allows, as in "reads card", "sends pay.example", "sends *.example", "sends self", "executes",
// "writes files", "nothing" or "*".
func ParseMay(words []string) ([]string, error) {
	var may []string
	for _, word := range words {
		word = strings.Join(strings.Fields(word), " ")
		if word == mayNothing {
			if len(words) > 1 {
				return nil, errors.New(`"nothing" cannot stand beside anything else`)
			}
			return []string{}, nil
		}
		verb, object, _ := strings.Cut(word, " ")
		switch {
		case word == mayAnything || word == string(tillwatch.Executes) || word == string(tillwatch.WritesFiles):
		case verb == "sends":
			word = strings.ToLower(word)
			host := strings.TrimPrefix(strings.TrimPrefix(word, "sends "), "*.")
			if object == "" || strings.ContainsAny(host, "/:*@?# ") || host == "" {
				return nil, fmt.Errorf("%q: name a host alone, as in \"sends pay.example\", or \"sends self\"", word)
			}
		case verb == "reads" || verb == "listens" || verb == "patches" || verb == "asks":
			if object == "" || strings.ContainsAny(object, "*/ ") {
				return nil, fmt.Errorf("%q: name a kind of data, as in \"reads card\"", word)
			}
		default:
			return nil, fmt.Errorf("%q is no capability; it begins with one of %q", word, verbs)
		}
		may = append(may, word)
	}
	slices.Sort(may)
	return slices.Compact(may), nil
}

// ParseRule checks the words of a rule: kind of item, pattern of its place, and what it may do.
func ParseRule(kind, place string, may []string) (tillwatch.Approval, error) {
	place = strings.TrimSpace(place)
	if strings.Trim(place, "*?/: ") == "" || place == "https://*" || place == "http://*" {
		return tillwatch.Approval{}, errors.New("a rule for every place would approve an attack: name at least a host, as in https://js.pay.example/*")
	}
	if host := hostOf(place); strings.Contains(host, "*") && !strings.HasPrefix(host, "*.") || strings.HasPrefix(host, "*.") && !strings.Contains(host[2:], ".") {
		return tillwatch.Approval{}, fmt.Errorf("the host of %q would fit hosts of strangers: only *.name.example may stand for hosts below", place)
	}
	if len(may) == 0 {
		return tillwatch.Approval{}, errors.New(`say what it may do, as in "sends self", or "nothing"`)
	}
	allowed, err := ParseMay(may)
	return tillwatch.Approval{Rule: true, Kind: strings.TrimSpace(kind), Place: place, May: allowed}, err
}

// Approve makes the approvals by hand that bring records to Approved as they are now, as far as they are not: for each
// its contents of the last look, and all that was seen of what they do. Who, Why and At are the caller's to fill in.
func (b Book) Approve(records []tillwatch.Record, own func(host string) bool) []tillwatch.Approval {
	standing := active(b.Approvals)
	var out []tillwatch.Approval
	for _, r := range records {
		if !r.Gone.IsZero() {
			if !standing.goneApproved(r) {
				out = append(out, tillwatch.Approval{Kind: r.Kind, Place: r.Place})
			}
			continue
		}
		a := tillwatch.Approval{Kind: r.Kind, Place: r.Place}
		fine := true
		for _, v := range r.Versions {
			if !v.Last.Equal(r.Last) {
				continue
			}
			a.Versions = append(a.Versions, v.ID())
			for _, c := range v.Capabilities {
				a.May = append(a.May, string(c))
			}
			fine = fine && standing.status(r, v, own) == Approved
		}
		if !fine {
			slices.Sort(a.May)
			a.May = slices.Compact(a.May)
			out = append(out, a)
		}
	}
	return out
}

// Status says how a record stands now: as the worst of its contents at the last look.
func (b Book) Status(r tillwatch.Record, own func(host string) bool) Status {
	standing := active(b.Approvals)
	if !r.Gone.IsZero() {
		return Gone
	}
	status := Approved
	for _, v := range r.Versions {
		if !v.Last.Equal(r.Last) {
			continue
		}
		if s := standing.status(r, v, own); s != Approved {
			status = s
		}
	}
	return status
}

// Authorised are the approvals that a record stands on, the newest last.
func (b Book) Authorised(r tillwatch.Record) []tillwatch.Approval {
	return slices.DeleteFunc(active(b.Approvals), func(a tillwatch.Approval) bool { return !fits(a, r) })
}

// Acknowledged is the first approval after a change that speaks for what changed.
func (b Book) Acknowledged(c tillwatch.Change) (tillwatch.Approval, bool) {
	i := slices.IndexFunc(b.Approvals, func(a tillwatch.Approval) bool {
		return a.Withdraws == 0 && !a.At.Before(c.At) && fits(a, tillwatch.Record{Kind: c.Kind, Place: c.Place})
	})
	if i < 0 {
		return tillwatch.Approval{}, false
	}
	return b.Approvals[i], true
}

// approvals are those that count.
type approvals []tillwatch.Approval

// active leaves out what was withdrawn.
func active(all []tillwatch.Approval) approvals {
	withdrawn := map[int64]bool{}
	for _, a := range all {
		if a.Withdraws != 0 {
			withdrawn[a.Withdraws] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(a tillwatch.Approval) bool { return a.Withdraws != 0 || withdrawn[a.ID] })
}

func (as approvals) status(r tillwatch.Record, v tillwatch.Version, own func(string) bool) Status {
	if !slices.ContainsFunc(as, func(a tillwatch.Approval) bool { return fits(a, r) }) {
		return New
	}
	if !as.covers(r, v) {
		return Changed
	}
	for _, c := range v.Capabilities {
		if !as.allow(r, c) && !sendsOwn(c, own) {
			return Changed
		}
	}
	return Approved
}

// covers says whether a content is approved, whatever it does.
func (as approvals) covers(r tillwatch.Record, v tillwatch.Version) bool {
	return slices.ContainsFunc(as, func(a tillwatch.Approval) bool {
		return fits(a, r) && (a.Rule || slices.Contains(a.Versions, v.ID()))
	})
}

// begun says whether anything was approved by hand: until then there is nothing to differ from. A deployment approves files
// and says nothing of the shop's pages.
func (as approvals) begun() bool {
	return slices.ContainsFunc(as, func(a tillwatch.Approval) bool { return a.Deploy == "" })
}

func (as approvals) any(r tillwatch.Record) bool {
	return slices.ContainsFunc(as, func(a tillwatch.Approval) bool { return fits(a, r) })
}

// allow says whether some approval of the item lets it do c.
func (as approvals) allow(r tillwatch.Record, c tillwatch.Capability) bool {
	rules := slices.DeleteFunc(slices.Clone(as), func(a tillwatch.Approval) bool { return !a.Rule })
	if c == passesOn && len(rules) > 0 && rules.allow(r, tillwatch.Reads("card")) {
		return true // a rule that lets it read means that it does something with what it reads
	}
	if host, joins := strings.CutPrefix(string(c), "joins card and "); joins && len(rules) > 0 && rules.allow(r, tillwatch.Reads("card")) && rules.allow(r, tillwatch.Sends(host)) {
		return true
	}
	return slices.ContainsFunc(as, func(a tillwatch.Approval) bool {
		return fits(a, r) && slices.ContainsFunc(a.May, func(may string) bool { return allows(may, c, r.Owner) })
	})
}

func (as approvals) goneApproved(r tillwatch.Record) bool {
	return slices.ContainsFunc(as, func(a tillwatch.Approval) bool { return !a.Rule && fits(a, r) && a.At.After(r.Gone) })
}

func fits(a tillwatch.Approval, r tillwatch.Record) bool {
	switch {
	case a.Withdraws != 0 || a.Kind != r.Kind && (!a.Rule || a.Kind != ""):
		return false
	case a.Rule:
		return fitsPlace(a.Place, r.Place)
	}
	return a.Place == r.Place
}

// fitsPlace compares the host of a pattern with the host alone, so that the text before it in an address, or a host in a
// path, can never stand in for it.
func fitsPlace(pattern, place string) bool {
	scheme, rest, isAddress := strings.Cut(pattern, "://")
	if !isAddress {
		return Matches(pattern, place)
	}
	host, path, _ := strings.Cut(rest, "/")
	placeScheme, placeRest, _ := strings.Cut(place, "://")
	placeHost, placePath, _ := strings.Cut(placeRest, "/")
	if !Matches(scheme, placeScheme) { // "inline script * of https"
		return false
	}
	if below, wild := strings.CutPrefix(host, "*."); wild {
		if placeHost != below && !strings.HasSuffix(placeHost, "."+below) {
			return false
		}
	} else if host != placeHost {
		return false
	}
	return Matches(path, placePath)
}

func allows(may string, c tillwatch.Capability, owner string) bool {
	switch {
	case may == mayAnything || may == string(c):
		return true
	case may == maySendSelf:
		host, sends := strings.CutPrefix(string(c), "sends ")
		return sends && owner != "" && Registrable(host) == owner
	}
	below, wild := strings.CutPrefix(may, "sends *.")
	host, sends := strings.CutPrefix(string(c), "sends ")
	return wild && sends && (host == below || strings.HasSuffix(host, "."+below))
}

func sendsOwn(c tillwatch.Capability, own func(string) bool) bool {
	host, sends := strings.CutPrefix(string(c), "sends ")
	return sends && own != nil && own(host)
}

// Matches compares with "*" for any run of characters, in time proportional to the product of the lengths at worst.
func Matches(pattern, s string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == s
	}
	first, last := parts[0], parts[len(parts)-1]
	if len(s) < len(first)+len(last) || !strings.HasPrefix(s, first) || !strings.HasSuffix(s, last) {
		return false
	}
	s = s[len(first) : len(s)-len(last)]
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s = s[i+len(part):]
	}
	return true
}
