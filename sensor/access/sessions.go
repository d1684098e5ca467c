package access

import (
	"fmt"
	"time"
)

// sessions asks of each personal page that is read whether somebody logged in to the session, or was given a new token in
// it, within the time that a log-in lasts. Where log-ins are logged without a session, or under one that is changed
// at once, the same is asked of the member.
//
// It judges only when the log-ins are in the logs: after they have been read for as long as one lasts, and after a thousand
// reads of which at most one in a thousand had no log-in. A log-in that is not logged would otherwise make everybody a thief.
type sessions struct {
	last  ages
	life  int64 // milliseconds that a log-in lasts; from the tokens' own life where they have one
	first int64 // when the first log-in was read
	count int64
	named int64    // log-ins with a session
	by    [2]track // by session, by member
	early int64    // reads before it could be judged

	waiting []suspect // reads without a log-in, oldest first: its line may come as late as a token's
	unknown int64     // reads of a time that the issuer's log has not told of
}

// track is how well log-ins are known.
type track struct {
	known, missed int64
	armed         bool
}

const (
	bySession = iota
	byMember
)

const (
	defaultSessionLife = 30 * 24 * time.Hour
	// hold is how long a read waits for an issuer's log that has not come as far, before it cannot be judged, in milliseconds.
	hold      = 60 * minute
	armAfter  = 1000
	armMisses = 1000 // at most one in so many
)

func (s *sessions) init(c *Config) {
	s.life = c.SessionLife.Milliseconds()
	if s.life == 0 {
		s.life = defaultSessionLife.Milliseconds()
	}
	s.last.life = s.life
}

// lasts is how long a log-in lasts: as long as the longest-lived token, where tokens are renewed and the log says so.
func (s *sessions) lasts(j *judge) int64 {
	if j.config.SessionLife == 0 && j.tokens.life > 0 && j.tokens.seen > 0 {
		return j.tokens.life + Grace.Milliseconds()
	}
	return s.life
}

func (s *sessions) began(j *judge, r *record) {
	if s.first == 0 {
		s.first = r.at
	}
	s.count++
	if r.session != 0 {
		s.named++
		s.last.put(r.session, r.at)
	}
	s.last.put(r.actor, r.at)
	if r.actor != 0 {
		j.logins.add(r.actor)
	}
	j.ratios.loggedIn(j, r)
}

// fresh says that a session or a member logged in not longer ago than a log-in lasts.
func (s *sessions) fresh(j *judge, who id, at int64) bool {
	was := s.last.last(who)
	return was != 0 && at-was <= s.lasts(j) && was-at <= Grace.Milliseconds()
}

// backed says that a read has its log-in, by the better of what the logs tell.
func (s *sessions) backed(j *judge, r *record) bool {
	if r.session != 0 && s.named > 0 && (s.by[bySession].armed || !s.by[byMember].armed) {
		return s.fresh(j, r.session, r.at)
	}
	return s.fresh(j, r.actor, r.at)
}

func (s *sessions) read(j *judge, r *record) {
	if r.session == 0 && r.actor == 0 || s.first == 0 {
		return
	}
	early := r.at-s.first < s.lasts(j)
	if early {
		s.early++
	}
	missed := false
	for i, who := range s.names(r) {
		switch {
		case who == 0 || early:
		case s.fresh(j, who, r.at):
			s.know(i)
		default:
			missed = true
		}
	}
	if !missed {
		return
	}
	if len(s.waiting) >= maxWaiting {
		s.settle(j, s.waiting[0])
		s.waiting = s.waiting[1:]
	}
	s.waiting = append(s.waiting, suspect{*r, j.spot(r)})
}

// names are those of whom it is asked whether they logged in: the session, where log-ins name theirs, and the member.
func (s *sessions) names(r *record) [2]id {
	if s.named == 0 {
		return [2]id{0, r.actor}
	}
	return [2]id{r.session, r.actor}
}

func (s *sessions) know(i int) {
	t := &s.by[i]
	t.known++
	if !t.armed && t.known >= armAfter && t.missed*armMisses <= t.known {
		t.armed = true
	}
}

// tick judges the reads whose time of grace is over. Where an issuer's log says who was given a token, they wait until it has
// come as far: it may be on its way.
func (s *sessions) tick(j *judge, final bool) {
	n := 0
	for n < len(s.waiting) {
		at := s.waiting[n].record.at
		told := j.tokens.last == 0 || j.tokens.last >= at
		if !final && (j.now-at <= Grace.Milliseconds() || !told && j.now-at <= hold) {
			break
		}
		if told || final {
			s.settle(j, s.waiting[n])
		} else {
			s.unknown++
		}
		n++
	}
	if s.waiting = s.waiting[n:]; len(s.waiting) == 0 {
		s.waiting = nil
	}
}

// settle judges a read for which no log-in was in the logs when it came.
func (s *sessions) settle(j *judge, w suspect) {
	r := &w.record
	alone := false
	for i, who := range s.names(r) {
		if who == 0 {
			continue
		}
		if was := s.last.last(who); was >= r.at && was <= r.at+Grace.Milliseconds() {
			s.know(i) // the line came late
			continue
		}
		if !s.fresh(j, who, r.at) {
			s.by[i].missed++
			alone = alone || s.by[i].armed
		}
	}
	if !alone {
		return
	}
	name := j.pages.get(r.route).name
	j.raise(alarmKey{"access/read-without-login", "pages " + name}, r, func(a *alarm) {
		a.first = w.spot
		a.sign.Summary = fmt.Sprintf("The page %s of a member was read in a session that nobody logged in to: neither a log-in nor a renewal is in the logs for as long as one lasts.", name)
	})
}

// judged says that some reads could be judged.
func (s *sessions) judged() bool { return s.by[bySession].armed || s.by[byMember].armed }
