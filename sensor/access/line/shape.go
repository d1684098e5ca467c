package line

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// shapes are what stands between the values of lines of JSON, byte for byte, as a tree: a server writes its lines with the same
// few texts, in the same order. What these mean was found out when they were read for the first time; of the lines that
// follow only the values are read. What a value means depends on nothing but the texts before it.
type shapes struct {
	steps  []step // the first is where all lines begin
	size   int    // of all texts
	credit int    // how many more lines may be in none of the shapes
	rest   int    // lines until shapes are tried again
}

// step is one of these texts, and the value that stands behind it.
type step struct {
	text       []byte // with the quote that a value begins with
	head, tail uint64 // its first and last eight bytes, where it has them
	next       []int32
	kind       kind
	plain      field
	object     field
}

// kind is what stands behind a text.
type kind uint8

const (
	kindText  kind = iota // it is in quotes
	kindPlain             // it is not
	kindEnd               // nothing: the line ends
)

// What bounds the tree: a line that is in none of its shapes is read like the first one was.
const (
	maxSteps    = 2048
	maxBranches = 8
	maxTexts    = 128 << 10
	mostCredit  = 512
	restLines   = 8192
)

// shaped reads a line that has the shape of one before. Otherwise it gives false, and the event is to be cleaned.
func (r *Reader) shaped(line []byte, e *Event) bool {
	escapes := bytes.IndexByte(line, '\\') >= 0
	steps := r.shapes.steps
	now, at := &steps[0], 0
	for {
		var found *step
		for _, n := range now.next {
			// A longer one goes deeper into an object where a shorter one finds a plain value.
			if s := &steps[n]; s.at(line, at) && (found == nil || len(s.text) > len(found.text)) {
				found = s
			}
		}
		if found == nil {
			return false
		}
		now = found
		at += len(now.text)
		var value []byte
		switch {
		case now.kind == kindEnd:
			return true
		case now.kind == kindText && !escapes:
			end := quote(line, at)
			if end < 0 {
				return false
			}
			value = absent(line[at:end])
			at = end + 1
		case now.kind == kindPlain && at < len(line) && isPlain[line[at]]:
			start := at
			for at++; at < len(line) && isPlain[line[at]]; {
				at++
			}
			if value = line[start:at]; string(value) == "null" {
				continue
			}
		default:
			c := cursor{text: line, at: at}
			if now.kind == kindText {
				c.at--
			} else if at < len(line) && now.object == fieldInside && (line[at] == '{' || line[at] == '[') {
				return false
			}
			if !r.value(&c, now.plain, now.object, e, 0) {
				return false
			}
			at = c.at
			continue
		}
		if now.plain != fieldNone {
			r.set(now.plain, value, e)
		}
	}
}

// isPlain are the bytes of numbers and words.
var isPlain = func() (is [256]bool) {
	for _, c := range "0123456789+-.eE" + "abcdfghijklmnopqrstuvwxyz" {
		is[c] = true
	}
	return is
}()

// quote finds the next quote. Most texts are short, and a call for each would cost more.
func quote(line []byte, i int) int {
	for range 4 {
		if i+8 > len(line) {
			break
		}
		q := binary.LittleEndian.Uint64(line[i:]) ^ ones*'"'
		if hit := (q - ones) &^ q & highs; hit != 0 {
			return i + bits.TrailingZeros64(hit)/8
		}
		i += 8
	}
	end := bytes.IndexByte(line[i:], '"')
	if end < 0 {
		return -1
	}
	return i + end
}

// at says whether the text stands at a place of a line.
func (s *step) at(line []byte, i int) bool {
	n := len(s.text)
	if i+n > len(line) {
		return false
	}
	here := line[i : i+n]
	if n < 8 {
		return string(here) == string(s.text)
	}
	return binary.LittleEndian.Uint64(here) == s.head && binary.LittleEndian.Uint64(here[n-8:]) == s.tail &&
		(n <= 16 || string(here[8:n-8]) == string(s.text[8:n-8]))
}

// trace is where the values of a line stood, and what they mean.
type trace struct {
	values []traced
	broken bool // it holds what is no shape
}

type traced struct {
	start, end    int
	plain, object field
}

// learn remembers the shape of a line that was read up to its end.
func (s *shapes) learn(line []byte, t *trace, end int) {
	if t.broken || len(t.values) == 0 {
		return
	}
	now, from := 0, 0
	for _, v := range t.values {
		behind, kind := v.start, kindPlain
		if line[behind] == '"' {
			behind, kind = behind+1, kindText
		}
		if now = s.branch(now, line[from:behind], step{kind: kind, plain: v.plain, object: v.object}); now < 0 {
			return
		}
		from = v.end
	}
	s.branch(now, line[from:end], step{kind: kindEnd})
}

// branch gives the step behind another one that has a text, and makes it where there is none; -1 says that there may be no more.
func (s *shapes) branch(now int, text []byte, made step) int {
	for _, n := range s.steps[now].next {
		if one := &s.steps[n]; string(one.text) == string(text) && one.kind == made.kind {
			return int(n)
		}
	}
	if len(s.steps) >= maxSteps || len(s.steps[now].next) >= maxBranches || s.size+len(text) > maxTexts {
		return -1
	}
	s.size += len(text)
	made.text = append([]byte(nil), text...)
	if n := len(text); n >= 8 {
		made.head, made.tail = binary.LittleEndian.Uint64(made.text), binary.LittleEndian.Uint64(made.text[n-8:])
	}
	s.steps = append(s.steps, made)
	s.steps[now].next = append(s.steps[now].next, int32(len(s.steps)-1))
	return len(s.steps) - 1
}

// worth says whether to look for a line's shape: where hardly any line has the shape of another it is lost time.
func (s *shapes) worth() bool {
	if s.rest > 0 {
		s.rest--
		return false
	}
	return true
}

func (s *shapes) hit() { s.credit = min(s.credit+1, mostCredit) }

func (s *shapes) miss() {
	if s.credit -= 2; s.credit <= 0 {
		s.credit, s.rest = mostCredit/8, restLines
	}
}
