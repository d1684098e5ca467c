package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/tillwatch/tillwatch"
)

// maxShown bounds how much evidence of one finding the text shows; JSON and HTML have all of it.
const maxShown = 6

const (
	bold   = "\x1b[1m"
	red    = "\x1b[1;31m"
	yellow = "\x1b[1;33m"
	green  = "\x1b[1;32m"
	plain  = "\x1b[0m"
)

// text writes a report for a terminal. Errors stick in the bufio.Writer.
type text struct {
	*bufio.Writer
	*translator
	report *Report
	Options
}

func writeText(w io.Writer, r *Report, o Options) error {
	t := text{bufio.NewWriter(w), newTranslator(o.Language), r, o}
	t.head()
	t.findings()
	t.notSeen()
	t.lookedAt()
	for _, note := range t.words.notes(r) {
		t.paragraph("", note)
	}
	return t.Flush()
}

func (t *text) head() {
	color := green
	switch worst := t.report.Worst(); {
	case worst >= tillwatch.Medium:
		color = red
	case len(t.report.NotSeen) > 0 || t.report.Interrupted || worst > 0:
		color = yellow
	}
	for _, line := range wrap(Shown(t.words.verdict(t.report)), t.Width) {
		t.line(t.colored(color, line))
	}
	if t.report.Interrupted {
		for _, line := range wrap(t.words.VerdictInterrupted, t.Width) {
			t.line(t.colored(yellow, line))
		}
	}
	t.line("")
}

// findings shows each finding; what to do is said once, where it is said first.
func (t *text) findings() {
	said := map[string]bool{}
	for i, f := range t.report.Findings {
		v := t.view(f, t.Options)
		t.finding(i+1, v)
		if next := strings.Join(f.Next, "\n"); !said[next] {
			said[next] = true
			t.next(v)
		}
		t.line("")
	}
}

func (t *text) finding(number int, v view) {
	color := yellow
	if v.Severity >= tillwatch.Medium {
		color = red
	}
	label := fmt.Sprintf("%d. %s", number, v.Label)
	rest := wrap(Shown(v.Headline), max(20, t.Width-columns(label)-2))
	t.line(t.colored(color, label) + "  " + t.colored(bold, rest[0]))
	for _, line := range rest[1:] {
		t.line(strings.Repeat(" ", columns(label)+2) + t.colored(bold, line))
	}

	t.facts(v)
}

// facts shows everything that is known of a finding, with a label before each.
func (t *text) facts(v view) {
	w := t.words
	what := w.What
	if t.Language != "en" {
		what = w.Details
	}
	rows := []row{
		{what, []string{v.Summary}},
		{w.Data, []string{v.Whose}},
		{w.Destination, bounded(v.Destinations)},
		{w.Way, bounded(v.Ways)},
		{w.Where, []string{v.Place}},
		{w.Since, []string{v.When}},
		{w.Certainty, []string{v.Sure}},
		{w.Incident, []string{v.Incident}},
		{w.Rule, []string{v.Rule + "  (" + fmt.Sprintf(w.Explain, v.Rule) + ")"}},
	}
	t.table("   ", rows)
	if hidden := max(len(v.Destinations), len(v.Ways)) - maxShown; hidden > 0 {
		t.paragraph("   ", fmt.Sprintf(w.MoreEvidence, hidden))
	}
}

func (t *text) next(v view) {
	if len(v.Next) == 0 {
		return
	}
	t.line("   " + t.colored(bold, t.words.Next))
	t.steps("   ", v.Next)
}

func (t *text) steps(indent string, steps []string) {
	for i, step := range steps {
		number := fmt.Sprintf("%s%2d. ", indent, i+1)
		for k, line := range wrap(Shown(step), t.Width-len(number)) {
			if k > 0 {
				number = strings.Repeat(" ", len(number))
			}
			t.line(number + line)
		}
	}
}

func (t *text) notSeen() {
	if len(t.report.NotSeen) == 0 {
		return
	}
	t.line(t.colored(bold, t.words.NotSeen))
	t.paragraph("", t.words.NotSeenNote+" ("+fmt.Sprintf(t.words.Explain, notLooked)+")")
	for _, gap := range t.report.NotSeen {
		t.paragraph(" - ", gap.Place)
		t.paragraph("   ", t.say(gap.Why))
	}
	t.line("")
}

func (t *text) lookedAt() {
	w := t.words
	t.line(t.colored(bold, w.LookedAt))
	for _, target := range t.report.Targets {
		facts := []string{fmt.Sprintf(w.Took, target.Took.Seconds())}
		if len(target.Steps) > 0 {
			facts = append(facts, fmt.Sprintf(w.StepCount, len(target.Steps)))
		}
		t.paragraph(" - ", fmt.Sprintf("%s %s (%s)", w.Kinds[target.Kind], target.Place, strings.Join(facts, ", ")))
		var rows []row
		for _, step := range target.Steps {
			name := w.Step(step.Name)
			if step.Profile != "" {
				name = step.Profile + ": " + name
			}
			rows = append(rows, row{name, []string{step.Place}})
		}
		for _, fact := range target.Facts {
			rows = append(rows, row{t.say(fact.Name), []string{t.say(fact.Value)}})
		}
		t.table("   ", rows)
	}
	if n := len(t.report.Items); n > 0 {
		t.paragraph(" - ", w.Items+": "+fmt.Sprintf(w.ItemCount, n))
	}
	for _, item := range t.report.Items {
		if item.Kind == "software" {
			t.paragraph("   ", t.say(item.Value))
		}
	}
}

// row is a label and what stands beside it, each on a line of its own.
type row struct {
	label  string
	values []string
}

// table aligns the values of all rows by terminal columns, so that Japanese lines up.
func (t *text) table(indent string, rows []row) {
	left := 0
	for _, r := range rows {
		left = max(left, columns(Shown(r.label)))
	}
	for _, r := range rows {
		label := Shown(r.label)
		for _, value := range r.values {
			if value == "" {
				continue
			}
			for _, line := range wrap(Shown(value), max(20, t.Width-len(indent)-left-2)) {
				t.line(indent + pad(label, left) + "  " + line)
				label = ""
			}
		}
	}
}

func (t *text) paragraph(mark, s string) {
	for _, line := range wrap(Shown(s), t.Width-len(mark)) {
		t.line(mark + line)
		mark = strings.Repeat(" ", len(mark))
	}
}

func (t *text) line(s string) {
	_, _ = t.WriteString(s)
	_ = t.WriteByte('\n')
}

func (t *text) colored(color, s string) string {
	if !t.Color {
		return s
	}
	return color + s + plain
}

func bounded(list []string) []string { return list[:min(len(list), maxShown)] }
