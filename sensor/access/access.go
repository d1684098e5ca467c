package access

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/access/ledger"
	"github.com/tillwatch/tillwatch/sensor/access/line"
)

// Config says what to read and what is known. All of it may be left out.
type Config struct {
	With   []string  // further logs of the same shop, read together with the target by the time of their lines: log-ins, an issuer's
	Stdin  io.Reader // what the place "-" stands for
	Format *line.Pattern
	Routes []Route // what pages hold, before what their words say

	Hasher   *ledger.Hasher               // under which tokens are known; nil takes a hash of no secret, for logs that are read once
	Members  *Members                     // who exists; nil leaves that open
	Key      func(kid string) KeyStanding // the register of keys; nil knows none
	Canaries Canaries                     // who does not exist but for us; nil knows none

	// SessionLife is how long a log-in lasts. 0 takes the life of the tokens, where the issuer's log tells it, or 30 days.
	SessionLife time.Duration
	Exempt      []Exempt // who may read many

	// Follow goes on until the context ends: as lines come, through rotation, and from where it was after a restart.
	Follow bool
	State  tillwatch.State // what is remembered of logs that are followed; nil forgets
	Secret []byte          // under which names are hashed, at least 16 bytes; without it nothing is remembered
	// Ledger gives the ledger of issued tokens that logs which are followed share with others; nil makes one of their own, from
	// the issuer's lines in them.
	Ledger func() (*ledger.Ledger, error)
	// LedgerDir is where that is kept; empty keeps it in memory. LedgerWas is where it was, by hashes of no secret.
	LedgerDir, LedgerWas string
	// Refresh gives the members anew, every RefreshEvery; nil leaves them as they are. What fails is a gap, and what was known
	// holds for three turns more.
	Refresh      func(ctx context.Context) (*Members, error)
	RefreshEvery time.Duration
	Poll         time.Duration // how often logs are looked at; default 300 ms
	SaveEvery    time.Duration // how often what is known is saved, at most; default 10 s

	Only []string // the alarms that are on, of [Alarms]; none means all

	Progress func(lines, bytes int64, place string) // from one goroutine, now and then; nil tells nobody
	Fact     func(name, value string)               // what the look found out besides; nil tells nobody
}

// Exempt is somebody who reads many customers because that is his work: a backup, a search index, an export. Its use is
// counted. All that is not empty must fit.
type Exempt struct {
	Name    string
	Key     string // id of the key that signs its tokens
	Subject string // whom its token or session names
	Network string // an address, whose network is meant
	Agent   string // exactly
}

type exemption struct {
	name    string
	key     string
	subject id
	network client
	agent   uint32
}

// Sensor reads logs. Make one with [New]; it is safe for concurrent use where its Config is.
type Sensor struct{ config Config }

// New makes a sensor. An error says which route or alarm is wrong.
func New(c Config) (*Sensor, error) {
	for _, rule := range c.Only {
		if !slices.Contains(Alarms(), rule) {
			return nil, fmt.Errorf("there is no alarm %q; there are: %s", rule, strings.Join(Alarms(), ", "))
		}
	}
	for i := range c.Routes {
		if !strings.HasPrefix(c.Routes[i].Pattern, "/") {
			return nil, fmt.Errorf("route %q does not begin with a slash", c.Routes[i].Pattern)
		}
		c.Routes[i].parts = nil
		c.Routes[i].compile()
	}
	return &Sensor{c}, nil
}

// Observe reads the logs at the target's place to their end, together with those of Config.With, and goes on where they are
// followed.
func (s *Sensor) Observe(ctx context.Context, t tillwatch.Target, report func(tillwatch.Observation) error) error {
	l := &look{config: s.config, target: t, report: report, pages: newPages(), keys: newTexts()}
	var secret [16]byte
	if copy(secret[:], s.config.Secret) < len(secret) {
		_, _ = rand.Read(secret[:]) // never fails
		l.config.State = nil        // what is hashed cannot be known again
	}
	l.hash = newHasher(secret)
	if l.config.Members != nil {
		l.config.Members.under(l.hash)
	}
	if l.config.Follow {
		return l.follow(ctx)
	}
	return l.run(ctx)
}

// look is one reading of all logs.
type look struct {
	config  Config
	target  tillwatch.Target
	report  func(tillwatch.Observation) error
	hash    hasher
	pages   *pages
	keys    *texts
	judge   *judge
	sources []*source
	lines   atomic.Int64
}

func (l *look) run(ctx context.Context) error {
	for _, place := range append([]string{l.target.Place}, l.config.With...) {
		if err := l.open(place); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r := newReading(ctx, l.parser)
	l.judge = newJudge(&l.config, l.pages, l.keys, nil)
	l.judge.exemptions(l.hash)
	var flows []*flow
	for _, s := range l.sources {
		flows = append(flows, &flow{source: s, chunks: r.stream(ctx, s)})
	}
	var before *chunk
	merge(ctx, r, flows, func(c *chunk, one *record) {
		if c != before {
			before = c
			l.progress(c)
		}
		l.judge.take(c, one)
	}, func(*flow) {})
	close(r.jobs)
	r.done.Wait()
	return l.tell(ctx)
}

// open finds the sources of a place. What cannot be opened is a gap, and the others are read all the same.
func (l *look) open(place string) error {
	if place == "-" {
		l.sources = append(l.sources, &source{name: "standard input", input: l.config.Stdin})
		return nil
	}
	found, err := findSources(place, l.config.Format)
	if err != nil {
		return l.report(tillwatch.Gap{Place: place, Why: "it could not be read: " + err.Error()})
	}
	l.sources = append(l.sources, found...)
	return nil
}

func (l *look) parser() *parser {
	lines := line.NewReader(l.config.Format)
	lines.Lazy = true
	return &parser{
		config: &l.config, hash: l.hash, lines: lines, pages: l.pages, keys: l.keys,
		page: map[string]uint16{}, key: map[string]keyIndex{},
	}
}

// progress tells how far the reading has come, every few hundred thousand lines.
func (l *look) progress(c *chunk) {
	n := l.lines.Add(c.tally.lines)
	if l.config.Progress != nil && n/500_000 != (n-c.tally.lines)/500_000 {
		l.config.Progress(n, 0, c.source.name)
	}
}

// tell reports what was found and what was not seen.
func (l *look) tell(ctx context.Context) error {
	for _, sign := range l.judge.finish() {
		if err := l.report(sign); err != nil {
			return err
		}
	}
	for _, s := range l.sources {
		for _, h := range s.hours.holes() {
			sign, gap := h.tell(s.name)
			if l.config.on("access/silence") {
				if err := l.report(sign); err != nil {
					return err
				}
			}
			if err := l.report(gap); err != nil {
				return err
			}
		}
	}
	for _, gap := range l.gaps() {
		if err := l.report(gap); err != nil {
			return err
		}
	}
	l.facts()
	return ctx.Err()
}
