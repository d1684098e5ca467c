package key

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The bounds of a settings file in TOML.
const (
	maxTOML       = 4 << 20
	maxTOMLValues = 100_000
	maxTOMLNested = 32
)

// tomlReader reads the part of TOML 1.0 that rules are written in: tables, arrays of tables, strings of all four kinds, numbers,
// booleans and arrays. Dates and tables in braces are refused, not skipped: a rule that was not read is a rule that does not find.
type tomlReader struct {
	text   string
	at     int
	values int
}

// parseTOML gives tables as map[string]any, arrays of tables as []map[string]any, arrays as []any, and strings, int64,
// float64 and bool.
func parseTOML(text string) (map[string]any, error) {
	if len(text) > maxTOML || !utf8.ValidString(text) {
		return nil, errors.New("no TOML file of rules")
	}
	r := &tomlReader{text: text}
	root := map[string]any{}
	table := root
	for {
		r.blank(true)
		if r.at >= len(r.text) {
			return root, nil
		}
		var err error
		if r.text[r.at] == '[' {
			table, err = r.header(root)
		} else {
			err = r.pair(table)
		}
		if err == nil {
			r.blank(false)
			if r.at < len(r.text) && r.text[r.at] != '\n' {
				err = errors.New("something stands behind a value")
			}
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", lineOf(r.text, min(r.at, len(r.text))), err)
		}
	}
}

// blank skips spaces and comments, and line breaks if they mean nothing here.
func (r *tomlReader) blank(breaks bool) {
	for ; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; {
		case c == '#':
			end := strings.IndexByte(r.text[r.at:], '\n')
			if end < 0 {
				r.at = len(r.text)
				return
			}
			r.at += end - 1
		case c == ' ' || c == '\t' || c == '\r' || c == '\n' && breaks:
		default:
			return
		}
	}
}

// header reads [a.b] or [[a.b]] and gives the table that follows.
func (r *tomlReader) header(root map[string]any) (map[string]any, error) {
	list := strings.HasPrefix(r.text[r.at:], "[[")
	r.at++
	if list {
		r.at++
	}
	names, err := r.names()
	if err != nil {
		return nil, err
	}
	closing := "]"
	if list {
		closing = "]]"
	}
	if !strings.HasPrefix(r.text[r.at:], closing) {
		return nil, errors.New("a table's name does not end")
	}
	r.at += len(closing)
	if r.values++; r.values > maxTOMLValues {
		return nil, errTooMany
	}
	table := root
	for i, name := range names {
		last := i == len(names)-1
		switch old := table[name].(type) {
		case nil:
			next := map[string]any{}
			if last && list {
				table[name] = []map[string]any{next}
			} else {
				table[name] = next
			}
			table = next
		case map[string]any:
			if last && list {
				return nil, errors.New("a table becomes a list")
			}
			table = old
		case []map[string]any:
			if last && list {
				next := map[string]any{}
				table[name] = append(old, next)
				table = next
			} else if last {
				return nil, errors.New("a list becomes a table")
			} else {
				table = old[len(old)-1]
			}
		default:
			return nil, errors.New("a value becomes a table")
		}
	}
	return table, nil
}

// names reads a.b."c d".
func (r *tomlReader) names() ([]string, error) {
	var out []string
	for {
		r.blank(false)
		if r.at >= len(r.text) || len(out) >= maxTOMLNested {
			return nil, errors.New("a name is missing")
		}
		if c := r.text[r.at]; c == '"' || c == '\'' {
			s, err := r.str()
			if err != nil {
				return nil, err
			}
			out = append(out, s)
		} else {
			start := r.at
			for r.at < len(r.text) && urlSafe.has[r.text[r.at]] {
				r.at++
			}
			if r.at == start {
				return nil, errors.New("a name is missing")
			}
			out = append(out, r.text[start:r.at])
		}
		r.blank(false)
		if r.at >= len(r.text) || r.text[r.at] != '.' {
			return out, nil
		}
		r.at++
	}
}

