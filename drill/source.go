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

// contractor is who commits the key in the drill, and leaves at its end.
const contractor = "contractor@agency.example"

// source is a key in a contractor's public repository: it is refused at the gate, found in the history after it was taken
// out of the newest version, and then used; the decoy beside it gives the thief away first.
func source(ctx context.Context, o Options) (out Outcome, err error) {
	out = Outcome{Drill: "source", Incidents: []string{}, Alarms: []Alarm{}, Case: Case{
		Name:          "Toyota T-Connect: a contractor put source with an access key to the customers' server into a public repository, December 2017 to 15 September 2022",
		UnnoticedDays: 1749, RecordsLost: 296_019,
	}}
	s, err := openSourceStage(ctx)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	d := &sourceDrill{sourceStage: s, options: o, out: &out}
	for _, step := range []func(context.Context) error{d.honest, d.refused, d.committed, d.found, d.stolen, d.offboarded} {
		if err := step(ctx); err != nil {
			return out, err
		}
		if out.Failure != "" {
			return out, nil
		}
	}
	out.Passed = true
	return out, nil
}

// sourceDrill is a drill in progress. A step that shows something wrong says so in out.Failure.
type sourceDrill struct {
	*sourceStage
	options Options
	out     *Outcome
	attack  time.Time // the moment the key lay open
	real    string    // the key's value: of a server of this drill's, which closes with it
	decoy   string
}

func (d *sourceDrill) fail(format string, args ...any) error {
	d.out.Failure = fmt.Sprintf(format, args...)
	return nil
}

func (d *sourceDrill) alarm(rule, layer string, since time.Time) {
	d.out.Alarms = append(d.out.Alarms, Alarm{
		Rule: rule, Layer: layer, Seconds: time.Since(since).Seconds(), RequestsBefore: d.api.asked(), RecordsLost: d.api.lost(),
	})
}

// honest registers the key, plants the decoy, and looks at the repository as it was.
func (d *sourceDrill) honest(ctx context.Context) error {
	d.real = d.api.current()
	if err := d.register(ctx, d.options.Executable); err != nil {
		return err
	}
	planted, err := d.keys.Decoy(ctx, app.DecoyPlan{Place: "git:" + d.url, Kind: "api", Like: d.candidate, As: "CUSTOMER_API_KEY_OLD"}, time.Now())
	if err != nil {
		return err
	}
	_, value, _ := strings.Cut(strings.TrimSpace(string(planted.Text)), "=")
	d.decoy = value
	if err := d.contractorWrites(ctx, "config/legacy.env", string(planted.Text), "configuration of the old client"); err != nil {
		return err
	}
	if complaint, err := d.push(ctx); err != nil {
		return fmt.Errorf("an ordinary push was refused: %w: %s", err, complaint)
	}
	d.options.tell("The repository is served at %s; a key to %d customers is registered, and a decoy lies in it.", d.url, customerCount)
	seen, err := d.check(ctx)
	if err != nil {
		return err
	}
	d.out.FalseAlarms = len(above(seen, tillwatch.Low))
	if d.out.FalseAlarms > 0 {
		return d.fail("the honest repository raised %s: %s", above(seen, tillwatch.Low)[0].Rule, above(seen, tillwatch.Low)[0].Summary)
	}
	return nil
}

// refused lets the contractor push the key with the hook in place.
func (d *sourceDrill) refused(ctx context.Context) error {
	began := time.Now()
	if err := d.contractorWrites(ctx, "src/client.php", "<?php\n// customers of the last month\n$key = '"+d.real+"';\n", "client for the customers' server"); err != nil {
		return err
	}
	complaint, err := d.push(ctx)
	if err == nil {
		return d.fail("the push with the key was not refused")
	}
	if strings.Contains(complaint, d.real) || !strings.Contains(complaint, "src/client.php:3") || !strings.Contains(complaint, keyID) {
		return d.fail("the refusal does not name file, line and key, or shows its value")
	}
	d.alarm("source/key-active", "hook", began)
	d.options.tell("REFUSED at the gate, %s after the contractor wrote it:\n  %s", time.Since(began).Round(time.Millisecond), strings.ReplaceAll(strings.TrimSpace(complaint), "\n", "\n  "))
	return nil
}

// committed is the same at a contractor who has no hook, and who takes the key out again in the next commit.
func (d *sourceDrill) committed(ctx context.Context) error {
	if err := os.Remove(d.hook); err != nil {
		return err
	}
	d.attack = time.Now()
	if complaint, err := d.push(ctx); err != nil {
		return fmt.Errorf("push without a hook: %w: %s", err, complaint)
	}
	if err := d.contractorWrites(ctx, "src/client.php", "<?php\n// customers of the last month\n$key = getenv('CUSTOMER_API_KEY');\n", "key out of the source"); err != nil {
		return err
	}
	if complaint, err := d.push(ctx); err != nil {
		return fmt.Errorf("push without a hook: %w: %s", err, complaint)
	}
	d.options.tell("%s: without the hook it was pushed, and taken out again in the next commit.", d.attack.Format(time.TimeOnly))
	return nil
}

