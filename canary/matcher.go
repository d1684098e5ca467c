package canary

import (
	"bytes"
	"slices"
	"sync"
)

// Match is a field of a set that was found in some bytes.
type Match struct {
	Set   string // Set.ID
	Field Field

	// Encoding is what hid it, outermost first, such as ["base64", "json"]; empty where it stood in clear. Cipher names
	// say what the sender did: "rot13", "shift", "xor".
	Encoding []string

	// Offset is where it begins in the bytes given to Find, or where the piece begins that had to be decoded for it.
	Offset int
}

// Bounds of one look. They are there for hostile input; what a browser sends stays far below them.
const (
	maxDepth   = 4        // encodings around one another
	maxInflate = 16 << 20 // bytes out of one compressed stream

	// Bytes to be decoded: for a small input enough for the best of honest compression, for a large one a multiple.
	minWork     = 1 << 20
	maxWork     = 64 << 20
	workPerByte = 256
	workMore    = 8  // for each byte, beyond maxWork
	layerCost   = 64 // bytes that a decoded piece counts at least
)

// A Matcher finds the data of its sets in arbitrary bytes. Safe for concurrent use.
type Matcher struct {
	sets     []Set
	needles  []needle
	halves   []half
	xor      *index // of needles
	add      *index
	half     *index
	numbers  *numbers
	phrases  []phrase
	patterns []pattern
	pool     sync.Pool // *search
}

// NewMatcher prepares to find the data of sets. It takes each some half a millisecond and 200 kB.
func NewMatcher(sets ...Set) *Matcher {
	m := &Matcher{sets: slices.Clone(sets), numbers: newNumbers(sets)}
	for i, s := range sets {
		m.needles = append(m.needles, needles(s, i)...)
		m.halves = append(m.halves, halves(s, i, len(m.halves))...)
		m.phrases = append(m.phrases, phrases(s)...)
		m.patterns = append(m.patterns, patterns(s, i)...)
	}
	m.xor, m.add = newIndex(gramStride*len(m.needles)), newIndex(gramStride*len(m.needles))
	for i, n := range m.needles {
		m.xor.addText(n.text, i, xorGram)
		if n.turn.kind == noCipher { // no cipher over a cipher
			m.add.addText(n.text, i, addGram)
		}
	}
	m.half = newIndex(halfStride * len(m.halves))
	for i, h := range m.halves {
		m.half.addHalf(h.text, i)
	}
	m.pool.New = func() any { return &search{m: m} }
	return m
}

// Find reports which fields of which sets are in data, each once and in its plainest form, ordered by offset. It looks
// through
//
//   - upper and lower case, separators, full-width digits, numbers split over the fields of a form, reversed text;
//   - escapes of URLs, HTML, JSON and JavaScript, and UTF-16;
//   - hex, base32 and base64, of either alphabet, embedded, unpadded, broken into lines; lists of character codes; the
//     card number written to base 16, 32 or 36;
//   - gzip, zlib and raw deflate;
//   - one cipher of a single byte: XOR, a shift of the character code, ROT1 to ROT25 and ROT47, digits shifted modulo ten;
//   - XOR or a shift by a key of 2 to 11 bytes that is used over and over, and up to 32 where a field is long enough, in
//     short messages with several fields of one set in them;
//   - the card number in base64 or hex with an alphabet of the sender's own;
//
// in one another, four deep. It does not see through real encryption or dictionaries, nor raw deflate anywhere but at the
// beginning of a body or of what was decoded. Where something that is encoded once more lies under a cipher, its key is
// guessed; of random chains of encodings with a cipher in them, one in some thousand is missed.
//
// Work and memory are bounded; see [Matcher.Search] where it matters whether the bound was reached.
func (m *Matcher) Find(data []byte) []Match {
	found, _ := m.Search(data)
	return found
}

