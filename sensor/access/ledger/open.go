package ledger

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Restart says what a ledger found when it was opened.
type Restart struct {
	Tokens int              // read back
	Clocks map[string]int64 // of those that asked, by name: how far each had come
	Last   int64            // the last moment at which the ledger is known to have worked, in seconds since 1970; zero where it is new
	Torn   int              // files that ended within a record: it had not been acknowledged
	Lost   int              // files of which something in the midst cannot be read: the time until now counts as a gap
}

// saveEvery is after how many seconds what is not a record is saved again.
const saveEvery = 10

// memory is what is kept of a ledger besides its records.
type memory struct {
	Schema  int              `json:"schema"`
	Askers  []askerMemory    `json:"askers,omitempty"`
	Dropped int64            `json:"dropped,omitempty"`
	Saved   int64            `json:"saved"`
	Since   int64            `json:"since"`
	Reached int64            `json:"reached"`
	Gaps    []Stretch        `json:"gaps,omitempty"`
	Lives   map[string]int64 `json:"lives,omitempty"`
	Guessed bool             `json:"guessed,omitempty"`
	Bound   bool             `json:"bound,omitempty"`
	Unbound bool             `json:"unbound,omitempty"`
	// What follows was written when only one could ask.
	Taught int64      `json:"taught,omitempty"`
	Kids   []Coverage `json:"kids,omitempty"`
	Held   []heldUse  `json:"held,omitempty"`
}

const (
	memoryName   = "ledger.json"
	maxMemory    = 64 << 20
	maxHeldSaved = 10_000
)

