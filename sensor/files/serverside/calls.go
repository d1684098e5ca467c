package serverside

import "strings"

const maxPath = 160

// postfix goes through what is asked of a value: its members, calls, indices.
func (m *machine) postfix(v value) value {
	for *m.steps > 0 {
		*m.steps--
		t := m.peek()
		switch {
		case t.kind == tOp && (t.text == "." && !m.sigils || t.text == "->" || t.text == "::" && !m.sigils):
			if !m.member(&v) {
				return v
			}
		case t.kind == tOp && t.text == "(" && (v.path != "" || v.name != ""):
			if v.name != "" && m.method(v) {
				return value{}
			}
			m.i++
			isNew := m.isNew
			m.isNew = false
			args := m.seq(")")
			v = m.call(v, args, v.pos)
			if isNew && m.is("{") && m.typed {
				m.i++
				m.block()
			}
			if m.name == "ruby" && (m.is("{") || m.peek().text == "do") {
				return v
			}
		case t.kind == tOp && t.text == "[" && (v.name != "" || v.path != "") && (!t.space || m.typed || m.sigils):
			m.i++
			m.index(&v, m.seq("]"))
		case t.kind == tOp && t.text == "{" && m.sigils && v.name != "" && !t.space && strings.HasPrefix(v.name, "$"):
			m.i++
			m.index(&v, m.seq("}"))
		case t.kind == tOp && (t.text == "++" || t.text == "--"):
			m.i++
		case m.typed && t.kind == tWord && v.name != "" && !m.isNew && !passed[t.text] && !defines[t.text] && binds[t.text] == 0 && m.at(-1).kind != tNumber: // a type and what has it
			m.i++
			v = m.typedName(v, t)
		case m.listedCall(v, t):
			args := m.seqLine()
			return m.call(v, args, v.pos)
		default:
			return v
		}
	}
	return v
}

// typedName is a variable that is declared.
func (m *machine) typedName(kind value, t token) value {
	v := m.named(t)
	if have := m.fn.find(t.text); have == nil {
		v.path = kind.path
		if kind.path == "var" || kind.path == "string" {
			v.path = strings.ToLower(t.text)
		}
	}
	for m.is("[") && m.at(1).text == "]" {
		m.i += 2
	}
	return v
}

// listedCall tells whether what follows a name is what it is called with, without brackets.
func (m *machine) listedCall(v value, t token) bool {
	if !m.listed && !(m.name == "python" && (v.path == "exec" || v.path == "print")) {
		return false
	}
	if v.name == "" && !strings.Contains(v.path, ".") || strings.HasPrefix(v.name, "$") && m.sigils && v.path == strings.ToLower(v.name) || t.first && (m.lines || m.depth < 3) || strings.HasSuffix(v.path, ")") {
		return false
	}
	switch t.kind {
	case tText, tCommand, tNumber:
		return true
	case tPattern:
		return m.sigils
	case tWord:
		return binds[t.text] == 0 && !passed[t.text] && t.text != "x" || t.text == "new" || t.text == "lambda" || m.sigils && (t.text == "my" || t.text == "scalar" || t.text == "join")
	case tOp:
		if m.sigils {
			return t.text == "<" && m.at(1).kind == tWord && m.at(2).text == ">" || t.text == "{" && !strings.HasPrefix(v.name, "$") && v.path != "sub" && (v.path == "eval" || v.path == "do" || v.path == "map" || v.path == "grep") && m.bare()
		}
		return m.name == "ruby" && (t.text == "[" && t.space || t.text == "::")
	case tEnd, tLine:
	}
	return false
}

// bare goes past a block that is handed to a function.
func (m *machine) bare() bool {
	m.i++
	m.block()
	return m.peek().kind == tWord || m.is("<") || m.is("(")
}

// seqLine goes through what a function is called with without brackets, up to the end of the statement.
func (m *machine) seqLine() []value {
	var list []value
	for m.i < len(m.tokens) && *m.steps > 0 {
		was := m.i
		v := m.expr(bindChoice)
		if m.accept("=>") {
			key := strings.ToLower(v.path)
			if v.known {
				key = strings.ToLower(v.text)
			}
			v = m.expr(bindChoice)
			v.key = key
		} else if m.name == "ruby" && m.is(":") && v.name != "" {
			m.i++
			v = m.pair(v)
		}
		if len(list) < 256 {
			list = append(list, v)
		}
		if m.accept(",") {
			if m.peek().kind == tLine {
				m.i++
			}
			continue
		}
		if m.sigils && m.i > was && (m.peek().kind == tWord && strings.HasPrefix(m.peek().text, "$") || m.peek().kind == tText || m.is("<")) {
			continue // a file handle has no comma after it
		}
		break
	}
	return list
}

