package access

import (
	"math/bits"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// numbers is an exact set of numbers from 1 to 1<<32 - 1. Of members that were numbered one after the other, which is what
// shops do, 33 million lie in 4 MB, and whether one is there is one look into memory. Scattered ones take three to six bytes
// each; a set of few is one small table.
type numbers struct {
	few  []uint32 // an open hash table, until it has become too full
	used int
	near []*block // by the upper 16 bits, while those are small
	far  map[uint16]*block
}

// block holds those of 65,536 numbers that are there: as a hash table of their lower bits, or as a bitmap where that is smaller.
type block struct {
	table []uint16 // 0 is free
	used  int
	zero  bool // the number whose lower bits are 0 is there
	bits  *[1024]uint64
}

const (
	mostFew  = 384     // in a table of 512
	nearEnd  = 1 << 10 // blocks, of 67 million numbers
	mostHash = 1 << 11 // slots of a block's table, half of what its bitmap takes
)

// add says whether n is new.
func (s *numbers) add(n uint32) bool {
	if s.near != nil {
		return s.block(n).add(uint16(n))
	}
	if s.used*4 >= len(s.few)*3 {
		if s.used >= mostFew {
			s.spread()
			return s.add(n)
		}
		s.grow()
	}
	i, there := s.find(n)
	if there {
		return false
	}
	s.few[i] = n
	s.used++
	return true
}

func (s *numbers) has(n uint32) bool {
	if s.near == nil {
		if len(s.few) == 0 {
			return false
		}
		_, there := s.find(n)
		return there
	}
	upper := n >> 16
	var b *block
	if upper >= nearEnd {
		b = s.far[uint16(upper)]
	} else if int(upper) < len(s.near) {
		b = s.near[upper]
	}
	return b != nil && b.has(uint16(n))
}

func (s *numbers) find(n uint32) (slot int, there bool) {
	mask := len(s.few) - 1
	for i := int(n*0x9e3779b1>>16) & mask; ; i = (i + 1) & mask {
		switch s.few[i] {
		case n:
			return i, true
		case 0:
			return i, false
		}
	}
}

func (s *numbers) grow() {
	old := s.few
	s.few = make([]uint32, max(8, 2*len(old)))
	for _, n := range old {
		if n != 0 {
			i, _ := s.find(n)
			s.few[i] = n
		}
	}
}

// spread puts what were few into blocks.
func (s *numbers) spread() {
	few := s.few
	s.few, s.used, s.near = nil, 0, make([]*block, 0, 1)
	for _, n := range few {
		if n != 0 {
			s.block(n).add(uint16(n))
		}
	}
}

// block gives that of a number, and makes it.
func (s *numbers) block(n uint32) *block {
	upper := int(n >> 16)
	if upper < len(s.near) {
		if b := s.near[upper]; b != nil {
			return b
		}
	}
	b := &block{}
	if upper >= nearEnd {
		if old := s.far[uint16(upper)]; old != nil {
			return old
		}
		if s.far == nil {
			s.far = map[uint16]*block{}
		}
		s.far[uint16(upper)] = b
		return b
	}
	if upper >= len(s.near) {
		s.near = append(s.near, make([]*block, upper+1-len(s.near))...)
	}
	s.near[upper] = b
	return b
}

func (b *block) add(n uint16) bool {
	if b.bits != nil {
		word, bit := &b.bits[n>>6], uint64(1)<<(n&63)
		if *word&bit != 0 {
			return false
		}
		*word |= bit
		return true
	}
	if n == 0 {
		was := b.zero
		b.zero = true
		return !was
	}
	if b.used*4 >= len(b.table)*3 {
		if len(b.table) >= mostHash {
			b.fill()
			return b.add(n)
		}
		old := b.table
		b.table = make([]uint16, max(8, 2*len(old)))
		for _, n := range old {
			if n != 0 {
				b.table[b.find(n)] = n
			}
		}
	}
	i := b.find(n)
	if b.table[i] != 0 {
		return false
	}
	b.table[i] = n
	b.used++
	return true
}

func (b *block) has(n uint16) bool {
	switch {
	case b.bits != nil:
		return b.bits[n>>6]&(1<<(n&63)) != 0
	case n == 0:
		return b.zero
	case len(b.table) == 0:
		return false
	}
	return b.table[b.find(n)] == n
}

// find gives the slot that a number has or would have.
func (b *block) find(n uint16) int {
	mask := len(b.table) - 1
	i := int(uint32(n)*0x9e3779b1>>16) & mask
	for b.table[i] != 0 && b.table[i] != n {
		i = (i + 1) & mask
	}
	return i
}

// fill makes a bitmap of a table.
func (b *block) fill() {
	table := b.table
	b.table, b.bits = nil, new([1024]uint64)
	for _, n := range table {
		b.bits[n>>6] |= 1 << (n & 63)
	}
	if b.bits[0] &^= 1; b.zero {
		b.bits[0] |= 1
	}
}

// each calls do with every number, in no order.
func (s *numbers) each(do func(uint32)) {
	for _, n := range s.few {
		if n != 0 {
			do(n)
		}
	}
	for upper, b := range s.near {
		b.each(uint32(upper)<<16, do)
	}
	for upper, b := range s.far {
		b.each(uint32(upper)<<16, do)
	}
}

func (b *block) each(upper uint32, do func(uint32)) {
	if b == nil {
		return
	}
	if b.bits != nil {
		for i, word := range b.bits {
			for ; word != 0; word &= word - 1 {
				do(upper | uint32(i<<6+bits.TrailingZeros64(word)))
			}
		}
		return
	}
	if b.zero {
		do(upper)
	}
	for _, n := range b.table {
		if n != 0 {
			do(upper | uint32(n))
		}
	}
}

// bitmap is the same set as it is written down.
func (s *numbers) bitmap() *roaring.Bitmap {
	dense := make([]uint64, len(s.near)*1024)
	for upper, b := range s.near {
		if b != nil && b.bits != nil {
			copy(dense[upper*1024:], b.bits[:])
			continue
		}
		b.each(uint32(upper)<<16, func(n uint32) { dense[n>>6] |= 1 << (n & 63) })
	}
	out := roaring.FromDense(dense, false)
	var rest []uint32
	for _, n := range s.few {
		if n != 0 {
			rest = append(rest, n)
		}
	}
	for upper, b := range s.far {
		b.each(uint32(upper)<<16, func(n uint32) { rest = append(rest, n) })
	}
	slices.Sort(rest)
	out.AddMany(rest)
	return out
}
