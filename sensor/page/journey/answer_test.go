package journey

import (
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch/canary"
)

var hanako = canary.Set{
	Locale: "ja",
	Card:   canary.Card{Number: "4000123412341234", Code: "123", Month: 7, Year: 2031, Holder: "HANAKO TESUTO"},
	Person: canary.Person{
		Family: "手巣戸", Given: "花子", FamilyKana: "テスト", GivenKana: "ハナコ", Email: "hanako@example.com", Phone: "090-1234-5678", Postcode: "150-0001",
		Region: "東京都", RegionCode: "13", City: "渋谷区", Street: "神宮前1-2-3", Building: "テストビル301", Company: "テスト商店", Country: "JP",
		Birth: time.Date(1984, 3, 9, 0, 0, 0, 0, time.UTC), Gender: "female",
	},
}

var jane = canary.Set{
	Locale: "en",
	Card:   canary.Card{Number: "4000123412341234", Code: "123", Month: 7, Year: 2031, Holder: "JANE ROE"},
	Person: canary.Person{
		Family: "Roe", Given: "Jane", Email: "jane@example.com", Phone: "503-555-0142", Postcode: "97205", Region: "Oregon", RegionCode: "OR", City: "Portland",
		Street: "12 Alder St", Building: "Apt 4", Country: "US", Birth: time.Date(1984, 3, 9, 0, 0, 0, 0, time.UTC),
	},
}

// answererOf makes the fields of a form out of labels; what follows a semicolon is a maximal length.
func answererOf(set canary.Set, labels ...string) answerer {
	var elements []*element
	for i, label := range labels {
		label, size, _ := strings.Cut(label, ";")
		e := &element{ID: i + 1, Tag: "input", Type: "text", Field: true, Label: label, Box: box{Y: 40 * i, W: 100, H: 20}}
		for _, digit := range size {
			e.Maxlength = e.Maxlength*10 + int(digit-'0')
		}
		elements = append(elements, e)
	}
	return answerer{set: set, fields: classifyAll(elements)}
}

func TestAnswersToOneField(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		set         canary.Set
		label, hint string // what stands in the field, or on it
		complaint   string
		attempt     int
		want        string
	}{
		{hanako, "お名前", "", "", 0, "手巣戸 花子"},
		{jane, "Full name", "", "", 0, "Jane Roe"},
		{jane, "Last name", "", "", 0, "Roe"},
		{hanako, "フリガナ", "", "", 0, "テスト ハナコ"},
		{hanako, "ふりがな", "", "", 0, "てすと はなこ"},
		{hanako, "フリガナ", "", "ひらがなで入力してください", 1, "てすと はなこ"},
		{hanako, "ふりがな", "", "全角カタカナで入力してください", 1, "テスト ハナコ"},
		{hanako, "ﾌﾘｶﾞﾅ(半角ｶﾅ)", "", "", 0, "テスト ハナコ half"},
		{hanako, "電話番号", "", "", 0, "09012345678"},
		{hanako, "電話番号", "090-0000-0000", "", 0, "090-1234-5678"},
		{hanako, "電話番号（ハイフンなし）", "", "", 0, "09012345678"},
		{hanako, "電話番号;11", "090-0000-0000", "", 0, "09012345678"},
		{hanako, "電話番号", "", "正しくありません", 1, "090-1234-5678"},
		{hanako, "電話番号", "", "ハイフンありで入力してください", 2, "090-1234-5678"},
		{hanako, "電話番号", "", "正しくありません", 2, "+819012345678"},
		{jane, "Phone", "+1 555 555 5555", "", 0, "+15035550142"},
		{hanako, "郵便番号", "", "", 0, "150-0001"},
		{hanako, "郵便番号;7", "", "", 0, "1500001"},
		{hanako, "郵便番号", "", "7桁の数字で入力してください", 1, "1500001"},
		{jane, "ZIP code", "", "", 0, "97205"},
		{hanako, "生年月日", "YYYY/MM/DD", "", 0, "1984/03/09"},
		{hanako, "生年月日", "19800101", "", 0, "19840309"},
		{jane, "Date of birth", "MM/DD/YYYY", "", 0, "03/09/1984"},
		{jane, "Date of birth", "", "", 0, "1984-03-09"},
		{jane, "Expiry date", "MM/YY", "", 0, "07/31"},
		{jane, "Expiry date", "MM/YYYY", "", 0, "07/2031"},
		{jane, "Expiry (MMYY);4", "", "", 0, "0731"},
		{hanako, "有効期限（年/月）", "", "", 0, "31/07"},
		{jane, "Expiry date", "", "invalid", 1, "0731"},
		{jane, "Expiration year;4", "", "", 0, "2031"},
		{jane, "Expiration year;2", "", "", 0, "31"},
		{jane, "Expiration month", "", "", 0, "07"},
		{jane, "Card number", "", "", 0, "4000123412341234"},
		{jane, "CVC", "", "", 0, "123"},
		{hanako, "カード名義", "", "", 0, "HANAKO TESUTO"},
		{hanako, "会社名", "", "", 0, "テスト商店"},
		{hanako, "会社名 必須", "", "", 0, "テスト商店"},
		{jane, "Company *", "", "", 0, "-"},
		{jane, "Coupon code", "", "", 0, ""},
		{jane, "Order notes", "", "", 0, ""},
		{jane, "Nickname of your pet *", "", "", 0, "jane"},
		{hanako, "ご要望 必須", "", "", 0, "なし"},
	} {
		a := answererOf(c.set, c.label)
		a.fields[0].Placeholder, a.fields[0].Error = c.hint, c.complaint
		got := a.text(0, c.attempt)
		if want, half := strings.CutSuffix(c.want, " half"); half {
			if got == want || !strings.Contains(got, "ﾃｽﾄ") {
				t.Errorf("%q: %q is not in half width", c.label, got)
			}
			continue
		}
		if got != c.want {
			t.Errorf("%q %q %q, attempt %d: %q, want %q", c.label, c.hint, c.complaint, c.attempt, got, c.want)
		}
	}
}

