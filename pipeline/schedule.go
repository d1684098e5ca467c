package pipeline

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/tillwatch/tillwatch"
)

// Job is one sensor that looks at one target again and again.
type Job struct {
	Name   string // unique among the jobs of a watch, and the same after a restart
	Target tillwatch.Target
	Sensor tillwatch.Sensor
	Every  time.Duration // from the beginning of one look to that of the next

	// Stream says that the sensor was asked to go on until the context ends. One that cannot looks once and returns, and
	// is then asked again like any other.
	Stream bool

	// Repeats says that before each Pass of a stream everything was reported once more, signs too: what was not is gone.
	Repeats bool

	// Waits says that an observation must be stored before the sensor goes on. It need not where the sensor remembers
	// nothing, or remembers it behind a call of [Desk.Flush].
	Waits bool
}

// Handler takes what the jobs see. Its methods are called from several goroutines, for one job one at a time; an error
// ends the watch.
type Handler interface {
	// Began is called before each look.
	Began(ctx context.Context, j Job) error
	// Observed is called for each observation. Where the job waits, it returns when it is safe to forget it.
	Observed(ctx context.Context, j Job, o tillwatch.Observation) error
	// Ended is called after each look: err says why it did not take place. A look that ended because the watch ends is
	// interrupted.
	Ended(ctx context.Context, j Job, err error, interrupted bool) error
}

// Bounds of the schedule.
const (
	// AtOnce is how many looks take place at the same time, streams not counted: the shop on the same machine goes first.
	AtOnce = 2

	firstRetry = 5 * time.Second // after a look that did not take place; doubled each time, up to the job's interval

	// A look that takes longer than both is given up: whatever hangs, the next ones must take place.
	minLimit     = time.Hour
	limitInTurns = 4 // times the interval

	grace = 30 * time.Second // how long a sensor has to return when it is told to
)

// Run lets each job look at its time until ctx ends, and gives the handler's error if that was what ended it. Intervals
// are measured by the monotonic clock: setting the machine's time moves no look. A sensor's error or panic ends that look
// and nothing else.
func Run(ctx context.Context, jobs []Job, h Handler) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	slots := make(chan struct{}, AtOnce)
	var group sync.WaitGroup
	var once sync.Once
	var failed error
	for _, j := range jobs {
		group.Go(func() {
			if err := (&turns{job: j, handler: h, slots: slots}).run(ctx); err != nil {
				once.Do(func() { failed = err })
				cancel()
			}
		})
	}
	group.Wait()
	return failed
}

// turns are the looks of one job.
type turns struct {
	job      Job
	handler  Handler
	slots    chan struct{}
	failures int
	hanging  chan struct{} // closed when a look returns that was given up; nil where there is none
}

// run gives the handler's error.
func (t *turns) run(ctx context.Context) error {
	for {
		began := time.Now()
		if t.enter(ctx) {
			err := t.look(ctx)
			t.leave()
			if err != nil {
				return err
			}
		}
		if !sleep(ctx, t.pause(time.Since(began))) {
			return nil
		}
	}
}

// enter waits for a place among those who look; a stream needs none, for it never gives it back.
func (t *turns) enter(ctx context.Context) bool {
	if t.job.Stream {
		return ctx.Err() == nil
	}
	select {
	case t.slots <- struct{}{}:
	case <-ctx.Done():
		return false
	}
	if ctx.Err() != nil {
		t.leave()
		return false
	}
	return true
}

func (t *turns) leave() {
	if !t.job.Stream {
		<-t.slots
	}
}

// pause is how long to wait after a look that took so long.
func (t *turns) pause(took time.Duration) time.Duration {
	if t.failures == 0 {
		return max(t.job.Every-took, min(t.job.Every, time.Second)) // a look longer than its interval still leaves a breath
	}
	wait := t.job.Every
	if shift := t.failures - 1; shift < 20 {
		wait = min(wait, firstRetry<<shift)
	}
	return wait - time.Duration(rand.Int64N(int64(wait)/10+1)) // those that fail together do not come back together
}

// look lets the job look once, and gives the handler's error.
func (t *turns) look(ctx context.Context) error {
	if err := t.handler.Began(ctx, t.job); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	err, handling := t.observe(ctx)
	if handling != nil {
		return handling
	}
	interrupted := ctx.Err() != nil
	if err != nil && !interrupted {
		t.failures++
	} else {
		t.failures = 0
	}
	return t.handler.Ended(context.WithoutCancel(ctx), t.job, err, interrupted)
}

// observe runs the sensor on a goroutine of its own, which is left alone where it does not return.
func (t *turns) observe(parent context.Context) (look, handling error) {
	if t.hanging != nil {
		select {
		case <-t.hanging:
			t.hanging = nil
		default:
			return fmt.Errorf("the look before has not ended yet, although it was told to"), nil
		}
	}
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	var limit <-chan time.Time
	if !t.job.Stream {
		timer := time.NewTimer(t.limit())
		defer timer.Stop()
		limit = timer.C
	}

	done := make(chan struct{})
	over := &gate{}
	var err error
	go func() {
		defer close(done)
		err = t.guarded(ctx, func(o tillwatch.Observation) error {
			return over.through(func() error {
				if e := t.handler.Observed(ctx, t.job, o); e != nil {
					if parent.Err() == nil && ctx.Err() == nil {
						handling = e
					}
					return e
				}
				return nil
			})
		})
	}()
	why := error(nil)
	select {
	case <-done:
		return err, handling
	case <-parent.Done():
	case <-limit:
		why = fmt.Errorf("it was given up after %s", t.limit())
	}
	cancel()
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-done:
		if why == nil {
			why = err
		}
		return why, handling
	case <-timer.C: // what it still reports goes nowhere
		over.close()
		t.hanging = done
		if why == nil {
			why = parent.Err()
		}
		return why, nil
	}
}

func (t *turns) limit() time.Duration { return max(minLimit, limitInTurns*t.job.Every) }

// guarded turns a panic into an error, without the values that a stack trace of a panic may show.
func (t *turns) guarded(ctx context.Context, report func(tillwatch.Observation) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("its sensor failed inside (%s); please report this", panicked(debug.Stack()))
		}
	}()
	return t.job.Sensor.Observe(ctx, t.job.Target, report)
}

// panicked is the function in which a panic began: the first behind panic itself.
func panicked(stack []byte) string {
	_, rest, found := strings.Cut(string(stack), "\npanic(")
	lines := strings.Split(rest, "\n")
	if !found || len(lines) < 4 {
		return "unknown place"
	}
	name, _, _ := strings.Cut(lines[2], "(0x")
	if i := strings.LastIndex(name, "/"); i >= 0 {
		name = name[i+1:]
	}
	name, _, _ = strings.Cut(name, "({")
	return name
}

// gate lets calls through until it is closed.
type gate struct {
	mu     sync.Mutex
	closed bool
}

func (g *gate) through(f func() error) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return context.Canceled
	}
	return f()
}

func (g *gate) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
}

// sleep waits by the monotonic clock, and says whether ctx is still there.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
