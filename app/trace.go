package app

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/canary"
	"github.com/tillwatch/tillwatch/sensor/files"
)

// guests are the customers who do not exist and have ordered: those whom a walk let order hand themselves in here, and
// whoever searches the shop's server asks for all of them. What they typed does not come out: there is only a matcher of it.
// Safe for concurrent use. The zero value has none.
type guests struct {
	mu   sync.Mutex
	sets []canary.Set
}

// maxGuests bounds what a program remembers that lets one order every day.
const maxGuests = 32

func (g *guests) add(s canary.Set) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sets = append(g.sets, s)
	g.sets = g.sets[max(0, len(g.sets)-maxGuests):]
}

// matcher finds all of them, and says since when the first of them was there; nil where nobody has ordered.
func (g *guests) matcher() (*canary.Matcher, time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.sets) == 0 {
		return nil, time.Time{}
	}
	first := slices.MinFunc(g.sets, func(a, b canary.Set) int { return a.Minted.Compare(b.Minted) })
	return canary.NewMatcher(g.sets...), first.Minted
}

// clockSlack is how far the clock of a file server may go behind this machine's.
const clockSlack = time.Minute

// traces look for the card of a test order on the shop's own server, one for each kind of target.
var traces = map[tillwatch.Kind]func(ctx context.Context, c CheckConfig, t tillwatch.Target, m *canary.Matcher, since time.Time, report func(tillwatch.Observation) error) error{
	tillwatch.KindFiles: func(ctx context.Context, c CheckConfig, t tillwatch.Target, m *canary.Matcher, since time.Time, report func(tillwatch.Observation) error) error {
		far, err := c.SSH.files(c.Targets, c.Shopper.Env, nil)
		if err != nil {
			return err
		}
		return files.Trace(ctx, files.TraceConfig{Since: since.Add(-clockSlack), Far: far}, t, m, report)
	},
	tillwatch.KindDatabase: func(ctx context.Context, c CheckConfig, t tillwatch.Target, m *canary.Matcher, _ time.Time, report func(tillwatch.Observation) error) error {
		return SearchDatabase(ctx, c, t, m, report)
	},
}

// traceable says that a test order of the storefront among the targets is to be followed to the shop's server.
func traceable(c CheckConfig) bool {
	targets, err := ParseTargets(c.Targets)
	return err == nil && c.Shopper.PlaceTestOrder && slices.ContainsFunc(targets, func(t tillwatch.Target) bool { return traces[t.Kind] != nil })
}

// trace searches each target for the cards of those who ordered during the check.
func (l *look) trace(ctx context.Context) {
	matcher, since := l.guests.matcher()
	if matcher == nil {
		return
	}
	for _, target := range l.targets {
		search := traces[target.Kind]
		if search == nil || ctx.Err() != nil {
			continue
		}
		l.progress(Progress{Target: target.Place, Text: "searching for the card of the test order", Place: target.Place})
		err := search(ctx, l.config, target, matcher, since, func(o tillwatch.Observation) error {
			l.observe(target, o)
			return nil
		})
		if err != nil && ctx.Err() == nil {
			l.observe(target, tillwatch.Gap{Place: target.Place, Why: "it was not searched for the card of the test order: " + err.Error()})
		}
	}
}