// Search is Find, and says whether it saw the whole: false where data decodes to more than 1 MB and 256 times its own
// size, or 64 MB and 8 times its own size, as decompression bombs do. What was found until then is found.
func (m *Matcher) Search(data []byte) (found []Match, whole bool) {
	s := m.pool.Get().(*search)
	defer m.put(s)
	s.work = min(minWork+workPerByte*len(data), maxWork) + workMore*len(data)
	s.found, s.hits, s.short, s.keyWork = nil, s.hits[:0], false, 0
	if len(data) <= maxKeyInput {
		s.keyWork = maxKeyWork
	}
	s.look(layer{data: data, clear: true})
	slices.SortStableFunc(s.found, func(a, b Match) int { return a.Offset - b.Offset })
	return s.found, !s.short
}

// maxKept is how large a buffer is kept for the next look.
const maxKept = 1 << 20

func (m *Matcher) put(s *search) {
	if cap(s.arena) > maxKept {
		s.arena = nil
	}
	s.found = nil
	m.pool.Put(s)
}

// layer is data as it is after some decoding.
type layer struct {
	data  []byte
	how   [maxDepth]string // what was undone, outermost first
	depth int              // how much of it
	at    int              // where the encoded piece begins in the input
	clear bool             // data is the input itself: an offset in it is one in the input
}

// undone is what was undone so far, outermost first.
func (l *layer) undone() []string { return l.how[:l.depth] }

func (l layer) offset(i int) int {
	if l.clear {
		return l.at + i
	}
	return l.at
}

// hit is a strong field in a layer.
type hit struct{ set, at int }

// search is one look through one input. Its buffers are used again by the next.
type search struct {
	m       *Matcher
	work    int
	keyWork int  // see keyword
	short   bool // work ran out
	found   []Match
	hits    []hit // strong fields in the layers being looked at, those of the innermost last

	arena   []byte // decoded layers, one behind the other; the innermost is at the end
	tokens  []token
	digits  []byte
	inflate *inflater
}

// look finds what is in a layer, and looks into what the layer's pieces decode to.
func (s *search) look(l layer) {
	mark := len(s.hits)
	turns := s.text(l)
	if len(l.data) < minOpaque && !l.clear && !opens(l.data) {
		s.hits = s.hits[:mark]
		if l.depth < maxDepth {
			s.turns(l, turns)
			s.inflateRaw(l)
			s.guess(l)
			s.keyword(l)
		}
		return
	}
	s.numbers(l)
	s.names(l)
	s.weak(l, s.hits[mark:])
	s.hits = s.hits[:mark]
	if l.depth == maxDepth {
		return
	}
	s.escapes(l)
	s.backward(l)
	s.runs(l)
	s.bodies(l)
	s.opaque(l, turns)
}

// minOpaque is the length from which a piece that begins like nothing known is looked through for text all the same.
// Shorter ones are what words and identifiers decode to.
const minOpaque = 64

// opaque looks into what a layer that is no text may be.
func (s *search) opaque(l layer, turns []cipher) {
	s.turns(l, turns)
	s.wide(l)
	s.packed(l)
	s.guess(l)
	s.keyword(l)
}

// turns looks into what a layer is when ciphers that it is known to be under are undone.
func (s *search) turns(l layer, known []cipher) {
	for _, c := range known {
		s.turn(l, c)
	}
}

// guess looks into what a layer is under the keys that make sense.
func (s *search) guess(l layer) {
	if !slices.ContainsFunc(l.undone(), isGuessed) {
		for _, c := range guessCiphers(l.data) {
			s.turn(l, c)
		}
	}
}

// isGuessed tells the ciphers whose keys are guessed. They are not guessed within one another: whatever is under one
// would be looked at under every other, and no two in a row are anything but one with another key.
func isGuessed(how string) bool {
	return how == cipher{kind: xorByte}.name() || how == cipher{kind: addByte}.name()
}

// maxHits bounds what is remembered of hits: around so many, weak fields are looked for.
const maxHits = 64

// into looks at a piece of l that decodes to data, which is at the end of the arena. The caller cuts the arena back.
func (s *search) into(l layer, at int, how string, data []byte) {
	s.work -= len(data) + layerCost
	if s.work < 0 {
		s.short = true
		return
	}
	inner := layer{data: data, how: l.how, depth: l.depth + 1, at: l.offset(at)}
	inner.how[l.depth] = how
	s.look(inner)
}

