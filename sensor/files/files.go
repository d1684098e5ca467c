package files

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/known"
)

// Config says what the sensor may know. The zero value works.
type Config struct {
	Data    *known.Data            // the published libraries; nil: those that came with the program
	Own     string                 // host of the shop whose files these are; empty: not known
	Trusted func(host string) bool // who may receive what customers type; nil: nobody

	// State remembers what became of each content between looks; nil remembers nothing. Edition names everything else
	// that an outcome depends on (the program, Own, Trusted): under another edition nothing is remembered.
	State   tillwatch.State
	Edition string

	Progress func(done, all int, place string) // called from one goroutine; nil tells nobody
}

// Sensor looks at targets of the kind [tillwatch.KindFiles].
type Sensor struct{ config Config }

// New makes a sensor.
func New(c Config) *Sensor {
	if c.Data == nil {
		c.Data = known.Embedded()
	}
	return &Sensor{c}
}

// Observe judges every script and page of a folder, or one file, and reports an item for each.
func (s *Sensor) Observe(ctx context.Context, t tillwatch.Target, report func(tillwatch.Observation) error) error {
	l := &look{Sensor: s, target: t, report: report, scope: "files " + t.Place, memory: remembered(s.config, t)}
	return l.run(ctx)
}

// look is one Observe in progress. Everything but judging happens on one goroutine.
type look struct {
	*Sensor
	target tillwatch.Target
	report func(tillwatch.Observation) error
	scope  string
	memory *memory

	items     int // files that are items
	gaps      int
	php       int                  // files with PHP code
	unfollow  []tillwatch.Evidence // scripts of which not everything could be gone through
	unfollows int
}

func (l *look) run(ctx context.Context) error {
	tree, err := openTree(l.target.Place)
	if err != nil {
		return l.report(tillwatch.Gap{Place: l.target.Place, Why: "it cannot be opened: " + reason(err)})
	}
	defer tree.close()
	list := tree.list(ctx)
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, gap := range list.gaps {
		if err := l.gap(gap); err != nil {
			return err
		}
	}
	if len(list.files) == 0 && len(list.gaps) == 0 {
		return l.report(tillwatch.Gap{
			Place: l.target.Place,
			Why:   "there is no script and no page here, so nothing was looked at: name the folder that the web server serves",
		})
	}
	for _, f := range list.files {
		if !f.fetched {
			l.items++
		}
	}
	if err := l.judgeAll(ctx, tree, list.files); err != nil {
		return errors.Join(err, l.memory.save(true))
	}
	return l.finish()
}

// workers are few: each may take 200 MB, and the shop on the same machine goes first.
func workers() int { return min(max(runtime.GOMAXPROCS(0), 1), 8) }

// judgeAll judges on several goroutines and reports in the order of the list.
func (l *look) judgeAll(ctx context.Context, tree *tree, files []file) error {
	ctx, cancel := context.WithCancel(ctx)
	type job struct {
		file file
		done chan seen
	}
	jobs, order := make(chan job), make(chan job, 4*workers())
	var group sync.WaitGroup
	defer group.Wait()
	defer cancel()
	for range workers() {
		group.Go(func() {
			for j := range jobs {
				j.done <- l.look(tree, j.file)
			}
		})
	}
	group.Go(func() {
		defer close(order)
		defer close(jobs)
		for _, f := range files {
			j := job{f, make(chan seen, 1)}
			for _, to := range []chan job{order, jobs} {
				select {
				case to <- j:
				case <-ctx.Done():
					return
				}
			}
		}
	})
	done := 0
	told := time.Time{}
	for j := range order {
		if done++; time.Since(told) > tellEvery {
			told = time.Now()
			l.progress(done, len(files), j.file.place)
		}
		select {
		case one := <-j.done:
			if err := l.tell(j.file, one); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return ctx.Err()
}

const tellEvery = 500 * time.Millisecond

func (l *look) progress(done, all int, place string) {
	if l.config.Progress != nil {
		l.config.Progress(done, all, place)
	}
}

// seen is what came of looking at one file.
type seen struct {
	outcome outcome
	digest  string
	content []byte // kept where the file is to be kept as evidence
	why     string // why it could not be looked at, or not all of it
}

// look reads a file and judges it, or remembers what came of the same content before.
func (l *look) look(tree *tree, f file) seen {
	content, digest, cut, err := tree.read(f)
	if err != nil {
		return seen{why: "it cannot be read: " + reason(err)}
	}
	one := seen{digest: digest}
	if cut > 0 {
		one.why = fmt.Sprintf("it is %d MB large: only the first %d MB were looked at", cut>>20, maxRead>>20)
	}
	one.outcome = l.memory.outcome(digest, f, func() outcome {
		return judge{data: l.config.Data, own: l.config.Own, trusted: l.config.Trusted}.file(f.kind, filepath.Base(f.name), content)
	})
	if one.outcome.worst() >= tillwatch.Medium && len(content) <= maxKept {
		one.content = content
	}
	return one
}

// maxKept bounds a copy kept as evidence.
const maxKept = 5 << 20

// tell reports what was seen of one file.
func (l *look) tell(f file, one seen) error {
	if one.why != "" {
		if err := l.gap(tillwatch.Gap{Place: f.place, Why: one.why}); err != nil {
			return err
		}
		if one.digest == "" {
			return nil
		}
	}
	if one.outcome.PHP {
		l.php++
	}
	if one.outcome.Partial != "" {
		l.unfollows++
		if len(l.unfollow) < maxUnfollowed {
			l.unfollow = append(l.unfollow, tillwatch.Evidence{What: one.outcome.Partial, Where: f.place})
		}
	}
	for _, sign := range one.outcome.Signs {
		if err := l.report(at(sign, f.place)); err != nil {
			return err
		}
	}
	if f.fetched || l.items > maxItems && len(one.outcome.Capabilities) == 0 {
		return nil
	}
	return l.report(tillwatch.Item{
		Kind: "file", Place: f.place, Scope: l.scope, Digest: one.digest,
		Content: tillwatch.NewBody(one.content), Capabilities: one.outcome.Capabilities,
	})
}

// maxItems is how many files are all in the inventory. Of more, only those are that can do something: that is what a
// change is graded by.
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
	if l.php > 0 {
		err := l.report(tillwatch.Gap{
			Place: l.target.Place,
			Why:   fmt.Sprintf("PHP code is not judged by this version (files: %d): of these only the markup and the scripts around it were looked at", l.php),
		})
		if err != nil {
			return err
		}
	}
	if err := l.memory.save(false); err != nil {
		return l.report(tillwatch.Gap{Place: l.target.Place, Why: "what was seen could not be remembered for the next look: " + reason(err)})
	}
	return nil
}
