package canary

import (
	"slices"
	"unicode/utf8"
)

// mayOpen is a quick look at whether base64 text begins with text or like a compressed stream.
func mayOpen(text []byte, a *[256]byte) bool {
	v := uint32(a[text[0]])<<18 | uint32(a[text[1]])<<12 | uint32(a[text[2]])<<6 | uint32(a[text[3]])
	b0, b1, b2 := byte(v>>16), byte(v>>8), byte(v)
	switch {
	case b0 == 0 || b1 == 0:
		return true // UTF-16, perhaps
	case b0 < 0x80:
		return isText[b0] && isText[b1] && isText[b2] || b0 == 0x1f && b1 == 0x8b || b0 == zlibFirst
	case b0 < 0xe0:
		return b0 >= 0xc2 && b1&0xc0 == 0x80
	}
	return b1&0xc0 == 0x80 && b2&0xc0 == 0x80
}

// isText is set for printable ASCII, white space and all that UTF-8 has in other characters.
var isText = func() (set [256]bool) {
	for b := range set {
		set[b] = b >= ' ' && b != 0x7f || b == '\n' || b == '\r' || b == '\t'
	}
	return set
}()

// opensAny says whether text, read as the base-N that it can be, begins like something to look into.
func opensAny(text []byte, mixed bool) bool {
	if len(text) < minRun {
		return false
	}
	if mixed {
		return opens64(text, &base64of)
	}
	if hex := stretch(text, &hexValue); len(hex) >= minHex && opens(peek(hex, &hexValue, 4)) {
		return true
	} else if len(hex) == len(text) {
		return false
	}
	low := stretch(text, &base32of)
	return len(low) >= minBase32 && opens(peek(low, &base32of, 5))
}

// runSign is set for what is in a base64 alphabet but no letter or digit.
var runSign = [256]bool{'+': true, '/': true, '-': true, '_': true}

// opens64 says whether base64 text begins like something to look into.
func opens64(text []byte, a *[256]byte) bool {
	return mayOpen(text, a) && opens(peek(text[:minRun], a, 6))
}

// after64 is where in a run, after a sign that is no letter or digit, base64 text begins that makes sense; 0: nowhere.
func after64(text []byte, a *[256]byte) int {
	for i := range min(len(text)-minRun, probe) {
		if runSign[text[i]] && opens64(text[i+1:], a) {
			return i + 1
		}
	}
	return 0
}

func hasDigit(text []byte) bool { return slices.ContainsFunc(text, isDigit) }

// mixedCase says whether text has both small and capital letters.
func mixedCase(text []byte) bool {
	var lower, upper bool
	for _, b := range text {
		lower = lower || isLower(b)
		upper = upper || b >= 'A' && b <= 'Z'
	}
	return lower && upper
}

// sure says whether what opens is more than printable: plain text, or a signature. Letters that were rotated may be
// printable still.
func sure(head []byte) bool {
	return !readable(head) || !slices.ContainsFunc(head, func(b byte) bool { return b < utf8.RuneSelf && !plainBytes[b] })
}

// opens says whether data begins like text, a compressed stream or a media file: something that is not read wrongly.
func opens(data []byte) bool {
	if isGzip(data) || isZlib(data) || readable(data) {
		return true
	}
	if len(data) < 4 {
		return false
	}
	if data[0] == 0 || data[1] == 0 {
		if key, ok := wideKey(data); ok && key == 0 {
			return true
		}
	}
	switch string(data[:4]) {
	// What pages embed in base64 every day: PNG, JPEG, GIF, WebP, WOFF, WebAssembly, fonts, sound, icons, PDF.
	case "\x89PNG", "\xff\xd8\xff\xe0", "\xff\xd8\xff\xe1", "\xff\xd8\xff\xdb", "GIF8", "RIFF", "wOFF", "wOF2", "\x00asm",
		"\x00\x01\x00\x00", "OTTO", "OggS", "\x00\x00\x01\x00", "%PDF":
		return true
	}
	return false
}

// readable64 says whether base64 text decodes to something readable both at its middle and at its end.
func readable64(text []byte) bool {
	if len(text) < 2*minRun {
		return false
	}
	for _, i := range []int{len(text) / 2 &^ 3, (len(text) - minRun) &^ 3} {
		var buf [minRun]byte
		piece := decode64(buf[:0], text[i:min(len(text), i+minRun)])
		for len(piece) > 8 && !utf8.RuneStart(piece[0]) {
			piece = piece[1:]
		}
		if !readable(piece) {
			return false
		}
	}
	return true
}
