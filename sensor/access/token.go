package access

import (
	"fmt"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/access/ledger"
)

// KeyStanding is what the register of keys says of the id of a key that signs tokens.
type KeyStanding struct {
	Rule  string // "access/key-decoy" or "access/key-retired"; empty where the key may be used
	Key   string // its name in the register; empty where it is not there
	Decoy string // the place a decoy was planted in
	Data  []string
}

// tokens asks of each token that is used whether it was issued. The answer comes from the ledger, which waits for lines that
// are late and says "unknown" where the issuer's log has a gap.
type tokens struct {
	ledger   *ledger.Asker
	durable  *durable           // of logs that are followed; nil otherwise
	waiting  map[uint64]suspect // first use of tokens that have no record yet
	kids     []string           // texts of key ids, so that they are asked for once
	advanced int64
	life     int64 // of the token that lived longest, milliseconds
	began    int64 // the first time that a token was issued
	last     int64
	seen     int64
	before   int64 // uses from before the issuer's log could know
	unproven int64 // tokens without a record, of keys too few of whose tokens have one
}

// asking is how logs ask a ledger.
var asking = ledger.AskerConfig{Name: AskerName, Grace: Grace, ArmAfter: armAfterTokens}

// AskerName is by which name logs ask a ledger.
const AskerName = "logs"

// suspect is a use that waits for the line that says its token was issued.
type suspect struct {
	record record
	spot   spot
}

const (
	maxWaiting = 1 << 17
	// armAfterTokens is how many tokens of a key must have been used, of which 99.99 % have a record, before one without is
	// certainly forged.
	armAfterTokens = 1000
	likelyAfter    = 100 // from here on it is likely, where 99 % have one
	likelyShare    = 0.99
	// silentFor and fewestIssued are what makes a pause of the issuer's log a gap: so long, with so many tokens to be expected.
	silentFor    = 5 * minute
	fewestIssued = 30
)

func (t *tokens) issued(j *judge, r *record) {
	if r.token == 0 {
		return
	}
	if t.ledger == nil && t.durable == nil {
		t.ledger = ledger.New(ledger.Config{Keep: true, Linger: Linger}).Ask(asking)
	}
	if life := r.expires*1000 - r.at; life > t.life && life < maxLife.Milliseconds() {
		t.life = life
	}
	if t.began == 0 {
		t.began, t.last = r.at, r.at
	}
	if pause := r.at - t.last; pause >= silentFor && t.last > t.began && t.ledger != nil &&
		float64(t.seen)*float64(pause)/float64(t.last-t.began) >= fewestIssued {
		t.ledger.Gap(ledger.Stretch{From: t.last / 1000, To: r.at / 1000})
	}
	t.seen++
	t.last = max(t.last, r.at)
	e := ledger.Entry{
		Token: ledger.Fingerprint(r.token), Member: ledger.Fingerprint(r.bearer), Kid: t.kid(j, r.key), Issued: r.at / 1000, Expires: r.expires,
	}
	if t.durable != nil {
		t.durable.keep(t, j, r, e)
		return
	}
	_ = t.ledger.Record(r.at/1000, e) // in memory it cannot fail; on a full disk a missing record is said by its owner
}

func (t *tokens) kid(j *judge, k keyIndex) string {
	for int(k) >= len(t.kids) {
		t.kids = append(t.kids, j.keys.get(keyIndex(len(t.kids))))
	}
	return t.kids[k]
}

// used looks a token up. Of one that the server refused, nothing follows: it may have expired, and be forgotten.
func (t *tokens) used(j *judge, r *record) {
	if t.ledger == nil || r.token == 0 || r.status >= 400 {
		return
	}
	f := j.face(r.key)
	if t.ledger.Recent(ledger.Fingerprint(r.token), ledger.Fingerprint(r.bearer)) {
		f.known++ // as nearly always
		return
	}
	use := t.use(j, r)
	if t.durable != nil && t.durable.knows(r) {
		f.known++
		t.durable.used = append(t.durable.used, use)
		return
	}
	switch t.ledger.Judge(use) {
	case ledger.Issued:
		f.known++
	case ledger.Pending:
		if _, waits := t.waiting[r.token]; !waits && len(t.waiting) < maxWaiting {
			if t.waiting == nil {
				t.waiting = map[uint64]suspect{}
			}
			t.waiting[r.token] = suspect{*r, j.spot(r)}
		}
	case ledger.Unissued:
		t.forged(j, r, j.spot(r), true)
	case ledger.Unproven:
		t.unproven++
	case ledger.Unknown:
		f.unknown++
	}
}

