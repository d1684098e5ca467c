package key

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// unescaped undoes what stands in source files, addresses and markup between a value and its letters: escapes with a
// backslash (C, JavaScript, JSON, shell), with a per cent sign (RFC 3986) and with an ampersand (HTML), and literals in
// pieces ("ab" . "cd", 'ab' + 'cd', "ab" "cd", also over several lines). ok is false where there is none of them.
func unescaped(text []byte) (f form, ok bool) {
	next := nextEscape(text, 0)
	if next < 0 {
		return form{}, false
	}
	f = form{encoding: "escaped", text: make([]byte, 0, len(text)), marks: []mark{{0, 0}}}
	from := 0
	for next >= 0 {
		f.text = append(f.text, text[from:next]...)
		value, length := escape(text[next:])
		if length == 0 {
			value, length = text[next:next+1], 1
			f.text = append(f.text, value...)
		} else {
			f.text = append(f.text, value...)
			f.marks = append(f.marks, mark{len(f.text), next + length})
		}
		from = next + length
		next = nextEscape(text, from)
	}
	f.text = append(f.text, text[from:]...)
	return f, len(f.marks) > 1
}

// nextEscape is where the next escape may begin, or -1.
func nextEscape(text []byte, from int) int {
	for i := from; i < len(text); i++ {
		if mayEscape[text[i]] {
			return i
		}
	}
	return -1
}

var mayEscape = [256]bool{'\\': true, '%': true, '&': true, '"': true, '\'': true, '`': true}

// escape decodes the escape that text begins with. A length of 0 says that it is none.
func escape(text []byte) (value []byte, length int) {
	switch text[0] {
	case '\\':
		return backslash(text)
	case '%':
		if b, ok := hexByte(text[1:]); ok {
			return []byte{b}, 3
		}
	case '&':
		return entity(text)
	case '"', '\'', '`':
		return nil, joint(text)
	}
	return nil, 0
}

func backslash(text []byte) (value []byte, length int) {
	if len(text) < 2 {
		return nil, 0
	}
	switch c := text[1]; c {
	case 'n', 'r', 't', 'f', 'v', 'b', '0':
		return []byte{' '}, 2
	case '\n':
		return nil, 2
	case '\r':
		if len(text) > 2 && text[2] == '\n' {
			return nil, 3
		}
		return nil, 2
	case 'x':
		if b, ok := hexByte(text[2:]); ok {
			return []byte{b}, 4
		}
		return nil, 0
	case 'u':
		digits := text[2:min(len(text), 6)]
		end := 6
		if len(text) > 3 && text[2] == '{' {
			n := bytes.IndexByte(text[3:min(len(text), 10)], '}')
			if n < 0 {
				return nil, 0
			}
			digits, end = text[3:3+n], n+4
		}
		r, err := strconv.ParseUint(string(digits), 16, 32)
		if err != nil || len(digits) < 4 && text[2] != '{' {
			return nil, 0
		}
		return utf8.AppendRune(nil, rune(r)), end
	default:
		if isWord[c] {
			return nil, 0
		}
		return text[1:2], 2
	}
}

func hexByte(text []byte) (b byte, ok bool) {
	if len(text) < 2 || !isHex[text[0]] || !isHex[text[1]] {
		return 0, false
	}
	v, _ := strconv.ParseUint(string(text[:2]), 16, 8)
	return byte(v), true
}

var entities = map[string]string{"amp": "&", "lt": "<", "gt": ">", "quot": `"`, "apos": "'"}

func entity(text []byte) (value []byte, length int) {
	end := bytes.IndexByte(text[:min(len(text), 10)], ';')
	if end < 2 {
		return nil, 0
	}
	name := string(text[1:end])
	if v, ok := entities[name]; ok {
		return []byte(v), end + 1
	}
	if name[0] != '#' {
		return nil, 0
	}
	base, digits := 10, name[1:]
	if len(digits) > 1 && (digits[0] == 'x' || digits[0] == 'X') {
		base, digits = 16, digits[1:]
	}
	r, err := strconv.ParseUint(digits, base, 32)
	if err != nil {
		return nil, 0
	}
	return utf8.AppendRune(nil, rune(r)), end + 1
}

// maxJoint bounds what stands between two pieces of a literal: a line break and some indentation.
const maxJoint = 200

// joint is the length of what stands between two pieces of one literal: a quote, an operator or nothing, and the same
// quote again. It is 0 where the quote ends the literal.
func joint(text []byte) int {
	quote := text[0]
	operators := 0
	for i := 1; i < len(text) && i < maxJoint; i++ {
		switch c := text[i]; {
		case c == quote:
			if i == 1 {
				return 0 // an empty literal, or a doubled quote
			}
			return i + 1
		case c == '.' || c == '+':
			if operators++; operators > 1 {
				return 0
			}
		case c != ' ' && c != '\t' && c != '\r' && c != '\n' && c != '\\' && c != '(' && c != ')' && c != '_':
			return 0
		}
	}
	return 0
}
