package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/app/report"
	"github.com/tillwatch/tillwatch/inventory"
	"github.com/tillwatch/tillwatch/pipeline"
	"github.com/tillwatch/tillwatch/sensor/access"
	"github.com/tillwatch/tillwatch/sensor/page"
	"github.com/tillwatch/tillwatch/store"
)

// WatchConfig says what to watch and who is told.
type WatchConfig struct {
	File     WatchFile
	Language string // of people, where the file names none
	StateDir string // where the file names none
	Format   string // one of [WatchFormats], where the file names none
	Env      func(string) string

	Out   io.Writer      // what is found, one event after the other, each in one Write
	Color bool           // text only
	Width int            // text only: columns; 0 means 100
	Log   func(WatchLog) // what the watch does, which is kept nowhere; called from several goroutines; nil tells nobody
}

// WatchLog is one thing a watch has just done.
type WatchLog struct {
	At     time.Time
	Target string // kind and place; empty where it is about all
	Text   string
}

// Watch looks at every target of a file at its time until ctx ends, and tells what is found as it is found: stored first,
// told once, and after a restart, also after a kill, what was not told yet. The error is a *[UsageError] where nothing
// was begun, and nil where ctx ended it.
func Watch(ctx context.Context, c WatchConfig) error { return watch(ctx, c, checkSensors()) }

func watch(ctx context.Context, c WatchConfig, known sensors) error {
	w, err := newWatch(ctx, c, known)
	switch {
	case ctx.Err() != nil && err != nil: // stopped before it began
		return nil
	case err != nil:
		return err
	}
	return errors.Join(w.run(ctx), w.close())
}

// watcher is a watch in progress.
type watcher struct {
	config    WatchConfig
	shop      string
	options   report.Options
	format    string
	jobs      []pipeline.Job
	barriers  []*barrier
	shoppers  map[string]Shopper // by job
	targets   []tillwatch.Target
	places    []string        // of the file's targets, in its order
	beside    map[string]bool // jobs that look at the same target as another
	guests    guests          // who ordered
	searching []*cardSearch   // for their cards
	hidden    Suppressions
	sightings *sightings
	ledger    *sharedLedger // of issued tokens; nil where nobody answers the gateway
	store     *store.Store
	mark      *store.Mark
	log       sync.Mutex
}

// newWatch finds everything that can be wrong with the question before anything is looked at.
func newWatch(ctx context.Context, c WatchConfig, known sensors) (*watcher, error) {
	w := &watcher{config: c, shoppers: map[string]Shopper{}, beside: map[string]bool{}, format: cmp.Or(c.File.Format, c.Format, "text")}
	w.options = report.Options{Language: cmp.Or(c.File.Language, c.Language), Color: c.Color, Width: c.Width, Zone: time.Local}
	state := cmp.Or(c.File.State, c.StateDir)
	if state == "" {
		return nil, usagef("name one with \"state: DIR\" or --state", "a watch needs a folder for what it remembers")
	}
	var err error
	if c.File.Suppress != "" {
		if w.hidden, err = LoadSuppressions(c.File.Suppress); err != nil {
			return nil, err
		}
	}
	folder, err := openFolder(state)
	if err != nil {
		return nil, usagef("name a folder that can be written with \"state: DIR\" or --state", "cannot keep state: %v", err)
	}
	if err := w.makeJobs(state, known); err != nil {
		return nil, err
	}
	if w.sightings, err = loadSightings(folder, w.shop); err != nil {
		return nil, usagef("move the folder "+state+" aside and start again", "%v", err)
	}
	if err := probeInventory(ctx, state); err != nil {
		return nil, err
	}
	if w.store, err = store.Open(ctx, state); err != nil {
		return nil, err
	}
	if w.mark, err = w.store.Mark(w.shop); err != nil {
		err = errors.Join(err, w.store.Close())
		var watched *store.WatchedError
		if errors.As(err, &watched) {
			return nil, usagef("stop that one first, or name another folder with --state", "%v", watched)
		}
		return nil, err
	}
	return w, nil
}

