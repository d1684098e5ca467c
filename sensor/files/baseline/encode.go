package baseline

import (
	"bytes"
	"crypto/md5"  //nolint:gosec // the size of what package managers list
	"crypto/sha1" //nolint:gosec // the size of git's ids
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
)

// The form begins with the mark and the SHA-256 of all that follows: the book's own fields, and the folders by path, each
// with the part of its path that differs from the one before. Numbers have variable length.
const mark = "tillwatch baseline 1\n"

const (
	hasBlob = uint64(stored) + 1 // the lowest bit that no flag has
	hasMD5  = hasBlob << 1
)

// Encode gives a book as bytes. The same book gives the same bytes.
func (b *Book) Encode() []byte {
	folders := b.Sorted()
	files := 0
	for _, f := range folders {
		files += len(f.Files)
	}
	out := make([]byte, len(mark)+sha256.Size, len(mark)+sha256.Size+128+32*len(folders)+100*files)
	copy(out, mark)
	out = binary.AppendVarint(out, b.Made)
	out = binary.AppendVarint(out, b.Read)
	out = appendText(out, b.Edition)
	out = binary.AppendUvarint(out, uint64(len(folders)))
	before := ""
	for _, folder := range folders {
		shared := sharedPrefix(before, folder.Path)
		before = folder.Path
		out = binary.AppendUvarint(out, uint64(shared))
		out = appendText(out, folder.Path[shared:])
		out = binary.AppendUvarint(out, uint64(len(folder.Files)))
		for i := range folder.Files {
			out = appendFile(out, &folder.Files[i])
		}
	}
	sum := sha256.Sum256(out[len(mark)+sha256.Size:])
	copy(out[len(mark):], sum[:])
	return out
}

func appendFile(out []byte, f *File) []byte {
	flags := uint64(f.Flags & stored)
	if len(f.Blob) == sha1.Size {
		flags |= hasBlob
	}
	if len(f.MD5) == md5.Size {
		flags |= hasMD5
	}
	out = binary.AppendUvarint(out, flags)
	out = appendText(out, f.Name)
	out = append(out, f.Digest[:]...)
	if f.Has(Differs) {
		out = append(out, f.Approved[:]...)
	}
	out = binary.AppendUvarint(out, uint64(f.Size))
	out = binary.LittleEndian.AppendUint64(out, uint64(f.Modified))
	out = binary.AppendVarint(out, f.Meta.Changed-f.Modified) // mostly small
	out = binary.AppendUvarint(out, f.Inode)
	if flags&hasBlob != 0 {
		out = append(out, f.Blob...)
	}
	if flags&hasMD5 != 0 {
		out = append(out, f.MD5...)
	}
	return out
}

func appendText(out []byte, text string) []byte {
	return append(binary.AppendUvarint(out, uint64(len(text))), text...)
}

func sharedPrefix(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// Seal is the beginning of an encoded book, which is another for another book.
func Seal(text []byte) string { return string(text[:min(len(text), len(mark)+sha256.Size)]) }

var errDamaged = errors.New("it is damaged or cut short")

// Decode reads what Encode wrote. An error means that nothing is known any more.
func Decode(text []byte) (*Book, error) {
	rest, ok := bytes.CutPrefix(text, []byte(mark))
	if !ok {
		return nil, errors.New("it is none of this program's, or of another version of it")
	}
	if len(rest) < sha256.Size {
		return nil, errDamaged
	}
	if sum := sha256.Sum256(rest[sha256.Size:]); !bytes.Equal(sum[:], rest[:sha256.Size]) {
		return nil, errDamaged
	}
	return decode(string(rest[sha256.Size:]))
}

// decode reads what follows the seal. Names are cut out of the one string: there are many, and they stay.
func decode(text string) (*Book, error) {
	r := reader{rest: text}
	b := New()
	b.Made, b.Read = r.signed(), r.signed()
	b.Edition = r.text()
	before := ""
	var room []File // for the files of many folders: most have few
	for range r.count() {
		shared := r.count()
		if shared > len(before) {
			return nil, errDamaged
		}
		folder := &Folder{Path: before[:shared] + r.text()}
		before = folder.Path
		n := r.count()
		if n > cap(room)-len(room) {
			room = make([]File, 0, max(n, roomAtOnce))
		}
		first := len(room)
		for range n {
			room = append(room, r.file())
		}
		folder.Files = room[first:len(room):len(room)]
		if r.bad || b.Folders[folder.Path] != nil || !slices.IsSortedFunc(folder.Files, byName) {
			return nil, errDamaged
		}
		b.Folders[folder.Path] = folder
	}
	if r.bad || r.rest != "" {
		return nil, errDamaged
	}
	return b, nil
}

// roomAtOnce is for how many files room is made at a time.
const roomAtOnce = 512

func byName(a, b File) int { return strings.Compare(a.Name, b.Name) }

// reader reads one thing after another. After the first that is damaged, all are empty.
type reader struct {
	rest string
	bad  bool
}

func (r *reader) fail() { r.bad, r.rest = true, "" }

func (r *reader) number() uint64 {
	var v uint64
	for shift := 0; shift < 64; shift += 7 {
		if r.rest == "" {
			break
		}
		c := r.rest[0]
		r.rest = r.rest[1:]
		v |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return v
		}
	}
	r.fail()
	return 0
}

func (r *reader) signed() int64 {
	v := r.number()
	return int64(v>>1) ^ -int64(v&1)
}

// count is how many things follow: never more than there are bytes, so that nothing hostile makes room for more.
func (r *reader) count() int {
	v := r.number()
	if v > uint64(len(r.rest)) {
		r.fail()
		return 0
	}
	return int(v)
}

func (r *reader) text() string { return r.take(r.count()) }

func (r *reader) take(n int) string {
	if n > len(r.rest) {
		r.fail()
		return ""
	}
	t := r.rest[:n]
	r.rest = r.rest[n:]
	return t
}

func (r *reader) digest() (d Digest) {
	copy(d[:], r.take(len(d)))
	return d
}

func (r *reader) file() File {
	flags := r.number()
	f := File{Flags: Flags(flags) & stored}
	f.Name = r.text()
	f.Digest = r.digest()
	if f.Has(Differs) {
		f.Approved = r.digest()
	}
	f.Size = int64(r.number())
	if word := r.take(8); len(word) == 8 {
		f.Modified = int64(binary.LittleEndian.Uint64([]byte(word)))
	}
	f.Meta.Changed = f.Modified + r.signed()
	f.Inode = r.number()
	if flags&hasBlob != 0 {
		f.Blob = []byte(r.take(sha1.Size))
	}
	if flags&hasMD5 != 0 {
		f.MD5 = []byte(r.take(md5.Size))
	}
	return f
}
