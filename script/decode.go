package script

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

// decodeSource makes UTF-8 of a source as it is found in files: with a byte order mark, in UTF-16, in Shift_JIS or in
// EUC-JP. Bytes that are no text in any of them stay as they are.
func decodeSource(src []byte) string {
	switch {
	case bytes.HasPrefix(src, []byte{0xef, 0xbb, 0xbf}):
		return string(src[3:])
	case bytes.HasPrefix(src, []byte{0xff, 0xfe}):
		return decodeWith(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), src)
	case bytes.HasPrefix(src, []byte{0xfe, 0xff}):
		return decodeWith(unicode.UTF16(unicode.BigEndian, unicode.UseBOM), src)
	case utf8.Valid(src):
		return string(src)
	}
	for _, e := range []encoding.Encoding{japanese.EUCJP, japanese.ShiftJIS} {
		if text := decodeWith(e, src); text != "" && !strings.ContainsRune(text, utf8.RuneError) {
			return text
		}
	}
	return string(src)
}

func decodeWith(e encoding.Encoding, src []byte) string {
	out, err := e.NewDecoder().Bytes(src)
	if err != nil {
		return string(src)
	}
	return string(out)
}
