package database

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/tillwatch/tillwatch"
)

// Config says how to get in, what the sensor may know, and how much it may ask. The zero value works for SQLite.
type Config struct {
	// DSN has for the place of a target its address with what is needed to log in. A place without one is its own
	// address. User and password may be left out: see [Config.Env].
	DSN map[string]string
	// Env gives TILLWATCH_DB_USER, TILLWATCH_DB_PASSWORD, TILLWATCH_DB_PASSWORD_FILE, HOME and what the server's own
	// programs read; nil: nothing.
	Env  func(string) string
	Dial Dial // opens connections in the place of the network; nil: the network
	// Tunnels open, by place as in DSN, connections on another machine: "localhost" is that one, and neither sockets nor
	// settings of this machine count.
	Tunnels map[string]Dial

	Own     string                 // host of the shop whose database this is; empty: not known
	Trusted func(host string) bool // who may receive what customers type; nil: nobody

	// Follow makes Observe go on until its context ends: rows that customers write are asked for every Every, what the shop
	// executes every Slowly, and everything once more every Whole. 0: a second, a minute, a day.
	Follow               bool
	Every, Slowly, Whole time.Duration
	State                tillwatch.State // how far following has come; nil remembers nothing

	// Load is the share of its time that the server may spend on going through tables, above 0 and up to 1; 0: a quarter,
	// and when following eight thousandths: what a batch costs here comes on top of what it costs the server, and both shall
	// stay below a fiftieth of a core, whatever the polling needs. Batch is how many rows are asked for at once, at most; 0: 500.
	Load             float64
	Batch            int
	StatementTimeout time.Duration // 0: 30 s

	Progress func(done, all int, place string) // called from one goroutine; nil tells nobody
}

// Sensor looks at targets of the kind [tillwatch.KindDatabase].
type Sensor struct{ config Config }

// New makes a sensor.
func New(c Config) *Sensor {
	if c.Env == nil {
		c.Env = func(string) string { return "" }
	}
	if c.Load <= 0 || c.Load > 1 {
		c.Load = 0.25
		if c.Follow {
			c.Load = 0.008
		}
	}
	if c.Batch <= 0 {
		c.Batch = 500
	}
	if c.StatementTimeout <= 0 {
		c.StatementTimeout = statementTimeout
	}
	if c.Every <= 0 {
		c.Every = time.Second
	}
	if c.Slowly <= 0 {
		c.Slowly = time.Minute
	}
	if c.Whole <= 0 {
		c.Whole = 24 * time.Hour
	}
	return &Sensor{c}
}