// Open opens the ledger in a folder, at a moment in seconds since 1970. Tokens may have been issued since [Restart].Last that
// nobody told it of: the caller, who knows whether the issuer's log is read on from where it was, says so with [Ledger.Gap].
func Open(c Config, at int64) (*Ledger, Restart, error) {
	l := New(c)
	if c.Dir == "" {
		return l, Restart{}, nil
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return nil, Restart{}, err
	}
	l.journal = newJournal(c.Dir)
	held, err := os.OpenFile(filepath.Join(c.Dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, Restart{}, err
	}
	if err := lock(held); err != nil {
		held.Close()
		return nil, Restart{}, err
	}
	l.journal.held = held
	r, err := l.reopen(at)
	if err != nil {
		held.Close()
		return nil, r, err
	}
	return l, r, nil
}

// ErrInUse says that another process has the ledger open.
var ErrInUse = errors.New("another process has the ledger of issued tokens open")

func (l *Ledger) reopen(at int64) (r Restart, err error) {
	c := l.config
	l.opened = at
	if err := l.load(&r); err != nil {
		return r, err
	}
	over := l.slowest(at) - int64(l.config.Linger/time.Second)
	entries, err := os.ReadDir(c.Dir)
	if err != nil {
		return r, err
	}
	for _, e := range entries {
		id, ok := parseName(e.Name())
		if !ok {
			continue
		}
		if !l.config.Keep && id.width != forever && id.end() <= over {
			if err := os.Remove(filepath.Join(c.Dir, e.Name())); err != nil {
				return r, err
			}
			l.dropped = max(l.dropped, over)
			continue
		}
		if err := l.replay(id, at, &r); err != nil {
			return r, fmt.Errorf("the issued tokens in %s cannot be read: %w", e.Name(), err)
		}
	}
	l.saved = at
	return r, l.save(at)
}

// replay reads a file and cuts off what is not whole at its end.
func (l *Ledger) replay(id bucketID, at int64, r *Restart) error {
	f, err := os.OpenFile(l.journal.name(id), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	first := at
	good, damaged, err := readFrames(f, id, func(fr frame) {
		l.mu.Lock()
		defer l.mu.Unlock()
		for _, p := range fr.records {
			p.kid = fr.kid
			l.add(p)
			l.issuer.read(p, fr.at)
			first = min(first, p.issued)
		}
		r.Tokens += len(fr.records)
		r.Last = max(r.Last, fr.at)
		l.sealSome()
	})
	if err != nil {
		return err
	}
	if damaged {
		r.Lost++
		l.issuer.gap(Stretch{From: min(first, l.issuer.since), To: at, Why: "a part of the records could not be read any more"})
		slices.SortFunc(l.issuer.gaps, func(a, b Stretch) int { return int(max(-1, min(1, a.From-b.From))) })
	}
	end, err := f.Seek(0, io.SeekEnd)
	if err == nil && good < end {
		r.Torn++
		if err = f.Truncate(good); err == nil {
			err = f.Sync()
		}
	}
	return err
}

// ErrDamaged says that what is remembered besides the records cannot be read; it repeats nothing of it.
var ErrDamaged = errors.New(memoryName + " is damaged: move it aside, and the ledger begins anew to learn which key ids are armed")

// SetAside gives what is remembered besides the records another name, so that a ledger can be opened without.
func SetAside(dir string) error {
	name := filepath.Join(dir, memoryName)
	return os.Rename(name, name+".damaged")
}

func (l *Ledger) load(r *Restart) error {
	f, err := os.Open(filepath.Join(l.config.Dir, memoryName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxMemory))
	if err != nil {
		return err
	}
	return l.remember(text, r)
}

func (l *Ledger) remember(text []byte, r *Restart) error {
	var m memory
	if err := json.Unmarshal(text, &m); err != nil || m.Schema != 1 || len(m.Gaps) > maxGaps || len(m.Lives) > maxKids+1 ||
		len(m.Askers) > maxAskers {
		return ErrDamaged
	}
	if len(m.Askers) == 0 { // nobody has asked, or only one could
		m.Askers = []askerMemory{{Name: l.config.Sole, Clock: m.Saved, Taught: m.Taught, Kids: m.Kids, Held: m.Held}}
	}
	r.Clocks = map[string]int64{}
	for _, a := range m.Askers {
		if a.damaged() {
			return ErrDamaged
		}
		l.absent[a.Name] = a
		r.Clocks[a.Name] = a.Clock
	}
	r.Last, l.dropped = m.Saved, m.Dropped
	l.issuer = issuer{since: m.Since, reached: m.Reached, gaps: m.Gaps, lives: m.Lives, guessed: m.Guessed, bound: m.Bound, unbound: m.Unbound}
	for _, life := range m.Lives {
		l.issuer.longest = max(l.issuer.longest, life)
	}
	if l.issuer.lives == nil {
		l.issuer.lives = map[string]int64{}
	}
	return nil
}

// save writes the memory beside the records and puts it in the place of the old one.
func (l *Ledger) save(at int64) error {
	text, err := json.Marshal(l.memory(at))
	if err != nil {
		return err
	}
	name := filepath.Join(l.config.Dir, memoryName)
	l.journal.saving.Lock()
	defer l.journal.saving.Unlock()
	f, err := os.OpenFile(name+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(name+".new", name); err != nil {
		return err
	}
	return syncDir(l.config.Dir)
}

func (l *Ledger) memory(at int64) memory {
	l.mu.RLock()
	defer l.mu.RUnlock()
	m := memory{
		Schema: 1, Saved: at, Dropped: l.dropped, Since: l.issuer.since, Reached: l.issuer.reached, Gaps: slices.Clone(l.issuer.gaps),
		Guessed: l.issuer.guessed, Bound: l.issuer.bound, Unbound: l.issuer.unbound, Lives: map[string]int64{},
	}
	for name, life := range l.issuer.lives {
		m.Lives[name] = life
	}
	for _, name := range slices.Sorted(maps.Keys(l.askers)) {
		m.Askers = append(m.Askers, l.askers[name].keeps())
	}
	for _, name := range slices.Sorted(maps.Keys(l.absent)) {
		if len(m.Askers) < maxAskers {
			m.Askers = append(m.Askers, l.absent[name])
		}
	}
	return m
}
