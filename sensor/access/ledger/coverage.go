package ledger

import (
	"maps"
	"slices"
)

// issuer is what is known of the issuer's log: how far it has come, where it has gaps, how long tokens live.
type issuer struct {
	since   int64 // the log is known from here on; zero where nothing of it is known yet
	reached int64 // the newest moment that it spoke of
	records int64
	gaps    []Stretch
	longest int64            // the longest life of all
	lives   map[string]int64 // the longest life of a token of each key id; under "" of all
	guessed bool             // some records do not say when their token expires
	bound   bool             // some say whose it is
	unbound bool             // some do not
}

// Stretch is a part of time, in seconds since 1970, from From up to To.
type Stretch struct {
	From int64  `json:"from"`
	To   int64  `json:"to"`
	Why  string `json:"why,omitempty"`
}

const (
	maxGaps = 1000
	maxKids = 1024
)

func (i *issuer) heard(e Entry, at int64) {
	i.records++
	when := e.Issued
	if when == 0 || when > at+skew {
		when = at
	}
	i.began(when)
	i.reached = max(i.reached, when)
	i.bound, i.unbound = i.bound || e.Member != 0, i.unbound || e.Member == 0
	if e.Expires == 0 {
		i.guessed = true
		return
	}
	life := int64(longestLife)
	if e.Expires > 0 {
		life = e.Expires - when
	}
	i.lived(e.Kid, life)
}

// lived notes how long a token lives.
func (i *issuer) lived(kid string, life int64) {
	life = min(max(0, life), longestLife)
	i.longest = max(i.longest, life)
	for _, kid := range []string{kid, ""} {
		if old, known := i.lives[kid]; life > old && (known || len(i.lives) < maxKids) {
			i.lives[kid] = life
		}
	}
}

// read notes what a record says that was read back: what else is remembered may be older.
func (i *issuer) read(p placed, at int64) {
	when := p.issued
	if when > at+skew || when < at-longestLife {
		when = at
	}
	i.began(when)
	i.reached = max(i.reached, when)
	if p.bucket.width != forever && !i.guessed {
		i.lived(p.kid, p.expires-when)
	}
}

// skew is by how many seconds clocks may differ.
const skew = 60

func (i *issuer) began(at int64) {
	if i.since == 0 {
		i.since = at
	}
}

func (i *issuer) life(kid string, otherwise int64) int64 {
	if life, ok := i.lives[kid]; ok && kid != "" {
		return life
	}
	if life, ok := i.lives[""]; ok {
		return life
	}
	return otherwise
}

func (i *issuer) gap(s Stretch) {
	if n := len(i.gaps); n > 0 && s.From <= i.gaps[n-1].To+1 && s.From >= i.gaps[n-1].From {
		i.gaps[n-1].To = max(i.gaps[n-1].To, s.To)
		return
	}
	if len(i.gaps) >= maxGaps { // the two oldest become one: more is unknown, nothing is called known
		i.gaps[1].From, i.gaps[1].To = min(i.gaps[0].From, i.gaps[1].From), max(i.gaps[0].To, i.gaps[1].To)
		i.gaps = i.gaps[1:]
	}
	i.gaps = append(i.gaps, s)
}

// knows says whether the log is whole for all the time in which a token could have been issued that was used.
func (i *issuer) knows(u Use, life int64) bool {
	from, to := u.At-life-skew, u.At+skew
	if u.Expires > 0 {
		from = max(from, u.Expires-life-skew)
	}
	if u.Issued > 0 && u.Issued >= from && u.Issued <= to {
		from, to = u.Issued-skew, u.Issued+skew // where it says a moment at which it cannot have been, that moment says nothing
	}
	if from > u.At+skew { // it would live longer than any token that was ever issued
		return i.since != 0
	}
	if i.since == 0 || from < i.since {
		return false
	}
	for _, g := range i.gaps {
		if g.From <= to && g.To >= from {
			return false
		}
	}
	return true
}

// Gap says that the issuer's log has nothing of a stretch of time although tokens may have been issued in it.
func (l *Ledger) Gap(s Stretch) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.issuer.gap(s)
}

// Heard says that the issuer's log is read up to a moment, though there may be no token to record.
func (l *Ledger) Heard(at int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.issuer.began(at)
	l.issuer.reached = max(l.issuer.reached, at)
}

