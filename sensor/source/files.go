package source

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha1" //nolint:gosec // the ids of git's objects are made with it
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// readFiles reads the working tree, what is ignored included, and git's own files, but for the objects; without a
// repository, all files there are.
func (l *look) readFiles(ctx context.Context) error {
	r := &fileReader{look: l, jobs: make(chan string, 64)}
	roots := []string{l.vault.folder}
	if l.vault.common != l.vault.folder {
		roots = append(roots, l.vault.common)
	}
	if l.remote || l.vault.plain() {
		roots = nil // a copy of ours, whose own files say nothing; or no repository
	}
	if l.vault.tree != "" {
		roots = append(roots, l.vault.tree)
	}
	for range workers() {
		r.group.Go(func() {
			for name := range r.jobs {
				r.read(name)
			}
		})
	}
	for _, root := range roots {
		r.walk(ctx, root, root == l.vault.tree)
	}
	close(r.jobs)
	r.group.Wait()
	if r.vault.plain() && ctx.Err() == nil {
		r.whole()
	}
	return ctx.Err()
}

// fileReader reads files on several goroutines.
type fileReader struct {
	*look
	jobs  chan string
	group sync.WaitGroup
	mu    sync.Mutex
	count int
	gone  atomic.Int64 // files that were removed before they could be read
}

// whole notes that there was next to nothing to read: files come and go in every shop, but not many at once, and not all.
func (r *fileReader) whole() {
	const few = 10
	gone := int(r.gone.Load())
	_, err := os.Stat(r.vault.tree)
	switch {
	case err != nil, gone > few && gone*100 > r.count:
		r.unseen.add(whyGone, "")
	case r.count == 0:
		r.unseen.add(whyEmpty, "")
	}
}

// maxFiles bounds a working tree.
const maxFiles = 3_000_000

// walk hands on the files of a folder. Links are not followed: what they lead to within the tree is met there.
func (r *fileReader) walk(ctx context.Context, root string, tree bool) {
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			if !errors.Is(err, fs.ErrNotExist) {
				r.unseen.add(whyFile, r.name(name))
			}
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		switch {
		case d.IsDir() && name != root && tree && r.nested(name, d.Name()):
			return filepath.SkipDir
		case d.IsDir() && !tree && (name == filepath.Join(root, "objects") || name == filepath.Join(root, "modules") || name == filepath.Join(root, "reftable")):
			if filepath.Base(name) == "modules" {
				r.unseen.add(whySubmodule, r.name(name))
			}
			return filepath.SkipDir
		case tree && name == filepath.Join(root, ".git"):
			return nil
		case d.Type()&fs.ModeSymlink != 0 && tree:
			r.link(name)
		case d.Type().IsRegular():
			if r.count++; r.count > maxFiles {
				r.unseen.add(whyTooMany, "")
				return filepath.SkipAll
			}
			r.jobs <- name
		}
		return nil
	})
	if err != nil && ctx.Err() == nil {
		r.unseen.add(whyFile, r.name(root))
	}
}

// nested says that a folder is git's own, or belongs to another repository.
func (r *fileReader) nested(name, base string) bool {
	if base == ".git" {
		return true
	}
	if _, err := os.Lstat(filepath.Join(name, ".git")); err != nil {
		return false
	}
	if r.vault.plain() {
		r.unseen.add(whyInner, r.name(name))
		return false
	}
	r.unseen.add(whySubmodule, r.name(name))
	return true
}

// link notes links out of a repository's tree. Those that lead nowhere, or round and round, lead to nothing that could be
// read; and a plain folder ends where its links leave it, as it does for the look at what its files do: Debian's packages of
// shops are full of links to libraries that other packages bring.
func (r *fileReader) link(name string) {
	if r.vault.plain() {
		return
	}
	target, err := filepath.EvalSymlinks(name)
	if err != nil {
		return
	}
	tree, err := filepath.EvalSymlinks(r.vault.tree)
	if err != nil {
		return
	}
	if rel, err := filepath.Rel(tree, target); err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		r.unseen.add(whyLink, r.name(name))
	}
}

// name is a file's name as it is told of: in the working tree, or in the repository.
func (l *look) name(file string) string {
	for _, root := range []string{l.vault.folder, l.vault.common, l.vault.tree} {
		if root == "" {
			continue
		}
		if file == root {
			return l.safe(filepath.Base(file))
		}
		if rel, err := filepath.Rel(root, file); err == nil && rel != ".." && !strings.HasPrefix(rel, "../") {
			if root != l.vault.tree && l.vault.tree != "" {
				rel = filepath.Join(".git", rel)
			}
			return l.safe(filepath.ToSlash(rel))
		}
	}
	return l.safe(file)
}

// read looks through one file, but not where it is as it was when it was seen to hold nothing, or has the content of an
// object.
func (r *fileReader) read(name string) {
	f, err := openFile(name)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			r.gone.Add(1)
		} else {
			r.unseen.add(whyFile, r.name(name))
		}
		return
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		r.unseen.add(whyFile, r.name(name))
		return
	}
	known := standing(name, info)
	if r.memory.files[known] {
		r.clean(known)
		return
	}
	var h held
	var result outcome
	if info.Size() <= maxWhole {
		var data bytes.Buffer
		if _, err := data.ReadFrom(io.LimitReader(f, maxWhole+1)); err != nil || data.Len() > maxWhole {
			r.unseen.add(whyFile, r.name(name))
			return
		}
		if id := blobID(data.Bytes(), r.vault.width); r.all.has(id[:]) {
			h.blob = id
			result.found = r.hits[id] // no object is read any more
			if len(result.found) == 0 {
				r.clean(known)
				return
			}
		} else {
			result = r.scan.content(data.Bytes())
		}
	} else if result, err = r.scan.stream(f); err != nil {
		r.unseen.add(whyFile, r.name(name))
		return
	}
	for _, why := range result.unseen {
		r.unseen.add(why, r.name(name))
	}
	if len(result.found) == 0 {
		if len(result.unseen) == 0 && h.blob == (oid{}) {
			r.clean(known)
		}
		return
	}
	h.found, h.whole = result.found, name
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.files) >= maxHitObjects {
		r.unseen.add(whyTooMany, r.name(name))
		return
	}
	r.files[r.name(name)] = &h
}

func (r *fileReader) clean(d digest) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.memory.newFiles[d] = true
}

// standing names a file as it is: whatever writes to it changes the times that the system keeps.
func standing(name string, info fs.FileInfo) digest {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d %d %s", name, info.Size(), info.ModTime().UnixNano(), changed(info)))
	return digest(sum[:])
}

// blobID is the id that a content has as an object.
func blobID(data []byte, width int) (id oid) {
	var h hash.Hash = sha1.New() //nolint:gosec // see above
	if width == 32 {
		h = sha256.New()
	}
	fmt.Fprintf(h, "blob %d\x00", len(data))
	h.Write(data)
	h.Sum(id[:0])
	return id
}

// fileNames are those of the files with hits, sorted.
func (l *look) fileNames() []string {
	names := make([]string, 0, len(l.files))
	for name := range l.files {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Compare(a, b) })
	return names
}
