package files

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sync"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/files/baseline"
	"github.com/tillwatch/tillwatch/sensor/files/walk"
)

// chunk is how many files of one folder are read one after another.
const chunk = 32

// eachFile lets do look at every file on several goroutines, and then tells of each, in the order of the list, on this
// one. do is handed a way to read the file: not all need it.
func (l *look) eachFile(ctx context.Context, files []*found, max int64, do func(*found, func() (walk.Content, bool)), then func(*found) error) error {
	ctx, cancel := context.WithCancel(ctx)
	type job struct {
		files []*found
		done  chan struct{}
	}
	jobs, order := make(chan job), make(chan job, 4*l.tree.walk.Workers())
	var group sync.WaitGroup
	defer group.Wait()
	defer cancel()
	for range l.tree.walk.Workers() {
		group.Go(func() {
			var buffer walk.Buffer
			for j := range jobs {
				l.readAll(ctx, j.files, max, &buffer, do)
				close(j.done)
			}
		})
	}
	group.Go(func() {
		defer close(order)
		defer close(jobs)
		for rest := files; len(rest) > 0; {
			n := 1
			for n < len(rest) && n < chunk && rest[n].folder == rest[0].folder {
				n++
			}
			j := job{rest[:n], make(chan struct{})}
			rest = rest[n:]
			for _, to := range []chan job{order, jobs} {
				select {
				case to <- j:
				case <-ctx.Done():
					return
				}
			}
		}
	})
	for j := range order {
		select {
		case <-j.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		if then == nil {
			continue
		}
		for _, f := range j.files {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := then(f); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// readAll looks at files of one folder, which is opened when the first of them is read.
func (l *look) readAll(ctx context.Context, files []*found, max int64, b *walk.Buffer, do func(*found, func() (walk.Content, bool))) {
	var folder walk.Handle
	defer func() {
		if folder != nil {
			_ = folder.Close() // it was only read from
		}
	}()
	for _, f := range files {
		if ctx.Err() != nil {
			return
		}
		do(f, func() (walk.Content, bool) {
			var c walk.Content
			var err error
			switch {
			case f.link:
				c, err = l.tree.walk.ReadLinked(f.opened, max, b)
			case folder == nil:
				folder, err = l.tree.walk.Enter(f.folder)
				if err != nil {
					folder = nil
					break
				}
				fallthrough
			default:
				c, err = l.tree.walk.Read(folder, path.Base(f.path), max, b)
			}
			return c, l.took(f, c, err)
		})
	}
}

// settling is how long after a change the same times may stand for another content: clocks of file systems tick.
const settling = 50 * time.Millisecond

// took notes what was read of a file, and says whether anything was.
func (l *look) took(f *found, c walk.Content, err error) bool {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.vanished, f.failed = true, true
		return false
	case errors.Is(err, walk.ErrOther):
		f.why, f.failed = "it is no ordinary file any more", true
		return false
	case err != nil:
		f.why, f.failed = "it cannot be read: "+reason(err), true
		f.file.Meta = f.file.Meta.Uncertain()
		return false
	}
	changed := f.file.Digest != c.Digest
	if f.file.Digest == (baseline.Digest{}) && !f.file.Has(baseline.Gone) {
		f.file.Digest = c.Digest
		if !l.first {
			f.file.Flags |= baseline.Added
		}
	} else {
		f.file.Changed(c.Digest)
	}
	f.file.Meta = l.tree.noted(f.file.Meta, c.Meta, changed)
	if c.Sampled {
		f.file.Flags |= baseline.Sampled
	}
	f.unread = false
	return true
}

// examine reads a file that may have changed, and judges what nobody answers for. It is the one place where the bytes of a
// file are handed to the judge.
func (l *look) examine(f *found, read func() (walk.Content, bool)) {
	if f.failed || f.vanished {
		return
	}
	f.outcome, f.content = outcome{}, nil
	if f.unread && (f.by != "" || l.full && f.file.Has(baseline.Judged) && !f.fresh) {
		was := f.file.Digest
		if _, ok := read(); !ok {
			return
		}
		if f.file.Digest != was {
			f.by = "" // it changed since it was recognised: the next look will know it
		}
	}
	if f.by != "" {
		return
	}
	if !f.unread && !f.link {
		if o, ok := l.memory.of(f); ok {
			f.outcome = o
			if o.worst() < tillwatch.Medium {
				return
			}
		} else if f.file.Has(baseline.Judged) {
			return
		}
	}
	c, ok := read()
	if !ok {
		return
	}
	if !c.Whole && f.kind != "" {
		f.why = fmt.Sprintf("it is %d MB large: only the first %d MB were looked at", c.Size>>20, maxRead>>20)
	}
	f.outcome = l.memory.outcome(f, func() outcome {
		return judge{data: l.config.Data, own: l.config.Own, trusted: l.config.Trusted}.file(f.kind, path.Base(f.path), c.Bytes)
	})
	if f.file.Flags &^= baseline.Judged; f.outcome.empty() {
		f.file.Flags |= baseline.Judged
	}
	if f.outcome.worst() >= tillwatch.Medium && len(c.Bytes) <= maxKept {
		f.content = slices.Clone(c.Bytes)
	}
}
