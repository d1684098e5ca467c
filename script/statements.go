package script

import (
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/token"
)

// frame is one run of a function.
type frame struct {
	scope  *scope
	this   value
	args   []value
	callee *closure
	result value
	// perhaps joins what was returned on branches that may not have been taken.
	perhaps value
	maybe   bool    // perhaps holds something
	label   string  // of the break or continue under way
	own     string  // the label of the loop about to begin
	waits   bool    // it came past an await or a yield
	yielded []value // by a generator
	leave   bool    // a branch that may not have been taken left the innermost loop
}

type completion uint8

const (
	normal completion = iota
	broken
	continued
	returned
)

func (m *machine) executeAll(f *frame, list []ast.Statement) completion {
	for _, s := range list {
		if c := m.execute(f, s); c != normal {
			return c
		}
	}
	return normal
}

func (m *machine) execute(f *frame, s ast.Statement) completion {
	m.step()
	switch s := s.(type) {
	case *ast.ExpressionStatement:
		m.evaluate(f, s.Expression)
	case *ast.VariableStatement:
		m.bindAll(f, s.List, false)
	case *ast.LexicalDeclaration:
		m.bindAll(f, s.List, true)
	case *ast.BlockStatement:
		return m.block(f, s.List)
	case *ast.IfStatement:
		return m.ifStatement(f, s)
	case *ast.ReturnStatement:
		f.result = undefined
		if s.Argument != nil {
			f.result = m.evaluate(f, s.Argument)
		}
		return returned
	case *ast.ForStatement:
		return m.forStatement(f, s)
	case *ast.WhileStatement:
		return m.loop(f, false, s.Test, nil, s.Body, false)
	case *ast.DoWhileStatement:
		return m.loop(f, false, s.Test, nil, s.Body, true)
	case *ast.ForInStatement:
		return m.forEach(f, s.Into, m.keysOf(m.evaluate(f, s.Source)), s.Body)
	case *ast.ForOfStatement:
		return m.forEach(f, s.Into, m.elementsOf(m.evaluate(f, s.Source)), s.Body)
	case *ast.BranchStatement:
		f.label = ""
		if s.Label != nil {
			f.label = string(s.Label.Name)
		}
		if s.Token == token.CONTINUE {
			return continued
		}
		return broken
	case *ast.SwitchStatement:
		return m.switchStatement(f, s)
	case *ast.TryStatement:
		return m.tryStatement(f, s)
	case *ast.ThrowStatement:
		v := m.evaluate(f, s.Argument)
		if m.doubt == 0 || f.scope.doubt == m.doubt {
			panic(thrown{v})
		}
		return normal // perhaps thrown: go on as if not
	case *ast.LabelledStatement:
		switch s.Statement.(type) {
		case *ast.ForStatement, *ast.WhileStatement, *ast.DoWhileStatement, *ast.ForInStatement, *ast.ForOfStatement:
			f.own = string(s.Label.Name)
		}
		c := m.execute(f, s.Statement)
		if f.label == string(s.Label.Name) && (c == broken || c == continued) {
			f.label = ""
			return normal
		}
		return c
	case *ast.ClassDeclaration:
		v := m.class(f, s.Class)
		if s.Class.Name != nil {
			f.scope.declare(string(s.Class.Name.Name), v)
		}
	case *ast.WithStatement:
		with := m.evaluate(f, s.Object)
		outer := f.scope
		f.scope = m.newScope(outer)
		f.scope.with = &with
		m.withs = true
		defer func() { f.scope = outer }()
		return m.execute(f, s.Body)
	case *ast.DebuggerStatement:
		m.record.fact(factDebugger, m.at(s.Debugger), "debugger statement")
	}
	return normal
}

// block executes a list of statements in a scope of its own where one is needed.
func (m *machine) block(f *frame, list []ast.Statement) completion {
	needed := false
	for _, s := range list {
		switch s.(type) {
		case *ast.LexicalDeclaration, *ast.ClassDeclaration, *ast.FunctionDeclaration:
			needed = true
		}
	}
	if needed {
		outer := f.scope
		f.scope = m.newScope(outer)
		defer func() { f.scope = outer }()
		m.declareFunctions(f, list)
	}
	return m.executeAll(f, list)
}

func (m *machine) newScope(outer *scope) *scope {
	m.memory -= 32
	return &scope{outer: outer, doubt: m.doubt, over: m.over}
}

func (m *machine) declareVariables(f *frame, list []*ast.VariableDeclaration) {
	for _, d := range list {
		for _, b := range d.List {
			m.names(b.Target, f.scope.hoist)
		}
	}
}

func (m *machine) declareFunctions(f *frame, list []ast.Statement) {
	for _, s := range list {
		if d, ok := s.(*ast.FunctionDeclaration); ok && d.Function.Name != nil {
			f.scope.declare(string(d.Function.Name.Name), m.functionLiteral(f, d.Function))
		}
	}
}

