package php

import (
	"strings"
)

// maxTokens bounds the tokens of one source: more of them are not looked at.
const maxTokens = 700_000

// lexer takes a source apart. It reads any bytes.
type lexer struct {
	src    string
	at     int
	short  bool // "<?" alone begins code
	tokens []token
	cut    bool // there was more than is looked at
	budget int  // of bytes to go through in search of where braces in quotes end
	halt   int  // where what __halt_compiler leaves begins; -1 where it is not called
}

// scan takes a file apart: text, and the code within it.
func scan(src string, short bool) *lexer {
	l := &lexer{src: src, short: short, halt: -1, budget: 4*len(src) + 10_000, tokens: make([]token, 0, len(src)/6+16)}
	for l.at < len(l.src) && !l.cut {
		l.inline()
		l.code()
	}
	l.end()
	return l
}

// scanCode takes code apart that has no opening tag, as it is handed to eval.
func scanCode(src string) *lexer {
	l := &lexer{src: src, short: true, halt: -1, budget: 4*len(src) + 10_000, tokens: make([]token, 0, len(src)/6+16)}
	l.code()
	for l.at < len(l.src) && !l.cut {
		l.inline()
		l.code()
	}
	l.end()
	return l
}

func (l *lexer) end() {
	n := int32(len(l.src))
	for range 3 { // so that a look ahead needs no bounds
		l.tokens = append(l.tokens, token{tEnd, 0, n, n})
	}
}

func (l *lexer) add(k kind, s sym, start, end int) {
	if len(l.tokens) >= maxTokens {
		l.cut = true
		return
	}
	l.tokens = append(l.tokens, token{k, s, int32(start), int32(end)})
}

// inline reads text up to the tag that begins code.
func (l *lexer) inline() {
	from := l.at
	at, length, echo := openTag(l.src, l.at, l.short)
	if at < 0 {
		l.at = len(l.src)
		l.add(tInline, 0, from, l.at)
		return
	}
	if at > from {
		l.add(tInline, 0, from, at)
	}
	l.at = at + length
	if echo {
		l.add(tEcho, 0, at, l.at)
	}
}

// openTag finds the next tag that begins code, its length, and whether it is the one that writes; -1 where there is none.
func openTag(src string, from int, short bool) (at, length int, echo bool) {
	for from < len(src) {
		i := strings.IndexByte(src[from:], '<')
		if i < 0 {
			return -1, 0, false
		}
		at = from + i
		rest := src[at:]
		switch {
		case len(rest) > 2 && rest[1] == '?' && rest[2] == '=':
			return at, 3, true
		case len(rest) >= 5 && rest[1] == '?' && strings.EqualFold(rest[2:5], "php") && (len(rest) == 5 || rest[5] <= ' ' || rest[5] == '/' || rest[5] == '#'):
			return at, 5, false
		case short && len(rest) > 1 && rest[1] == '?' && !(len(rest) >= 5 && strings.EqualFold(rest[2:5], "xml")):
			return at, 2, false
		case len(rest) > 12 && (rest[1] == 's' || rest[1] == 'S') && strings.EqualFold(rest[1:7], "script"):
			if end := strings.IndexByte(rest[:min(len(rest), 120)], '>'); end > 0 {
				tag := strings.NewReplacer(" ", "", "\t", "", "\n", "", "\r", "", `"`, "", "'", "").Replace(strings.ToLower(rest[:end]))
				if strings.HasPrefix(tag, "<scriptlanguage=php") {
					return at, end + 1, false
				}
			}
		}
		from = at + 1
	}
	return -1, 0, false
}

func letter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}
func digit(c byte) bool { return c >= '0' && c <= '9' }

// wordBytes are those that a name goes on with.
var wordBytes = func() (t [256]bool) {
	for c := range 256 {
		t[c] = letter(byte(c)) || digit(byte(c))
	}
	return t
}()

func (l *lexer) word(from int) int {
	for from < len(l.src) && wordBytes[l.src[from]] {
		from++
	}
	return from
}

