package serverside

import "strings"

// passed are words that say something of the statement and nothing of a value.
var passed = ops("if", "elsif", "elseif", "elif", "else", "unless", "while", "until", "do", "then", "begin", "rescue", "ensure", "try", "catch", "finally", "switch", "case", "when", "default", "throw", "raise", "yield", "await", "async",
	"my", "our", "local", "state", "var", "let", "const", "dim", "redim", "preserve", "set", "public", "private", "protected", "static", "final", "friend", "shared", "overrides", "override", "readonly", "unsafe", "virtual", "synchronized", "volatile", "transient", "internal", "partial", "remote", "required",
	"not", "delete", "goto", "lambda", "return", "end", "wend", "loop", "next", "with", "each", "byval", "byref", "call", "extends", "implements", "throws", "global", "nonlocal", "assert", "del", "pass", "break", "continue", "using", "lock", "fixed", "ref", "out", "defer", "last", "redo", "except", "scalar", "is", "addhandler", "withevents", "default")

// conditions are words after which = compares.
var conditions = ops("if", "elseif", "while", "until", "case", "loop")

// primary goes through one value.
func (m *machine) primary() value {
	if m.depth++; m.depth > 2*maxDepth { // hostile code is nested so that whoever reads it falls over
		m.depth--
		m.i++
		return value{}
	}
	defer func() { m.depth-- }()
	t := m.peek()
	m.i++
	switch t.kind {
	case tText:
		v := m.textValue(t)
		if m.name == "python" {
			for m.peek().kind == tText {
				next := m.peek()
				m.i++
				if v = joined(v, m.textValue(next)); !m.spend(len(v.text)) {
					break
				}
			}
		}
		v.pos = t.pos
		return m.postfix(v)
	case tCommand:
		v := m.textValue(t)
		m.command(v, t.pos, "runs")
		return m.postfix(value{path: "`"})
	case tPattern:
		out := value{text: t.text, known: true, path: "pattern"}
		for _, p := range t.parts {
			m.inside(p.code)
		}
		return m.postfix(out)
	case tNumber:
		return m.postfix(value{text: t.text, known: true, path: "number"})
	case tWord:
		return m.word(t)
	case tOp:
		return m.sign(t)
	case tEnd, tLine:
	}
	return value{}
}

// textValue puts a text together with what the code in it gives.
func (m *machine) textValue(t token) value {
	if t.parts == nil {
		return constant(t.text)
	}
	v := constant("")
	for _, p := range t.parts {
		if p.code == nil {
			v = joined(v, constant(p.text))
		} else {
			v = joined(v, m.inside(p.code))
		}
		m.spend(len(v.text))
	}
	return v
}

// spend counts what putting a text together costs, and tells whether there is anything left.
func (m *machine) spend(bytes int) bool {
	*m.steps -= bytes / 64
	return *m.steps > 0
}

// inside goes through code that stands in a text.
func (m *machine) inside(code []token) value {
	if len(code) == 0 {
		return value{}
	}
	tokens, i, fn, indent := m.tokens, m.i, m.fn, m.dialect
	d := *m.dialect
	d.indent = false
	m.tokens, m.i, m.dialect = code, 0, &d
	list := m.seq("")
	for m.i < len(m.tokens) && *m.steps > 0 {
		list = append(list, m.seq("")...)
	}
	m.tokens, m.i, m.fn, m.dialect = tokens, i, fn, indent
	if len(list) == 1 {
		return list[0]
	}
	return value{mark: flat(list).mark}
}

// sign goes through what begins with a sign.
func (m *machine) sign(t token) value {
	switch t.text {
	case "(":
		args := m.seq(")")
		v := value{}
		switch {
		case len(args) == 1 && !args[0].list:
			v = args[0]
			if next := m.peek(); m.typed && !next.first && v.path != "" && v.mark == 0 && (next.kind == tWord && binds[next.text] == 0 || next.kind == tText || next.kind == tOp && next.text == "(") {
				return m.primary() // a cast
			}
		default:
			v = flat(args)
		}
		return m.postfix(v)
	case "[":
		v := flat(m.seq("]"))
		if m.name == "cs" && m.peek().kind == tWord { // an attribute
			return value{}
		}
		return m.postfix(v)
	case "{":
		if m.soft > 0 || m.depth > 0 {
			return m.postfix(m.block())
		}
	case "!", "~":
		m.primary()
		return value{}
	case "-":
		v := m.primary()
		v.known, v.path = false, ""
		return v
	case "&":
		v := m.primary()
		if m.name == "ruby" { // a block
			return value{}
		}
		return v
	case "\\", "*", "**", "+", "::":
		return m.primary()
	case "<":
		if m.sigils {
			return m.readLine()
		}
	case "@":
		if m.name == "python" {
			v := m.primary()
			if p := v.path; hasAny(p, ".route", ".get(", ".post(", ".put(", ".websocket", "expose") {
				m.open = true
			}
			return value{}
		}
	case ".":
		if m.vb || m.name == "cs" {
			m.i--
			return m.postfix(m.with)
		}
	}
	return value{}
}

// block is what stands in braces: statements, a list, or a table.
func (m *machine) block() value {
	soft, cond, loop := m.soft, m.cond, m.loop
	m.statement()
	if m.name == "ruby" {
		m.blockNames()
	}
	v := flat(m.seq("}"))
	m.soft, m.cond, m.loop = soft, cond, loop
	return v
}

