package script

import (
	"math"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/token"
)

// evaluate computes an expression.
func (m *machine) evaluate(f *frame, e ast.Expression) value {
	m.step()
	if m.nesting++; m.nesting > maxNesting {
		m.nesting--
		return m.unknown("", 0)
	}
	v := m.evaluateInner(f, e)
	m.nesting--
	return v
}

func (m *machine) evaluateInner(f *frame, e ast.Expression) value {
	switch e := e.(type) {
	case *ast.Identifier:
		return m.variable(f, string(e.Name))
	case *ast.StringLiteral:
		return str(goText(e.Value))
	case *ast.NumberLiteral:
		return numberLiteral(e)
	case *ast.BooleanLiteral:
		return boolean(e.Value)
	case *ast.NullLiteral:
		return value{kind: kindNull}
	case *ast.ThisExpression:
		return f.this
	case *ast.DotExpression:
		return m.get(m.evaluate(f, e.Left), string(e.Identifier.Name), m.at(e.Identifier.Idx))
	case *ast.PrivateDotExpression:
		return m.get(m.evaluate(f, e.Left), "#"+string(e.Identifier.Name), m.at(e.Identifier.Idx))
	case *ast.BracketExpression:
		object := m.evaluate(f, e.Left)
		return m.getKey(object, m.evaluate(f, e.Member), m.at(e.LeftBracket))
	case *ast.CallExpression:
		return m.callExpression(f, e)
	case *ast.NewExpression:
		callee := m.evaluate(f, e.Callee)
		return m.construct(callee, m.arguments(f, e.ArgumentList), m.at(e.New))
	case *ast.AssignExpression:
		return m.assignExpression(f, e)
	case *ast.BinaryExpression:
		return m.binaryExpression(f, e)
	case *ast.UnaryExpression:
		return m.unaryExpression(f, e)
	case *ast.ConditionalExpression:
		return m.conditional(f, e)
	case *ast.SequenceExpression:
		var v value
		for _, e := range e.Sequence {
			v = m.evaluate(f, e)
		}
		return v
	case *ast.FunctionLiteral:
		v := m.functionLiteral(f, e)
		if e.Name != nil {
			c := v.obj.closure
			c.scope = m.newScope(f.scope)
			c.scope.declare(string(e.Name.Name), v)
		}
		return v
	case *ast.ArrowFunctionLiteral:
		return m.arrowFunction(f, e)
	case *ast.ObjectLiteral:
		return m.objectLiteral(f, e)
	case *ast.ArrayLiteral:
		return m.arrayLiteral(f, e)
	case *ast.TemplateLiteral:
		return m.template(f, e)
	case *ast.RegExpLiteral:
		return m.regExp(e.Pattern, e.Flags)
	case *ast.ClassLiteral:
		return m.class(f, e)
	case *ast.OptionalChain:
		return m.evaluate(f, e.Expression)
	case *ast.Optional:
		return m.evaluate(f, e.Expression)
	case *ast.AwaitExpression:
		f.waits = true
		return m.awaited(m.evaluate(f, e.Argument))
	case *ast.YieldExpression:
		f.waits = true
		if e.Argument != nil {
			v := m.awaited(m.evaluate(f, e.Argument))
			if len(f.yielded) < 64 {
				if e.Delegate {
					f.yielded = append(f.yielded, m.elementsOf(v).list...)
				} else {
					f.yielded = append(f.yielded, v)
				}
			}
			return v
		}
	case *ast.SpreadElement:
		return m.evaluate(f, e.Expression)
	case *ast.MetaProperty, *ast.SuperExpression:
		return m.unknown("", 0)
	}
	return undefined
}

func (m *machine) variable(f *frame, name string) value {
	switch name {
	case "undefined":
		return undefined
	case "NaN":
		return number(math.NaN())
	case "Infinity":
		return number(math.Inf(1))
	case "arguments":
		if v, _ := f.scope.find(name); v == nil && f.callee != nil {
			list := arrayValue(f.args)
			list.obj.set("callee", functionValue(f.callee))
			return list
		}
	case "$", "jQuery":
		// Always the interface, never an implementation that happens to be in the same source.
		if v, s := f.scope.find(name); v == nil || s == m.global {
			return m.host("jQuery")
		}
	}
	if v, _ := f.scope.find(name); v != nil {
		return *v
	}
	if m.withs && !builtin(name) {
		if o := f.scope.object(); o != nil {
			return m.get(*o, name, position{m.layer, -1})
		}
	}
	return m.host(name)
}

func (m *machine) arguments(f *frame, list []ast.Expression) []value {
	args := make([]value, 0, len(list))
	for _, e := range list {
		v := m.evaluate(f, e)
		if _, ok := e.(*ast.SpreadElement); ok {
			args = append(args, m.elementsOf(v).list...)
			continue
		}
		args = append(args, v)
	}
	return args
}

