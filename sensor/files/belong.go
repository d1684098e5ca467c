package files

import (
	"context"
	"crypto/md5" //nolint:gosec // what dpkg lists
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch/known"
	"github.com/tillwatch/tillwatch/sensor/files/baseline"
	"github.com/tillwatch/tillwatch/sensor/files/manifest"
	"github.com/tillwatch/tillwatch/sensor/files/walk"
)

// note is how a file stands to a manifest that has its path.
type note int

const (
	noNote   note = iota
	asListed      // it is what the manifest has there
	asOther       // it is what another release has there: an update that stopped half-way, or a patch put in by hand
	notAsIs       // it is neither
)

// belongings are what says which files belong into the folder.
type belongings struct {
	packaged      *manifest.Packaged // of the folder's own files; nil: none
	installations []*manifest.Installation
	locks         []*manifest.Packages
	blobs         map[string]known.Blob // of the files at paths that releases have, by path here
	present       map[string]bool       // every path, links too
}

const (
	maxSamples = 2000
	maxBlob    = 16 << 20 // of a file that is held against a release
)

// recognise finds out who answers for which file: the system's packages, the releases of platforms.
func (l *look) recognise(ctx context.Context) error {
	l.belong = &belongings{blobs: map[string]known.Blob{}}
	if l.tree.single != "" {
		return nil
	}
	if err := l.recognisePackaged(ctx); err != nil {
		return err
	}
	if err := l.recogniseReleases(ctx); err != nil {
		return err
	}
	return l.readLocks(ctx)
}

// packaged gathers what the system's packages have in folders.
func (s *Sensor) packaged(folders []string) *manifest.Packaged {
	p := manifest.NewPackaged(folders)
	if f, err := os.Open(filepath.Join(s.config.Dpkg, "diversions")); err == nil {
		_ = p.Diversions(f) // what cannot be read vouches for nothing
		f.Close()
	}
	lists, _ := filepath.Glob(filepath.Join(s.config.Dpkg, "info", "*.md5sums")) // the pattern is well formed
	for _, list := range lists {
		if text, err := os.ReadFile(list); err == nil {
			pkg, _, _ := strings.Cut(strings.TrimSuffix(filepath.Base(list), ".md5sums"), ":")
			p.Sums(pkg, text)
		}
	}
	if f, err := os.Open(filepath.Join(s.config.Dpkg, "status")); err == nil {
		_ = p.Status(f) // as above
		f.Close()
	}
	return p
}

func (l *look) recognisePackaged(ctx context.Context) error {
	if l.tree.far != nil || !l.mayBePackaged(l.tree.real) { // another machine has other packages
		return nil
	}
	p := l.Sensor.packaged([]string{l.tree.real})
	if p.Len() == 0 {
		return nil
	}
	l.belong.packaged = p
	return l.standPackaged(ctx, l.files)
}

// standPackaged notes how files stand to the system's packages.
func (l *look) standPackaged(ctx context.Context, files []*found) error {
	p := l.belong.packaged
	var listed []*found
	for _, f := range files {
		if !f.link && p.Has(l.fullPath(f)) {
			listed = append(listed, f)
		}
	}
	return l.eachFile(ctx, listed, maxBlob, func(f *found, read func() (walk.Content, bool)) {
		if f.unread || f.file.MD5 == nil {
			c, ok := read()
			if !ok {
				return
			}
			if c.Whole {
				sum := md5.Sum(c.Bytes) //nolint:gosec // as above
				f.file.MD5 = sum[:]
			}
		}
		if len(f.file.MD5) != md5.Size {
			return
		}
		pkg, same, setting := p.Standing(l.fullPath(f), [md5.Size]byte(f.file.MD5))
		switch {
		case same:
			f.by, f.note = "package "+pkg, asListed
		case !setting:
			f.note = notAsIs
		}
	}, nil)
}

// fullPath is a file's whole path.
func (l *look) fullPath(f *found) string {
	return filepath.Join(l.tree.real, filepath.FromSlash(f.path))
}

