package access

import (
	"fmt"
	"time"
)

// sessions asks of each personal page that is read whether the session, or the member, logged in or was given a new token
// within the time that a log-in lasts.
//
// It judges only when the log-ins are in the logs: after they have been read for as long as one lasts, and after
// ten thousand reads of which at most one in a thousand had no log-in. A log-in that is not logged would otherwise make
// everybody a thief.
type sessions struct {
	last   ages
	life   int64 // milliseconds that a log-in lasts; from the tokens' own life where they have one
	first  int64 // when the first log-in was read
	count  int64
	known  int64
	missed int64
	armed  bool
	early  int64 // reads before it could be judged
}

const (
	defaultSessionLife = 30 * 24 * time.Hour
	armAfter           = 1000
	armMisses          = 1000 // at most one in so many
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
	for _, who := range [...]id{r.actor, r.session} {
		if who != 0 {
			s.last.put(who, r.at)
		}
	}
	if r.actor != 0 {
		j.logins.add(r.actor)
	}
	j.ratios.loggedIn(j, r)
}

// fresh says that a session or a member logged in not longer ago than a log-in lasts.
func (s *sessions) fresh(j *judge, r *record) bool {
	life := s.lasts(j)
	for _, who := range [...]id{r.session, r.actor} {
		if who == 0 {
			continue
		}
		if at := s.last.last(who); at != 0 && r.at-at <= life {
			return true
		}
	}
	return false
}

func (s *sessions) read(j *judge, r *record) {
	if r.session == 0 && r.actor == 0 || s.first == 0 {
		return
	}
	if s.fresh(j, r) {
		s.known++
		if !s.armed && s.known >= armAfter && s.missed*armMisses <= s.known {
			s.armed = true
		}
		return
	}
	if r.at-s.first < s.lasts(j) {
		s.early++
		return
	}
	s.missed++
	if !s.armed {
		return
	}
	name := j.pages.get(r.route).name
	j.raise(alarmKey{"access/read-without-login", "pages " + name}, r, func(a *alarm) {
		a.sign.Summary = fmt.Sprintf("The page %s of a member was read in a session that nobody logged in to: neither a log-in nor a renewal is in the logs for as long as one lasts.", name)
	})
}
