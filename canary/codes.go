package canary

import (
	"slices"
	"unicode/utf8"
)

// minCodes is how many character codes in a row are taken for text.
const minCodes = minNeedle

// codes decodes lists of decimal character codes with the same thing between all of them.
func (s *search) codes(l layer) {
	for i := 0; i+minCodes <= len(s.tokens); {
		end := s.list(l.data, i)
		if end-i >= minCodes {
			tokens := s.tokens
			mark := len(s.arena)
			s.arena = appendCodes(s.arena, tokens[i:end], s.digits)
			// Looking deeper uses the token buffers, so ours are set aside.
			digits := s.digits
			s.tokens, s.digits = nil, nil
			s.into(l, int(tokens[i].start), "charcode", s.arena[mark:])
			if !readable(s.arena[mark:]) && l.depth+1 < maxDepth {
				s.arena = appendBackward(s.arena[:mark], tokens[i:end], digits)
				if readable(s.arena[mark:]) {
					s.into(l, int(tokens[i].start), "reversed", s.arena[mark:])
				}
			}
			s.tokens, s.digits = tokens, digits
			s.arena = s.arena[:mark]
		}
		i = max(end-1, i+1) // the last may be the first of the next list
	}
}

const (
	maxCodeDigits = 5
	maxCodeGap    = 6
)

// list is the end of the list of codes that begins with token i.
func (s *search) list(data []byte, i int) int {
	if s.tokens[i].count > maxCodeDigits {
		return i
	}
	var gap []byte
	j := i + 1
	for ; j < len(s.tokens) && s.tokens[j].count <= maxCodeDigits; j++ {
		g := data[s.tokens[j-1].end:s.tokens[j].start]
		if len(g) > maxCodeGap || (gap != nil && string(g) != string(gap)) {
			break
		}
		gap = g
	}
	return j
}

// appendCodes appends the characters of a list: as bytes where all are, else as text.
func appendCodes(dst []byte, list []token, digits []byte) []byte {
	mark := len(dst)
	wide := false
	for _, t := range list {
		v := t.value(digits)
		wide = wide || v > 0xff
		dst = append(dst, byte(v))
	}
	if !wide {
		return dst
	}
	dst = dst[:mark]
	for _, t := range list {
		dst = utf8.AppendRune(dst, t.value(digits))
	}
	return dst
}

// appendBackward appends the bytes of a list that was written backwards, last character and last digit first.
func appendBackward(dst []byte, list []token, digits []byte) []byte {
	for _, t := range slices.Backward(list) {
		v := rune(0)
		for _, d := range slices.Backward(digits[t.digit : t.digit+t.count]) {
			v = v*10 + rune(d)
		}
		dst = append(dst, byte(v))
	}
	return dst
}

// value is the number that the token writes, which has at most maxCodeDigits digits.
func (t token) value(digits []byte) rune {
	v := rune(0)
	for _, d := range digits[t.digit : t.digit+t.count] {
		v = v*10 + rune(d)
	}
	return v
}
