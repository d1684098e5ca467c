package files

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/files/baseline"
	"github.com/tillwatch/tillwatch/sensor/files/manifest"
	"github.com/tillwatch/tillwatch/sensor/files/walk"
)

const (
	gather  = 50 * time.Millisecond // how long changes are gathered before they are looked at
	saving  = 10 * time.Second      // how often what was seen is remembered, at most
	waiting = 30 * time.Second      // how often a large file that is written all the time is read
	large   = 8 << 20               // bytes
	poll    = 2 * time.Second       // how often all is gone through where the system does not tell of changes, at most
	pollFor = 20                    // and how many times as long as that takes
)

// follow looks at everything, and then at what changes, until ctx ends. What the system tells of changes is a hint and no
// more: it can be lost. Regularly everything is gone through again.
func (l *look) follow(ctx context.Context) error {
	l.told, l.read = map[string]baseline.Digest{}, map[string]time.Time{}
	hints := l.listen()
	defer hints.close()
	l.watch(ctx, hints) // before the first look: what changes during it is looked at again
	if err := l.whole(ctx); err != nil {
		return err
	}
	every := time.NewTicker(l.config.Every)
	defer every.Stop()
	polling := time.NewTimer(l.pace(hints))
	defer polling.Stop()
	waited := time.NewTicker(waiting / 6)
	defer waited.Stop()
	saved := time.Now()
	for {
		var err error
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), l.keep())
		case <-every.C:
			err = l.again(ctx, hints)
		case <-polling.C:
			if hints.blind() {
				err = l.again(ctx, hints)
			}
			polling.Reset(l.pace(hints))
		case <-waited.C:
			later := l.later
			l.later = nil
			err = l.refresh(ctx, hints, later)
		case <-hints.wake():
			select {
			case <-time.After(gather):
			case <-ctx.Done():
				continue
			}
			folders, lost := hints.take()
			if lost {
				err = l.again(ctx, hints)
			} else {
				err = l.refresh(ctx, hints, folders)
			}
		}
		if err == nil && l.dirty && time.Since(saved) > saving {
			err = l.keep()
			l.dirty, saved = false, time.Now()
		}
		if err != nil && ctx.Err() == nil {
			return err
		}
	}
}

// listen begins to listen to the system, where it is the one with the files.
func (l *look) listen() hints {
	if l.tree.far != nil {
		return noHints{}
	}
	return l.hints()
}

// whole is a look at everything that reports everything.
func (l *look) whole(ctx context.Context) error {
	l.gaps, l.unfollows, l.unfollow, l.sparing = 0, 0, nil, false
	l.grouping = l.book == nil // the first since this began
	defer func() { l.grouping = false }()
	if err := l.run(ctx); err != nil {
		return err
	}
	if len(l.files) == 0 && l.gaps == 0 {
		return l.keep() // an empty folder has a baseline too
	}
	return nil
}

// again goes through everything, and reads what may have changed; once a day it reads all and reports all.
func (l *look) again(ctx context.Context, hints hints) error {
	if l.config.State != nil && time.Since(time.Unix(0, l.book.Read)) >= l.config.FullEvery {
		return l.whole(ctx)
	}
	began := time.Now()
	l.gaps, l.full, l.first, l.sparing = 0, false, false, true
	folders, err := l.walk(ctx)
	if err != nil {
		return err
	}
	if err := l.hold(folders); err != nil {
		return err
	}
	l.lasted = time.Since(began)
	unwatched := l.listenTo(folders, hints)
	if err := l.news(ctx, l.files); err != nil || hints.blind() {
		return err
	}
	return l.refresh(ctx, hints, unwatched) // what came after they were listed, and before they were watched
}

// pace is how long to wait until everything is gone through again where nothing tells of changes.
func (l *look) pace(h hints) time.Duration {
	if !h.blind() {
		return l.config.Every
	}
	if l.tree.far != nil {
		return max(farPoll, pollFor*l.lasted)
	}
	return min(max(poll, pollFor*l.lasted), max(l.config.Every, poll))
}

// watch asks to be told of changes in every folder.
func (l *look) watch(ctx context.Context, h hints) {
	if folders, err := l.walk(ctx); err == nil {
		l.listenTo(folders, h)
	}
}

// listenTo asks to be told of changes in folders, and gives those of which nobody was told before.
func (l *look) listenTo(folders []walk.Folder, h hints) []string {
	h.retry() // somebody may have raised the limit meanwhile
	var added []string
	for i := range folders {
		if h.add(folders[i].Path) {
			added = append(added, folders[i].Path)
		}
	}
	if why := h.trouble(); why != "" && !l.warned {
		l.warned = true
		l.hindered = why
	}
	return added
}

// refresh looks at folders in which something changed.
func (l *look) refresh(ctx context.Context, h hints, folders []string) error {
	if len(folders) == 0 {
		return nil
	}
	l.gaps, l.full, l.first, l.sparing = 0, false, false, true
	var files []*found
	var buffer walk.Buffer
	slices.Sort(folders)
	l.begun = map[string]bool{}
	for _, path := range folders {
		if l.begun[path] {
			continue // it was listed after whatever was told of it
		}
		seen := l.tree.walk.List(path, &buffer)
		if errors.Is(seen.Err, fs.ErrNotExist) {
			l.abandon(nil, path)
			continue
		}
		merged, err := l.merge(&seen)
		if err != nil {
			return err
		}
		files = append(files, merged...)
		below, err := l.below(ctx, h, &seen)
		if err != nil {
			return err
		}
		files = append(files, below...)
	}
	return l.news(ctx, files)
}

