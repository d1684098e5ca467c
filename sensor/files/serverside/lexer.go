package serverside

import "strings"

const (
	maxTokens = 400_000
	maxInner  = 3 // texts within code within texts
)

// lexer makes tokens of code.
type lexer struct {
	*dialect
	src     string
	i, base int
	inner   int
	tokens  []token
	docs    []doc // texts that begin on the next line
	line    bool  // at the beginning of a line
	begun   int   // where the line began
	space   bool
	room    *int
}

// doc is a text that stands below the line that names it.
type doc struct {
	token int
	end   string
	code  bool
}

func scan(d *dialect, src string) []token {
	room := maxTokens
	l := &lexer{dialect: d, src: src, line: true, room: &room}
	l.run()
	return l.tokens
}

// within scans code that stands in a text.
func (l *lexer) within(src string, at int) []token {
	if l.inner >= maxInner || strings.TrimSpace(src) == "" {
		return nil
	}
	in := &lexer{dialect: l.dialect, src: src, base: at, inner: l.inner + 1, line: true, room: l.room}
	in.run()
	return in.tokens
}

func (l *lexer) add(kind tokenKind, text string, from int) *token {
	t := token{kind: kind, text: text, pos: l.base + from, space: l.space}
	if l.line && kind != tLine {
		t.first, t.col, l.line = true, from-l.begun, false
	}
	l.space = false
	*l.room--
	l.tokens = append(l.tokens, t)
	return &l.tokens[len(l.tokens)-1]
}

func (l *lexer) last() token {
	if len(l.tokens) == 0 {
		return token{kind: tOp, text: ";"}
	}
	return l.tokens[len(l.tokens)-1]
}

// operand tells whether something that has a value was before: then what follows is an operator.
func (l *lexer) operand() bool {
	t := l.last()
	switch t.kind {
	case tText, tCommand, tNumber, tPattern:
		return true
	case tOp:
		return t.text == ")" || t.text == "]" || t.text == "}" && !l.sigils
	case tWord:
		return !before[t.text]
	case tEnd, tLine:
	}
	return false
}

// before are words after which a value comes.
var before = ops("return", "and", "or", "not", "if", "unless", "while", "until", "split", "grep", "map", "join", "print", "x", "when", "in", "elsif", "elif", "push", "puts", "eq", "ne", "case", "typeof", "system", "exec", "eval", "my", "our", "local")

func (l *lexer) run() {
	for l.i < len(l.src) && *l.room > 0 {
		l.next()
	}
}

func (l *lexer) next() {
	s, i := l.src, l.i
	c := s[i]
	switch {
	case c == '\n':
		l.newline()
	case c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v' || c == 0:
		l.i++
		l.space = true
	case l.comment():
	case c == '\\' && (l.lines || l.sigils) && i+1 < len(s) && (s[i+1] == '\n' || s[i+1] == '\r'):
		l.i += 2
		if s[i+1] == '\r' && l.i < len(s) && s[l.i] == '\n' {
			l.i++
		}
	case l.vb && c == '_' && (i+1 >= len(s) || strings.IndexByte(" \t\r\n", s[i+1]) >= 0):
		if n := strings.IndexByte(s[i:], '\n'); n >= 0 && strings.TrimSpace(s[i+1:i+n]) == "" {
			l.i += n + 1
		} else {
			l.i++
		}
	case l.literal():
	case wordByte(c) && (c < '0' || c > '9'):
		l.word(i)
	case c >= '0' && c <= '9':
		j := i + 1
		for j < len(s) && (wordByte(s[j]) || s[j] == '.' && j+1 < len(s) && s[j+1] >= '0' && s[j+1] <= '9') {
			j++
		}
		l.i = j
		l.add(tNumber, s[i:j], i)
	case l.sigils && l.sigil():
	case (c == '@' || c == '$') && (l.name == "ruby" || l.typed) && i+1 < len(s) && (wordByte(s[i+1]) || s[i+1] == '@'):
		if l.typed && c == '@' { // an annotation
			l.i++
			l.word(l.i)
			return
		}
		l.i++
		for l.i < len(s) && s[l.i] == '@' {
			l.i++
		}
		l.word(l.i)
	default:
		l.operator()
	}
}

func (l *lexer) newline() {
	l.i++
	l.space = true
	if l.lines && l.last().kind != tLine && len(l.tokens) > 0 {
		l.add(tLine, "\n", l.i-1)
	}
	for _, d := range l.docs {
		l.readDoc(d)
	}
	l.docs = nil
	l.line, l.begun = true, l.i
	rest := l.src[l.i:]
	switch {
	case rest == "" || l.inner > 0:
	case l.sigils && rest[0] == '=' && len(rest) > 1 && rest[1] >= 'a' && rest[1] <= 'z':
		l.skipTo("\n=cut")
	case l.name == "ruby" && strings.HasPrefix(rest, "=begin"):
		l.skipTo("\n=end")
	case (l.sigils || l.name == "ruby") && (strings.HasPrefix(rest, "__END__") || strings.HasPrefix(rest, "__DATA__")):
		l.i = len(l.src)
	}
}

