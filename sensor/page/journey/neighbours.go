package journey

import (
	"strconv"
	"strings"
)

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
