package php

import "strings"

func (p *parser) ifStatement() *node {
	n := p.node(opIf, p.next().start)
	n.kids = append(n.kids, p.bracketed())
	if p.accept(symColon) {
		for {
			n.kids = append(n.kids, p.until(wordElse, wordElseif, wordEndif))
			if p.accept(wordElseif) {
				n.kids = append(n.kids, p.bracketed())
				p.want(symColon)
				continue
			}
			if !p.accept(wordElse) {
				break
			}
			if p.accept(wordIf) {
				n.kids = append(n.kids, p.bracketed())
			}
			p.want(symColon)
		}
		p.ended(wordEndif)
		return n
	}
	for {
		n.kids = append(n.kids, p.statement())
		if p.accept(wordElseif) {
			n.kids = append(n.kids, p.bracketed())
			continue
		}
		if !p.accept(wordElse) {
			return n
		}
		if p.accept(wordIf) {
			n.kids = append(n.kids, p.bracketed())
			continue
		}
		n.kids = append(n.kids, p.statement())
		return n
	}
}

func (p *parser) forStatement() *node {
	n := p.node(opFor, p.next().start)
	p.want(symOpen)
	part := func(end sym) *node {
		b := p.node(opBlock, p.peek().start)
		for !p.is(end) && !p.done() {
			before := p.at
			if e := p.expression(); e != nil {
				b.kids = append(b.kids, e)
			}
			if !p.accept(symComma) && (p.at == before || !p.is(end)) {
				break
			}
		}
		p.want(end)
		return b
	}
	n.a, n.b, n.c = part(symSemicolon), part(symSemicolon), part(symClose)
	n.kids = []*node{p.body(wordEndfor)}
	p.ended(wordEndfor)
	return n
}

func (p *parser) foreachStatement() *node {
	n := p.node(opForeach, p.next().start)
	p.want(symOpen)
	n.a = p.expression()
	p.want(wordAs)
	n.flag = p.accept(symAnd)
	n.c = p.expression()
	if p.accept(symDoubleArrow) {
		n.b = n.c
		n.flag = p.accept(symAnd)
		n.c = p.expression()
	}
	if !p.is(symClose) {
		p.toClose()
	}
	p.want(symClose)
	n.kids = []*node{p.body(wordEndforeach)}
	p.ended(wordEndforeach)
	return n
}

func (p *parser) switchStatement() *node {
	n := p.node(opSwitch, p.next().start)
	n.a = p.bracketed()
	end := symCloseBrace
	if p.accept(symColon) {
		end = wordEndswitch
	} else {
		p.want(symOpenBrace)
	}
	for !p.is(end) && !p.done() {
		c := p.node(opCase, p.peek().start)
		switch {
		case p.accept(wordCase):
			c.a = p.expression()
		case p.accept(wordDefault):
		default:
			p.at++
			continue
		}
		if !p.accept(symColon) {
			p.accept(symSemicolon)
		}
		c.kids = p.until(wordCase, wordDefault, end).kids
		n.kids = append(n.kids, c)
	}
	p.want(end)
	if end == wordEndswitch {
		p.semicolon()
	}
	return n
}

func (p *parser) tryStatement() *node {
	n := p.node(opTry, p.next().start)
	n.a = p.block()
	for p.accept(wordCatch) {
		p.want(symOpen)
		p.toCloseQuietly()
		p.want(symClose)
		n.kids = append(n.kids, p.block())
	}
	if p.accept(wordFinally) {
		n.b = p.block()
	}
	return n
}

func (p *parser) toCloseQuietly() {
	failed := p.failed
	p.toClose()
	p.failed = failed
}

// useStatement reads which names are imported under which.
func (p *parser) useStatement(t token) *node {
	n := p.node(opBlock, t.start)
	function := p.accept(wordFunction)
	for !p.is(symSemicolon) && !p.done() && !p.is(symCloseBrace) {
		t := p.next()
		if t.kind == tName && t.sym != wordAs {
			u := p.node(opUse, t.start)
			u.str, u.flag = p.text(t), function
			if p.accept(wordAs) {
				u.a = p.node(opName, t.start)
				u.a.str = p.text(p.next())
			}
			n.kids = append(n.kids, u)
			if p.is(symOpenBrace) { // a trait's, with exceptions
				p.skip()
			}
		}
	}
	p.semicolon()
	return n
}

