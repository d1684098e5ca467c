package app

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/tillwatch/tillwatch"
)

// DefaultStateDir is where this user's programs keep what they remember.
func DefaultStateDir() (string, error) {
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "tillwatch"), nil
	}
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		dir, err := os.UserConfigDir()
		return filepath.Join(dir, "tillwatch"), err
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".local", "state", "tillwatch"), err
}

// folder is a [tillwatch.State] with one file for each key.
type folder struct{ dir string }

// openFolder makes dir where it is missing, readable by this user alone, and tries whether it can be written.
func openFolder(dir string) (folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return folder{}, err
	}
	probe, err := os.CreateTemp(dir, ".probe-*")
	if err != nil {
		return folder{}, err
	}
	probe.Close()
	return folder{dir}, os.Remove(probe.Name())
}

// state is what a sensor keeps its memory in, in a folder of its own below the state folder; nil where there is none.
// Errors are a *[UsageError].
func (c CheckConfig) state(name string) (tillwatch.State, error) {
	if c.StateDir == "" {
		return nil, nil
	}
	s, err := openFolder(filepath.Join(c.StateDir, name))
	if err != nil {
		return nil, usagef("name a folder that can be written with --state", "cannot keep state: %v", err)
	}
	if c.behind == nil {
		return s, nil
	}
	c.behind.used = true
	return behindDesk{s, c.behind}, nil
}

// barrier lets a sensor remember that it has told something only when that is stored.
type barrier struct {
	used  bool
	flush func() error // nil until the watch runs
}

// behindDesk is a [tillwatch.State] behind a barrier.
type behindDesk struct {
	tillwatch.State
	barrier *barrier
}

func (s behindDesk) Save(key string, value []byte) error {
	if s.barrier.flush != nil {
		if err := s.barrier.flush(); err != nil {
			return err
		}
	}
	return s.State.Save(key, value)
}

func (s folder) file(key string) string {
	sum := sha256.Sum256([]byte(key))
	return filepath.Join(s.dir, hex.EncodeToString(sum[:12])+".json")
}

func (s folder) Load(key string) ([]byte, error) {
	value, err := os.ReadFile(s.file(key))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return value, err
}

func (s folder) Save(key string, value []byte) error {
	f, err := CreateFile(s.file(key))
	if err != nil {
		return err
	}
	defer f.Discard()
	if _, err := f.Write(value); err != nil {
		return err
	}
	return f.Commit()
}

// maxSightings bounds the memory of one shop: the newest are kept.
const maxSightings = 10_000

// sightings remembers when each finding of a shop was first seen, so that a report can say since when.
type sightings struct {
	state tillwatch.State
	key   string
	first map[sightingKey]time.Time
}

type sightingKey struct{ rule, place string }

type sighting struct {
	Rule  string    `json:"rule"`
	Place string    `json:"place"`
	First time.Time `json:"first"`
}

// loadSightings reads what is remembered of shop; a state of nil remembers nothing. A memory that cannot be read is an
// error: to forget it silently would make an old leak look new.
func loadSightings(state tillwatch.State, shop string) (*sightings, error) {
	s := &sightings{state: state, key: "sightings of " + shop, first: map[sightingKey]time.Time{}}
	if state == nil {
		return s, nil
	}
	value, err := state.Load(s.key)
	if err != nil || value == nil {
		return s, err
	}
	var saved []sighting
	if err := json.Unmarshal(value, &saved); err != nil {
		return s, fmt.Errorf("the memory of earlier checks of %s is damaged: %w", shop, err)
	}
	for _, one := range saved {
		s.first[sightingKey{one.Rule, one.Place}] = one.First
	}
	return s, nil
}

// since is the earlier of the two: when the sign says it began, and when it was first seen.
func (s *sightings) since(sign tillwatch.Sign) time.Time {
	first, known := s.first[sightingKey{sign.Rule, sign.Place}]
	if known && (sign.Since.IsZero() || first.Before(sign.Since)) {
		return first
	}
	return sign.Since
}

// remember saves the findings of a look. Where the look saw all there is, what is no longer found is forgotten: if it
// comes back, that is a new leak.
func (s *sightings) remember(findings []tillwatch.Finding, complete bool) error {
	if s.state == nil {
		return nil
	}
	if complete {
		clear(s.first)
	}
	for _, f := range findings {
		s.first[sightingKey{f.Rule, f.Place}] = f.Since
	}
	saved := make([]sighting, 0, len(s.first))
	for key, first := range s.first {
		saved = append(saved, sighting{key.rule, key.place, first})
	}
	slices.SortFunc(saved, func(a, b sighting) int {
		return cmp.Or(b.First.Compare(a.First), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Place, b.Place))
	})
	value, err := json.Marshal(saved[:min(len(saved), maxSightings)])
	if err != nil {
		return err
	}
	return s.state.Save(s.key, value)
}
