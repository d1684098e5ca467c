package pipeline

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tillwatch/tillwatch"
)

// scripted is a sensor that does what it is told to.
type scripted func(ctx context.Context, report func(tillwatch.Observation) error) error

func (s scripted) Observe(ctx context.Context, _ tillwatch.Target, report func(tillwatch.Observation) error) error {
	return s(ctx, report)
}

// notes writes down what a schedule does.
type notes struct {
	mu    sync.Mutex
	began map[string][]time.Duration // since the start, by job
	ended map[string][]error
	seen  map[string]int
	start time.Time
	fail  error
}

func newNotes() *notes {
	return &notes{began: map[string][]time.Duration{}, ended: map[string][]error{}, seen: map[string]int{}, start: time.Now()}
}

func (n *notes) Began(_ context.Context, j Job) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.began[j.Name] = append(n.began[j.Name], time.Since(n.start))
	return n.fail
}

func (n *notes) Observed(_ context.Context, j Job, _ tillwatch.Observation) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.seen[j.Name]++
	return nil
}

func (n *notes) Ended(_ context.Context, j Job, err error, interrupted bool) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !interrupted {
		n.ended[j.Name] = append(n.ended[j.Name], err)
	}
	return nil
}

// runFor runs jobs for a time that passes only here.
func runFor(t *testing.T, d time.Duration, n *notes, jobs ...Job) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	return Run(ctx, jobs, n)
}

func quick(context.Context, func(tillwatch.Observation) error) error { return nil }

func TestEachJobLooksAtItsTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNotes()
		slow := scripted(func(context.Context, func(tillwatch.Observation) error) error {
			time.Sleep(2 * time.Minute)
			return nil
		})
		err := runFor(t, 63*time.Minute, n,
			Job{Name: "quick", Sensor: scripted(quick), Every: 10 * time.Minute}, Job{Name: "slow", Sensor: slow, Every: 15 * time.Minute})
		if err != nil {
			t.Error(err)
		}
		if got := n.began["quick"]; len(got) != 7 || got[6] != time.Hour {
			t.Errorf("quick looked at %v", got)
		}
		if got := n.began["slow"]; len(got) != 5 || got[1] != 15*time.Minute { // from beginning to beginning
			t.Errorf("slow looked at %v", got)
		}
	})
}

func TestAFailedLookIsTriedAgainSoonerAndThenLater(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNotes()
		tries := 0
		sensor := scripted(func(context.Context, func(tillwatch.Observation) error) error {
			if tries++; tries <= 6 {
				return errors.New("down")
			}
			return nil
		})
		if err := runFor(t, 40*time.Minute, n, Job{Name: "j", Sensor: sensor, Every: time.Minute}); err != nil {
			t.Error(err)
		}
		at := n.began["j"]
		if at[1] > firstRetry || at[1] < firstRetry*9/10 || at[2]-at[1] > 2*firstRetry || at[2]-at[1] < firstRetry {
			t.Errorf("looked at %v", at[:4])
		}
		for i := 5; i < len(at); i++ {
			if at[i]-at[i-1] > time.Minute {
				t.Errorf("waits longer than its interval: %v", at)
			}
		}
		if n.ended["j"][5] == nil || n.ended["j"][6] != nil {
			t.Errorf("ended %v", n.ended["j"][:8])
		}
	})
}

func TestAPanicEndsOneLookAndShowsNoValue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNotes()
		sensor := scripted(func(context.Context, func(tillwatch.Observation) error) error { panic("4111111111111111 in here") })
		if err := runFor(t, time.Hour, n, Job{Name: "bad", Sensor: sensor, Every: time.Minute}, Job{Name: "good", Sensor: scripted(quick), Every: time.Minute}); err != nil {
			t.Error(err)
		}
		if len(n.ended["good"]) < 60 || len(n.ended["bad"]) < 50 {
			t.Errorf("%d good looks, %d bad ones", len(n.ended["good"]), len(n.ended["bad"]))
		}
		if got := n.ended["bad"][0]; got == nil || strings.Contains(got.Error(), "4111") || !strings.Contains(got.Error(), "pipeline.TestAPanic") {
			t.Errorf("it says %v", got)
		}
	})
}

func TestALookThatHangsIsGivenUpAndOthersGoOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNotes()
		release := make(chan struct{})
		deaf := scripted(func(context.Context, func(tillwatch.Observation) error) error { <-release; return nil })
		jobs := []Job{{Name: "deaf", Sensor: deaf, Every: time.Minute}, {Name: "deaf too", Sensor: deaf, Every: time.Minute}, {Name: "good", Sensor: scripted(quick), Every: time.Minute}}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Hour)
		defer cancel()
		if err := Run(ctx, jobs, n); err != nil {
			t.Error(err)
		}
		if len(n.ended["good"]) < 3*60 {
			t.Errorf("%d good looks beside two that hang", len(n.ended["good"]))
		}
		ends := n.ended["deaf"]
		if len(ends) < 2 || ends[0] == nil || !strings.Contains(ends[0].Error(), "given up after 1h") || !strings.Contains(ends[1].Error(), "has not ended yet") {
			t.Errorf("ended %v", ends)
		}
		close(release)
	})
}

func TestAStreamGoesOnUntilTheEndAndTakesNoPlace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNotes()
		stream := scripted(func(ctx context.Context, report func(tillwatch.Observation) error) error {
			for {
				if err := report(tillwatch.Pass{}); err != nil {
					return err
				}
				select {
				case <-ctx.Done():
					return ctx.Err()
				case <-time.After(time.Minute):
				}
			}
		})
		var jobs []Job
		for _, name := range []string{"a", "b", "c"} {
			jobs = append(jobs, Job{Name: name, Sensor: stream, Every: time.Minute, Stream: true})
		}
		jobs = append(jobs, Job{Name: "good", Sensor: scripted(quick), Every: time.Minute})
		if err := runFor(t, 10*time.Hour, n, jobs...); err != nil {
			t.Error(err)
		}
		if len(n.began["a"]) != 1 || n.seen["a"] < 600 || len(n.ended["a"]) != 0 || len(n.ended["good"]) < 600 {
			t.Errorf("%d streams, %d passes, %v, %d looks beside", len(n.began["a"]), n.seen["a"], n.ended["a"], len(n.ended["good"]))
		}
	})
}

func TestTheHandlersErrorEndsTheWatch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNotes()
		n.fail = errors.New("full")
		if err := runFor(t, time.Hour, n, Job{Name: "j", Sensor: scripted(quick), Every: time.Minute}); !errors.Is(err, n.fail) {
			t.Errorf("ended with %v", err)
		}
	})
}
