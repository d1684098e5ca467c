package files

import (
	"bytes"
	"fmt"
	"path"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/known"
	"github.com/tillwatch/tillwatch/script"
)

const (
	// maxLibrary is larger than any published browser library, in bytes.
	maxLibrary = 5 << 20
	// maxChanges is how many changed statements are given as evidence.
	maxChanges = 20
	// maxPlaces is in how many places somebody changes a library who hides something there. A build for another purpose
	// differs in more.
	maxPlaces = 5
	// bundled is how much is put together with a library where several scripts are made one file, in bytes; what is put
	// into a library to hide there is smaller.
	bundled = 20 << 10
)

// change says whether a script is a published library that somebody changed, and how serious that is: it is high unless
// what was put there is understood, and touches nothing. The standing is empty where there was nothing to compare.
func (j judge) change(name string, content []byte, whole *script.Analysis) (*tillwatch.Sign, known.Standing) {
	if len(content) > maxLibrary {
		return nil, ""
	}
	statements := script.Statements(content)
	list := make([]known.Statement, len(statements))
	for i, s := range statements {
		list[i] = known.Statement(s)
	}
	r := j.data.Recognise(content, list)
	if r.Standing != known.Modified {
		return nil, r.Standing
	}
	c := change{Recognition: r, content: content, lines: lineStarts(content)}
	if r.Added != (known.Stretch{}) {
		return c.addition(name, script.Analyse(content[r.Added.Start:r.Added.End], j.options())), r.Standing
	}
	return c.alteration(whole), r.Standing
}

// change is a library that was changed.
type change struct {
	known.Recognition
	content []byte
	lines   []int // where each begins
}

// what an added or changed piece of code does, as the summary says it.
const (
	doesNothing  = "that reads nothing, sends nothing and loads nothing"
	doesSome     = "that reads, sends, loads or executes something"
	doesUnknown  = "what that does could not be told"
	looksBundled = "that much is rather several scripts in one file"
	looksBuilt   = "that many places are rather a build of the library that is not listed"
)

// grade says what code does that is in no published version, and how serious that is.
func grade(a *script.Analysis) (tillwatch.Severity, string) {
	switch {
	case a.Parsed != script.ParsedWhole && a.Parsed != script.ParsedLowered, a.Partial != "":
		return tillwatch.High, doesUnknown
	case a.Verdict.Severity >= tillwatch.Low, len(a.Sinks) > 0, len(a.Sources) > 0, len(a.Dynamic) > 0, len(a.Layers) > 0, len(a.Decoders) > 0:
		return tillwatch.High, doesSome
	}
	return tillwatch.Low, doesNothing
}

// addition tells of one stretch that was put into a file that is otherwise as it was published.
func (c change) addition(name string, added *script.Analysis) *tillwatch.Sign {
	size := c.Added.End - c.Added.Start
	severity, does := grade(added)
	if does == doesSome && size > bundled && added.Verdict.Severity < tillwatch.Medium && !c.claims(name) {
		severity, does = tillwatch.Low, looksBundled
	}
	begin, end := c.code(c.Added)
	sign := &tillwatch.Sign{
		Rule: ruleChanged, Severity: severity, Certainty: tillwatch.Certain,
		Summary: fmt.Sprintf("This is %s %s as it was published, but something was put into it at line %d (bytes: %d): %s.",
			c.Name, c.Version, c.lineOf(begin), size, does),
	}
	first := c.evidence(begin, fmt.Sprintf("what was added to %s of %s %s begins here", c.Files[0].Path, c.Name, c.Version))
	last := c.evidence(max(begin, end-1), "and ends here")
	sign.Evidence = append(sign.Evidence, first, last)
	for _, sink := range added.Sinks {
		if sink.Host != "" && len(sign.Evidence) < maxChanges {
			e := c.within(c.Added.Start, sink.Span, sink.What)
			e.Destination = "//" + sink.Host
			sign.Evidence = append(sign.Evidence, e)
		}
	}
	return sign
}

