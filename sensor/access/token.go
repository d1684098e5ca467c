package access

import (
	"fmt"
	"time"

	"github.com/tillwatch/tillwatch"
)

// KeyStanding is what the register of keys says of the id of a key that signs tokens.
type KeyStanding struct {
	Rule  string // "access/key-decoy" or "access/key-retired"; empty where the key may be used
	Key   string // its name in the register; empty where it is not there
	Decoy string // the place a decoy was planted in
	Data  []string
}

// tokens asks of each token that is used whether it was issued.
type tokens struct {
	ledger   Ledger
	suspects []suspect // used, and not issued so far, oldest first
	lost     int64     // suspects that nobody had room for
	life     int64     // of the token that lived longest, milliseconds
	began    int64     // the first time that a token was issued
	last     int64
	seen     int64
	before   int64 // uses from before the issuer's log could know
}

// suspect is a record that waits for the line that says its token was issued.
type suspect struct {
	record record
	spot   spot
}

// maxSuspects bounds how many wait: a minute of a marketplace whose issuer's log is late.
const maxSuspects = 1 << 17

func (t *tokens) issued(j *judge, r *record) {
	if r.token == 0 {
		return
	}
	t.seen++
	if t.ledger == nil {
		t.ledger = &plainLedger{}
	}
	if life := r.expires*1000 - r.at; life > t.life && life < maxLife.Milliseconds() {
		t.life = life
	}
	if t.began == 0 {
		t.began = r.at
	}
	t.last = max(t.last, r.at)
	t.ledger.Issued(r.token, j.keys.get(r.key), moment(r.at), time.Unix(r.expires, 0))
}

// used looks a token up. Of one that the server refused, nothing follows: it may have expired, and be forgotten.
func (t *tokens) used(j *judge, r *record) {
	if t.ledger == nil || r.token == 0 || r.status >= 400 {
		return
	}
	if t.ledger.Look(r.token, j.keys.get(r.key), moment(r.at)) == Known {
		j.face(r.key).known++
		return
	}
	if len(t.suspects) >= maxSuspects {
		t.decide(j, &t.suspects[0])
		t.suspects = t.suspects[1:]
	}
	t.suspects = append(t.suspects, suspect{*r, j.spot(r)})
}

func (t *tokens) tick(j *judge) {
	n := 0
	for n < len(t.suspects) && t.suspects[n].record.at+Grace.Milliseconds() < j.now {
		t.decide(j, &t.suspects[n])
		n++
	}
	if t.suspects = t.suspects[n:]; len(t.suspects) == 0 {
		t.suspects = nil
	}
}

func (t *tokens) finish(j *judge) {
	for i := range t.suspects {
		t.decide(j, &t.suspects[i])
	}
	t.suspects = nil
}

// decide looks once more at a token that was not issued when it was used.
func (t *tokens) decide(j *judge, s *suspect) {
	r := &s.record
	f := j.face(r.key)
	switch t.ledger.Look(r.token, j.keys.get(r.key), moment(r.at)) {
	case Known:
		f.known++
		return
	case Unknown:
		f.unknown++
		if t.began == 0 || r.at < t.began+t.life {
			t.before++
		}
		return
	}
	// A key is armed when what the issuer's log covers is proved by the tokens that are used: 99.99 % of them were issued.
	if !f.armed && f.known >= 100 && f.missed*10_000 <= f.known {
		f.armed = true
	}
	f.missed++
	kid := j.shownKey(r.key)
	j.raise(alarmKey{"access/token-unissued", "tokens of " + kid}, r, func(a *alarm) {
		a.first = s.spot
		a.sign.Summary = fmt.Sprintf("A token that was never issued was accepted; it is signed with %s. Whoever made it has the key.", kid)
		if !f.armed {
			a.sign.Certainty, a.sign.Severity = tillwatch.Likely, tillwatch.High
			a.sign.Summary = fmt.Sprintf("A token was accepted that the issuer's log does not have; it is signed with %s. Too few of its tokens are known for certainty.", kid)
		}
	})
}

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
