package canary

import "bytes"

// A key of several bytes, used over and over, is the commonest thing a skimmer calls encryption. Who knows a part of what
// was typed needs no key: two characters that are a key's length apart were changed by the same byte of it, so that their
// difference is that of the characters themselves. Where the differences of a field are found, the key follows from them.

const (
	maxKeyword  = 32       // bytes of a key
	maxUnderKey = 2 << 10  // bytes of a layer; what is stolen is short
	maxKeyInput = 16 << 10 // bytes of an input; large ones are no loot, and have thousands of layers
	maxKeyWork  = 4 << 20  // bytes compared in one look; beyond it no more keys are tried

	// Differences that have to agree: in what was decoded from hex or base64, and in text as it came, where the
	// characters, and so their differences, are few.
	minDifferences     = 5
	minDifferencesText = 8
)

// phrase is a field that is long enough to reveal a key, with its differences for every length of one.
type phrase struct {
	text []byte
	xor  [][]byte // by length of the key
	add  [][]byte
}

// phrases are what a message of a set can hardly do without.
func phrases(s Set) []phrase {
	var out []phrase
	add := func(text string) {
		p := phrase{text: []byte(text), xor: make([][]byte, maxKeyword+1), add: make([][]byte, maxKeyword+1)}
		for n := 2; n <= maxKeyword && n+minDifferences <= len(text); n++ {
			p.xor[n], p.add[n] = differences(nil, p.text, n, xorByte), differences(nil, p.text, n, addByte)
		}
		out = append(out, p)
	}
	number := s.Card.Number
	for _, text := range []string{number, grouped(number, " "), grouped(number, "-"), s.Person.Email, s.Card.Holder} {
		if len(text) >= minNeedle {
			add(text)
		}
	}
	return out
}

// differences appends those of all bytes that are n apart.
func differences(dst, text []byte, n int, kind cipherKind) []byte {
	for i := n; i < len(text); i++ {
		if kind == xorByte {
			dst = append(dst, text[i]^text[i-n])
		} else {
			dst = append(dst, text[i]-text[i-n])
		}
	}
	return dst
}

// keyword looks into what a layer is under a key of several bytes that is used over and over.
func (s *search) keyword(l layer) {
	const ground = 2 * minDifferences
	for _, how := range l.undone() {
		if isGuessed(how) {
			return
		}
	}
	if len(l.data) > maxUnderKey || len(l.data) < ground+minDifferences || uniform(l.data) {
		return
	}
	least := minDifferences
	if l.clear {
		least = minDifferencesText
	}
	var buffer [maxUnderKey]byte
	for n := 2; n <= maxKeyword && n+least <= len(l.data); n++ {
		if s.keyWork -= len(l.data); s.keyWork < 0 {
			return
		}
		for _, kind := range []cipherKind{xorByte, addByte} {
			here := differences(buffer[:0], l.data, n, kind)
			for i := range s.m.phrases {
				p := &s.m.phrases[i]
				want := p.xor[n]
				if kind == addByte {
					want = p.add[n]
				}
				if len(want) < least {
					continue
				}
				if at := bytes.Index(here, want); at >= 0 && s.underKey(l, p.text, at, n, kind, len(want)) {
					return
				}
			}
		}
	}
}

// underKey undoes the key that makes a phrase of what stands at a place, and keeps what is found then if it is more than
// that phrase: the fewer differences agreed, the more.
func (s *search) underKey(l layer, text []byte, at, n int, kind cipherKind, agreed int) bool {
	key := make([]byte, n)
	digits := true
	for i := range n {
		b := l.data[at+i]
		if kind == xorByte {
			key[(at+i)%n] = b ^ text[i]
			digits = digits && b^text[i] < 16
		} else {
			key[(at+i)%n] = text[i] - b
			digits = digits && int8(text[i]-b) < 10 && int8(text[i]-b) > -10
		}
	}
	if digits { // a number turned into another number
		return false
	}
	mark, hits, found := len(s.arena), len(s.hits), len(s.found)
	before := append([]Match(nil), s.found...)
	for i, b := range l.data {
		if kind == xorByte {
			s.arena = append(s.arena, b^key[i%n])
		} else {
			s.arena = append(s.arena, b+key[i%n])
		}
	}
	s.into(l, 0, cipher{kind: kind}.name(), s.arena[mark:])
	s.arena = s.arena[:mark]
	more := 2
	if agreed < minDifferencesText {
		more = 3
	}
	if len(s.found)-found >= more {
		return true
	}
	s.found, s.hits = before, s.hits[:hits]
	return false
}
