package serverside

import "strings"

const (
	maxPasses = 4
	maxSteps  = 1_000_000
	maxDepth  = 120
	maxHits   = 200
)

// machine goes through the tokens of one piece and keeps what it saw.
type machine struct {
	*dialect
	tokens []token
	i      int
	fn     *function
	global *function
	funcs  map[string]*function
	byPos  map[int]*function
	files  []file
	record *record

	soft     int // brackets around, in which the end of a line means nothing
	depth    int
	steps    *int
	changed  bool
	cond     bool // within a condition, where = compares
	loop     bool // after for: in assigns
	loopVars []string
	open     bool // the next function is called by requests
	captured mark // of what a pattern took out of a text
	with     value
	proc     string // the program that a process object was told to run
	layer    int    // code made of texts around
	isNew    bool
}

// file is one that was opened.
type file struct {
	named mark // of its name
	name  string
	write bool
	pos   int
}

func newMachine(d *dialect, r *record, steps *int) *machine {
	g := &function{vars: map[string]*variable{}, col: -1}
	return &machine{dialect: d, global: g, fn: g, funcs: map[string]*function{}, byPos: map[int]*function{}, record: r, steps: steps}
}

// follow goes through the code until nothing new comes of it.
func (m *machine) follow(tokens []token) {
	for pass := range maxPasses {
		m.tokens, m.i, m.fn, m.changed, m.files = tokens, 0, m.global, false, nil
		m.soft, m.cond, m.loop, m.open, m.with = 0, false, false, false, value{}
		for _, f := range m.byPos {
			f.shift = 0
		}
		for m.i < len(m.tokens) && *m.steps > 0 {
			m.seq("")
		}
		if !m.changed && pass > 0 {
			return
		}
	}
}

func (m *machine) peek() token {
	if m.i < len(m.tokens) {
		return m.tokens[m.i]
	}
	return token{}
}

func (m *machine) at(k int) token {
	if k += m.i; k >= 0 && k < len(m.tokens) {
		return m.tokens[k]
	}
	return token{}
}

func (m *machine) is(op string) bool {
	t := m.peek()
	return t.kind == tOp && t.text == op
}

func (m *machine) accept(op string) bool {
	if m.is(op) {
		m.i++
		return true
	}
	return false
}

// seq goes through statements and expressions up to the bracket that ends them, or to the end, and gives those that
// commas part.
func (m *machine) seq(end string) []value {
	if m.depth++; m.depth > maxDepth {
		m.depth--
		m.skip(end)
		return nil
	}
	defer func() { m.depth-- }()
	soft := m.soft
	m.soft = 0
	if end == ")" || end == "]" {
		m.soft = 1
	}
	defer func() { m.soft = soft }()
	var list []value
	var current value
	have, last := false, value{}
	flush := func() {
		if have && len(list) < 4096 {
			list = append(list, current)
		}
		current, have = value{}, false
	}
	for m.i < len(m.tokens) {
		if *m.steps--; *m.steps <= 0 {
			break
		}
		t := m.peek()
		if t.kind == tOp {
			switch t.text {
			case end:
				m.i++
				flush()
				m.implicit(end, last)
				return list
			case ",":
				m.i++
				flush()
				continue
			case ";", ":", "?":
				m.i++
				m.statement()
				continue
			case ")", "]", "}":
				if end != "" && t.text != end && (end == "}" || t.text == "}") { // not ours: somebody left one out
					if end == "}" {
						m.i++
						continue
					}
					flush()
					return list
				}
				m.i++
				m.statement()
				continue
			}
		}
		if t.kind == tLine {
			m.i++
			if m.soft == 0 {
				m.statement()
			}
			continue
		}
		if t.first && m.indent && m.soft == 0 {
			for m.fn != m.global && t.col <= m.fn.col {
				m.leave(last)
			}
		}
		was := m.i
		v := m.expr(0)
		if m.i == was {
			m.i++
		}
		last = v
		if !have || current.empty() {
			current, have = v, true
		} else {
			key, name := current.key, current.name
			current = either(current, v)
			if current.key == "" {
				current.key = key
			}
			current.name = name
		}
	}
	flush()
	return list
}

// implicit notes that what a function says last is what it gives, in languages where that is so.
func (m *machine) implicit(end string, last value) {
	if end == "}" && m.sigils && m.fn != m.global {
		m.returns(last)
	}
}

func (m *machine) leave(last value) {
	if m.name == "ruby" {
		m.returns(last)
	}
	m.fn = m.fn.outer
}