// function reads what follows a function's name.
func (p *parser) function(name string, pos int32) *function {
	f := &function{name: name, layer: p.layer, class: p.class, pos: pos}
	f.params = p.params()
	if p.accept(wordUse) {
		f.uses = p.params()
	}
	p.returnType()
	if p.is(symOpenBrace) {
		f.body = p.block()
	} else {
		p.semicolon()
	}
	return f
}

func (p *parser) returnType() {
	if !p.accept(symColon) {
		return
	}
	for !p.done() {
		t := p.peek()
		if t.kind == tName || t.kind == tSymbol && (t.sym == symQuestion || t.sym == symOr || t.sym == symAnd || t.sym == symOpen || t.sym == symClose) {
			p.at++
			continue
		}
		return
	}
}

func (p *parser) params() []param {
	var list []param
	p.want(symOpen)
	one := param{}
	for !p.done() && !p.is(symClose) {
		t := p.peek()
		switch {
		case t.kind == tVar:
			p.at++
			one.name = p.src[t.start+1 : t.end]
			if p.accept(symAssign) {
				one.value = p.expression()
			}
			list = append(list, one)
			one = param{}
		case p.is(symAnd):
			p.at++
			one.ref = true
		case p.is(symEllipsis):
			p.at++
			one.rest = true
		case p.is(symAttribute):
			p.attribute()
		case p.is(wordPublic) || p.is(wordPrivate) || p.is(wordProtected) || p.is(wordReadonly):
			p.at++
			one.promoted = true
		case p.is(symOpenBrace) || p.is(symSemicolon) || p.is(symCloseBrace):
			p.failed++
			return list
		default:
			p.at++
			if p.tokens[p.at-1].sym == symComma {
				one = param{}
			}
		}
	}
	p.want(symClose)
	return list
}

// classStatement reads a class; nil where the words begin something else.
func (p *parser) classStatement() *node {
	start := p.at
	for p.is(wordAbstract) || p.is(wordFinal) || p.is(wordReadonly) {
		p.at++
	}
	t := p.peek()
	if !(p.is(wordClass) || p.is(wordInterface) || p.is(wordTrait) || p.is(wordEnum)) || p.ahead(1).kind != tName {
		p.at = start
		return nil
	}
	p.at++
	n := p.node(opDeclareClass, t.start)
	n.class = p.classBody(p.text(p.next()))
	return n
}

// classBody reads what follows a class's name.
func (p *parser) classBody(name string) *class {
	c := &class{name: strings.ToLower(name), methods: map[string]*function{}, held: map[string]*cell{}, layer: p.layer}
	for !p.is(symOpenBrace) && !p.done() && !p.is(symSemicolon) {
		if p.accept(wordExtends) && p.peek().kind == tName {
			c.parent = strings.ToLower(p.text(p.peek()))
		}
		if !p.is(symOpenBrace) {
			p.at++
		}
	}
	outer := p.class
	p.class = c
	defer func() { p.class = outer }()
	p.want(symOpenBrace)
	static := false
	for !p.done() && !p.is(symCloseBrace) {
		t := p.peek()
		switch {
		case p.is(wordFunction):
			p.at++
			p.accept(symAnd)
			f := p.function(strings.ToLower(p.text(p.next())), t.start)
			f.static, static = static, false
			c.methods[f.name] = f
			c.order = append(c.order, f)
		case p.is(wordStatic):
			p.at++
			static = true
		case p.is(wordConst):
			p.at++
			if p.ahead(1).kind == tName {
				p.at++ // its type
			}
			c.constants = append(c.constants, p.list(opConstants, t).kids...)
		case p.is(wordUse):
			p.at++
			for _, u := range p.useStatement(t).kids {
				if name := strings.ToLower(u.str); len(c.traits) < 20 {
					c.traits = append(c.traits, name[strings.LastIndexByte(name, '\\')+1:])
				}
			}
		case p.is(symAttribute):
			p.attribute()
		case t.kind == tVar:
			c.properties = append(c.properties, p.list(opExpression, t).kids...)
			static = false
		case p.is(symOpenBrace): // hooks of a property
			p.block()
		default:
			p.at++
		}
	}
	p.want(symCloseBrace)
	return c
}
