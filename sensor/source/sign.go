package source

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/key"
)

// The rules.
const (
	ruleActive      = "source/key-active"
	ruleDecoy       = "source/key-decoy"
	ruleRevoked     = "source/key-revoked"
	rulePattern     = "source/pattern"
	ruleOffboarding = "source/offboarding-open"
)

// sign says what a sighting means, and whether it is to be told at all.
func (l *look) sign(s *sighting) (tillwatch.Sign, bool) {
	sign := tillwatch.Sign{Since: s.first(), Count: 1, Evidence: l.evidence(s)}
	if sign.Since.IsZero() {
		sign.Since = l.now
	}
	if s.what.key < 0 {
		l.pattern(&sign, s)
		return sign, true
	}
	k := l.config.Register.Keys[s.what.key]
	sign.Certainty = tillwatch.Certain
	sign.Place = l.place(s.path, k.ID)
	switch k.Standing(l.now) {
	case key.Decoy:
		if l.lives(k, s) || l.planted(k) || l.plantedAt(k, s) {
			return sign, false
		}
		sign.Rule, sign.Severity = ruleDecoy, tillwatch.High
		sign.Summary = fmt.Sprintf("The decoy key %s, which was put only into %s, has been copied to %s: somebody took it from there.", k.ID, k.Decoy, s.path)
	case key.Retired:
		sign.Rule, sign.Severity = ruleRevoked, tillwatch.Medium
		sign.Summary = fmt.Sprintf("The retired key %s stands in %s; it opens nothing since %s.", k.ID, s.path, date(k.Retired))
		if first := s.first(); !first.IsZero() && first.Before(k.Retired) {
			sign.Summary += fmt.Sprintf(" It was exposed from %s until then (days: %d).", date(first), days(first, k.Retired))
			sign.Data, sign.Subjects = opened(k)
			sign.Summary += opens(k)
		} else if !first.IsZero() {
			sign.Severity = tillwatch.Low
		}
	default:
		if l.lives(k, s) {
			return sign, false
		}
		l.active(&sign, s, k)
	}
	return sign, true
}

// planted says that a decoy is in the repository that it was made for.
func (l *look) planted(k key.Key) bool {
	place := strings.TrimSuffix(strings.TrimSuffix(l.target.Place, "/"), ".git")
	for _, name := range []string{l.target.Place, place, "git:" + l.target.Place, "git:" + place} {
		if fits(strings.TrimSuffix(strings.TrimSuffix(k.Decoy, "/"), ".git"), name) || fits(k.Decoy, name) {
			return true
		}
	}
	return false
}

// plantedAt says that a decoy is in the file, or below the folder, that it was made for.
func (l *look) plantedAt(k key.Key, s *sighting) bool {
	return l.vault.plain() && s.any(func(p spot) bool {
		rel, err := filepath.Rel(k.Decoy, p.placing.path)
		return err == nil && filepath.IsAbs(k.Decoy) && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
	})
}

// active says whose key it is, since when, where it went and what it opens: whoever reads it must know what to do.
func (l *look) active(sign *tillwatch.Sign, s *sighting, k key.Key) {
	sign.Rule, sign.Severity = ruleActive, tillwatch.Critical
	sign.Data, sign.Subjects = opened(k)
	first := s.first()
	committed := s.any(func(p spot) bool { return !p.file && !p.staged })
	switch {
	case l.vault.plain():
		sign.Severity = tillwatch.High
		sign.Summary = fmt.Sprintf("The active key %s stands in %s, which is not among the places where it may be.", k.ID, s.path)
	case !committed:
		sign.Severity = tillwatch.High
		sign.Summary = fmt.Sprintf("The active key %s stands in %s, which is not committed yet, and is not among the places where it may be.", k.ID, s.path)
	case first.IsZero():
		sign.Summary = fmt.Sprintf("The active key %s stands in %s; since when is not known.", k.ID, s.path)
	default:
		sign.Summary = fmt.Sprintf("The active key %s stands in %s since %s (days: %d).", k.ID, s.path, date(first), days(first, l.now))
	}
	if committed && !s.anywhere.IsZero() && (first.IsZero() || s.anywhere.Before(first)) {
		sign.Since = s.anywhere
		sign.Summary += fmt.Sprintf(" It is elsewhere in this repository since %s (days: %d).", date(s.anywhere), days(s.anywhere, l.now))
	}
	if k.Owner == "" {
		sign.Summary += " Nobody is registered as its owner."
	} else if k.Contractor != "" {
		sign.Summary += fmt.Sprintf(" Its owner is %s (%s).", k.Owner, k.Contractor)
	} else {
		sign.Summary += fmt.Sprintf(" Its owner is %s.", k.Owner)
	}
	sign.Summary += opens(k)
	if committed {
		sign.Summary += l.stands(s)
	}
}

