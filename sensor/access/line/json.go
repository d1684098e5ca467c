package line

import (
	"bytes"
	"unicode/utf8"
)

// guessed is a key that stood at a place of the last line; most lines of a log have the same keys in the same order.
type guessed struct {
	key           []byte
	plain, object field
}

// maxDepth is how deep objects are looked into; what is deeper is passed over.
const maxDepth = 6

// cursor walks over one line of JSON.
type cursor struct {
	text  []byte
	at    int
	count int // keys met so far
	trace *trace
}

// json reads an object. Of text that is no JSON at all it gives false; what was cut off at its end is read as far as it goes
// and gives false too.
func (r *Reader) json(line []byte, e *Event) bool {
	if r.shapes.worth() {
		if r.shaped(line, e) {
			r.shapes.hit()
			return e.says()
		}
		r.shapes.miss()
		*e = Event{}
		r.held = r.held[:0]
		r.trace.values, r.trace.broken = r.trace.values[:0], false
		c := cursor{text: line, trace: &r.trace}
		if !r.object(&c, e, 0) {
			return false
		}
		r.shapes.learn(line, &r.trace, c.at)
		return e.says()
	}
	c := cursor{text: line}
	return r.object(&c, e, 0) && e.says()
}

// says says whether a line of JSON is of anything that happened.
func (e *Event) says() bool {
	return e.At != 0 || len(e.Method) > 0 || len(e.Token) > 0 || len(e.Path) > 0
}

func (c *cursor) space() byte {
	for c.at < len(c.text) {
		switch b := c.text[c.at]; b {
		case ' ', '\t', '\n', '\r':
			c.at++
		default:
			return b
		}
	}
	return 0
}

// raw reads a string and gives what is between its quotes, and whether a backslash is in it.
func (c *cursor) raw() (text []byte, escapes, ok bool) {
	c.at++
	start := c.at
	for i := start; ; {
		i = special(c.text, i)
		if i >= len(c.text) {
			return nil, false, false
		}
		if c.text[i] == '"' {
			c.at = i + 1
			return c.text[start:i], escapes, true
		}
		escapes = true
		i += 2 // the backslash, and what it changes
	}
}

// special finds the next quote or backslash. Most texts are short; of those that are not, it looks through so much at a time that
// nothing is looked through often.
func special(text []byte, i int) int {
	const near, stride = 32, 256
	if end := min(i+near, len(text)); i+8 <= end {
		if at := either(text[:end], i, '"', '\\'); at < end {
			return at
		}
		i = end
	}
	for i < len(text) {
		part := text[i:min(i+stride, len(text))]
		end := bytes.IndexByte(part, '"')
		if end < 0 {
			end = len(part)
		}
		if escape := bytes.IndexByte(part[:end], '\\'); escape >= 0 {
			return i + escape
		}
		if i += end; end < len(part) {
			return i
		}
	}
	return len(text)
}

func (r *Reader) object(c *cursor, e *Event, depth int) bool {
	c.at++ // {
	if c.space() == '}' {
		c.at++
		return true
	}
	for {
		if c.space() != '"' {
			return false
		}
		key, escapes, ok := c.raw()
		if !ok {
			return false
		}
		plain, object := r.meaning(c, key, escapes)
		if c.space() != ':' {
			return false
		}
		c.at++
		if !r.traced(c, plain, object, e, depth) {
			return false
		}
		switch c.space() {
		case ',':
			c.at++
		case '}':
			c.at++
			return true
		default:
			return false
		}
	}
}

// meaning is what a key says, first asked of the line before.
func (r *Reader) meaning(c *cursor, key []byte, escapes bool) (plain, object field) {
	i := c.count
	c.count++
	if escapes {
		return fieldNone, fieldNone
	}
	if i >= len(r.guess) {
		return r.keys.meaning(key)
	}
	g := &r.guess[i]
	if string(g.key) == string(key) && len(key) > 0 {
		return g.plain, g.object
	}
	g.plain, g.object = r.keys.meaning(key)
	g.key = append(g.key[:0], key[:min(len(key), 64)]...)
	return g.plain, g.object
}

// traced reads a value and notes where it stood, where that is wanted.
func (r *Reader) traced(c *cursor, plain, object field, e *Event, depth int) bool {
	t := c.trace
	if t == nil {
		return r.value(c, plain, object, e, depth)
	}
	first := c.space()
	start := c.at
	if object == fieldInside && (first == '{' || first == '[') { // what is in it is noted, but for lists
		t.broken = t.broken || first == '[' || depth >= maxDepth
		return r.value(c, plain, object, e, depth)
	}
	ok := r.value(c, plain, object, e, depth)
	t.values = append(t.values, traced{start, c.at, plain, object})
	return ok
}

func (r *Reader) value(c *cursor, plain, object field, e *Event, depth int) bool {
	switch b := c.space(); b {
	case '"':
		text, escapes, ok := c.raw()
		if !ok {
			return false
		}
		if plain == fieldNone {
			return true
		}
		if escapes {
			text = r.unescape(text)
		}
		r.set(plain, absent(text), e)
		return true
	case '{':
		if object == fieldInside && depth < maxDepth {
			return r.object(c, e, depth+1)
		}
		return c.skip()
	case '[':
		return r.array(c, plain, object, e, depth)
	case 0:
		return false
	}
	start := c.at
	for c.at < len(c.text) {
		if b := c.text[c.at]; b == ',' || b == '}' || b == ']' || b == ' ' {
			break
		}
		c.at++
	}
	text := c.text[start:c.at]
	if plain != fieldNone && string(text) != "null" {
		r.set(plain, text, e)
	}
	return len(text) > 0
}

