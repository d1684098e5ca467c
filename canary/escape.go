package canary

import (
	"bytes"
	"html"
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

// escapeKind is a bit for each family of escapes, so that a piece of data can hold several.
type escapeKind byte

const (
	urlEscape  escapeKind = 1 << iota // %41, %u0041, + for a space
	jsonEscape                        // \u0041, \x41, \101, \n: JSON and JavaScript
	htmlEscape                        // &#65; &amp;
)

func (k escapeKind) name() string {
	switch k {
	case urlEscape:
		return "url"
	case jsonEscape:
		return "json"
	case htmlEscape:
		return "html"
	}
	return "escapes"
}

// escapeReach is how much text on either side of an escape is looked at together with what it stands for. Two escapes
// nearer to each other than twice that are undone in one piece.
const escapeReach = 512

var escapeByte = [256]bool{'%': true, '\\': true, '&': true, '+': true}

// escapes undoes all escapes of a layer in one pass. Data that was escaped twice is met again one layer deeper.
func (s *search) escapes(l layer) {
	data := l.data
	plus := formLike(l)
	mark := len(s.arena)
	done := 0 // data before it was looked at
	var kinds escapeKind
	from, last := 0, -1 // where the open piece begins, and where its last escape ends
	flush := func() {
		if last < 0 {
			return
		}
		to := min(last+escapeReach, len(data))
		s.arena = append(s.arena, data[done:to]...)
		s.into(l, from, kinds.name(), s.arena[mark:])
		s.arena = s.arena[:mark]
		done, last, kinds = to, -1, 0
	}
	for i := 0; i < len(data); {
		if b := data[i]; !escapeByte[b] || b == '+' && !plus {
			i++
			continue
		}
		e, ok := readEscape(data[i:])
		if !ok {
			i++
			continue
		}
		if last >= 0 && i-last > 2*escapeReach {
			flush()
			if s.short {
				return
			}
		}
		if last < 0 {
			from = max(done, i-escapeReach)
			done = from
		}
		s.arena = append(s.arena, data[done:i]...)
		s.arena = e.append(s.arena)
		kinds |= e.kind
		i += e.width
		done, last = i, i
	}
	flush()
}

// formLike says whether a layer begins like an encoded form or query, where a plus sign is a space.
func formLike(l layer) bool {
	form := len(l.chain) > 0 && l.chain[len(l.chain)-1] == urlEscape.name()
	for _, b := range l.data[:min(len(l.data), 1024)] {
		switch b {
		case '"', '<', '{', '[':
			return false
		case '=':
			form = true
		}
		if b <= ' ' || b >= 0x7f {
			return false
		}
	}
	return form
}

// backward looks into data that ends like an escape written backwards. Within the data there would be nothing to tell
// by: of "22%22%" either end may be the first.
func (s *search) backward(l layer) {
	text := bytes.TrimRight(l.data, "\"' \r\n")
	var mirror [6]byte
	for i := range min(len(mirror), len(text)) {
		mirror[i] = text[len(text)-1-i]
	}
	if isCode(mirror[:]) {
		s.reverse(l)
	}
}

// isCode says whether d begins with an escape that gives a character's number: nothing that text has by chance.
func isCode(d []byte) bool {
	if len(d) < 3 {
		return false
	}
	ok := false
	switch {
	case d[0] == '%':
		_, ok = hexDigits(d, 1, 2)
	case d[0] == '&':
		ok = d[1] == '#' && (isDigit(d[2]) || d[2] == 'x')
	case d[1] == 'x':
		_, ok = hexDigits(d, 2, 2)
	case d[1] == 'u':
		_, ok = hexDigits(d, 2, 4)
	case len(d) > 3:
		ok = d[1]&^7 == '0' && d[2]&^7 == '0' && d[3]&^7 == '0'
	}
	return ok
}

// reverse looks into a layer read backwards.
func (s *search) reverse(l layer) {
	if n := len(l.chain); n > 0 && l.chain[n-1] == "reversed" {
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

// escape is one escape and what it stands for: a byte, or a character.
type escape struct {
	kind  escapeKind
	width int // in the data
	value rune
	char  bool // value is a character, to be written in UTF-8; else a byte
	text  string
}

func (e escape) append(dst []byte) []byte {
	switch {
	case e.text != "":
		return append(dst, e.text...)
	case e.value < 0:
		return dst
	case e.char:
		return utf8.AppendRune(dst, e.value)
	}
	return append(dst, byte(e.value))
}

func readEscape(d []byte) (escape, bool) {
	switch d[0] {
	case '+':
		return escape{kind: urlEscape, width: 1, value: ' '}, true
	case '%':
		return readURLEscape(d)
	case '\\':
		return readJSONEscape(d)
	}
	return readHTMLEscape(d)
}

func readURLEscape(d []byte) (escape, bool) {
	if v, ok := hexDigits(d, 1, 2); ok {
		return escape{kind: urlEscape, width: 3, value: v}, true
	}
	if len(d) > 1 && d[1] == 'u' {
		if v, ok := hexDigits(d, 2, 4); ok {
			return escape{kind: urlEscape, width: 6, value: v, char: true}, true
		}
	}
	return escape{}, false
}

func readJSONEscape(d []byte) (escape, bool) {
	e := escape{kind: jsonEscape, width: 2}
	if len(d) < 2 {
		return e, false
	}
	switch c := d[1]; c {
	case '"', '\'', '`', '\\', '/':
		e.value = rune(c)
	case 'n':
		e.value = '\n'
	case 'r':
		e.value = '\r'
	case 't':
		e.value = '\t'
	case 'b', 'f', 'v':
		e.value = ' '
	case '\n':
		e.value = -1 // the line goes on
	case 'x':
		v, ok := hexDigits(d, 2, 2)
		e.value, e.width = v, 4
		return e, ok
	case 'u':
		return readUnicodeEscape(d)
	case '0', '1', '2', '3', '4', '5', '6', '7':
		v, n := rune(0), 1
		for ; n < 4 && n < len(d) && d[n] >= '0' && d[n] <= '7' && v < 32; n++ {
			v = v<<3 | rune(d[n]-'0')
		}
		e.value, e.width = v, n
	default:
		return e, false
	}
	return e, true
}

func readUnicodeEscape(d []byte) (escape, bool) {
	e := escape{kind: jsonEscape, width: 6, char: true}
	v, ok := hexDigits(d, 2, 4)
	if !ok {
		if len(d) < 5 || d[2] != '{' {
			return e, false
		}
		for n := 3; n < len(d) && n <= 9; n++ {
			if d[n] == '}' && n > 3 {
				e.value, e.width = v, n+1
				return e, true
			}
			h, ok := hexDigits(d, n, 1)
			if !ok {
				return e, false
			}
			v = v<<4 | h
		}
		return e, false
	}
	if utf16.IsSurrogate(v) && len(d) >= 12 && d[6] == '\\' && d[7] == 'u' {
		if low, ok := hexDigits(d, 8, 4); ok {
			v, e.width = utf16.DecodeRune(v, low), 12
		}
	}
	e.value = v
	return e, true
}

// maxEntity is longer than any named character reference in use for ordinary text.
const maxEntity = 12

func readHTMLEscape(d []byte) (escape, bool) {
	if len(d) < 4 || (d[1] != '#' && !isLetter(d[1])) {
		return escape{}, false
	}
	for n := 2; n < len(d) && n < maxEntity; n++ {
		if d[n] == ';' {
			raw := string(d[:n+1])
			text := html.UnescapeString(raw)
			return escape{kind: htmlEscape, width: n + 1, text: text}, text != raw
		}
		if !isDigit(d[n]) && !isLetter(d[n]) {
			break
		}
	}
	return escape{}, false
}

// hexDigits is the number that the n hex digits at d[from:] write.
func hexDigits(d []byte, from, n int) (v rune, ok bool) {
	if from+n > len(d) {
		return 0, false
	}
	for _, c := range d[from : from+n] {
		h := hexValue[c]
		if h > 15 {
			return 0, false
		}
		v = v<<4 | rune(h)
	}
	return v, true
}
