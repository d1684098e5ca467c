package verify

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/access/ledger"
)

// event is something that a request showed, on its way to the goroutine that reports.
type event struct {
	kind        eventKind
	why         string // of badToken
	kid         string
	seen        *seen
	route, from string
	at          time.Time
	unknownKid  bool
}

type eventKind uint8

const (
	badToken eventKind = iota
	usedDecoy
	usedRetired
	usedNobody
)

// signs counts what was seen, and reports at first sight and whenever the count has doubled. For one goroutine.
type signs map[signKey]*tally

type signKey struct{ rule, place string }

type tally struct {
	count  int
	first  time.Time
	routes map[string]int
	from   map[string]bool
	tokens map[string]bool
}

const (
	maxPlaces  = 1000
	maxRoutes  = 200
	maxCounted = 10_000
)

// Run reports what requests show, and has the ledger judge what is pending, until ctx ends.
func (h *Handler) Run(ctx context.Context) {
	second := time.NewTicker(time.Second)
	defer second.Stop()
	for {
		select {
		case <-ctx.Done():
			h.drain()
			return
		case e := <-h.queue:
			h.take(e)
		case <-second.C:
			h.Tick()
		}
	}
}

// Tick has the ledger judge what is pending, and reports what came of it. Run calls it each second.
func (h *Handler) Tick() {
	h.drain()
	now := h.config.Now()
	settled, err := h.config.Ledger.Advance(now.Unix(), false)
	for _, s := range settled {
		if sign, tell := h.alarms.Add(s); tell {
			h.config.Report(sign)
		}
	}
	if err != nil {
		h.config.Report(tillwatch.Gap{Place: "verify", Why: fmt.Sprintf("the ledger of issued tokens cannot be kept: %v", err)})
	}
	if changed, err := h.config.Keys.Reload(now); err != nil {
		h.config.Report(tillwatch.Gap{Place: "verify", Why: fmt.Sprintf("the key set could not be read again, the old one is used: %v", err)})
	} else if changed {
		h.cache.clear()
	}
	if lost := h.lost.Load(); lost > 0 && lost >= 2*h.told {
		h.told = lost
		h.config.Report(tillwatch.Gap{Place: "verify", Why: fmt.Sprintf("%d suspicious requests came faster than they could be counted", lost)})
	}
}

func (h *Handler) drain() {
	for {
		select {
		case e := <-h.queue:
			h.take(e)
		default:
			return
		}
	}
}

func (h *Handler) take(e event) {
	if h.signs == nil {
		h.signs = signs{}
	}
	if s, tell := h.signs.add(e, h.config); tell {
		h.config.Report(s)
	}
}

// add counts an event, and gives the sign where one is to be reported.
func (all signs) add(e event, c Config) (tillwatch.Sign, bool) {
	s := tillwatch.Sign{Place: ledger.Place(e.kid), Certainty: tillwatch.Certain}
	switch e.kind {
	case badToken:
		var ok bool
		if s, ok = badSign(e, c); !ok {
			return s, false
		}
	case usedDecoy:
		s.Rule, s.Severity = "access/key-decoy", tillwatch.Critical
	case usedRetired:
		s.Rule, s.Severity = "access/key-retired", tillwatch.Critical
	case usedNobody:
		s.Rule, s.Severity = "access/member-unknown", tillwatch.Critical
	}
	key := signKey{s.Rule, s.Place}
	t := all[key]
	if t == nil {
		if len(all) >= maxPlaces {
			return s, false
		}
		t = &tally{first: e.at, routes: map[string]int{}, from: map[string]bool{}, tokens: map[string]bool{}}
		all[key] = t
	}
	t.note(e)
	s.Count, s.Since = t.count, t.first.UTC()
	switch e.kind {
	case usedDecoy:
		s.Summary = fmt.Sprintf("A token was signed with the decoy key %s, which was planted only in %s: somebody has taken what is there.", e.seen.standing.Key, e.seen.standing.Decoy)
	case usedRetired:
		s.Summary = fmt.Sprintf("Tokens of %s were used (%d), which signs nothing any more: whoever made them still has the key, and the shop still takes them.", s.Place, len(t.tokens))
		s.Data = slices.Clone(e.seen.standing.Data)
	case usedNobody:
		s.Summary = fmt.Sprintf("Tokens of %s with a good signature name members who do not exist (%d tokens, from %d addresses): whoever made them has the signing key and is guessing.", s.Place, len(t.tokens), len(t.from))
	}
	s.Evidence = t.evidence(c, &s)
	return s, t.count&(t.count-1) == 0
}

