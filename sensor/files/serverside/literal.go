package serverside

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// literal reads a text, a command or a pattern.
func (l *lexer) literal() bool {
	s, i := l.src, l.i
	c := s[i]
	switch {
	case c == '"' && l.vb, (c == '"' || c == '\'') && l.doubled && !l.vb:
		l.quoted(i, c, c == '"' || l.name == "cf")
	case l.name == "python":
		return l.python()
	case c == '"' && l.name == "java" && strings.HasPrefix(s[i:], `"""`):
		end := strings.Index(s[i+3:], `"""`)
		if end < 0 {
			end = len(s) - i - 3
		}
		l.i = min(i+3+end+3, len(s))
		l.add(tText, s[i+3:i+3+end], i)
	case l.name == "cs" && (c == '@' || c == '$'):
		j := i
		verbatim, code := false, false
		for j < len(s) && (s[j] == '@' || s[j] == '$') {
			verbatim, code = verbatim || s[j] == '@', code || s[j] == '$'
			j++
		}
		if j >= len(s) || s[j] != '"' {
			return false
		}
		l.delimited(i, j+1, '"', '"', tText, code, !verbatim, verbatim, "{")
	case c == '"' && !l.vb, c == '\'' && !l.vb:
		l.delimited(i, i+1, c, c, tText, c == '"', l.escapes, false, l.interpolated)
	case c == '`' && (l.ticks || l.name == "js"):
		kind := tCommand
		if l.name == "js" {
			kind = tText
		}
		l.delimited(i, i+1, c, c, kind, true, true, false, l.interpolated)
	case l.regexes && c == '/' && !l.operand():
		line, _, _ := strings.Cut(s[i+1:min(len(s), i+2000)], "\n")
		if strings.IndexByte(line, '/') < 0 {
			return false
		}
		l.delimited(i, i+1, '/', '/', tPattern, false, false, false, "")
		l.flags()
	case l.sigils && c >= 'a' && c <= 'z':
		return l.perlQuote()
	case l.percent && c == '%' && !l.operand():
		return l.rubyQuote()
	case l.heredoc && c == '<' && strings.HasPrefix(s[i:], "<<"):
		return l.here()
	case l.name == "ruby" && c == ':' && i+1 < len(s) && (wordByte(s[i+1]) || s[i+1] == '"') && (i == 0 || s[i-1] != ':'):
		l.i++
		if s[l.i] == '"' {
			return l.literal()
		}
		j := l.i
		for j < len(s) && wordByte(s[j]) {
			j++
		}
		l.add(tText, s[l.i:j], i)
		l.i = j
	default:
		return false
	}
	return true
}

func (l *lexer) flags() string {
	from := l.i
	for l.i < len(l.src) && l.src[l.i] >= 'a' && l.src[l.i] <= 'z' {
		l.i++
	}
	return l.src[from:l.i]
}

// quoted reads a text in which the quote itself is written twice.
func (l *lexer) quoted(from int, quote byte, code bool) {
	l.delimited(from, from+1, quote, quote, tText, code && l.interpolated != "", false, true, l.interpolated)
}

// delimited reads up to an end. Brackets of the same kind within it are counted.
func (l *lexer) delimited(from, at int, open, end byte, kind tokenKind, code, escapes, doubled bool, mark string) {
	s := l.src
	depth, j := 0, at
	for ; j < len(s); j++ {
		switch c := s[j]; {
		case c == '\\' && (escapes || kind == tPattern || !doubled && !l.vb && l.escapes):
			j++
		case c == end && doubled && j+1 < len(s) && s[j+1] == end:
			j++
		case c == end && depth == 0:
			l.finish(from, at, j, kind, code, escapes, doubled, mark)
			return
		case c == end:
			depth--
		case c == open && open != end:
			depth++
		case c == '\n' && l.vb:
			l.finish(from, at, j, kind, code, escapes, doubled, mark)
			l.i = j
			return
		}
	}
	l.finish(from, at, len(s), kind, code, escapes, doubled, mark)
}

func (l *lexer) finish(from, at, end int, kind tokenKind, code, escapes, doubled bool, mark string) {
	end = min(end, len(l.src))
	raw := l.src[at:end]
	l.i = min(end+1, len(l.src))
	if doubled && end > at {
		q := "\""
		if at > 0 && (l.src[at-1] == '\'' || l.src[at-1] == '"') {
			q = l.src[at-1 : at]
		}
		raw = strings.ReplaceAll(raw, q+q, q)
	}
	l.add(kind, "", from)
	index := len(l.tokens) - 1
	if !code || mark == "" || !strings.Contains(raw, mark[:1]) && !strings.Contains(raw, "@") {
		if escapes {
			raw = unbackslash(raw)
		}
		l.tokens[index].text = raw
		return
	}
	parts := l.split(raw, l.base+at, mark, escapes)
	l.tokens[index].parts = parts
	if len(parts) == 1 && parts[0].code == nil {
		l.tokens[index].text, l.tokens[index].parts = parts[0].text, nil
	}
}

