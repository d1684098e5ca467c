package pipeline

import (
	"context"
	"errors"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/inventory"
	"github.com/tillwatch/tillwatch/store"
)

// DeskConfig says whose shop is watched and how what is seen of it is judged.
type DeskConfig struct {
	Shop     string
	Program  string // version of the program
	Language string // of what to do next
	Store    *store.Store

	Judgement func(Job) inventory.Look                      // what the inventory may know besides what was seen
	Own       func(host string) bool                        // the shop's own hosts
	Tells     func(Job, tillwatch.Sign) bool                // what the inventory says is told of; nil: all
	Hidden    func(f tillwatch.Finding, now time.Time) bool // what the operator has decided not to be told; nil: nothing
	Since     func(tillwatch.Sign) time.Time                // since when a sign is known from elsewhere; nil: as it says

	Added   func()      // called when lines were stored that are to be told; nil: nobody waits for them
	Trouble func(error) // called when nothing can be stored at the moment, and it is tried again; nil tells nobody
}

// Desk takes what the jobs see, and makes of it what is told: each finding once, and again only where it is worse, seen
// twice as often, or back after it was gone. What is told is stored before anybody hears of it. A Desk is a [Handler].
type Desk struct {
	config  DeskConfig
	queue   chan entry
	stopped chan struct{} // closed when Run returns
	failed  error         // why it did; to be read only then

	// What follows belongs to Run.

	looks  map[string]*looking // by job
	found  map[key]*finding
	cases  []tillwatch.Incident // in the order in which they were told
	looked map[string]time.Time // when each job last looked; with the monotonic clock where that was in this process
	runs   map[string]time.Time // when a look was last written down as evidence, by job
	batch  batch

	returns map[string]bool // whether the last look of a job ended by itself
}

// entry is one thing on its way to the desk.
type entry struct {
	what        step
	job         Job
	observation tillwatch.Observation
	err         error
	interrupted bool
	done        chan error // gets one value when it is stored; nil: nobody waits
}

type step int

const (
	began step = iota
	observed
	ended
	flushed
)

// Bounds of the desk.
const (
	queued      = 1024
	maxBatch    = 512         // entries that are stored together
	maxItems    = 50_000      // of one look, before they are compared
	itemsWait   = time.Second // how long items of a stream wait for more
	maxFindings = 10_000      // of a shop
	goneKept    = 90 * 24 * time.Hour
	pulse       = time.Minute // how often streams are noted to be alive
)

// NewDesk reads what is remembered of the shop.
func NewDesk(ctx context.Context, c DeskConfig) (*Desk, error) {
	w, err := c.Store.Watched(ctx, c.Shop)
	if err != nil {
		return nil, err
	}
	d := &Desk{
		config: c, queue: make(chan entry, queued), stopped: make(chan struct{}),
		looks: map[string]*looking{}, found: map[key]*finding{}, cases: w.Incidents, looked: w.Looked, runs: map[string]time.Time{}, returns: map[string]bool{},
	}
	for _, f := range w.Findings {
		d.found[key{f.Rule, f.Place}] = &finding{Finding: f}
	}
	return d, nil
}

// Began implements [Handler].
func (d *Desk) Began(ctx context.Context, j Job) error {
	return d.hand(ctx, entry{what: began, job: j})
}

// Observed implements [Handler].
func (d *Desk) Observed(ctx context.Context, j Job, o tillwatch.Observation) error {
	e := entry{what: observed, job: j, observation: o}
	if _, item := o.(tillwatch.Item); j.Waits && !item {
		e.done = make(chan error, 1)
	}
	return d.hand(ctx, e)
}

// Flush returns when everything that was handed over before is stored, but for the items of looks that end: those look at
// everything again.
func (d *Desk) Flush(ctx context.Context) error {
	return d.hand(ctx, entry{what: flushed, done: make(chan error, 1)})
}

// Ended implements [Handler].
func (d *Desk) Ended(ctx context.Context, j Job, err error, interrupted bool) error {
	return d.hand(ctx, entry{what: ended, job: j, err: err, interrupted: interrupted, done: make(chan error, 1)})
}

func (d *Desk) hand(ctx context.Context, e entry) error {
	select {
	case d.queue <- e:
	case <-d.stopped:
		return d.failed
	case <-ctx.Done():
		return ctx.Err()
	}
	if e.done == nil {
		return nil
	}
	select { // not ctx: it is being stored
	case err := <-e.done:
		return err
	case <-d.stopped:
		return d.failed
	}
}

var errClosed = errors.New("the watch has ended")

// Run takes what is handed over until over is closed, which says that all jobs have ended; what they saw last is stored
// first. Once ctx has ended it no longer waits for a store that cannot be written.
func (d *Desk) Run(ctx context.Context, over <-chan struct{}) (err error) {
	defer func() {
		d.failed = err
		if err == nil {
			d.failed = errClosed
		}
		close(d.stopped)
	}()
	beat := time.NewTicker(pulse)
	defer beat.Stop()
	for ended := false; !ended; {
		wait := time.NewTimer(d.itemsDue())
		select {
		case e := <-d.queue:
			d.take(ctx, e)
		case <-wait.C:
		case <-beat.C:
			d.alive()
		case <-over:
			ended = true
		}
		wait.Stop()
		d.takeWaiting(ctx)
		d.compareDue(ctx)
		if err := d.settle(ctx); err != nil {
			return err
		}
	}
	return nil
}

// takeWaiting takes what else is there already, so that it is stored in one go.
func (d *Desk) takeWaiting(ctx context.Context) {
	for range maxBatch {
		select {
		case e := <-d.queue:
			d.take(ctx, e)
		default:
			return
		}
	}
}

func (d *Desk) take(ctx context.Context, e entry) {
	if e.done != nil {
		d.batch.waiting = append(d.batch.waiting, e.done)
	}
	switch l := d.looks[e.job.Name]; {
	case e.what == flushed:
		for _, l := range d.looks {
			if l.job.Stream && len(l.items) > 0 {
				d.compare(ctx, l, nil, false)
			}
		}
	case e.what == began:
		d.begin(e.job)
	case l == nil: // a sensor that reports after its look was given up
	case e.what == ended:
		d.end(ctx, l, e.err, e.interrupted)
	default:
		d.observe(ctx, l, e.observation)
	}
}

// itemsDue is how long until items of a stream have waited long enough.
func (d *Desk) itemsDue() time.Duration {
	due := time.Hour
	for _, l := range d.looks {
		if l.job.Stream && len(l.items) > 0 {
			due = min(due, itemsWait-time.Since(l.oldest))
		}
	}
	return max(due, 0)
}

func (d *Desk) compareDue(ctx context.Context) {
	for _, l := range d.looks {
		if l.job.Stream && len(l.items) > 0 && time.Since(l.oldest) >= itemsWait {
			d.compare(ctx, l, nil, false)
		}
	}
}

// alive notes that streams are there, so that after a restart it is known since when nobody looked.
func (d *Desk) alive() {
	for name, l := range d.looks {
		if l.job.Stream {
			d.sawTo(name, time.Now())
		}
	}
}

func (d *Desk) sawTo(job string, at time.Time) {
	d.looked[job] = at
	if d.batch.looked == nil {
		d.batch.looked = map[string]time.Time{}
	}
	d.batch.looked[job] = at
}

// Incidents are those of the shop, in the order in which they were told. Not for use while Run runs.
func (d *Desk) Incidents() []tillwatch.Incident { return d.cases }
