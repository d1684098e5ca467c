package report

import (
	"bufio"
	"io"

	"github.com/tillwatch/tillwatch/triage"
)

// WriteRule writes the page of a rule for a terminal.
func WriteRule(w io.Writer, page triage.Page, o Options) error {
	if o.Width == 0 {
		o.Width = 100
	}
	t := text{Writer: bufio.NewWriter(w), Options: o}
	t.line(t.colored(bold, page.ID))
	for _, line := range wrap(page.Title, t.Width) {
		t.line(t.colored(bold, line))
	}
	t.section(page.Meaning.Heading, page.Meaning.Text)
	t.section(page.Why.Heading, page.Why.Text)
	for _, steps := range []triage.Steps{page.Next, page.NextLow} {
		if len(steps.List) > 0 {
			t.section(steps.Heading, "")
			t.steps("", steps.List)
		}
	}
	t.section(page.FalseAlarm.Heading, page.FalseAlarm.Text)
	return t.Flush()
}

func (t *text) section(heading, body string) {
	t.line("")
	t.line(t.colored(bold, heading))
	if body != "" {
		t.paragraph("", body)
	}
}
