// Package line reads lines of logs: the access logs of web servers and content networks, log-in logs and the logs of
// token issuers.
//
// A [Reader] recognises the format of each line by itself, so that a file may hold several. It copies nothing and
// allocates nothing: what an [Event] holds are parts of the line it was read from.
package line

import "bytes"

// Event is what one line says. Its texts lie in the line, or in memory of the [Reader], and hold until the next line is read.
// They are as they stand in the log: a path is not decoded. What a line does not say is empty or 0.
type Event struct {
	At       int64 // milliseconds since 1970, UTC
	Client   []byte
	Method   []byte
	Path     []byte // up to the question mark
	Query    []byte // after it
	Host     []byte
	Referrer []byte
	Agent    []byte
	Status   int
	Bytes    int64

	Subject []byte // whom the token or the session names: "sub", "user_id"
	Token   []byte // the token's id: "jti"
	Key     []byte // the id of the key that signed it: "kid"
	Session []byte // the log-in it belongs to: "sid"
	User    []byte // the user of the administration or of basic authentication
	Account []byte // what was typed at a log-in
	Name    []byte // of the event, in a log of events: "issue", "LOGIN"
	Route   []byte // the pattern that the server matched
	Realm   []byte // whose log-in it was: "member", "admin"
	Success Answer // whether a log-in succeeded, where the line says so itself
	Expires int64  // seconds since 1970: until when the token is valid
	Records int    // how many records of customers the answer held
	Format  Format

	behind []byte // what a lazy reader has not read yet
	usual  bool   // only what Reader.usual sets is set
}

// Answer is yes, no or nothing.
type Answer int8

// The answers.
const (
	Unsaid Answer = iota
	Yes
	No
)

// Format is how a line is written.
type Format int8

// The formats.
const (
	Unread     Format = iota // none of them
	Combined                 // nginx and Apache, with or without what "combined" adds to "common"
	JSON                     // nginx (escape=json), Caddy, Cloudflare Logpush, CloudFront v2, and what applications write
	ALB                      // AWS Application Load Balancer
	CloudFront               // W3C extended, whose fields a line of the file names
	Monolog                  // EC-CUBE 3 and 4
	Custom                   // as the operator described it
	Note                     // a line that is no event: a header, a stack trace, an empty line
)

var formatNames = [...]string{"unread", "combined", "JSON", "ALB", "CloudFront", "Monolog", "custom", "note"}

func (f Format) String() string { return formatNames[f] }

// Formats is how many formats there are.
const Formats = len(formatNames)

// MaxLength is the longest line that is read.
const MaxLength = 256 << 10

// Reader reads lines one by one. Not safe for concurrent use.
type Reader struct {
	Lazy bool // leaves size, referrer, agent and forwarded address of combined lines to [Event.Complete]

	custom *Pattern
	fields []field // of W3C lines, from the last "#Fields:"
	keys   keyTable
	guess  [64]guessed // which key came as the how-manyth in the last line
	shapes shapes
	trace  trace
	held   []byte // unescaped texts of the current line
	zone   zone

	clfMinute, isoMinute minute
}

// NewReader makes a reader. pattern is what lines look like that are in none of the known formats; nil knows none.
func NewReader(pattern *Pattern) *Reader {
	return &Reader{custom: pattern, keys: keyTable{}, shapes: shapes{root: &step{}, credit: mostCredit}}
}

// W3C begins a file, or goes on in the middle of one whose fields are named by the line header; nil names none.
func (r *Reader) W3C(header []byte) {
	r.fields = r.fields[:0]
	r.directive(header)
}

// Read reads one line, without its line break, into e, and says how it was written. A line that is none gives [Unread].
func (r *Reader) Read(line []byte, e *Event) Format {
	for len(line) > 0 && (line[len(line)-1] == '\n' || line[len(line)-1] == '\r') {
		line = line[:len(line)-1]
	}
	if r.custom == nil && len(line) <= MaxLength && r.usual(line, e) {
		return Combined
	}
	*e = Event{}
	r.held = r.held[:0]
	e.Format = r.read(line, e)
	if e.Format == Unread {
		*e = Event{}
	}
	return e.Format
}

func (r *Reader) read(line []byte, e *Event) Format {
	if len(line) > MaxLength {
		return Unread
	}
	if r.custom != nil && r.custom.read(r, line, e) {
		return Custom
	}
	if len(line) == 0 {
		return Note
	}
	switch c := line[0]; {
	case c == '{':
		if r.json(line, e) {
			return JSON
		}
		return Unread
	case c == '[':
		if r.monolog(line, e) {
			return Monolog
		}
	case c == '#':
		r.directive(line)
		return Note
	case c == ' ' || c == '\t':
		if i := bytes.IndexByte(line, '{'); i >= 0 && len(bytes.TrimSpace(line[:i])) == 0 && r.json(line[i:], e) {
			return JSON
		}
		return Note // an application's stack trace goes on
	case c == 'h' || c == 'w' || c == 'g':
		if r.alb(line, e) {
			return ALB
		}
	case c >= '0' && c <= '9' && len(line) > 11 && line[4] == '-' && line[10] == '\t':
		if r.w3c(line, e) {
			return CloudFront
		}
	}
	if r.combined(line, e) {
		return Combined
	}
	// A server that writes to a collector puts its own time before the line: "nginx: {…}", "Nov 29 host nginx: …".
	if i := bytes.IndexByte(line, '{'); i > 0 && i < 256 && line[len(line)-1] == '}' && r.json(line[i:], e) {
		return JSON
	}
	return Unread
}

// cut splits what a request asks for at its question mark, and takes scheme and host off one in absolute form.
func (e *Event) target(uri []byte) {
	if len(uri) > 0 && uri[0] != '/' {
		if i := bytes.Index(uri, []byte("://")); i > 0 && i < 8 {
			rest := uri[i+3:]
			slash := bytes.IndexByte(rest, '/')
			if slash < 0 {
				slash = len(rest)
			}
			e.Host, uri = rest[:slash], rest[slash:]
		}
	}
	if i := bytes.IndexByte(uri, '?'); i >= 0 {
		e.Path, e.Query = uri[:i], uri[i+1:]
		return
	}
	e.Path = uri
}

// request reads `GET /path?query HTTP/1.1`.
func (e *Event) request(text []byte) {
	i := bytes.IndexByte(text, ' ')
	if i < 0 {
		return // what a scanner sends instead of HTTP
	}
	e.Method, text = text[:i], text[i+1:]
	if j := bytes.LastIndexByte(text, ' '); j >= 0 {
		text = text[:j]
	}
	e.target(text)
}

// absent is how logs write that there is nothing.
func absent(text []byte) []byte {
	if len(text) == 1 && text[0] == '-' {
		return nil
	}
	return text
}

// number reads decimal digits and stops at the first other sign.
func number(text []byte) int64 {
	var n int64
	for _, c := range text {
		if c < '0' || c > '9' || n > 1<<58 {
			break
		}
		n = n*10 + int64(c-'0')
	}
	return n
}
