package key

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// A notation is one way to write signs with escapes. Each is undone alone: what is an escape in one of them are plain
// signs in another.
type notation struct {
	signs string // with which its escapes begin
	// undo appends what the escape says that text begins with. A length of 0 says that it is none.
	undo func(dst, text []byte) (out []byte, length int)
}

var notations = []notation{
	{"\\\"'`", literal},
	{"%", query},
	{"%+", query},
	{"&", entity},
	{"\"'`", doubledQuote},
	{"$", doubledSign},
	{"%", doubledSign},
	{"%^", doubledSign},
}

// unescaped looks through the parts of a text that are written with escapes, and as much before and behind each as the
// longest key has; the rest says what it says.
func (s *search) unescaped(text []byte, n notation) {
	f := pooled.Get().(*form)
	defer release(f)
	f.text, f.marks = f.text[:0], f.marks[:0]
	s.in("escaped", f.origin)
	open := false
	last := 0 // behind the last escape
	flush := func() {
		if open {
			f.text = append(f.text, text[last:min(len(text), last+s.longest)]...)
			s.plain(f.text)
		}
		f.text, f.marks = f.text[:0], f.marks[:0]
		open = false
	}
	scratch := make([]byte, 0, utf8.UTFMax)
	at := newFinder(text, n.signs)
	for i := at.next(0); i < len(text); {
		if open && i-last > s.longest {
			flush()
		}
		value, length := n.undo(scratch, text[i:])
		if length == 0 {
			i = at.next(i + 1)
			continue
		}
		from := last
		if !open {
			from = max(last, i-s.longest)
		}
		f.text = append(append(f.text, text[from:i]...), value...)
		if !open {
			f.note(0, from)
		}
		open = true
		last = i + length
		f.note(len(f.text), last)
		i = at.next(last)
	}
	flush()
}

func (f *form) note(at, source int) {
	if n := len(f.marks); n > 0 && f.marks[n-1].at == at {
		f.marks = f.marks[:n-1]
	}
	f.marks = append(f.marks, mark{at, source})
}

// finder finds the next of a few signs. Of each it knows the next place, so that a sign that is rare costs nothing.
type finder struct {
	text  []byte
	signs string
	at    [4]int
}

func newFinder(text []byte, signs string) *finder {
	f := &finder{text: text, signs: signs}
	for i := range signs {
		f.at[i] = -1
	}
	return f
}

// next is the first place of any of the signs that is not before from, or the end of the text.
func (f *finder) next(from int) int {
	first := len(f.text)
	for i := range len(f.signs) {
		if f.at[i] < from {
			f.at[i] = len(f.text)
			if from < len(f.text) {
				if n := bytes.IndexByte(f.text[from:], f.signs[i]); n >= 0 {
					f.at[i] = from + n
				}
			}
		}
		first = min(first, f.at[i])
	}
	return first
}

// literal undoes what stands in the literals of nearly all languages: escapes with a backslash (C, JavaScript, JSON,
// shell), and literals in pieces ("ab" . "cd", 'ab' + 'cd', "ab" "cd", also over several lines).
func literal(dst, text []byte) (out []byte, length int) {
	if text[0] == '\\' {
		return backslash(dst, text)
	}
	return dst, joint(text)
}

// query undoes the escapes of addresses (RFC 3986), and the plus sign that is a space in a query.
func query(dst, text []byte) (out []byte, length int) {
	if b, ok := hexByte(text[1:]); text[0] == '%' && ok {
		return append(dst, b), 3
	}
	if text[0] == '+' && len(text) > 1 && (isWord[text[1]] || text[1] == '%') {
		return append(dst, ' '), 1
	}
	return dst, 0
}

// doubledQuote undoes the quotes that mean themselves (SQL, YAML, CSV), and what PowerShell puts before them.
func doubledQuote(dst, text []byte) (out []byte, length int) {
	if len(text) > 1 && (text[0] == text[1] || text[0] == '`' && (text[1] == '$' || text[1] == '"')) {
		return append(dst, text[1]), 2
	}
	return dst, 0
}

