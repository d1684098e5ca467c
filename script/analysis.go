package script

import (
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
)

// Parsed says how a source could be read, and so how much an [Analysis] says.
type Parsed string

// The ways of reading a source. Only of the first two is it known what the script does.
const (
	ParsedWhole   Parsed = "whole"      // parsed as it is
	ParsedLowered Parsed = "lowered"    // parsed after rewriting modern syntax
	ParsedLexical Parsed = "lexical"    // too large or nested too deeply to parse: only its words were looked at
	Unparsable    Parsed = "unparsable" // no JavaScript, or none that anything here can parse
)

// Options is what an analysis may know about the page that the script is on. The zero value knows nothing.
type Options struct {
	// Own is the host of the page. What is sent there or to its subdomains is not sent away. Empty: not known.
	Own string
	// Trusted tells whether a host may receive what customers type: the shop's payment provider. Nil: none.
	Trusted func(host string) bool
}

// Span is a place in the script, and what is there.
type Span struct {
	What         string
	Line, Column int    // both from 1; columns count UTF-16 units
	Text         string // the source there, shortened, long numbers masked
	Decoded      int    // how many times code was made of a text before this was reached; its place is where that happened
}

// SinkKind is an interface of the browser's through which something leaves the page or enters it.
type SinkKind string

// The sinks.
const (
	SinkFetch      SinkKind = "fetch"
	SinkXHR        SinkKind = "XMLHttpRequest"
	SinkBeacon     SinkKind = "beacon"
	SinkSocket     SinkKind = "WebSocket"
	SinkRTC        SinkKind = "WebRTC"
	SinkImage      SinkKind = "image"
	SinkElement    SinkKind = "element" // one of which the kind is not known
	SinkLink       SinkKind = "link"
	SinkForm       SinkKind = "form"
	SinkScript     SinkKind = "script"
	SinkFrame      SinkKind = "frame"
	SinkWorker     SinkKind = "worker"
	SinkNavigation SinkKind = "navigation"
	SinkStyle      SinkKind = "style"
	SinkCookie     SinkKind = "cookie"
	SinkStorage    SinkKind = "storage"
	SinkMessage    SinkKind = "message" // to another window, frame or worker
)

// Loads tells of the sinks that are made for loading, and send by the address that they ask for.
func (k SinkKind) Loads() bool {
	switch k {
	case SinkImage, SinkElement, SinkLink, SinkStyle, SinkScript, SinkFrame:
		return true
	}
	return false
}

// Sink is one use of a sink.
type Sink struct {
	Span
	Kind   SinkKind
	Host   string   // empty: the page's own, or not known
	Target string   // the address as far as it is known, shortened; * for what is not
	Hidden bool     // the host cannot be read in the source
	Fields []string // what customers typed that reaches it: "card", "person", "form", "field", "key", "request"
}

// Host is a host that the script names.
type Host struct {
	Name      string
	Hidden    bool   // it cannot be read in the source
	Imitates  string // the domain that it is made to be mistaken for
	SentTo    bool
	LoadsFrom bool
}

// Layer is code that the script made of a text and executed.
type Layer struct {
	Span
	Depth int
	Size  int // bytes
}

// Verdict is how suspicious a script is as one of a shop's pages, and why.
type Verdict struct {
	Severity tillwatch.Severity
	Score    int // 0 to 100: within a severity it ranks
	Reasons  []Span
}

// Analysis is what a script does, and how that is known.
type Analysis struct {
	Parsed       Parsed
	Partial      string // why some of it was not looked at; empty: all of it was
	Sources      []Span // where it reads what customers type
	Sinks        []Sink
	Gates        []Span // what it asks before it does something
	Decoders     []Span // texts that it decodes
	Dynamic      []Span // texts that it executes
	Layers       []Layer
	Hosts        []Host
	Capabilities []tillwatch.Capability // sorted
	Verdict      Verdict

	steps int // that the running took
}

// maxTime ends the running of a script that its steps, which take a second at most, have not ended: on a machine that
// has next to no time for it. Steps give the same answer each time; this does not, and should never be met.
const maxTime = 30 * time.Second

// Analyse tells what a script does.
//
// It never fails and never panics, whatever src is, and takes no more than 2 s of a core and 200 MB: what is too large or
// nested too deeply to parse is looked at for its words alone, and what computes for ever is stopped after so many steps;
// Parsed and Partial say so. The same source gives the same analysis. The source may be in UTF-8, UTF-16, Shift_JIS or EUC-JP. Safe for concurrent use.
func Analyse(src []byte, o Options) *Analysis {
	if len(src) > maxParsed {
		return analyseLarge(src, o)
	}
	text := decodeSource(src)
	a := analyse(text, o, nil)
	if a.Parsed == Unparsable && (strings.Contains(text, "<script") || strings.HasPrefix(strings.TrimLeft(text, " \t\r\n"), "<")) {
		a.absorb(AnalyseHTML(src, o))
	}
	return a
}

