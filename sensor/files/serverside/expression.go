package serverside

import "strings"

// How strongly operators bind.
const (
	bindAssign = iota
	bindChoice
	bindLogic
	bindCompare
	bindJoin
	bindMost
)

var binds = map[string]int{
	"=": bindAssign, ":=": bindAssign, "+=": bindAssign, ".=": bindAssign, "||=": bindAssign, "//=": bindAssign, "&=": bindAssign, "<<=": bindAssign, "-=": bindAssign, "|=": bindAssign, "*=": bindAssign, "&&=": bindAssign, "=>": bindAssign,
	"?":  bindChoice,
	"||": bindLogic, "&&": bindLogic, "//": bindLogic, "??": bindLogic, "and": bindLogic, "or": bindLogic, "xor": bindLogic, "andalso": bindLogic, "orelse": bindLogic, "in": bindLogic, "as": bindLogic,
	"==": bindCompare, "!=": bindCompare, "===": bindCompare, "!==": bindCompare, "<": bindCompare, ">": bindCompare, "<=": bindCompare, ">=": bindCompare, "<=>": bindCompare, "=~": bindCompare, "!~": bindCompare,
	"eq": bindCompare, "ne": bindCompare, "lt": bindCompare, "gt": bindCompare, "le": bindCompare, "ge": bindCompare, "like": bindCompare, "is": bindCompare, "isnot": bindCompare, "instanceof": bindCompare, "cmp": bindCompare, "neq": bindCompare, "contains": bindCompare, "mod": bindCompare,
	"+": bindJoin, "-": bindJoin, "*": bindJoin, "/": bindJoin, "%": bindJoin, ".": bindJoin, "&": bindJoin, "|": bindJoin, "^": bindJoin, "..": bindJoin, "<<": bindJoin, ">>": bindJoin,
}

// expr goes through one expression and gives what is known of it.
func (m *machine) expr(least int) value {
	if m.depth++; m.depth > maxDepth {
		m.depth--
		m.i++
		return value{}
	}
	defer func() { m.depth-- }()
	left := m.primary()
	for {
		if *m.steps--; *m.steps <= 0 {
			return left
		}
		t := m.peek()
		if t.kind == tLine && (m.soft > 0 || m.name == "ruby" && m.at(1).text == "." && m.at(1).kind == tOp) {
			m.i++
			if t := m.peek(); t.kind == tOp && t.text == "." {
				left = m.postfix(left)
			}
			continue
		}
		if t.kind != tOp && t.kind != tWord {
			return left
		}
		bind, ok := binds[t.text]
		if !ok || bind < least || t.kind == tWord && m.typed && (t.text == "in" || t.text == "as") && m.name != "cs" {
			if t.kind == tOp && t.text == ":" && (m.soft > 0 || m.loop) && least <= bindAssign {
				m.i++
				left = m.pair(left)
				continue
			}
			return left
		}
		m.i++
		left = m.operate(left, t, bind)
	}
}

// pair is what stands after a colon: of a table, of an argument with a name, of a loop.
func (m *machine) pair(left value) value {
	right := m.expr(bindChoice)
	if m.loop {
		m.assign(left.name, right, false)
		return right
	}
	right.key = strings.ToLower(left.path)
	if left.known {
		right.key = strings.ToLower(left.text)
	}
	return right
}

