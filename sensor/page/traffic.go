package page

import (
	"slices"
	"strings"
	"time"
)

// traffic is what went to one endpoint from the first key on.
type traffic struct {
	first  *sending // with something unreadable in it, where there is one
	own    bool     // it is the shop's own host
	remark bool     // it is a host where card data may go, and only what stands in fields for remarks is counted
	count  int
	size   int           // bytes of addresses and bodies
	opaque int           // bytes of it that no one can read: encrypted, compressed or random
	over   time.Duration // how long the visit sent anything from the first key on: what sends by the clock sends more in a longer one
	bursts []time.Time   // unreadable sendings between the first key of the payment page and the last button
	reader bool
	taker  bool // the reader took whole values, not keys one by one
}

// endpoints sums up what one visit sent from the first key on, by method, origin and shape of the path: all that went to
// foreign hosts, of what went to the shop's own hosts that which no one can read and which is not the payment, and of what
// went to payment providers that which no one can read in fields for remarks, before the last button was pressed.
func (v *visit) endpoints(d destinations) map[string]*traffic {
	out := map[string]*traffic{}
	from := v.began
	if from.IsZero() {
		from = v.typed
	}
	if from.IsZero() {
		return out
	}
	blame := newBlame(v)
	readers := blame.readingScripts()
	var before strings.Builder
	sent := v.sendings()
	paying := v.paying(d, sent)
	last := from
	for i := range sent {
		s := &sent[i]
		if s.at.Before(from) {
			before.Write(s.content())
			continue
		}
		if s.at.After(last) {
			last = s.at
		}
		host := hostOf(s.url)
		o := d.owner(host)
		remark := o == provider || o == authorised
		if host == "" || o == providerPart || s.kind == linkHint || s.kind == datagram || s.method == "WebRTC" {
			continue
		}
		hidden := 0
		secrets := opaque
		if remark {
			secrets = func([]byte) []string { return hiddenRemarks(s) }
		}
		for _, token := range secrets(s.content()) {
			if !strings.Contains(before.String(), token) { // a session's id was there before anything was typed
				hidden += len(token)
			}
		}
		if s.method == "DNS" && hidden == 0 {
			hidden = unreadableName(s.body.Bytes())
		}
		if o == own && (hidden < minHidden || s.at.Before(v.typed) || paying(s)) {
			continue
		}
		if remark && (hidden < minHidden || d.owner(hostOf(pageOf(s.document))) != own || s.at.Before(v.typed) || v.typed.IsZero() || !v.pressed.IsZero() && !s.at.Before(v.pressed)) {
			continue
		}
		key := s.method + " " + shape(s.url)
		t := out[key]
		if t == nil {
			t = &traffic{first: s, own: o == own, remark: remark}
			out[key] = t
		}
		if t.opaque == 0 && hidden > 0 {
			t.first = s
		}
		t.count++
		t.size += len(s.url) + s.body.Len()
		t.opaque += hidden
		if hidden >= minHidden && !s.at.Before(v.typed) && (v.pressed.IsZero() || s.at.Before(v.pressed)) {
			t.bursts = append(t.bursts, s.at)
		}
		reads, takes := readers.sent(blame, s)
		t.reader, t.taker = t.reader || reads, t.taker || takes
	}
	for _, t := range out {
		t.over = max(last.Sub(from), time.Second)
	}
	return out
}

// keyPace is how soon after one key comes another. What gathers before it sends waits longer, however long the typing
// takes.
const keyPace = 350 * time.Millisecond

// atKeyPace is the number of unreadable sendings that came as quickly after another as keys do.
func (t *traffic) atKeyPace() int {
	slices.SortFunc(t.bursts, time.Time.Compare)
	n := 0
	for i := 1; i < len(t.bursts); i++ {
		if t.bursts[i].Sub(t.bursts[i-1]) <= keyPace {
			n++
		}
	}
	return n
}

