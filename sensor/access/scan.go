package access

import (
	"fmt"
	"math/bits"

	"github.com/tillwatch/tillwatch"
)

// scans looks for somebody who walks through the numbers of members, or of orders and addresses, whatever the order and
// however slowly. It keeps for each session, each network and each key, and each page, which numbers it read.
//
// Two things tell a walk. Steps: a number read for the first time that lies just above or below the last. Of members who
// come by themselves, behind one address or through a whole shop, the next is near by chance: with N members and
// steps of up to w, in one case of N/2w. And fullness: blocks of 256 numbers of which more than half were read, although
// of all numbers it was few. By chance, where a tenth is read, a block has 128 of 256 once in 10^50.
//
// Where a line names neither session nor token, and each request comes from another address, only all reads of a page
// together tell: of them, those of numbers that are not among the newest tenth, since new orders and new members are looked
// at next to one another by themselves.
type scans struct {
	walks   walks
	high    id // the largest number of a member that was read
	objects id // the largest of an order or an address; not kept over a restart: the next reads say it again
	full    int64
}

type walkKey struct {
	who  uint64
	page uint16
	kind whose
}

type whose uint8

const (
	ofSession whose = iota
	ofNetwork
	ofKey
	ofSessionObjects
	ofNetworkObjects
	ofAll
	ofAllObjects
)

// walk is what one of them read. It begins small: most sessions read one member.
type walk struct {
	key   walkKey
	last  [4]id // the newest numbers that were new
	seen  *set  // nil until the fifth number
	reads int32
	fresh int32 // numbers that were new and no new maximum
	steps int32 // of them, those just beside one of the last
	tops  int32 // numbers that were a new maximum
	fill  map[uint32]uint16
	full  int32 // blocks of which half was read
	told  bool
	at    int64
}

const (
	maxWalks   = 1 << 19
	blockSize  = 256
	fullBlocks = 2
	enough     = 20 // new numbers before steps mean anything
	stepShare  = 4  // one in so many of them is a step
)

func (s *scans) read(j *judge, r *record) {
	newest := false
	if r.member.numeric() && r.member > s.high {
		s.high, newest = r.member, true
	}
	number := r.member
	objects := whose(0)
	if r.object.numeric() && !r.member.numeric() || r.object.numeric() && r.member == r.actor {
		number, objects = r.object, ofSessionObjects-ofSession
	}
	if !number.numeric() {
		return
	}
	if s.old(number, objects != 0) && r.session == 0 && r.token == 0 {
		kind := ofAll
		if objects != 0 {
			kind = ofAllObjects
		}
		s.step(j, r, walkKey{0, r.route, kind}, number, false)
	}
	if r.session != 0 {
		s.step(j, r, walkKey{uint64(r.session), r.route, ofSession + objects}, number, false)
	}
	if r.client != noAddress && (objects == 0 || r.session == 0) {
		s.step(j, r, walkKey{uint64(r.client.network()), r.route, ofNetwork + objects}, number, newest)
	}
	if r.key != 0 && objects == 0 && len(j.faces) > 2 { // a key that all tokens are signed with walks through everybody
		s.step(j, r, walkKey{uint64(r.key), r.route, ofKey}, number, newest)
	}
}

// old says that a number is none of the newest, and keeps the newest of orders and addresses.
func (s *scans) old(n id, object bool) bool {
	high := s.high
	if object {
		s.objects = max(s.objects, n)
		high = s.objects
	}
	return n < high-high/10
}

