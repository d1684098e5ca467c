package drill

import (
	"slices"
	"testing"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/drill/technique"
)

// Ten ways of skimming that differ in kind, and the honest twin of each: all ten are found where they are, and no twin
// raises an alarm. make soak tries all ten, make test every other one.
func TestTenSkimmersAndTheirTwins(t *testing.T) {
	all, err := technique.All()
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for _, row := range all {
		if !slices.Contains([]int{1, 2, 3, 6, 13, 15, 16, 17, 21, 38}, row.Row) {
			continue
		}
		if rows++; rows%2 == 0 && !everyRow {
			continue
		}
		for _, c := range row.Cases {
			if c.Kind == technique.Evasion {
				continue // make matrix tries those
			}
			t.Run(c.ID(), func(t *testing.T) {
				t.Parallel()
				try(t, c)
			})
		}
	}
	if rows != 10 {
		t.Errorf("%d rows were found, want 10", rows)
	}
}

func try(t *testing.T, c technique.Case) {
	trial, err := Try(t.Context(), c, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range trial.NotSeen {
		t.Errorf("not seen: %s: %s", g.Place, g.Why)
	}
	for _, f := range trial.Alarms {
		t.Logf("%s (%s, %s): %s", f.Rule, f.Severity, f.Certainty, f.Summary)
	}
	switch {
	case c.Kind == technique.Benign && len(trial.Alarms) > 0:
		t.Errorf("%d alarms for an honest twin: %s", len(trial.Alarms), c.About)
	case c.Kind == technique.Benign:
	case len(trial.Alarms) == 0:
		t.Errorf("not found: %s", c.About)
	case trial.Alarms[0].Severity < tillwatch.High:
		t.Errorf("found, but only as %s", trial.Alarms[0].Severity)
	case !trial.Named:
		t.Errorf("no evidence names the planted place and a line: %+v", trial.Alarms[0].Evidence)
	}
	t.Logf("%.1f s", trial.Seconds)
}
