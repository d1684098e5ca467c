package page

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/script"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// reader is a script and what it took of the card fields of one visit.
type reader struct {
	suspect
	fields      []string // whose content it took
	polled      []string // those of them that it took by a timer
	whole       bool     // it took a form as a whole
	wholePolled bool     // and did that by a timer
	reads       []tillwatch.Evidence
	hears       []string // events of card fields alone that it listens to
	targets     []tillwatch.Evidence
}

// cardReaders tells of scripts that take what is in the card fields of the shop's own pages. A checkout reads its own fields,
// and so do validation and session replay: what is told above low is a script that takes the card and sends it, one that polls
// the fields instead of waiting for the customer, and one that was made at run time out of text.
func cardReaders(v *visit, d destinations) []tillwatch.Sign {
	t := newTrial(v, d)
	var signs []tillwatch.Sign
	for _, r := range t.readers() {
		if sign, ok := t.signOf(r); ok {
			signs = append(signs, sign)
		}
	}
	return signs
}

// readers are those who read or listen on the shop's own pages, sorted by their place.
func (t *trial) readers() []*reader {
	all := map[scriptKey]*reader{}
	of := func(s suspect) *reader {
		if all[s.key] == nil {
			all[s.key] = &reader{suspect: s}
		}
		return all[s.key]
	}
	for _, read := range t.visit.reads {
		s, ok := t.suspect(read.Session, read.Stack)
		if !ok || !t.ownDocument(read.FrameURL) || s.trusted() || peeks(s.inner, read.Stack, s.key.id) {
			continue
		}
		r := of(s)
		if !slices.Contains(r.fields, read.Field) {
			r.fields = append(r.fields, read.Field)
		}
		if read.Timer && !slices.Contains(r.polled, read.Field) {
			r.polled = append(r.polled, read.Field)
		}
		if read.How == "FormData" { // of a whole form only one field is named
			r.whole = true
			r.wholePolled = r.wholePolled || read.Timer
		}
		r.reads = appendEvidence(r.reads, s.evidence("reads what is in the card fields", named(read.Field)))
	}
	t.listening(of)
	list := slices.Collect(maps.Values(all))
	for _, r := range list {
		slices.Sort(r.fields)
		slices.Sort(r.hears)
	}
	slices.SortFunc(list, func(a, b *reader) int {
		return cmp.Or(strings.Compare(a.place.URL, b.place.URL), cmp.Compare(a.place.Line, b.place.Line), cmp.Compare(a.place.Column, b.place.Column))
	})
	return list
}

// listening notes the scripts that listen to what happens at card fields and at no other input: what listens to all of them
// counts clicks or replays sessions, a form's own code waits at the form.
func (t *trial) listening(of func(suspect) *reader) {
	typing := []string{"keydown", "keyup", "keypress", "input", "beforeinput", "change", "paste", "blur", "focusout", "textInput", "compositionend"}
	for _, audit := range []browser.FieldAudit{t.visit.audits.before, t.visit.audits.after} {
		elsewhere := map[scriptKey]bool{}
		for _, l := range audit.Listeners {
			if l.On == "other" {
				elsewhere[scriptKey{l.Session, l.Call.ScriptID}] = true
			}
		}
		for _, l := range audit.Listeners {
			s, ok := t.suspect(l.Session, []browser.Call{l.Call})
			if !ok || l.On != "field" || audit.Others == 0 || elsewhere[s.key] || s.trusted() || !t.ownDocument(l.FrameURL) || !slices.Contains(typing, l.Type) {
				continue
			}
			r := of(s)
			if !slices.Contains(r.hears, l.Type) {
				r.hears = append(r.hears, l.Type)
			}
			r.targets = appendEvidence(r.targets, s.evidence("listens to the card fields and to no other input", l.Type))
		}
	}
}

// maxPeek bounds what is looked at of a place.
const maxPeek = 120

// onlyLength is what follows a read that takes how much is in a field, or whether, and not what.
var onlyLength = lazily(`^\.?(?:value|val\(\))\s*(?:\|\|\s*(?:''|"")\s*\))?(?:\.trim\(\))?\s*(?:\.length\b|[!=]==?\s*(?:''|"")|\.replace\(/(?:\.|\\S|\\s\S|\[\s*\\s\\S\]|\[\^ ?\])/gu?,\s*(?:'.'|"."))`)

