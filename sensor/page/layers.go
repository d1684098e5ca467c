package page

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// Layer is one way of noticing a skimmer, by the letter it has in the benchmark of techniques.
type Layer byte

// The layers. A technique that gets past one is to be caught by another, so each must work alone.
const (
	Canaries  Layer = 'D' // a run with a customer who does not exist: where did the data go?
	Inventory Layer = 'I' // what is there that was not, or is not what its publisher published?
	Scripts   Layer = 'S' // what would the code do?
	Listeners Layer = 'L' // who listens to the card fields, what stands over them, which functions were replaced?
	Proxy     Layer = 'P' // what got past the browser's own account: the witness, the jail
	Screens   Layer = 'A' // what runs in the admin screen?
	Traces    Layer = 'T' // a customer more, whose card is then searched for on the shop's server
	Host      Layer = 'H' // what sensors on the shop's server see, and traces
)

// Layers names the layers that are switched on; empty means all. It is for debugging and for the benchmark.
type Layers string

// ParseLayers reads letters such as "DIS". The error lists the letters there are.
func ParseLayers(s string) (Layers, error) {
	const all = "DISLPATH"
	s = strings.ToUpper(s)
	if i := strings.IndexFunc(s, func(r rune) bool { return !strings.ContainsRune(all, r) }); i >= 0 {
		return "", fmt.Errorf("%q is no layer; there are D (canaries), I (inventory), S (scripts), L (listeners), P (proxy), A (admin screen), T (traces on the server) and H (the server)", s[i:i+1])
	}
	return Layers(s), nil
}

// On says that a layer is switched on.
func (l Layers) On(layer Layer) bool {
	return l == "" || strings.IndexByte(string(l), byte(layer)) >= 0
}

// walks says that the storefront itself is looked at.
func (l Layers) walks() bool { return l == "" || strings.ContainsAny(string(l), "DISLP") }

// judges say what is wrong with what one visit saw. Each is pure, works alone, and belongs to one layer.
var judges = []struct {
	layer Layer
	judge func(*visit, destinations) []tillwatch.Sign
}{
	{Canaries, judge},
	{Canaries, cardStored},
	{Canaries, formTurned},
	{Canaries, ledAway},
	{Canaries, misused},
	{Scripts, suspiciousScripts},
	{Inventory, changedLibraries},
	{Inventory, lookalikes},
	{Listeners, cardReaders},
	{Listeners, nativeHooks},
	{Listeners, fakeForms},
	{Proxy, func(v *visit, d destinations) []tillwatch.Sign { return v.mismatches(d) }},
	{Proxy, pastLeaks},
	{Proxy, channels},
}

// judged are the signs of all layers that are on. Where two say the same of one place, the first has seen more of it.
func (l *look) judged(v *visit, d destinations) []tillwatch.Sign {
	var signs []tillwatch.Sign
	for _, j := range judges {
		if !l.config.Layers.On(j.layer) {
			continue
		}
		for _, s := range j.judge(v, d) {
			if !slices.ContainsFunc(signs, func(had tillwatch.Sign) bool { return had.Rule == s.Rule && had.Place == s.Place }) {
				signs = append(signs, s)
			}
		}
	}
	return signs
}

// moment is a point of a walk at which the page is looked into.
type moment int

const (
	beforeTyping moment = iota // the payment step is reached and no key has gone into a card field
	afterTyping                // everything is typed, nothing is pressed, and skimmers that poll have had their time
	afterPress                 // the last button was pressed over a cut line, and the page is about to be left
)

// probes look into the live page at one moment of a walk, and write what they see into the visit. They change nothing in
// it that a script of the page could notice. An error ends the walk only where ctx ended or the browser is gone;
// whatever else went wrong is a gap.
var probes = []struct {
	layer Layer
	at    moment
	look  func(ctx context.Context, tab *browser.Tab, v *visit) error
}{
	{Listeners, beforeTyping, auditBefore},
	{Listeners, afterTyping, auditAfter},
	{Listeners, afterPress, auditLate},
	{Inventory, afterTyping, readForms},
	{Canaries, afterTyping, readForms}, // where the customer is led is a part of where the data goes
	{Canaries, beforeTyping, readServedForms},
	{Canaries, beforeTyping, readStorage},
	{Canaries, afterTyping, readStorage},
	{Canaries, afterPress, readStorage},
}

// probe runs the probes of a moment.
func (l *look) probe(ctx context.Context, at moment, tab *browser.Tab, v *visit) error {
	for _, p := range probes {
		if p.at != at || !l.config.Layers.On(p.layer) {
			continue
		}
		if err := p.look(ctx, tab, v); err != nil {
			return err
		}
	}
	return nil
}
