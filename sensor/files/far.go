package files

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/files/baseline"
	"github.com/tillwatch/tillwatch/sensor/files/walk"
)

// Server is another machine's files.
type Server interface {
	walk.Far
	Close() error
}

// Far opens the files that a place on another machine names, and says which path that is; one that begins with "~" is
// from the user's own folder. lost is called before anything fails for the reason that the line is broken for good.
type Far func(ctx context.Context, place string, lost func(error)) (s Server, path string, err error)

// IsFar says that a place is on another machine.
func IsFar(place string) bool {
	return len(place) > len(farScheme) && strings.EqualFold(place[:len(farScheme)], farScheme)
}

const farScheme = "sftp://"

var errNoFar = errors.New("files of other machines cannot be looked at here")

// openFar opens a folder or a file of another machine.
func openFar(ctx context.Context, place string, far Far, lost func(error)) (*tree, error) {
	if far == nil {
		return nil, errNoFar
	}
	s, name, err := far(ctx, place, lost)
	if err != nil {
		return nil, err
	}
	t, err := farTree(s, place, name)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return t, nil
}

func farTree(s Server, place, name string) (*tree, error) {
	if rest, home := strings.CutPrefix(name, "~"); home {
		own, err := s.RealPath(".")
		if err != nil {
			return nil, err
		}
		name = path.Join(own, rest)
	}
	real, err := s.RealPath(name)
	if err != nil {
		return nil, err
	}
	info, err := s.Stat(real)
	if err != nil {
		return nil, err
	}
	t := &tree{real: real, place: strings.TrimRight(place, "/"), far: s}
	t.inside = strings.Contains(real+"/", "/"+fetchedFolder+"/")
	if !info.IsDir() {
		if !info.Mode().IsRegular() {
			return nil, errors.New("it is neither a file nor a folder")
		}
		t.real, t.single = path.Split(real)
		t.inside = false
	}
	t.walk = walk.OpenFar(s, t.real)
	return t, nil
}

// server is the part of a place that names the machine.
func server(place string) string {
	host, _, _ := strings.Cut(place[len(farScheme):], "/")
	return farScheme + host
}

// same says whether the system says of a file what it said before. What no server says, when the file really changed, is
// what we noted.
func (t *tree) same(old *baseline.File, e *walk.Entry) bool {
	if t.far == nil {
		return old.Meta == e.Meta
	}
	was := old.Meta
	was.Changed = 0
	return was == e.Meta
}

// noted is what is remembered of a file that was just read. Where the time of a change is whatever somebody set, it counts
// from when we first saw it: no one can put it into a deployment that is over.
func (t *tree) noted(before, now baseline.Meta, changed bool) baseline.Meta {
	at := time.Now()
	if t.far == nil {
		if at.UnixNano()-now.Since() < int64(settling) {
			return now.Uncertain()
		}
		return now
	}
	if age := at.UnixNano() - now.Modified; age < int64(farSettling) {
		now = now.Uncertain()
	}
	if now.Changed = before.Changed; changed || now.Changed == 0 {
		now.Changed = at.Add(-noting).UnixNano()
	}
	return now
}

// noting is how long it takes to note a change: what is seen when a deployment begins was there before it.
const noting = 30 * time.Millisecond

// farSettling is settling where times are whole seconds of a clock that need not be ours.
const farSettling = time.Minute

// farPoll is how often at most another machine is gone through: it has other customers.
const farPoll = time.Minute

// maxFarLinks is of how many links it is asked where they lead: each takes the way there and back.
const maxFarLinks = 5000

// farLinked decides about a symbolic link there, as linked does here.
func (l *look) farLinked(name string) (*found, error) {
	if l.links++; l.links > maxFarLinks {
		if l.links == maxFarLinks+1 {
			return nil, l.gap(tillwatch.Gap{Place: l.tree.at(name), Why: fmt.Sprintf("there are more than %d links here: where the others lead was not asked", maxFarLinks)})
		}
		return nil, nil
	}
	full := path.Join(l.tree.real, name)
	real, err := l.tree.far.RealPath(full)
	var info fs.FileInfo
	if err == nil {
		info, err = l.tree.far.Stat(real)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // it leads nowhere
	}
	if err != nil {
		return l.blindLink(name, err)
	}
	within, inside := strings.CutPrefix(real, strings.TrimSuffix(l.tree.real, "/")+"/")
	if real == l.tree.real {
		return nil, nil
	}
	return l.decide(name, within, inside, info, real)
}

// fail is what an end of the line is for a look, where it was not the operator who ended it: a gap, or an error where the
// look was to go on, so that it is begun again soon.
func (l *look) fail(outer, inner context.Context, err error) error {
	if outer.Err() != nil || inner.Err() == nil {
		return err
	}
	cause := context.Cause(inner)
	if l.config.Follow {
		return cause
	}
	return l.report(tillwatch.Gap{Place: l.target.Place, Why: cause.Error() + "; what is remembered of the files stays as it was, and not all of them were looked at now"})
}
