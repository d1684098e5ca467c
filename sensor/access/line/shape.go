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
	root   *step // where all lines begin
	steps  int
	size   int // of all texts
	credit int // how many more lines may be in none of the shapes
	rest   int // lines until shapes are tried again
}

// step is one of these texts, and the value that stands behind it.
type step struct {
	text   []byte // with the quote that a value begins with
	head   uint64 // its first eight bytes, where it has them; those after them, and the last
	middle uint64
	tail   uint64
	first  *step // of next
	kind   kind
	plain  field
	object field
	doubt  bool // another text that may stand in its place begins with this one
	next   []*step
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
	at := 0
	for now := r.shapes.root; ; {
		next := now.first
		if next == nil || next.doubt || !next.at(line, at) {
			if next = now.branch(line, at); next == nil {
				return false
			}
		}
		now = next
		at += len(now.text)
		var value []byte
		switch {
		case now.kind == kindText && !escapes:
			end := quote(line, at)
			if end < 0 {
				return false
			}
			value = line[at:end]
			at = end + 1
			if len(value) == 0 || len(value) == 1 && value[0] == '-' {
				continue
			}
		case now.kind == kindPlain && at < len(line) && isPlain[line[at]]:
			start := at
			for at++; at < len(line) && isPlain[line[at]]; {
				at++
			}
			if value = line[start:at]; len(value) == 4 && string(value) == "null" {
				continue
			}
		case now.kind == kindEnd:
			return true
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
		switch now.plain {
		case fieldNone:
		case fieldAgent: // long ones, and those of most servers' lines that mean nothing else
			first(&e.Agent, value)
		case fieldReferrer:
			first(&e.Referrer, value)
		case fieldHost:
			first(&e.Host, value)
		case fieldMethod:
			first(&e.Method, value)
		default:
			r.set(now.plain, value, e)
		}
	}
}

// branch gives the longest text of those behind this one that stands at a place: a longer one goes deeper into an object where a
// shorter one finds a plain value.
func (s *step) branch(line []byte, at int) (found *step) {
	for _, one := range s.next {
		if one.at(line, at) && (found == nil || len(one.text) > len(found.text)) {
			found = one
		}
	}
	return found
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
	switch {
	case n < 8:
		return string(here) == string(s.text)
	case binary.LittleEndian.Uint64(here) != s.head || binary.LittleEndian.Uint64(here[n-8:]) != s.tail:
		return false
	case n <= 16:
		return true
	}
	return binary.LittleEndian.Uint64(here[8:]) == s.middle && (n <= 24 || string(here) == string(s.text))
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
	now, from := s.root, 0
	for _, v := range t.values {
		behind, kind := v.start, kindPlain
		if line[behind] == '"' {
			behind, kind = behind+1, kindText
		}
		if now = s.step(now, line[from:behind], step{kind: kind, plain: v.plain, object: v.object}); now == nil {
			return
		}
		from = v.end
	}
	s.step(now, line[from:end], step{kind: kindEnd})
}

// step gives the one behind another that has a text, and makes it where there is none; nil says that there may be no more.
func (s *shapes) step(now *step, text []byte, made step) *step {
	for _, one := range now.next {
		if string(one.text) == string(text) && one.kind == made.kind {
			return one
		}
	}
	if s.steps >= maxSteps || len(now.next) >= maxBranches || s.size+len(text) > maxTexts {
		return nil
	}
	s.steps++
	s.size += len(text)
	made.text = append([]byte(nil), text...)
	if n := len(text); n >= 8 {
		made.head, made.tail = binary.LittleEndian.Uint64(made.text), binary.LittleEndian.Uint64(made.text[n-8:])
		if n >= 16 {
			made.middle = binary.LittleEndian.Uint64(made.text[8:])
		}
	}
	now.next = append(now.next, &made)
	now.first = now.next[0]
	now.first.doubt = now.first.doubt || len(now.next) > 1 && bytes.HasPrefix(text, now.first.text)
	return &made
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
