package known

import (
	"encoding/binary"
	"fmt"
	"iter"
	"slices"
	"strings"
)

const maxVersions = 1 << 16 // of one platform

// Versions is a set of a platform's releases. Its order is that of [Platform.Versions].
type Versions struct {
	platform *Platform
	set      []byte // for each interval the number of versions left out before it, and that of its versions less one
}

// Has says whether version is in the set.
func (v Versions) Has(version string) bool {
	if v.platform == nil {
		return false
	}
	i := slices.Index(v.platform.Versions, version)
	return i >= 0 && v.has(i)
}

// All gives the versions from the oldest.
func (v Versions) All() iter.Seq[string] {
	return func(yield func(string) bool) {
		for first, last := range v.intervals() {
			for _, version := range v.platform.Versions[first : last+1] {
				if !yield(version) {
					return
				}
			}
		}
	}
}

// String gives the versions and intervals of versions, from the oldest: "3.0.0..3.0.18-p7,4.0.6".
func (v Versions) String() string {
	var b strings.Builder
	for first, last := range v.intervals() {
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString(v.platform.Versions[first])
		if last > first {
			b.WriteString("..")
			b.WriteString(v.platform.Versions[last])
		}
	}
	return b.String()
}

func (v Versions) has(i int) bool {
	for first, last := range v.intervals() {
		if i <= last {
			return i >= first
		}
	}
	return false
}

func (v Versions) intervals() iter.Seq2[int, int] { return intervals(v.set) }

// intervals gives the first and the last of each interval of an encoded set, as places in the order it goes by.
func intervals(set []byte) iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		next := 0
		for n := (numbers{rest: set}); n.more(); {
			first := next + n.next(maxVersions)
			last := first + n.next(maxVersions)
			if !yield(first, last) {
				return
			}
			next = last + 1
		}
	}
}

// appendInterval adds an interval to a set that goes up to next, and gives where the set goes up to now.
func appendInterval(set []byte, next, first, last int) ([]byte, int) {
	set = binary.AppendUvarint(set, uint64(first-next))
	return binary.AppendUvarint(set, uint64(last-first)), last + 1
}

// parseVersions encodes a set of the source. Its versions are those of order.
func parseVersions(order []string, text string) (string, error) {
	var set []byte
	next := 0
	for interval := range strings.SplitSeq(text, ",") {
		from, to, isRange := strings.Cut(interval, "..")
		if !isRange {
			to = from
		}
		first, last := slices.Index(order, from), slices.Index(order, to)
		if first < next || last < first {
			return "", fmt.Errorf("%q is no interval of the versions, or out of order", interval)
		}
		set, next = appendInterval(set, next, first, last)
	}
	return string(set), nil
}

// lastOf gives the last place of an encoded set, or false where it is none.
func lastOf(set []byte) (int, bool) {
	end := 0
	n := numbers{rest: set}
	for n.more() {
		end += n.next(maxVersions) + n.next(maxVersions) + 1
	}
	return end - 1, !n.bad && end > 0
}
