package known

import (
	"bytes"
	"crypto/sha256"
	"hash"
	"iter"
	"slices"
	"strings"
)

// Standing is how a script stands to the published libraries.
type Standing string

// The standings.
const (
	Published Standing = "published" // a published file, but at most for line ends and for comments around the code
	Modified  Standing = "modified"  // a listed release with something added or changed
	Unlisted  Standing = "unlisted"  // of a library, but a release or a build that is not listed, as far as can be told
	Foreign   Standing = "foreign"   // mostly of no listed library
)

// Statement is one statement of a script, as package script gives it.
type Statement struct {
	Hash       uint64
	Start, End int // bytes in the script
}

// Recognition says which published library a script is, and what in it is not of that library.
type Recognition struct {
	Standing Standing
	Name     string // the library, by its npm name; empty where the script is foreign
	// Version is the release: of a published file or what was added to one, the first that has it; else the one that the
	// banner claims, if it is listed, or the one with most statements in common.
	Version string
	Claimed string // the version that the script's banner names, if any
	// Files are the published files that the script is, or that it is with Added put into it.
	Files []Release
	// Added is the one stretch that makes a published file of the script once it is taken out. The zero value where
	// there is none: then the script was changed in several places, or a release was not found.
	Added Stretch
	// Unknown are the statements that no listed release of any library has.
	Unknown []Statement
}

// Stretch is a part of a script, in bytes.
type Stretch struct{ Start, End int }

// Recognise says which published library a script is. The statements are those of package script, in their order.
//
// What is added or unknown is not harmful for that: it is what somebody should look at. Modified with Added is certain.
// Without, it rests on the banner and on most statements being those of a release, so it is likely; and unlisted says
// little, for a banner can be cut or forged.
func (d *Data) Recognise(content []byte, statements []Statement) Recognition {
	if files := d.LibraryFile(content); files != nil {
		return Recognition{Standing: Published, Name: files[0].Name, Version: files[0].Version, Claimed: ClaimedVersion(content), Files: files}
	}
	descent := d.Descent(hashes(statements))
	if len(descent.Kin) == 0 || descent.Kin[0].Common < minCommon || descent.Kin[0].Common*2 < descent.Total {
		return Recognition{Standing: Foreign}
	}
	nearest := descent.Kin[0]
	r := Recognition{Standing: Unlisted, Name: nearest.Name, Version: nearest.Version, Claimed: ClaimedVersion(content)}
	for _, i := range descent.Unknown {
		r.Unknown = append(r.Unknown, statements[i])
	}
	version, listed := d.libraries.version(nearest.Name, r.Claimed)
	if listed {
		r.Version = version
	}
	if r.Added, r.Files = d.addedTo(nearest.Name, content, statements, descent.Unknown); r.Files != nil {
		r.Standing, r.Version = Modified, r.Files[0].Version
		return r
	}
	// A release that is not listed differs from its neighbours in as few places as a release that was tampered with.
	// Only the version it claims tells them apart: of a listed one every file is known, and this is none of them.
	if listed && len(r.Unknown) > 0 && len(r.Unknown)*changedShare <= descent.Total {
		r.Standing = Modified
	}
	return r
}

const (
	// minCommon is how many statements a script must have in common with a release: below it chance has its share.
	minCommon = 20
	// changedShare is the part of a script, as 1/changedShare, that may be unknown in a changed release. Above it some
	// other tool has minified it.
	changedShare = 10
	// maxKnown is how much of what was added, at each end, may be statements that are known, in bytes.
	maxKnown = 256
	// maxHashed bounds the search for what was added, in bytes: some 0.1 s.
	maxHashed = 128 << 20
)

func hashes(statements []Statement) iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		for _, s := range statements {
			if !yield(s.Hash) {
				return
			}
		}
	}
}

// addedTo looks for the one stretch without which content is a file of library, as published or but for its line ends
// and the comments around its code.
func (d *Data) addedTo(library string, content []byte, statements []Statement, unknown []int) (Stretch, []Release) {
	if len(unknown) == 0 || !within(content, statements) {
		return Stretch{}, nil
	}
	if stretch, files := d.added(library, content, statements, unknown); files != nil {
		return stretch, files
	}
	code := toLF(content)
	cut := len(code) - len(trimStart(code))
	shifted := make([]Statement, len(statements))
	crs, from := 0, 0
	for i, s := range statements {
		crs += bytes.Count(content[from:s.Start], crlf)
		shifted[i].Start = s.Start - crs - cut
		crs += bytes.Count(content[s.Start:s.End], crlf)
		shifted[i].End = s.End - crs - cut
		from = s.End
	}
	stretch, files := d.added(library, Trim(code), shifted, unknown)
	if files == nil {
		return Stretch{}, nil
	}
	return Stretch{withCR(content, stretch.Start+cut), withCR(content, stretch.End+cut)}, files
}

