package access

import (
	"github.com/tillwatch/tillwatch"
)

// strangers asks of each member that is named whether there is one.
//
// A token names whoever its issuer knew: one that names nobody was not made by the issuer, or the member has left since. A
// path can be typed by anybody. So a token's first stranger is told of at once; what a path names, when it was
// answered, or when a day brings more different ones than typing errors and old links do.
type strangers struct {
	day     int64
	missing *set // that paths named today and that were refused
	asked   *set
	said    int64 // how often the list could say something
	mute    int64
}

// How many different members who do not exist may be asked for by paths in a day, and be refused. Of honest requests for
// pages of members, old links and typing errors are fewer than 1 in 1,000; 10 of them are expected of 10,000, and 30 are
// six standard deviations of that. Beyond, it is 3 in 1,000 of what was asked.
const (
	strangersADay   = 30
	strangersPerAsk = 3.0 / 1000
)

func (s *strangers) named(j *judge, r *record) {
	m := j.config.Members
	if m == nil {
		return
	}
	who, token := r.member, r.token != 0 && (r.member == 0 || r.member == r.actor)
	if who == 0 {
		who = r.actor
	}
	if j.logins.has(who) {
		return // who logs in exists, and may have joined since the list was made
	}
	// A service is no member, and reads those who have left, too. That one comes from its network alone makes no token of his honest.
	if e := j.exempt(r); e != nil && (!token || e.subject != 0 || e.key != "") {
		return
	}
	was := m.has(who, r.at)
	if was == unsaid {
		s.mute++
		return
	}
	s.said++
	if !token {
		s.path(j, r, who, was)
		return
	}
	if was == member {
		return
	}
	q := *r
	q.member = who
	j.raise(alarmKey{"access/member-unknown", "tokens of " + j.shownKey(r.key)}, &q, func(a *alarm) {
		a.sign.Summary = "A token names a member who does not exist. The issuer makes none for nobody: it was forged."
		if was == missing {
			a.sign.Certainty = tillwatch.Likely
			a.sign.Summary = "A token names a member who is not in the list: it was forged, or the member has left while it was valid."
		}
		if r.status >= 400 {
			a.sign.Severity = tillwatch.High
		}
	})
}

func (s *strangers) path(j *judge, r *record, who id, was presence) {
	if day := r.at / dayMS; day != s.day || s.missing == nil {
		s.day, s.missing, s.asked = day, newSet(), newSet()
	}
	s.asked.add(who)
	if was == member {
		return
	}
	answered := r.reads && r.status != 0
	if !answered {
		s.missing.add(who)
		if s.missing.count < strangersADay || float64(s.missing.count) < strangersPerAsk*float64(s.asked.count) {
			return
		}
	}
	q := *r
	q.member = who
	name := j.pages.get(r.route).name
	j.raise(alarmKey{"access/member-unknown", "pages " + name}, &q, func(a *alarm) {
		a.sign.Severity, a.sign.Certainty = tillwatch.High, tillwatch.Likely
		if answered {
			a.sign.Severity, a.sign.Certainty = tillwatch.Low, tillwatch.Possible
			a.sign.Summary = "A page of a member who does not exist was asked for and answered: " + name + "."
			return
		}
		a.sign.Summary = "Members who do not exist are asked for one after the other: " + name + ". Somebody tries numbers."
	})
}
