package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/app/report"
	"github.com/tillwatch/tillwatch/canary"
	"github.com/tillwatch/tillwatch/sensor/page"
	"github.com/tillwatch/tillwatch/triage"
)

// CheckConfig says what to look at and how.
type CheckConfig struct {
	Targets  []string
	Language string // of what to do next, and of the report
	StateDir string // where to remember when a finding was first seen; empty remembers nothing
	Suppress string // file of findings not to be told of; empty hides nothing
	Shopper  Shopper
	Logs     Logs
	SSH      SSH            // into servers that targets are on
	Stdin    io.Reader      // what the target "-" stands for
	Progress func(Progress) // called from several goroutines, one call at a time; nil tells nobody

	Full      bool          // read every file, whatever the system says of it
	FullEvery time.Duration // how often that is done anyway; 0: daily

	OwnKeysOnly bool // in repositories, look for the registered keys and for nothing that merely looks like a key

	follow bool          // sensors that can shall go on until the context ends, and report what happens as it happens
	every  time.Duration // of a sensor that follows: how often it looks at everything; 0: as is usual for it
	shop   string        // named by the operator; empty: after the targets
	behind *barrier      // what a sensor remembers waits for; nil: for nothing
	tokens *sharedLedger // of the whole watch; nil: a sensor that needs one has its own
}

// Progress is one thing a check has just begun or done.
type Progress struct {
	Target  string
	Profile string // browser profile; empty where there is none
	Text    string
	Place   string // empty where Text says it all
}

// observers are what a sensor tells besides its observations. Each is called one at a time.
type observers struct {
	step     func(report.Step)
	fact     func(report.Fact)
	progress func(Progress)
	ordered  func(canary.Set) // a customer who does not exist, whose card the shop was handed; nil: nobody asks
}

// sensors makes the sensor for each kind of target that can be looked at.
type sensors map[tillwatch.Kind]func(CheckConfig, observers) (tillwatch.Sensor, error)

// make makes the sensor for a target. Errors are a *[UsageError].
func (known sensors) make(target tillwatch.Target, c CheckConfig, o observers) (tillwatch.Sensor, error) {
	newSensor, can := known[target.Kind]
	if !can {
		return nil, usagef("this version looks at storefronts, files, databases and source repositories: tillwatch check https://shop.example/, FOLDER, mysql://HOST/DATABASE or git:REPOSITORY",
			"%s is %s, and looking at that is not in this version", target.Place, kindWords[target.Kind])
	}
	return newSensor(c, o)
}

// Check looks at the targets once and reports what it saw. What could not be looked at stands in the report as not
// seen; the error is a *[UsageError] where nothing could be begun. Where ctx ends, the report holds what was seen until
// then and is marked interrupted.
func Check(ctx context.Context, c CheckConfig) (*report.Report, error) {
	return check(ctx, c, checkSensors())
}

func check(ctx context.Context, c CheckConfig, known sensors) (*report.Report, error) {
	look, err := prepare(ctx, c, known)
	if err != nil {
		return nil, err
	}
	for i, target := range look.targets {
		if ctx.Err() != nil {
			look.observe(target, tillwatch.Gap{Place: target.Place, Why: "interrupted before it was looked at"})
			continue
		}
		if looksAt(page.Layers(c.Shopper.Layers), look.targets[i].Kind) {
			look.at(ctx, i)
		}
	}
	look.trace(ctx)
	return look.finish(ctx)
}

// look is one check in progress.
type look struct {
	config    CheckConfig
	targets   []tillwatch.Target
	sensors   []tillwatch.Sensor // of each target
	hidden    Suppressions
	sightings *sightings
	guests    guests

	mu     sync.Mutex // guards what follows; sensors report from goroutines of their own
	triage triage.Triage
	scopes []string // those that were seen whole
	report report.Report
}

