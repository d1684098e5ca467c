package files

import (
	"bytes"
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/known"
	"github.com/tillwatch/tillwatch/sensor/files/manifest"
)

// spotSigns tells of code that lies where none belongs, whoever put it there and whenever: where customers upload to, a
// server may run what they uploaded.
func (l *look) spotSigns(files []*found) []tillwatch.Sign {
	var received, pages []off
	for _, f := range files {
		if f.by != "" || f.fetched || f.link || f.failed || f.outcome.Inert || !manifest.RunsOnServer(f.file.Name) && !f.outcome.PHP {
			continue
		}
		switch manifest.SpotOf(f.path) {
		case manifest.Received:
			received = append(received, off{rule: ruleExtra, severity: tillwatch.High, path: f.path, what: "a server may run this, and it lies where uploads belong"})
		case manifest.Pages:
			pages = append(pages, off{rule: ruleExtra, severity: tillwatch.Low, path: f.path, what: "a server may run this, and it lies where pictures or pages belong"})
		case manifest.Ordinary, manifest.Fetched, manifest.Generated:
		}
	}
	var signs []tillwatch.Sign
	for _, list := range [][]off{received, pages} {
		for _, g := range grouped(list) {
			s := l.sign(g)
			s.Summary = fmt.Sprintf("There is code where pictures and uploads belong (files: %d).", len(g.files))
			signs = append(signs, s)
		}
	}
	return signs
}

// inert says whether PHP does nothing: the file that shops put into folders so that nobody sees a list of what is there.
func inert(content []byte) bool {
	if len(content) > 4<<10 {
		return false
	}
	rest := bytes.TrimPrefix(content, []byte("\ufeff"))
	rest = bytes.TrimPrefix(bytes.TrimSpace(rest), []byte("<?php"))
	rest = bytes.TrimSuffix(bytes.TrimSpace(rest), []byte("?>"))
	for {
		rest = bytes.TrimLeft(rest, " \t\r\n;")
		switch {
		case len(rest) == 0:
			return true
		case bytes.HasPrefix(rest, []byte("//")), rest[0] == '#':
			i := bytes.IndexByte(rest, '\n')
			if i < 0 {
				return !bytes.Contains(rest, []byte("?>"))
			}
			if bytes.Contains(rest[:i], []byte("?>")) {
				return false
			}
			rest = rest[i:]
		case bytes.HasPrefix(rest, []byte("/*")):
			_, after, found := bytes.Cut(rest, []byte("*/"))
			if !found {
				return false
			}
			rest = after
		case bytes.HasPrefix(rest, []byte("exit")), bytes.HasPrefix(rest, []byte("die")):
			after := bytes.TrimPrefix(bytes.TrimPrefix(rest, []byte("exit")), []byte("die"))
			after = bytes.TrimPrefix(bytes.TrimSpace(after), []byte("()"))
			after = bytes.TrimSpace(after)
			return len(after) == 0 || after[0] == ';' && !bytes.Contains(after, []byte("<?"))
		default:
			return false
		}
	}
}

// releaseSigns tells how the files stand to the release of a platform.
func (l *look) releaseSigns() []tillwatch.Sign {
	var signs []tillwatch.Sign
	for _, in := range l.belong.installations {
		signs = append(signs, l.installation(in)...)
	}
	return signs
}

