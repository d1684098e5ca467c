package journey

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/width"

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

// gap stands between the pieces of an address.
func (a answerer) gap() string {
	switch a.set.Person.Country {
	case "JP":
		return ""
	case "KR":
		return " "
	}
	return ", "
}

// addressPieces are the pieces of the address that belong into field i: its own, and those that no other field of the
// form asks for.
func (a answerer) addressPieces(i int) []string {
	run := a.addressRun(i)
	person := a.set.Person
	owner := map[topic]int{}
	var general []int
	for _, k := range run {
		switch t := a.fields[k].topic; t {
		case address:
			general = append(general, k)
		case region, city, street, building:
			if _, taken := owner[t]; !taken {
				owner[t] = k
			}
		}
	}
	last := func(piece topic, otherwise ...topic) {
		if _, has := owner[piece]; has {
			return
		}
		for _, t := range otherwise {
			if k, has := owner[t]; has {
				owner[piece] = k
				return
			}
		}
	}
	if len(general) > 0 {
		first, second := general[0], general[min(1, len(general)-1)]
		if _, has := owner[city]; !has {
			owner[city] = first
		} else {
			second = first
		}
		if _, has := owner[street]; !has {
			owner[street] = second
		}
		if _, has := owner[building]; !has {
			owner[building] = general[len(general)-1]
		}
	}
	last(street, building, city)
	last(city, street, building)
	last(building, street, city)
	if person.Country != "US" {
		last(region, city)
	}
	var pieces []string
	order := []topic{region, city, street, building}
	values := map[topic]string{region: person.Region, city: person.City, street: person.Street, building: person.Building}
	if person.Country == "US" || person.Country == "ID" {
		order = []topic{street, building, city, region}
	}
	for _, piece := range order {
		if k, has := owner[piece]; has && k == i && values[piece] != "" {
			pieces = append(pieces, values[piece])
		}
	}
	if len(pieces) == 0 && wanted(a.fields[i].element) {
		pieces = []string{firstOf([]string{values[a.fields[i].topic], person.Building, person.Street}, "-")}
	}
	return pieces
}

// addressRun is the address that field i belongs to: a form may ask for two, one after the other.
func (a answerer) addressRun(i int) []int {
	var run []int
	seen := map[topic]bool{}
	for k, f := range a.fields {
		switch f.topic {
		case region, city, street, postcode:
			if f.piece < 2 && seen[f.topic] {
				if slices.Contains(run, i) {
					return run
				}
				run, seen = nil, map[topic]bool{}
			}
			seen[f.topic] = true
		}
		run = append(run, k)
	}
	return run
}

var digitsWithDash = regexp.MustCompile(`\d-\d`)

// dashes says whether the field shows that it wants numbers with dashes, or that it does not.
func dashes(f field, written string) (with, told bool) {
	hints := f.Placeholder + " " + f.Label + " " + f.After + " " + strings.Join(f.Near, " ") + " " + f.Error
	switch {
	case f.Maxlength > 0 && f.Maxlength < len(written):
		return false, true
	case containsAny(hints, "ハイフンなし", "ハイフン無し", "ハイフン不要", "ハイフンは不要", "数字のみ", "半角数字のみ", "-없이", "- 없이", "숫자만", "tanpa tanda", "digits only", "no dashes", "numbers only", "without dashes", "hanya angka"):
		return false, true
	case containsAny(hints, "ハイフンあり", "ハイフン付", "ハイフンを入れ", "ハイフン区切り", "with dashes") || digitsWithDash.MatchString(f.Placeholder) || strings.Contains(f.Pattern, `-\d`) || strings.Contains(f.Pattern, "-["):
		return true, true
	}
	return false, false
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
	with, told := dashes(f, written)
	if attempt%2 == 1 {
		with = !with
	}
	if attempt >= 2 || !told && strings.HasPrefix(strings.TrimSpace(f.Placeholder), "+") {
		if code := map[string]string{"JP": "+81", "KR": "+82", "ID": "+62", "US": "+1"}[a.set.Person.Country]; code != "" {
			return code + strings.TrimPrefix(onlyDigits(written), "0")
		}
	}
	if with {
		return written
	}
	return onlyDigits(written)
}

func (a answerer) postcode(f field, attempt int) string {
	written := a.set.Person.Postcode
	if f.of > 1 {
		return pieceOf(written, f, a.fields)
	}
	with, told := dashes(f, written)
	if !told {
		with = true
	}
	if attempt%2 == 1 {
		with = !with
	}
	if with && !f.is("number") {
		return written
	}
	return onlyDigits(written)
}