// stands says where in the history a key is, and who can have it from there.
func (l *look) stands(s *sighting) string {
	text := ""
	switch {
	case s.any(func(p spot) bool { return p.inHead }):
		text = " It is still in HEAD."
	case s.any(func(p spot) bool { return len(p.way.refs) > 0 }):
		text = " It is no longer in HEAD, but in the history that everybody gets who clones."
	case s.any(func(p spot) bool { return len(p.way.once) > 0 || p.known }):
		text = " No branch or tag leads to it any more; whoever has its commit has the key."
	default:
		text = " No commit here holds it, but the object is there."
	}
	if l.remote {
		return text + " Whoever can read this address can read it."
	}
	for _, p := range s.spots {
		switch {
		case p.way.pushed == "":
		case p.way.at.IsZero():
			return text + fmt.Sprintf(" Whoever can read %s has it.", strings.TrimPrefix(p.way.pushed, "refs/remotes/"))
		default:
			return text + fmt.Sprintf(" Whoever can read %s has it, since %s at the latest.", strings.TrimPrefix(p.way.pushed, "refs/remotes/"), date(p.way.at))
		}
	}
	return text
}

// opened are the kinds of data behind a key, and how many people they are about.
func opened(k key.Key) (data []string, subjects tillwatch.Subjects) {
	for _, o := range k.Opens {
		for _, d := range o.Data {
			if !slices.Contains(data, d) {
				data = append(data, d)
			}
		}
		subjects.Min = max(subjects.Min, o.About) // the same people may be behind several
		subjects.Max += o.About
	}
	return data, subjects
}

func opens(k key.Key) string {
	if len(k.Opens) == 0 {
		return " What it opens is not registered."
	}
	var parts []string
	for _, o := range k.Opens {
		what := o.What
		if o.About > 0 {
			what += fmt.Sprintf(" (people: %d)", o.About)
		}
		parts = append(parts, what)
	}
	return fmt.Sprintf(" It opens: %s.", strings.Join(parts, ", "))
}

// shapes are what has the shape of each pattern.
var shapes = sync.OnceValue(func() map[string]string {
	names := map[string]string{}
	for _, r := range key.Rules() {
		names[r.ID] = r.What
	}
	return names
})

// fetched says that a file lies in a folder that a package manager fills: what is there, everybody has who fetches the package,
// and whoever published it is not this shop.
func fetched(path string) bool {
	return slices.ContainsFunc(strings.Split(path, "/"), func(part string) bool {
		return part == "node_modules" || part == "bower_components" || part == "site-packages"
	})
}

// pattern tells of a text that looks like a key and is none of the register's. Among tests and documents it is most often a
// sample, and among fetched packages somebody else's.
func (l *look) pattern(sign *tillwatch.Sign, s *sighting) {
	sign.Rule, sign.Severity, sign.Certainty = rulePattern, tillwatch.Low, tillwatch.Possible
	for _, p := range s.spots {
		if p.found.severity >= tillwatch.Medium && !key.IsExample(s.path) && !fetched(s.path) {
			sign.Severity, sign.Certainty = p.found.severity, tillwatch.Likely
		}
	}
	sign.Place = l.place(s.path, s.what.rule)
	sign.Summary = fmt.Sprintf("In %s stands what looks like a key (%s); it is none that is registered.", s.path, cmp.Or(shapes()[s.what.rule], s.what.rule))
	if first := s.first(); !first.IsZero() {
		sign.Summary += fmt.Sprintf(" It was committed on %s (days: %d).", date(first), days(first, l.now))
	}
}

// maxEvidence is how many versions of a key are named; of a pattern each place may hold another key.
const (
	maxEvidence        = 12
	maxPatternEvidence = 100
)

