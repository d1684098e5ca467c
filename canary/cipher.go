package canary

import "strconv"

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

// of is what an XOR or a shift makes of one byte.
func (c cipher) of(b byte) byte {
	if c.kind == xorByte {
		return b ^ c.key
	}
	return b + c.key
}

// rotateLetter moves a letter on in the alphabet, in its case.
func rotateLetter(b, by byte) byte {
	switch {
	case b >= 'a' && b <= 'z':
		return 'a' + (b-'a'+by)%26
	case b >= 'A' && b <= 'Z':
		return 'A' + (b-'A'+by)%26
	}
	return b
}
