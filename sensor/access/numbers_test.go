package access

import (
	"math/rand/v2"
	"testing"
)

// TestNumbersAreASet compares with what cannot be wrong: numbers close together, scattered, and at the bounds of blocks.
func TestNumbersAreASet(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for name, next := range map[string]func() uint32{
		"few":        func() uint32 { return 1 + random.Uint32N(300) },
		"close":      func() uint32 { return 1 + random.Uint32N(200_000) },
		"scattered":  func() uint32 { return max(1, random.Uint32()) },
		"bounds":     func() uint32 { return max(1, random.Uint32N(2000)<<16+random.Uint32N(3)-1) },
		"both sides": func() uint32 { return nearEnd<<16 - 40_000 + random.Uint32N(80_000) },
	} {
		var s numbers
		want := map[uint32]bool{}
		for i := range 60_000 {
			n := next()
			if s.has(n) != want[n] || s.add(n) == want[n] || !s.has(n) {
				t.Fatalf("%s: %d, the %dth, was there: %v", name, n, i, want[n])
			}
			want[n] = true
			if n := next(); s.has(n) != want[n] {
				t.Fatalf("%s: %d is there: %v", name, n, want[n])
			}
		}
		met := map[uint32]bool{}
		s.each(func(n uint32) {
			if met[n] || !want[n] {
				t.Errorf("%s: %d comes twice, or was never added", name, n)
			}
			met[n] = true
		})
		if small := s.bitmap(); len(met) != len(want) || small.GetCardinality() != uint64(len(want)) {
			t.Errorf("%s: %d and %d of %d", name, len(met), small.GetCardinality(), len(want))
		} else {
			for n := range want {
				if !small.Contains(n) {
					t.Fatalf("%s: %d is not written down", name, n)
				}
			}
		}
	}
}
