package key

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"iter"
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

// form is a text, or a part of one, written in another way.
type form struct {
	encoding string
	text     []byte
	marks    []mark // where offsets of text are those of the source; between two they go on one by one
}

// mark ties an offset in a form to one in its source.
type mark struct{ at, source int }

// origin gives the offset in the source that an offset in the form came from.
func (f form) origin(at int) int {
	i, found := slices.BinarySearchFunc(f.marks, at, func(m mark, at int) int { return m.at - at })
	if !found {
		i--
	}
	if i < 0 {
		return at
	}
	if f.encoding != "escaped" {
		return f.marks[i].source // of a run, its beginning
	}
	return f.marks[i].source + at - f.marks[i].at
}

// forms yields what a text says when it is decoded.
func (m *Matcher) forms(text []byte) iter.Seq[form] {
	return func(yield func(form) bool) {
		if f, ok := fromUTF16(text); ok {
			yield(f)
			return
		}
		if f, ok := unescaped(text); ok && !yield(f) {
			return
		}
		if f := decodedRuns(text, m.least); len(f.text) > 0 && !yield(f) {
			return
		}
		if f := decodedHex(text, m.least); len(f.text) > 0 {
			yield(f)
		}
	}
}

// fromUTF16 reads a text of which every other byte is zero, or that begins with the mark of UTF-16.
func fromUTF16(text []byte) (form, bool) {
	big := bytes.HasPrefix(text, []byte{0xfe, 0xff})
	if little := bytes.HasPrefix(text, []byte{0xff, 0xfe}); !big && !little {
		head := text[:min(len(text), 256)&^1]
		even, odd := 0, 0
		for i := 0; i+1 < len(head); i += 2 {
			if head[i] == 0 {
				even++
			}
			if head[i+1] == 0 {
				odd++
			}
		}
		if n := len(head) / 2; n < 8 || even*4 < n*3 && odd*4 < n*3 {
			return form{}, false
		}
		big = even > odd
	}
	f := form{encoding: "UTF-16", text: make([]byte, 0, len(text)/2)}
	for i := 0; i+1 < len(text); i += 2 {
		unit := uint16(text[i]) | uint16(text[i+1])<<8
		if big {
			unit = uint16(text[i])<<8 | uint16(text[i+1])
		}
		r := rune(unit)
		if utf16.IsSurrogate(r) {
			r = utf8.RuneError
		}
		f.text = utf8.AppendRune(f.text, r)
	}
	f.marks = []mark{{0, 0}}
	return f, true
}

// decodedRuns decodes every run of base64 (RFC 4648, either alphabet, also in lines of one width) that is long enough
// to hold a key. The texts of different runs are kept apart by a zero byte.
func decodedRuns(text []byte, least int) form {
	f := form{encoding: "base64"}
	var clean []byte
	for i := 0; i < len(text); {
		if !isBase64[text[i]] {
			i++
			continue
		}
		start := i
		clean = clean[:0]
		for i < len(text) {
			lineStart := i
			for i < len(text) && isBase64[text[i]] {
				i++
			}
			clean = append(clean, text[lineStart:i]...)
			next := afterBreak(text, i)
			if width := i - lineStart; width != 64 && width != 76 || next == i || next >= len(text) || !isBase64[text[next]] {
				break
			}
			i = next
		}
		if len(clean)*3/4 < least {
			continue
		}
		if len(clean)%4 == 1 {
			clean = clean[:len(clean)-1]
		}
		encoding := base64.RawStdEncoding
		if bytes.IndexByte(clean, '-') >= 0 || bytes.IndexByte(clean, '_') >= 0 {
			encoding = base64.RawURLEncoding
		}
		at := len(f.text)
		room := encoding.DecodedLen(len(clean))
		f.text = slices.Grow(f.text, room+1)
		n, _ := encoding.Decode(f.text[at:at+room], clean) // as far as it can be decoded
		if n < least {
			continue
		}
		f.marks = append(f.marks, mark{at, start})
		f.text = append(f.text[:at+n], 0)
	}
	return f
}

// afterBreak gives the offset behind a line break at i, also one that is written as an escape; i where there is none.
func afterBreak(text []byte, i int) int {
	for _, b := range [][]byte{[]byte("\r\n"), []byte("\n"), []byte(`\r\n`), []byte(`\n`)} {
		if bytes.HasPrefix(text[i:], b) {
			return i + len(b)
		}
	}
	return i
}

// decodedHex decodes every run of hexadecimal digits that is long enough to hold a key.
func decodedHex(text []byte, least int) form {
	f := form{encoding: "hex"}
	for i := 0; i < len(text); {
		if !isHex[text[i]] {
			i++
			continue
		}
		start := i
		for i < len(text) && isHex[text[i]] {
			i++
		}
		if i-start < 2*least || i < len(text) && isWord[text[i]] || start > 0 && isWord[text[start-1]] && text[start-1] != 'x' {
			continue
		}
		at, n := len(f.text), (i-start)/2
		f.text = slices.Grow(f.text, n+1)[:at+n]
		_, _ = hex.Decode(f.text[at:], text[start:start+2*n]) // they are all digits
		f.marks = append(f.marks, mark{at, start})
		f.text = append(f.text, 0)
	}
	return f
}

var isBase64, isHex = func() (b, h [256]bool) {
	for c := range b {
		b[c] = isWord[c] || c == '+' || c == '/' || c == '-' || c == '_'
		h[c] = c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
	}
	return b, h
}()
