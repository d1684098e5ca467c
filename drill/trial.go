package drill

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/app"
	"github.com/tillwatch/tillwatch/drill/technique"
)

// Trial is what ordinary checks said about one case of the benchmark.
type Trial struct {
	Case    string
	Alarms  []tillwatch.Finding // above low, worst first
	Named   bool                // an alarm names a place where the case was planted, with a line
	NotSeen []tillwatch.Gap
	Seconds float64 // of the checks
	Checks  int     // that were made; more than one only where a case does not strike at every customer
}

// Guarded is the trial of a case at a shop whose operator had a baseline before.
type Guarded struct {
	Honest   Trial // the check before anything was planted
	After    Trial // only what is not in Honest
	Alone    Trial // the same with one layer only; no checks where none was asked for
	AloneErr error // what kept Alone from being held
}

// provider is the demonstration shop's own payment provider, which its operator would authorise.
const provider = "pay.localhost"

// Rounds is how often a shop is checked that has a case in it which does not strike at every customer, or not at the first
// visit. An operator who lets the shop be checked every hour has had five checks after an afternoon, and five are done
// in less than the two minutes that a row may take.
const Rounds = 5

// Try opens a shop with the case already in it and checks it as a user would who has never done so before.
func Try(ctx context.Context, c technique.Case, rounds int) (t Trial, err error) {
	stage, err := c.Open(ctx)
	if err != nil {
		return t, err
	}
	defer func() { err = errors.Join(err, stage.Close()) }()
	if err := stage.Plant(ctx); err != nil {
		return t, err
	}
	return checks(ctx, stage, "", "", rounds, Trial{})
}

// TryGuarded opens an honest shop, checks it, approves all that was seen, plants the case, and checks again. With a
// layer it then checks once more with that layer alone, from the same baseline.
func TryGuarded(ctx context.Context, c technique.Case, rounds int, layer string) (g Guarded, err error) {
	stage, err := c.Open(ctx)
	if err != nil {
		return g, err
	}
	defer func() { err = errors.Join(err, stage.Close()) }()
	dir, err := os.MkdirTemp("", "tillwatch-trial-")
	if err != nil {
		return g, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	state := filepath.Join(dir, "state")
	if g.Honest, err = checks(ctx, stage, state, "", 1, Trial{}); err != nil {
		return g, err
	}
	if err := approve(ctx, state); err != nil {
		return g, err
	}
	approved := filepath.Join(dir, "approved")
	if layer != "" {
		if err := os.CopyFS(approved, os.DirFS(state)); err != nil {
			return g, err
		}
	}
	if err := plant(ctx, stage, state, approved); err != nil {
		return g, err
	}
	if g.After, err = checks(ctx, stage, state, "", rounds, g.Honest); err != nil || layer == "" {
		return g, err
	}
	g.Alone, g.AloneErr = checks(ctx, stage, approved, layer, rounds, g.Honest)
	return g, nil
}

// plant makes the changes of the case. Those of an honest twin in the shop's files are a deployment of its operator's.
func plant(ctx context.Context, stage *technique.Stage, states ...string) (err error) {
	if stage.Case.Kind != technique.Benign || !stage.Case.OnHost() {
		return stage.Plant(ctx)
	}
	for _, state := range states {
		if _, err := os.Stat(state); err != nil {
			continue // no memory was kept there
		}
		d, err := app.OpenDeployments(ctx, state, "", nil)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, d.Close()) }()
		if _, _, err := d.Begin(ctx, "matrix", "an honest change", time.Hour); err != nil {
			return err
		}
		defer func() {
			_, _, ended := d.End(ctx, false)
			err = errors.Join(err, ended)
		}()
	}
	return stage.Plant(ctx)
}

