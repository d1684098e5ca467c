// Package triage turns observations into findings, and findings into incidents: one attack, one incident.
//
// It is pure: no clock, no I/O but the embedded rule pages. The same observations give the same findings, whatever their order.
package triage

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tillwatch/tillwatch"
)

// maxEvidence bounds what is kept of one finding: a hostile page can repeat a leak without end, and nobody reads more.
const maxEvidence = 40

// Triage gathers the observations of one look. The zero value is ready and explains in English. It is not safe for
// concurrent use.
type Triage struct {
	Language string                        // of Finding.Next; a language of [Languages], English otherwise
	Hidden   func(tillwatch.Finding) bool  // what the operator has decided not to be told; nil hides nothing
	signs    map[signKey]tillwatch.Finding // merged by identity
	items    map[itemKey]tillwatch.Item
	gaps     map[gapKey]tillwatch.Gap
	own      map[string]map[string]bool // shop to its own hosts: no link between findings
}

// Result is what became of the observations. All slices are sorted, worst first or by place.
type Result struct {
	Findings  []tillwatch.Finding
	Hidden    []tillwatch.Finding // those Triage.Hidden held back; they open no incident
	Incidents []tillwatch.Incident
	Items     []tillwatch.Item
	Gaps      []tillwatch.Gap
}

type signKey struct{ shop, rule, place string }

type itemKey struct{ kind, place, digest string }

type gapKey struct{ place, why string }

// Add takes one observation of t. A Sign of a rule and place already seen is merged into the first; the same item or
// gap seen again, as with another browser profile, counts once.
func (tr *Triage) Add(t tillwatch.Target, o tillwatch.Observation) {
	tr.learnHost(t)
	switch o := o.(type) {
	case tillwatch.Sign:
		key := signKey{t.Shop, o.Rule, o.Place}
		if tr.signs == nil {
			tr.signs = map[signKey]tillwatch.Finding{}
		}
		tr.signs[key] = Merge(tr.signs[key], o)
	case tillwatch.Item:
		key := itemKey{o.Kind, o.Place, o.Digest}
		if have, seen := tr.items[key]; seen {
			o.Capabilities = union(have.Capabilities, o.Capabilities)
			o.Stages = union(have.Stages, o.Stages)
			o.Via = have.Via
		}
		if tr.items == nil {
			tr.items = map[itemKey]tillwatch.Item{}
		}
		tr.items[key] = o
	case tillwatch.Gap:
		key := gapKey{o.Place, o.Why}
		if have, seen := tr.gaps[key]; seen && have.Picture != nil {
			return
		}
		if tr.gaps == nil {
			tr.gaps = map[gapKey]tillwatch.Gap{}
		}
		tr.gaps[key] = o
	case tillwatch.Pass: // speaks to the inventory, which alone can call something gone
	}
}

// Result sorts what was added into findings, incidents, items and gaps. It may be called again after more was added.
func (tr *Triage) Result() Result {
	var r Result
	shops := map[string][]tillwatch.Finding{}
	for key, f := range tr.signs {
		f.Next = Next(f, tr.Language)
		if tr.Hidden != nil && tr.Hidden(f) {
			r.Hidden = append(r.Hidden, f)
			continue
		}
		shops[key.shop] = append(shops[key.shop], f)
	}
	for shop, findings := range shops {
		own := tr.own[shop]
		r.Incidents = append(r.Incidents, Join(shop, findings, nil, func(host string) bool { return own[host] })...)
		r.Findings = append(r.Findings, findings...)
	}
	for _, item := range tr.items {
		r.Items = append(r.Items, item)
	}
	for _, gap := range tr.gaps {
		r.Gaps = append(r.Gaps, gap)
	}

	slices.SortFunc(r.Findings, ByWeight)
	slices.SortFunc(r.Hidden, ByWeight)
	slices.SortFunc(r.Incidents, func(a, b tillwatch.Incident) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(a.ID, b.ID))
	})
	slices.SortFunc(r.Items, func(a, b tillwatch.Item) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Place, b.Place), cmp.Compare(a.Digest, b.Digest))
	})
	slices.SortFunc(r.Gaps, func(a, b tillwatch.Gap) int {
		return cmp.Or(cmp.Compare(a.Place, b.Place), cmp.Compare(a.Why, b.Why))
	})
	return r
}

// Merge adds a sign to the finding of its rule and place, which may be a zero one: it keeps the earliest Since, the worst
// severity with the sentence that goes with it, and all evidence once.
func Merge(f tillwatch.Finding, s tillwatch.Sign) tillwatch.Finding {
	f.Rule, f.Place = s.Rule, s.Place
	if f.Since.IsZero() || (!s.Since.IsZero() && s.Since.Before(f.Since)) {
		f.Since = s.Since
	}
	if f.Summary == "" || s.Severity > f.Severity || (s.Severity == f.Severity && s.Summary < f.Summary) {
		f.Summary = s.Summary
	}
	f.Severity = max(f.Severity, s.Severity)
	f.Certainty = max(f.Certainty, s.Certainty)
	f.Evidence = appendEvidence(f.Evidence, s.Evidence)
	f.Data = union(f.Data, s.Data)
	f.Subjects.Min = max(f.Subjects.Min, s.Subjects.Min)
	f.Subjects.Max = max(f.Subjects.Max, s.Subjects.Max)
	return f
}

func appendEvidence(have, more []tillwatch.Evidence) []tillwatch.Evidence {
	for _, e := range more {
		if len(have) == maxEvidence {
			break
		}
		same := func(h tillwatch.Evidence) bool {
			return h.What == e.What && h.Where == e.Where && h.Line == e.Line && h.Column == e.Column &&
				h.Destination == e.Destination
		}
		if i := slices.IndexFunc(have, same); i >= 0 {
			have[i].Fields = union(have[i].Fields, e.Fields)
			continue
		}
		e.Fields = slices.Clone(e.Fields)
		have = append(have, e)
	}
	return have
}

// union is the sorted set of both; it shares no memory with either.
func union[S ~[]E, E cmp.Ordered](a, b S) S {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// ByWeight puts first what most needs a person; the order is the same in every run that saw the same things.
func ByWeight(a, b tillwatch.Finding) int {
	return cmp.Or(
		cmp.Compare(b.Severity, a.Severity),
		cmp.Compare(b.Certainty, a.Certainty),
		cmp.Compare(a.Rule, b.Rule),
		cmp.Compare(a.Place, b.Place),
	)
}

// Next is what to do about a finding, most urgent first, in a language of [Languages].
func Next(f tillwatch.Finding, language string) []string {
	page, err := Explain(f.Rule, language)
	switch {
	case err != nil:
		return []string{fmt.Sprintf("%s has no page yet: look at the evidence and keep a copy of it.", f.Rule)}
	case f.Severity < tillwatch.Medium && len(page.NextLow.List) > 0:
		return page.NextLow.List
	}
	return page.Next.List
}
