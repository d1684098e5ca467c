package script

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/dop251/goja/parser"
)

// pattern is a regular expression of the script's. One that Go's engine, whose time is linear, cannot express has no
// matcher, and whatever it would decide is not known.
type pattern struct {
	source, flags string
	last          int // lastIndex, in bytes
	compiled      bool
	engine        *regexp.Regexp
}

const (
	maxPattern = 4096
	maxMatches = 50_000
)

func (p *pattern) has(flag byte) bool { return strings.IndexByte(p.flags, flag) >= 0 }

func (m *machine) regExp(source, flags string) value {
	if source == "" {
		source = "(?:)"
	}
	m.allocate(128 + len(source))
	return objectValue(&object{class: classRegExp, pattern: &pattern{source: source, flags: flags}})
}

// matcher is the pattern compiled, or nil. Libraries hold far more patterns than a run ever tries.
func (p *pattern) matcher() *regexp.Regexp {
	if p.compiled || len(p.source) > maxPattern {
		return p.engine
	}
	p.compiled = true
	text, err := parser.TransformRegExp(nonSpaces(p.source), p.has('s'), p.has('u'))
	if err != nil {
		return nil
	}
	switch {
	case p.has('i') && p.has('m'):
		text = "(?im)" + text
	case p.has('i'):
		text = "(?i)" + text
	case p.has('m'):
		text = "(?m)" + text
	}
	p.engine, _ = regexp.Compile(text)
	return p.engine
}

// nonSpaces writes out \S within brackets, which the transformation does not know there: [\s\S] is how patterns say any
// character.
func nonSpaces(source string) string {
	if !strings.Contains(source, `\S`) {
		return source
	}
	var b strings.Builder
	within := false
	for i := 0; i < len(source); i++ {
		switch c := source[i]; {
		case c == '\\' && i+1 < len(source):
			i++
			if within && source[i] == 'S' {
				b.WriteString(`\x00-\x08\x0e-\x1f\x21-\x9f\u00a1-` + string(utf8.MaxRune))
				continue
			}
			b.WriteByte(c)
		case c == '[':
			within = true
		case c == ']':
			within = false
		}
		b.WriteByte(source[i])
	}
	return b.String()
}

// plainSource is a pattern without the signs that only delimit or escape.
func plainSource(p *pattern) string { return patternSigns.Replace(p.source) }

var patternSigns = strings.NewReplacer(`\`, "", "^", "", "$", "")

// patternOf is the pattern that v is, or what is not one is taken as when a string method is given it.
func (m *machine) patternOf(v value) *pattern {
	if v.obj != nil && v.obj.pattern != nil {
		return v.obj.pattern
	}
	if v.kind != kindString {
		return nil
	}
	return m.regExp(v.string(), "").obj.pattern
}

// search accounts for one pass of p over text.
func (m *machine) search(p *pattern, text string) {
	m.steps += len(text) * (8 + len(p.source)) / 256
	m.step()
}

func (m *machine) regExpMethod(this value, name string, args []value, at position) (value, bool) {
	p := this.obj.pattern
	switch name {
	case "test", "exec":
		subject := undefined
		if len(args) > 0 {
			subject = args[0]
		}
		text, known := m.toText(subject)
		m.patternTest(p, subject, at)
		if !known || p.matcher() == nil {
			if name == "test" {
				return opaque(0), true
			}
			k := m.marksOf(subject)
			if cardPattern(p.source) {
				k |= markCard
			}
			return m.unknown("", k), true
		}
		m.search(p, text)
		if name == "test" && !p.has('g') {
			return boolean(p.matcher().MatchString(text)), true
		}
		from := 0
		if p.has('g') || p.has('y') {
			from = min(p.last, len(text))
		}
		match := p.matcher().FindStringSubmatchIndex(text[from:])
		if match == nil {
			p.last = 0
			if name == "test" {
				return boolean(false), true
			}
			return value{kind: kindNull}, true
		}
		p.last = from + match[1]
		if match[0] == match[1] {
			p.last++
		}
		if name == "test" {
			return boolean(true), true
		}
		return m.matchValue(text[from:], match, subject.marks), true
	case "toString":
		return str("/" + p.source + "/" + p.flags), true
	case "compile":
		return this, true
	}
	return undefined, false
}

// matchValue is the array that exec gives.
func (m *machine) matchValue(text string, match []int, k marks) value {
	list := make([]value, 0, len(match)/2)
	for i := 0; i+1 < len(match); i += 2 {
		if match[i] < 0 {
			list = append(list, undefined)
			continue
		}
		list = append(list, str(text[match[i]:match[i+1]]).with(k))
	}
	m.allocate(16 * len(list))
	v := arrayValue(list)
	v.obj.set("index", number(float64(match[0])))
	v.obj.set("input", str(text))
	return v
}

// replace is String.prototype.replace with all of its arguments known.
func (m *machine) replace(text string, what, with value, all bool) (string, marks, bool) {
	if what.obj == nil || what.obj.pattern == nil {
		old, known := m.toText(what)
		i := strings.Index(text, old)
		if !known {
			return "", 0, false
		}
		if i < 0 {
			return text, 0, true
		}
		if all && with.function() == nil {
			by, known := m.toText(with)
			m.allocate(strings.Count(text, old)*len(by) + len(text))
			return strings.ReplaceAll(text, old, by), with.marks, known
		}
		by, k, known := m.replacement(text, []int{i, i + len(old)}, with)
		return text[:i] + by + text[i+len(old):], k, known
	}
	p := what.obj.pattern
	if p.matcher() == nil {
		return "", 0, false
	}
	m.search(p, text)
	n := 1
	if p.has('g') {
		n = maxMatches
	}
	var b strings.Builder
	var k marks
	end := 0
	for _, match := range p.matcher().FindAllStringSubmatchIndex(text, n) {
		m.step()
		by, mark, known := m.replacement(text, match, with)
		if !known {
			return "", k | mark, false
		}
		k |= mark
		m.allocate(match[0] - end + len(by))
		b.WriteString(text[end:match[0]])
		b.WriteString(by)
		end = match[1]
	}
	b.WriteString(text[end:])
	return b.String(), k, true
}

// replacement is what one match is replaced by.
func (m *machine) replacement(text string, match []int, with value) (string, marks, bool) {
	if with.callable() {
		args := m.matchValue(text, match, 0).obj.list
		args = append(args, number(float64(match[0])), str(text))
		result := m.call(with, undefined, args)
		by, known := m.toText(result)
		return by, m.marksOf(result), known
	}
	by, known := m.toText(with)
	if !known || !strings.Contains(by, "$") {
		return by, with.marks, known
	}
	var b strings.Builder
	for i := 0; i < len(by); i++ {
		if by[i] != '$' || i+1 == len(by) {
			b.WriteByte(by[i])
			continue
		}
		i++
		switch c := by[i]; {
		case c == '$':
			b.WriteByte('$')
		case c == '&':
			b.WriteString(text[match[0]:match[1]])
		case c >= '1' && c <= '9' && 2*int(c-'0')+1 < len(match):
			if from := match[2*int(c-'0')]; from >= 0 {
				b.WriteString(text[from:match[2*int(c-'0')+1]])
			}
		default:
			b.WriteByte('$')
			b.WriteByte(c)
		}
	}
	return b.String(), with.marks, true
}
