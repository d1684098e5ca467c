package php

// assignment is = and its relatives.
func (m *machine) assignment(n *node) value {
	if n.sym == symAssign {
		if n.flag && n.a.op == opVar && n.b != nil {
			if c := m.reference(n.b); c != nil {
				if name, ok := m.nameOf(n.a); ok {
					m.scope.vars[name] = c
					return c.v
				}
			}
		}
		v := m.eval(n.b)
		m.assign(n.a, v)
		return v
	}
	old := m.eval(n.a)
	if n.sym == symAssignCoalesce && old.known() && old.kind != vNull {
		return old
	}
	v := m.eval(n.b)
	switch n.sym {
	case symAssignConcat:
		if old.marks&markUndefined != 0 {
			old.marks &^= markUndefined
			if !old.known() && m.perhaps == 0 {
				old = text("", old.marks)
			}
		}
		v = m.joinValues(old, v)
	case symAssignCoalesce:
		v = either(v, old)
	default:
		v = m.arithmetic(plainOperator[n.sym], old, v)
	}
	m.assign(n.a, v)
	return v
}

var plainOperator = map[sym]sym{
	symAssignPlus: symPlus, symAssignMinus: symMinus, symAssignTimes: symTimes, symAssignDivide: symDivide, symAssignModulo: symModulo,
	symAssignAnd: symAnd, symAssignOr: symOr, symAssignXor: symXor, symAssignLeft: symLeft, symAssignRight: symRight, symAssignPower: symPower,
}

// reference is the cell of a variable that is to be shared; nil where it has none.
func (m *machine) reference(n *node) *cell {
	switch n.op {
	case opVar:
		if name, ok := m.nameOf(n); ok {
			if _, global := superglobals[name]; global && m.scope.vars[name] == nil {
				return &cell{v: m.read(name), set: true}
			}
			return m.cellIn(m.scope, name)
		}
	case opIndex:
		if name, ok := m.global(n.a); ok && name == "GLOBALS" && n.b != nil {
			if key := m.eval(n.b); key.plain() {
				return m.cellIn(m.globals, key.text())
			}
		}
	}
	return nil
}

// assign gives what n names a value.
func (m *machine) assign(n *node, v value) {
	if n == nil {
		return
	}
	if v.kind == vArray {
		v.array.shared = true
	}
	switch n.op {
	case opVar:
		name, ok := m.nameOf(n)
		if !ok {
			m.scope.extracted |= v.marks & markTaint
			return
		}
		if n.a != nil && v.marks&markRequest != 0 {
			v.marks |= markExtracted
		}
		if _, global := superglobals[name]; global || name == "this" {
			return
		}
		m.put(m.cellIn(m.scope, name), v)
	case opIndex:
		m.assignElement(n, v)
	case opProperty:
		base := m.eval(n.a)
		name := n.str
		if n.b != nil {
			name = m.eval(n.b).text()
		}
		if c, ok := base.ref.(*class); ok {
			m.hold(c, name, v)
		}
	case opStaticProperty:
		if c := m.classOf(n.a); c != nil {
			m.hold(c, n.str, v)
		}
	case opArray, opList:
		m.spread(n, v)
	}
}

// put writes to a variable. What may not happen leaves what was there possible.
func (m *machine) put(c *cell, v value) {
	c.doubt = 0
	if c.set && m.perhaps > 0 {
		old := c.v.all()
		if old&markRequest != 0 && v.marks&markRequest == 0 {
			v.marks |= old & (markGuarded | markListed)
		}
		v.marks |= old & (markTaint | markCard | markBody | markName)
		if v.isNothing() && !c.v.isNothing() {
			c.doubt = m.perhaps
		}
	}
	c.v, c.set = v, true
}

// spread gives the parts of an array to several variables.
func (m *machine) spread(n *node, v value) {
	for i, item := range n.kids {
		if item.b == nil {
			continue
		}
		key := number(int64(i))
		if item.a != nil {
			key = m.eval(item.a)
		}
		m.assign(item.b, m.element(v, key))
	}
}

// assignElement writes to an element of an array.
func (m *machine) assignElement(n *node, v value) {
	key, add := value{}, n.b == nil
	if !add {
		key = m.eval(n.b)
	}
	if name, ok := m.global(n.a); ok {
		if name == "GLOBALS" && key.plain() && !add {
			m.put(m.cellIn(m.globals, key.text()), v)
		}
		return
	}
	if n.a == nil || n.a.op != opVar && n.a.op != opIndex && n.a.op != opProperty && n.a.op != opStaticProperty {
		return
	}
	base := m.eval(n.a)
	switch base.kind {
	case vText:
		if base.s != "" && !add && key.known() && v.kind == vText && v.s != "" {
			if i := key.int(); i >= 0 && i < int64(len(base.s)) && m.make(len(base.s)) {
				b := []byte(base.s)
				b[i] = v.s[0]
				m.assign(n.a, text(string(b), base.marks|v.marks))
				return
			}
		}
		if base.s != "" {
			m.assign(n.a, unknown(base.marks|v.marks))
			return
		}
		base = value{kind: vArray, array: newArray()}
	case vNull:
		base = value{kind: vArray, array: newArray()}
	case vArray:
		if base.array.shared {
			if !m.step(base.array.len() / 8) {
				return
			}
			base.array = base.array.copy()
		}
	case vUnknown:
		a := newArray()
		a.loose, a.rest = base.marks&markUndefined == 0, base.marks&^markUndefined
		base = value{kind: vArray, array: a}
	default:
		return
	}
	m.setElement(base.array, key, add, v)
	if n.a.op == opVar { // the array is its own: it need not be copied at the next write
		if name, ok := m.nameOf(n.a); ok {
			c := m.cellIn(m.scope, name)
			c.v, c.set = base, true
			return
		}
	}
	m.assign(n.a, base)
	base.array.shared = false
}

const maxElements = 200_000

func (m *machine) setElement(a *array, key value, add bool, v value) {
	switch {
	case a.len() > maxElements:
		m.exhausted = true
	case add:
		a.push(v)
	case key.plain() && key.known():
		if m.perhaps > 0 {
			if old, ok := a.get(key.key()); ok {
				v.marks |= old.marks & (markTaint | markCard)
			}
		}
		a.set(key.key(), v)
	default:
		a.loose, a.rest = true, a.rest|v.all()
	}
}

func (m *machine) unset(n *node) {
	switch n.op {
	case opVar:
		if name, ok := m.nameOf(n); ok && m.perhaps == 0 {
			delete(m.scope.vars, name)
		}
	case opIndex:
		if n.a.op != opVar || n.b == nil || m.perhaps > 0 {
			return
		}
		name, ok := m.nameOf(n.a)
		key := m.eval(n.b)
		if c := m.scope.vars[name]; ok && c != nil && c.v.kind == vArray && key.plain() {
			if c.v.array.shared {
				c.v.array = c.v.array.copy()
			}
			c.v.array.remove(key.key())
		}
	}
}
