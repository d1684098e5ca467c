package report

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"time"

	"github.com/tillwatch/tillwatch"
)

// maxItemRows bounds the table of items: the JSON report has them all.
const maxItemRows = 1000

//go:embed page.html.tmpl page.css
var htmlFiles embed.FS

// document is what the HTML template sees.
type document struct {
	Language  string
	Style     template.CSS
	Policy    string // Content-Security-Policy: nothing is loaded, nothing runs
	W         *words
	say       *translator
	R         *Report
	Verdict   string
	Tone      string // of the verdict: "bad", "unsure" or "good"
	Alone     []view // findings that belong to no incident
	Incidents []incident
	Items     []Item
	MoreItems int
	Notes     []string
	Written   string
}

type incident struct {
	tillwatch.Incident
	Findings []view
}

// writeHTML writes one self-contained page. It asks nothing of any server, runs no script, and shows addresses as text,
// never as links: those of an attack are not for clicking.
func writeHTML(w io.Writer, r *Report, o Options) error {
	style, err := htmlFiles.ReadFile("page.css")
	if err != nil {
		return err
	}
	page, err := template.New("page.html.tmpl").Funcs(htmlFuncs(o)).ParseFS(htmlFiles, "page.html.tmpl")
	if err != nil {
		return err
	}
	return page.Execute(w, newDocument(r, o, style))
}

func newDocument(r *Report, o Options, style []byte) document {
	w := languages[o.Language]
	sum := sha256.Sum256(style)
	d := document{
		Language: o.Language,
		Style:    template.CSS(style), //nolint:gosec // our own file
		Policy: "default-src 'none'; img-src data:; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
			"'; base-uri 'none'; form-action 'none'",
		W:       w,
		say:     newTranslator(o.Language),
		R:       r,
		Verdict: w.verdict(r),
		Tone:    "good",
		Items:   r.Items[:min(len(r.Items), maxItemRows)],
		Notes:   w.notes(r),
		Written: fmt.Sprintf(w.WrittenBy, r.Version, moment(r.Started, o.Zone)),
	}
	d.MoreItems = len(r.Items) - len(d.Items)
	switch worst := r.Worst(); {
	case worst >= tillwatch.Medium:
		d.Tone = "bad"
	case len(r.NotSeen) > 0 || r.Interrupted || worst > 0:
		d.Tone = "unsure"
	}
	for _, i := range r.Incidents {
		d.Incidents = append(d.Incidents, incident{Incident: i})
	}
	for _, f := range r.Findings {
		v := d.say.view(f, o)
		if group := d.incident(f.Incident); group != nil {
			group.Findings = append(group.Findings, v)
			continue
		}
		d.Alone = append(d.Alone, v)
	}
	return d
}

// StepCount is the number of steps of all targets.
func (d document) StepCount() int {
	n := 0
	for _, t := range d.R.Targets {
		n += len(t.Steps)
	}
	return n
}

// With gives the template of one finding the words it needs.
func (d document) With(v view) map[string]any { return map[string]any{"W": d.W, "V": v, "D": d} }

// Say says in the reader's language what a sensor said.
func (d document) Say(english string) string { return d.say.say(english) }

func (d *document) incident(id string) *incident {
	for i := range d.Incidents {
		if d.Incidents[i].ID == id {
			return &d.Incidents[i]
		}
	}
	return nil
}

func htmlFuncs(o Options) template.FuncMap {
	return template.FuncMap{
		"shown":  Shown,
		"moment": func(t time.Time) string { return moment(t, o.Zone) },
		"clock":  func(t time.Time) string { return t.In(o.Zone).Format("15:04:05") },
		"picture": func(png []byte) template.URL {
			if !bytes.HasPrefix(png, []byte("\x89PNG\r\n\x1a\n")) {
				return ""
			}
			return template.URL(dataURI(png)) //nolint:gosec // base64 of our own making
		},
		"headline": func(rule, otherwise string) string { return headline(rule, o.Language, otherwise) },
	}
}
