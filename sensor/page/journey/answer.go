package journey

import (
	"strings"

	"github.com/tillwatch/tillwatch/canary"
)

// answerer knows what our customer writes into the fields of one form.
type answerer struct {
	set    canary.Set
	fields []field // of one form, in document order
}

// text is what to type into field i. The attempt counts how often the shop has refused the field: each is answered
// in another way of writing the same. An empty text leaves the field alone.
func (a answerer) text(i, attempt int) string {
	f := a.fields[i]
	person, card := a.set.Person, a.set.Card
	switch f.topic {
	case nameTopic:
		return a.name(f)
	case kana:
		return inKana(f, a.halves(f.part, person.FamilyKana, person.GivenKana, " "), attempt)
	case emailTopic:
		if local, host, _ := strings.Cut(person.Email, "@"); f.of == 2 {
			return []string{local, host, ""}[f.piece-1]
		}
		return person.Email
	case username:
		local, _, _ := strings.Cut(person.Email, "@")
		return local
	case passwordTopic:
		return person.Password
	case phoneTopic:
		return a.phone(f, attempt)
	case fax:
		if wanted(f.element) {
			return a.phone(f, attempt)
		}
	case postcode:
		return a.postcode(f, attempt)
	case country:
		return firstOf(countryNames[person.Country], person.Country)
	case region, city, street, building, address:
		return inWidth(f, strings.Join(a.addressPieces(i), a.gap()), attempt)
	case company:
		return firstOf([]string{person.Company}, "-")
	case birth:
		return birthText(f, person.Birth, attempt)
	case cardNumber:
		return cardDigits(f, card.Number)
	case cardCode:
		return card.Code
	case cardHolder:
		given, family, _ := strings.Cut(card.Holder, " ")
		return a.halves(f.part, family, given, "", card.Holder)
	case cardExpiry:
		return expiryText(f, card, attempt)
	case quantity:
		if f.Filled == 0 {
			return "1"
		}
	case oneTimeCode, captchaText, coupon, points, searchBox, remember:
		return ""
	}
	if !wanted(f.element) {
		return ""
	}
	switch {
	case f.topic == bankAccount:
		return person.Name()
	case f.is("number") || f.Inputmode == "numeric":
		return "1"
	case f.is("url"):
		return "https://example.com/"
	}
	return nothing(a.set.Locale)
}

// nothing is what a customer writes where an answer is wanted and he has none.
func nothing(locale string) string {
	switch locale {
	case "ja":
		return "なし"
	case "ko":
		return "없음"
	case "id":
		return "tidak ada"
	}
	return "none"
}

func firstOf(all []string, otherwise string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return otherwise
}

// wanted says whether the shop insists on the field, as far as it is said.
func wanted(e *element) bool {
	if e.Required || e.Error != "" {
		return true
	}
	text := strings.Join(append([]string{e.Label, e.Accessible, e.Placeholder, e.Shared, e.After}, e.Near...), " ")
	lower := strings.ToLower(text)
	for _, mark := range []string{"必須", "必要", "*", "※", "＊", "required", "필수", "wajib"} {
		if strings.Contains(lower, mark) {
			return true
		}
	}
	return false
}

// halves is the part of a name, or the whole of it: joined by gap in the order of the country, or the given whole.
func (a answerer) halves(p part, familyName, givenName, gap string, wholeName ...string) string {
	switch p {
	case family:
		return familyName
	case given:
		return givenName
	case middle:
		return ""
	}
	if len(wholeName) > 0 {
		return wholeName[0]
	}
	return strings.TrimSpace(familyName + gap + givenName)
}

func (a answerer) name(f field) string {
	return a.halves(f.part, a.set.Person.Family, a.set.Person.Given, "", a.set.Person.Name())
}

func containsAny(text string, parts ...string) bool {
	text = strings.ToLower(text)
	for _, part := range parts {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

func (a answerer) phone(f field, attempt int) string {
	written := a.set.Person.Phone
	if f.of > 1 {
		return pieceOf(written, f, a.fields)
	}
	abroad := map[string]string{"JP": "+81", "KR": "+82", "ID": "+62", "US": "+1"}[a.set.Person.Country]
	if _, told := dashesIn(f.Error); !told && abroad != "" && (attempt >= 2 || attempt == 0 && strings.HasPrefix(strings.TrimSpace(f.Placeholder), "+")) {
		return abroad + strings.TrimPrefix(onlyDigits(written), "0")
	}
	if dashed(f, written, false, attempt) {
		return written
	}
	return onlyDigits(written)
}

func (a answerer) postcode(f field, attempt int) string {
	written := a.set.Person.Postcode
	switch {
	case f.of > 1:
		return pieceOf(written, f, a.fields)
	case dashed(f, written, true, attempt):
		return written
	}
	return onlyDigits(written)
}
