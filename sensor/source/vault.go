package source

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// vault is where a repository keeps its objects and refs, and the empty repository of ours that git reads them through.
type vault struct {
	place  string // the folder that was named
	folder string // with HEAD and the index
	common string // with objects and refs: the same, but for a linked working tree
	tree   string // the working tree, or the files that are in no repository; empty where there is none
	own    string // our repository
	width  int    // of an id in bytes

	tips    []tip
	head    oid // zero where HEAD leads nowhere
	shallow bool
	partial bool
	unread  []string // parts of the repository that cannot be read, in words
}

// plainFiles stands for files that no repository keeps: a folder, or one file.
func plainFiles(place string) (*vault, error) {
	info, err := os.Stat(place)
	if err == nil && !info.IsDir() && !info.Mode().IsRegular() {
		return nil, errors.New("it is neither a file nor a folder")
	}
	tree := ""
	if err == nil {
		tree, err = filepath.EvalSymlinks(place) // "current" leads to the newest release
	}
	if err == nil {
		tree, err = filepath.Abs(tree)
	}
	if err != nil {
		return nil, errors.New("it cannot be opened: " + reason(err))
	}
	return &vault{place: place, tree: tree, width: 20}, nil
}

// plain says that there is no repository.
func (v *vault) plain() bool { return v.common == "" }

// tip is something that leads to objects.
type tip struct {
	name   string // "refs/heads/main", "HEAD"
	id     oid
	at     time.Time // when it was made to lead there, where a reflog says so
	reflog bool      // it led there once
}

func (t tip) remote() bool { return strings.HasPrefix(t.name, "refs/remotes/") }

var sha256Format = regexp.MustCompile(`(?im)^\s*objectformat\s*=\s*"?sha256`)

