package access

// walks are the walks of many, found by who walks and where: an open hash table, because each read of a page asks for two. What it
// is found by is in the walk itself.
type walks struct {
	marks []uint64 // what the keys mix to; 0 is free
	slots []*walk
	used  int
}

// mark spreads a key. Two keys may have the same.
func (k walkKey) mark() uint64 {
	return mix(k.who^0x9e3779b97f4a7c15, uint64(k.page)<<8|uint64(k.kind)^0xbf58476d1ce4e5b9) | 1
}

func (t *walks) find(key walkKey) (slot int, mark uint64) {
	mark = key.mark()
	at := int(mark>>16) & (len(t.marks) - 1)
	for t.marks[at] != 0 && (t.marks[at] != mark || t.slots[at].key != key) {
		at = (at + 1) & (len(t.marks) - 1)
	}
	return at, mark
}

// get gives a walk; nil where there is none.
func (t *walks) get(key walkKey) *walk {
	if len(t.marks) == 0 {
		return nil
	}
	at, _ := t.find(key)
	return t.slots[at]
}

// put adds a walk that is not there.
func (t *walks) put(w *walk) {
	if t.used*4 >= len(t.marks)*3 {
		t.remake(max(256, 2*len(t.marks)), func(*walk) bool { return true })
	}
	at, mark := t.find(w.key)
	t.marks[at], t.slots[at] = mark, w
	t.used++
}

// keep forgets all that is not to be kept.
func (t *walks) keep(is func(*walk) bool) { t.remake(len(t.marks), is) }

func (t *walks) remake(size int, keep func(*walk) bool) {
	old := t.slots
	*t = walks{marks: make([]uint64, size), slots: make([]*walk, size)}
	for _, w := range old {
		if w != nil && keep(w) {
			at, mark := t.find(w.key)
			t.marks[at], t.slots[at] = mark, w
			t.used++
		}
	}
}

func (t *walks) state(c *codec) {
	n := c.count(t.used)
	if c.writes {
		for _, w := range t.slots {
			if w != nil {
				w.key.state(c)
				w.state(c)
			}
		}
		return
	}
	*t = walks{}
	for i := 0; i < n && !c.bad; i++ {
		w := &walk{}
		w.key.state(c)
		if w.state(c); !c.bad && t.get(w.key) == nil {
			t.put(w)
		}
	}
}

func (k *walkKey) state(c *codec) {
	wide(c, &k.who)
	num(c, &k.page)
	num(c, &k.kind)
}
