package canary

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
)

const (
	weakSpan = 1024 // how far from a strong field of its set a weak one may stand
	pairSpan = 64   // how far apart the parts of one may stand
)

// weak looks for the fields that are too short to prove anything, around strong ones of the same set.
func (s *search) weak(l layer, hits []hit) {
	for i, h := range hits {
		if i > 0 && hits[i-1].set == h.set && h.at-hits[i-1].at < weakSpan/2 && h.at >= hits[i-1].at {
			continue
		}
		from, to := max(h.at-weakSpan, 0), min(h.at+weakSpan, len(l.data))
		near := l.data[from:to]
		set := s.m.sets[h.set]
		note := func(f Field, at int) {
			if at >= 0 {
				s.add(l, h.set, f, "", from+at)
			}
		}
		note(CardCode, indexAny(near, written(set.Card.Code)))
		note(CardExpiry, indexExpiry(near, set.Card))
		note(Postcode, indexPostcode(near, set.Person.Postcode))
		note(City, bytes.Index(near, []byte(set.Person.City)))
	}
}

// written is s in clear and as the encodings that a field is given by itself.
func written(s string) []string {
	return []string{s, base64.RawStdEncoding.EncodeToString([]byte(s)), hex.EncodeToString([]byte(s))}
}

func indexExpiry(near []byte, c Card) int {
	month, year := fmt.Sprintf("%02d", c.Month), fmt.Sprint(c.Year)
	short := year[2:]
	var forms []string
	for _, sep := range []string{"/", "-", "", " / ", "."} {
		forms = append(forms, month+sep+short, month+sep+year, year+sep+month)
	}
	forms = append(forms, short+month)
	for _, f := range forms[:len(forms):len(forms)] {
		forms = append(forms, written(f)[1:]...)
	}
	if at := indexAny(near, forms); at >= 0 {
		return at
	}
	for _, m := range []string{month, fmt.Sprint(c.Month)} {
		for _, y := range []string{year, short} {
			if at := indexPair(near, m, y); at >= 0 {
				return at
			}
		}
	}
	return -1
}

func indexPostcode(near []byte, code string) int {
	bare := digitsOf(code)
	if at := indexAny(near, append(written(code), written(bare)...)); at >= 0 || len(bare) == len(code) {
		return at
	}
	return indexPair(near, bare[:3], bare[3:])
}

// indexAny is where the first of words stands with no letter or digit on either side, or -1.
func indexAny(near []byte, words []string) int {
	for _, w := range words {
		if at := indexWord(near, w, 0); at >= 0 {
			return at
		}
	}
	return -1
}

func indexWord(near []byte, word string, from int) int {
	for {
		i := bytes.Index(near[from:], []byte(word))
		if i < 0 {
			return -1
		}
		from += i
		if noWordEdge.free(near, from, from+len(word), cipher{}) {
			return from
		}
		from++
	}
}

// indexPair is where a stands, as a word, with b a little further on, or -1.
func indexPair(near []byte, a, b string) int {
	for from := 0; ; from++ {
		if from = indexWord(near, a, from); from < 0 {
			return -1
		}
		after := near[from+len(a) : min(from+len(a)+pairSpan, len(near))]
		if indexWord(after, b, 0) >= 0 {
			return from
		}
	}
}
