package journey

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// field is an element that can be filled, and what belongs into it.
type field struct {
	*element
	topic topic
	part  part
	piece int // of a number split over several fields, from 1; 0 where it is not split
	of    int // into how many
}

// isCard says whether the field asks for something printed on a card.
func (f field) isCard() bool {
	switch f.topic {
	case cardNumber, cardCode, cardExpiry, cardHolder:
		return true
	}
	return false
}

// widget says whether the field is a list drawn by script, opened by a press.
func (f field) widget() bool {
	return f.Role == "combobox" && f.Tag != "input" && f.Tag != "textarea" && f.Tag != "select"
}

// choosable says whether a list holds anything to choose: many fill only once another field is answered.
func (f field) choosable() bool {
	for _, o := range f.Options {
		if !o.Disabled && o.Value != "" && !placeholderText(o.Text) {
			return true
		}
	}
	return false
}

// personal says whether the field asks who the customer is or where he lives. A page that does is part of a checkout
// or of a registration.
func (f field) personal() bool {
	switch f.topic {
	case nameTopic, kana, emailTopic, phoneTopic, street, building, address, birth:
		return true
	}
	return false
}

// classify says what a field asks for, by all that is written on and around it. Each source speaks for one topic with
// its weight: what the page declares weighs most, what stands far away least.
func classify(e *element) field {
	f := field{element: e}
	weights := map[topic]int{}
	say := func(text string, weight int) {
		t := topicOf(text)
		if t == unknown {
			return
		}
		if onlyPart(text) {
			weight /= 4 // "姓" alone may stand for the reading as well as for the name: the row tells
		}
		weights[t] += weight
	}
	for token := range strings.FieldsSeq(strings.ToLower(e.Autocomplete)) {
		if known, ok := autocompleteTopics[token]; ok {
			weights[known.topic] += 110
			f.part = known.part
		}
	}
	say(e.Label, 60)
	say(e.Accessible, 50)
	say(e.Placeholder, 40)
	sayName := func(name string, weight int) {
		words := ownName(name)
		if (field{topic: topicOf(words)}).isCard() {
			weight += 15 // nobody calls a field "card_name" who does not mean it
		}
		say(words, weight)
	}
	sayName(e.Name, 40)
	sayName(e.HTMLID, 32)
	say(e.Shared, 25)
	beside, behind := 50, 24
	if !e.Direct {
		beside, behind = 30, 40 // nothing right before it: the word behind is its own, the word before the row's
	}
	say(e.After, behind)
	for i, text := range e.Near {
		say(text, []int{beside, 21, 9}[min(i, 2)])
	}
	switch {
	case e.Type == "email":
		weights[emailTopic] += 60
	case e.Type == "tel" && len(weights) == 0:
		weights[phoneTopic] += 25
	case e.Type == "password":
		weights[passwordTopic] += 20
	case e.Type == "search" || e.Role == "searchbox":
		weights[searchBox] += 120
	case e.Type == "checkbox" || e.Type == "radio":
		say(e.words(), 40)
	}
	if e.Tag == "select" || e.Options != nil {
		t, p := topicOfOptions(e.Options)
		if t != unknown {
			weights[t] += 70
		}
		if p != whole {
			f.part = p
		}
	}
	f.topic = heaviest(weights)
	if f.part == whole {
		f.part = partOf(e)
	}
	if !f.topic.has(f.part) {
		f.part = whole
	}
	return f
}

// has says whether a topic can be asked for by that part.
func (t topic) has(p part) bool {
	switch p {
	case family, given, middle:
		return t == nameTopic || t == kana || t == cardHolder
	case year, month, day:
		return t == birth || t == cardExpiry || t == deliveryDate || t == cardNumber || t == unknown
	case again:
		return t == emailTopic || t == passwordTopic
	}
	return true
}

// ownName is the last piece of a field's name in words, where that says enough: "full name" of
// "shippingAddress.full_name".
func ownName(name string) string {
	last := name[strings.LastIndexAny(strings.TrimRight(name, "]"), ".[")+1:]
	if words := splitName(last); topicOf(words) != unknown && !onlyPart(words) {
		return words
	}
	return splitName(name)
}

// heaviest is the topic with most weight; of two with the same, the more special. Below a floor none is.
func heaviest(weights map[topic]int) topic {
	best, most := unknown, 14
	for t, weight := range weights {
		if weight > most || weight == most && best != unknown && t < best {
			best, most = t, weight
		}
	}
	return best
}

// topicOf reads one text.
func topicOf(text string) topic {
	text = plain(text)
	if text == "" {
		return unknown
	}
	for _, entry := range topicPhrases() {
		for _, p := range entry.phrases {
			if _, ok := p.occurs(text); ok {
				return entry.topic
			}
		}
	}
	return unknown
}

