package script

import (
	"fmt"
	"sort"
	"strings"

	"github.com/tillwatch/tillwatch"
)

// flow is a use of a sink with what there is to say about its target.
type flow struct {
	sent
	host     string
	hidden   bool   // the host cannot be read in the source
	foreign  bool   // the host is neither the page's own, nor trusted, nor unknown
	imitates string // the domain the host is made to be mistaken for
}

// sends tells whether what goes through the sink leaves, rather than comes.
func (f flow) sends() bool {
	switch f.kind {
	case SinkFetch, SinkXHR, SinkBeacon, SinkSocket, SinkRTC, SinkForm:
		return true
	case SinkImage, SinkElement, SinkLink, SinkFrame, SinkScript, SinkNavigation, SinkStyle:
		return f.marks&markTyped != 0
	}
	return false
}

func (f flow) describe() string {
	verb := "sends to"
	switch f.kind {
	case SinkScript, SinkFrame, SinkLink, SinkWorker, SinkImage, SinkElement:
		verb = "loads from"
		if f.marks&markTyped != 0 {
			verb = "sends to"
		}
	case SinkCookie, SinkStorage:
		return fmt.Sprintf("stores (%s)", f.kind)
	case SinkMessage:
		return "posts a message"
	case SinkNavigation:
		verb = "goes to"
	}
	host := f.host
	if host == "" {
		host = "an address not known here"
	}
	if f.hidden {
		host += ", which cannot be read in the source"
	}
	if list := fields(f.marks); f.sends() && len(list) > 0 {
		return fmt.Sprintf("%s %s what is typed (%s; %s)", verb, host, strings.Join(list, ", "), f.kind)
	}
	return fmt.Sprintf("%s %s (%s)", verb, host, f.kind)
}

func (w *witness) flow(s sent) flow {
	f := flow{sent: s, host: hostOf(s.target)}
	if !knownHost(f.host) {
		if f.host != "" {
			f.host = ""
		}
		return f
	}
	own := w.options.Own
	if isLocal(f.host) || own != "" && (f.host == own || strings.HasSuffix(f.host, "."+own)) {
		return f
	}
	f.hidden = !w.readable(registrable(f.host))
	if w.options.Trusted != nil && w.options.Trusted(f.host) {
		return f
	}
	f.foreign = true
	f.imitates = imitates(f.host)
	return f
}

// readable tells whether a domain can be read in the source.
func (w *witness) readable(domain string) bool {
	if w.lower == "" {
		w.lower = strings.ToLower(w.text)
	}
	domain = strings.TrimLeft(domain, "*.")
	return strings.Contains(w.lower, domain) || w.listed(domain)
}

// listed tells whether all words of a domain are in a list of words divided by bars, which a well-known packer makes of
// those of a source: it hides nothing of them but their order.
func (w *witness) listed(domain string) bool {
	for _, word := range strings.FieldsFunc(domain, func(r rune) bool { return r == '.' || r == '-' }) {
		if !strings.Contains(w.lower, "|"+word+"|") && !strings.Contains(w.lower, "'"+word+"|") && !strings.Contains(w.lower, "|"+word+"'") {
			return false
		}
	}
	return strings.Contains(w.lower, "split('|')")
}

// reason is one thing that counts towards a verdict.
type reason struct {
	points int
	at     position
	span   Span
	most   int // of a central finding: the score that circumstances met with honest scripts may bring it to
}

// scale is where the severities begin.
const (
	scaleLow    = 20
	scaleMedium = 50
	scaleHigh   = 80
)

// maxWeighed is how many of the central findings are weighed together with their circumstances.
const maxWeighed = 50

// judge weighs what was seen.
//
// Nothing counts by itself that honest scripts of a checkout do: reading fields, sending, asking for the address,
// decoding. What counts is what a skimmer cannot do without: what is typed reaches a sink whose target is somebody
// else's, or code comes from where it should not. Around such a core, what skimmers do to be found late adds to it.
func (w *witness) judge(a *Analysis, r *record, flows []flow, s *survey) Verdict {
	j := &judgement{witness: w, record: r, survey: s, bulk: s.scrambled()}
	for _, f := range flows {
		j.exfiltration(f)
		j.loading(f)
		j.relay(f)
	}
	j.posted(flows)
	j.execution(flows)
	j.stash(flows)
	j.interception()
	if a.Parsed == ParsedLexical || a.Parsed == Unparsable {
		j.words(w.text)
	}
	return j.verdict()
}

