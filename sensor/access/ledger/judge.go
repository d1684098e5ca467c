package ledger

import (
	"cmp"
	"slices"
	"time"
)

// Use is one use of a token: a request, or a line of an access log. Times are in seconds since 1970; zero is not known.
type Use struct {
	Token   Fingerprint `json:"token"`
	Member  Fingerprint `json:"member,omitempty"` // zero where the log does not say whose token it was
	Kid     string      `json:"kid,omitempty"`
	Issued  int64       `json:"issued,omitempty"`  // what the token says
	Expires int64       `json:"expires,omitempty"` // what the token says
	At      int64       `json:"at"`
	Where   string      `json:"where,omitempty"` // the route that was asked for, without query; shown as it is
	From    string      `json:"from,omitempty"`  // network address; evidence only
}

// Verdict is what the ledger says of a use.
type Verdict uint8

// The verdicts. Only Unissued is certain.
const (
	Issued   Verdict = iota + 1 // there is a record
	Pending                     // there is none yet; [Asker.Advance] gives the verdict later
	Unissued                    // there is none, where nearly every token has one
	Unproven                    // there is none, and the key id is not armed
	Unknown                     // there is none, and the issuer's log has a gap where it could be
)

var verdictNames = [...]string{"", "issued", "pending", "unissued", "unproven", "unknown"}

func (v Verdict) String() string {
	if int(v) < len(verdictNames) {
		return verdictNames[v]
	}
	return ""
}

// Settled is a verdict on a token that was pending.
type Settled struct {
	Use              // the first of it
	Verdict  Verdict // Issued: it had been called unissued or unproven, and its record came late
	Count    int     // uses until now
	Coverage Coverage
}

// others is the key id under which those come together that are too many.
const others = "(others)"

// kid needs the asker's lock.
func (a *Asker) kid(name string) *kid {
	k := a.kids[name]
	if k == nil && len(a.kids) >= maxKids {
		name = others
		k = a.kids[name]
	}
	if k == nil {
		k = &kid{}
		a.kids[name] = k
	}
	return k
}

// Judge says whether a token that was used was issued. It waits for no disk. A token whose verdict is Pending is judged by
// a later [Asker.Advance].
func (a *Asker) Judge(u Use) Verdict {
	f := a.print(u.Token, u.Member)
	recent := &a.recent[uint64(f)%uint64(len(a.recent))]
	if recent.Load() == uint64(f) {
		return Issued
	}
	a.Ledger.mu.RLock()
	defer a.Ledger.mu.RUnlock()
	if a.holds(f, u) {
		recent.Store(uint64(f))
		a.covered(f, u)
		return Issued
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if v, ok := a.judged[f]; ok {
		return v
	}
	if s := a.held[f]; s != nil {
		s.count++
		return Pending
	}
	k := a.kid(u.Kid)
	if len(a.held) >= maxHeld {
		a.lost++
		k.unknown++
		return Unknown
	}
	u.Kid, u.Where, u.From = clip(u.Kid), clip(u.Where), clip(u.From)
	a.held[f] = &suspect{use: u, print: f, count: 1, blind: u.At <= a.dropped}
	due := u.At + a.grace()
	if a.next == 0 || due < a.next {
		a.next = due
	}
	k.turn(u.At, a.grace())
	k.holes[0]++
	return Pending
}

// clip bounds what is kept of a text that a stranger may have chosen.
func clip(s string) string { return s[:min(len(s), 200)] }

// holds looks a use up. It needs the lock for reading.
func (l *Ledger) holds(f Fingerprint, u Use) bool {
	expires := u.Expires
	if l.issuer.guessed {
		expires = 0
	}
	// A record that does not say whose token it is holds for whoever has it.
	return l.has(f, expires, u.At) || f != u.Token && l.issuer.unbound && l.has(u.Token, expires, u.At)
}

func (a *Asker) covered(f Fingerprint, u Use) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if u.Issued > 0 && u.Expires > u.Issued {
		a.taught.Store(max(a.taught.Load(), min(u.Expires-u.Issued, longestLife)))
	}
	k := a.kid(u.Kid)
	k.turn(u.At, a.grace())
	k.cover(f)
	if !k.armed {
		k.arm(a.config.ArmAfter)
	}
}

// found notes that a record has come: for a token that was judged without one it came too late.
func (a *Asker) found(print Fingerprint) {
	a.mu.Lock()
	defer a.mu.Unlock()
	v, ok := a.judged[print]
	if !ok {
		return
	}
	delete(a.judged, print)
	if v == Unissued || v == Unproven {
		a.late = append(a.late[:min(len(a.late), maxHeld)], Settled{Use: Use{Token: print}, Verdict: Issued})
	}
}

