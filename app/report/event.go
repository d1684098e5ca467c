package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/pipeline"
)

// WriteEvent writes one event of a watch in one Write: as text for people, or as one line of JSON, as docs/watch.md
// describes it.
func WriteEvent(w io.Writer, format string, e pipeline.Event, o Options) error {
	var b bytes.Buffer
	if e.Again { // what was begun of it before may stand there without an end
		b.WriteByte('\n')
	}
	var err error
	if format == "json" {
		err = writeEventJSON(&b, e)
	} else {
		err = writeEventText(&b, e, o)
	}
	if err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}

func writeEventJSON(b *bytes.Buffer, e pipeline.Event) error {
	if e.Finding != nil {
		f := *e.Finding
		f.Evidence = append([]tillwatch.Evidence{}, f.Evidence...)
		f.Data = append([]string{}, f.Data...)
		f.Next = append([]string{}, f.Next...)
		e.Finding = &f
	}
	if e.Incident != nil {
		i := *e.Incident
		i.Timeline = append([]tillwatch.Event{}, i.Timeline...)
		e.Incident = &i
	}
	encoder := json.NewEncoder(visible{b})
	encoder.SetEscapeHTML(false)
	return encoder.Encode(e)
}

func writeEventText(b *bytes.Buffer, e pipeline.Event, o Options) error {
	if !slices.Contains(Languages(), o.Language) {
		o.Language = Languages()[0]
	}
	if o.Width == 0 {
		o.Width = 100
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	t := text{bufio.NewWriter(b), newTranslator(o.Language), nil, o}
	if e.Finding != nil {
		t.foundEvent(e)
	}
	if e.Incident != nil {
		t.incident(moment(e.At, o.Zone)+"  ", t.words.Whys[string(e.Why)], *e.Incident)
	}
	t.line("")
	return t.Flush()
}

// foundEvent tells of a finding; of one that is gone, only which.
func (t *text) foundEvent(e pipeline.Event) {
	v := t.view(*e.Finding, t.Options)
	color := yellow
	switch {
	case e.Why == pipeline.Gone:
		color = green
	case v.Severity >= tillwatch.Medium:
		color = red
	}
	label := fmt.Sprintf("%s  %s", moment(e.At, t.Zone), v.Label)
	why := t.words.Whys[string(e.Why)]
	for i, line := range wrap(Shown(v.Headline+" ("+why+")"), max(20, t.Width-columns(label)-2)) {
		if i == 0 {
			t.line(t.colored(color, label) + "  " + t.colored(bold, line))
			continue
		}
		t.line("   " + t.colored(bold, line))
	}
	if e.Why == pipeline.Gone {
		t.table("   ", []row{{t.words.Where, []string{v.Place}}, {t.words.Rule, []string{v.Rule}}})
		return
	}
	t.facts(v)
	if e.Why != pipeline.More {
		t.next(v)
	}
}

// incident tells what happened in its order, each with what most likely led to it.
func (t *text) incident(mark, why string, i tillwatch.Incident) {
	w := t.words
	head := fmt.Sprintf("%s%s  %s %s (%s)", mark, w.Severities[i.Severity], w.Incident, i.ID, why)
	color := yellow
	if i.Severity >= tillwatch.Medium {
		color = red
	}
	t.line(t.colored(color, head))
	if i.Into != "" {
		t.table("   ", []row{{w.Incident, []string{"→ " + i.Into}}})
		return
	}
	for _, e := range i.Timeline {
		what := t.say(e.What)
		if e.Rule != "" {
			what = headline(e.Rule, t.Language, what) + "  [" + e.Rule + "]"
		}
		rows := []row{{moment(e.At, t.Zone), []string{what}}}
		if e.Place != "" {
			rows[0].values = append(rows[0].values, e.Place)
		}
		if e.Cause != "" {
			rows[0].values = append(rows[0].values, t.say(e.Cause))
		}
		t.table("   ", rows)
	}
}

// WriteIncident writes an incident for people: its timeline or, where findings are given, these, too.
func WriteIncident(w io.Writer, i tillwatch.Incident, findings []tillwatch.Finding, o Options) error {
	if !slices.Contains(Languages(), o.Language) {
		o.Language = Languages()[0]
	}
	if o.Width == 0 {
		o.Width = 100
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	t := text{bufio.NewWriter(w), newTranslator(o.Language), nil, o}
	t.incident("", i.Shop, i)
	t.line("")
	said := map[string]bool{}
	for n, f := range findings {
		v := t.view(f, t.Options)
		t.finding(n+1, v)
		if next := strings.Join(f.Next, "\n"); !said[next] {
			said[next] = true
			t.next(v)
		}
		t.line("")
	}
	return t.Flush()
}
