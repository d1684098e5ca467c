package drill

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/app"
	"github.com/tillwatch/tillwatch/app/report"
)

//go:embed skim/skimmer.js
var skimmer string

const tampered = "assets/js/checkout.js"

// skim is web skimming at a self-run shop: some lines added to a script of the payment page send what is typed there to
// another server.
func skim(ctx context.Context, o Options) (out Outcome, err error) {
	out = Outcome{Drill: "skim", Incidents: []string{}, Alarms: []Alarm{}, Case: Case{
		Name:          "web skimming at some forty self-run Japanese shops with over 300,000 customers (2024); the days are those of one of them, 25 April to 4 December 2019",
		UnnoticedDays: 223, RecordsLost: 300_000,
	}}
	shop, err := openShop(ctx, o)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, shop.close()) }()
	thief, err := openThief(ctx)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, thief.close()) }()

	o.tell("The shop is open at %s. First a check of the honest shop.", shop.url)
	honest, err := check(ctx, o, shop)
	if err != nil {
		return out, err
	}
	out.FalseAlarms = len(above(honest, tillwatch.Low))

	customers := openTill(ctx, shop.url)
	defer func() { err = errors.Join(err, customers.stop()) }()
	restore, err := shop.tamper(tampered, strings.ReplaceAll(skimmer, "THIEF", thief.url))
	if err != nil {
		return out, err
	}
	attack, requests, orders := time.Now(), customers.requests.Load(), customers.orders.Load()
	o.tell("%s: %d lines were added to %s. They send what customers type to %s.", attack.Format(time.TimeOnly), strings.Count(skimmer, "\n"), tampered, thief.url)
	seen, err := check(ctx, o, shop)
	if err != nil {
		return out, err
	}
	alarm := Alarm{
		Layer: "page", Seconds: time.Since(attack).Seconds(),
		RequestsBefore: int(customers.requests.Load() - requests), RecordsLost: int(customers.orders.Load() - orders),
	}
	o.tell("%s: checked.", time.Now().Format(time.TimeOnly))
	for _, f := range above(seen, tillwatch.Low) {
		alarm.Rule = f.Rule
		out.Alarms = append(out.Alarms, alarm)
		o.tell("ALARM %s (%s, %s): %s", f.Rule, f.Severity, f.Certainty, f.Summary)
	}
	for _, i := range seen.Incidents {
		out.Incidents = append(out.Incidents, i.ID)
	}
	out.Failure = verdict(out, seen, thief.url)
	out.Passed = out.Failure == ""

	if o.Leave != nil {
		page := filepath.Join(shop.dir, "report.html")
		if err := writeHTML(page, seen, o.Language); err != nil {
			return out, err
		}
		if err := o.Leave(ctx, Stage{Shop: shop.url, Report: page}); err != nil {
			return out, err
		}
	}
	return out, restore()
}

// verdict says what is missing for the drill to have been passed.
func verdict(out Outcome, seen *report.Report, thief string) string {
	if out.FalseAlarms > 0 {
		return "the honest shop raised an alarm"
	}
	if len(out.Incidents) != 1 {
		return fmt.Sprintf("one attack gave %d incidents", len(out.Incidents))
	}
	for _, f := range above(seen, tillwatch.High) {
		for _, e := range f.Evidence {
			if f.Certainty == tillwatch.Certain && strings.HasSuffix(e.Where, tampered) && e.Line > 0 && strings.HasPrefix(e.Destination, thief) {
				return ""
			}
		}
	}
	return "no critical, certain finding names the tampered file, the line and the thief's server"
}

// check looks at the shop as a user would.
func check(ctx context.Context, o Options, s *shop) (*report.Report, error) {
	r, err := app.Check(ctx, app.CheckConfig{
		Targets: []string{s.url}, Language: o.Language,
		Progress: func(p app.Progress) { o.tell("  %s", strings.TrimSpace(p.Text+" "+p.Place)) },
	})
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for _, g := range r.NotSeen {
		return nil, fmt.Errorf("the check could not look at %s: %s", g.Place, g.Why)
	}
	return r, nil
}

func above(r *report.Report, floor tillwatch.Severity) []tillwatch.Finding {
	var out []tillwatch.Finding
	for _, f := range r.Findings {
		if f.Severity > floor {
			out = append(out, f)
		}
	}
	return out
}

func writeHTML(name string, r *report.Report, language string) error {
	f, err := app.CreateFile(name)
	if err != nil {
		return err
	}
	defer f.Discard()
	if err := report.Write(f, "html", r, report.Options{Language: language, Zone: time.Local}); err != nil {
		return err
	}
	return f.Commit()
}
