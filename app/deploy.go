package app

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/files"
	"github.com/tillwatch/tillwatch/store"
)

// Deployment is a stretch of time in which somebody changes the files of a shop: what changes in it is the new baseline.
type Deployment struct {
	ID    string    `json:"id"`
	Who   string    `json:"who"`
	Why   string    `json:"why"`
	Begun time.Time `json:"begun"`
	Until time.Time `json:"until"`          // when it no longer counts unless it was ended
	Ended time.Time `json:"ended,omitzero"` // zero: not yet, or nobody ended it in time
	// Discarded says that it was ended without approving anything.
	Discarded bool     `json:"discarded,omitempty"`
	Places    []string `json:"places"`
	Changed   int      `json:"changed"` // files that it approved
}

// Open says whether it is in progress.
func (d Deployment) Open(now time.Time) bool { return d.Ended.IsZero() && now.Before(d.Until) }

// Gap is what could not be looked at, and why.
type Gap = tillwatch.Gap

// maxDeployments is how many are remembered.
const maxDeployments = 1000

// Deployments are those of one shop. Close it.
type Deployments struct {
	Shop   string
	Places []string // the folders with the shop's files
	SSH    SSH      // into servers that folders are on
	Env    func(string) string

	dir   string
	store *store.Store
}

// OpenDeployments opens the deployments of a shop in a state folder: of the one whose folders are named, or else of the
// one that was looked at, by its name where there are several. Errors that the operator can mend are a *[UsageError].
func OpenDeployments(ctx context.Context, dir, shop string, folders []string) (*Deployments, error) {
	if _, err := openFolder(dir); err != nil {
		return nil, usagef("name a folder that can be written with --state", "cannot keep state: %v", err)
	}
	s, err := store.Open(ctx, dir)
	if err != nil {
		return nil, usagef("", "the inventory cannot be opened: %v", err)
	}
	d := &Deployments{dir: dir, store: s}
	if err := d.choose(ctx, shop, folders); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return d, nil
}

// Close closes it.
func (d *Deployments) Close() error { return d.store.Close() }

func (d *Deployments) choose(ctx context.Context, shop string, folders []string) error {
	if len(folders) > 0 {
		return d.named(shop, folders)
	}
	shops, err := d.shops(ctx)
	if err != nil {
		return err
	}
	switch {
	case len(shops) == 0:
		return usagef("name the shop's folder: tillwatch deploy begin /var/www/shop --why ...", "no shop has been looked at yet, so it is not known which files are meant")
	case shop == "" && len(shops) > 1:
		return usagef("--shop is one of: "+strings.Join(shops, ", "), "there are %d shops here: name one with --shop", len(shops))
	case shop == "":
		shop = shops[0]
	case !slices.Contains(shops, shop):
		return usagef(DidYouMean(shop, shops), "there is no shop %q here", shop)
	}
	d.Shop = shop
	runs, err := d.store.Runs(ctx, shop)
	if err != nil {
		return err
	}
	list, err := d.List(ctx)
	if err != nil {
		return err
	}
	real := map[string]bool{} // one folder may have been named in several ways
	keep := func(places []string) {
		for _, place := range places {
			if files.IsFar(place) && !real[place] {
				real[place] = true
				d.Places = append(d.Places, place)
				continue
			}
			info, err := os.Stat(place)
			if err != nil || !info.IsDir() {
				continue
			}
			if name, err := filepath.Abs(place); err == nil && !real[name] {
				real[name] = true
				d.Places = append(d.Places, place)
			}
		}
	}
	for _, run := range slices.Backward(runs) {
		keep(run.Places)
	}
	for _, one := range slices.Backward(list) {
		keep(one.Places)
	}
	if len(d.Places) == 0 {
		return usagef("name it: tillwatch deploy begin /var/www/shop --why ...", "no folder with files of %s has been looked at from here", shop)
	}
	return nil
}

func (d *Deployments) named(shop string, folders []string) error {
	targets, err := ParseTargets(folders)
	if err != nil {
		return err
	}
	for _, t := range targets {
		if files.IsFar(t.Place) {
			d.Places = append(d.Places, t.Place)
			continue
		}
		if info, err := os.Stat(t.Place); t.Kind != tillwatch.KindFiles || err != nil || !info.IsDir() {
			if impliedBy(t, targets) {
				continue
			}
			return usagef("name the folder that the web server serves", "%s is no folder", t.Place)
		}
		d.Places = append(d.Places, t.Place)
	}
	d.Shop = shop
	if shop == "" {
		d.Shop = shopOf(targets)
	}
	return nil
}

// shopsName is the document that lists the shops with deployments: one may be deployed before it was ever looked at.
const shopsName = "shops with deployments"

