package serverside

import "strings"

// mark says where a value comes from, as bits.
type mark uint32

const (
	fromRequest mark = 1 << iota
	fromInput        // standard input, which is the request's body where the file answers requests
	fromNet          // a connection that the file makes or accepts
	fromParam        // the first parameter of the function; those after it follow
)

const maxParams = 24

func param(i int) mark { return fromParam << min(i, maxParams) }

const params = ^(fromParam - 1)

// value is what is known of an expression.
type value struct {
	text          string // where known says so
	known         bool
	before, after string // what is known to stand before and after what is not known
	mark          mark
	path          string // how it was come by: names and calls, in small letters
	name          string // the variable that it is read from
	key           string // of an argument that has a name
	items         []value
	list          bool
	decoded       bool // it was made of a text that cannot be read
	handle        int  // of a file: 1 and the index in machine.files; 0 for none
	pos           int
}

func (v value) empty() bool {
	return v.path == "" && v.name == "" && v.mark == 0 && !v.known && !v.list && v.before == "" && v.after == ""
}

const maxText = 64 << 10

func constant(s string) value { return value{text: s, known: true} }

// start is what is known to stand at the beginning.
func (v value) start() string {
	if v.known {
		return v.text
	}
	return v.before
}

func (v value) end() string {
	if v.known {
		return v.text
	}
	return v.after
}

// joined is one value after the other.
func joined(a, b value) value {
	v := value{mark: a.mark | b.mark, decoded: a.decoded || b.decoded, pos: a.pos}
	switch {
	case a.known && b.known:
		v.known = true
		v.text = clip(a.text + b.text)
	case a.known:
		v.before, v.after = clip(a.text+b.before), b.after
	case a.mark == 0 && b.mark != 0: // something comes first of which only that is known
		v.before, v.after = clip(a.before+"?"+a.after+b.before), b.after
	case b.known:
		v.before, v.after = a.before, clip(a.after+b.text)
	default:
		v.before, v.after = a.before, b.after
	}
	return v
}

func clip(s string) string { return s[:min(len(s), maxText)] }

// either is one value or the other.
func either(a, b value) value {
	v := a
	if !a.known || a.mark == 0 && b.mark != 0 {
		v = b
		if v.path == "" {
			v.path = a.path
		}
	}
	v.mark = a.mark | b.mark
	v.name = ""
	if a.known && b.known && a.text != b.text {
		v = value{mark: a.mark | b.mark}
	}
	return v
}

// flat is all that a list may be, as one value.
func flat(items []value) value {
	v := value{items: items, list: true}
	for _, i := range items {
		v.mark |= i.mark
		v.decoded = v.decoded || i.decoded
	}
	return v
}

func (v value) last() string {
	p := strings.TrimSuffix(v.path, "()")
	return p[strings.LastIndexByte(p, '.')+1:]
}

// function is one of the file's own.
type function struct {
	name   string
	params []string
	marks  []mark // of what it is called with, from all calls
	ret    mark   // of what it gives, its own parameters among it
	result value
	vars   map[string]*variable
	outer  *function
	col    int
	shift  int
	open   bool // others call it with what they like: a page's method
}

type variable struct {
	value
	seen mark // of all that was ever put into it
}

func (f *function) find(name string) *variable {
	for ; f != nil; f = f.outer {
		if v := f.vars[name]; v != nil {
			return v
		}
	}
	return nil
}
