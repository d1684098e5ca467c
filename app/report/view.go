package report

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/triage"
)

// view is a finding in the reader's words, as text and HTML show it. Its texts still hold whatever the shop put in.
type view struct {
	tillwatch.Finding
	Label        string // severity
	Headline     string // the rule's title
	Sure         string
	When         string
	Whose        string   // fields or kinds of data, and how many people
	Destinations []string // where it goes, without repetition
	Ways         []string // script and position
}

func (t *translator) view(f tillwatch.Finding, o Options) view {
	w := t.words
	f.Summary = t.say(f.Summary)
	v := view{
		Finding:  f,
		Label:    w.Severities[f.Severity],
		Headline: headline(f.Rule, o.Language, f.Summary),
		Sure:     w.Certainties[f.Certainty],
		When:     fmt.Sprintf("%s (%s)", moment(f.Since, o.Zone), w.FirstSeen),
	}
	var fields []string
	for _, e := range f.Evidence {
		fields = append(fields, e.Fields...)
		v.Destinations = appendNew(v.Destinations, e.Destination)
		if e.Destination != "" || e.Line > 0 {
			v.Ways = appendNew(v.Ways, w.Position(e))
		}
	}
	if len(fields) == 0 {
		fields = f.Data
	}
	v.Whose = w.FieldList(fields)
	if f.Subjects != (tillwatch.Subjects{}) {
		v.Whose += "; " + fmt.Sprintf(w.Subjects, f.Subjects.Min, f.Subjects.Max)
	}
	return v
}

// Position is where to look: the place, and line and column where there are any.
func (w *words) Position(e tillwatch.Evidence) string {
	if e.Where == "" || e.Line == 0 {
		return e.Where
	}
	if e.Column == 0 {
		return fmt.Sprintf("%s "+w.Line, e.Where, e.Line)
	}
	return fmt.Sprintf("%s "+w.LineColumn, e.Where, e.Line, e.Column)
}

// FieldList names form fields in the reader's words, those first that do most harm.
func (w *words) FieldList(fields []string) string {
	harm := func(field string) int {
		order := []string{"card.number", "card.code", "card.expiry", "card.holder", "card", "password", "name", "email", "e-mail", "phone", "address"}
		if i := slices.Index(order, field); i >= 0 {
			return i
		}
		return len(order)
	}
	fields = slices.Clone(fields)
	slices.SortStableFunc(fields, func(a, b string) int { return harm(a) - harm(b) })
	var names []string
	for _, field := range fields {
		names = appendNew(names, w.field(field))
	}
	return strings.Join(names, ", ")
}

// verdict is the one line that a reader in a hurry needs.
func (w *words) verdict(r *Report) string {
	form := w.VerdictNothing
	switch worst := r.Worst(); {
	case worst == tillwatch.Critical:
		form = w.VerdictLeak
	case worst >= tillwatch.Medium:
		form = w.VerdictWrong
	case r.blind():
		form = w.VerdictBlind
	case len(r.NotSeen) > 0 || r.Interrupted:
		form = w.VerdictGaps
	case worst > 0:
		form = w.VerdictMinor
	}
	return fmt.Sprintf(form, r.shops())
}

// blind says that nothing at all was seen: the shop did not open.
func (r *Report) blind() bool {
	walked := slices.ContainsFunc(r.Targets, func(t Target) bool { return len(t.Steps) > 0 })
	return len(r.NotSeen) > 0 && !walked && len(r.Items) == 0 && len(r.Findings) == 0
}

// shops names what was looked at: a storefront by its host and port.
func (r *Report) shops() string {
	var names []string
	for _, t := range r.Targets {
		name := t.Place
		if u, err := url.Parse(t.Place); err == nil && u.Host != "" {
			name = u.Host
		}
		names = appendNew(names, name)
	}
	return strings.Join(names, ", ")
}

// notes are what every report says besides: what was hidden and what has expired.
func (w *words) notes(r *Report) []string {
	var notes []string
	if r.Hidden > 0 {
		notes = append(notes, fmt.Sprintf(w.Suppressed, r.Hidden))
	}
	if r.Expired > 0 {
		notes = append(notes, fmt.Sprintf(w.Expired, r.Expired))
	}
	typed := func(t Target) bool { return t.Kind == tillwatch.KindPage && len(t.Steps) > 0 }
	ordered := func(t Target) bool {
		return slices.ContainsFunc(t.Steps, func(s Step) bool { return s.Name == "order" })
	}
	paid := slices.ContainsFunc(r.Targets, func(t Target) bool {
		return slices.ContainsFunc(t.Steps, func(s Step) bool { return s.Name == "paid" })
	})
	if paid {
		notes = append(notes, w.Paid)
	}
	switch {
	case slices.ContainsFunc(r.Targets, ordered):
		notes = append(notes, w.Ordered)
	case !paid && slices.ContainsFunc(r.Targets, typed):
		notes = append(notes, w.Disclaimer)
	}
	return notes
}

// headline is the title of a rule's page.
func headline(rule, language, otherwise string) string {
	page, err := triage.Explain(rule, language)
	if err != nil {
		return otherwise
	}
	return page.Title
}

func moment(t time.Time, zone *time.Location) string {
	return t.In(zone).Format("2006-01-02 15:04:05 MST")
}

func appendNew(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
