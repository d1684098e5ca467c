package known

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"sort"
)

// column is a list of byte strings of the same width.
type column struct {
	width int
	bytes []byte
}

func (c column) len() int        { return len(c.bytes) / c.width }
func (c column) at(i int) []byte { return c.bytes[i*c.width : (i+1)*c.width] }
func (c column) number(i int) int {
	n := 0
	for k, b := range c.at(i) {
		n |= int(b) << (8 * k)
	}
	return n
}

// find searches a sorted column for key.
func (c column) find(key []byte) (int, bool) {
	return sort.Find(c.len(), func(i int) int { return bytes.Compare(key, c.at(i)) })
}

// checkSorted says whether the strings ascend, each once.
func (c column) checkSorted() error {
	for i := 1; i < c.len(); i++ {
		if bytes.Compare(c.at(i-1), c.at(i)) >= 0 {
			return fmt.Errorf("entry %d is out of order", i)
		}
	}
	return nil
}

// records is a list of byte strings of any length: where each begins, and the bytes.
type records struct {
	starts column
	bytes  []byte
}

func (r records) len() int { return max(r.starts.len()-1, 0) }

func (r records) at(i int) []byte { return r.bytes[r.starts.number(i):r.starts.number(i+1)] }

// check says whether at is safe for every record.
func (r records) check() error {
	last := 0
	for i := range r.starts.len() {
		n := r.starts.number(i)
		if n < last || n > len(r.bytes) || i == 0 && n != 0 {
			return fmt.Errorf("record %d begins in the wrong place", i)
		}
		last = n
	}
	if last != len(r.bytes) {
		return errors.New("bytes after the last record")
	}
	return nil
}

// sections takes one section after another: its length as four bytes, then its content. The first error is kept.
type sections struct {
	rest []byte
	err  error
}

func (s *sections) take() []byte {
	if s.err != nil || len(s.rest) < 4 || uint64(binary.LittleEndian.Uint32(s.rest)) > uint64(len(s.rest)-4) {
		s.err = errors.New("a section goes beyond the end of the file")
		return nil
	}
	n := 4 + int(binary.LittleEndian.Uint32(s.rest))
	section := s.rest[4:n:n]
	s.rest = s.rest[n:]
	return section
}

func (s *sections) column(width int) column {
	c := column{width, s.take()}
	if len(c.bytes)%width != 0 {
		s.err = fmt.Errorf("a column of width %d has %d bytes", width, len(c.bytes))
	}
	return c
}

func (s *sections) records() records {
	return records{starts: s.column(offsetWidth), bytes: s.take()}
}

func (s *sections) end() error {
	if s.err == nil && len(s.rest) != 0 {
		s.err = errors.New("bytes after the last section")
	}
	return s.err
}

const offsetWidth = 4

func appendSection(file, section []byte) []byte {
	file = binary.LittleEndian.AppendUint32(file, uint32(len(section)))
	return append(file, section...)
}

func appendRecords[T string | []byte](file []byte, list []T) []byte {
	var starts, content []byte
	for _, r := range list {
		starts = binary.LittleEndian.AppendUint32(starts, uint32(len(content)))
		content = append(content, r...)
	}
	starts = binary.LittleEndian.AppendUint32(starts, uint32(len(content)))
	return appendSection(appendSection(file, starts), content)
}

// numbers reads variable-length numbers one after another. The first error is kept; every number after it is 0.
type numbers struct {
	rest []byte
	bad  bool
}

// next gives a number below limit.
func (n *numbers) next(limit int) int {
	v, size := binary.Uvarint(n.rest)
	if n.bad || size <= 0 || v >= uint64(limit) {
		n.bad, n.rest = true, nil
		return 0
	}
	n.rest = n.rest[size:]
	return int(v)
}

// text gives the next length bytes.
func (n *numbers) text(length int) []byte {
	if n.bad || length > len(n.rest) {
		n.bad, n.rest = true, nil
		return nil
	}
	t := n.rest[:length]
	n.rest = n.rest[length:]
	return t
}

func (n *numbers) more() bool { return len(n.rest) > 0 }
