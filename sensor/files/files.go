package files

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/known"
	"github.com/tillwatch/tillwatch/sensor/files/baseline"
	"github.com/tillwatch/tillwatch/sensor/files/manifest"
)

// Config says what the sensor may know. The zero value works.
type Config struct {
	Data    *known.Data            // the published libraries and releases; nil: those that came with the program
	Own     string                 // host of the shop whose files these are; empty: not known
	Trusted func(host string) bool // who may receive what customers type; nil: nobody

	// State remembers what was there and what became of each content between looks; nil remembers nothing, so that nothing
	// can be said to have changed. Edition names everything else that a judgement depends on (the program, Own, Trusted).
	State   tillwatch.State
	Edition string

	// Full reads every file, whatever the system says of it. That is done by itself every FullEvery; 0: daily.
	Full      bool
	FullEvery time.Duration

	Far Far // opens files of other machines; nil: none are looked at

	Approved func(place, digest string) bool // whether somebody approved a content; nil: nobody
	Windows  func() ([]Window, error)        // the deployments, oldest first; nil: none
	Dpkg     string                          // folder of dpkg's lists; empty: where the system has it

	// Follow makes Observe run until its context ends: it reports what changes as it changes. Every, it goes through all
	// of the folder again; 0: every five minutes.
	Follow bool
	Every  time.Duration

	Progress func(done, all int, place string) // called from one goroutine; nil tells nobody

	noHints bool // a test: the system tells nothing of changes
}

// Sensor looks at targets of the kind [tillwatch.KindFiles].
type Sensor struct{ config Config }

// New makes a sensor.
func New(c Config) *Sensor {
	if c.Data == nil {
		c.Data = known.Embedded()
	}
	if c.FullEvery <= 0 {
		c.FullEvery = 24 * time.Hour
	}
	if c.Every <= 0 {
		c.Every = 5 * time.Minute
	}
	if c.Dpkg == "" {
		c.Dpkg = dpkgFolder
	}
	return &Sensor{config: c}
}

// dpkgFolder is where the system keeps the lists of its packages.
const dpkgFolder = "/var/lib/dpkg"

// Observe holds the files of a folder against what was released, packaged and approved, judges what nobody answers for,
// and reports an item for each of that. It looks at one file where one is named.
func (s *Sensor) Observe(ctx context.Context, t tillwatch.Target, report func(tillwatch.Observation) error) error {
	l := s.look(t, report)
	inner, lost := context.WithCancelCause(ctx)
	defer lost(nil)
	tree, err := s.openTree(inner, t.Place, lost)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil && s.config.Follow && IsFar(t.Place):
		return fmt.Errorf("%s cannot be opened: %w", t.Place, err) // so that it is tried again soon
	case err != nil:
		return report(tillwatch.Gap{Place: t.Place, Why: "it cannot be opened: " + reason(err)})
	}
	defer tree.close()
	l.tree = tree
	if s.config.Follow && tree.single == "" {
		return l.fail(ctx, inner, l.follow(inner))
	}
	return l.fail(ctx, inner, l.run(inner))
}

// look is one Observe in progress. Everything but reading and judging happens on one goroutine.
type look struct {
	*Sensor
	target  tillwatch.Target
	report  func(tillwatch.Observation) error
	scope   string
	tree    *tree
	memory  *memory
	book    *baseline.Book
	belong  *belongings
	outside map[string]*manifest.Packaged // by folder, what links out of the folder lead to
	told    map[string]baseline.Digest    // what was reported not to be as approved, in a look that goes on

	first    bool // there was no baseline
	full     bool // every file is read
	sparing  bool // only what is to be read, or is not as approved, is among the files
	files    []*found
	windows  []Window
	items    int // files that are items
	gaps     int
	unfollow []tillwatch.Evidence // scripts of which not everything could be gone through

	unfollows int
	links     int // of another machine that were asked about

	// Of a look that goes on.
	grouping bool                 // it is the first look at all
	read     map[string]time.Time // when a large file was last read
	begun    map[string]bool      // folders that began to be watched, and were listed, since changes were taken last
	later    []string             // folders with large files that are to be read later
	lasted   time.Duration        // how long it takes to go through everything
	dirty    bool                 // something is to be remembered
	warned   bool
	hindered string // why not every folder is watched, not told yet
}

func (s *Sensor) look(t tillwatch.Target, report func(tillwatch.Observation) error) *look {
	return &look{Sensor: s, target: t, report: report, scope: "files " + t.Place, memory: remembered(s.config, t)}
}

// run is one whole look.
func (l *look) run(ctx context.Context) error {
	if err := l.openAndList(ctx); err != nil {
		return err
	}
	if len(l.files) == 0 && l.gaps == 0 {
		return l.report(tillwatch.Gap{Place: l.target.Place, Why: "there is no file here, so nothing was looked at: name the folder that the web server serves"})
	}
	if err := l.recognise(ctx); err != nil {
		return errors.Join(err, l.memory.save(true))
	}
	if err := l.judgeAll(ctx, l.files); err != nil {
		return errors.Join(err, l.memory.save(true))
	}
	return l.finish()
}

