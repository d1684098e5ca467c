package app

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/app/report"
)

// WriteObservations gives a function that writes each sign and each gap as one line, of text or of JSON, at once. One call
// at a time.
func WriteObservations(out io.Writer, asJSON bool) func(tillwatch.Observation) {
	line := func(o map[string]any, format string, a ...any) {
		if asJSON {
			_ = json.NewEncoder(out).Encode(o)
			return
		}
		fmt.Fprintf(out, "%s  "+format+"\n", append([]any{time.Now().Format(time.DateTime)}, a...)...)
	}
	return func(o tillwatch.Observation) {
		switch o := o.(type) {
		case tillwatch.Sign:
			line(map[string]any{
				"rule": o.Rule, "severity": o.Severity, "certainty": o.Certainty, "place": o.Place, "since": o.Since, "summary": o.Summary,
				"evidence": o.Evidence, "data": o.Data, "subjects": o.Subjects, "count": o.Count,
			}, "%s  %s, %s  %s (times: %d)", o.Rule, o.Severity, o.Certainty, report.Shown(o.Summary), o.Count)
		case tillwatch.Gap:
			line(map[string]any{"not_seen": map[string]string{"place": o.Place, "why": o.Why}}, "not seen  %s: %s", report.Shown(o.Place), report.Shown(o.Why))
		}
	}
}