// absorb adds what the scripts of markup do that was handed over as if it were a script itself.
func (a *Analysis) absorb(pieces []Piece) {
	capabilities := map[tillwatch.Capability]bool{}
	for _, p := range pieces {
		b := p.Analysis
		a.Sources, a.Sinks = append(a.Sources, b.Sources...), append(a.Sinks, b.Sinks...)
		a.Gates, a.Decoders = append(a.Gates, b.Gates...), append(a.Decoders, b.Decoders...)
		a.Dynamic, a.Layers = append(a.Dynamic, b.Dynamic...), append(a.Layers, b.Layers...)
		a.Hosts = append(a.Hosts, b.Hosts...)
		for _, c := range b.Capabilities {
			capabilities[c] = true
		}
		if b.Verdict.Score > a.Verdict.Score {
			a.Verdict = b.Verdict
		}
	}
	for _, c := range a.Capabilities {
		capabilities[c] = true
	}
	a.Capabilities = sortedCapabilities(capabilities)
}

// maxShownLayers bounds the layers listed.
const maxShownLayers = 100

// place maps offsets in a script to lines and columns of the file that it stands in.
type place func(offset int) (line, column int)

// lazily counts lines when first asked for one.
func lazily(text string) place {
	var l *lines
	return func(offset int) (int, int) {
		if l == nil {
			l = newLines(text)
		}
		return l.at(offset)
	}
}

func analyse(text string, o Options, at place) (a *Analysis) {
	a = &Analysis{}
	if at == nil {
		at = lazily(text)
	}
	defer func() {
		if cause := recover(); cause != nil {
			a.Partial = fmt.Sprintf("the analysis itself failed: %v", cause)
			a.finish(text, o, at, newRecord(), &survey{})
		}
	}()
	s := look(text)
	r := newRecord()
	if !s.parsable() {
		a.Parsed = ParsedLexical
		a.Partial = "too large or nested too deeply to parse: only its words were looked at"
		a.finish(text, o, at, r, s)
		return a
	}
	parsed, l, program := parse(text, s)
	a.Parsed = parsed
	switch {
	case program == nil && parsed == ParsedLexical:
		a.Partial = "too large to rewrite its modern syntax: only its words were looked at"
	case program == nil:
		a.Partial = "not parsable as JavaScript: only its words were looked at"
	case s.worthRunning():
		m := newMachine(r, settled(len(text), s), guesswork(len(text), s), time.Now().Add(maxTime))
		m.plain = !s.scrambled()
		m.small = len(text) < smallSource || s.scrambledPart()
		m.run(program, l)
		a.steps = m.steps
		if m.exhausted || m.unseen {
			a.Partial = "too much in it depends on what is not known here, or is computed for too long: not all of it was gone through"
		}
	}
	a.finish(text, o, at, r, s)
	return a
}

// worthRunning tells whether a source holds anything that a run could tell more about.
func (s *survey) worthRunning() bool {
	const (
		large = 20_000 // tokens: in so many, honest ones create elements and set their sources all the time
		small = 600    // a loader is no longer than that, and none of its words needs to be one of interest
	)
	return s.tokens <= small || s.interest&(interestSink|interestDynamic|interestScrambled) != 0 ||
		s.interest&(interestWeak|interestSource) != 0 && (s.tokens < large || s.interest&(interestAddress|interestCard|interestTill) != 0)
}

// smallSource is how large, in bytes, most of what is written for one shop is, and few libraries.
const smallSource = 150_000

// guesswork is the number of steps for what depends on something not known: enough to see every part of a plain source,
// and more where a card or the till is spoken of or nothing can be read.
func guesswork(size int, s *survey) int {
	n := 5_000 + size/8
	if s.interest&interestCard != 0 {
		n += 150_000
	} else if s.interest&(interestTill|interestScrambled|interestDynamic) != 0 {
		n += 50_000
	}
	if s.scrambledPart() {
		n += 2_000_000
	}
	return n
}

// settled is the number of steps for what the source computes by itself. A plain one computes little.
func settled(size int, s *survey) int {
	switch {
	case s.scrambledPart():
		return maxSteps
	case s.interest&(interestDynamic|interestScrambled) != 0 && size < smallSource:
		return maxSteps / 3
	}
	return 200_000 + 2*min(size, smallSource)
}