func (m *machine) callExpression(f *frame, e *ast.CallExpression) value {
	at := m.at(e.LeftParenthesis)
	callee := e.Callee
	if o, ok := callee.(*ast.Optional); ok {
		callee = o.Expression
	}
	if o, ok := callee.(*ast.OptionalChain); ok {
		callee = o.Expression
	}
	switch callee := callee.(type) {
	case *ast.DotExpression:
		this := m.evaluate(f, callee.Left)
		at.offset = int(callee.Identifier.Idx) - 1
		return m.callMethod(this, string(callee.Identifier.Name), m.arguments(f, e.ArgumentList), at)
	case *ast.BracketExpression:
		this := m.evaluate(f, callee.Left)
		key := m.evaluate(f, callee.Member)
		args := m.arguments(f, e.ArgumentList)
		if key.kind == kindNumber || key.kind == kindUnknown {
			if this.obj != nil && this.obj.path == "window" && key.marks&markCode != 0 && len(args) > 0 {
				if k := m.marksOf(args[0]); k&markCode != 0 { // both the name and what it is called with come from elsewhere
					m.record.factOf(factDynamic, at, "executes "+origin(k), k|markHidden)
				}
			}
			return m.callAt(m.getKey(this, key, at), this, args, at)
		}
		name, _ := m.toText(key)
		if key.marks&markHidden != 0 {
			m.record.coded++
		}
		if m.plain && key.marks&markHidden != 0 && len(args) > 0 && (name == "eval" || name == "Function") {
			args[0] = args[0].with(markHidden)
		}
		return m.callMethod(this, name, args, at)
	case *ast.SuperExpression:
		m.arguments(f, e.ArgumentList)
		return undefined
	case *ast.Identifier:
		if callee.Name == "eval" {
			if v, _ := f.scope.find("eval"); v == nil {
				return m.evalIn(f, m.arguments(f, e.ArgumentList), m.at(callee.Idx))
			}
		}
		at = m.at(callee.Idx)
		if m.withs && !builtin(string(callee.Name)) {
			if v, _ := f.scope.find(string(callee.Name)); v == nil && f.scope.object() != nil {
				return m.callMethod(*f.scope.object(), string(callee.Name), m.arguments(f, e.ArgumentList), at)
			}
		}
	}
	v := m.evaluate(f, callee)
	return m.callAt(v, undefined, m.arguments(f, e.ArgumentList), at)
}

func (m *machine) conditional(f *frame, e *ast.ConditionalExpression) value {
	bail := m.bail
	_, m.bail = e.Consequent.(*ast.StringLiteral) // "***" in its place
	known := m.condition(f, e.Test)
	m.bail = bail
	switch known {
	case truthy:
		return m.evaluate(f, e.Consequent)
	case falsy:
		return m.evaluate(f, e.Alternate)
	}
	m.doubt++
	first := m.evaluate(f, e.Consequent)
	second := m.evaluate(f, e.Alternate)
	m.doubt--
	return join(second, first)
}

func (m *machine) binaryExpression(f *frame, e *ast.BinaryExpression) value {
	switch e.Operator {
	case token.LOGICAL_AND, token.LOGICAL_OR, token.COALESCE:
		return m.logical(f, e)
	}
	// A sum of thousands of terms leans to the left as deeply: it is unrolled.
	var spine []*ast.BinaryExpression
	left := ast.Expression(e)
	for {
		b, ok := left.(*ast.BinaryExpression)
		if !ok || b.Operator == token.LOGICAL_AND || b.Operator == token.LOGICAL_OR || b.Operator == token.COALESCE {
			break
		}
		spine = append(spine, b)
		left = b.Left
	}
	v := m.evaluate(f, left)
	for i := len(spine) - 1; i >= 0; i-- {
		m.step()
		if v.kind == kindNumber && v.num != v.num && m.pointless(spine[i]) {
			continue
		}
		v = m.binary(spine[i].Operator, v, m.evaluate(f, spine[i].Right), m.at(spine[i].Right.Idx0()))
	}
	return v
}

// pointless tells whether the right side of a sum that is not a number any more can only be one, and has been computed
// often enough to show what else it does. String arrays are rotated until such a sum of a dozen decoded strings has a
// certain value: nearly all of the time goes into computing the rest of sums that have none.
func (m *machine) pointless(e *ast.BinaryExpression) bool {
	const often = 4
	switch e.Operator {
	case token.PLUS, token.MINUS, token.MULTIPLY, token.SLASH:
	default:
		return false
	}
	n, seen := m.sums[e]
	if !seen && !numeric(e.Right, 0) {
		n = -1
	}
	if n >= 0 && n < often {
		n++
	}
	m.sums[e] = n
	return n >= often
}

