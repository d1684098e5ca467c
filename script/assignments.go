package script

import (
	"strings"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/token"
)

func (m *machine) assignExpression(f *frame, e *ast.AssignExpression) value {
	if e.Operator == token.ASSIGN {
		v := m.evaluate(f, e.Right)
		m.nameFunction(e.Left, v)
		m.assign(f, e.Left, v)
		return v
	}
	left := m.evaluate(f, e.Left)
	switch e.Operator {
	case token.LOGICAL_AND, token.LOGICAL_OR, token.COALESCE:
		if t := left.truth(); t == unsure || (t == truthy) == (e.Operator == token.LOGICAL_AND) || left.kind == kindUndefined {
			left = join(left, m.evaluate(f, e.Right))
			m.assign(f, e.Left, left)
		}
		return left
	}
	right := m.evaluate(f, e.Right)
	var v value
	if e.Operator == token.PLUS {
		v = m.grown(left, right)
	} else {
		v = m.binary(e.Operator, left, right, m.at(e.Right.Idx0()))
	}
	m.assign(f, e.Left, v)
	return v
}

// nameFunction gives a function without a name that of what it is assigned to.
func (m *machine) nameFunction(target ast.Expression, v value) {
	c := v.function()
	if c == nil || c.name != "" {
		return
	}
	switch t := target.(type) {
	case *ast.Identifier:
		c.name = string(t.Name)
	case *ast.DotExpression:
		c.name = string(t.Identifier.Name)
	}
}

// assign stores v where target says.
func (m *machine) assign(f *frame, target ast.Expression, v value) {
	switch t := target.(type) {
	case *ast.Identifier:
		m.assignVariable(f, string(t.Name), v, m.at(t.Idx))
	case *ast.DotExpression:
		m.setProperty(m.evaluate(f, t.Left), string(t.Identifier.Name), v, m.at(t.Identifier.Idx))
	case *ast.PrivateDotExpression:
		m.setProperty(m.evaluate(f, t.Left), "#"+string(t.Identifier.Name), v, m.at(t.Identifier.Idx))
	case *ast.BracketExpression:
		object := m.evaluate(f, t.Left)
		m.setKey(object, m.evaluate(f, t.Member), v, m.at(t.LeftBracket))
	case *ast.ObjectPattern, *ast.ArrayPattern:
		m.destructure(f, t, v, func(e ast.Expression, v value) { m.assign(f, e, v) })
	}
}

func (m *machine) assignVariable(f *frame, name string, v value, at position) {
	p, s := f.scope.find(name)
	switch {
	case p == nil && m.withs && f.scope.object() != nil:
		m.setProperty(*f.scope.object(), name, v, at)
	case p == nil:
		if !m.setGlobal(name, v, at) {
			m.global.declare(name, m.marker(undefined, v, m.doubt > 0))
		}
	case m.doubt > s.doubt:
		*p = join(*p, v)
	case m.over && !s.over:
		*p = m.marker(*p, v, true)
	default:
		*p = v
	}
	if s == m.global {
		m.setGlobal(name, v, at)
	}
}

// marker is what becomes of old when v is stored in its place, where v may be no more than a note that something has
// happened: made by a function that the browser calls some time, or on a branch that may not be taken, it need not be
// there when another function asks for it.
func (m *machine) marker(old, v value, doubtful bool) value {
	if note := v.kind == kindBool || v.kind == kindNull || v.kind == kindNumber && (v.num == 0 || v.num == 1); note && (doubtful || m.over) {
		return join(old, v)
	}
	return v
}

// bindAll declares and initialises the variables of a declaration.
func (m *machine) bindAll(f *frame, list []*ast.Binding, lexical bool) {
	for _, b := range list {
		if b.Initializer == nil {
			if lexical {
				m.bind(f, b.Target, undefined, true)
			}
			continue
		}
		v := m.evaluate(f, b.Initializer)
		m.nameFunction(b.Target, v)
		m.bind(f, b.Target, v, lexical)
	}
}

// bind stores v in the variables of a binding; lexical declares them in this very scope.
func (m *machine) bind(f *frame, target ast.Expression, v value, lexical bool) {
	switch t := target.(type) {
	case *ast.Identifier:
		if lexical {
			f.scope.declare(string(t.Name), v)
			return
		}
		m.assignVariable(f, string(t.Name), v, m.at(t.Idx))
	case *ast.ObjectPattern, *ast.ArrayPattern:
		m.destructure(f, t, v, func(e ast.Expression, v value) { m.bind(f, e, v, lexical) })
	default:
		m.assign(f, target, v)
	}
}