func (r *tomlReader) pair(table map[string]any) error {
	names, err := r.names()
	if err != nil {
		return err
	}
	if r.at >= len(r.text) || r.text[r.at] != '=' {
		return errors.New("a name without a value")
	}
	r.at++
	value, err := r.value(0)
	if err != nil {
		return err
	}
	for _, name := range names[:len(names)-1] {
		next, ok := table[name].(map[string]any)
		if !ok {
			if table[name] != nil {
				return errors.New("a value becomes a table")
			}
			next = map[string]any{}
			table[name] = next
		}
		table = next
	}
	last := names[len(names)-1]
	if table[last] != nil {
		return errors.New("a name has two values")
	}
	table[last] = value
	return nil
}

func (r *tomlReader) value(depth int) (any, error) {
	r.blank(false)
	if r.values++; r.values > maxTOMLValues || depth > maxTOMLNested {
		return nil, errTooMany
	}
	if r.at >= len(r.text) {
		return nil, errors.New("a value is missing")
	}
	switch c := r.text[r.at]; {
	case c == '"' || c == '\'':
		return r.str()
	case c == '[':
		return r.array(depth)
	case c == '{':
		return nil, errors.New("tables in braces are not read")
	}
	start := r.at
	for r.at < len(r.text) && strings.IndexByte(" \t\r\n,]#", r.text[r.at]) < 0 {
		r.at++
	}
	word := strings.ReplaceAll(r.text[start:r.at], "_", "")
	switch {
	case word == "true" || word == "false":
		return word == "true", nil
	}
	if n, err := strconv.ParseInt(word, 0, 64); err == nil {
		return n, nil
	}
	if f, err := strconv.ParseFloat(word, 64); err == nil {
		return f, nil
	}
	return nil, errors.New("neither a text, a number, true or false, nor a list")
}

func (r *tomlReader) array(depth int) ([]any, error) {
	r.at++
	out := []any{}
	for {
		r.blank(true)
		if r.at >= len(r.text) {
			return nil, errors.New("a list does not end")
		}
		if r.text[r.at] == ']' {
			r.at++
			return out, nil
		}
		v, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
		r.blank(true)
		if r.at < len(r.text) && r.text[r.at] == ',' {
			r.at++
		} else if r.at >= len(r.text) || r.text[r.at] != ']' {
			return nil, errors.New("a comma is missing")
		}
	}
}

// str reads a text in one quote or in three, plain or with escapes.
func (r *tomlReader) str() (string, error) {
	quote := r.text[r.at : r.at+1]
	long := strings.Repeat(quote, 3)
	if strings.HasPrefix(r.text[r.at:], long) {
		r.at += 3
		r.at += len(r.text[r.at:]) - len(strings.TrimPrefix(strings.TrimPrefix(r.text[r.at:], "\r"), "\n"))
		quote = long
	} else {
		r.at++
	}
	start := r.at
	for ; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; {
		case c == '\\' && quote[0] == '"':
			r.at++
		case c == '\n' && len(quote) == 1:
			return "", errors.New("a text does not end")
		case strings.HasPrefix(r.text[r.at:], quote):
			for len(quote) == 3 && r.at+3 < len(r.text) && r.text[r.at+3] == quote[0] && r.at+3-start < maxTOML {
				r.at++ // up to two quotes may stand before the end
			}
			inner := r.text[start:r.at]
			r.at += len(quote)
			if quote[0] == '\'' {
				return inner, nil
			}
			return basicString(inner)
		}
	}
	return "", errors.New("a text does not end")
}

func basicString(inner string) (string, error) {
	var b []byte
	for i := 0; i < len(inner); {
		if inner[i] != '\\' {
			b = append(b, inner[i])
			i++
			continue
		}
		if i+1 >= len(inner) {
			return "", errors.New("an escape does not end")
		}
		next, n := backslash(b, []byte(inner[i:min(len(inner), i+maxJoint)]))
		if n == 0 || strings.IndexByte("btnfr\"\\uU\n\r", inner[i+1]) < 0 {
			return "", errors.New("an escape that TOML does not have")
		}
		b, i = next, i+n
	}
	return string(b), nil
}
