package page

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/canary"
	"github.com/tillwatch/tillwatch/script"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// suspiciousScripts judges every script that ran on the walk by what its code would do, whether or not it did: one that
// waits for a night, a country or the tenth customer is read like any other. What a library's project published and what
// a payment provider's own frame runs is not read.
//
// The analysis weighs, it does not prove, so that its findings are likely at most. See [script.Analyse].
func suspiciousScripts(v *visit, d destinations) []tillwatch.Sign {
	pages := v.lives()
	blame := newBlame(v)
	sent := v.sendings()
	signs := map[string]*tillwatch.Sign{}
	var order []string
	for _, s := range v.toBeRead(d) {
		a := read(s, d)
		sign := a.sign(s)
		if sign.Rule == "" {
			continue
		}
		sign.Place, sign.Since, sign.Count = scriptPlace(s), s.At, 1
		if !slices.Contains(stagesAt(pages, s.At), tillwatch.StagePayment) && sign.Rule == "page/script-unparsable" {
			sign.Severity = tillwatch.Low
		}
		if sign.Severity >= tillwatch.Medium && a.wentHome(s, v, sent, d) {
			sign.Severity, sign.Certainty = tillwatch.Low, tillwatch.Possible
			sign.Summary += " On this walk it asked the shop's own host, and told it nothing."
		}
		if made := blame.madeBy(s); made.Where != "" {
			sign.Evidence = append(sign.Evidence, made)
		}
		key := sign.Rule + " " + sign.Place
		if before := signs[key]; before != nil {
			before.Count++
			continue
		}
		signs[key] = &sign
		order = append(order, key)
	}
	out := make([]tillwatch.Sign, 0, len(order))
	for _, key := range order {
		out = append(out, *signs[key])
	}
	return out
}

// toBeRead are the scripts worth reading, each content at each place once.
func (v *visit) toBeRead(d destinations) []browser.Script {
	type identity struct{ sum, place string }
	seen := map[identity]bool{}
	var out []browser.Script
	for _, s := range v.scripts {
		if s.Source == "" || s.Truncated {
			continue // what could not be kept is a gap already
		}
		if o := d.owner(hostOf(cmp.Or(s.FrameURL, s.URL))); o == provider || o == authorised {
			continue // in the provider's own frame, where card fields belong
		}
		key := identity{s.SHA256, cmp.Or(s.URL, s.FrameURL)}
		if seen[key] {
			continue
		}
		seen[key] = true
		if v.published().LibraryFile([]byte(s.Source)) == nil {
			out = append(out, s)
		}
	}
	return out
}

// madeBy tells who made code that has no file of its own, or loaded a script that somebody else's code asked for.
func (b *blame) madeBy(s browser.Script) tillwatch.Evidence {
	if len(s.Parent) == 0 {
		return tillwatch.Evidence{}
	}
	c, _ := b.placed(s.Session, s.Parent[0])
	if !hasAddress(c.URL) {
		return tillwatch.Evidence{}
	}
	what := "this script brought it in"
	if s.Kind == "eval" {
		what = "this script made the code at run time"
	}
	return tillwatch.Evidence{What: what, Where: shown(c.URL), Line: c.Line, Column: c.Column}
}

// analysis is what reading a script said, as far as signs need it.
type analysis struct {
	parsed  script.Parsed
	verdict script.Verdict
	sinks   []script.Sink
}

