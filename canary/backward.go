package canary

import (
	"bytes"
	"slices"
)

// backward looks into data that was written backwards as a whole: JSON, or escapes. Of escapes only the ends tell, for
// of "22%22%" either side may be the first.
func (s *search) backward(l layer) {
	text := bytes.Trim(l.data, "\"' \r\n")
	n := len(text)
	if n < minNeedle {
		return
	}
	if text[0] == '}' && bytes.HasSuffix(text, []byte(`"{`)) || text[0] == ']' && text[n-1] == '[' || isCode(mirror(text, n-1)) {
		s.reverse(l)
		return
	}
	form := formLike(l)
	n = min(n, maxTurnedSpan)
	for i, tried := 0, 0; i < n && tried < maxTurned; i, tried = i+1, tried+1 {
		j := bytes.IndexAny(text[i:n], "%\\&")
		if j < 0 {
			return
		}
		i += j
		forward, back := isCode(text[i:]), isCode(mirror(text, i))
		if forward && !back {
			return
		}
		if back && (form && !forward || firstTurned(text, i)) {
			s.reverse(l)
			return
		}
	}
}

// On how many escapes, and within how many bytes, it is judged which way they are written.
const (
	maxTurned     = 8
	maxTurnedSpan = 4 << 10
)

// firstTurned says whether the escape that is written backwards up to i is the first of a value, with another next to
// it: forwards, none begins with its digits.
func firstTurned(text []byte, i int) bool {
	begin := i
	for begin > 0 && i-begin < 5 && (isHex(text[begin-1]) || text[begin-1] == 'u' || text[begin-1] == 'x') {
		begin--
	}
	next := i + (i - begin) + 1
	return next < len(text) && text[next] == text[i] && (begin == 0 || delimiter[text[begin-1]])
}

// mirror is the longest escape's length of text, read backwards from i.
func mirror(text []byte, i int) []byte {
	var m [6]byte
	n := min(len(m), i+1)
	for j := range n {
		m[j] = text[i-j]
	}
	return m[:n]
}

// reverse looks into a layer read backwards.
func (s *search) reverse(l layer) {
	if l.depth > 0 && l.how[l.depth-1] == "reversed" {
		return
	}
	if s.work < len(l.data) {
		s.short = true
		return
	}
	mark := len(s.arena)
	s.arena = append(s.arena, l.data...)
	slices.Reverse(s.arena[mark:])
	s.into(l, 0, "reversed", s.arena[mark:])
	s.arena = s.arena[:mark]
}
