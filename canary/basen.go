package canary

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