// Advance says what time it is for this asker: what has expired for all is forgotten, and the verdicts are given on tokens of
// its own whose time of grace is over, in the order of their use. It may wait for a disk. With final the issuer's log ends
// here, and no use waits for more of it.
func (a *Asker) Advance(now int64, final bool) ([]Settled, error) {
	l := a.Ledger
	l.mu.Lock()
	a.clock = max(a.clock, now)
	gone := l.drop(a.clock)
	latest := l.latest(now)
	save := l.journal != nil && latest-l.saved >= saveEvery
	if save {
		l.saved = latest
	}
	l.mu.Unlock()
	l.mu.RLock() // whoever asks about a token that has a record does not wait for this
	due := a.due(now, final)
	l.mu.RUnlock()
	var err error
	if l.journal != nil {
		err = l.journal.remove(gone)
		if save && err == nil {
			err = l.save(latest)
		}
	}
	return due, err
}

// due needs the ledger's lock for reading.
func (a *Asker) due(now int64, final bool) []Settled {
	a.mu.Lock()
	defer a.mu.Unlock()
	out := a.late
	a.late = nil
	for i := range out {
		a.retract(&out[i])
	}
	if !final && (len(a.held) == 0 || now < a.next && (!a.stuck || a.issuer.reached == a.reached)) {
		return out
	}
	grace, hold := a.grace(), max(int64(a.config.Hold/time.Second), a.grace())
	a.next, a.stuck, a.reached = 1<<63-1, false, a.issuer.reached
	var ready []*suspect
	for _, s := range a.held {
		waits := s.use.At + grace
		if !final && now >= waits && a.issuer.reached < s.use.At {
			waits = s.use.At + hold // the issuer's log may still be on its way
			a.stuck = true
		}
		if final || now >= waits {
			ready = append(ready, s)
		} else {
			a.next = min(a.next, waits)
		}
	}
	slices.SortFunc(ready, func(x, y *suspect) int {
		return cmp.Or(cmp.Compare(x.use.At, y.use.At), cmp.Compare(x.print, y.print))
	})
	for _, s := range ready {
		if one, tell := a.settle(s); tell {
			out = append(out, one)
		}
		delete(a.held, s.print)
	}
	return out
}

// settle needs the asker's lock, and the ledger's for reading.
func (a *Asker) settle(s *suspect) (Settled, bool) {
	k := a.kid(s.use.Kid)
	if a.holds(s.print, s.use) {
		k.cover(s.print)
		k.arm(a.config.ArmAfter)
		k.holes[0] = max(0, k.holes[0]-1)
		return Settled{}, false
	}
	life := max(a.issuer.life(s.use.Kid, int64(a.Ledger.config.Life/time.Second)), a.taught.Load())
	verdict := Unproven
	switch {
	case !a.issuer.knows(s.use, life), a.issuer.reached < s.use.At, s.blind,
		s.use.Member == 0 && a.issuer.bound && !a.Ledger.config.Unbound:
		verdict = Unknown
		k.unknown++
	default:
		k.missing++
		if !k.armed {
			k.arm(a.config.ArmAfter)
		}
		if k.armed && !k.lost() {
			verdict = Unissued
		}
	}
	a.noted(s.print, verdict)
	return Settled{Use: s.use, Verdict: verdict, Count: s.count, Coverage: k.coverage(s.use.Kid)}, true
}

// retract takes back that a token has no record. Whom its key id misleads by that, it misleads no more: tokens that a thief
// makes never get a record, so they cannot disarm it.
func (a *Asker) retract(one *Settled) {
	for name, k := range a.kids {
		if k.missing > k.late {
			k.late++
			one.Kid = name
			if k.armed && float64(k.late) > (1-armShare)*float64(k.covered()+k.late) {
				k.armed = false
			}
			one.Coverage = k.coverage(name)
			return
		}
	}
}

func (a *Asker) noted(f Fingerprint, v Verdict) {
	a.judged[f] = v
	if len(a.order) < maxJudged {
		a.order = append(a.order, f)
		return
	}
	delete(a.judged, a.order[a.oldest])
	a.order[a.oldest] = f
	a.oldest = (a.oldest + 1) % maxJudged
}

// Lost is how many uses could not be judged because more tokens without a record waited than are held.
func (a *Asker) Lost() int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.lost
}
