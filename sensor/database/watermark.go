package database

import (
	"cmp"
	"slices"
	"time"
)

// hole is a stretch of keys below the watermark that no row has been seen for. Rows come out of order: a key is given when
// a row is inserted, and the row is seen when its transaction commits, which may be much later. So holes are looked at
// again, often while they are young, and are given up only after a day.
type hole struct {
	From  int64     `json:"from"`
	To    int64     `json:"to"`
	Since time.Time `json:"since"`
	Wide  bool      `json:"wide,omitempty"` // it was made of several, and there are rows in it that were seen

	asked time.Time
}

// watermark is how far a sequence of keys has been read. It is pure.
type watermark struct {
	High  int64  `json:"high"`
	Holes []hole `json:"holes,omitempty"` // sorted, apart
}

const (
	maxHoles = 500
	holeLife = 24 * time.Hour
)

// see notes the row of a key.
func (w *watermark) see(key int64, now time.Time) {
	if key > w.High {
		if key > w.High+1 {
			w.Holes = append(w.Holes, hole{From: w.High + 1, To: key - 1, Since: now})
		}
		w.High = key
		return
	}
	i, ok := slices.BinarySearchFunc(w.Holes, key, func(h hole, k int64) int {
		switch {
		case h.To < k:
			return -1
		case h.From > k:
			return 1
		}
		return 0
	})
	if !ok || w.Holes[i].Wide {
		return
	}
	h := w.Holes[i]
	var parts []hole
	if h.From < key {
		parts = append(parts, hole{From: h.From, To: key - 1, Since: h.Since, asked: h.asked})
	}
	if key < h.To {
		parts = append(parts, hole{From: key + 1, To: h.To, Since: h.Since, asked: h.asked})
	}
	w.Holes = slices.Replace(w.Holes, i, i+1, parts...)
}

// due gives the holes that are to be looked at now, and forgets those that are too old.
func (w *watermark) due(now time.Time) []hole {
	w.Holes = slices.DeleteFunc(w.Holes, func(h hole) bool { return now.Sub(h.Since) > holeLife })
	w.narrow()
	var out []hole
	for i, h := range w.Holes {
		if now.Sub(h.asked) >= patience(now.Sub(h.Since)) {
			w.Holes[i].asked = now
			out = append(out, h)
		}
	}
	return out
}

// patience is how long a hole of an age is left alone.
func patience(age time.Duration) time.Duration {
	switch {
	case age < 2*time.Minute:
		return 0
	case age < 30*time.Minute:
		return 10 * time.Second
	}
	return 5 * time.Minute
}

// narrow keeps the number of holes bounded: of too many, those are made one that lie nearest together. What lies between
// is read once more.
func (w *watermark) narrow() {
	if len(w.Holes) <= maxHoles {
		return
	}
	distances := make([]int64, 0, len(w.Holes)-1)
	for i := 1; i < len(w.Holes); i++ {
		distances = append(distances, w.Holes[i].From-w.Holes[i-1].To)
	}
	slices.SortFunc(distances, cmp.Compare[int64])
	limit := distances[len(w.Holes)-maxHoles/2]
	out := w.Holes[:1:1]
	for _, h := range w.Holes[1:] {
		last := &out[len(out)-1]
		if h.From-last.To <= limit {
			last.To, last.Wide = h.To, true
			if h.Since.After(last.Since) {
				last.Since = h.Since
			}
			continue
		}
		out = append(out, h)
	}
	w.Holes = out
}
