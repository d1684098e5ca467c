package access

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
)

// Route says what a page holds, as the operator knows it.
type Route struct {
	// Pattern is a path, as in "/customers/{member}/addresses/{}" or "/api/profile?customer={member}". {member} stands for
	// the member's number or name, {} or * for anything up to the next slash. Without {member} the page is about whom the token or the session names.
	Pattern string
	Data    []string // kinds of customer data on it: "name", "e-mail", "address", "door code" ...; none: it is about nobody
	parts   [][]byte
	query   string
}

// The kinds of data that pages hold, by habit.
var (
	dataProfile = []string{"name", "e-mail"}
	dataAddress = []string{"name", "phone", "address"}
	dataDoor    = []string{"name", "phone", "address", "door code"}
	dataOrders  = []string{"name", "address", "orders"}
	dataCard    = []string{"card"}
)

// ParseRoute reads "PATTERN=DATA,DATA".
func ParseRoute(text string) (Route, error) {
	pattern, data, found := strings.Cut(text, "=")
	if strings.Contains(pattern, "?") { // the parameter's own sign
		if i := strings.LastIndex(text, "="); strings.Contains(text, "}") && i > strings.Index(text, "}") {
			pattern, data, found = text[:i], text[i+1:], true
		} else {
			pattern, data, found = text, "", false
		}
	}
	r := Route{Pattern: strings.TrimSpace(pattern)}
	if !strings.HasPrefix(r.Pattern, "/") {
		return r, fmt.Errorf("%q is no route: write it as in /customers/{member}/addresses=name,address", text)
	}
	if !found {
		return r, fmt.Errorf("%q does not say what the page holds: write it as in %s=name,address, or %s=nothing", text, r.Pattern, r.Pattern)
	}
	for one := range strings.SplitSeq(data, ",") {
		if one = strings.TrimSpace(one); one != "" && one != "nothing" {
			r.Data = append(r.Data, one)
		}
	}
	return r, nil
}

func (r *Route) compile() {
	path, query, _ := strings.Cut(r.Pattern, "?")
	for part := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		r.parts = append(r.parts, []byte(part))
	}
	if name, value, found := strings.Cut(query, "="); found && value == "{member}" {
		r.query = name
	}
}

// match says whether a path is of the route, and gives the member it names.
func (r *Route) match(path, query []byte) (member []byte, ok bool) {
	rest := bytes.Trim(path, "/")
	for i, part := range r.parts {
		one := rest
		if j := bytes.IndexByte(rest, '/'); j >= 0 {
			one, rest = rest[:j], rest[j+1:]
		} else {
			rest = nil
			if i < len(r.parts)-1 {
				return nil, false
			}
		}
		switch string(part) {
		case "{member}":
			member = one
		case "{}", "*":
		default:
			if !bytes.Equal(part, one) {
				return nil, false
			}
		}
	}
	if len(rest) > 0 {
		return nil, false
	}
	if r.query != "" {
		member = parameter(query, r.query)
		return member, member != nil
	}
	return member, true
}

// page is what is known of one pattern of paths.
type page struct {
	name   string // with * for what is not shown
	data   []string
	source string // where the member's name was found: "path", "query ...", "subject"
	given  bool   // by the operator
	admin  bool
}

// pages numbers the patterns that were met. Safe for concurrent use.
type pages struct {
	mu   sync.Mutex
	list []page
	by   map[string]uint16
}

func newPages() *pages {
	return &pages{by: map[string]uint16{}, list: []page{{name: "other pages"}}}
}

const maxPages = 2048

func (p *pages) number(one page) uint16 {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := one.name + "\x00" + one.source
	if n, known := p.by[key]; known {
		return n
	}
	if len(p.list) >= maxPages {
		return 0
	}
	p.list = append(p.list, one)
	n := uint16(len(p.list) - 1)
	p.by[key] = n
	return n
}

func (p *pages) get(n uint16) page {
	p.mu.Lock()
	defer p.mu.Unlock()
	if int(n) >= len(p.list) {
		return p.list[0]
	}
	return p.list[n]
}

// path is what is read out of one path.
type path struct {
	all     word   // what any part of it says
	last    word   // what its last word says
	member  []byte // a number or another id right behind a word for members
	object  []byte // another id
	wide    bool   // the first parts are of the administration
	unnamed bool   // no part is known
	shape   uint64 // the same for two paths only where their patterns are the same; 0 for those that are too long for that
	text    []byte
}

