package php

import "strings"

// binding is how strongly an operator binds; those that bind to the right go down by one for their right side.
var binding = [256]int{
	wordOr: 1, wordXor: 2, wordAnd: 3,
	symQuestion: 6, symCoalesce: 7, symEither: 8, symBoth: 9, symOr: 10, symXor: 11, symAnd: 12,
	symEqual: 13, symSame: 13, symUnequal: 13, symUnsame: 13, symSpaceship: 13,
	symLess: 14, symGreater: 14, symLessEqual: 14, symGreaterEqual: 14,
	symConcat: 15, symLeft: 16, symRight: 16, symPlus: 17, symMinus: 17, symTimes: 18, symDivide: 18, symModulo: 18,
	wordInstanceof: 20, symPower: 22,
}

const (
	bindAssign = 4
	bindNot    = 19
	bindUnary  = 21
)

func (p *parser) expression() *node { return p.binary(0) }

// binary reads an expression whose operators bind at least so strongly; nil where none begins.
func (p *parser) binary(least int) *node {
	if p.depth++; p.depth > maxNesting {
		p.skip()
		p.depth--
		return nil
	}
	defer func() { p.depth-- }()
	left := p.unary()
	if left == nil {
		return nil
	}
	for {
		t := p.peek()
		if t.kind != tSymbol && t.kind != tName {
			return left
		}
		if t.kind == tSymbol && t.sym >= symAssign && t.sym <= symAssignCoalesce {
			if !assignable(left) {
				return left
			}
			left = p.assignment(left, t)
			continue
		}
		b := binding[t.sym]
		if b == 0 || b < least {
			return left
		}
		p.at++
		switch t.sym {
		case symQuestion:
			n := p.node(opTernary, t.start)
			n.a = left
			if !p.is(symColon) {
				n.b = p.binary(bindAssign)
			}
			p.want(symColon)
			n.c = p.binary(b + 1)
			left = n
		case symConcat:
			right := p.binary(b + 1)
			if left.op != opJoin || left.flag {
				n := p.node(opJoin, left.pos)
				n.kids = append(make([]*node, 0, 4), left)
				left = n
			}
			if right != nil {
				left.kids = append(left.kids, right)
			}
		case wordInstanceof:
			n := p.node(opInstanceof, t.start)
			n.a, n.b = left, p.unary()
			left = n
		default:
			n := p.node(opBinary, t.start)
			n.sym, n.a = t.sym, left
			if t.sym == symCoalesce || t.sym == symPower {
				n.b = p.binary(b)
			} else {
				n.b = p.binary(b + 1)
			}
			left = n
		}
	}
}

func assignable(n *node) bool {
	switch n.op {
	case opVar, opIndex, opProperty, opStaticProperty, opArray, opList, opName:
		return true
	}
	return false
}

func (p *parser) assignment(left *node, t token) *node {
	p.at++
	n := p.node(opAssign, left.pos)
	n.sym, n.a = t.sym, left
	n.flag = p.accept(symAnd)
	n.b = p.binary(bindAssign)
	return n
}

// unary reads an operand with what stands before it.
func (p *parser) unary() *node {
	if p.depth++; p.depth > maxNesting {
		p.skip()
		p.depth--
		return nil
	}
	defer func() { p.depth-- }()
	t := p.peek()
	prefix := func(o op, least int) *node {
		p.at++
		n := p.node(o, t.start)
		n.sym, n.flag = t.sym, true
		n.a = p.binary(least)
		return n
	}
	switch t.kind {
	case tCast:
		return prefix(opCast, bindUnary)
	case tSymbol:
		switch t.sym {
		case symNot:
			return prefix(opUnary, bindNot)
		case symAt:
			p.at++
			return p.binary(bindUnary)
		case symMinus, symPlus, symTilde:
			return prefix(opUnary, bindUnary)
		case symAnd: // by reference, in arrays and arguments
			p.at++
			return p.unary()
		case symIncrement, symDecrement:
			return prefix(opStep, bindUnary)
		case symAttribute:
			p.attribute()
			return p.unary()
		}
	case tName:
		switch t.sym {
		case wordNew:
			return p.postfix(p.newObject())
		case wordClone:
			return prefix(opClone, bindUnary)
		case wordPrint:
			return prefix(opPrint, bindAssign)
		case wordInclude:
			n := prefix(opInclude, bindAssign)
			n.str = strings.ToLower(p.text(t))
			return n
		case wordThrow:
			return prefix(opThrow, 0)
		case wordYield:
			p.at++
			n := p.node(opYield, t.start)
			if p.peek().kind == tName && strings.EqualFold(p.text(p.peek()), "from") {
				p.at++
			}
			if !p.is(symSemicolon) && !p.is(symClose) && !p.is(symComma) && !p.is(symCloseBracket) {
				if n.a = p.binary(bindAssign); p.accept(symDoubleArrow) {
					n.a = p.binary(bindAssign)
				}
			}
			return n
		}
	}
	n := p.primary()
	if n == nil {
		return nil
	}
	return p.postfix(n)
}