func (l *lexer) skipTo(end string) {
	n := strings.Index(l.src[l.i:], end)
	if n < 0 {
		l.i = len(l.src)
		return
	}
	l.i += n + len(end)
	l.toLineEnd()
}

func (l *lexer) toLineEnd() {
	if n := strings.IndexByte(l.src[l.i:], '\n'); n >= 0 {
		l.i += n
	} else {
		l.i = len(l.src)
	}
}

// comment passes over a comment.
func (l *lexer) comment() bool {
	s := l.src[l.i:]
	switch {
	case l.hash && s[0] == '#', l.slashes && strings.HasPrefix(s, "//"):
		l.toLineEnd()
	case l.block && strings.HasPrefix(s, "/*"):
		if n := strings.Index(s[2:], "*/"); n >= 0 {
			l.i += n + 4
		} else {
			l.i = len(l.src)
		}
		l.space = true
	case l.vb && (s[0] == '\'' || len(s) > 3 && strings.EqualFold(s[:3], "rem") && !wordByte(s[3]) && (l.line || l.last().text == ";")):
		l.toLineEnd()
	default:
		return false
	}
	return true
}

func (l *lexer) word(from int) {
	s := l.src
	j := from
	for j < len(s) && wordByte(s[j]) {
		j++
	}
	if l.name == "ruby" && j < len(s) && (s[j] == '?' || s[j] == '!') && (j+1 >= len(s) || s[j+1] != '=') {
		j++
	}
	if l.sigils {
		for j+2 < len(s) && s[j] == ':' && s[j+1] == ':' && wordByte(s[j+2]) {
			for j += 2; j < len(s) && wordByte(s[j]); j++ {
			}
		}
	}
	if j == from {
		l.i = from + 1
		return
	}
	l.i = j
	w := s[from:j]
	if l.folded {
		w = strings.ToLower(w)
	}
	l.add(tWord, w, from)
}

// sigil reads a variable of Perl: whether it is one value, a list or a table, its name is what counts.
func (l *lexer) sigil() bool {
	s, i := l.src, l.i
	c := s[i]
	if c != '$' && c != '@' && c != '%' && c != '&' || i+1 >= len(s) {
		return false
	}
	if c != '$' && l.operand() && (c != '@' || l.last().kind != tWord) {
		return false
	}
	j := i + 1
	for j < len(s) && (s[j] == '$' || s[j] == '#') && j+1 < len(s) && (wordByte(s[j+1]) || s[j+1] == '$' || s[j+1] == '{') {
		j++
	}
	switch {
	case wordByte(s[j]) || s[j] == ':' && j+2 < len(s) && s[j+1] == ':' && wordByte(s[j+2]):
		k := j
		for k < len(s) && (wordByte(s[k]) || s[k] == ':' && k+2 < len(s) && s[k+1] == ':' && wordByte(s[k+2]) || s[k] == ':' && s[k-1] == ':') {
			k++
		}
		name := "$" + s[j:k]
		if c == '&' {
			name = s[j:k]
		}
		l.i = k
		l.add(tWord, name, i)
	case s[j] == '{':
		if k := strings.IndexByte(s[j:min(len(s), j+100)], '}'); c != '&' && k > 1 && isWord(s[j+1:j+k]) {
			l.i = j + k + 1
			l.add(tWord, "$"+s[j+1:j+k], i)
			return true
		}
		l.i = j
	case c == '$' && strings.IndexByte("!@/\\,;.&0_$", s[j]) >= 0:
		l.i = j + 1
		l.add(tWord, "$"+s[j:j+1], i)
	default:
		return false
	}
	return true
}

func isWord(s string) bool {
	for i := range len(s) {
		if !wordByte(s[i]) {
			return false
		}
	}
	return s != ""
}

var operators = []string{
	"<=>", "===", "!==", "**=", "||=", "&&=", "//=", "...", "<<=", ">>=", "?->", "->", "=>", "::", "==", "!=", "<=", ">=", "=~", "!~", "+=", "-=", "*=", "/=", ".=", "&=", "|=",
	"&&", "||", "??", "?.", "&.", ":=", "++", "--", "<<", ">>", "..",
}

func (l *lexer) operator() {
	s := l.src[l.i:]
	for _, o := range operators {
		if strings.HasPrefix(s, o) {
			if o == "//=" && !l.sigils || o == ".=" && !l.sigils || (o == "?." || o == "::" || o == "&." || o == "..") && l.vb {
				continue
			}
			l.i += len(o)
			switch o {
			case "?.", "&.", "?->":
				o = "."
			}
			l.add(tOp, o, l.i-len(o))
			return
		}
	}
	l.i++
	o := s[:1]
	if l.vb && o == ":" {
		o = ";"
	}
	l.add(tOp, o, l.i-1)
}
