package journey

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/width"

	"github.com/tillwatch/tillwatch/canary"
)

var digitsWithDash = lazily(`\d-\d`)

// dashed says whether a number is written with its dashes: as a complaint says, else as the field says, else as is
// usual; a refusal that says nothing of it asks for the other way.
func dashed(f field, written string, usual bool, attempt int) bool {
	if f.Maxlength > 0 && f.Maxlength < len(written) || f.is("number") {
		return false
	}
	if with, told := dashesIn(f.Error); told {
		return with
	}
	with, told := dashesIn(strings.Join(append([]string{f.Placeholder, f.Label, f.After}, f.Near...), " "))
	switch {
	case told:
	case digitsWithDash().MatchString(f.Placeholder) || strings.Contains(f.Pattern, `-\d`) || strings.Contains(f.Pattern, "-["):
		with = true
	default:
		with = usual
	}
	return with != (attempt%2 == 1)
}

var digitCount = lazily(`\d+\s*(桁|자리|digits|digit|angka)`)

// dashesIn says whether a text asks for dashes, or for none.
func dashesIn(text string) (with, told bool) {
	switch {
	case containsAny(text, "ハイフンなし", "ハイフン無し", "ハイフン不要", "ハイフンは不要", "ハイフンは入力しない", "ハイフンを除", "数字のみ", "-없이", "- 없이", "'-' 없이", "숫자만", "tanpa tanda", "digits only", "no dashes", "numbers only", "without dashes", "hanya angka"):
		return false, true
	case containsAny(text, "ハイフンあり", "ハイフン付", "ハイフンを入れ", "ハイフン区切り", "ハイフンを含", "with dashes", "include dashes"):
		return true, true
	}
	return false, digitCount().MatchString(text)
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

// inKana writes a reading in the script that a complaint, or else the field, asks for: katakana where neither says. A
// refusal that says nothing of it asks for the other script.
func inKana(f field, text string, attempt int) string {
	hints := strings.Join(append([]string{f.Label, f.Placeholder, f.Shared}, f.Near...), " ")
	script := func(text string) (hira, half, told bool) {
		half = containsAny(text, "半角カ", "半角ｶ", "ﾌﾘｶﾞﾅ", "ｶﾅ", "ｾｲ", "ﾒｲ")
		kata := strings.Contains(text, "カ") || containsAny(text, "ヤマダ", "セイ", "メイ")
		hira = !kata && !half && containsAny(text, "ひらがな", "ふりがな", "よみがな", "やまだ", "せい", "めい")
		return hira, half, hira || half || kata
	}
	hira, half, told := script(f.Error)
	if strings.Contains(f.Error, "ひらがなで") {
		hira, half, told = true, false, true
	}
	if !told {
		hira, half, _ = script(hints)
		hira = hira != (attempt%2 == 1)
	}
	switch {
	case half:
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
	case f.Maxlength == 8 || attempt == 1 || dateOfEight().MatchString(hints):
		return born.Format("20060102")
	case f.Maxlength == 6:
		return born.Format("060102")
	case strings.Contains(hints, "/"):
		if containsAny(hints, "yyyy/mm", "yy/mm") {
			return born.Format("2006/01/02")
		}
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

var dateOfEight = lazily(`(?i)yyyymmdd|\b(19|20)\d{6}\b`)

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
