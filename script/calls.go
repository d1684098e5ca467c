package script

import (
	"github.com/dop251/goja/ast"
)

func (m *machine) functionLiteral(f *frame, e *ast.FunctionLiteral) value {
	c := &closure{
		node: e, source: e.Source, parameters: e.ParameterList, body: e.Body.List, variables: e.DeclarationList,
		scope: f.scope, layer: m.layer,
	}
	if e.Name != nil {
		c.name = string(e.Name.Name)
	}
	return m.made(c)
}

func (m *machine) arrowFunction(f *frame, e *ast.ArrowFunctionLiteral) value {
	this := f.this
	c := &closure{
		node: e, source: e.Source, parameters: e.ParameterList, variables: e.DeclarationList,
		scope: f.scope, this: &this, layer: m.layer,
	}
	switch body := e.Body.(type) {
	case *ast.BlockStatement:
		c.body = body.List
	case *ast.ExpressionBody:
		c.expression = body.Expression
	}
	return m.made(c)
}

func (m *machine) made(c *closure) value {
	m.memory -= 160
	m.closures = append(m.closures, c)
	if c.layer.depth == 0 {
		m.record.body(c.node)
	}
	return functionValue(c)
}

// call calls a function where the place does not matter.
func (m *machine) call(function, this value, args []value) value {
	return m.callAt(function, this, args, position{})
}

// callAt calls whatever function is.
func (m *machine) callAt(function, this value, args []value, at position) value {
	if m.depth++; m.depth > maxDepthOfCalls {
		m.depth--
		return m.unknown("", this.marks|m.marksOfAll(args))
	}
	v := m.callWhatever(function, this, args, at)
	m.depth--
	return v
}

func (m *machine) callWhatever(function, this value, args []value, at position) value {
	o := function.obj
	switch {
	case o == nil:
		return m.callUnknown(function, this, args)
	case o.closure != nil:
		return m.enter(o.closure, this, args)
	case o.bound != nil:
		b := o.bound
		if b.method != "" {
			return m.callMethod(this, b.method, args, at)
		}
		return m.callAt(b.target, b.this, append(append([]value(nil), b.args...), args...), at)
	case o.class == classHost:
		return m.callHost(function, this, args, at)
	}
	return m.callUnknown(function, this, args)
}

// callUnknown is a call of something of which nothing is known: the functions among its arguments are called, and its
// result carries what went in.
func (m *machine) callUnknown(function, this value, args []value) value {
	k := function.marks | this.marks | m.marksOfAll(args)
	for _, a := range args {
		if a.function() != nil {
			k |= m.callback(a, this, k).marks
		}
	}
	return m.unknown("", k)
}

// callback calls a function that was handed to something unknown, in doubt whether it would be.
func (m *machine) callback(function, this value, k marks, args ...value) value {
	c := function.function()
	if c == nil {
		return undefined
	}
	if len(args) == 0 && c.parameters != nil {
		for range c.parameters.List {
			args = append(args, m.unknown("", k))
		}
	}
	m.doubt++
	defer func() { m.doubt-- }()
	return m.enter(c, this, args)
}

// settledAll tells whether all of these are values that the script alone decides.
func settledAll(list []value) bool {
	for _, v := range list {
		if !v.settled() {
			return false
		}
	}
	return true
}

// settledAny tells whether one of these is a value that the script alone decides.
func settledAny(list []value) bool {
	for _, v := range list {
		if v.settled() {
			return true
		}
	}
	return false
}

// decisive tells whether a call with these arguments is one that the script alone decides, whatever is around it: that
// of a decoder, say.
func decisive(args []value) bool {
	for _, v := range args {
		if v.kind == kindString || v.kind == kindNumber {
			return settledAll(args)
		}
	}
	return false
}

