package canary

import (
	"encoding/binary"
	"math/bits"
)

// A gram is the difference pattern of a few neighbouring bytes. Under XOR with one byte the XOR of neighbours does not
// change, under a shift of the character code their difference does not: so one look finds a text under all 256 keys
// of either, the key 0 (in clear) among them.
//
// A needle of n bytes has n-window+1 windows. With `stride` of them known, looking at every stride-th position of the
// data is enough to hit one.
const (
	gramWindow = 8
	gramStride = 4
	minNeedle  = gramWindow + gramStride - 1

	gramMask = 1<<(8*(gramWindow-1)) - 1

	halfWindow = 4
	halfStride = 3
	minHalf    = halfWindow + halfStride - 1
)

func xorGram(x uint64) uint64 { return (x ^ x>>8) & gramMask }

// addGram subtracts each byte from its successor, all at once and without carrying between them.
func addGram(x uint64) uint64 {
	const high = 0x8080808080808080
	y := x >> 8
	return (((y | high) - (x &^ high)) ^ ((y ^ ^x) & high)) & gramMask
}

// index knows which needles have a gram, and at which offset.
type index struct {
	filter []uint64 // a bit for each hash: most data is done with after one look at it
	shift  uint
	first  map[uint64]int32 // gram to its first entry
	refs   []ref
}

type ref struct {
	needle int32
	offset int32
	next   int32 // -1 ends the chain
}

const gramHash = 0x9e3779b97f4a7c15

func newIndex(entries int) *index {
	size := bits.Len(uint(entries)) + 5 // one bit in 32 set, at most
	size = min(max(size, 12), 22)
	return &index{
		filter: make([]uint64, 1<<(size-6)),
		shift:  uint(64 - size),
		first:  make(map[uint64]int32, entries),
	}
}

func (x *index) add(gram uint64, needle, offset int) {
	h := gram * gramHash >> x.shift
	x.filter[h>>6] |= 1 << (h & 63)
	next, ok := x.first[gram]
	if !ok {
		next = -1
	}
	x.first[gram] = int32(len(x.refs))
	x.refs = append(x.refs, ref{int32(needle), int32(offset), next})
}

func (x *index) may(gram uint64) bool {
	h := gram * gramHash >> x.shift
	return x.filter[h>>6]>>(h&63)&1 != 0
}

// each calls f with the needles that have the gram and the place in the data where each would begin.
func (x *index) each(gram uint64, at int, f func(needle, start int)) {
	i, ok := x.first[gram]
	if !ok {
		return
	}
	for ; i >= 0; i = x.refs[i].next {
		f(int(x.refs[i].needle), at-int(x.refs[i].offset))
	}
}

// addText enters the leading windows of a text.
func (x *index) addText(text []byte, needle int, gram func(uint64) uint64) {
	for o := range gramStride {
		x.add(gram(binary.LittleEndian.Uint64(text[o:])), needle, o)
	}
}

// addHalf enters the leading windows of half a name.
func (x *index) addHalf(text []byte, needle int) {
	for o := range halfStride {
		x.add(uint64(binary.LittleEndian.Uint32(text[o:])), needle, o)
	}
}

// scanText calls hit for every place where a needle may stand under some key.
func scanText(data []byte, xor, add *index, hit func(needle, start int)) {
	for i := 0; i+gramWindow <= len(data); i += gramStride {
		x := binary.LittleEndian.Uint64(data[i:])
		if g := xorGram(x); xor.may(g) {
			xor.each(g, i, hit)
		}
		if g := addGram(x); add.may(g) {
			add.each(g, i, hit)
		}
	}
}

// scanHalves calls hit for every place where half a name may stand in clear.
func scanHalves(data []byte, halves *index, hit func(needle, start int)) {
	for i := 0; i+halfWindow <= len(data); i += halfStride {
		if g := uint64(binary.LittleEndian.Uint32(data[i:])); halves.may(g) {
			halves.each(g, i, hit)
		}
	}
}
