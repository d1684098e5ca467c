// Package traffic writes the logs of a shop that does not exist, with customers of a realistic shape, and, where it is told to,
// somebody among them who reads customers with tokens that he made himself.
//
// The same seed gives the same logs. Nothing of it is a real person's: members are numbers, addresses are those that RFC 5737
// and RFC 2544 set aside for documentation and benchmarks, and 10.0.0.0/8.
package traffic

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strconv"
	"time"
)

// Format is how the access log is written.
type Format int

// The formats.
const (
	Combined Format = iota // nginx: members stand in paths, and nothing tells whose session it is
	JSON                   // with the subject, the token's id, its key and the log-in
)

// Config says what to write.
type Config struct {
	Seed     uint64
	Members  int       // numbers from 1; some of them have left
	Lines    int64     // of the access log
	Rate     float64   // lines a second on average; 0 means 200
	Start    time.Time // zero means 2026-11-01 00:00 UTC
	Format   Format
	Key      string // id of the key that signs tokens; "" means "member-2026"
	TokenFor time.Duration
	Attack   *Attack
	Each     func(Attempt) // is called with each line that the attacker caused; nil is not
	Export   *Export
}

// Export is a service of the shop's own that reads members one after the other every night, for the newsletter: with a token of
// its own, from an address of its own.
type Export struct {
	Members int     // so many each night
	Share   float64 // of the lines, while it reads; 0 means a half
}

// Who the export is, as an operator would declare it.
const (
	ExportSubject = "svc-newsletter"
	ExportAddress = "192.0.2.10"
	ExportKey     = "services-2026"
)

// exportHour is when it begins (UTC).
const exportHour = 1

// Attempt is one request of the attacker's.
type Attempt struct {
	Line   int64 // its number in the access log, from 1
	At     time.Time
	Member int64
	Exists bool // there is a member of this number, so that it was answered with somebody's data
}

// Attack is somebody who makes tokens.
type Attack struct {
	From      int64   // the line after which it begins
	Share     float64 // of the lines, as 0.0002
	Addresses int     // he comes from so many; 0 takes a new one for each request
	Unknown   float64 // share of members who do not exist
	InOrder   bool    // one number after the other; otherwise at random
	Replay    bool    // he uses tokens that were issued to others
	Key       string  // id of his key; "" takes that of the shop
	Page      string  // "" means the address list
}

// Written says what was written.
type Written struct {
	Lines, Attacks, Issued int64
	Exported               int64 // lines of the export
	FirstAttack            int64 // its line, from 1
	From, To               time.Time
	Joined                 int // members at the end
}

// Write writes the access log and, beside it, the issuer's log; issuer may be nil.
func Write(c Config, access, issuer io.Writer) (Written, error) {
	w := newWriter(c, access, issuer)
	for w.done.Lines < w.config.Lines {
		w.tick()
		if w.exports() {
			w.export()
			continue
		}
		if a := w.config.Attack; a != nil && w.done.Lines >= a.From && w.random.Float64() < a.Share {
			w.attack()
			continue
		}
		w.visit()
		if w.err != nil {
			return w.done, w.err
		}
	}
	w.done.To, w.done.Joined = w.now, w.joined
	if err := w.access.Flush(); err != nil {
		return w.done, err
	}
	return w.done, w.issuer.Flush()
}

type writer struct {
	config   Config
	access   *bufio.Writer
	issuer   *bufio.Writer
	random   *rand.Rand
	visits   []visit
	zipf     *rand.Zipf
	now      time.Time
	second   int64
	stamp    []byte // of the second
	joined   int
	logins   map[int64]int64 // of each member that logged in, until when the log-in is remembered
	tokens   []token         // that are in use by members, the newest last, where somebody takes them
	spread   int64           // from rank in activity to number
	line     []byte
	done     Written
	attacker attacker
	exporter exporter
	err      error
}

func newWriter(c Config, access, issuer io.Writer) *writer {
	if c.Rate == 0 {
		c.Rate = 200
	}
	if c.Start.IsZero() {
		c.Start = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	}
	if c.Key == "" {
		c.Key = "member-2026"
	}
	if c.TokenFor == 0 {
		c.TokenFor = time.Hour
	}
	if issuer == nil {
		issuer = io.Discard
	}
	c.Members = max(c.Members, 10)
	random := rand.New(rand.NewPCG(c.Seed, 20261101))
	w := &writer{
		config: c, access: bufio.NewWriterSize(access, 1<<20), issuer: bufio.NewWriterSize(issuer, 1<<20), random: random,
		now: c.Start, joined: c.Members, logins: map[int64]int64{},
		zipf: rand.NewZipf(random, 1.07, float64(c.Members)/200+1, uint64(c.Members-1)),
	}
	w.spread = coprime(int64(c.Members))
	w.done.From = w.now
	for range max(50, int(c.Rate*3)) {
		w.visits = append(w.visits, visit{})
		w.begin(&w.visits[len(w.visits)-1])
	}
	return w
}

// coprime gives a number that walks through all members, so that the most active are anywhere among them.
func coprime(n int64) int64 {
	for k := int64(float64(n) * 0.6180339887); ; k++ {
		a, b := n, max(k, 1)
		for b != 0 {
			a, b = b, a%b
		}
		if a == 1 {
			return max(k, 1)
		}
	}
}

// member draws one by activity. One in 500 numbers belongs to somebody who has left.
func (w *writer) member() int64 {
	for {
		n := int64(w.zipf.Uint64())*w.spread%int64(w.config.Members) + 1
		if !Left(n) {
			return n
		}
	}
}