func (m *machine) operate(left value, t token, bind int) value {
	switch bind {
	case bindAssign:
		return m.assignment(left, t)
	case bindChoice:
		a := m.expr(bindChoice)
		if m.accept(":") {
			return either(a, m.expr(bindChoice))
		}
		return either(left, a)
	case bindLogic:
		right := m.expr(bindCompare)
		switch t.text {
		case "in":
			if !m.loop {
				return value{}
			}
			item := value{mark: right.mark, handle: right.handle, path: right.path + "[]"}
			m.assign(left.name, item, false)
			for _, n := range m.loopVars {
				m.assign(n, item, false)
			}
			m.loop = false
			return item
		case "as":
			if m.name == "python" {
				left.name = ""
				m.assign(right.name, left, false)
			}
			return left
		}
		return either(left, right)
	case bindCompare:
		if t.text == "=~" {
			return m.match(left)
		}
		right := m.expr(bindJoin)
		if m.typed && t.text == ">" {
			return value{name: right.name}
		}
		return value{}
	}
	right := m.expr(bindMost)
	switch {
	case m.concat[t.text]:
		v := joined(left, right)
		m.spend(len(v.text) + len(v.before) + len(v.after))
		if left.list || right.list {
			v = flat(append(append([]value{}, left.items...), right.items...))
			v.mark |= left.mark | right.mark
		}
		v.path = left.path
		return v
	case t.text == "%" && left.known && m.name != "perl" && !strings.HasPrefix(left.path, "number"):
		return formatted(left, right)
	case t.text == "<<":
		if left.name != "" {
			m.assign(left.name, right, true)
		}
		m.written(left, []value{right}, t.pos)
		return left
	case t.text == "/" || t.text == "|" || t.text == ".." || t.text == "+" || t.text == "&":
		return value{mark: left.mark | right.mark, before: left.start(), path: left.path}
	}
	return value{}
}

// formatted is a text with values put in where it says so.
func formatted(pattern, with value) value {
	before, after, found := strings.Cut(pattern.text, "%")
	if i := strings.LastIndexByte(after, '%'); i >= 0 {
		after = after[i+1:]
	}
	if found && strings.HasPrefix(after, "d") {
		return value{before: before}
	}
	if with.known && strings.HasPrefix(after, "s") && !strings.Contains(after, "%") {
		return constant(before + with.text + after[1:])
	}
	if after != "" {
		after = after[1:]
	}
	return value{mark: with.mark, before: before, after: after}
}

// match notes what a pattern lets through.
func (m *machine) match(left value) value {
	if t := m.peek(); t.kind == tPattern {
		m.captured = 0
		if hasAny(t.text, ".*", ".+", "[^", `\S`, ".", "]{2}", `[\w`) && !strict(t.text) {
			m.captured = left.mark
		}
	}
	right := m.expr(bindJoin)
	if right.path == "pattern" && m.captured != 0 {
		return value{mark: m.captured}
	}
	return value{}
}

// strict tells whether a pattern takes out nothing but words and numbers.
func strict(p string) bool {
	p = strings.NewReplacer(`\.`, "", `\/`, "").Replace(p)
	open := strings.IndexByte(p, '(')
	if open < 0 {
		return true
	}
	for _, group := range strings.Split(p[open+1:], "(") {
		group, _, _ = strings.Cut(group, ")")
		if hasAny(group, "[^", `\S`, `\W`, `\D`) {
			return false
		}
		inside := false
		for i := range len(group) {
			switch group[i] {
			case '[':
				inside = true
			case ']':
				inside = false
			case '.':
				if !inside {
					return false
				}
			case ' ', ';', '|', '&', '`', '$':
				if inside {
					return false
				}
			}
		}
	}
	return true
}

func (m *machine) assignment(left value, t token) value {
	if t.text == "=>" {
		right := m.expr(bindAssign)
		right.key = strings.ToLower(left.path)
		if left.known {
			right.key = strings.ToLower(left.text)
		}
		return right
	}
	if m.cond && m.vb && t.text == "=" {
		m.expr(bindCompare)
		return value{}
	}
	right := m.expr(bindAssign)
	if m.soft > 0 && t.text == "=" && (m.name == "python" || m.name == "cf" || m.name == "cs") && left.path == strings.TrimPrefix(left.name, ".") {
		right.key = left.path
		if m.name == "cs" {
			m.assign(left.name, right, false)
		}
		return right
	}
	m.property(left, right, t.pos)
	if left.list && left.name == "" { // several at once
		for i, to := range left.items {
			v := value{mark: right.mark, path: right.path}
			switch {
			case right.path == "$_args":
				v = m.argument(i)
			case right.list && i < len(right.items):
				v = right.items[i]
			}
			m.assign(to.name, v, false)
		}
		return right
	}
	add := t.text == "+=" || t.text == ".=" || t.text == "&="
	if left.key == "index" {
		right.text, right.known, right.list, right.items = "", false, false, nil
		if have := m.fn.find(left.name); have != nil {
			right.mark |= have.mark
			right.path = have.path
		} else {
			right.path = ""
		}
	}
	m.assign(left.name, right, add)
	return right
}