type judgement struct {
	*witness
	record *record
	survey *survey
	bulk   bool // all of the source is written so as not to be read: then a hidden host says little
	cores  []reason
	homes  map[int]home
}

// core notes a central finding; the best of them decides, the others are reasons.
func (j *judgement) core(points int, at position, what string) {
	j.coreUpTo(100, points, at, what)
}

// coreUpTo notes a central finding that circumstances met with honest scripts may not bring above a score.
func (j *judgement) coreUpTo(most, points int, at position, what string) {
	if points > 0 {
		j.cores = append(j.cores, reason{points, at, j.span(at, what), most})
	}
}

// circumstances are what skimmers do around their core. They are worth something only together with one, and next to it.
// Of those that honest scripts of a checkout have too, the points are told apart.
func (j *judgement) circumstances(core reason) (points, common int, list []reason) {
	seen := map[factKind]bool{}
	for _, f := range j.record.facts {
		p := 0
		switch f.kind {
		case factGate:
			p = 20
		case factHidesFromAdmin:
			p = 20
		case factManyTills:
			p = 12
		case factVirtual, factDebugger:
			p = 8
		case factCardPattern:
			p = 20
		case factFakeForm:
			p = 15
		case factBeside:
			p = 20
		case factButton:
			p = 10
		case factDecoder:
			p = 6
		case factHook:
			p = 8
		}
		if p == 0 || seen[f.kind] || !j.beside(f.at, core.at) {
			continue
		}
		seen[f.kind] = true
		switch f.kind {
		case factGate, factButton, factDecoder, factHook:
			common += p
		default:
			points += p
		}
		list = append(list, reason{points: p, at: f.at, span: j.span(f.at, f.what)})
	}
	return points, common, list
}

// appended notes that what was found stands before or after a library, not in it.
func (j *judgement) appended() {
	name := banner(j.text)
	if name == "" || len(j.record.parts) < 2 {
		return
	}
	largest, size, total := 0, 0, 0
	for i, p := range j.record.parts {
		n := p.to - p.from
		total += n
		if n > size {
			largest, size = i, n
		}
	}
	if size*10 < total*4 {
		return
	}
	for _, s := range j.record.sends {
		at := s.at.outermost()
		if s.marks&markTyped == 0 || at.offset >= j.record.parts[largest].from && at.offset < j.record.parts[largest].to {
			continue
		}
		j.record.fact(factBeside, at, "stands beside "+name+", not in it")
		return
	}
}

// banner is what a library says of itself in the comment that it begins with, or "".
func banner(text string) string {
	head := strings.TrimLeft(text[:min(len(text), 600)], " \t\r\n\ufeff;!(")
	if !strings.HasPrefix(head, "/*!") && !(strings.HasPrefix(head, "/*") && (strings.Contains(head, "icense") || strings.Contains(head, "MIT"))) {
		return ""
	}
	head = strings.TrimLeft(head, "/*! \r\n\t")
	if i := strings.IndexAny(head, "\r\n*"); i > 0 {
		head = head[:i]
	}
	return shorten(strings.TrimSpace(head))
}

// meant tells whether a host was hidden by itself. Where all of the source is written so as not to be read, that says
// little; but not where the host was hidden once more, or in code made of a text.
func (j *judgement) meant(f flow) bool {
	const every = 8 // so many decoded names: the source decodes all of its texts
	switch {
	case !j.bulk:
		return true
	case f.at.layer != nil && f.at.layer.depth > 0:
		return true
	case f.of&(markAgain|markReversed) != 0:
		return true
	}
	return f.of&markHidden != 0 && j.record.coded < every
}

