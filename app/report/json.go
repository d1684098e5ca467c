package report

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"math"
	"time"

	"github.com/tillwatch/tillwatch"
)

// schema is raised when a program that reads the old form would misread the new one; a further key does not.
const schema = 1

type jsonReport struct {
	Schema      int                 `json:"schema"`
	Targets     []jsonTarget        `json:"targets"`
	Findings    []tillwatch.Finding `json:"findings"`
	Items       []jsonItem          `json:"items"`
	NotSeen     []jsonGap           `json:"not_seen"`
	Suppressed  int                 `json:"suppressed,omitempty"`
	Interrupted bool                `json:"interrupted,omitempty"`
}

type jsonTarget struct {
	Kind    tillwatch.Kind `json:"kind"`
	Place   string         `json:"place"`
	Seconds float64        `json:"seconds"`
	Steps   []jsonStep     `json:"steps"`
	Facts   []jsonFact     `json:"facts,omitempty"`
}

type jsonFact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type jsonStep struct {
	Name       string `json:"name"`
	Place      string `json:"place"`
	Screenshot string `json:"screenshot"` // data URI of a PNG, or empty
}

type jsonItem struct {
	Kind         string                 `json:"kind"`
	Place        string                 `json:"place"`
	Digest       string                 `json:"digest"`
	Capabilities []tillwatch.Capability `json:"capabilities"`
	Status       Status                 `json:"status"`
	Value        string                 `json:"value,omitempty"` // of software: its name and version
}

type jsonGap struct {
	Place string `json:"place"`
	Why   string `json:"why"`
}

func writeJSON(w io.Writer, r *Report, _ Options) error {
	out := jsonReport{
		Schema:      schema,
		Targets:     []jsonTarget{},
		Findings:    []tillwatch.Finding{},
		Items:       []jsonItem{},
		NotSeen:     []jsonGap{},
		Suppressed:  r.Hidden,
		Interrupted: r.Interrupted,
	}
	for _, t := range r.Targets {
		target := jsonTarget{t.Kind, t.Place, seconds(t.Took), []jsonStep{}, nil}
		for _, s := range t.Steps {
			target.Steps = append(target.Steps, jsonStep{s.Name, s.Place, dataURI(s.Picture)})
		}
		for _, f := range t.Facts {
			target.Facts = append(target.Facts, jsonFact(f))
		}
		out.Targets = append(out.Targets, target)
	}
	for _, f := range r.Findings {
		f.Evidence = append([]tillwatch.Evidence{}, f.Evidence...)
		f.Data = append([]string{}, f.Data...)
		f.Next = append([]string{}, f.Next...)
		out.Findings = append(out.Findings, f)
	}
	for _, i := range r.Items {
		capabilities := append([]tillwatch.Capability{}, i.Capabilities...)
		item := jsonItem{i.Kind, i.Place, i.Digest, capabilities, i.Status, ""}
		if i.Kind == "software" {
			item.Value = i.Value
		}
		out.Items = append(out.Items, item)
	}
	for _, g := range r.NotSeen {
		out.NotSeen = append(out.NotSeen, jsonGap{g.Place, g.Why})
	}
	return encode(w, out)
}

// encode writes v as indented JSON in which no character can act on a terminal.
func encode(w io.Writer, v any) error {
	e := json.NewEncoder(visible{w})
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

func seconds(d time.Duration) float64 { return math.Round(d.Seconds()*1000) / 1000 }

func dataURI(picture []byte) string {
	if len(picture) == 0 {
		return ""
	}
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(picture)
}