// below looks at folders that are new in one, and forgets those that are gone.
func (l *look) below(ctx context.Context, h hints, seen *walk.Folder) ([]*found, error) {
	var files []*found
	there := map[string]bool{}
	for _, e := range seen.Entries {
		if e.Kind != walk.Sub || skipped(e.Name) {
			continue
		}
		path := baseline.Join(seen.Path, e.Name)
		there[path] = true
		if !h.add(path) {
			continue // it is watched already, and has told of itself
		}
		merged, err := l.begin(ctx, h, path)
		if err != nil {
			return nil, err
		}
		files = append(files, merged...)
	}
	if seen.Err != nil {
		return files, nil
	}
	gone := map[string]bool{}
	for path := range l.book.Folders {
		rest, under := strings.CutPrefix(path, seen.Path+"/")
		if seen.Path == "." {
			rest, under = path, path != "."
		}
		if !under {
			continue
		}
		first, _, _ := strings.Cut(rest, "/")
		if first = baseline.Join(seen.Path, first); !there[first] {
			gone[first] = true
		}
	}
	for path := range gone {
		l.abandon(nil, path)
		h.forget(path)
	}
	return files, nil
}

// begin looks at a folder that has just begun to be watched, and at all below it. Each is watched before it is listed: what
// comes later is told of, and what came before is in the list.
func (l *look) begin(ctx context.Context, h hints, path string) ([]*found, error) {
	var files []*found
	var buffer walk.Buffer
	entries := 0
	for todo := []string{path}; len(todo) > 0; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		folder := walk.Folder{Path: todo[len(todo)-1]}
		todo = todo[:len(todo)-1]
		l.begun[folder.Path] = true
		switch {
		case strings.Count(folder.Path, "/")+1 > maxDepth:
			folder.Err = walk.ErrDeep
		case entries >= maxFiles:
			folder.Err = walk.ErrMany
		default:
			folder = l.tree.walk.List(folder.Path, &buffer)
		}
		entries += len(folder.Entries)
		merged, err := l.merge(&folder)
		if err != nil {
			return nil, err
		}
		files = append(files, merged...)
		for _, e := range folder.Entries {
			if e.Kind == walk.Sub && !skipped(e.Name) {
				sub := baseline.Join(folder.Path, e.Name)
				h.add(sub)
				todo = append(todo, sub)
			}
		}
	}
	return files, nil
}

// news judges and reports what may have changed of some files.
func (l *look) news(ctx context.Context, files []*found) error {
	var err error
	if l.windows, err = l.deployments(); err != nil {
		if err := l.gap(tillwatch.Gap{Place: l.target.Place, Why: "whether something is being deployed cannot be read: " + err.Error()}); err != nil {
			return err
		}
	}
	if l.hindered != "" {
		if err := l.gap(tillwatch.Gap{Place: l.target.Place, Why: l.hindered}); err != nil {
			return err
		}
		l.hindered = ""
	}
	changed := slices.DeleteFunc(slices.Clone(files), func(f *found) bool {
		if f.unread && !f.link && f.file.Size > large {
			if last, ok := l.read[f.path]; ok && time.Since(last) < waiting {
				l.later = append(l.later, f.folder)
				return true
			}
			l.read[f.path] = time.Now()
		}
		return !f.unread && !f.file.Any(baseline.Off)
	})
	if err := l.vouch(ctx, changed); err != nil {
		return err
	}
	before := make(map[*found]baseline.Digest, len(changed))
	for _, f := range changed {
		before[f] = f.file.Digest
	}
	err = l.eachFile(ctx, changed, maxRead, l.examine, func(f *found) error {
		if f.file.Digest == before[f] && !f.fresh && !f.failed {
			return nil // it was told before
		}
		l.dirty = true
		return l.tell(f)
	})
	if err != nil {
		return err
	}
	for _, sign := range slices.Concat(l.spotSigns(slices.DeleteFunc(slices.Clone(changed), func(f *found) bool { return f.file.Digest == before[f] })), l.offSigns(changed)) {
		l.dirty = true
		if err := l.report(sign); err != nil {
			return err
		}
	}
	return nil
}

// vouch finds out who answers for files that came or changed.
func (l *look) vouch(ctx context.Context, files []*found) error {
	if l.belong.packaged != nil {
		if err := l.standPackaged(ctx, files); err != nil {
			return err
		}
	}
	for _, in := range l.belong.installations {
		var listed []*found
		for _, f := range files {
			if !f.link && manifest.ClassOf(f.path) > manifest.Picture && in.Has(f.path) {
				listed = append(listed, f)
			}
		}
		if err := l.blobsOf(ctx, listed, in); err != nil {
			return err
		}
		l.stand(in, listed)
	}
	return nil
}
