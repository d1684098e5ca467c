package serverside

import (
	"bytes"
	"encoding/binary"
	"html"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
)

// text is a file's bytes as text, whatever of the encodings that servers read it is written in.
func text(b []byte) string {
	switch {
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}):
		return wide(b[2:], binary.LittleEndian)
	case bytes.HasPrefix(b, []byte{0xfe, 0xff}):
		return wide(b[2:], binary.BigEndian)
	case len(b) > 3 && b[0] != 0 && b[1] == 0 && b[3] == 0:
		return wide(b, binary.LittleEndian)
	case len(b) > 3 && b[0] == 0 && b[1] != 0 && b[2] == 0:
		return wide(b, binary.BigEndian)
	case bytes.HasPrefix(b, []byte{0x4c, 0x6c}), bytes.HasPrefix(b, []byte{0x4c, 0x6f, 0xa7}): // <% and <?x
		return ebcdic(b)
	}
	if at := declared().FindIndex(b[:min(len(b), 400)]); at != nil {
		// The declaration itself is plain; what comes after it is not.
		rest := b[at[1]:]
		if bytes.HasPrefix(bytes.ToLower(b[at[0]:at[1]]), []byte("utf")) || bytes.Contains(bytes.ToLower(b[at[0]:at[1]]), []byte("utf-16")) {
			order := binary.ByteOrder(binary.BigEndian)
			if bytes.Contains(rest[:min(len(rest), 64)], []byte("<\x00")) {
				order = binary.LittleEndian
			}
			if bytes.Count(rest, []byte{0})*3 > len(rest) {
				return string(b[:at[1]]) + wide(rest, order)
			}
		} else if bytes.IndexByte(rest, 0x6c) >= 0 && bytes.IndexByte(rest, 0x4c) >= 0 && highBytes(rest) {
			return string(b[:at[1]]) + ebcdic(rest)
		}
	}
	return strings.TrimPrefix(string(b), "\ufeff")
}

var declared = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^\s*<[?%]@?[^>]{0,200}encoding\s*=\s*["'](?:cp|ibm|utf)-?_?(?:037|1047|1140|16\w*)["'][^>]{0,100}[?%]>`)
})

func highBytes(b []byte) bool {
	n := 0
	for _, c := range b {
		if c >= 0x80 {
			n++
		}
	}
	return n*2 > len(b)
}

func wide(b []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = order.Uint16(b[2*i:])
	}
	return string(utf16.Decode(units))
}

// ebcdic reads code page 037, of which code needs hardly more than ASCII.
func ebcdic(b []byte) string {
	table := ebcdicTable()
	out := make([]byte, len(b))
	for i, c := range b {
		out[i] = table[c]
	}
	return string(out)
}

var ebcdicTable = sync.OnceValue(func() *[256]byte {
	var t [256]byte
	for i := range t {
		t[i] = ' '
	}
	put := func(at int, s string) { copy(t[at:], s) }
	put(0x81, "abcdefghi")
	put(0x91, "jklmnopqr")
	put(0xa1, "~stuvwxyz")
	put(0xc0, "{ABCDEFGHI")
	put(0xd0, "}JKLMNOPQR")
	put(0xe0, "\\")
	put(0xe2, "STUVWXYZ")
	put(0xf0, "0123456789")
	put(0x4b, ".<(+|&")
	put(0x5a, "!$*);")
	put(0x60, "-/")
	put(0x6b, ",%_>?")
	put(0x79, "`:#@'=\"")
	t[0xb0], t[0xba], t[0xbb] = '^', '[', ']'
	t[0x05], t[0x0d], t[0x15], t[0x25] = '\t', '\r', '\n', '\n'
	return &t
})

var unicodeEscape = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\\u+[0-9a-fA-F]{4}`) })

// unescaped undoes escapes by which Java, C# and JScript let any letter be written anywhere. Only letters of words may be
// where all says so not.
func unescaped(s string, all bool) string {
	if !strings.Contains(s, `\u`) {
		return s
	}
	return unicodeEscape().ReplaceAllStringFunc(s, func(e string) string {
		n, err := strconv.ParseUint(e[len(e)-4:], 16, 16)
		if err != nil || !all && (n > 0x7f || !wordByte(byte(n))) || n == '\n' && !all {
			return e
		}
		return string(rune(n))
	})
}

// unmarked undoes what XML has for signs of its own.
func unmarked(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "<![CDATA[", "         "), "]]>", "   ")
	if strings.Contains(s, "&") {
		s = html.UnescapeString(s)
	}
	return s
}

func wordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}
