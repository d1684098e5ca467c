package canary

import (
	"encoding/binary"
	"html"
	"math/bits"
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

// escapeReach is how much text on either side of an escape is looked at together with what it stands for, and the rest
// of a base-N text that would be cut there. Two escapes nearer to each other than twice that are undone in one piece.
const escapeReach = 64

// minBytes is how many escapes without anything between them may be binary data of their own.
const minBytes = minCipher

var escapeByte = [256]bool{'%': true, '\\': true, '&': true, '+': true}

// escapes undoes all escapes of a layer in one pass. Data that was escaped twice is met again one layer deeper.
func (s *search) escapes(l layer) {
	plus := formLike(l)
	u := unescaper{search: s, layer: l, mark: len(s.arena), last: -1}
	for i := 0; i < len(l.data) && !s.short; {
		if !plus && i+8 <= len(l.data) {
			skip := beforeEscape(binary.LittleEndian.Uint64(l.data[i:]))
			if i += skip; skip == 8 {
				continue
			}
		}
		if b := l.data[i]; escapeByte[b] && (b != '+' || plus) {
			if e, ok := readEscape(l.data[i:]); ok {
				u.take(e, i)
				i += e.width
				continue
			}
		}
		i++
	}
	u.flush(len(l.data))
}

// unescaper writes pieces of a layer to the arena without their escapes, and looks into each.
type unescaper struct {
	*search
	layer
	mark  int // where the piece begins in the arena
	from  int // and in the layer
	done  int // how far the layer was copied
	last  int // the end of the piece's last escape; -1: there is none
	kinds escapeKind

	lastKind escapeKind
	run      int // escapes since the last text between two
	runAt    int // where they begin in the arena
	binary   [][2]int
}

func (u *unescaper) take(e escape, at int) {
	if u.last >= 0 && at-u.last > 2*escapeReach {
		u.flush(at)
	}
	if u.last < 0 {
		u.from = max(u.done, at-escapeReach)
		for u.from > u.done && runByte[u.data[u.from-1]] {
			u.from--
		}
		u.done = u.from
	}
	if at != u.last || e.kind != u.lastKind {
		u.endRun()
	}
	u.arena = append(u.arena, u.data[u.done:at]...)
	if u.run == 0 {
		u.runAt = len(u.arena)
	}
	u.run++
	u.arena = e.append(u.arena)
	u.kinds |= e.kind
	u.lastKind = e.kind
	u.done = at + e.width
	u.last = u.done
}

// endRun notes escapes in a row that stand for binary data: it begins where they do, which counts for a cipher or a
// stream without a header.
func (u *unescaper) endRun() {
	if u.run >= minBytes && u.runAt > u.mark && !opens(u.arena[u.runAt:]) {
		u.binary = append(u.binary, [2]int{u.runAt, len(u.arena)})
	}
	u.run = 0
}

// flush looks into the open piece, which goes to `limit` at most.
func (u *unescaper) flush(limit int) {
	if u.last < 0 {
		return
	}
	u.endRun()
	to := min(u.last+escapeReach, limit)
	for to < limit && runByte[u.data[to-1]] {
		to++
	}
	u.arena = append(u.arena, u.data[u.done:to]...)
	piece := u.arena
	u.into(u.layer, u.from, u.kinds.name(), piece[u.mark:])
	for _, b := range u.binary {
		u.into(u.layer, u.from, u.kinds.name(), piece[b[0]:b[1]])
	}
	u.arena = u.arena[:u.mark]
	u.done, u.last, u.kinds, u.binary = to, -1, 0, u.binary[:0]
}

// beforeEscape is how many of eight bytes come before the first that may begin an escape other than a plus sign.
func beforeEscape(x uint64) int {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	percent, backslash, amp := x^'%'*ones, x^'\\'*ones, x^'&'*ones
	zero := (percent-ones)&^percent | (backslash-ones)&^backslash | (amp-ones)&^amp
	return bits.TrailingZeros64(zero&high) / 8
}

// formLike says whether a layer begins like an encoded form or query, where a plus sign is a space.
func formLike(l layer) bool {
	form := l.depth > 0 && l.how[l.depth-1] == urlEscape.name()
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

func isHex(b byte) bool { return hexValue[b] != notIn }

// isCode says whether d begins with an escape that gives a character's number: nothing that text has by chance.
func isCode(d []byte) bool {
	if len(d) < 3 {
		return false
	}
	ok := false
	switch {
	case d[0] == '%':
		if _, ok = hexDigits(d, 1, 2); !ok && d[1] == 'u' {
			_, ok = hexDigits(d, 2, 4)
		}
	case d[0] == '&':
		ok = d[1] == '#' && (isDigit(d[2]) || d[2] == 'x')
	case d[0] != '\\':
	case d[1] == 'x':
		_, ok = hexDigits(d, 2, 2)
	case d[1] == 'u':
		_, ok = hexDigits(d, 2, 4)
	case len(d) > 3:
		ok = d[1]&^7 == '0' && d[2]&^7 == '0' && d[3]&^7 == '0'
	}
	return ok
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
	if len(d) < 3 {
		return escape{}, false
	}
	if hi, lo := hexValue[d[1]], hexValue[d[2]]; hi|lo <= 15 {
		return escape{kind: urlEscape, width: 3, value: rune(hi<<4 | lo)}, true
	}
	if d[1] == 'u' {
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
