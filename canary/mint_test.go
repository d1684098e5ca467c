package canary

import (
	"bytes"
	"crypto/rand"
	"errors"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode"
	"unicode/utf8"
)

var now = time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)

// source is a different, fixed stream of bytes for each n.
func source(n int) *bytes.Reader {
	seed := make([]byte, 32)
	seed[0], seed[1] = byte(n), byte(n>>8)
	return bytes.NewReader(seed)
}

func TestMintIsWhatFormsAccept(t *testing.T) {
	shapes := map[string]struct{ phone, postcode, name string }{
		"ja": {`^090-0\d{3}-\d{4}$`, `^\d{3}-\d{4}$`, `^[\p{Han}ヶ]+ \p{Han}+$`},
		"ko": {`^010-0\d{3}-\d{4}$`, `^\d{5}$`, `^\p{Hangul}+$`},
		"id": {`^0862-\d{4}-\d{4}$`, `^\d{5}$`, `^[A-Za-z ]+$`},
		"en": {`^[2-9]\d{2}-555-[5-8]\d{3}$`, `^\d{5}$`, `^[A-Za-z-]+ [A-Za-z-]+$`},
	}
	for locale, shape := range shapes {
		for n := range 300 {
			s, err := Mould{Long: n%2 == 1}.Mint(source(n), locale, now)
			if err != nil {
				t.Fatal(err)
			}
			match := func(what, pattern, value string) {
				t.Helper()
				if !regexp.MustCompile(pattern).MatchString(value) {
					t.Errorf("%s %d: %s %q does not match %s", locale, n, what, value, pattern)
				}
			}
			match("phone", shape.phone, s.Person.Phone)
			match("postcode", shape.postcode, s.Person.Postcode)
			match("name", shape.name, s.Person.Name())
			match("card", `^400000\d{10}$`, s.Card.Number)
			match("code", `^\d{3}$`, s.Card.Code)
			match("expiry", `^(0[1-9]|1[0-2])/(28|29|30)$`, s.Card.Expiry())
			match("holder", `^[A-Z][A-Z -]{10,63}$`, s.Card.Holder)
			match("e-mail", `^[a-z][a-z.-]*\.[a-z2-9]{8}(\.[a-z2-9]{19})?@example\.com$`, s.Person.Email)
			match("password", `^[A-Z][A-Za-z0-9!]{15}$`, s.Person.Password)
			if got := luhn(s.Card.Number[:15]); got != s.Card.Number[15] {
				t.Errorf("%s: check digit %c, want %c", s.Card.Number, s.Card.Number[15], got)
			}
			if local, _, _ := strings.Cut(s.Person.Email, "@"); len(local) < 19 || len(local) > 64 {
				t.Errorf("local part %q has %d characters", local, len(local))
			}
			if age := now.Sub(s.Person.Birth); age < 20*365*24*time.Hour {
				t.Errorf("born %v: a shop may refuse a minor", s.Person.Birth)
			}
			for _, r := range s.Person.FamilyKana + s.Person.GivenKana {
				if !unicode.In(r, unicode.Katakana) {
					t.Errorf("%q is no katakana", r)
				}
			}
			if (locale == "ja") != (s.Person.FamilyKana != "") {
				t.Errorf("%s: kana %q", locale, s.Person.FamilyKana)
			}
			for _, v := range []string{
				s.Person.Region, s.Person.RegionCode, s.Person.City, s.Person.Street,
				s.Person.Building, s.Person.Company, s.Person.Country, s.Person.Gender, s.ID,
			} {
				if v == "" || strings.TrimSpace(v) != v || !utf8.ValidString(v) {
					t.Errorf("%s %d: bad value %q in %+v", locale, n, v, s.Person)
				}
			}
		}
	}
}

func TestLuhnOfPublishedNumbers(t *testing.T) {
	for _, n := range []string{"4111111111111111", "4242424242424242", "5555555555554444", "378282246310005"} {
		if got := luhn(n[:len(n)-1]); got != n[len(n)-1] {
			t.Errorf("luhn(%s) = %c", n, got)
		}
	}
}

func TestMintIsDeterminedByItsReader(t *testing.T) {
	if a, b := Mint(source(7), "ja", now), Mint(source(7), "ja", now); a != b {
		t.Errorf("same source, different sets:\n%+v\n%+v", a, b)
	}
}

func TestMintIsUnique(t *testing.T) {
	seen := map[string]string{}
	for _, locale := range []string{"ja", "ko", "id", "en"} {
		for range 200 {
			s := Mint(rand.Reader, locale, now)
			for _, v := range []string{s.ID, s.Card.Number, s.Person.Email, s.Person.Password} {
				if who, ok := seen[v]; ok {
					t.Errorf("%q minted for %s and %s", v, who, s.ID)
				}
				seen[v] = s.ID
			}
		}
	}
}

func TestLongDiffersInLength(t *testing.T) {
	width := func(s Set) [5]int {
		local, _, _ := strings.Cut(s.Person.Email, "@")
		return [5]int{len(s.Card.Holder), len(s.Person.Family + s.Person.Given), len(local), len(s.Person.Street), len(s.Person.Building)}
	}
	for _, locale := range []string{"ja", "ko", "id", "en"} {
		var widest [5]int
		narrowest := [5]int{1 << 20, 1 << 20, 1 << 20, 1 << 20, 1 << 20}
		for n := range 400 {
			long, err := Mould{Long: true}.Mint(source(n), locale, now)
			if err != nil {
				t.Fatal(err)
			}
			for i, w := range width(Mint(source(n), locale, now)) {
				widest[i] = max(widest[i], w)
			}
			for i, w := range width(long) {
				narrowest[i] = min(narrowest[i], w)
			}
		}
		for i := range widest {
			if narrowest[i] <= widest[i] {
				t.Errorf("%s: value %d: a long one has %d bytes, an ordinary one %d", locale, i, narrowest[i], widest[i])
			}
		}
	}
}

func TestMouldRefuses(t *testing.T) {
	for _, m := range []Mould{{BIN: "12"}, {BIN: "40000000000"}, {BIN: "4000x0"}, {Domain: "a@b.example"}, {Domain: ".example"}} {
		if _, err := m.Mint(source(1), "en", now); err == nil {
			t.Errorf("%+v: no error", m)
		}
	}
	boom := errors.New("no entropy")
	if _, err := (Mould{}).Mint(iotest.ErrReader(boom), "en", now); !errors.Is(err, boom) {
		t.Errorf("error %v does not wrap the reader's", err)
	}
	s, err := Mould{BIN: "411111", Domain: "mail.shop.example"}.Mint(source(1), "xx", now)
	if err != nil || s.Locale != "en" || !strings.HasPrefix(s.Card.Number, "411111") || !strings.HasSuffix(s.Person.Email, "@mail.shop.example") {
		t.Errorf("got %+v, %v", s, err)
	}
}
