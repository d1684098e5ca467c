package demoshop

import (
	"net/mail"
	"net/url"
	"strings"
)

// person is who buys, or where the goods go.
type person struct {
	Email      string `json:"email,omitempty"`
	Family     string `json:"family,omitempty"`
	Given      string `json:"given,omitempty"`
	FamilyKana string `json:"family_kana,omitempty"`
	GivenKana  string `json:"given_kana,omitempty"`
	Company    string `json:"company,omitempty"`
	Postcode   string `json:"postcode,omitempty"` // seven digits
	Region     string `json:"region,omitempty"`
	City       string `json:"city,omitempty"`
	Street     string `json:"street,omitempty"`
	Building   string `json:"building,omitempty"`
	Phone      string `json:"phone,omitempty"`
	DoorCode   string `json:"door_code,omitempty"`
}

// readPerson takes a person out of a form of either style: the modern names with the prefix ("", "ship_"), or the parts
// that older forms have, with theirs ("order_", "shipping_").
func readPerson(form url.Values, modern, older string) person {
	get := func(name, part string) string {
		if form.Has(modern + name) {
			return strings.TrimSpace(form.Get(modern + name))
		}
		return strings.TrimSpace(form.Get(older + part))
	}
	p := person{
		Email:      get("email", "email"),
		Family:     get("family_name", "name01"),
		Given:      get("given_name", "name02"),
		FamilyKana: get("family_kana", "kana01"),
		GivenKana:  get("given_kana", "kana02"),
		Company:    get("company", "company"),
		Postcode:   get("postal_code", "zip01") + strings.TrimSpace(form.Get(older+"zip02")),
		Region:     get("prefecture", "pref"),
		City:       get("city", "addr01"),
		Street:     get("address1", "addr02"),
		Building:   get("address2", "addr03"),
		Phone:      get("tel", "tel01"),
		DoorCode:   get("door_code", "door_code"),
	}
	if form.Has(older + "tel02") {
		p.Phone = strings.Join([]string{p.Phone, strings.TrimSpace(form.Get(older + "tel02")), strings.TrimSpace(form.Get(older + "tel03"))}, "-")
	}
	p.Postcode = digits(p.Postcode)
	return p
}

// problems lists what is missing or wrong, as text keys by field.
func (p person) problems(split, wantsEmail bool) map[string]string {
	errs := map[string]string{}
	require := func(field, value string) {
		if value == "" {
			errs[field] = "error.required"
		}
	}
	require("family_name", p.Family)
	require("given_name", p.Given)
	if split {
		require("family_kana", p.FamilyKana)
		require("given_kana", p.GivenKana)
	}
	require("prefecture", p.Region)
	require("city", p.City)
	require("address1", p.Street)
	if len(p.Postcode) != 7 {
		errs["postal_code"] = "error.postcode"
	}
	if n := len(digits(p.Phone)); n < 10 || n > 11 {
		errs["tel"] = "error.phone"
	}
	if _, err := mail.ParseAddress(p.Email); wantsEmail && (err != nil || !strings.Contains(p.Email, "@")) {
		errs["email"] = "error.email"
	}
	return errs
}

// digits keeps the decimal digits of a text, full-width ones included.
func digits(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return r
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		}
		return -1
	}, text)
}

// Parts of a postcode and phone number for forms that want them apart.

func (p person) Zip1() string { return p.Postcode[:min(3, len(p.Postcode))] }
func (p person) Zip2() string { return p.Postcode[min(3, len(p.Postcode)):] }
func (p person) Tel1() string { return p.tel(0) }
func (p person) Tel2() string { return p.tel(1) }
func (p person) Tel3() string { return p.tel(2) }

func (p person) tel(part int) string {
	parts := strings.Split(p.Phone, "-")
	if d := digits(p.Phone); len(parts) != 3 && len(d) >= 10 {
		parts = []string{d[:len(d)-8], d[len(d)-8 : len(d)-4], d[len(d)-4:]}
	}
	if len(parts) != 3 {
		return ""
	}
	return parts[part]
}

// FullName is the name as the language of the shop's labels writes it.
func (p person) FullName() string { return strings.TrimSpace(p.Family + " " + p.Given) }

// Address is everything below the name, on one line.
func (p person) Address() string {
	return strings.TrimSpace(p.Region + p.City + p.Street + " " + p.Building)
}

// region is a prefecture.
type region struct{ Ja, En string }

var regions = func() []region {
	var list []region
	for pair := range strings.SplitSeq(`北海道 Hokkaido,青森県 Aomori,岩手県 Iwate,宮城県 Miyagi,秋田県 Akita,山形県 Yamagata,福島県 Fukushima,茨城県 Ibaraki,栃木県 Tochigi,群馬県 Gunma,埼玉県 Saitama,千葉県 Chiba,東京都 Tokyo,神奈川県 Kanagawa,新潟県 Niigata,富山県 Toyama,石川県 Ishikawa,福井県 Fukui,山梨県 Yamanashi,長野県 Nagano,岐阜県 Gifu,静岡県 Shizuoka,愛知県 Aichi,三重県 Mie,滋賀県 Shiga,京都府 Kyoto,大阪府 Osaka,兵庫県 Hyogo,奈良県 Nara,和歌山県 Wakayama,鳥取県 Tottori,島根県 Shimane,岡山県 Okayama,広島県 Hiroshima,山口県 Yamaguchi,徳島県 Tokushima,香川県 Kagawa,愛媛県 Ehime,高知県 Kochi,福岡県 Fukuoka,佐賀県 Saga,長崎県 Nagasaki,熊本県 Kumamoto,大分県 Oita,宮崎県 Miyazaki,鹿児島県 Kagoshima,沖縄県 Okinawa`, ",") {
		ja, en, _ := strings.Cut(pair, " ")
		list = append(list, region{ja, en})
	}
	return list
}()