func (s *search) turn(l layer, c cipher) {
	if s.work < len(l.data) {
		s.short = true
		return
	}
	mark := len(s.arena)
	s.arena = c.apply(s.arena, l.data)
	s.into(l, 0, c.name(), s.arena[mark:])
	s.arena = s.arena[:mark]
}

// add notes a match unless the field is known in a plainer form.
func (s *search) add(l layer, set int, f Field, how string, at int) {
	if f.Strong() && len(s.hits) < maxHits {
		s.hits = append(s.hits, hit{set, at})
	}
	depth := l.depth
	if how != "" {
		depth++
	}
	id := s.m.sets[set].ID
	i := slices.IndexFunc(s.found, func(old Match) bool { return old.Set == id && old.Field == f })
	if i >= 0 && len(s.found[i].Encoding) <= depth {
		return
	}
	m := Match{Set: id, Field: f, Encoding: slices.Clone(l.undone()), Offset: l.offset(at)}
	if how != "" {
		m.Encoding = append(m.Encoding, how)
	}
	if i >= 0 {
		s.found[i] = m
	} else {
		s.found = append(s.found, m)
	}
}

// maxTurns is how many different ciphers of one layer are undone as a whole.
const maxTurns = 8

// text finds the needles of a layer, under every key, and returns the ciphers that they reveal.
func (s *search) text(l layer) (turns []cipher) {
	data := l.data
	scanText(data, s.m.xor, s.m.add, func(i, start int) {
		n := &s.m.needles[i]
		if start < 0 || start+len(n.text) > len(data) {
			return
		}
		key, ok := keyOf(data[start:start+len(n.text)], n.text)
		if !ok || !n.edge.free(data, start, start+len(n.text), key) {
			return
		}
		how := n.how
		if key.key != 0 {
			if n.turn.kind != noCipher {
				return // a cipher over a cipher: some other needle says it more plainly
			}
			how = key.name()
		}
		s.add(l, n.set, n.field, how, start)
		if key.key == 0 {
			key = n.turn
		}
		if key.kind != noCipher && len(turns) < maxTurns && !slices.Contains(turns, key) {
			turns = append(turns, key)
		}
	})
	return turns
}

// keyOf is the cipher that turns data into text, if one key does it for all of it.
func keyOf(data, text []byte) (cipher, bool) {
	x, a := data[0]^text[0], text[0]-data[0]
	xor, add := true, true
	for i, b := range data {
		xor = xor && b^x == text[i]
		add = add && b+a == text[i]
		if !xor && !add {
			return cipher{}, false
		}
	}
	if xor {
		return cipher{xorByte, x}, true
	}
	return cipher{addByte, a}, true
}

// free says whether what stands on either side of data[from:to], under the key, lets a needle stand there.
func (e edge) free(data []byte, from, to int, key cipher) bool {
	if e == anyEdge {
		return true
	}
	bad := func(i int) bool {
		if i < 0 || i >= len(data) {
			return false
		}
		b := data[i]
		switch key.kind {
		case xorByte:
			b ^= key.key
		case addByte:
			b += key.key
		}
		if e == noDigit {
			return isDigit(b)
		}
		return isDigit(b) || isLetter(b)
	}
	return !bad(from-1) && !bad(to)
}

// nameSpan is how far apart the two halves of a name may stand: in two fields of one form.
const nameSpan = 512

// names finds names whose halves stand apart.
func (s *search) names(l layer) {
	if len(s.m.halves) == 0 {
		return
	}
	var last [2]map[int]int // by kind of half: pair to where it was seen last
	scanHalves(l.data, s.m.half, func(i, start int) {
		h := &s.m.halves[i]
		if start < 0 || !bytes.HasPrefix(l.data[start:], h.text) {
			return
		}
		own, other := 0, 1
		if h.given {
			own, other = 1, 0
		}
		if last[own] == nil {
			last[own] = map[int]int{}
		}
		last[own][h.pair] = start
		if at, ok := last[other][h.pair]; ok && start-at <= nameSpan {
			s.add(l, h.set, h.field, "", min(at, start))
		}
	})
}

func isDigit(b byte) bool  { return b >= '0' && b <= '9' }
func isLower(b byte) bool  { return b >= 'a' && b <= 'z' }
func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }
