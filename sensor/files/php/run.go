package php

import "strings"

// block runs statements one after the other. A jump goes to a label among them; each is gone to a bounded number of
// times.
func (m *machine) block(n *node) flow {
	jumps := 0
	for i := 0; i < len(n.kids); i++ {
		f := m.statement(n.kids[i])
		switch f {
		case flowOn:
			continue
		case flowGoto:
			at := -1
			for k, s := range n.kids {
				if s.op == opLabel && s.str == m.target {
					at = k
					break
				}
			}
			if at < 0 {
				return f
			}
			if jumps++; jumps > 5000 || at <= i && m.perhaps > 0 {
				continue
			}
			if at > i+1 {
				m.skip(n.kids[i+1 : at])
			}
			i = at
		default:
			if i+1 < len(n.kids) && (f == flowReturn || f == flowExit) {
				m.skip(n.kids[i+1:])
			}
			return f
		}
	}
	return flowOn
}

// maxSkipped bounds the branches that are gone through at the end.
const maxSkipped = 3000

// skip notes statements that are not gone through now.
func (m *machine) skip(list []*node) {
	for _, n := range list {
		if n != nil && n.op != opLabel && n.op != opInline && !n.flag && len(m.skipped) < maxSkipped {
			m.skipped = append(m.skipped, branch{n, m.scope, m.layer})
		}
	}
}

// maybe runs what may not be run.
func (m *machine) maybe(n *node) flow {
	m.perhaps++
	f := m.statement(n)
	m.perhaps--
	return f
}

func (m *machine) statement(n *node) flow {
	if n == nil || !m.step(1) {
		return flowOn
	}
	if m.depth++; m.depth > maxDeep {
		m.depth--
		m.exhausted = true
		return flowOn
	}
	f := m.statementOf(n)
	m.depth--
	return f
}

func (m *machine) statementOf(n *node) flow {
	switch n.op {
	case opBlock:
		return m.block(n)
	case opInline:
		m.inline(n)
	case opEcho:
		for _, k := range n.kids {
			m.written(k, m.eval(k))
		}
	case opExpression:
		v := m.eval(n.a)
		if v.kind == vNull && v.n == exited {
			return flowExit
		}
	case opIf:
		return m.ifStatement(n)
	case opWhile, opDo:
		return m.while(n)
	case opFor:
		return m.forStatement(n)
	case opForeach:
		return m.foreach(n)
	case opSwitch:
		return m.switchStatement(n)
	case opReturn:
		m.returns(n)
		return flowReturn
	case opBreak, opContinue:
		m.levels = 1
		if n.a != nil {
			m.levels = int(min(max(m.eval(n.a).int(), 1), 50))
		}
		if n.op == opBreak {
			return flowBreak
		}
		return flowContinue
	case opGlobal:
		for _, k := range n.kids {
			if name, ok := m.nameOf(k); ok {
				m.scope.vars[name] = m.cellIn(m.globals, name)
			}
		}
	case opStatics:
		for _, k := range n.kids {
			if k.op == opAssign && k.a != nil {
				m.assign(k.a, m.eval(k.b))
			}
		}
	case opConstants:
		for _, k := range n.kids {
			if k.op == opAssign && k.a != nil {
				m.constants[strings.ToLower(k.a.str)] = m.eval(k.b)
			}
		}
	case opUnset:
		for _, k := range n.kids {
			m.unset(k)
		}
	case opTry:
		f := m.statement(n.a)
		for _, k := range n.kids {
			m.maybe(k)
		}
		m.statement(n.b)
		return f
	case opGoto:
		m.target = n.str
		return flowGoto
	case opDeclareFunction:
		if m.functions[n.function.name] == nil {
			m.declare(n, 0)
		}
	case opDeclareClass:
		m.declareClass(n.class)
	default:
		m.eval(n)
	}
	return flowOn
}

func (m *machine) returns(n *node) {
	v := value{kind: vNull}
	if n.a != nil {
		v = m.eval(n.a)
	}
	if v.kind == vArray {
		v.array.shared = true
	}
	if s := m.scope; s.did && m.perhaps > 0 {
		v.marks |= s.returned.marks
		if s.returned.kind == vArray && v.kind != vArray {
			v.marks |= s.returned.all()
		}
	}
	m.scope.returned, m.scope.did = v, true
}

func (m *machine) ifStatement(n *node) flow {
	result := flowOn
	for i := 0; i+1 < len(n.kids); i += 2 {
		c := m.eval(n.kids[i])
		m.guards(n.kids[i])
		if c.known() && c.marks&markTaint == 0 {
			if c.isTrue() {
				f := m.statement(n.kids[i+1])
				m.skip(n.kids[i+2:])
				return f
			}
			m.skip(n.kids[i+1 : i+2])
			continue
		}
		if f := m.maybe(n.kids[i+1]); f == flowGoto {
			result = f
		}
	}
	if len(n.kids)%2 == 1 {
		last := n.kids[len(n.kids)-1]
		if result == flowOn && len(n.kids) == 1 {
			return m.statement(last)
		}
		return m.maybeOrOn(last, n)
	}
	if result == flowGoto && m.perhaps > 0 {
		return flowOn
	}
	return result
}

// maybeOrOn runs the last branch of an if: certainly where all conditions before it are known to be false.
func (m *machine) maybeOrOn(last, n *node) flow {
	for i := 0; i+1 < len(n.kids); i += 2 {
		if n.kids[i+1] != nil && !m.isSkipped(n.kids[i+1]) {
			m.maybe(last)
			return flowOn
		}
	}
	return m.statement(last)
}

func (m *machine) isSkipped(n *node) bool {
	for i := len(m.skipped) - 1; i >= 0 && i > len(m.skipped)-200; i-- {
		if m.skipped[i].node == n {
			return true
		}
	}
	return false
}

// ended tells whether a loop ends after its body ended like that, and how the loop then ends.
func (m *machine) ended(f flow) (bool, flow) {
	switch f {
	case flowBreak, flowContinue:
		if m.levels > 1 {
			m.levels--
			return true, f
		}
		return f == flowBreak, flowOn
	case flowOn:
		return false, flowOn
	}
	return true, f
}

// once goes through the body of a loop of which it is not known how often it runs: twice where what the first time
// leaves behind may matter the second.
func (m *machine) once(body func()) {
	m.perhaps++
	m.loops++
	body()
	if m.loops == 1 && m.calls < 3 && !m.exhausted {
		body()
	}
	m.loops--
	m.perhaps--
}

// maxEndless is how many steps a loop may take that only its body ends.
const maxEndless = 60_000

func (m *machine) while(n *node) flow {
	if n.op == opDo {
		if ends, f := m.ended(m.statement(n.b)); ends {
			return f
		}
	}
	end := m.loopEnd()
	if n.a != nil && (n.a.op == opNumber || n.a.op == opName) { // while (true): only its body ends it
		end = min(end, m.steps+maxEndless)
	}
	for !m.exhausted {
		c := m.eval(n.a)
		m.guards(n.a)
		if !c.known() || c.marks&markTaint != 0 {
			m.once(func() { m.statement(n.b); m.eval(n.a) })
			return flowOn
		}
		if !c.isTrue() {
			return flowOn
		}
		if ends, f := m.ended(m.statement(n.b)); ends {
			return f
		}
		if m.steps > end {
			return flowOn
		}
	}
	return flowOn
}

func (m *machine) forStatement(n *node) flow {
	m.evalAll(n.a)
	end := m.loopEnd()
	for !m.exhausted {
		c := truth(true)
		if n.b != nil && len(n.b.kids) > 0 {
			c = m.evalAll(n.b)
		}
		if !c.known() || c.marks&markTaint != 0 || n.b == nil || len(n.b.kids) == 0 {
			m.once(func() { m.statement(n.kids[0]); m.evalAll(n.c) })
			return flowOn
		}
		if !c.isTrue() {
			return flowOn
		}
		if ends, f := m.ended(m.statement(n.kids[0])); ends {
			return f
		}
		m.evalAll(n.c)
		if m.steps > end {
			return flowOn
		}
	}
	return flowOn
}

func (m *machine) evalAll(n *node) value {
	v := value{kind: vNull}
	if n != nil {
		for _, k := range n.kids {
			v = m.eval(k)
		}
	}
	return v
}

func (m *machine) foreach(n *node) flow {
	subject := m.eval(n.a)
	if subject.kind == vArray && !subject.array.loose {
		a := subject.array
		keys, values := a.keys, a.values
		end := m.loopEnd()
		for i := range keys {
			if m.steps > end {
				break
			}
			if m.exhausted || i >= len(values) {
				break
			}
			if n.b != nil {
				m.assign(n.b, keyValue(keys[i], subject.marks&markTaint))
			}
			v := values[i]
			v.marks |= subject.marks & markTaint
			m.assign(n.c, v)
			f := m.statement(n.kids[0])
			if n.flag && n.a.op == opVar && n.c.op == opVar {
				a.values[i] = m.eval(n.c)
			}
			if ends, f := m.ended(f); ends {
				return f
			}
		}
		return flowOn
	}
	k := subject.all()
	m.once(func() {
		if n.b != nil {
			m.assign(n.b, unknown(k&^(markUpload|markCard)))
		}
		m.assign(n.c, unknown(k))
		m.statement(n.kids[0])
	})
	return flowOn
}

// keyValue is the key of an array as a value.
func keyValue(key string, k marks) value {
	if n := leadingNumber(key); key != "" && len(key) < 18 && text(key, 0).int() == int64(n) && number(int64(n)).text() == key {
		return value{kind: vInt, n: int64(n), marks: k}
	}
	return text(key, k)
}

func (m *machine) switchStatement(n *node) flow {
	subject := m.eval(n.a)
	m.guardValue(n.a)
	if subject.known() && subject.marks&markTaint == 0 {
		from := -1
		for i, c := range n.kids {
			if c.a == nil {
				if from < 0 {
					from = i
				}
				continue
			}
			v := m.eval(c.a)
			if !v.known() {
				from = -2
				break
			}
			if equal(subject, v) {
				from = i
				break
			}
		}
		if from != -2 {
			return m.cases(n, from)
		}
	}
	m.perhaps++
	for _, c := range n.kids {
		m.eval(c.a)
		m.block(c)
	}
	m.perhaps--
	return flowOn
}

// cases runs a switch from one of its cases on.
func (m *machine) cases(n *node, from int) flow {
	for i, c := range n.kids {
		if i < from || from < 0 {
			m.skip(c.kids)
		}
	}
	if from < 0 {
		return flowOn
	}
	for i := from; i < len(n.kids); i++ {
		f := m.block(n.kids[i])
		if f == flowOn {
			continue
		}
		m.skip(flatten(n.kids[i+1:]))
		_, f2 := m.ended(f)
		if f == flowContinue && f2 == flowOn {
			return flowContinue
		}
		return f2
	}
	return flowOn
}

func flatten(cases []*node) []*node {
	var list []*node
	for _, c := range cases {
		list = append(list, c.kids...)
	}
	return list
}
