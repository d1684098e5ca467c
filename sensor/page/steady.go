package page

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// What is named and compared from one look to the next must stay the same where the shop stays the same: not the number of
// a script within its page, which shifts when one is added above it, nor anything that a server makes anew for each answer
// (tokens against forged requests, nonces, time stamps, session ids) or each deployment (hashes in file names).

// steadyAddress is [shown] with "*" for the parts of the path that are made by machine.
func steadyAddress(raw string) string {
	address := bare(raw)
	scheme, rest, found := strings.Cut(address, "://")
	host, path, hasPath := strings.Cut(rest, "/")
	if !found || !hasPath {
		return shown(address)
	}
	var b strings.Builder
	for _, piece := range pieces(path, isWordOfPath) {
		if fingerprint(piece) {
			piece = "*"
		}
		b.WriteString(piece)
	}
	return shown(scheme + "://" + host + "/" + b.String())
}

func isWordOfPath(c byte) bool { return isWord(c) && c != '_' }

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}

// pieces cuts s into runs of bytes of a class and runs of others.
func pieces(s string, class func(byte) bool) []string {
	var out []string
	for start := 0; start < len(s); {
		end := start + 1
		for end < len(s) && class(s[end]) == class(s[start]) {
			end++
		}
		out = append(out, s[start:end])
		start = end
	}
	return out
}

// fingerprint says that a part of a file's name is a hash, a build's number or an id: eight or more hexadecimal digits of
// which some are numbers and some are letters, six or more numbers, or sixteen and more characters as no word has them.
func fingerprint(s string) bool {
	digits, letters, hexes, upper, lower := 0, 0, 0, 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
			hexes++
			continue
		case c >= 'a' && c <= 'z':
			lower++
		case c >= 'A' && c <= 'Z':
			upper++
		default:
			continue
		}
		letters++
		if c := s[i] | 0x20; c <= 'f' {
			hexes++
		}
	}
	switch {
	case digits >= 6 && digits >= letters:
		return true
	case len(s) >= 8 && hexes == len(s) && digits > 0 && letters > 0:
		return true
	}
	return len(s) >= 16 && digits >= 2 && (upper > 0 && lower > 0 || digits >= 4)
}

// Bounds of a value that is made anew for each answer. What is longer may be code in disguise and is left as it is.
const (
	minVolatile = 16
	maxVolatile = 128
)

// masked puts "*" in the place of values inside a page's own code that differ from answer to answer, and of what may be
// a customer's. An address of a host is never such a value, so that a changed destination stays a change; one hidden
// in a short encoded text would go unnoticed here, and is noticed when it is sent to.
func masked(source string) string {
	var b strings.Builder
	b.Grow(len(source))
	for _, piece := range pieces(source, isValue) {
		if isValue(piece[0]) && volatile(piece) {
			piece = "*"
		}
		b.WriteString(piece)
	}
	return withoutMail(b.String())
}

func isValue(c byte) bool { return isWord(c) || c == '-' || c == '+' || c == '=' || c == '%' }

func volatile(s string) bool {
	s = strings.TrimRight(s, "=")
	digits := 0
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			digits++
		}
	}
	if digits == len(s) {
		return digits >= 9 // a time stamp, a telephone number, an id
	}
	return len(s) >= minVolatile && len(s) <= maxVolatile && fingerprint(s)
}

// withoutMail puts "*" in the place of what stands before an @ between two words.
func withoutMail(s string) string {
	if !strings.Contains(s, "@") {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		if s[i] == '@' && i+1 < len(s) && isWord(s[i+1]) {
			n := len(out)
			for n > 0 && (isWord(out[n-1]) || strings.IndexByte(".+-%", out[n-1]) >= 0) {
				n--
			}
			if n < len(out) {
				out = append(out[:n], '*')
			}
		}
		out = append(out, s[i])
	}
	return string(out)
}

// outline is a short name for a piece of code inside a page that stays the same where only its texts, numbers and data
// change. Two pieces of one outline are told apart by their content.
func outline(source string) string {
	sum := sha256.Sum256(skeleton(source))
	return hex.EncodeToString(sum[:4])
}

// skeleton leaves of a script its names and signs: each text and number, and each array or object that holds nothing
// else, becomes one letter, so that a list of goods is the same whatever the shop sells. It is no parser and takes
// whatever it is given; all that counts is that it gives the same for the same.
func skeleton(source string) []byte {
	var out []byte
	var open []int // where in out a bracket stands
	for i := 0; i < len(source); {
		switch c := source[i]; {
		case c == '"' || c == '\'' || c == '`':
			i = afterText(source, i)
			out = append(out, 'D')
		case strings.HasPrefix(source[i:], "//"):
			i = afterNext(source, i, "\n")
		case strings.HasPrefix(source[i:], "/*"):
			i = afterNext(source, i+2, "*/")
		case c <= ' ':
			i++
		case c >= '0' && c <= '9':
			for i < len(source) && (isWord(source[i]) || source[i] == '.') {
				i++
			}
			out = append(out, 'D')
		case c == '[' || c == '{' || c == '(':
			open = append(open, len(out))
			out = append(out, c)
			i++
		case c == ']' || c == '}' || c == ')':
			out = append(out, c)
			i++
			if n := len(open) - 1; n >= 0 {
				if start := open[n]; c != ')' && onlyData(out[start+1:len(out)-1]) {
					out = append(out[:start], 'D')
				}
				open = open[:n]
			}
		case isWord(c) || c == '$' || c >= 0x80:
			start := i
			for i < len(source) && (isWord(source[i]) || source[i] == '$' || source[i] >= 0x80) {
				i++
			}
			out = append(append(out, source[start:i]...), ' ')
		default:
			out = append(out, c)
			i++
		}
	}
	return out
}

// onlyData says that there is nothing between two brackets but data and names before a colon. A name ends with a blank.
func onlyData(s []byte) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == ',' || c == ':' || c == '-' || c == '.':
		case c == 'D' && (i+1 == len(s) || s[i+1] == ',' || s[i+1] == ':'):
		case isWord(c) || c == '$' || c >= 0x80:
			end := bytes.IndexByte(s[i:], ' ')
			if end < 0 {
				return false
			}
			name := string(s[i : i+end])
			i += end
			if (i+1 == len(s) || s[i+1] != ':') && name != "true" && name != "false" && name != "null" {
				return false
			}
		default:
			return false
		}
	}
	return true
}

func afterText(s string, i int) int {
	quote := s[i]
	for i++; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case quote:
			return i + 1
		case '\n':
			if quote != '`' {
				return i
			}
		}
	}
	return len(s)
}

func afterNext(s string, i int, mark string) int {
	if n := strings.Index(s[min(i, len(s)):], mark); n >= 0 {
		return i + n + len(mark)
	}
	return len(s)
}
