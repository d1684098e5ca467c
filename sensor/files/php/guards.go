package php

import (
	"strings"
)

// guards notes what a condition compares with what is allowed.
func (m *machine) guards(n *node) {
	for range 30 {
		if n == nil {
			return
		}
		switch n.op {
		case opUnary:
			n = n.a
			continue
		case opBinary:
			switch n.sym {
			case symBoth, wordAnd, symEither, wordOr:
				m.guards(n.b)
				n = n.a
				continue
			case symEqual, symSame, symUnequal, symUnsame:
				if n.b != nil && (n.b.op == opText || n.b.op == opNumber && n.b.str != "0") {
					m.guardValue(n.a)
				} else if n.a != nil && (n.a.op == opText || n.a.op == opNumber) {
					m.guardValue(n.b)
				}
			}
		case opIsset:
			for _, k := range n.kids {
				if k.op == opIndex && k.b != nil && (k.b.op == opVar || k.b.op == opIndex) {
					m.guardValue(k.b)
				}
			}
		case opCall:
			if n.a == nil || n.a.op != opName {
				return
			}
			switch strings.ToLower(strings.TrimPrefix(n.a.str, "\\")) {
			case "in_array", "array_key_exists", "is_numeric", "ctype_alnum", "ctype_alpha", "ctype_digit", "is_int", "array_search", "key_exists":
				if len(n.kids) > 0 {
					m.guardValue(n.kids[0])
					m.listed(n.kids[0])
				}
			case "preg_match", "ereg", "eregi":
				if len(n.kids) > 1 {
					m.guardValue(n.kids[1])
					if p := n.kids[0]; p.op == opText && strings.Contains(p.str, "^") && strings.Contains(p.str, "$") && !strings.Contains(p.str, ".*") && !strings.Contains(p.str, ".+") {
						m.listed(n.kids[1])
					}
				}
			}
		}
		return
	}
}

// listed notes that a variable holds nothing but what is allowed.
func (m *machine) listed(n *node) {
	if n.op == opVar && n.a == nil {
		if c := m.scope.vars[n.str]; c != nil {
			c.v.marks |= markListed
		}
	}
}

// guardValue notes that a value was compared.
func (m *machine) guardValue(n *node) {
	for range 5 {
		if n != nil && n.op == opAssign {
			n = n.a
			continue
		}
		if n != nil && n.op == opCall && len(n.kids) > 0 {
			n = n.kids[0]
			continue
		}
		break
	}
	key := expressionKey(n)
	if key == "" {
		return
	}
	if n.op == opVar {
		if c := m.scope.vars[n.str]; c != nil {
			c.v.marks |= markGuarded
		}
		return
	}
	m.record.guarded[key] = true
}
