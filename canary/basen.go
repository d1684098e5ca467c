package canary

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

const notIn = 0xff

// The alphabets. base64 has both in use, the one of RFC 4648 §4 and the one for URLs.
var (
	hexValue = alphabet("0123456789abcdef", "0123456789ABCDEF")
	base64of = alphabet("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
	base32of = alphabet("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "abcdefghijklmnopqrstuvwxyz234567")

	// runByte is set for what a base-N text is made of; lines may break anywhere in one.
	runByte = func() (set [256]bool) {
		for b := range base64of {
			set[b] = base64of[b] != notIn
		}
		set['\r'], set['\n'] = true, true
		return set
	}()
)

func alphabet(spellings ...string) (t [256]byte) {
	for i := range t {
		t[i] = notIn
	}
	for _, s := range spellings {
		for i := range len(s) {
			t[s[i]] = byte(i)
		}
	}
	return t
}

const (
	minRun = 16 // base64 of the shortest needle
	minHex = 2 * minNeedle

	minBase32 = (8*minNeedle + 4) / 5
	probe     = 64 // characters from which the nature of a run is judged
)

// runs decodes what may be hex, base32 or base64.
func (s *search) runs(l layer) {
	data := l.data
	// A run covers one of any minRun neighbouring bytes, so only those are looked at to find it.
	for low, i := 0, minRun-1; i < len(data); {
		if !runByte[data[i]] {
			i += minRun
			continue
		}
		start, end := i, i+1
		for start > low && runByte[data[start-1]] {
			start--
		}
		for end < len(data) && runByte[data[end]] {
			end++
		}
		if end-start >= minRun {
			s.run(l, start, data[start:end])
			if s.short {
				return
			}
		}
		low, i = end, end+minRun
	}
}

// run looks into one run. Lines of one length are one text, and so is the line before them, which may have begun with
// something else; other lines are looked at one by one.
func (s *search) run(l layer, at int, text []byte) {
	if bytes.IndexByte(text, '\n') < 0 {
		s.unbroken(l, at, text)
		return
	}
	mark := len(s.arena)
	for len(text) > 0 {
		n, width := 0, 0
		for i := 0; n < len(text); i++ {
			line, _, _ := bytes.Cut(text[n:], []byte("\n"))
			bare := bytes.Trim(line, "\r")
			if len(bare) == 0 && i > 0 || i > 1 && len(bare) > width {
				break
			}
			s.arena = append(s.arena, bare...)
			n = min(n+len(line)+1, len(text))
			if i > 1 && len(bare) < width {
				break
			}
			width = len(bare)
		}
		s.unbroken(l, at, s.arena[mark:])
		s.arena = s.arena[:mark]
		at, text = at+n, text[n:]
	}
}

func (s *search) unbroken(l layer, at int, text []byte) {
	if len(text) < minRun {
		return
	}
	known := false
	head := text[:min(len(text), 2*probe)]
	digits, mixed := hasDigit(head), mixedCase(head)
	if digits {
		known = s.decodeHex(l, at, text)
	}
	if digits || !isLower(head[0]) || opens(peek(head[:minRun], &base32of, 5)) { // else it is a word
		known = s.decodeBase32(l, at, text) || known
	}
	if mixed { // of base64 not one text in ten thousand is in one case only
		known = s.decodeBase64(l, at, text) || known
	}
	if !known && (digits || mixed) && l.depth+1 < maxDepth {
		s.disguised(l, at, text, mixed)
	}
}

// stretch is the longest piece of text in an alphabet, looking for its beginning among the first bytes only: what is
// put before an encoded text is short.
func stretch(text []byte, a *[256]byte) []byte {
	best, start := text[:0], 0
	for i := 0; ; i++ {
		if i < len(text) && a[text[i]] != notIn {
			continue
		}
		if i-start > len(best) {
			best = text[start:i]
		}
		if start = i + 1; i >= 2*probe || i >= len(text) {
			return best
		}
	}
}

// decode appends what src stands for when each character has `bits` bits of the message.
func decode(dst, src []byte, a *[256]byte, bits uint) []byte {
	acc, have := uint(0), uint(0)
	for _, c := range src {
		acc = acc<<bits | uint(a[c])
		if have += bits; have >= 8 {
			have -= 8
			dst = append(dst, byte(acc>>have))
		}
	}
	return dst
}

// decode64 is decode for base64, four characters at once.
func decode64(dst, src []byte) []byte {
	for len(src) >= 4 {
		v := uint32(base64of[src[0]])<<18 | uint32(base64of[src[1]])<<12 | uint32(base64of[src[2]])<<6 | uint32(base64of[src[3]])
		dst = append(dst, byte(v>>16), byte(v>>8), byte(v))
		src = src[4:]
	}
	return decode(dst, src, &base64of, 6)
}

// peek is the beginning of what text stands for, without a buffer of the search.
func peek(text []byte, a *[256]byte, bits uint) []byte {
	var buf [probe]byte
	return decode(buf[:0], text[:min(len(text), probe)], a, bits)
}

// decodeHex looks into hex and reports whether it is sure that it was.
func (s *search) decodeHex(l layer, at int, text []byte) (known bool) {
	all := len(text)
	text = stretch(text, &hexValue)
	if len(text) < minHex {
		return false
	}
	known = opens(peek(text, &hexValue, 4)) && len(text) > all/2
	if !known && opens(peek(text[1:], &hexValue, 4)) {
		text = text[1:] // but hex written backwards reads well from there, too
	}
	mark := len(s.arena)
	s.arena = decode(s.arena, text[:len(text)&^1], &hexValue, 4)
	s.into(l, at, "hex", s.arena[mark:])
	s.arena = s.arena[:mark]
	return known
}

func (s *search) decodeBase32(l layer, at int, text []byte) (known bool) {
	if text = stretch(text, &base32of); len(text) < minBase32 || mixedCase(text) {
		return false
	}
	mark := len(s.arena)
	for shift := range 8 {
		sense := opens(peek(text[shift:], &base32of, 5))
		if shift == 0 || sense {
			s.arena = decode(s.arena, text[shift:], &base32of, 5)
			s.into(l, at, "base32", s.arena[mark:])
			s.arena = s.arena[:mark]
		}
		if sense {
			return true
		}
	}
	return false
}

// decodeBase64 looks into base64. Something of its alphabet may stand before it: a path, a name and a dash, a letter.
func (s *search) decodeBase64(l layer, at int, text []byte) (known bool) {
	mark := len(s.arena)
	look := func(text []byte) {
		s.arena = decode64(s.arena, text)
		s.into(l, at, "base64", s.arena[mark:])
		s.arena = s.arena[:mark]
	}
	look(text)
	if head := peek(text, &base64of, 6); opens(head) {
		return sure(head)
	}
	if i := after64(text, &base64of); i > 0 {
		look(text[i:])
		if sure(peek(text[i:], &base64of, 6)) {
			return true
		}
	}
	for shift := 1; shift < 4; shift++ {
		if readable64(text[shift:]) {
			look(text[shift:])
		}
	}
	for i, n := 0, 0; i < min(len(text)-minRun, probe/2) && n < maxStarts; i++ {
		if runSign[text[i]] {
			n++
			look(text[i+1:])
		}
	}
	return false
}

// maxStarts is after how many signs base64 text is taken to begin although it makes no sense.
const maxStarts = 4

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

// minDisguised is how long a run must be that all rotations of the alphabet are tried on it, not only ROT13.
const minDisguised = 64

// disguised looks into a run that makes sense only when read backwards or with its letters rotated.
func (s *search) disguised(l layer, at int, text []byte, mixed bool) {
	mark := len(s.arena)
	head := text[:min(len(text), probe)]
	var buf [probe]byte
	for i := range head {
		buf[i] = text[len(text)-1-i]
	}
	if turned := buf[:len(head)]; opensAny(turned, mixed) || mixed && after64(turned, &base64of) > 0 {
		for i := range text {
			s.arena = append(s.arena, text[len(text)-1-i])
		}
		s.into(l, at, "reversed", s.arena[mark:])
		s.arena = s.arena[:mark]
	}
	for key := byte(1); key < 26; key++ {
		if key != 13 && len(text) < minDisguised || !opensRotated(head, key, mixed) {
			continue
		}
		c := cipher{rotateLetters, key}
		s.arena = c.apply(s.arena, text)
		s.into(l, at, c.name(), s.arena[mark:])
		s.arena = s.arena[:mark]
	}
}

// opensRotated says whether text begins like something to look into when its letters are rotated by key. Of hex and
// base32 only ROT13 is tried.
func opensRotated(text []byte, key byte, mixed bool) bool {
	if mixed {
		return opens64(text, &rotated64[key]) || key == 13 && after64(text, &rotated64[key]) > 0
	}
	if key != 13 || len(stretch(text, &hexValue)) == len(text) {
		return false
	}
	var buf [probe]byte
	for i, b := range text {
		buf[i] = rotateLetter(b, key)
	}
	return opensAny(buf[:len(text)], mixed)
}

// rotated64 is the base64 alphabet as it is after each rotation of the letters is undone.
var rotated64 = func() (t [26][256]byte) {
	for key := range t {
		for b := range t[key] {
			t[key][b] = base64of[rotateLetter(byte(b), byte(key))]
		}
	}
	return t
}()

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