func (j *judgement) exfiltration(f flow) {
	k := f.marks & markTyped
	if k == 0 || !f.sends() {
		return
	}
	source := 0
	switch {
	case k&markCard != 0:
		source = 45
	case k&markForm != 0:
		source = 35
	case k&markAnywhere != 0 && !j.record.has(factExcludes):
		source = 35
	case f.marks&markSecret != 0:
		source = 35
	case k&markIdentity != 0:
		source = 20
	case k&markKey != 0 && k&markValue == 0:
		source = 35 // the very keys, whatever they are pressed for
	case k&markKey != 0:
		source = 20
	case k&markRequest != 0 && j.record.has(factWorker):
		source = 40
	case k&markRequest != 0:
		source = 15
	default:
		source = 5
	}
	if source < 45 && j.near(factCardWord, f.at) {
		if k&(markForm|markIdentity|markKey|markAnywhere) != 0 {
			source = 45
		} else if k&markRequest != 0 {
			source = 40
		} else {
			source = 25
		}
	}
	if source < 40 && k&markValue != 0 && j.near(factFakeForm, f.at) {
		source = 40
	}
	if source < 35 && k&(markValue|markForm|markAnywhere) != 0 && j.near(factCardLong, f.at) && (f.marks&markEncoded != 0 || f.kind.Loads()) {
		source = 35
	}
	target := 0
	switch {
	case f.foreign && f.imitates != "":
		target = 40
	case f.foreign && f.hidden && j.meant(f):
		target = 40
	case f.foreign && f.hidden:
		target = 25
	case f.foreign && isAddress(f.host):
		target = 30
	case f.foreign:
		target = 15
	case f.host == "" && f.kind == SinkFetch && k&markRequest != 0:
		target = -50 // the page's request, passed on as it was
	case f.host == "" && f.of&(markHidden|markReversed) != 0 && strings.HasPrefix(f.target, hole):
		target = 15
	default:
		target = -25
	}
	channel := 0
	switch {
	case f.kind.Loads(), f.kind == SinkSocket, f.kind == SinkRTC:
		channel = 12
	case f.kind == SinkBeacon:
		channel = 4
	}
	if f.marks&markEncoded != 0 {
		channel += 8
	}
	points := source + target + channel
	if source <= 5 && f.hidden && f.at.layer != nil && f.at.layer.depth > 0 {
		points = min(points, scaleMedium-1) // all of it is packed: nothing was hidden by itself
	} else if source <= 5 && f.hidden && !j.bulk {
		points = min(points+10, scaleMedium+10)
	} else if source <= 5 {
		points = min(points, 30)
	}
	if (k&markCard != 0 || k&markForm != 0 && (f.marks&markEncoded != 0 || f.kind != SinkScript && f.kind != SinkFrame)) && target < 0 && channel >= 12 && f.kind != SinkSocket {
		points = scaleMedium // wherever to: no honest script puts a card's data there
	}
	disguised := k&(markCard|markForm|markIdentity) != 0 && f.marks&markDisguise != 0 || k&(markCard|markForm) != 0 && isAsset(f.target) && f.kind != SinkSocket
	if disguised {
		points = max(points, scaleMedium+5)
	}
	most := 100
	if readable := !f.hidden && f.imitates == "" && !isAddress(f.host); readable && k&markRequest == 0 && k&(markIdentity|markKey) != markKey && source < 35 {
		most = scaleMedium - 1 // how to reach somebody, and nothing about a card
	}
	j.coreUpTo(most, points, f.at, f.describe())
	if disguised {
		j.core(points, f.at, "sends what is typed as if it were a picture or another part of the page")
	}
}

func (j *judgement) interception() {
	for _, f := range j.record.facts {
		if f.kind == factRewrite {
			j.core(60, f.at, f.what)
		}
	}
}

func (j *judgement) verdict() Verdict {
	v := Verdict{Severity: tillwatch.Info}
	sort.SliceStable(j.cores, func(i, k int) bool { return j.cores[i].points > j.cores[k].points })
	score, around := 0, []reason(nil)
	if len(j.cores) > 0 && j.cores[0].points >= scaleLow {
		j.appended()
	}
	for i, c := range j.cores {
		total := c.points
		if list := []reason(nil); total >= scaleLow && i < maxWeighed {
			var points, common int
			points, common, list = j.circumstances(c)
			if total = max(total, min(total+common, c.most)) + points; total > score {
				around = list
			}
		}
		score = max(score, total)
	}
	reasons := append(append([]reason(nil), j.cores...), around...)
	score = min(max(score, 0), 100)
	sort.SliceStable(reasons, func(i, k int) bool { return reasons[i].points > reasons[k].points })
	for i, r := range reasons {
		if i == 20 {
			break
		}
		v.Reasons = append(v.Reasons, r.span)
	}
	v.Score = score
	switch {
	case score >= scaleHigh:
		v.Severity = tillwatch.High
	case score >= scaleMedium:
		v.Severity = tillwatch.Medium
	case score >= scaleLow:
		v.Severity = tillwatch.Low
	}
	return v
}
