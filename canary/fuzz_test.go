package canary

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// chain encodes a message by up to maxDepth encoders, chosen by bytes; a choice that the matcher is not made for is left
// out. It returns what was done, innermost first.
func chain(msg []byte, choices []byte, ciphers int) ([]byte, []string) {
	var names []string
	var last encoder
	depth := 0
	for i := 0; i+1 < len(choices) && depth < maxDepth; i += 2 {
		e := encoders[int(choices[i])%len(encoders)]
		cost := 1
		if strings.HasSuffix(e.name, "twice") {
			cost = 2
		}
		if depth+cost > maxDepth || depth > 0 && !last.inside(e) {
			continue
		}
		if e.cipher && (ciphers == 0 || slices.Contains(names, "deflate")) {
			continue
		}
		if slices.Contains(names, "reversed") && e.text {
			continue // only the ends of a text tell that its escapes were turned, and now they are inside another
		}
		if e.name == "rot13" && depth > 0 && last.escapes() {
			continue // it turns the digits of escapes as well
		}
		msg = e.encode(msg, int(choices[i+1]))
		names = append(names, e.name)
		last = e
		depth += cost
		if e.cipher {
			ciphers--
		}
	}
	return msg, names
}

func FuzzRoundTrip(f *testing.F) {
	for i := range encoders {
		f.Add(byte(i), []byte{byte(i), 1, byte(i + 5), 2, byte(i + 11), 3, byte(i + 17), 4})
	}
	f.Fuzz(func(t *testing.T, which byte, choices []byte) {
		s := testSets[int(which)%len(testSets)]
		msg, names := chain(stolen(s), choices, 0)
		if found := testMatcher.Find(msg); !has(found, s, CardNumber) {
			t.Errorf("%s: card number not found after %q: %v\n%.300q", s.Locale, names, found, msg)
		}
	})
}

// A key must be guessed where something encoded lies under a cipher, and of several that make sense the right one may
// come too late. That is allowed to happen to one chain in 500.
func TestRandomChainsWithOneCipher(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	choices := make([]byte, 2*maxDepth)
	const n = 600
	var missed []string
	for range n {
		for i := range choices {
			choices[i] = byte(r.IntN(256))
		}
		s := testSets[r.IntN(len(testSets))]
		msg, names := chain(stolen(s), choices, 1)
		if found := testMatcher.Find(msg); !has(found, s, CardNumber) {
			missed = append(missed, fmt.Sprintf("%q", names))
		}
	}
	if len(missed) > n/500 {
		t.Errorf("%d of %d not found: %v", len(missed), n, missed)
	}
}

func FuzzFind(f *testing.F) {
	for i, s := range testSets[:4] {
		msg, _ := chain(stolen(s), []byte{byte(i), 0, byte(i + 7), 1}, 1)
		f.Add(msg)
	}
	f.Add(bytes.Repeat([]byte{0x1f, 0x8b, 8, 0}, 40))
	f.Add(bytes.Repeat([]byte("%u00"), 40))
	f.Add(bytes.Repeat([]byte(`\u{1`), 40))
	f.Add(bytes.Repeat([]byte("0,"), 400))
	f.Add(bytes.Repeat([]byte("4000000"), 40))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, m := range testMatcher.Find(data) {
			if m.Offset < 0 || m.Offset >= len(data) || len(m.Encoding) > maxDepth+2 {
				t.Errorf("impossible match %+v in %d bytes", m, len(data))
			}
		}
	})
}

func FuzzCollector(f *testing.F) {
	f.Add([]byte("k=4\nk=0\nk=0\n{\"k\":\"4\"}\nk=&&&=\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c := NewCollector(testMatcher)
		for _, line := range bytes.Split(data, []byte("\n")) {
			c.Add("d", line)
		}
		c.Find()
	})
}
