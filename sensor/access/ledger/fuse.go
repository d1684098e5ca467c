package ledger

import (
	"errors"
	"math"
	"math/bits"
)

// fuse is a binary fuse filter of three wise and 16 bits (Graf and Lemire, "Binary Fuse Filters", 2022): about 18 bits for a
// key; what was put in is always found, anything else once in 65,536.
type fuse struct {
	seed     uint64
	segment  uint32 // length of a segment, a power of two
	segments uint32 // length of all but the last two
	slots    []uint16
}

// fuseMiss is how often a filter finds what was never put in.
const fuseMiss = 1.0 / 65536

var errFuse = errors.New("the filter could not be built: some fingerprints come twice")

// buildFuse makes a filter of keys, all different. It needs some 40 bytes for each key while it runs.
func buildFuse(keys []Fingerprint) (*fuse, error) {
	if len(keys) == 0 {
		return newFuse(0, 1), nil
	}
	// For some numbers of keys, such as 11,500, the segments are so few that it hardly ever succeeds: then it gets more room.
	for _, room := range []float64{1, 1.05, 1.1, 1.2, 1.5, 2} {
		f := newFuse(len(keys), room)
		b := fuseBuilder{
			fuse: f, hash: make([]uint64, len(f.slots)), count: make([]uint32, len(f.slots)),
			order: make([]uint64, 0, len(keys)), which: make([]uint8, 0, len(keys)), alone: make([]uint32, 0, len(f.slots)),
		}
		for try := range uint64(10) {
			f.seed = mix(try + 0x9e3779b97f4a7c15)
			if b.peel(keys) {
				b.assign()
				return f, nil
			}
		}
	}
	return nil, errFuse
}

// newFuse makes room for n keys, and for more by a factor.
func newFuse(n int, room float64) *fuse {
	const longest = 1 << 18
	f := &fuse{segment: 4}
	capacity := 0
	if n > 1 {
		size := math.Log(float64(n))
		f.segment = uint32(min(longest, 1<<int(size/math.Log(3.33)+2.25)))
		capacity = int(room * float64(n) * max(1.125, 0.875+0.25*math.Log(1e6)/size))
	}
	count := max(1, (capacity+int(f.segment)-1)/int(f.segment)-2)
	f.segments = uint32(count) * f.segment
	f.slots = make([]uint16, (count+2)*int(f.segment))
	return f
}

func (f *fuse) places(h uint64) (a, b, c uint32) {
	top, _ := bits.Mul64(h, uint64(f.segments))
	a = uint32(top)
	b = (a + f.segment) ^ uint32(h>>18)&(f.segment-1)
	c = (a + 2*f.segment) ^ uint32(h)&(f.segment-1)
	return a, b, c
}

func (f *fuse) hashOf(key Fingerprint) uint64 { return mix(uint64(key) + f.seed) }

func check(h uint64) uint16 { return uint16(h ^ h>>32) }

// has says that key was put in, or, once in 65,536, that it was not.
func (f *fuse) has(key Fingerprint) bool {
	h := f.hashOf(key)
	a, b, c := f.places(h)
	return check(h) == f.slots[a]^f.slots[b]^f.slots[c]
}

func (f *fuse) bytes() int { return 2 * len(f.slots) }

// fuseBuilder holds for each slot how many keys fall on it and the exclusive or of their hashes, so that the hash of a key
// that is alone can be read off.
type fuseBuilder struct {
	*fuse
	hash  []uint64
	count []uint32 // how many, times four, and the exclusive or of which of its three places each has here
	order []uint64 // the hashes in the order in which they were taken off
	which []uint8
	alone []uint32
}

// peel takes off, again and again, a key that is alone in one of its places; it fails where some are never alone.
func (b *fuseBuilder) peel(keys []Fingerprint) bool {
	clear(b.hash)
	clear(b.count)
	b.order, b.which, b.alone = b.order[:0], b.which[:0], b.alone[:0]
	for _, k := range keys {
		h := b.hashOf(k)
		x, y, z := b.places(h)
		b.hash[x] ^= h
		b.count[x] += 4
		b.hash[y] ^= h
		b.count[y] = (b.count[y] + 4) ^ 1
		b.hash[z] ^= h
		b.count[z] = (b.count[z] + 4) ^ 2
	}
	for i, c := range b.count {
		if c>>2 == 1 {
			b.alone = append(b.alone, uint32(i))
		}
	}
	for len(b.alone) > 0 {
		i := b.alone[len(b.alone)-1]
		b.alone = b.alone[:len(b.alone)-1]
		if b.count[i]>>2 != 1 {
			continue
		}
		h, at := b.hash[i], b.count[i]&3
		b.order, b.which = append(b.order, h), append(b.which, uint8(at))
		x, y, z := b.places(h)
		for w, p := range [3]uint32{x, y, z} {
			b.hash[p] ^= h
			b.count[p] = (b.count[p] - 4) ^ uint32(w)
			if p != i && b.count[p]>>2 == 1 {
				b.alone = append(b.alone, p)
			}
		}
	}
	return len(b.order) == len(keys)
}

// assign gives each key, last taken off first, the slot in which it was alone.
func (b *fuseBuilder) assign() {
	for i := len(b.order) - 1; i >= 0; i-- {
		h := b.order[i]
		x, y, z := b.places(h)
		at := [3]uint32{x, y, z}[b.which[i]]
		b.slots[at] = 0
		b.slots[at] = check(h) ^ b.slots[x] ^ b.slots[y] ^ b.slots[z]
	}
}
