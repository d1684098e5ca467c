package script

import (
	"math"

	"github.com/dop251/goja/token"
)

// binary computes an operator of two operands that are both evaluated.
func (m *machine) binary(operator token.Token, left, right value, at position) value {
	switch operator {
	case token.PLUS:
		return m.add(left, right)
	case token.EQUAL, token.NOT_EQUAL, token.STRICT_EQUAL, token.STRICT_NOT_EQUAL:
		m.compared(left, right, operator == token.NOT_EQUAL || operator == token.STRICT_NOT_EQUAL, at)
		var t truth
		if operator == token.EQUAL || operator == token.NOT_EQUAL {
			t = m.looseEqual(left, right)
		} else {
			t = strictEqual(left, right)
		}
		if t == unsure {
			return opaque(0)
		}
		return boolean((t == truthy) == (operator == token.EQUAL || operator == token.STRICT_EQUAL))
	case token.LESS, token.GREATER, token.LESS_OR_EQUAL, token.GREATER_OR_EQUAL:
		m.compared(left, right, false, at)
		return m.order(operator, left, right)
	case token.INSTANCEOF:
		return opaque(0)
	case token.IN:
		return m.in(left, right)
	}
	a, k := m.toNumber(left)
	b, l := m.toNumber(right)
	mark := (left.marks | right.marks) & throughArithmetic
	if !k || !l {
		return opaque(mark)
	}
	return number(arithmetic(operator, a, b)).with(mark)
}

func arithmetic(operator token.Token, a, b float64) float64 {
	switch operator {
	case token.MINUS:
		return a - b
	case token.MULTIPLY:
		return a * b
	case token.SLASH:
		return a / b
	case token.REMAINDER:
		return math.Mod(a, b)
	case token.EXPONENT:
		return math.Pow(a, b)
	case token.AND:
		return float64(toInt32(a) & toInt32(b))
	case token.OR:
		return float64(toInt32(a) | toInt32(b))
	case token.EXCLUSIVE_OR:
		return float64(toInt32(a) ^ toInt32(b))
	case token.SHIFT_LEFT:
		return float64(toInt32(a) << (uint32(toInt32(b)) & 31))
	case token.SHIFT_RIGHT:
		return float64(toInt32(a) >> (uint32(toInt32(b)) & 31))
	case token.UNSIGNED_SHIFT_RIGHT:
		return float64(uint32(toInt32(a)) >> (uint32(toInt32(b)) & 31))
	}
	return math.NaN()
}

// textual tells whether adding v to something makes a text.
func textual(v value) bool {
	return v.kind == kindString || v.kind == kindUnknown && v.text != "" && v.text != hole ||
		v.kind == kindObject
}

func (m *machine) add(left, right value) value {
	k := (left.marks | right.marks) &^ markPerhaps
	if left.kind == kindObject || right.kind == kindObject {
		k |= m.marksOf(left) | m.marksOf(right)
	}
	if !textual(left) && !textual(right) {
		a, ok := m.toNumber(left)
		b, also := m.toNumber(right)
		if ok && also {
			return number(a + b).with(k)
		}
		return partly(hole+hole, k)
	}
	a, ok := m.toText(left)
	b, also := m.toText(right)
	m.allocate(len(a) + len(b))
	if !ok || !also {
		return partly(a+b, k)
	}
	return str(a + b).with(k)
}

// grown is add for "+=", where a long text is added to in place.
func (m *machine) grown(left, right value) value {
	const long = 64
	if left.kind != kindString || left.grow == nil && len(left.text) < long {
		return m.add(left, right)
	}
	text, known := m.toText(right)
	if !known {
		return m.add(left, right)
	}
	m.allocate(len(text))
	g, n := left.grow, int(left.num)
	if g == nil || n != len(g.buf) { // somebody else has added to it since
		old := left.string()
		m.allocate(len(old))
		g, n = &growing{buf: append(make([]byte, 0, 2*len(old)), old...)}, len(old)
	}
	g.buf = append(g.buf, text...)
	return value{kind: kindString, grow: g, num: float64(n + len(text)), marks: left.marks | m.marksOf(right)}
}

func (m *machine) order(operator token.Token, left, right value) value {
	if left.kind == kindString && right.kind == kindString {
		a, b := left.string(), right.string()
		switch operator {
		case token.LESS:
			return boolean(a < b)
		case token.GREATER:
			return boolean(a > b)
		case token.LESS_OR_EQUAL:
			return boolean(a <= b)
		}
		return boolean(a >= b)
	}
	if !left.settled() || !right.settled() {
		return opaque(0)
	}
	a, k := m.toNumber(left)
	b, l := m.toNumber(right)
	if !k || !l {
		return opaque(0)
	}
	switch operator {
	case token.LESS:
		return boolean(a < b)
	case token.GREATER:
		return boolean(a > b)
	case token.LESS_OR_EQUAL:
		return boolean(a <= b)
	}
	return boolean(a >= b)
}

func (m *machine) in(left, right value) value {
	o := right.obj
	if o == nil || o.class == classHost || o.rest != 0 {
		return opaque(0)
	}
	name, known := m.toText(left)
	if !known {
		return opaque(0)
	}
	if i, ok := arrayIndex(name); ok && o.class == classArray {
		return boolean(i < len(o.list))
	}
	_, ok := o.lookup(name)
	return boolean(ok)
}

// marksOf collects the marks on v and on everything inside it.
func (m *machine) marksOf(v value) marks { return m.marksWithin(v, 0) &^ markPerhaps }

func (m *machine) marksWithin(v value, depth int) marks {
	k := v.marks
	o := v.obj
	if o == nil || depth > 4 {
		return k
	}
	k |= o.rest | o.marks
	if o.class == classFunction {
		return k
	}
	for i, e := range o.list {
		if i > 2000 {
			break
		}
		k |= m.marksWithin(e, depth+1)
	}
	for i, v := range o.props.values {
		if i > 200 {
			break
		}
		m.steps++
		k |= m.marksWithin(v, depth+1)
	}
	return k
}

func (m *machine) marksOfAll(list []value) (k marks) {
	for _, v := range list {
		k |= m.marksOf(v)
	}
	return k
}
