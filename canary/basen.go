package canary

import "bytes"

const notIn = 0xff

// The alphabets. base64 has both in use, the one of RFC 4648 §4 and the one for URLs.
var (
	hexValue = alphabet("0123456789abcdef", "0123456789ABCDEF")
	base64of = alphabet("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
	base32upper = alphabet("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
	base32lower = alphabet("abcdefghijklmnopqrstuvwxyz234567")
	base32hex   = alphabet("0123456789ABCDEFGHIJKLMNOPQRSTUV", "0123456789abcdefghijklmnopqrstuv")

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

func (s *search) run(l layer, at int, text []byte) {
	mark := len(s.arena)
	defer func() { s.arena = s.arena[:mark] }()
	if bytes.IndexByte(text, '\n') >= 0 {
		for _, b := range text {
			if b != '\n' && b != '\r' {
				s.arena = append(s.arena, b)
			}
		}
		text = s.arena[mark:]
	}
	if len(text) < minRun {
		return
	}
	known := s.decodeHex(l, at, text)
	known = s.decodeBase32(l, at, text) || known
	known = s.decodeBase64(l, at, text) || known
	if !known && len(l.chain)+1 < maxDepth {
		s.disguised(l, at, text)
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
		if start = i + 1; i >= 4*probe || i >= len(text) {
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
	text = stretch(text, &hexValue)
	if len(text) < minHex {
		return false
	}
	known = opens(peek(text, &hexValue, 4))
	if !known && opens(peek(text[1:], &hexValue, 4)) {
		text, known = text[1:], true
	}
	mark := len(s.arena)
	s.arena = decode(s.arena, text[:len(text)&^1], &hexValue, 4)
	s.into(l, at, "hex", s.arena[mark:])
	s.arena = s.arena[:mark]
	return known
}

func (s *search) decodeBase32(l layer, at int, text []byte) (known bool) {
	for _, a := range []*[256]byte{&base32upper, &base32lower, &base32hex} {
		text := stretch(text, a)
		if len(text) < minBase32 {
			continue
		}
		shift := 0
		for shift < 8 && !opens(peek(text[shift:], a, 5)) {
			shift++
		}
		known = known || shift < 8
		mark := len(s.arena)
		s.arena = decode(s.arena, text[shift%8:], a, 5)
		s.into(l, at, "base32", s.arena[mark:])
		s.arena = s.arena[:mark]
	}
	return known
}

func (s *search) decodeBase64(l layer, at int, text []byte) (known bool) {
	mark := len(s.arena)
	look := func(text []byte) {
		s.arena = decode64(s.arena, text)
		s.into(l, at, "base64", s.arena[mark:])
		s.arena = s.arena[:mark]
	}
	start, known := open64(text)
	look(text[start:])
	if known {
		return true
	}
	// It may be binary all the same, behind a path or a name and a dash.
	for i := min(len(text)-minRun, probe/2); i > 0; i-- {
		if b := text[i-1]; !isDigit(b) && !isLetter(b) {
			look(text[i:])
			break
		}
	}
	return false
}

// open64 is where in a run the base64 text begins that makes sense: something may stand before it that is of the
// alphabet too.
func open64(text []byte) (start int, ok bool) {
	if len(text) < minRun {
		return 0, false
	}
	if opens(peek(text, &base64of, 6)) {
		return 0, true
	}
	for shift := 1; shift < 4; shift++ {
		if readable64(text[shift:]) {
			return shift, true
		}
	}
	for i, b := range text[:min(len(text)-minRun, 2*probe)] {
		if isDigit(b) || isLetter(b) {
			continue
		}
		if opens(peek(text[i+1:], &base64of, 6)) {
			return i + 1, true
		}
	}
	return 0, false
}

// readable64 says whether base64 text decodes to something readable at its middle or its end.
func readable64(text []byte) bool {
	if len(text) < minRun+8 {
		return false
	}
	for _, i := range []int{len(text) / 2 &^ 3, (len(text) - minRun) &^ 3} {
		var buf [minRun]byte
		if readable(decode64(buf[:0], text[i:min(len(text), i+minRun)])) {
			return true
		}
	}
	return false
}

// minDisguised is how long a run must be that all rotations of the alphabet are tried on it.
const minDisguised = 64

// disguised looks into a run that makes sense only when read backwards or with its letters rotated.
func (s *search) disguised(l layer, at int, text []byte) {
	mark := len(s.arena)
	var buf [probe]byte
	for i := range min(len(text), probe) {
		buf[i] = text[len(text)-1-i]
	}
	if head := buf[:min(len(text), probe)]; opensAny(head) {
		for i := range text {
			s.arena = append(s.arena, text[len(text)-1-i])
		}
		s.into(l, at, "reversed", s.arena[mark:])
		s.arena = s.arena[:mark]
	}
	for key := byte(1); key < 26; key++ {
		if key != 13 && len(text) < minDisguised {
			continue
		}
		c := cipher{rotateLetters, key}
		head := buf[:0]
		for _, b := range text[:min(len(text), probe)] {
			head = append(head, rotateLetter(b, key))
		}
		if opensAny(head) {
			s.arena = c.apply(s.arena, text)
			s.into(l, at, c.name(), s.arena[mark:])
			s.arena = s.arena[:mark]
		}
	}
}

// opensAny says whether text, read as any base-N, begins like something to look into.
func opensAny(text []byte) bool {
	for _, a := range []struct {
		of   *[256]byte
		bits uint
	}{{&hexValue, 4}, {&base32upper, 5}, {&base32lower, 5}} {
		if part := stretch(text, a.of); len(part) >= minRun && opens(peek(part, a.of, a.bits)) {
			return true
		}
	}
	_, ok := open64(text)
	return ok
}

// opens says whether data begins like text, a compressed stream or a media file: something that is not read wrongly.
func opens(data []byte) bool {
	if isGzip(data) || isZlib(data) || readable(data) {
		return true
	}
	for _, magic := range media {
		if bytes.HasPrefix(data, magic) {
			return true
		}
	}
	return false
}

// media are the signatures of what pages embed in base64 every day.
var media = [][]byte{
	[]byte("\x89PNG"), []byte("\xff\xd8\xff"), []byte("GIF8"), []byte("RIFF"), []byte("wOF"), []byte("\x00asm"),
	[]byte("\x00\x01\x00\x00"), []byte("OTTO"), []byte("ID3"), []byte("\x00\x00\x01\x00"), []byte("OggS"), []byte("%PDF"),
}
