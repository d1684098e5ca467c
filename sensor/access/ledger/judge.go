package ledger

import (
	"slices"
	"sync"
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
	Pending                     // there is none yet; [Ledger.Advance] gives the verdict later
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

// judge holds what is pending and what was judged. Its lock is taken after the ledger's.
type judge struct {
	mu     sync.Mutex
	kids   map[string]*kid
	held   map[Fingerprint]*suspect
	next   int64 // nothing held is due before
	judged map[Fingerprint]Verdict
	order  []Fingerprint // of judged, a ring
	oldest int
	late   []Settled
	lost   int64 // uses that could not be held
	taught int64 // the longest life that a recorded token says of itself
	saved  int64
}

type suspect struct {
	use   Use
	print Fingerprint
	count int
}

const (
	maxHeld   = 100_000
	maxJudged = 1 << 17
)

func newJudge() judge {
	return judge{kids: map[string]*kid{}, held: map[Fingerprint]*suspect{}, judged: map[Fingerprint]Verdict{}}
}

// others is the key id under which those come together that are too many.
const others = "(others)"

func (j *judge) kid(name string) *kid {
	k := j.kids[name]
	if k == nil && len(j.kids) >= maxKids {
		name = others
		k = j.kids[name]
	}
	if k == nil {
		k = &kid{}
		j.kids[name] = k
	}
	return k
}

// Judge says whether a token that was used was issued. It waits for no disk. A token whose verdict is Pending is judged by
// a later [Ledger.Advance].
func (l *Ledger) Judge(u Use) Verdict {
	f := l.print(u.Token, u.Member)
	recent := &l.recent[uint64(f)%uint64(len(l.recent))]
	if recent.Load() == uint64(f) {
		return Issued
	}
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.holds(f, u) {
		recent.Store(uint64(f))
		l.covered(f, u)
		return Issued
	}
	j := &l.judge
	j.mu.Lock()
	defer j.mu.Unlock()
	if v, ok := j.judged[f]; ok {
		return v
	}
	if s := j.held[f]; s != nil {
		s.count++
		return Pending
	}
	k := j.kid(u.Kid)
	if len(j.held) >= maxHeld {
		j.lost++
		k.unknown++
		return Unknown
	}
	u.Kid, u.Where, u.From = clip(u.Kid), clip(u.Where), clip(u.From)
	j.held[f] = &suspect{use: u, print: f, count: 1}
	due := u.At + int64(l.config.Grace/time.Second)
	if j.next == 0 || due < j.next {
		j.next = due
	}
	k.turn(u.At, int64(l.config.Grace/time.Second))
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
	return l.has(f, expires) || f != u.Token && l.issuer.unbound && l.has(u.Token, expires)
}

func (l *Ledger) covered(f Fingerprint, u Use) {
	l.judge.mu.Lock()
	defer l.judge.mu.Unlock()
	if u.Issued > 0 && u.Expires > u.Issued {
		l.judge.taught = max(l.judge.taught, min(u.Expires-u.Issued, longestLife))
	}
	k := l.judge.kid(u.Kid)
	k.turn(u.At, int64(l.config.Grace/time.Second))
	k.cover(f)
	if !k.armed {
		k.arm(l.config.ArmAfter)
	}
}

// found notes that a record has come: for a token that was judged without one it came too late.
func (j *judge) found(print Fingerprint) {
	j.mu.Lock()
	defer j.mu.Unlock()
	v, ok := j.judged[print]
	if !ok {
		return
	}
	delete(j.judged, print)
	if v == Unissued || v == Unproven {
		j.late = append(j.late[:min(len(j.late), maxHeld)], Settled{Use: Use{Token: print}, Verdict: Issued})
	}
}

// Advance says what time it is: it forgets what has expired, and gives the verdicts on tokens whose time of grace is over,
// in the order of their use. It may wait for a disk. With final the issuer's log ends here, and no use waits for more of it.
func (l *Ledger) Advance(now int64, final bool) ([]Settled, error) {
	l.mu.Lock()
	gone := l.drop(now)
	due := l.due(now, final)
	save := l.journal != nil && now-l.judge.saved >= saveEvery
	if save {
		l.judge.saved = now
	}
	l.mu.Unlock()
	var err error
	if l.journal != nil {
		err = l.journal.remove(gone)
		if save && err == nil {
			err = l.save(now)
		}
	}
	return due, err
}

// due needs the lock.
func (l *Ledger) due(now int64, final bool) []Settled {
	j := &l.judge
	j.mu.Lock()
	defer j.mu.Unlock()
	out := j.late
	j.late = nil
	for i := range out {
		l.retract(&out[i])
	}
	if !final && (len(j.held) == 0 || now < j.next) {
		return out
	}
	grace, hold := int64(l.config.Grace/time.Second), int64(l.config.Hold/time.Second)
	j.next = 1<<63 - 1
	var ready []*suspect
	for _, s := range j.held {
		waits := s.use.At + grace
		if !final && now >= waits && l.issuer.reached < s.use.At {
			waits = min(s.use.At+hold, now+1) // the issuer's log may still be on its way
			if now >= s.use.At+hold {
				waits = now
			}
		}
		if final || now >= waits {
			ready = append(ready, s)
		} else {
			j.next = min(j.next, waits)
		}
	}
	slices.SortFunc(ready, func(a, b *suspect) int {
		if a.use.At != b.use.At {
			return int(max(-1, min(1, a.use.At-b.use.At)))
		}
		if a.print < b.print {
			return -1
		}
		return 1
	})
	for _, s := range ready {
		if one, tell := l.settle(s); tell {
			out = append(out, one)
		}
		delete(j.held, s.print)
	}
	return out
}

// settle needs both locks.
func (l *Ledger) settle(s *suspect) (Settled, bool) {
	j := &l.judge
	k := j.kid(s.use.Kid)
	if l.holds(s.print, s.use) {
		k.cover(s.print)
		k.arm(l.config.ArmAfter)
		k.holes[0] = max(0, k.holes[0]-1)
		return Settled{}, false
	}
	life := max(l.issuer.life(s.use.Kid, int64(l.config.Life/time.Second)), j.taught)
	verdict := Unproven
	switch {
	case !l.issuer.knows(s.use, life), l.issuer.reached < s.use.At, s.use.Member == 0 && l.issuer.bound && !l.config.Unbound:
		verdict = Unknown
		k.unknown++
	default:
		k.missing++
		if !k.armed {
			k.arm(l.config.ArmAfter)
		}
		if k.armed && !k.lost() {
			verdict = Unissued
		}
	}
	j.remember(s.print, verdict)
	return Settled{Use: s.use, Verdict: verdict, Count: s.count, Coverage: k.coverage(s.use.Kid)}, true
}

// retract takes back that a token has no record. Whom its key id misleads by that, it misleads no more: tokens that a thief
// makes never get a record, so they cannot disarm it.
func (l *Ledger) retract(one *Settled) {
	for name, k := range l.judge.kids {
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

func (j *judge) remember(f Fingerprint, v Verdict) {
	j.judged[f] = v
	if len(j.order) < maxJudged {
		j.order = append(j.order, f)
		return
	}
	delete(j.judged, j.order[j.oldest])
	j.order[j.oldest] = f
	j.oldest = (j.oldest + 1) % maxJudged
}

// Lost is how many uses could not be judged because more tokens without a record waited than are held.
func (l *Ledger) Lost() int64 {
	l.judge.mu.Lock()
	defer l.judge.mu.Unlock()
	return l.judge.lost
}
