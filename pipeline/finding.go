package pipeline

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/store"
	"github.com/tillwatch/tillwatch/triage"
)

type key struct{ rule, place string }

// finding is a finding as it is stored.
type finding struct{ store.Finding }

// change is a finding of which something is to be told.
type change struct {
	key
	why Why
}

// batch is what was decided since anything was stored last.
type batch struct {
	changed []change
	dirty   map[key]bool // findings that are not as they are stored
	looked  map[string]time.Time
	waiting []chan error
}

// sign takes a sign that a look found, and decides whether it is told.
func (d *Desk) sign(l *looking, s tillwatch.Sign) {
	now := time.Now().UTC()
	if s.Since.IsZero() {
		s.Since = now
	}
	if d.config.Since != nil {
		if known := d.config.Since(s); !known.IsZero() && known.Before(s.Since) {
			s.Since = known
		}
	}
	s.Since = s.Since.UTC().Round(0)
	k := key{s.Rule, s.Place}
	l.seen[k], l.lately[k] = true, true
	f := d.found[k]
	if f == nil {
		f = &finding{}
		d.found[k] = f
	}
	returned := !f.Gone.IsZero()
	if returned { // its evidence and severity are those of now
		f.Finding = store.Finding{
			Finding: tillwatch.Finding{Since: f.Since, Incident: f.Incident}, Told: f.Told, ToldOf: f.ToldOf,
		}
	}
	f.Finding.Finding = triage.Merge(f.Finding.Finding, s)
	f.Last, f.Count = now, max(f.Count, s.Count, 1)
	if !slices.Contains(f.Jobs, l.job.Name) {
		f.Jobs = append(slices.Clone(f.Jobs), l.job.Name)
		slices.Sort(f.Jobs)
		d.batch.touch(k)
	}
	f.Hidden = d.config.Hidden != nil && d.config.Hidden(f.Finding.Finding, now)
	why := Why("")
	switch {
	case f.Hidden:
	case f.Told == 0:
		why = New
	case returned:
		why = Back
	case f.Severity > f.Told:
		why = Worse
	case f.Count >= 2*f.ToldOf:
		why = More
	}
	if why != "" || returned {
		d.batch.touch(k)
	}
	if why != "" {
		f.Told, f.ToldOf = f.Severity, f.Count
		d.batch.changed = append(d.batch.changed, change{k, why})
	}
}

// settle stores what was decided, tells those who wait that it is, and lets it be told. Where nothing can be stored it
// tries until it can or ctx ends, and nobody is told of anything until then.
func (d *Desk) settle(ctx context.Context) error {
	b := d.batch
	d.batch = batch{}
	if len(b.changed) > 0 || len(b.dirty) > 0 || b.looked != nil {
		if err := d.save(ctx, b); err != nil {
			return err
		}
	}
	for _, done := range b.waiting {
		done <- nil
	}
	return nil
}

func (b *batch) touch(k key) {
	if b.dirty == nil {
		b.dirty = map[key]bool{}
	}
	b.dirty[k] = true
}

func (d *Desk) save(ctx context.Context, b batch) error {
	now := time.Now().UTC()
	add := store.Watching{Looked: b.looked}
	cases := d.cases
	if len(b.changed) > 0 {
		d.forgetOld(now, b.changed, &add)
		cases = d.join(&b)
	}
	events := d.events(now, b.changed, cases)
	for _, e := range events {
		body, err := json.Marshal(e)
		if err != nil {
			return err
		}
		add.Lines = append(add.Lines, store.Line{At: now, Body: body})
	}
	for i, incident := range cases {
		if i >= len(d.cases) || differ(incident, d.cases[i]) {
			add.Incidents = append(add.Incidents, incident)
		}
	}
	for k := range b.dirty {
		if f := d.found[k]; f != nil {
			add.Findings = append(add.Findings, f.Finding)
		}
	}
	d.cases = cases
	if err := d.persist(ctx, add); err != nil {
		return err
	}
	if len(events) > 0 && d.config.Added != nil {
		d.config.Added()
	}
	return nil
}

