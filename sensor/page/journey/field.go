package journey

import (
	"strconv"
	"strings"
	"unicode"
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
	read := readText(text)
	if read.spaced == "" {
		return unknown
	}
	for _, entry := range topicPhrases() {
		for _, p := range entry.phrases {
			if _, ok := p.occurs(read); ok {
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
	read := readText(text)
	if read.spaced == "" {
		return whole, false
	}
	found := whole
	for _, entry := range partPhrases() {
		for _, p := range entry.phrases {
			if _, ok := p.occurs(read); !ok {
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