// prepare finds everything that can be wrong with the question before anything is looked at.
func prepare(ctx context.Context, c CheckConfig, known sensors) (*look, error) {
	if len(c.Targets) == 0 {
		return nil, usagef("tillwatch check https://shop.example/", "nothing to look at: name a target")
	}
	targets, err := ParseTargets(c.Targets)
	if err != nil {
		return nil, err
	}
	targets = withoutImplied(targets, known)
	l := &look{config: c, targets: targets}
	if c.Suppress != "" {
		if l.hidden, err = LoadSuppressions(c.Suppress); err != nil {
			return nil, err
		}
	}
	var state tillwatch.State
	if c.StateDir != "" {
		if state, err = openFolder(c.StateDir); err != nil {
			return nil, usagef("name a folder that can be written with --state", "cannot keep state: %v", err)
		}
	}
	if l.sightings, err = loadSightings(state, targets[0].Shop); err != nil {
		return nil, usagef("move the folder "+c.StateDir+" aside and check again", "%v", err)
	}

	if c.StateDir != "" {
		if err := probeInventory(ctx, c.StateDir); err != nil {
			return nil, err
		}
	}

	now := time.Now()
	l.report.Started = now
	l.report.Version = Version()
	l.report.Expired = len(l.hidden.Expired(now))
	l.triage.Language = c.Language
	l.triage.Hidden = func(f tillwatch.Finding) bool { return l.hidden.Hide(f, now) }
	for _, target := range targets {
		index := len(l.report.Targets)
		l.report.Targets = append(l.report.Targets, report.Target{Target: target})
		sensor, err := known.make(target, c, observers{
			step: func(s report.Step) {
				l.mu.Lock()
				defer l.mu.Unlock()
				l.report.Targets[index].Steps = append(l.report.Targets[index].Steps, s)
			},
			fact: func(f report.Fact) {
				l.mu.Lock()
				defer l.mu.Unlock()
				l.report.Targets[index].Facts = append(l.report.Targets[index].Facts, f)
			},
			progress: l.progress,
			ordered:  l.guests.add,
		})
		if err != nil {
			return nil, err
		}
		l.sensors = append(l.sensors, sensor)
	}
	return l, nil
}

func (l *look) at(ctx context.Context, index int) {
	target := l.targets[index]
	began := time.Now()
	err := l.sensors[index].Observe(ctx, target, func(o tillwatch.Observation) error {
		l.observe(target, o)
		return nil
	})
	switch {
	case ctx.Err() != nil:
		l.observe(target, tillwatch.Gap{Place: target.Place, Why: "interrupted before all of it was looked at"})
	case err != nil:
		l.observe(target, tillwatch.Gap{Place: target.Place, Why: err.Error()})
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.report.Targets[index].Took = time.Since(began)
}

func (l *look) observe(target tillwatch.Target, o tillwatch.Observation) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.take(target, o)
}

// take hands an observation to triage; a sign is dated back to when it was first seen in earlier checks.
func (l *look) take(target tillwatch.Target, o tillwatch.Observation) {
	if pass, ok := o.(tillwatch.Pass); ok {
		l.scopes = append(l.scopes, pass.Scope)
	}
	if sign, ok := o.(tillwatch.Sign); ok {
		if sign.Since.IsZero() {
			sign.Since = time.Now()
		}
		sign.Since = l.sightings.since(sign)
		o = sign
	}
	l.triage.Add(target, o)
}

func (l *look) progress(p Progress) {
	if l.config.Progress == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.config.Progress(p)
}

func (l *look) finish(ctx context.Context) (*report.Report, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	interrupted := ctx.Err() != nil
	r := &l.report
	outcome, compareErr := l.compare(ctx, l.triage.Result().Items, l.run(interrupted))
	for _, sign := range outcome.Signs {
		if tells(page.Layers(l.config.Shopper.Layers), sign) {
			l.take(l.targets[0], sign)
		}
	}
	if compareErr != nil {
		l.take(l.targets[0], tillwatch.Gap{
			Place: l.config.StateDir, Why: "what was seen was not compared with the inventory, or not written there: " + compareErr.Error(),
		})
	}
	result := l.triage.Result()
	r.Findings = result.Findings
	r.Incidents = result.Incidents
	r.NotSeen = result.Gaps
	r.Hidden = len(result.Hidden)
	r.Interrupted = interrupted
	r.Took = time.Since(r.Started)
	r.Items = standings(outcome.Items)
	for i := range r.Targets {
		r.Targets[i].Steps = firstSteps(r.Targets[i].Steps)
	}
	complete := !interrupted && len(r.NotSeen) == 0
	err := l.sightings.remember(slices.Concat(result.Findings, result.Hidden), complete)
	if err != nil {
		return r, fmt.Errorf("the check is done, but when its findings were first seen could not be saved: %w", err)
	}
	return r, nil
}

// firstSteps puts steps in order and leaves out those that a walk made for comparison took again.
func firstSteps(steps []report.Step) []report.Step {
	slices.SortStableFunc(steps, func(a, b report.Step) int {
		return cmp.Or(cmp.Compare(a.Profile, b.Profile), a.At.Compare(b.At))
	})
	type identity struct{ profile, name, place string }
	seen := map[identity]bool{}
	return slices.DeleteFunc(steps, func(s report.Step) bool {
		key := identity{s.Profile, s.Name, s.Place}
		again := seen[key]
		seen[key] = true
		return again
	})
}

// IsUsage says whether err means that the question was wrong, and gives the hint that goes with it.
func IsUsage(err error) (hint string, usage bool) {
	var wrong *UsageError
	if !errors.As(err, &wrong) {
		return "", false
	}
	return wrong.Hint, true
}
