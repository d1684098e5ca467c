package known

import (
	"cmp"
	"iter"
	"slices"
)

// Fit says how well a release explains a set of files.
type Fit struct {
	Version string
	Same    int // files that are as the release has them
	Changed int // files that the release has with other content
	Extra   int // files at paths that are covered and that the release has not
	Missing int // files of the release that are not in the set
}

// Nearest gives how well each release explains the files, the best first: the release with the most files in common,
// then the one with the fewest missing and the fewest extra, then the newer. Releases that differ only in Version cannot
// be told apart by these files. Each path is to come once, as in the release; paths that are not covered are passed over.
func (p *Platform) Nearest(files iter.Seq2[string, Blob]) []Fit {
	same, held := make(tally, len(p.Versions)+1), make(tally, len(p.Versions)+1)
	covered := 0
	for path, blob := range files {
		rows := p.At(path)
		if rows == nil && !p.Covers(path) {
			continue
		}
		covered++
		for _, f := range rows {
			held.add(f.Versions)
			if f.Blob == blob {
				same.add(f.Versions)
			}
		}
	}
	listed := make(tally, len(p.Versions)+1)
	for c := range p.rows() {
		listed.add(Versions{p, p.releases.sets.at(c.set)})
	}
	same.sum()
	held.sum()
	listed.sum()
	fits := make([]Fit, len(p.Versions))
	for i, v := range p.Versions {
		fits[len(fits)-1-i] = Fit{Version: v, Same: same[i], Changed: held[i] - same[i], Extra: covered - held[i], Missing: listed[i] - held[i]}
	}
	slices.SortStableFunc(fits, func(a, b Fit) int {
		return cmp.Or(cmp.Compare(b.Same, a.Same), cmp.Compare(a.Missing, b.Missing), cmp.Compare(a.Extra, b.Extra))
	})
	return fits
}

// tally counts files by version. While it counts, an entry is the difference to the version before.
type tally []int

func (t tally) add(v Versions) {
	for first, last := range v.intervals() {
		t[first]++
		t[last+1]--
	}
}

func (t tally) sum() {
	for i := 1; i < len(t); i++ {
		t[i] += t[i-1]
	}
}

// Difference is a path at which a set of files is not as a release has it.
type Difference struct {
	Path string
	// Found is the content in the set; the zero id where the file is missing.
	Found Blob
	// Listed is the release's file; its Platform is nil where the release has none there.
	Listed File
	// Other are the releases that do have what was found at this path: an upgrade that stopped half-way, or a patch
	// applied by hand.
	Other Versions
}

// Compare gives the differences to one release, by path; none of paths that are not covered. Each path is to come once,
// as in the release.
func (p *Platform) Compare(version string, files iter.Seq2[string, Blob]) []Difference {
	var list []Difference
	present := map[string]bool{}
	for path, blob := range files {
		rows := p.At(path)
		if rows == nil && !p.Covers(path) {
			continue
		}
		present[path] = true
		d := Difference{Path: path, Found: blob}
		for _, f := range rows {
			if f.Versions.Has(version) {
				d.Listed = f
			}
			if f.Blob == blob {
				d.Other = f.Versions
			}
		}
		if d.Listed.Platform == nil || d.Listed.Blob != blob {
			list = append(list, d)
		}
	}
	for f := range p.Files() {
		if !present[f.Path] && f.Versions.Has(version) {
			list = append(list, Difference{Path: f.Path, Listed: f})
		}
	}
	slices.SortFunc(list, func(a, b Difference) int { return cmp.Compare(a.Path, b.Path) })
	return list
}
