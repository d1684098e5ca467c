package source

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// unseen gathers what could not be looked at, by why: a repository without half its objects is one gap and not a
// million. Safe for concurrent use.
type unseen struct {
	mu    sync.Mutex
	why   map[string]*several
	order []string
}

type several struct {
	count    int
	examples []string
}

// The reasons that something inside a repository was not seen. Each is followed by how many and which.
const (
	whyMissing   = "objects that it refers to are not there: fetch all of it (git fetch --unshallow, or a clone without --filter)"
	whyDamaged   = "objects are damaged, or disappeared while they were read: git fsck names those that are damaged"
	whyLFS       = "large files that are kept elsewhere (Git LFS) are not here: git lfs fetch --all brings them"
	whySubmodule = "submodules are repositories of their own, and were not looked at: check them, too"
	whyInner     = "folders are repositories of their own: their files were looked at, and not their history; check them, too"
	whyGone      = "many files disappeared while they were read, or the folder did: look again when nothing is being put there"
	whyEmpty     = "there is no file in it"
	whyPacked    = "archives in a form that is not opened were looked at from outside only"
	whyBomb      = "archives were not looked through to the end: they are damaged, protected, or grow far too large"
	whyFile      = "files of the working tree could not be read"
	whyLink      = "links lead out of the working tree and were not followed"
	whyTooMany   = "so many places hold something that not all are told"
)

const maxExamples = 5

// add notes one thing that was not seen.
func (u *unseen) add(why, example string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.why == nil {
		u.why = map[string]*several{}
	}
	s := u.why[why]
	if s == nil {
		s = &several{}
		u.why[why] = s
		u.order = append(u.order, why)
	}
	s.count++
	if example != "" && len(s.examples) < maxExamples && !slices.Contains(s.examples, example) {
		s.examples = append(s.examples, example)
	}
}

// unseenGaps reports what could not be looked at.
func (l *look) unseenGaps() error {
	for _, why := range l.vault.unread {
		if err := l.gap(l.target.Place, why); err != nil {
			return err
		}
	}
	if l.vault.shallow {
		if err := l.gap(l.target.Place, "this is a shallow clone: what is older is not here (git fetch --unshallow brings it)"); err != nil {
			return err
		}
	}
	if l.vault.partial {
		if err := l.gap(l.target.Place, "this is a partial clone: what was left out is not here (clone it without --filter)"); err != nil {
			return err
		}
	}
	for _, why := range slices.Sorted(maps.Keys(l.unseen.why)) {
		s := l.unseen.why[why]
		slices.Sort(s.examples)
		text := fmt.Sprintf("%s (number: %d)", why, s.count)
		if len(s.examples) > 0 {
			text += ", such as " + shown(strings.Join(s.examples, ", "))
		}
		if err := l.gap(l.target.Place, text); err != nil {
			return err
		}
	}
	return nil
}

// shown makes a name fit to be printed and compared: names in repositories are any bytes.
func shown(name string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '\ufffd'
		}
		return r
	}, strings.ToValidUTF8(name, "\ufffd"))
}