// mayBePackaged says whether packages of the system put files into such folders: to look into a thousand lists takes time.
func (s *Sensor) mayBePackaged(folder string) bool {
	if s.config.Dpkg != dpkgFolder {
		return true
	}
	return runtime.GOOS == "linux" && slices.ContainsFunc([]string{"/usr/", "/etc/", "/opt/", "/srv/", "/var/lib/", "/var/www/", "/lib/"}, func(top string) bool {
		return strings.HasPrefix(folder+"/", top)
	})
}

// vouchedOutside says whether what a link out of the folder leads to is the system's own: a file as its package has it, or
// a folder with only such files.
func (l *look) vouchedOutside(target string, info os.FileInfo) bool {
	if l.tree.far != nil || !l.mayBePackaged(target) {
		return false
	}
	if l.outside == nil {
		l.outside = map[string]*manifest.Packaged{}
	}
	folder := target
	if !info.IsDir() {
		folder = filepath.Dir(target)
	}
	p := l.outside[folder]
	if p == nil {
		p = l.Sensor.packaged([]string{folder})
		l.outside[folder] = p
	}
	if p.Len() == 0 {
		return false
	}
	var b walk.Buffer
	vouched := func(file string) bool {
		c, err := walk.ReadFile(file, maxBlob, &b)
		if err != nil || !c.Whole {
			return false
		}
		_, same, _ := p.Standing(file, md5.Sum(c.Bytes)) //nolint:gosec // as above
		return same
	}
	if !info.IsDir() {
		return vouched(target)
	}
	fine, files := true, 0
	err := filepath.WalkDir(target, func(name string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if files++; files > maxLinked {
			fine = false
			return filepath.SkipAll
		}
		if d.Type().IsRegular() && !vouched(name) {
			fine = false
			return filepath.SkipAll
		}
		return nil
	})
	return fine && err == nil
}

// maxLinked bounds what is read of a folder that a link leads to.
const maxLinked = 5000

// samples gives files whose contents tell what software this is: code first, and not all of one folder.
func (l *look) samples() []*found {
	byFolder := map[string]int{}
	var out []*found
	for _, limit := range []int{4, 40} {
		for _, f := range l.files {
			if len(out) == maxSamples {
				return out
			}
			n := byFolder[f.folder]
			if f.link || f.fetched || n >= limit || limit == 40 && n < 4 || !manifest.RunsOnServer(f.file.Name) && kindOf(f.file.Name) == "" {
				continue
			}
			if f.file.Size >= 200 && f.file.Size <= maxBlob {
				byFolder[f.folder]++
				out = append(out, f)
			}
		}
	}
	return out
}

func (l *look) recogniseReleases(ctx context.Context) error {
	samples := l.samples()
	if err := l.blobsOf(ctx, samples, nil); err != nil {
		return err
	}
	b := l.belong
	b.installations = manifest.Recognise(l.config.Data, func(yield func(manifest.Sample) bool) {
		for _, f := range samples {
			if len(f.file.Blob) == len(known.Blob{}) && !yield(manifest.Sample{Path: f.path, Blob: known.Blob(f.file.Blob), Size: f.file.Size}) {
				return
			}
		}
	})
	b.present = make(map[string]bool, len(l.files))
	for _, f := range l.files {
		b.present[f.path] = true
	}
	for _, in := range b.installations {
		var listed []*found
		for _, f := range l.files {
			if !f.link && in.Has(f.path) {
				listed = append(listed, f)
			}
		}
		if err := l.blobsOf(ctx, listed, in); err != nil {
			return err
		}
		in.Decide(l.blobs(in), l.claimed(in))
		if in.Real {
			l.stand(in, listed)
		}
	}
	b.installations = slices.DeleteFunc(b.installations, func(in *manifest.Installation) bool { return !in.Real })
	return nil
}

// blobs gives the files of an installation by their paths here, without those that the system's packages vouch for: where
// they differ from the release, whoever packaged it changed them.
func (l *look) blobs(in *manifest.Installation) iter.Seq2[string, known.Blob] {
	return func(yield func(string, known.Blob) bool) {
		for _, f := range l.files {
			if f.link || !strings.HasPrefix(f.path, in.Root) || strings.HasPrefix(f.by, "package ") {
				continue
			}
			blob := known.Blob{}
			copy(blob[:], f.file.Blob)
			if !yield(f.path, blob) {
				return
			}
		}
	}
}

