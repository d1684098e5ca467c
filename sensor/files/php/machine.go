package php

import (
	"strings"
)

// The bounds of one run. A step is about one node of the syntax tree, or 64 bytes of a text made.
const (
	maxSteps  = 2_000_000 // of code that is written so as not to be read
	maxLoop   = 600_000   // of one of its loops
	maxDeep   = 700       // of the tree, through calls and code made of texts
	maxCalls  = 14        // of functions within functions
	maxLayers = 30        // of code made of texts within code made of texts
	maxText   = 12 << 20  // bytes of one text
	maxBuilt  = 96 << 20  // bytes of all texts made
	maxHoley  = 4096      // bytes of a text that is not wholly known
)

// machine runs code as far as it is known what it does. Where that depends on something not known, all that may happen
// is gone through, once.
type machine struct {
	options   Options
	record    *record
	layer     *layer
	functions map[string]*function
	classes   map[string]*class
	constants map[string]value
	imported  map[string]string // functions under other names
	globals   *scope
	values    []value // see room
	scope     *scope
	skipped   []branch // that the known values do not lead to
	later     []func() // what runs at the end
	steps     int
	most      int
	loop      int // steps that one loop may take
	built     int
	depth     int
	calls     int
	perhaps   int // in so many branches that may not be gone through
	loops     int // in so many loops of which it is not known how often they run
	inlined   int // steps in functions called with something plain
	plain     int // of those, how many there may be
	target    string
	levels    int
	exhausted bool
	standing  standing
	last      *scope            // of the function that was called last
	kept      map[keptKey]value // what was written into files
	wrappers  map[string]*class // by the word in front of "://"
	waking    bool              // objects are made of what a request says
	sent      marks             // to functions that wait for values
	raised    marks             // with errors
	parsed    marks             // of what is taken apart as XML
	size      int
}

// branch is code that was not gone through where it stands.
type branch struct {
	node  *node
	scope *scope
	layer *layer
}

// scope is where variables are: the whole file, or one call of a function.
type scope struct {
	vars      map[string]*cell
	class     *class
	function  *function
	args      []value
	extracted marks
	returned  value
	did       bool // it returned something
}

// flow is how a statement ended.
type flow uint8

const (
	flowOn flow = iota
	flowBreak
	flowContinue
	flowReturn
	flowExit
	flowGoto
)

func newMachine(src string, o Options) *machine {
	m := &machine{
		options: o, record: newRecord(), layer: &layer{src: src}, most: maxSteps, size: len(src),
		functions: map[string]*function{}, classes: map[string]*class{}, constants: map[string]value{}, imported: map[string]string{},
	}
	m.globals = &scope{vars: map[string]*cell{}}
	m.scope = m.globals
	m.plain = 40_000 + len(src)/4
	m.most, m.loop = 200_000+2*len(src), 6_000
	if scrambling(src) {
		m.most, m.loop = maxSteps, maxLoop
	}
	m.record.machine = m
	return m
}

// scrambling tells whether a source is worth being computed at length: it decodes something and is not large, or it holds
// a long text that cannot be read.
func scrambling(src string) bool {
	if len(src) < 3_000 {
		return true
	}
	if !anyOf(decodes, src) {
		return false
	}
	return len(src) < 30_000 && anyOf(runsText, src) || longerThan(src, 700)
}

var (
	decodes  = newNeedles("chr", "base64_decode", "gzinflate", "ord(", "hex2bin", "strrev", "^", "pack(", "rot13", "goto ", "++;")
	runsText = newNeedles("eval", "assert", "create_function", "](", "}(", "preg_replace", "call_user_func", "_map")
)

// loopEnd is the step at which a loop is given up.
//
// A third of all steps is kept for what comes behind loops.
func (m *machine) loopEnd() int { return m.steps + min(m.loop, max((m.most*2/3-m.steps)/4, 300)) }

