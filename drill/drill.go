// Package drill replays published leaks against the demonstration shop and measures how long each goes unnoticed.
//
// A drill is real: the shop is a process of its own with files and a database, the customers buy over HTTP, the check is
// the one that users run, with its browser. Only the loot is fake, and the thief's server listens on loopback.
package drill

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// Options say where a drill runs. Executable is needed.
type Options struct {
	Executable string                                       // the tillwatch program, which runs the shop
	Language   string                                       // of the findings, such as "ja"
	Members    int                                          // of the shop of drill token; 0: a million
	Database   string                                       // address of an empty one for the shop of drill orderform; empty: a file
	Tell       func(line string)                            // what happens while it happens; nil: nobody listens
	Leave      func(ctx context.Context, stage Stage) error // called before the shop is closed; nil: close at once
}

// Stage is what a drill leaves standing for whoever wants to look at it.
type Stage struct {
	Shop   string // address
	Report string // file with the HTML report of the check that found the attack
}

// Outcome is what one drill came to.
type Outcome struct {
	Drill       string   `json:"drill"`
	Passed      bool     `json:"passed"`
	Incidents   []string `json:"incidents"`
	Alarms      []Alarm  `json:"alarms"`
	FalseAlarms int      `json:"false_alarms"` // findings above low on the shop before the attack
	Case        Case     `json:"case"`
	Failure     string   `json:"failure,omitempty"` // why it did not pass
}

// Alarm is the first finding of one rule.
type Alarm struct {
	Rule           string  `json:"rule"`
	Layer          string  `json:"layer"`            // the sensor that saw it
	Attack         string  `json:"attack,omitempty"` // which one, where a drill has several
	Seconds        float64 `json:"seconds"`          // from the attack to the finding
	RequestsBefore int     `json:"requests_before"`  // that the shop's customers had made since the attack
	RecordsLost    int     `json:"records_lost"`     // orders placed between the attack and the finding
}

func (a Alarm) name() string {
	if a.Attack == "" {
		return a.Rule
	}
	return a.Rule + " (" + a.Attack + ")"
}

// Case is the published leak that a drill replays.
type Case struct {
	Name          string `json:"name"`
	UnnoticedDays int    `json:"unnoticed_days"`
	RecordsLost   int    `json:"records_lost"`
}

// drills is the one list of what can be replayed.
var drills = map[string]func(context.Context, Options) (Outcome, error){
	"orderform": orderform,
	"payment":   payment,
	"skim":      skim,
	"source":    source,
	"token":     token,
}

// Names lists the drills.
func Names() []string {
	var names []string
	for name := range drills {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Run replays the named drills in turn, or all where none is named. The error is for what kept a drill from being held;
// a drill that was held and not passed says why in its outcome.
func Run(ctx context.Context, names []string, o Options) ([]Outcome, error) {
	if len(names) == 0 {
		names = Names()
	}
	var outcomes []Outcome
	for _, name := range names {
		hold, ok := drills[name]
		if !ok {
			return outcomes, fmt.Errorf("there is no drill %q; there are: %s", name, strings.Join(Names(), ", "))
		}
		outcome, err := hold(ctx, o)
		if err != nil {
			return outcomes, fmt.Errorf("drill %s: %w", name, err)
		}
		outcomes = append(outcomes, outcome)
	}
	return outcomes, nil
}

// WriteJSON writes the outcomes in the form that other programs read.
func WriteJSON(w io.Writer, outcomes []Outcome) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(struct {
		Schema int       `json:"schema"`
		Drills []Outcome `json:"drills"`
	}{1, outcomes})
}

// WriteTable writes the outcomes for people, beside the figures of the cases.
func WriteTable(w io.Writer, outcomes []Outcome) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "drill\tresult\talarm\ttime to alarm\trecords lost\tin the case\trecords lost there")
	for _, o := range outcomes {
		result := "passed"
		if !o.Passed {
			result = "FAILED"
		}
		for i, a := range o.Alarms {
			if i > 0 {
				fmt.Fprintf(table, "\t\t%s\t%s\t%d\t\t\n", a.name(), seconds(a.Seconds), a.RecordsLost)
				continue
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%d\t%d days\t%d\n", o.Drill, result, a.name(), seconds(a.Seconds), a.RecordsLost, o.Case.UnnoticedDays, o.Case.RecordsLost)
		}
		if len(o.Alarms) == 0 {
			fmt.Fprintf(table, "%s\t%s\tnone\t\t\t%d days\t%d\n", o.Drill, result, o.Case.UnnoticedDays, o.Case.RecordsLost)
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, o := range outcomes {
		fmt.Fprintf(w, "\n%s: the case is %s.\n", o.Drill, o.Case.Name)
		if o.Failure != "" {
			fmt.Fprintf(w, "%s: not passed: %s.\n", o.Drill, o.Failure)
		}
		if o.FalseAlarms > 0 {
			fmt.Fprintf(w, "%s: %d false alarms on the shop before the attack.\n", o.Drill, o.FalseAlarms)
		}
	}
	return nil
}

func seconds(s float64) string {
	return time.Duration(s * float64(time.Second)).Round(100 * time.Millisecond).String()
}

func (o Options) tell(format string, args ...any) {
	if o.Tell != nil {
		o.Tell(fmt.Sprintf(format, args...))
	}
}
