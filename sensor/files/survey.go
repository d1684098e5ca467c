package files

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/files/baseline"
	"github.com/tillwatch/tillwatch/sensor/files/walk"
)

// Survey is what a look saw that only noted what is there, and judged nothing.
type Survey struct {
	Files    int
	Root     string            // one digest of all approved contents
	Deployed map[string]string // what a deployment approved: digests by place, empty for what is gone
	Gaps     []tillwatch.Gap
}

// Survey notes what is there, and then approves what was deployed. Between the two, settle may end a deployment; nil does
// nothing. It needs a State.
func (s *Sensor) Survey(outer context.Context, t tillwatch.Target, settle func() error) (Survey, error) {
	ctx, lost := context.WithCancelCause(outer)
	defer lost(nil)
	out, err := s.survey(ctx, t, settle, lost)
	if err != nil && ctx.Err() != nil && outer.Err() == nil {
		err = context.Cause(ctx)
	}
	return out, err
}

func (s *Sensor) survey(ctx context.Context, t tillwatch.Target, settle func() error, lost func(error)) (Survey, error) {
	var out Survey
	tree, err := s.openTree(ctx, t.Place, lost)
	if err != nil {
		return out, err
	}
	defer tree.close()
	if tree.single != "" {
		return out, errors.New("it is a file: name the folder that it lies in")
	}
	l := &look{Sensor: s, target: t, tree: tree, memory: &memory{}, report: func(o tillwatch.Observation) error {
		if gap, ok := o.(tillwatch.Gap); ok {
			out.Gaps = append(out.Gaps, gap)
		}
		return nil
	}}
	l.sparing = true
	if err := l.openAndList(ctx); err != nil {
		return out, err
	}
	err = l.eachFile(ctx, l.files, 0, func(f *found, read func() (walk.Content, bool)) {
		if f.unread && !f.link {
			read()
		}
	}, func(f *found) error {
		if f.why != "" {
			return l.gap(tillwatch.Gap{Place: f.place, Why: f.why})
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	if settle != nil {
		if err := settle(); err != nil {
			return out, err
		}
	}
	if l.windows, err = l.deployments(); err != nil {
		return out, err
	}
	out.Deployed = l.settle()
	if l.full && l.gaps == 0 {
		l.book.Read = nowNanoseconds()
	}
	var group sync.WaitGroup
	group.Go(func() { out.Files, out.Root = l.book.Len(), l.book.Root().String() })
	err = saveBook(s.config.State, tree, l.book)
	group.Wait()
	return out, err
}

// settle approves what was deployed, and gives it.
func (l *look) settle() map[string]string {
	out := map[string]string{}
	for _, folder := range l.book.Folders {
		if !slices.ContainsFunc(folder.Files, func(f baseline.File) bool { return f.Any(baseline.Off) }) {
			continue
		}
		kept := folder.Files[:0]
		for _, f := range folder.Files {
			place := l.tree.at(baseline.Join(folder.Path, f.Name))
			if f.Any(baseline.Off) && l.during(f.Since()) == deployed {
				if f.Has(baseline.Gone) {
					out[place] = ""
					continue
				}
				f.Approve()
				out[place] = f.Digest.String()
			}
			kept = append(kept, f)
		}
		folder.Files = kept
	}
	return out
}