// scrambled tells whether the source as a whole is written so as not to be read.
func (s *survey) scrambled() bool {
	return s.scrambles > 20 && s.scrambles*12 > s.tokens || s.wordless()
}

// scrambledPart tells whether at least a part of it is.
func (s *survey) scrambledPart() bool { return s.scrambles > 200 || s.scrambled() }

// finish turns what was seen into the analysis.
func (a *Analysis) finish(text string, o Options, at place, r *record, s *survey) {
	w := &witness{text: text, at: at, options: o}
	shown := make(map[Span]bool, len(r.facts))
	for _, f := range r.facts {
		span := w.span(f.at, f.what)
		if shown[span] {
			continue
		}
		shown[span] = true
		switch f.kind {
		case factSource, factListener, factCardWord:
			a.Sources = append(a.Sources, span)
		case factGate, factManyTills, factHidesFromAdmin, factVirtual, factDebugger, factCardPattern:
			a.Gates = append(a.Gates, span)
		case factDecoder:
			a.Decoders = append(a.Decoders, span)
		case factDynamic:
			a.Dynamic = append(a.Dynamic, span)
		}
	}
	for _, l := range r.layers {
		a.Layers = append(a.Layers, Layer{Span: w.span(l.origin, "code executed by "+l.how), Depth: l.depth, Size: len(l.source)})
	}
	flows := make([]flow, 0, len(r.sends))
	for _, s := range r.sends {
		f := w.flow(s)
		flows = append(flows, f)
		a.Sinks = append(a.Sinks, Sink{Span: w.span(s.at, f.describe()), Kind: s.kind, Host: f.host, Target: shorten(s.target), Hidden: f.hidden, Fields: fields(s.marks)})
	}
	a.Hosts = hostsOf(flows)
	a.Capabilities = capabilities(r, flows)
	a.Verdict = w.judge(a, r, flows, s)
}

// fields names what of the customer's is in marks.
func fields(k marks) []string {
	var list []string
	for _, f := range []struct {
		mark marks
		name string
	}{{markCard, "card"}, {markIdentity, "person"}, {markForm, "form"}, {markValue, "field"}, {markKey, "key"}, {markRequest, "request"}} {
		if k&f.mark != 0 {
			list = append(list, f.name)
		}
	}
	return list
}

func hostsOf(flows []flow) []Host {
	byName := map[string]*Host{}
	for _, f := range flows {
		if f.host == "" {
			continue
		}
		h := byName[f.host]
		if h == nil {
			h = &Host{Name: f.host, Hidden: f.hidden, Imitates: f.imitates}
			byName[f.host] = h
		}
		h.SentTo = h.SentTo || f.sends()
		h.LoadsFrom = h.LoadsFrom || !f.sends()
	}
	list := make([]Host, 0, len(byName))
	for _, name := range sortedKeys(byName) {
		list = append(list, *byName[name])
	}
	return list
}

func capabilities(r *record, flows []flow) []tillwatch.Capability {
	set := map[tillwatch.Capability]bool{}
	reads := func(k marks) {
		if k&markCard != 0 {
			set[tillwatch.Reads("card")] = true
		}
		if k&markIdentity != 0 {
			set[tillwatch.Reads("person")] = true
		}
		if k&markForm != 0 {
			set[tillwatch.Reads("form")] = true
		}
		if k&markKey != 0 {
			set[tillwatch.Reads("keys")] = true
		}
	}
	for _, f := range r.facts {
		switch f.kind {
		case factSource, factListener:
			reads(f.marks)
		case factDynamic:
			set[tillwatch.Executes] = true
		}
	}
	for _, f := range flows {
		if f.host != "" && f.foreign {
			set[tillwatch.Sends(f.host)] = true
		}
		if f.kind == SinkWorker || f.kind == SinkScript {
			set[tillwatch.Executes] = true
		}
	}
	return sortedCapabilities(set)
}

func sortedCapabilities(set map[tillwatch.Capability]bool) []tillwatch.Capability {
	list := make([]tillwatch.Capability, 0, len(set))
	for c := range set {
		list = append(list, c)
	}
	sort.Slice(list, func(i, j int) bool { return list[i] < list[j] })
	return list
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// witness turns positions into spans.
type witness struct {
	text    string
	lower   string // text in lower case, once it was needed
	at      place
	options Options
}

func (w *witness) span(p position, what string) Span {
	offset, depth := p.root()
	s := Span{What: what, Decoded: depth}
	s.Line, s.Column = w.at(offset)
	end := min(offset+maxShown, len(w.text))
	if offset < end {
		text := w.text[offset:end]
		if i := strings.IndexAny(text, "\r\n"); i > 0 {
			text = text[:i]
		}
		s.Text = shorten(text)
	}
	return s
}
