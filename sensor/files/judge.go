package files

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/known"
	"github.com/tillwatch/tillwatch/script"
)

// The rules that files fall under here.
const (
	ruleSkimmer    = "files/skimmer"
	ruleChanged    = "files/changed"
	ruleExtra      = "files/extra"
	ruleMissing    = "files/missing"
	ruleUnparsable = "files/script-unparsable"
)

// outcome is what there is to say of a content, wherever it lies: its signs have no place yet.
type outcome struct {
	Signs        []tillwatch.Sign       `json:"signs,omitempty"`
	Capabilities []tillwatch.Capability `json:"capabilities,omitempty"`
	Partial      string                 `json:"partial,omitempty"` // why what it does is not wholly known
	PHP          bool                   `json:"php,omitempty"`     // it holds PHP code
	Inert        bool                   `json:"inert,omitempty"`   // that does nothing
}

func (o outcome) worst() tillwatch.Severity {
	var worst tillwatch.Severity
	for _, s := range o.Signs {
		worst = max(worst, s.Severity)
	}
	return worst
}

// at gives a sign its place.
func at(s tillwatch.Sign, place string) tillwatch.Sign {
	s.Place, s.Count = place, 1
	s.Evidence = slices.Clone(s.Evidence)
	for i := range s.Evidence {
		s.Evidence[i].Where = place
	}
	return s
}

// judge says what a content is. It is pure.
type judge struct {
	data    *known.Data
	own     string
	trusted func(host string) bool
}

func (j judge) options() script.Options { return script.Options{Own: j.own, Trusted: j.trusted} }

// file judges the content of a file of that name, or its beginning where it is very large.
func (j judge) file(k kind, name string, content []byte) outcome {
	switch k {
	case "", kindServer: // a picture, a text, an archive, where code has no place; or a script of another language
		o := outcome{}
		j.stray(&o, name, content)
		j.server(&o, name, content)
		return o
	case kindScript:
		return j.script(name, content)
	case kindSettings, kindUploadSettings:
		return j.settings(name, k == kindUploadSettings, content)
	}
	o := j.document(k, content)
	if k == kindDocument {
		j.server(&o, name, content)
	}
	j.code(&o, k == kindPHP, content)
	if k == kindSmarty {
		j.code(&o, true, smartyCode(content))
	}
	o.Signs = oneForEachRule(o.Signs)
	return o
}

// script judges a script by itself. One that is published as it is needs no judging: what it does, its authors answer
// for, and what it may do on this shop's pages is seen there.
func (j judge) script(name string, content []byte) outcome {
	if j.data.LibraryFile(content) != nil {
		return outcome{}
	}
	a := script.Analyse(content, j.options())
	o := outcome{Capabilities: a.Capabilities}
	change, standing := j.change(name, content, a)
	if standing == known.Unlisted {
		// A library's own way of loading things is no news in its next release.
		o.Capabilities = slices.DeleteFunc(slices.Clone(a.Capabilities), func(c tillwatch.Capability) bool { return c == tillwatch.Executes })
	}
	if change != nil {
		o.Signs = append(o.Signs, *change)
	}
	// What is low of a library is what the library itself does.
	library := standing == known.Modified || standing == known.Unlisted
	if sign, found := skimmer([]*script.Analysis{a}); found && (!library || sign.Severity > tillwatch.Low) {
		o.Signs = append(o.Signs, sign)
	}
	switch {
	case a.Parsed == script.Unparsable:
		o.Signs = append(o.Signs, unparsable("This is no JavaScript that can be parsed: only its words were looked at.", a.Partial))
	case a.Parsed == script.ParsedLexical:
		o.Signs = append(o.Signs, unparsable("This script is too large or nested too deeply to parse: only its words were looked at.", a.Partial))
	default:
		o.Partial = a.Partial
	}
	return o
}

// unparsable tells of a script of which it is not known what it does.
func unparsable(summary, partial string) tillwatch.Sign {
	return tillwatch.Sign{
		Rule: ruleUnparsable, Severity: tillwatch.Low, Certainty: tillwatch.Certain, Summary: summary,
		Evidence: []tillwatch.Evidence{{What: partial, Line: 1, Column: 1}},
	}
}

// document judges all scripts in a document or template together. What does not parse there is seldom a script's own
// fault: browsers run none of it, and the tags of a template may stand where none could be blanked out.
func (j judge) document(k kind, content []byte) outcome {
	markup, php := blank(k, content)
	o := outcome{PHP: php}
	if php && inert(content) {
		return outcome{Inert: true}
	}
	var analyses []*script.Analysis
	for _, piece := range script.AnalyseHTML(markup, j.options()) {
		a := piece.Analysis
		analyses = append(analyses, a)
		for _, c := range a.Capabilities {
			if !slices.Contains(o.Capabilities, c) {
				o.Capabilities = append(o.Capabilities, c)
			}
		}
		if o.Partial == "" {
			o.Partial = a.Partial
		}
	}
	slices.Sort(o.Capabilities)
	if sign, found := skimmer(analyses); found {
		o.Signs = append(o.Signs, sign)
	}
	return o
}

// maxReasons is how much of one file is given as evidence.
const maxReasons = 20

// skimmer makes a sign of what analyses found suspicious, the worst first.
func skimmer(analyses []*script.Analysis) (tillwatch.Sign, bool) {
	suspicious := slices.DeleteFunc(slices.Clone(analyses), func(a *script.Analysis) bool {
		return a.Verdict.Severity < tillwatch.Low || len(a.Verdict.Reasons) == 0
	})
	if len(suspicious) == 0 {
		return tillwatch.Sign{}, false
	}
	slices.SortStableFunc(suspicious, func(a, b *script.Analysis) int { return cmp.Compare(b.Verdict.Score, a.Verdict.Score) })
	worst := suspicious[0].Verdict
	sign := tillwatch.Sign{Rule: ruleSkimmer, Severity: worst.Severity, Certainty: tillwatch.Possible}
	switch {
	case worst.Severity >= tillwatch.High:
		sign.Certainty = tillwatch.Likely
		sign.Summary = fmt.Sprintf("There is code here that does what skimmers do: %s.", worst.Reasons[0].What)
	case worst.Severity >= tillwatch.Medium:
		sign.Summary = fmt.Sprintf("There is code here that looks like a skimmer's: %s.", worst.Reasons[0].What)
	default:
		sign.Summary = fmt.Sprintf("There is code here of which skimmers have some, and honest scripts too: %s.", worst.Reasons[0].What)
	}
	for _, a := range suspicious {
		for _, span := range a.Verdict.Reasons {
			if len(sign.Evidence) == maxReasons {
				break
			}
			sign.Evidence = append(sign.Evidence, evidence(a, span))
		}
		for _, sink := range a.Sinks {
			if sink.Host != "" && slices.Contains(sink.Fields, "card") {
				sign.Data = []string{"card"}
			}
		}
	}
	return sign, true
}

// evidence is a reason of a verdict, with the host where it is one that something goes to.
func evidence(a *script.Analysis, span script.Span) tillwatch.Evidence {
	e := tillwatch.Evidence{What: span.What, Line: span.Line, Column: span.Column}
	if span.Decoded > 0 {
		e.What += ", in code that it makes of a text here"
	}
	for _, sink := range a.Sinks {
		if sink.Line == span.Line && sink.Column == span.Column && sink.What == span.What && sink.Host != "" {
			e.Destination = "//" + sink.Host
		}
	}
	return e
}