// onlyPart says whether a text names a part and not its whole: "姓", "First", "セイ" are parts, "First name" is not.
func onlyPart(text string) bool {
	switch strings.Trim(plain(text), "() ") {
	case "姓", "名", "氏", "성", "first", "last", "セイ", "メイ", "せい", "めい", "family", "given", "sei", "mei", "town", "確認用", "card", "カード", "mail", "post":
		return true
	}
	return false
}

// partOf reads the part from the narrowest text that tells one.
func partOf(e *element) part {
	texts := append([]string{e.Label, e.Accessible, e.Placeholder, e.After, splitName(e.Name), splitName(e.HTMLID)}, e.Near...)
	for _, text := range texts {
		if p, ok := partIn(text); ok {
			return p
		}
	}
	return whole
}

// partIn reads the part one text tells. A text that tells both halves ("First and last name", "MM/YY") asks for the
// whole, and that too is an answer.
func partIn(text string) (part, bool) {
	text = plain(text)
	if text == "" {
		return whole, false
	}
	found := whole
	for _, entry := range partPhrases() {
		for _, p := range entry.phrases {
			if _, ok := p.occurs(text); !ok {
				continue
			}
			if found != whole && found != entry.part && (found == family || found == month) {
				return whole, true
			}
			if found == whole {
				found = entry.part
			}
			break
		}
		if found != whole && found != family && found != month {
			break
		}
	}
	return found, found != whole
}

// splitName turns a field's name or id into words: "billing[zip01]" is "billing zip 1".
func splitName(name string) string {
	var b strings.Builder
	var last rune
	for _, r := range name {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			b.WriteByte(' ')
		case unicode.IsUpper(r) && unicode.IsLower(last), unicode.IsDigit(r) && unicode.IsLetter(last), unicode.IsLetter(r) && unicode.IsDigit(last):
			b.WriteByte(' ')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
		last = r
	}
	words := strings.Fields(b.String())
	for i, word := range words {
		if n, err := strconv.Atoi(word); err == nil && n < 100 {
			words[i] = strconv.Itoa(n)
		}
	}
	return strings.Join(words, " ")
}

