package canary

import (
	"fmt"
	"slices"
	"testing"
)

var (
	testLocales = []string{"ja", "ko", "id", "en"}
	testSets    = func() (all []Set) {
		for i := range 16 {
			all = append(all, Mint(source(100+i), testLocales[i%4], now))
		}
		return all
	}()
	testMatcher = NewMatcher(testSets...)
)

// values lists what a single field is sent as.
func fieldValues(s Set) map[Field]string {
	return map[Field]string{
		CardNumber: s.Card.Number,
		CardHolder: s.Card.Holder,
		Email:      s.Person.Email,
		Phone:      s.Person.Phone,
		Name:       s.Person.Name(),
		Address:    s.Person.Street,
		Password:   s.Person.Password,
	}
}

func has(found []Match, s Set, f Field) bool {
	return slices.ContainsFunc(found, func(m Match) bool { return m.Set == s.ID && m.Field == f })
}

func TestFindEachFieldInEachEncoding(t *testing.T) {
	for _, s := range testSets[:4] {
		for f, v := range fieldValues(s) {
			for _, e := range encoders {
				if f == Name && s.Locale == "ko" && e.name == "utf-16" {
					continue // four syllables in eight bytes are too short to be told without anything around them
				}
				for n := range 5 {
					msg := e.encode([]byte(v), n)
					found := testMatcher.Find(msg)
					if !has(found, s, f) {
						t.Errorf("%s %s not found as %s (%d): %q", s.Locale, f, e.name, n, msg)
						break
					}
				}
			}
		}
	}
}

func TestFindWholeMessageInEachEncoding(t *testing.T) {
	strong := []Field{CardNumber, CardHolder, Email, Phone, Name, Address, Password}
	weak := []Field{CardCode, CardExpiry, Postcode, City}
	for _, s := range testSets[:4] {
		for _, e := range encoders {
			msg := e.encode(stolen(s), 3)
			found := testMatcher.Find(msg)
			for _, f := range append(strong, weak...) {
				if !f.Strong() && e.name == "reversed" {
					continue
				}
				if e.cipher && f == Name || has(found, s, f) {
					continue
				}
				t.Errorf("%s %s not found in a message as %s", s.Locale, f, e.name)
			}
			if !Confirmed(found) {
				t.Errorf("%s as %s: not confirmed: %v", s.Locale, e.name, found)
			}
			for _, m := range found {
				if m.Set != s.ID {
					t.Errorf("%s as %s: found another set: %v", s.Locale, e.name, m)
				}
			}
		}
	}
}

func TestFindChains(t *testing.T) {
	for i, a := range encoders {
		for j, b := range encoders {
			if !a.inside(b) {
				continue
			}
			s := testSets[(i+j)%4]
			msg := b.encode(a.encode(stolen(s), i), j)
			if found := testMatcher.Find(msg); !has(found, s, CardNumber) {
				t.Errorf("%s: card number not found as %s in %s: %v", s.Locale, a.name, b.name, found)
			}
		}
	}
}

// inside says whether what a makes can be told when b is around it. A cipher over a cipher is one the matcher does not
// know; and raw deflate has no header by which to know it under a key or after something else.
func (a encoder) inside(b encoder) bool {
	if a.name == "deflate" && (b.cipher || b.name == "base64 after a path") {
		return false
	}
	return !(a.cipher && b.cipher) && (!b.text || a.printable())
}

// escapes says whether what the encoder makes has letters that are digits of a number.
func (e encoder) escapes() bool {
	switch e.name {
	case "form", "percent", "percent twice", "entities", "json", "php json", "json twice", `\u`, `\x`:
		return true
	}
	return false
}

// printable says whether the encoder's output is text whatever its input.
func (e encoder) printable() bool {
	switch e.name {
	case "gzip", "zlib", "deflate", "xor", "shift", "utf-16", "multipart":
		return false
	}
	return true
}

func Example() {
	s := Mint(source(1), "ja", now)
	m := NewMatcher(s)
	body := []byte("a=1&cc1=" + s.Card.Number[:4] + "&cc2=" + s.Card.Number[4:8] + "&cc3=" + s.Card.Number[8:12] + "&cc4=" + s.Card.Number[12:])
	for _, match := range m.Find(body) {
		fmt.Println(match.Field, match.Encoding, match.Offset)
	}
	// Output: card.number [split] 8
}
