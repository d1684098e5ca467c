package ledger

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// TakeOver moves what a ledger in another folder knows into this one, at a moment in seconds since 1970, and removes the
// folder; where there is none it does nothing. Killed in between, it is done again. Where records is false the folder's
// fingerprints were made in another way, so that they are worth nothing here: then what was issued until now is unknown,
// and only which key ids are armed is kept. asker is to whom what is remembered belongs where that does not say it.
func (l *Ledger) TakeOver(dir, asker string, records bool, at int64) (err error) {
	if !isLedger(dir) {
		return nil
	}
	held, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, held.Close()) }()
	if err := lock(held); err != nil {
		return err
	}
	other := New(Config{Dir: dir, Sole: asker})
	damaged := other.load(&Restart{}) != nil
	l.mu.Lock()
	l.issuer.join(other.issuer)
	for name, m := range other.absent {
		if _, known := l.absent[name]; !known && l.askers[name] == nil && len(l.absent) < maxAskers {
			l.absent[name] = m
		}
	}
	if damaged || !records {
		l.issuer.gap(Stretch{To: at, Why: "the ledger of before could not be read as it was"})
	}
	l.mu.Unlock()
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		id, ok := parseName(e.Name())
		if !ok || !records {
			continue
		}
		if err := l.copyFrom(filepath.Join(dir, e.Name()), id, at); err != nil {
			return fmt.Errorf("the issued tokens in %s cannot be taken over: %w", e.Name(), err)
		}
	}
	if l.journal != nil {
		if err := l.save(at); err != nil {
			return err
		}
	}
	for _, e := range entries {
		if _, ok := parseName(e.Name()); ok {
			if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	for _, name := range []string{memoryName, memoryName + ".new", memoryName + ".damaged", "lock"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	_ = os.Remove(dir) // somebody may have put something else there
	return nil
}

// isLedger says whether something of a ledger is in a folder.
func isLedger(dir string) bool {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return !errors.Is(err, fs.ErrNotExist) // what cannot be read is said when it is opened
	}
	return slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		_, record := parseName(e.Name())
		return record || e.Name() == memoryName
	})
}

// copyFrom writes down what another ledger's file has, but for what has expired.
func (l *Ledger) copyFrom(name string, id bucketID, at int64) error {
	l.mu.RLock()
	over := l.slowest(at) - int64(l.config.Linger/time.Second)
	l.mu.RUnlock()
	if id.width != forever && id.end() <= over {
		return nil
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	var failed error
	_, damaged, err := readFrames(f, id, func(fr frame) {
		for i := range fr.records {
			fr.records[i].kid = fr.kid
		}
		if l.journal != nil && failed == nil {
			failed = l.journal.append(fr.at, fr.records)
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		for _, p := range fr.records {
			if !l.issuer.guessed {
				l.issuer.lived(p.kid, p.expires-p.issued)
			}
			l.add(p)
		}
		l.sealSome()
	})
	if damaged {
		l.Gap(Stretch{To: at, Why: "a part of the records could not be read any more"})
	}
	return errors.Join(err, failed)
}

// join adds what another ledger knew of issuers' logs. What only one of them knew of is not known as a whole.
func (i *issuer) join(other issuer) {
	i.since = max(i.since, other.since)
	i.reached = max(i.reached, other.reached)
	for _, g := range other.gaps {
		i.gap(g)
	}
	i.longest = max(i.longest, other.longest)
	for kid, life := range other.lives {
		if old, known := i.lives[kid]; life > old && (known || len(i.lives) < maxKids) {
			i.lives[kid] = life
		}
	}
	i.guessed, i.bound, i.unbound = i.guessed || other.guessed, i.bound || other.bound, i.unbound || other.unbound
}
