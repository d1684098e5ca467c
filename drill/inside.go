package drill

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/app"
	"github.com/tillwatch/tillwatch/app/report"
)

// inside is a drill of an attack within the shop, in progress: the shop, its customers, and an operator who had a baseline
// before. Each layer looks from a copy of that baseline, so that none knows what another has seen.
type inside struct {
	options   Options
	out       *Outcome
	shop      *shop
	thief     *thief
	customers *customers
	dir       string // of the operator's memory

	requests, orders int64 // that customers had made when the attack began
	copies           int
}

func openInside(ctx context.Context, o Options, out *Outcome, words ...string) (*inside, error) {
	d := &inside{options: o, out: out}
	if err := d.open(ctx, words); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

func (d *inside) open(ctx context.Context, words []string) (err error) {
	if d.dir, err = os.MkdirTemp("", "tillwatch-drill-state-"); err != nil {
		return err
	}
	if d.shop, err = openShop(ctx, d.options, words...); err != nil {
		return err
	}
	d.thief, err = openThief(ctx)
	return err
}

func (d *inside) close() error {
	var errs []error
	if d.customers != nil {
		errs = append(errs, d.customers.stop())
	}
	if d.thief != nil {
		errs = append(errs, d.thief.close())
	}
	if d.shop != nil {
		errs = append(errs, d.shop.close())
	}
	return errors.Join(append(errs, os.RemoveAll(d.dir))...)
}

func (d *inside) fail(format string, args ...any) error {
	d.out.Failure = fmt.Sprintf(format, args...)
	return nil
}

// everything is all that the operator has to look at.
func (d *inside) everything() []string {
	return []string{d.shop.url, d.shop.docroot, d.shop.database()}
}

// admin is how the operator lets Tillwatch into the admin screen.
func (d *inside) admin(s app.Shopper) app.Shopper {
	s.AdminURL = d.shop.url + "admin"
	s.Env = func(name string) string {
		if name == "TILLWATCH_ADMIN" {
			return "admin:" + d.shop.admin
		}
		return os.Getenv(name)
	}
	return s
}

// baseline is a check of the honest shop, and the operator's word that all is as it should be. expected are findings that
// are right on it.
func (d *inside) baseline(ctx context.Context, s app.Shopper, expected func(rule string) bool) (*report.Report, error) {
	seen, err := d.check(ctx, d.state(), s, d.everything()...)
	if err != nil {
		return nil, err
	}
	for _, g := range seen.NotSeen {
		if g.Place == d.shop.docroot || g.Place == d.shop.database() {
			return seen, d.fail("the honest shop could not be looked at: %s: %s", g.Place, g.Why)
		}
	}
	for _, f := range above(seen, tillwatch.Low) {
		if !expected(f.Rule) {
			d.out.FalseAlarms++
			d.options.tell("FALSE ALARM %s at %s: %s", f.Rule, f.Place, f.Summary)
		}
	}
	if d.out.FalseAlarms > 0 {
		return seen, d.fail("the honest shop raised an alarm")
	}
	return seen, approve(ctx, d.state())
}

func (d *inside) state() string { return filepath.Join(d.dir, "state") }

// alone is a copy of the operator's memory as it was before the attack.
func (d *inside) alone() (string, error) {
	d.copies++
	dir := filepath.Join(d.dir, fmt.Sprintf("alone-%d", d.copies))
	return dir, os.CopyFS(dir, os.DirFS(d.state()))
}

func (d *inside) check(ctx context.Context, state string, s app.Shopper, targets ...string) (*report.Report, error) {
	if s.Env == nil {
		s.Env = os.Getenv
	}
	r, err := app.Check(ctx, app.CheckConfig{
		Targets: targets, StateDir: state, Language: d.options.Language, Shopper: s,
		Progress: func(p app.Progress) { d.options.tell("  %s", strings.TrimSpace(p.Text+" "+p.Place)) },
	})
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	for _, g := range r.NotSeen {
		d.options.tell("  not seen: %s: %s", g.Place, g.Why)
	}
	return r, nil
}

// begins starts the customers, and counts from now on.
func (d *inside) begins(ctx context.Context) {
	if d.customers == nil {
		d.customers = openTill(ctx, d.shop.url)
	}
	d.requests, d.orders = d.customers.requests.Load(), d.customers.orders.Load()
}

// until checks with one layer until it raises an alarm, as a watch does, and writes the alarm down. since is the moment of
// the step of the attack that the layer is to notice; robbed says that customers have been losing their cards since then.
func (d *inside) until(ctx context.Context, layer string, since time.Time, robbed bool, s app.Shopper, wanted func(tillwatch.Finding) bool, targets ...string) (*report.Report, error) {
	state, err := d.alone()
	if err != nil {
		return nil, err
	}
	patience := time.Now().Add(90 * time.Second)
	for {
		seen, err := d.check(ctx, state, s, targets...)
		if err != nil {
			return nil, err
		}
		alarms := above(seen, tillwatch.Low)
		if i := slices.IndexFunc(alarms, wanted); i >= 0 {
			f := alarms[i]
			alarm := Alarm{Rule: f.Rule, Layer: layer, Seconds: time.Since(since).Seconds()}
			if robbed {
				alarm.RequestsBefore, alarm.RecordsLost = int(d.customers.requests.Load()-d.requests), int(d.customers.orders.Load()-d.orders)
			}
			d.out.Alarms = append(d.out.Alarms, alarm)
			d.options.tell("ALARM %s (%s, %s) with %s alone, after %s: %s", f.Rule, f.Severity, f.Certainty, layer, time.Since(since).Round(100*time.Millisecond), f.Summary)
			return seen, nil
		}
		if time.Now().After(patience) {
			var rules []string
			for _, f := range alarms {
				rules = append(rules, f.Rule)
			}
			return nil, d.fail("%s alone did not notice; it said: %v", layer, rules)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

// rule gives the test for findings of certain rules.
func rule(names ...string) func(tillwatch.Finding) bool {
	return func(f tillwatch.Finding) bool { return slices.Contains(names, f.Rule) }
}

// together is the look of an operator who has all of it switched on: one attack is one incident, with the steps in its
// timeline.
func (d *inside) together(ctx context.Context, s app.Shopper, steps ...[]string) error {
	if err := d.customers.stop(); err != nil {
		return err
	}
	d.customers = nil
	seen, err := d.check(ctx, d.state(), s, d.everything()...)
	if err != nil {
		return err
	}
	for _, i := range seen.Incidents {
		d.out.Incidents = append(d.out.Incidents, i.ID)
		d.options.tell("Incident %s (%s):", i.ID, i.Severity)
		for _, e := range i.Timeline {
			d.options.tell("  %s  %s  %s", e.At.Local().Format(time.TimeOnly), e.Rule, e.What)
		}
	}
	if len(seen.Incidents) != 1 {
		return d.fail("one attack gave %d incidents", len(seen.Incidents))
	}
	for _, any := range steps {
		if !slices.ContainsFunc(seen.Incidents[0].Timeline, func(e tillwatch.Event) bool { return slices.Contains(any, e.Rule) }) {
			return d.fail("the incident's timeline has none of %v", any)
		}
	}
	if d.options.Leave != nil {
		page := filepath.Join(d.shop.dir, "report.html")
		if err := writeHTML(page, seen, d.options.Language); err != nil {
			return err
		}
		return d.options.Leave(ctx, Stage{Shop: d.shop.url, Report: page})
	}
	return nil
}
