package php

import (
	"strings"
)

// functionName is the name of a function as it is looked up.
func functionName(name string) string {
	name = strings.TrimPrefix(name, "\\")
	if i := strings.LastIndexByte(name, '\\'); i >= 0 {
		name = name[i+1:]
	}
	for i := range len(name) {
		if c := name[i]; c >= 'A' && c <= 'Z' {
			return strings.ToLower(name)
		}
	}
	return name
}

// call calls what stands before brackets.
func (m *machine) call(n *node) value {
	if n.a == nil {
		m.evalList(n.kids)
		return unknown(0)
	}
	if n.a.op == opName {
		name := functionName(n.a.str)
		if as, ok := m.imported[name]; ok {
			name = as
		}
		if strings.LastIndexByte(n.a.str, '\\') > 0 && m.functions[name] == nil { // of a namespace not here
			m.standing.call(name)
			return unknown(m.joined(m.evalList(n.kids))&^markBody | markFiltered)
		}
		if isReference(n.kids) {
			return text(name, 0)
		}
		return m.named(name, n, n.kids, m.evalList(n.kids))
	}
	callees := m.callee(n.a)
	last := len(callees) - 1
	if isReference(n.kids) {
		return callees[last]
	}
	args := m.evalList(n.kids)
	if last > 0 {
		m.perhaps++
		for _, callee := range callees[:last] {
			if callee.kind == vText || callee.kind == vFunction {
				m.dynamic(n, callee, n.kids, args)
			}
		}
		m.perhaps--
	}
	return m.dynamic(n, callees[last], n.kids, args)
}

// isReference tells whether brackets call nothing but stand for the function itself: f(...).
func isReference(kids []*node) bool {
	return len(kids) == 1 && kids[0].op == opSpread && kids[0].a == nil
}

// maxNames bounds what a text is taken to name.
const maxNames = 100

// dynamic calls a value.
func (m *machine) dynamic(n *node, callee value, nodes []*node, args []value) value {
	switch ref := callee.ref.(type) {
	case *bound:
		return m.callUser(ref.function, nodes, args, ref.uses)
	case *class:
		if f := m.method(ref, "__invoke"); f != nil {
			return m.callUser(f, nodes, args, nil)
		}
		return unknown(m.joined(args))
	}
	if callee.kind == vArray && callee.array.len() == 2 {
		return m.pair(n, callee, nodes, args)
	}
	k := m.joined(args)
	if callee.plain() && callee.kind == vText && callee.marks&markTaint == 0 {
		name := callee.s
		if class, method, ok := strings.Cut(name, "::"); ok {
			if c := m.classes[strings.ToLower(class)]; c != nil {
				if f := m.method(c, strings.ToLower(method)); f != nil {
					return m.callUser(f, nodes, args, nil)
				}
			}
		}
		name = functionName(name)
		if len(name) < maxNames {
			m.hiddenName(n, name, callee)
			return m.named(name, n, nodes, args)
		}
	}
	m.unknownCallee(n, callee, k, "calls a function")
	if callee.known() && callee.kind == vText && len(callee.s) < maxNames {
		return m.named(functionName(callee.s), n, nodes, args)
	}
	return unknown(k | callee.marks&(markRequest|markDecoded))
}

// pair calls a method given as an array.
func (m *machine) pair(n *node, callee value, nodes []*node, args []value) value {
	of, name := callee.array.values[0], callee.array.values[1]
	c, _ := of.ref.(*class)
	if c == nil && of.plain() {
		c = m.classes[strings.ToLower(of.text())]
	}
	if c != nil && name.plain() {
		if f := m.method(c, strings.ToLower(name.text())); f != nil {
			return m.callUser(f, nodes, args, nil)
		}
	}
	k := m.joined(args)
	if callee.all()&markRequest != 0 && k&markRequest != 0 {
		m.unknownCallee(n, callee, k, "calls a method")
	}
	return unknown(k)
}

