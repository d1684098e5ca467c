package canary

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"
)

// token is a run of decimal digits in a layer, ASCII or full-width.
type token struct {
	start, end int32 // in the layer
	digit      int32 // its first in search.digits
	count      int32
}

// number is a card or telephone number to be found among digits.
type number struct {
	digits  []byte // values 0 to 9
	set     int
	field   Field
	shifts  bool     // long enough to be recognised with every digit shifted
	heads   []string // what may stand before it in its run; nil: anything
	reverse bool
}

// numbers finds numbers in the digits of a layer, whatever stands between them.
type numbers struct {
	all    []number
	filter [1 << 10]uint64  // a bit for each hash of a gram
	byGram map[uint32][]int // indices into all

	parts  map[prefix][]*number // by the digits that one field may hold of their beginning
	starts [10]bool             // the first of them
	known  [1 << 8]uint64       // a bit for each hash of theirs: most tokens are done with after a look here
}

// prefix is the leading digits of a number.
type prefix struct {
	value uint32
	count int32
}

// maxPrefix is how many digits of a number one field holds at most for it to count as split.
const maxPrefix = 8

// numberGram is how many digits an entry of the filter has. They are taken from the end of the number, where it is random.
const numberGram = 8

func newNumbers(sets []Set) *numbers {
	n := &numbers{byGram: map[uint32][]int{}, parts: map[prefix][]*number{}}
	for i, s := range sets {
		p := s.phone()
		heads := []string{"", p.trunk, p.country, p.country + p.trunk, "00" + p.country, "011" + p.country, "010" + p.country}
		card := number{digits: values(s.Card.Number), set: i, field: CardNumber, shifts: true}
		phone := number{digits: values(p.significant), set: i, field: Phone, heads: heads}
		whole := number{digits: values(p.trunk + p.significant), set: i, field: Phone, heads: []string{""}}
		n.put(card)
		n.put(card.reversed())
		n.put(phone)
		n.put(whole.reversed())
		n.split(&card, 1)
		n.split(&whole, 2) // a telephone number is too short to be put together from single digits
	}
	return n
}

// split enters the beginnings of v that have `least` digits or more.
func (n *numbers) split(v *number, least int32) {
	n.starts[v.digits[0]] = true
	for i := int32(1); i <= maxPrefix; i++ {
		p := prefix{}.and(v.digits[:i])
		h := p.hash()
		n.known[h>>6] |= 1 << (h & 63)
		if i >= least {
			n.parts[p] = append(n.parts[p], v)
		}
	}
}

// begins lists the numbers that begin with p.
func (n *numbers) begins(p prefix) []*number {
	if h := p.hash(); n.known[h>>6]>>(h&63)&1 == 0 {
		return nil
	}
	return n.parts[p]
}

func (p prefix) hash() uint32 { return (p.value + uint32(p.count)<<27) * 0x9e3779b1 >> 18 }

// and is p with more digits behind it.
func (p prefix) and(digits []byte) prefix {
	for _, d := range digits {
		p.value = p.value*10 + uint32(d)
	}
	p.count += int32(len(digits))
	return p
}

func (v number) reversed() number {
	v.digits = slices.Clone(v.digits)
	slices.Reverse(v.digits)
	v.reverse = true
	return v
}

func (n *numbers) put(v number) {
	g := uint32(0)
	for i := len(v.digits) - numberGram + 1; i < len(v.digits); i++ {
		g = g<<4 | step(v.digits[i-1], v.digits[i])
	}
	n.byGram[g] = append(n.byGram[g], len(n.all))
	h := gramBit(g)
	n.filter[h>>6] |= 1 << (h & 63)
	n.all = append(n.all, v)
}

// step is the difference of two digits modulo ten: the same however both are shifted.
func step(a, b byte) uint32 { return uint32(b+10-a) % 10 }

func gramBit(g uint32) uint32 { return g * 0x9e3779b1 >> 16 }

func values(digits string) []byte {
	v := []byte(digits)
	for i := range v {
		v[i] -= '0'
	}
	return v
}

const (
	block        = 64 << 10 // of a layer whose digits are judged at once
	blockOverlap = 4 << 10

	maxGap    = 64  // bytes between the parts of a number
	maxStride = 8   // fields from one part of a number to the next
	strideGap = 256 // bytes between such parts
)

// numbers finds card and telephone numbers in a layer's digits, and text in its lists of character codes.
func (s *search) numbers(l layer) {
	for from := 0; from < len(l.data); {
		start, end := longRun(l.data, from)
		s.numbersIn(l, from, start)
		from = end
	}
}

// numbersIn judges the digits of a piece of the layer.
func (s *search) numbersIn(l layer, from, end int) {
	for ; from < end; from += block - blockOverlap {
		to := min(from+block, end)
		s.tokenise(l.data, from, to)
		s.consecutive(l)
		s.strided(l)
		if l.depth < maxDepth {
			s.codes(l)
		}
		if to == end {
			return
		}
	}
}

// minLongRun is the length from which a piece of base64 is not searched for numbers: what stands in there in clear the
// needles find, and digits between its letters mean nothing.
const minLongRun = 512

// longRun is the next piece of data that is nothing but base64, or the empty one at its end.
func longRun(data []byte, from int) (start, end int) {
	for i := from + minLongRun - 1; i < len(data); i += minLongRun {
		for start = i + 1; start > from && base64Byte[data[start-1]]; {
			start--
		}
		for end = i + 1; start <= i && end < len(data) && base64Byte[data[end]]; {
			end++
		}
		if end-start >= minLongRun && mixedCase(data[start:start+probe]) {
			return start, end
		}
		i = max(i, end-1)
	}
	return len(data), len(data)
}

