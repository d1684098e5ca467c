package serverside

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// record is what was seen of a file.
type record struct {
	hits     []hit
	features map[string]int
	answers  bool // it reads a request
	handler  bool // it answers requests by a class of its own
	process  bool // it speaks of processes
	small    bool // it can hardly be a part of anything large
	large    bool // a framework of its own: names stand for too many things in it
	connects bool
	shells   int // 1 and where a shell is begun; 0: none is
	stream   mark
	nested   int
	fixed    int // 1 and the place that everything within a text has; 0: none
	inside   bool
}

func (r *record) feature(what string, pos int) {
	if r.features == nil {
		r.features = map[string]int{}
	}
	if _, have := r.features[what]; !have {
		r.features[what] = r.place(pos)
	}
}

func (r *record) place(pos int) int {
	if r.fixed > 0 {
		return r.fixed - 1
	}
	return pos
}

func (r *record) shellAt(pos int) {
	if r.shells == 0 {
		r.shells = r.place(pos) + 1
	}
}

type hit struct {
	pos, points int
	what        string
	inner       bool
}

func (r *record) hit(pos, points int, what string) {
	pos = r.place(pos)
	if r.large {
		points = points * 9 / 20
	}
	for i := range r.hits {
		if h := &r.hits[i]; h.pos == pos && h.what == what {
			h.points = max(h.points, points)
			return
		}
	}
	if len(r.hits) < maxHits {
		r.hits = append(r.hits, hit{pos, points, what, r.inside})
	}
}

func (r *record) worst() int {
	worst := 0
	for _, h := range r.hits {
		worst = max(worst, h.points)
	}
	return worst
}

// together notes what only several things say together.
func (r *record) together() {
	if r.connects && r.shells > 0 {
		r.hit(r.shells-1, 84, "opens a connection and a shell")
	}
	if n := len(r.features); n >= 3 {
		pos := 1 << 30
		var names []string
		for name, at := range r.features {
			pos = min(pos, at)
			names = append(names, name)
		}
		sort.Strings(names)
		_, runs := r.features["runs commands"]
		points := min(25+7*n, 44) // what a program with a page for its settings does, too
		if runs {
			points = 36 + 8*n
		}
		r.hit(pos, points, "lets whoever asks manage the machine: "+strings.Join(names, ", "))
	}
}

// position gives the line and the column of a place, both from 1; columns count UTF-16 units.
func position(src string, pos int) (line, column int) {
	pos = min(max(pos, 0), len(src))
	line = strings.Count(src[:pos], "\n") + 1
	column = 1
	for rest := src[strings.LastIndexByte(src[:pos], '\n')+1 : pos]; rest != "" && column < 1_000_000; {
		c, n := utf8.DecodeRuneInString(rest)
		if column++; c > 0xffff {
			column++
		}
		rest = rest[n:]
	}
	return line, column
}
