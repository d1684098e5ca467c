package php

import (
	"strings"
)

// superglobals are the arrays that a request fills, with what is in them.
var superglobals = map[string]marks{
	"_GET": markRequest, "_POST": markRequest | markBody, "_REQUEST": markRequest | markBody, "_COOKIE": markRequest, "_FILES": markUpload | markName,
	"_SERVER": markRequest | markServer | markGuarded, "HTTP_GET_VARS": markRequest, "HTTP_POST_VARS": markRequest | markBody, "HTTP_COOKIE_VARS": markRequest,
	"HTTP_SERVER_VARS": markRequest | markServer | markGuarded, "HTTP_POST_FILES": markUpload | markName, "HTTP_RAW_POST_DATA": markRequest | markBody, "_ENV": 0,
}

// session is what a visitor's requests have in common: one may put code into it, and another run it.
const session = "_SESSION"

// nameOf is the name of a variable, if it is known.
func (m *machine) nameOf(n *node) (string, bool) {
	if n.op != opVar {
		return "", false
	}
	if n.a == nil {
		return n.str, true
	}
	v := m.eval(n.a)
	if v.marks&markRequest != 0 {
		m.scope.extracted |= v.marks & markRequest
	}
	if !v.plain() {
		return "", false
	}
	return strings.TrimPrefix(v.text(), "$"), true
}

func (m *machine) cellIn(s *scope, name string) *cell {
	if name == session {
		s = m.globals
	}
	c := s.vars[name]
	if c == nil {
		c = &cell{}
		s.vars[name] = c
	}
	return c
}

func (m *machine) variable(n *node) value {
	name, ok := m.nameOf(n)
	if !ok {
		return unknown(m.scope.extracted)
	}
	return m.read(name)
}

// read is the value of a variable.
func (m *machine) read(name string) value {
	if name == session && m.scope != m.globals {
		if c := m.globals.vars[name]; c != nil && c.set {
			return c.v
		}
		return unknown(0)
	}
	if c := m.scope.vars[name]; c != nil && c.set {
		if c.doubt > m.perhaps { // it may still be what it was before
			return unknown(c.v.all())
		}
		return c.v
	}
	if k, ok := superglobals[name]; ok {
		return unknown(k)
	}
	switch name {
	case "this":
		if m.scope.class != nil {
			return value{kind: vObject, ref: m.scope.class, s: hole}
		}
		return unknown(0)
	case "GLOBALS":
		return value{s: hole, ref: everything{}}
	}
	k := m.scope.extracted
	if m.scope == m.globals && name != session {
		k |= markUndefined
	}
	if c := m.scope.vars[name]; c != nil { // of the file as a whole, and not set yet
		k |= markUndefined
	}
	k |= fieldMarks(name)
	if m.scope.function == nil && m.perhaps == 0 && k == markUndefined {
		return value{marks: k, s: hole}
	}
	return unknown(k)
}

// global tells whether n is one of the arrays that a request fills, and which.
func (m *machine) global(n *node) (string, bool) {
	if n.op != opVar {
		return "", false
	}
	name := n.str
	if n.a != nil {
		v := m.eval(n.a)
		if !v.plain() {
			return "", false
		}
		name = strings.TrimPrefix(v.text(), "$")
	}
	_, ok := superglobals[name]
	return name, ok || name == "GLOBALS"
}

func (m *machine) index(n *node) value {
	if n.a == nil {
		return unknown(0)
	}
	var key value
	if n.b != nil {
		key = m.eval(n.b)
	} else {
		key = unknown(0)
	}
	if name, ok := m.global(n.a); ok {
		if name == "GLOBALS" {
			if !key.plain() {
				return unknown(0)
			}
			var v value
			m.in(m.globals, m.layer, func() { v = m.read(key.text()) })
			if m.scope != m.globals {
				v.marks &^= markUndefined
			}
			return v
		}
		if c := m.scope.vars[name]; c == nil || !c.set {
			v := element(name, key)
			if v.marks&markCard != 0 {
				m.record.till = true
			}
			if m.record.guarded[expressionKey(n)] {
				v.marks |= markGuarded
			}
			return v
		}
	}
	base := m.eval(n.a)
	return m.element(base, key)
}

// element is one value of what a request brings.
func element(global string, key value) value {
	k := superglobals[global] &^ markBody
	name := key.text()
	switch global {
	case "_SERVER", "HTTP_SERVER_VARS":
		switch upper := strings.ToUpper(name); {
		case key.plain() && (strings.HasPrefix(upper, "HTTP_") && upper != "HTTP_HOST" || upper == "QUERY_STRING" || upper == "PHP_AUTH_USER" || upper == "PHP_AUTH_PW"):
			return unknown(markRequest)
		case upper == "REQUEST_URI" || upper == "PATH_INFO" || upper == "PHP_SELF" || upper == "HTTP_HOST" || upper == "ORIG_PATH_INFO" || upper == "REDIRECT_URL":
			return unknown(markRequest | markGuarded | markServer)
		case upper == "SCRIPT_FILENAME" || upper == "PATH_TRANSLATED":
			return value{marks: markSelf | markServer, s: hole}
		case key.plain():
			return unknown(markServer)
		}
		return unknown(markRequest | markServer | markGuarded)
	case "_FILES", "HTTP_POST_FILES":
		return unknown(k)
	}
	return unknown(k | fieldMarks(name))
}