// within says whether the statements stand in content one after another. They do not where it was decoded from another
// encoding before it was split.
func within(content []byte, statements []Statement) bool {
	end := 0
	for _, s := range statements {
		if s.Start < end || s.End < s.Start {
			return false
		}
		end = s.End
	}
	return end <= len(content)
}

// withCR gives where in content the byte stands that is at offset once every CRLF is LF.
func withCR(content []byte, offset int) int {
	at := 0
	for {
		next := bytes.Index(content[at:], crlf)
		if next < 0 || next >= offset {
			return at + offset
		}
		at += next + len(crlf)
		offset -= next + 1
	}
}

// added looks for the one stretch without which content is a listed file of library. It holds the unknown statements, or
// most of the first and the last, for what was put in may have grown together with what stood there; and a little
// more, for some of what was put in may be known.
func (d *Data) added(library string, content []byte, statements []Statement, unknown []int) (Stretch, []Release) {
	first, last := unknown[0], unknown[len(unknown)-1]
	before, after := 0, len(content)
	if first > 0 {
		before = max(before, statements[first-1].End-maxKnown)
	}
	if last+1 < len(statements) {
		after = min(after, statements[last+1].Start+maxKnown)
	}
	budget := maxHashed
	for _, size := range slices.Backward(d.libraries.sizes(library)) {
		length := len(content) - size
		from := max(before, statements[last].Start-length)
		to := min(statements[first].End, after-length)
		if length <= 0 || from > to {
			continue
		}
		prefix := sha256.New()
		prefix.Write(content[:from])
		for at := from; at <= to; at++ {
			if budget -= size - at; budget < 0 {
				return Stretch{}, nil
			}
			if files := d.Library(sumOf(prefix, content[at+length:])); files != nil {
				at = fromStatement(content, statements, at, length)
				return Stretch{at, at + length}, files
			}
			prefix.Write(content[at : at+1])
		}
	}
	return Stretch{}, nil
}

// fromStatement moves a stretch where the same bytes stand at both its ends and what is left is the same either way: to
// where it closes no bracket that it does not open, begins a line, and begins a statement or the semicolons before one.
func fromStatement(content []byte, statements []Statement, at, length int) int {
	lowest, depth := 0, 0
	for _, c := range content[at : at+length] {
		depth += bracket(c)
		lowest = min(lowest, depth)
	}
	starts := map[int]bool{}
	for _, s := range statements {
		starts[s.Start] = true
	}
	best, most, here := at, -1, 0
	for i := at; ; i++ {
		worth := 0
		if depth == 0 && here == lowest {
			worth += 4
		}
		if i == 0 || endsLine(rune(content[i-1])) {
			worth += 2
		}
		if starts[len(content)-len(bytes.TrimLeft(content[i:], " \t\r\n;"))] {
			worth++
		}
		if worth >= most {
			best, most = i, worth
		}
		if i+length == len(content) || content[i] != content[i+length] {
			return best
		}
		here += bracket(content[i])
	}
}

// bracket is by how much a byte changes the depth of brackets. Those in strings count as well: of a stretch that is only
// moved there are as many either way.
func bracket(c byte) int {
	switch c {
	case '(', '[', '{':
		return 1
	case ')', ']', '}':
		return -1
	}
	return 0
}

// sumOf gives the digest of what was written to prefix and of rest; prefix stays as it is.
func sumOf(prefix hash.Hash, rest []byte) [sha256.Size]byte {
	h, err := prefix.(hash.Cloner).Clone()
	if err != nil {
		panic(err) // a SHA-256 of the standard library can be cloned
	}
	h.Write(rest)
	return [sha256.Size]byte(h.Sum(nil))
}

// sizes gives the sizes of a library's files and of their code alone, each once, ascending.
func (l *libraries) sizes(library string) []int {
	if list, have := l.sized.Load(library); have {
		return list.([]int)
	}
	var list []int
	for i := range l.postings.len() {
		for n := (numbers{rest: l.postings.at(i)}); n.more(); {
			release := l.releases.at(n.next(l.releases.len()))
			n.next(l.paths.len())
			size := n.next(maxSize << flagBits)
			if name, _, _ := strings.Cut(string(release), "\t"); name == library && size&flagLineEnds == 0 {
				list = append(list, size>>flagBits)
			}
		}
	}
	slices.Sort(list)
	list = slices.Compact(list)
	l.sized.Store(strings.Clone(library), list)
	return list
}

// version gives a library's version as it is listed.
func (l *libraries) version(library, version string) (string, bool) {
	for i := range l.releases.len() {
		name, v, _ := strings.Cut(string(l.releases.at(i)), "\t")
		if name == library && CompareVersions(v, version) == 0 {
			return v, true
		}
	}
	return "", false
}
