package script

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenName
	tokenString
	tokenTemplate // one stretch of a template literal between its delimiters and holes
	tokenNumber
	tokenRegExp
	tokenPunctuator
)

// lexeme is a stretch of source, without its text.
type lexeme struct {
	kind       tokenKind
	newline    bool // a line terminator stands between this lexeme and the one before it
	start, end int
	first      byte // the first byte; of a punctuator it tells most of what there is to know
}

// bracket is what the lexer remembers about an open bracket.
type bracket struct {
	open     byte // '(', '[', '{', or '$' for a template's hole
	control  bool // a parenthesis after if, while, for or with: a statement follows it, not an operator
	operand  bool // once closed it is an operand: what follows is an operator
	function bool // the parameter list of a function
	// The rest serves the bounds on what a parser may recurse over.
	pending int // prefix operators and right-associative operators open at this level
	elses   int // the else branches of the statement open at this level
	arrows  int // how deeply arrow functions nest in parameter lists inside this bracket
}

// lexer splits JavaScript into tokens without a grammar. It never fails: what it cannot make out becomes a punctuator
// of one byte. The only question that needs context, whether a slash divides or starts a regular expression, it answers
// from the lexeme before and from the kind of bracket that was closed last.
type lexer struct {
	src  string
	pos  int
	open []bracket

	prev        lexeme
	prevKeyword bool    // prev is a keyword after which an operand is expected
	prevMember  bool    // prev follows a dot
	closed      bracket // the bracket closed last
	functionAt  bool    // a function keyword in operand position waits for its parameter list
	function    bool    // a function keyword of any kind waits for its parameter list
	deepest     int     // the most brackets that were open at once
}

func newLexer(src string) *lexer {
	return &lexer{src: src, open: make([]bracket, 0, 64)}
}

// afterOperand tells whether the lexeme to come stands after an operand, where a slash divides.
func (l *lexer) afterOperand() bool {
	switch l.prev.kind {
	case tokenName:
		return !l.prevKeyword
	case tokenString, tokenNumber, tokenRegExp:
		return true
	case tokenTemplate:
		return l.src[l.prev.end-1] == '`'
	case tokenPunctuator:
		switch l.prev.first {
		case ']':
			return true
		case ')':
			return !l.closed.control
		case '}':
			return l.closed.operand
		case '+', '-':
			// "a++ / b": the operator was a postfix if an operand stood before it, and then its end is that of an operand.
			return l.prev.end-l.prev.start == 2 && l.closed.operand && l.closed.open == '+'
		}
	}
	return false
}

// next returns the next lexeme; at the end of the source one of kind tokenEnd, again and again.
func (l *lexer) next() lexeme {
	newline := l.skipBlank()
	t := lexeme{start: l.pos, newline: newline}
	if l.pos >= len(l.src) {
		t.end = l.pos
		return t
	}
	c := l.src[l.pos]
	t.first = c
	keyword, member := false, false
	switch class := byteClass[c]; {
	case class&isNameStart != 0 || c >= utf8.RuneSelf:
		l.name()
		t.kind = tokenName
		member = l.prev.kind == tokenPunctuator && l.src[l.prev.end-1] == '.' && l.prev.end-l.prev.start < 3
		if !member {
			keyword = l.keyword(l.src[t.start:l.pos])
		}
	case class&isDigit != 0 || c == '.' && l.pos+1 < len(l.src) && byteClass[l.src[l.pos+1]]&isDigit != 0:
		l.number()
		t.kind = tokenNumber
	case c == '"' || c == '\'':
		l.quoted(c)
		t.kind = tokenString
	case c == '`':
		l.pos++
		l.template()
		t.kind = tokenTemplate
	case c == '/' && !l.afterOperand():
		l.regExp()
		t.kind = tokenRegExp
	case c == '}' && len(l.open) > 0 && l.open[len(l.open)-1].open == '$':
		l.closed = l.open[len(l.open)-1]
		l.open = l.open[:len(l.open)-1]
		l.pos++
		l.template()
		t.kind = tokenTemplate
	default:
		l.punctuator(c)
		t.kind = tokenPunctuator
	}
	t.end = l.pos
	l.prev, l.prevKeyword, l.prevMember = t, keyword, member
	return t
}