// blobsOf reads what is not known of files' contents as releases list them. Of the forms that a transfer may have given a
// content, the one counts that a release has at the path.
func (l *look) blobsOf(ctx context.Context, files []*found, in *manifest.Installation) error {
	return l.eachFile(ctx, files, maxBlob, func(f *found, read func() (walk.Content, bool)) {
		if !f.unread && f.file.Blob != nil {
			if in == nil || has(in, f, known.Blob(f.file.Blob)) {
				return
			}
			if f.tried == in.Platform {
				return
			}
		}
		c, ok := read()
		if !ok || !c.Whole {
			return
		}
		blob := known.BlobOf(c.Bytes)
		if in != nil {
			f.tried = in.Platform
			for _, form := range manifest.Forms(c.Bytes) {
				if id := known.BlobOf(form); has(in, f, id) {
					blob = id
					break
				}
			}
		} else {
			for _, form := range manifest.Forms(c.Bytes) {
				if id := known.BlobOf(form); hasAny(l.config.Data, id) {
					blob = id
					break
				}
			}
		}
		f.file.Blob = append([]byte(nil), blob[:]...)
	}, nil)
}

func has(in *manifest.Installation, f *found, id known.Blob) bool {
	there, ok := in.There(f.path)
	if !ok {
		return false
	}
	for _, listed := range in.Platform.At(there) {
		if listed.Blob == id {
			return true
		}
	}
	return false
}

func hasAny(data *known.Data, id known.Blob) bool {
	for range data.Blob(id) {
		return true
	}
	return false
}

// claimed is the version that the files name themselves.
func (l *look) claimed(in *manifest.Installation) string {
	var b walk.Buffer
	for _, here := range in.Claims() {
		folder, name := baseline.Split(here)
		h, err := l.tree.walk.Enter(folder)
		if err != nil {
			continue
		}
		c, err := l.tree.walk.Read(h, name, 1<<20, &b)
		_ = h.Close() // it was only read from
		if err == nil {
			if version := in.Claim(here, c.Bytes); version != "" {
				return version
			}
		}
	}
	return ""
}

// stand notes how the files of an installation stand to its release.
func (l *look) stand(in *manifest.Installation, listed []*found) {
	name := in.Platform.Name + " " + in.Fit.Version
	for _, f := range listed {
		if f.by != "" || len(f.file.Blob) != len(known.Blob{}) {
			continue
		}
		there, _ := in.There(f.path)
		f.note = notAsIs
		for _, file := range in.Platform.At(there) {
			if file.Blob != known.Blob(f.file.Blob) {
				continue
			}
			f.by = name
			if f.note = asListed; !file.Versions.Has(in.Fit.Version) {
				f.note = asOther
				f.by = in.Platform.Name + " " + file.Versions.String()
			}
		}
		if f.note == notAsIs && !in.Listed {
			f.note = noNote // of a release that nobody lists a difference says nothing
		}
	}
}

// readLocks reads the lists of packages that belong.
func (l *look) readLocks(ctx context.Context) error {
	var locks []*found
	for _, f := range l.files {
		if max, ok := manifest.LockFiles(f.path); ok && !f.link && !f.fetched && f.file.Size <= max && len(locks) < maxLocks {
			locks = append(locks, f)
		}
	}
	lists := make([]*manifest.Packages, len(locks))
	index := map[*found]int{}
	for i, f := range locks {
		index[f] = i
	}
	err := l.eachFile(ctx, locks, 64<<20, func(f *found, read func() (walk.Content, bool)) {
		if c, ok := read(); ok && c.Whole {
			lists[index[f]] = manifest.ParseLock(f.path, c.Bytes)
		}
	}, nil)
	for _, list := range lists {
		if list != nil {
			l.belong.locks = append(l.belong.locks, list)
		}
	}
	return err
}

// maxLocks is how many lock files one folder has at most.
const maxLocks = 50
