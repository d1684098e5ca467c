package access

import (
	"bytes"
	"sync"

	"github.com/tillwatch/tillwatch/sensor/access/line"
)

// keyIndex numbers the ids of keys that sign tokens. 0 is none.
type keyIndex uint16

// texts numbers texts that are few, such as the ids of keys. Safe for concurrent use.
type texts struct {
	mu   sync.Mutex
	list []string
	by   map[string]keyIndex
}

// maxKeyIDs bounds how many are told apart: whoever makes tokens can write any.
const maxKeyIDs = 4096

func newTexts() *texts { return &texts{list: []string{""}, by: map[string]keyIndex{"": 0}} }

func (t *texts) number(text []byte) keyIndex {
	t.mu.Lock()
	defer t.mu.Unlock()
	if n, known := t.by[string(text)]; known {
		return n
	}
	if len(t.list) >= maxKeyIDs || len(text) > 256 {
		text = []byte("(further keys)")
		if n, known := t.by[string(text)]; known {
			return n
		}
	}
	t.list = append(t.list, string(text))
	n := keyIndex(len(t.list) - 1)
	t.by[string(text)] = n
	return n
}

func (t *texts) get(n keyIndex) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.list[n]
}

// chunk is some whole lines of a source, and what was read in them.
type chunk struct {
	text    []byte
	source  *source
	number  *int64 // of the next line of its file, counted on as chunks are taken in turn
	first   int64  // number of the first line, from 1
	records []record
	tally   tally
	header  []byte // the W3C line that holds for it
	long    int64  // lines that were too long to read
	at      int64  // where in its source it begins
	done    chan struct{}
}

// tally counts what was read.
type tally struct {
	lines   int64
	formats [line.Formats]int64
	from    int64 // earliest and latest time, milliseconds; 0 where there is none
	to      int64
	perHour []hourCount
	back    int64 // lines whose time was more than two minutes before that of an earlier line
	last    int64
	subject int64 // lines that name somebody
	tokens  int64
	reads   int64
	nobody  int64 // reads of personal pages by nobody who is named
	statics int64
}

type hourCount struct {
	hour  int64 // since 1970
	lines int64
}

func (t *tally) time(at int64) {
	if t.from == 0 || at < t.from {
		t.from = at
	}
	t.to = max(t.to, at)
	if at < t.last-2*minute {
		t.back++
	}
	t.last = at
	hour := at / hourMS
	if n := len(t.perHour); n > 0 && t.perHour[n-1].hour == hour {
		t.perHour[n-1].lines++
		return
	}
	for i := range t.perHour {
		if t.perHour[i].hour == hour {
			t.perHour[i].lines++
			return
		}
	}
	if len(t.perHour) < 24*400 {
		t.perHour = append(t.perHour, hourCount{hour, 1})
	}
}

const (
	minute = int64(60_000)
	hourMS = 60 * minute
	dayMS  = 24 * hourMS
)

// parser turns lines into records. Each worker has its own.
type parser struct {
	config  *Config
	hash    hasher
	lines   *line.Reader
	pages   *pages
	keys    *texts
	page    map[string]uint16
	lately  [256]lately
	printed [2048]printed
	key     map[string]keyIndex
	name    []byte
	pageKey []byte
}

func (p *parser) parse(c *chunk) {
	c.records = c.records[:0]
	c.tally = tally{perHour: c.tally.perHour[:0]}
	p.lines.W3C(c.header)
	rest := c.text
	var e line.Event
	for index := uint32(0); len(rest) > 0; index++ {
		end := bytes.IndexByte(rest, '\n')
		one := rest
		if end < 0 {
			rest = nil
		} else {
			one, rest = rest[:end], rest[end+1:]
		}
		format := p.lines.Read(one, &e)
		c.tally.lines++
		c.tally.formats[format]++
		if format == line.Unread || format == line.Note {
			continue
		}
		if e.At != 0 {
			c.tally.time(e.At)
		}
		p.take(&e, index, c)
	}
}

// take judges by the words of a line whether anybody must look at it, and keeps of it what is needed for that.
func (p *parser) take(e *line.Event, index uint32, c *chunk) {
	t := &c.tally
	if len(e.Subject) > 0 {
		t.subject++
	}
	if len(e.Token) > 0 {
		t.tokens++
	} else if isStatic(e.Path) {
		t.statics++
		return
	}
	n := len(c.records)
	c.records = append(c.records, record{index: index})
	r, keep := &c.records[n], false
	if len(e.Method) == 0 && len(e.Path) == 0 {
		keep = p.event(e, r)
	} else {
		keep = p.request(e, r, t)
	}
	if !keep {
		c.records = c.records[:n]
	}
}

func (p *parser) request(e *line.Event, r *record, t *tally) bool {
	read := p.path(e, r)
	if !read && len(e.Token) == 0 && len(e.Key) == 0 {
		return false
	}
	p.common(e, r)
	if r.kind == kindRead {
		if r.member == 0 {
			r.member = r.actor
		}
		r.reads = e.Status == 0 || e.Status >= 200 && e.Status < 300 || e.Status == 304
		if r.reads {
			t.reads++
			if r.member == 0 {
				t.nobody++
			}
		}
	}
	return true
}

