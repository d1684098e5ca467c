package app

import (
	"context"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/pipeline"
)

// cardSearch is a job of a watch that searches the shop's files or its database for the cards of test orders: each time a
// walk with one has ended, in what changed since the time before.
type cardSearch struct {
	config CheckConfig
	guests *guests
	walked chan struct{} // a walk has ended
}

// Observe searches until its context ends.
func (s *cardSearch) Observe(ctx context.Context, t tillwatch.Target, report func(tillwatch.Observation) error) error {
	var last time.Time
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.walked:
		}
		matcher, since := s.guests.matcher()
		if matcher == nil {
			continue
		}
		if !last.IsZero() { // what was copied of earlier customers later is among what changed since
			since = last
		}
		began := time.Now()
		err := traces[t.Kind](ctx, s.config, t, matcher, since, report)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			if err := report(tillwatch.Gap{Place: t.Place, Why: "it was not searched for the card of the test order: " + err.Error()}); err != nil {
				return err
			}
		default:
			last = began
		}
	}
}

// walking tells those who search for cards when a walk has ended.
type walking struct {
	tillwatch.Sensor
	ended func()
}

// Observe walks.
func (w walking) Observe(ctx context.Context, t tillwatch.Target, report func(tillwatch.Observation) error) error {
	defer w.ended()
	return w.Sensor.Observe(ctx, t, report)
}

// searches are the jobs that search for the cards of test orders, where the shop is handed any: one for each target on the
// shop's server. They are handed the targets' own settings.
func (w *watcher) searches(at []tillwatch.Target, configs []CheckConfig) {
	for i, target := range at {
		if traces[target.Kind] == nil {
			continue
		}
		config := configs[i]
		config.StateDir, config.follow, config.behind = "", false, nil // it remembers nothing
		s := &cardSearch{config: config, guests: &w.guests, walked: make(chan struct{}, 1)}
		w.searching = append(w.searching, s)
		w.addJob(pipeline.Job{
			Name: watchKinds[kindWord(target.Kind)].word + " " + target.Place + " (card)", Target: target, Sensor: s, Every: time.Hour, Stream: true, Waits: true,
		}, config.Shopper)
	}
}

// walkEnded has the cards searched for of those who ordered.
func (w *watcher) walkEnded() {
	for _, s := range w.searching {
		select {
		case s.walked <- struct{}{}:
		default: // it is about to search anyway
		}
	}
}

func (w *watcher) addJob(j pipeline.Job, s Shopper) {
	w.shoppers[j.Name] = s
	w.jobs = append(w.jobs, j)
}