// Observe goes through the database once or, where Config.Follow says so, until ctx ends. A database that cannot be
// asked is a Gap; when following, it is asked again until it can.
func (s *Sensor) Observe(ctx context.Context, t tillwatch.Target, report func(tillwatch.Observation) error) error {
	l := s.look(t, report)
	if s.config.Follow {
		return l.follow(ctx)
	}
	server, why := l.connect(ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if server == nil {
		return l.gap(t.Place, why)
	}
	defer server.Close()
	return l.once(ctx)
}

// look begins an Observe. What reports comes from several goroutines when following, and is handed on one at a time.
func (s *Sensor) look(t tillwatch.Target, report func(tillwatch.Observation) error) *look {
	l := &look{Sensor: s, target: t, tallies: map[string]*tally{}, judged: map[string]executable{}, load: s.config.Load, turn: make(chan struct{}, 1)}
	var mu sync.Mutex
	l.report = func(o tillwatch.Observation) error {
		mu.Lock()
		defer mu.Unlock()
		return report(o)
	}
	return l
}

// connect opens the target's database, or says why it cannot.
func (l *look) connect(ctx context.Context) (*server, string) {
	s, why := l.Sensor.open(ctx, l.target.Place)
	l.server = s
	return s, why
}

func (s *Sensor) open(ctx context.Context, place string) (*server, string) {
	dsn, ok := s.config.DSN[place]
	if !ok {
		dsn = place
	}
	a, err := parseAddress(dsn)
	if err != nil {
		return nil, err.Error()
	}
	config := s.config
	if dial := config.Tunnels[place]; dial != nil {
		a.far, config.Dial = true, told(dial)
	}
	if err := a.complete(config.Env); err != nil {
		return nil, err.Error()
	}
	db, err := open(ctx, a, config)
	if err != nil {
		return nil, "the database cannot be opened: " + reasonOf(err, a.user, a.dialect)
	}
	return db, ""
}

// look is one Observe in progress.
type look struct {
	*Sensor
	target    tillwatch.Target
	report    func(tillwatch.Observation) error
	server    *server
	catalogue *catalogue
	shops     []installation
	tasks     []task
	load      float64
	turn      chan struct{} // held by whoever goes through a table, while the server works for it and rests
	alone     time.Time     // when the highest keys could last not be asked for together

	mu      sync.Mutex // guards what follows: following has several goroutines
	tallies map[string]*tally
	judged  map[string]executable // what a value does, by its place
	memory  *memory               // nil when not following
}

func (l *look) gap(place, why string) error {
	return l.report(tillwatch.Gap{Place: place, Why: why})
}

// once looks at everything.
func (l *look) once(ctx context.Context) error {
	if err := l.plan(ctx); err != nil || l.catalogue == nil {
		return err
	}
	if err := l.aside(ctx); err != nil {
		return err
	}
	for i := range l.tasks {
		l.progress(i, &l.tasks[i])
		err := l.pass(ctx, &l.tasks[i])
		var gone lost
		if errors.As(err, &gone) && ctx.Err() == nil {
			return l.gap(l.target.Place, fmt.Sprintf("%s; tables that were not looked at, or not to their end: %d of %d", l.server.reason(gone.error), len(l.tasks)-i, len(l.tasks)))
		}
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (l *look) progress(i int, t *task) {
	if l.config.Progress != nil {
		l.config.Progress(i+1, len(l.tasks), t.table.name)
	}
}

// plan reads the catalogue and decides what is to be read. Without a catalogue it has reported why.
func (l *look) plan(ctx context.Context) error {
	c, err := l.server.readCatalogue(ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return l.gap(l.target.Place, "what is in the database could not be asked: "+l.server.reason(err))
	}
	for _, why := range c.gaps {
		if err := l.gap(l.target.Place, why); err != nil {
			return err
		}
	}
	l.catalogue, l.shops = c, recognise(c)
	l.tasks = l.server.tasks(c, l.shops)
	if err := l.tellDenied(); err != nil {
		return err
	}
	if len(c.tables) == 0 {
		return l.gap(l.target.Place, "there is no table here that this account can see: is it the shop's database, and "+l.server.grant("")+"?")
	}
	return nil
}

// tellDenied reports the tables that are there, or must be, and cannot be read.
func (l *look) tellDenied() error {
	for _, t := range l.catalogue.tables {
		if t.denied {
			if err := l.gap(l.target.Place+" "+t.name, "the account may not read this table: "+l.server.grant(l.server.qualified(t.schema, t.name))); err != nil {
				return err
			}
		}
	}
	for _, shop := range l.shops {
		for _, w := range shop.written {
			if w.must && l.catalogue.table(shop.schema, shop.prefix+w.table) == nil {
				name := shop.prefix + w.table
				if err := l.gap(l.target.Place+" "+name, fmt.Sprintf("this table of %s cannot be seen: %s", shop.name, l.server.grant(l.server.qualified(shop.schema, name)))); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// grant is the statement that lets the account read a table, or everything where none is named.
func (s *server) grant(table string) string {
	switch s.dialect {
	case mysqlDialect:
		if table == "" {
			table = quoteWith(orDefault(s.named, "shop"), '`') + ".*"
		}
		return "GRANT SELECT ON " + table + " TO " + accountName(s.user)
	case postgresDialect:
		if table == "" {
			return "GRANT SELECT ON ALL TABLES IN SCHEMA public TO " + quoteWith(s.user, '"')
		}
		to := " TO " + quoteWith(s.user, '"')
		if schema, _, found := strings.Cut(table, "."); found && schema != `"public"` {
			return "GRANT USAGE ON SCHEMA " + schema + to + "; GRANT SELECT ON " + table + to
		}
		return "GRANT SELECT ON " + table + to
	}
	return "give the user that tillwatch runs as the right to read the file"
}
