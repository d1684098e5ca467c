package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/drill"
	"github.com/tillwatch/tillwatch/drill/technique"
)

func trial(gaps int, alarms ...tillwatch.Finding) drill.Trial {
	t := drill.Trial{Alarms: alarms, Checks: 1, Seconds: 6.04}
	for range gaps {
		t.NotSeen = append(t.NotSeen, tillwatch.Gap{Place: "http://shop.test/", Why: "a code by mail was asked for"})
	}
	return t
}

func TestVerdicts(t *testing.T) {
	sent := tillwatch.Finding{Rule: "page/canary-sent", Severity: tillwatch.Critical, Certainty: tillwatch.Certain}
	host := tillwatch.Finding{Rule: "page/host-new", Severity: tillwatch.Medium, Certainty: tillwatch.Likely}
	for _, c := range []struct {
		name     string
		kind     technique.Kind
		trial    drill.Trial
		err      error
		want     verdict
		evidence string
	}{
		{"an alarm", technique.Skimmer, trial(0, sent), nil, found, "page/canary-sent"},
		{"an alarm beside a gap", technique.Evasion, trial(1, sent), nil, found, "page/canary-sent"},
		{"the first that says more than new", technique.Skimmer, trial(0, host, sent), nil, found, "page/canary-sent"},
		{"silence", technique.Skimmer, trial(0), nil, missed, ""},
		{"merely something new", technique.Evasion, trial(0, host), nil, missed, ""},
		{"a silent twin", technique.Benign, trial(0), nil, quiet, ""},
		{"a twin that is merely new, and an alarm", technique.Benign, trial(0, host), nil, alarm, "page/host-new"},
		{"a twin that was not seen whole", technique.Benign, trial(1), nil, unseen, ""},
		{"a trial of a skimmer that broke", technique.Skimmer, trial(0, sent), errors.New("no browser"), failed, "page/canary-sent"},
		{"a trial of a twin that broke", technique.Benign, trial(0), errors.New("no browser"), failed, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := judge(technique.Case{Kind: c.kind}, drill.Trial{}, c.trial, c.err)
			if o.Verdict != c.want || o.FirstEvidence != c.evidence {
				t.Errorf("%s by %q, want %s by %q", o.Verdict, o.FirstEvidence, c.want, c.evidence)
			}
		})
	}
}

// complete is a run in which all went well: every row was found.
func complete() []row {
	var rows []row
	for n := 1; n <= published; n++ {
		r := row{
			Row: n, Technique: "some", Layer: "D", At: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), RowSeconds: 30,
			Skimmer: of(found), LayerAlone: of(found), FirstLook: of(missed), Evasion: of(found), Benign: of(quiet),
		}
		if n >= 41 && n <= 45 {
			r.Layer, r.Host = "H", true
		}
		r.sum()
		rows = append(rows, r)
	}
	return rows
}

func of(v verdict) *outcome { return &outcome{Verdict: v, Checks: 1, Seconds: 6} }

func TestNumbersToReach(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(rows []row) []row
		want   string // part of what is not reached; "" where all is
	}{
		{"all found", func(rows []row) []row { return rows }, ""},
		{"two missed", func(rows []row) []row { rows[0].Skimmer, rows[1].Skimmer = of(missed), of(missed); return rows }, ""},
		{"three missed", func(rows []row) []row {
			rows[0].Skimmer, rows[1].Skimmer, rows[2].Skimmer = of(missed), of(missed), of(failed)
			return rows
		}, "45 skimmers found, at least 46"},
		{"two missed here, one on the host", func(rows []row) []row {
			rows[0].Skimmer, rows[1].Skimmer, rows[40].Skimmer = of(missed), of(missed), of(missed)
			return rows
		}, "45 skimmers found, at least 46"},
		{"five evasions missed", func(rows []row) []row {
			for i := range 5 {
				rows[i].Evasion = of(missed)
			}
			return rows
		}, "43 evasions found, at least 44"},
		{"the layer alone misses", func(rows []row) []row {
			for i := range 3 {
				rows[i].LayerAlone = of(missed)
			}
			return rows
		}, "45 skimmers found with the first layer"},
		{"one twin with an alarm", func(rows []row) []row { rows[7].Benign = of(alarm); return rows }, "1 honest twins raised an alarm"},
		{"one twin not seen whole", func(rows []row) []row { rows[7].Benign = of(unseen); return rows }, "1 honest twins were not looked at"},
		{"an alarm before", func(rows []row) []row { rows[7].Evasion.Honest = []string{"page/host-new"}; return rows }, "before anything was planted"},
		{"slow", func(rows []row) []row { rows[7].Evasion.Seconds = 121; return rows }, "row 8 (evasion): 121 s"},
		{"cases missing", func(rows []row) []row { return rows[:47] }, "only 47 of the 48"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows := c.change(complete())
			for i := range rows {
				rows[i].sum()
			}
			unmet := count(rows).unmet()
			if c.want == "" && len(unmet) > 0 {
				t.Errorf("not reached: %q", unmet)
			}
			if c.want != "" && !strings.Contains(strings.Join(unmet, "\n"), c.want) {
				t.Errorf("%q does not say %q", unmet, c.want)
			}
		})
	}
}