// member goes on to a member of a value.
func (m *machine) member(v *value) bool {
	next := m.at(1)
	switch {
	case next.kind == tWord:
		m.i += 2
		name := strings.ToLower(next.text)
		if strings.HasPrefix(next.text, "$") && m.sigils { // a method by a name that is not known
			have := m.fn.find(next.text)
			if have != nil && have.known {
				name = strings.ToLower(have.text)
			} else if have != nil {
				m.byName(value{mark: have.seen}, next.pos)
			}
		}
		self := v.path == "self" || v.path == "this" || v.path == "me" || v.path == "$self" || v.path == "cls"
		items, list := v.items, v.list
		text := value{text: v.text, known: v.known, before: v.before, after: v.after, decoded: v.decoded}
		*v = value{path: clipPath(v.path + "." + name), mark: v.mark, pos: next.pos, handle: v.handle, before: text.start()}
		v.items, v.list = items, list
		if text.known {
			v.text, v.after = text.text, text.end()
			v.key = "text"
		}
		if self {
			v.name = "." + name
			if have := m.fn.find(v.name); have != nil && !m.is("(") {
				path := v.path
				*v = have.value
				v.mark |= have.seen
				v.name, v.pos = "."+name, next.pos
				if v.path == "" {
					v.path = path
				}
			}
		}
		if !m.is("(") {
			m.source(v)
			if have := m.global.vars[v.path]; have != nil && m.lang == ASPNET {
				v.mark |= have.seen
			}
			if m.name == "ruby" || m.vb || m.name == "cs" {
				m.bareMember(v)
			}
		}
		return true
	case next.kind == tOp && (next.text == "[" || next.text == "(" && m.sigils):
		m.i += 2
		if next.text == "(" {
			m.byName(*v, next.pos)
			*v = m.call(*v, m.seq(")"), next.pos)
			return true
		}
		m.index(v, m.seq("]"))
		return true
	case next.kind == tOp && next.text == "{" && m.sigils:
		m.i += 2
		m.index(v, m.seq("}"))
		return true
	case next.kind == tOp && next.text == "(" && m.name == "ruby":
		m.i++
		return true
	}
	return false
}

// bareMember calls a member that needs no brackets.
func (m *machine) bareMember(v *value) {
	t := m.peek()
	if t.kind == tOp && (isAssign(t.text) || t.text == "[" && m.name == "ruby") || m.listedCall(*v, t) {
		return
	}
	if folds[v.last()] || m.name == "ruby" && (v.last() == "new" || v.last() == "read" || v.last() == "gets") || m.rule(v.path) != nil && m.name != "cs" {
		*v = m.call(*v, nil, v.pos)
	}
}

func isAssign(op string) bool {
	b, ok := binds[op]
	return ok && b == bindAssign
}

func clipPath(p string) string {
	if len(p) > maxPath {
		return p[len(p)-maxPath:]
	}
	return p
}

// index goes on to a part of a value.
func (m *machine) index(v *value, args []value) {
	key := ""
	if len(args) > 0 && args[0].known {
		key = args[0].text
	} else if len(args) > 0 && args[0].path != "" && m.sigils {
		key = args[0].path // a bare word is a text there
	}
	if (v.path == "globals()" || v.path == "locals()" || strings.HasSuffix(v.path, "__dict__") || strings.HasSuffix(v.path, "__builtins__")) && key != "" {
		*v = value{path: strings.ToLower(key), pos: v.pos}
		return
	}
	if v.known && v.path == "" && len(args) == 1 && args[0].known && strings.HasPrefix(args[0].text, "-1") { // reversed
		return
	}
	if m.lang == JSP && m.name == "el" && key != "" {
		v.path = clipPath(v.path + "." + strings.ToLower(key))
		m.source(v)
		return
	}
	was := *v
	*v = value{path: clipPath(v.path + "[]"), mark: v.mark, name: v.name, key: "index", pos: v.pos, handle: v.handle}
	if m.folded || m.lang == ASP || m.lang == ASPNET {
		m.source(v)
	}
	if serverVariable(key) && hasAny(was.path, "env", "environ", "headers", "servervariables", "cgi", "meta") {
		v.mark |= fromRequest
		m.record.answers = true
	}
	if was.list && len(args) == 1 && args[0].known {
		if n := number(args[0].text); n >= 0 && n < len(was.items) {
			i := was.items[n]
			i.name, i.key = was.name, "index"
			*v = i
		}
	}
}

// call is what a call gives.
func (m *machine) call(v value, args []value, pos int) value {
	if v.key == "text" { // of a text
		v.key = ""
	}
	if out, ok := m.fold(v, args); ok {
		out.pos = pos
		return out
	}
	name := v.last()
	if f := m.funcs[name]; f != nil && v.handle == 0 {
		return m.own(f, v, args)
	}
	m.sink(v, args, pos)
	out := value{path: clipPath(v.path + "()"), mark: v.mark, pos: pos, handle: v.handle}
	if clean(name) {
		out.mark = 0
		return out
	}
	for _, a := range args {
		out.mark |= a.mark
		out.decoded = out.decoded || a.decoded
	}
	if opaque[name] {
		out.mark = v.mark & fromNet
	}
	if len(args) == 1 && out.mark == 0 && strings.HasPrefix(v.path, "new:") {
		out.text, out.known = args[0].text, args[0].known
	}
	if out.mark != 0 {
		out.before = v.before // of a pattern that values are put into
	}
	m.sourceCall(&out, args)
	m.opened(&out, v, args, pos)
	return out
}

// own is what a function of the file gives.
func (m *machine) own(f *function, v value, args []value) value {
	list := args
	if m.sigils && strings.Contains(v.path, ".") || len(f.params) > 0 && (f.params[0] == "self" || f.params[0] == "cls") {
		list = append([]value{{}}, args...)
	}
	out := value{path: clipPath(v.path + "()"), pos: v.pos, mark: f.ret &^ params}
	if f.result.known && f.ret == 0 {
		out.text, out.known = f.result.text, true
	}
	if f.ret == 0 && f.result.path != "" {
		out.path = f.result.path
	}
	for i, a := range list {
		k := min(i, len(f.marks)-1)
		if a.key != "" {
			for j, p := range f.params {
				if strings.EqualFold(p, a.key) && j < len(f.marks) {
					k = j
				}
			}
		}
		if w := m.known(a.mark); f.marks[k]|w != f.marks[k] {
			f.marks[k] |= w
			m.changed = true
		}
		if f.ret&param(k) != 0 {
			out.mark |= a.mark
			out.before = a.start()
		}
	}
	return out
}