// wentHome says that all that speaks against a script is that it chooses a picture's address by what is typed, in a way that
// cannot be read, and that the walk saw which it chose: pictures of the shop's own, whose addresses do not tell what was typed.
// A script that did not come to ask is not excused.
func (a analysis) wentHome(s browser.Script, v *visit, sent []sending, d destinations) bool {
	chooses := map[int]bool{}
	for _, sink := range a.sinks {
		switch {
		case sink.Hidden || sink.Host != "":
			return false
		case len(sink.Fields) == 0 || !sink.Kind.Loads() && sink.Target != "*": // the checkout's own
		case sink.Kind != script.SinkImage || sink.Target != "*":
			return false
		default:
			chooses[sink.Line+max(s.Line, 1)-1] = true
		}
	}
	if len(chooses) == 0 {
		return false
	}
	finder := canary.NewMatcher(append([]canary.Set{v.set}, v.earlier...)...)
	asked := map[int]bool{}
	for i := range sent {
		one := &sent[i]
		if len(one.stack) == 0 || one.stack[0].ScriptID != s.ID || one.session != s.Session {
			continue
		}
		u, err := url.Parse(one.url)
		if err != nil || d.owner(hostOf(one.url)) != own || u.RawQuery != "" || one.body.Len() > 0 || len(finder.Find(one.content())) > 0 {
			return false
		}
		asked[one.stack[0].Line] = true
	}
	for line := range chooses {
		if !asked[line] {
			return false
		}
	}
	return true
}

// sign grades an analysis; without a rule there is nothing to say. What no parser takes although the browser ran it is a
// sign of its own: a way to hide from a reader would otherwise be a way past this alarm.
func (a analysis) sign(s browser.Script) tillwatch.Sign {
	switch {
	case a.verdict.Severity >= tillwatch.Medium: // below that is what a shop's own checkout does
		sign := tillwatch.Sign{
			Rule: "page/script-suspicious", Severity: a.verdict.Severity, Certainty: tillwatch.Possible,
			Summary: fmt.Sprintf("A script on the way to the payment step is written like a card skimmer: %s.", capabilityOf(a.verdict)),
			Data:    []string{"card"},
		}
		if a.verdict.Severity >= tillwatch.High {
			sign.Certainty = tillwatch.Likely
		}
		for _, r := range a.verdict.Reasons[:min(len(a.verdict.Reasons), maxEvidence)] {
			sign.Evidence = append(sign.Evidence, a.evidence(s, r))
		}
		return sign
	case a.parsed == script.Unparsable:
		return tillwatch.Sign{
			Rule: "page/script-unparsable", Severity: tillwatch.Medium, Certainty: tillwatch.Possible,
			Summary:  "The browser ran a script that could not be read, so that what it would do was not judged.",
			Evidence: []tillwatch.Evidence{{What: "a script that no parser here can read", Where: scriptPlace(s), Line: max(s.Line, 1), Column: max(s.Column, 1)}},
		}
	case a.parsed == script.ParsedLexical:
		return tillwatch.Sign{
			Rule: "page/script-unparsable", Severity: tillwatch.Low, Certainty: tillwatch.Possible,
			Summary:  "A script is too large or nested too deeply to be read: only its words were looked at.",
			Evidence: []tillwatch.Evidence{{What: fmt.Sprintf("%d bytes of script", len(s.Source)), Where: scriptPlace(s), Line: max(s.Line, 1), Column: max(s.Column, 1)}},
		}
	}
	return tillwatch.Sign{}
}

// capabilityOf is the weightiest reason of a verdict, as part of a sentence.
func capabilityOf(v script.Verdict) string {
	if len(v.Reasons) == 0 {
		return "see the evidence"
	}
	return v.Reasons[0].What
}

// evidence is a reason at its line of the document or file. Code that was made at run time has lines of its own; what
// made it is named besides.
func (a analysis) evidence(s browser.Script, r script.Span) tillwatch.Evidence {
	e := tillwatch.Evidence{What: r.What, Where: shown(cmp.Or(s.URL, s.FrameURL)), Line: r.Line, Column: r.Column}
	if s.Kind == "eval" {
		e.Where = scriptPlace(s)
		return e
	}
	if s.Line > 0 {
		if r.Line == 1 {
			e.Column += max(s.Column-1, 0)
		}
		e.Line += s.Line - 1
	}
	return e
}

// read tells what a script would do on this shop.
func read(s browser.Script, d destinations) analysis {
	a := script.Analyse([]byte(s.Source), script.Options{
		Own:     d.shop,
		Trusted: func(host string) bool { o := d.owner(host); return o == provider || o == authorised },
	})
	return analysis{parsed: a.Parsed, verdict: a.Verdict, sinks: a.Sinks}
}
