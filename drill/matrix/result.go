package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/drill"
	"github.com/tillwatch/tillwatch/drill/technique"
)

// row is what became of one technique, as matrix.json has it. Without a trial of a kind its fields say false.
type row struct {
	Row           int     `json:"row"`
	Technique     string  `json:"technique"`
	Layer         string  `json:"layer"`
	Found         bool    `json:"found"`
	EvasionFound  bool    `json:"evasion_found"`
	BenignQuiet   bool    `json:"benign_quiet"`
	Seconds       float64 `json:"seconds"` // from the planting of the skimmer to the end of the check that found it
	FirstEvidence string  `json:"first_evidence"`

	Host           bool      `json:"host"`             // nothing of it shows in a browser
	LayerFound     bool      `json:"layer_found"`      // the skimmer, with only the layer switched on
	FirstLookFound bool      `json:"first_look_found"` // the skimmer, without a baseline
	At             time.Time `json:"at"`
	RowSeconds     float64   `json:"row_seconds"` // all that was done for the row
	Skimmer        *outcome  `json:"skimmer,omitempty"`
	LayerAlone     *outcome  `json:"layer_alone,omitempty"`
	FirstLook      *outcome  `json:"first_look,omitempty"`
	Evasion        *outcome  `json:"evasion,omitempty"`
	Benign         *outcome  `json:"benign,omitempty"`
}

// outcome is what one trial said.
type outcome struct {
	Verdict       verdict  `json:"verdict"`
	FirstEvidence string   `json:"first_evidence"`
	Severity      string   `json:"severity"`  // of the first evidence
	Certainty     string   `json:"certainty"` // of the first evidence
	Rules         []string `json:"rules"`     // of all alarms
	Named         bool     `json:"named"`     // evidence names a planted place and a line
	Checks        int      `json:"checks"`
	Seconds       float64  `json:"seconds"`         // of these checks
	HonestSeconds float64  `json:"honest_seconds"`  // of the check before
	NotSeen       []string `json:"not_seen"`        // what could not be looked at, beyond what the honest shop had
	Honest        []string `json:"honest_alarms"`   // rules of the alarms before anything was planted
	HonestUnseen  []string `json:"honest_not_seen"` // what could not be looked at in the honest shop
	Suspected     bool     `json:"suspected"`       // not found, but a mere novelty was told of
	OnServer      bool     `json:"on_server"`       // part of the case is where no browser sees it
	Error         string   `json:"error,omitempty"` // what kept the trial from being held
	Place         string   `json:"place,omitempty"` // of the first evidence
	Summary       string   `json:"summary,omitempty"`
}

// verdict is what a trial came to.
type verdict string

const (
	found  verdict = "found"
	missed verdict = "missed"
	quiet  verdict = "quiet"
	alarm  verdict = "alarm"
	unseen verdict = "not seen" // silent, but something was not looked at: silence then says nothing
	failed verdict = "error"    // the trial was not held: neither found nor quiet
)

// judge makes the outcome of a trial.
func judge(c technique.Case, honest, after drill.Trial, err error) *outcome {
	o := &outcome{
		Rules: rules(after.Alarms), Named: after.Named, Checks: after.Checks, Seconds: round(after.Seconds), OnServer: c.Step3,
		HonestSeconds: round(honest.Seconds), NotSeen: gaps(after.NotSeen), Honest: rules(honest.Alarms), HonestUnseen: gaps(honest.NotSeen),
	}
	telling := after.Telling()
	if c.Kind == technique.Benign {
		telling = after.Alarms
	}
	if len(telling) > 0 {
		first := telling[0]
		o.FirstEvidence, o.Severity, o.Certainty = first.Rule, first.Severity.String(), first.Certainty.String()
		o.Place, o.Summary = first.Place, first.Summary
	}
	switch {
	case err != nil:
		o.Verdict, o.Error = failed, err.Error()
	case c.Kind != technique.Benign && len(telling) > 0:
		o.Verdict = found
	case c.Kind != technique.Benign:
		o.Verdict, o.Suspected = missed, len(after.Alarms) > 0
	case len(telling) > 0:
		o.Verdict = alarm
	case len(after.NotSeen) > 0:
		o.Verdict = unseen
	default:
		o.Verdict = quiet
	}
	return o
}

func rules(alarms []tillwatch.Finding) []string {
	list := []string{}
	for _, f := range alarms {
		if !slices.Contains(list, f.Rule) {
			list = append(list, f.Rule)
		}
	}
	return list
}

func gaps(all []tillwatch.Gap) []string {
	list := []string{}
	for _, g := range all {
		list = append(list, g.Place+": "+g.Why)
	}
	return list
}

