package script

import (
	"math"
	"strconv"
	"strings"
)

type kind uint8

const (
	kindUndefined kind = iota
	kindNull
	kindBool
	kindNumber
	kindString
	kindObject
	// kindUnknown is a value that only a real browser, a server or a customer could supply. What is known about it is
	// kept: in text the parts of it that are, with a hole for each part that is not; in obj what it stands for.
	kindUnknown
)

// hole stands in a text for a part that is not known. A NUL of the script's own reads the same, and does no harm.
const hole = "\x00"

// maxKnownText bounds how much is remembered of a text that is known in part.
const maxKnownText = 8 << 10

// value is a JavaScript value, or what is known of one, with the marks of everything that went into it.
type value struct {
	kind  kind
	marks marks
	num   float64 // of a number; 1 of true
	text  string
	obj   *object
	grow  *growing // of a string that is being added to: its text, not yet copied
}

// growing is a string under construction. Loops that decode a payload add a character at a time; copying the text each
// time would make them quadratic.
type growing struct{ buf []byte }

var undefined = value{}

func number(n float64) value      { return value{kind: kindNumber, num: n} }
func str(s string) value          { return value{kind: kindString, text: s} }
func objectValue(o *object) value { return value{kind: kindObject, obj: o} }

func boolean(b bool) value {
	if b {
		return value{kind: kindBool, num: 1}
	}
	return value{kind: kindBool}
}

// with returns v carrying further marks.
func (v value) with(m marks) value {
	v.marks |= m &^ markPerhaps
	return v
}

func (v value) known() bool { return v.kind != kindUnknown }

// string is the text of a string, or what is known of it.
func (v value) string() string {
	if v.grow != nil {
		return string(v.grow.buf[:int(v.num)])
	}
	return v.text
}

// function is the closure that v is, or nil.
func (v value) function() *closure {
	if v.obj == nil {
		return nil
	}
	return v.obj.closure
}

// element is what is known of the part of the page that v stands for, or nil.
func (v value) element() *element {
	if v.obj == nil {
		return nil
	}
	return v.obj.element
}

// isMethod tells whether v is the built-in method of that name, taken off its object.
func (v value) isMethod(name string) bool {
	return v.obj != nil && v.obj.bound != nil && v.obj.bound.method == name
}

// callable tells whether v can be called, as far as is known.
func (v value) callable() bool {
	return v.obj != nil && (v.obj.closure != nil || v.obj.bound != nil || v.obj.class == classHost)
}

// toText is what string conversion makes of v, and whether all of it is known. Where it is not, the text has holes.
func (m *machine) toText(v value) (string, bool) { return m.toTextAt(v, 0) }

func (m *machine) toTextAt(v value, depth int) (string, bool) {
	switch v.kind {
	case kindUndefined:
		return "undefined", true
	case kindNull:
		return "null", true
	case kindBool:
		if v.num != 0 {
			return "true", true
		}
		return "false", true
	case kindNumber:
		return numberText(v.num), true
	case kindString:
		return v.string(), true
	case kindUnknown:
		switch {
		case strings.HasPrefix(v.text, "[object "):
			return v.text, true
		case v.text != "":
			return v.text, false
		}
		return hole, false
	}
	o := v.obj
	switch {
	case depth > 8:
		return "", true
	case o.class == classArray:
		var b strings.Builder
		known := o.rest == 0
		for i, e := range o.list {
			m.step()
			if i > 0 {
				b.WriteByte(',')
			}
			if e.kind == kindUndefined || e.kind == kindNull {
				continue
			}
			text, k := m.toTextAt(e, depth+1)
			known = known && k
			m.allocate(len(text))
			b.WriteString(text)
		}
		return b.String(), known
	case o.closure != nil:
		return o.closure.source, true
	case o.bound != nil:
		return "function " + o.bound.method + "() { [native code] }", true
	case o.class == classRegExp:
		return "/" + o.pattern.source + "/" + o.pattern.flags, true
	case o.class == classHost:
		if text, ok := hostText(o); ok {
			return text, true
		}
		return hole, false
	case o.class == classBoxed:
		return m.toTextAt(o.list[0], depth+1)
	}
	if f, ok := o.own("toString"); ok && f.function() != nil {
		result := m.call(f, v, nil)
		if result.kind != kindObject {
			return m.toTextAt(result, depth+1)
		}
	}
	return "[object Object]", true
}

// toNumber is what number conversion makes of v, and whether that is known.
func (m *machine) toNumber(v value) (float64, bool) {
	switch v.kind {
	case kindUndefined:
		return math.NaN(), true
	case kindNull:
		return 0, true
	case kindBool, kindNumber:
		return v.num, true
	case kindString:
		return textNumber(v.string()), true
	case kindUnknown:
		return 0, false
	}
	if f, ok := v.obj.own("valueOf"); ok && f.function() != nil {
		if result := m.call(f, v, nil); result.kind != kindObject {
			return m.toNumber(result)
		}
	}
	text, known := m.toText(v)
	return textNumber(text), known
}

