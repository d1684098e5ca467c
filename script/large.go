package script

import (
	"bytes"
	"fmt"
)

// largeChunk is how much of a source too large to parse is looked at at a time, and largeOverlap how much of it again
// with the next.
const (
	largeChunk   = 1 << 20
	largeOverlap = 8 << 10
	maxLarge     = 64 << 20
)

// analyseLarge looks at the words of a source that is too large to parse, a stretch at a time.
func analyseLarge(src []byte, o Options) *Analysis {
	a := &Analysis{Parsed: ParsedLexical}
	a.Partial = fmt.Sprintf("%d MB are too large to parse: only the words were looked at", len(src)>>20)
	if len(src) > maxLarge {
		a.Partial = fmt.Sprintf("%d MB are too large to parse: only the words of the first %d MB were looked at", len(src)>>20, maxLarge>>20)
		src = src[:maxLarge]
	}
	line, column, counted := 1, 1, 0
	for from := 0; from < len(src); from += largeChunk {
		to := min(from+largeChunk+largeOverlap, len(src))
		line, column = advance(src[counted:from], line, column)
		counted = from
		text := string(src[from:to])
		inner := newLines(text)
		firstLine, firstColumn := line, column
		at := func(offset int) (int, int) {
			l, c := inner.at(offset)
			if l == 1 {
				c += firstColumn - 1
			}
			return firstLine + l - 1, c
		}
		w := &witness{text: text, at: at, options: o}
		j := &judgement{witness: w, record: newRecord(), survey: look(text)}
		j.words(text)
		if v := j.verdict(); v.Score > a.Verdict.Score || a.Verdict.Severity == 0 {
			a.Verdict = v
		}
	}
	return a
}

// advance moves a place on over text.
func advance(text []byte, line, column int) (int, int) {
	n := bytes.Count(text, []byte{'\n'})
	if n == 0 {
		return line, column + units(string(text))
	}
	return line + n, units(string(text[bytes.LastIndexByte(text, '\n')+1:])) + 1
}
