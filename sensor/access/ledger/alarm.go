package ledger

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/tillwatch/tillwatch"
)

// Alarms makes signs of verdicts: one for each key id, at the first token that was never issued and when their number
// doubles. Safe for concurrent use.
type Alarms struct {
	// Exposed says which kinds of customer data a route shows; nil where that is not known.
	Exposed func(route string) []string

	mu      sync.Mutex
	tallies map[string]*tally
}

// tally is what is known of a key id's tokens without a record.
type tally struct {
	certain, tokens, uses int
	told                  bool // of what is certain
	first                 int64
	routes                map[string]int
	from                  map[string]int
	members               set
}

const (
	maxRoutes  = 1000
	maxFrom    = 10_000
	maxMembers = 1 << 20
)

// RuleUnissued is the rule of a token that was used and never issued.
const RuleUnissued = "access/token-unissued"

// Add counts a verdict, and gives the sign where one is to be reported.
func (a *Alarms) Add(s Settled) (tillwatch.Sign, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.tallies == nil {
		a.tallies = map[string]*tally{}
	}
	t := a.tallies[s.Kid]
	switch {
	case s.Verdict == Issued && t != nil: // its record came late
		t.tokens = max(0, t.tokens-1)
		return tillwatch.Sign{}, false
	case s.Verdict != Unissued && (s.Verdict != Unproven || !s.Coverage.likely()):
		return tillwatch.Sign{}, false
	case t == nil:
		t = &tally{first: s.At, routes: map[string]int{}, from: map[string]int{}}
		a.tallies[s.Kid] = t
	}
	t.tokens++
	t.uses += s.Count
	t.first = min(t.first, s.At)
	count(t.routes, s.Where, maxRoutes)
	count(t.from, s.From, maxFrom)
	if s.Member != 0 && t.members.n < maxMembers {
		t.members.add(s.Member)
	}
	certain := s.Verdict == Unissued
	if certain {
		t.certain++
	}
	tell := t.tokens&(t.tokens-1) == 0 || certain && !t.told
	t.told = t.told || certain
	return a.sign(s.Kid, t, s.Coverage), tell
}

// likely says that so many tokens have a record that one without is more likely forged than forgotten.
func (c Coverage) likely() bool {
	return c.Covered >= likeAfter && (c.Share >= likeShare || c.Armed)
}

func count(in map[string]int, what string, most int) {
	if _, known := in[what]; what != "" && (known || len(in) < most) {
		in[what]++
	}
}

func (a *Alarms) sign(kid string, t *tally, c Coverage) tillwatch.Sign {
	s := tillwatch.Sign{
		Rule: RuleUnissued, Severity: tillwatch.Critical, Certainty: tillwatch.Certain, Place: Place(kid),
		Since: time.Unix(t.first, 0).UTC(), Count: t.tokens,
		Subjects: tillwatch.Subjects{Min: t.members.n, Max: max(t.members.n, t.tokens)},
		Summary: fmt.Sprintf("Tokens of %s were used that the issuer never issued (%d, from %d addresses): whoever made them has the signing key.",
			Place(kid), t.tokens, len(t.from)),
	}
	if t.certain == 0 {
		s.Severity, s.Certainty = tillwatch.High, tillwatch.Likely
		s.Summary = fmt.Sprintf("Tokens of %s were used of which the issuer's log has no record (%d, from %d addresses): either they are forged, or the log is not whole.",
			Place(kid), t.tokens, len(t.from))
	}
	routes := slices.SortedFunc(maps.Keys(t.routes), func(x, y string) int {
		return cmp.Or(cmp.Compare(t.routes[y], t.routes[x]), cmp.Compare(x, y))
	})
	for i, r := range routes {
		if a.Exposed != nil {
			s.Data = append(s.Data, a.Exposed(r)...)
		}
		if i < 8 {
			s.Evidence = append(s.Evidence, tillwatch.Evidence{What: fmt.Sprintf("asked for with such tokens: %d", t.routes[r]), Where: r})
		}
	}
	slices.Sort(s.Data)
	s.Data = slices.Compact(s.Data)
	s.Evidence = append(s.Evidence, tillwatch.Evidence{
		What: fmt.Sprintf("of the tokens of this key id that were used, %.4f %% have a record (about %d do, %d do not)", 100*c.Share, c.Covered, c.Missing),
	})
	return s
}

// Place names a key id in a sign.
func Place(kid string) string {
	if kid == "" {
		return "key id (none)"
	}
	return "key id " + shown(kid)
}

// shown leaves of a text that a stranger may have chosen what cannot harm a terminal or a page.
func shown(s string) string {
	out := []rune(s[:min(len(s), 64)])
	for i, r := range out {
		if r < ' ' || r > '~' || r == '"' || r == '<' || r == '>' || r == '`' {
			out[i] = '.'
		}
	}
	return string(out)
}

// Unjudged says what could not be judged: key ids whose tokens have too few records, and uses where the issuer's log has a gap.
// place is what the log is called.
func (a *Asker) Unjudged(place string) []tillwatch.Gap {
	var gaps []tillwatch.Gap
	for _, c := range a.Coverage() {
		if c.Unknown > 0 {
			gaps = append(gaps, tillwatch.Gap{Place: place, Why: fmt.Sprintf("%d tokens of %s could not be judged: they may have been issued when the issuer's log had a gap, or before it begins",
				c.Unknown, Place(c.Kid))})
		}
		if !c.Armed && c.Missing > 0 {
			gaps = append(gaps, tillwatch.Gap{Place: place, Why: fmt.Sprintf("%s is not armed: of its tokens that were used %d have a record and %d have none, so a missing record is no proof yet",
				Place(c.Kid), c.Covered, c.Missing)})
		}
		if c.Late > 0 {
			gaps = append(gaps, tillwatch.Gap{Place: place, Why: fmt.Sprintf("the records of %d tokens of %s came after the time of grace, so they had been called unissued: let the issuer's log come sooner, or wait longer for it",
				c.Late, Place(c.Kid))})
		}
	}
	if n := a.Lost(); n > 0 {
		gaps = append(gaps, tillwatch.Gap{Place: place, Why: fmt.Sprintf("%d uses of tokens could not be held until the issuer's log came: it is late, or not read", n)})
	}
	return gaps
}