// maxParts bounds how many parts of a path are looked at.
const maxParts = 12

// readPath takes a path apart.
func readPath(text []byte) path {
	p := path{unnamed: true, text: text}
	previous, parts, passed := word(0), 0, false
	for i, n := 0, 0; i < len(text) && n < maxParts; n++ {
		var part []byte
		if part, i = nextPart(text, i); len(part) == 0 {
			continue
		}
		mean, slot := meaningOf(part)
		code := codeOther
		switch {
		case mean != 0:
			p.unnamed = false
			p.all |= mean
			p.last = mean
			if mean&wordAdmin != 0 && n < 3 {
				p.wide = true
			}
			code = codeWord + uint64(slot)
		case p.all&wordNobody != 0 && !p.wide: // whether it is a number or not
			passed = true
		case isID(part):
			if previous&wordMember != 0 && p.member == nil {
				p.member = part
			} else {
				p.object = part
			}
			code = codeID
		}
		p.shape = p.shape<<codeBits | code
		parts++
		previous = mean
	}
	if parts > 64/codeBits || passed && p.wide {
		p.shape = 0
	}
	return p
}

// The codes of parts, of which a shape is made.
const (
	codeBits  = 11
	codeOther = uint64(1)
	codeID    = uint64(2)
	codeWord  = uint64(3) // the first of wordSlots
)

// nextPart is what stands in a path up to the next slash, and where it ends.
func nextPart(text []byte, i int) (part []byte, end int) {
	if text[i] == '/' {
		i++
	}
	for end = i; end < len(text) && text[end] != '/'; {
		end++
	}
	return text[i:end], end
}

// pattern appends the path with * or {} for all that is no known word.
func (p *path) pattern(name []byte) []byte {
	for i, n := 0, 0; i < len(p.text) && n < maxParts; n++ {
		var part []byte
		if part, i = nextPart(p.text, i); len(part) == 0 {
			continue
		}
		name = append(name, '/')
		if mean, slot := meaningOf(part); mean != 0 {
			name = append(name, wordTable[slot].text...)
		} else if isID(part) {
			name = append(name, "{}"...)
		} else {
			name = append(name, '*')
		}
	}
	return name
}

// isID says that a part of a path is an identity and no word: a number, a UUID, a long hexadecimal.
func isID(part []byte) bool {
	digits, others := 0, 0
	for _, c := range part {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c == '-' || c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			others++
		default:
			return false
		}
	}
	return digits > 0 && (others == 0 || len(part) >= 6 && digits*4 >= len(part))
}

var memberParameters = []string{"customer_id", "member_id", "user_id", "customerid", "memberid", "userid", "customer", "member", "user", "uid"}

// parameter gives a parameter of a query, as it stands.
func parameter(query []byte, name string) []byte {
	for len(query) > 0 {
		one := query
		if i := bytes.IndexByte(query, '&'); i >= 0 {
			one, query = query[:i], query[i+1:]
		} else {
			query = nil
		}
		if len(one) > len(name)+1 && one[len(name)] == '=' && string(one[:len(name)]) == name {
			return one[len(name)+1:]
		}
	}
	return nil
}

// holds is what a page holds by the words of its path.
func (p *path) holds() []string {
	switch {
	case p.all&wordAddress != 0 && (p.last&wordEdit != 0 || p.object != nil):
		return dataDoor
	case p.all&wordAddress != 0:
		return dataAddress
	case p.all&wordCard != 0:
		return dataCard
	case p.all&wordOrder != 0:
		return dataOrders
	}
	return dataProfile
}

// personal says that a page is about one customer.
func (p *path) personal() bool {
	if p.all&wordNobody != 0 || p.wide {
		return false
	}
	return p.all&(wordMember|wordAddress|wordCard) != 0 || p.all&wordOrder != 0 && p.object != nil
}

// isStatic says by its ending that a path is a file that is the same for everybody.
func isStatic(path []byte) bool {
	n := len(path)
	for i := n - 1; i >= 0 && i >= n-6; i-- {
		if path[i] == '.' {
			switch string(path[i+1:]) {
			case "js", "css", "png", "jpg", "jpeg", "gif", "svg", "webp", "ico", "woff", "woff2", "ttf", "map", "mp4", "avif", "txt", "xml", "mjs", "pdf":
				return true
			}
			return false
		}
		if path[i] == '/' {
			return false
		}
	}
	return false
}
