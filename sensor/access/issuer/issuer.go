package issuer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// Token is one token that was issued. Times are in seconds since 1970; zero is not known. Its id and its member are not for
// showing: they are hashed and forgotten.
type Token struct {
	ID      string
	Member  string // whose it is; empty where that is not said
	Kid     string // of the key that signed it
	Issued  int64
	Expires int64 // -1: it does not expire
}

// Format prints nothing of a token.
func (Token) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[token]") }

// MarshalText refuses to write a token.
func (Token) MarshalText() ([]byte, error) { return nil, errors.New("a token is not for storing") }

// Fields names what lines of JSON say, best first; a dot goes into an object. An empty list is the default one.
type Fields struct {
	ID, Member, Kid, Issued, Expires, Life, Event []string
}

var usual = Fields{
	ID:      []string{"jti", "token_id", "tokenId", "audit_id", "sid"},
	Member:  []string{"sub", "subject", "user_id", "userId", "member_id", "memberId", "uid"},
	Kid:     []string{"kid", "key_id", "keyId"},
	Issued:  []string{"iat", "issued_at", "issuedAt", "time", "timestamp", "@timestamp", "ts", "at"},
	Expires: []string{"exp", "expires_at", "expiresAt", "expires"},
	Life:    []string{"expires_in", "expiresIn", "ttl"},
	Event:   []string{"event", "type", "action", "event_type", "eventType"},
}

func (f Fields) withDefaults() Fields {
	or := func(a, b []string) []string {
		if len(a) == 0 {
			return b
		}
		return a
	}
	return Fields{
		or(f.ID, usual.ID), or(f.Member, usual.Member), or(f.Kid, usual.Kid), or(f.Issued, usual.Issued),
		or(f.Expires, usual.Expires), or(f.Life, usual.Life), or(f.Event, usual.Event),
	}
}

// Parser reads an issuer's log. Safe for concurrent use.
type Parser struct {
	fields Fields
	zone   *time.Location
}

// NewParser makes a parser. zone is for times that do not say theirs; nil is this machine's.
func NewParser(f Fields, zone *time.Location) *Parser {
	if zone == nil {
		zone = time.Local
	}
	return &Parser{f.withDefaults(), zone}
}

// MaxLine is the longest line that is read.
const MaxLine = 1 << 20

// The errors of Parse. Their texts repeat nothing of the line.
var (
	ErrNoToken = errors.New("the line names no token that was issued") // an event of another kind: nothing is wrong
	ErrBad     = errors.New("the line cannot be read: it is no whole JSON object")
	ErrNoID    = errors.New("the line says that a token was issued and not which: name the field of its id")
)

// Parse reads one line. Text that is no event of Keycloak's is its log's too, and names no token.
func (p *Parser) Parse(line []byte) (Token, error) {
	line = bytes.TrimSpace(line)
	switch {
	case len(line) == 0:
		return Token{}, ErrNoToken
	case len(line) > MaxLine:
		return Token{}, ErrBad
	case line[0] == '{':
		o, err := decode(line)
		if err != nil {
			return Token{}, ErrBad
		}
		return p.object(o)
	}
	return p.keycloakLine(string(line))
}

// Batch reads a body that was posted: one object, an array of them, or one a line. Objects that name no token are passed
// over; one that is wrong makes the whole wrong, and the error says which.
func (p *Parser) Batch(body []byte) (all []Token, err error) {
	body = bytes.TrimSpace(body)
	if len(body) > 0 && body[0] == '[' {
		var list []json.RawMessage
		if err := json.Unmarshal(body, &list); err != nil {
			return nil, errors.New("the body is no JSON")
		}
		for i, one := range list {
			t, err := p.posted(one)
			if all, err = gather(all, t, err); err != nil {
				return nil, fmt.Errorf("entry %d: %w", i+1, err)
			}
		}
		return all, nil
	}
	if o, err := decode(body); err == nil { // one object, over as many lines as it likes
		t, err := p.object(o)
		return gather(nil, t, err)
	}
	n := 0
	for line := range bytes.Lines(body) {
		n++
		t, err := p.posted(line)
		if all, err = gather(all, t, err); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	return all, nil
}

// posted is for a line of a body: there only JSON is right.
func (p *Parser) posted(line []byte) (Token, error) {
	line = bytes.TrimSpace(line)
	if len(line) > 0 && line[0] != '{' {
		return Token{}, ErrBad
	}
	return p.Parse(line)
}

func gather(all []Token, t Token, err error) ([]Token, error) {
	if errors.Is(err, ErrNoToken) {
		return all, nil
	}
	return append(all, t), err
}

type object = map[string]any

func decode(text []byte) (object, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var o object
	if err := d.Decode(&o); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more follows")
	}
	return o, nil
}

