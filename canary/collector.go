package canary

import (
	"bytes"
	"hash/maphash"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// A Collector puts together what one destination is sent in pieces: a key stroke in each request, a value that grows,
// the parts of an encoded text. Safe for concurrent use.
//
// Messages to one destination that have the same shape are a series, and the values in the same place of each are a
// column of it. Only within one column, in the order of sending, are values put together: that is what makes a full
// match as certain as one within a message, and lets a card number that was typed in part be told from its last digits
// (at least 12 that follow one another, at least 8 of them beyond the issuer's prefix).
//
// A match that one message holds by itself is not reported here: [Matcher.Find] has it.
//
// Memory is bounded by some 4 MB, whatever is added: of many series the one that was silent longest is judged and
// forgotten.
type Collector struct {
	matcher *Matcher
	seed    maphash.Seed

	mu     sync.Mutex
	series map[seriesKey]*series
	clock  int
	found  map[string][]Match
}

const (
	maxSeries  = 256
	maxColumns = 48
	maxColumn  = 4 << 10  // bytes kept of one column
	maxHeld    = 16 << 10 // bytes kept of one series
	maxMessage = 8 << 10  // a longer message is no key stroke, and holds what it holds by itself

	partDigits  = 12 // of a card number that was not typed to its end
	partBeyond  = 8  // of them after the issuer's prefix, where they are random
	issuerDigit = 6
)

type seriesKey struct {
	destination string
	shape       uint64
}

// series is messages of one shape to one destination.
type series struct {
	columns []column
	last    int // clock of its last message
	held    int
	fresh   bool // has what was not judged yet
}

// column is the values in one place of the messages of a series, oldest first.
type column struct {
	values [][]byte
	grown  bool // a value went on from the one before it
}

// NewCollector makes a collector for the sets of m.
func NewCollector(m *Matcher) *Collector {
	return &Collector{matcher: m, seed: maphash.MakeSeed(), series: map[seriesKey]*series{}, found: map[string][]Match{}}
}

// Add takes what was sent to a destination, in the order of sending: the query of a URL, a body, a frame. It keeps
// copies of what it needs.
func (c *Collector) Add(destination string, data []byte) {
	if len(data) == 0 || len(data) > maxMessage {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, named := range []bool{false, true} {
		if values, shape := c.split(data, named); len(values) > 0 && len(values) <= maxColumns {
			c.add(seriesKey{destination, shape}, values)
		}
	}
}

// Find reports what has been put together so far, by destination. Encoding begins with "split".
func (c *Collector) Find() map[string][]Match {
	c.mu.Lock()
	defer c.mu.Unlock()
	for k, s := range c.series {
		c.judge(k.destination, s)
	}
	all := map[string][]Match{}
	for d, found := range c.found {
		all[d] = slices.Clone(found)
	}
	return all
}

var delimiter = func() (set [256]bool) {
	for _, b := range []byte("&=?;,:{}[]\"'()<>|# \t\r\n") {
		set[b] = true
	}
	return set
}()

// split cuts data into its values. Shape is what stands between them; with `named` also the words among them, since
// events of different names may have one form, and key strokes are not to be mixed with others. Then a slash is part of
// a value, as in base64, else it ends one, as in a path.
func (c *Collector) split(data []byte, named bool) (values [][]byte, shape uint64) {
	var h maphash.Hash
	h.SetSeed(c.seed)
	ends := func(b byte) bool { return delimiter[b] || b == '/' && !named }
	for i := 0; i < len(data); {
		if ends(data[i]) {
			_ = h.WriteByte(data[i])
			i++
			continue
		}
		end := i
		for end < len(data) && !ends(data[end]) {
			end++
		}
		v := data[i:end]
		_ = h.WriteByte(0)
		if named && isName(v) {
			_, _ = h.Write(v)
		}
		values = append(values, v)
		i = end
	}
	if named {
		_ = h.WriteByte(1)
	}
	return values, h.Sum64()
}

// isName says whether v can be the name of a field or of an event: no key, and no part of an encoded text.
func isName(v []byte) bool {
	const longest = 20
	return len(v) > 1 && len(v) <= longest && !slices.ContainsFunc(v, func(b byte) bool {
		return !isLetter(b) && b != '_' && b != '-' && b != '.'
	})
}

func (c *Collector) add(key seriesKey, values [][]byte) {
	s := c.series[key]
	if s == nil {
		c.makeRoom()
		s = &series{columns: make([]column, len(values))}
		c.series[key] = s
	}
	c.clock++
	s.last, s.fresh = c.clock, true
	full := false
	for i, v := range values {
		s.held += s.columns[i].add(v)
		full = full || s.columns[i].size() > maxColumn
	}
	if full || s.held > maxHeld {
		c.judge(key.destination, s)
		s.forget()
	}
}

// makeRoom judges and forgets the series that was silent longest, if there are too many.
func (c *Collector) makeRoom() {
	if len(c.series) < maxSeries {
		return
	}
	var oldest seriesKey
	last := c.clock + 1
	for k, s := range c.series {
		if s.last < last {
			oldest, last = k, s.last
		}
	}
	c.judge(oldest.destination, c.series[oldest])
	delete(c.series, oldest)
}

// add appends a value and returns by how many bytes the column has grown.
func (c *column) add(v []byte) int {
	if n := len(c.values); n > 0 {
		prev := c.values[n-1]
		switch {
		case len(v) > 4 && !hasDigit(v) && bytes.Equal(v, prev):
			return 0 // a name, and no key in any encoding
		case len(v) > len(prev) && bytes.HasPrefix(v, prev):
			c.values[n-1], c.grown = bytes.Clone(v), true // only the last counts
			return len(v) - len(prev)
		case len(v) < len(prev) && len(prev) > 2 && bytes.HasPrefix(prev, v):
			return 0 // something was deleted
		}
	}
	c.values = append(c.values, bytes.Clone(v))
	return len(v) + valueCost
}

// valueCost is what a value takes besides its bytes.
const valueCost = 24

func (c *column) size() int {
	n := 0
	for _, v := range c.values {
		n += len(v) + valueCost
	}
	return n
}

// forget drops the older half of each column.
func (s *series) forget() {
	s.held = 0
	for i := range s.columns {
		c := &s.columns[i]
		c.values = slices.Clone(c.values[(len(c.values)+1)/2:])
		s.held += c.size()
	}
}

// judge looks for matches in the columns of a series.
func (c *Collector) judge(destination string, s *series) {
	if !s.fresh {
		return
	}
	s.fresh = false
	for _, col := range s.columns {
		if len(col.values) < 2 && !col.grown {
			continue
		}
		for _, m := range c.matcher.gather(col.values) {
			known := c.found[destination]
			if !slices.ContainsFunc(known, func(k Match) bool { return k.Set == m.Set && k.Field == m.Field }) {
				c.found[destination] = append(known, m)
			}
		}
	}
}

// readings are the ways in which values are one key or one part each.
var readings = []struct {
	name string
	read func(v []byte) []byte // nil: not readable so
}{
	{"", nil}, // as they are
	{"keys", func(v []byte) []byte { // leaves out "Tab", "Shift" and other keys that write nothing
		if utf8.RuneCount(v) == 1 {
			return v
		}
		return nil
	}},
	{"keycode", func(v []byte) []byte { // "Digit4", "Numpad4", "KeyA"
		for _, p := range []string{"Digit", "Numpad", "Key"} {
			if after, ok := strings.CutPrefix(string(v), p); ok && len(after) == 1 {
				return []byte(after)
			}
		}
		return nil
	}},
	{"charcode", func(v []byte) []byte {
		if n, err := strconv.ParseUint(string(v), 10, 21); err == nil && n >= ' ' {
			return []byte(string(rune(n)))
		}
		return nil
	}},
	{"hex", func(v []byte) []byte {
		if len(v)%2 == 1 || len(stretch(v, &hexValue)) != len(v) {
			return nil
		}
		return decode(nil, v, &hexValue, 4)
	}},
	{"base64", func(v []byte) []byte {
		if len(v) < 2 || len(v) > 4*probe || len(stretch(v, &base64of)) != len(v) {
			return nil
		}
		return decode64(nil, v)
	}},
}

// gather finds what values hold together and none of them alone.
func (m *Matcher) gather(values [][]byte) (found []Match) {
	if twice(values) {
		single := make([][]byte, 0, len(values)/2)
		for i := 0; i < len(values); i += 2 {
			single = append(single, values[i])
		}
		values = single
	}
	raw := bytes.Join(values, nil)
	for _, r := range readings {
		text := raw
		chain := []string{"split"}
		if r.name != "" {
			text = nil
			for _, v := range values {
				text = append(text, r.read(v)...)
			}
			if bytes.Equal(text, raw) {
				continue
			}
			chain = append(chain, r.name)
		}
		if len(text) < minNeedle {
			continue
		}
		for _, k := range m.Find(text) {
			found = append(found, Match{Set: k.Set, Field: k.Field, Encoding: append(slices.Clip(chain), k.Encoding...)})
		}
		for _, s := range m.sets {
			if partOf(s.Card.Number, text) {
				found = append(found, Match{Set: s.ID, Field: CardNumber, Encoding: chain})
			}
		}
	}
	if len(found) == 0 {
		return nil
	}
	var alone []Match
	for _, v := range values {
		alone = append(alone, m.Find(v)...)
	}
	return slices.DeleteFunc(found, func(f Match) bool {
		return slices.ContainsFunc(alone, func(a Match) bool { return a.Set == f.Set && a.Field == f.Field })
	})
}

// twice says whether values come in pairs, for the press and the release of a key.
func twice(values [][]byte) bool {
	pairs, equal := 0, 0
	for i := 0; i+1 < len(values); i += 2 {
		pairs++
		if bytes.Equal(values[i], values[i+1]) {
			equal++
		}
	}
	return pairs >= partDigits/2 && equal == pairs
}

// partOf says whether text holds so many digits of a card number that follow one another that it is no coincidence.
func partOf(number string, text []byte) bool {
	for from := 0; from+partDigits <= len(number); from++ {
		to := max(from+partDigits, issuerDigit+partBeyond)
		if bytes.Contains(text, []byte(number[from:to])) {
			return true
		}
	}
	return false
}