// postfix reads what is asked of a value: indices, properties, calls, steps.
func (p *parser) postfix(n *node) *node {
	for links := 0; n != nil; links++ {
		t := p.peek()
		if t.kind != tSymbol {
			return n
		}
		if links > maxChain {
			p.skip()
			return n
		}
		switch t.sym {
		case symOpenBracket, symOpenBrace:
			if t.sym == symOpenBrace && !p.offset(n) {
				return n
			}
			p.at++
			i := p.node(opIndex, n.pos)
			i.a = n
			if !p.is(symCloseBracket) {
				i.b = p.expression()
			}
			if !p.accept(symCloseBracket) && !p.accept(symCloseBrace) {
				p.failed++
			}
			n = i
		case symOpen:
			c := p.node(opCall, n.pos)
			c.a, c.kids = n, p.arguments()
			c.end = p.tokens[max(p.at-1, 0)].end
			n = c
		case symArrow, symNullArrow:
			p.at++
			n = p.member(n, opProperty, opMethod)
		case symDoubleColon:
			p.at++
			n = p.static(n)
		case symIncrement, symDecrement:
			p.at++
			s := p.node(opStep, n.pos)
			s.sym, s.a = t.sym, n
			n = s
		default:
			return n
		}
	}
	return n
}

// offset tells whether a brace behind n is the old form of an index: $a{0}.
func (p *parser) offset(n *node) bool {
	switch n.op {
	case opVar, opIndex, opProperty, opStaticProperty:
	default:
		return false
	}
	open := 0
	for i := 1; i < 12; i++ { // no statement fits in
		t := p.ahead(i)
		if t.kind == tEnd || t.kind == tInline {
			return false
		}
		if t.kind == tSymbol {
			switch t.sym {
			case symSemicolon:
				return false
			case symOpen, symOpenBracket:
				open++
			case symClose, symCloseBracket:
				open--
			case symCloseBrace:
				return i > 1 && open == 0
			}
		}
	}
	return false
}

// member reads what stands behind an arrow.
func (p *parser) member(of *node, property, method op) *node {
	t := p.peek()
	n := p.node(property, t.start)
	n.a = of
	switch {
	case t.kind == tName:
		p.at++
		n.str = p.text(t)
	case t.kind == tVar:
		p.at++
		n.b = p.node(opVar, t.start)
		n.b.str = p.src[t.start+1 : t.end]
	case p.is(symOpenBrace):
		p.at++
		n.b = p.expression()
		p.want(symCloseBrace)
	case t.kind == tDollar:
		n.b = p.variable()
	default:
		p.failed++
		return of
	}
	if p.is(symOpen) {
		n.op = method
		n.kids = p.arguments()
		n.end = p.tokens[max(p.at-1, 0)].end
	}
	return n
}

// static reads what stands behind two colons.
func (p *parser) static(of *node) *node {
	t := p.peek()
	switch {
	case t.kind == tVar || t.kind == tDollar:
		n := p.node(opStaticProperty, t.start)
		n.a, n.b = of, p.variable()
		if n.b != nil && n.b.op == opVar && n.b.a == nil {
			n.str = n.b.str
		}
		if p.is(symOpen) {
			n.op, n.str = opStaticCall, ""
			n.kids = p.arguments()
			n.end = p.tokens[max(p.at-1, 0)].end
		}
		return n
	case t.kind == tName || p.is(symOpenBrace):
		return p.member(of, opClassConstant, opStaticCall)
	}
	p.failed++
	return of
}

func (p *parser) arguments() []*node {
	p.want(symOpen)
	var list []*node
	for !p.done() && !p.is(symClose) {
		before := p.at
		if t := p.peek(); t.kind == tName && p.ahead(1).kind == tSymbol && p.ahead(1).sym == symColon {
			p.at += 2 // a named argument
		}
		spread := p.accept(symEllipsis)
		if p.is(symClose) {
			if spread {
				list = append(list, p.node(opSpread, p.peek().start))
			}
			break
		}
		e := p.expression()
		if e != nil && spread {
			s := p.node(opSpread, e.pos)
			s.a = e
			e = s
		}
		if e != nil {
			list = append(list, e)
		}
		if !p.accept(symComma) && !p.is(symClose) {
			p.toClose()
			break
		}
		if p.at == before {
			p.at++
		}
	}
	p.want(symClose)
	return list
}

func (p *parser) newObject() *node {
	t := p.next()
	n := p.node(opNew, t.start)
	for p.is(symAttribute) {
		p.attribute()
	}
	p.accept(wordReadonly)
	switch t := p.peek(); {
	case p.is(wordClass):
		p.at++
		n.op = opNewClass
		if p.is(symOpen) {
			n.kids = p.arguments()
		}
		n.class = p.classBody("")
		return n
	case t.kind == tName:
		p.at++
		n.a = p.node(opName, t.start)
		n.a.str = p.text(t)
	case t.kind == tVar || t.kind == tDollar:
		n.a = p.variable()
		for p.is(symOpenBracket) || p.is(symArrow) || p.is(symDoubleColon) { // no call belongs to the name
			if p.accept(symOpenBracket) {
				i := p.node(opIndex, t.start)
				i.a, i.b = n.a, p.expression()
				p.want(symCloseBracket)
				n.a = i
				continue
			}
			p.at++
			m := p.node(opProperty, t.start)
			m.a, m.str = n.a, strings.TrimPrefix(p.text(p.next()), "$")
			n.a = m
		}
	case p.is(symOpen):
		n.a = p.bracketed()
	}
	if p.is(symOpen) {
		n.kids = p.arguments()
	}
	n.end = p.tokens[max(p.at-1, 0)].end
	return n
}
