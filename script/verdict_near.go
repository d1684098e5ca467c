package script

// The stretches of a source within which two things are taken to belong together. Bundles hold modules of many authors:
// that one of them checks card numbers says nothing about another that sends an e-mail address.
const (
	smallWhole  = 6_000 // a source as a whole
	smallBody   = 4_000 // a function around both
	smallCoded  = 6_000 // the same, where a part of the source is written so as not to be read
	smallStride = 3_000 // statements of the outermost level that are no modules
)

// near tells whether something of this kind was seen next to a place.
func (j *judgement) near(k factKind, at position) bool {
	for _, f := range j.record.facts {
		if f.kind == k && j.beside(f.at, at) {
			return true
		}
	}
	return false
}

// beside tells whether two places belong together: not in different modules of a bundle.
func (j *judgement) beside(a, b position) bool {
	if a.layer == b.layer && (a.layer == nil || a.layer.depth > 0) {
		return true
	}
	a, b = a.outermost(), b.outermost()
	if a.layer == nil || b.layer == nil || a.offset < 0 || b.offset < 0 || j.bulk || len(a.layer.source) <= smallWhole {
		return true
	}
	m, n := j.home(a.offset), j.home(b.offset)
	if !m.direct && !n.direct {
		return m == n
	}
	return m.part == n.part && max(a.offset-b.offset, b.offset-a.offset) <= smallStride
}

// outermost is the place in the source itself at which the code around p was executed.
func (p position) outermost() position {
	for p.layer != nil && p.layer.depth > 0 {
		p = p.layer.origin
	}
	return p
}

// home is the module that a place is in.
type home struct {
	part   int  // where the statement of the outermost level begins; -1 of all of those that are no modules
	body   int  // where the function within it begins that is as large as a module may be, and no larger
	direct bool // it is in none
}

// home is remembered: a source may have thousands of functions and of places.
func (j *judgement) home(offset int) home {
	if h, ok := j.homes[offset]; ok {
		return h
	}
	largest := smallBody
	if j.survey.scrambledPart() {
		largest = smallCoded
	}
	h := home{part: -1, body: -1, direct: true}
	small := false
	for _, p := range j.record.parts {
		if p.from <= offset && offset < p.to {
			small = p.to-p.from <= largest
			if p.module {
				h.part = p.from
			}
			break
		}
	}
	if small && h.part >= 0 {
		h.direct = false
	} else if !small {
		size := 0
		for _, f := range j.record.bodies {
			if n := f[1] - f[0]; f[0] <= offset && offset < f[1] && n <= largest && n > size {
				h.body, h.direct, size = f[0], false, n
			}
		}
	}
	if j.homes == nil {
		j.homes = make(map[int]home)
	}
	j.homes[offset] = h
	return h
}