// installation tells how one copy of a platform stands to its release.
func (l *look) installation(in *manifest.Installation) []tillwatch.Sign {
	name := in.Platform.Name + " " + in.Fit.Version
	if !in.Listed {
		return nil
	}
	var patched, changed, extra, foreign, missing []off
	folders := map[string]int{}
	packaged := false
	byPath := map[string]*found{}
	for _, f := range l.files {
		byPath[f.path] = f
		packaged = packaged || strings.HasPrefix(f.by, "package ") && strings.HasPrefix(f.path, in.Root)
		if f.note == asOther && strings.HasPrefix(f.path, in.Root) {
			patched = append(patched, off{rule: ruleChanged, severity: tillwatch.Info, path: f.path, what: "as in " + f.by})
		}
	}
	for _, d := range in.Differences(l.blobs(in)) {
		here, ok := in.Here(d.Path)
		if !ok || manifest.Installed(here) {
			continue
		}
		f := byPath[here]
		switch {
		case d.Found == (known.Blob{}) && f == nil:
			if !l.belong.present[here] && !packaged {
				missing = append(missing, off{rule: ruleMissing, severity: missingSeverity(here), path: here, what: "the release has it"})
			}
		case f == nil || f.by != "" || f.failed || f.outcome.Inert:
		case d.Listed.Platform != nil:
			changed = append(changed, off{rule: ruleChanged, severity: changedSeverity(here), path: here, what: "the release has another content here"})
		default:
			if top := l.foreign(in, here); top != "" {
				if folders[top]++; folders[top] == 1 {
					foreign = append(foreign, off{rule: ruleExtra, severity: tillwatch.Info, path: top, what: "this folder is not of the release"})
				}
				continue
			}
			if s := extraSeverity(in, here); s > 0 {
				extra = append(extra, off{rule: ruleExtra, severity: s, path: here, what: "the release has no such file among its own"})
			}
		}
	}
	var signs []tillwatch.Sign
	one := func(list []off, summary string) {
		if len(list) == 0 {
			return
		}
		s := l.sign(grouping{place: strings.TrimSuffix(cmp.Or(in.Root, "./"), "/"), files: list})
		s.Summary = fmt.Sprintf(summary, name, len(list))
		if !in.Platform.Official {
			s.Certainty = tillwatch.Possible // whoever keeps the mirror could have changed something
		}
		signs = append(signs, s)
	}
	for _, same := range [][]off{changed, extra} {
		for _, severity := range []tillwatch.Severity{tillwatch.High, tillwatch.Medium, tillwatch.Low, tillwatch.Info} {
			list := slices.DeleteFunc(slices.Clone(same), func(o off) bool { return o.severity != severity })
			switch {
			case len(list) == 0:
			case severity == tillwatch.High:
				for _, s := range l.signs(list) {
					s.Summary = fmt.Sprintf("This is %s, but code of its payment part is not as released.", name)
					signs = append(signs, s)
				}
			case list[0].rule == ruleExtra:
				one(list, "This is %s, and among its own files are some that are not of it (number: %d).")
			default:
				one(list, "This is %s, but files are not as released (number: %d).")
			}
		}
	}
	one(patched, "This is %s, with files of other releases (number: %d): an update that stopped half-way, or patches put in by hand.")
	one(foreign, "This is %s, with folders that are not of the release, such as plug-ins and themes (number: %d).")
	slices.SortStableFunc(missing, func(a, b off) int { return cmp.Compare(b.severity, a.severity) })
	one(missing, "This is %s, without some of its files (number: %d).")
	return signs
}

// changedSeverity is how serious it is that a file of a release is not as released. Shops are adapted by hand; where
// customers pay somebody should know by whom.
func changedSeverity(p string) tillwatch.Severity {
	switch class := manifest.ClassOf(p); {
	case class >= manifest.Code && manifest.Pays(p):
		return tillwatch.High
	case class >= manifest.Code:
		return tillwatch.Medium
	}
	return tillwatch.Low
}

func missingSeverity(p string) tillwatch.Severity {
	if path.Base(p) == ".htaccess" && manifest.SpotOf(p) >= manifest.Pages {
		return tillwatch.Medium // it keeps the server from running what was uploaded
	}
	return tillwatch.Info
}

// extraSeverity is how serious it is that a file lies between those of a release; 0 where it is not.
func extraSeverity(in *manifest.Installation, p string) tillwatch.Severity {
	switch {
	case manifest.ClassOf(p) < manifest.Code:
		return 0
	case in.Overlaid():
		return tillwatch.Info
	case !strings.Contains(strings.TrimPrefix(p, in.Root), "/"):
		return tillwatch.Low // operators put their own into the first folder
	}
	return tillwatch.Medium
}

// foreign gives the first folder on the way to a file that no release has; empty where releases have all of them.
func (l *look) foreign(in *manifest.Installation, p string) string {
	folder := path.Dir(p)
	if in.HasFolder(folder) {
		return ""
	}
	for {
		up := path.Dir(folder)
		if up == "." || in.HasFolder(up) || len(up) < len(in.Root) {
			return folder
		}
		folder = up
	}
}

// packagedSigns tells of files that are not as the system's packages have them.
func (l *look) packagedSigns() []tillwatch.Sign {
	if l.belong.packaged == nil {
		return nil
	}
	var list []off
	for _, f := range l.files {
		if f.note == notAsIs && l.belong.packaged.Has(l.fullPath(f)) {
			list = append(list, off{rule: ruleChanged, severity: changedSeverity(f.path), path: f.path, what: "the system's package has another content here"})
		}
	}
	signs := l.signs(list)
	for i := range signs {
		signs[i].Summary = fmt.Sprintf("Files are not as the system's package has them (number: %d).", len(signs[i].Evidence))
	}
	return signs
}

// packageSigns tells of packages that no lock file lists, and of code between packages.
func (l *look) packageSigns() []tillwatch.Sign {
	folders := map[string]bool{}
	var list []off
	for _, f := range l.files {
		for _, lock := range l.belong.locks {
			foreign := lock.Foreign(f.path)
			if foreign == "" || folders[foreign] || manifest.ClassOf(f.path) < manifest.Code || f.by != "" {
				continue
			}
			folders[foreign] = true
			o := off{rule: ruleExtra, severity: tillwatch.Low, path: foreign, what: "no lock file of " + lock.Manager + " lists this package"}
			if foreign == f.path {
				o.severity, o.what = tillwatch.Medium, "it lies between the packages of "+lock.Manager+" and belongs to none"
			}
			list = append(list, o)
		}
	}
	signs := l.signs(list)
	for i := range signs {
		signs[i].Summary = fmt.Sprintf("There is code among the packages that no lock file lists (number: %d).", len(signs[i].Evidence))
	}
	return signs
}