// element is what a value holds under a key.
func (m *machine) element(base, key value) value {
	switch base.kind {
	case vArray:
		if key.plain() && key.known() {
			v, ok := base.array.get(key.key())
			if !ok {
				return value{kind: vNull, marks: base.marks & markTaint}
			}
			v.marks |= base.marks & (markTaint | markCard)
			if !v.known() {
				v.marks |= fieldMarks(key.text())
			}
			return v
		}
		v := unknown(base.all() &^ markCard)
		v.marks |= key.marks & markDecoded
		return v
	case vText:
		if !key.known() {
			return unknown(base.marks)
		}
		i := key.int()
		if i < 0 {
			i += int64(len(base.s))
		}
		if i < 0 || i >= int64(len(base.s)) {
			return text("", base.marks)
		}
		return text(base.s[i:i+1], base.marks)
	case vInt, vFloat, vBool, vNull:
		return value{kind: vNull, marks: base.marks & markTaint}
	}
	if _, ok := base.ref.(everything); ok && key.plain() {
		var v value
		m.in(m.globals, m.layer, func() { v = m.read(key.text()) })
		return v
	}
	k := base.all()
	if k&markUpload != 0 && k&markName != 0 && key.plain() {
		switch key.text() {
		case "tmp_name", "1":
			return unknown(markUpload)
		case "name", "full_path":
			return unknown(markRequest | markName)
		case "type":
			return unknown(markRequest)
		case "size", "error":
			return unknown(0)
		}
		return unknown(k)
	}
	if key.plain() {
		of := fieldMarks(key.text())
		if k&markBody != 0 && of&markCard != 0 {
			m.record.till = true
		}
		k = k&^(markBody|markCard|markExpiry) | of
	}
	return unknown(k)
}

// expressionKey names a variable, or an element of one, so that it is known again; empty for anything else.
func expressionKey(n *node) string {
	switch {
	case n == nil:
		return ""
	case n.op == opVar && n.a == nil:
		return n.str
	case n.op == opIndex && n.b != nil && (n.b.op == opText || n.b.op == opNumber):
		if base := expressionKey(n.a); base != "" {
			return base + "[" + n.b.str + "]"
		}
	case n.op == opProperty && n.b == nil:
		if base := expressionKey(n.a); base != "" {
			return base + "->" + n.str
		}
	}
	return ""
}

func (m *machine) property(n *node) value {
	base := m.eval(n.a)
	name := n.str
	if n.b != nil {
		v := m.eval(n.b)
		c, _ := base.ref.(*class)
		if !v.plain() && (c == nil || m.method(c, "__get") == nil) {
			return unknown(base.all())
		}
		name = v.text()
	}
	if c, ok := base.ref.(*class); ok {
		if v, ok := m.held(c, name); ok {
			return v
		}
		if f := m.method(c, "__get"); f != nil && m.scope.function != f {
			key := text(name, 0)
			if n.b != nil {
				key = m.eval(n.b)
			}
			return m.enter(f, []value{key}, nil)
		}
		return unknown(fieldMarks(name) | requestBody(n.a, name))
	}
	return unknown(base.all()&^(markBody|markCard) | fieldMarks(name) | requestBody(n.a, name))
}

// held is what a class or one that it extends holds under a name.
func (m *machine) held(c *class, name string) (value, bool) {
	for range 20 {
		if c == nil {
			break
		}
		if h := c.held[name]; h != nil && h.set {
			return h.v, true
		}
		if h := c.held[""]; h != nil {
			return h.v, true
		}
		c = m.parentOf(c)
	}
	return value{}, false
}

// classOf is the class of this file that an expression names.
func (m *machine) classOf(n *node) *class {
	if n == nil {
		return nil
	}
	name := ""
	if n.op == opName {
		name = n.str
	} else {
		v := m.eval(n)
		if c, ok := v.ref.(*class); ok {
			return c
		}
		if !v.plain() {
			return nil
		}
		name = v.text()
	}
	name = strings.ToLower(name[strings.LastIndexByte(name, '\\')+1:])
	switch name {
	case "self", "static":
		return m.scope.class
	case "parent":
		return m.parentOf(m.scope.class)
	}
	return m.classes[name]
}

func (m *machine) staticProperty(n *node) value {
	c := m.classOf(n.a)
	name := n.str
	if name == "" && n.b != nil && n.b.a != nil {
		name = m.eval(n.b.a).text()
	}
	if c != nil {
		if v, ok := m.held(c, name); ok {
			return v
		}
	}
	return unknown(fieldMarks(name))
}

func (m *machine) classConstant(n *node) value {
	if strings.EqualFold(n.str, "class") {
		if n.a != nil && n.a.op == opName {
			return text(n.a.str, 0)
		}
		return unknown(0)
	}
	if c := m.classOf(n.a); c != nil {
		if v, ok := m.held(c, "::"+n.str); ok {
			return v
		}
	}
	return unknown(0)
}
