package ledger

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"
)

// Config says how a ledger works. The zero value of each field has the default that is named.
type Config struct {
	// Dir is where records are kept, readable by this user alone; nobody else writes there. Empty keeps them in memory only.
	Dir string
	// Linger is how long a token is remembered after it has expired, since clocks differ. Default 5 min.
	Linger time.Duration
	// Life is what a token's life is taken for where its record does not say when it expires. Default 1 h.
	Life time.Duration
	// Unbound looks tokens up by their id alone. It is for logs that do not say whose a token is; a thief who has one token of
	// his own can then use its id for every other member.
	Unbound bool
	// MaxExact is how many tokens are kept exactly, in 10 to 22 bytes each; those above, in 18 bits. Default 2 million.
	MaxExact int
	// Sole is the name of who asked it when only one could, to whom belongs what was remembered then.
	Sole string
	// Keep keeps records for good. It is for old logs, whose tokens have expired.
	Keep bool
}

func (c Config) withDefaults() Config {
	c.Linger = cmp.Or(c.Linger, 5*time.Minute)
	c.Life = cmp.Or(c.Life, time.Hour)
	c.MaxExact = cmp.Or(c.MaxExact, 2<<20)
	return c
}

// Entry is the record of one token. Times are in seconds since 1970; zero is not known.
type Entry struct {
	Token   Fingerprint
	Member  Fingerprint // zero where the record does not say whose it is
	Kid     string      // the key that signed it; empty where the record does not say
	Issued  int64
	Expires int64 // zero: see [Config.Life]; [Never]: it does not expire
}

// wider is how much wider, in powers of two, the buckets are of a ledger that keeps all.
const wider = 8

// Never is the expiry of a token that does not expire.
const Never = -1

// Ledger is the record of all tokens that were issued and have not expired. Whoever wants to know of tokens is an [Asker].
// Close it. Safe for concurrent use.
type Ledger struct {
	config  Config
	journal *journal // nil where nothing is kept

	mu      sync.RWMutex // of what is below
	buckets map[bucketID]*bucket
	ids     []bucketID // of buckets, sorted: what is looked up first expires last
	exact   int        // tokens that are kept exactly
	sealing bool
	sealed  sync.WaitGroup
	issuer  issuer
	askers  map[string]*Asker
	absent  map[string]askerMemory // of those that asked in an earlier run, and not yet in this one
	slack   int64                  // by how many seconds a record may be late
	opened  int64                  // the earliest time that somebody told
	dropped int64                  // what expired before it may be forgotten
	saved   int64
	closed  bool
}

// New makes a ledger that is kept in memory only.
func New(c Config) *Ledger {
	c = c.withDefaults()
	return &Ledger{
		config: c, buckets: map[bucketID]*bucket{}, issuer: issuer{lives: map[string]int64{}}, askers: map[string]*Asker{},
		absent: map[string]askerMemory{},
	}
}

// ErrClosed is returned for a record that comes after Close.
var ErrClosed = errors.New("the ledger is closed")

