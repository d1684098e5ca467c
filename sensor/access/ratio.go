package access

import (
	"fmt"
	"math"
	"slices"

	"github.com/tillwatch/tillwatch"
)

// ratios compares how many different members are read with how many of them logged in: a thief who has a key needs no
// log-in, whatever addresses he comes from. Both are counted exactly, in windows of five minutes, over the whole shop.
//
// A read is backed where its session or its member logged in, or was given a new token, within the time a log-in lasts. How
// many members are read without backing is held against the same shop's own earlier windows: what is usual there (a
// log-in that is not logged, a token that lives longer) is no alarm.
//
// The threshold: with p the usual share and n the members read in a window, n·p are expected; an alarm are eight
// standard deviations more, with the larger of the binomial deviation and of what the windows themselves differ by, and at
// least 50 members more. By the binomial that is once in 10^15 windows.
type ratios struct {
	began   int64 // of the window
	persons *set
	bare    *set      // members read without backing in this window
	past    []float64 // the shares of earlier windows, the newest last
	first   int64     // when the first log-in was read
	logins  int64
	early   int64
	seen    int64
}

const (
	windowMS    = 5 * minute
	deviations  = 8.0
	atLeast     = 50
	pastWindows = 2016 // a week
	needWindows = 12
)

func (x *ratios) init() { x.persons, x.bare = newSet(), newSet() }

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
	x.persons.add(r.member)
	if !j.sessions.backed(j, r) {
		x.bare.add(r.member)
	}
}

func (x *ratios) tick(j *judge) {
	if x.began == 0 {
		x.began = j.now
	}
	if j.now-x.began >= windowMS {
		x.close(j)
		x.began = j.now - (j.now-x.began)%windowMS
	}
}

func (x *ratios) finish(j *judge) {
	if j.now-x.began >= windowMS/2 {
		x.close(j)
	}
}

func (x *ratios) close(j *judge) {
	n, bare := x.persons.count, x.bare.count
	defer func() {
		x.persons.clear()
		x.bare.clear()
	}()
	if n == 0 {
		return
	}
	// Before log-ins were read for as long as one lasts, most who read logged in before.
	if x.first == 0 || j.now-x.first < j.sessions.lasts(j)+windowMS {
		x.early++
		return
	}
	x.seen++
	share := float64(bare) / float64(n)
	if len(x.past) >= needWindows {
		p, spread := usual(x.past)
		expected := float64(n) * p
		deviation := max(math.Sqrt(expected*(1-p)), spread*float64(n), 1)
		if over := float64(bare) - expected; over >= atLeast && over >= deviations*deviation {
			x.tell(j, n, bare, expected)
			return // what is wrong does not become usual
		}
	}
	if x.past = append(x.past, share); len(x.past) > pastWindows {
		x.past = x.past[1:]
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

func (x *ratios) tell(j *judge, n, bare int, expected float64) {
	r := record{at: x.began}
	a := j.raise(alarmKey{"access/ratio", "members read and members logged in"}, &r, func(a *alarm) {
		a.first = spot{}
		a.sign.Severity, a.sign.Certainty = tillwatch.High, tillwatch.Likely
		a.sign.Summary = "Many more members are read than have logged in, compared with what is usual in this shop."
		a.sign.Evidence = []tillwatch.Evidence{{What: fmt.Sprintf("from %s on: %d members read in five minutes, %d of them without a log-in; usual would be %.0f", moment(x.began).Format("2006-01-02 15:04 MST"), n, bare, expected)}}
	})
	x.bare.each(func(i id) { a.members.add(i) })
	a.sign.Subjects = tillwatch.Subjects{Min: max(a.sign.Subjects.Min, a.members.count-int(expected)), Max: a.members.count}
}
