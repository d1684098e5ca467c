package php

// needles are some short texts that are looked for all at once: by their first two bytes, of which few that code is made of
// begin one of them.
type needles struct {
	pairs [1 << 16 / 64]uint64 // a set
	one   [256]bool            // what is a word by itself
	by    [256][]string        // by the first byte
}

func newNeedles(list ...string) *needles {
	w := &needles{}
	for _, s := range list {
		if len(s) == 1 {
			w.one[s[0]] = true
		}
		w.by[s[0]] = append(w.by[s[0]], s)
		for b := range 256 {
			if len(s) == 1 || s[1] == byte(b) {
				pair := uint(s[0])<<8 | uint(b)
				w.pairs[pair>>6] |= 1 << (pair & 63)
			}
		}
	}
	return w
}

// anyOf tells whether one of them is in a text.
func anyOf[T string | []byte](w *needles, in T) bool {
	if len(in) == 0 {
		return false
	}
	pair := uint(in[0])
	for i := 1; i < len(in); i++ {
		pair = pair<<8&0xffff | uint(in[i])
		if w.pairs[pair>>6]&(1<<(pair&63)) == 0 {
			continue
		}
		for _, s := range w.by[in[i-1]] {
			if len(in)-i+1 >= len(s) && string(in[i-1:i-1+len(s)]) == s {
				return true
			}
		}
	}
	return w.one[in[len(in)-1]]
}
