package ledger

import (
	"math/bits"
)

// bucketID names the tokens that expire in one stretch of time. Tokens that live longer lie in wider buckets, so that there
// are about nine for each length of life and a token of unknown expiry is looked up in few.
type bucketID struct {
	width uint8 // the stretch is 1<<width seconds; forever for tokens that do not expire
	index int64 // expiry >> width
}

const (
	narrowest = 6  // 64 seconds
	widest    = 26 // about two years
	forever   = 63
	// longestLife is for what a token's life is taken at most; what lives longer is taken as not expiring.
	longestLife = 10 * 366 * 86400
)

// bucketOf says where an entry lies that was recorded at a moment. An expiry of zero is none.
func bucketOf(expires, at int64) bucketID {
	life := expires - at
	if expires == 0 || life > longestLife {
		return bucketID{width: forever}
	}
	width := uint8(narrowest)
	if life > 8<<narrowest {
		width = uint8(min(widest, bits.Len64(uint64(life-1))-3))
	}
	return bucketID{width, expires >> width}
}

// end is the moment from which on all tokens in it have expired.
func (id bucketID) end() int64 {
	if id.width == forever {
		return 1<<63 - 1
	}
	return (id.index + 1) << id.width
}

// bucket holds the fingerprints of one stretch: what is still added to exactly, what is being made a filter, and filters.
type bucket struct {
	open    *set
	sealing *set // read only; nil where none is being sealed
	parts   []*sealed
}

func (b *bucket) has(f Fingerprint) bool {
	if b.open.has(f) || b.sealing != nil && b.sealing.has(f) {
		return true
	}
	for _, p := range b.parts {
		if p.has(f) {
			return true
		}
	}
	return false
}

// exactly says whether f is certainly there: a filter's word does not count.
func (b *bucket) exactly(f Fingerprint) bool {
	return b.open.has(f) || b.sealing != nil && b.sealing.has(f)
}

func (b *bucket) exact() int {
	n := b.open.n
	if b.sealing != nil {
		n += b.sealing.n
	}
	return n
}

func (b *bucket) tokens() int {
	n := b.exact()
	for _, p := range b.parts {
		n += p.n
	}
	return n
}

func (b *bucket) bytes() int {
	n := b.open.bytes()
	if b.sealing != nil {
		n += b.sealing.bytes()
	}
	for _, p := range b.parts {
		n += p.bytes()
	}
	return n
}
