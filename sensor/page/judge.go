package page

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/canary"
)

// leak is canary data that went to one destination, gathered over all sendings there.
type leak struct {
	destination string // origin
	owner       owner
	document    string
	since       time.Time
	step        string
	found       []canary.Match
	evidence    []tillwatch.Evidence
	count       int
	relay       bool // the shop's own host, but not its payment request
	frame       bool // it was typed into a frame of the destination's, and sent from there
	led         bool // the test order led to a page of the destination's
}

// judge says where the canary of one visit went that it should not have gone.
//
// Deterministic evidence decides: what was typed is unique, so that finding it in a sending proves that it left, and
// the destination says whether it should have. See [destinations] for whose a host is and [paymentRequest] for what the
// shop's own host may receive.
func judge(v *visit, d destinations) []tillwatch.Sign { return judgeSendings(v, d, v.sendings()) }

func judgeSendings(v *visit, d destinations, sent []sending) []tillwatch.Sign {
	finder := canary.NewMatcher(append([]canary.Set{v.set}, v.earlier...)...)
	pieces := canary.NewCollector(finder)
	blame := newBlame(v)
	for i := range sent {
		if sent[i].found = finder.Find(sent[i].content()); len(sent[i].found) == 0 {
			blame.learn(&sent[i])
		}
	}
	payment := paymentRequest(v, d, sent)

	leaks := map[string]*leak{}
	note := func(s *sending, found []canary.Match, how string, relay bool) {
		l := leakAt(leaks, s, d, relay)
		l.count++
		l.led = l.led || v.led(s)
		l.found = append(l.found, found...)
		e := blame.evidence(s, canary.Fields(found), how)
		l.evidence = appendEvidence(l.evidence, e)
		for _, c := range blame.callers(s, e) {
			l.evidence = appendEvidence(l.evidence, c)
		}
	}

	for i := range sent {
		s := &sent[i]
		o := d.owner(hostOf(s.url))
		if o == provider || o == authorised || hostOf(s.url) == "" {
			continue
		}
		switch {
		case o == own:
			if s.has(canary.CardNumber) && !payment.is(s) {
				note(s, s.found, encodingOf(s.found), true)
			}
		case o == providerPart:
			if s.has(canary.CardNumber) {
				note(s, s.found, encodingOf(s.found), false)
			}
		default:
			if len(s.found) > 0 {
				note(s, s.found, encodingOf(s.found), false)
			} else {
				pieces.Add(originOf(s.url), s.content())
			}
		}
	}
	for destination, found := range pieces.Find() {
		if s := firstTo(sent, destination); s != nil {
			note(s, found, "in pieces, over several requests", false)
		}
	}

	signs := make([]tillwatch.Sign, 0, len(leaks))
	for _, l := range leaks {
		signs = append(signs, l.sign())
	}
	slices.SortFunc(signs, func(a, b tillwatch.Sign) int { return cmp.Compare(a.Place, b.Place) })
	return signs
}

// pageOf is the address of the page that a worker without a file of its own belongs to, as far as that can be told: its
// origin. Any other address is itself.
func pageOf(document string) string {
	if inner, ok := strings.CutPrefix(document, "blob:"); ok {
		return originOf(inner) + "/"
	}
	return document
}

func leakAt(leaks map[string]*leak, s *sending, d destinations, relay bool) *leak {
	destination := shown(originOf(s.url))
	if relay {
		destination = shown(s.url) // on the shop's own host it is the path that is wrong
	}
	l := leaks[destination]
	if l == nil {
		l = &leak{destination: destination, owner: d.owner(hostOf(s.url)), document: steadyAddress(pageOf(s.document)), since: s.at, step: s.step, relay: relay, frame: hostOf(s.document) == hostOf(s.url) && !relay}
		leaks[destination] = l
	}
	return l
}

