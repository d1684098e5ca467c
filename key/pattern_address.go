package key

import (
	"bytes"
	"net/url"
	"strings"

	"github.com/tillwatch/tillwatch"
)

// addressPassword finds the password in scheme://user:password@host.
func addressPassword(text []byte, at, head int) (from, to int) {
	limit := min(len(text), at+head+300)
	colon, sign := -1, -1
	for i := at + len("://"); i < limit; i++ {
		switch c := text[i]; {
		case c == ':' && colon < 0:
			colon = i
		case c == '@':
			if colon < 0 || i-colon-1 < 6 {
				return 0, 0
			}
			sign = i // a password may have one, too
		case c <= ' ' || c == '/' || c == '"' || c == '\'' || c == '`' || c == '<' || c == '>' || c == '(' || c == ')' || c == '{' || c == '}' || c == '\\' || c == ',' || c == '|' || c == ';' || c == '&' && sign > 0:
			if sign < 0 {
				return 0, 0
			}
			return colon + 1, sign
		}
	}
	if sign > 0 && limit == len(text) {
		return colon + 1, sign
	}
	return 0, 0
}

// byHost grades a password in an address: one that is a word is an example, and one for this machine opens little.
func byHost(text []byte, from, to int) tillwatch.Severity {
	value, err := url.PathUnescape(string(text[from:to]))
	if err != nil || value == "" || value[0] == '$' || value[0] == ':' || placeholder(value) || standIn(value) {
		return 0
	}
	if drawn(value) < 30 {
		if thought(value) {
			return low
		}
		return 0
	}
	host := string(bytes.ToLower(text[to+1 : min(len(text), to+60)]))
	for _, here := range []string{"localhost", "127.", "[::1]", "0.0.0.0", "host", "example", "db:", "db/", "foo", "test", "dummy", "fake", "user"} {
		if strings.HasPrefix(host, here) {
			return low
		}
	}
	if first, _, _ := strings.Cut(host, "/"); strings.Contains(first, "example") || strings.Contains(first, ".test") || strings.Contains(first, ".local") || strings.Contains(first, "{") {
		return low
	}
	return medium
}
