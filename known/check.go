package known

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"sort"
)

// What is checked here, of a file that comes from outside, is what the look-ups rely on: after it they need no check of
// their own.

func (l *libraries) check() error {
	for _, r := range []records{l.postings, l.releases, l.paths} {
		if err := r.check(); err != nil {
			return fmt.Errorf("libraries: %w", err)
		}
	}
	if err := l.digests.checkSorted(); err != nil {
		return fmt.Errorf("libraries: digests: %w", err)
	}
	if l.digests.len() != l.postings.len() {
		return fmt.Errorf("libraries: %d digests, but %d lists of files", l.digests.len(), l.postings.len())
	}
	for i := range l.postings.len() {
		n := numbers{rest: l.postings.at(i)}
		for n.more() {
			if n.next(l.releases.len()); !n.bad {
				n.next(l.paths.len())
				n.next(maxSize << flagBits)
			}
		}
		if n.bad || len(l.postings.at(i)) == 0 {
			return fmt.Errorf("libraries: the files of digest %d are damaged", i)
		}
	}
	return nil
}

func (s *statements) check(releases int) error {
	if err := s.sets.check(); err != nil {
		return fmt.Errorf("statements: %w", err)
	}
	if err := s.keys.checkSorted(); err != nil {
		return fmt.Errorf("statements: %w", err)
	}
	if s.keys.len() != s.setOf.len() {
		return fmt.Errorf("statements: %d, but %d sets of releases", s.keys.len(), s.setOf.len())
	}
	for i := range s.setOf.len() {
		if s.setOf.number(i) >= s.sets.len() {
			return fmt.Errorf("statements: the set of statement %d is missing", i)
		}
	}
	for i := range s.sets.len() {
		if last, ok := lastOf(s.sets.at(i)); !ok || last >= releases {
			return fmt.Errorf("statements: set %d is damaged", i)
		}
	}
	return nil
}

func (r *releases) check() error {
	for _, list := range []records{r.sets, r.blocks} {
		if err := list.check(); err != nil {
			return fmt.Errorf("releases: %w", err)
		}
	}
	if err := r.checkShape(); err != nil {
		return fmt.Errorf("releases: %w", err)
	}
	for _, p := range r.platforms {
		if err := p.check(); err != nil {
			return fmt.Errorf("releases: %s: %w", p.Name, err)
		}
	}
	return r.checkOrder()
}

// checkShape says whether the lists have as many entries as they must, and each block one platform.
func (r *releases) checkShape() error {
	rows := r.blobs.len()
	if r.byBlob.len() != rows || r.firstRows.len() != r.blocks.len()+1 || r.firstRows.number(r.blocks.len()) != rows {
		return fmt.Errorf("%d blobs, but the other lists have another number of rows", rows)
	}
	inOrder := slices.Clone(r.platforms)
	sort.SliceStable(inOrder, func(i, j int) bool { return inOrder[i].firstBlock < inOrder[j].firstBlock })
	next := 0
	for _, p := range inOrder {
		if p.firstBlock != next || p.endBlock < next || len(p.Versions) == 0 {
			return fmt.Errorf("the blocks or versions of %s are missing", p.Name)
		}
		next = p.endBlock
	}
	if next != r.blocks.len() {
		return fmt.Errorf("%d blocks, but %d belong to a platform", r.blocks.len(), next)
	}
	return nil
}

// check says whether every row can be read, in order, and names only versions of the platform.
func (p *Platform) check() error {
	r := p.releases
	var last []byte
	for block := p.firstBlock; block < p.endBlock; block++ {
		c := r.open(block)
		for c.nextPath() {
			if c.bad || c.rows == 0 || bytes.Compare(last, c.path) >= 0 || len(c.path) > maxPath {
				return fmt.Errorf("block %d: a path is damaged or out of order", block)
			}
			last = append(last[:0], c.path...)
			if err := p.checkRows(&c, r.firstRows.number(block+1)); err != nil {
				return fmt.Errorf("block %d: %w", block, err)
			}
		}
		if c.bad || c.row+1 != r.firstRows.number(block+1) || len(r.firstPath(block)) == 0 {
			return fmt.Errorf("block %d has another number of rows", block)
		}
	}
	return nil
}

// checkRows reads the rows of one path; end is the first row that is not of its block.
func (p *Platform) checkRows(c *cursor, end int) error {
	r := p.releases
	first := true
	for c.nextRow() {
		if c.bad || c.row >= end || c.set >= r.sets.len() {
			return errors.New("a row is damaged")
		}
		if last, ok := lastOf(r.sets.at(c.set)); !ok || last >= len(p.Versions) {
			return errors.New("a row has versions that the platform has not")
		}
		if !first && bytes.Compare(r.blobs.at(c.row-1), r.blobs.at(c.row)) >= 0 {
			return errors.New("the blobs of a path are out of order")
		}
		first = false
	}
	return nil
}

// checkOrder says whether byBlob has every row, in the order of blobs.
func (r *releases) checkOrder() error {
	last := -1
	for i := range r.byBlob.len() {
		row := r.byBlob.number(i)
		if row >= r.blobs.len() {
			return fmt.Errorf("releases: entry %d is no row", i)
		}
		if last >= 0 {
			if c := bytes.Compare(r.blobs.at(last), r.blobs.at(row)); c > 0 || c == 0 && last >= row {
				return fmt.Errorf("releases: entry %d is out of order", i)
			}
		}
		last = row
	}
	return nil
}
