package script

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/token"
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
	if known.kind == kindNumber && (known.num == 15 || known.num == 16) && other.marks&markLength != 0 {
		m.record.factOf(factCardLong, at, "asks whether what is typed is as long as a card's number", other.marks)
	}
	if known.kind != kindString || other.known() {
		return
	}
	m.narrowed(known.string(), other, unequal, at)
	m.asked(known.string(), other, at)
}

// lengthOf marks the length of a text.
func lengthOf(k marks) marks {
	if k&(markValue|markForm|markAnywhere) != 0 {
		return markLength
	}
	return 0
}

// narrowed notes what is left of the parts of the page that something can be, by what it is called.
func (m *machine) narrowed(text string, called value, unequal bool, at position) {
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
	case e != nil && e.any && called.obj.path == "@name" && namesField(called.obj) && len(m.named) < maxNamed:
		m.named = append(m.named, naming{at, e, text})
	}
}

// naming is a comparison of what a field of whatever kind is called.
type naming struct {
	at      position
	element *element
	name    string
}

// meansNamed narrows what a field can be to the names that a test leaves it where it comes out as holds says. Each of the
// test's alternatives must ask for a name of the same field.
func (m *machine) meansNamed(test ast.Expression, holds bool, named []naming) {
	if len(named) == 0 {
		return
	}
	var asked []naming
	for _, alternative := range alternatives(test, holds, nil) {
		from, to := m.at(alternative.Idx0()), m.at(alternative.Idx1())
		i := slices.IndexFunc(named, func(n naming) bool {
			return compares(alternative, holds) && n.at.layer == from.layer && n.at.offset >= from.offset && n.at.offset < to.offset &&
				(len(asked) == 0 || asked[0].element == n.element)
		})
		if i < 0 {
			return
		}
		asked = append(asked, named[i])
	}
	e := asked[0].element
	m.narrow = append(m.narrow, narrowing{e, e.selector})
	var selectors []string
	for _, n := range asked {
		selectors = append(selectors, "#"+strings.ToLower(n.name))
	}
	e.any, e.selector = false, strings.Join(selectors, ",")
}

// alternatives are the parts of a test of which one must come out as holds says for the test to do so; of parts that must
// all do so, the one that compares.
func alternatives(test ast.Expression, holds bool, list []ast.Expression) []ast.Expression {
	either, all := token.LOGICAL_OR, token.LOGICAL_AND
	if !holds {
		either, all = all, either
	}
	e, ok := test.(*ast.BinaryExpression)
	switch {
	case ok && e.Operator == either && len(list) < maxAlternatives:
		return alternatives(e.Right, holds, alternatives(e.Left, holds, list))
	case ok && e.Operator == all && compares(e.Left, holds):
		return append(list, e.Left)
	case ok && e.Operator == all:
		return append(list, e.Right)
	}
	return append(list, test)
}

const (
	maxAlternatives = 100
	maxNamed        = 10_000
)

// compares tells whether an expression is nothing but the question whether two things are the same, or not.
func compares(e ast.Expression, same bool) bool {
	b, ok := e.(*ast.BinaryExpression)
	switch {
	case !ok:
		return false
	case same:
		return b.Operator == token.EQUAL || b.Operator == token.STRICT_EQUAL
	}
	return b.Operator == token.NOT_EQUAL || b.Operator == token.STRICT_NOT_EQUAL
}

// namesField tells whether what was read of a field is what the shop calls it: its type says nothing of what it is for.
func namesField(read *object) bool {
	attribute, _ := read.own("@attribute")
	text := attribute.string()
	return text == "name" || text == "id"
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