func TestTable(t *testing.T) {
	first := complete()
	first[40].Skimmer, first[40].Evasion, first[40].LayerAlone = of(missed), of(missed), nil
	first[5].Evasion, first[6].Skimmer = of(missed), &outcome{Verdict: missed, Suspected: true}
	rows := complete()
	rows[2].Benign = &outcome{Verdict: alarm, FirstEvidence: "page/host-new"}
	rows[3].Skimmer = &outcome{Verdict: found, Checks: 4, Seconds: 31.2, FirstEvidence: "page/canary-sent", Severity: "critical"}
	for i := range rows {
		rows[i].sum()
		first[i].sum()
	}
	text := table(rows, first)
	for _, want := range []string{
		"| skimmers found | 48 of 48 | 46 of 48 | 46 |",
		"| evasions found | 48 of 48 | 46 of 48 | 44 |",
		"| honest twins quiet | 47 of 48 | 48 of 48 | all |",
		"| 3 | some | D | yes | yes | **no** | yes | **no**: page/host-new | 6.0 | – | yes | yes | yes |",
		"| 4 | some | D | yes | yes, at check 4 | **no** | yes | yes | 31.2 | page/canary-sent (critical) | yes | yes | yes |",
		"| 6 | some | D | yes | yes | **no** | yes | yes | 6.0 | – | yes | **no** | yes |",
		"| 7 | some | D | yes | yes | **no** | yes | yes | 6.0 | – | **no**, only as new | yes | yes |",
		"| 41 | some | H | yes | yes | **no** | yes | yes | 6.0 | – | step 3 | step 3 | yes |",
		"Measured 2026-11-22; 48 techniques, 5 of them on the host. All rows together took 24 minutes",
	} {
		if !strings.Contains(text, want+"\n") && !strings.Contains(text, want) {
			t.Errorf("the table lacks %s", want)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}

// What other programs read of a row must keep its names, and a run that broke must be readable.
func TestResultsAreWrittenAfterEachRow(t *testing.T) {
	file := filepath.Join(t.TempDir(), "matrix.json")
	b := book{file: file}
	for _, n := range []int{2, 1} {
		if err := b.add(complete()[n-1]); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]any
	if err := json.Unmarshal(text, &rows); err != nil {
		t.Fatal(err)
	}
	if len(rows) != 2 || rows[0]["row"] != 1.0 {
		t.Errorf("%d rows, the first is %v; want two by number", len(rows), rows[0]["row"])
	}
	for _, name := range []string{"row", "technique", "layer", "found", "evasion_found", "benign_quiet", "seconds", "first_evidence"} {
		if _, ok := rows[0][name]; !ok {
			t.Errorf("a row has no %q", name)
		}
	}
	again, err := read(file)
	if err != nil || len(again) != 2 || !again[0].Found {
		t.Errorf("read again: %+v, %v", again, err)
	}
}

func TestFirstRunStays(t *testing.T) {
	file := filepath.Join(t.TempDir(), "first.json")
	run := complete()[:3]
	run[0].Skimmer, run[1].Evasion = of(missed), of(failed)
	run[0].sum()
	first, err := addFirst(file, nil, run)
	if err != nil {
		t.Fatal(err)
	}
	if len(first) != 2 || first[0].Row != 1 || first[1].Row != 3 {
		t.Fatalf("%d rows are kept, want 1 and 3: the trial of an evasion of row 2 was not held", len(first))
	}
	second := complete()[:3]
	if first, err = addFirst(file, first, second); err != nil {
		t.Fatal(err)
	}
	if len(first) != 3 || first[0].Found || !first[1].EvasionFound {
		t.Errorf("the second run must add row 2 and change nothing else: %+v", first)
	}
	kept, err := read(file)
	if err != nil || len(kept) != 3 || kept[0].Found {
		t.Errorf("in the file: %d rows, %v", len(kept), err)
	}
}

func TestWords(t *testing.T) {
	o, err := parse([]string{"--rows", "1, 37", "--kinds", "benign,skimmer"})
	if err != nil || !slices.Equal(o.rows, []int{1, 37}) || o.whole() || o.wants(technique.Evasion) {
		t.Errorf("%+v, %v", o, err)
	}
	if o, err = parse(nil); err != nil || !o.whole() {
		t.Errorf("%+v, %v", o, err)
	}
	for _, wrong := range [][]string{{"--rows", "x"}, {"--kinds", "evil"}, {"--jobs", "0"}, {"more"}} {
		if _, err := parse(wrong); err == nil {
			t.Errorf("%q is taken", wrong)
		}
	}
	if _, err := choose(nil, []int{99}); err == nil {
		t.Error("a row that is not there is taken")
	}
}