// step counts, and tells whether the run goes on.
func (m *machine) step(n int) bool {
	if m.steps += n; m.steps > m.most {
		m.exhausted = true
		return false
	}
	return true
}

// make counts a text that is made, and tells whether it may be.
func (m *machine) make(n int) bool {
	if n > maxText || m.built+n > maxBuilt {
		m.exhausted = true
		return false
	}
	if n > 128 {
		m.built += n
	}
	return m.step(n / 64)
}

// run goes through a file, then through the functions that nothing called, then through what was left out.
func (m *machine) run(root *node) {
	m.declare(root, 0)
	m.block(root)
	m.perhaps++
	if c := m.globals.vars[session]; c != nil && c.v.all()&markTaint != 0 {
		m.block(root) // as the next request finds it
	}
	for range 2 {
		held := m.record.heldChanges
		if m.sent != 0 {
			m.inlined = 0
		}
		m.uncalled()
		for len(m.later) > 0 && !m.exhausted {
			f := m.later[0]
			m.later = m.later[1:]
			f()
		}
		for len(m.skipped) > 0 && !m.exhausted {
			b := m.skipped[len(m.skipped)-1]
			m.skipped = m.skipped[:len(m.skipped)-1]
			if !b.node.flag {
				b.node.flag = true
				m.in(b.scope, b.layer, func() { m.statement(b.node) })
			}
		}
		if m.record.heldChanges == held {
			break
		}
	}
	m.perhaps--
}

// in runs something in another scope and layer.
func (m *machine) in(s *scope, l *layer, f func()) {
	scope, layer := m.scope, m.layer
	m.scope, m.layer = s, l
	f()
	m.scope, m.layer = scope, layer
}

// uncalled goes through functions and methods as if somebody not known had called them.
func (m *machine) uncalled() {
	for _, f := range m.record.declared {
		if m.exhausted || f.body == nil {
			continue
		}
		args := make([]value, len(f.params))
		for i := range args {
			args[i] = unknown(markParam | fieldMarks(f.params[i].name))
		}
		m.enter(f, args, nil)
	}
}

// declare notes the functions and classes of a block and what stands in it, which may be used before they stand.
func (m *machine) declare(n *node, depth int) {
	if n == nil || depth > maxNesting {
		return
	}
	switch n.op {
	case opDeclareFunction:
		if m.functions[n.function.name] == nil {
			m.functions[n.function.name] = n.function
			m.record.declared = append(m.record.declared, n.function)
		}
		m.declare(n.function.body, depth+1)
		return
	case opDeclareClass:
		m.declareClass(n.class)
		return
	case opUse:
		name := n.str[strings.LastIndexByte(n.str, '\\')+1:]
		as := name
		if n.a != nil {
			as = n.a.str
		}
		if n.flag && !strings.EqualFold(as, name) {
			m.imported[strings.ToLower(as)] = strings.ToLower(name)
		}
		m.standing.imports++
		return
	case opBlock, opIf, opWhile, opDo, opFor, opForeach, opSwitch, opCase, opTry:
	default:
		return
	}
	m.declare(n.a, depth+1)
	m.declare(n.b, depth+1)
	for _, k := range n.kids {
		m.declare(k, depth+1)
	}
}

func (m *machine) declareClass(c *class) {
	if m.classes[c.name] != nil && c.name != "" {
		return
	}
	if c.name != "" {
		m.classes[c.name] = c
	}
	m.standing.classes++
	if c.parent != "" {
		m.standing.extends++
	}
	for _, f := range c.order {
		m.record.declared = append(m.record.declared, f)
		if f.body != nil {
			m.declare(f.body, 1)
		}
	}
	m.in(&scope{vars: map[string]*cell{}, class: c}, c.layer, func() {
		for _, p := range c.properties {
			name, v := p.str, value{kind: vNull}
			if p.op == opAssign && p.a != nil {
				name, v = p.a.str, m.eval(p.b)
			}
			c.held[name] = &cell{v: v, set: true}
		}
		for _, p := range c.constants {
			if p.op == opAssign && p.a != nil {
				c.held["::"+p.a.str] = &cell{v: m.eval(p.b), set: true}
			}
		}
	})
}

