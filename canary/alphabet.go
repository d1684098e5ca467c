package canary

// An alphabet of the sender's own, base64 with its letters in another order, hides what was typed from who knows only the
// usual ones. It does not hide which characters are the same: where a card number stands in the bits, the same six of them
// become the same letter. A number has so many of the same that nothing else falls into its pattern.

// minSame is how many characters of a pattern must repeat an earlier one. Of six, in an alphabet of 64, one text in some
// ten billions has them by chance.
const minSame = 6

// pattern says, for the characters in which a field is written so many bits at a time, which earlier one each repeats.
type pattern struct {
	set     int
	earlier []int // -1: none
	how     string
}

// patterns are those of a set's card number, in every way in which it can lie across the characters.
func patterns(s Set, set int) []pattern {
	var out []pattern
	n := s.Card.Number
	for _, text := range []string{n, grouped(n, " "), grouped(n, "-")} {
		for skip := range 3 {
			out = append(out, patternOf(text, set, 6, []int{0, 4, 2}[skip], "base64"))
		}
		out = append(out, patternOf(text, set, 4, 0, "hex"))
	}
	var strong []pattern
	for _, p := range out {
		same := 0
		for _, at := range p.earlier {
			if at >= 0 {
				same++
			}
		}
		if same >= minSame {
			strong = append(strong, p)
		}
	}
	return strong
}

// patternOf is the pattern of a text's bits, width at a time, from the bit skip on.
func patternOf(text string, set, width, skip int, how string) pattern {
	p := pattern{set: set, how: how}
	last := map[int]int{}
	for bit := skip; bit+width <= 8*len(text); bit += width {
		symbol := 0
		for i := bit; i < bit+width; i++ {
			symbol = symbol<<1 | int(text[i/8]>>(7-i%8)&1)
		}
		at, seen := last[symbol]
		if !seen {
			at = -1
		}
		last[symbol] = len(p.earlier)
		p.earlier = append(p.earlier, at)
	}
	return p
}

// ownAlphabet looks for card numbers in a run of characters that is neither hex nor base64 as others write it.
func (s *search) ownAlphabet(l layer, at int, text []byte) {
	if s.keyWork -= len(text); s.keyWork < 0 {
		return
	}
	for _, p := range s.m.patterns {
		for i := 0; i+len(p.earlier) <= len(text); i++ {
			if p.fits(text[i : i+len(p.earlier)]) {
				s.add(l, p.set, CardNumber, p.how, at+i)
				break
			}
		}
	}
}

func (p pattern) fits(text []byte) bool {
	for i, at := range p.earlier {
		if at >= 0 && text[i] != text[at] {
			return false
		}
	}
	var seen [256]bool
	for i, at := range p.earlier {
		if at < 0 && seen[text[i]] {
			return false
		}
		seen[text[i]] = true
	}
	return true
}