// split takes the code out of a text.
func (l *lexer) split(raw string, at int, mark string, escapes bool) []part {
	var parts []part
	plain := func(s string) {
		if escapes {
			s = unbackslash(s)
		}
		if s != "" {
			parts = append(parts, part{text: s})
		}
	}
	last := 0
	for i := 0; i < len(raw); i++ {
		if raw[i] == '\\' && escapes {
			i++
			continue
		}
		from, to := 0, 0
		switch {
		case mark == "$" && (raw[i] == '$' || raw[i] == '@') && i+1 < len(raw):
			from, to = i, perlVariable(raw, i)
		case mark == "#" && raw[i] == '#':
			if n := strings.IndexByte(raw[i+1:], '#'); n > 0 {
				from, to = i+1, i+1+n
			}
		case mark != "$" && mark != "#" && strings.HasPrefix(raw[i:], mark):
			from = i + len(mark)
			if mark == "{" && from < len(raw) && raw[from] == '{' {
				i++
				continue
			}
			to = closing(raw, from)
		}
		if to <= from {
			continue
		}
		plain(raw[last:i])
		parts = append(parts, part{code: l.within(raw[from:to], at+from)})
		last = to
		if mark != "$" && last < len(raw) {
			last++
		}
		i = last - 1
	}
	plain(raw[min(last, len(raw)):])
	return parts
}

// closing finds the brace that ends code within a text.
func closing(s string, i int) int {
	depth := 0
	for ; i < len(s); i++ {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth == 0 {
				return i
			}
			depth--
		}
	}
	return len(s)
}

// perlVariable finds the end of a variable within a text, with what is asked of it.
func perlVariable(s string, i int) int {
	j := i + 1
	for j < len(s) && s[j] == '$' {
		j++
	}
	if j >= len(s) {
		return i
	}
	switch {
	case s[j] == '{':
		j = min(closing(s, j+1)+1, len(s))
	case wordByte(s[j]):
		for j < len(s) && (wordByte(s[j]) || s[j] == ':' && j+2 < len(s) && s[j+1] == ':' && wordByte(s[j+2]) || s[j] == ':' && s[j-1] == ':') {
			j++
		}
	default:
		return i
	}
	for j < len(s) {
		k := j
		if strings.HasPrefix(s[k:], "->") && k+2 < len(s) && (s[k+2] == '{' || s[k+2] == '[') {
			k += 2
		}
		switch s[k] {
		case '{':
			j = min(closing(s, k+1)+1, len(s))
			continue
		case '[':
			n := strings.IndexByte(s[k:], ']')
			if n < 2 || !strings.ContainsAny(s[k+1:k+2], "$-0123456789") {
				return j
			}
			j = k + n + 1
			continue
		}
		break
	}
	return j
}

// python reads texts with what may stand before them.
func (l *lexer) python() bool {
	s, i := l.src, l.i
	j := i
	for j < len(s) && j < i+3 && strings.IndexByte("rRbBfFuU", s[j]) >= 0 {
		j++
	}
	if j >= len(s) || s[j] != '"' && s[j] != '\'' {
		return false
	}
	prefix := strings.ToLower(s[i:j])
	raw, code := strings.Contains(prefix, "r"), strings.Contains(prefix, "f")
	if triple := strings.Repeat(s[j:j+1], 3); strings.HasPrefix(s[j:], triple) {
		end := j + 3
		for end < len(s) && !strings.HasPrefix(s[end:], triple) {
			if s[end] == '\\' {
				end++
			}
			end++
		}
		end = min(end, len(s))
		l.finish(i, j+3, end, tText, code, !raw, false, "{")
		l.i = min(end+3, len(s))
		return true
	}
	l.delimited(i, j+1, s[j], s[j], tText, code, !raw, false, "{")
	return true
}

// unbackslash undoes the escapes that all these languages share.
func unbackslash(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 >= len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch c := s[i]; {
		case c == 'n':
			b.WriteByte('\n')
		case c == 't':
			b.WriteByte('\t')
		case c == 'r':
			b.WriteByte('\r')
		case c == 'x' && i+1 < len(s) && s[i+1] == '{':
			n := strings.IndexByte(s[i:], '}')
			if n < 0 {
				continue
			}
			v, _ := strconv.ParseUint(s[i+2:i+n], 16, 32)
			b.WriteString(string(rune(min(v, utf8.MaxRune))))
			i += n
		case c == 'x' && i+2 < len(s) && isHex(s[i+1:i+3]):
			v, _ := strconv.ParseUint(s[i+1:i+3], 16, 8)
			b.WriteByte(byte(v))
			i += 2
		case c == 'u' && i+4 < len(s) && isHex(s[i+1:i+5]):
			v, _ := strconv.ParseUint(s[i+1:i+5], 16, 32)
			b.WriteString(string(rune(v)))
			i += 4
		case c >= '0' && c <= '7':
			j := i
			for j < len(s) && j < i+3 && s[j] >= '0' && s[j] <= '7' {
				j++
			}
			v, _ := strconv.ParseUint(s[i:j], 8, 16)
			b.WriteByte(byte(v))
			i = j - 1
		case c == '\n':
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isHex(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return false
		}
	}
	return s != ""
}