// persist writes, and does not give up: a full disk is a reason to wait, not to be blind afterwards.
func (d *Desk) persist(ctx context.Context, add store.Watching) error {
	for wait := time.Second; ; wait = min(2*wait, time.Minute) {
		patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		_, err := d.config.Store.Watch(patience, d.config.Shop, add)
		cancel()
		if err == nil {
			return nil
		}
		if d.config.Trouble != nil {
			d.config.Trouble(err)
		}
		if !sleep(ctx, wait) { // the watch ends
			return err
		}
	}
}

// join sorts all findings into incidents, and gives these.
func (d *Desk) join(b *batch) []tillwatch.Incident {
	var all []tillwatch.Finding
	for _, k := range d.keys() {
		if f := d.found[k]; f.Told > 0 && !f.Hidden {
			all = append(all, f.Finding.Finding)
		}
	}
	cases := triage.Join(d.config.Shop, all, d.cases, d.config.Own)
	for _, f := range all {
		if have := d.found[key{f.Rule, f.Place}]; have.Incident != f.Incident {
			have.Incident = f.Incident
			b.touch(key{f.Rule, f.Place})
		}
	}
	return cases
}

// events are what is told of a change: the findings, and then what became of the incidents.
func (d *Desk) events(now time.Time, changed []change, cases []tillwatch.Incident) []Event {
	var events []Event
	for i, c := range changed {
		of := func(o change) bool { return o.key == c.key && o.why != Gone }
		if c.why != Gone && slices.ContainsFunc(changed[i+1:], of) {
			continue // what changed twice is told once
		}
		if c.why != Gone && slices.ContainsFunc(changed[:i], func(o change) bool { return of(o) && o.why == New }) {
			c.why = New
		}
		f := d.found[c.key].Finding.Finding
		f.Next = triage.Next(f, d.config.Language)
		events = append(events, Event{At: now, Event: AFinding, Why: c.why, Shop: d.config.Shop, Finding: &f})
	}
	for i, incident := range cases {
		why := Opened
		switch {
		case i >= len(d.cases):
		case incident.Into != d.cases[i].Into:
			why = Joined
		case differ(incident, d.cases[i]):
			why = Grown
		default:
			continue
		}
		if n := len(incident.Timeline); n > maxTimeline {
			incident.Timeline = slices.Concat(incident.Timeline[:maxTimeline/2], incident.Timeline[n-maxTimeline/2:])
		}
		events = append(events, Event{At: now, Event: AnIncident, Why: why, Shop: d.config.Shop, Incident: &incident})
	}
	return events
}

// maxTimeline is how much of an incident's timeline is told; all of it is kept.
const maxTimeline = 400

func differ(a, b tillwatch.Incident) bool {
	return a.Severity != b.Severity || a.Into != b.Into || !a.Opened.Equal(b.Opened) || !slices.Equal(a.Timeline, b.Timeline)
}

// forgetOld forgets what has been gone for long and, beyond the bound, what matters least.
func (d *Desk) forgetOld(now time.Time, changed []change, add *store.Watching) {
	forget := func(k key) {
		add.Forget = append(add.Forget, d.found[k].Finding)
		delete(d.found, k)
	}
	told := func(k key) bool { return slices.ContainsFunc(changed, func(c change) bool { return c.key == k }) }
	for k, f := range d.found {
		if !f.Gone.IsZero() && now.Sub(f.Gone) > goneKept && !told(k) {
			forget(k)
		}
	}
	if len(d.found) <= maxFindings {
		return
	}
	keys := d.keys()
	slices.SortStableFunc(keys, func(a, b key) int {
		f, g := d.found[a], d.found[b]
		here := func(f *finding) int {
			if f.Gone.IsZero() {
				return 1
			}
			return 0
		}
		return cmp.Or(cmp.Compare(here(f), here(g)), cmp.Compare(f.Severity, g.Severity), f.Last.Compare(g.Last))
	})
	for _, k := range keys[:len(keys)-maxFindings] {
		if !told(k) {
			forget(k)
		}
	}
}

func (d *Desk) keys() []key {
	keys := make([]key, 0, len(d.found))
	for k := range d.found {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b key) int { return cmp.Or(strings.Compare(a.rule, b.rule), strings.Compare(a.place, b.place)) })
	return keys
}
