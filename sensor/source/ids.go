package source

import (
	"bytes"
	"encoding/hex"
)

// oid is the id of an object; one of SHA-1 ends in zeros.
type oid [32]byte

// parseOID reads an id as git writes it.
func parseOID(text []byte) (id oid, ok bool) {
	if len(text) != 40 && len(text) != 64 {
		return id, false
	}
	_, err := hex.Decode(id[:], text)
	return id, err == nil
}

// text is the id as git writes it, for ids of a width in bytes.
func (id oid) text(width int) string { return hex.EncodeToString(id[:width]) }

// short is the id as people write it.
func (id oid) short() string { return hex.EncodeToString(id[:6]) }

// ids is a sorted set of ids, one behind the other: of ten million objects it takes 200 MB, and not gigabytes.
type ids struct {
	width int
	raw   []byte
	first []int // of the ids that begin with these two bytes; made when it is asked
}

func newIDs(width int, raw []byte) ids {
	s := ids{width: width, raw: raw, first: make([]int, 1<<16+1)}
	n := s.len()
	next := 0
	for i := range n {
		for begin := int(raw[i*width])<<8 | int(raw[i*width+1]); next <= begin; next++ {
			s.first[next] = i
		}
	}
	for ; next < len(s.first); next++ {
		s.first[next] = n
	}
	return s
}

func (s *ids) len() int {
	if s.width == 0 {
		return 0
	}
	return len(s.raw) / s.width
}

func (s *ids) at(i int) (id oid) {
	copy(id[:], s.raw[i*s.width:(i+1)*s.width])
	return id
}

// index is the place of an id in the set, or -1.
func (s *ids) index(id []byte) int {
	if s.len() == 0 {
		return -1
	}
	begin := int(id[0])<<8 | int(id[1])
	low, high := s.first[begin], s.first[begin+1]
	for low < high {
		mid := int(uint(low+high) >> 1)
		switch c := bytes.Compare(s.raw[mid*s.width:(mid+1)*s.width], id[:s.width]); {
		case c == 0:
			return mid
		case c < 0:
			low = mid + 1
		default:
			high = mid
		}
	}
	return -1
}

func (s *ids) has(id []byte) bool { return s.index(id) >= 0 }

// marks is one bit for each of a list.
type marks []uint64

func newMarks(n int) marks { return make(marks, (n+63)/64) }

func (m marks) set(i int)     { m[i/64] |= 1 << (i % 64) }
func (m marks) is(i int) bool { return m[i/64]&(1<<(i%64)) != 0 }
func (m marks) clear(i int)   { m[i/64] &^= 1 << (i % 64) }
