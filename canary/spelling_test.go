package canary

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Ways to send a field that are no encoding of the whole message.
func TestFindSpellings(t *testing.T) {
	ja, ko, id, en := testSets[0], testSets[1], testSets[2], testSets[3]
	n := ja.Card.Number
	digit := func(f func(d byte, i int) string) string {
		var b strings.Builder
		for i := range len(n) {
			b.WriteString(f(n[i], i))
		}
		return b.String()
	}
	value, err := strconv.ParseUint(n, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	kana := ja.Person
	for _, c := range []struct {
		name string
		set  Set
		f    Field
		data string
	}{
		{"spaces", ja, CardNumber, "pan=" + grouped(n, " ")},
		{"dots", ja, CardNumber, "pan=" + grouped(n, ".")},
		{"no-break spaces", ja, CardNumber, "pan=" + grouped(n, "\u00a0")},
		{"every digit apart", ja, CardNumber, digit(func(d byte, _ int) string { return string(d) + ", " })},
		{"full width", ja, CardNumber, fullWidth(n)},
		{"full width with dashes", ja, CardNumber, fullWidth(grouped(n, "－"))},
		{"beside other digits", ja, CardNumber, "1767225600" + n + ja.Card.Code + "1228"},
		{"form fields", ja, CardNumber, "cc1=" + n[:4] + "&cc2=" + n[4:8] + "&cc3=" + n[8:12] + "&cc4=" + n[12:]},
		{"form fields with long numbers", ja, CardNumber, "f_1029=" + n[:6] + "&f_1030=" + n[6:12] + "&f_1031=" + n[12:]},
		{"json fields", ja, CardNumber, `{"a":"` + n[:8] + `","b":"` + n[8:] + `"}`},
		{"key strokes with times", ja, CardNumber, digit(func(d byte, i int) string {
			return fmt.Sprintf(`{"t":%d,"k":"%c"},`, 1767225600000+i*131, d)
		})},
		{"reversed", ja, CardNumber, reversed(n)},
		{"reversed with dashes", ja, CardNumber, reversed(grouped(n, "-"))},
		{"digits shifted", ja, CardNumber, digit(func(d byte, _ int) string { return string('0' + (d-'0'+7)%10) })},
		{"digits shifted, reversed", ja, CardNumber, reversed(digit(func(d byte, _ int) string { return string('0' + (d-'0'+3)%10) }))},
		{"base 16", ja, CardNumber, "v=" + strconv.FormatUint(value, 16)},
		{"base 32", ja, CardNumber, "v=" + strconv.FormatUint(value, 32)},
		{"base 36", ja, CardNumber, "v=" + strings.ToUpper(strconv.FormatUint(value, 36))},
		{"bytes as characters", ja, CardNumber, string(eachRuneLatin1(stolen(ja), 0x80))},

		{"phone in digits", ja, Phone, "tel=" + digitsOf(ja.Person.Phone)},
		{"phone abroad", ja, Phone, "tel=+81 " + ja.Person.Phone[1:]},
		{"phone in E.164", ko, Phone, "tel=%2B82" + digitsOf(ko.Person.Phone)[1:]},
		{"phone in brackets", en, Phone, "(" + en.Person.Phone[:3] + ") " + en.Person.Phone[4:]},
		{"phone in fields", id, Phone, "tel01=" + id.Person.Phone[:4] + "&tel02=" + id.Person.Phone[5:9] + "&tel03=" + id.Person.Phone[10:]},

		{"name in fields", ja, Name, url.Values{"name01": {ja.Person.Family}, "name02": {ja.Person.Given}}.Encode()},
		{"kana in fields", ja, Name, "kana01=" + kana.FamilyKana + "&kana02=" + kana.GivenKana},
		{"name with a wide space", ja, Name, ja.Person.Family + "　" + ja.Person.Given},
		{"given name first", ko, Name, `{"first":"` + ko.Person.Given + `","last":"` + ko.Person.Family + `"}`},
		{"name in capitals", ja, CardHolder, "name=" + url.QueryEscape(ja.Card.Holder)},
		{"name in small letters", id, Name, strings.ToLower(id.Person.Name())},
		{"address in capitals", en, Address, strings.ToUpper(en.Person.Street)},
		{"building only", en, Address, en.Person.Building},
		{"address in full width", ja, Address, fullWidth(ja.Person.Street)},
		{"address, escaped", ko, Address, url.PathEscape(ko.Person.Street)},
		{"mail in capitals", en, Email, strings.ToUpper(en.Person.Email)},
		{"mail without its domain", en, Email, strings.Split(en.Person.Email, "@")[0]},
		{"mail, rot 5", en, Email, cipher{rotateLetters, 5}.text(en.Person.Email)},
		{"mail, rot47", en, Email, cipher{kind: rotatePrintable}.text(en.Person.Email)},
		{"password", en, Password, `"pwd":"` + en.Person.Password + `"`},
	} {
		if found := testMatcher.Find([]byte(c.data)); !has(found, c.set, c.f) {
			t.Errorf("%s: %s not found in %.120q: %v", c.name, c.f, c.data, found)
		}
	}
}

// eachRuneLatin1 is what becomes of bytes that a script keeps in a string: one character each, sent as UTF-8.
func eachRuneLatin1(msg []byte, key byte) []byte {
	r := make([]rune, len(msg))
	for i, b := range msg {
		r[i] = rune(b ^ key)
	}
	return []byte(string(r))
}

func TestFindSaysHowAndWhere(t *testing.T) {
	s := testSets[3]
	b64 := base64.StdEncoding.EncodeToString([]byte(`{"a":"\u003c` + s.Person.Email + `"}`))
	found := testMatcher.Find([]byte("n=12345&cc=" + s.Card.Number + "&d=" + b64))
	if len(found) != 2 || found[0].Field != CardNumber || found[1].Field != Email {
		t.Fatalf("found %v, want a card number and an e-mail address", found)
	}
	if m := found[0]; len(m.Encoding) > 0 || m.Offset != 11 {
		t.Errorf("card number as %v at %d, want it in clear at 11", m.Encoding, m.Offset)
	}
	if m := found[1]; !slices.Equal(m.Encoding, []string{"base64"}) || m.Offset < 30 {
		t.Errorf("e-mail address as %v at %d, want base64 at 30 or after", m.Encoding, m.Offset)
	}
}

func TestWeakFieldsOnlyBesideStrongOnes(t *testing.T) {
	s, other := testSets[0], testSets[4]
	weak := fmt.Sprintf("cvc=%s&exp=%s&zip=%s&city=%s", s.Card.Code, s.Card.Expiry(), s.Person.Postcode, s.Person.City)
	for _, f := range []Field{CardCode, CardExpiry, Postcode, City} {
		if has(testMatcher.Find([]byte(weak)), s, f) {
			t.Errorf("%s alone was reported", f)
		}
		if has(testMatcher.Find([]byte(weak+"&cc="+other.Card.Number)), s, f) {
			t.Errorf("%s was reported beside another set's card number", f)
		}
		if !has(testMatcher.Find([]byte(weak+"&cc="+s.Card.Number)), s, f) {
			t.Errorf("%s was not reported beside its card number", f)
		}
		if has(testMatcher.Find([]byte(weak+strings.Repeat("&x=y", 1000)+"&cc="+s.Card.Number)), s, f) {
			t.Errorf("%s was reported far from its card number", f)
		}
	}
	one := fmt.Sprintf("cc=%s&m=%02d&y=%d&zip1=%s&zip2=%s", s.Card.Number, s.Card.Month, s.Card.Year, s.Person.Postcode[:3], s.Person.Postcode[4:])
	each := "cc=" + base64.StdEncoding.EncodeToString([]byte(s.Card.Number)) + "&cvc=" + base64.StdEncoding.EncodeToString([]byte(s.Card.Code))
	for f, data := range map[Field]string{CardExpiry: one, Postcode: one, CardCode: each} {
		if !has(testMatcher.Find([]byte(data)), s, f) {
			t.Errorf("%s was not reported in %s", f, data)
		}
	}
}

// Parts of the data that stand for themselves, and data that is nearly ours.
func TestFindIsQuietOnParts(t *testing.T) {
	s := testSets[0]
	n, p := s.Card.Number, digitsOf(s.Person.Phone)
	wrong := n[:15] + string('0'+(n[15]-'0'+1)%10)
	for _, data := range []string{
		n[:6] + "******" + n[12:], n[:15], n[1:], wrong, grouped(wrong, " "), reversed(wrong),
		"bin=" + n[:8] + "&last4=" + n[12:], "1" + p, p + "1", "x=" + s.Person.Family, s.Person.Given,
		"@" + DefaultDomain, s.Person.City + s.Person.Postcode, s.Person.Password[:10],
		"cc1=" + n[:4] + "&x=1&y=2&cc2=" + n[4:8] + "&cc3=" + n[8:12] + "&z=5&cc4=" + n[12:], // no regular distance
	} {
		if found := testMatcher.Find([]byte(data)); len(found) > 0 {
			t.Errorf("found %v in %q", found, data)
		}
	}
}

func TestFindKeepsSetsApart(t *testing.T) {
	var all []byte
	for _, s := range testSets {
		all = append(all, stolen(s)...)
	}
	found := testMatcher.Find(all)
	for _, s := range testSets {
		for f := range fieldValues(s) {
			if !has(found, s, f) {
				t.Errorf("%s of %s not found among %d sets", f, s.ID, len(testSets))
			}
		}
	}
	if NewMatcher().Find(all) != nil {
		t.Error("a matcher without sets found something")
	}
}