// onlyWhether stands before a read that asks whether there is anything, and anyThing behind it.
var (
	onlyWhether = lazily(`(?:!|\b(?:if|while)\s*\(\s*)[\w$.]+\.$`)
	anyThing    = lazily(`^(?:value|val\(\))\s*(?:\)|$)`)
	negated     = lazily(`!\s*[\w$.]+\.$`)
)

// peeks says that a read took no content: the code at that place asks for the length or whether there is anything, compares
// with nothing, or puts a star for each character.
func peeks(s browser.Script, stack []browser.Call, id string) bool {
	i := slices.IndexFunc(stack, func(c browser.Call) bool { return c.ScriptID == id })
	if i < 0 {
		return false
	}
	line, column := stack[i].Line, stack[i].Column
	here := sourceAt(s, line, column)
	if onlyLength().MatchString(here) {
		return true
	}
	back := min(column-1, maxPeek)
	before := sourceAt(s, line, column-back)
	if back < 1 || len(before) < back {
		return false
	}
	before = before[:back]
	return negated().MatchString(before) || onlyWhether().MatchString(before) && anyThing().MatchString(here)
}

// sourceAt is the beginning of what stands at a place of a script; empty where there is no such place.
func sourceAt(s browser.Script, line, column int) string {
	if s.Kind == "inline" { // its lines are counted from the document's first
		if line -= s.Line - 1; line == 1 {
			column -= s.Column - 1
		}
	}
	rest := s.Source
	for ; line > 1; line-- {
		_, after, found := strings.Cut(rest, "\n")
		if !found {
			return ""
		}
		rest = after
	}
	if column < 1 || column-1 > len(rest) {
		return ""
	}
	rest = rest[column-1:]
	return rest[:min(len(rest), maxPeek)]
}

// signOf grades one reader.
func (t *trial) signOf(r *reader) (tillwatch.Sign, bool) {
	place := shown(r.place.URL)
	sign := tillwatch.Sign{
		Rule: "page/card-field-read", Place: place, Since: t.visit.typed, Count: 1, Data: []string{"card"}, Certainty: tillwatch.Possible,
		Evidence: append(slices.Clone(r.reads), r.targets...),
	}
	if len(sign.Evidence) > maxEvidence {
		sign.Evidence = sign.Evidence[:maxEvidence]
	}
	switch to := t.leaked(r.key); {
	case to != "" && len(r.fields)+len(r.hears) > 0:
		sign.Severity, sign.Certainty = tillwatch.High, tillwatch.Likely
		sign.Summary = fmt.Sprintf("%s reads the card fields, and what it sends to %s holds what was typed.", place, shown(to))
		for i := range sign.Evidence {
			sign.Evidence[i].Destination = shown(to)
		}
	case len(r.polled) >= 2 || r.wholePolled:
		sign.Severity = tillwatch.Medium
		sign.Summary = fmt.Sprintf("%s reads the card fields again and again by a timer, whatever the customer does.", place)
		if secret := t.sentSecret(r.key, minOpaque); secret != "" {
			sign.Severity, sign.Certainty = tillwatch.High, tillwatch.Likely
			for i := range sign.Evidence {
				sign.Evidence[i].Destination = shown(secret)
			}
		}
	case r.made && (len(r.fields) >= 2 || r.whole):
		sign.Severity = tillwatch.Medium
		sign.Summary = fmt.Sprintf("Code that %s made out of text at run time reads the card fields.", place)
	case r.made && len(r.hears) > 0:
		sign.Severity = tillwatch.Medium
		sign.Summary = fmt.Sprintf("Code that %s made out of text at run time listens to the card fields and to no other input.", place)
	case r.owner == foreign && len(r.fields) > 0:
		sign.Severity = tillwatch.Low
		sign.Summary = fmt.Sprintf("%s comes from another host and reads the card fields; nothing that it was seen to send holds what was typed.", place)
	case r.owner == foreign && len(r.hears) > 0:
		sign.Severity = tillwatch.Low
		sign.Summary = fmt.Sprintf("%s comes from another host and listens to the card fields and to no other input.", place)
	default:
		return sign, false
	}
	return sign, true
}