// sign grades a leak. A card number, or two kinds of personal data, at a host that nobody authorised is proof by itself
// (techniques of web skimming: nothing honest needs both). One kind alone has honest explanations, an address look-up
// or a newsletter box, and stays low. A card number at a second place on the shop's own host has rare ones.
func (l *leak) sign() tillwatch.Sign {
	sign := tillwatch.Sign{
		Rule: "page/canary-sent", Place: l.document + " → " + l.destination, Since: l.since,
		Evidence: l.evidence, Count: l.count, Severity: tillwatch.Critical, Certainty: tillwatch.Certain, Data: canary.Data(l.found),
	}
	what := strings.Join(sign.Data, ", ")
	switch {
	case l.relay:
		sign.Severity, sign.Certainty = tillwatch.High, tillwatch.Likely
		sign.Summary = fmt.Sprintf("Card data typed at the payment step is also sent to %s on the shop's own host, which is not the payment request.", l.destination)
	case !canary.Confirmed(l.found):
		sign.Severity, sign.Certainty = tillwatch.Low, tillwatch.Certain
		sign.Summary = fmt.Sprintf("What was typed (%s) is sent to %s; one kind of contact data alone may be an address look-up or a newsletter, and the privacy notice should name it.", what, l.destination)
	default:
		sign.Summary = fmt.Sprintf("What a customer types (%s) leaves the shop for %s, which nobody authorised%s.", what, l.destination, l.by())
		if l.led {
			sign.Summary += " The shop led there for the payment: if that is your payment provider, say so with --authorise."
		} else if l.frame {
			sign.Summary += " It was typed into a frame of that host's: if that is your payment provider, say so with --authorise."
		}
	}
	return sign
}

func (l *leak) by() string {
	for _, e := range l.evidence {
		if e.Where != "" && e.Line > 0 && strings.HasSuffix(e.What, onlyRead) {
			return fmt.Sprintf("; the fields were read by %s, line %d", e.Where, e.Line)
		}
		if e.Where != "" && e.Line > 0 {
			return fmt.Sprintf("; it is sent by %s, line %d", e.Where, e.Line)
		}
	}
	return ""
}

// payment is the shop's own payment request: the one place on its own host where a card number belongs.
type payment struct{ endpoint string }

func (p payment) is(s *sending) bool { return p.endpoint != "" && endpoint(s) == p.endpoint }

// paymentRequest picks the payment request among what went to the shop's own hosts with the card number in it: only
// after the last button was pressed, never to what looks like a picture or a style sheet, a page's own form before a
// script's request, and of those the one with most fields of the customer's. Whatever else carries the card number is a
// copy that somebody fetches later (technique 20).
func paymentRequest(v *visit, d destinations, sent []sending) payment {
	best, bestScore := payment{}, 0
	for i := range sent {
		s := &sent[i]
		if v.pressed.IsZero() || s.at.Before(v.pressed) || d.owner(hostOf(s.url)) != own || servesMedia(s.url) {
			continue
		}
		if !s.has(canary.CardNumber) {
			continue
		}
		score := len(canary.Fields(s.found))
		switch {
		case s.kind == "Document":
			score += 100
		case s.kind == "XHR" || s.kind == "Fetch" || s.kind == "WebSocket":
			score += 50
		}
		if score > bestScore {
			best, bestScore = payment{endpoint(s)}, score
		}
	}
	return best
}

func endpoint(s *sending) string { return s.method + " " + bare(s.url) }

func servesMedia(raw string) bool {
	switch strings.ToLower(path.Ext(bare(raw))) {
	case ".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".ico", ".bmp", ".avif", ".css", ".js", ".woff", ".woff2", ".ttf", ".map", ".txt", ".log":
		return true
	}
	return false
}

func firstTo(sent []sending, origin string) *sending {
	for i := range sent {
		if originOf(sent[i].url) == origin && len(sent[i].stack) > 0 {
			return &sent[i]
		}
	}
	for i := range sent {
		if originOf(sent[i].url) == origin {
			return &sent[i]
		}
	}
	return nil
}

// encodingOf tells how the strongest match was hidden, in words; empty where it was in clear.
func encodingOf(found []canary.Match) string {
	var encodings []string
	for _, m := range found {
		if len(m.Encoding) == 0 {
			return ""
		}
		if s := strings.Join(m.Encoding, ", then "); !slices.Contains(encodings, s) {
			encodings = append(encodings, s)
		}
	}
	if len(encodings) == 0 {
		return ""
	}
	return "hidden as " + encodings[0]
}