func (s *scans) step(j *judge, r *record, key walkKey, n id, newest bool) {
	w := s.walks.get(key)
	if w == nil {
		if s.walks.used >= maxWalks {
			s.forget(j.now)
		}
		w = &walk{key: key}
		s.walks.put(w)
	}
	w.at = r.at
	w.reads++
	for _, was := range w.last {
		if was == n {
			return
		}
	}
	if w.seen != nil && !w.seen.add(n) {
		return
	}
	near := s.near(key.kind)
	step := false
	for _, was := range w.last {
		if was != 0 && (n > was && n-was <= near || n < was && was-n <= near) {
			step = true
		}
	}
	copy(w.last[1:], w.last[:3])
	w.last[0] = n
	if newest { // who registers gets the next number, and reads it at once
		w.tops++
	} else {
		w.fresh++
		if step {
			w.steps++
		}
	}
	if w.seen == nil && w.fresh >= 5 {
		w.seen = newSet()
		for _, was := range w.last {
			if was != 0 {
				w.seen.add(was)
			}
		}
	}
	if w.seen != nil && w.fresh >= enough/2 {
		w.block(n)
	}
	if w.told {
		s.tell(j, r, key, w)
		return
	}
	walked := w.fresh >= enough && w.steps*stepShare >= w.fresh && s.surprising(w)
	filled := w.full >= fullBlocks && uint64(w.seen.count)*10 < uint64(s.highest(key.kind))
	// Behind one address with those who register are those who did long ago. Whoever reads nothing but the next number, and
	// the next, is alone there.
	climbs := w.tops >= enough*3 && w.tops > w.fresh*4
	if key.kind >= ofAll { // many come there, some of them one after the other by chance
		walked, climbs = walked && w.fresh >= enough*10 && w.steps*2 >= w.fresh, false
	}
	crowd := key.kind == ofSession && w.fresh >= enough*5
	if walked || filled || climbs || crowd {
		w.told = true
		s.tell(j, r, key, w)
	}
}

// highest is the largest number that was read of what a walk is about.
func (s *scans) highest(kind whose) id {
	switch kind {
	case ofSessionObjects, ofNetworkObjects, ofAllObjects:
		return s.objects
	}
	return s.high
}

// near is how far a step goes: up to 16, less in a small shop, where everybody is near.
func (s *scans) near(kind whose) id { return max(1, min(16, s.highest(kind)/4096)) }

// surprising says that so many steps are no chance: ten times what is expected of numbers drawn from all of them, and
// at least five more.
func (s *scans) surprising(w *walk) bool {
	chance := float64(w.fresh) * 4 * 2 * float64(s.near(w.key.kind)) / float64(max(1, s.highest(w.key.kind)))
	return float64(w.steps) >= 10*chance && float64(w.steps) >= chance+5
}

func (w *walk) block(number id) {
	if w.fill == nil {
		w.fill = map[uint32]uint16{}
	}
	if number >= 1<<32 {
		return
	}
	b := uint32(number) / blockSize
	n := w.fill[b] + 1
	if w.fill[b] = n; n == blockSize/2 {
		w.full++
	}
}

func (s *scans) tell(j *judge, r *record, key walkKey, w *walk) {
	name := j.pages.get(r.route).name
	by, what := "", "members"
	switch key.kind {
	case ofSession:
		by = "one session"
	case ofNetwork:
		by = "the network " + r.client.String()
	case ofKey:
		by = "tokens of " + j.shownKey(r.key)
	case ofSessionObjects:
		by, what = "one session", "orders or addresses"
	case ofNetworkObjects:
		by, what = "the network "+r.client.String(), "orders or addresses"
	case ofAll:
		by = "requests from all over"
	case ofAllObjects:
		by, what = "requests from all over", "orders or addresses"
	}
	place := "pages " + name
	if key.kind == ofNetwork || key.kind == ofNetworkObjects || key.kind == ofKey {
		place += " by " + by
	}
	j.raise(alarmKey{"access/scan", place}, r, func(a *alarm) {
		a.sign.Severity, a.sign.Certainty = tillwatch.High, tillwatch.Likely
		a.sign.Summary = fmt.Sprintf("On %s the numbers of %s are read one after the other, by %s.", name, what, by)
	})
}

// forget drops the half that was not met for longest.
func (s *scans) forget(now int64) {
	s.full++
	var ages [64]int
	age := func(w *walk) int { return bits.Len64(uint64(max(0, now-w.at))) }
	for _, w := range s.walks.slots {
		if w != nil {
			ages[age(w)]++
		}
	}
	drop, limit := 0, 63
	for ; limit > 0 && drop < s.walks.used/2; limit-- {
		drop += ages[limit]
	}
	s.walks.keep(func(w *walk) bool { return w.told || age(w) <= limit })
	if n := s.walks.used; n >= maxWalks { // all are as new as each other
		s.walks.keep(func(w *walk) bool {
			if n < maxWalks/2 || w.told || w.fresh >= enough {
				return true
			}
			n--
			return false
		})
	}
}
