package source

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/key"
)

// sighting is one key at one path, in however many versions.
type sighting struct {
	what  found // which key or pattern
	path  string
	spots []spot

	anywhere time.Time // since when the key is in the repository at all; zero where no commit says it
}

// spot is one version in which a key stands at the path.
type spot struct {
	found   found
	object  oid // zero for a file of the working tree
	kind    byte
	placing placing
	way     way
	inHead  bool
	staged  bool
	file    bool
	known   bool // a commit is known that held it
}

// tell reports what was found, worst first within a path, and what was not seen.
func (l *look) tell(ctx context.Context) error {
	var sightings []*sighting
	if len(l.hits)+len(l.files) > 0 {
		h := &history{}
		if !l.vault.plain() {
			var err error
			if h, err = l.readHistory(ctx); err != nil {
				return err
			}
		}
		sightings = l.sightings(h)
		l.tellHeld(h)
	}
	type leak struct {
		key     int
		pattern string
	}
	per := map[leak]int{}
	for _, s := range sightings {
		one := leak{s.what.key, s.what.rule}
		if per[one]++; per[one] > maxPlaces && s.what.key >= 0 || per[one] > maxPatternPlaces {
			l.unseen.add(whyTooMany, s.path)
			continue
		}
		if sign, tell := l.sign(s); tell {
			if err := l.report(sign); err != nil {
				return err
			}
		}
	}
	return l.unseenGaps()
}

// maxPlaces is at how many paths a key is told of, each by itself; of a pattern each may be another key.
const (
	maxPlaces        = 200
	maxPatternPlaces = 5000
)

// sightings puts together what was found of a key at a path.
func (l *look) sightings(h *history) []*sighting {
	type identity struct {
		key           int
		pattern, path string
	}
	all := map[identity]*sighting{}
	var order []*sighting
	add := func(path string, s spot) {
		if s.found.inside != "" {
			path += "!/" + s.found.inside
		}
		path = l.safe(path)
		id := identity{s.found.key, s.found.rule, path}
		have := all[id]
		if have == nil {
			have = &sighting{what: s.found, path: path}
			all[id] = have
			order = append(order, have)
		}
		have.spots = append(have.spots, s)
	}
	ways := map[oid]way{}
	for _, id := range l.hitObjects() {
		places := h.held[id]
		if len(places) == 0 {
			places = []placing{{path: l.unplaced(h, id)}}
		}
		for _, p := range places {
			s := spot{object: id, kind: l.kinds[id], placing: p, known: p.commit != (oid{}) || l.kinds[id] == kindTag}
			lead := p.commit
			if s.kind == kindTag {
				lead = id
			}
			if _, have := ways[lead]; !have && s.known {
				ways[lead] = l.leads(h, lead)
			}
			s.way = ways[lead]
			s.inHead = slices.Contains(h.inHead[id], p.path)
			s.staged = h.staged[id] != "" && !s.known
			for _, f := range l.hits[id] {
				s.found = f
				add(cmp.Or(p.path, "commit "+id.short()), s)
			}
		}
	}
	for _, name := range l.fileNames() {
		for _, f := range l.files[name].found {
			add(name, spot{found: f, file: true, placing: placing{path: l.files[name].whole}})
		}
	}
	earliest := map[int]time.Time{}
	for _, s := range order {
		if at := s.first(); !at.IsZero() && (earliest[s.what.key].IsZero() || at.Before(earliest[s.what.key])) {
			earliest[s.what.key] = at
		}
	}
	for _, s := range order {
		s.anywhere = earliest[s.what.key]
	}
	slices.SortStableFunc(order, func(a, b *sighting) int {
		return cmp.Or(cmp.Compare(b.what.key, a.what.key), cmp.Compare(a.what.rule, b.what.rule), cmp.Compare(a.path, b.path))
	})
	return order
}

// unplaced names an object that no commit holds.
func (l *look) unplaced(h *history, id oid) string {
	if path := h.staged[id]; path != "" {
		return path
	}
	for _, t := range l.vault.tips {
		if t.id == id {
			return t.name
		}
	}
	return "object " + id.short()
}

// tellHeld says which keys the repository holds and who wrote to it.
func (l *look) tellHeld(h *history) {
	if l.config.Held == nil {
		return
	}
	keys := map[int]bool{}
	for _, list := range l.hits {
		for _, f := range list {
			keys[f.key] = f.key >= 0
		}
	}
	for i, k := range l.config.Register.Keys {
		if keys[i] {
			l.config.Held(Holding{Key: k.ID, Repository: l.target.Place, Authors: h.authors})
		}
	}
}

// safe makes a text of the repository's fit to be shown: a name can hold a key like anything else.
func (l *look) safe(text string) string {
	text = shown(text)
	if len(l.scan.own([]byte(text))) == 0 {
		return text
	}
	folder, name := filepath.Split(text)
	if len(l.scan.own([]byte(folder))) > 0 {
		folder = tillwatch.Mask(folder).String() + "/"
	}
	if len(l.scan.own([]byte(name))) > 0 || folder == "" {
		name = "••••"
	}
	if len(l.scan.own([]byte(folder+name))) > 0 {
		return "••••"
	}
	return folder + name
}

// lives says that a key may be where it was found: in a file that is not committed, at a place that the register allows,
// or in a repository that it allows by its name.
func (l *look) lives(k key.Key, s *sighting) bool {
	names := []string{"git:" + l.target.Place, "git:" + l.target.Place + "/" + s.path}
	committed := slices.ContainsFunc(s.spots, func(p spot) bool { return !p.file })
	if !committed {
		for _, p := range s.spots {
			names = append(names, p.placing.path)
		}
	}
	return slices.ContainsFunc(k.Lives, func(pattern string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return fits(pattern, name) })
	})
}

// fits says that a text is what a pattern says, in which * stands for any text.
func fits(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	if !strings.HasPrefix(text, parts[0]) {
		return false
	}
	text = text[len(parts[0]):]
	if len(parts) == 1 {
		return text == ""
	}
	for _, p := range parts[1 : len(parts)-1] {
		i := strings.Index(text, p)
		if i < 0 {
			return false
		}
		text = text[i+len(p):]
	}
	return strings.HasSuffix(text, parts[len(parts)-1])
}

// first is the earliest moment that a key is known to have been at the path. Zero where no commit says it.
func (s *sighting) first() time.Time {
	var at time.Time
	for _, p := range s.spots {
		if !p.placing.at.IsZero() && (at.IsZero() || p.placing.at.Before(at)) {
			at = p.placing.at
		}
	}
	return at
}

func (s *sighting) any(is func(spot) bool) bool { return slices.ContainsFunc(s.spots, is) }

// days counts those that have begun.
func days(from, to time.Time) int { return int(to.Sub(from).Hours()/24) + 1 }

func date(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// place is where a sign is: with the rule it is its identity.
func (l *look) place(path, id string) string {
	return fmt.Sprintf("%s: %s (%s)", l.target.Place, path, id)
}
