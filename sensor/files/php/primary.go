package php

import "strings"

// primary reads an operand; nil where none begins.
func (p *parser) primary() *node {
	t := p.peek()
	switch t.kind {
	case tVar, tDollar:
		return p.variable()
	case tNumber:
		p.at++
		n := p.node(opNumber, t.start)
		n.str = p.text(t)
		return n
	case tSingle:
		p.at++
		n := p.node(opText, t.start)
		n.str = unquoteSingle(trimQuotes(p.text(t)))
		return n
	case tDouble:
		p.at++
		return p.interpolated(opJoin, t.start, trimQuotes(p.text(t)), t.start+1, '"')
	case tBacktick:
		p.at++
		return p.interpolated(opShell, t.start, trimQuotes(p.text(t)), t.start+1, '`')
	case tHeredoc, tNowdoc:
		p.at++
		text, from := heredocText(p.text(t))
		if t.kind == tNowdoc {
			n := p.node(opText, t.start)
			n.str = text
			return n
		}
		return p.interpolated(opJoin, t.start, text, t.start+int32(from), 0)
	case tSymbol:
		switch t.sym {
		case symOpen:
			p.at++
			n := p.expression()
			if !p.is(symClose) {
				p.toClose()
			}
			p.want(symClose)
			if n != nil && n.op == opJoin {
				n.flag = true // another concatenation does not go on with it
			}
			return n
		case symOpenBracket:
			p.at++
			return p.items(opArray, t.start, symCloseBracket)
		}
	case tName:
		return p.wordOperand(t)
	}
	return nil
}

// variable reads $name, $$name or ${expression}.
func (p *parser) variable() *node {
	t := p.next()
	n := p.node(opVar, t.start)
	if t.kind == tVar {
		n.str = p.src[t.start+1 : t.end]
		return n
	}
	if p.depth++; p.depth > maxNesting {
		p.skip()
		p.depth--
		return nil
	}
	defer func() { p.depth-- }()
	switch {
	case p.accept(symOpenBrace):
		n.a = p.expression()
		p.want(symCloseBrace)
	case p.peek().kind == tVar || p.peek().kind == tDollar:
		n.a = p.variable()
	default:
		p.failed++
		return nil
	}
	return n
}

// items reads the elements of an array.
func (p *parser) items(o op, pos int32, end sym) *node {
	n := p.node(o, pos)
	for !p.done() && !p.is(end) {
		before := p.at
		i := p.node(opItem, p.peek().start)
		i.flag = p.accept(symEllipsis) || p.is(symAnd)
		i.b = p.expression()
		if p.accept(symDoubleArrow) {
			i.flag = p.is(symAnd)
			i.a, i.b = i.b, p.expression()
		}
		n.kids = append(n.kids, i) // one left out counts, too
		if !p.accept(symComma) {
			break
		}
		if p.at == before {
			p.at++
		}
	}
	p.want(end)
	return n
}

// wordOperand reads an operand that begins with a word.
func (p *parser) wordOperand(t token) *node {
	called := p.ahead(1).kind == tSymbol && p.ahead(1).sym == symOpen
	switch t.sym {
	case wordArray:
		if called {
			p.at += 2
			return p.items(opArray, t.start, symClose)
		}
	case wordList:
		if called {
			p.at += 2
			return p.items(opList, t.start, symClose)
		}
	case wordIsset, wordEmpty, wordEval, wordExit:
		p.at++
		n := p.node(map[sym]op{wordIsset: opIsset, wordEmpty: opEmpty, wordEval: opEval, wordExit: opExit}[t.sym], t.start)
		if p.is(symOpen) {
			n.kids = p.arguments()
		}
		if len(n.kids) > 0 {
			n.a = n.kids[0]
		}
		return n
	case wordFunction, wordFn:
		return p.closure()
	case wordStatic:
		if after := p.ahead(1); after.sym == wordFunction || after.sym == wordFn {
			p.at++
			return p.closure()
		}
	case wordMatch:
		if called {
			return p.match(t)
		}
	case wordExtends, wordAs, wordElse, wordElseif, wordEndif, wordEndfor, wordEndforeach, wordEndwhile, wordEndswitch, wordInstanceof, wordAnd, wordOr, wordXor:
		return nil
	}
	p.at++
	n := p.node(opName, t.start)
	n.str = p.text(t)
	return n
}

func (p *parser) closure() *node {
	t := p.next()
	p.accept(symAnd)
	n := p.node(opFunction, t.start)
	if t.sym == wordFunction {
		if p.peek().kind == tName { // a name where none belongs
			p.at++
		}
		n.function = p.function("", t.start)
	} else {
		f := &function{layer: p.layer, class: p.class, arrow: true, pos: t.start}
		f.params = p.params()
		p.returnType()
		p.want(symDoubleArrow)
		f.body = p.binary(bindAssign)
		n.function = f
	}
	n.end = p.tokens[max(p.at-1, 0)].end
	return n
}

func (p *parser) match(t token) *node {
	p.at++
	n := p.node(opMatch, t.start)
	n.a = p.bracketed()
	p.want(symOpenBrace)
	for !p.done() && !p.is(symCloseBrace) {
		before := p.at
		arm := p.node(opArm, p.peek().start)
		if !p.accept(wordDefault) {
			for !p.is(symDoubleArrow) && !p.done() {
				e := p.expression()
				if e == nil {
					break
				}
				arm.kids = append(arm.kids, e)
				if !p.accept(symComma) {
					break
				}
			}
		}
		p.want(symDoubleArrow)
		arm.a = p.expression()
		n.kids = append(n.kids, arm)
		if !p.accept(symComma) && !p.is(symCloseBrace) || p.at == before {
			p.skip()
			break
		}
	}
	p.want(symCloseBrace)
	return n
}

func trimQuotes(text string) string {
	if len(text) < 2 || text[len(text)-1] != text[0] {
		return text[min(1, len(text)):]
	}
	return text[1 : len(text)-1]
}

// heredocText is the text between the first and the last line, without the indentation of the last, and where it begins.
func heredocText(text string) (string, int) {
	from := strings.IndexByte(text, '\n') + 1
	if from == 0 {
		if from = strings.IndexByte(text, '\r') + 1; from == 0 {
			return "", 0
		}
	}
	end := strings.LastIndexByte(text, '\n')
	if end < from {
		return "", from
	}
	indent := 0
	for _, c := range []byte(text[end+1:]) {
		if c != ' ' && c != '\t' {
			break
		}
		indent++
	}
	body := strings.TrimSuffix(text[from:end], "\r")
	if indent > 0 {
		lines := strings.Split(body, "\n")
		for i, line := range lines {
			lines[i] = line[min(indent, len(line)-len(strings.TrimLeft(line, " \t"))):]
		}
		body = strings.Join(lines, "\n")
	}
	return body, from
}
