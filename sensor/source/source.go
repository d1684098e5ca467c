package source

import (
	"context"
	"errors"
	"os"
	"slices"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/key"
)

// Config says what is looked for. The zero value looks for nothing, and says so.
type Config struct {
	Site     key.Site                    // the secret that the register's prints were made with
	Register *key.Register               // nil: no keys of the shop's own are known
	Patterns func(text []byte) []key.Hit // finds what keys of anybody look like, such as [key.Find]; nil: only the shop's own are looked for

	// State remembers which objects hold nothing; nil remembers nothing. Edition names what that depends on besides the
	// register (the program, the patterns): under another edition nothing is remembered.
	State   tillwatch.State
	Edition string

	Now      func() time.Time                          // nil: time.Now
	Auth     func(host string) (user, password string) // for a remote repository; nil: what git itself knows
	Held     func(Holding)                             // told of each key that a repository holds; nil tells nobody
	Progress func(done, all int, place string)         // called from one goroutine; nil tells nobody
	Limits   Limits

	pause func(ctx context.Context, d time.Duration) error // in the place of waiting by the clock; nil: the clock
}

// Limits bound what a repository may cost. A zero is the default.
type Limits struct {
	CloneBytes int64         // of a remote repository, on disk
	CloneTime  time.Duration // of fetching it
}

// Holding says that a key was found in a repository, and who wrote to that: whoever did could read the key. Names and
// addresses are as the commits have them; they are for the register's owner, and in no finding.
type Holding struct {
	Key        string // its ID
	Repository string
	Authors    []string
}

// Sensor looks at targets of the kinds [tillwatch.KindSource] and [tillwatch.KindKeys].
type Sensor struct{ config Config }

// New makes a sensor.
func New(c Config) *Sensor {
	if c.Register == nil {
		c.Register = &key.Register{}
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Limits.CloneBytes == 0 {
		c.Limits.CloneBytes = 20 << 30
	}
	if c.Limits.CloneTime == 0 {
		c.Limits.CloneTime = time.Hour
	}
	return &Sensor{c}
}

// Observe reads one repository whole, or as much as is new; of a place that names an owner at a host of repositories, each
// of the owner's; and of [tillwatch.KindKeys] a folder, or one file.
func (s *Sensor) Observe(ctx context.Context, t tillwatch.Target, report func(tillwatch.Observation) error) error {
	if t.Kind == tillwatch.KindKeys {
		return s.observe(ctx, t, report)
	}
	if base, owner, ok := ownerOf(t.Place); ok {
		return s.observeOwner(ctx, t, base, owner, report)
	}
	return s.observe(ctx, t, report)
}

func (s *Sensor) observe(ctx context.Context, t tillwatch.Target, report func(tillwatch.Observation) error) error {
	fetch := t.Place
	t.Place = shownPlace(fetch)
	l := &look{
		Sensor: s, target: t, fetch: fetch, report: report, now: s.config.Now(),
		scan: scanner{matcher: key.NewMatcher(s.config.Site, s.config.Register.Prints()), patterns: s.config.Patterns},
	}
	return l.run(ctx)
}

// look is one Observe in progress.
type look struct {
	*Sensor
	target tillwatch.Target // its place without credentials
	fetch  string           // the place as it was named
	report func(tillwatch.Observation) error
	now    time.Time
	scan   scanner
	vault  *vault
	memory *memory
	remote bool // what is read is a copy of ours

	all    ids              // of the objects that are there
	hits   map[oid][]found  // in objects
	kinds  map[oid]byte     // of the objects with hits
	files  map[string]*held // files with hits, by their name in the tree
	unseen unseen
}

// held is what was found in a file of the working tree.
type held struct {
	found []found
	blob  oid // that has the same content; zero where there is none
	whole string
}

func (l *look) run(ctx context.Context) error {
	if err := l.offboarding(); err != nil {
		return err
	}
	if len(l.config.Register.Keys) == 0 && l.config.Patterns == nil {
		return l.gap(l.target.Place, "no key is registered, so none was looked for: add yours with tillwatch key add")
	}
	work, err := os.MkdirTemp("", "tillwatch-source-")
	if err != nil {
		return l.gap(l.target.Place, "there is no room for temporary files: "+reason(err))
	}
	defer os.RemoveAll(work)
	l.scan.temporary = work
	if err := l.open(ctx, work); err != nil {
		return l.stopped(ctx, err)
	}
	l.memory = remembered(l.config, l.target, l.vault.width)
	l.all = newIDs(l.vault.width, nil)
	l.hits, l.kinds, l.files = map[oid][]found{}, map[oid]byte{}, map[string]*held{}
	if !l.vault.plain() {
		if err := l.readObjects(ctx); err != nil {
			return errors.Join(l.stopped(ctx, err), l.memory.save(true))
		}
	}
	if err := l.readFiles(ctx); err != nil {
		return errors.Join(l.stopped(ctx, err), l.memory.save(true))
	}
	if err := l.tell(ctx); err != nil {
		return l.stopped(ctx, err)
	}
	if err := l.memory.save(false); err != nil {
		return l.gap(l.target.Place, "what was seen could not be remembered for the next look: "+reason(err))
	}
	return nil
}

// open finds what there is to read.
func (l *look) open(ctx context.Context, work string) (err error) {
	place := localPlace(l.target.Place)
	switch {
	case l.target.Kind == tillwatch.KindKeys:
		l.vault, err = plainFiles(l.target.Place)
	case isRemote(l.target.Place):
		l.remote = true
		if place, err = l.clone(ctx, work); err != nil {
			return err
		}
		l.vault, err = openVault(place, work)
	default:
		l.vault, err = openVault(place, work)
	}
	if err != nil && ctx.Err() == nil {
		return failed{err.Error()}
	}
	return err
}

// failed is a failure that leaves something unseen, in words for the operator.
type failed struct{ why string }

func (f failed) Error() string { return f.why }

// stopped turns what went wrong into a gap, but for the end of the context and an error of report.
func (l *look) stopped(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if f := (failed{}); errors.As(err, &f) {
		return l.gap(l.target.Place, f.why)
	}
	return err
}

func (l *look) gap(place, why string) error {
	return l.report(tillwatch.Gap{Place: place, Why: why})
}

func (l *look) progress(done, all int) {
	if l.config.Progress != nil {
		l.config.Progress(done, all, l.target.Place)
	}
}

// hitObjects are the objects in which something was found, in the order of their ids.
func (l *look) hitObjects() []oid {
	var list []oid
	for id := range l.hits {
		list = append(list, id)
	}
	slices.SortFunc(list, func(a, b oid) int { return slices.Compare(a[:], b[:]) })
	return list
}
