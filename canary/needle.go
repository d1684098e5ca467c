package canary

import (
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// needle is one byte string that stands for a field: the field itself or one of its encodings, in one of its
// spellings. Encodings that a decoder undoes are here as well where they can be cut or joined at any place, since then
// a decoder may start at the wrong one.
type needle struct {
	text  []byte
	set   int
	field Field
	how   string // the encoding, "" in clear
	turn  cipher // what undoes it over the whole message, where it is a cipher
	edge  edge
}

// edge is what may not stand on either side of a needle.
type edge int

const (
	anyEdge    edge = iota
	noDigit         // a telephone number inside a longer number is a coincidence
	noWordEdge      // so is a number written to another base inside a word
)

// half is a family or given name; both of one pair together are a name.
type half struct {
	text  []byte
	set   int
	field Field // what the pair is
	pair  int
	given bool
}

// spelling is one way in which people and programs write a field.
type spelling struct {
	field Field
	text  string
	edge  edge
}

func spellings(s Set) []spelling {
	var all []spelling
	add := func(f Field, e edge, texts ...string) {
		for _, t := range texts {
			if sp := (spelling{f, t, e}); len(t) >= minNeedle && !slices.Contains(all, sp) {
				all = append(all, sp)
			}
		}
	}
	n := s.Card.Number
	add(CardNumber, anyEdge, n, grouped(n, " "), grouped(n, "-"))
	local, _, _ := strings.Cut(s.Person.Email, "@") // alone, because of the many ways to write the sign after it
	add(Email, anyEdge, local, strings.ToUpper(local))
	p := s.phone()
	add(Phone, noDigit, s.Person.Phone, p.trunk+p.significant, p.country+p.significant)
	add(Password, anyEdge, s.Person.Password)
	add(CardHolder, anyEdge, s.Card.Holder)
	for _, pair := range s.names() {
		add(pair.field, anyEdge, cases(pair.family+" "+pair.given)...)
		add(pair.field, anyEdge, cases(pair.given+" "+pair.family)...)
		if s.Locale == "ja" || s.Locale == "ko" {
			add(pair.field, anyEdge, pair.family+pair.given, pair.family+"\u3000"+pair.given)
		}
	}
	for _, t := range []string{s.Person.Street, s.Person.Building} {
		add(Address, anyEdge, cases(t)...)
		add(Address, anyEdge, fullWidth(t))
	}
	return all
}

// namePair is a name in one script.
type namePair struct {
	field         Field
	family, given string
}

// names lists the scripts in which a set's name can be met. Where people write their names in Latin letters, the name in
// capitals is the card holder's as well, and both are reported.
func (s Set) names() []namePair {
	p := s.Person
	pairs := []namePair{{Name, p.Family, p.Given}}
	if p.FamilyKana != "" {
		pairs = append(pairs, namePair{Name, p.FamilyKana, p.GivenKana})
	}
	if p.Country == "JP" || p.Country == "KR" {
		if given, family, ok := strings.Cut(s.Card.Holder, " "); ok {
			pairs = append(pairs, namePair{CardHolder, family, given})
		}
	}
	return pairs
}

func halves(s Set, set, pair int) []half {
	var all []half
	for _, n := range s.names() {
		if len(n.family) < minHalf || len(n.given) < minHalf {
			continue
		}
		for _, t := range cases(n.family) {
			all = append(all, half{[]byte(t), set, n.field, pair, false})
		}
		for _, t := range cases(n.given) {
			all = append(all, half{[]byte(t), set, n.field, pair, true})
		}
		pair++
	}
	return all
}

// phoneParts is a telephone number as numbering plans cut it.
type phoneParts struct{ country, trunk, significant string }

func (s Set) phone() phoneParts {
	n := digitsOf(s.Person.Phone)
	country := map[string]string{"JP": "81", "KR": "82", "ID": "62", "US": "1"}[s.Person.Country]
	if significant, ok := strings.CutPrefix(n, "0"); ok {
		return phoneParts{country, "0", significant}
	}
	return phoneParts{country, "", n}
}

func grouped(n, sep string) string {
	return strings.Join([]string{n[:4], n[4:8], n[8:12], n[12:]}, sep)
}

// cases is s as it is, in small letters and in capitals.
func cases(s string) []string {
	all := []string{s}
	for _, t := range []string{strings.ToLower(s), strings.ToUpper(s)} {
		if !slices.Contains(all, t) {
			all = append(all, t)
		}
	}
	return all
}

// fullWidth writes digits as Japanese forms do that want no other.
func fullWidth(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r - '0' + '０'
		}
		return r
	}, s)
}

// needles lists all byte strings that stand for a set's fields.
func needles(s Set, set int) []needle {
	var all []needle
	add := func(sp spelling, how string, turn cipher, e edge, text string) {
		if len(text) >= minNeedle {
			all = append(all, needle{[]byte(text), set, sp.field, how, turn, e})
		}
	}
	for _, sp := range spellings(s) {
		add(sp, "", cipher{}, sp.edge, sp.text)
		add(sp, "reversed", cipher{}, sp.edge, reversed(sp.text))
		h := hex.EncodeToString([]byte(sp.text))
		add(sp, "hex", cipher{}, anyEdge, h)
		add(sp, "hex", cipher{}, anyEdge, strings.ToUpper(h))
		for phase := range 3 {
			b := base64Core(sp.text, phase)
			add(sp, "base64", cipher{}, anyEdge, b)
			if u := strings.NewReplacer("+", "-", "/", "_").Replace(b); u != b {
				add(sp, "base64", cipher{}, anyEdge, u)
			}
		}
		little, big := utf16Bytes(sp.text)
		add(sp, "utf-16", cipher{}, anyEdge, little)
		add(sp, "utf-16", cipher{}, anyEdge, big)
		for key := byte(1); key < 26; key++ {
			// Digits stay as they are under a rotation of the letters, so of the rarer rotations one field is enough to
			// give them away.
			if key != 13 && sp.field != Email && sp.text != s.Card.Holder {
				continue
			}
			if t := (cipher{rotateLetters, 26 - key}).text(sp.text); t != sp.text {
				turn := cipher{rotateLetters, key}
				add(sp, turn.name(), turn, sp.edge, t)
			}
		}
		turn := cipher{kind: rotatePrintable}
		add(sp, turn.name(), turn, anyEdge, turn.text(sp.text))
	}
	// A program that takes the card number for a number may write it to another base.
	if v, err := strconv.ParseUint(s.Card.Number, 10, 64); err == nil {
		card := spelling{field: CardNumber}
		for _, base := range []int{16, 32, 36} {
			for _, t := range cases(strconv.FormatUint(v, base)) {
				add(card, "base"+strconv.Itoa(base), cipher{}, noWordEdge, t)
			}
		}
	}
	return all
}

// base64Core is that part of the base64 text of any message which depends on nothing but s, when s stands `phase`
// bytes after a multiple of three.
func base64Core(s string, phase int) string {
	enc := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("\x00", phase) + s))
	return enc[(8*phase+5)/6 : 8*(phase+len(s))/6]
}

func utf16Bytes(s string) (little, big string) {
	var l, b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		l = append(l, byte(u), byte(u>>8))
		b = append(b, byte(u>>8), byte(u))
	}
	return string(l), string(b)
}

func reversed(s string) string {
	r := []rune(s)
	slices.Reverse(r)
	return string(r)
}
