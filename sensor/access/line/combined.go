package line

import "bytes"

// combined reads nginx's and Apache's combined and common, also with the virtual host before and with further fields behind:
//
//	192.0.2.1 - - [29/Nov/2026:00:27:22 +0900] "GET / HTTP/1.1" 200 612 "-" "curl/8"
func (r *Reader) combined(line []byte, e *Event) bool {
	open := bytes.IndexByte(line, '[')
	if open < 4 || open+28 > len(line) || line[open+27] != ']' || line[open-1] != ' ' {
		return false
	}
	at, ok := r.clf(line[open+1 : open+27])
	if !ok {
		return false
	}
	e.At = at
	e.who(line[:open-1])
	rest := line[open+28:]
	if len(rest) < 3 || rest[0] != ' ' || rest[1] != '"' {
		return false
	}
	request, rest, ok := quoted(rest[1:])
	if !ok {
		return false
	}
	e.request(request)
	// The status is three digits, or a dash where the client went away.
	if len(rest) < 2 || rest[0] != ' ' {
		return false
	}
	status, rest := word(rest[1:])
	e.Status = int(number(status))
	if e.Status < 100 && string(status) != "-" && string(status) != "000" || e.Status > 999 {
		return false
	}
	if e.behind = rest; !r.Lazy {
		e.Complete()
	}
	return true
}

// Complete reads what stands behind the status of the answer: its size, where the request came from and with what. A reader
// that is lazy leaves it to those who want to know, since of most lines nobody does.
func (e *Event) Complete() {
	if len(e.behind) == 0 {
		return
	}
	size, rest := word(e.behind)
	e.Bytes = number(size)
	e.behind = nil
	if len(rest) == 0 || rest[0] != '"' {
		return
	}
	referrer, rest, ok := quoted(rest)
	if !ok {
		return
	}
	e.Referrer = absent(referrer)
	if len(rest) < 2 || rest[0] != ' ' || rest[1] != '"' {
		return
	}
	agent, rest, ok := quoted(rest[1:])
	if ok {
		e.Agent = absent(agent)
		if len(rest) > 2 {
			e.forwarded(rest)
		}
	}
}

// who reads what stands before the time: address, identity and user, and perhaps the virtual host before them.
func (e *Event) who(text []byte) {
	client, rest := word(text)
	if string(rest) == "- -" { // as nearly always
		e.Client = client
		return
	}
	if next, after := word(rest); !looksLikeAddress(client) && looksLikeAddress(next) {
		e.Host = client
		client, rest = next, after
	}
	e.Client = client
	_, user := word(rest)
	e.User = absent(bytes.TrimSpace(user))
}

// forwarded takes the client's address from a field behind the agent where the line's own is that of a proxy.
func (e *Event) forwarded(rest []byte) {
	if !private(e.Client) {
		return
	}
	for len(rest) > 2 {
		i := bytes.IndexByte(rest, '"')
		if i < 0 {
			return
		}
		value, after, ok := quoted(rest[i:])
		if !ok {
			return
		}
		first, _, _ := bytes.Cut(value, []byte(","))
		if first = bytes.TrimSpace(first); looksLikeAddress(first) {
			e.Client = first
			return
		}
		rest = after
	}
}

func looksLikeAddress(b []byte) bool {
	if len(b) < 2 || len(b) > 45 {
		return false
	}
	dots, colons := 0, 0
	for _, c := range b {
		switch {
		case c == '.':
			dots++
		case c == ':':
			colons++
		case c >= '0' && c <= '9':
		case c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F':
			if dots > 0 && colons == 0 {
				return false
			}
		default:
			return false
		}
	}
	return colons >= 2 || dots == 3 && colons == 0
}

// private addresses are those of proxies before the server (RFC 1918, loopback, unique local).
func private(b []byte) bool {
	for _, prefix := range []string{"10.", "127.", "192.168.", "::1", "fd", "fc"} {
		if len(b) >= len(prefix) && string(b[:len(prefix)]) == prefix {
			return true
		}
	}
	if len(b) > 7 && string(b[:4]) == "172." {
		n := number(b[4:])
		return n >= 16 && n < 32
	}
	return false
}

// word is what comes before the next space, and the rest after it.
func word(b []byte) (first, rest []byte) {
	for i, c := range b { // words are short: looking for them in long strides would cost more
		if c == ' ' {
			return b[:i], b[i+1:]
		}
	}
	return b, nil
}

// quoted reads a text in quotes, which b begins with; a backslash takes their meaning from quotes.
func quoted(b []byte) (text, rest []byte, ok bool) {
	for i := 1; i < len(b); {
		j := bytes.IndexByte(b[i:], '"')
		if j < 0 {
			return nil, nil, false
		}
		j += i
		if b[j-1] != '\\' || j == 1 || !escaped(b[:j]) {
			return b[1:j], b[j+1:], true
		}
		i = j + 1
	}
	return nil, nil, false
}

// escaped says that an odd number of backslashes ends b.
func escaped(b []byte) bool {
	n := 0
	for i := len(b) - 1; i >= 0 && b[i] == '\\'; i-- {
		n++
	}
	return n%2 == 1
}