// parentOf is the class that a class of this file extends, if it is in this file, too.
func (m *machine) parentOf(c *class) *class {
	if c == nil || c.parent == "" {
		return nil
	}
	return m.classes[c.parent[strings.LastIndexByte(c.parent, '\\')+1:]]
}

// method finds a method in a class and those it extends.
func (m *machine) method(c *class, name string) *function {
	for range 20 {
		if c == nil {
			return nil
		}
		if f := c.methods[name]; f != nil {
			return f
		}
		for _, t := range c.traits {
			if of := m.classes[t]; of != nil {
				if f := of.methods[name]; f != nil {
					return f
				}
			}
		}
		c = m.parentOf(c)
	}
	return nil
}

// enter calls a function of this file.
func (m *machine) enter(f *function, args []value, uses *scope) value {
	if f.body == nil || m.calls >= maxCalls || f.running > 2 || m.exhausted {
		return unknown(m.joined(args))
	}
	plain := true
	for _, v := range args {
		if v.all()&(markTaint|markCard|markBody) != 0 {
			plain = false
		}
	}
	if plain && f.ran && m.inlined > m.plain {
		return f.returns
	}
	s := &scope{vars: make(map[string]*cell, len(f.params)+4), class: f.class, function: f, args: args}
	if f.arrow && uses != nil {
		for name, c := range uses.vars {
			s.vars[name] = c
		}
	}
	scope, layer, loops := m.scope, m.layer, m.loops
	m.scope, m.layer, m.loops = s, f.layer, 0
	m.calls++
	f.running++
	before := m.steps
	m.bind(f, args, s)
	if uses != nil {
		for _, u := range f.uses {
			if c := uses.vars[u.name]; c != nil {
				if u.ref {
					s.vars[u.name] = c
				} else {
					copied := *c
					s.vars[u.name] = &copied
				}
			}
		}
	}
	var result value
	if f.arrow {
		result = m.eval(f.body)
	} else {
		m.statement(f.body)
		if result = s.returned; !s.did {
			result = value{kind: vNull}
		}
	}
	f.running--
	m.calls--
	m.scope, m.layer, m.loops = scope, layer, loops
	if plain {
		m.inlined += m.steps - before
	}
	if !f.ran || f.returns.marks|result.marks != f.returns.marks {
		f.returns = unknown((result.all() | f.returns.marks) &^ markParam)
	}
	f.ran = true
	m.last = s
	return result
}

// bind gives the parameters their values.
func (m *machine) bind(f *function, args []value, s *scope) {
	for i, p := range f.params {
		c := &cell{set: true}
		switch {
		case p.rest:
			c.v = list(args[min(i, len(args)):]...)
		case i < len(args):
			c.v = args[i]
		case p.value != nil:
			c.v = m.eval(p.value)
		default:
			c.v = unknown(markParam)
		}
		if c.v.kind == vArray {
			c.v.array.shared = true
		}
		s.vars[p.name] = c
		if p.promoted && f.class != nil {
			m.hold(f.class, p.name, c.v)
		}
	}
}

// hold gives a property of a class a value. What any object of the class holds, all are taken to hold.
func (m *machine) hold(c *class, name string, v value) {
	h := c.held[name]
	if h == nil {
		h = &cell{}
		c.held[name] = h
	}
	old := h.v.all()
	if v.all()&^old != 0 {
		m.record.heldChanges++
	}
	if h.set {
		v.marks |= h.v.marks
	}
	h.v, h.set = v, true
}

// joined is the marks of several values.
func (m *machine) joined(args []value) marks {
	var k marks
	for _, v := range args {
		k |= v.all()
	}
	return k
}