// textNumber is the number that a string converts to.
func textNumber(s string) float64 {
	s = strings.TrimFunc(s, isBlank)
	if s == "" {
		return 0
	}
	if len(s) > 2 && s[0] == '0' {
		base := 0
		switch s[1] | 0x20 {
		case 'x':
			base = 16
		case 'o':
			base = 8
		case 'b':
			base = 2
		}
		if base != 0 {
			n, err := strconv.ParseUint(s[2:], base, 64)
			if err != nil {
				return math.NaN()
			}
			return float64(n)
		}
	}
	switch c := s[len(s)-1]; {
	case strings.HasSuffix(s, "Infinity"):
	case c != '.' && (c < '0' || c > '9'):
		return math.NaN()
	}
	if strings.ContainsAny(s, "_xXpPiI") && !strings.HasSuffix(s, "Infinity") {
		return math.NaN()
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(n, 0) {
		return math.NaN()
	}
	return n
}

// numberText is the string that a number converts to.
func numberText(n float64) string {
	switch {
	case n == math.Trunc(n) && math.Abs(n) < 1e15:
		return strconv.FormatInt(int64(n), 10)
	case math.IsNaN(n):
		return "NaN"
	case math.IsInf(n, 1):
		return "Infinity"
	case math.IsInf(n, -1):
		return "-Infinity"
	}
	if a := math.Abs(n); a >= 1e-6 && a < 1e21 {
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	s := strconv.FormatFloat(n, 'e', -1, 64)
	if i := strings.LastIndexAny(s, "+-"); i > 0 && s[i+1] == '0' { // e-07 is written e-7
		s = s[:i+1] + s[i+2:]
	}
	return s
}

func toInt32(n float64) int32 {
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return 0
	}
	if math.Abs(n) < 1<<62 {
		return int32(int64(n))
	}
	return int32(uint32(int64(math.Mod(math.Trunc(n), 1<<32))))
}

// truth is what is known of v as a condition.
type truth int8

const (
	falsy truth = iota
	truthy
	unsure
)

func truthOf(b bool) truth {
	if b {
		return truthy
	}
	return falsy
}

func (v value) truth() truth {
	if v.marks&markPerhaps != 0 {
		return unsure
	}
	switch v.kind {
	case kindUndefined, kindNull:
		return falsy
	case kindBool:
		return truthOf(v.num != 0)
	case kindNumber:
		return truthOf(v.num != 0 && !math.IsNaN(v.num))
	case kindString:
		return truthOf(v.grow != nil && v.num > 0 || v.text != "")
	case kindUnknown:
		return unsure
	}
	if v.obj.class == classHost && !builtin(v.obj.path) {
		return unsure
	}
	return truthy
}

// strictEqual is what is known of a === b.
func strictEqual(a, b value) truth {
	if !a.settled() || !b.settled() {
		if a.obj != nil && a.obj == b.obj && a.kind == kindObject {
			return truthy
		}
		return unsure
	}
	if a.kind != b.kind {
		return falsy
	}
	switch a.kind {
	case kindBool, kindNumber:
		return truthOf(a.num == b.num)
	case kindString:
		return truthOf(a.string() == b.string())
	case kindObject:
		return truthOf(a.obj == b.obj)
	}
	return truthy
}

// settled tells whether v is a value that the script alone decides: not unknown, and not a thing of the browser's.
func (v value) settled() bool {
	return v.kind != kindUnknown && (v.kind != kindObject || v.obj.class != classHost || builtin(v.obj.path))
}

// looseEqual is what is known of a == b.
func (m *machine) looseEqual(a, b value) truth {
	if !a.settled() || !b.settled() || a.kind == b.kind {
		return strictEqual(a, b)
	}
	nothing := func(v value) bool { return v.kind == kindUndefined || v.kind == kindNull }
	if nothing(a) || nothing(b) {
		return truthOf(nothing(a) && nothing(b))
	}
	if a.kind == kindObject && b.kind == kindString || a.kind == kindString && b.kind == kindObject {
		s, k := m.toText(a)
		t, l := m.toText(b)
		if !k || !l {
			return unsure
		}
		return truthOf(s == t)
	}
	x, k := m.toNumber(a)
	y, l := m.toNumber(b)
	if !k || !l {
		return unsure
	}
	return truthOf(x == y)
}

// join is the value of something that is old or new, one cannot tell which: it carries the marks of both and is the one
// that says more.
func join(old, new value) value {
	marks := old.marks | new.marks
	keep := new
	if new.weight() <= 1 && old.weight() >= 3 {
		keep = old
	}
	if old.truth() != new.truth() {
		marks |= markPerhaps
	}
	keep.marks |= marks
	return keep
}

// weight orders values by how much there is to learn from them.
func (v value) weight() int {
	switch {
	case v.kind == kindUndefined || v.kind == kindNull:
		return 0
	case v.function() != nil:
		return 5
	case v.kind == kindObject:
		return 4
	case v.kind == kindString && (v.grow != nil || v.text != ""):
		return 4
	case v.kind == kindUnknown && (v.text != "" || v.obj != nil && v.obj.element != nil):
		return 3
	case v.kind == kindUnknown || v.truth() == truthy:
		return 2
	}
	return 1
}

func isBlank(r rune) bool {
	switch r {
	case ' ', '\t', '\n', '\r', '\v', '\f', '\u00a0', '\ufeff', '\u2028', '\u2029', '\u3000', '\u1680', '\u202f', '\u205f':
		return true
	}
	return r >= '\u2000' && r <= '\u200a'
}