// code reads code up to the tag that ends it.
func (l *lexer) code() {
	for l.at < len(l.src) && !l.cut {
		start := l.at
		switch c := l.src[start]; {
		case c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' || c == '\v' || c == 0:
			l.at++
		case c == '$':
			if end := l.word(start + 1); end > start+1 && !digit(l.src[start+1]) {
				l.add(tVar, 0, start, end)
				l.at = end
			} else {
				l.add(tDollar, 0, start, start+1)
				l.at++
			}
		case letter(c) || c == '\\' && start+1 < len(l.src) && letter(l.src[start+1]):
			if l.name(); l.halt >= 0 {
				l.at = len(l.src)
				return
			}
		case digit(c) || c == '.' && start+1 < len(l.src) && digit(l.src[start+1]):
			l.number()
		case c == '\'':
			l.at = l.quoted(start, false, 0)
			l.add(tSingle, 0, start, l.at)
		case c == '"':
			l.at = l.quoted(start, true, 0)
			l.add(tDouble, 0, start, l.at)
		case c == '`':
			l.at = l.quoted(start, true, 0)
			l.add(tBacktick, 0, start, l.at)
		case c == '#' && strings.HasPrefix(l.src[start:], "#["):
			l.add(tSymbol, symAttribute, start, start+2)
			l.at += 2
		case c == '#' || c == '/' && strings.HasPrefix(l.src[start:], "//"):
			l.lineComment()
		case c == '/' && strings.HasPrefix(l.src[start:], "/*"):
			if i := strings.Index(l.src[start+2:], "*/"); i >= 0 {
				l.at = start + 2 + i + 2
			} else {
				l.at = len(l.src)
			}
		case c == '?' && strings.HasPrefix(l.src[start:], "?>"):
			l.closeTag()
			return
		case c == '<' && strings.HasPrefix(l.src[start:], "<<<") && l.heredoc():
		case c == '<' && len(l.src)-start >= 9 && strings.EqualFold(l.src[start:start+9], "</script>"):
			l.add(tSymbol, symSemicolon, start, start+9)
			l.at += 9
			return
		case c == '(':
			l.open()
		default:
			l.symbol()
		}
	}
}

// closeTag ends code. The line break behind it belongs to it.
func (l *lexer) closeTag() {
	l.add(tSymbol, symSemicolon, l.at, l.at+2)
	l.at += 2
	if strings.HasPrefix(l.src[l.at:], "\r\n") {
		l.at += 2
	} else if l.at < len(l.src) && l.src[l.at] == '\n' {
		l.at++
	}
}

func (l *lexer) lineComment() {
	rest := l.src[l.at:]
	if i := strings.IndexAny(rest, "\r\n"); i >= 0 {
		rest = rest[:i]
	}
	if i := strings.Index(rest, "?>"); i >= 0 {
		l.at += i
		return
	}
	l.at += len(rest)
}

func (l *lexer) name() {
	start := l.at
	if l.src[start] == '\\' {
		l.at++
	}
	l.at = l.word(l.at)
	for l.at+1 < len(l.src) && l.src[l.at] == '\\' && letter(l.src[l.at+1]) {
		l.at = l.word(l.at + 1)
	}
	s := wordOf(l.src[start:l.at])
	l.add(tName, s, start, l.at)
	if s == wordHalt {
		i := strings.IndexAny(l.src[l.at:min(l.at+200, len(l.src))], ";?")
		if i < 0 {
			return
		}
		l.halt = l.at + i + 1
		if l.src[l.halt-1] == '?' {
			l.halt = min(l.halt+1, len(l.src))
		}
	}
}

// wordOf is the word of the language that a name is, in any case of letters.
func wordOf(name string) sym {
	if len(name) > 15 || len(name) < 2 {
		return symNone
	}
	for i := range len(name) {
		if c := name[i]; c >= 'A' && c <= 'Z' {
			return words[strings.ToLower(name)]
		}
	}
	return words[name]
}

func (l *lexer) number() {
	start, at := l.at, l.at
	src := l.src
	hex := src[at] == '0' && at+1 < len(src) && (src[at+1]|0x20 == 'x' || src[at+1]|0x20 == 'b' || src[at+1]|0x20 == 'o')
	if hex {
		at += 2
		for at < len(src) && (digit(src[at]) || src[at]|0x20 >= 'a' && src[at]|0x20 <= 'f' || src[at] == '_') {
			at++
		}
	} else {
		for at < len(src) && (digit(src[at]) || src[at] == '_' && at+1 < len(src) && digit(src[at+1])) {
			at++
		}
		if at < len(src) && src[at] == '.' && !strings.HasPrefix(src[at:], "...") {
			at++
			for at < len(src) && digit(src[at]) {
				at++
			}
		}
		if at+1 < len(src) && src[at]|0x20 == 'e' && (digit(src[at+1]) || at+2 < len(src) && (src[at+1] == '+' || src[at+1] == '-') && digit(src[at+2])) {
			at += 2
			for at < len(src) && digit(src[at]) {
				at++
			}
		}
	}
	l.add(tNumber, 0, start, at)
	l.at = at
}

