package access

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"
)

// Members says who is a member. A list is a photograph: who joined after it was made is not in it, and is no stranger.
type Members struct {
	AsOf time.Time // when the list was made; zero means now
	text [][]byte  // names that are no numbers, until they can be hashed
	all  *set
	low  id // of the numbers; 0 where there is none
	high id
	span []span
}

// span is a range of numbers that are all members.
type span struct{ from, to id }

// ErrNoMembers is returned for a list without a single member: with it, everybody would be a stranger.
var ErrNoMembers = errors.New("the list of members names nobody")

// ReadMembers reads a list with one member a line: a number or a name as the access log has it, or a range of numbers as in
// 1-33673817. Of a line with commas, semicolons or tabs the first column counts; a first line that is a heading does not.
func ReadMembers(r io.Reader) (*Members, error) {
	m := &Members{all: newSet()}
	lines := bufio.NewReaderSize(r, 64<<10)
	for n := 1; ; n++ {
		text, err := lines.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			return nil, fmt.Errorf("line %d of the list of members is longer than any id: one id a line", n)
		}
		if addErr := m.addLine(text, n); addErr != nil {
			return nil, addErr
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	if m.Count() == 0 {
		return nil, ErrNoMembers
	}
	return m, nil
}

// AddRange says that all numbers from one to another are members.
func (m *Members) AddRange(from, to uint64) {
	m.span = append(m.span, span{id(from), id(to)})
	m.bound(id(from))
	m.bound(id(to))
}

// Add adds one member, by number or name.
func (m *Members) Add(name []byte) {
	if m.all == nil {
		m.all = newSet()
	}
	if v := (hasher{}).id(name); v.numeric() {
		m.all.add(v)
		m.bound(v)
		return
	}
	m.text = append(m.text, bytes.Clone(name))
}

func (m *Members) bound(v id) {
	if m.low == 0 || v < m.low {
		m.low = v
	}
	m.high = max(m.high, v)
}

func (m *Members) addLine(text []byte, n int) error {
	text = bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")))
	if i := bytes.IndexAny(text, ",;\t"); i >= 0 {
		text = text[:i]
	}
	text = bytes.Trim(text, `"' `)
	if len(text) == 0 || text[0] == '#' {
		return nil
	}
	if from, to, found := bytes.Cut(text, []byte("-")); found {
		a, b := (hasher{}).id(bytes.TrimSpace(from)), (hasher{}).id(bytes.TrimSpace(to))
		if a.numeric() && b.numeric() && len(text) < 40 && a <= b && !isUUID(text) {
			m.AddRange(uint64(a), uint64(b))
			return nil
		}
	}
	if n == 1 && !bytes.ContainsAny(text, "0123456789") {
		return nil // a heading
	}
	m.Add(text)
	return nil
}

func isUUID(text []byte) bool { return len(text) == 36 && bytes.Count(text, []byte("-")) == 4 }

// Count is how many there are.
func (m *Members) Count() int {
	n := len(m.text)
	if m.all != nil {
		n += m.all.count
	}
	for _, s := range m.span {
		n += int(s.to - s.from + 1)
	}
	return n
}

// under hashes the names with the secret of a look.
func (m *Members) under(h hasher) {
	if m.all == nil {
		m.all = newSet()
	}
	for _, name := range m.text {
		m.all.add(h.name(name))
	}
	m.text = nil
}

// presence is what a list says of somebody.
type presence uint8

const (
	unsaid   presence = iota // the list knows no such names
	member                   // he is one
	missing                  // a number among those of members, and nobody's: he left, or never was
	stranger                 // beyond all numbers that were ever given
)

func (m *Members) has(i id, at int64) presence {
	for _, s := range m.span {
		if i >= s.from && i <= s.to {
			return member
		}
	}
	if m.all.has(i) {
		return member
	}
	asOf := m.AsOf.UnixMilli()
	switch {
	case i.numeric() && m.high == 0, !i.numeric() && len(m.all.other.slots) == 0:
		return unsaid // numbers here and names there
	case i.numeric() && i > m.high && i < m.high+m.high/100+1000 && !m.AsOf.IsZero() && at > asOf:
		return unsaid // may have joined since
	case i.numeric() && (i > m.high || i < m.low):
		return stranger
	case !i.numeric() && !m.AsOf.IsZero() && at > asOf:
		return unsaid
	}
	return missing
}