func (w *watcher) makeJobs(state string, known sensors) error {
	var words []string
	for _, t := range w.config.File.Targets {
		words = append(words, t.Word)
	}
	targets, err := ParseTargets(words)
	if err != nil {
		return err
	}
	w.targets, w.shop = targets, cmp.Or(w.config.File.Shop, shopOf(targets))
	if v := w.config.File.Verify; v != nil {
		w.ledger = &sharedLedger{stateDir: state, life: v.Life}
		if w.ledger.logs = len(placesOfKind(targets, tillwatch.KindLog)) > 0; w.ledger.logs {
			w.ledger.linger = access.Linger
		}
	}
	logs := w.logs()
	orders := false
	var at []tillwatch.Target
	var checks []CheckConfig
	for _, t := range w.config.File.Targets {
		one, err := parseTarget(t.Word)
		if err != nil {
			return err
		}
		target := one[0]
		target.Shop = w.shop
		kind := watchKinds[kindWord(t.Kind)]
		name := kind.word + " " + target.Place
		check := CheckConfig{
			Targets: words, Language: w.options.Language, StateDir: state, Shopper: t.Shopper, follow: t.Follow, every: t.Every,
			shop: w.shop, tokens: w.ledger, behind: &barrier{}, OwnKeysOnly: t.OwnKeysOnly, Logs: logs, SSH: t.SSH, FullEvery: t.FullEvery,
		}
		check.Shopper.Timeout = cmp.Or(check.Shopper.Timeout, 5*time.Minute)
		check.Shopper.Env = w.envOf(t)
		sensor, err := known.make(target, check, observers{step: func(report.Step) {}, progress: func(Progress) {}, ordered: w.guests.add})
		if hint, wrong := IsUsage(err); wrong {
			return usagef(hint, "%s: line %d: %v", w.config.File.Name, t.Line, err)
		}
		if err != nil {
			return err
		}
		at, checks = append(at, target), append(checks, check)
		w.places = append(w.places, target.Place)
		w.barriers = append(w.barriers, check.behind)
		parts := several{sensor}
		if beside, many := sensor.(several); many { // one that goes on must not keep the next from looking
			parts = beside
		}
		for n, part := range parts {
			if t.Kind == tillwatch.KindPage && n == 0 && t.Shopper.PlaceTestOrder {
				orders, part = true, walking{part, w.walkEnded}
			}
			j := pipeline.Job{
				Name: name, Target: target, Sensor: part, Every: cmp.Or(t.Every, kind.every), Stream: t.Follow && n == 0,
				Repeats: t.Kind == tillwatch.KindFiles, Waits: !check.behind.used,
			}
			if n > 0 {
				j.Name += ", its software"
				w.beside[j.Name] = true
			}
			w.addJob(j, check.Shopper)
		}
	}
	if orders {
		w.searches(at, checks)
	}
	verify, there, err := w.verifyJob(state)
	if there && err == nil {
		w.jobs = append(w.jobs, verify)
	}
	return err
}

// envOf is the environment with the secrets of a target's own.
func (w *watcher) envOf(t WatchTarget) func(string) string {
	return func(variable string) string {
		if secret, given := t.secrets[variable]; given {
			return secret
		}
		if w.config.Env == nil {
			return ""
		}
		return w.config.Env(variable)
	}
}

// logs is what the targets that are looked at together with a log say of it.
func (w *watcher) logs() Logs {
	all := Logs{secrets: map[string]string{}}
	for _, t := range w.config.File.Targets {
		switch t.Kind {
		case tillwatch.KindLog:
			all.Routes = append(all.Routes, t.Logs.Routes...)
			all.Exempt = append(all.Exempt, t.Logs.Exempt...)
			all.OnlyAlarms = append(all.OnlyAlarms, t.Logs.OnlyAlarms...)
			all.Format = cmp.Or(all.Format, t.Logs.Format)
			all.SessionLife = cmp.Or(all.SessionLife, t.Logs.SessionLife)
			if secret, given := t.secrets[logsSecret]; given {
				all.secrets[withoutCredentials(strings.TrimPrefix(t.Word, "log:"))] = secret
			}
		case tillwatch.KindMembers:
			all.Members = t.Logs.Members
			all.Members.Every, all.Members.env = t.Every, w.envOf(t)
		}
	}
	return all
}