// base64Byte is set for the alphabet of RFC 4648 §4; the signs of the other one stand between numbers too often.
var base64Byte = func() (set [256]bool) {
	for b := range set {
		set[b] = base64of[b] != notIn && b != '-' && b != '_'
	}
	return set
}()

// tokenise collects the digits of data[from:to].
func (s *search) tokenise(data []byte, from, to int) {
	s.tokens, s.digits = s.tokens[:0], s.digits[:0]
	end := -1 // of the open token
	for i := from; i < to; {
		if i != end && i+8 <= to {
			skip := beforeDigit(binary.LittleEndian.Uint64(data[i:]))
			if i += skip; skip == 8 {
				continue
			}
		}
		b, width := data[i]-'0', 1
		if b > 9 {
			// U+FF10 to U+FF19 are EF BC 90 to EF BC 99.
			if data[i] != 0xef || i+2 >= to || data[i+1] != 0xbc || data[i+2]-0x90 > 9 {
				i++
				continue
			}
			b, width = data[i+2]-0x90, 3
		}
		if i != end {
			s.tokens = append(s.tokens, token{int32(i), int32(i), int32(len(s.digits)), 0})
		}
		i += width
		end = i
		t := &s.tokens[len(s.tokens)-1]
		t.end = int32(i)
		t.count++
		s.digits = append(s.digits, b)
	}
}

// beforeDigit is how many of eight bytes come before the first that is a digit or may begin a full-width one.
func beforeDigit(x uint64) int {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	digit := x ^ '0'*ones // 0 to 9, and nothing else below 10
	wide := x ^ 0xef*ones
	return bits.TrailingZeros64(((digit-10*ones)&^digit|(wide-ones)&^wide)&high) / 8
}

// consecutive finds numbers whose digits follow one another, with anything short between.
func (s *search) consecutive(l layer) {
	n := s.m.numbers
	g := uint32(0)
	for i := 1; i < len(s.digits); i++ {
		g = (g<<4 | step(s.digits[i-1], s.digits[i])) & (1<<(4*(numberGram-1)) - 1)
		if h := gramBit(g); n.filter[h>>6]>>(h&63)&1 == 0 {
			continue
		}
		for _, which := range n.byGram[g] {
			v := &n.all[which]
			if from := i + 1 - len(v.digits); from >= 0 {
				s.verify(l, v, from)
			}
		}
	}
}

func (s *search) verify(l layer, v *number, from int) {
	shift := (s.digits[from] + 10 - v.digits[0]) % 10
	if shift != 0 && !v.shifts {
		return
	}
	for i, d := range v.digits {
		if s.digits[from+i] != (d+shift)%10 {
			return
		}
	}
	first := s.tokenOf(from)
	last := first
	for end := from + len(v.digits); int(s.tokens[last].digit+s.tokens[last].count) < end; last++ {
		if s.tokens[last+1].start-s.tokens[last].end > maxGap {
			return
		}
	}
	t := s.tokens[first]
	if v.heads != nil {
		head := s.digits[t.digit:from]
		if !slices.ContainsFunc(v.heads, func(h string) bool { return slices.Equal(values(h), head) }) {
			return
		}
		if end := s.tokens[last]; int(end.digit+end.count) != from+len(v.digits) {
			return
		}
	}
	how := ""
	switch {
	case v.reverse:
		how = "reversed"
	case shift != 0:
		how = "digit-shift"
	}
	s.add(l, v.set, v.field, how, int(t.start)+from-int(t.digit))
}

// tokenOf is the index of the token that holds the digit.
func (s *search) tokenOf(digit int) int {
	i, ok := slices.BinarySearchFunc(s.tokens, int32(digit), func(t token, d int32) int { return int(t.digit - d) })
	if !ok {
		i--
	}
	return i
}

// strided finds numbers whose parts are every second, third ... number of the layer, as in "cc1=4000&cc2=0012" or in a
// list of key strokes with their times.
func (s *search) strided(l layer) {
	n := s.m.numbers
	for i, t := range s.tokens {
		if t.count > maxPrefix || !n.starts[s.digits[t.digit]] {
			continue
		}
		p := prefix{}.and(s.digitsOf(t))
		if len(n.begins(p)) == 0 {
			continue
		}
		for stride := 2; stride <= maxStride; stride++ {
			s.walk(l, i, stride, p)
		}
	}
}

func (s *search) digitsOf(t token) []byte { return s.digits[t.digit : t.digit+t.count] }

// walk follows the tokens from the i-th on, whose digits are p: first those of any number that begins so, and when
// enough of it is known, those of that number.
func (s *search) walk(l layer, i, stride int, p prefix) {
	at := int(s.tokens[i].start)
	for {
		next, ok := s.next(i, stride)
		if !ok {
			return
		}
		if p.count+next.count > maxPrefix {
			break
		}
		i += stride
		if p = p.and(s.digitsOf(next)); len(s.m.numbers.begins(p)) == 0 {
			return
		}
	}
	for _, v := range s.m.numbers.parts[p] {
		if s.follows(v, i, stride, int(p.count)) {
			s.add(l, v.set, v.field, "split", at)
		}
	}
}

// next is the token one stride after the i-th, if it is near enough.
func (s *search) next(i, stride int) (token, bool) {
	if i+stride >= len(s.tokens) {
		return token{}, false
	}
	t := s.tokens[i+stride]
	return t, t.start-s.tokens[i].end <= strideGap
}

// follows says whether the tokens after the i-th are the digits of v after the first `done`.
func (s *search) follows(v *number, i, stride, done int) bool {
	for ; done < len(v.digits); i += stride {
		t, ok := s.next(i, stride)
		if !ok || !bytes.HasPrefix(v.digits[done:], s.digitsOf(t)) {
			return false
		}
		done += int(t.count)
	}
	return true
}
