package canary

import (
	"fmt"
	"strings"
	"time"
)

// Set is the data of one customer who does not exist. Mint one for each walk: whoever sees it again then knows which
// walk it came from.
type Set struct {
	ID     string // names the set in findings; tells nothing of its content
	Locale string // "ja", "ko", "id" or "en"
	Minted time.Time
	Card   Card
	Person Person
}

// Card is a payment card that no one issued.
type Card struct {
	Number string // 16 digits, valid by Luhn's formula
	Code   string // 3 digits
	Month  int    // of expiry, 1 to 12
	Year   int    // of expiry, four digits
	Holder string // in capital Latin letters
}

// Person is a customer with an address that a shop's look-ups accept. The strings are in the script of the set's
// locale; what a locale has no use for is empty.
type Person struct {
	Family, Given         string
	FamilyKana, GivenKana string // full-width katakana; ja only
	Email                 string
	Phone                 string // national format, with dashes
	Postcode              string // as it is written there: "150-0001", "06236"
	Region                string // prefecture, province or state
	RegionCode            string // its part of the ISO 3166-2 code after the dash: "13", "11", "JK", "OR"
	City                  string
	Street                string // from the quarter or street down to the house number
	Building              string // building and flat
	Company               string
	Country               string // ISO 3166-1, two letters
	Password              string // 16 characters of all four classes
	Birth                 time.Time
	Gender                string // "female" or "male"
}

// Name is the full name in the order of the person's country.
func (p Person) Name() string {
	switch p.Country {
	case "JP":
		return p.Family + " " + p.Given
	case "KR":
		return p.Family + p.Given
	}
	return p.Given + " " + p.Family
}

// Expiry is the card's expiry as it is printed on it: "MM/YY".
func (c Card) Expiry() string { return fmt.Sprintf("%02d/%02d", c.Month, c.Year%100) }

// Field names one piece of a set's data.
type Field string

// The fields that a match can name.
const (
	CardNumber Field = "card.number"
	CardHolder Field = "card.holder"
	CardCode   Field = "card.code"
	CardExpiry Field = "card.expiry"
	Email      Field = "email"
	Phone      Field = "phone"
	Name       Field = "name" // family and given name together, in either script
	Address    Field = "address"
	Postcode   Field = "postcode"
	City       Field = "city"
	Password   Field = "password"
)

// Data is the kind of customer data that the field belongs to, in the words of a report: "card", "e-mail", "phone",
// "name", "address" or "password".
func (f Field) Data() string {
	switch f {
	case CardNumber, CardHolder, CardCode, CardExpiry:
		return "card"
	case Email:
		return "e-mail"
	case Address, Postcode, City:
		return "address"
	}
	return string(f)
}

// Strong says whether the field alone proves that a set's data is there: see the package comment.
func (f Field) Strong() bool {
	switch f {
	case CardCode, CardExpiry, Postcode, City:
		return false
	}
	return true
}

// digitsOf is s without anything that is no ASCII digit.
func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}