// numeric tells whether an expression can be nothing but a number: made of numbers and calls of parseInt alone.
func numeric(e ast.Expression, depth int) bool {
	switch e := e.(type) {
	case *ast.NumberLiteral:
		return true
	case *ast.UnaryExpression:
		return e.Operator == token.MINUS && numeric(e.Operand, depth)
	case *ast.BinaryExpression:
		switch e.Operator {
		case token.PLUS, token.MINUS, token.MULTIPLY, token.SLASH:
			return depth < 40 && numeric(e.Left, depth+1) && numeric(e.Right, depth+1)
		}
	case *ast.CallExpression:
		id, ok := e.Callee.(*ast.Identifier)
		return ok && id.Name == "parseInt"
	}
	return false
}

func (m *machine) logical(f *frame, e *ast.BinaryExpression) value {
	unlike := m.unlike
	m.unlike = e.Operator == token.LOGICAL_OR
	narrowed, named := len(m.narrow), len(m.named)
	left := m.evaluate(f, e.Left)
	m.unlike = unlike
	asked := m.named[named:]
	if !unlike { // what the left side says of things holds for the right side, and no longer
		defer m.widen(narrowed)
	}
	t := left.truth()
	if e.Operator == token.COALESCE {
		switch {
		case left.kind == kindUndefined || left.kind == kindNull:
			t = falsy
		case left.kind != kindUnknown:
			t = truthy
		}
	}
	and := e.Operator == token.LOGICAL_AND
	switch {
	case t == truthy && and, t == falsy && !and:
		return m.evaluate(f, e.Right)
	case t != unsure:
		return left
	}
	m.guess()
	m.doubt++
	right := m.rightNamed(f, e, asked)
	m.doubt--
	standIn := right.kind == kindString && right.string() != "" || right.kind == kindObject && right.obj.class <= classArray && right.obj.element == nil
	if and || left.kind == kindUnknown && (left.text == "" || left.text == hole) && left.element() == nil && standIn {
		return join(left, right) // of an unknown thing and what stands in for it, that one says more
	}
	return join(right, left)
}

// rightNamed evaluates the right side of a logical operator, whose left side may have asked for the names of fields.
func (m *machine) rightNamed(f *frame, e *ast.BinaryExpression, named []naming) value {
	defer m.widen(len(m.narrow)) // also where it throws
	if e.Operator != token.COALESCE {
		m.meansNamed(e.Left, e.Operator == token.LOGICAL_AND, named)
	}
	return m.evaluate(f, e.Right)
}

func (m *machine) unaryExpression(f *frame, e *ast.UnaryExpression) value {
	switch e.Operator {
	case token.TYPEOF:
		if id, ok := e.Operand.(*ast.Identifier); ok {
			if v, _ := f.scope.find(string(id.Name)); v == nil && !builtin(string(id.Name)) {
				return opaque(0)
			}
		}
		return typeOf(m.evaluate(f, e.Operand))
	case token.DELETE:
		m.deleteProperty(f, e.Operand)
		return boolean(true)
	case token.INCREMENT, token.DECREMENT:
		old := m.evaluate(f, e.Operand)
		n, known := m.toNumber(old)
		by := 1.0
		if e.Operator == token.DECREMENT {
			by = -1
		}
		result, before := number(n+by).with(old.marks), number(n).with(old.marks)
		if !known || m.over && m.vague && m.outlives(f, e.Operand) {
			result, before = opaque(old.marks), opaque(old.marks)
		}
		m.assign(f, e.Operand, result)
		if e.Postfix {
			return before
		}
		return result
	}
	if e.Operator == token.NOT {
		m.bail = !m.bail
		defer func() { m.bail = !m.bail }()
	}
	v := m.evaluate(f, e.Operand)
	switch e.Operator {
	case token.NOT:
		switch v.truth() {
		case truthy:
			return boolean(false)
		case falsy:
			return boolean(true)
		}
		return opaque(v.marks)
	case token.VOID:
		return undefined
	}
	n, known := m.toNumber(v)
	if !known {
		return opaque(v.marks)
	}
	switch e.Operator {
	case token.MINUS:
		n = -n
	case token.BITWISE_NOT:
		n = float64(^toInt32(n))
	}
	return number(n).with(v.marks)
}

// outlives tells whether what is counted goes on being counted the next time: how often an event came is not known.
func (m *machine) outlives(f *frame, counted ast.Expression) bool {
	switch counted := counted.(type) {
	case *ast.DotExpression:
		return true
	case *ast.Identifier:
		for s := f.scope; s != nil; s = s.outer {
			if f.callee == nil || s == f.callee.scope {
				return f.callee != nil
			}
			if s.at(string(counted.Name)) != nil {
				return false
			}
		}
	}
	return false
}

func typeOf(v value) value {
	switch v.kind {
	case kindUndefined:
		return str("undefined")
	case kindNull:
		return str("object")
	case kindBool:
		return str("boolean")
	case kindNumber:
		return str("number")
	case kindString:
		return str("string")
	case kindUnknown:
		return opaque(0)
	}
	switch v.obj.class {
	case classHost:
		return hostType(v.obj.path)
	case classFunction:
		return str("function")
	}
	return str("object")
}
