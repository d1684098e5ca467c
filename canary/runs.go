package canary

import "bytes"

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
	if !known {
		s.ownAlphabet(l, at, text)
	}
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
