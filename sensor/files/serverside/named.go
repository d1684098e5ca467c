package serverside

import "strings"

// named is the value of a variable, or a name.
func (m *machine) named(t token) value {
	name := t.text
	v := value{path: strings.ToLower(name), name: name, pos: t.pos}
	if name == "$1" || name == "$2" || name == "$3" || name == "$&" {
		v.mark = m.captured
		return v
	}
	if name == "$_" && m.sigils && (m.is("[") || m.fn.vars["$_"] == nil) {
		if m.is("[") && m.at(1).kind == tNumber && m.at(2).text == "]" {
			n := len(m.at(1).text) - 1 + int(m.at(1).text[0]-'0')
			m.i += 3
			a := m.argument(n)
			a.pos = t.pos
			return a
		}
		if m.at(-2).kind == tOp && m.at(-2).text == "=" { // all arguments
			a := value{path: "$_args"}
			for i := range min(m.fn.shift+8, 8) {
				a.mark |= param(i)
			}
			return a
		}
	}
	if name == "shift" && m.sigils && m.fn != m.global && (!m.is("(") || m.at(1).text == ")") && m.peek().kind != tWord {
		if m.is("(") {
			m.i += 2
		}
		a := m.argument(m.fn.shift)
		m.fn.shift = (m.fn.shift + 1) % maxParams
		return a
	}
	if have := m.fn.find(name); have != nil {
		v = have.value
		v.mark |= have.seen
		v.name, v.pos = name, t.pos
		if v.path == "" || v.path == "number" || v.path == "pattern" {
			v.path = strings.ToLower(name)
		}
	}
	m.source(&v)
	return v
}

// argument is what a function of Perl was called with.
func (m *machine) argument(i int) value {
	if m.fn == m.global {
		return value{}
	}
	return value{mark: param(i), path: "$_"}
}