var (
	yearText  = regexp.MustCompile(`^(?:19|20)\d\d\s*[年년]?$`)
	shortYear = regexp.MustCompile(`^[2-4]\d\s*[年년]?$`)
	monthText = regexp.MustCompile(`^(?:0?[1-9]|1[0-2])\s*(?:[月월]|[^0-9].*)?$`)
	dayText   = regexp.MustCompile(`^(?:0?[1-9]|[12]\d|3[01])\s*[日일]?$`)
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
		case yearText.MatchString(text):
			years++
			y, _ := strconv.Atoi(text[:4])
			if lowest == 0 || y < lowest {
				lowest = y
			}
			highest = max(highest, y)
		case dayText.MatchString(text):
			days++
			if monthText.MatchString(text) {
				months++
			}
			if shortYear.MatchString(text) {
				short++
			}
		case shortYear.MatchString(text):
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

// classifyAll classifies the fields of one frame and then looks at neighbours: numbers split over several fields,
// second copies, halves of a name, dates without a word.
func classifyAll(elements []*element) []field {
	fields := make([]field, len(elements))
	for i, e := range elements {
		fields[i] = classify(e)
	}
	splitNumbers(fields)
	splitEmails(fields)
	pairNames(fields)
	pairCopies(fields)
	settleDates(fields)
	settleHolders(fields)
	return fields
}

// splitNumbers finds runs of short fields that share one number: 3-4-4 of a telephone, 3-4 of a Japanese postal code,
// 4-4-4-4 of a card.
func splitNumbers(fields []field) {
	for i := 0; i < len(fields); {
		run := i + 1
		for run < len(fields) && continues(fields[i], fields[run-1], fields[run]) {
			run++
		}
		if n := run - i; n > 1 && n <= 4 && splittable(fields[i].topic, n) {
			for k := i; k < run; k++ {
				fields[k].topic, fields[k].piece, fields[k].of = fields[i].topic, k-i+1, n
			}
		}
		i = run
	}
}

func splittable(t topic, n int) bool {
	switch t {
	case phoneTopic, fax:
		return n == 2 || n == 3
	case postcode:
		return n == 2
	case cardNumber:
		return n == 4
	}
	return false
}

// continues says whether next goes on with the number that first begins. A second telephone is not a second part: it
// has a label of its own.
func continues(first, last, next field) bool {
	if !next.is("text", "tel", "number", "password", "") || next.Tag != "input" || last.Form != next.Form {
		return false
	}
	switch first.topic {
	case phoneTopic, fax, postcode, cardNumber:
	default:
		return false
	}
	short := next.Maxlength > 0 && next.Maxlength <= 5
	sameLine := abs(next.Box.Y-last.Box.Y) < 12 && next.Box.X > last.Box.X
	if next.topic != first.topic && !(next.topic == unknown && short && sameLine) {
		return false
	}
	return short || sameLine && next.Label == "" && numberedAlike(last.Name, next.Name)
}

// numberedAlike says whether two names differ in a counting number only: tel01 and tel02, phone[0] and phone[1].
func numberedAlike(a, b string) bool {
	wordsA, wordsB := strings.Fields(splitName(a)), strings.Fields(splitName(b))
	if len(wordsA) != len(wordsB) || len(wordsA) == 0 {
		return false
	}
	counted := false
	for i := range wordsA {
		if wordsA[i] == wordsB[i] {
			continue
		}
		x, errX := strconv.Atoi(wordsA[i])
		y, errY := strconv.Atoi(wordsB[i])
		if errX != nil || errY != nil || y != x+1 {
			return false
		}
		counted = true
	}
	return counted
}

// splitEmails finds addresses whose two sides are fields of their own, and the list of common hosts behind them.
func splitEmails(fields []field) {
	for i := 0; i+1 < len(fields); i++ {
		if fields[i].topic != emailTopic || fields[i].After != "@" {
			continue
		}
		for k := i; k < min(i+3, len(fields)); k++ {
			if k > i+1 && (!fields[k].is("select") || fields[k].topic != emailTopic) {
				break
			}
			fields[k].topic, fields[k].part, fields[k].piece, fields[k].of = emailTopic, whole, k-i+1, 2
		}
	}
}

// pairNames gives two neighbouring name fields without a part their halves, in the order that is usual where such
// forms are: family name first.
func pairNames(fields []field) {
	for i := 0; i+1 < len(fields); i++ {
		a, b := &fields[i], &fields[i+1]
		if a.topic != b.topic || a.topic != nameTopic && a.topic != kana && a.topic != cardHolder || a.Tag != "input" || b.Tag != "input" || a.Form != b.Form {
			continue
		}
		switch {
		case a.part == whole && b.part == given:
			a.part = family
		case a.part == family && b.part == whole:
			b.part = given
		case a.part == given && b.part == whole:
			b.part = family
		case a.part == whole && b.part == whole && (b.Label == "" || b.Label == a.Label) && (numberedAlike(a.Name, b.Name) || abs(a.Box.Y-b.Box.Y) < 12):
			a.part, b.part = family, given
			if western(a.element) {
				a.part, b.part = given, family
			}
		}
	}
}

func western(e *element) bool {
	text := e.words() + e.Placeholder + e.Shared + strings.Join(e.Near, "")
	return text != "" && isLatin(text)
}

// pairCopies finds the field that wants the e-mail address or the password a second time.
func pairCopies(fields []field) {
	for i := range fields {
		f := &fields[i]
		if f.topic != emailTopic && f.topic != passwordTopic || f.of > 1 {
			continue
		}
		for j := i - 1; j >= 0 && j >= i-2; j-- {
			before := fields[j]
			if before.topic == f.topic && before.Form == f.Form && (f.part == again || f.Label == "" || f.Label == before.Label || numberedAlike(before.Name, f.Name)) {
				f.part = again
			}
		}
	}
}

// settleDates says of a month, year or day without a topic whether it belongs to a card or to a birthday.
func settleDates(fields []field) {
	for i := range fields {
		f := &fields[i]
		if f.topic != unknown && f.topic != cardNumber && f.topic != phoneTopic || f.part != month && f.part != year && f.part != day {
			continue
		}
		if f.topic == phoneTopic && !f.is("select") {
			continue
		}
		f.topic = dateNear(fields, i)
	}
}

// settleHolders finds the name that stands among a card's fields and not among a customer's.
func settleHolders(fields []field) {
	near := func(i, reach int, is func(field) bool) bool {
		for k := max(0, i-reach); k <= min(len(fields)-1, i+reach); k++ {
			if k != i && fields[k].Form == fields[i].Form && is(fields[k]) {
				return true
			}
		}
		return false
	}
	for i := range fields {
		if fields[i].topic != nameTopic {
			continue
		}
		card := near(i, 2, func(f field) bool { return f.isCard() && f.topic != cardHolder })
		person := near(i, 2, func(f field) bool { return f.personal() && f.topic != nameTopic })
		if card && !person {
			fields[i].topic = cardHolder
		}
	}
}

func dateNear(fields []field, at int) topic {
	for distance := 1; distance <= 3; distance++ {
		for _, i := range []int{at - distance, at + distance} {
			if i < 0 || i >= len(fields) {
				continue
			}
			switch fields[i].topic {
			case birth, deliveryDate:
				return fields[i].topic
			case cardExpiry, cardNumber, cardCode, cardHolder:
				return cardExpiry
			}
		}
	}
	return fields[at].topic
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// single says whether a phrase is so short, in a script without spaces, that inside a longer word of the same script
// it means nothing: "名" in "名称", "セイ" in "セイコー".
func single(p string) bool {
	n := utf8.RuneCountInString(p)
	if n == 1 {
		return true
	}
	for _, r := range p {
		if !unicode.In(r, unicode.Katakana, unicode.Hiragana) {
			return false
		}
	}
	return n == 2
}
