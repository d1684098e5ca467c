// Package baseline remembers the files of a folder between looks: what the system said of each, its digest, and which
// content was approved. It is pure: it is handed what a walk saw and gives bytes to be stored, some 70 for each file.
package baseline

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// Digest is a SHA-256.
type Digest [sha256.Size]byte

func (d Digest) String() string { return "sha256:" + hex.EncodeToString(d[:]) }

// ParseDigest reads what String writes.
func ParseDigest(text string) (Digest, bool) {
	var d Digest
	sum, err := hex.DecodeString(strings.TrimPrefix(text, "sha256:"))
	if err != nil || len(sum) != len(d) || !strings.HasPrefix(text, "sha256:") {
		return d, false
	}
	return Digest(sum), true
}

// Meta is what the system says of a file without its being read. Times are in nanoseconds since 1970.
type Meta struct {
	Size, Modified, Changed int64 // Changed is when content or attributes last changed; nobody but root can set it
	Inode                   uint64
}

// Uncertain makes m one that nothing equals: the file is read again at the next look.
func (m Meta) Uncertain() Meta { m.Inode = nowhere; return m }

// Certain says that an equal Meta at a later look means an unchanged file.
func (m Meta) Certain() bool { return m.Inode != nowhere }

// nowhere is no file's inode.
const nowhere = 1<<64 - 1

// Since is when the file last changed, as far as the system says.
func (m Meta) Since() int64 {
	if m.Changed == 0 {
		return m.Modified
	}
	return m.Changed
}

// Flags say how a file stands to what was approved.
type Flags uint8

// The flags.
const (
	Added   Flags = 1 << iota // it was not there when the baseline was made
	Differs                   // its content is not the approved one
	Gone                      // the baseline has it, and it is not there
	Judged                    // nothing is to be said of its content
	Sampled                   // it is so large that the digest is of its size, its beginning and its end

	stored = Added | Differs | Gone | Judged | Sampled
)

// Off are the flags that say that a file is not as approved.
const Off = Added | Differs | Gone

// File is one file of a folder.
type File struct {
	Name string
	Meta
	Digest   Digest // of the content last read; of a file that is gone, the approved one
	Approved Digest // where it differs
	Blob     []byte // git's id, where a list of releases has the path; nil: not known
	MD5      []byte // where a package manager's list has the path; nil: not known
	Flags
}

// Has says whether all of some flags are set.
func (f *File) Has(some Flags) bool { return f.Flags&some == some }

// Any says whether one of some flags is set.
func (f *File) Any(some Flags) bool { return f.Flags&some != 0 }

// Changed notes another content. It is as approved again where it is the approved one.
func (f *File) Changed(to Digest) {
	if f.Digest == to && !f.Has(Gone) {
		return
	}
	was := f.Digest
	f.Flags &^= Judged | Sampled
	f.Blob, f.MD5 = nil, nil
	switch {
	case f.Has(Gone):
		f.Flags &^= Gone
		if was != to {
			f.Flags |= Differs
			f.Approved = was
		}
	case f.Has(Added):
	case f.Has(Differs) && f.Approved == to:
		f.Flags &^= Differs
		f.Approved = Digest{}
	case !f.Has(Differs):
		f.Flags |= Differs
		f.Approved = was
	}
	f.Digest = to
}

// Approve makes the content as it is the approved one.
func (f *File) Approve() {
	f.Flags &^= Added | Differs
	f.Approved = Digest{}
}

// Vanish notes that the file was found missing at a time. It says whether anything is to be remembered of it.
func (f *File) Vanish(at int64) bool {
	if f.Has(Gone) {
		return true
	}
	if f.Has(Added) || f.Digest == (Digest{}) { // or it was never read
		return false
	}
	if f.Has(Differs) {
		f.Digest = f.Approved
	}
	*f = File{Name: f.Name, Digest: f.Digest, Flags: Gone, Meta: Meta{Changed: at}}
	return true
}

// Folder is the files that lie directly in one folder, by name.
type Folder struct {
	Path  string // with slashes, from the folder that is looked at; "." for that itself
	Files []File
}

// Find gives the file of that name, nil where there is none.
func (f *Folder) Find(name string) *File {
	i, found := slices.BinarySearchFunc(f.Files, name, func(file File, name string) int { return cmp.Compare(file.Name, name) })
	if !found {
		return nil
	}
	return &f.Files[i]
}

// Put gives the file of that name, made where there is none.
func (f *Folder) Put(name string) (file *File, fresh bool) {
	i, found := slices.BinarySearchFunc(f.Files, name, func(file File, name string) int { return cmp.Compare(file.Name, name) })
	if !found {
		f.Files = slices.Insert(f.Files, i, File{Name: name})
	}
	return &f.Files[i], !found
}

// Drop removes the file of that name.
func (f *Folder) Drop(name string) {
	f.Files = slices.DeleteFunc(f.Files, func(file File) bool { return file.Name == name })
}

// Book is what is remembered of a folder and all below it.
type Book struct {
	Made    int64  // when the baseline was made
	Read    int64  // when every file was last read, whatever the system said of it
	Edition string // what Judged and the ids of the files depend on
	Folders map[string]*Folder
}

// New gives an empty book.
func New() *Book { return &Book{Folders: map[string]*Folder{}} }

// Folder gives the folder of that path, made where there is none.
func (b *Book) Folder(path string) *Folder {
	f := b.Folders[path]
	if f == nil {
		f = &Folder{Path: path}
		b.Folders[path] = f
	}
	return f
}

// Sorted are the folders by path.
func (b *Book) Sorted() []*Folder {
	out := make([]*Folder, 0, len(b.Folders))
	for _, f := range b.Folders {
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b *Folder) int { return strings.Compare(a.Path, b.Path) })
	return out
}

// Len counts the files that are there.
func (b *Book) Len() int {
	n := 0
	for _, f := range b.Folders {
		for i := range f.Files {
			if !f.Files[i].Has(Gone) {
				n++
			}
		}
	}
	return n
}

// Root is one digest of all approved contents and their paths.
func (b *Book) Root() Digest {
	h := sha256.New()
	buffer := make([]byte, 0, rootPiece+4<<10)
	for _, folder := range b.Sorted() {
		for i := range folder.Files {
			f := &folder.Files[i]
			digest := &f.Digest
			switch {
			case f.Has(Added):
				continue
			case f.Has(Differs):
				digest = &f.Approved
			}
			if folder.Path != "." && folder.Path != "" {
				buffer = append(append(buffer, folder.Path...), '/')
			}
			buffer = append(append(buffer, f.Name...), 0)
			if buffer = append(buffer, digest[:]...); len(buffer) >= rootPiece {
				h.Write(buffer)
				buffer = buffer[:0]
			}
		}
	}
	h.Write(buffer)
	return Digest(h.Sum(nil))
}

// rootPiece is how much is hashed at once, in bytes.
const rootPiece = 32 << 10

// Join is the path of a file in a folder.
func Join(folder, name string) string {
	if folder == "." || folder == "" {
		return name
	}
	return folder + "/" + name
}

// Split is the folder and the name of a path.
func Split(path string) (folder, name string) {
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		return path[:i], path[i+1:]
	}
	return ".", path
}
