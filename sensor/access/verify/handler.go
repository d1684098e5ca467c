package verify

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/access/ledger"
)

// Register says what the shop's register of keys knows of a key id. It must answer from memory.
type Register interface {
	Standing(kid string) Standing
}

// Standing is what is known of a key id. The zero value: nothing.
type Standing struct {
	Key     string   // its name in the register
	Decoy   string   // the place that it was planted in, where it is a bait
	Retired bool     // it opens nothing any more
	Data    []string // kinds of customer data that it opened
}

// Members says whether a member exists. It must answer from memory; known is false where it cannot tell, as of somebody who
// may have joined since it was last told.
type Members interface {
	Exists(member string) (exists, known bool)
}

// Config says how tokens are verified. Keys, Ledger, Hasher and Report must be set.
type Config struct {
	Keys   *KeySet
	Ledger *ledger.Asker
	Hasher ledger.Hasher
	// Report takes signs and gaps, from one goroutine.
	Report func(tillwatch.Observation)
	// Register and Members may be nil.
	Register Register
	Members  Members
	// Cookies are the names of cookies that hold a token, where Authorization holds none.
	Cookies []string
	// IDs and MemberIDs name the claims that say which token it is, and whose: a dot goes into an object. Default "jti",
	// "sub".
	IDs, MemberIDs []string
	// Deny names routes on which the answer may be a refusal, as paths in which "*" stands for any text. Default none.
	Deny []string
	// DenyPending refuses on those routes also while the record may still be on its way.
	DenyPending bool
	// Exposed says which kinds of customer data a route shows; nil where that is not known.
	Exposed func(route string) []string
	// Cached is how many verified tokens are remembered, in about 400 bytes each. Default 100,000.
	Cached int
	// Now is the clock. Default time.Now.
	Now func() time.Time
}

// Handler answers a gateway about the tokens of requests. [Handler.Run] must run beside it.
type Handler struct {
	config Config
	salt   [16]byte // of the cache
	cache  *cache
	queue  chan event
	lost   atomic.Int64 // events for which the queue had no room
	counts [outcomes]atomic.Int64
	told   int64
	alarms ledger.Alarms
	signs  signs
}

// seen is a token whose signature was good.
type seen struct {
	claims
	kid      string
	use      ledger.Use
	said     [3]string // for the answer: the prints of token and member, and the key id
	removed  time.Time
	standing Standing
	nobody   bool        // the member does not exist
	recorded atomic.Bool // the ledger has it
}

// outcome is what became of a request.
type outcome uint8

const (
	noToken outcome = iota
	bad             // malformed, or signed by nobody of the shop's
	expired
	issued
	pending
	unissued
	unproven
	unknown
	decoy
	retired
	nobody
	outcomes
)

var outcomeNames = [outcomes]string{"none", "invalid", "expired", "issued", "pending", "unissued", "unproven", "unknown", "decoy", "retired", "nobody"}

func (o outcome) String() string { return outcomeNames[o] }

// The answer's headers, for the gateway's log. A token and a member are keyed hashes there.
const (
	HeaderToken   = "X-Audit-Jti"
	HeaderMember  = "X-Audit-Sub"
	HeaderKid     = "X-Audit-Kid"
	HeaderVerdict = "X-Audit-Verdict"
)

// New makes a handler.
func New(c Config) (*Handler, error) {
	if c.Keys == nil || c.Ledger == nil || c.Report == nil {
		return nil, errors.New("verify: keys, ledger and report must be given")
	}
	if len(c.IDs) == 0 {
		c.IDs = []string{"jti"}
	}
	if len(c.MemberIDs) == 0 {
		c.MemberIDs = []string{"sub"}
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	h := &Handler{config: c, cache: newCache(cmp.Or(c.Cached, 100_000)), queue: make(chan event, 4096)}
	h.alarms.Exposed = c.Exposed
	_, _ = rand.Read(h.salt[:]) // never fails
	return h, nil
}

func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	now := h.config.Now()
	token, many := tokenOf(r, h.config.Cookies)
	result, s := noToken, (*seen)(nil)
	if token != "" {
		result, s = h.judge(token, r, now)
	}
	if many {
		h.tell(event{kind: badToken, why: "several tokens at once", route: routeOf(r), from: addressOf(r), at: now})
	}
	h.counts[result].Add(1)
	head := w.Header()
	head[HeaderVerdict] = outcomeNames[result : result+1 : result+1]
	if s != nil {
		head[HeaderToken] = s.said[0:1:1]
		if s.said[1] != "" {
			head[HeaderMember] = s.said[1:2:2]
		}
		if s.said[2] != "" {
			head[HeaderKid] = s.said[2:3:3]
		}
	}
	head["Content-Length"] = noContent
	head["Cache-Control"] = noStore
	w.WriteHeader(h.status(result, r))
}

var noContent, noStore = []string{"0"}, []string{"no-store"}

// status is 200 unless the route is one on which it may refuse. Envoy takes nothing else for a yes.
func (h *Handler) status(o outcome, r *http.Request) int {
	refuse := o == unissued || o == decoy || o == retired || o == nobody || o == bad || o == pending && h.config.DenyPending
	if !refuse || len(h.config.Deny) == 0 {
		return http.StatusOK
	}
	asked := cleaned(pathOf(r))
	for _, pattern := range h.config.Deny {
		if matches(strings.ToLower(pattern), asked) {
			if o == bad {
				return http.StatusUnauthorized
			}
			return http.StatusForbidden
		}
	}
	return http.StatusOK
}

