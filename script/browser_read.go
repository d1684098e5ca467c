package script

import (
	"strconv"
	"strings"
)

// readField is the value of a field, with the marks that its name earns.
func (m *machine) readField(v value, at position) value {
	o := v.obj
	e := v.element()
	if e != nil && e.made && e.attrs != nil {
		if a, ok := e.attrs["value"]; ok {
			return a
		}
	}
	name, k := "", marks(0)
	if e != nil {
		name = e.selector
		if e.made {
			name = m.madeName(e)
		}
		k = fieldMarks(name)
		if e.any {
			k |= markAnywhere
		}
		if e.wide || k == 0 && payForm(name) && withFields(name) {
			k |= markForm
		}
	}
	if k == 0 && o != nil {
		if name = o.last(); name != "" {
			k = fieldMarks(name)
		}
	}
	what := "the value of a field"
	switch {
	case k&markCard != 0:
		what = "the value of a card field"
	case k&markIdentity != 0:
		what = "the value of a personal field"
	case k&markForm != 0:
		what = "the values of all fields"
	case o == nil || o.path == "" && e == nil:
		// Anything may have a property of that name.
		return value{kind: kindUnknown, text: hole, marks: v.marks | markValue}
	}
	if name != "" {
		what += " (" + shorten(strings.ReplaceAll(name, hole, "*")) + ")"
	}
	k |= markValue
	if m.handler&markKey != 0 {
		k |= markKey
	}
	m.record.factOf(factSource, at, what, k)
	return value{kind: kindUnknown, text: hole, marks: v.marks | k}
}

// madeName is what a field that the script makes itself is called.
func (m *machine) madeName(e *element) string {
	name := ""
	for _, attribute := range []string{"name", "id", "autocomplete", "placeholder", "data-label", "aria-label"} {
		if v, ok := e.attrs[attribute]; ok && v.kind == kindString {
			name += " " + v.string()
		}
	}
	return strings.TrimSpace(name)
}

// compared notes what a script asks of the page's address, of cookies and of the names of fields.
func (m *machine) compared(a, b value, unequal bool, at position) {
	known, other := a, b
	if !known.known() {
		known, other = b, a
	}
	if known.kind != kindString || other.known() {
		return
	}
	m.narrowed(known.string(), other, unequal)
	m.asked(known.string(), other, at)
}

// narrowed notes what is left of the parts of the page that something can be, by what it is called.
func (m *machine) narrowed(text string, called value, unequal bool) {
	if called.obj == nil || called.obj.of == nil {
		return
	}
	thing := called.obj.of
	switch e := thing.element; {
	case e == nil && called.obj.path == "@tag" && strings.EqualFold(text, "iframe"):
		thing.element = &element{tag: "iframe", selector: "iframe"}
	case e != nil && e.any && (m.bail || m.unlike) && unequal && text == "email": // it does nothing with others
		if !m.bail {
			m.narrow = append(m.narrow, narrowing{e, e.selector})
		}
		e.any, e.selector = false, "[type=email]"
	}
}

// narrowing is a part of the page of which a test tells for a while what it is, and what was known of it before.
type narrowing struct {
	element  *element
	selector string
}

// widen forgets what tests have told beyond the first n.
func (m *machine) widen(n int) {
	for ; len(m.narrow) > n; m.narrow = m.narrow[:len(m.narrow)-1] {
		last := m.narrow[len(m.narrow)-1]
		last.element.any, last.element.selector = true, last.selector
	}
}

func (m *machine) asked(text string, of value, at position) {
	if len(text) < 2 || len(text) > 400 {
		return
	}
	k := of.marks
	if of.obj != nil && of.obj.path == "@src" && payForm(text) {
		of.obj.of.element.selector += "[src*=" + shorten(text) + "]"
	}
	switch {
	case k&(markURL|markMarkup|markRequest) != 0 && tillWord(text) != "":
		m.record.fact(factGate, at, "asks whether the page is the "+tillWord(text))
		if n := 0; k&markURL != 0 {
			for _, w := range tillParts[:3] { // those of the shop systems: whoever writes for one shop knows its till
				if strings.Contains(strings.ToLower(text), w) {
					n++
				}
			}
			if n > 1 {
				m.record.fact(factManyTills, at, "knows the tills of several kinds of shop")
			}
		}
	case k&(markURL|markCookie|markMarkup|markStorage) != 0 && adminWord(text) != "":
		m.record.fact(factHidesFromAdmin, at, "asks for a sign of the administrator ("+adminWord(text)+")")
	}
	if of.obj != nil && of.obj.path == "@name" || k&(markTyped|markMessage) != 0 {
		card := fieldMarks(text)&markCard != 0
		switch {
		case m.bail && (card || strings.Contains(strings.ToLower(text), "passw")):
			m.record.fact(factExcludes, at, "leaves out "+shorten(text))
		case card:
			m.record.factOf(factCardWord, at, shorten(text), markCard)
		}
	}
	if of.obj != nil && strings.Contains(of.obj.path, "userAgent") || k&markPixels != 0 {
		low := strings.ToLower(text)
		for _, w := range []string{"swiftshader", "llvmpipe", "virtualbox", "headless", "phantomjs", "vmware"} {
			if strings.Contains(low, w) {
				m.record.fact(factVirtual, at, "asks whether a person is there ("+w+")")
			}
		}
	}
}

// patternTest notes what a pattern is tried on.
func (m *machine) patternTest(p *pattern, subject value, at position) {
	if subject.known() {
		return
	}
	m.asked(plainSource(p), subject, at)
	if cardPattern(p.source) {
		m.record.factOf(factCardPattern, at, "looks for a card number ("+shorten(p.source)+")", subject.marks)
	}
}

// cardPattern tells whether a pattern is one for card numbers: of digits, so many as a card has and other numbers have
// not, or in groups of four.
func cardPattern(source string) bool {
	if !strings.Contains(source, `\d`) && !strings.Contains(source, "[0-9]") {
		return false
	}
	for rest := source; ; {
		_, after, ok := strings.Cut(rest, "{")
		if !ok {
			break
		}
		rest = after
		quantifier, _, _ := strings.Cut(after, "}")
		least, most, ranged := strings.Cut(quantifier, ",")
		n, err := strconv.Atoi(least)
		if err == nil && (n >= 14 && n <= 16 || ranged && n >= 12 && n <= 16 && most != "13") {
			return true
		}
	}
	return strings.Count(source, "{4}") >= 3 || strings.Contains(source, "^4[0-9]{12}")
}
