package files

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/known"
	"github.com/tillwatch/tillwatch/sensor/files/baseline"
	"github.com/tillwatch/tillwatch/sensor/files/manifest"
	"github.com/tillwatch/tillwatch/sensor/files/walk"
)

// found is one file of a look.
type found struct {
	file    *baseline.File
	folder  string // that it lies in, with slashes
	path    string // with slashes, from the folder that is looked at
	place   string // as it is told of
	kind    kind
	fetched bool   // by a package manager
	link    bool   // path is a link to a file within the folder, met under its own name too
	opened  string // what a link leads to
	fresh   bool   // nothing was remembered of it
	unread  bool   // it must be read: the system says that it may have changed, or nothing is known of it

	by    string          // who answers for the content: a release or a package; empty: nobody
	tried *known.Platform // whose forms of the content were tried
	note  note            // how it stands to a manifest that has its path

	outcome  outcome
	content  []byte // kept where the file is to be kept as evidence
	why      string // why it could not be looked at, or not all of it
	failed   bool   // it could not be read
	vanished bool   // it is not there any more
}

// openAndList loads what is remembered of the folder while the folder is gone through, and holds the two against each other.
func (l *look) openAndList(ctx context.Context) error {
	if l.tree.single != "" {
		if err := l.open(); err != nil {
			return err
		}
		return l.alone()
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var folders []walk.Folder
	var failed error
	done := make(chan struct{})
	go func() {
		defer close(done)
		folders, failed = l.walk(ctx)
	}()
	err := l.open()
	if err != nil {
		stop()
	}
	<-done
	if err := errors.Join(err, failed); err != nil {
		return err
	}
	return l.hold(folders)
}

func (l *look) walk(ctx context.Context) ([]walk.Folder, error) {
	return l.tree.walk.Walk(ctx, walk.Bounds{Depth: maxDepth, Files: maxFiles, Skip: skipped})
}

// hold holds what there is against what is remembered.
func (l *look) hold(folders []walk.Folder) error {
	l.links, l.files = 0, nil
	if !l.sparing {
		l.files = make([]*found, 0, l.book.Len())
	}
	remembered, met := len(l.book.Folders), 0
	for i := range folders {
		if l.book.Folders[folders[i].Path] != nil {
			met++
		}
		files, err := l.merge(&folders[i])
		if err != nil {
			return err
		}
		l.files = append(l.files, files...)
	}
	if met < remembered {
		l.abandonUnmet(folders)
	}
	return nil
}

// abandonUnmet notes that what is remembered of folders that were not met is gone, unless it is not known what lies there.
func (l *look) abandonUnmet(folders []walk.Folder) {
	met := make(map[string]bool, len(folders))
	var blind []string // folders of which it is not known what lies below
	for i := range folders {
		met[folders[i].Path] = true
		if folders[i].Err != nil && !errors.Is(folders[i].Err, os.ErrNotExist) {
			blind = append(blind, folders[i].Path)
		}
	}
	for _, above := range blind {
		for path := range l.book.Folders {
			met[path] = met[path] || above == "." || strings.HasPrefix(path, above+"/")
		}
	}
	l.abandon(met, ".")
}

// abandon notes that what is remembered of folders below one is gone, but for those that were met.
func (l *look) abandon(met map[string]bool, below string) {
	now := time.Now().UnixNano()
	for path, folder := range l.book.Folders {
		if met[path] || below != "." && path != below && !strings.HasPrefix(path, below+"/") {
			continue
		}
		kept := folder.Files[:0]
		for _, f := range folder.Files {
			if f.Vanish(now) {
				kept = append(kept, f)
			}
		}
		if folder.Files = kept; len(kept) == 0 {
			delete(l.book.Folders, path)
		}
	}
}

// merge brings what is remembered of one folder to what is there, and gives the files that are.
func (l *look) merge(seen *walk.Folder) ([]*found, error) {
	if seen.Err != nil {
		if err := l.unreadable(seen); err != nil {
			return nil, err
		}
	}
	before := l.book.Folders[seen.Path]
	if before == nil {
		before = &baseline.Folder{}
	}
	if l.sparing && l.unchanged(before, seen) {
		return nil, nil
	}
	now := time.Now().UnixNano()
	after := &baseline.Folder{Path: seen.Path, Files: make([]baseline.File, 0, len(seen.Entries))}
	files := make([]found, 0, len(seen.Entries))
	i := 0
	missing := func(f baseline.File) {
		if seen.Err == nil && !f.Vanish(now) {
			return
		}
		after.Files = append(after.Files, f)
	}
	var links []string
	for _, e := range seen.Entries {
		if e.Kind == walk.Link {
			links = append(links, e.Name)
		}
		if e.Kind != walk.Regular {
			continue
		}
		for i < len(before.Files) && before.Files[i].Name < e.Name {
			missing(before.Files[i])
			i++
		}
		f := found{folder: seen.Path, path: baseline.Join(seen.Path, e.Name), kind: kindOf(e.Name)}
		f.fetched = l.fetched(f.path)
		if i < len(before.Files) && before.Files[i].Name == e.Name {
			old := before.Files[i]
			i++
			f.unread = l.full || old.Has(baseline.Gone) || !l.tree.same(&old, &e) || !old.Certain() || old.Digest == (baseline.Digest{})
			after.Files = append(after.Files, old)
		} else {
			f.fresh, f.unread = true, true
			after.Files = append(after.Files, baseline.File{Name: e.Name, Meta: e.Meta})
		}
		files = append(files, f)
	}
	for ; i < len(before.Files); i++ {
		missing(before.Files[i])
	}
	if len(after.Files) > 0 {
		l.book.Folders[seen.Path] = after
	} else {
		delete(l.book.Folders, seen.Path)
	}
	out := make([]*found, 0, len(files))
	at, place := 0, l.tree.within(seen.Path)
	for j := range files {
		_, name := baseline.Split(files[j].path)
		for after.Files[at].Name != name {
			at++
		}
		files[j].file, files[j].place = &after.Files[at], place+shown(name)
		out = append(out, &files[j])
	}
	for _, name := range links {
		linked, err := l.linked(baseline.Join(seen.Path, name))
		if err != nil {
			return nil, err
		}
		if linked != nil {
			out = append(out, linked)
		}
	}
	return out, nil
}

// unchanged says that there is nothing to do about a folder: each file is there, as approved, and as the system said of it
// before, and there are no others.
func (l *look) unchanged(before *baseline.Folder, seen *walk.Folder) bool {
	if seen.Err != nil || l.full {
		return false
	}
	i := 0
	for j := range seen.Entries {
		e := &seen.Entries[j]
		switch e.Kind {
		case walk.Link:
			return false
		case walk.Regular:
			if i == len(before.Files) {
				return false
			}
			f := &before.Files[i]
			if f.Name != e.Name || f.Any(baseline.Off) || !f.Certain() || f.Digest == (baseline.Digest{}) || !l.tree.same(f, e) {
				return false
			}
			i++
		}
	}
	return i == len(before.Files)
}

func (l *look) unreadable(seen *walk.Folder) error {
	place := l.tree.at(seen.Path)
	switch {
	case errors.Is(seen.Err, walk.ErrDeep):
		return l.gap(tillwatch.Gap{Place: place, Why: "folders are nested too deeply here: what is further down was not looked at"})
	case errors.Is(seen.Err, walk.ErrMany):
		return l.gap(tillwatch.Gap{Place: place, Why: "there are more than 2,000,000 files here: the others were not looked at; name smaller folders"})
	case errors.Is(seen.Err, os.ErrNotExist):
		return nil // it vanished meanwhile; if it did not, its parent will have it again
	}
	return l.gap(tillwatch.Gap{Place: place, Why: "the folder cannot be read: " + reason(seen.Err)})
}

// fetched says whether a package manager put a file there. Where the operator named such a folder, it is what is meant.
func (l *look) fetched(path string) bool {
	if l.tree.inside {
		return false
	}
	return strings.HasPrefix(path, fetchedFolder+"/") || strings.Contains(path, "/"+fetchedFolder+"/")
}

// linked decides about a symbolic link. What it leads to within the tree is met there, but perhaps under a name that does
// not say what it is; what lies outside is not ours to follow, and is told of where it could be code, unless the system's
// packages have it.
func (l *look) linked(path string) (*found, error) {
	if l.tree.far != nil {
		return l.farLinked(path)
	}
	full := filepath.Join(l.tree.real, filepath.FromSlash(path))
	target, err := filepath.EvalSymlinks(full)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil // it leads nowhere
	}
	var info os.FileInfo
	if err == nil {
		info, err = os.Stat(target)
	}
	if err != nil {
		return l.blindLink(path, err)
	}
	within, err := filepath.Rel(l.tree.real, target)
	inside := err == nil && within != ".." && !strings.HasPrefix(within, ".."+string(filepath.Separator))
	return l.decide(path, within, inside, info, target)
}

