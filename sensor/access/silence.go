package access

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/tillwatch/tillwatch"
)

// hours counts the lines of a source in each hour.
type hours map[int64]int64

func (h hours) add(counts []hourCount) {
	for _, c := range counts {
		h[c.hour] += c.lines
	}
}

// hole is a time in which a source said nothing, or next to nothing.
type hole struct {
	from, to int64 // hours since 1970; to is the first one with lines again
	expected float64
	lines    int64
}

// fewestExpected is how many lines an hour must usually have for its silence to mean anything: with 30 expected, none
// comes by chance once in 10^13 hours, and shops that sleep at night have fewer.
const fewestExpected = 30

// holes finds hours without a line, and hours with less than a twentieth of what is usual. What is usual is the median of
// the same hour on the days around; with less than three days, a fifth of the median of all hours, because nights are quieter.
func (h hours) holes() []hole {
	if len(h) < 3 {
		return nil
	}
	var all []float64
	for _, n := range h {
		all = append(all, float64(n))
	}
	slices.Sort(all)
	middle := all[len(all)/2]
	from, to := h.span(middle)
	if to-from > 24*400 {
		return nil // a clock that was set wrong, not a year of silence
	}
	var out []hole
	for hour := from + 1; hour < to; hour++ { // the first and the last are not whole
		n := h[hour]
		expected := middle / 5
		var same []float64
		for d := int64(1); d <= 7; d++ {
			for _, other := range [...]int64{hour - 24*d, hour + 24*d} {
				if other > from && other < to {
					same = append(same, float64(h[other]))
				}
			}
		}
		if len(same) >= 3 {
			slices.Sort(same)
			expected = same[len(same)/2]
		}
		if expected < fewestExpected || float64(n) > expected/20 {
			continue
		}
		if k := len(out) - 1; k >= 0 && out[k].to == hour {
			out[k].to, out[k].lines = hour+1, out[k].lines+n
			out[k].expected += expected
			continue
		}
		out = append(out, hole{hour, hour + 1, expected, n})
	}
	slices.SortFunc(out, func(a, b hole) int { return cmp.Compare(b.expected, a.expected) })
	return out[:min(len(out), maxHoles)]
}

// span is the first and the last hour of a log. A few lines far from all others are none of it: their time is wrong.
func (h hours) span(middle float64) (from, to int64) {
	const strays = 3
	all := slices.Sorted(maps.Keys(h))
	stray := func(hour, next int64) bool {
		return h[hour] <= strays && float64(h[hour]) < middle/20 && max(hour-next, next-hour) > 1
	}
	for len(all) > 2 && stray(all[len(all)-1], all[len(all)-2]) {
		all = all[:len(all)-1]
	}
	for len(all) > 2 && stray(all[0], all[1]) {
		all = all[1:]
	}
	return all[0], all[len(all)-1]
}

// maxHoles bounds how many are told of, the largest first.
const maxHoles = 20

// tell gives what an hour without lines means, as a sign and as a gap: nobody can say what was read in it.
func (h hole) tell(name string) (tillwatch.Sign, tillwatch.Gap) {
	const form = "2006-01-02 15:04 MST"
	from, to := time.UnixMilli(h.from*hourMS).UTC(), time.UnixMilli(h.to*hourMS).UTC()
	what := "holds no line"
	if h.lines > 0 {
		what = fmt.Sprintf("holds %d lines only", h.lines)
	}
	span := fmt.Sprintf("from %s to %s", from.Format(form), to.Format(form))
	sign := tillwatch.Sign{
		Rule: "access/silence", Severity: tillwatch.Medium, Certainty: tillwatch.Likely, Place: name + " " + span, Since: from, Count: 1,
		Summary:  fmt.Sprintf("The log %s %s %s, where some %.0f would be usual.", name, what, span, h.expected),
		Evidence: []tillwatch.Evidence{{What: "hours without lines, or with few", Where: name}},
	}
	gap := tillwatch.Gap{
		Place: name, Why: fmt.Sprintf("%s it %s: what happened then was not seen; look for the missing file or the stopped collector", span, what),
	}
	return sign, gap
}
