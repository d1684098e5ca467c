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
	t.section(page.Headings[0], page.Meaning)
	t.section(page.Headings[1], page.Why)
	t.section(page.Headings[2], "")
	t.steps("", page.Next)
	t.section(page.Headings[3], page.FalseAlarm)
	return t.Flush()
}

func (t *text) section(heading, body string) {
	t.line("")
	t.line(t.colored(bold, heading))
	if body != "" {
		t.paragraph("", body)
	}
}