// unknownCallee notes a call whose function is not known, or is named by a request.
func (m *machine) unknownCallee(n *node, callee value, args marks, what string) {
	k := callee.all()
	prefixed := strings.Trim(strings.ReplaceAll(callee.s, hole, ""), "_") != "" && !strings.HasPrefix(callee.s, hole)
	switch {
	case k&markRequest != 0 && prefixed:
		m.record.hit(hitCall, n, 5, what+" whose name ends as the request says")
	case k&markRequest != 0 && args&(markRequest|markUpload) != 0 && k&(markFiltered|markGuarded) == 0:
		m.record.hit(hitCall, n, 88, what+" that the request names, with what it hands over")
	case k&markRequest != 0 && args&(markRequest|markUpload) != 0:
		m.record.lone(hitCall, n, 55, what+" that the request names, with what it hands over")
	case k&markRequest != 0 && k&(markFiltered|markGuarded) == 0:
		m.record.lone(hitCall, n, 55, what+" that the request names")
	case k&markRequest != 0:
		m.record.hit(hitCall, n, 10, what+" that the request names")
	case k&(markRemote|markSocket|markImage|markUpload) != 0:
		m.record.lone(hitCall, n, 60, what+" whose name comes from elsewhere")
	case k&markDecoded != 0 && args&(markRequest|markUpload) != 0:
		m.record.hit(hitCall, n, 75, what+" whose name is hidden, with what the request hands over")
	case k&markDecoded != 0 && k&markParam == 0:
		m.record.hit(hitCall, n, 30, what+" whose name is decoded")
	case k&markFile != 0 && k&markParam == 0 && args&(markRequest|markUpload) != 0 && args&markFiltered == 0:
		m.record.lone(hitCall, n, 56, what+" that a file names, with what the request hands over")
	case k&markUndefined != 0 && args&(markRequest|markUpload) != 0:
		m.record.lone(hitCall, n, 60, what+" that nothing here names, with what the request hands over")
	case k&markUndefined != 0 && args&markUndefined != 0:
		m.record.lone(hitCall, n, 50, what+" that nothing here names")
	case args&(markRequest|markUpload) != 0 && args&markFiltered == 0 && m.scope == m.globals && k&markParam == 0:
		m.record.lone(hitCall, n, 40, what+" whose name is not known here, with what the request hands over")
	}
}

// hiddenName notes that a function that can do harm is called by a name that cannot be read.
func (m *machine) hiddenName(n *node, name string, callee value) {
	points := hiddenPoints(name)
	if points == 0 || m.readable(name) {
		return
	}
	m.record.hit(hitHidden, n, points, "calls "+name+" by a name that cannot be read here")
}

// callUser calls a function of this file.
func (m *machine) callUser(f *function, nodes []*node, args []value, uses *scope) value {
	if f.class != nil {
		for _, v := range args {
			if v.kind == vArray {
				v.array.shared = true
			}
		}
	}
	v := m.enter(f, args, uses)
	for i, p := range f.params {
		if p.ref && i < len(nodes) && m.last != nil {
			if c := m.last.vars[p.name]; c != nil && m.last.function == f {
				m.assign(nodes[i], c.v)
			}
		}
	}
	return v
}

// named calls a function by its name.
func (m *machine) named(name string, n *node, nodes []*node, args []value) value {
	if f := m.functions[name]; f != nil {
		return m.callUser(f, nodes, args, nil)
	}
	m.searched(name, n, args)
	b := builtins[name]
	if b == nil {
		b = notBuiltin
	}
	if b.special != nil {
		return b.special(m, n, nodes, args)
	}
	if b.fold != nil {
		return m.fold(name, b.fold, args)
	}
	k := m.joined(args)
	if b.drops {
		m.outputs(name, n, nodes, args)
		return unknown(0)
	}
	if !b.language {
		if !b.word {
			m.standing.call(name)
		}
		if k&markCard != 0 && cleans(name) {
			return unknown(k) // it is the same number after that
		}
		return unknown(k | markFiltered | fieldMarks(name))
	}
	m.outputs(name, n, nodes, args)
	switch {
	case b.encrypts:
		k |= markEncoded
	case name == "var_export":
		k |= markListed // it is data, if it is run
	}
	return unknown(k)
}

// cleans tells whether a function's name says that it makes a value harmless, and does not hide it.
func cleans(name string) bool {
	for _, w := range []string{"sanitize", "clean", "escape", "esc_", "strip", "prepare", "unslash", "safe", "trim"} {
		if strings.Contains(name, w) {
			return true
		}
	}
	return false
}

func (s sym) isWord() bool { return s >= wordAbstract }

// maxFolded bounds the arguments of a function that is computed.
const maxFolded = 60_000

// fold computes a function whose arguments are known.
func (m *machine) fold(name string, f func(*machine, []value) (value, bool), args []value) value {
	k := m.joined(args)
	size := 0
	for _, v := range args {
		if !v.plain() || v.kind == vArray && v.array.loose {
			return unknown(k | foldMarks(name))
		}
		if v.kind == vText {
			size += len(v.s)
		} else if v.kind == vArray {
			if size += v.array.len() * 4; v.array.len() > maxFolded {
				return unknown(k)
			}
			for _, e := range v.array.values {
				if !e.plain() {
					return unknown(k | foldMarks(name))
				}
			}
		}
	}
	if !m.step(size / 32) {
		return unknown(k)
	}
	v, ok := f(m, args)
	if !ok {
		return unknown(k | foldMarks(name))
	}
	if v.kind == vText || v.kind == vArray {
		v.marks |= k&^markBody | foldMarks(name)
		if v.kind == vText && len(v.s) > 4096 && !m.make(len(v.s)) {
			return unknown(k)
		}
	}
	return v
}

// foldMarks is what a function does to a text.
func foldMarks(name string) marks {
	switch name {
	case "base64_decode", "gzinflate", "gzuncompress", "gzdecode", "str_rot13", "hex2bin", "convert_uudecode", "strrev", "pack", "zlib_decode", "bzdecompress":
		return markDecoded
	case "chr":
		return markDecoded
	case "basename":
		return markLeaf
	case "base64_encode", "bin2hex", "gzdeflate", "gzcompress", "gzencode", "convert_uuencode":
		return markEncoded
	}
	return 0
}

