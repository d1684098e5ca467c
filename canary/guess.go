package canary

import (
	"bytes"
	"slices"
)

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
	if key, ok := wideKey(data); ok && key != 0 {
		found = append(found, cipher{xorByte, key}, cipher{addByte, -key})
	}
	xor, add := plainUnder(data, &plainXOR), plainUnder(data, &plainAdd)
	if xor == (keySet{}) && add == (keySet{}) || isClear(data, xor) {
		return found
	}
	for _, judge := range []func([]byte, cipher) bool{codesUnder, hidesUnder} {
		for key := byte(1); key != 0 && len(found) < maxGuess; key++ {
			for _, k := range []cipher{{xorByte, key}, {addByte, key}} {
				fits := k.kind == xorByte && xor.has(key) || k.kind == addByte && add.has(key)
				if fits && judge(data, k) && !slices.Contains(found, k) && goesOn(data, k) {
					found = append(found, k)
				}
			}
		}
	}
	return found
}

// isClear says whether data needs no key: JSON in clear, or plain text that makes sense.
func isClear(data []byte, keys keySet) bool {
	head := data[:min(len(data), 2*guessed)]
	json := bytes.Count(head, []byte(`":`)) > 1 && bytes.Contains(head, []byte(`,"`)) && readable(data)
	return json || keys.has(0) && hidesUnder(data, cipher{kind: xorByte})
}

// wideKey says whether data begins with UTF-16 of ASCII, and what the zero bytes of it have become.
func wideKey(data []byte) (key byte, ok bool) {
	const units = 6
	if len(data) < 2*units {
		return 0, false
	}
	for half := range 2 {
		key, ok = data[half], true
		for i := range units {
			ok = ok && data[2*i+half] == key && data[2*i+1-half] != key
		}
		if ok {
			return key, true
		}
	}
	return 0, false
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

// goesOn says whether data is still mostly plain under a key at its middle or its end: a look at all of it is dear.
func goesOn(data []byte, c cipher) bool {
	for _, at := range []int{len(data) / 2, len(data)} {
		n, plain := 0, 0
		for _, b := range data[max(at-guessed, 0):at] {
			n++
			if plainBytes[c.of(b)] {
				plain++
			}
		}
		if 3*plain > 2*n {
			return true
		}
	}
	return false
}

// textUnder is how data begins under a key, without line breaks.
func textUnder(data []byte, c cipher) []byte {
	text := make([]byte, 0, 2*guessed)
	for _, b := range data[:min(len(data), 2*guessed)] {
		if b = c.of(b); b != '\r' && b != '\n' {
			text = append(text, b)
		}
	}
	return text
}

// codesUnder says whether the text under a key has escapes that give characters' numbers. Where they begin with a
// percent sign, all of them must: a single one may be a quotation mark and a digit under some key.
func codesUnder(data []byte, c cipher) bool {
	text := textUnder(data, c)
	codes := 0
	for i, b := range text[:max(len(text)-len("%u0000"), 0)] {
		if b != '%' && b != '\\' && b != '&' {
			continue
		}
		if isCode(text[i:]) {
			codes++
		} else if b == '%' {
			return false
		}
	}
	return codes > 1
}

// hidesUnder says whether the text under a key is JSON, a form, a list of numbers, or has escapes or base-N text in it.
func hidesUnder(data []byte, c cipher) bool {
	text := textUnder(data, c)
	list, commas := true, 0
	for _, b := range text {
		if !isDigit(b) {
			list = list && bytes.IndexByte([]byte(" ,;|-[]"), b) >= 0
			commas++
		}
	}
	return list && commas > 0 ||
		bytes.HasPrefix(text, []byte(`["`)) || bytes.HasPrefix(text, []byte(`{"`)) || bytes.HasPrefix(text, []byte("--")) ||
		bytes.Count(text, []byte(`":`)) > 1 || bytes.Count(text, []byte(`="`)) > 1 ||
		hidesRun(stretch(text, &base64of)) || codesUnder(data, c)
}

// hidesRun says whether a run is base-N text that makes sense.
func hidesRun(run []byte) bool {
	mixed := mixedCase(run)
	return opensAny(run, mixed) || mixed && after64(run, &base64of) > 0
}