// Left says of a number that its member has left the shop.
func Left(n int64) bool { return n%500 == 77 }

// tick goes on in time: nights are a tenth of evenings.
func (w *writer) tick() {
	hour := float64(w.now.Unix()%86400) / 3600
	day := 0.55 + 0.45*math.Sin((hour-15)/24*2*math.Pi+math.Pi/2)
	w.now = w.now.Add(time.Duration(w.random.ExpFloat64() / (w.config.Rate * 1.8 * day) * 1e9))
	if s := w.now.Unix(); s != w.second {
		w.second = s
		form := "02/Jan/2006:15:04:05 -0700"
		if w.config.Format == JSON {
			form = "2006-01-02T15:04:05"
		}
		w.stamp = w.now.AppendFormat(w.stamp[:0], form)
	}
}

// request is one line to be.
type request struct {
	client          uint32
	method, path    string
	member          int64 // stands in the path where the format has no subject
	tail            string
	status, size    int
	referrer, agent string
	token           token
	admin, bot      bool
}

// token is what a line says of one.
type token struct {
	id      [16]byte
	subject int64
	service string // in the place of the subject, where it is nobody's
	login   uint64
	key     string
	expires int64
}

func (t *token) name() string {
	if t.service != "" {
		return t.service
	}
	return strconv.FormatInt(t.subject, 10)
}

const hexDigits = "0123456789abcdef"

func appendHex(b []byte, id []byte) []byte {
	for _, c := range id {
		b = append(b, hexDigits[c>>4], hexDigits[c&15])
	}
	return b
}

func appendAddress(b []byte, a uint32) []byte {
	return fmt.Appendf(b, "%d.%d.%d.%d", a>>24, a>>16&255, a>>8&255, a&255)
}

// issue makes a token and says so in the issuer's log.
func (w *writer) issue(event string, subject int64, login uint64) token {
	return w.sign(event, token{subject: subject, login: login, key: w.config.Key})
}

func (w *writer) sign(event string, t token) token {
	t.expires = w.now.Add(w.config.TokenFor).Unix()
	w.fill(t.id[:])
	w.done.Issued++
	b := append(w.line[:0], `{"time":"`...)
	b = w.now.AppendFormat(b, "2006-01-02T15:04:05.000Z07:00")
	b = append(b, `","event":"`...)
	b = append(b, event...)
	b = append(b, `","kid":"`...)
	b = append(b, t.key...)
	b = append(b, `","jti":"`...)
	b = appendHex(b, t.id[:])
	b = fmt.Appendf(b, `","sub":"%s","sid":"%016x","exp":%d}`, t.name(), t.login, t.expires)
	w.line = append(b, '\n')
	w.note(w.issuer.Write(w.line))
	return t
}

func (w *writer) fill(b []byte) {
	for i := 0; i < len(b); i += 8 {
		v := w.random.Uint64()
		for k := range 8 {
			b[i+k] = byte(v >> (8 * k))
		}
	}
}

func (w *writer) note(_ int, err error) {
	if err != nil && w.err == nil {
		w.err = err
	}
}

// write writes a request as a line.
func (w *writer) write(r *request) {
	w.done.Lines++
	if w.config.Format == JSON {
		w.writeJSON(r)
		return
	}
	b := appendAddress(w.line[:0], r.client)
	b = append(b, " - - ["...)
	b = append(b, w.stamp...)
	b = append(b, `] "`...)
	b = append(b, r.method...)
	b = append(b, ' ')
	b = w.appendPath(b, r)
	b = fmt.Appendf(b, ` HTTP/1.1" %d %d "`, r.status, r.size)
	b = append(b, or(r.referrer)...)
	b = append(b, `" "`...)
	b = append(b, or(r.agent)...)
	w.line = append(b, '"', '\n')
	w.note(w.access.Write(w.line))
}

func or(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

func (w *writer) appendPath(b []byte, r *request) []byte {
	if r.member != 0 && w.config.Format == Combined {
		b = fmt.Appendf(b, "/api/customers/%d", r.member)
		return append(b, r.tail...)
	}
	if r.member != 0 {
		return append(append(b, "/member"...), r.tail...)
	}
	return append(b, r.path...)
}

func (w *writer) writeJSON(r *request) {
	b := append(w.line[:0], `{"time":"`...)
	b = append(b, w.stamp...)
	b = fmt.Appendf(b, `.%03dZ","request_id":"%016x","remote_addr":"`, w.now.Nanosecond()/1e6, w.random.Uint64())
	b = appendAddress(b, r.client)
	b = append(b, `","host":"shop.example","method":"`...)
	b = append(b, r.method...)
	b = append(b, `","uri":"`...)
	b = w.appendPath(b, r)
	b = fmt.Appendf(b, `","status":%d,"bytes":%d,"seconds":0.0%02d,"referer":"`, r.status, r.size, r.size%97)
	b = append(b, r.referrer...)
	b = append(b, `","user_agent":"`...)
	b = append(b, r.agent...)
	b = append(b, '"')
	if t := &r.token; t.key != "" {
		b = fmt.Appendf(b, `,"sub":"%s","jti":"`, t.name())
		b = appendHex(b, t.id[:])
		b = append(b, `","kid":"`...)
		b = append(b, t.key...)
		b = fmt.Appendf(b, `","sid":"%016x"`, t.login)
	}
	w.line = append(b, '}', '\n')
	w.note(w.access.Write(w.line))
}
