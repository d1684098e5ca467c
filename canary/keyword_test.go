package canary

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"testing"
)

// repeat writes a message under a key that is used over and over.
func repeat(message, key string, of func(a, b byte) byte) []byte {
	out := []byte(message)
	for i := range out {
		out[i] = of(out[i], key[i%len(key)])
	}
	return out
}

func TestKeysOfSeveralBytes(t *testing.T) {
	xor := func(a, b byte) byte { return a ^ b }
	add := func(a, b byte) byte { return a + b }
	for i := range 40 {
		s := Mint(source(i), testLocales[i%4], now)
		message := s.Card.Holder + "|" + s.Card.Number + "|" + s.Card.Expiry() + "|" + s.Card.Code
		for _, key := range []string{"ab", "Key", "mango", "s3cr3t!", "precious", "eleven-long"} {
			for name, body := range map[string][]byte{
				"hex":       []byte("v=2&d=" + hex.EncodeToString(repeat(message, key, xor))),
				"base64":    []byte(`{"t":12,"d":"` + base64.StdEncoding.EncodeToString(repeat(message, key, xor)) + `"}`),
				"shift":     []byte("d=" + hex.EncodeToString(repeat(message, key, add))),
				"as it is":  repeat(message, key, xor),
				"in base64": []byte(base64.StdEncoding.EncodeToString(repeat(base64.StdEncoding.EncodeToString([]byte(message)), "q", xor))),
			} {
				if name == "as it is" && len(key) > 8 {
					continue
				}
				if !Confirmed(NewMatcher(s).Find(body)) {
					t.Errorf("%s under %q: nothing found", name, key)
				}
			}
		}
	}
}

func TestNoKeyIsFoundWhereThereIsNone(t *testing.T) {
	m := NewMatcher(Mint(source(1), "ja", now), Mint(source(2), "en", now))
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 3000 {
		b := make([]byte, 40+r.IntN(800))
		for j := range b {
			switch i % 4 {
			case 0:
				b[j] = byte(r.Uint32())
			case 1:
				b[j] = byte('0' + r.IntN(10))
			case 2:
				b[j] = " 0123456789abcdefghijklmnopqrstuvwxyz"[r.IntN(37)]
			case 3:
				b[j] = fmt.Sprintf("%d,%d;", 1700000000000+i*977, j*j)[j%16]
			}
		}
		if found := m.Find(b); len(found) > 0 {
			t.Fatalf("%d: %+v in %q", i, found, b)
		}
		if found := m.Find([]byte("d=" + hex.EncodeToString(b))); len(found) > 0 {
			t.Fatalf("%d: %+v in hex", i, found)
		}
	}
}
