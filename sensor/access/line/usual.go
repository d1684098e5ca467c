package line

import (
	"encoding/binary"
	"math/bits"
)

// usual reads a combined line in the form that nearly all have, from its beginning and nothing twice: an address, no user, a
// request of HTTP for a path, and a status. Of any other form it gives false and has changed nothing. It sets the same fields
// always, so that an event that it was the last to read needs no cleaning.
func (r *Reader) usual(line []byte, e *Event) bool {
	const (
		user    = " - - ["
		request = `] "`
		after   = ` HTTP/1.1" 200 ` // of whatever version and status
		least   = 1 + len(user) + clfLength + len(request) + len("G /") + len(after)
	)
	if len(line) < least || !addressByte[line[0]] || line[10] == '\t' {
		return false
	}
	at := either(line, 1, ' ', '[')
	if at+least > len(line) || string(line[at:at+len(user)]) != user {
		return false
	}
	client := line[:at]
	at += len(user)
	when := line[at : at+clfLength]
	at += clfLength
	if string(line[at:at+len(request)]) != request {
		return false
	}
	at += len(request)
	start := at
	for at < len(line) && line[at]-'A' < 26 {
		at++
	}
	if at+1 >= len(line) || line[at] != ' ' || line[at+1] != '/' || at == start {
		return false
	}
	method := line[start:at]
	at++
	start = at
	at = targetEnd(line, at)
	path, query := line[start:at], []byte(nil)
	if at < len(line) && line[at] == '?' {
		start = at + 1
		for at++; ; at++ { // further question marks mean nothing
			if at = targetEnd(line, at); at >= len(line) || line[at] != '?' {
				break
			}
		}
		query = line[start:at]
	}
	if at+len(after) > len(line) {
		return false
	}
	rest := line[at : at+len(after)]
	status, digits := hundreds(rest[11:])
	if string(rest[:6]) != " HTTP/" || rest[6]-'0' > 9 || rest[7] != '.' || rest[8]-'0' > 9 || string(rest[9:11]) != `" ` || rest[14] != ' ' ||
		!digits || status < 100 {
		return false
	}
	ms, ok := r.clf(when)
	if !ok {
		return false
	}
	if !e.usual {
		*e = Event{usual: true}
	}
	e.At, e.Client, e.Method, e.Path, e.Query, e.Status, e.Format = ms, client, method, path, query, status, Combined
	e.Bytes, e.Referrer, e.Agent, e.behind = 0, nil, nil, line[at+len(after):]
	if !r.Lazy {
		e.Complete()
	}
	return true
}

// addressByte is what addresses consist of. No line of another form begins with one, but for W3C's, whose eleventh is a tab.
var addressByte = func() (is [256]bool) {
	for _, c := range "0123456789abcdefABCDEF.:" {
		is[c] = true
	}
	return is
}()

func hundreds(b []byte) (n int, digits bool) {
	x, y, z := b[0]-'0', b[1]-'0', b[2]-'0'
	return int(x)*100 + int(y)*10 + int(z), x <= 9 && y <= 9 && z <= 9
}

// What follows looks at eight bytes at a time, since texts in logs are short and a call for each would cost more. The tests for a
// byte within a word are Mycroft's (1987), whose first hit is never wrong.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// either finds the first of two bytes; without, it gives the length.
func either(text []byte, i int, one, other byte) int {
	x, y := ones*uint64(one), ones*uint64(other)
	for ; i+8 <= len(text); i += 8 {
		w := binary.LittleEndian.Uint64(text[i:])
		p, q := w^x, w^y
		if hit := ((p-ones)&^p | (q-ones)&^q) & highs; hit != 0 {
			return i + bits.TrailingZeros64(hit)/8
		}
	}
	for ; i < len(text); i++ {
		if text[i] == one || text[i] == other {
			return i
		}
	}
	return len(text)
}

// targetEnd finds what ends a path or is no part of one: a space or what comes before it, a quote, a backslash, a question mark.
func targetEnd(text []byte, i int) int {
	for ; i+8 <= len(text); i += 8 {
		x := binary.LittleEndian.Uint64(text[i:])
		backslash, question := x^ones*'\\', x^ones*'?'
		hits := ((x-ones*('"'+1))&^x | (backslash-ones)&^backslash | (question-ones)&^question) & highs
		if hits == 0 {
			continue
		}
		if at := i + bits.TrailingZeros64(hits)/8; text[at] != '!' {
			return at
		}
		break // the only other byte below a quote: slowly over it
	}
	for ; i < len(text); i++ {
		if c := text[i]; c <= '"' && c != '!' || c == '\\' || c == '?' {
			return i
		}
	}
	return i
}