// approve does what an operator does who trusts the shop as it is.
func approve(ctx context.Context, state string) (err error) {
	inventory, err := app.OpenInventory(ctx, state, "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, inventory.Close()) }()
	_, err = inventory.Decide(ctx, app.Decision{All: true, Who: "matrix", Why: "the shop as it was opened, before anything was planted"})
	return err
}

// checks looks at a shop until the case is found, at most so many times. An honest twin gets all of them: it must stay
// silent at each.
func checks(ctx context.Context, stage *technique.Stage, state, layer string, rounds int, before Trial) (Trial, error) {
	t := Trial{Case: stage.Case.ID()}
	for t.Checks < rounds && (len(t.Telling()) == 0 || stage.Case.Kind == technique.Benign) {
		began := time.Now()
		seen, err := app.Check(ctx, app.CheckConfig{Targets: targets(stage), StateDir: state, Shopper: shopper(stage, layer)})
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return t, err
		}
		t.Checks++
		t.Seconds += time.Since(began).Seconds()
		t.Alarms = append(t.Alarms, fresh(above(seen, tillwatch.Low), slices.Concat(before.Alarms, t.Alarms))...)
		t.NotSeen = append(t.NotSeen, unknown(seen.NotSeen, slices.Concat(before.NotSeen, t.NotSeen))...)
		if len(seen.Targets[0].Steps) == 0 && layer != "H" {
			return t, errors.New("no page of the shop was seen: " + whyNot(seen.NotSeen))
		}
	}
	slices.SortStableFunc(t.Alarms, func(a, b tillwatch.Finding) int { return cmp.Compare(b.Severity, a.Severity) })
	t.Named = names(t.Alarms, stage.Case.Places())
	return t, nil
}

// targets is what the operator of a shop has looked at: where a case is on the server, the server too.
func targets(stage *technique.Stage) []string {
	all := []string{stage.URL}
	if stage.Case.OnHost() {
		all = append(all, stage.Site.Docroot, "sqlite:"+stage.Site.Database)
	}
	return all
}

func shopper(stage *technique.Stage, layer string) app.Shopper {
	s := app.Shopper{Authorised: []string{provider}, Layers: layer, PlaceTestOrder: stage.Case.CardAfterOrder() || stage.Case.OnHost()}
	if stage.Case.Operator() {
		s.AdminURL = stage.URL + "admin"
		s.Env = func(name string) string {
			if name == "TILLWATCH_ADMIN" {
				return "admin:" + stage.Shop.AdminPassword()
			}
			return ""
		}
	}
	return s
}

// merelyNew are the rules that say no more than that something is there which was not: that alone tells no attack from a
// change that the shop made.
var merelyNew = []string{"page/host-new"}

// Telling are the alarms that say more than that something is new, worst first.
func (t Trial) Telling() []tillwatch.Finding {
	return slices.DeleteFunc(slices.Clone(t.Alarms), func(f tillwatch.Finding) bool { return slices.Contains(merelyNew, f.Rule) })
}

// fresh leaves out the alarms that were raised before, unless they are graver now.
func fresh(alarms, before []tillwatch.Finding) []tillwatch.Finding {
	return slices.DeleteFunc(slices.Clone(alarms), func(f tillwatch.Finding) bool {
		return slices.ContainsFunc(before, func(b tillwatch.Finding) bool {
			return b.Rule == f.Rule && b.Place == f.Place && b.Severity >= f.Severity
		})
	})
}

// unknown leaves out the gaps that are known.
func unknown(gaps, known []tillwatch.Gap) []tillwatch.Gap {
	return slices.DeleteFunc(slices.Clone(gaps), func(g tillwatch.Gap) bool {
		return slices.ContainsFunc(known, func(k tillwatch.Gap) bool { return k.Place == g.Place && k.Why == g.Why })
	})
}

func whyNot(gaps []tillwatch.Gap) string {
	var why []string
	for _, g := range gaps {
		why = append(why, g.Why)
	}
	return strings.Join(why, "; ")
}

// names says whether an alarm points at a line of one of the places.
func names(alarms []tillwatch.Finding, places []string) bool {
	for _, f := range alarms {
		for _, e := range f.Evidence {
			if e.Line > 0 && slices.ContainsFunc(places, func(place string) bool { return strings.HasSuffix(e.Where, place) }) {
				return true
			}
		}
	}
	return false
}
