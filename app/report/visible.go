package report

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// acts says whether r would act on the reader's screen instead of showing on it: a control character, one that changes
// the direction of writing, or one that cannot be seen and so hides a difference between two addresses.
func acts(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7f && r < 0xa0:
		return true
	case r < 0x200b:
		return r == 0xad || r == 0x61c || r == 0x180e
	case r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f, r == 0xfeff:
		return true
	case r >= 0xe0000 && r <= 0xe0fff:
		return true
	}
	return unicode.Is(unicode.Co, r)
}

// Shown is s with everything that acts written out, on one line.
func Shown(s string) string {
	if utf8.ValidString(s) && strings.IndexFunc(s, acts) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			b.WriteByte(' ')
		case acts(r):
			fmt.Fprintf(&b, "\\u{%x}", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// visible is a writer of JSON that writes what acts as JSON escapes. In JSON such characters stand in strings only, and
// encoding/json hands over its whole output in one piece, so that no character is cut in two.
type visible struct{ w io.Writer }

func (v visible) Write(p []byte) (int, error) {
	written := 0
	for i := 0; i < len(p); {
		r, size := utf8.DecodeRune(p[i:])
		if r == '\n' || !acts(r) {
			i += size
			continue
		}
		if _, err := v.w.Write(p[written:i]); err != nil {
			return written, err
		}
		if _, err := io.WriteString(v.w, jsonEscape(r)); err != nil {
			return i, err
		}
		i += size
		written = i
	}
	if _, err := v.w.Write(p[written:]); err != nil {
		return written, err
	}
	return len(p), nil
}

func jsonEscape(r rune) string {
	if high, low := utf16.EncodeRune(r); high != unicode.ReplacementChar {
		return fmt.Sprintf(`\u%04x\u%04x`, high, low)
	}
	return fmt.Sprintf(`\u%04x`, r)
}
