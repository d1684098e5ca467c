package line

import (
	"bytes"
	"encoding/base64"
)

// maxToken is the longest token that is looked into.
const maxToken = 16 << 10

// bearer reads what an access token says of itself where a log has the token whole. Nothing is verified here: the server
// that wrote the line did, or answered that it refused.
func (r *Reader) bearer(text []byte, e *Event) {
	if i := bytes.LastIndexByte(text, ' '); i >= 0 {
		text = text[i+1:]
	}
	r.jwt(text, e)
}

// cookie looks for a token among cookies.
func (r *Reader) cookie(text []byte, e *Event) {
	for part := range bytes.SplitSeq(text, []byte(";")) {
		if _, value, found := bytes.Cut(part, []byte("=")); found && bytes.HasPrefix(value, []byte("ey")) {
			r.jwt(value, e)
		}
	}
}

func (r *Reader) jwt(text []byte, e *Event) {
	if len(text) > maxToken || bytes.Count(text, []byte(".")) != 2 || !bytes.HasPrefix(text, []byte("ey")) {
		return
	}
	head, rest, _ := bytes.Cut(text, []byte("."))
	claims, _, _ := bytes.Cut(rest, []byte("."))
	var inner Event
	for _, part := range [][]byte{head, claims} {
		start := len(r.held)
		decoded, err := base64.RawURLEncoding.AppendDecode(r.held, part)
		if err != nil {
			return
		}
		r.held = decoded
		c := cursor{text: decoded[start:], count: len(r.guess)} // the order of a token's keys is not that of the line's
		if !r.object(&c, &inner, maxDepth-1) {
			return
		}
	}
	first(&e.Subject, inner.Subject)
	first(&e.Key, inner.Key)
	first(&e.Session, inner.Session)
	if e.Expires == 0 {
		e.Expires = inner.Expires
	}
	if len(inner.Token) > 0 {
		first(&e.Token, inner.Token)
	} else {
		first(&e.Token, text) // without an id of its own, the token is its own name
	}
}