// pieceOf cuts a number where it is written with dashes, or, where that gives another count of pieces, by the fields'
// lengths.
func pieceOf(written string, f field, fields []field) string {
	if cut := strings.Split(written, "-"); len(cut) == f.of {
		return cut[f.piece-1]
	}
	digits := onlyDigits(written)
	for _, other := range fields {
		if other.topic != f.topic || other.of != f.of || other.piece == 0 {
			continue
		}
		size := other.Maxlength
		if size <= 0 || other.piece == f.of {
			size = len(digits)
		}
		size = min(size, len(digits))
		if other.piece == f.piece {
			return digits[:size]
		}
		if other.piece < f.piece {
			digits = digits[size:]
		}
	}
	return digits
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

func cardDigits(f field, number string) string {
	if f.of != 4 || len(number) != 16 {
		return number
	}
	return number[4*(f.piece-1) : 4*f.piece]
}

// inKana writes a reading in the script the field asks for: katakana unless it says hiragana or half width.
func inKana(f field, text string, attempt int) string {
	hints := strings.Join(append([]string{f.Label, f.Placeholder, f.Shared, f.Error}, f.Near...), " ")
	hira := containsAny(hints, "ひらがな", "ふりがな", "よみがな") && !strings.Contains(hints, "カ")
	if attempt%2 == 1 && !containsAny(f.Error, "カタカナ", "カナ") {
		hira = !hira
	}
	switch {
	case containsAny(f.Error, "半角カ", "半角ｶ") || containsAny(hints, "半角カ", "ﾌﾘｶﾞﾅ", "ｶﾅ"):
		return width.Narrow.String(text)
	case hira:
		return strings.Map(func(r rune) rune {
			if r >= 'ァ' && r <= 'ヶ' {
				return r - ('ァ' - 'ぁ')
			}
			return r
		}, text)
	}
	return text
}

// inWidth writes digits and letters full-width where the shop says that it wants them so.
func inWidth(f field, text string, attempt int) string {
	if strings.Contains(f.Error, "全角") || attempt > 0 && strings.Contains(strings.Join(f.Near, "")+f.Label+f.Placeholder, "全角") {
		return width.Widen.String(text)
	}
	if f.Maxlength > 0 {
		if r := []rune(text); len(r) > f.Maxlength {
			return string(r[:f.Maxlength])
		}
	}
	return text
}

func birthText(f field, born time.Time, attempt int) string {
	switch f.part {
	case year:
		return strconv.Itoa(born.Year())
	case month:
		return fmt.Sprintf("%02d", int(born.Month()))
	case day:
		return fmt.Sprintf("%02d", born.Day())
	}
	hints := f.Placeholder + " " + f.Label
	switch {
	case f.is("date"):
		return born.Format("2006-01-02")
	case f.Maxlength == 8 || attempt == 1 || regexpDate8.MatchString(hints):
		return born.Format("20060102")
	case f.Maxlength == 6:
		return born.Format("060102")
	case strings.Contains(hints, "/"):
		if containsAny(hints, "mm/dd") {
			return born.Format("01/02/2006")
		}
		if containsAny(hints, "dd/mm", "hh/bb") {
			return born.Format("02/01/2006")
		}
		return born.Format("2006/01/02")
	}
	return born.Format("2006-01-02")
}

var regexpDate8 = regexp.MustCompile(`(?i)yyyymmdd|\b(19|20)\d{6}\b`)

func expiryText(f field, card canary.Card, attempt int) string {
	hints := strings.ToLower(f.Placeholder + " " + f.Label + " " + f.After + " " + f.Accessible + " " + strings.Join(f.Near, " "))
	short, long := fmt.Sprintf("%02d", card.Year%100), strconv.Itoa(card.Year)
	inMonth := fmt.Sprintf("%02d", card.Month)
	fourDigits := f.Maxlength == 4 || strings.Contains(hints, "yyyy") || strings.Contains(hints, "西暦")
	switch f.part {
	case month:
		return inMonth
	case year:
		if (fourDigits || f.Maxlength != 2 && f.is("number")) != (attempt == 1) {
			return long
		}
		return short
	}
	written := short
	if strings.Contains(hints, "yyyy") || f.Maxlength == 7 && !strings.Contains(hints, "mm / yy") {
		written = long
	}
	separator := "/"
	if f.Maxlength == 4 || f.Maxlength == 6 && written == long || attempt == 1 {
		separator = ""
	}
	if f.is("month") {
		return long + "-" + inMonth
	}
	yearFirst := strings.Contains(hints, "yy/mm") || strings.Contains(hints, "yy / mm") || strings.Contains(hints, "年/月") || strings.Contains(hints, "yymm")
	if yearFirst {
		return written + separator + inMonth
	}
	return inMonth + separator + written
}

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