// enter runs a function of the script's.
func (m *machine) enter(c *closure, this value, args []value) (result value) {
	c.called++
	if m.calls >= maxCalls && !m.vague {
		panic(thrown{str("RangeError")}) // traps for debuggers recurse until it is
	}
	if !settledAll(args) && (c.called > vagueCalls || c.running >= maxRecursion) || m.calls >= maxCalls || c.class != nil && c.body == nil {
		return m.unknown("", this.marks|m.marksOfAll(args))
	}
	m.step()
	c.running++
	m.calls++
	layer, nesting, depth, doubt, vague, floor, unlike := m.layer, m.nesting, m.depth, m.doubt, m.vague, m.floor, m.unlike
	m.layer, m.unlike = c.layer, false
	m.vague = m.vague && !decisive(args) || !settledAll(args)
	if m.vague && len(args) > 0 && !settledAny(args) {
		c.vague = true
	}
	again := m.vague && c.called > 1
	if again {
		// What was seen once says little the second time: it may not use up what is there for the rest.
		m.floor = max(floor, m.guesswork-max(m.guesswork/shareAgain, leastAgain))
	}
	m.memory -= 96
	if m.memory < 0 {
		m.exhaust()
	}
	defer func() {
		c.running--
		m.calls--
		m.layer, m.vague, m.floor, m.unlike = layer, vague, floor, unlike
		cause := recover()
		if cause == nil {
			return
		}
		_, threw := cause.(thrown)
		_, halted := cause.(stopped)
		switch {
		case threw && m.tries == 0:
			// Nothing would catch it, and scripts that are in use do not end so: most likely it is not thrown in a browser.
		case halted && again && !m.exhausted && m.guesswork >= floor && m.steps <= m.limit:
		default:
			panic(cause)
		}
		m.nesting, m.depth, m.doubt = nesting, depth, doubt
		result = m.unknown("", this.marks|m.marksOfAll(args))
	}()
	return m.body(c, this, args)
}

// body runs a function's body in a frame of its own.
func (m *machine) body(c *closure, this value, args []value) value {
	nesting, doubt := m.nesting, m.doubt
	s := m.newScope(c.scope)
	s.reserve(c.size())
	f := &frame{scope: s, this: this, args: args, callee: c}
	switch {
	case c.this != nil:
		f.this = *c.this
	case this.kind == kindUndefined:
		f.this = m.host("window")
	}
	m.bindParameters(f, c.parameters, args)
	m.declareVariables(f, c.variables)
	m.declareFunctions(f, c.body)
	var result value
	if c.expression != nil {
		result = m.evaluate(f, c.expression)
	} else if m.executeAll(f, c.body) == returned {
		result = f.result
	}
	m.nesting, m.doubt = nesting, doubt
	if c.generator() { // what drives one may also hand on what it returns
		list := newArray(f.yielded)
		list.rest = markSome | m.marksOf(result) // how many there are in the end is not known
		return objectValue(list)
	}
	if f.maybe {
		result = join(f.perhaps, result)
	}
	return result
}

func (m *machine) bindParameters(f *frame, list *ast.ParameterList, args []value) {
	if list == nil {
		return
	}
	for i, p := range list.List {
		v := undefined
		if i < len(args) {
			v = args[i]
		}
		if v.kind == kindUndefined && p.Initializer != nil {
			v = m.evaluate(f, p.Initializer)
		}
		m.bind(f, p.Target, v, true)
	}
	if list.Rest != nil {
		var rest []value
		if len(args) > len(list.List) {
			rest = append(rest, args[len(list.List):]...)
		}
		m.bind(f, list.Rest, arrayValue(rest), true)
	}
}

// construct is "new".
func (m *machine) construct(function value, args []value, at position) value {
	o := function.obj
	if o == nil || o.class == classHost {
		return m.constructHost(function, args, at)
	}
	if o.bound != nil && o.bound.method == "" {
		return m.construct(o.bound.target, append(append([]value(nil), o.bound.args...), args...), at)
	}
	if o.closure == nil {
		return m.callUnknown(function, undefined, args)
	}
	made := newObject()
	if p, ok := o.own("prototype"); ok {
		made.proto = p.obj
	}
	m.allocate(64)
	this := objectValue(made)
	if c := o.closure.class; c != nil {
		m.initialiseFields(o.closure, c, this)
	}
	result := m.enter(o.closure, this, args)
	if result.kind == kindObject && result.obj.class != classHost || result.function() != nil {
		return result
	}
	return this
}

