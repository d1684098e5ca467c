package php

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

func unquoteSingle(text string) string {
	if strings.IndexByte(text, '\\') < 0 {
		return text
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) && (text[i+1] == '\\' || text[i+1] == '\'') {
			i++
		}
		out = append(out, text[i])
	}
	return string(out)
}

// unescape resolves the escapes of a text in double quotes.
func unescape(text string, quote byte) string {
	if strings.IndexByte(text, '\\') < 0 {
		return text
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c != '\\' || i+1 == len(text) {
			out = append(out, c)
			continue
		}
		i++
		switch c = text[i]; {
		case c == 'n':
			out = append(out, '\n')
		case c == 't':
			out = append(out, '\t')
		case c == 'r':
			out = append(out, '\r')
		case c == 'v':
			out = append(out, '\v')
		case c == 'e':
			out = append(out, 27)
		case c == 'f':
			out = append(out, '\f')
		case c == '\\' || c == '$' || c == quote && quote != 0:
			out = append(out, c)
		case c == 'x' && i+1 < len(text) && hexDigit(text[i+1]):
			end := i + 2
			if end < len(text) && hexDigit(text[end]) {
				end++
			}
			n, _ := strconv.ParseUint(text[i+1:end], 16, 8) // both are hex digits
			out = append(out, byte(n))
			i = end - 1
		case c >= '0' && c <= '7':
			end := i + 1
			for end < len(text) && end < i+3 && text[end] >= '0' && text[end] <= '7' {
				end++
			}
			n, _ := strconv.ParseUint(text[i:end], 8, 16)
			out = append(out, byte(n))
			i = end - 1
		case c == 'u' && strings.HasPrefix(text[i+1:], "{"):
			end := strings.IndexByte(text[i:min(len(text), i+12)], '}')
			if end < 0 {
				out = append(out, '\\', c)
				continue
			}
			n, err := strconv.ParseUint(text[i+2:i+end], 16, 32)
			if err != nil || n > utf8.MaxRune {
				out = append(out, '\\', c)
				continue
			}
			out = utf8.AppendRune(out, rune(n))
			i += end
		default:
			out = append(out, '\\', c)
		}
	}
	return string(out)
}

func hexDigit(c byte) bool { return digit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }

// interpolated takes a text apart that has variables put in. from is where it stands in the source.
func (p *parser) interpolated(o op, pos int32, text string, from int32, quote byte) *node {
	n := p.node(o, pos)
	n.flag = true
	begin := 0
	flush := func(end int) {
		if end > begin {
			t := p.node(opText, from+int32(begin))
			t.str = unescape(text[begin:end], quote)
			n.kids = append(n.kids, t)
		}
	}
	for i := 0; i < len(text); {
		c := text[i]
		if c == '\\' {
			i += 2
			continue
		}
		if i+1 >= len(text) || c != '$' && c != '{' {
			i++
			continue
		}
		var part *node
		end := i
		switch {
		case c == '{' && text[i+1] == '$', c == '$' && text[i+1] == '{':
			part, end = p.bracedPart(text, i, from)
		case c == '$' && letter(text[i+1]):
			part, end = p.plainPart(text, i, from)
		}
		if part == nil {
			i++
			continue
		}
		flush(i)
		n.kids = append(n.kids, part)
		i, begin = end, end
	}
	if o == opJoin && len(n.kids) == 0 && begin == 0 {
		n.op, n.str = opText, unescape(text, quote)
		return n
	}
	flush(len(text))
	return n
}

// bracedPart reads {$...} or ${...} in a text.
func (p *parser) bracedPart(text string, at int, from int32) (*node, int) {
	if p.budget <= 0 || p.depth > maxNesting/2 {
		return nil, at
	}
	l := &lexer{src: text, budget: p.budget, halt: -1}
	end := l.braced(at, 1)
	p.budget = l.budget - 100
	if end == 0 {
		return nil, at
	}
	inner := text[at+1 : end-1]
	name := false // ${name} and ${name[...]}
	if text[at] == '$' {
		inner = text[at+2 : end-1]
		word := 0
		for word < len(inner) && wordBytes[inner[word]] {
			word++
		}
		name = word > 0 && (word == len(inner) || inner[word] == '[')
		if name {
			inner = "$" + inner
		}
	}
	p.budget -= 2*len(inner) + 100
	sub := &lexer{src: inner, halt: -1, budget: len(inner) * 4}
	sub.code()
	sub.end()
	q := &parser{src: inner, layer: p.layer, tokens: sub.tokens, depth: p.depth + 1, class: p.class, budget: p.budget}
	e := q.expression()
	p.budget = q.budget
	if e == nil {
		return nil, at
	}
	shift(e, from+int32(at+1), 0)
	if text[at] == '$' && !name {
		v := p.node(opVar, from+int32(at))
		v.a = e
		e = v
	}
	return e, end
}

// shift moves a part of a text to where the text stands.
func shift(n *node, by int32, depth int) {
	if n == nil || depth > maxNesting {
		return
	}
	n.pos += by
	for _, k := range []*node{n.a, n.b, n.c} {
		shift(k, by, depth+1)
	}
	for _, k := range n.kids {
		shift(k, by, depth+1)
	}
}

// plainPart reads $name, $name[key] or $name->property in a text.
func (p *parser) plainPart(text string, at int, from int32) (*node, int) {
	end := at + 1
	for end < len(text) && wordBytes[text[end]] {
		end++
	}
	v := p.node(opVar, from+int32(at))
	v.str = text[at+1 : end]
	switch {
	case end+1 < len(text) && text[end] == '[':
		close := strings.IndexByte(text[end:min(len(text), end+200)], ']')
		if close < 2 {
			return v, end
		}
		key := text[end+1 : end+close]
		i := p.node(opIndex, v.pos)
		i.a = v
		switch {
		case key[0] == '$':
			i.b = p.node(opVar, v.pos)
			i.b.str = key[1:]
		default:
			i.b = p.node(opText, v.pos)
			i.b.str = strings.Trim(key, `'"`)
		}
		return i, end + close + 1
	case strings.HasPrefix(text[end:], "->") && end+2 < len(text) && letter(text[end+2]):
		m := end + 2
		for m < len(text) && wordBytes[text[m]] {
			m++
		}
		i := p.node(opProperty, v.pos)
		i.a, i.str = v, text[end+2:m]
		return i, m
	}
	return v, end
}
