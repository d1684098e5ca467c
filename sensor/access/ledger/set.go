package ledger

// set holds fingerprints exactly, in 64 open-addressed tables by their first bits, so that growing one moves little and
// a filter can be built of a few of them. Not safe for concurrent use.
type set struct {
	tables [setTables]table
	n      int
}

const (
	setTables = 64
	setShift  = 64 - 6
)

type table struct {
	slots []Fingerprint // zero is free; the length is a power of two
	n     int
}

func (s *set) has(f Fingerprint) bool {
	if s.n == 0 {
		return false
	}
	t := &s.tables[f>>setShift]
	if t.n == 0 {
		return false
	}
	mask := uint64(len(t.slots) - 1)
	for i := uint64(f) & mask; ; i = (i + 1) & mask {
		switch t.slots[i] {
		case f:
			return true
		case 0:
			return false
		}
	}
}

// add says whether f is new. f is not zero.
func (s *set) add(f Fingerprint) bool {
	t := &s.tables[f>>setShift]
	if 4*(t.n+1) > 3*len(t.slots) {
		t.grow()
	}
	if !t.put(f) {
		return false
	}
	t.n++
	s.n++
	return true
}

func (t *table) put(f Fingerprint) bool {
	mask := uint64(len(t.slots) - 1)
	i := uint64(f) & mask
	for t.slots[i] != 0 {
		if t.slots[i] == f {
			return false
		}
		i = (i + 1) & mask
	}
	t.slots[i] = f
	return true
}

func (t *table) grow() {
	old := t.slots
	t.slots = make([]Fingerprint, max(8, 2*len(old)))
	for _, f := range old {
		if f != 0 {
			t.put(f)
		}
	}
}

// keys appends what is in the tables [from, to) to buf.
func (s *set) keys(buf []Fingerprint, from, to int) []Fingerprint {
	for _, t := range s.tables[from:to] {
		for _, f := range t.slots {
			if f != 0 {
				buf = append(buf, f)
			}
		}
	}
	return buf
}

func (s *set) bytes() int {
	n := 0
	for i := range s.tables {
		n += 8 * len(s.tables[i].slots)
	}
	return n
}

// sealed is a set as filters, one for each power-of-two share of the first bits.
type sealed struct {
	shift   uint
	filters []*fuse
	n       int
}

// maxFuse is for how many fingerprints one filter is built: it bounds the memory that building takes to some 40 MB.
const maxFuse = 1 << 20

// seal makes filters of a set.
func seal(s *set) (*sealed, error) { return sealBy(s, maxFuse) }

func sealBy(s *set, most int) (*sealed, error) {
	parts := 1
	for parts < setTables && s.n/parts > most {
		parts *= 2
	}
	out := &sealed{n: s.n, filters: make([]*fuse, parts)}
	out.shift = 64
	for p := parts; p > 1; p /= 2 {
		out.shift--
	}
	var keys []Fingerprint
	var err error
	for i := range parts {
		keys = s.keys(keys[:0], i*setTables/parts, (i+1)*setTables/parts)
		if out.filters[i], err = buildFuse(keys); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s *sealed) has(f Fingerprint) bool { return s.filters[f>>s.shift].has(f) }

func (s *sealed) bytes() int {
	n := 0
	for _, f := range s.filters {
		n += f.bytes()
	}
	return n
}