func (m *machine) initialiseFields(c *closure, class *ast.ClassLiteral, this value) {
	layer := m.layer
	m.layer = c.layer
	defer func() { m.layer = layer }()
	f := &frame{scope: c.scope, this: this}
	for _, member := range class.Body {
		if d, ok := member.(*ast.FieldDefinition); ok && !d.Static && d.Initializer != nil {
			name, _ := m.propertyName(f, d.Key, d.Computed)
			this.obj.set(name, m.evaluate(f, d.Initializer))
		}
	}
}

// callMethod calls a method of this by name.
func (m *machine) callMethod(this value, name string, args []value, at position) value {
	if o := this.obj; o != nil {
		if v, ok := o.lookup(name); ok && !v.isMethod(name) {
			return m.callAt(v, this, args, at)
		}
		switch o.class {
		case classFunction:
			return m.functionMethod(this, name, args, at)
		case classArray:
			if v, ok := m.arrayMethod(this, name, args, at); ok {
				return v
			}
		case classRegExp:
			if v, ok := m.regExpMethod(this, name, args, at); ok {
				return v
			}
		case classBoxed:
			return m.callMethod(o.list[0], name, args, at)
		case classHost:
			return m.callHostMethod(this, name, args, at)
		}
		return m.plainMethod(this, name, args, at)
	}
	switch this.kind {
	case kindString:
		if v, ok := m.stringMethod(this, name, args, at); ok {
			return v
		}
	case kindNumber, kindBool:
		if v, ok := m.numberMethod(this, name, args); ok {
			return v
		}
	case kindUnknown:
		return m.callHostMethod(this, name, args, at)
	}
	if name == "constructor" {
		return m.callAt(m.get(this, name, at), this, args, at)
	}
	return m.callUnknown(undefined, this, args)
}

// functionMethod is call, apply, bind and the rest of a function's own methods.
func (m *machine) functionMethod(this value, name string, args []value, at position) value {
	receiver := undefined
	if len(args) > 0 {
		receiver = args[0]
	}
	switch name {
	case "call":
		return m.callAt(this, receiver, args[min(1, len(args)):], at)
	case "apply":
		var list []value
		if len(args) > 1 {
			list = m.elementsOf(args[1]).list
		}
		return m.callAt(this, receiver, list, at)
	case "bind":
		return objectValue(&object{class: classFunction, bound: &bound{target: this, this: receiver, args: args[min(1, len(args)):]}})
	case "toString":
		text, known := m.toText(this)
		if !known {
			return partly(text, this.marks)
		}
		return str(text)
	case "constructor":
		return m.callAt(m.host("Function"), undefined, args, at)
	}
	return m.plainMethod(this, name, args, at)
}

// plainMethod is what every object has.
func (m *machine) plainMethod(this value, name string, args []value, at position) value {
	switch name {
	case "hasOwnProperty", "propertyIsEnumerable":
		if len(args) == 0 {
			break
		}
		key, known := m.toText(args[0])
		if !known || this.obj.rest != 0 {
			return opaque(0)
		}
		if i, ok := arrayIndex(key); ok && this.obj.class == classArray {
			return boolean(i < len(this.obj.list))
		}
		_, ok := this.obj.own(key)
		return boolean(ok)
	case "toString", "toLocaleString":
		text, known := m.toText(this)
		if !known {
			return partly(text, m.marksOf(this))
		}
		return str(text).with(m.marksOf(this))
	case "valueOf":
		return this
	case "constructor":
		return m.callAt(m.get(this, name, at), this, args, at)
	}
	if v, ok := this.obj.own(hole); ok { // stored under a name that is not known
		return m.callAt(v, this, args, at)
	}
	return m.callHostMethod(this, name, args, at)
}
