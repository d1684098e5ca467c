package access

import "time"

// Verdict is what a [Ledger] says of a token.
type Verdict int

// The verdicts. Unknown is said where the ledger has not seen, or not yet, whether the token was issued.
const (
	Unknown Verdict = iota
	Known
	Unissued
)

// Ledger knows which tokens were issued, by their [Fingerprint]. It is asked and told from one goroutine.
type Ledger interface {
	Issued(fingerprint uint64, kid string, at, expires time.Time)
	Look(fingerprint uint64, kid string, at time.Time) Verdict
}

// plainLedger keeps every fingerprint of one look.
type plainLedger struct {
	tokens   hashSet
	from, to time.Time
	life     time.Duration // of the token that lived longest
}

func (l *plainLedger) Issued(fingerprint uint64, _ string, at, expires time.Time) {
	l.tokens.add(fingerprint)
	if l.from.IsZero() || at.Before(l.from) {
		l.from = at
	}
	if at.After(l.to) {
		l.to = at
	}
	if life := expires.Sub(at); life > l.life && life < maxLife {
		l.life = life
	}
}

func (l *plainLedger) Look(fingerprint uint64, _ string, at time.Time) Verdict {
	switch {
	case l.tokens.has(fingerprint):
		return Known
	case l.from.IsZero() || at.Before(l.from.Add(l.life)) || at.After(l.to):
		return Unknown
	}
	return Unissued
}

// maxLife is how long a log-in may last for what is said to be its end to be believed.
const maxLife = 90 * 24 * time.Hour