// keyword notes what a name means for the tokens to come, and tells whether an operand is expected after it.
func (l *lexer) keyword(name string) bool {
	if len(name) < 2 || len(name) > 10 || name[0] < 'a' || name[0] > 'y' {
		return false
	}
	switch name {
	case "function":
		l.function, l.functionAt = true, l.operandPosition()
	case "return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else", "do", "instanceof", "await", "yield",
		"if", "while", "for", "with", "extends", "default":
		return true
	}
	return false
}

// operandPosition tells whether what comes now is part of an expression, so that a brace opens an object literal and a
// function is an expression.
func (l *lexer) operandPosition() bool {
	switch l.prev.kind {
	case tokenName:
		return l.prevKeyword && l.src[l.prev.start:l.prev.end] != "else" && l.src[l.prev.start:l.prev.end] != "do"
	case tokenTemplate:
		return true
	case tokenPunctuator:
		switch l.prev.first {
		case ';', '{', '}', ')':
			return false
		case ':':
			n := len(l.open)
			return n > 0 && (l.open[n-1].open != '{' || l.open[n-1].operand || l.open[n-1].pending > 0)
		case '=':
			return l.src[l.prev.end-1] != '>'
		}
		return true
	}
	return false
}

func (l *lexer) punctuator(c byte) {
	switch c {
	case '(':
		b := bracket{open: '(', operand: true, function: l.function}
		if l.prev.kind == tokenName && !l.prevMember {
			switch l.src[l.prev.start:l.prev.end] {
			case "if", "while", "for", "with":
				b.control, b.operand = true, false
			case "await": // for await (…)
				b.control = strings.HasSuffix(strings.TrimRight(l.src[:l.prev.start], " \t\r\n"), "for")
			}
		}
		if b.function {
			b.operand = l.functionAt
			l.function, l.functionAt = false, false
		}
		l.push(b)
		l.pos++
	case '[':
		l.push(bracket{open: '[', operand: true})
		l.pos++
	case '{':
		b := bracket{open: '{', operand: l.operandPosition()}
		if l.prev.kind == tokenPunctuator && l.prev.first == ')' && l.closed.function {
			b.operand = l.closed.operand
		}
		l.push(b)
		l.pos++
	case ')', ']', '}':
		l.pos++
		if n := len(l.open); n > 0 {
			l.closed = l.open[n-1]
			l.open = l.open[:n-1]
			if n > 1 && l.closed.arrows > l.open[n-2].arrows {
				l.open[n-2].arrows = l.closed.arrows
			}
		} else {
			l.closed = bracket{}
		}
	case '+', '-':
		if l.pos+1 < len(l.src) && l.src[l.pos+1] == c {
			l.closed = bracket{open: '+', operand: l.afterOperand()}
			l.pos += 2
			return
		}
		l.operator()
	default:
		l.operator()
	}
}

func (l *lexer) push(b bracket) {
	l.open = append(l.open, b)
	l.deepest = max(l.deepest, len(l.open))
}

// operator takes the characters that can continue an operator; which of them really do is a question for a grammar.
func (l *lexer) operator() {
	c := l.src[l.pos]
	l.pos++
	if byteClass[c]&isOperator == 0 {
		return
	}
	for l.pos < len(l.src) {
		d := l.src[l.pos]
		if d != '=' && d != c && (c != '=' || d != '>') && (c != '?' || d != '.') || d == '-' || d == '+' || d == '!' || d == '~' {
			return
		}
		if c == '?' && d == '.' && l.pos+1 < len(l.src) && byteClass[l.src[l.pos+1]]&isDigit != 0 {
			return
		}
		if c == '/' && d == '/' || c == '=' && l.src[l.pos-1] == '>' || c == ':' {
			return
		}
		l.pos++
	}
}

