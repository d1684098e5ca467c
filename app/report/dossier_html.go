package report

import (
	"crypto/sha256"
	_ "embed" // dossier.html.tmpl, dossier.css
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
)

var (
	//go:embed dossier.html.tmpl
	dossierTemplate string
	//go:embed dossier.css
	dossierStyle string
)

// maxChangeRows and maxRunRows bound the page: the CSV files have all.
const (
	maxChangeRows = 2000
	maxRunRows    = 500
)

// writeHTML writes one page that can be printed and handed over. As with the report of a check, it asks nothing of any
// server, runs no script, and shows addresses as text.
func (d Dossier) writeHTML(out io.Writer, o Options) error {
	if languages[o.Language] == nil {
		o.Language = Languages()[0]
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	w := dossierLanguages[o.Language]
	page, err := template.New("dossier").Funcs(template.FuncMap{
		"shown":         Shown,
		"lines":         func(s string) []string { return strings.Split(strings.TrimRight(s, "\n"), "\n") },
		"moment":        func(t time.Time) string { return moment(t, o.Zone) },
		"authorisation": func(e DossierEntry) string { return w.authorisation(e, o.Zone) },
		"integrity":     w.integrity,
		"status":        w.status,
		"change":        func(k tillwatch.ChangeKind) string { return w.Changed[k] },
		"severity":      func(s tillwatch.Severity) string { return languages[o.Language].Severities[s] },
		"can":           func(list []tillwatch.Capability) string { return w.can(list, languages[o.Language]) },
		"short":         shortDigest,
		"stages": func(list []string) string {
			words := make([]string, len(list))
			for i, s := range list {
				words[i] = languages[o.Language].Step(s)
			}
			return strings.Join(words, ", ")
		},
		"span": w.span,
	}).Parse(dossierTemplate)
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(dossierStyle))
	alarms, acknowledged := d.Alarms()
	return page.Execute(out, map[string]any{
		"D": d, "W": w, "Language": o.Language, "Style": template.CSS(dossierStyle), //nolint:gosec // our own file
		"Policy": "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'",
		"Alarms": alarms, "Open": alarms - acknowledged,
		"Changes": newestLast(d.Changes, maxChangeRows), "MoreChanges": max(len(d.Changes)-maxChangeRows, 0),
		"Runs": newestLast(d.Runs, maxRunRows), "MoreRuns": max(len(d.Runs)-maxRunRows, 0),
		"Written": fmt.Sprintf(languages[o.Language].WrittenBy, d.Program, moment(d.Made, o.Zone)),
	})
}

func newestLast[T any](list []T, most int) []T { return list[max(len(list)-most, 0):] }

// shortDigest is enough of a digest to compare two by eye; the CSV file has all of it.
func shortDigest(digest string) string {
	if hexed, ok := strings.CutPrefix(digest, "sha256:"); ok && len(hexed) == 64 {
		return "sha256:" + hexed[:16] + "…"
	}
	return digest
}

// span is a length of time in days or hours.
func (w *dossierWords) span(d time.Duration) string {
	if d >= 24*time.Hour && d%(24*time.Hour) == 0 {
		return fmt.Sprintf(w.Days, int(d/(24*time.Hour)))
	}
	return fmt.Sprintf(w.Hours, d.Hours())
}