// open reads a bracket, or a cast.
func (l *lexer) open() {
	at := l.at + 1
	for at < len(l.src) && (l.src[at] == ' ' || l.src[at] == '\t') {
		at++
	}
	if at < len(l.src) && letter(l.src[at]) {
		end := l.word(at)
		if end-at <= 7 {
			close := end
			for close < len(l.src) && (l.src[close] == ' ' || l.src[close] == '\t') {
				close++
			}
			if close < len(l.src) && l.src[close] == ')' {
				if cast, ok := casts[strings.ToLower(l.src[at:end])]; ok {
					l.add(tCast, cast, l.at, close+1)
					l.at = close + 1
					return
				}
			}
		}
	}
	l.add(tSymbol, symOpen, l.at, l.at+1)
	l.at++
}

func (l *lexer) symbol() {
	rest := l.src[l.at:]
	for _, s := range symbolTable[rest[0]] {
		if len(s.text) == 1 || strings.HasPrefix(rest, s.text) {
			l.add(tSymbol, s.sym, l.at, l.at+len(s.text))
			l.at += len(s.text)
			return
		}
	}
	l.at++ // no PHP: what stands around it may be
}

// quoted is where the quoted text that begins at from ends. In one that has variables put in, quotes may stand within
// the braces of an expression.
func (l *lexer) quoted(from int, puts bool, depth int) int {
	src := l.src
	quote := src[from]
	for i := from + 1; i < len(src); i++ {
		switch c := src[i]; {
		case c == '\\':
			i++
		case c == quote:
			return i + 1
		case puts && i+1 < len(src) && (c == '{' && src[i+1] == '$' || c == '$' && src[i+1] == '{'):
			if end := l.braced(i, depth+1); end > 0 {
				i = end - 1
			}
		}
	}
	return len(src)
}

// maxQuotes bounds quotes within the braces of quotes.
const maxQuotes = 20

// braced is where the expression in braces that begins at or behind from ends; 0 where it does not.
func (l *lexer) braced(from, depth int) int {
	src := l.src
	if depth > maxQuotes {
		return 0
	}
	open := 0
	for i := from; i < len(src) && i < from+100_000 && l.budget > 0; i++ {
		l.budget--
		switch src[i] {
		case '{':
			open++
		case '}':
			if open--; open == 0 {
				return i + 1
			}
		case '\'':
			end := l.quoted(i, false, depth)
			l.budget -= end - i
			i = end - 1
		case '"':
			end := l.quoted(i, true, depth)
			l.budget -= end - i
			i = end - 1
		case '\n':
			if open > 1 && i > from+5000 {
				return 0
			}
		}
	}
	return 0
}

// heredoc reads a text of several lines that is ended by a name, if one begins here.
func (l *lexer) heredoc() bool {
	start := l.at
	at := start + 3
	for at < len(l.src) && (l.src[at] == ' ' || l.src[at] == '\t') {
		at++
	}
	quote := byte(0)
	if at < len(l.src) && (l.src[at] == '\'' || l.src[at] == '"') {
		quote = l.src[at]
		at++
	}
	end := l.word(at)
	if end == at || digit(l.src[at]) {
		return false
	}
	name := l.src[at:end]
	if quote != 0 {
		if end >= len(l.src) || l.src[end] != quote {
			return false
		}
		end++
	}
	if strings.HasPrefix(l.src[end:], "\r\n") {
		end++
	}
	if end >= len(l.src) || l.src[end] != '\n' && l.src[end] != '\r' {
		return false
	}
	k := tHeredoc
	if quote == '\'' {
		k = tNowdoc
	}
	// The token goes from behind the first line to the end of the name.
	for line := end + 1; line <= len(l.src); {
		at := line
		for at < len(l.src) && (l.src[at] == ' ' || l.src[at] == '\t') {
			at++
		}
		if strings.HasPrefix(l.src[at:], name) && (at+len(name) == len(l.src) || !wordBytes[l.src[at+len(name)]]) {
			l.add(k, 0, start, at+len(name))
			l.at = at + len(name)
			return true
		}
		next := strings.IndexByte(l.src[line:], '\n')
		if next < 0 {
			break
		}
		line += next + 1
	}
	l.add(k, 0, start, len(l.src))
	l.at = len(l.src)
	return true
}
