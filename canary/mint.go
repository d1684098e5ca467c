package canary

import (
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"time"
)

// DefaultBIN begins the number of every card unless a [Mould] says otherwise. 4000 00 has the form of a Visa card, so
// that payment forms recognise a brand and ask for 16 digits and a code of three; and the sandboxes of payment
// providers draw their own test numbers from it, so that live systems know it as a number no issuer gives out. Should
// a shop send one to its provider after all, it is declined without touching anyone's account.
const DefaultBIN = "400000"

// DefaultDomain is the domain of every e-mail address unless a [Mould] says otherwise. RFC 2606 keeps it from ever
// having mail boxes.
const DefaultDomain = "example.com"

// Mould says how sets are to be made. Its zero value is ready to use.
type Mould struct {
	BIN    string // first digits of the card number, 4 to 8; empty: DefaultBIN
	Domain string // of the e-mail address, one whose mail the operator may receive; empty: DefaultDomain

	// Long makes holder, name, e-mail address, street and building longer than any set without it has. Two walks
	// whose sets differ in length tell apart what was encrypted on its way out: a message that carries what was typed
	// differs in size between them. Numbers keep their length, a form would refuse them otherwise.
	Long bool
}

// Mint makes a set with the zero [Mould]. An unknown locale gets "en". It panics if rand fails, which
// crypto/rand.Reader does not.
func Mint(rand io.Reader, locale string, now time.Time) Set {
	s, err := Mould{}.Mint(rand, locale, now)
	if err != nil {
		panic(err)
	}
	return s
}

// Mint makes a set for the locale "ja", "ko", "id" or "en"; any other gets "en". It reads 32 bytes of rand and is
// determined by them and by now. The error tells that rand failed or that m asks for what cannot be made.
//
// Postcode, region, city and street name belong together and exist, so that look-ups and validation pass; the house
// number is random. The telephone number lies in a range without subscribers: see each locale's file.
func (m Mould) Mint(random io.Reader, locale string, now time.Time) (Set, error) {
	bin := m.BIN
	if bin == "" {
		bin = DefaultBIN
	}
	if len(bin) < 4 || len(bin) > 8 || digitsOf(bin) != bin {
		return Set{}, fmt.Errorf("canary: card prefix %q: want 4 to 8 digits", bin)
	}
	domain := m.Domain
	if domain == "" {
		domain = DefaultDomain
	}
	if strings.ContainsAny(domain, "@ \t\r\n") || strings.Trim(domain, ".") != domain {
		return Set{}, fmt.Errorf("canary: mail domain %q: want a host name such as shop.example", domain)
	}
	var seed [sha256.Size]byte
	if _, err := io.ReadFull(random, seed[:]); err != nil {
		return Set{}, fmt.Errorf("canary: mint: %w", err)
	}
	d := draw{rand.New(rand.NewChaCha8(seed))}

	mint, ok := locales[locale]
	if !ok {
		locale, mint = "en", mintEN
	}
	s := Set{
		ID:     d.text(consonants, 10),
		Locale: locale,
		Minted: now,
		Card: Card{
			Number: d.cardNumber(bin),
			Code:   d.uneven(3),
			Month:  1 + d.IntN(12),
			Year:   now.Year() + 2 + d.IntN(3),
		},
	}
	p, holder := mint(d, m.Long)
	s.Card.Holder = strings.ToUpper(holder)
	p.Email = d.localPart(holder, m.Long) + "@" + domain
	p.Password = d.password()
	p.Birth = time.Date(now.Year()-24-d.IntN(30), time.Month(1+d.IntN(12)), 1+d.IntN(28), 0, 0, 0, 0, time.UTC)
	s.Person = p
	return s, nil
}

// locales makes a person and the card holder's name, in Latin letters, for each locale.
var locales = map[string]func(d draw, long bool) (p Person, holder string){
	"ja": mintJA,
	"ko": mintKO,
	"id": mintID,
	"en": mintEN,
}

// consonants spells no word in any of the locales.
const consonants = "bcdfghjkmnpqrstvwxz"

type draw struct{ *rand.Rand }

func pick[T any](d draw, of []T) T { return of[d.IntN(len(of))] }

// two draws two different elements.
func two[T any](d draw, of []T) (T, T) {
	i := d.IntN(len(of))
	j := (i + 1 + d.IntN(len(of)-1)) % len(of)
	return of[i], of[j]
}

func (d draw) text(alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[d.IntN(len(alphabet))]
	}
	return string(b)
}

// uneven draws n digits of which the first is not 0 and no two neighbours are alike: such a number survives being
// parsed and printed, and does not look like filler.
func (d draw) uneven(n int) string {
	b := make([]byte, n)
	b[0] = byte('1' + d.IntN(9))
	for i := 1; i < n; i++ {
		b[i] = '0' + (b[i-1]-'0'+byte(1+d.IntN(9)))%10
	}
	return string(b)
}

// localPart draws a local part of 19 to 21 characters, or of 39 to 41, within the 64 that RFC 5321 allows.
func (d draw) localPart(name string, long bool) string {
	name = strings.Map(func(r rune) rune {
		if r < 'a' || r > 'z' {
			return '.'
		}
		return r
	}, strings.ToLower(name))
	name = strings.TrimRight(name[:min(len(name), 12)], ".")
	if len(name) < 10 {
		name += d.text(consonants, 10-len(name))
	}
	local := name + "." + d.text(consonants+"23456789", 8)
	if long {
		local += "." + d.text(consonants+"23456789", 19)
	}
	return local
}

func (d draw) cardNumber(bin string) string {
	n := bin + d.uneven(15-len(bin))
	return n + string(luhn(n))
}

// luhn is the check digit to be appended to n (ISO/IEC 7812-1, annex B).
func luhn(n string) byte {
	sum := 0
	for i := range n {
		v := int(n[len(n)-1-i] - '0')
		if i%2 == 0 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return byte('0' + (10-sum%10)%10)
}

// password draws what the usual policies accept: 16 characters, a letter first, all four classes, no three alike in a
// row, and of the symbols only the one that every list of allowed symbols has.
func (d draw) password() string {
	const upper, digits = "BCDFGHJKMNPQRSTVWXZ", "23456789"
	return d.text(upper, 1) + d.text(consonants, 4) + d.text(digits, 2) + "!" +
		d.text(upper, 2) + d.text(consonants, 4) + d.text(digits, 2)
}
