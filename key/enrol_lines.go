package key

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
)

var errTooMany = errors.New("more values than any configuration file has")

func tooMany(entries []entry) error {
	if len(entries) > maxEntries {
		return errTooMany
	}
	return nil
}

// dotenvEntries reads NAME=value lines, as Laravel, Symfony, EC-CUBE 4 and Compose do. A value in quotes may go over several lines.
func dotenvEntries(source string) (out []entry, err error) {
	line := 0
	for rest := source; rest != ""; {
		var text string
		text, rest, _ = strings.Cut(rest, "\n")
		line++
		name, value, found := strings.Cut(strings.TrimSpace(text), "=")
		name = strings.TrimSpace(strings.TrimPrefix(name, "export "))
		if !found || name == "" || len(name) > 100 || !only(name, dotted) {
			continue
		}
		e := entry{line: line, name: name}
		value = strings.TrimSpace(value)
		if value != "" && (value[0] == '"' || value[0] == '\'') {
			for !closed(value) && rest != "" {
				text, rest, _ = strings.Cut(rest, "\n")
				line++
				if value += "\n" + text; len(value) > MaxLength {
					return nil, fmt.Errorf("line %d: a quote that does not end", e.line)
				}
			}
			if !closed(value) {
				return nil, fmt.Errorf("line %d: a quote that does not end", e.line)
			}
			value = unquoted(value)
		} else if i := strings.Index(value, " #"); i >= 0 {
			value = strings.TrimSpace(value[:i])
		}
		e.value = value
		out = append(out, e)
		if err := tooMany(out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// closed says that the quote a value begins with ends in it.
func closed(value string) bool { return closing(value) > 0 }

func closing(value string) int {
	for i := 1; i < len(value); i++ {
		switch {
		case value[i] == '\\' && value[0] == '"':
			i++
		case value[i] == value[0]:
			return i
		}
	}
	return 0
}

// unquoted is what stands between the quotes that a value begins with; a value without is itself.
func unquoted(value string) string {
	if value == "" || value[0] != '"' && value[0] != '\'' {
		return value
	}
	end := closing(value)
	if end == 0 {
		return value
	}
	inner := value[1:end]
	if value[0] == '\'' {
		return inner
	}
	var b []byte
	for i := 0; i < len(inner); {
		if inner[i] == '\\' {
			next, n := backslash(b, []byte(inner[i:min(len(inner), i+12)]))
			if n > 0 {
				b, i = next, i+n
				continue
			}
		}
		b = append(b, inner[i])
		i++
	}
	return string(b)
}

// iniEntries reads [section] and name = value: AWS and MySQL credentials, .npmrc, properties.
func iniEntries(source string) (out []entry, err error) {
	section := ""
	for i, text := range strings.Split(source, "\n") {
		text = strings.TrimSpace(text)
		if text == "" || text[0] == '#' || text[0] == ';' || text[0] == '!' {
			continue
		}
		if text[0] == '[' && text[len(text)-1] == ']' {
			section = strings.TrimSpace(text[1:len(text)-1]) + "."
			continue
		}
		name, value, found := strings.Cut(text, "=")
		if !found {
			name, value, found = strings.Cut(text, ": ")
		}
		if !found {
			continue
		}
		name = strings.TrimSpace(name)
		e := entry{line: i + 1, name: section + name, value: unquoted(strings.TrimSpace(value))}
		if strings.HasPrefix(name, "//") { // of .npmrc: //registry/:_authToken
			_, last, _ := strings.Cut(name, ":_")
			e.secret = last == "authToken" || last == "auth" || last == "password"
		}
		out = append(out, e)
		if err := tooMany(out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// netrcEntries reads "machine M login L password P", in any number of lines.
func netrcEntries(source string) (out []entry, err error) {
	machine, want := "", ""
	for i, text := range strings.Split(source, "\n") {
		for _, word := range strings.Fields(text) {
			switch {
			case strings.HasPrefix(word, "#") && want == "":
			case want == "machine":
				machine, want = word, ""
				continue
			case want == "password":
				out = append(out, entry{line: i + 1, name: machine + ".password", value: unquoted(word), secret: true, kind: "password"})
				want = ""
				if err := tooMany(out); err != nil {
					return nil, err
				}
				continue
			case want == "skip":
				want = ""
				continue
			case word == "machine" || word == "password":
				want = word
				continue
			case word == "login" || word == "account":
				want = "skip"
				continue
			case word == "default":
				machine = word
				continue
			}
			if strings.HasPrefix(word, "#") {
				break
			}
		}
	}
	return out, nil
}

// pgpassEntries reads host:port:database:user:password, with \: and \\.
func pgpassEntries(source string) (out []entry, err error) {
	for i, text := range strings.Split(source, "\n") {
		text = strings.TrimRight(text, "\r")
		if text == "" || text[0] == '#' {
			continue
		}
		var fields []string
		var b []byte
		for j := 0; j < len(text); j++ {
			switch {
			case text[j] == '\\' && j+1 < len(text):
				j++
				b = append(b, text[j])
			case text[j] == ':' && len(fields) < 4:
				fields, b = append(fields, string(b)), nil
			default:
				b = append(b, text[j])
			}
		}
		if len(fields) != 4 {
			return nil, fmt.Errorf("line %d: not host:port:database:user:password", i+1)
		}
		out = append(out, entry{line: i + 1, name: fields[0] + "." + fields[2] + "." + fields[3] + ".password", value: string(b), secret: true, kind: "database"})
		if err := tooMany(out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// yamlEntries reads what Compose files, Kubernetes manifests and frameworks write: mappings and lists by indentation, plain
// and quoted values, and texts of several lines. It reads line by line and resolves no anchors, so that no input makes it recurse. A
// mapping in braces whose name is a secret's is said not to be read.
func yamlEntries(source string) (out []entry, err error) {
	type level struct {
		indent int
		name   string
	}
	var stack []level
	lines := strings.Split(source, "\n")
	kubernetes, encoded := false, false
	pending := "" // of name: X / value: Y
	for i := 0; i < len(lines); i++ {
		text := strings.TrimRight(lines[i], " \t\r")
		body := strings.TrimLeft(text, " ")
		indent := len(text) - len(body)
		for strings.HasPrefix(body, "- ") {
			rest := strings.TrimLeft(body[2:], " ")
			indent += len(body) - len(rest)
			body = rest
			pending = ""
		}
		if body == "" || body[0] == '#' {
			continue
		}
		if body == "---" {
			stack, kubernetes, encoded = nil, false, false
			continue
		}
		if body[0] == '"' || body[0] == '\'' { // a list's value, or a name in quotes
			if end := closing(body); end > 0 && !strings.HasPrefix(body[end+1:], ":") {
				body = unquoted(body)
			}
		}
		for len(stack) > 0 && stack[len(stack)-1].indent >= indent {
			stack = stack[:len(stack)-1]
		}
		prefix := ""
		if n := len(stack); n > 0 {
			prefix = stack[n-1].name + "."
		}
		name, value, found := strings.Cut(body, ": ")
		if !found && strings.HasSuffix(body, ":") {
			name, value, found = strings.TrimSuffix(body, ":"), "", true
		}
		if eq, v, ok := strings.Cut(body, "="); ok && (!found || len(eq) < len(name)) && len(eq) <= 100 && only(eq, dotted) {
			out = append(out, entry{line: i + 1, name: prefix + eq, value: unquoted(v)}) // - NAME=value of Compose
			continue
		}
		if !found {
			continue
		}
		name = unquoted(name)
		value = strings.TrimSpace(value)
		at := i + 1
		switch {
		case value == "":
			full := prefix + name
			if len(full) > 400 {
				return nil, fmt.Errorf("line %d: nested deeper than any configuration file", at)
			}
			stack = append(stack, level{indent, full})
			encoded = kubernetes && (full == "data")
			continue
		case value[0] == '|' || value[0] == '>':
			var block []string
			for i+1 < len(lines) {
				next := strings.TrimRight(lines[i+1], " \t\r")
				inner := strings.TrimLeft(next, " ")
				if inner != "" && len(next)-len(inner) <= indent {
					break
				}
				block = append(block, inner)
				i++
			}
			value = strings.TrimSpace(strings.Join(block, "\n"))
		case value[0] == '"' || value[0] == '\'':
			single := value[0] == '\''
			if single {
				value = strings.ReplaceAll(value, "''", "\x00")
			}
			value = unquoted(value)
			if single {
				value = strings.ReplaceAll(value, "\x00", "'")
			}
		default:
			if j := strings.Index(value, " #"); j >= 0 {
				value = strings.TrimSpace(value[:j])
			}
		}
		if prefix == "" && name == "kind" {
			kubernetes = value == "Secret"
		}
		e := entry{line: at, name: prefix + name, value: value, unread: strings.HasPrefix(value, "{") || strings.HasPrefix(value, "*")}
		if e.unread { // what is in the braces may be a secret
			e.secret = slices.ContainsFunc(words(value[:min(len(value), 200)]), func(w string) bool { return secretWords[w] })
		}
		if encoded && strings.HasPrefix(e.name, "data.") {
			plain, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(value), ""))
			e.value, e.secret, e.unread = strings.TrimRight(string(plain), "\r\n"), true, err != nil
		}
		if name == "name" {
			pending = value
		} else if name == "value" && pending != "" {
			e.name, pending = prefix+pending, ""
		}
		out = append(out, e)
		if err := tooMany(out); err != nil {
			return nil, err
		}
	}
	return out, nil
}