// Record writes down tokens, at a moment in seconds since 1970, and returns when they are on disk: all, or none. Recording a
// token twice changes nothing.
func (l *Ledger) Record(at int64, entries ...Entry) error {
	news := make([]placed, 0, len(entries))
	l.mu.RLock()
	closed := l.closed
	over := min(at, l.slowest(at)) - int64(l.config.Linger/time.Second)
	forgets := false
	for _, e := range entries {
		p := l.place(e, at)
		if !l.config.Keep && p.bucket.width != forever && p.bucket.end() <= over {
			forgets = true
			continue // it has expired
		}
		if b := l.buckets[p.bucket]; b == nil || !b.exactly(p.print) {
			news = append(news, p)
		}
	}
	l.mu.RUnlock()
	if closed {
		return ErrClosed
	}
	if l.journal != nil && len(news) > 0 {
		if err := l.journal.append(at, news); err != nil {
			return fmt.Errorf("the issued tokens could not be written down: %w", err)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if forgets {
		l.dropped = max(l.dropped, over)
	}
	for _, e := range entries {
		l.issuer.heard(e, at)
	}
	for _, p := range news {
		l.add(p)
		for _, a := range l.askers {
			a.found(p.print)
		}
	}
	l.sealSome()
	return nil
}

// placed is an entry as it is kept.
type placed struct {
	bucket  bucketID
	print   Fingerprint
	kid     string
	issued  int64
	expires int64
}

func (l *Ledger) place(e Entry, at int64) placed {
	p := placed{print: l.print(e.Token, e.Member), kid: e.Kid, issued: e.Issued, expires: e.Expires}
	switch {
	case p.expires == Never:
		p.expires = 0
	case p.expires <= 0:
		p.expires = cmp.Or(e.Issued, at) + l.usualLife()
	}
	from := at
	if e.Issued != 0 {
		from = e.Issued
	}
	p.bucket = bucketOf(p.expires, from)
	if l.config.Keep && p.bucket.width != forever { // a year's log would have tens of thousands, and each token asks several
		more := min(wider, widest-p.bucket.width)
		p.bucket.width += more
		p.bucket.index >>= more
	}
	return p
}

// usualLife is for what the life of a token is taken whose record does not say it, in seconds. It needs the lock for reading.
func (l *Ledger) usualLife() int64 {
	life := int64(l.config.Life / time.Second)
	for _, a := range l.askers {
		life = max(life, a.taught.Load())
	}
	return life
}

func (l *Ledger) print(token, member Fingerprint) Fingerprint {
	if l.config.Unbound || member == 0 {
		return token
	}
	return bound(token, member)
}

// add needs the lock.
func (l *Ledger) add(p placed) {
	b := l.buckets[p.bucket]
	if b == nil {
		b = &bucket{open: new(set)}
		l.buckets[p.bucket] = b
		i, _ := slices.BinarySearchFunc(l.ids, p.bucket, func(a, b bucketID) int {
			return cmp.Or(cmp.Compare(a.end(), b.end()), cmp.Compare(a.width, b.width))
		})
		l.ids = slices.Insert(l.ids, i, p.bucket)
	}
	if b.open.add(p.print) {
		l.exact++
	}
}

// has looks a fingerprint up of a token that was used at a moment; an expiry of zero or less is not known, and what lived at a
// moment of zero neither. It needs the lock for reading.
func (l *Ledger) has(f Fingerprint, expires, at int64) bool {
	from, to := l.living(at)
	for i := len(l.ids) - 1; i >= 0; i-- {
		id := l.ids[i]
		if id.end() <= from {
			return false // and so is what comes before
		}
		if id.width != forever && id.index<<id.width > to {
			continue
		}
		if expires > 0 && id.width != forever && (id.index < (expires-skew)>>id.width || id.index > (expires+skew)>>id.width) {
			continue
		}
		if l.buckets[id].has(f) {
			return true
		}
	}
	return false
}

// living is when a token expires at the latest and the earliest that was in use at a moment: only there it is looked for, so
// that of a long log each token is held against few filters. It needs the lock for reading.
func (l *Ledger) living(at int64) (from, to int64) {
	if at <= 0 || l.issuer.guessed {
		return 0, math.MaxInt64
	}
	return at - int64(l.config.Linger/time.Second), at + skew + l.slack + l.issuer.longest
}

// sealSome makes a filter of the fullest bucket where more is kept exactly than may be, one at a time and beside the work.
// It needs the lock.
func (l *Ledger) sealSome() {
	if l.exact <= l.config.MaxExact || l.sealing || l.closed {
		return
	}
	var fullest *bucket
	for _, b := range l.buckets {
		if fullest == nil || b.open.n > fullest.open.n {
			fullest = b
		}
	}
	full := fullest.open
	fullest.sealing, fullest.open = full, new(set)
	l.sealing = true
	l.sealed.Go(func() {
		part, err := seal(full)
		l.mu.Lock()
		defer l.mu.Unlock()
		l.sealing = false
		fullest.sealing = nil
		if err != nil { // then it stays exact
			for _, f := range fullest.open.keys(nil, 0, setTables) {
				if !full.add(f) {
					l.exact--
				}
			}
			fullest.open = full
			return
		}
		fullest.parts = append(fullest.parts, part)
		l.exact -= full.n
		l.sealSome()
	})
}

// drop forgets what has expired for everybody who asks. It needs the lock.
func (l *Ledger) drop(now int64) (gone []bucketID) {
	if l.config.Keep {
		return nil
	}
	l.dropped = max(l.dropped, l.slowest(now)-int64(l.config.Linger/time.Second))
	l.ids = slices.DeleteFunc(l.ids, func(id bucketID) bool {
		if id.width == forever || id.end() > l.dropped || l.buckets[id].sealing != nil {
			return false
		}
		l.exact -= l.buckets[id].exact()
		delete(l.buckets, id)
		gone = append(gone, id)
		return true
	})
	return gone
}

// Stats says how full a ledger is.
type Stats struct {
	Tokens  int     // that are recorded and not forgotten; what came twice may count twice
	Exact   int     // of them, those that are kept exactly
	Buckets int     // stretches of expiry
	Bytes   int     // of memory
	Miss    float64 // the share of tokens never issued that is taken for issued, where the log does not say when they expire
	MissExp float64 // the same where it does
	Records int64   // ever made, since the ledger was opened
	Held    int     // uses that wait
}

// Stats says how full the ledger is.
func (l *Ledger) Stats() Stats {
	l.mu.RLock()
	defer l.mu.RUnlock()
	s := Stats{Buckets: len(l.buckets), Exact: l.exact, Records: l.issuer.records}
	for _, a := range l.askers {
		s.Held += a.waiting()
		s.Bytes += 8 * len(a.recent)
	}
	most := map[uint8]int{}
	for id, b := range l.buckets {
		s.Tokens += b.tokens()
		s.Bytes += b.bytes()
		most[id.width] = max(most[id.width], len(b.parts))
	}
	filters := l.asked()
	one := 0
	for _, n := range most {
		one += n
	}
	s.Miss, s.MissExp = missRate(filters), missRate(one)
	return s
}

// asked is how many filters are asked about a token at most whose expiry is not known. It needs the lock for reading.
func (l *Ledger) asked() (most int) {
	var begins, ends []int64 // of each filter's bucket
	for id, b := range l.buckets {
		for range b.parts {
			begin := int64(math.MinInt64)
			if id.width != forever {
				begin = id.index << id.width
			}
			begins, ends = append(begins, begin), append(ends, id.end())
		}
	}
	slices.Sort(begins)
	slices.Sort(ends)
	for _, begin := range begins {
		from, to := l.living(max(begin, 1))
		in, _ := slices.BinarySearch(begins, to+1)
		over, _ := slices.BinarySearch(ends, from+1)
		most = max(most, in-over)
	}
	return most
}

// missRate is how often at least one of some filters finds what was never put in.
func missRate(filters int) float64 { return -math.Expm1(float64(filters) * math.Log1p(-fuseMiss)) }

// Close writes down what is not yet on disk, and waits for filters that are being built.
func (l *Ledger) Close(at int64) error {
	l.mu.Lock()
	closed := l.closed
	l.closed = true
	l.mu.Unlock()
	l.sealed.Wait()
	if closed || l.journal == nil {
		return nil
	}
	return errors.Join(l.save(at), l.journal.close())
}
