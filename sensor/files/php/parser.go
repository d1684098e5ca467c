package php

import "strings"

// The bounds of a syntax tree. Running it recurses as deep as it is nested.
const (
	maxNesting = 400
	maxChain   = 3000 // links of one chain: a->b()->c()
)

// parser makes a syntax tree. It reads any tokens: what is no PHP is left out, up to where a statement may begin again.
type parser struct {
	src    string
	layer  *layer
	tokens []token
	at     int
	depth  int
	failed int // how often something was left out
	slab   []node
	class  *class
	budget int // of bytes of texts to be taken apart once more
}

// parse gives the statements of a source.
func parse(l *lexer, of *layer) (*node, *parser) {
	p := &parser{src: l.src, layer: of, tokens: l.tokens, budget: 4*len(l.src) + 10_000}
	return p.statements(), p
}

func (p *parser) node(o op, pos int32) *node {
	if len(p.slab) == 0 {
		p.slab = make([]node, 128)
	}
	n := &p.slab[0]
	p.slab = p.slab[1:]
	n.op, n.pos = o, pos
	return n
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) ahead(n int) token {
	if p.at+n < len(p.tokens) {
		return p.tokens[p.at+n]
	}
	return p.tokens[len(p.tokens)-1]
}

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != tEnd {
		p.at++
	}
	return t
}

// is tells whether a symbol or word comes next.
func (p *parser) is(s sym) bool {
	t := p.tokens[p.at]
	return t.sym == s && (t.kind == tSymbol || t.kind == tName)
}

func (p *parser) accept(s sym) bool {
	if p.is(s) {
		p.at++
		return true
	}
	return false
}

// want takes a symbol that must come, or notes that it does not.
func (p *parser) want(s sym) {
	if !p.accept(s) {
		p.failed++
	}
}

func (p *parser) text(t token) string { return p.src[t.start:t.end] }

func (p *parser) done() bool { return p.tokens[p.at].kind == tEnd }

// statements reads all there is; brackets too many end nothing.
func (p *parser) statements() *node {
	block := p.node(opBlock, 0)
	for !p.done() {
		if p.is(symCloseBrace) {
			p.failed++
			p.at++
			continue
		}
		p.add(block)
	}
	return block
}

// add reads one statement into a block, and always goes on.
func (p *parser) add(block *node) {
	before := p.at
	if s := p.statement(); s != nil {
		block.kids = append(block.kids, s)
	}
	if p.at == before {
		p.failed++
		p.at++
	}
}

// until reads statements up to one of these words or symbols.
func (p *parser) until(ends ...sym) *node {
	block := p.node(opBlock, p.peek().start)
	for !p.done() {
		for _, e := range ends {
			if p.is(e) {
				return block
			}
		}
		p.add(block)
	}
	return block
}

// skip goes on behind what cannot be read or is nested too deeply: to the end of the statement.
func (p *parser) skip() {
	p.failed++
	open := 0
	for !p.done() {
		switch t := p.peek(); {
		case t.kind != tSymbol:
		case t.sym == symOpenBrace || t.sym == symOpen || t.sym == symOpenBracket:
			open++
		case t.sym == symCloseBrace || t.sym == symClose || t.sym == symCloseBracket:
			if open--; open < 0 {
				return
			}
		case t.sym == symSemicolon && open <= 0:
			return
		}
		p.at++
	}
}

func (p *parser) block() *node {
	p.want(symOpenBrace)
	b := p.until(symCloseBrace)
	p.want(symCloseBrace)
	return b
}

// body is the statement of an if or a loop, in either form.
func (p *parser) body(ends ...sym) *node {
	if !p.accept(symColon) {
		return p.statement()
	}
	return p.until(ends...)
}

func (p *parser) semicolon() {
	if t := p.peek(); t.kind == tInline || t.kind == tEnd || t.kind == tEcho || p.is(symCloseBrace) {
		return
	}
	if !p.accept(symSemicolon) {
		p.failed++
		p.skip()
		p.accept(symSemicolon)
	}
}

func (p *parser) statement() *node {
	if p.depth++; p.depth > maxNesting {
		p.skip()
		p.depth--
		return nil
	}
	defer func() { p.depth-- }()
	t := p.peek()
	switch t.kind {
	case tInline:
		p.at++
		n := p.node(opInline, t.start)
		n.str = p.text(t)
		return n
	case tEcho:
		p.at++
		return p.list(opEcho, t)
	case tSymbol:
		switch t.sym {
		case symOpenBrace:
			return p.block()
		case symSemicolon:
			p.at++
			return nil
		case symAttribute:
			p.attribute()
			return nil
		}
	case tName:
		if n, ok := p.wordStatement(t); ok {
			return n
		}
	}
	n := p.node(opExpression, t.start)
	n.a = p.expression()
	p.semicolon()
	return n
}