func (d *Deployments) shops(ctx context.Context) ([]string, error) {
	shops, err := d.store.Shops(ctx)
	if err != nil {
		return nil, err
	}
	text, err := d.store.Document(ctx, shopsName)
	if err != nil || text == nil {
		return shops, err
	}
	var more []string
	if err := json.Unmarshal(text, &more); err != nil {
		return nil, fmt.Errorf("what is remembered of deployments is damaged: %w", err)
	}
	shops = append(shops, more...)
	slices.Sort(shops)
	return slices.Compact(shops), nil
}

func (d *Deployments) noteShop(ctx context.Context) error {
	shops, err := d.shops(ctx)
	if err != nil || slices.Contains(shops, d.Shop) {
		return err
	}
	return d.store.ChangeDocument(ctx, shopsName, func([]byte) ([]byte, error) { return json.Marshal(append(shops, d.Shop)) })
}

func deploymentsName(shop string) string { return "deployments of " + shop }

// List are all that are remembered, oldest first.
func (d *Deployments) List(ctx context.Context) ([]Deployment, error) {
	return readDeployments(ctx, d.store, d.Shop)
}

func readDeployments(ctx context.Context, s *store.Store, shop string) ([]Deployment, error) {
	text, err := s.Document(ctx, deploymentsName(shop))
	if err != nil || text == nil {
		return nil, err
	}
	var list []Deployment
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, fmt.Errorf("what is remembered of deployments is damaged: %w", err)
	}
	return list, nil
}

// clockTick is how far the times of a file system may lag behind the clock.
const clockTick = 20 * time.Millisecond

// Begin begins a deployment. What is not as approved by now is noted first: the deployment will not approve it.
func (d *Deployments) Begin(ctx context.Context, who, why string, most time.Duration) (Deployment, []tillwatch.Gap, error) {
	who, why = strings.TrimSpace(who), strings.TrimSpace(why)
	switch {
	case why == "":
		return Deployment{}, nil, usagef(`write why, as in --why "release 4.2"`, "a deployment needs a written reason")
	case who == "":
		return Deployment{}, nil, usagef("name yourself with --who", "a deployment needs somebody who makes it")
	case len(who) > maxWords || len(why) > maxWords:
		return Deployment{}, nil, usagef("", "the reason or the name is longer than %d characters", maxWords)
	case most <= 0 || most > 7*24*time.Hour:
		return Deployment{}, nil, usagef("as in --for 4h", "a deployment lasts longer than nothing and at most seven days")
	}
	one := Deployment{ID: "D-" + rand.Text()[:8], Who: who, Why: why, Places: d.Places}
	if err := d.refuseSecond(ctx); err != nil {
		return Deployment{}, nil, err
	}
	gaps, _, err := d.survey(ctx, nil)
	if err != nil {
		return Deployment{}, gaps, err
	}
	if err := d.noteShop(ctx); err != nil {
		return Deployment{}, gaps, err
	}
	one.Begun = time.Now().Add(-clockTick)
	one.Until = one.Begun.Add(most)
	err = d.change(ctx, func(list []Deployment) ([]Deployment, error) {
		for _, have := range list {
			if have.Open(time.Now()) {
				return nil, secondDeployment(have)
			}
		}
		list = append(list, one)
		return list[max(0, len(list)-maxDeployments):], nil
	})
	return one, gaps, err
}

func secondDeployment(have Deployment) error {
	return usagef("tillwatch deploy end ends it", "%s by %s is in progress since %s", have.ID, have.Who, have.Begun.Local().Format(time.DateTime))
}

func (d *Deployments) refuseSecond(ctx context.Context) error {
	list, err := d.List(ctx)
	for _, have := range list {
		if have.Open(time.Now()) {
			return secondDeployment(have)
		}
	}
	return err
}

