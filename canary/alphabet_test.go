package canary

import (
	"encoding/base64"
	"encoding/hex"
	"math/rand/v2"
	"testing"
)

func TestAlphabetsOfTheSendersOwn(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for i := range 60 {
		s := Mint(source(i), testLocales[i%4], now)
		number := []string{s.Card.Number, grouped(s.Card.Number, " "), grouped(s.Card.Number, "-")}[i%3]
		message := []byte(s.Card.Holder[:i%4] + "\n" + number + "\n" + s.Card.Code)
		letters := []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
		r.Shuffle(len(letters), func(a, b int) { letters[a], letters[b] = letters[b], letters[a] })
		body := "/media/" + base64.NewEncoding(string(letters)).WithPadding(base64.NoPadding).EncodeToString(message) + "/regular.woff2"
		found := NewMatcher(s).Find([]byte(body))
		if len(found) == 0 || found[0].Field != CardNumber {
			t.Errorf("%d: base64: %+v in %s", i, found, body)
		}
		signs := []byte("abcdefghijkmnpqr")
		r.Shuffle(len(signs), func(a, b int) { signs[a], signs[b] = signs[b], signs[a] })
		var own []byte
		for _, b := range hex.EncodeToString(message) {
			n, _ := hex.DecodeString("0" + string(b))
			own = append(own, signs[n[0]])
		}
		if found := NewMatcher(s).Find(append([]byte("q="), own...)); len(found) == 0 {
			t.Errorf("%d: hex: nothing in %s", i, own)
		}
		if found := NewMatcher(Mint(source(1000+i), "ja", now)).Find([]byte(body)); len(found) > 0 {
			t.Errorf("%d: another's card: %+v", i, found)
		}
	}
}

func TestNoAlphabetIsFoundWhereThereIsNone(t *testing.T) {
	m := NewMatcher(Mint(source(1), "ja", now), Mint(source(2), "en", now), Mint(source(3), "ko", now))
	r := rand.New(rand.NewPCG(5, 6))
	for i := range 4000 {
		b := make([]byte, 40+r.IntN(1000))
		for j := range b {
			b[j] = []string{"0123456789abcdef", "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", "abcd"}[i%4][r.IntN([]int{16, 10, 64, 4}[i%4])]
		}
		if i%5 == 0 {
			b = []byte(base64.StdEncoding.EncodeToString(b))
		}
		if found := m.Find(b); len(found) > 0 {
			t.Fatalf("%d: %+v in %s", i, found, b)
		}
	}
}
