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
	props   table
	list    []value // an array's elements
	closure *closure
	bound   *bound
	pattern *pattern
	proto   *object
	rest    marks // marks of what was stored under names that are not known

	path    string // of classHost: how a script would reach it, such as "document.body"; empty where it cannot be told
	name    string // of a property of something without a path: its name
	inside  table  // of classHost: the properties that were there before the script
	element *element
	request *request
	of      *object                 // of what something of the page's is called, or where it is from: that thing
	trap    func(name string) value // of a proxy: what reading a property of it gives
	marks   marks                   // of classHost: marks of whatever is read from it
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
	later      int // how often it was to be called later with nothing
	running    int
	vague      bool // it was run with nothing known
}

// generator tells whether calling the function gives what goes through its values.
func (c *closure) generator() bool {
	f, ok := c.node.(*ast.FunctionLiteral)
	return ok && f.Generator
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
	any      bool   // that of an event which all of the page's fields tell of
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
func arrayValue(list []value) value  { return objectValue(newArray(list)) }
func functionValue(c *closure) value { return objectValue(&object{class: classFunction, closure: c}) }

// own is the object's property of that name that the script has set.
func (o *object) own(name string) (value, bool) {
	if p := o.props.at(name); p != nil {
		return *p, true
	}
	return undefined, false
}

// lookup is own, or what the prototype has.
func (o *object) lookup(name string) (value, bool) {
	for depth := 0; o != nil && depth < 16; o, depth = o.proto, depth+1 {
		if p := o.props.at(name); p != nil {
			return *p, true
		}
	}
	return undefined, false
}

func (o *object) set(name string, v value) { o.props.put(name, v) }

// last is the last component of the path to o.
func (o *object) last() string {
	if o.name != "" {
		return o.name
	}
	return lastName(o.path)
}

// scope holds the variables of a function or block.
type scope struct {
	table
	outer *scope
	with  *value // of the body of a with statement: the object whose properties are names in it
	doubt int    // the machine's when the scope was made: a variable assigned in greater doubt may keep its value
	over  bool   // it was made when the script was through
}

func newScope(outer *scope) *scope { return &scope{outer: outer} }

// find is the place of a variable, here or in the scopes around, and which scope that is. It is valid until the next
// variable is declared.
func (s *scope) find(name string) (*value, *scope) {
	for ; s != nil; s = s.outer {
		if v := s.at(name); v != nil {
			return v, s
		}
	}
	return nil, nil
}

func (s *scope) declare(name string, v value) { s.put(name, v) }

// object is the object of the with statement around, or nil.
func (s *scope) object() *value {
	for ; s != nil; s = s.outer {
		if s.with != nil {
			return s.with
		}
	}
	return nil
}

// hoist declares name unless it is declared already.
func (s *scope) hoist(name string) {
	if s.at(name) == nil {
		s.put(name, undefined)
	}
}
