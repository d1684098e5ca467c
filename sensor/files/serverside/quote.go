package serverside

import "strings"

var brackets = map[byte]byte{'(': ')', '[': ']', '{': '}', '<': '>'}

// perlQuote reads q, qq, qx, qw, m, s, y and tr.
func (l *lexer) perlQuote() bool {
	s, i := l.src, l.i
	j := i
	for j < len(s) && wordByte(s[j]) {
		j++
	}
	word := s[i:j]
	switch word {
	case "q", "qq", "qx", "qw", "qr", "m", "s", "y", "tr":
	default:
		return false
	}
	if t := l.last(); t.text == "." && t.kind == tOp || t.text == "sub" || t.text == "{" && j < len(s) && s[j] == '}' {
		return false
	}
	k := j
	for k < len(s) && (s[k] == ' ' || s[k] == '\t' || s[k] == '\n' && len(word) > 1) {
		k++
	}
	if k >= len(s) || s[k] == '=' || s[k] == ',' || s[k] == ';' || s[k] == ')' || s[k] <= ' ' || wordByte(s[k]) && k == j || k > j && (s[k] == '#' || wordByte(s[k])) {
		return false
	}
	open := s[k]
	end, paired := brackets[open]
	if !paired {
		end = open
	}
	switch word {
	case "q", "qw":
		l.delimited(i, k+1, open, end, tText, false, false, false, "")
	case "qq":
		l.delimited(i, k+1, open, end, tText, true, true, false, "$")
	case "qx":
		l.delimited(i, k+1, open, end, tCommand, open != '\'', true, false, "$")
	case "qr", "m":
		l.delimited(i, k+1, open, end, tPattern, false, false, false, "")
		l.flags()
	default:
		l.substitution(i, k, open, end, paired, word == "s")
	}
	return true
}

// substitution reads a pattern and what is put in its place, which may be code.
func (l *lexer) substitution(from, k int, open, end byte, paired, code bool) {
	l.delimited(from, k+1, open, end, tPattern, false, false, false, "")
	at := len(l.tokens) - 1
	if paired {
		for l.i < len(l.src) && l.src[l.i] <= ' ' {
			l.i++
		}
		if l.i >= len(l.src) {
			return
		}
		if e, ok := brackets[l.src[l.i]]; ok {
			open, end = l.src[l.i], e
		} else {
			open, end = l.src[l.i], l.src[l.i]
		}
		l.i++
	}
	begin := l.i
	l.delimited(begin, begin, open, end, tText, false, false, false, "")
	text := l.tokens[len(l.tokens)-1].text
	l.tokens = l.tokens[:at+1]
	flags := l.flags()
	if code && strings.Contains(flags, "e") {
		inner := l.within(text, l.base+begin)
		if strings.Contains(flags, "ee") {
			inner = append(append([]token{{kind: tWord, text: "eval", pos: l.base + begin}, {kind: tOp, text: "(", pos: l.base + begin}}, inner...), token{kind: tOp, text: ")", pos: l.base + begin})
		}
		l.tokens[at].parts = []part{{code: inner}}
	}
}

// rubyQuote reads %x, %w, %q, %Q and %().
func (l *lexer) rubyQuote() bool {
	s, i := l.src, l.i
	j := i + 1
	kind, code := tText, true
	if j < len(s) && strings.IndexByte("xqQwWirI", s[j]) >= 0 {
		switch s[j] {
		case 'x':
			kind = tCommand
		case 'q', 'w', 'i':
			code = false
		case 'r':
			kind = tPattern
		}
		j++
	}
	if j >= len(s) || strings.IndexByte("([{<|!/", s[j]) < 0 {
		return false
	}
	end, ok := brackets[s[j]]
	if !ok {
		end = s[j]
	}
	l.delimited(i, j+1, s[j], end, kind, code, true, false, "#{")
	return true
}

// here notes a text that begins on the next line.
func (l *lexer) here() bool {
	s, i := l.src, l.i
	j := i + 2
	if j < len(s) && (s[j] == '~' || s[j] == '-') {
		j++
	}
	code := true
	var name string
	switch {
	case j < len(s) && (s[j] == '"' || s[j] == '\'' || s[j] == '`'):
		n := strings.IndexByte(s[j+1:], s[j])
		if n < 1 || n > 80 {
			return false
		}
		code = s[j] != '\''
		name = s[j+1 : j+1+n]
		j += n + 2
	case j < len(s) && s[j] >= 'A' && s[j] <= 'Z' || j < len(s) && s[j] == '_':
		k := j
		for k < len(s) && wordByte(s[k]) {
			k++
		}
		name, j = s[j:k], k
	default:
		return false
	}
	if l.operand() && l.name == "ruby" && l.last().kind != tWord {
		return false
	}
	kind := tText
	if s[min(i+2, len(s)-1)] == '`' {
		kind = tCommand
	}
	l.i = j
	l.add(kind, "", i)
	l.docs = append(l.docs, doc{token: len(l.tokens) - 1, end: name, code: code})
	return true
}

func (l *lexer) readDoc(d doc) {
	from := l.i
	for l.i < len(l.src) {
		line := l.src[l.i:]
		n := strings.IndexByte(line, '\n')
		if n >= 0 {
			line = line[:n]
		}
		if strings.TrimSpace(line) == d.end {
			l.toLineEnd()
			break
		}
		if n < 0 {
			l.i = len(l.src)
			break
		}
		l.i += n + 1
	}
	raw := l.src[from:max(from, min(l.i, len(l.src)))]
	if n := strings.LastIndex(strings.TrimRight(raw, "\n"), "\n"); n >= 0 && strings.TrimSpace(raw[n:]) == d.end {
		raw = raw[:n+1]
	}
	if !d.code {
		l.tokens[d.token].text = raw
		return
	}
	parts := l.split(raw, l.base+from, l.interpolated, true)
	if len(parts) == 1 && parts[0].code == nil {
		l.tokens[d.token].text = parts[0].text
		return
	}
	l.tokens[d.token].parts = parts
}