// found is the ordinary check of the repository.
func (d *sourceDrill) found(ctx context.Context) error {
	seen, err := d.check(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(seen.Findings, func(f tillwatch.Finding) bool { return f.Rule == "source/key-active" })
	if i < 0 {
		return d.fail("the key in the history was not found")
	}
	f := seen.Findings[i]
	if f.Severity != tillwatch.Critical || f.Certainty != tillwatch.Certain || f.Subjects.Max != customerCount ||
		!slices.ContainsFunc(f.Evidence, func(e tillwatch.Evidence) bool {
			return strings.Contains(e.Where, "src/client.php") && e.Line == 3
		}) {
		return d.fail("the finding does not say file, line and how many customers: %s", f.Summary)
	}
	d.alarm(f.Rule, "source", d.attack)
	for _, incident := range seen.Incidents {
		d.out.Incidents = append(d.out.Incidents, incident.ID)
	}
	d.options.tell("ALARM %s (%s, %s): %s", f.Rule, f.Severity, f.Certainty, f.Summary)
	if d.options.Leave != nil {
		page := filepath.Join(d.dir, "report.html")
		if err := writeHTML(page, seen, d.options.Language); err != nil {
			return err
		}
		return d.options.Leave(ctx, Stage{Shop: d.url, Report: page})
	}
	return nil
}

// stolen lets a thief clone the repository, try what looks like a key in it, and take the customers.
func (d *sourceDrill) stolen(ctx context.Context) error {
	loot, err := d.thiefClones(ctx)
	if err != nil {
		return err
	}
	if !strings.Contains(loot, d.decoy) || !strings.Contains(loot, d.real) {
		return errors.New("the thief's copy holds neither key")
	}
	began := time.Now()
	if status, err := d.api.ask(ctx, d.decoy); err != nil || status != 401 {
		return fmt.Errorf("the decoy was answered with %d: %w", status, err)
	}
	if !slices.Contains(d.trapped(), "access/key-decoy") {
		return d.fail("the use of the decoy was not noticed")
	}
	d.alarm("access/key-decoy", "access", began)
	d.options.tell("ALARM access/key-decoy: the thief tried the decoy first; records lost until then: %d.", d.api.lost())

	// What a shop loses that does not act on the alarm.
	if status, err := d.api.ask(ctx, d.real); err != nil || status != 200 {
		return fmt.Errorf("the key was answered with %d: %w", status, err)
	}
	d.options.tell("The thief then used the key: %d records are lost, because nobody acted on three alarms.", d.api.lost())
	return nil
}

// offboarded lets the contractor go: what they could read is listed, stays open until it is rotated, and the old key's use is
// an alarm from then on.
func (d *sourceDrill) offboarded(ctx context.Context) error {
	left, err := d.keys.Offboard(ctx, contractor, time.Now())
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(left.Tasks, func(t app.KeyTask) bool { return t.Key == keyID }) {
		return d.fail("the key is not on the list of what the contractor could read")
	}
	seen, err := d.check(ctx)
	if err != nil {
		return err
	}
	if !has(seen, "source/offboarding-open") {
		return d.fail("what the contractor could read is no open finding")
	}
	d.alarm("source/offboarding-open", "source", d.attack)
	candidate, err := app.KeyValue(keyID, []byte(d.api.rotate()))
	if err != nil {
		return err
	}
	if _, err := d.keys.Rotate(ctx, keyID, candidate, app.KeyDetails{}, time.Now()); err != nil {
		return err
	}
	lost := d.api.lost()
	began := time.Now()
	if err := d.setTrap(ctx); err != nil {
		return err
	}
	if status, err := d.api.ask(ctx, d.real); err != nil || status != 401 {
		return fmt.Errorf("the old key was answered with %d: %w", status, err)
	}
	if !slices.Contains(d.trapped(), "access/key-retired") {
		return d.fail("the use of the old key was not noticed")
	}
	if d.api.lost() != lost {
		return d.fail("the old key still opened something")
	}
	d.alarm("access/key-retired", "access", began)
	if seen, err = d.check(ctx); err != nil {
		return err
	}
	if has(seen, "source/key-active") || has(seen, "source/offboarding-open") {
		return d.fail("after the rotation the key still counts as active")
	}
	d.options.tell("The contractor's keys are rotated; the old one's use is an alarm from now on, and opened nothing.")
	return nil
}

func has(r *report.Report, rule string) bool {
	return slices.ContainsFunc(r.Findings, func(f tillwatch.Finding) bool { return f.Rule == rule })
}