// readLine is what Perl reads between angle brackets.
func (m *machine) readLine() value {
	name := ""
	for k := 0; k < 3 && !m.is(">"); k++ {
		if t := m.peek(); t.kind == tWord {
			name = t.text
		} else {
			return value{}
		}
		m.i++
	}
	if !m.accept(">") {
		return value{}
	}
	out := value{}
	if strings.EqualFold(name, "stdin") || name == "" {
		out.mark = fromInput
	} else if v := m.fn.find(name); v != nil {
		out.mark = v.seen
	}
	if m.at(-4).text == "(" && m.at(-5).text == "while" {
		m.assign("$_", out, false)
	}
	return out
}

// word goes through what begins with a name.
func (m *machine) word(t token) value {
	lower := t.text
	if !m.folded && !m.sigils {
		lower = strings.ToLower(t.text)
	}
	if t.text != lower && m.typed && !m.folded && lower != t.text {
		lower = t.text // Java's and C#'s own words are small
	}
	next := m.peek()
	if m.lang == ASPNET || m.name == "cf" {
		switch strings.ToLower(lower) {
		case "webmethod", "webmethodattribute", "httpget", "httppost", "remote":
			m.open = true
			return value{}
		}
	}
	switch lower {
	case "def", "sub", "function", "property":
		if lower == "property" && !m.vb {
			break
		}
		if m.vb && m.at(-2).text == "end" {
			if m.fn != m.global {
				m.fn = m.fn.outer
			}
			return value{}
		}
		if m.vb && m.at(-2).text == "exit" {
			return value{}
		}
		return m.define(t)
	case "for", "foreach":
		m.loop, m.loopVars = true, nil
		return m.forLoop()
	case "return":
		if next.kind == tLine || next.kind == tEnd || next.kind == tOp && (next.text == ";" || next.text == "}") {
			return value{}
		}
		v := m.expr(0)
		m.returns(v)
		return v
	case "import", "from", "use", "package", "namespace":
		if m.name == "python" && t.first || m.name != "python" && lower != "from" {
			return m.imports(lower)
		}
	case "class", "module", "interface", "struct":
		if next.kind == tWord && m.at(1).kind != tOp || next.kind == tWord && (m.at(1).text == "{" || m.at(1).text == ":" || m.at(1).text == "(" || m.at(1).text == "<") {
			m.i++
			return value{}
		}
	case "new":
		if next.kind == tWord {
			m.isNew = true
			m.i++
			w := next
			v := value{path: "new:" + strings.ToLower(w.text), pos: w.pos}
			if m.sigils {
				v.path = strings.ToLower(w.text) + ".new"
			}
			return m.created(v)
		}
	case "as":
		if m.vb { // a type
			isNew := m.peek().text == "new"
			if isNew {
				return m.primary()
			}
			for m.peek().kind == tWord && !m.peek().first {
				m.i++
				if !m.accept(".") {
					break
				}
			}
			return value{}
		}
	}
	if passed[lower] && !(next.kind == tOp && (next.text == "." || next.text == "=" && lower != "set")) {
		switch lower {
		case "my", "local", "state", "dim", "var", "let", "const":
			m.declare()
		}
		if conditions[lower] {
			m.cond = true
		}
		if lower == "then" || lower == "else" || lower == "do" {
			m.cond = false
		}
		if lower == "do" && m.name == "ruby" {
			m.blockNames()
		}
		if lower == "lambda" && m.name == "python" {
			m.skipLambda()
			return m.expr(bindChoice)
		}
		if lower == "with" && m.vb && next.kind == tWord {
			m.with = m.expr(bindJoin)
			return m.with
		}
		if lower == "not" {
			m.primary()
		}
		return value{}
	}
	return m.postfix(m.named(t))
}

// defines are words that begin something of its own.
var defines = ops("function", "class", "sub", "def", "new", "interface", "enum", "struct")

// blockNames goes past the names between bars that a block of Ruby gives to what it is handed.
func (m *machine) blockNames() {
	if !m.accept("|") {
		return
	}
	for k := 0; k < 30 && !m.accept("|"); k++ {
		m.i++
	}
}

func (m *machine) skipLambda() {
	for k := 0; k < 20; k++ {
		if t := m.at(k); t.kind == tOp && t.text == ":" {
			m.i += k + 1
			return
		} else if t.kind == tEnd || t.kind == tLine {
			return
		}
	}
}

// created is what new makes.
func (m *machine) created(v value) value {
	for m.is(".") && m.at(1).kind == tWord || m.is("::") && m.at(1).kind == tWord {
		v.path = "new:" + strings.ToLower(m.at(1).text)
		m.i += 2
	}
	if m.is("<") { // of what it holds
		depth := 0
		for k := 0; k < 40; k++ {
			switch m.at(k).text {
			case "<":
				depth++
			case ">":
				depth--
			case ">>":
				depth -= 2
			}
			if depth <= 0 {
				m.i += k + 1
				break
			}
		}
	}
	switch {
	case m.is("("):
		return m.postfix(v)
	case m.is("["):
		m.i++
		m.seq("]")
		if m.is("[") {
			m.i++
			m.seq("]")
		}
		if m.accept("{") {
			list := m.block()
			list.path = v.path
			return m.postfix(list)
		}
		return m.postfix(v)
	}
	v = m.call(v, nil, v.pos)
	if m.accept("{") {
		m.block()
	}
	return m.postfix(v)
}
