package database

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// Whatever the order in which rows are seen, each key is either seen, or in a hole that is looked at again.
func TestAWatermarkLosesNoKey(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	now := time.Unix(1_800_000_000, 0)
	for range 50 {
		var w watermark
		seen := map[int64]bool{}
		for range 2000 {
			key := w.High + random.Int64N(5) - 20
			if random.IntN(3) == 0 {
				key = w.High + 1 + random.Int64N(4)
			}
			if key < 1 || seen[key] {
				continue
			}
			seen[key] = true
			w.see(key, now)
			w.narrow()
		}
		if len(w.Holes) > maxHoles {
			t.Errorf("%d holes", len(w.Holes))
		}
		for key := int64(1); key <= w.High; key++ {
			in := slices.ContainsFunc(w.Holes, func(h hole) bool { return h.From <= key && key <= h.To && (h.Wide || !seen[key]) })
			if !seen[key] && !in {
				t.Fatalf("key %d is lost: %+v", key, w)
			}
		}
		if !slices.IsSortedFunc(w.Holes, func(a, b hole) int { return int(a.From - b.From) }) {
			t.Error("the holes are out of order")
		}
	}
}

func TestHolesAreLookedAtLessOftenWithAgeAndThenGivenUp(t *testing.T) {
	t.Parallel()
	begin := time.Unix(1_800_000_000, 0)
	var w watermark
	w.see(1, begin)
	w.see(5, begin)
	asked := 0
	for at := time.Duration(0); at < 25*time.Hour; at += time.Second {
		asked += len(w.due(begin.Add(at)))
	}
	if len(w.Holes) != 0 || asked < 500 || asked > 1000 {
		t.Errorf("asked %d times, left %+v", asked, w.Holes)
	}
}