// open loads what is remembered of the folder.
func (l *look) open() (err error) {
	if l.windows, err = l.deployments(); err != nil {
		err = l.gap(tillwatch.Gap{Place: l.target.Place, Why: "whether something is being deployed cannot be read: " + err.Error()})
	}
	if err != nil {
		return err
	}
	book, lost := loadBook(l.config.State, l.tree)
	if lost != nil {
		err = l.gap(tillwatch.Gap{
			Place: l.target.Place,
			Why:   "what is remembered of these files cannot be used (" + lost.Error() + "): what changed since the last look is not known; from now on it is noted again",
		})
	}
	l.book, l.first = book, book == nil
	if l.first {
		l.book = baseline.New()
		l.book.Made = time.Now().UnixNano()
	}
	l.full = l.config.Full || l.first || time.Since(time.Unix(0, l.book.Read)) >= l.config.FullEvery
	if l.memory.edition != "" {
		l.renew()
	}
	return err
}

// renew forgets what was judged under another edition.
func (l *look) renew() {
	if l.book.Edition == l.memory.edition {
		return
	}
	l.book.Edition = l.memory.edition
	for _, folder := range l.book.Folders {
		for i := range folder.Files {
			f := &folder.Files[i]
			f.Flags &^= baseline.Judged
			f.Blob, f.MD5 = nil, nil
		}
	}
}

// judgeAll judges on several goroutines and reports in the order of the list.
func (l *look) judgeAll(ctx context.Context, files []*found) error {
	l.items = 0
	for _, f := range files {
		if !f.fetched && f.by == "" {
			l.items++
		}
	}
	done := 0
	told := time.Time{}
	return l.eachFile(ctx, files, maxRead, l.examine, func(f *found) error {
		if done++; time.Since(told) > tellEvery {
			told = time.Now()
			l.progress(done, len(files), f.place)
		}
		return l.tell(f)
	})
}

const tellEvery = 500 * time.Millisecond

func (l *look) progress(done, all int, place string) {
	if l.config.Progress != nil {
		l.config.Progress(done, all, place)
	}
}

// maxKept bounds a copy kept as evidence.
const maxKept = 5 << 20

// tell reports what was seen of one file.
func (l *look) tell(f *found) error {
	if f.vanished {
		return nil
	}
	if f.why != "" {
		if err := l.gap(tillwatch.Gap{Place: f.place, Why: f.why}); err != nil {
			return err
		}
		if f.failed {
			return nil
		}
	}
	if f.outcome.Partial != "" {
		l.unfollows++
		if len(l.unfollow) < maxUnfollowed {
			l.unfollow = append(l.unfollow, tillwatch.Evidence{What: f.outcome.Partial, Where: f.place})
		}
	}
	for _, sign := range f.outcome.Signs {
		if err := l.report(at(sign, f.place)); err != nil {
			return err
		}
	}
	if f.by != "" {
		return nil
	}
	if !f.file.Any(baseline.Off) && (f.fetched || l.items > maxItems && len(f.outcome.Capabilities) == 0) {
		return nil
	}
	return l.report(tillwatch.Item{
		Kind: "file", Place: f.place, Scope: l.scope, Digest: f.file.Digest.String(),
		Content: tillwatch.NewBody(f.content), Capabilities: f.outcome.Capabilities,
	})
}

// maxItems is how many files are all in the inventory. Of more, only those are that can do something or are not as they
// were approved.
const maxItems = 10_000

// maxUnfollowed is how many files are named of which not everything could be gone through.
const maxUnfollowed = 40

func (l *look) gap(g tillwatch.Gap) error {
	l.gaps++
	return l.report(g)
}

// finish says what is true of all files together. Only a look that missed nothing, and whose items are all files, lets
// the inventory call a file gone.
func (l *look) finish() error {
	if err := l.compare(l.files); err != nil {
		return err
	}
	if l.unfollows > 0 {
		err := l.report(tillwatch.Sign{
			Rule: ruleUnparsable, Place: l.target.Place, Severity: tillwatch.Info, Certainty: tillwatch.Certain, Count: 1,
			Summary:  fmt.Sprintf("Not everything that scripts here do could be gone through (files: %d).", l.unfollows),
			Evidence: l.unfollow,
		})
		if err != nil {
			return err
		}
	}
	if l.gaps == 0 && l.items <= maxItems {
		if err := l.report(tillwatch.Pass{Scope: l.scope, At: time.Now()}); err != nil {
			return err
		}
	}
	return l.keep()
}

// compare reports what does not belong and what is not as it was approved.
func (l *look) compare(files []*found) error {
	for _, sign := range slices.Concat(l.releaseSigns(), l.packagedSigns(), l.packageSigns(), l.spotSigns(files), l.offSigns(files)) {
		if err := l.report(sign); err != nil {
			return err
		}
	}
	return nil
}

// keep remembers what was seen. It comes after everything was reported: what was not told is noticed again.
func (l *look) keep() error {
	if l.full && l.gaps == 0 {
		l.book.Read = nowNanoseconds()
	}
	err := saveBook(l.config.State, l.tree, l.book)
	if err == nil {
		err = l.memory.save(false)
	}
	if err != nil {
		return l.report(tillwatch.Gap{Place: l.target.Place, Why: "what was seen could not be remembered for the next look: " + reason(err)})
	}
	return nil
}

func nowNanoseconds() int64 { return time.Now().UnixNano() }