// Gaps are the stretches of which the issuer's log has nothing; the first ends where the log begins.
func (l *Ledger) Gaps() []Stretch {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return append([]Stretch{{To: l.issuer.since, Why: "before the issuer's log was first read"}}, l.issuer.gaps...)
}

// Since is from when on the issuer's log is known, in seconds since 1970; zero before its first word.
func (l *Ledger) Since() int64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.issuer.since
}

// Reached is the newest moment that the issuer's log spoke of, in seconds since 1970; zero before the first.
func (l *Ledger) Reached() int64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.issuer.reached
}

// kid is what was seen of one key id in use.
type kid struct {
	sample  set   // of tokens that were used and have a record: those whose mixed bits begin with rate zeros
	rate    uint  // each in the sample stands for 1<<rate
	before  int64 // as many more were used before a restart
	missing int64 // different tokens that were used and have none, where the issuer's log is whole
	unknown int64 // and where it is not
	late    int64 // of missing, those whose record came when they had been judged
	armed   bool  // enough were used, and nearly all had a record
	window  [2]int64
	holes   [2]int64 // new tokens of this stretch of grace and the one before: with a record, and without
	turned  int64
}

const (
	maxSample = 1 << 15
	armShare  = 0.9999 // of used tokens must have a record
	likeShare = 0.99   // so many make an alarm likely
	likeAfter = 300    // tokens
	// Where more than every fifth new token has no record, and there are more than twenty, a part of the issuer's log is
	// more likely to be missing than not.
	lostShare = 0.2
	lostAfter = 20
)

// cover notes the use of a token that has a record.
func (k *kid) cover(f Fingerprint) {
	h := mix(uint64(f))
	if h>>(64-k.rate) != 0 || !k.sample.add(f) {
		return
	}
	k.window[0] += 1 << k.rate
	for k.sample.n >= maxSample {
		k.rate++
		var kept set
		for _, f := range k.sample.keys(nil, 0, setTables) {
			if mix(uint64(f))>>(64-k.rate) == 0 {
				kept.add(f)
			}
		}
		k.sample = kept
	}
}

// covered is about how many different tokens were used that have a record.
func (k *kid) covered() int64 { return k.before + int64(k.sample.n)<<k.rate }

func (k *kid) share() float64 {
	covered := float64(k.covered())
	if covered == 0 {
		return 0
	}
	return covered / (covered + float64(k.missing))
}

func (k *kid) coverage(name string) Coverage {
	return Coverage{name, k.covered(), k.missing, k.unknown, k.late, k.share(), k.armed}
}

func (k *kid) arm(after int) {
	if k.covered()+k.missing >= int64(after) && k.share() >= armShare {
		k.armed = true
	}
}

// turn begins a new stretch of grace.
func (k *kid) turn(now, grace int64) {
	if now-k.turned < grace {
		return
	}
	k.window[1], k.holes[1] = k.window[0], k.holes[0]
	if now-k.turned >= 2*grace {
		k.window[1], k.holes[1] = 0, 0
	}
	k.window[0], k.holes[0] = 0, 0
	k.turned = now
}

// lost says that so many new tokens have no record that the issuer's log is likely not whole.
func (k *kid) lost() bool {
	holes := k.holes[0] + k.holes[1]
	return holes > lostAfter && float64(holes) > lostShare*float64(holes+k.window[0]+k.window[1])
}

// Coverage says how far a key id's tokens are in the ledger.
type Coverage struct {
	Kid     string  `json:"kid"`
	Covered int64   `json:"covered"` // about how many different tokens were used that have a record
	Missing int64   `json:"missing"` // and that have none, though the issuer's log is whole
	Unknown int64   `json:"unknown"` // and that have none, where it is not
	Late    int64   `json:"late"`    // of Missing, those whose record came too late
	Share   float64 `json:"share"`   // of Covered, in Covered and Missing
	Armed   bool    `json:"armed"`   // a token of it without a record is certainly unissued
}

// Coverage says of each key id that was seen in use how far its tokens are in the ledger, sorted by name.
func (a *Asker) Coverage() []Coverage {
	a.mu.Lock()
	defer a.mu.Unlock()
	var out []Coverage
	for _, name := range slices.Sorted(maps.Keys(a.kids)) {
		k := a.kids[name]
		out = append(out, k.coverage(name))
	}
	return out
}