func (p *parser) common(e *line.Event, r *record) {
	e.Complete()
	r.at, r.status, r.bytes, r.records = e.At, uint16(e.Status), e.Bytes, int32(e.Records)
	r.client = readClient(e.Client)
	r.actor = p.hash.id(e.Subject)
	r.session = p.hash.name(e.Session)
	r.user = p.hash.name(e.User)
	r.bare = len(e.Referrer) == 0
	r.expires = e.Expires
	if len(e.Token) > 0 {
		r.token, r.bearer = p.prints(e.Token, e.Subject, r.actor)
	}
	if len(e.Key) > 0 {
		k, known := p.key[string(e.Key)]
		if !known {
			k = p.keys.number(e.Key)
			if len(p.key) < maxKeyIDs {
				p.key[string(e.Key)] = k
			}
		}
		r.key = k
	}
	if r.kind == kindAdmin || r.kind == kindLogin || len(p.config.Exempt) > 0 { // nobody else asks with what somebody came
		r.agent = uint32(p.hash.sum(e.Agent))
	}
	if len(e.Method) > 0 {
		switch e.Method[0] {
		case 'P', 'D':
			r.write = true
		}
	}
}

// event reads a line that is of no request: of a log-in log, or of an issuer's.
func (p *parser) event(e *line.Event, r *record) bool {
	name := eventName(e.Name)
	switch {
	case name == kindIssued || len(e.Token) > 0 && e.Expires > 0:
		r.kind = kindIssued
	case name == kindLogin || len(e.Account) > 0 && e.Success != line.Unsaid:
		r.kind = kindLogin
	case name == kindJoin:
		r.kind = kindJoin
	default:
		return false
	}
	p.common(e, r)
	r.success = e.Success
	if r.success == line.Unsaid {
		r.success = line.Yes
		if bytes.HasSuffix(e.Name, []byte("_ERROR")) || bytes.Contains(e.Name, []byte("fail")) {
			r.success = line.No
		}
	}
	r.account = p.hash.name(e.Account)
	if r.account == 0 {
		r.account = r.actor
	}
	if r.kind == kindLogin && isAdminRealm(e.Realm) {
		r.user, r.kind = r.account, kindAdmin
		r.write = true
		r.route = p.adminLogin()
	}
	return true
}

func (p *parser) adminLogin() uint16 {
	return p.pages.number(page{name: "administration log-in", admin: true})
}

func isAdminRealm(realm []byte) bool {
	mean, _ := meaningOf(realm)
	return mean&wordAdmin != 0
}

// eventName knows the names of events: Keycloak's, and those that issuers of their own choose.
func eventName(name []byte) kind {
	switch string(bytes.ToUpper(name[:min(len(name), 40)])) {
	case "ISSUE", "ISSUED", "REFRESH", "REFRESHED", "TOKEN_ISSUED", "TOKEN-ISSUED", "REFRESH_TOKEN", "CODE_TO_TOKEN", "CLIENT_LOGIN",
		"TOKEN_EXCHANGE", "TOKEN ISSUED", "RENEW", "RENEWED":
		return kindIssued
	case "LOGIN", "LOGIN_ERROR", "SIGNIN", "LOGIN_SUCCESS", "LOGIN_FAILED", "LOGIN FAILED", "LOGIN_FAILURE":
		return kindLogin
	case "REGISTER", "SIGNUP", "REGISTERED":
		return kindJoin
	}
	return kindOther
}

// path reads what a request asked for.
func (p *parser) path(e *line.Event, r *record) bool {
	for i := range p.config.Routes {
		route := &p.config.Routes[i]
		if member, ok := route.match(e.Path, e.Query); ok {
			if len(route.Data) == 0 {
				return false
			}
			r.kind = kindRead
			r.member = p.hash.id(member)
			source := "path"
			if member == nil {
				source = "subject"
			}
			r.route = p.number([]byte(route.Pattern), source, func() page {
				return page{name: route.Pattern, data: route.Data, source: source, given: true}
			})
			return true
		}
	}
	got := readPath(e.Path)
	if got.unnamed {
		return false
	}
	post := len(e.Method) > 0 && e.Method[0] == 'P'
	switch {
	case got.wide:
		r.kind = kindAdmin
		if got.all&wordLogin != 0 && post {
			r.success = loginAnswer(e, got.all)
			r.account = p.hash.name(e.User)
		} else if got.all&wordLogin != 0 {
			return false
		}
		r.route = p.route(&got, "admin")
		return true
	case got.last&wordToken != 0 && post:
		r.kind, r.success = kindIssued, loginAnswer(e, got.all|wordAPI)
		return true
	case got.last&wordLogin != 0 && post:
		r.kind, r.success = kindLogin, loginAnswer(e, got.all)
		r.account = p.hash.name(e.Account)
		return true
	case got.all&wordJoin != 0 && post:
		r.kind = kindJoin
		return true
	case !got.personal():
		return false
	}
	r.kind = kindRead
	member, source := got.member, "path"
	if member == nil {
		source = "subject"
		if len(e.Query) > 0 {
			for _, name := range memberParameters {
				if v := parameter(e.Query, name); len(v) > 0 {
					member, source = v, "query "+name
					break
				}
			}
		}
	}
	r.member = p.hash.id(member)
	r.object = p.hash.id(got.object)
	r.route = p.route(&got, source)
	return true
}

// loginAnswer reads from the status whether a log-in succeeded. A form that was filled in wrongly is shown again with
// 200, an API that accepts answers 200.
func loginAnswer(e *line.Event, all word) line.Answer {
	switch {
	case e.Success != line.Unsaid:
		return e.Success
	case e.Status >= 400 && e.Status < 500:
		return line.No
	case e.Status >= 300 && e.Status < 400 || e.Status == 204 || e.Status == 201:
		return line.Yes
	case e.Status >= 200 && e.Status < 300:
		if all&wordAPI != 0 {
			return line.Yes
		}
		return line.No
	}
	return line.Unsaid
}
