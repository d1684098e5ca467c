package key

import (
	"cmp"
	"slices"
	"sync"
)

// Match is one of the keys that was looked for, in a text.
type Match struct {
	Key      int    // its place in the list that the matcher was made of
	Offset   int    // of its first byte, or of the encoded run that it is in
	Encoding string // how it was written: "" as it is, "base64", "hex", "escaped", "UTF-16"
}

// Matcher finds keys by their prints in texts of any kind. Safe for concurrent use.
//
// It does not cut a text into tokens: a key may hold any byte, and may stand between any others. Wherever a word or a sign
// begins, the hash of each length that a key has is taken from two running sums, which costs a multiplication, and only
// where its bits are those of a key is a MAC made.
type Matcher struct {
	site    Site
	lengths []length // longest first
	longest int
	least   int
}

// length is all keys of one length.
type length struct {
	n     int
	power uint64          // base to the n
	quick [1 << 10]uint64 // a bit for each value of a filter's first 16 bits that a key has
	keys  map[uint32][]candidate
}

type candidate struct {
	key   int
	print Print
}

// NewMatcher makes a matcher for keys. Prints that were made with another site's secret are never found.
func NewMatcher(site Site, prints []Print) *Matcher {
	m := &Matcher{site: site}
	byLength := map[int]*length{}
	for i, p := range prints {
		l := byLength[p.Length]
		if l == nil {
			l = &length{n: p.Length, power: power(site.base, p.Length), keys: map[uint32][]candidate{}}
			byLength[p.Length] = l
		}
		l.keys[p.Filter] = append(l.keys[p.Filter], candidate{i, p})
		short := p.Filter >> (filterBits - 16)
		l.quick[short>>6] |= 1 << (short & 63)
	}
	for _, l := range byLength {
		m.lengths = append(m.lengths, *l)
	}
	slices.SortFunc(m.lengths, func(a, b length) int { return cmp.Compare(b.n, a.n) })
	if n := len(m.lengths); n > 0 {
		m.longest, m.least = m.lengths[0].n, m.lengths[n-1].n
	}
	return m
}

func power(base uint64, n int) uint64 {
	p := uint64(1)
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			p *= base
		}
		base *= base
	}
	return p
}

// Find gives all keys in a text, in the order of their places, each place once. It also looks into what is written in
// base64 or hexadecimal, with escapes (of strings, addresses and markup), in pieces that are put together with an
// operator, and in UTF-16; one level of each.
func (m *Matcher) Find(text []byte) []Match {
	if len(m.lengths) == 0 || len(text) < m.least {
		return nil
	}
	var found []Match
	m.scan(text, func(key, offset int) { found = append(found, Match{Key: key, Offset: offset}) })
	for f := range m.forms(text) {
		m.scan(f.text, func(key, offset int) {
			found = append(found, Match{Key: key, Offset: f.origin(offset), Encoding: f.encoding})
		})
	}
	slices.SortStableFunc(found, func(a, b Match) int { return cmp.Or(cmp.Compare(a.Offset, b.Offset), cmp.Compare(a.Key, b.Key)) })
	return slices.CompactFunc(found, func(a, b Match) bool { return a.Key == b.Key && a.Offset == b.Offset })
}

// stretch is how much of a text is hashed at once, besides what the longest key needs.
const stretch = 32 << 10

var sums = sync.Pool{New: func() any { s := make([]uint64, 0, stretch+512); return &s }}

// scan calls found for each key that begins where a word or a sign begins.
func (m *Matcher) scan(text []byte, found func(key, offset int)) {
	buffer := sums.Get().(*[]uint64)
	defer sums.Put(buffer)
	base := m.site.base
	for start := 0; start+m.least <= len(text); start += stretch {
		part := text[start:min(len(text), start+stretch+m.longest)]
		h := slices.Grow((*buffer)[:0], len(part)+1)[:len(part)+1]
		*buffer = h
		sum := uint64(0)
		h[0] = 0
		for i, c := range part {
			sum = sum*base + uint64(c) + 1
			h[i+1] = sum
		}
		word := start > 0 && isWord[text[start-1]]
		for i := range min(len(part), stretch) {
			before := word
			word = isWord[part[i]]
			if before && word {
				continue
			}
			for k := range m.lengths {
				l := &m.lengths[k]
				if i+l.n > len(part) {
					continue
				}
				f := filterOf(h[i+l.n] - h[i]*l.power)
				if short := f >> (filterBits - 16); l.quick[short>>6]&(1<<(short&63)) == 0 {
					continue
				}
				for _, c := range l.keys[f] {
					if m.site.Is(c.print, part[i:i+l.n]) {
						found(c.key, start+i)
					}
				}
			}
		}
	}
}

// isWord are the bytes that words are made of. A key never begins in the middle of one.
var isWord = func() (table [256]bool) {
	for c := range table {
		table[c] = c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
	}
	return table
}()
