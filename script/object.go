package script

import "github.com/dop251/goja/ast"

type class uint8

const (
	classPlain class = iota
	classArray
	classFunction
	classRegExp
	classBoxed // new String, new Number: the primitive is list[0]
	classHost  // a thing of the browser's or of the language's, known by its path
)

// object is a JavaScript object. What the browser supplies is an object of classHost, whose properties come into being
// when they are first asked for.
type object struct {
	class   class
	props   map[string]value
	keys    []string // the names in props, in the order in which they were set
	list    []value  // an array's elements
	closure *closure
	bound   *bound
	pattern *pattern
	proto   *object
	rest    marks // marks of what was stored under names that are not known

	path    string // of classHost: how a script would reach it, such as "document.body"
	element *element
	request *request
	marks   marks // of classHost: marks of whatever is read from it
}

// closure is a function of the script's with the scope that it was written in.
type closure struct {
	name       string
	node       ast.Node
	source     string
	parameters *ast.ParameterList
	body       []ast.Statement
	expression ast.Expression // of an arrow function without braces
	variables  []*ast.VariableDeclaration
	scope      *scope
	this       *value // of an arrow function: the value of this around it
	layer      *layer
	class      *ast.ClassLiteral
	called     int
	running    int
}

// size is the number of variables that a run of the function has, at least.
func (c *closure) size() int {
	n := 0
	if c.parameters != nil {
		n = len(c.parameters.List)
	}
	for _, d := range c.variables {
		n += len(d.List)
	}
	return n
}

// bound is a function made by bind, or a method of a built-in taken off its object.
type bound struct {
	target value
	this   value
	args   []value
	method string // the method of whatever this is at the call
}

// element is what is known of a part of the page.
type element struct {
	tag      string
	selector string // how the script found it, lower case; with holes where it is not known
	made     bool   // by the script itself
	wide     bool   // found by a selector that takes in every field of the page
	attrs    map[string]value
}

// request is an XMLHttpRequest, a WebSocket or the like between its opening and its use.
type request struct {
	kind   SinkKind
	target value
	opened bool
}

func newObject() *object             { return &object{} }
func newArray(list []value) *object  { return &object{class: classArray, list: list} }
func newHost(path string) *object    { return &object{class: classHost, path: path} }
func (o *object) hostValue() value   { return value{kind: kindObject, obj: o, marks: o.marks} }
func arrayValue(list []value) value  { return objectValue(newArray(list)) }
func functionValue(c *closure) value { return objectValue(&object{class: classFunction, closure: c}) }

func (o *object) own(name string) (value, bool) {
	v, ok := o.props[name]
	return v, ok
}

// lookup is own, or what the prototype has.
func (o *object) lookup(name string) (value, bool) {
	for depth := 0; o != nil && depth < 16; o, depth = o.proto, depth+1 {
		if v, ok := o.props[name]; ok {
			return v, true
		}
	}
	return undefined, false
}

func (o *object) set(name string, v value) {
	if o.props == nil {
		o.props = make(map[string]value, 4)
	}
	if _, ok := o.props[name]; !ok {
		o.keys = append(o.keys, name)
	}
	o.props[name] = v
}

func (o *object) remove(name string) {
	if _, ok := o.props[name]; !ok {
		return
	}
	delete(o.props, name)
	for i, k := range o.keys {
		if k == name {
			o.keys = append(o.keys[:i:i], o.keys[i+1:]...)
			return
		}
	}
}

// scope holds the variables of a function or block.
type scope struct {
	outer  *scope
	names  []string
	values []value
	index  map[string]int // once there are many
	doubt  int            // the machine's when the scope was made: a variable assigned in greater doubt may keep its value
}

const manyNames = 12

func newScope(outer *scope) *scope { return &scope{outer: outer} }

// local is the place of a variable of this very scope, or nil. It is valid until the next variable is declared.
func (s *scope) local(name string) *value {
	if s.index != nil {
		if i, ok := s.index[name]; ok {
			return &s.values[i]
		}
		return nil
	}
	for i, n := range s.names {
		if n == name {
			return &s.values[i]
		}
	}
	return nil
}

// find is local, here or in the scopes around, and tells which scope that is.
func (s *scope) find(name string) (*value, *scope) {
	for ; s != nil; s = s.outer {
		if v := s.local(name); v != nil {
			return v, s
		}
	}
	return nil, nil
}

// reserve makes room for n variables.
func (s *scope) reserve(n int) {
	if n > 0 {
		s.names, s.values = make([]string, 0, n), make([]value, 0, n)
	}
}

func (s *scope) declare(name string, v value) {
	if p := s.local(name); p != nil {
		*p = v
		return
	}
	s.names = append(s.names, name)
	s.values = append(s.values, v)
	if s.index != nil {
		s.index[name] = len(s.names) - 1
	} else if len(s.names) > manyNames {
		s.index = make(map[string]int, 2*len(s.names))
		for i, n := range s.names {
			s.index[n] = i
		}
	}
}

// hoist declares name unless it is declared already.
func (s *scope) hoist(name string) {
	if s.local(name) == nil {
		s.declare(name, undefined)
	}
}
