package access

import (
	"fmt"
	"math"
	"slices"

	"github.com/tillwatch/tillwatch"
)

// ratios compares how many different members are read with how many of them logged in: a thief who has a key needs no
// log-in, whatever addresses he comes from. Both are counted exactly, over the whole shop, in windows of several lengths: a fast
// thief stands out within minutes, and a slow one, or one in a small shop, in the longer windows.
//
// A read is backed where its session or its member logged in, or was given a new token, within the time a log-in lasts. How
// many members are read without backing is held against the same shop's own earlier windows: what is usual there (a
// log-in that is not logged, a token that lives longer) is no alarm.
//
// The threshold: with p the usual share and n the members read in a window, n·p are expected; an alarm are eight
// standard deviations more, with the larger of the binomial deviation and of what the windows themselves differ by, and at
// least 50 members more. By the binomial that is once in 10^15 windows.
type ratios struct {
	first  int64 // when the first log-in was read
	logins int64
	early  int64 // windows that could not be judged yet
	seen   int64
	scales [4]scale
}

// scale is the windows of one length.
type scale struct {
	length  int64 // milliseconds
	needs   int   // windows that must have been seen before one is judged
	keeps   int   // windows that are remembered
	began   int64 // of the window that is open
	persons *set
	bare    *set      // members read without backing in this window
	past    []float64 // the shares of earlier windows, the newest last
}

const (
	deviations  = 8.0
	atLeast     = 50
	pastWindows = 2016 // of five minutes: a week
	needWindows = 12
)

func (x *ratios) init() {
	x.scales = [...]scale{
		{length: 5 * minute, needs: needWindows, keeps: pastWindows},
		{length: 30 * minute, needs: 6, keeps: 336},
		{length: 4 * hourMS, needs: 6, keeps: 84},
		{length: dayMS, needs: 5, keeps: 56},
	}
	for i := range x.scales {
		x.scales[i].persons, x.scales[i].bare = newSet(), newSet()
	}
}

func (x *ratios) loggedIn(j *judge, r *record) {
	x.logins++
	if x.first == 0 {
		x.first = r.at
	}
}

func (x *ratios) read(j *judge, r *record) {
	if r.actor == 0 && r.session == 0 {
		return
	}
	backed := j.sessions.backed(j, r)
	for i := range x.scales {
		s := &x.scales[i]
		// Who is in a window is in all longer ones.
		if !s.persons.add(r.member) && backed {
			return
		}
		if !backed && !s.bare.add(r.member) {
			return
		}
	}
}

func (x *ratios) tick(j *judge) {
	for i := range x.scales {
		s := &x.scales[i]
		if s.began == 0 {
			s.began = j.now - j.now%s.length // the same for all, so that shorter windows lie within longer ones
		}
		if j.now-s.began >= s.length {
			x.close(j, s)
			s.began = j.now - j.now%s.length
		}
	}
}

func (x *ratios) finish(j *judge) {
	for i := range x.scales {
		if s := &x.scales[i]; j.now-s.began >= s.length/2 {
			x.close(j, s)
		}
	}
}

func (x *ratios) close(j *judge, s *scale) {
	n, bare := s.persons.count, s.bare.count
	defer func() {
		s.persons.clear()
		s.bare.clear()
	}()
	if n == 0 {
		return
	}
	// Before log-ins were read for as long as one lasts, most who read logged in before.
	if x.first == 0 || s.began < x.first+j.sessions.lasts(j) {
		x.early++
		return
	}
	x.seen++
	share := float64(bare) / float64(n)
	if len(s.past) >= s.needs {
		p, spread := usual(s.past)
		expected := float64(n) * p
		deviation := max(math.Sqrt(expected*(1-p)), spread*float64(n), 1)
		if over := float64(bare) - expected; over >= atLeast && over >= deviations*deviation {
			x.tell(j, s, n, bare, expected)
			return // what is wrong does not become usual
		}
	}
	if s.past = append(s.past, share); len(s.past) > s.keeps {
		s.past = s.past[1:]
	}
}

// usual is the median of shares, and how far they lie from it: 1.4826 times the median distance is a standard deviation
// where they are normal (Hampel 1974).
func usual(shares []float64) (p, spread float64) {
	sorted := slices.Sorted(slices.Values(shares))
	p = sorted[len(sorted)/2]
	for i := range sorted {
		sorted[i] = math.Abs(sorted[i] - p)
	}
	slices.Sort(sorted)
	return p, 1.4826 * sorted[len(sorted)/2]
}

func (x *ratios) tell(j *judge, s *scale, n, bare int, expected float64) {
	r := record{at: s.began}
	a := j.raise(alarmKey{"access/ratio", "members read and members logged in"}, &r, func(a *alarm) {
		a.first = spot{}
		a.sign.Severity, a.sign.Certainty = tillwatch.High, tillwatch.Likely
		a.sign.Summary = "Many more members are read than have logged in, compared with what is usual in this shop."
		a.sign.Evidence = []tillwatch.Evidence{{What: fmt.Sprintf("from %s on: %d members read in %d minutes, %d of them without a log-in; usual would be %.0f", moment(s.began).Format("2006-01-02 15:04 MST"), n, s.length/minute, bare, expected)}}
	})
	s.bare.each(func(i id) { a.members.add(i) })
	a.sign.Subjects = tillwatch.Subjects{Min: max(a.sign.Subjects.Min, a.members.count-int(expected)), Max: a.members.count}
}