// covered is from when on, in milliseconds, the issuer's log knows of all tokens in use.
func (t *tokens) covered() int64 {
	if t.began != 0 {
		return t.began + t.life
	}
	return t.ledger.Since() * 1000
}

func (t *tokens) tick(j *judge) {
	if t.ledger == nil || j.now/1000 == t.advanced {
		return
	}
	if t.durable != nil && !t.durable.due() {
		return
	}
	t.advanced = j.now / 1000
	t.settle(j, false)
}

func (t *tokens) finish(j *judge) {
	if t.ledger != nil {
		t.settle(j, true)
	}
}

// settle takes the verdicts on tokens that waited.
func (t *tokens) settle(j *judge, final bool) {
	if t.ledger == nil {
		return
	}
	t.flush(j)
	settled, err := t.ledger.Advance(t.clock(j.now), final)
	if t.durable != nil {
		if err != nil { // otherwise the ledger's owner tells
			t.durable.trouble("ledger of issued tokens", err.Error())
		}
		defer t.prune(j)
	}
	for i := range settled {
		one := &settled[i]
		s, ok := t.waiting[uint64(one.Token)]
		delete(t.waiting, uint64(one.Token))
		if !ok {
			continue
		}
		r := &s.record
		f := j.face(r.key)
		switch one.Verdict {
		case ledger.Issued:
			f.known++
		case ledger.Unissued:
			f.missed++
			t.forged(j, r, s.spot, true)
		case ledger.Unproven:
			f.missed++
			if one.Coverage.Covered >= likelyAfter && one.Coverage.Share >= likelyShare {
				t.forged(j, r, s.spot, false)
			} else {
				t.unproven++
			}
		case ledger.Unknown:
			f.unknown++
			if r.at < t.covered() {
				t.before++
			}
		case ledger.Pending:
		}
	}
}

// forged tells of a token without a record.
func (t *tokens) forged(j *judge, r *record, at spot, certain bool) {
	kid := j.shownKey(r.key)
	a := j.raise(alarmKey{"access/token-unissued", "tokens of " + kid}, r, func(a *alarm) {
		a.first = at
		a.sign.Certainty, a.sign.Severity = tillwatch.Likely, tillwatch.High
		a.sign.Summary = fmt.Sprintf("A token was accepted of which the issuer's log has no record; it is signed with %s. Too few of its tokens were seen for certainty.", kid)
		if certain {
			a.certain(kid)
		}
	})
	if certain && a.sign.Certainty != tillwatch.Certain {
		a.certain(kid)
	}
}

func (a *alarm) certain(kid string) {
	a.sign.Certainty, a.sign.Severity = tillwatch.Certain, tillwatch.Critical
	a.sign.Summary = fmt.Sprintf("A token that was never issued was accepted; it is signed with %s. Whoever made it has the key.", kid)
}

// maxLife is how long a log-in may last for what is said to be its end to be believed.
const maxLife = 90 * 24 * time.Hour

// shownKey names a key: the register's name, or its id masked, since anybody can write one.
func (j *judge) shownKey(k keyIndex) string {
	if k == 0 {
		return "a key without an id"
	}
	f := j.face(k)
	if f.standing.Key != "" {
		return "the key " + f.standing.Key
	}
	return "the key with the id " + tillwatch.Mask(j.keys.get(k)).String()
}

// keyUsed asks the register of keys about the id of the key that signed a token.
func (j *judge) keyUsed(r *record) {
	f := j.face(r.key)
	f.uses++
	if r.reads && r.member != 0 {
		if f.members == nil {
			f.members = newSet()
		}
		f.members.add(r.member)
	}
	if r.key == 0 || j.config.Key == nil {
		return
	}
	if !f.asked {
		f.asked = true
		f.standing = j.config.Key(j.keys.get(r.key))
	}
	s := f.standing
	if s.Rule == "" {
		return
	}
	accepted := r.status == 0 || r.status < 400
	j.raise(alarmKey{s.Rule, "tokens of " + j.shownKey(r.key)}, r, func(a *alarm) {
		switch {
		case s.Decoy != "":
			a.sign.Summary = fmt.Sprintf("A token is signed with the decoy key %s, which was planted only in %s: somebody has taken what is there.", s.Key, s.Decoy)
		case s.Key == "":
			a.sign.Certainty, a.sign.Severity = tillwatch.Likely, tillwatch.High
			a.sign.Summary = "A token names a key that is not registered: " + j.shownKey(r.key) + "."
		default:
			a.sign.Summary = fmt.Sprintf("A token is signed with the retired key %s.", s.Key)
			a.sign.Data = s.Data
		}
		if accepted {
			a.sign.Summary += " The shop accepted it."
		} else if s.Decoy == "" {
			a.sign.Severity = tillwatch.High
		}
	})
}