// badSign is for a token that could not be verified. Anybody can send one, so by itself it is an attempt and no leak; that
// it names a decoy or a retired key says more.
func badSign(e event, c Config) (tillwatch.Sign, bool) {
	s := tillwatch.Sign{Rule: "access/token-malformed", Severity: tillwatch.Low, Certainty: tillwatch.Certain, Place: "tokens"}
	switch {
	case e.unknownKid:
		var standing Standing
		if c.Register != nil {
			standing = c.Register.Standing(e.kid)
		}
		s.Rule, s.Place, s.Certainty = "access/key-retired", ledger.Place(e.kid), tillwatch.Likely
		switch {
		case standing.Decoy != "":
			s.Rule, s.Severity = "access/key-decoy", tillwatch.Critical
			s.Summary = fmt.Sprintf("A token names the decoy key %s, which was planted only in %s: somebody has taken what is there.", standing.Key, standing.Decoy)
		case standing.Retired:
			s.Severity = tillwatch.High
			s.Summary = fmt.Sprintf("A token names the retired key %s; its signature cannot be checked, since the key set no longer has the key.", standing.Key)
			s.Data = slices.Clone(standing.Data)
		default:
			s.Place, s.Certainty = "unknown key ids", tillwatch.Possible
			s.Summary = "Tokens name a key id that neither the key set nor the register has."
		}
	case e.why == errSignature.Error():
		s.Severity, s.Certainty = tillwatch.Low, tillwatch.Possible
		s.Place = "signatures"
		s.Summary = "Tokens came whose signature no key of the set has made."
	default:
		s.Place = "tokens: " + e.why
		s.Summary = fmt.Sprintf("Somebody tries tokens that are made to do harm: %s.", e.why)
		if e.why == string(notAToken) || e.why == string(badEncoding) {
			return s, false // an opaque token of another kind; counted, and nothing to tell
		}
	}
	return s, true
}

func (t *tally) note(e event) {
	t.count++
	if _, known := t.routes[e.route]; known || len(t.routes) < maxRoutes {
		t.routes[e.route]++
	}
	if e.from != "" && len(t.from) < maxCounted {
		t.from[e.from] = true
	}
	if e.seen != nil && len(t.tokens) < maxCounted {
		t.tokens[e.seen.said[0]] = true
	}
}

func (t *tally) evidence(c Config, s *tillwatch.Sign) []tillwatch.Evidence {
	routes := slices.SortedFunc(maps.Keys(t.routes), func(a, b string) int {
		return cmp.Or(cmp.Compare(t.routes[b], t.routes[a]), cmp.Compare(a, b))
	})
	var out []tillwatch.Evidence
	for i, r := range routes {
		if c.Exposed != nil && s.Severity >= tillwatch.High {
			s.Data = append(s.Data, c.Exposed(r)...)
		}
		if i < 8 {
			out = append(out, tillwatch.Evidence{What: fmt.Sprintf("requests with it: %d", t.routes[r]), Where: r})
		}
	}
	slices.Sort(s.Data)
	s.Data = slices.Compact(s.Data)
	for i, from := range slices.Sorted(maps.Keys(t.from)) {
		if i < 4 {
			out = append(out, tillwatch.Evidence{What: "the gateway names as sender", Where: from})
		}
	}
	return out
}