// array takes the first text of a list, which is how some servers write headers.
func (r *Reader) array(c *cursor, plain, object field, e *Event, depth int) bool {
	start := c.at
	c.at++
	if plain != fieldNone && c.space() == '"' {
		text, escapes, ok := c.raw()
		if !ok {
			return false
		}
		if escapes {
			text = r.unescape(text)
		}
		r.set(plain, absent(text), e)
	} else if object == fieldInside && c.space() == '{' && depth < maxDepth && !r.object(c, e, depth+1) {
		return false
	}
	c.at = start
	return c.skip()
}

// skip passes over an object or a list, whatever is in it. It counts brackets and does not care which.
func (c *cursor) skip() bool {
	for depth := 0; c.at < len(c.text); {
		switch c.text[c.at] {
		case '"':
			if _, _, ok := c.raw(); !ok {
				return false
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				c.at++
				return true
			}
		}
		c.at++
	}
	return false
}

// unescape writes a string's meaning into the reader's memory. A bad escape is left as it stands.
func (r *Reader) unescape(text []byte) []byte {
	start := len(r.held)
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			r.held = append(r.held, text[i])
			continue
		}
		i++
		switch c := text[i]; c {
		case 'n':
			r.held = append(r.held, '\n')
		case 't':
			r.held = append(r.held, '\t')
		case 'r', 'b', 'f':
			r.held = append(r.held, ' ')
		case 'u':
			code, ok := hex4(text, i+1)
			if !ok {
				r.held = append(r.held, '\\', 'u')
				continue
			}
			i += 4
			if low, ok := hex4(text, i+3); ok && code>>10 == 0x36 && text[i+1] == '\\' && text[i+2] == 'u' && low>>10 == 0x37 {
				code = 0x10000 + (code&0x3ff)<<10 + low&0x3ff
				i += 6
			}
			r.held = utf8.AppendRune(r.held, code)
		default:
			r.held = append(r.held, c)
		}
	}
	return r.held[start:len(r.held):len(r.held)]
}

func hex4(b []byte, at int) (rune, bool) {
	if at+4 > len(b) {
		return 0, false
	}
	var n rune
	for _, c := range b[at : at+4] {
		switch {
		case c >= '0' && c <= '9':
			n = n<<4 + rune(c-'0')
		case c >= 'a' && c <= 'f':
			n = n<<4 + rune(c-'a') + 10
		case c >= 'A' && c <= 'F':
			n = n<<4 + rune(c-'A') + 10
		default:
			return 0, false
		}
	}
	return n, true
}

// set takes a value into the event. The first that says something stays, but for the time: a line's own comes before the time of
// something in it.
func (r *Reader) set(f field, text []byte, e *Event) {
	if len(text) == 0 {
		return
	}
	switch f {
	case fieldTime:
		if e.At == 0 {
			e.At, _ = r.time(text)
		}
	case fieldClient:
		first(&e.Client, address(text))
	case fieldForwarded:
		one, _, _ := bytes.Cut(text, []byte(","))
		if one = bytes.TrimSpace(one); looksLikeAddress(one) && (len(e.Client) == 0 || private(e.Client)) {
			e.Client = one
		}
	case fieldMethod:
		first(&e.Method, text)
	case fieldURI:
		if len(e.Path) == 0 {
			query := e.Query
			e.target(text)
			first(&e.Query, query)
		}
	case fieldPath:
		if len(e.Path) == 0 {
			query := e.Query
			e.target(text)
			first(&e.Query, query)
		}
	case fieldQuery:
		if text[0] == '?' {
			text = text[1:]
		}
		first(&e.Query, text)
	case fieldRequest:
		if len(e.Method) == 0 {
			e.request(text)
		}
	case fieldHost:
		first(&e.Host, text)
	case fieldReferrer:
		first(&e.Referrer, text)
	case fieldAgent:
		first(&e.Agent, text)
	case fieldStatus:
		if n := number(text); e.Status == 0 && n < 1000 {
			e.Status = int(n)
		}
	case fieldBytes:
		e.Bytes = max(e.Bytes, number(text))
	case fieldSubject:
		first(&e.Subject, text)
	case fieldToken:
		first(&e.Token, text)
	case fieldKey:
		first(&e.Key, text)
	case fieldSession:
		first(&e.Session, text)
	case fieldUser:
		first(&e.User, text)
	case fieldAccount:
		first(&e.Account, text)
	case fieldName:
		first(&e.Name, text)
	case fieldRoute:
		first(&e.Route, text)
	case fieldRealm:
		first(&e.Realm, text)
	case fieldSuccess:
		e.Success = answer(text)
	case fieldError:
		if e.Success == Unsaid {
			e.Success = No
		}
	case fieldExpires:
		if at, ok := r.time(text); ok && e.Expires == 0 {
			e.Expires = at / 1000
		}
	case fieldRecords:
		e.Records = int(min(number(text), 1<<31))
	case fieldBearer:
		r.bearer(text, e)
	case fieldCookie:
		r.cookie(text, e)
	}
}

func first(to *[]byte, text []byte) {
	if len(*to) == 0 {
		*to = text
	}
}

func answer(text []byte) Answer {
	switch text[0] {
	case 't', 'T', '1', 'y', 'Y':
		return Yes
	case 'f', 'F', '0', 'n', 'N':
		return No
	}
	return Unsaid
}

// address takes the port off an address.
func address(text []byte) []byte {
	if text[0] == '[' {
		if i := bytes.IndexByte(text, ']'); i > 0 {
			return text[1:i]
		}
	}
	if i := bytes.IndexByte(text, ':'); i > 0 && bytes.LastIndexByte(text, ':') == i {
		return text[:i]
	}
	return text
}
