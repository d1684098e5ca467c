package php

import (
	"math"
	"strconv"
	"strings"
)

func numberOf(s string) value {
	s = strings.ReplaceAll(s, "_", "")
	if n, err := strconv.ParseInt(s, 0, 64); err == nil {
		return number(n)
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil {
		return real(f)
	}
	return number(0)
}

func (m *machine) unary(n *node) value {
	v := m.eval(n.a)
	if !v.known() {
		if n.sym == symTilde {
			return unknown(v.marks | markDecoded)
		}
		return unknown(0)
	}
	switch n.sym {
	case symNot:
		r := truth(!v.isTrue())
		r.marks = v.marks & markTaint
		return r
	case symMinus:
		if v.kind == vInt || v.kind == vBool || v.kind == vText && !strings.Contains(v.s, ".") {
			return number(-v.int())
		}
		return real(-v.number())
	case symPlus:
		if v.kind == vInt {
			return v
		}
		return number(v.int())
	case symTilde:
		if v.kind == vText {
			if !m.make(len(v.s)) {
				return unknown(v.marks)
			}
			b := []byte(v.s)
			for i := range b {
				b[i] = ^b[i]
			}
			return text(string(b), v.marks|markDecoded)
		}
		return number(^v.int())
	}
	return v
}

// binary goes down a chain of operators on the left side without recursion.
func (m *machine) binary(n *node) value {
	var buffer [16]*node
	chain := buffer[:0]
	for n.op == opBinary {
		chain = append(chain, n)
		if n.a == nil {
			break
		}
		n = n.a
	}
	left := m.eval(n)
	for i := len(chain) - 1; i >= 0; i-- {
		left = m.operate(chain[i], left)
	}
	return left
}

func (m *machine) operate(n *node, a value) value {
	switch n.sym {
	case symBoth, wordAnd, symEither, wordOr:
		and := n.sym == symBoth || n.sym == wordAnd
		m.guards(n.a)
		if a.known() && a.marks&markTaint == 0 {
			if a.isTrue() != and {
				return truth(!and)
			}
			b := m.eval(n.b)
			if b.known() {
				return truth(b.isTrue())
			}
			return unknown(0)
		}
		m.perhaps++
		m.eval(n.b)
		m.perhaps--
		return unknown(0)
	case symCoalesce:
		if a.known() && a.kind != vNull && a.marks&markTaint == 0 {
			return a
		}
		b := m.eval(n.b)
		if a.kind == vNull {
			return b
		}
		return either(a, b)
	}
	return m.arithmetic(n.sym, a, m.eval(n.b))
}

// arithmetic is the value of a plain operator.
func (m *machine) arithmetic(s sym, a, b value) value {
	k := (a.marks | b.marks) & (markDecoded | markEncoded)
	switch s {
	case symAnd, symOr, symXor:
		if (a.kind == vText || a.kind == vUnknown) && (b.kind == vText || b.kind == vUnknown) {
			return m.bitwise(s, a, b)
		}
	case symPlus:
		if a.kind == vArray && b.kind == vArray {
			sum := a.array.copy()
			for i, key := range b.array.keys {
				if sum.find(key) < 0 {
					sum.set(key, b.array.values[i])
				}
			}
			sum.loose, sum.rest = sum.loose || b.array.loose, sum.rest|b.array.rest
			return value{kind: vArray, array: sum}
		}
		if a.kind == vArray || b.kind == vArray {
			return unknown(a.all() | b.all())
		}
	}
	if !a.known() || !b.known() {
		switch s {
		case symEqual, symSame, symUnequal, symUnsame, symLess, symGreater, symLessEqual, symGreaterEqual, symSpaceship:
			return unknown(0)
		}
		return unknown(k)
	}
	switch s {
	case symEqual:
		return truth(equal(a, b))
	case symUnequal:
		return truth(!equal(a, b))
	case symSame:
		return truth(same(a, b))
	case symUnsame:
		return truth(!same(a, b))
	case symLess:
		return truth(compare(a, b) < 0)
	case symGreater:
		return truth(compare(a, b) > 0)
	case symLessEqual:
		return truth(compare(a, b) <= 0)
	case symGreaterEqual:
		return truth(compare(a, b) >= 0)
	case symSpaceship:
		return number(int64(compare(a, b)))
	case wordXor:
		return truth(a.isTrue() != b.isTrue())
	}
	if whole(a) && whole(b) {
		return integers(s, a.int(), b.int())
	}
	x, y := a.number(), b.number()
	switch s {
	case symPlus:
		return real(x + y)
	case symMinus:
		return real(x - y)
	case symTimes:
		return real(x * y)
	case symDivide:
		if y == 0 {
			return truth(false)
		}
		return real(x / y)
	case symPower:
		return real(math.Pow(x, y))
	}
	return integers(s, a.int(), b.int())
}

// whole tells whether a value counts as a whole number.
func whole(v value) bool {
	switch v.kind {
	case vFloat:
		return false
	case vText:
		f := leadingNumber(v.s)
		return f == math.Trunc(f) && math.Abs(f) < 1<<53 && !strings.ContainsAny(v.s[:min(len(v.s), 30)], ".")
	}
	return true
}

func integers(s sym, x, y int64) value {
	switch s {
	case symPlus:
		return number(x + y)
	case symMinus:
		return number(x - y)
	case symTimes:
		return number(x * y)
	case symDivide:
		switch {
		case y == 0:
			return truth(false)
		case y == -1:
			return number(-x)
		case x%y == 0:
			return number(x / y)
		}
		return real(float64(x) / float64(y))
	case symModulo:
		if y == 0 || y == -1 {
			return number(0)
		}
		return number(x % y)
	case symPower:
		f := math.Pow(float64(x), float64(y))
		if f == math.Trunc(f) && math.Abs(f) < 1<<53 {
			return number(int64(f))
		}
		return real(f)
	case symAnd:
		return number(x & y)
	case symOr:
		return number(x | y)
	case symXor:
		return number(x ^ y)
	case symLeft:
		if y < 0 || y > 63 {
			return number(0)
		}
		return number(x << uint(y))
	case symRight:
		if y < 0 || y > 63 {
			return number(0)
		}
		return number(x >> uint(y))
	}
	return unknown(0)
}

// bitwise computes with the bytes of two texts.
func (m *machine) bitwise(s sym, a, b value) value {
	k := a.marks | b.marks | markDecoded
	if a.marks&(markCard|markRequest) != 0 || b.marks&(markCard|markRequest) != 0 {
		k |= markEncoded
	}
	if a.kind != vText || b.kind != vText {
		return unknown(k)
	}
	n := min(len(a.s), len(b.s))
	if s == symOr {
		n = max(len(a.s), len(b.s))
	}
	if !m.make(n) {
		return unknown(k)
	}
	out := make([]byte, n)
	for i := range out {
		var x, y byte
		if i < len(a.s) {
			x = a.s[i]
		}
		if i < len(b.s) {
			y = b.s[i]
		}
		switch s {
		case symXor:
			out[i] = x ^ y
		case symAnd:
			out[i] = x & y
		default:
			out[i] = x | y
		}
	}
	return text(string(out), k)
}

func numeric(s string) bool {
	s = strings.TrimSpace(s)
	if s == "" {
		return false
	}
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}

// equal compares as == does.
func equal(a, b value) bool {
	switch {
	case a.kind == vBool || b.kind == vBool || a.kind == vNull || b.kind == vNull:
		if a.kind == vNull && b.kind == vText {
			return b.s == ""
		}
		if b.kind == vNull && a.kind == vText {
			return a.s == ""
		}
		return a.isTrue() == b.isTrue()
	case a.kind == vArray || b.kind == vArray:
		return a.kind == b.kind && a.array.len() == b.array.len()
	case a.kind == vText && b.kind == vText:
		if numeric(a.s) && numeric(b.s) {
			return a.number() == b.number()
		}
		return a.s == b.s
	}
	return a.number() == b.number()
}

func same(a, b value) bool {
	return a.kind == b.kind && (a.kind == vArray || a.kind == vFloat || a.text() == b.text()) && equal(a, b)
}

func compare(a, b value) int {
	if a.kind == vText && b.kind == vText && !(numeric(a.s) && numeric(b.s)) {
		return strings.Compare(a.s, b.s)
	}
	x, y := a.number(), b.number()
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// increment is ++ and --. A text goes on to the next one, as letters do.
func (m *machine) increment(n *node) value {
	old := m.eval(n.a)
	v := old
	by := int64(1)
	if n.sym == symDecrement {
		by = -1
	}
	switch {
	case old.kind == vText && by == 1 && old.s != "" && !numeric(old.s):
		v = text(nextText(old.s), old.marks|markDecoded)
	case old.kind == vFloat:
		v = real(old.number() + float64(by))
	case old.kind == vNull && by < 0:
	case old.known() && old.kind != vArray:
		v = number(old.int() + by)
	case !old.known():
		v = unknown(old.marks &^ markTaint)
	}
	v.marks |= old.marks
	m.assign(n.a, v)
	if n.flag {
		return v
	}
	return old
}

func nextText(s string) string {
	b := []byte(s)
	for i := len(b) - 1; i >= 0; i-- {
		switch c := b[i]; {
		case c >= 'a' && c < 'z', c >= 'A' && c < 'Z', c >= '0' && c < '9':
			b[i]++
			return string(b)
		case c == 'z':
			b[i] = 'a'
		case c == 'Z':
			b[i] = 'A'
		case c == '9':
			b[i] = '0'
		default:
			return string(b)
		}
		if i == 0 || !(b[i-1] >= 'a' && b[i-1] <= 'z' || b[i-1] >= 'A' && b[i-1] <= 'Z' || digit(b[i-1])) {
			first := b[i]
			if first == '0' {
				first = '1'
			}
			return string(b[:i]) + string(first) + string(b[i:])
		}
	}
	return string(b)
}
