package pipeline

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"time"

	"github.com/tillwatch/tillwatch"
)

// looking is a look in progress.
type looking struct {
	job    Job
	began  time.Time
	run    string // Run.ID
	items  []tillwatch.Item
	oldest time.Time // when the first of items was reported
	scopes []string  // those that were seen whole
	seen   map[key]bool
	gaps   int
	passed bool // it has said once that it saw everything there is

	// The same since it said so last, where it repeats itself.
	lately   map[key]bool
	lateGaps int
}

const notLooked = "watch/not-looked"

// begin notes a look, and says so where there should have been one before.
func (d *Desk) begin(j Job) {
	now := time.Now()
	l := &looking{job: j, began: now, seen: map[key]bool{}, lately: map[key]bool{}, run: "R-" + now.UTC().Format("20060102T150405Z") + "-" + rand.Text()[:6]}
	d.looks[j.Name] = l
	last, before := d.looked[j.Name]
	allowed := 2*j.Every + pulse
	if j.Stream && !d.returns[j.Name] {
		allowed = 5 * pulse
	}
	if missed := now.Sub(last); before && missed > allowed {
		d.sign(l, tillwatch.Sign{
			Rule: notLooked, Severity: tillwatch.Low, Certainty: tillwatch.Certain, Place: placeOf(j, ""), Since: last.Round(0), Count: 1,
			Summary: fmt.Sprintf("Nobody looked from %s to %s (UTC): the watch was not running, the machine stood still, or a look took too long.",
				last.UTC().Format("2006-01-02 15:04"), now.UTC().Format("2006-01-02 15:04")),
		})
		delete(l.seen, key{notLooked, placeOf(j, "")}) // and now somebody looks
		delete(l.lately, key{notLooked, placeOf(j, "")})
	}
}

// observe takes one observation of a look.
func (d *Desk) observe(ctx context.Context, l *looking, o tillwatch.Observation) {
	switch o := o.(type) {
	case tillwatch.Item:
		if len(l.items) == 0 {
			l.oldest = time.Now()
		}
		if l.items = append(l.items, o); len(l.items) >= maxItems {
			d.compare(ctx, l, nil, false)
		}
	case tillwatch.Sign:
		d.sign(l, o)
	case tillwatch.Gap:
		l.gaps++
		l.lateGaps++
		d.sign(l, tillwatch.Sign{
			Rule: notLooked, Severity: tillwatch.Low, Certainty: tillwatch.Certain, Place: placeOf(l.job, o.Place), Count: 1,
			Summary: "Not everything could be looked at: " + o.Why,
		})
	case tillwatch.Pass:
		if !l.job.Stream {
			l.scopes = append(l.scopes, o.Scope)
			return
		}
		d.compare(ctx, l, []string{o.Scope}, true)
		d.sawTo(l.job.Name, time.Now())
		switch {
		case l.job.Repeats:
			d.sweep(l, l.lately, func(f *finding) bool { return l.lateGaps == 0 || f.Rule == notLooked })
			l.lately, l.lateGaps = map[key]bool{}, 0
		case !l.passed && l.gaps == 0: // it works again, whatever stopped it before
			d.sweep(l, l.seen, func(f *finding) bool { return f.Rule == notLooked })
		}
		l.passed = true
	}
}

// end takes what a look has left and, where it saw everything, calls gone what it did not find.
func (d *Desk) end(ctx context.Context, l *looking, err error, interrupted bool) {
	delete(d.looks, l.job.Name)
	d.returns[l.job.Name] = !interrupted
	if err != nil && !interrupted {
		d.sign(l, tillwatch.Sign{
			Rule: notLooked, Severity: tillwatch.Medium, Certainty: tillwatch.Certain, Place: placeOf(l.job, ""), Count: d.failures(l) + 1,
			Summary: "The look did not take place: " + err.Error(),
		})
	}
	d.compare(ctx, l, l.scopes, !interrupted && err == nil)
	switch {
	case interrupted && l.job.Stream:
		d.sawTo(l.job.Name, time.Now())
	case interrupted || err != nil:
	default:
		d.sawTo(l.job.Name, time.Now())
		d.sweep(l, l.seen, func(f *finding) bool { return l.gaps == 0 || f.Rule == notLooked })
	}
}

// failures is how many looks of this job have failed one after the other.
func (d *Desk) failures(l *looking) int {
	f := d.found[key{notLooked, placeOf(l.job, "")}]
	if f == nil || !f.Gone.IsZero() || f.Severity < tillwatch.Medium {
		return 0
	}
	return f.Count
}

// sweep calls gone what this job found before and has not seen now.
func (d *Desk) sweep(l *looking, seen map[key]bool, meant func(*finding) bool) {
	for _, k := range d.keys() {
		f := d.found[k]
		i := slices.Index(f.Jobs, l.job.Name)
		if i < 0 || seen[k] || !f.Gone.IsZero() || !meant(f) {
			continue
		}
		f.Jobs = slices.Delete(slices.Clone(f.Jobs), i, i+1)
		d.batch.touch(k)
		if len(f.Jobs) > 0 {
			continue
		}
		f.Jobs = []string{l.job.Name}
		f.Gone = time.Now().UTC()
		if f.Told > 0 {
			d.batch.changed = append(d.batch.changed, change{k, Gone})
		}
	}
}

// runEvery is how often a job's look is written down as evidence that it took place: a stream passes every few seconds.
const runEvery = 5 * time.Minute

// compare holds the items of a look against the inventory. whole says that the look is complete with these.
func (d *Desk) compare(ctx context.Context, l *looking, scopes []string, whole bool) {
	var run *tillwatch.Run
	now := time.Now()
	if last, before := d.runs[l.job.Name]; whole && (!before || now.Sub(last) >= runEvery) {
		d.runs[l.job.Name] = now
		run = &tillwatch.Run{
			ID: l.run, Shop: d.config.Shop, Started: l.began.UTC(), Took: now.Sub(l.began), Places: []string{l.job.Target.Place},
			Program: d.config.Program, NotSeen: l.gaps, Complete: l.gaps == 0, Findings: d.serious(l),
		}
		l.run = "R-" + now.UTC().Format("20060102T150405Z") + "-" + rand.Text()[:6] // the next part of a stream
	}
	if run == nil && len(l.items) == 0 && len(scopes) == 0 {
		return
	}
	look := d.config.Judgement(l.job)
	look.Run, look.At, look.Items, look.Scopes = l.run, now.UTC(), l.items, scopes
	if run != nil {
		look.Run = run.ID
	}
	l.items = nil
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	out, err := Compare(ctx, d.config.Store, d.config.Shop, look, run)
	for _, sign := range out.Signs {
		if d.config.Tells == nil || d.config.Tells(l.job, sign) {
			d.sign(l, sign)
		}
	}
	if err != nil {
		l.gaps++
		l.lateGaps++
		d.sign(l, tillwatch.Sign{
			Rule: notLooked, Severity: tillwatch.Medium, Certainty: tillwatch.Certain, Place: placeOf(l.job, "") + " (inventory)", Count: 1,
			Summary: "What was seen was not compared with the inventory, or not written there: " + err.Error(),
		})
	}
}

func (d *Desk) serious(l *looking) int {
	n := 0
	for k := range l.seen {
		if f := d.found[k]; f != nil && f.Severity >= tillwatch.Medium && f.Rule != notLooked {
			n++
		}
	}
	return n
}

func placeOf(j Job, place string) string {
	if place == "" {
		return j.Target.Place
	}
	return place
}
