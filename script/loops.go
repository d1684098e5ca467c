package script

import (
	"github.com/dop251/goja/ast"
)

func (m *machine) forStatement(f *frame, s *ast.ForStatement) completion {
	outer := f.scope
	defer func() { f.scope = outer }()
	lexical := false
	switch init := s.Initializer.(type) {
	case *ast.ForLoopInitializerExpression:
		m.evaluate(f, init.Expression)
	case *ast.ForLoopInitializerVarDeclList:
		m.bindAll(f, init.List, false)
	case *ast.ForLoopInitializerLexicalDecl:
		f.scope = m.newScope(outer)
		m.bindAll(f, init.LexicalDeclaration.List, true)
		lexical = true
	}
	return m.loop(f, lexical, s.Test, s.Update, s.Body, false)
}

// vagueRounds is how often a loop is gone through whose end is not known, and murkyRounds how often one in which
// something not known is decided, which may be why it does not end.
const (
	vagueRounds = 2
	murkyRounds = 40
)

// loop runs a loop. One whose condition is known runs to its end; one whose condition is not, or that perhaps was left,
// goes round a few times.
func (m *machine) loop(f *frame, fresh bool, test, update ast.Expression, body ast.Statement, bodyFirst bool) completion {
	if b, ok := body.(*ast.BlockStatement); ok && len(b.List) == 0 && update == nil && endless(test) {
		m.record.fact(factDebugger, m.at(b.LeftBrace), "hangs the page")
		return normal
	}
	left, own := f.leave, f.own
	f.leave, f.own = false, ""
	defer func() { f.leave = left }()
	vague, murky := 0, 0
	var counters []counter
	for first := true; ; first = false {
		m.step()
		guesses, waits := m.guesses, f.waits
		f.waits = false
		known := true
		if test != nil && !(bodyFirst && first) {
			switch m.condition(f, test) {
			case falsy:
				return normal
			case unsure:
				known = false
			}
		}
		gone := f.leave
		if gone && known && dispatches(body) { // were it left, what comes then would say nothing
			gone = false
			murky++
		}
		if !known || gone {
			switch vague++; {
			case vague == vagueRounds:
				counters = m.counters(f)
			case vague == vagueRounds+1 && m.lose(counters, test):
			case vague > vagueRounds:
				return normal
			}
		}
		var c completion
		if known && !gone {
			c = m.execute(f, body)
		} else {
			c = m.perhaps(f, body)
		}
		switch {
		case c == broken && f.label == "":
			return normal
		case c == continued && (f.label == "" || f.label == own):
			f.label = ""
		case c != normal:
			if !known {
				return m.forget(f, c)
			}
			return c
		}
		waited := f.waits
		f.waits = waits || waited
		if waited && (test == nil || endless(test)) { // it goes round for as long as the page is open
			if vague++; vague > vagueRounds {
				return normal
			}
		}
		if m.guesses != guesses {
			murky++
		}
		if murky > murkyRounds {
			return normal
		}
		if fresh { // closures made in this round keep its variables
			s := m.newScope(f.scope.outer)
			s.names = append(s.names, f.scope.names...)
			s.values = append(s.values, f.scope.values...)
			if f.scope.index != nil {
				s.hash()
			}
			f.scope = s
		}
		if update != nil {
			m.evaluate(f, update)
		}
	}
}

// dispatches tells whether the body of a loop is one that chooses what comes next: statements that follow each other,
// written so as not to be read in their order.
func dispatches(body ast.Statement) bool {
	b, ok := body.(*ast.BlockStatement)
	if !ok || len(b.List) == 0 || len(b.List) > 3 {
		return false
	}
	_, ok = b.List[0].(*ast.SwitchStatement)
	return ok
}

// counter is a number that a function holds in a variable.
type counter struct {
	scope *scope
	name  string
	num   float64
}

// counters is the numbers that the function being run holds.
func (m *machine) counters(f *frame) (list []counter) {
	for s := f.scope; s != nil && len(list) < 64; s = s.outer {
		for i, v := range s.values {
			if v.kind == kindNumber {
				list = append(list, counter{s, s.names[i], v.num})
			}
		}
		if f.callee != nil && s.outer == f.callee.scope {
			break
		}
	}
	return list
}

// lose forgets the numbers that a round of a loop has changed, as one does not know how often it goes round: what
// happens at every eighth bit, say, happens. What the loop's own test asks for is left. It tells whether there were any.
func (m *machine) lose(list []counter, test ast.Expression) (any bool) {
	tested := ""
	if b, ok := test.(*ast.BinaryExpression); ok {
		if id, ok := b.Left.(*ast.Identifier); ok {
			tested = string(id.Name)
		}
	}
	for _, c := range list {
		if v := c.scope.at(c.name); v != nil && v.kind == kindNumber && v.num != c.num && c.name != tested {
			*v, any = opaque(v.marks), true
		}
	}
	return any
}

// endless tells whether a test is always true.
func endless(test ast.Expression) bool {
	switch t := test.(type) {
	case nil:
		return true
	case *ast.BooleanLiteral:
		return t.Value
	case *ast.NumberLiteral:
		return t.Literal == "1"
	}
	return false
}

// forEach runs the body of for-in or for-of once for each item.
func (m *machine) forEach(f *frame, into ast.ForInto, items items, body ast.Statement) completion {
	outer := f.scope
	defer func() { f.scope = outer }()
	left, own := f.leave, f.own
	f.leave, f.own = false, ""
	defer func() { f.leave = left }()
	for _, v := range items.list {
		m.step()
		switch into := into.(type) {
		case *ast.ForIntoVar:
			m.bind(f, into.Binding.Target, v, false)
		case *ast.ForDeclaration:
			f.scope = m.newScope(outer)
			m.bind(f, into.Target, v, true)
		case *ast.ForIntoExpression:
			m.assign(f, into.Expression, v)
		}
		var c completion
		if items.known && !f.leave {
			c = m.execute(f, body)
		} else {
			c = m.perhaps(f, body)
		}
		if c == broken && f.label == "" {
			return normal
		}
		if c == normal || c == continued && (f.label == "" || f.label == own) {
			f.label = ""
			continue
		}
		if items.known {
			return c
		}
		m.forget(f, c)
	}
	return normal
}