func (m *machine) returns(v value) {
	if m.fn.ret|v.mark != m.fn.ret {
		m.fn.ret |= v.mark
		m.changed = true
	}
	m.fn.result = v
}

// statement forgets what only matters within one.
func (m *machine) statement() { m.cond, m.loop, m.loopVars, m.isNew = false, false, nil, false }

// skip passes over tokens up to the bracket that ends them.
func (m *machine) skip(end string) {
	depth := 0
	for m.i < len(m.tokens) {
		t := m.tokens[m.i]
		m.i++
		if t.kind != tOp {
			continue
		}
		switch t.text {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			if depth == 0 && (t.text == end || end == "") {
				return
			}
			depth--
		}
	}
}

// assign puts a value into a variable.
func (m *machine) assign(name string, v value, add bool) {
	if name == "" {
		return
	}
	scope := m.fn
	if strings.HasPrefix(name, ".") {
		scope = m.global
		if v.mark = m.known(v.mark); !m.record.small {
			v.mark = 0 // other classes have fields of that name
		}
	}
	if scope != m.global && (m.sigils || m.vb || m.name == "js") && !m.declared(name) {
		scope = m.global // what is not declared is everybody's
		v.mark = m.known(v.mark)
	}
	put := func(scope *function) {
		have := scope.vars[name]
		if have == nil {
			if len(scope.vars) > 5000 {
				return
			}
			have = &variable{}
			scope.vars[name] = have
		}
		if add {
			seen := have.value
			v = joined(seen, v)
			m.spend(len(v.text))
			v.path, v.handle = seen.path, seen.handle
		}
		if have.seen|v.mark != have.seen {
			have.seen |= v.mark
			m.changed = true
		}
		have.value = v
		have.name, have.key = "", ""
	}
	if f := m.fn; m.folded && f != m.global && f.name == name {
		m.returns(v) // how Visual Basic gives back
	}
	put(scope)
	if scope != m.global && m.global.vars[name] != nil {
		v.mark = m.known(v.mark)
		add = false
		m.changed = m.changed || m.global.vars[name].seen|v.mark != m.global.vars[name].seen
		m.global.vars[name].seen |= v.mark
	}
}

// declared tells whether a function has a variable of its own of that name.
func (m *machine) declared(name string) bool {
	for f := m.fn; f != nil && f != m.global; f = f.outer {
		if f.vars[name] != nil || m.folded && f.name == name {
			return true
		}
	}
	return false
}

// declare notes the variables that a word says are the function's own.
func (m *machine) declare() {
	if m.fn == m.global {
		return
	}
	for k := 0; k < 40; k++ {
		t := m.at(k)
		if t.kind == tWord && t.text != "as" {
			if m.fn.vars[t.text] == nil && len(m.fn.vars) < 5000 {
				m.fn.vars[t.text] = &variable{}
			}
			if !m.is("(") && !m.vb {
				return
			}
		} else if t.text != "(" && t.text != "," {
			return
		}
	}
}

// known says where a value comes from when what the function was called with is told, too.
func (m *machine) known(k mark) mark {
	for f := m.fn; f != nil && k&params != 0; f = f.outer {
		for i, p := range f.marks {
			if k&param(i) != 0 {
				k |= p
			}
		}
	}
	return k &^ params
}

// enter begins a function of the file.
func (m *machine) enter(name string, pos, col int, names []string, marked []mark, kinds []string) *function {
	f := m.byPos[pos]
	if f == nil {
		f = &function{name: name, params: names, marks: make([]mark, max(len(names), 8)), vars: map[string]*variable{}, col: col}
		m.byPos[pos] = f
		if name != "" {
			m.funcs[strings.ToLower(name)] = f
		}
	}
	f.outer = m.fn
	for d, o := 0, f.outer; o != nil; o = o.outer {
		if d++; d > maxDepth || o == f {
			f.outer = m.global
			break
		}
	}
	for i := range names {
		if i < len(marked) {
			f.marks[i] |= marked[i]
		}
		if m.open && !(i == 0 && (names[i] == "self" || names[i] == "request")) {
			f.marks[i] |= fromRequest
		}
		k := param(i)
		f.vars[names[i]] = &variable{value: value{mark: k}, seen: k}
		if i < len(kinds) {
			f.vars[names[i]].path = kinds[i]
		}
	}
	f.open = f.open || m.open
	m.open = false
	m.fn = f
	return f
}
