package line

import (
	"bytes"
	"fmt"
	"strings"
)

// Pattern is the form of a log's lines as the operator wrote it, see [ParsePattern].
type Pattern struct{ parts []part }

// part is one variable and the text that ends it; the last one may be ended by the line.
type part struct {
	field field
	until []byte
}

// ParsePattern reads a format as nginx's log_format writes it: text, and variables that begin with a dollar sign.
//
//	$remote_addr $sent_http_x_audit_sub [$time_local] "$request" $status
//
// A variable means what a JSON key of that name would; one with an unknown name is passed over. Between two variables
// there must be text. At least a time must be among them, and a request or a token's id.
func ParsePattern(format string) (*Pattern, error) {
	p := &Pattern{}
	rest := strings.TrimSpace(format)
	before, rest, found := strings.Cut(rest, "$")
	if !found {
		return nil, fmt.Errorf("a log format has variables that begin with $, as in: $remote_addr [$time_local] \"$request\" $status")
	}
	p.parts = append(p.parts, part{fieldSkip, []byte(before)})
	has := map[field]bool{}
	for found {
		braced := strings.HasPrefix(rest, "{")
		rest = strings.TrimPrefix(rest, "{")
		n := 0
		for n < len(rest) && (rest[n] == '_' || rest[n] >= '0' && rest[n] <= '9' || rest[n]|0x20 >= 'a' && rest[n]|0x20 <= 'z') {
			n++
		}
		name := normal(rest[:n])
		rest = rest[n:]
		if braced {
			rest = strings.TrimPrefix(rest, "}")
		}
		var text string
		text, rest, found = strings.Cut(rest, "$")
		if text == "" && found {
			return nil, fmt.Errorf("between $%s and the variable after it there is no text that tells where one ends", name)
		}
		f := names[name]
		if a, ok := ambiguous[name]; ok {
			f = a
		}
		if f == fieldNone || f == fieldInside {
			f = fieldSkip
		}
		has[f] = true
		p.parts = append(p.parts, part{f, []byte(text)})
	}
	if !has[fieldTime] || !has[fieldRequest] && !has[fieldURI] && !has[fieldPath] && !has[fieldToken] && !has[fieldName] {
		return nil, fmt.Errorf("a log format needs at least a time ($time_local, $time_iso8601, $msec) and $request or $request_uri")
	}
	return p, nil
}

// read takes a line apart. It must be of the pattern whole; further fields may follow its end where the last text was met.
func (p *Pattern) read(r *Reader, line []byte, e *Event) bool {
	rest := line
	for i, one := range p.parts {
		var value []byte
		switch {
		case i == 0:
			if !bytes.HasPrefix(rest, one.until) {
				return false
			}
			rest = rest[len(one.until):]
			continue
		case len(one.until) == 0:
			value, rest = rest, nil
		case i == len(p.parts)-1 && bytes.HasSuffix(rest, one.until):
			value, rest = rest[:len(rest)-len(one.until)], nil
		default:
			end := until(rest, one.until)
			if end < 0 {
				*e = Event{}
				return false
			}
			value, rest = rest[:end], rest[end+len(one.until):]
		}
		r.set(one.field, absent(value), e)
	}
	if e.At == 0 {
		*e = Event{}
		return false
	}
	return true
}

// until finds what ends a value; a quote with a backslash before it ends none.
func until(b, text []byte) int {
	for from := 0; ; {
		i := bytes.Index(b[from:], text)
		if i < 0 {
			return -1
		}
		i += from
		if text[0] != '"' || !escaped(b[:i]) {
			return i
		}
		from = i + 1
	}
}