// alteration tells of a library that was changed in several places.
func (c change) alteration(whole *script.Analysis) *tillwatch.Sign {
	severity, does := tillwatch.Low, doesNothing
	if whole.Partial != "" {
		severity, does = tillwatch.High, doesUnknown
	} else if c.touched(whole) {
		severity, does = tillwatch.High, doesSome
	}
	if severity == tillwatch.High && c.places() > maxPlaces && whole.Verdict.Severity < tillwatch.Medium {
		severity, does = tillwatch.Low, looksBuilt
	}
	sign := &tillwatch.Sign{
		Rule: ruleChanged, Severity: severity, Certainty: tillwatch.Likely,
		Summary: fmt.Sprintf("This is mostly %s %s, but some of it is in no published version (statements: %d): %s.",
			c.Name, c.Version, len(c.Unknown), does),
	}
	for _, s := range c.Unknown[:min(len(c.Unknown), maxChanges)] {
		sign.Evidence = append(sign.Evidence, c.evidence(s.Start, "in no published version of "+c.Name))
	}
	return sign
}

// places counts the places in which unknown statements stand together.
func (c change) places() int {
	n, end := 0, -1
	for _, s := range c.Unknown {
		start := min(max(end, s.Start), len(c.content)) // positions may be those of a text that had to be decoded
		if end < 0 || len(bytes.Trim(c.content[end:start], "{}; \t\r\n")) > 0 {
			n++
		}
		end = min(max(s.End, start), len(c.content))
	}
	return n
}

// touched says whether something that the whole script does is done by a statement that was changed.
func (c change) touched(whole *script.Analysis) bool {
	spans := append(append(append([]script.Span{}, whole.Sources...), whole.Dynamic...), whole.Decoders...)
	for _, sink := range whole.Sinks {
		spans = append(spans, sink.Span)
	}
	for _, layer := range whole.Layers {
		spans = append(spans, layer.Span)
	}
	for _, s := range c.Unknown {
		firstLine, firstColumn := c.position(s.Start)
		lastLine, lastColumn := c.position(s.End)
		for _, span := range spans {
			after := span.Line > firstLine || span.Line == firstLine && span.Column >= firstColumn
			before := span.Line < lastLine || span.Line == lastLine && span.Column <= lastColumn
			if after && before {
				return true
			}
		}
	}
	return false
}

// claims says whether the file's name is one that the library goes by.
func (c change) claims(name string) bool {
	name = strings.ToLower(name)
	for _, f := range c.Files {
		if name == strings.ToLower(path.Base(f.Path)) {
			return true
		}
	}
	first, _, _ := strings.Cut(strings.ToLower(strings.TrimPrefix(c.Name, "@")), "-")
	return strings.Contains(name, first)
}

// code is a stretch without the white space around it.
func (c change) code(s known.Stretch) (begin, end int) {
	text := c.content[s.Start:s.End]
	begin = s.End - len(bytes.TrimLeft(text, " \t\r\n"))
	end = s.Start + len(bytes.TrimRight(text, " \t\r\n"))
	if begin > end {
		return s.Start, s.End
	}
	return begin, end
}

func (c change) evidence(offset int, what string) tillwatch.Evidence {
	line, column := c.position(offset)
	return tillwatch.Evidence{What: what, Line: line, Column: column}
}

// within is a place in a piece of the script that begins at offset, as a place in the script.
func (c change) within(offset int, s script.Span, what string) tillwatch.Evidence {
	line, column := c.position(offset)
	if s.Line == 1 {
		return tillwatch.Evidence{What: what, Line: line, Column: column + s.Column - 1}
	}
	return tillwatch.Evidence{What: what, Line: line + s.Line - 1, Column: s.Column}
}

func (c change) lineOf(offset int) int {
	line, _ := c.position(offset)
	return line
}

// position is the line and the column of an offset, both from 1; columns count UTF-16 units, as browsers do.
func (c change) position(offset int) (line, column int) {
	offset = min(max(offset, 0), len(c.content))
	line = 0
	for low, high := 0, len(c.lines); low < high; {
		middle := (low + high) / 2
		if c.lines[middle] <= offset {
			line, low = middle+1, middle+1
		} else {
			high = middle
		}
	}
	column = 1
	for text := c.content[c.lines[line-1]:offset]; len(text) > 0; {
		r, size := utf8.DecodeRune(text)
		column += max(utf16.RuneLen(r), 1)
		text = text[size:]
	}
	return line, column
}

// lineStarts is where each line of a script begins.
func lineStarts(content []byte) []int {
	starts := []int{0}
	for i, c := range content {
		if c == '\n' || c == '\r' && (i+1 == len(content) || content[i+1] != '\n') {
			starts = append(starts, i+1)
		}
	}
	return starts
}
