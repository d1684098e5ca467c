package drill

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/app"
	"github.com/tillwatch/tillwatch/drill/technique"
)

// Trial is what an ordinary check said about one case of the benchmark.
type Trial struct {
	Case    string
	Alarms  []tillwatch.Finding // above low, worst first
	Named   bool                // an alarm names a place where the case was planted, with a line
	NotSeen []tillwatch.Gap
	Seconds float64 // of the check
}

// provider is the demonstration shop's own payment provider, which its operator would authorise.
const provider = "pay.localhost"

// Try opens a shop, plants the case and checks it as a user would.
func Try(ctx context.Context, c technique.Case) (t Trial, err error) {
	t.Case = c.ID()
	stage, err := c.Open(ctx)
	if err != nil {
		return t, err
	}
	defer func() { err = errors.Join(err, stage.Close()) }()
	if err := stage.Plant(ctx); err != nil {
		return t, err
	}
	began := time.Now()
	seen, err := app.Check(ctx, app.CheckConfig{Targets: []string{stage.URL}, Shopper: app.Shopper{Authorised: []string{provider}}})
	if err != nil {
		return t, err
	}
	t.Seconds, t.NotSeen = time.Since(began).Seconds(), seen.NotSeen
	t.Alarms = above(seen, tillwatch.Low)
	for _, f := range t.Alarms {
		for _, e := range f.Evidence {
			for _, place := range c.Places() {
				t.Named = t.Named || e.Line > 0 && strings.HasSuffix(e.Where, place)
			}
		}
	}
	return t, ctx.Err()
}
