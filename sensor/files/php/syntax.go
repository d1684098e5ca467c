package php

// op is what a node of the syntax tree is.
type op uint8

const (
	opNone     op = iota
	opText        // str
	opNumber      // str
	opJoin        // kids, one after the other: concatenation, or a text with variables in it
	opVar         // str, or a
	opArray       // kids: opItem
	opItem        // a the key or nil, b the value; flag: by reference, or spread
	opIndex       // a[b], b nil where something is added
	opProperty    // a->str, or a->b
	opStaticProperty
	opClassConstant // a::str
	opCall          // a(kids)
	opNew           // new a(kids)
	opMethod        // a->str(kids), or b for the name
	opStaticCall    // a::str(kids), or b for the name
	opName          // a constant, function or class
	opUnary         // sym a
	opBinary        // a sym b
	opAssign        // a sym b; flag: by reference
	opStep          // a sym; flag: before its value is taken
	opTernary       // a ? b : c, b nil in the short form
	opCast          // sym a
	opIsset
	opEmpty
	opInclude // sym, a
	opEval
	opExit
	opPrint
	opFunction // decl
	opShell    // kids as of opJoin
	opList     // kids: opItem
	opMatch    // a, kids: opArm
	opArm      // kids the conditions, none in the default; a the result
	opThrow
	opYield
	opClone
	opInstanceof
	opNewClass // class, kids
	opSpread

	opBlock // kids
	opEcho
	opExpression
	opIf // kids: conditions and branches in turn, a last branch alone
	opWhile
	opDo
	opFor     // a, b, c: blocks of expressions; kids[0] the body
	opForeach // a, b the key or nil, c the value, kids[0] the body; flag: by reference
	opSwitch  // a, kids: opCase
	opCase    // a or nil, kids
	opReturn
	opBreak
	opContinue
	opGlobal // kids
	opStatics
	opUnset
	opTry // a, kids: catches, b finally
	opDeclareFunction
	opDeclareClass
	opConstants // kids: opAssign
	opGoto
	opLabel
	opInline
	opUse // str: what is imported, a: opName of the alias; flag: a function
)

// node is a piece of the syntax tree.
type node struct {
	op       op
	sym      sym
	flag     bool
	pos      int32
	end      int32 // of calls and functions
	str      string
	a, b, c  *node
	kids     []*node
	function *function
	class    *class
}

// function is a function, method or closure.
type function struct {
	name    string
	params  []param
	body    *node // nil where there is none
	arrow   bool  // the body is an expression
	uses    []param
	layer   *layer
	class   *class
	static  bool
	pos     int32
	ran     bool // it was gone through
	returns value
	running int
}

type param struct {
	name     string
	value    *node
	ref      bool
	rest     bool
	promoted bool
}

// class is a class, interface, trait or enumeration.
type class struct {
	name, parent string
	methods      map[string]*function
	order        []*function
	properties   []*node // opAssign of opVar
	constants    []*node // opAssign of opName
	held         map[string]*cell
	traits       []string
	layer        *layer
}

// layer is a source, or code that a source made of a text and executed.
type layer struct {
	src    string
	parent *layer
	origin int32  // in the parent
	lower  string // src in lower case, once it was needed
	depth  int
}

// root is the place in the source itself that a place in a layer stems from, and how deep it lay.
func (l *layer) root(pos int32) (offset int32, depth int) {
	depth = l.depth
	for l.parent != nil {
		l, pos = l.parent, l.origin
	}
	return pos, depth
}
