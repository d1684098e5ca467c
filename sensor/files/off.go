package files

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/files/baseline"
	"github.com/tillwatch/tillwatch/sensor/files/manifest"
)

// off is one file that is not as it should be.
type off struct {
	rule     string
	severity tillwatch.Severity
	path     string // of the file, or of a folder that is foreign as a whole
	what     string // as evidence
}

// maxSingle is how many files of one sort have a line of their own. More are told of by their folders.
const maxSingle = 20

// maxLines is the same for the first look of one that goes on. Before it was stopped it may have told of each by itself, and
// what is then told of by its folder would seem to be gone.
const maxLines = 1000

// offSigns tells of what was changed, added or removed since the baseline and outside a deployment, and settles what
// needs nobody's approval.
func (l *look) offSigns(files []*found) []tillwatch.Sign {
	if l.first {
		return nil
	}
	var list []off
	for _, f := range files {
		if f.file.Any(baseline.Off) && !f.link && !f.failed {
			if o, bad := l.off(f.path, f.file, f.by, f.outcome); bad {
				list = append(list, o)
			}
		}
	}
	list = append(list, l.missing()...)
	if l.told == nil || l.grouping && len(list) > maxLines {
		return l.signs(list)
	}
	var signs []tillwatch.Sign
	for _, o := range list { // in a look that goes on each has a line of its own: no later one must be lost in a folder's
		signs = append(signs, l.signs([]off{o})...)
	}
	return signs
}

// missing tells of what is gone.
func (l *look) missing() []off {
	var list []off
	for _, folder := range l.book.Folders {
		var dropped map[string]bool
		for i := range folder.Files {
			f := &folder.Files[i]
			if !f.Has(baseline.Gone) {
				continue
			}
			o, bad := l.off(baseline.Join(folder.Path, f.Name), f, "", outcome{})
			if bad {
				list = append(list, o)
			} else if !f.Has(baseline.Gone) {
				if dropped == nil {
					dropped = map[string]bool{}
				}
				dropped[f.Name] = true
			}
		}
		if len(dropped) > 0 {
			folder.Files = slices.DeleteFunc(folder.Files, func(f baseline.File) bool { return dropped[f.Name] })
		}
	}
	slices.SortFunc(list, func(a, b off) int { return cmp.Compare(a.path, b.path) })
	return list
}

// off says how serious it is that a file is not as approved, or settles it: by approval of what a manifest has or somebody
// approved, of what belongs to the shop's own work, and of what was deployed.
func (l *look) off(p string, f *baseline.File, by string, judged outcome) (off, bool) {
	settle := func() (off, bool) {
		if f.Has(baseline.Gone) {
			f.Flags &^= baseline.Gone
		} else {
			f.Approve()
		}
		delete(l.told, p)
		return off{}, false
	}
	if by != "" || l.config.Approved != nil && l.config.Approved(l.tree.at(p), f.Digest.String()) && !f.Has(baseline.Gone) {
		return settle()
	}
	switch l.during(f.Since()) {
	case deployed:
		return settle()
	case deploying:
		return off{}, false
	}
	class := manifest.ClassOf(p)
	switch {
	case judged.PHP:
		class = max(class, manifest.Code)
	case judged.Inert:
		class = manifest.Data
	}
	spot := manifest.SpotOf(p)
	runs := class >= manifest.Code
	if !runs && (spot == manifest.Generated || spot >= manifest.Pages && !f.Has(baseline.Differs)) {
		return settle() // pictures come and go there
	}
	if class == manifest.Code && spot == manifest.Generated && (f.Has(baseline.Gone) || l.generates(p)) {
		return settle() // a cache of compiled templates
	}
	if l.told != nil {
		if have, told := l.told[p]; told && have == f.Digest {
			return off{}, false
		}
		l.told[p] = f.Digest
	}
	o := off{path: p, severity: severityOf(class)}
	switch {
	case f.Has(baseline.Gone):
		o.rule, o.what = ruleMissing, "it was here when the baseline was made, and is gone"
		o.severity = tillwatch.Info
		if class == manifest.Control {
			o.severity = tillwatch.Medium
		} else if runs {
			o.severity = tillwatch.Low
		}
	case f.Has(baseline.Added):
		o.rule, o.what = ruleExtra, "it was not here when the baseline was made"
		if runs && spot >= manifest.Pages && !f.Has(baseline.Gone) {
			o.what = "code was put where pictures and uploads belong"
		}
	default:
		o.rule, o.what = ruleChanged, "its content is not what it was when the baseline was made"
	}
	return o, true
}

