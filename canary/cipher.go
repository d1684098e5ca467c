package canary

import (
	"bytes"
	"strconv"
)

// cipher is a substitution of single bytes, the kind a skimmer writes in one line.
type cipher struct {
	kind cipherKind
	key  byte
}

type cipherKind byte

const (
	noCipher        cipherKind = iota
	xorByte                    // c ^ key
	addByte                    // c + key
	rotateLetters              // letters on by key, each in its case
	rotatePrintable            // ROT47: every printable ASCII character on by 47 of 94
)

// name is the cipher in a match's Encoding.
func (c cipher) name() string {
	switch c.kind {
	case xorByte:
		return "xor"
	case addByte:
		return "shift"
	case rotateLetters:
		return "rot" + strconv.Itoa(26-int(c.key))
	case rotatePrintable:
		return "rot47"
	}
	return ""
}

// table is the substitution.
func (c cipher) table() *[256]byte {
	var t [256]byte
	for i := range t {
		b := byte(i)
		switch c.kind {
		case xorByte:
			b ^= c.key
		case addByte:
			b += c.key
		case rotateLetters:
			b = rotateLetter(b, c.key)
		case rotatePrintable:
			if b >= '!' && b <= '~' {
				b = '!' + (b-'!'+47)%94
			}
		}
		t[i] = b
	}
	return &t
}

func (c cipher) text(s string) string { return string(c.apply(nil, []byte(s))) }

// apply appends what the cipher makes of src.
func (c cipher) apply(dst, src []byte) []byte {
	t := c.table()
	for _, b := range src {
		dst = append(dst, t[b])
	}
	return dst
}

// plainBytes are the bytes of which forms, JSON, and every base-N text are made.
var plainBytes = func() (set [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789{}[]\":,=&%._-+/@ \\;#|\r\n") {
		set[c] = true
	}
	return set
}()

const (
	guessed   = 64 // bytes that must all look plain under a key
	maxGuess  = 8
	minCipher = 24
)

// keySet is a set of keys.
type keySet [4]uint64

func (k *keySet) put(key byte)      { k[key>>6] |= 1 << (key & 63) }
func (k *keySet) has(key byte) bool { return k[key>>6]>>(key&63)&1 != 0 }

// plainKeys are, for every byte, the keys under which it is a plain one.
func plainKeys() (xor, add [256]keySet) {
	for b := range 256 {
		for c, plain := range plainBytes {
			if plain {
				xor[b].put(byte(b ^ c))
				add[b].put(byte(c - b))
			}
		}
	}
	return xor, add
}

var plainXOR, plainAdd = plainKeys()

// plainUnder is the keys under which data begins with plain bytes only.
func plainUnder(data []byte, keys *[256]keySet) (k keySet) {
	k = keys[data[0]]
	for _, b := range data[1:min(len(data), guessed)] {
		with := &keys[b]
		k[0], k[1], k[2], k[3] = k[0]&with[0], k[1]&with[1], k[2]&with[2], k[3]&with[3]
		if k == (keySet{}) {
			break
		}
	}
	return k
}

// guessCiphers lists the keys under which data begins like a compressed stream, or like text that hides some other. The
// needles find what lies directly under a key; this is for what is encoded once more below it.
func guessCiphers(data []byte) []cipher {
	if len(data) < minCipher || uniform(data[:min(len(data), guessed)]) {
		return nil
	}
	var found []cipher
	for _, k := range []cipher{
		{xorByte, data[0] ^ 0x1f}, {addByte, 0x1f - data[0]}, {xorByte, data[0] ^ 0x78}, {addByte, 0x78 - data[0]},
	} {
		if head := []byte{k.of(data[0]), k.of(data[1]), k.of(data[2])}; k.key != 0 && (isGzip(head) || isZlib(head)) {
			found = append(found, k)
		}
	}
	xor, add := plainUnder(data, &plainXOR), plainUnder(data, &plainAdd)
	if xor == (keySet{}) && add == (keySet{}) || xor.has(0) && hidesUnder(data, cipher{kind: xorByte}) {
		return found
	}
	for key := byte(1); key != 0 && len(found) < maxGuess; key++ {
		if k := (cipher{xorByte, key}); xor.has(key) && hidesUnder(data, k) {
			found = append(found, k)
		}
		if k := (cipher{addByte, key}); add.has(key) && hidesUnder(data, k) {
			found = append(found, k)
		}
	}
	return found
}

// uniform says whether data has so few different bytes that any key fits.
func uniform(data []byte) bool {
	const few = 5
	var seen keySet
	n := 0
	for _, b := range data {
		if !seen.has(b) {
			seen.put(b)
			if n++; n > few {
				return false
			}
		}
	}
	return true
}

func (c cipher) of(b byte) byte {
	if c.kind == xorByte {
		return b ^ c.key
	}
	return b + c.key
}

// hidesUnder says whether the text under a key is JSON, a form, a list of numbers, or has escapes or base-N text in it.
func hidesUnder(data []byte, c cipher) bool {
	var buf [2 * guessed]byte
	text := buf[:min(len(data), len(buf))]
	list, commas := true, 0
	for i := range text {
		text[i] = c.of(data[i])
		if !isDigit(text[i]) {
			list = list && bytes.IndexByte([]byte(", |-[]"), text[i]) >= 0
			commas++
		}
	}
	if list && commas > 0 || bytes.HasPrefix(text, []byte(`{"`)) || bytes.HasPrefix(text, []byte(`["`)) || opensAny(stretch(text, &base64of)) {
		return true
	}
	for i, b := range text {
		if (b == '%' || b == '\\' || b == '&') && isCode(text[i:]) {
			return true
		}
	}
	return false
}

func rotateLetter(b, by byte) byte {
	switch {
	case b >= 'a' && b <= 'z':
		return 'a' + (b-'a'+by)%26
	case b >= 'A' && b <= 'Z':
		return 'A' + (b-'A'+by)%26
	}
	return b
}
