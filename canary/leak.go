package canary

import "slices"

// Fields lists the fields in matches, each once, in the order in which it was found.
func Fields(matches []Match) []Field {
	var all []Field
	for _, m := range matches {
		if !slices.Contains(all, m.Field) {
			all = append(all, m.Field)
		}
	}
	return all
}

// Data lists the kinds of customer data in matches, each once: see [Field.Data].
func Data(matches []Match) []string {
	var all []string
	for _, m := range matches {
		if d := m.Field.Data(); !slices.Contains(all, d) {
			all = append(all, d)
		}
	}
	return all
}

// Confirmed says whether what one destination received is a leak by itself, given that nobody authorised it: a card
// number; a security code with any other field of its card; or two personal fields of one customer.
//
// The reasoning: a card number alone is account data in the sense of PCI DSS, whoever holds it can try it. A security
// code must not even be kept by those who may see it (PCI DSS 3.3.1), but three digits prove nothing until another field
// of the same card stands beside them. One personal field has honest readers, an address look-up that sends the
// postcode or a mail check that sends the address; two of them together name a person, which is what data protection
// laws have a breach begin with. A password counts as one of the two.
func Confirmed(matches []Match) bool {
	type tally struct {
		card     []Field
		personal []string
	}
	sets := map[string]*tally{}
	for _, m := range matches {
		t := sets[m.Set]
		if t == nil {
			t = &tally{}
			sets[m.Set] = t
		}
		switch kind := m.Field.Data(); {
		case m.Field == CardNumber:
			return true
		case kind == "card":
			t.card = append(t.card, m.Field)
		case !slices.Contains(t.personal, kind):
			t.personal = append(t.personal, kind)
		}
	}
	for _, t := range sets {
		holder := slices.Contains(t.card, CardHolder)
		if slices.Contains(t.card, CardCode) && (holder || slices.Contains(t.card, CardExpiry)) {
			return true
		}
		// The holder's name is a name, unless the name is there already.
		n := len(t.personal)
		if holder && !slices.Contains(t.personal, "name") {
			n++
		}
		if n >= 2 {
			return true
		}
	}
	return false
}
