package known

import (
	"cmp"
	"encoding/binary"
	"iter"
	"slices"
	"strings"
)

// Kin is a published library that a script has statements in common with.
type Kin struct {
	Name    string // the library, by its npm name: "jquery"
	Version string // the release with most of them, the newest of several
	Common  int    // how many of the script's statements that release has
}

// Descent says where the statements of a script come from.
type Descent struct {
	Total   int   // statements in the script
	Kin     []Kin // every library with any of them, at its nearest release; most in common first
	Unknown []int // statements that no listed release of any library has, by their number from 0, ascending
}

// Descent looks up the statements of a script in the published libraries, by the hashes that package script gives them.
//
// A script that is mostly of one release and has a few unknown statements in one place is that release, modified there.
// Where they are everywhere it is a release that is not listed, or a build of the shop's own. Which of the two, the
// caller judges. Published statements can be put together to something else, and with some effort a statement can be
// made to have the hash of a published one: only [Data.Library] says that a script is as published.
func (d *Data) Descent(statements iter.Seq[uint64]) Descent {
	s := &d.statements
	t := make(tally, d.libraries.releases.len()+1)
	var descent Descent
	var key [keyWidth]byte
	for hash := range statements {
		binary.BigEndian.PutUint64(key[:], hash)
		if i, found := s.keys.find(key[:]); found {
			for first, last := range intervals(s.sets.at(s.setOf.number(i))) {
				t[first]++
				t[last+1]--
			}
		} else {
			descent.Unknown = append(descent.Unknown, descent.Total)
		}
		descent.Total++
	}
	t.sum()
	descent.Kin = d.libraries.kin(t)
	return descent
}

// kin gives the nearest release of every library, t being the number of statements by release.
func (l *libraries) kin(t tally) []Kin {
	var list []Kin
	for i := range l.releases.len() {
		if t[i] == 0 {
			continue
		}
		name, version, _ := strings.Cut(string(l.releases.at(i)), "\t")
		if n := len(list); n == 0 || list[n-1].Name != name {
			list = append(list, Kin{name, version, t[i]})
		} else if t[i] >= list[n-1].Common {
			list[n-1] = Kin{name, version, t[i]}
		}
	}
	slices.SortStableFunc(list, func(a, b Kin) int { return cmp.Compare(b.Common, a.Common) })
	return list
}

// statements is the list of published statements: for each hash, in order, the number of the set of releases that have
// the statement. The releases of a set are numbered as in libraries, and encoded as those of [Versions].
type statements struct {
	keys  column // hashes, big-endian
	setOf column
	sets  records
}

const (
	keyWidth = 8
	setWidth = 2
	maxSets  = 1 << (8 * setWidth)
)