// openVault finds the parts of a repository. The error is in words for the operator.
func openVault(place, work string) (*vault, error) {
	v := &vault{place: place, width: 20}
	var err error
	if v.folder, v.tree, err = gitFolder(place); err != nil {
		return nil, err
	}
	v.common = v.folder
	if text, err := readSmall(filepath.Join(v.folder, "commondir")); err == nil {
		v.common = below(v.folder, strings.TrimSpace(string(text)))
	}
	if info, err := os.Stat(filepath.Join(v.common, "objects")); err != nil || !info.IsDir() {
		return nil, errNoRepository
	}
	config, err := readSmall(filepath.Join(v.common, "config"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		v.unread = append(v.unread, "its configuration cannot be read, and so not whether all of it is there: "+reason(err))
	}
	if sha256Format.Match(config) {
		v.width = 32
	}
	promised, _ := filepath.Glob(filepath.Join(escapeGlob(v.common), "objects", "pack", "*.promisor")) // the pattern is well formed
	lower := bytes.ToLower(config)
	v.partial = len(promised) > 0 || bytes.Contains(lower, []byte("partialclone")) || bytes.Contains(lower, []byte("promisor"))
	if !v.ordinary() {
		return nil, errors.New("where its objects should be there is something that is no file, and nothing was looked at: git would wait for it")
	}
	v.readRefs()
	v.checkPacks()
	return v, v.makeOwn(work)
}

var errNoRepository = errors.New("this is no git repository")

// gitFolder finds the folder in which git keeps its own files, and the working tree that belongs to it.
func gitFolder(place string) (folder, tree string, err error) {
	info, err := os.Stat(place)
	if err != nil {
		return "", "", errors.New("it cannot be opened: " + reason(err))
	}
	if !info.IsDir() {
		return "", "", errNoRepository
	}
	if place, err = filepath.Abs(place); err != nil {
		return "", "", errNoRepository
	}
	inside := filepath.Join(place, ".git")
	info, err = os.Stat(inside)
	switch {
	case err == nil && info.IsDir():
		return inside, place, nil
	case err == nil: // a linked working tree, or a submodule
		text, err := readSmall(inside)
		to, found := strings.CutPrefix(strings.TrimSpace(string(text)), "gitdir: ")
		if err != nil || !found {
			return "", "", errNoRepository
		}
		return below(place, to), place, nil
	}
	if filepath.Base(place) == ".git" {
		return place, filepath.Dir(place), nil
	}
	return place, "", nil
}

// makeOwn makes the empty repository. Its configuration is all that git reads.
func (v *vault) makeOwn(work string) error {
	v.own = filepath.Join(work, "own")
	config := "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
	if v.width == 32 {
		config = "[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectformat = sha256\n"
	}
	err := errors.Join(
		os.MkdirAll(filepath.Join(v.own, "refs", "heads"), 0o700), os.Mkdir(filepath.Join(v.own, "objects"), 0o700),
		os.WriteFile(filepath.Join(v.own, "HEAD"), []byte("ref: refs/heads/none\n"), 0o600),
		os.WriteFile(filepath.Join(v.own, "config"), []byte(config), 0o600))
	if list, readErr := readSmall(filepath.Join(v.common, "shallow")); readErr == nil && len(bytes.TrimSpace(list)) > 0 {
		v.shallow = true
		err = errors.Join(err, os.WriteFile(filepath.Join(v.own, "shallow"), list, 0o600))
	}
	if err != nil {
		return errors.New("there is no room for temporary files: " + reason(err))
	}
	return nil
}

// readRefs reads what leads to objects: refs, the heads of all working trees, and where each of them led before.
func (v *vault) readRefs() {
	if _, err := os.Stat(filepath.Join(v.common, "reftable")); err == nil {
		v.unread = append(v.unread, "its refs are kept in a form that is not read (reftable): which commits they lead to is not known")
	}
	packed := map[string]oid{}
	if text, err := readSmall(filepath.Join(v.common, "packed-refs")); err == nil {
		for line := range bytes.Lines(text) {
			id, name, found := strings.Cut(strings.TrimSpace(string(line)), " ")
			if parsed, ok := parseOID([]byte(id)); found && ok {
				packed[name] = parsed
			}
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		v.unread = append(v.unread, "its refs cannot be read: "+reason(err))
	}
	v.each("refs", func(name string, text []byte) {
		if id, ok := parseOID(bytes.TrimSpace(text)); ok {
			packed[name] = id
		}
	})
	for name, id := range packed {
		v.tips = append(v.tips, tip{name: name, id: id})
	}
	heads := []string{v.folder}
	if list, err := filepath.Glob(filepath.Join(escapeGlob(v.common), "worktrees", "*")); err == nil {
		heads = append(heads, list...)
	}
	for _, folder := range append(heads, v.common) {
		for _, name := range []string{"HEAD", "ORIG_HEAD", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REBASE_HEAD"} {
			text, _ := readSmall(filepath.Join(folder, name)) // most of them are not there
			text = bytes.TrimSpace(text)
			id, ok := parseOID(text)
			if to, found := bytes.CutPrefix(text, []byte("ref: ")); found {
				id, ok = packed[string(to)]
			}
			if ok {
				v.tips = append(v.tips, tip{name: name, id: id})
			}
			if ok && folder == v.folder && name == "HEAD" {
				v.head = id
			}
		}
		if text, err := readSmall(filepath.Join(folder, "logs", "HEAD")); err == nil {
			v.readReflog("HEAD", text)
		}
	}
	v.each("logs/refs", func(name string, text []byte) { v.readReflog(strings.TrimPrefix(name, "logs/"), text) })
	slices.SortFunc(v.tips, func(a, b tip) int {
		return cmp.Or(cmp.Compare(a.name, b.name), a.at.Compare(b.at), slices.Compare(a.id[:], b.id[:]))
	})
	v.tips = slices.Compact(v.tips)
}

// maxTips bounds how many places, old ones included, are taken for ways to an object.
const maxTips = 500_000

// readReflog reads one reflog: old id, new id, who, when, and why behind a tab.
func (v *vault) readReflog(name string, text []byte) {
	for line := range bytes.Lines(text) {
		entry, _, _ := bytes.Cut(line, []byte("\t"))
		fields := bytes.Fields(entry)
		if len(fields) < 4 || len(v.tips) > maxTips {
			continue
		}
		var at time.Time
		if seconds, err := strconv.ParseInt(string(fields[len(fields)-2]), 10, 64); err == nil {
			at = time.Unix(seconds, 0)
		}
		for i, when := range []time.Time{{}, at} {
			if id, ok := parseOID(fields[i]); ok && id != (oid{}) {
				v.tips = append(v.tips, tip{name: name, id: id, at: when, reflog: true})
			}
		}
	}
}

// each hands on every file below a folder of the repository's. Links are not followed.
func (v *vault) each(folder string, do func(name string, text []byte)) {
	root := filepath.Join(v.common, folder)
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !d.Type().IsRegular() {
			return nil
		}
		text, err := readSmall(name)
		if err != nil {
			return err
		}
		within, err := filepath.Rel(v.common, name)
		do(filepath.ToSlash(within), text)
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		v.unread = append(v.unread, "its refs cannot be read: "+reason(err))
	}
}

// ordinary says that there are only files and folders where git looks for objects: it waits without end for a pipe.
func (v *vault) ordinary() bool {
	objects := filepath.Join(v.common, "objects")
	folders, err := os.ReadDir(objects)
	if err != nil {
		return true // told of when git reads them
	}
	for _, folder := range folders {
		entries, err := os.ReadDir(filepath.Join(objects, folder.Name()))
		if err != nil && !folder.IsDir() {
			entries = []fs.DirEntry{folder}
		}
		for _, e := range entries {
			mode := e.Type()
			if mode&fs.ModeSymlink != 0 {
				if info, err := os.Stat(filepath.Join(objects, folder.Name(), e.Name())); err == nil {
					mode = info.Mode().Type()
				}
			}
			if mode&(fs.ModeNamedPipe|fs.ModeDevice|fs.ModeCharDevice|fs.ModeSocket) != 0 {
				return false
			}
		}
	}
	return true
}

// checkPacks looks for packs that git passes over without a word: those whose index is gone.
func (v *vault) checkPacks() {
	entries, err := os.ReadDir(filepath.Join(v.common, "objects", "pack"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		v.unread = append(v.unread, "its packs cannot be read: "+reason(err))
	}
	for _, e := range entries {
		name, isPack := strings.CutSuffix(e.Name(), ".pack")
		if !isPack || !strings.HasPrefix(name, "pack-") {
			continue
		}
		if _, err := os.Stat(filepath.Join(v.common, "objects", "pack", name+".idx")); err != nil {
			v.unread = append(v.unread, "a pack of objects has no index, and none of it was read: git index-pack makes a new one")
			return
		}
	}
}

// maxSmall bounds the files that are read whole.
const maxSmall = 64 << 20

// readSmall reads a file of the repository's own, and never waits for a device.
func readSmall(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxSmall {
		return nil, errors.New("it is no ordinary file, or far too large")
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var text bytes.Buffer
	_, err = bufio.NewReader(f).WriteTo(&text)
	return text.Bytes(), err
}

func below(folder, name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(folder, name)
}

var globSigns = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`)

func escapeGlob(name string) string { return globSigns.Replace(name) }

// reason is what went wrong, without the name of the file: that is the place of the gap.
func reason(err error) string {
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}