// blindLink tells of a link that leads to what cannot be seen, where it could be code.
func (l *look) blindLink(path string, err error) (*found, error) {
	if kindOf(path) == "" {
		return nil, nil
	}
	return nil, l.gap(tillwatch.Gap{Place: l.tree.at(path), Why: "where this link leads cannot be seen: " + reason(err)})
}

// decide says what is to be done about a link that leads to a place in the tree, or out of it.
func (l *look) decide(path, within string, inside bool, info os.FileInfo, target string) (*found, error) {
	if !inside {
		matters := info.IsDir() || info.Mode().IsRegular() && (kindOf(path) != "" || manifest.ClassOf(path) >= manifest.Template)
		if !matters || l.vouchedOutside(target, info) {
			return nil, nil
		}
		return nil, l.gap(tillwatch.Gap{Place: l.tree.at(path), Why: "this link leads out of the folder and was not followed: name where it leads as well"})
	}
	if info.Mode().IsRegular() && kindOf(path) != "" && kindOf(path) != kindOf(within) {
		folder, name := baseline.Split(path)
		return &found{
			file: &baseline.File{Name: name}, folder: folder, path: path, place: l.tree.at(path), kind: kindOf(path),
			fetched: l.fetched(path), link: true, unread: true, opened: within,
		}, nil
	}
	return nil, nil
}

// alone lists the one file that was named.
func (l *look) alone() error {
	k := kindOf(l.tree.single)
	if k == "" {
		k = kindOfContent(l.tree.head(l.tree.single))
	}
	folder := l.book.Folder(".")
	file, fresh := folder.Put(l.tree.single)
	l.files = []*found{{file: file, folder: ".", path: l.tree.single, place: shown(l.tree.place), kind: k, fresh: fresh, unread: true}}
	return nil
}