func round(seconds float64) float64 { return float64(int(seconds*10+0.5)) / 10 }

// sum fills the fields that say how the row went from the outcomes.
func (r *row) sum() {
	r.Found = r.Skimmer.is(found)
	r.EvasionFound = r.Evasion.is(found)
	r.BenignQuiet = r.Benign.is(quiet)
	r.LayerFound = r.LayerAlone.is(found)
	r.FirstLookFound = r.FirstLook.is(found)
	if r.Skimmer != nil {
		r.Seconds, r.FirstEvidence = r.Skimmer.Seconds, r.Skimmer.FirstEvidence
	}
}

// onServer says that part of the row's cases is where no browser sees it.
func (r *row) onServer() bool {
	return r.Skimmer != nil && r.Skimmer.OnServer || r.Evasion != nil && r.Evasion.OnServer
}

func (o *outcome) is(v verdict) bool { return o != nil && o.Verdict == v }

// outcomes are the trials that were held or tried, by name.
func (r *row) outcomes() map[string]*outcome {
	all := map[string]*outcome{
		"skimmer": r.Skimmer, "layer alone": r.LayerAlone, "first look": r.FirstLook, "evasion": r.Evasion, "benign": r.Benign,
	}
	for name, o := range all {
		if o == nil {
			delete(all, name)
		}
	}
	return all
}

// The numbers that the benchmark has to reach over its 48 published techniques, those that live on the host included.
const (
	published     = 48
	wantFound     = 46
	wantEvasions  = 44
	secondsAtMost = 120
)

// totals counts the published techniques.
type totals struct {
	Rows, Host                                      int
	Found, Evasions, Layer, FirstLook, Quiet, Named int
	LayerRows                                       int // that were tried with their layer alone
	HostFound, HostEvasions                         int // of those that live on the host altogether
	Alarms, Unseen, Failed                          int // benign twins with alarms, with gaps; trials that were not held
	HonestAlarms                                    int // trials whose honest shop raised an alarm
	Slow                                            []string
	Seconds                                         float64 // of all rows, one after the other
}

func count(rows []row) totals {
	var t totals
	for _, r := range rows {
		for name, o := range r.outcomes() {
			if o.Verdict == failed {
				t.Failed++
			}
			if len(o.Honest) > 0 && name != "layer alone" {
				t.HonestAlarms++
			}
			if o.Seconds > secondsAtMost {
				t.Slow = append(t.Slow, fmt.Sprintf("row %d (%s): %.0f s", r.Row, name, o.Seconds))
			}
		}
		t.Seconds += r.RowSeconds
		if r.Benign.is(alarm) {
			t.Alarms++
		}
		if r.Benign.is(unseen) {
			t.Unseen++
		}
		if r.Row > published {
			continue
		}
		t.Rows++
		if r.BenignQuiet {
			t.Quiet++
		}
		if r.Host {
			t.Host++
			t.HostFound += one(r.Found)
			t.HostEvasions += one(r.EvasionFound)
		}
		t.Found += one(r.Found)
		t.Evasions += one(r.EvasionFound)
		t.Layer += one(r.LayerFound)
		t.FirstLook += one(r.FirstLookFound)
		t.Named += one(r.Found && r.Skimmer.Named)
		t.LayerRows += one(r.LayerAlone != nil)
	}
	slices.Sort(t.Slow)
	return t
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// unmet says which of the numbers were not reached in a run of everything.
func (t totals) unmet() []string {
	var unmet []string
	say := func(format string, values ...any) { unmet = append(unmet, fmt.Sprintf(format, values...)) }
	if t.Rows < published {
		say("only %d of the %d techniques have cases", t.Rows, published)
	}
	if t.Found < wantFound {
		say("%d skimmers found, at least %d wanted", t.Found, wantFound)
	}
	if t.Evasions < wantEvasions {
		say("%d evasions found, at least %d wanted", t.Evasions, wantEvasions)
	}
	if t.Layer < wantFound {
		say("%d skimmers found with the first layer of their row alone, at least %d wanted", t.Layer, wantFound)
	}
	if t.Alarms > 0 {
		say("%d honest twins raised an alarm, none may", t.Alarms)
	}
	if t.Unseen > 0 {
		say("%d honest twins were not looked at completely", t.Unseen)
	}
	if t.HonestAlarms > 0 {
		say("%d trials had an alarm before anything was planted, none may", t.HonestAlarms)
	}
	if t.Failed > 0 {
		say("%d trials could not be held", t.Failed)
	}
	for _, s := range t.Slow {
		say("too slow, more than %d s: %s", secondsAtMost, s)
	}
	return unmet
}
