package canary

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
