package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/script"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// judgeAdmin tells code that came out of stored data from that of the admin screen's own. Three things tell, of which
// only the first is proof:
//
//   - the same characters stand as text somewhere in the admin screen, as the screen that escapes what customers wrote
//     shows them, and ran as code in the screen that does not;
//   - the code stands in an element in which other orders have text;
//   - it ran for some of the orders and not for most, and does what a page does not do for one order alone.
func judgeAdmin(pages []adminPage, d destinations) []tillwatch.Sign {
	texts := textsOf(pages)
	signs := map[string]*tillwatch.Sign{}
	var order []string
	for i := range pages {
		p := &pages[i]
		for _, s := range p.scripts {
			sure, how := p.stored(s, pages, texts, d)
			if sure == 0 {
				continue
			}
			sign := adminSign(p, s, sure, how, d)
			key := sign.Place
			if before := signs[key]; before != nil {
				before.Count++
				before.Certainty, before.Severity = max(before.Certainty, sign.Certainty), max(before.Severity, sign.Severity)
				for _, e := range sign.Evidence {
					before.Evidence = appendEvidence(before.Evidence, e)
				}
				continue
			}
			signs[key] = &sign
			order = append(order, key)
		}
	}
	out := make([]tillwatch.Sign, 0, len(order))
	for _, key := range order {
		out = append(out, *signs[key])
	}
	return out
}

// squeezed is a text without white space: screens break lines where they like.
func squeezed(text string) string {
	return strings.Join(strings.Fields(text), "")
}

type adminText struct{ page, text string }

func textsOf(pages []adminPage) []adminText {
	var out []adminText
	for _, p := range pages {
		for _, t := range p.Texts {
			if t = squeezed(t); strings.ContainsAny(t, "<(=") { // no code is without one of them
				out = append(out, adminText{p.url, t})
			}
		}
	}
	return out
}

// wrapped is what the browser makes of an event handler.
var wrapped = lazily(`(?s)^\s*(?:async )?function \w*\([\w, ]*\)\s*\{(.*)\}\s*$`)

// stored says how sure it is that a script came out of stored data, and how that is known; 0: it is not known to have.
func (p *adminPage) stored(s browser.Script, pages []adminPage, texts []adminText, d destinations) (tillwatch.Certainty, string) {
	if s.Kind == "eval" && len(s.Parent) > 0 && !p.brought(s) {
		return 0, "" // whoever made it is judged
	}
	code := squeezed(s.Source)
	if m := wrapped().FindStringSubmatch(s.Source); m != nil {
		code = squeezed(m[1])
	}
	if s.Kind == "external" {
		code = squeezed(s.URL)
	}
	const least = 6 // a(1)...
	if len(code) >= least {
		for _, t := range texts {
			if strings.Contains(t.text, code) && (s.Kind != "external" || strings.Contains(strings.ToLower(t.text), "<script")) {
				return tillwatch.Certain, fmt.Sprintf("the same code stands as text in %s", shown(t.page))
			}
		}
	}
	if p.order == "" {
		return 0, ""
	}
	with, without := p.shared(s, pages)
	if with > without {
		return 0, "" // most orders have it: it is the screen's own
	}
	if slot := p.slotOf(s); slot != "" {
		for _, other := range pages {
			if other.order == p.order && other.url != p.url && slices.Contains(other.Slots, slot) && !other.has(s) && !p.templated(slot, pages) {
				return tillwatch.Likely, "it stands where other orders have text"
			}
		}
	}
	if with == without || s.Kind == "external" && d.owner(hostOf(s.URL)) == own {
		return 0, ""
	}
	if s.Kind != "external" && !acts(s.Source, d) {
		return 0, ""
	}
	return tillwatch.Possible, fmt.Sprintf("it ran in %d of the %d pages of this kind that were opened", with, with+without)
}

// brought says that code made at run time has no maker among the page's other scripts.
func (p *adminPage) brought(s browser.Script) bool {
	return !slices.ContainsFunc(p.scripts, func(maker browser.Script) bool {
		return maker.Session == s.Session && maker.ID == s.Parent[0].ScriptID
	})
}

// shared counts the pages of the same kind with and without a script.
func (p *adminPage) shared(s browser.Script, pages []adminPage) (with, without int) {
	for i := range pages {
		switch other := &pages[i]; {
		case other.order == p.order && other.has(s):
			with++
		case other.order == p.order:
			without++
		case other.has(s):
			return 1, 0 // it is of other screens too
		}
	}
	return with, without
}

func (p *adminPage) has(s browser.Script) bool {
	return slices.ContainsFunc(p.scripts, func(have browser.Script) bool { return sameCode(have, s) })
}

