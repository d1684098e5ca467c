package key

import (
	"fmt"
	"strings"
)

// phpToken is a string, a word, or a sign of PHP's.
type phpToken struct {
	kind byte // 's' a string, 'w' a word, 'v' a variable, '>' an arrow, otherwise the sign itself
	text string
	line int
	odd  bool // a string with variables in it
}

// phpEntries reads what configuration files in PHP give values to: define('A', 'x'), const A = 'x', $a['b'] = 'x', and arrays in
// arrays ('b' => ['c' => 'x']). Nothing is run: a value that is computed is said not to be read.
func phpEntries(source string) ([]entry, error) {
	tokens, err := phpTokens(source)
	if err != nil {
		return nil, err
	}
	var out []entry
	type level struct {
		close byte
		name  string
	}
	var stack []level
	name := "" // of the value that comes next
	at := func(i int) phpToken {
		if i < len(tokens) {
			return tokens[i]
		}
		return phpToken{}
	}
	full := func(n string) string {
		if k := len(stack); k > 0 && stack[k-1].name != "" {
			return stack[k-1].name + "." + n
		}
		return n
	}
	for i := 0; i < len(tokens); i++ {
		t := tokens[i]
		switch {
		case t.kind == 'w' && strings.EqualFold(t.text, "define") && at(i+1).kind == '(' && at(i+2).kind == 's' && at(i+3).kind == ',':
			name, i = at(i+2).text, i+3
		case t.kind == 'w' && strings.EqualFold(t.text, "const") && at(i+1).kind == 'w' && at(i+2).kind == '=':
			name, i = at(i+1).text, i+2
		case t.kind == 'v':
			name = strings.TrimPrefix(t.text, "$")
			for at(i+1).kind == '[' && at(i+2).kind == 's' && at(i+3).kind == ']' {
				name += "." + at(i+2).text
				i += 3
			}
			if at(i+1).kind != '=' {
				name = ""
				continue
			}
			i++
		case t.kind == 's' && at(i+1).kind == '>':
			name = full(t.text)
			i++
		case t.kind == 's':
			if name == "" {
				continue
			}
			e := entry{line: t.line, name: name, value: t.text, unread: t.odd}
			for at(i+1).kind == '.' {
				if at(i+2).kind != 's' {
					e.unread = true
					break
				}
				e.value += at(i + 2).text
				e.unread = e.unread || at(i+2).odd
				i += 2
			}
			name = ""
			out = append(out, e)
			if err := tooMany(out); err != nil {
				return nil, err
			}
		case t.kind == '[' || t.kind == '(':
			if len(stack) > 100 || len(name) > 400 {
				return nil, fmt.Errorf("line %d: nested deeper than any configuration file", t.line)
			}
			if name == "" {
				name = full("")
				name = strings.TrimSuffix(name, ".")
			}
			stack = append(stack, level{t.kind, name})
			name = ""
		case t.kind == ']' || t.kind == ')':
			if len(stack) > 0 {
				stack = stack[:len(stack)-1]
			}
			name = ""
		case t.kind == 'w' && strings.EqualFold(t.text, "array") && at(i+1).kind == '(':
			// the bracket takes the name
		case t.kind == 'w' && name != "" && at(i+1).kind == '(':
			// of a call, env('DB_PASSWORD'), the arguments are no values
			name = ""
		case t.kind == ';' || t.kind == ',':
			name = ""
		}
	}
	return out, nil
}

func phpTokens(source string) ([]phpToken, error) {
	var out []phpToken
	line := 1
	for i := 0; i < len(source); {
		c := source[i]
		switch {
		case c == '\n':
			line++
			i++
		case c == ' ' || c == '\t' || c == '\r':
			i++
		case c == '#' && !strings.HasPrefix(source[i:], "#[") || strings.HasPrefix(source[i:], "//"):
			end := strings.IndexByte(source[i:], '\n')
			if end < 0 {
				return out, nil
			}
			i += end
		case strings.HasPrefix(source[i:], "/*"):
			end := strings.Index(source[i+2:], "*/")
			if end < 0 {
				return nil, fmt.Errorf("line %d: a comment that does not end", line)
			}
			line += strings.Count(source[i:i+2+end], "\n")
			i += end + 4
		case c == '\'' || c == '"':
			text, n, odd := phpString(source[i:])
			if n == 0 {
				return nil, fmt.Errorf("line %d: a quote that does not end", line)
			}
			out = append(out, phpToken{'s', text, line, odd})
			line += strings.Count(source[i:i+n], "\n")
			i += n
		case isWord[c] || c == '_' || c == '$':
			start := i
			for i++; i < len(source) && (isWord[source[i]] || source[i] == '_'); i++ {
			}
			kind := byte('w')
			if c == '$' {
				kind = 'v'
			}
			out = append(out, phpToken{kind, source[start:i], line, false})
		case strings.HasPrefix(source[i:], "=>"):
			out = append(out, phpToken{'>', "", line, false})
			i += 2
		default:
			if c == '?' && strings.HasPrefix(source[i:], "?>") { // text of a page, up to the next <?php
				next := strings.Index(source[i:], "<?")
				if next < 0 {
					return out, nil
				}
				line += strings.Count(source[i:i+next], "\n")
				i += next + 2
				continue
			}
			if strings.IndexByte("[](),;.=", c) >= 0 {
				out = append(out, phpToken{c, "", line, false})
			}
			i++
		}
		if len(out) > 40*maxEntries {
			return nil, errTooMany
		}
	}
	return out, nil
}

// phpString reads a literal. odd says that it has variables in it.
func phpString(source string) (text string, length int, odd bool) {
	quote := source[0]
	var b []byte
	for i := 1; i < len(source); i++ {
		switch c := source[i]; {
		case c == quote:
			return string(b), i + 1, odd
		case c == '\\' && i+1 < len(source):
			next := source[i+1]
			if quote == '\'' {
				if next == '\'' || next == '\\' {
					i++
					c = next
				}
				b = append(b, c)
				continue
			}
			if out, n := backslash(b, []byte(source[i:min(len(source), i+12)])); n > 0 && next != '\n' && next != '\r' {
				b = out
				i += n - 1
				continue
			}
			b = append(b, c)
		default:
			if c == '$' && quote == '"' && i+1 < len(source) && (classOf(source[i+1]) == 'a' || classOf(source[i+1]) == 'A' || source[i+1] == '_' || source[i+1] == '{') {
				odd = true
			}
			b = append(b, c)
		}
	}
	return "", 0, false
}
