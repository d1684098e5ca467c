package key

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// Match is one of the keys that was looked for, in a text.
type Match struct {
	Key      int    // its place in the list that the matcher was made of
	Offset   int    // of its first byte, or of the encoded run that it is in
	Encoding string // how it was written: "" as it is, "base64", "hex", "escaped", "UTF-16"
}

// Matcher finds keys by their prints in texts of any kind. Safe for concurrent use.
//
// It does not cut a text into tokens: a key may hold any byte, and may stand between any others. At every byte, the hash of
// the next eight, which is a multiplication, tells whether a key may begin there; only then is the text that is as long as
// the key hashed as a whole, and only where that fits, too, is a MAC made. What is encoded is decoded and looked through
// in the same way, but only as far as it is encoded: nearly all of a source file is read just once.
type Matcher struct {
	site    Site
	groups  [1 << headBits]uint16 // 1 + the place in begin of the keys that may begin with what has this hash
	begin   [][]candidate
	longest int
	least   int
}

type candidate struct {
	key   int
	print Print
}

// NewMatcher makes a matcher for keys. Prints that were made with another site's secret are never found.
func NewMatcher(site Site, prints []Print) *Matcher {
	m := &Matcher{site: site}
	for i, p := range prints {
		if m.groups[p.Head] == 0 {
			m.begin = append(m.begin, nil)
			m.groups[p.Head] = uint16(len(m.begin))
		}
		g := m.groups[p.Head] - 1
		m.begin[g] = append(m.begin[g], candidate{i, p})
		m.longest = max(m.longest, p.Length)
		if m.least == 0 || p.Length < m.least {
			m.least = p.Length
		}
	}
	return m
}

// Find gives all keys in a text, in the order of their places, each place once. It also looks into what is written in
// base64 or hexadecimal, with escapes (of strings, addresses and markup), in pieces that are put together with an
// operator, and in UTF-16; one level of each.
func (m *Matcher) Find(text []byte) []Match {
	if len(m.begin) == 0 || len(text) < m.least {
		return nil
	}
	s := &search{Matcher: m, secret: m.site.secret()}
	s.plain(text)
	if wide, ok := fromUTF16(text); ok {
		s.in("UTF-16", wide.origin).plain(wide.text)
	}
	s.wideRuns(text)
	s.runs(text)
	for _, n := range notations {
		s.unescaped(text, n)
	}
	return s.result()
}

// search is one call of Find.
type search struct {
	*Matcher
	secret   *siteSecret
	encoding string
	origin   func(at int) int // of an offset in the text that is looked through; nil where that is the source
	found    []Match
}

// in says what the next text is that will be looked through.
func (s *search) in(encoding string, origin func(at int) int) *search {
	s.encoding, s.origin = encoding, origin
	return s
}

func (s *search) result() []Match {
	slices.SortStableFunc(s.found, func(a, b Match) int { return cmp.Or(cmp.Compare(a.Offset, b.Offset), cmp.Compare(a.Key, b.Key)) })
	return slices.CompactFunc(s.found, func(a, b Match) bool { return a.Key == b.Key && a.Offset == b.Offset })
}

// plain looks for keys that stand in a text as they are.
func (s *search) plain(text []byte) {
	groups, head := &s.groups, s.secret.head
	for rest := text; len(rest) >= MinLength; rest = rest[1:] {
		if g := groups[binary.LittleEndian.Uint64(rest)*head>>(64-headBits)]; g != 0 {
			s.compare(text, len(text)-len(rest), s.begin[g-1])
		}
	}
}

// compare tells whether one of the candidates stands at an offset.
func (s *search) compare(text []byte, at int, candidates []candidate) {
	for _, c := range candidates {
		n := c.print.Length
		if at+n > len(text) || s.secret.filter(text[at:at+n]) != c.print.Filter || !whole(text, at, n) ||
			!s.site.Is(c.print, text[at:at+n]) {
			continue
		}
		offset := at
		if s.origin != nil {
			offset = s.origin(at)
		}
		s.found = append(s.found, Match{Key: c.key, Offset: offset, Encoding: s.encoding})
	}
}

// partLength is how long a value must be to be taken for the key even in the middle of a word.
const partLength = 16

// whole says that what stands at an offset is no part of a longer word, as a short password may be by chance. A word also
// begins behind an escape (\n) and behind an option's letter (-p).
func whole(text []byte, at, n int) bool {
	if n >= partLength {
		return true
	}
	begins := at == 0 || !isWord[text[at-1]] || !isWord[text[at]] || at > 1 && (text[at-2] == '\\' || text[at-2] == '-')
	end := at + n
	return begins && (end == len(text) || !isWord[text[end]] || !isWord[text[end-1]])
}

// isWord are the bytes that words are made of.
var isWord = func() (table [256]bool) {
	for c := range table {
		table[c] = c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
	}
	return table
}()
