package access

import (
	"fmt"
	"math"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/access/line"
)

// stuffing looks for a list of names and passwords that is tried at the log-in: of many accounts each once or twice, from
// however many addresses. It is kept for the whole shop, and the address is no part of the decision.
//
// In windows of ten minutes: how many accounts failed and how many attempts that were, against the shop's own usual share of
// failures. People who forgot a password try again with the same name, and then succeed or give up: of the
// accounts that fail, most are tried several times or succeed in the end. Of a list, most are tried once or twice and
// fail. The alarm wants at least 40 accounts that failed with at most two tries, eight standard deviations more
// failures than the usual share brings, and at least twice that share.
type stuffing struct {
	began    int64
	accounts map[id]*tries
	unnamed  tries // attempts whose account the log does not say
	sources  hashSet
	past     []float64 // shares of attempts that failed, in earlier windows
	entered  ageTable  // who got in
	perHost  map[client]uint16
	alarm    *alarm
	after    *set // members that were read by those who got in
	tries    int64
}

type tries struct{ good, bad uint32 }

var listAlarm = alarmKey{"access/password-list", "log-in of members"}

const (
	tryWindow    = 10 * minute
	fewestFailed = 40
	usualFailure = 0.2 // where the shop has no history yet
	maxAccounts  = 1 << 20
)

func (s *stuffing) init() {
	s.accounts, s.perHost = map[id]*tries{}, map[client]uint16{}
	s.after = newSet()
}

func (s *stuffing) tried(j *judge, r *record) {
	if r.success == line.Unsaid {
		return
	}
	s.tries++
	t := &s.unnamed
	if r.account != 0 {
		if t = s.accounts[r.account]; t == nil {
			if len(s.accounts) >= maxAccounts {
				return
			}
			t = &tries{}
			s.accounts[r.account] = t
		}
	}
	if r.client != noAddress && s.sources.used < maxAccounts {
		s.sources.add(uint64(r.client))
	}
	if r.success == line.No {
		t.bad++
		if len(s.perHost) < maxAccounts {
			s.perHost[r.client]++
		}
		return
	}
	t.good++
	if s.perHost[r.client] >= 3 || s.alarm != nil && j.now-s.alarm.first.at < dayMS {
		for _, who := range [...]id{r.session, r.actor} { // who got in among them; what he reads is counted
			if who != 0 && s.perHost[r.client] > 0 && s.entered.used < maxAccounts {
				s.entered.put(uint64(who), uint32(r.at/1000))
			}
		}
	}
}

// read counts what those read who got in.
func (s *stuffing) read(_ *judge, r *record) {
	if s.entered.used == 0 {
		return
	}
	if s.entered.has(r.session) || s.entered.has(r.actor) {
		s.after.add(r.member)
	}
}

func (s *stuffing) tick(j *judge) {
	if s.began == 0 {
		s.began = j.now
	}
	if j.now-s.began >= tryWindow {
		s.close(j)
		s.began = j.now - (j.now-s.began)%tryWindow
	}
}

func (s *stuffing) finish(j *judge) {
	s.close(j)
	if s.alarm == nil {
		return
	}
	s.alarm.facts = append(s.alarm.facts, tillwatch.Evidence{
		What: fmt.Sprintf("log-ins that succeeded from addresses that tried the list: %d; members read by them: %d", s.entered.used, s.after.count),
	})
	s.alarm.sign.Subjects = tillwatch.Subjects{Min: s.after.count, Max: max(s.entered.used, s.after.count)}
}

func (s *stuffing) close(j *judge) {
	attempts, failed, once := float64(s.unnamed.good+s.unnamed.bad), float64(s.unnamed.bad), 0
	named := len(s.accounts)
	for _, t := range s.accounts {
		attempts += float64(t.good + t.bad)
		failed += float64(t.bad)
		if t.bad > 0 && t.bad <= 2 && t.good == 0 {
			once++
		}
	}
	sources := s.sources.used
	defer func() {
		clear(s.accounts)
		s.unnamed, s.sources = tries{}, hashSet{}
		if len(s.perHost) > maxAccounts/2 {
			clear(s.perHost)
		}
	}()
	if attempts == 0 {
		return
	}
	p, spread := usualFailure, 0.0
	if len(s.past) >= needWindows {
		p, spread = usual(s.past)
		p = max(p, 0.02)
	}
	expected := attempts * p
	deviation := max(math.Sqrt(expected*(1-p)), spread*attempts, 1)
	several := once >= fewestFailed
	if named == 0 { // the log does not say which accounts: only how many attempts fail
		several = failed >= 4*fewestFailed && sources >= fewestFailed
	}
	if several && failed-expected >= deviations*deviation && failed >= 2*expected {
		s.tell(j, int(attempts), int(failed), once, named, sources)
		return
	}
	if attempts >= 20 {
		if s.past = append(s.past, failed/attempts); len(s.past) > pastWindows {
			s.past = s.past[1:]
		}
	}
}

func (s *stuffing) tell(j *judge, attempts, failed, once, named, sources int) {
	r := record{at: s.began}
	s.alarm = j.raise(listAlarm, &r, func(a *alarm) {
		a.sign.Severity, a.sign.Certainty = tillwatch.High, tillwatch.Likely
		a.sign.Summary = "A list of names and passwords is tried at the log-in: many accounts, each once or twice."
		a.first = spot{at: s.began}
		what := fmt.Sprintf("from %s on: %d log-ins tried in ten minutes, %d failed, from %d addresses", moment(s.began).Format("2006-01-02 15:04 MST"), attempts, failed, sources)
		if named > 0 {
			what += fmt.Sprintf("; %d accounts, %d of them failed with one or two tries", named, once)
		}
		a.sign.Evidence = []tillwatch.Evidence{{What: what}}
	})
}
