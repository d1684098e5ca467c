package known

import (
	"bytes"
	"iter"
	"slices"
	"sort"
)

// File is one content that releases of a platform hold at one path.
type File struct {
	Platform *Platform
	Path     string // as in the release, with slashes
	Blob     Blob
	Size     int64    // bytes; -1 where it is not known
	Versions Versions // the releases that hold it
}

// At gives the contents that releases hold at path, one for each, by blob. There are none where no listed release holds
// the path; [Platform.Covers] says whether that means anything.
func (p *Platform) At(path string) []File {
	r := p.releases
	// The last block that begins at or before path.
	blocks := p.endBlock - p.firstBlock
	block := p.firstBlock + sort.Search(blocks, func(i int) bool { return string(r.firstPath(p.firstBlock+i)) > path }) - 1
	if block < p.firstBlock {
		return nil
	}
	c := r.open(block)
	for c.nextPath() {
		switch bytes.Compare(c.path, []byte(path)) {
		case 0:
			list := make([]File, 0, c.rows)
			for c.nextRow() {
				list = append(list, p.file(&c, path))
			}
			return list
		case 1:
			return nil
		}
	}
	return nil
}

// Files gives every listed file, by path and blob.
func (p *Platform) Files() iter.Seq[File] {
	return func(yield func(File) bool) {
		path := ""
		for c := range p.rows() {
			if string(c.path) != path {
				path = string(c.path)
			}
			if !yield(p.file(c, path)) {
				return
			}
		}
	}
}

// rows gives the cursor at every row of the platform.
func (p *Platform) rows() iter.Seq[*cursor] {
	return func(yield func(*cursor) bool) {
		for block := p.firstBlock; block < p.endBlock; block++ {
			c := p.releases.open(block)
			for c.nextPath() {
				for c.nextRow() {
					if !yield(&c) {
						return
					}
				}
			}
		}
	}
}

// Blob gives the files that have this content, of any platform, by platform and path. A file that is official there but
// was found elsewhere is a copy of official content in the wrong place. A placeholder may lie at thousands of paths.
func (d *Data) Blob(id Blob) iter.Seq[File] {
	r := &d.releases
	return func(yield func(File) bool) {
		first := sort.Search(r.byBlob.len(), func(i int) bool { return bytes.Compare(r.blobs.at(r.byBlob.number(i)), id[:]) >= 0 })
		for i := first; i < r.byBlob.len(); i++ {
			row := r.byBlob.number(i)
			if !bytes.Equal(r.blobs.at(row), id[:]) || !yield(r.row(row)) {
				return
			}
		}
	}
}

// releases is the list of files, in rows: one for each platform, path and blob, sorted by these. A row is its blob at
// its place in blobs, and the rest in a block. byBlob has the rows in the order of their blobs.
type releases struct {
	platforms []*Platform
	sets      records // of versions, that most rows have first
	blocks    records
	firstRows column // of each block, and the number of rows
	blobs     column
	byBlob    column
}

// cursor reads a block: paths that ascend, each as the number of bytes it shares with the one before, the number and
// text of those it does not, the number of its rows, and for each row size+1 or 0, and the number of its versions' set.
type cursor struct {
	numbers
	path []byte
	rows int // of path, not yet read
	row  int // read last
	size int
	set  int
}

const (
	blockPaths = 16 // paths in a block: more are smaller, fewer are found faster
	maxPath    = 4096
	rowWidth   = 3
	maxRows    = 1 << (8 * rowWidth)
)

func (r *releases) open(block int) cursor {
	return cursor{numbers: numbers{rest: r.blocks.at(block)}, path: make([]byte, 0, 128), row: r.firstRows.number(block) - 1}
}

func (c *cursor) nextPath() bool {
	for c.rows > 0 {
		c.nextRow()
	}
	if !c.more() {
		return false
	}
	shared := c.next(len(c.path) + 1)
	c.path = append(c.path[:shared], c.text(c.next(maxPath))...)
	c.rows = c.next(maxRows)
	return true
}

func (c *cursor) nextRow() bool {
	if c.rows == 0 {
		return false
	}
	c.rows--
	c.row++
	c.size = c.next(maxSize+1) - 1
	c.set = c.next(maxRows)
	return true
}

func (r *releases) firstPath(block int) []byte {
	n := numbers{rest: r.blocks.at(block)}
	n.next(1)
	return n.text(n.next(maxPath))
}

func (p *Platform) file(c *cursor, path string) File {
	return File{
		Platform: p,
		Path:     path,
		Blob:     Blob(p.releases.blobs.at(c.row)),
		Size:     int64(c.size),
		Versions: Versions{p, p.releases.sets.at(c.set)},
	}
}

// row gives the file of one row.
func (r *releases) row(row int) File {
	block := sort.Search(r.blocks.len(), func(i int) bool { return r.firstRows.number(i) > row }) - 1
	c := r.open(block)
	for c.row < row {
		if c.rows == 0 {
			c.nextPath()
		}
		c.nextRow()
	}
	i := slices.IndexFunc(r.platforms, func(p *Platform) bool { return p.firstBlock <= block && block < p.endBlock })
	return r.platforms[i].file(&c, string(c.path))
}
