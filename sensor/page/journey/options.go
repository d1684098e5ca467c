package journey

import (
	"strconv"
	"strings"
	"time"
	"unicode"
)

// choice is the option of a select that our customer takes, or -1 to leave it as it is.
func (a answerer) choice(i int) int {
	f := a.fields[i]
	usable := func(o option) bool { return !o.Disabled && o.Value != "" && !placeholderText(o.Text) }
	find := func(match func(text, value string) bool) int {
		for k, o := range f.Options {
			if !o.Disabled && match(plain(o.Text), plain(o.Value)) {
				return k
			}
		}
		return -1
	}
	number := func(n int) int {
		return find(func(text, value string) bool {
			return leadingNumber(text) == n || leadingNumber(value) == n && value != ""
		})
	}
	want := -1
	person, card := a.set.Person, a.set.Card
	switch f.topic {
	case country:
		for _, name := range countryNames[person.Country] {
			if want = find(func(text, value string) bool { return text == plain(name) || value == plain(name) }); want >= 0 {
				break
			}
		}
	case region:
		want = a.regionChoice(find)
	case birth:
		want = number(map[part]int{year: person.Birth.Year(), month: int(person.Birth.Month()), day: person.Birth.Day()}[f.part])
	case cardExpiry:
		switch f.part {
		case month:
			if want = number(card.Month); want < 0 {
				name := plain(time.Month(card.Month).String())
				want = find(func(text, _ string) bool { return strings.HasPrefix(text, name[:3]) })
			}
		case year:
			if want = number(card.Year); want < 0 {
				want = number(card.Year % 100)
			}
		}
	case instalments:
		want = find(func(text, value string) bool {
			return strings.Contains(text, "一括") || strings.Contains(text, "일시불") || text == "1回" || text == "1" || value == "1"
		})
	case quantity:
		return -1
	case emailTopic:
		if f.piece == 3 {
			return -1
		}
	case city, street:
		name := plain(map[topic]string{city: person.City, street: person.Street}[f.topic])
		want = find(func(text, value string) bool {
			return value != "" && (strings.Contains(name, text) || strings.Contains(text, name))
		})
	case phoneTopic:
		want = find(func(text, value string) bool {
			return value == strings.Split(person.Phone, "-")[0] || text == value && value == "010"
		})
	}
	if want >= 0 {
		if want == f.Selected {
			return -1
		}
		return want
	}
	if f.Selected >= 0 && f.Selected < len(f.Options) && usable(f.Options[f.Selected]) {
		return -1
	}
	for k, o := range f.Options {
		if usable(o) && !soldOutText(o.Text) {
			return k
		}
	}
	return -1
}

// regionChoice finds our region by its name in any of the usual ways of writing, or by its ISO code.
func (a answerer) regionChoice(find func(func(text, value string) bool) int) int {
	person := a.set.Person
	name := plain(person.Region)
	if want := find(func(text, value string) bool { return text == name || value == name }); want >= 0 {
		return want
	}
	stem := strings.TrimRight(name, "都府県시도")
	if want := find(func(text, _ string) bool {
		return stem != "" && (strings.HasPrefix(text, stem) || strings.HasSuffix(text, name))
	}); want >= 0 {
		return want
	}
	code := plain(person.RegionCode)
	return find(func(_, value string) bool {
		return code != "" && (value == code || value == plain(person.Country)+code || value == plain(person.Country)+"-"+code)
	})
}

func leadingNumber(text string) int {
	end := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsDigit(r) })
	if end < 0 {
		end = len(text)
	}
	n, err := strconv.Atoi(text[:end])
	if err != nil {
		return -1
	}
	return n
}

// placeholderText says whether an option only asks to choose.
func placeholderText(text string) bool {
	text = plain(text)
	return text == "" || containsAny(text, "選択", "select", "choose", "선택", "pilih", "please", "指定なし", "---", "未選択", "お選び") && len(text) < 60
}

func soldOutText(text string) bool {
	return containsAny(text, "sold out", "soldout", "out of stock", "unavailable", "在庫切れ", "品切れ", "売り切れ", "売切れ", "在庫なし", "完売", "품절", "일시품절", "habis", "stok kosong", "stok habis", "not available", "入荷待ち", "재고 없음", "在庫がありません")
}

var (
	yearText  = lazily(`^(?:19|20)\d\d\s*[年년]?$`)
	shortYear = lazily(`^[2-4]\d\s*[年년]?$`)
	monthText = lazily(`^(?:0?[1-9]|1[0-2])\s*(?:[月월]|[^0-9].*)?$`)
	dayText   = lazily(`^(?:0?[1-9]|[12]\d|3[01])\s*[日일]?$`)
)

// topicOfOptions reads a list's options: a list of prefectures or countries needs no label, and a list of years tells
// birth from expiry.
func topicOfOptions(options []option) (topic, part) {
	var years, short, months, days, lowest, highest, n int
	regions, countries, genders, instalment := 0, 0, 0, 0
	for _, o := range options {
		text := plain(o.Text)
		if text == "" || o.Value == "" && len(options) > 1 {
			continue
		}
		n++
		switch {
		case yearText().MatchString(text):
			years++
			y, _ := strconv.Atoi(text[:4])
			if lowest == 0 || y < lowest {
				lowest = y
			}
			highest = max(highest, y)
		case dayText().MatchString(text):
			days++
			if monthText().MatchString(text) {
				months++
			}
			if shortYear().MatchString(text) {
				short++
			}
		case shortYear().MatchString(text):
			short++
		case monthNames[text]:
			months++
		}
		switch {
		case knownRegions[text]:
			regions++
		case knownCountries[text]:
			countries++
		case text == "男性" || text == "女性" || text == "남성" || text == "여성" || text == "male" || text == "female" || text == "laki-laki" || text == "perempuan":
			genders++
		case strings.HasPrefix(text, "一括") || text == "일시불" || strings.Contains(text, "分割") || strings.Contains(text, "개월"):
			instalment++
		}
	}
	switch {
	case n == 0:
		return unknown, whole
	case regions >= 3 || regions == n:
		return region, whole
	case countries >= 2 || countries == n:
		return country, whole
	case genders >= 2:
		return gender, whole
	case instalment >= 1 && instalment*2 >= n:
		return instalments, whole
	case years == n && n >= 3 && highest-lowest > 40:
		return birth, year
	case years == n && n >= 3:
		return unknown, year
	case months == n && n == 12:
		return unknown, month
	case short == n && n >= 5:
		return unknown, year
	case days == n && n >= 28 && n <= 31:
		return unknown, day
	}
	return unknown, whole
}