// What a script can do besides reading, as the look at the live page found it.
const listensToCards tillwatch.Capability = "listens card"

// audited corrects and completes what scripts can do by what was found of them: who only measured what is in a field, or
// recorded all inputs alike and sent on nothing that was typed, did not read the card; who listens to card fields alone,
// or stands in the place of a function that typed data passes through, can take it.
func (v *visit) audited(can map[scriptKey][]tillwatch.Capability, d destinations) {
	t := newTrial(v, d)
	took := map[scriptKey]bool{}
	for _, read := range v.reads {
		if s, ok := t.suspect(read.Session, read.Stack); ok {
			only := peeks(s.inner, read.Stack, s.key.id) || read.How == "key" && t.onlyHears(s.key)
			took[s.key] = took[s.key] || !only && !t.harmless(s.key)
		}
	}
	for key, reads := range took {
		if !reads {
			can[key] = slices.DeleteFunc(can[key], func(c tillwatch.Capability) bool { return c == tillwatch.Reads("card") })
		}
	}
	t.listening(func(s suspect) *reader {
		can[s.key] = append(can[s.key], listensToCards)
		return &reader{suspect: s}
	})
	for _, h := range t.hookers() {
		for _, name := range h.names {
			if slices.Contains(intimate, name) {
				can[h.key] = append(can[h.key], tillwatch.Capability("patches "+name))
			}
		}
	}
}

// harmless says that a script which hears every input alike was seen to send, to hosts that nobody authorised, and that all
// of it could be read and held nothing that was typed, and whose code puts no key into it: it masks.
func (t *trial) harmless(key scriptKey) bool {
	if !t.hearsAll(key) || t.leaked(key) != "" || t.passesKeys(key) {
		return false
	}
	sent := false
	for _, s := range t.visit.sendings() {
		if !slices.ContainsFunc(s.stack, func(c browser.Call) bool { return scriptKey{s.session, c.ScriptID} == key }) || t.d.owner(hostOf(s.url)) != foreign {
			continue
		}
		if len(opaque(s.content())) > 0 {
			return false
		}
		sent = sent || s.body.Len() > 0 && s.at.After(t.visit.typed)
	}
	return sent
}

// hearsAll says that a script listens to more than the card fields.
func (t *trial) hearsAll(key scriptKey) bool {
	return slices.ContainsFunc(t.visit.audits.after.Listeners, func(l browser.Listener) bool {
		return scriptKey{l.Session, l.Call.ScriptID} == key && (l.On == "document" || l.On == "window" || l.On == "other")
	})
}

// onlyHears says that a script asks all of the page for keys, as whatever closes at a press of Escape does, and that its code
// was understood and hands on none of them.
func (t *trial) onlyHears(key scriptKey) bool {
	s := t.scripts[key]
	if !t.hearsAll(key) || s.Source == "" || s.Truncated || t.leaked(key) != "" || t.sentSecret(key, longSecret) != "" {
		return false
	}
	a := script.Analyse([]byte(s.Source), script.Options{Own: t.d.shop})
	if a.Partial != "" || a.Parsed != script.ParsedWhole && a.Parsed != script.ParsedLowered || len(a.Dynamic) > 0 {
		return false
	}
	return !slices.ContainsFunc(a.Sinks, func(sink script.Sink) bool { return outlet(sink, a, t.d) && len(sink.Fields) > 0 })
}

// passesKeys says that the code of a script was understood, and that the keys or the card go into what it sends to others:
// that can be read, and still be a cipher of its own, such as points of a mouse trail.
func (t *trial) passesKeys(key scriptKey) bool {
	s := t.scripts[key]
	if s.Source == "" || s.Truncated {
		return false
	}
	a := script.Analyse([]byte(s.Source), script.Options{Own: t.d.shop})
	return slices.ContainsFunc(a.Sinks, func(sink script.Sink) bool {
		return outlet(sink, a, t.d) && (slices.Contains(sink.Fields, "key") || slices.Contains(sink.Fields, "card"))
	})
}
