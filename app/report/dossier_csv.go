package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"
)

// The columns of the CSV files are the same in every language, so that programs can read them; times are UTC.

func (d Dossier) writeEntries(entries []DossierEntry) func(io.Writer, Options) error {
	return func(w io.Writer, _ Options) error {
		rows := [][]string{{
			"shop", "place", "owner", "page", "status", "digest", "normalised_digest", "value", "first_seen", "last_seen", "gone", "loaded_by",
			"capabilities", "authorised_by", "authorised_at", "authorised_how", "justification", "copy", "note",
		}}
		for _, e := range entries {
			v, a := e.Newest(), e.Approval()
			how := ""
			switch {
			case a.At.IsZero():
			case a.Rule:
				how = "rule " + strconv.FormatInt(a.ID, 10) + ": " + a.Place + " may: " + strings.Join(a.May, "; ")
			default:
				how = "by hand " + strconv.FormatInt(a.ID, 10)
			}
			rows = append(rows, []string{
				d.Shop, e.Place, e.Owner, strings.Join(e.Stages, "; "), string(e.Status), v.Digest, v.Normalised, v.Value, utc(e.First), utc(e.Last),
				utc(e.Gone), strings.Join(e.Via, " < "), capabilities(v.Capabilities), a.Who, utc(a.At), how, a.Why, v.Evidence, e.Trap,
			})
		}
		return writeCSV(w, rows)
	}
}

func (d Dossier) writeChanges(w io.Writer, _ Options) error {
	rows := [][]string{{"shop", "run", "at", "kind", "place", "change", "before", "after", "alarm", "severity", "acknowledged_by", "acknowledged_at", "acknowledgement"}}
	for _, c := range d.Changes {
		severity := ""
		if c.Severity > 0 {
			severity = c.Severity.String()
		}
		rows = append(rows, []string{
			d.Shop, c.Run, utc(c.At), c.Kind, c.Place, string(c.What), c.Before, c.After, c.Rule, severity,
			c.Acknowledged.Who, utc(c.Acknowledged.At), c.Acknowledged.Why,
		})
	}
	return writeCSV(w, rows)
}

// writeRuns lists the looks and, between them and in their order, the stretches without one.
func (d Dossier) writeRuns(w io.Writer, _ Options) error {
	rows := [][]string{{"shop", "run", "started", "seconds", "profiles", "places", "program", "complete", "not_seen", "findings_medium_and_above", "items", "missed_before"}}
	missed := map[time.Time]int{}
	for _, s := range d.Silences {
		missed[s.To] = s.Missed
	}
	for _, r := range d.Runs {
		n := 0
		if r.Complete {
			n = missed[r.Started]
		}
		rows = append(rows, []string{
			d.Shop, r.ID, utc(r.Started), strconv.FormatFloat(seconds(r.Took), 'f', 3, 64), strings.Join(r.Profiles, "; "), strings.Join(r.Places, "; "),
			r.Program, strconv.FormatBool(r.Complete), strconv.Itoa(r.NotSeen), strconv.Itoa(r.Findings), strconv.Itoa(r.Items), strconv.Itoa(n),
		})
	}
	if n := missed[d.Made]; n > 0 {
		rows = append(rows, []string{d.Shop, "", utc(d.Made), "", "", "", "", "", "", "", "", strconv.Itoa(n)})
	}
	return writeCSV(w, rows)
}

func writeCSV(w io.Writer, rows [][]string) error {
	out := csv.NewWriter(w)
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = harmless(cell)
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// harmless keeps a text that a shop made up from being a formula where somebody opens the file in a spreadsheet.
func harmless(cell string) string {
	cell = Shown(cell)
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

func utc(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