func (p *Parser) object(o object) (Token, error) {
	if t, err, is := p.keycloak(o); is {
		return t, err
	}
	if session, _ := hookParts(o); session != nil {
		return Token{}, ErrNoToken // see [ReadHook]
	}
	if name := text(o, p.fields.Event); name != "" && !issues(name) {
		return Token{}, ErrNoToken
	}
	t := Token{
		ID: text(o, p.fields.ID), Member: text(o, p.fields.Member), Kid: text(o, p.fields.Kid),
		Issued: p.moment(o, p.fields.Issued), Expires: p.moment(o, p.fields.Expires),
	}
	if t.ID == "" {
		if text(o, p.fields.Event) == "" && t.Expires == 0 {
			return Token{}, ErrNoToken
		}
		return Token{}, ErrNoID
	}
	if said := strings.ToLower(text(o, p.fields.Expires)); said == "-1" || said == "never" {
		t.Expires = -1
	}
	if life := p.seconds(o, p.fields.Life); life > 0 && t.Expires == 0 && t.Issued != 0 {
		t.Expires = t.Issued + life
	}
	return t, nil
}

// issues says whether an event's name is that of a token being issued.
func issues(name string) bool {
	name = strings.ToLower(name)
	for _, no := range []string{"fail", "error", "denied", "reject", "revok", "logout", "introspect", "verif", "validat", "used", "expire"} {
		if strings.Contains(name, no) {
			return false
		}
	}
	for _, yes := range []string{"issu", "mint", "creat", "grant", "refresh", "renew", "login", "log_in", "signin", "sign_in", "exchange", "token"} {
		if strings.Contains(name, yes) {
			return true
		}
	}
	return false
}

// get goes into an object.
func get(o object, path string) any {
	if v, ok := o[path]; ok {
		return v
	}
	head, rest, dotted := strings.Cut(path, ".")
	if inner, ok := o[head].(object); dotted && ok {
		return get(inner, rest)
	}
	return nil
}

// text is the first of some fields that holds a text or a number.
func text(o object, paths []string) string {
	for _, path := range paths {
		switch v := get(o, path).(type) {
		case string:
			if v != "" {
				return v
			}
		case json.Number:
			return v.String()
		}
	}
	return ""
}

// moment is a time as seconds since 1970, read from seconds, milliseconds, or RFC 3339 and its kin.
func (p *Parser) moment(o object, paths []string) int64 {
	for _, path := range paths {
		switch v := get(o, path).(type) {
		case json.Number:
			if f, err := v.Float64(); err == nil {
				return epoch(f)
			}
		case string:
			if at := p.timeOf(v); at != 0 {
				return at
			}
		}
	}
	return 0
}

func (p *Parser) seconds(o object, paths []string) int64 {
	for _, path := range paths {
		switch v := get(o, path).(type) {
		case json.Number:
			if f, err := v.Float64(); err == nil && f > 0 && f < 1e10 {
				return int64(f)
			}
		case string:
			if f, err := json.Number(v).Float64(); err == nil && f > 0 && f < 1e10 {
				return int64(f)
			}
		}
	}
	return 0
}

// epoch reads seconds, milliseconds, microseconds or nanoseconds: which, tells the size.
func epoch(f float64) int64 {
	for f >= 1e11 {
		f /= 1000
	}
	if f <= 0 {
		return 0
	}
	return int64(f)
}

var layouts = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999-0700", "2006-01-02 15:04:05.999999999-07:00"}

var zoneless = []string{"2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999"}

func (p *Parser) timeOf(s string) int64 {
	if len(s) > 64 {
		return 0
	}
	if f, err := json.Number(s).Float64(); err == nil {
		return epoch(f)
	}
	s = strings.Replace(s, ",", ".", 1)
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil {
			return max(0, t.Unix())
		}
	}
	for _, layout := range zoneless {
		if t, err := time.ParseInLocation(layout, s, p.zone); err == nil {
			return max(0, t.Unix())
		}
	}
	return 0
}