// doubledSign undoes the signs that are doubled to mean themselves: dollar signs in Compose files, per cent signs in
// command files and crontabs; and what stands behind ^ in the former.
func doubledSign(dst, text []byte) (out []byte, length int) {
	if len(text) > 1 && (text[0] == text[1] || text[0] == '^' && bytes.IndexByte([]byte("&|<>%!^"), text[1]) >= 0) {
		return append(dst, text[1]), 2
	}
	return dst, 0
}

func backslash(dst, text []byte) (out []byte, length int) {
	if len(text) < 2 {
		return dst, 0
	}
	switch c := text[1]; c {
	case 'n', 'r', 't', 'f', 'v', 'b':
		return append(dst, controls[c-'a']), 2
	case '\r', '\n': // the line goes on; how far the next one is indented means nothing in most languages
		length = 2
		for length < len(text) && length < maxJoint && (text[length] == ' ' || text[length] == '\t' || text[length] == '\n' && text[length-1] == '\r') {
			length++
		}
		return dst, length
	case 'x':
		if b, ok := hexByte(text[2:]); ok {
			return append(dst, b), 4
		}
	case '0', '1', '2', '3':
		if len(text) > 3 && isOctal(text[2]) && isOctal(text[3]) {
			return append(dst, (c-'0')<<6|(text[2]-'0')<<3|(text[3]-'0')), 4
		}
	case 'u', 'U':
		return codePoint(dst, text)
	default:
		if !isWord[c] {
			return append(dst, c), 2
		}
	}
	return dst, 0
}

// controls are the signs of \b, \f, \n, \r, \t and \v.
var controls = [26]byte{'b' - 'a': '\b', 'f' - 'a': '\f', 'n' - 'a': '\n', 'r' - 'a': '\r', 't' - 'a': '\t', 'v' - 'a': '\v'}

func isOctal(c byte) bool { return c >= '0' && c <= '7' }

// codePoint decodes \u1234, \u{12} and \U00012345.
func codePoint(dst, text []byte) (out []byte, length int) {
	end := 6
	if text[1] == 'U' {
		end = 10
	}
	if len(text) < end {
		return dst, 0
	}
	digits := text[2:end]
	if text[2] == '{' {
		n := bytes.IndexByte(text[3:min(len(text), 10)], '}')
		if n < 0 {
			return dst, 0
		}
		digits, end = text[3:3+n], n+4
	}
	r, err := strconv.ParseUint(string(digits), 16, 32)
	if err != nil || r > utf8.MaxRune {
		return dst, 0
	}
	return utf8.AppendRune(dst, rune(r)), end
}

func hexByte(text []byte) (b byte, ok bool) {
	if len(text) < 2 || digit16[text[0]] > 15 || digit16[text[1]] > 15 {
		return 0, false
	}
	return digit16[text[0]]<<4 | digit16[text[1]], true
}

var entities = map[string]string{"amp": "&", "lt": "<", "gt": ">", "quot": `"`, "apos": "'"}

func entity(dst, text []byte) (out []byte, length int) {
	end := bytes.IndexByte(text[:min(len(text), 10)], ';')
	if end < 2 {
		return dst, 0
	}
	name := string(text[1:end])
	if v, ok := entities[name]; ok {
		return append(dst, v...), end + 1
	}
	if name[0] != '#' {
		return dst, 0
	}
	base, digits := 10, name[1:]
	if len(digits) > 1 && (digits[0] == 'x' || digits[0] == 'X') {
		base, digits = 16, digits[1:]
	}
	r, err := strconv.ParseUint(digits, base, 32)
	if err != nil || r > utf8.MaxRune {
		return dst, 0
	}
	return utf8.AppendRune(dst, rune(r)), end + 1
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
		case c == '.' || c == '+' || c == '&' || c == '~' || c == '|':
			if operators++; operators > 2 {
				return 0
			}
		case c != ' ' && c != '\t' && c != '\r' && c != '\n' && c != '\\' && c != '(' && c != ')' && c != '_':
			return 0
		}
	}
	return 0
}
