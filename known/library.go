package known

import (
	"bytes"
	"crypto/sha256"
	"strings"
	"sync"
)

// Release is a file of a published browser library.
type Release struct {
	Name    string // the library, by its npm name: "jquery"
	Version string
	// Path is where the file lies in the npm package. Below "cdn/" it is a file of the project's own CDN, below "tag/"
	// one of the release tag in its repository.
	Path     string
	Size     int64 // bytes as published, or of the code alone where Trimmed is set
	LineEnds bool  // whether it is this file only once every CRLF, there or here, is made LF
	Trimmed  bool  // whether it is this file only without the comments before and after its code, see [Trim]
}

// Library gives the published files whose SHA-256 is sum, by library, version from the oldest, and path. There are none
// where the bytes are not exactly those of a listed release. It reads the embedded data.
func Library(sum [sha256.Size]byte) []Release { return Embedded().Library(sum) }

// Library gives the published files whose SHA-256 is sum. Where LineEnds or Trimmed is set, sum is that of the file with
// every CRLF made LF or with its comments trimmed.
func (d *Data) Library(sum [sha256.Size]byte) []Release {
	l := &d.libraries
	i, found := l.digests.find(sum[:])
	if !found {
		return nil
	}
	var list []Release
	for n := (numbers{rest: l.postings.at(i)}); n.more(); {
		list = append(list, l.next(&n))
	}
	return list
}

// LibraryFile gives the published files that content is: byte for byte, or else with its line ends made LF, or else with
// the comments before and after its code trimmed as well. None of these changes what the script does.
func (d *Data) LibraryFile(content []byte) []Release {
	if list := d.Library(sha256.Sum256(content)); list != nil {
		return list
	}
	if bytes.Contains(content, crlf) {
		content = toLF(content)
		if list := d.Library(sha256.Sum256(content)); list != nil {
			for i := range list {
				list[i].LineEnds = true
			}
			return list
		}
	}
	list := d.Library(sha256.Sum256(Trim(content)))
	for i := range list {
		list[i].Trimmed = true
	}
	return list
}

// libraries is the index by digest. The posting of a digest lists its files, each as release, path, and size with
// the two lowest bits for LineEnds and Trimmed. A release is name, TAB and version.
type libraries struct {
	digests  column
	postings records
	releases records
	paths    records

	sized sync.Map // what sizes found, by library: it goes through all of the list
}

const (
	maxSize = 1 << 28 // of a file, in bytes

	flagLineEnds = 1
	flagTrimmed  = 2
	flagBits     = 2
)

func (l *libraries) next(n *numbers) Release {
	name, version, _ := strings.Cut(string(l.releases.at(n.next(l.releases.len()))), "\t")
	path := string(l.paths.at(n.next(l.paths.len())))
	size := n.next(maxSize << flagBits)
	return Release{
		Name: name, Version: version, Path: path, Size: int64(size >> flagBits),
		LineEnds: size&flagLineEnds != 0, Trimmed: size&flagTrimmed != 0,
	}
}

// release is the name and the version of a release by its number.
func (l *libraries) release(i int) (name, version string) {
	name, version, _ = strings.Cut(string(l.releases.at(i)), "\t")
	return name, version
}