// skipBlank passes white space and comments and tells whether there was a line terminator.
func (l *lexer) skipBlank() (newline bool) {
	for l.pos < len(l.src) {
		c := l.src[l.pos]
		switch {
		case c == ' ' || c == '\t' || c == '\v' || c == '\f':
			l.pos++
		case c == '\n' || c == '\r':
			newline = true
			l.pos++
		case c == '/' && strings.HasPrefix(l.src[l.pos:], "//"):
			l.skipLine()
		case c == '/' && strings.HasPrefix(l.src[l.pos:], "/*"):
			end := strings.Index(l.src[l.pos+2:], "*/")
			if end < 0 {
				end = len(l.src) - l.pos - 4
			}
			newline = newline || strings.ContainsAny(l.src[l.pos:l.pos+end+4], "\r\n")
			l.pos += end + 4
		case c == '<' && strings.HasPrefix(l.src[l.pos:], "<!--"):
			l.skipLine()
		case c == '-' && (newline || l.prev.kind == tokenEnd) && strings.HasPrefix(l.src[l.pos:], "-->"):
			l.skipLine()
		case c == '#' && l.pos == 0 && strings.HasPrefix(l.src, "#!"):
			l.skipLine()
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRuneInString(l.src[l.pos:])
			if r == '\u2028' || r == '\u2029' {
				newline = true
			} else if r != '\ufeff' && !unicode.IsSpace(r) {
				return newline
			}
			l.pos += size
		default:
			return newline
		}
	}
	return newline
}

func (l *lexer) skipLine() {
	if end := strings.IndexAny(l.src[l.pos:], "\r\n"); end >= 0 {
		l.pos += end
	} else {
		l.pos = len(l.src)
	}
}

func (l *lexer) name() {
	l.pos++
	for l.pos < len(l.src) && (byteClass[l.src[l.pos]]&(isNameStart|isDigit) != 0 || l.src[l.pos] >= utf8.RuneSelf) {
		if l.src[l.pos] >= utf8.RuneSelf {
			if r, _ := utf8.DecodeRuneInString(l.src[l.pos:]); unicode.IsSpace(r) || r == '\u2028' || r == '\u2029' {
				return
			}
		}
		if l.src[l.pos] == '\\' && strings.HasPrefix(l.src[l.pos:], `\u{`) {
			l.pos += 2
			for l.pos < len(l.src) && l.src[l.pos] != '}' && l.src[l.pos] != '\n' {
				l.pos++
			}
		}
		l.pos++
	}
	l.pos = min(l.pos, len(l.src))
}

func (l *lexer) number() {
	l.pos++
	for l.pos < len(l.src) {
		c := l.src[l.pos]
		if byteClass[c]&(isNameStart|isDigit) == 0 && c != '.' {
			before := l.src[l.pos-1] | 0x20
			if (c != '+' && c != '-') || before != 'e' || strings.HasPrefix(l.src[l.prev.end:l.pos], "0x") {
				return
			}
		}
		l.pos++
	}
}

func (l *lexer) quoted(quote byte) {
	for l.pos++; l.pos < len(l.src); l.pos++ {
		switch c := l.src[l.pos]; c {
		case quote:
			l.pos++
			return
		case '\\':
			l.pos++
			if strings.HasPrefix(l.src[min(l.pos, len(l.src)):], "\r\n") {
				l.pos++
			}
		case '\n', '\r': // not terminated: the rest is no part of it
			return
		}
	}
	l.pos = len(l.src)
}

// template takes a stretch of a template literal up to and including its closing quote or the opening of a hole.
func (l *lexer) template() {
	for ; l.pos < len(l.src); l.pos++ {
		switch l.src[l.pos] {
		case '`':
			l.pos++
			return
		case '\\':
			l.pos++
		case '$':
			if l.pos+1 < len(l.src) && l.src[l.pos+1] == '{' {
				l.pos += 2
				l.push(bracket{open: '$'})
				return
			}
		}
	}
	l.pos = len(l.src)
}

func (l *lexer) regExp() {
	class := false
	for l.pos++; l.pos < len(l.src); l.pos++ {
		switch l.src[l.pos] {
		case '\\':
			l.pos++
		case '[':
			class = true
		case ']':
			class = false
		case '\n', '\r':
			return
		case '/':
			if class {
				continue
			}
			l.pos++
			for l.pos < len(l.src) && byteClass[l.src[l.pos]]&isNameStart != 0 {
				l.pos++
			}
			return
		}
	}
	l.pos = len(l.src)
}

const (
	isNameStart = 1 << iota
	isDigit
	isOperator
)

var byteClass = func() (class [256]uint8) {
	for c := range class {
		switch b := byte(c); {
		case b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b == '_', b == '$', b == '\\', b == '#', b == '@':
			class[c] = isNameStart
		case b >= '0' && b <= '9':
			class[c] = isDigit
		case strings.IndexByte("=<>!*/%&|^?:+-~", b) >= 0:
			class[c] = isOperator
		}
	}
	return class
}()