// destructure hands each part of v to store, with the target that the pattern has for it.
func (m *machine) destructure(f *frame, pattern ast.Expression, v value, store func(ast.Expression, value)) {
	put := func(target ast.Expression, v value) {
		if a, ok := target.(*ast.AssignExpression); ok { // a default
			if v.kind == kindUndefined {
				v = m.evaluate(f, a.Right)
			}
			target = a.Left
		}
		store(target, v)
	}
	switch p := pattern.(type) {
	case *ast.ArrayPattern:
		items := m.elementsOf(v)
		for i, e := range p.Elements {
			switch {
			case e == nil:
			case !items.known && len(items.list) > 0:
				put(e, items.list[0])
			case i < len(items.list):
				put(e, items.list[i])
			default:
				put(e, undefined)
			}
		}
		if p.Rest != nil {
			rest := items.list
			if items.known {
				rest = rest[min(len(p.Elements), len(rest)):]
			}
			put(p.Rest, arrayValue(append([]value(nil), rest...)))
		}
	case *ast.ObjectPattern:
		for _, property := range p.Properties {
			switch property := property.(type) {
			case *ast.PropertyShort:
				part := m.get(v, string(property.Name.Name), m.at(property.Name.Idx))
				if part.kind == kindUndefined && property.Initializer != nil {
					part = m.evaluate(f, property.Initializer)
				}
				store(&property.Name, part)
			case *ast.PropertyKeyed:
				name, _ := m.propertyName(f, property.Key, property.Computed)
				put(property.Value, m.get(v, name, m.at(property.Key.Idx0())))
			}
		}
		if p.Rest != nil {
			put(p.Rest, v)
		}
	}
}

// names calls declare for each variable that a binding introduces.
func (m *machine) names(target ast.Expression, declare func(string)) {
	switch t := target.(type) {
	case *ast.Identifier:
		declare(string(t.Name))
	case *ast.AssignExpression:
		m.names(t.Left, declare)
	case *ast.ArrayPattern:
		for _, e := range t.Elements {
			m.names(e, declare)
		}
		m.names(t.Rest, declare)
	case *ast.ObjectPattern:
		for _, p := range t.Properties {
			switch p := p.(type) {
			case *ast.PropertyShort:
				declare(string(p.Name.Name))
			case *ast.PropertyKeyed:
				m.names(p.Value, declare)
			}
		}
		m.names(t.Rest, declare)
	}
}

func (m *machine) deleteProperty(f *frame, e ast.Expression) {
	var object value
	var name string
	switch e := e.(type) {
	case *ast.DotExpression:
		object, name = m.evaluate(f, e.Left), string(e.Identifier.Name)
	case *ast.BracketExpression:
		object = m.evaluate(f, e.Left)
		name, _ = m.toText(m.evaluate(f, e.Member))
	default:
		return
	}
	if object.obj != nil && m.doubt == 0 {
		object.obj.props.remove(name)
	}
}

// setKey stores v under a computed key.
func (m *machine) setKey(object, key, v value, at position) {
	if o := object.obj; o != nil && o.class == classArray && key.kind == kindNumber {
		i := int(key.num)
		switch {
		case i >= 0 && i < len(o.list):
			o.list[i] = v
			return
		case i >= len(o.list) && i <= len(o.list)+4096:
			m.allocate(16 * (i + 1 - len(o.list)))
			for len(o.list) < i {
				o.list = append(o.list, undefined)
			}
			o.list = append(o.list, v)
			return
		}
	}
	name, known := m.toText(key)
	if !known && object.obj != nil {
		object.obj.rest |= m.marksOf(v) | key.marks
		if strings.Trim(name, hole) == "" {
			if v.callable() {
				object.obj.set(hole, v)
			}
			return
		}
	}
	m.setProperty(object, name, v, at)
}

// setProperty stores v in an object, and sees what that does in a browser.
func (m *machine) setProperty(object value, name string, v value, at position) {
	o := object.obj
	if o == nil {
		m.setUnknown(object, name, v, at)
		return
	}
	switch o.class {
	case classHost:
		m.setHost(object, name, v, at)
		return
	case classArray:
		if name == "length" && v.kind == kindNumber && v.num >= 0 && int(v.num) < len(o.list) {
			o.list = o.list[:int(v.num)]
			return
		}
		if i, ok := arrayIndex(name); ok && i < len(o.list) {
			o.list[i] = v
			return
		}
	}
	if c := v.function(); c != nil && c.name == "" {
		c.name = name
	}
	m.allocate(160 + len(name))
	if old, ok := o.own(name); ok && m.doubt > 0 {
		v = join(old, v)
	} else {
		v = m.marker(old, v, m.doubt > 0)
	}
	o.set(name, v)
	if o.class != classFunction {
		m.setUnknown(object, name, v, at)
	}
}
