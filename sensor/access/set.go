package access

// set is an exact set of members. Numbers that fit into 32 bits take next to nothing where they lie close together; anything
// else takes 12 bytes or so. Nobody, who is 0, is in none.
type set struct {
	small numbers
	other hashSet
	count int
}

func newSet() *set { return &set{} }

// add says whether the id is new.
func (s *set) add(i id) bool {
	is := false
	switch {
	case i == 0:
		return false
	case i < 1<<32:
		is = s.small.add(uint32(i))
	default:
		is = s.other.add(uint64(i))
	}
	if is {
		s.count++
	}
	return is
}

func (s *set) has(i id) bool {
	switch {
	case i == 0:
		return false
	case i < 1<<32:
		return s.small.has(uint32(i))
	}
	return s.other.has(uint64(i))
}

func (s *set) clear() { *s = set{} }

// hashSet is an open hash table of numbers that are spread already. 0 is not among them.
type hashSet struct {
	slots []uint64
	used  int
}

func (s *hashSet) add(v uint64) bool {
	if s.used*4 >= len(s.slots)*3 {
		s.grow()
	}
	i := spread(v) & uint64(len(s.slots)-1)
	for s.slots[i] != 0 {
		if s.slots[i] == v {
			return false
		}
		i = (i + 1) & uint64(len(s.slots)-1)
	}
	s.slots[i] = v
	s.used++
	return true
}

func (s *hashSet) has(v uint64) bool {
	if len(s.slots) == 0 {
		return false
	}
	i := spread(v) & uint64(len(s.slots)-1)
	for s.slots[i] != 0 {
		if s.slots[i] == v {
			return true
		}
		i = (i + 1) & uint64(len(s.slots)-1)
	}
	return false
}

func (s *hashSet) grow() {
	old := s.slots
	s.slots, s.used = make([]uint64, max(64, 2*len(old))), 0
	for _, v := range old {
		if v != 0 {
			s.add(v)
		}
	}
}

func spread(v uint64) uint64 { return mix(v, 0x9e3779b97f4a7c15) }

// ages remembers when each of many was last met, for at least a time and at most twice of it: it has two generations,
// and forgets the older whole.
type ages struct {
	life       int64 // milliseconds; 0 remembers for good
	began      int64 // of the younger generation
	young, old ageTable
}

type ageTable struct {
	keys []uint64
	at   []uint32 // seconds since 1970
	used int
}

func (a *ages) put(key id, at int64) {
	if key == 0 {
		return
	}
	if a.began == 0 {
		a.began = at
	}
	if a.life > 0 && at-a.began > a.life {
		a.young, a.old = ageTable{}, a.young
		a.began = at
	}
	a.young.put(uint64(key), uint32(at/1000))
}

// last is when it was met, in milliseconds; 0 where that was too long ago to know.
func (a *ages) last(key id) int64 {
	at := a.young.get(uint64(key))
	if at == 0 {
		at = a.old.get(uint64(key))
	}
	return int64(at) * 1000
}

func (t *ageTable) find(key uint64) uint64 {
	i := spread(key) & uint64(len(t.keys)-1)
	for t.keys[i] != 0 && t.keys[i] != key {
		i = (i + 1) & uint64(len(t.keys)-1)
	}
	return i
}

func (t *ageTable) get(key uint64) uint32 {
	if len(t.keys) == 0 {
		return 0
	}
	if i := t.find(key); t.keys[i] == key {
		return t.at[i]
	}
	return 0
}

func (t *ageTable) has(key id) bool {
	if key == 0 || len(t.keys) == 0 {
		return false
	}
	return t.keys[t.find(uint64(key))] == uint64(key)
}

func (t *ageTable) put(key uint64, at uint32) {
	if t.used*4 >= len(t.keys)*3 {
		old := *t
		n := max(256, 2*len(old.keys))
		*t = ageTable{keys: make([]uint64, n), at: make([]uint32, n)}
		for i, k := range old.keys {
			if k != 0 {
				t.put(k, old.at[i])
			}
		}
	}
	i := t.find(key)
	if t.keys[i] == 0 {
		t.keys[i] = key
		t.used++
	}
	t.at[i] = max(t.at[i], at)
}

// each calls do with every member.
func (s *set) each(do func(id)) {
	s.small.each(func(n uint32) { do(id(n)) })
	for _, v := range s.other.slots {
		if v != 0 {
			do(id(v))
		}
	}
}