// sameCode compares scripts but for what is written into them for one order.
func sameCode(a, b browser.Script) bool {
	if a.Kind != b.Kind {
		return false
	}
	if a.Kind == "external" {
		return bare(a.URL) == bare(b.URL)
	}
	return a.SHA256 == b.SHA256 || outline(a.Source) == outline(b.Source)
}

// slotOf is the element that a script stands in; empty where it is not found in the page.
func (p *adminPage) slotOf(s browser.Script) string {
	for _, m := range p.Marks {
		switch {
		case m.Src != "" && m.Src == s.URL && s.Kind == "external",
			m.Src == "" && m.Code != "" && (squeezed(m.Code) == squeezed(s.Source) || m.Kind != "script" && strings.Contains(squeezed(s.Source), squeezed(m.Code))):
			return m.Slot
		}
	}
	return ""
}

// templated says that most pages of the kind have code of some sort in an element: it is not one for text alone.
func (p *adminPage) templated(slot string, pages []adminPage) bool {
	coded, all := 0, 0
	for _, other := range pages {
		if other.order == p.order {
			all++
			if slices.ContainsFunc(other.Marks, func(m adminMark) bool { return m.Slot == slot }) {
				coded++
			}
		}
	}
	return 2*coded > all
}

// acts says that code reaches out of the page, or makes further code.
func acts(source string, d destinations) bool {
	a := script.Analyse([]byte(source), script.Options{Own: d.shop})
	return len(a.Sinks) > 0 || len(a.Dynamic) > 0
}

// adminSign grades by how sure it is: code of a customer's in the admin screen may do all that the operator may. The code
// itself is not repeated, since what stands around it is a customer's data.
func adminSign(p *adminPage, s browser.Script, sure tillwatch.Certainty, how string, d destinations) tillwatch.Sign {
	place := steadyAddress(p.url)
	sign := tillwatch.Sign{
		Rule: "page/order-admin-script", Place: place, Since: s.At, Count: 1, Certainty: sure, Severity: tillwatch.Critical,
		Data: []string{"name", "address", "e-mail", "phone"},
	}
	if sure == tillwatch.Possible {
		sign.Severity = tillwatch.Medium
	}
	e := tillwatch.Evidence{What: "code from stored data ran here; " + how, Where: shown(p.url), Line: max(s.Line, 1), Column: max(s.Column, 1)}
	if s.Kind == "external" {
		e.Destination = shown(s.URL)
	}
	sign.Evidence = []tillwatch.Evidence{e}
	sign.Summary = "A script that somebody wrote into an order ran in the admin screen, with all that the operator may do there."
	if did := p.doings(s, d); len(did) > 0 {
		sign.Evidence = append(sign.Evidence, did...)
		sign.Summary += " " + didWords(did)
	}
	return sign
}

// doings are the requests of a script, and of what it made, that the gate kept from going out or that went to the shop.
func (p *adminPage) doings(s browser.Script, d destinations) []tillwatch.Evidence {
	made := map[string]bool{s.ID: true}
	for _, other := range p.scripts {
		if len(other.Parent) > 0 && other.Session == s.Session && slices.ContainsFunc(other.Parent, func(c browser.Call) bool { return made[c.ScriptID] }) {
			made[other.ID] = true
		}
	}
	var out []tillwatch.Evidence
	for _, r := range p.requests {
		byIt := r.Session == s.Session && slices.ContainsFunc(r.Stack, func(c browser.Call) bool { return made[c.ScriptID] })
		if !byIt || hostOf(r.URL) == "" {
			continue
		}
		what := "it asked for a page of the shop"
		switch {
		case d.owner(hostOf(r.URL)) != own:
			what = toElsewhere
		case r.Cut:
			what = toChange
		}
		e := tillwatch.Evidence{What: what, Destination: shown(r.URL)}
		if !slices.ContainsFunc(out, func(had tillwatch.Evidence) bool { return had.What == e.What && had.Destination == e.Destination }) && len(out) < maxEvidence {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b tillwatch.Evidence) int { return cmp.Compare(weight(b), weight(a)) })
	return out
}

const (
	toChange    = "it tried to change something in the shop, and was kept from it"
	toElsewhere = "it tried to reach another host, and was kept from it"
)

func weight(e tillwatch.Evidence) int {
	return map[string]int{toChange: 2, toElsewhere: 1}[e.What]
}

func didWords(did []tillwatch.Evidence) string {
	switch e := did[0]; e.What {
	case toChange:
		return fmt.Sprintf("It tried to change something through %s; this look kept it from that, an operator's browser does not.", e.Destination)
	case toElsewhere:
		return fmt.Sprintf("It tried to reach %s; this look kept it from that, an operator's browser does not.", e.Destination)
	default:
		return fmt.Sprintf("It read %s.", e.Destination)
	}
}
