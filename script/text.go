package script

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/dop251/goja/unistring"
)

// JavaScript's strings are sequences of 16-bit units, and decoders make ones that are no text. Here they are UTF-8 in
// which a unit that is half of nothing is encoded as if it were a character, so that no unit is lost on the way.

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func isSurrogate(r rune) bool { return r >= 0xd800 && r < 0xe000 }

func appendUnit(b []byte, r rune) []byte {
	if isSurrogate(r) {
		return append(b, byte(0xe0|r>>12), byte(0x80|r>>6&0x3f), byte(0x80|r&0x3f))
	}
	return utf8.AppendRune(b, r)
}

// decodeText splits s into characters; half ones are kept as what they are.
func decodeText(s string) []rune {
	runes := make([]rune, 0, len(s))
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 && i+2 < len(s) && s[i] == 0xed && s[i+1] >= 0xa0 {
			r, size = rune(s[i]&0x0f)<<12|rune(s[i+1]&0x3f)<<6|rune(s[i+2]&0x3f), 3
		}
		runes = append(runes, r)
		i += size
	}
	return runes
}

func toUnits(s string) []uint16 {
	units := make([]uint16, 0, len(s))
	for _, r := range decodeText(s) {
		if r >= 0x10000 {
			a, b := utf16.EncodeRune(r)
			units = append(units, uint16(a), uint16(b))
		} else {
			units = append(units, uint16(r))
		}
	}
	return units
}

func fromUnits(units []uint16) string {
	b := make([]byte, 0, len(units))
	for i := 0; i < len(units); i++ {
		r := rune(units[i])
		if r >= 0xd800 && r < 0xdc00 && i+1 < len(units) {
			if pair := utf16.DecodeRune(r, rune(units[i+1])); pair != utf8.RuneError {
				r = pair
				i++
			}
		}
		b = appendUnit(b, r)
	}
	return string(b)
}

// goText is the text of a literal as the parser holds it.
func goText(s unistring.String) string {
	if units := s.AsUtf16(); units != nil {
		return fromUnits(units[1:])
	}
	return string(s)
}

// textCache remembers the units of the string worked on last: decoders go through one string unit by unit.
type textCache struct {
	text  string
	ascii bool
	units []uint16
}

func (c *textCache) load(s string) {
	if s == c.text && c.text != "" { // the same string is told by its address, without reading it
		return
	}
	c.text, c.ascii, c.units = s, isASCII(s), nil
	if !c.ascii {
		c.units = toUnits(s)
	}
}

// length is the number of units of s.
func (c *textCache) length(s string) int {
	c.load(s)
	if c.ascii || s == "" {
		return len(s)
	}
	return len(c.units)
}

// unit is the i-th unit of s.
func (c *textCache) unit(s string, i int) (uint16, bool) {
	n := c.length(s)
	switch {
	case i < 0 || i >= n:
		return 0, false
	case c.ascii:
		return uint16(s[i]), true
	}
	return c.units[i], true
}

// slice is s from unit i to unit j.
func (c *textCache) slice(s string, i, j int) string {
	n := c.length(s)
	i, j = min(max(i, 0), n), min(max(j, 0), n)
	switch {
	case i >= j:
		return ""
	case c.ascii:
		return s[i:j]
	}
	return fromUnits(c.units[i:j])
}

// index is the unit at which part begins in s at or after unit from, or -1.
func (c *textCache) index(s, part string, from int) int {
	n := c.length(s)
	from = min(max(from, 0), n)
	if c.ascii {
		if i := strings.Index(s[from:], part); i >= 0 {
			return from + i
		}
		return -1
	}
	rest := c.slice(s, from, n)
	i := strings.Index(rest, part)
	if i < 0 {
		return -1
	}
	return from + len(toUnits(rest[:i]))
}
