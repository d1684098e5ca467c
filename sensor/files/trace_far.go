package files

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/files/walk"
)

// besides are the folders beside a document root in which shops on rented servers leave what they write.
var besides = []string{"data", "var", "storage", "system", "tmp", "log", "logs", "session", "sessions"}

// far searches the files of another machine, and of those around them what the same user may read.
func (tr *trace) far(outer context.Context, place string) error {
	ctx, lost := context.WithCancelCause(outer)
	defer lost(nil)
	t, err := openFar(ctx, place, tr.config.Far, lost)
	switch {
	case outer.Err() != nil:
		return outer.Err()
	case err != nil:
		return tr.report(tillwatch.Gap{Place: shown(place), Why: "it cannot be searched for the card of the test order: " + reason(err)})
	}
	defer t.close()
	if t.single != "" {
		return tr.farFile(ctx, t)
	}
	err = tr.farFolder(ctx, t, t.real, t.place, true)
	if err == nil {
		for _, name := range besides {
			beside := path.Join(path.Dir(t.real), name)
			if info, failed := t.far.Stat(beside); failed != nil || !info.IsDir() || beside == t.real {
				continue // there is none
			}
			if err = tr.farFolder(ctx, t, beside, server(t.place)+beside, false); err != nil {
				break
			}
		}
	}
	if outer.Err() == nil && ctx.Err() != nil {
		return tr.report(tillwatch.Gap{Place: shown(place), Why: "not all of it was searched for the card of the test order: " + context.Cause(ctx).Error()})
	}
	return err
}

// farFolder searches a folder of another machine that is told of as place.
func (tr *trace) farFolder(ctx context.Context, t *tree, dir, place string, served bool) error {
	folders, err := walk.OpenFar(t.far, dir).Walk(ctx, walk.Bounds{Depth: maxDepth, Files: maxTraced})
	if err != nil {
		return err
	}
	for _, folder := range folders {
		at := place
		if folder.Path != "." {
			at += "/" + folder.Path
		}
		if folder.Err != nil && served && !errors.Is(folder.Err, fs.ErrNotExist) {
			if err := tr.report(tillwatch.Gap{Place: shown(at), Why: "it cannot be searched for the card of the test order: " + reason(folder.Err)}); err != nil {
				return err
			}
		}
		for _, e := range folder.Entries {
			if e.Kind != walk.Regular {
				continue
			}
			f := t.traceable(at+"/"+e.Name, path.Join(dir, folder.Path, e.Name), e.Size, time.Unix(0, e.Modified))
			if err := tr.one(ctx, f, served); err != nil {
				return err
			}
		}
	}
	return nil
}

func (tr *trace) farFile(ctx context.Context, t *tree) error {
	full := path.Join(t.real, t.single)
	info, err := t.far.Stat(full)
	if err != nil {
		return tr.report(tillwatch.Gap{Place: shown(t.place), Why: "it cannot be searched for the card of the test order: " + reason(err)})
	}
	return tr.one(ctx, t.traceable(t.place, full, info.Size(), info.ModTime()), true)
}

// traceable is a file of another machine.
func (t *tree) traceable(name, full string, size int64, changed time.Time) traceable {
	return traceable{name, size, changed, func() (traceFile, error) {
		f, err := t.far.Open(full)
		if err != nil {
			return nil, err
		}
		if in, can := f.(traceFile); can {
			return in, nil
		}
		return nil, errors.Join(errors.New("it cannot be read in pieces"), f.Close())
	}}
}
