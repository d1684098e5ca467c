package ledger

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// AskerConfig says who asks. The zero value of each field has the default that is named.
type AskerConfig struct {
	// Name is by which it is known again after a restart.
	Name string
	// Grace is how long a use may come before its record. Default 60 s.
	Grace time.Duration
	// Hold is how long a use waits for the issuer's log to move past it, before it is called unknown. Default 1 h.
	Hold time.Duration
	// ArmAfter is how many tokens of a key id must have been used before it is armed. Default 10,000.
	ArmAfter int
}

// Asker asks a ledger about tokens that are used: a gateway, or a log that is read. Each gets the verdicts on what it has
// asked about itself, by the clock that it goes by, and each must prove by itself that nearly all tokens which it sees have a
// record: one may name tokens or members in a way that the issuer's log does not. Safe for concurrent use.
type Asker struct {
	*Ledger
	config AskerConfig

	recent [1 << 18]atomic.Uint64 // fingerprints that were found not long ago: most tokens are used many times
	clock  int64                  // under the ledger's lock
	taught atomic.Int64           // the longest life that a recorded token says of itself, in seconds

	mu      sync.Mutex // of what is below; taken after the ledger's
	kids    map[string]*kid
	held    map[Fingerprint]*suspect
	next    int64 // nothing held is due before, unless it waits for the issuer's log, and that goes on
	stuck   bool  // something does
	reached int64 // how far the issuer's log had come then
	judged  map[Fingerprint]Verdict
	order   []Fingerprint // of judged, a ring
	oldest  int
	late    []Settled
	lost    int64 // uses that could not be held
}

// suspect is a use that waits for its record.
type suspect struct {
	use   Use
	print Fingerprint
	count int
	blind bool // its record may have been forgotten
}

const (
	maxHeld   = 100_000
	maxJudged = 1 << 17
	// longestLag is how far an asker's clock may be behind the others' for what has expired to be kept for it; what it asks
	// about from before is unknown.
	longestLag = 8 * 86400
	// comeBack is how long those who asked before a restart are waited for.
	comeBack = 3600
)

// Ask gives the asker of a name; the first time it goes on with what was remembered of it.
func (l *Ledger) Ask(c AskerConfig) *Asker {
	c.Grace = cmp.Or(c.Grace, time.Minute)
	c.Hold = cmp.Or(c.Hold, time.Hour)
	c.ArmAfter = cmp.Or(c.ArmAfter, 10_000)
	l.mu.Lock()
	defer l.mu.Unlock()
	if a := l.askers[c.Name]; a != nil {
		return a
	}
	l.slack = max(l.slack, int64(max(c.Grace, c.Hold)/time.Second))
	a := &Asker{Ledger: l, config: c, kids: map[string]*kid{}, held: map[Fingerprint]*suspect{}, judged: map[Fingerprint]Verdict{}}
	if m, ok := l.absent[c.Name]; ok {
		a.recall(m)
		delete(l.absent, c.Name)
	}
	l.askers[c.Name] = a
	return a
}

// Knows says whether somebody of a name has ever asked.
func (l *Ledger) Knows(name string) bool {
	l.mu.RLock()
	defer l.mu.RUnlock()
	_, was := l.absent[name]
	return was || l.askers[name] != nil
}

// Clock is the latest time that the asker told, also in an earlier run, in seconds since 1970; zero before the first.
func (a *Asker) Clock() int64 {
	a.Ledger.mu.RLock()
	defer a.Ledger.mu.RUnlock()
	return a.clock
}

// Present says that the asker is there at a moment, without asking for verdicts.
func (a *Asker) Present(now int64) {
	a.Ledger.mu.Lock()
	defer a.Ledger.mu.Unlock()
	a.clock = max(a.clock, now)
}

func (a *Asker) grace() int64 { return int64(a.config.Grace / time.Second) }

func (a *Asker) waiting() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.held)
}

// slowest is the time of the asker whose clock is furthest behind; what expired after it somebody may still ask about. It
// needs the lock for reading.
func (l *Ledger) slowest(now int64) int64 {
	latest := l.latest(now)
	out := latest
	for _, a := range l.askers {
		if a.clock != 0 {
			out = min(out, a.clock)
		}
	}
	if latest < l.opened+comeBack {
		for _, m := range l.absent {
			if m.Clock != 0 {
				out = min(out, m.Clock)
			}
		}
	}
	return max(out, latest-longestLag)
}

// latest is the time of the asker whose clock is ahead. It needs the lock for reading.
func (l *Ledger) latest(now int64) int64 {
	for _, a := range l.askers {
		now = max(now, a.clock)
	}
	return now
}

// askerMemory is what is kept of an asker.
type askerMemory struct {
	Name   string     `json:"name"`
	Clock  int64      `json:"clock"`
	Taught int64      `json:"taught,omitempty"`
	Kids   []Coverage `json:"kids,omitempty"`
	Held   []heldUse  `json:"held,omitempty"`
}

type heldUse struct {
	Use   Use  `json:"use"`
	Count int  `json:"count"`
	Blind bool `json:"blind,omitempty"`
}

const maxAskers = 16

func (m *askerMemory) damaged() bool {
	return len(m.Kids) > maxKids+1 || len(m.Held) > maxHeld || len(m.Name) > 200
}

// recall takes up what was remembered. It needs no lock: nobody has the asker yet.
func (a *Asker) recall(m askerMemory) {
	a.clock = m.Clock
	a.taught.Store(m.Taught)
	for _, c := range m.Kids {
		a.kids[c.Kid] = &kid{before: c.Covered, missing: c.Missing, unknown: c.Unknown, late: c.Late, armed: c.Armed}
	}
	for _, h := range m.Held {
		f := a.print(h.Use.Token, h.Use.Member)
		a.held[f] = &suspect{use: h.Use, print: f, count: max(1, h.Count), blind: h.Blind}
	}
}

// keeps is what is to be kept of it. It needs the ledger's lock for reading.
func (a *Asker) keeps() askerMemory {
	a.mu.Lock()
	defer a.mu.Unlock()
	m := askerMemory{Name: a.config.Name, Clock: a.clock, Taught: a.taught.Load()}
	for _, name := range slices.Sorted(maps.Keys(a.kids)) {
		m.Kids = append(m.Kids, a.kids[name].coverage(name))
	}
	for _, s := range a.held {
		if len(m.Held) >= maxHeldSaved {
			break
		}
		m.Held = append(m.Held, heldUse{s.use, s.count, s.blind})
	}
	return m
}