// attribute leaves an attribute out: #[...]
func (p *parser) attribute() {
	p.at++
	open := 1
	for !p.done() && open > 0 {
		if t := p.next(); t.kind == tSymbol {
			switch t.sym {
			case symOpenBracket, symAttribute:
				open++
			case symCloseBracket:
				open--
			}
		}
	}
}

// list reads expressions between commas up to a semicolon.
func (p *parser) list(o op, t token) *node {
	n := p.node(o, t.start)
	for {
		if e := p.expression(); e != nil {
			n.kids = append(n.kids, e)
		}
		if !p.accept(symComma) {
			break
		}
	}
	p.semicolon()
	return n
}

// wordStatement reads a statement that begins with a word of the language.
func (p *parser) wordStatement(t token) (*node, bool) {
	if p.ahead(1).kind == tSymbol && p.ahead(1).sym == symColon && t.sym != wordDefault && t.sym != wordElse {
		n := p.node(opLabel, t.start)
		n.str = strings.ToLower(p.text(t))
		p.at += 2
		return n, true
	}
	switch t.sym {
	case wordEcho:
		p.at++
		return p.list(opEcho, t), true
	case wordIf:
		return p.ifStatement(), true
	case wordWhile:
		p.at++
		n := p.node(opWhile, t.start)
		n.a = p.bracketed()
		n.b = p.body(wordEndwhile)
		p.ended(wordEndwhile)
		return n, true
	case wordDo:
		p.at++
		n := p.node(opDo, t.start)
		n.b = p.statement()
		p.want(wordWhile)
		n.a = p.bracketed()
		p.semicolon()
		return n, true
	case wordFor:
		return p.forStatement(), true
	case wordForeach:
		return p.foreachStatement(), true
	case wordSwitch:
		return p.switchStatement(), true
	case wordReturn, wordBreak, wordContinue:
		p.at++
		n := p.node(map[sym]op{wordReturn: opReturn, wordBreak: opBreak, wordContinue: opContinue}[t.sym], t.start)
		if !p.is(symSemicolon) && p.peek().kind != tEnd {
			n.a = p.expression()
		}
		p.semicolon()
		return n, true
	case wordGlobal:
		p.at++
		return p.list(opGlobal, t), true
	case wordStatic:
		if p.ahead(1).kind == tVar {
			p.at++
			return p.list(opStatics, t), true
		}
	case wordUnset:
		p.at++
		n := p.node(opUnset, t.start)
		n.kids = p.arguments()
		p.semicolon()
		return n, true
	case wordTry:
		return p.tryStatement(), true
	case wordFunction:
		after := p.ahead(1)
		if after.sym == symAnd && after.kind == tSymbol {
			after = p.ahead(2)
		}
		if after.kind == tName {
			n := p.node(opDeclareFunction, t.start)
			p.at++
			p.accept(symAnd)
			n.function = p.function(strings.ToLower(p.text(p.next())), t.start)
			return n, true
		}
	case wordAbstract, wordFinal, wordClass, wordInterface, wordTrait, wordReadonly, wordEnum:
		if n := p.classStatement(); n != nil {
			return n, true
		}
	case wordConst:
		p.at++
		return p.list(opConstants, t), true
	case wordGoto:
		p.at++
		n := p.node(opGoto, t.start)
		n.str = strings.ToLower(p.text(p.next()))
		p.semicolon()
		return n, true
	case wordNamespace:
		if p.ahead(1).kind == tName || p.ahead(1).sym == symOpenBrace {
			p.at++
			if p.peek().kind == tName {
				p.at++
			}
			if p.is(symOpenBrace) {
				return p.block(), true
			}
			p.semicolon()
			return nil, true
		}
	case wordUse:
		p.at++
		return p.useStatement(t), true
	case wordDeclare:
		p.at++
		p.arguments()
		if p.is(symOpenBrace) {
			return p.block(), true
		}
		if p.accept(symColon) {
			b := p.until(wordEnddeclare)
			p.ended(wordEnddeclare)
			return b, true
		}
		p.semicolon()
		return nil, true
	case wordHalt:
		p.at = len(p.tokens) - 1
		return nil, true
	}
	return nil, false
}

// ended takes the word that ends the other form of a statement, if it comes.
func (p *parser) ended(word sym) {
	if p.accept(word) {
		p.semicolon()
	}
}

func (p *parser) bracketed() *node {
	p.want(symOpen)
	n := p.expression()
	if !p.is(symClose) {
		p.toClose()
	}
	p.want(symClose)
	return n
}

// toClose goes on to the bracket that closes where something else stands before it.
func (p *parser) toClose() {
	p.failed++
	open := 0
	for !p.done() {
		if t := p.peek(); t.kind == tSymbol {
			switch t.sym {
			case symOpen:
				open++
			case symClose:
				if open == 0 {
					return
				}
				open--
			case symSemicolon, symOpenBrace, symCloseBrace:
				return
			}
		}
		p.at++
	}
}