// judge says what a token is. It gives what is known of it where its signature is good.
func (h *Handler) judge(token string, r *http.Request, now time.Time) (outcome, *seen) {
	key := h.cacheKey(token)
	s := h.cache.get(key)
	if s == nil {
		var err error
		if s, err = h.verify(token, now); err != nil {
			h.tell(event{kind: badToken, why: err.Error(), kid: kidOf(token, err), route: routeOf(r), from: addressOf(r), at: now, unknownKid: errors.Is(err, errKid)})
			return bad, nil
		}
		h.cache.put(key, s)
	}
	at := now.Unix()
	if s.expiresSaid && s.expires+leeway < at || s.notBefore > at+leeway {
		return expired, s
	}
	if s.standing.Decoy != "" {
		h.tell(event{kind: usedDecoy, kid: s.kid, seen: s, route: routeOf(r), from: addressOf(r), at: now})
		return decoy, s
	}
	if s.nobody {
		h.tell(event{kind: usedNobody, kid: s.kid, seen: s, route: routeOf(r), from: addressOf(r), at: now})
	}
	verdict := ledger.Issued
	if !s.recorded.Load() {
		use := s.use
		use.At, use.Where, use.From = at, routeOf(r), addressOf(r)
		if verdict = h.config.Ledger.Judge(use); verdict == ledger.Issued {
			s.recorded.Store(true)
		}
	}
	if s.standing.Retired || s.outlives(verdict) {
		h.tell(event{kind: usedRetired, kid: s.kid, seen: s, route: routeOf(r), from: addressOf(r), at: now})
		return retired, s
	}
	if s.nobody {
		return nobody, s
	}
	return verdicts[verdict], s
}

var verdicts = [...]outcome{
	ledger.Issued: issued, ledger.Pending: pending, ledger.Unissued: unissued, ledger.Unproven: unproven, ledger.Unknown: unknown,
}

// outlives says that a token was made after its key was taken out of the set. One that was issued before is honest, and
// good until it expires.
func (s *seen) outlives(v ledger.Verdict) bool {
	if s.removed.IsZero() || v == ledger.Issued {
		return false
	}
	return v == ledger.Unissued || v == ledger.Unproven || s.claims.issued > s.removed.Unix()+leeway
}

// Forget forgets which tokens were verified. It is for when register or members have changed.
func (h *Handler) Forget() { h.cache.clear() }

// leeway is by how many seconds clocks may differ.
const leeway = 60

func (h *Handler) cacheKey(token string) [16]byte {
	var short [16 + 2048]byte
	sum := sha256.Sum256(append(append(short[:0], h.salt[:]...), token...))
	return [16]byte(sum[:16])
}

// verify checks a token that was not seen before.
func (h *Handler) verify(token string, now time.Time) (*seen, error) {
	head, err := readHeader(token)
	if err != nil {
		return nil, err
	}
	text, key, err := h.config.Keys.current.Load().check(token, head)
	if err != nil {
		return nil, err
	}
	c, ok := readClaims(text, h.config.IDs, h.config.MemberIDs)
	if !ok {
		return nil, badEncoding
	}
	if c.id == "" { // it is named by its hash, as an issuer that gives no ids writes it down
		c.id = WholeID(token)
	}
	s := &seen{claims: c, kid: key.id, removed: key.removed}
	printed := h.config.Hasher.Token([]byte(c.id))
	s.said = [3]string{printed.String(), "", key.id}
	s.use = ledger.Use{Token: printed.Fingerprint(), Kid: key.id, Issued: c.issued, Expires: c.expires}
	if c.member != "" {
		member := h.config.Hasher.Member([]byte(c.member))
		s.said[1], s.use.Member = member.String(), member.Fingerprint()
		if h.config.Members != nil {
			exists, known := h.config.Members.Exists(c.member)
			s.nobody = known && !exists
		}
	}
	if h.config.Register != nil {
		s.standing = h.config.Register.Standing(key.id)
	}
	s.claims.id, s.claims.member = "", "" // not for keeping
	return s, nil
}

// WholeID is the id of a token that has none of its own: "sha256:" and the hash of all of it in hexadecimal digits.
func WholeID(token string) string {
	sum := sha256.Sum256([]byte(token))
	return "sha256:" + hex(sum[:])
}

// kidOf is the key id of a token that could not be verified, as far as it can be read.
func kidOf(token string, err error) string {
	var m malformed
	if errors.As(err, &m) {
		return ""
	}
	h, _ := readHeader(token)
	return h.Kid
}

// Counts is how many requests ended in which way, by the words of the header X-Audit-Verdict.
func (h *Handler) Counts() map[string]int64 {
	out := map[string]int64{}
	for o := range h.counts {
		if n := h.counts[o].Load(); n > 0 {
			out[outcome(o).String()] = n
		}
	}
	return out
}

func (h *Handler) tell(e event) {
	select {
	case h.queue <- e:
	default:
		h.lost.Add(1)
	}
}

func hex(b []byte) string {
	const digits = "0123456789abcdef"
	out := make([]byte, 0, 2*len(b))
	for _, c := range b {
		out = append(out, digits[c>>4], digits[c&15])
	}
	return string(out)
}