func TestAnswersFillAnAddressWhole(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		set    canary.Set
		labels string
		want   string
	}{
		"one field":               {hanako, "住所", "東京都渋谷区神宮前1-2-3テストビル301"},
		"region and one field":    {hanako, "都道府県|住所", "東京都|渋谷区神宮前1-2-3テストビル301"},
		"region, city, the rest":  {hanako, "都道府県|市区町村名|番地・ビル名", "東京都|渋谷区|神宮前1-2-3テストビル301"},
		"all apart":               {hanako, "都道府県|市区町村|番地|建物名", "東京都|渋谷区|神宮前1-2-3|テストビル301"},
		"two general fields":      {hanako, "都道府県|住所1|住所2", "東京都|渋谷区|神宮前1-2-3テストビル301"},
		"American":                {jane, "Address|Apartment, suite|City|State|ZIP code", "12 Alder St|Apt 4|Portland|Oregon|97205"},
		"American without a flat": {jane, "Street address|City|State|ZIP code", "12 Alder St, Apt 4|Portland|Oregon|97205"},
		"American in one":         {jane, "Address|ZIP code", "12 Alder St, Apt 4, Portland|97205"},
		"two addresses":           {jane, "Street address|City|ZIP code|Street address|City|ZIP code", "12 Alder St, Apt 4|Portland|97205|12 Alder St, Apt 4|Portland|97205"},
	} {
		a := answererOf(c.set, strings.Split(c.labels, "|")...)
		var got []string
		for i := range a.fields {
			got = append(got, a.text(i, 0))
		}
		if strings.Join(got, "|") != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestChoices(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		set     canary.Set
		label   string
		options string
		want    string
	}{
		"prefecture":              {hanako, "都道府県", "選択してください|北海道|東京都|大阪府", "東京都"},
		"prefecture without end":  {hanako, "", "都道府県|北海道|東京|大阪|京都", "東京"},
		"prefecture in Latin":     {hanako, "Prefecture", "Select|Hokkaido=JP01|Tokyo=JP13|Osaka=JP27", "Tokyo"},
		"state":                   {jane, "State", "Select a state|Ohio|Oregon|Texas", "Oregon"},
		"state by code":           {jane, "State", "--|OH|OR|TX", "OR"},
		"country":                 {jane, "Country", "Select…|Canada|United States (US)|Japan", "United States (US)"},
		"country in Japanese":     {hanako, "国", "アメリカ合衆国|日本", "日本"},
		"expiry month":            {jane, "Expiry month", "Month|01|06|07|12", "07"},
		"expiry month by name":    {jane, "Expiry month", "Month|June=a|July=b|August=c", "July"},
		"expiry year, two digits": {jane, "Expiry year", "YY|30|31|32", "31"},
		"birth year":              {jane, "Year of birth", "Year|1983|1984|1985", "1984"},
		"instalments":             {hanako, "お支払い回数", "3回|6回|一括払い", "一括払い"},
		"first that can be had":   {hanako, "サイズ", "選択してください|S 在庫切れ|M|L", "M"},
		"delivery time":           {hanako, "お届け時間帯", "指定なし|午前中|14-16時", "午前中"},
	} {
		e := &element{Tag: "select", Field: true, Label: c.label}
		for text := range strings.SplitSeq(c.options, "|") {
			text, value, told := strings.Cut(text, "=")
			if !told && !placeholderText(text) && text != "Month" && text != "YY" && text != "Year" {
				value = text
			}
			e.Options = append(e.Options, option{Text: text, Value: value})
		}
		a := answerer{set: c.set, fields: classifyAll([]*element{e})}
		choice := a.choice(0)
		if choice < 0 || e.Options[choice].Text != c.want {
			t.Errorf("%s: option %d of %v, want %q", name, choice, e.Options, c.want)
		}
	}
}