// generates says whether a folder of caches had code in it when the baseline was made.
func (l *look) generates(p string) bool {
	folder, _ := baseline.Split(p)
	for ; manifest.SpotOf(folder+"/x") == manifest.Generated; folder, _ = baseline.Split(folder) {
		have := l.book.Folders[folder]
		if have == nil {
			continue
		}
		for i := range have.Files {
			if !have.Files[i].Has(baseline.Added) && manifest.ClassOf(have.Files[i].Name) == manifest.Code {
				return true
			}
		}
	}
	return false
}

// severityOf is how serious it is that a file of a class is not as it was, by what it can do.
func severityOf(c manifest.Class) tillwatch.Severity {
	switch c {
	case manifest.Control, manifest.Code:
		return tillwatch.High
	case manifest.Template:
		return tillwatch.Medium
	case manifest.Style, manifest.Picture, manifest.Data:
	}
	return tillwatch.Low
}

// signs makes few lines of many files: one for each where they are few, or else one for each folder, as far up as it takes.
func (l *look) signs(list []off) []tillwatch.Sign {
	type sort struct {
		rule     string
		severity tillwatch.Severity
	}
	sorts := map[sort][]off{}
	for _, o := range list {
		s := sort{o.rule, o.severity}
		sorts[s] = append(sorts[s], o)
	}
	var signs []tillwatch.Sign
	for _, same := range sorts {
		for _, group := range grouped(same) {
			signs = append(signs, l.sign(group))
		}
	}
	slices.SortFunc(signs, func(a, b tillwatch.Sign) int {
		return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Place, b.Place), cmp.Compare(b.Severity, a.Severity))
	})
	return signs
}

// grouping is files that are told of in one line.
type grouping struct {
	place string
	files []off
}

// grouped puts files together by their folders, from the deepest up, until there are few groups.
func grouped(list []off) []grouping {
	key := func(o off) string { return o.path }
	for {
		at := map[string]int{}
		var groups []grouping
		deepest := 0
		for _, o := range list {
			k := key(o)
			i, have := at[k]
			if !have {
				i = len(groups)
				at[k] = i
				groups = append(groups, grouping{place: k})
				deepest = max(deepest, depth(k))
			}
			groups[i].files = append(groups[i].files, o)
		}
		if len(groups) <= maxSingle || deepest == 0 {
			return groups
		}
		limit := deepest - 1
		key = func(o off) string { return cut(o.path, limit) }
	}
}

// depth is how many folders a path names; the folder that is looked at has none.
func depth(p string) int {
	if p == "." {
		return 0
	}
	return strings.Count(p, "/") + 1
}

// cut is the part of a path that is at most so deep.
func cut(p string, limit int) string {
	for depth(p) > limit {
		p = path.Dir(p)
	}
	return p
}

// sign tells of files in one line.
func (l *look) sign(g grouping) tillwatch.Sign {
	first := g.files[0]
	s := tillwatch.Sign{
		Rule: first.rule, Severity: first.severity, Certainty: tillwatch.Likely, Place: l.tree.at(g.place), Count: 1,
		Summary: summary(g),
	}
	if l.tree.single != "" {
		s.Place = shown(l.tree.place)
	}
	for _, o := range g.files {
		if len(s.Evidence) == maxUnfollowed {
			break
		}
		s.Evidence = append(s.Evidence, tillwatch.Evidence{What: o.what, Where: l.tree.at(o.path)})
	}
	if slices.ContainsFunc(g.files, func(o off) bool { return manifest.Pays(o.path) && manifest.ClassOf(o.path) >= manifest.Template }) {
		s.Data = []string{"card"}
	}
	return s
}

func summary(g grouping) string {
	if name := path.Base(g.place); len(g.files) == 1 && g.place == g.files[0].path {
		switch g.files[0].rule {
		case ruleExtra:
			return fmt.Sprintf("%s was added since it was last approved, and nobody said that something is being deployed.", name)
		case ruleMissing:
			return fmt.Sprintf("%s was removed since it was last approved, and nobody said that something is being deployed.", name)
		}
		return fmt.Sprintf("%s was changed since it was last approved, and nobody said that something is being deployed.", name)
	}
	switch g.files[0].rule {
	case ruleExtra:
		return fmt.Sprintf("Files were added since they were last approved (number: %d), and nobody said that something is being deployed.", len(g.files))
	case ruleMissing:
		return fmt.Sprintf("Files were removed since they were last approved (number: %d), and nobody said that something is being deployed.", len(g.files))
	}
	return fmt.Sprintf("Files were changed since they were last approved (number: %d), and nobody said that something is being deployed.", len(g.files))
}