// shrunk says that of an amount much less was sent in the visit without, whether or not that was the shorter one.
func (t *traffic) shrunk(without *traffic, amount func(*traffic) int) bool {
	if without == nil {
		return true
	}
	with, less := float64(amount(t)), float64(amount(without))
	return less < 0.7*with && less/without.over.Seconds() < 0.7*with/t.over.Seconds()
}

// minHidden is the least that is called unreadable: one block of AES.
const minHidden = 16

// paying tells the requests to the shop's own hosts that belong to the payment. Where the card number is seen in one, it
// is that; where none has it, because the shop encrypts it itself, everything that follows the press of the last button is
// taken for it.
func (v *visit) paying(d destinations, sent []sending) func(*sending) bool {
	clear := paymentRequest(v, d, sent)
	return func(s *sending) bool {
		if clear.endpoint != "" {
			return clear.is(s)
		}
		return !v.pressed.IsZero() && !s.at.Before(v.pressed)
	}
}

// readingScripts are the scripts that took what is in a card field and that nobody published, and whether they took
// whole values.
type readingScripts map[scriptKey]bool

func (b *blame) readingScripts() readingScripts {
	out := readingScripts{}
	for _, r := range b.reads {
		for _, c := range r.Stack {
			if !b.published(r.Session, c) {
				key := b.origin(scriptKey{r.Session, c.ScriptID})
				out[key] = out[key] || r.How != "key"
				break
			}
		}
	}
	return out
}

// sent says whether one of the scripts had a part in a sending, and whether it is one that took whole values.
func (r readingScripts) sent(b *blame, s *sending) (reads, takes bool) {
	for _, c := range s.stack {
		taken, ok := r[b.origin(scriptKey{s.session, c.ScriptID})]
		reads, takes = reads || ok, takes || taken
	}
	return reads, takes
}

// origin is the script that a piece of code goes back to: of what was made at run time, the one that made it.
func (b *blame) origin(key scriptKey) scriptKey {
	for range 8 {
		s, ok := b.scripts[key]
		if !ok || hasAddress(s.URL) || len(s.Parent) == 0 {
			break
		}
		key = scriptKey{key.session, s.Parent[0].ScriptID}
	}
	return key
}

// scattered makes one endpoint of those of an origin that were met once and in one visit only: paths that are made up
// anew for each request cannot be compared otherwise.
func scattered(visits ...map[string]*traffic) {
	seen := map[string]int{}
	for _, v := range visits {
		for key := range v {
			seen[key]++
		}
	}
	alone := map[string]int{}
	for _, v := range visits {
		for key, t := range v {
			if seen[key] == 1 && t.count == 1 {
				alone[scatterKey(t)]++
			}
		}
	}
	for _, v := range visits {
		for key, t := range v {
			if into := scatterKey(t); seen[key] == 1 && t.count == 1 && alone[into] >= 3 && into != key {
				delete(v, key)
				if v[into] == nil {
					v[into] = t
				} else {
					v[into].add(t)
				}
			}
		}
	}
}

func scatterKey(t *traffic) string { return t.first.method + " " + originOf(t.first.url) + "/*" }

func (t *traffic) add(other *traffic) {
	if other.first.at.Before(t.first.at) {
		t.first = other.first
	}
	t.count += other.count
	t.size += other.size
	t.opaque += other.opaque
	t.bursts = append(t.bursts, other.bursts...)
	t.reader, t.taker = t.reader || other.reader, t.taker || other.taker
}

// shape is a URL without query, with path segments that look like identifiers made one.
func shape(raw string) string {
	parts := strings.Split(bare(raw), "/")
	for i := 3; i < len(parts); i++ {
		if digits := len(strings.Map(onlyDigits, parts[i])); len(parts[i]) > 16 || digits > 3 {
			parts[i] = "*"
		}
	}
	return strings.Join(parts, "/")
}
