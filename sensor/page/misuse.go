package page

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/canary"
)

// misused tells of card data that goes to a host where it may go, but not as a payment: into a field that is kept in
// clear and that a thief with a key reads out later, hidden from whoever reads along, or to another account than the one
// that the rest of the page pays to.
func misused(v *visit, d destinations) []tillwatch.Sign {
	finder := canary.NewMatcher(append([]canary.Set{v.set}, v.earlier...)...)
	blame := newBlame(v)
	sent := v.sendings()
	accounts := v.paidTo(d, sent, finder)
	signs := map[string]*tillwatch.Sign{}
	var order []string
	for i := range sent {
		s := &sent[i]
		host := hostOf(s.url)
		if o := d.owner(host); o != provider && o != authorised {
			continue
		}
		if s.found = finder.Find(s.content()); !s.has(canary.CardNumber) {
			continue
		}
		why, how := misuse(s, v.set, accounts)
		if why == "" {
			continue
		}
		destination := shown(originOf(s.url))
		place := shown(pageOf(s.document)) + " → " + destination
		sign := signs[place]
		if sign == nil {
			sign = &tillwatch.Sign{
				Rule: "page/canary-sent", Place: place, Severity: tillwatch.High, Certainty: tillwatch.Likely, Since: s.at, Data: canary.Data(s.found),
				Summary: fmt.Sprintf("Card data goes to %s, where card data may go, but not as a payment: %s.", destination, why),
			}
			signs[place] = sign
			order = append(order, place)
		}
		sign.Count++
		sign.Evidence = appendEvidence(sign.Evidence, blame.evidence(s, canary.Fields(s.found), how))
	}
	out := make([]tillwatch.Sign, 0, len(order))
	for _, place := range order {
		out = append(out, *signs[place])
	}
	slices.SortFunc(out, func(a, b tillwatch.Sign) int { return strings.Compare(a.Place, b.Place) })
	return out
}

// misuse says why a request with the card number in it is no payment, and how the number was hidden; empty where it may
// well be one.
func misuse(s *sending, set canary.Set, accounts map[string]map[string]int) (why, how string) {
	for _, m := range s.found {
		if m.Field != canary.CardNumber {
			continue
		}
		for _, e := range m.Encoding {
			if e == "xor" || e == "shift" || e == "reversed" || strings.HasPrefix(e, "rot") {
				return "the number is disguised, as nobody does who hands it to a payment provider", "hidden as " + strings.Join(m.Encoding, ", then ")
			}
		}
	}
	if name := remarkWith(s, set.Card.Number); name != "" {
		return "it is put into a field for remarks (" + name + "), which the provider keeps in clear", ""
	}
	for name, id := range merchants(s) {
		if others := accounts[hostOf(s.url)+" "+name]; len(others) > 1 && others[id] < most(others) {
			return "the account it names is not the one that the rest of the page names", ""
		}
	}
	return "", ""
}

// paidTo counts the accounts that the requests to each provider name, those with a card number in them less.
func (v *visit) paidTo(d destinations, sent []sending, finder *canary.Matcher) map[string]map[string]int {
	out := map[string]map[string]int{}
	note := func(host, name, id string, weight int) {
		key := host + " " + name
		if out[key] == nil {
			out[key] = map[string]int{}
		}
		out[key][id] += weight
	}
	for i := range sent {
		host := hostOf(sent[i].url)
		if o := d.owner(host); o != provider && o != providerPart && o != authorised {
			continue
		}
		card := slices.ContainsFunc(finder.Find(sent[i].content()), func(m canary.Match) bool { return m.Field == canary.CardNumber })
		for name, id := range merchants(&sent[i]) {
			if card {
				note(host, name, id, 1)
			} else {
				note(host, name, id, 100)
			}
		}
	}
	return out
}

func most(counts map[string]int) int {
	highest := 0
	for _, n := range counts {
		highest = max(highest, n)
	}
	return highest
}

// remarks are parts of names of fields that a provider keeps as they are and shows to whoever has the account.
var remarks = []string{"metadata", "description", "comment", "remark", "memo", "note", "message", "title", "email", "phone", "address", "custom", "utm", "statement"}

// remarkWith names the field for remarks that holds the digits of a card number.
func remarkWith(s *sending, number string) string {
	digits := strings.Map(onlyDigits, number)
	if digits == "" {
		return ""
	}
	return remarkThat(s, func(value string) bool { return strings.Contains(strings.Map(onlyDigits, value), digits) })
}

// hiddenRemarks are what no one can read in the fields for remarks of a request.
func hiddenRemarks(s *sending) []string {
	var out []string
	remarkThat(s, func(value string) bool {
		out = append(out, opaque([]byte(value))...)
		return false
	})
	return out
}

// remarkThat names the first field for remarks whose content holds something.
func remarkThat(s *sending, has func(value string) bool) string {
	holds := func(name, value string) bool {
		name = strings.ToLower(name)
		return slices.ContainsFunc(remarks, func(r string) bool { return strings.Contains(name, r) }) && has(value)
	}
	var texts []string
	if u, err := url.Parse(s.url); err == nil {
		texts = append(texts, u.RawQuery)
	}
	body := s.body.Bytes()
	var value any
	if json.Unmarshal(body, &value) == nil {
		if name := inJSON("", value, holds); name != "" {
			return name
		}
	} else {
		texts = append(texts, string(body))
	}
	for _, text := range texts {
		values, _ := url.ParseQuery(text)
		for name, list := range values {
			if slices.ContainsFunc(list, func(v string) bool { return holds(name, v) }) {
				return fieldName(name)
			}
		}
	}
	return ""
}

func inJSON(path string, value any, holds func(name, value string) bool) string {
	switch value := value.(type) {
	case string:
		if holds(path, value) {
			return fieldName(path)
		}
	case map[string]any:
		for name, inner := range value {
			if found := inJSON(path+"."+name, inner, holds); found != "" {
				return found
			}
		}
	case []any:
		for _, inner := range value {
			if found := inJSON(path, inner, holds); found != "" {
				return found
			}
		}
	}
	return ""
}

// fieldName is the name of a field as it may be shown: a thief may put his loot into names, too.
func fieldName(name string) string {
	name = strings.TrimPrefix(name, ".")
	if len(name) > 40 || longestNumber(name) >= 6 {
		return "metadata"
	}
	return name
}
