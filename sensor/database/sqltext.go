package database

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxSQL bounds how much of a trigger or procedure is looked at.
const maxSQL = 1 << 20

// sqlToken is a piece of a statement: 'c' a comment, 's' a text, 'o' anything else.
type sqlToken struct {
	kind byte
	text string // of a text, what it says
}

// sqlTokens takes statements apart, as MySQL, PostgreSQL and SQLite write them.
func sqlTokens(sql string) []sqlToken {
	sql = sql[:min(len(sql), maxSQL)]
	var out []sqlToken
	begin := 0
	flush := func(end int) {
		if end > begin {
			out = append(out, sqlToken{'o', sql[begin:end]})
		}
	}
	for i := 0; i < len(sql); {
		n, kind, text := 0, byte(0), ""
		rest := sql[i:]
		switch {
		case strings.HasPrefix(rest, "--") || rest[0] == '#':
			n, kind = lineLength(rest), 'c'
		case strings.HasPrefix(rest, "/*!"): // MySQL runs what is in it
			i += 3
			continue
		case strings.HasPrefix(rest, "/*"):
			n, kind = spanLength(rest, "/*", "*/"), 'c'
		case rest[0] == '\'' || rest[0] == '"':
			n, text = quotedText(rest)
			kind = 's'
			if rest[0] == '"' && isName(text) {
				kind = 'o' // a name in PostgreSQL and SQLite
			}
		case rest[0] == '$':
			if tag := dollarTag(rest); tag != "" {
				n = len(tag) // what stands between is code itself: it is gone through
				kind = 'c'
			}
		}
		if n == 0 {
			i++
			continue
		}
		flush(i)
		if kind == 'o' {
			text = rest[:n]
		}
		out = append(out, sqlToken{kind, text})
		i += n
		begin = i
	}
	flush(len(sql))
	return out
}

func lineLength(s string) int {
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		return i
	}
	return len(s)
}

func spanLength(s, open, end string) int {
	if i := strings.Index(s[len(open):], end); i >= 0 {
		return len(open) + i + len(end)
	}
	return len(s)
}

// quotedText reads a text in quotes, in which a doubled quote or a backslash is an escape.
func quotedText(s string) (n int, text string) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case s[i] == s[0] && i+1 < len(s) && s[i+1] == s[0]:
			i++
			b.WriteByte(s[0])
		case s[i] == s[0]:
			return i + 1, b.String()
		default:
			b.WriteByte(s[i])
		}
	}
	return len(s), b.String()
}

func dollarTag(s string) string {
	for i := 1; i < len(s) && i < 64; i++ {
		c := s[i]
		if c == '$' {
			return s[:i+1]
		}
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= '0' && c <= '9' && i > 1) {
			return ""
		}
	}
	return ""
}

// plainSQL is statements without comments, and with texts left out.
func plainSQL(sql string) string {
	var b strings.Builder
	for _, t := range sqlTokens(sql) {
		switch t.kind {
		case 'o':
			b.WriteString(t.text)
		case 's':
			b.WriteString(" '' ")
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// squeezeSQL is statements without comments and with blanks made one: what servers change when they print them.
func squeezeSQL(sql string) string {
	var b strings.Builder
	for _, t := range sqlTokens(sql) {
		switch t.kind {
		case 'o':
			b.WriteString(strings.ToLower(t.text))
		case 's':
			b.WriteString(" '" + t.text + "' ")
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

var (
	hexText   = lazily(`(?i)\b0x([0-9a-f]{8,})\b|\bx'([0-9a-f]{8,})'|\b(?:unhex|decode)\s*\(\s*'([0-9a-fA-F]{8,})'`)
	codesText = lazily(`(?i)\b(?:char|chr)\s*\(([\s\d,xa-f]+?)(?:\s+using\s+\w+)?\s*\)`)
	b64Text   = lazily(`(?i)\b(?:from_base64|decode)\s*\(\s*'([A-Za-z0-9+/=\s]{8,})'`)
)

// literals are the texts in statements: each by itself, all of them together as CONCAT joins them, and what those become
// that are written in hexadecimal digits, base64 or character codes.
func literals(sql string) []string {
	var out []string
	var all, joined strings.Builder
	sql = sql[:min(len(sql), maxSQL)]
	for _, t := range sqlTokens(sql) {
		switch t.kind {
		case 's':
			out = append(out, t.text)
			joined.WriteString(t.text)
		case 'o':
			for _, m := range codesText().FindAllStringSubmatch(t.text, 5000) {
				joined.WriteString(fromCodes(m[1]))
			}
			for _, m := range hexText().FindAllStringSubmatch(t.text, 200) {
				joined.WriteString(unhex(evenDigits(m[1])))
			}
		}
		if len(out) > 5000 {
			break
		}
	}
	for _, m := range hexText().FindAllStringSubmatch(sql, 200) {
		if text := unhex(evenDigits(m[1] + m[2] + m[3])); utf8.ValidString(text) {
			out = append(out, text)
		}
	}
	for _, m := range b64Text().FindAllStringSubmatch(sql, 200) {
		out = append(out, unbase64(m[1]))
	}
	for _, m := range codesText().FindAllStringSubmatch(sql, 5000) {
		all.WriteString(fromCodes(m[1]))
	}
	return append(out, all.String(), joined.String())
}

func evenDigits(s string) string { return s[:len(s)-len(s)%2] }

func fromCodes(list string) string {
	var b strings.Builder
	for code := range strings.SplitSeq(list, ",") {
		n, err := strconv.ParseInt(strings.TrimSpace(code), 0, 32)
		if err != nil || n <= 0 {
			continue
		}
		if n > utf8.MaxRune { // MySQL packs several bytes into one number
			for shift := 24; shift >= 0; shift -= 8 {
				b.WriteByte(byte(n >> shift))
			}
			continue
		}
		b.WriteRune(rune(n))
	}
	return b.String()
}
