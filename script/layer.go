package script

import (
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/dop251/goja/ast"
)

// layer is a source being run: the script itself, or code that it made of a text.
type layer struct {
	depth  int
	how    string   // of code made of a text: by what it is executed
	origin position // and where
	source string
	hits   []hit
	locate func(offset int) int // the offset in the script's own text, where the source parsed is not that
}

// muchInterest is that of a source that both reads what is typed, or decodes, and sends or loads something.
const muchInterest = 2000

// interest is how much of interest the source of a node holds. Code made of a text is always of interest.
func (l *layer) interest(n ast.Node) int {
	if l.depth > 0 {
		return 1 << 20
	}
	from, to := int(n.Idx0())-1, int(n.Idx1())-1
	i := sort.Search(len(l.hits), func(i int) bool { return int(l.hits[i].offset) >= from })
	sum := 0
	var kinds interest
	for ; i < len(l.hits) && int(l.hits[i].offset) < to && sum < 1000; i++ {
		kinds |= l.hits[i].of
		sum++
	}
	const telling = interestCard | interestTill
	switch {
	case kinds&(interestSink|interestWeak|interestDynamic|interestScrambled|interestCard|interestTill) == 0:
		return 0
	case kinds&telling != 0:
		sum += 2 * muchInterest
	case kinds&interestSource != 0 && kinds&(interestSink|interestWeak) != 0,
		kinds&(interestDynamic|interestScrambled) != 0 && kinds&(interestSink|interestWeak) != 0:
		sum += muchInterest
	}
	return sum
}

// root is where in the script's own text a position is: for code made of a text, where it was executed.
func (p position) root() (offset, depth int) {
	if p.layer == nil {
		return 0, 0
	}
	depth = p.layer.depth
	for p.layer.depth > 0 && p.layer.origin.layer != nil {
		p = p.layer.origin
	}
	if p.offset < 0 {
		return 0, depth
	}
	if p.layer.locate != nil {
		return p.layer.locate(p.offset), depth
	}
	return p.offset, depth
}

// parseLayer parses code that was a text. Its program is nil where it is no code, or none that is safe to parse.
func parseLayer(text string) (*layer, *ast.Program) {
	s := look(text)
	if !s.parsable() || len(text) > maxParsed {
		return nil, nil
	}
	program, err := parseGoja(text)
	if err != nil {
		lowered, _, ok := lower(text, false)
		if !ok {
			return nil, nil
		}
		text = lowered
		if program, err = parseGoja(text); err != nil {
			return nil, nil
		}
	}
	return &layer{source: text, hits: s.hits}, program
}

// lines tells lines and columns of offsets into a text. Minified sources are one line: columns are counted from the
// block that an offset is in, not from the start of the line.
type lines struct {
	text   string
	starts []int
	blocks []int // UTF-16 units before each block; nil where each byte is one
}

const blockSize = 4096

func newLines(text string) *lines {
	l := &lines{text: text, starts: []int{0}}
	ascii := isASCII(text)
	if ascii && strings.IndexByte(text, '\r') < 0 { // most are so
		for i := 0; ; {
			n := strings.IndexByte(text[i:], '\n')
			if n < 0 {
				return l
			}
			i += n + 1
			l.starts = append(l.starts, i)
		}
	}
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\n':
			l.starts = append(l.starts, i+1)
		case '\r':
			if i+1 == len(text) || text[i+1] != '\n' {
				l.starts = append(l.starts, i+1)
			}
		case 0xe2: // U+2028 and U+2029
			if strings.HasPrefix(text[i:], "\u2028") || strings.HasPrefix(text[i:], "\u2029") {
				l.starts = append(l.starts, i+3)
			}
		}
	}
	if !ascii {
		n := 0
		for i := 0; i < len(text); i += blockSize {
			l.blocks = append(l.blocks, n)
			n += units(text[i:min(i+blockSize, len(text))])
		}
		l.blocks = append(l.blocks, n)
	}
	return l
}

// before is the number of UTF-16 units before an offset.
func (l *lines) before(offset int) int {
	if l.blocks == nil {
		return offset
	}
	block := offset / blockSize
	return l.blocks[block] + units(l.text[block*blockSize:offset])
}

// at is the line and the column of an offset, both from 1. Columns count UTF-16 units, as browsers do, so that they can
// be held against the stacks a browser reports.
func (l *lines) at(offset int) (line, column int) {
	offset = min(max(offset, 0), len(l.text))
	line = sort.Search(len(l.starts), func(i int) bool { return l.starts[i] > offset })
	return line, l.before(offset) - l.before(l.starts[line-1]) + 1
}

// offset is the inverse of at, for a line and a column from 0.
func (l *lines) offset(line, column int) int {
	if line < 0 || line >= len(l.starts) {
		return len(l.text)
	}
	i := l.starts[line]
	for column > 0 && i < len(l.text) {
		r, size := utf8.DecodeRuneInString(l.text[i:])
		column--
		if r >= 0x10000 {
			column--
		}
		i += size
	}
	return i
}

// units is the number of UTF-16 units of s: one for each character, two for those beyond the basic plane.
func units(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= 0xf0:
			n += 2
		case c < 0x80 || c >= 0xc0:
			n++
		}
	}
	return n
}

// maxShown bounds a text that is shown as evidence.
const maxShown = 80

// shorten makes a text fit to be shown: on one line, bounded, and without long runs of digits, which could be
// somebody's.
func shorten(s string) string {
	var b strings.Builder
	digits := 0
	for i, r := range s {
		if b.Len() >= maxShown || i > 4*maxShown {
			b.WriteString("…")
			break
		}
		if r >= '0' && r <= '9' {
			digits++
		} else {
			digits = 0
		}
		switch {
		case digits > 8:
			b.WriteString("•")
		case r == 0:
			b.WriteString("*")
		case r < ' ' || r == utf8.RuneError || r == 0x7f:
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
