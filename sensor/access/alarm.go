package access

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
)

// Alarms are the rules of this sensor that can be switched on one by one.
func Alarms() []string {
	return []string{
		"access/token-unissued", "access/member-unknown", "access/read-without-login", "access/key-retired", "access/key-decoy",
		"access/canary-read", "access/scan", "access/ratio", "access/password-list", "access/admin", "access/silence", "access/exempt",
	}
}

// on says whether an alarm is switched on.
func (c *Config) on(rule string) bool { return len(c.Only) == 0 || slices.Contains(c.Only, rule) }

// alarm is one thing that is wrong, counted.
type alarm struct {
	sign     tillwatch.Sign // without counts
	first    spot
	count    int
	next     int // the count at which it is told of again
	members  *set
	networks hashSet
	clients  hashSet
	data     []string
	facts    []tillwatch.Evidence // what else there is to say, when all was read
	off      bool                 // the operator switched it off: it is counted and not told
	raised   int64                // how far the log had been read when it was raised, by its own clock
}

// spot is a line of a log.
type spot struct {
	where string
	line  int64
	at    int64
}

type alarmKey struct{ rule, place string }

// raise counts one more line for an alarm, and tells of it the first time and when the count has doubled. describe is asked
// the first time.
func (j *judge) raise(key alarmKey, r *record, describe func(*alarm)) *alarm {
	a := j.alarms[key]
	if a == nil {
		a = &alarm{next: 1, members: newSet(), first: j.spot(r), off: !j.config.on(key.rule), raised: j.now}
		a.sign = tillwatch.Sign{Rule: key.rule, Place: key.place, Certainty: tillwatch.Certain, Severity: tillwatch.Critical, Since: moment(r.at)}
		j.alarms[key] = a
		j.order = append(j.order, key)
		describe(a)
	}
	a.count++
	if r.member != 0 {
		a.members.add(r.member)
	}
	if r.client != noAddress && a.clients.used < maxCounted {
		a.clients.add(uint64(r.client))
		a.networks.add(uint64(r.client.network()))
	}
	if r.kind == kindRead {
		a.holds(j.pages.get(r.route).data)
	}
	if a.count >= a.next {
		a.next = 2 * a.count
		if j.told != nil && !a.off {
			j.told(a.told(false))
		}
	}
	return a
}

// maxCounted bounds how many addresses of one alarm are told apart.
const maxCounted = 1 << 20

func (a *alarm) holds(data []string) {
	for _, d := range data {
		if !slices.Contains(a.data, d) {
			a.data = append(a.data, d)
		}
	}
}

// told is the sign as it stands. whole adds the counts, which differ from one time to the next.
func (a *alarm) told(whole bool) tillwatch.Sign {
	s := a.sign
	s.Count = max(1, a.count)
	if s.Data == nil {
		s.Data = slices.Clone(a.data)
	}
	if s.Subjects == (tillwatch.Subjects{}) {
		s.Subjects = tillwatch.Subjects{Min: a.members.count, Max: a.members.count}
	}
	s.Evidence = append([]tillwatch.Evidence{}, s.Evidence...)
	if a.first.where != "" {
		s.Evidence = append(s.Evidence, tillwatch.Evidence{
			What: "first such line, " + moment(a.first.at).UTC().Format(time.RFC3339), Where: a.first.where, Line: int(a.first.line),
		})
	}
	if a.raised != 0 {
		s.Evidence = append(s.Evidence, tillwatch.Evidence{What: "told when the log was read up to " + moment(a.raised).UTC().Format(time.RFC3339)})
	}
	if whole {
		if a.count > 0 && a.first.where != "" {
			facts := []string{fmt.Sprintf("requests: %d", a.count)}
			if a.members.count > 0 {
				facts = append(facts, fmt.Sprintf("members: %d", a.members.count))
			}
			if a.clients.used > 0 {
				facts = append(facts, fmt.Sprintf("addresses: %d", a.clients.used), fmt.Sprintf("networks: %d", a.networks.used))
			}
			s.Evidence = append(s.Evidence, tillwatch.Evidence{What: strings.Join(facts, ", ")})
		}
		s.Evidence = append(s.Evidence, a.facts...)
	}
	return s
}

func moment(at int64) time.Time {
	if at == 0 {
		return time.Time{}
	}
	return time.UnixMilli(at).UTC()
}