func (w *watcher) close() error {
	return errors.Join(w.ledger.close(), w.mark.Close(), w.store.Close())
}

func (w *watcher) run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	wake := make(chan struct{}, 1)
	own := ownHosts(placesOf(w.targets))
	desk, err := pipeline.NewDesk(context.WithoutCancel(ctx), pipeline.DeskConfig{
		Shop: w.shop, Program: Version(), Language: w.options.Language, Store: w.store, Own: own,
		Judgement: func(j pipeline.Job) inventory.Look { return judgement(w.targets, w.shoppers[j.Name].Authorised) },
		Tells: func(j pipeline.Job, s tillwatch.Sign) bool {
			return j.Target.Kind != tillwatch.KindPage || tells(page.Layers(w.shoppers[j.Name].Layers), s)
		},
		Hidden: w.hidden.Hide,
		Since:  w.sightings.since,
		Added: func() {
			select {
			case wake <- struct{}{}:
			default: // it is about to look anyway
			}
		},
		Trouble: func(err error) {
			w.tell("", "nothing can be stored, so nothing new is told; it is tried again: "+err.Error())
		},
	})
	if err != nil {
		return err
	}

	for _, b := range w.barriers {
		b.flush = func() error { return desk.Flush(context.WithoutCancel(ctx)) }
	}

	var told, kept error
	var group sync.WaitGroup
	over := make(chan struct{})
	group.Go(func() {
		teller := pipeline.Teller{Shop: w.shop, Store: w.store, Mark: w.mark, Write: w.write}
		if told = teller.Run(context.WithoutCancel(ctx), wake); told != nil {
			cancel(told)
			for range wake { // nobody listens, and nobody shall wait for that
			}
		}
	})
	group.Go(func() {
		if kept = desk.Run(ctx, over); kept != nil {
			cancel(kept)
		}
		close(wake)
	})
	w.tell("", fmt.Sprintf("watching %s: %d targets", w.shop, len(w.jobs)-len(w.beside)))
	looked := pipeline.Run(ctx, w.jobs, logged{desk, w})
	close(over)
	group.Wait()
	if told == nil && kept == nil && looked == nil {
		w.tell("", "stopped")
		return nil
	}
	return errors.Join(told, kept)
}

// write tells one event in one piece.
func (w *watcher) write(e pipeline.Event) error {
	if err := report.WriteEvent(w.config.Out, w.format, e, w.options); err != nil {
		return fmt.Errorf("what was found cannot be told any more: %w", err)
	}
	return nil
}

func (w *watcher) tell(target, text string) {
	if w.config.Log == nil {
		return
	}
	w.log.Lock()
	defer w.log.Unlock()
	w.config.Log(WatchLog{time.Now(), target, text})
}

// logged tells when looks begin and end.
type logged struct {
	*pipeline.Desk
	watch *watcher
}

func (l logged) Began(ctx context.Context, j pipeline.Job) error {
	l.watch.tell(j.Name, "looking")
	return l.Desk.Began(ctx, j)
}

func (l logged) Ended(ctx context.Context, j pipeline.Job, err error, interrupted bool) error {
	switch {
	case interrupted:
		l.watch.tell(j.Name, "interrupted")
	case err != nil:
		l.watch.tell(j.Name, "not looked: "+err.Error())
	default:
		l.watch.tell(j.Name, "looked")
	}
	return l.Desk.Ended(ctx, j, err, interrupted)
}

// spelled writes a duration without the zeros that say nothing: 15m, not 15m0s.
func spelled(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
