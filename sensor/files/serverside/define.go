package serverside

import "strings"

// define goes through a function that a word of the language begins.
func (m *machine) define(t token) value {
	name := ""
	col := t.col
	if !t.first {
		for k := m.i - 1; k >= 0 && k > m.i-12; k-- {
			if m.tokens[k].first {
				col = m.tokens[k].col
				break
			}
		}
	}
	if m.vb && (m.peek().text == "get" || m.peek().text == "let" || m.peek().text == "set") {
		m.i++
	}
	for m.peek().kind == tWord && !m.peek().first {
		name = m.peek().text
		m.i++
		if !m.accept(".") {
			break
		}
	}
	var names []string
	var marked []mark
	var kinds []string
	if m.is("(") {
		m.i++
		names, marked, kinds = m.parameters()
	} else if m.name == "ruby" {
		for t := m.peek(); t.kind != tLine && t.kind != tEnd && t.text != ";"; t = m.peek() {
			if t.kind == tWord {
				names = append(names, t.text)
			}
			m.i++
		}
	}
	outer := m.fn
	f := m.enter(name, t.pos, col, names, marked, kinds)
	f.shift = 0
	if m.indent {
		return value{}
	}
	if m.vb {
		if m.name == "vb" && outer != m.global {
			f.outer = m.global
		}
		return value{}
	}
	m.body(outer)
	return value{}
}

// body goes through what stands in the next braces as the function that was entered, and leaves it.
func (m *machine) body(outer *function) {
	for k := 0; k < 16; k++ {
		t := m.at(k)
		if t.kind == tEnd || t.kind == tOp && t.text == ";" {
			break
		}
		if t.kind == tOp && t.text == "{" {
			m.i += k + 1
			m.block()
			break
		}
		if t.kind == tOp && t.text == "=>" {
			m.i += k + 1
			m.returns(m.expr(bindChoice))
			break
		}
	}
	m.fn = outer
}

// bound are words by which a framework hands a parameter what a request says.
var bound = ops("requestparam", "requestbody", "requestheader", "pathvariable", "cookievalue", "queryparam", "formparam", "fromquery", "frombody", "fromform", "fromheader", "modelattribute")

// parameters reads names up to the bracket that ends them.
func (m *machine) parameters() (names []string, marked []mark, kinds []string) {
	depth := 0
	name, kind, value, from := "", "", false, mark(0)
	flush := func() {
		if name != "" && len(names) < maxParams {
			names, marked, kinds = append(names, name), append(marked, from), append(kinds, kind)
		}
		name, kind, value, from = "", "", false, 0
	}
	first := !m.typed && !m.sigils
	for m.i < len(m.tokens) {
		t := m.tokens[m.i]
		m.i++
		if t.kind == tOp {
			switch t.text {
			case "(", "[", "{":
				depth++
			case ")", "]", "}":
				if depth == 0 {
					flush()
					return names, marked, kinds
				}
				depth--
			case ",":
				if depth == 0 {
					flush()
				}
			case "=", ":":
				value = true
			}
			continue
		}
		if t.kind != tWord || depth > 0 || value {
			continue
		}
		switch lower := strings.ToLower(t.text); {
		case bound[lower]:
			from = fromRequest
		case lower == "byval" || lower == "byref" || lower == "optional" || lower == "paramarray":
		case lower == "as" && m.vb:
			value = true
		case name == "" || !first:
			if m.typed {
				kind = strings.ToLower(name)
			}
			name = t.text
		}
	}
	return names, marked, kinds
}

// method tells whether a name and its bracket begin a method, in languages where no word says so, and goes through it.
func (m *machine) method(v value) bool {
	if m.isNew || !m.typed && m.name != "js" {
		return false
	}
	depth := 0
	for k := 1; k < 300; k++ {
		t := m.at(k)
		if t.kind == tEnd {
			return false
		}
		if t.kind != tOp {
			continue
		}
		switch t.text {
		case "(":
			depth++
		case ")":
			if depth--; depth >= 0 {
				continue
			}
			next := m.at(k + 1)
			if next.text != "{" && next.text != "throws" && next.text != "where" {
				return false
			}
			m.i++
			names, marked, kinds := m.parameters()
			outer := m.fn
			m.enter(v.name, v.pos, 0, names, marked, kinds)
			m.body(outer)
			return true
		case ";":
			return false
		}
	}
	return false
}

// imports notes by which names what comes from elsewhere is known.
func (m *machine) imports(word string) value {
	if m.name != "python" {
		for t := m.peek(); t.kind != tEnd && t.kind != tLine && !(t.kind == tOp && (t.text == ";" || t.text == "{" || t.text == "(")); t = m.peek() {
			m.i++
		}
		return value{}
	}
	module := ""
	if word == "from" {
		module = m.dotted()
		if m.peek().text == "import" {
			m.i++
		}
		m.accept("(")
	}
	for m.i < len(m.tokens) {
		for m.soft == 0 && module != "" && m.peek().kind == tLine && m.at(-1).kind == tOp {
			m.i++
		}
		name := m.dotted()
		if name == "" {
			break
		}
		as := name
		if m.peek().text == "as" {
			m.i++
			as = m.peek().text
			m.i++
		}
		path := name
		if module != "" {
			path = module + "." + name
		}
		if as != path {
			m.global.vars[as] = &variable{value: value{path: strings.ToLower(path)}}
		}
		if !m.accept(",") {
			break
		}
	}
	m.accept(")")
	return value{}
}

func (m *machine) dotted() string {
	name := ""
	for m.peek().kind == tWord && m.peek().text != "import" || m.is(".") {
		name += m.peek().text
		word := m.peek().kind == tWord
		m.i++
		if word && !m.is(".") {
			break
		}
	}
	return name
}

// forLoop reads the names that a loop gives values to.
func (m *machine) forLoop() value {
	for k := 0; k < 4; k++ {
		switch m.peek().text {
		case "my", "our", "each", "var", "const", "let":
			m.i++
			continue
		}
		break
	}
	if m.sigils {
		name := ""
		if t := m.peek(); t.kind == tWord && strings.HasPrefix(t.text, "$") {
			name = t.text
			m.i++
		}
		if m.accept("(") {
			v := flat(m.seq(")"))
			if name == "" {
				name = "$_"
			}
			m.assign(name, value{mark: v.mark}, false)
		}
		m.loop = false
		return value{}
	}
	for k := 0; k < 8; k++ { // several names before in
		if m.at(0).kind == tWord && m.at(1).kind == tOp && m.at(1).text == "," {
			m.loopVars = append(m.loopVars, m.at(0).text)
			m.i += 2
		}
	}
	if m.accept("(") {
		loop := m.loop
		if m.typed && m.peek().kind == tWord && m.at(1).kind == tOp && m.at(1).text == "<" { // a type that holds others
			m.created(value{})
		}
		m.loop = loop
		m.inLoop()
	}
	return value{}
}

// inLoop goes through the brackets of a loop, in which a colon or in gives a value.
func (m *machine) inLoop() {
	soft := m.soft
	m.soft++
	for m.i < len(m.tokens) && *m.steps > 0 {
		if m.accept(")") {
			break
		}
		was := m.i
		m.expr(0)
		if m.i == was {
			m.i++
		}
		if m.accept(";") {
			m.loop = false
		}
	}
	m.soft, m.loop = soft, false
}
