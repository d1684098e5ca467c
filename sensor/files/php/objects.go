package php

import (
	"sort"
	"strings"
)

// everything is the array of all variables, which can be reached under another name.
type everything struct{}

// wakes are the methods that PHP itself calls of an object that was made of a text, the soonest first.
var wakes = []string{"__unserialize", "__wakeup", "__set_state", "__tostring", "__invoke", "__call", "__get", "__destruct"}

// unserialize makes objects of a text. Where a request says what the text is, it says of which class they are and what
// they hold.
func unserialize(m *machine, _ *node, _ []*node, args []value) value {
	if len(args) == 0 {
		return unknown(0)
	}
	k := args[0].all()
	if k&(markRequest|markUpload|markRemote|markSocket) == 0 || k&markFiltered != 0 || len(args) > 1 || m.waking {
		return unknown(k)
	}
	from := unknown(k & (markRequest | markUpload | markRemote | markSocket))
	m.later = append(m.later, func() {
		m.waking = true
		names := make([]string, 0, len(m.classes))
		for name := range m.classes {
			names = append(names, name)
		}
		sort.Strings(names)
		for _, name := range names {
			m.wake(m.classes[name], from)
		}
		m.waking = false
	})
	return unknown(k)
}

// wake goes through what an object of a class does by itself, with whatever in it.
func (m *machine) wake(c *class, with value) {
	held := c.held
	c.held = make(map[string]*cell, len(held))
	for name, h := range held {
		if strings.HasPrefix(name, "::") {
			c.held[name] = h
			continue
		}
		c.held[name] = &cell{v: with, set: true}
	}
	c.held[""] = &cell{v: with, set: true} // what it holds besides
	for _, name := range wakes {
		f := m.method(c, name)
		if f == nil {
			continue
		}
		args := make([]value, len(f.params))
		for i := range args {
			args[i] = with
		}
		of := f.class
		f.class, f.ran = c, false
		m.enter(f, args, nil)
		f.class = of
	}
	c.held = held
}

// reflected is a function, method or class that is looked at by itself.
func reflected(name string, args []value) value {
	path := args[0]
	if name == "reflectionmethod" {
		if of, method, ok := strings.Cut(path.text(), "::"); ok && len(args) == 1 {
			path = list(text(of, path.marks), text(method, path.marks))
		} else if len(args) > 1 {
			path = list(args[0], args[1])
		}
	}
	return value{kind: vHandle, ref: &handle{path: path, reflects: name}}
}

// reflectedMethod calls a method of what reflected made; false where it is none that matters.
func (m *machine) reflectedMethod(n *node, h *handle, name string, args []value) (value, bool) {
	switch name {
	case "getdoccomment", "getcomment":
		return unknown(markSelf | markFile), true
	case "invoke", "invokeargs":
		if h.reflects == "reflectionmethod" && len(args) > 0 {
			args = args[1:] // the object
		}
		if name == "invokeargs" && len(args) > 0 {
			if args[0].kind == vArray && !args[0].array.loose {
				args = args[0].array.values
			} else {
				args = []value{unknown(args[0].all())}
			}
		}
		return m.dynamic(n, h.path, nil, args), true
	case "newinstance", "newinstanceargs":
		k, of := m.joined(args), h.path.all()
		if c, ok := m.classNamed(h.path); ok {
			if f := m.constructor(c); f != nil {
				m.callUser(f, nil, args, nil)
			}
			return value{kind: vObject, ref: c, s: hole}, true
		}
		if alive(of) && k&markRequest != 0 {
			m.record.hit(hitCall, n, 75, "makes an object of a class that the request names, with what it hands over")
		}
		return unknown(k), true
	case "getmethod":
		if len(args) > 0 {
			return value{kind: vHandle, ref: &handle{path: list(h.path, args[0]), reflects: "reflectionmethod"}}, true
		}
	case "getclosure":
		return h.path, true
	}
	return value{}, false
}

// classNamed is the class of this file that a value names.
func (m *machine) classNamed(v value) (*class, bool) {
	if c, ok := v.ref.(*class); ok {
		return c, true
	}
	if v.plain() && v.kind == vText {
		c := m.classes[strings.ToLower(strings.TrimPrefix(v.s, `\`))]
		return c, c != nil
	}
	return nil, false
}

// callee is what stands in front of brackets. Where it is one of several things in an array, and nothing says which, all
// but the last are called here.
func (m *machine) callee(n *node) []value {
	if n.op == opIndex && n.b != nil && n.a != nil {
		if _, global := m.global(n.a); !global {
			base, key := m.eval(n.a), m.eval(n.b)
			if base.kind == vArray && !base.array.loose && base.array.len() > 0 && base.array.len() < 50 && (!key.plain() || key.marks&markTaint != 0) && base.marks&markTaint == 0 {
				return base.array.values
			}
			return []value{m.element(base, key)}
		}
	}
	return []value{m.eval(n)}
}