// newObject makes an object.
func (m *machine) newObject(n *node) value {
	args := m.evalList(n.kids)
	k := m.joined(args)
	if n.a == nil {
		return unknown(0)
	}
	if c := m.classOf(n.a); c != nil {
		if f := m.constructor(c); f != nil {
			m.callUser(f, n.kids, args, nil)
		}
		return value{kind: vObject, ref: c, s: hole}
	}
	name := value{}
	if n.a.op == opName {
		name = text(functionName(n.a.str), 0)
	} else {
		name = m.eval(n.a)
		if !name.plain() || name.marks&markTaint != 0 {
			switch kn := name.all(); {
			case kn&markRequest != 0 && k&markRequest != 0 && kn&(markFiltered|markGuarded) == 0 && strings.HasPrefix(name.s, hole):
				m.record.hit(hitCall, n, 75, "makes an object of a class that the request names, with what it hands over")
			case kn&markRequest != 0 && kn&(markFiltered|markGuarded) == 0 && strings.HasPrefix(name.s, hole):
				m.record.lone(hitCall, n, 40, "makes an object of a class that the request names")
			}
			return unknown(k | name.all()&markRequest)
		}
	}
	return m.newKnown(n, strings.ToLower(name.text()), args, k)
}

func (m *machine) constructor(c *class) *function {
	if f := m.method(c, "__construct"); f != nil {
		return f
	}
	return m.method(c, c.name)
}

// methodCall calls a method of an object.
func (m *machine) methodCall(n *node) value {
	base := m.eval(n.a)
	args := m.evalList(n.kids)
	k := m.joined(args)
	name := n.str
	if base.marks&markUndefined != 0 && n.a.op == opVar && m.scope == m.globals {
		m.standing.call("->" + n.a.str) // an object cannot come from a request: another file makes it
	}
	if n.b != nil {
		v := m.eval(n.b)
		if v.kind == vFunction {
			return m.dynamic(n, v, n.kids, args)
		}
		if !v.plain() || v.marks&markTaint != 0 {
			if v.all()&markRequest != 0 && k&markRequest != 0 && v.all()&(markGuarded|markFiltered) == 0 && strings.HasPrefix(v.s, hole) {
				m.record.lone(hitCall, n, 55, "calls a method that the request names, with what it hands over")
			}
			return unknown(k | base.all()&^markBody)
		}
		name = v.text()
	}
	lower := functionName(name)
	if c, ok := base.ref.(*class); ok {
		if f := m.method(c, lower); f != nil {
			if f.class != c {
				m.methodOf(f, c)
			}
			return m.callUser(f, n.kids, args, nil)
		}
		if h, ok := m.held(c, name); ok && n.b != nil {
			return m.dynamic(n, h, n.kids, args)
		}
		if f := m.method(c, "__call"); f != nil {
			return m.callUser(f, nil, []value{text(name, 0), list(args...)}, nil)
		}
	}
	return m.foreignMethod(n, base, lower, name, args, k)
}

// methodOf lets what an inherited method holds be held by the class that inherits, too.
func (m *machine) methodOf(f *function, c *class) {
	if f.class == nil {
		f.class = c
		return
	}
	for name, h := range c.held {
		if f.class.held[name] == nil {
			f.class.held[name] = h
		}
	}
}

func (m *machine) staticCall(n *node) value {
	args := m.evalList(n.kids)
	k := m.joined(args)
	name := n.str
	if n.b != nil {
		v := m.eval(n.b)
		if !v.plain() {
			m.unknownCallee(n, v, k, "calls a method")
			return unknown(k)
		}
		name = v.text()
	}
	lower := functionName(name)
	if c := m.classOf(n.a); c != nil {
		if f := m.method(c, lower); f != nil {
			return m.callUser(f, n.kids, args, nil)
		}
		if f := m.method(c, "__callstatic"); f != nil {
			return m.callUser(f, nil, []value{text(name, 0), list(args...)}, nil)
		}
	} else if n.a != nil && n.a.op == opName {
		class := functionName(n.a.str)
		switch {
		case class == "closure" && lower == "fromcallable" && len(args) > 0:
			return args[0]
		case class == "ffi":
			m.record.lone(hitCommand, n, 55, "calls functions of the machine's own libraries (FFI)")
		case class != "parent" && class != "self" && class != "static" && !ofLanguage()["new "+class]:
			m.standing.call("new " + class)
		}
	}
	switch lower {
	case "file_get_contents", "post", "get", "request", "send", "curl", "sendrequest":
		m.httpCall(n, args)
	}
	return unknown(k&^markBody | k&markBody | markFiltered | fieldMarks(name) | m.cardArgument(args))
}

// cardArgument is what the first argument says where a method hands out fields by their names.
func (m *machine) cardArgument(args []value) marks {
	if len(args) > 0 && len(args) < 4 && args[0].kind == vText {
		return fieldMarks(args[0].s)
	}
	return 0
}
