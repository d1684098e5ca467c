package canary

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
)

// Strata says how canary customers are spread over the numbers of a shop's customers: one at a secret place in each block.
//
// Whoever reads 2·Block-1 numbers one after the other has read one for certain, wherever he begins: between two neighbours
// lie at most 2·Block-2 others. Whoever reads at random fares no better than against canaries that lie anywhere.
type Strata struct {
	Block    uint64 // numbers in a block
	From, To uint64 // the numbers that are in use
}

// Placement is where canaries came to lie. It is secret: whoever knows it reads around them.
type Placement struct {
	IDs   []uint64 // rising
	Full  int      // blocks in which no number is free, so that none lies in them
	Bound uint64   // so many numbers of From to To, read one after the other, hold one for certain
}

// ErrStrata is wrapped where blocks cannot be laid.
var ErrStrata = errors.New("canary: the blocks cannot be laid")

// Place draws a free number in each block, from 32 bytes of random. A block of which less than half is in use yet, at the
// upper end, gets none. taken says whether a number belongs to a customer, or to a canary that was planted before.
func (s Strata) Place(random io.Reader, taken func(id uint64) bool) (Placement, error) {
	if s.Block < 2 || s.From == 0 || s.To < s.From || s.To > 1<<53 {
		return Placement{}, fmt.Errorf("%w: %d numbers to a block, from %d to %d", ErrStrata, s.Block, s.From, s.To)
	}
	var seed [32]byte
	if _, err := io.ReadFull(random, seed[:]); err != nil {
		return Placement{}, fmt.Errorf("canary: place: %w", err)
	}
	draw := rand.New(rand.NewChaCha8(seed))
	var p Placement
	for from := s.From; from <= s.To; from += s.Block {
		to := min(from+s.Block-1, s.To)
		if (to-from+1)*2 < s.Block && from != s.From {
			break
		}
		id, ok := free(draw, from, to, taken)
		if !ok {
			p.Full++
			continue
		}
		p.IDs = append(p.IDs, id)
	}
	p.Bound = s.bound(p.IDs)
	return p, nil
}

// free draws one of the free numbers of a block, each with the same chance.
func free(draw *rand.Rand, from, to uint64, taken func(uint64) bool) (uint64, bool) {
	for range 32 { // where much is free, one of the first guesses is
		if id := from + draw.Uint64N(to-from+1); !taken(id) {
			return id, true
		}
	}
	var open []uint64
	for id := from; id <= to; id++ {
		if !taken(id) {
			open = append(open, id)
		}
	}
	if len(open) == 0 {
		return 0, false
	}
	return open[draw.IntN(len(open))], true
}

// bound is the longest run of numbers without a canary, and one more.
func (s Strata) bound(ids []uint64) uint64 {
	longest, last := uint64(0), s.From-1
	for _, id := range ids {
		longest, last = max(longest, id-last-1), id
	}
	return max(longest, s.To-last) + 1
}

// Certain is how many numbers, read one after the other, hold a canary for certain where each block holds one.
func (s Strata) Certain() uint64 { return 2*s.Block - 1 }

// MeanRun is how many numbers somebody reads on average until the first canary who begins anywhere and reads one after the
// other. The distance of two neighbours is Block more or less a difference of two uniform draws; of a renewal process
// with such distances g the mean of what is left from anywhere is E(g²)/2E(g), which is 7/12 of a block.
func (s Strata) MeanRun() float64 { return 7.0 / 12 * float64(s.Block) }

// RunWithin is how many numbers, read one after the other from anywhere, hold a canary but for a share of miss of all
// cases, for a miss of at most 1/6: with x blocks left to the bound, x³/6 of the cases are not over.
func (s Strata) RunWithin(miss float64) uint64 {
	return uint64(math.Ceil((2 - math.Cbrt(6*miss)) * float64(s.Block)))
}

// RandomMean is how many of n customers, read at random and none twice, are read on average until the first of c canaries.
func RandomMean(n, c uint64) float64 { return float64(n+1) / float64(c+1) }

// RandomWithin is how many of n customers must be read at random, none twice, so that one of c canaries is among them but for a
// share of miss of all cases: the least r with C(n-c, r) / C(n, r) at most miss.
func RandomWithin(n, c uint64, miss float64) uint64 {
	if c == 0 || n < c {
		return 0
	}
	goal := math.Log(miss)
	missed := func(r uint64) float64 { // ln of the share that is missed, by Stirling's series
		if r > n-c {
			return math.Inf(-1)
		}
		return lchoose(n-c, r) - lchoose(n, r)
	}
	low, high := uint64(0), n-c+1
	for low < high {
		if r := low + (high-low)/2; missed(r) <= goal {
			high = r
		} else {
			low = r + 1
		}
	}
	return low
}

func lchoose(n, k uint64) float64 {
	a, _ := math.Lgamma(float64(n) + 1)
	b, _ := math.Lgamma(float64(k) + 1)
	c, _ := math.Lgamma(float64(n-k) + 1)
	return a - b - c
}

// CustomerText is what of a canary customer's number goes into its keyed hash.
func CustomerText(id uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte("tillwatch canary customer "), id)
}