func (m *machine) ifStatement(f *frame, s *ast.IfStatement) completion {
	bail := m.bail
	m.bail = s.Alternate == nil && leaves(s.Consequent)
	named := len(m.named)
	known := m.condition(f, s.Test)
	m.bail = bail
	asked := m.named[named:]
	m.named = m.named[:named]
	switch known {
	case truthy:
		return m.execute(f, s.Consequent)
	case falsy:
		if s.Alternate != nil {
			return m.execute(f, s.Alternate)
		}
		return normal
	}
	first := m.perhapsNamed(f, s, asked)
	if s.Alternate == nil {
		return m.forget(f, first)
	}
	held := f.result
	second := m.perhaps(f, s.Alternate)
	if first != normal && second != normal {
		if first == returned {
			m.mayReturn(f, held)
		}
		return second
	}
	if first != normal {
		f.result = held
		return m.forget(f, first)
	}
	return m.forget(f, second)
}

// perhapsNamed takes the branch of a test that may have asked for the names of fields.
func (m *machine) perhapsNamed(f *frame, s *ast.IfStatement, named []naming) completion {
	defer m.widen(len(m.narrow)) // also where the branch throws
	m.meansNamed(s.Test, true, named)
	return m.perhaps(f, s.Consequent)
}

// leaves tells whether a statement does nothing but leave.
func leaves(s ast.Statement) bool {
	if b, ok := s.(*ast.BlockStatement); ok && len(b.List) == 1 {
		s = b.List[0]
	}
	switch s := s.(type) {
	case *ast.ReturnStatement:
		switch s.Argument.(type) {
		case nil, *ast.BooleanLiteral, *ast.NullLiteral, *ast.StringLiteral:
			return true
		}
	case *ast.BranchStatement:
		return s.Token == token.CONTINUE
	}
	return false
}

// perhaps executes a statement of which it is not known whether it would be.
func (m *machine) perhaps(f *frame, s ast.Statement) completion {
	m.doubt++
	defer func() { m.doubt-- }()
	return m.execute(f, s)
}

// forget turns a completion that may not have come about into none, and remembers what it would have meant.
func (m *machine) forget(f *frame, c completion) completion {
	switch c {
	case returned:
		m.mayReturn(f, f.result)
	case broken, continued:
		f.leave = f.leave || c == broken
	}
	return normal
}

func (m *machine) mayReturn(f *frame, v value) {
	if f.maybe {
		v = join(f.perhaps, v)
	}
	f.perhaps, f.maybe = v, true
	f.leave = true
}

// condition evaluates a test, and tells what is known of it.
func (m *machine) condition(f *frame, test ast.Expression) truth {
	v := m.evaluate(f, test)
	t := v.truth()
	if t == unsure {
		m.guess()
	}
	return t
}

func (m *machine) switchStatement(f *frame, s *ast.SwitchStatement) completion {
	subject := m.evaluate(f, s.Discriminant)
	outer := f.scope
	f.scope = m.newScope(outer)
	defer func() { f.scope = outer }()
	for _, c := range s.Body {
		m.declareFunctions(f, c.Consequent)
	}
	start, known := s.Default, true
	for i, c := range s.Body {
		if c.Test == nil {
			continue
		}
		m.step()
		test := m.evaluate(f, c.Test)
		m.compared(subject, test, false, m.at(c.Case))
		t := strictEqual(subject, test)
		if t == truthy {
			start = i
			break
		}
		known = known && t == falsy
	}
	if !known { // any of the cases
		m.guess()
		for _, c := range s.Body {
			m.doubt++
			done := m.executeAll(f, c.Consequent)
			m.doubt--
			if done == returned || done == continued {
				m.forget(f, done)
			}
		}
		return normal
	}
	if start < 0 {
		return normal
	}
	for _, c := range s.Body[start:] {
		if done := m.executeAll(f, c.Consequent); done == broken && f.label == "" {
			return normal
		} else if done != normal {
			return done
		}
	}
	return normal
}

func (m *machine) tryStatement(f *frame, s *ast.TryStatement) (done completion) {
	guesses := m.guesses
	done, failure := m.attempt(f, s.Body, s.Catch != nil)
	if s.Catch != nil {
		switch {
		case failure != nil:
			done = m.catch(f, s.Catch, *failure)
			failure = nil
		case m.guesses != guesses: // something in there could have thrown
			m.doubt++
			m.forget(f, m.catch(f, s.Catch, m.unknown("", 0)))
			m.doubt--
		}
	}
	if s.Finally != nil {
		held := f.result
		if c := m.block(f, s.Finally.List); c != normal {
			return c
		}
		f.result = held
	}
	if failure != nil {
		panic(thrown{*failure})
	}
	return done
}

// attempt executes a block and catches what it throws.
func (m *machine) attempt(f *frame, b *ast.BlockStatement, caught bool) (done completion, failure *value) {
	tries := m.tries
	if caught {
		m.tries++
	}
	outer, calls, depth, nesting, doubt, layer := f.scope, m.calls, m.depth, m.nesting, m.doubt, m.layer
	defer func() {
		m.tries = tries
		switch cause := recover().(type) {
		case nil:
		case thrown:
			f.scope, m.calls, m.depth, m.nesting, m.doubt, m.layer = outer, calls, depth, nesting, doubt, layer
			failure = &cause.value
		default:
			panic(cause)
		}
	}()
	return m.block(f, b.List), nil
}

func (m *machine) catch(f *frame, c *ast.CatchStatement, v value) completion {
	outer := f.scope
	f.scope = m.newScope(outer)
	defer func() { f.scope = outer }()
	if c.Parameter != nil {
		m.bind(f, c.Parameter, v, true)
	}
	return m.block(f, c.Body.List)
}
