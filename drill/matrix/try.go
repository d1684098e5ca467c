package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/tillwatch/tillwatch/drill"
	"github.com/tillwatch/tillwatch/drill/technique"
)

// try tries techniques, so many at a time, and puts each into the book when it is done. What ctx interrupts is left out.
func try(ctx context.Context, o options, todo []technique.Technique, results *book) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	began := time.Now()
	queue := make(chan technique.Technique)
	unwritten := make(chan error, 1) // the first failure to write ends the run
	var workers sync.WaitGroup
	for range o.jobs {
		workers.Go(func() {
			for t := range queue {
				r := tryRow(ctx, o, t)
				if ctx.Err() != nil {
					continue
				}
				if err := results.add(r); err != nil {
					select {
					case unwritten <- err:
					default:
					}
					stop()
				}
			}
		})
	}
	for i, t := range todo {
		select {
		case queue <- t:
			fmt.Fprintf(os.Stderr, "%s  row %d %s is begun, %d of %d\n", time.Since(began).Round(time.Second), t.Row, t.Name, i+1, len(todo))
		case <-ctx.Done():
		}
	}
	close(queue)
	workers.Wait()
	select {
	case err := <-unwritten:
		return err
	default:
		return nil
	}
}

func tryRow(ctx context.Context, o options, t technique.Technique) row {
	r := row{Row: t.Row, Technique: t.Name, Layer: t.Layer, Host: t.Step3, At: time.Now().UTC().Truncate(time.Second)}
	for _, c := range t.Cases {
		if ctx.Err() != nil || !o.wants(c.Kind) {
			continue
		}
		rounds := rounds(t, c)
		switch c.Kind {
		case technique.Skimmer:
			layer := ""
			if o.onlyLayer {
				layer = t.Layer
			}
			r.Skimmer, r.LayerAlone = guarded(ctx, c, rounds, layer)
			r.FirstLook = firstLook(ctx, c, rounds)
		case technique.Evasion:
			r.Evasion, _ = guarded(ctx, c, rounds, "")
		case technique.Benign:
			r.Benign, _ = guarded(ctx, c, rounds, "")
		}
	}
	r.RowSeconds = round(time.Since(r.At).Seconds())
	r.sum()
	return r
}

// rounds is how often the shop is checked at most with this case in it. An honest twin is checked as often as the worse
// of its attacks, so that it has as many chances to raise a false alarm.
func rounds(t technique.Technique, c technique.Case) int {
	if c.Customers() > 1 || c.Kind == technique.Benign && slices.ContainsFunc(t.Cases[:], func(c technique.Case) bool { return c.Customers() > 1 }) {
		return drill.Rounds
	}
	return 1
}

// guarded tries a case at a shop with a baseline; alone is nil where no layer is named.
func guarded(ctx context.Context, c technique.Case, rounds int, layer string) (all, alone *outcome) {
	g, err := drill.TryGuarded(ctx, c, rounds, layer)
	if (err != nil || g.AloneErr != nil) && ctx.Err() == nil { // a machine may stumble, once
		say(c, "again, after: %v", errors.Join(err, g.AloneErr))
		g, err = drill.TryGuarded(ctx, c, rounds, layer)
	}
	all = judge(c, g.Honest, g.After, err)
	tell(ctx, c, "", all)
	if layer != "" {
		alone = judge(c, g.Honest, g.Alone, errors.Join(err, g.AloneErr))
		tell(ctx, c, "with "+layer+" alone: ", alone)
	}
	return all, alone
}

func firstLook(ctx context.Context, c technique.Case, rounds int) *outcome {
	t, err := drill.Try(ctx, c, rounds)
	if err != nil && ctx.Err() == nil {
		say(c, "again, after: %v", err)
		t, err = drill.Try(ctx, c, rounds)
	}
	o := judge(c, drill.Trial{}, t, err)
	tell(ctx, c, "without a baseline: ", o)
	return o
}

func tell(ctx context.Context, c technique.Case, how string, o *outcome) {
	if ctx.Err() != nil {
		return
	}
	say(c, "%s%s %s %s (%.1f s, %d checks; before %.1f s)%s", how, o.Verdict, o.FirstEvidence, o.Severity, o.Seconds, o.Checks, o.HonestSeconds, o.Error)
	for _, rule := range o.Honest {
		say(c, "ALARM BEFORE ANYTHING WAS PLANTED: %s", rule)
	}
	for _, g := range o.NotSeen {
		say(c, "not seen: %s", g)
	}
}

func say(c technique.Case, format string, values ...any) {
	fmt.Fprintf(os.Stderr, "  %s %s\n", c.ID(), fmt.Sprintf(format, values...))
}