// evidence names the versions that hold the key, the first first. Of authors it has the name alone, because they must be
// asked; their addresses help nobody here.
func (l *look) evidence(s *sighting) []tillwatch.Evidence {
	spots := slices.Clone(s.spots)
	slices.SortStableFunc(spots, func(a, b spot) int { return a.placing.at.Compare(b.placing.at) })
	var list []tillwatch.Evidence
	seen := map[string]bool{}
	for _, p := range spots {
		e := tillwatch.Evidence{Line: p.found.line, Column: p.found.column}
		if p.found.inside == "" && (p.found.encoding == "UTF-16") {
			e.Column = 0 // counted in bytes, it would be a place that nobody finds
		}
		switch {
		case p.file && l.vault.plain():
			e.What, e.Where = "in the file", l.safe(p.placing.path)
		case p.file:
			e.What, e.Where = "in a file of the working tree", filepath.Join(l.target.Place, s.path)
		case p.staged:
			e.What, e.Where = "staged, not committed", l.where(p)
		case !p.known:
			e.What, e.Where = "in an object that no commit holds", l.where(p)
		case p.kind == kindCommit:
			e.What, e.Where = fmt.Sprintf("in the message of a commit of %s, by %s", date(p.placing.at), l.author(p.placing.author)), l.where(p)
		case p.kind == kindTag:
			e.What, e.Where = fmt.Sprintf("in a tag made on %s by %s", date(p.placing.at), l.author(p.placing.author)), l.where(p)
		case p.kind == kindTree:
			e.What, e.Where = fmt.Sprintf("in the name of a file, committed on %s by %s", date(p.placing.at), l.author(p.placing.author)), l.where(p)
		default:
			e.What, e.Where = fmt.Sprintf("committed on %s by %s", date(p.placing.at), l.author(p.placing.author)), l.where(p)
		}
		if p.kind == kindTree {
			e.Line, e.Column = 0, 0
		}
		if p.found.encoding != "" {
			e.What += ", written as " + p.found.encoding
		}
		if len(p.way.refs) > 0 {
			e.What += ", on " + l.names(p.way.refs)
		} else if len(p.way.once) > 0 {
			e.What += ", reached by the reflog of " + l.names(p.way.once)
		}
		if p.placing.taken != (oid{}) && !p.inHead {
			e.What += ", taken out again by " + p.placing.taken.short()
		}
		if key := fmt.Sprint(e); !seen[key] && (len(list) < maxEvidence || s.what.key < 0 && len(list) < maxPatternEvidence) {
			seen[key] = true
			list = append(list, e)
		}
	}
	return list
}

// where is a version as git names it: COMMIT:PATH.
func (l *look) where(p spot) string {
	if !p.known || p.kind == kindTag {
		return "object " + p.object.text(l.vault.width)
	}
	commit := p.placing.commit.text(l.vault.width)
	if p.placing.path == "" {
		return commit
	}
	path := p.placing.path
	if p.found.inside != "" {
		path += "!/" + p.found.inside
	}
	return commit + ":" + l.safe(path)
}

// author is a name as it may be shown. One that is an address is cut at its sign.
func (l *look) author(name string) string {
	name, _, _ = strings.Cut(name, "@")
	if name = l.safe(strings.TrimSpace(name)); name == "" {
		return "?"
	}
	return strings.ToValidUTF8(name[:min(len(name), 100)], "")
}

// maxRefs is how many refs are named.
const maxRefs = 4

func (l *look) names(refs []string) string {
	list := refs[:min(len(refs), maxRefs)]
	text := l.safe(strings.Join(list, ", "))
	if n := len(refs) - len(list); n > 0 {
		text += fmt.Sprintf(" and %d more", n)
	}
	return text
}

// offboarding tells of the keys that somebody who left could read and that open something still.
func (l *look) offboarding() error {
	for _, task := range l.config.Register.Open(l.now) {
		k, _ := l.config.Register.Get(task.Key)
		sign := tillwatch.Sign{
			Rule: ruleOffboarding, Severity: tillwatch.High, Certainty: tillwatch.Certain, Count: 1,
			Place: fmt.Sprintf("%s (%s)", task.Key, task.Person), Since: task.Since,
			Summary:  fmt.Sprintf("%s left on %s and could read the key %s, which is active still (days: %d).", task.Person, date(task.Since), task.Key, days(task.Since, l.now)) + opens(k),
			Evidence: []tillwatch.Evidence{{What: task.Why}},
		}
		sign.Data, sign.Subjects = opened(k)
		if err := l.report(sign); err != nil {
			return err
		}
	}
	return nil
}
