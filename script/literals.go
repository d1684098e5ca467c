package script

import (
	"math/big"
	"strings"

	"github.com/dop251/goja/ast"
)

func numberLiteral(e *ast.NumberLiteral) value {
	switch n := e.Value.(type) {
	case int64:
		return number(float64(n))
	case int:
		return number(float64(n))
	case float64:
		return number(n)
	case *big.Int:
		x, _ := new(big.Float).SetInt(n).Float64()
		return number(x)
	}
	return opaque(0)
}

func (m *machine) arrayLiteral(f *frame, e *ast.ArrayLiteral) value {
	m.allocate(160 + 48*len(e.Value))
	list := make([]value, 0, len(e.Value))
	for _, item := range e.Value {
		if item == nil {
			list = append(list, undefined)
			continue
		}
		v := m.evaluate(f, item)
		if _, ok := item.(*ast.SpreadElement); ok {
			list = append(list, m.elementsOf(v).list...)
			continue
		}
		list = append(list, v)
	}
	return arrayValue(list)
}

func (m *machine) objectLiteral(f *frame, e *ast.ObjectLiteral) value {
	m.allocate(160 + 128*len(e.Value))
	o := newObject()
	for _, p := range e.Value {
		switch p := p.(type) {
		case *ast.PropertyShort:
			o.set(string(p.Name.Name), m.variable(f, string(p.Name.Name)))
		case *ast.PropertyKeyed:
			name, known := m.propertyName(f, p.Key, p.Computed)
			v := m.evaluate(f, p.Value)
			switch {
			case p.Kind == ast.PropertyKindGet:
				if v.function() != nil {
					v = m.call(v, objectValue(o), nil)
				}
			case p.Kind == ast.PropertyKindSet:
				continue
			}
			if !known {
				o.rest |= m.marksOf(v)
			}
			o.set(name, v)
		case *ast.SpreadElement:
			v := m.evaluate(f, p.Expression)
			o.rest |= v.marks
			if v.obj != nil {
				o.rest |= v.obj.rest
				for i, k := range v.obj.props.names {
					o.set(k, v.obj.props.values[i])
				}
			}
		}
	}
	return objectValue(o)
}

func (m *machine) propertyName(f *frame, key ast.Expression, computed bool) (string, bool) {
	if !computed {
		switch k := key.(type) {
		case *ast.StringLiteral:
			return goText(k.Value), true
		case *ast.Identifier:
			return string(k.Name), true
		case *ast.NumberLiteral:
			return m.toText(numberLiteral(k))
		case *ast.PrivateIdentifier:
			return "#" + string(k.Name), true
		}
	}
	return m.toText(m.evaluate(f, key))
}

func (m *machine) template(f *frame, e *ast.TemplateLiteral) value {
	if e.Tag != nil {
		tag, this, name := undefined, undefined, ""
		if d, ok := e.Tag.(*ast.DotExpression); ok {
			this, name = m.evaluate(f, d.Left), string(d.Identifier.Name)
		} else {
			tag = m.evaluate(f, e.Tag)
		}
		parts := make([]value, 0, len(e.Elements))
		for _, part := range e.Elements {
			parts = append(parts, str(goText(part.Parsed)))
		}
		args := append([]value{arrayValue(parts)}, m.arguments(f, e.Expressions)...)
		if name != "" {
			return m.callMethod(this, name, args, m.at(e.OpenQuote))
		}
		return m.callAt(tag, undefined, args, m.at(e.OpenQuote))
	}
	var b strings.Builder
	known, k := true, marks(0)
	for i, part := range e.Elements {
		b.WriteString(goText(part.Parsed))
		if i < len(e.Expressions) {
			v := m.evaluate(f, e.Expressions[i])
			text, ok := m.toText(v)
			known = known && ok
			k |= m.marksOf(v)
			m.allocate(len(text))
			b.WriteString(text)
		}
	}
	if !known {
		return partly(b.String(), k)
	}
	return str(b.String()).with(k)
}

func (m *machine) class(f *frame, e *ast.ClassLiteral) value {
	c := &closure{node: e, source: e.Source, scope: f.scope, layer: m.layer, class: e}
	v := functionValue(c)
	prototype, base := newObject(), ""
	if e.SuperClass != nil {
		if super := m.evaluate(f, e.SuperClass); super.obj != nil {
			base = super.obj.path
			if p, ok := super.obj.own("prototype"); ok {
				prototype.proto = p.obj
			}
		}
	}
	v.obj.set("prototype", objectValue(prototype))
	if e.Name != nil {
		c.name = string(e.Name.Name)
		c.scope = m.newScope(f.scope)
		c.scope.declare(c.name, v)
	}
	inner := *f
	inner.scope, inner.this = c.scope, v
	for _, member := range e.Body {
		switch member := member.(type) {
		case *ast.MethodDefinition:
			name, _ := m.propertyName(&inner, member.Key, member.Computed)
			method := m.functionLiteral(&inner, member.Body)
			switch {
			case name == "constructor" && !member.Static:
				c.parameters, c.body, c.variables = member.Body.ParameterList, member.Body.Body.List, member.Body.DeclarationList
			case member.Kind != ast.PropertyKindMethod: // accessors: what they compute is looked at with the uncalled
			case member.Static:
				v.obj.set(name, method)
			default:
				prototype.set(name, method)
				if base != "" { // what stands in the place of the browser's class is handed what the page sends
					m.hook(base+".prototype", name, method, m.at(e.Class))
				}
			}
		case *ast.FieldDefinition:
			if member.Static && member.Initializer != nil {
				name, _ := m.propertyName(&inner, member.Key, member.Computed)
				v.obj.set(name, m.evaluate(&inner, member.Initializer))
			}
		case *ast.ClassStaticBlock:
			m.block(&inner, member.Block.List)
		}
	}
	return v
}