// End ends the deployment in progress and approves what changed during it, unless it is to be discarded: then all of that
// is a finding.
func (d *Deployments) End(ctx context.Context, discard bool) (Deployment, []tillwatch.Gap, error) {
	list, err := d.List(ctx)
	if err != nil {
		return Deployment{}, nil, err
	}
	i := slices.IndexFunc(list, func(one Deployment) bool { return one.Open(time.Now()) })
	if i < 0 {
		hint := "tillwatch deploy begin --who NAME --why TEXT begins one"
		if n := len(list); n > 0 && list[n-1].Ended.IsZero() {
			hint = fmt.Sprintf("%s ran out on %s: tillwatch inventory approve PLACE --why TEXT approves what changed", list[n-1].ID, list[n-1].Until.Local().Format(time.DateTime))
		}
		return Deployment{}, nil, usagef(hint, "no deployment is in progress")
	}
	one := list[i]
	d.Places = one.Places
	ended := false
	gaps, seen, err := d.survey(ctx, func() error {
		if ended { // of several folders the first look ends it
			return nil
		}
		ended = true
		one.Ended, one.Discarded = time.Now(), discard
		return d.replace(ctx, one)
	})
	if err != nil {
		return one, gaps, err
	}
	approvals := []tillwatch.Approval{}
	for place, s := range seen {
		one.Changed += len(s.Deployed)
		if !discard {
			approvals = append(approvals, tillwatch.Approval{Kind: "deploy", Place: place, Versions: []string{s.Root}})
		}
		approvals = append(approvals, approvalsOf(s)...)
	}
	for i := range approvals {
		approvals[i].At, approvals[i].Who, approvals[i].Why, approvals[i].Deploy = one.Ended, one.Who, one.Why, one.ID
	}
	err = d.store.Update(ctx, d.Shop, func([]tillwatch.Record, []tillwatch.Approval) (store.Saved, error) {
		return store.Saved{Approvals: approvals}, nil
	})
	return one, gaps, errors.Join(err, d.replace(ctx, one))
}

// maxApprovals is how many files of a deployment have a record of their own; the root's digest stands for all.
const maxApprovals = 2000

func approvalsOf(s files.Survey) []tillwatch.Approval {
	var out []tillwatch.Approval
	for place, digest := range s.Deployed {
		if len(out) < maxApprovals && digest != "" {
			out = append(out, tillwatch.Approval{Kind: "file", Place: place, Versions: []string{digest}})
		}
	}
	slices.SortFunc(out, func(a, b tillwatch.Approval) int { return strings.Compare(a.Place, b.Place) })
	return out
}

// survey notes what is in the folders now.
func (d *Deployments) survey(ctx context.Context, settle func() error) ([]tillwatch.Gap, map[string]files.Survey, error) {
	state, err := openFolder(filepath.Join(d.dir, "files"))
	if err != nil {
		return nil, nil, usagef("name a folder that can be written with --state", "cannot keep state: %v", err)
	}
	far, err := d.SSH.files(d.Places, d.Env, nil)
	if err != nil {
		return nil, nil, err
	}
	sensor := files.New(files.Config{State: state, Far: far, Windows: func() ([]files.Window, error) { return windows(d.List(ctx)) }})
	var gaps []tillwatch.Gap
	seen := map[string]files.Survey{}
	for _, place := range d.Places {
		s, err := sensor.Survey(ctx, tillwatch.Target{Kind: tillwatch.KindFiles, Place: place, Shop: d.Shop}, settle)
		gaps = append(gaps, s.Gaps...)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			gaps = append(gaps, tillwatch.Gap{Place: place, Why: "it is not there any more"})
		case err != nil:
			return gaps, seen, err
		default:
			seen[place] = s
		}
	}
	return gaps, seen, nil
}

func (d *Deployments) replace(ctx context.Context, one Deployment) error {
	return d.change(ctx, func(list []Deployment) ([]Deployment, error) {
		for i := range list {
			if list[i].ID == one.ID {
				list[i] = one
			}
		}
		return list, nil
	})
}

func (d *Deployments) change(ctx context.Context, change func([]Deployment) ([]Deployment, error)) error {
	return d.store.ChangeDocument(ctx, deploymentsName(d.Shop), func(old []byte) ([]byte, error) {
		var list []Deployment
		if old != nil {
			if err := json.Unmarshal(old, &list); err != nil {
				return nil, err
			}
		}
		list, err := change(list)
		if err != nil {
			return nil, err
		}
		return json.Marshal(list)
	})
}

// windows are deployments as the sensor knows them. What was discarded approves nothing.
func windows(list []Deployment, err error) ([]files.Window, error) {
	var out []files.Window
	for _, one := range list {
		if !one.Discarded {
			out = append(out, files.Window{ID: one.ID, Begun: one.Begun, Ended: one.Ended, Until: one.Until})
		}
	}
	return out, err
}

// storedWindows reads the deployments of a shop again whenever the store was written.
type storedWindows struct {
	stateDir, shop string

	mu    sync.Mutex
	stamp string
	list  []files.Window
}

func (w *storedWindows) windows() ([]files.Window, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	stamp := ""
	for _, name := range []string{store.FileName, store.FileName + "-wal", store.FileName + "-journal"} {
		if info, err := os.Stat(filepath.Join(w.stateDir, name)); err == nil {
			stamp += fmt.Sprintf("%s %d %d ", name, info.Size(), info.ModTime().UnixNano())
		}
	}
	if stamp == "" || stamp == w.stamp {
		return w.list, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	s, err := store.Open(ctx, w.stateDir)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	list, err := windows(readDeployments(ctx, s, w.shop))
	if err == nil {
		w.list, w.stamp = list, stamp
	}
	return list, err
}
