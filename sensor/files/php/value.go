package php

import (
	"math"
	"strconv"
	"strings"
)

// marks say where a value came from and what was done to it.
type marks uint32

const (
	markRequest   marks = 1 << iota // whoever asks for the page says what it is
	markBody                        // all that a request brings
	markUpload                      // the content of a file that a request brings, or where it lies
	markName                        // the name that a request gives a file it brings
	markCard                        // a card's number or security code
	markRemote                      // what another server answered
	markSocket                      // what came over a connection
	markImage                       // the content of a picture, or of what is written into one
	markFile                        // the content of a file
	markSelf                        // the content of this very file
	markDatabase                    // what a database holds
	markDecoded                     // decoded by this code
	markEncoded                     // encoded or encrypted by this code
	markFiltered                    // went through code that is not in this file
	markGuarded                     // compared with what is allowed
	markEscaped                     // made one argument of a command
	markUndefined                   // nothing in this file says what it is
	markExtracted                   // a variable made of a request's fields
	markParam                       // handed to a function by somebody not known
	markServer                      // what the machine says of itself
	markCommand                     // what a command wrote
	markExpiry                      // what else stands on a card
	markChosen                      // the content of a file that the request names, whichever it is
	markLeaf                        // the name of a file without its folder
	markListed                      // the whole of it is one of those that are allowed, or has an allowed form
	markSecret                      // the content of a file that holds passwords
	markFramed                      // what the request says stands between something else
)

// markTaint are the marks that say who decides about a value.
const markTaint = markRequest | markUpload | markRemote | markSocket | markImage | markSelf | markUndefined

// markMended are the marks that make a value less dangerous: what is put together has them where all that others decide
// about has them.
const markMended = markFiltered | markGuarded | markEscaped | markListed | markLeaf

// vkind is what a value is.
type vkind uint8

const (
	vUnknown vkind = iota // s is what is known of it, with holes
	vNull
	vBool
	vInt
	vFloat
	vText
	vArray
	vFunction // a closure
	vObject
	vHandle // an open file or connection
)

// hole stands in a text for what is not known of it.
const hole = "\ufffc"

// value is a value, as far as it is known. Marks do not depend on how much that is.
type value struct {
	kind  vkind
	marks marks
	n     int64 // of bools, ints and, as bits, floats
	s     string
	array *array
	ref   any // *function, *class or *handle
}

// handle is an open file, connection or transfer.
type handle struct {
	path    value // or address
	content marks // what is to be sent
	network bool
	names   []keptKey // of the file
	kept    value     // what was written into it
	keeps   bool      // something was

	database bool   // the connection is to a database
	reflects string // the class of PHP's through which something is looked at; path is what
}

func unknown(k marks) value { return value{marks: k, s: hole} }
func text(s string, k marks) value {
	return value{kind: vText, s: s, marks: k}
}
func number(n int64) value { return value{kind: vInt, n: n} }
func truth(b bool) value {
	if b {
		return value{kind: vBool, n: 1}
	}
	return value{kind: vBool}
}
func real(f float64) value { return value{kind: vFloat, n: int64(math.Float64bits(f))} }

// known tells whether it is known what the value is.
func (v value) known() bool { return v.kind != vUnknown && v.kind != vHandle }

// text is the value as a text, with holes where it is not known.
func (v value) text() string {
	switch v.kind {
	case vUnknown, vText:
		return v.s
	case vBool:
		if v.n != 0 {
			return "1"
		}
	case vInt:
		return strconv.FormatInt(v.n, 10)
	case vFloat:
		f := math.Float64frombits(uint64(v.n))
		if f == math.Trunc(f) && math.Abs(f) < 1e15 {
			return strconv.FormatInt(int64(f), 10)
		}
		return strconv.FormatFloat(f, 'G', 14, 64)
	case vArray:
		return "Array"
	case vObject, vHandle, vFunction:
		return hole
	}
	return ""
}

// plain tells whether all of the text is known.
func (v value) plain() bool {
	switch v.kind {
	case vUnknown, vObject, vHandle, vFunction:
		return false
	}
	return true
}

func (v value) number() float64 {
	switch v.kind {
	case vBool, vInt:
		return float64(v.n)
	case vFloat:
		return math.Float64frombits(uint64(v.n))
	case vText:
		return leadingNumber(v.s)
	case vArray:
		if v.array.len() > 0 {
			return 1
		}
	}
	return 0
}

func (v value) int() int64 {
	switch v.kind {
	case vBool, vInt:
		return v.n
	}
	f := v.number()
	if math.IsNaN(f) || math.IsInf(f, 0) || math.Abs(f) > 1e18 {
		return 0
	}
	return int64(f)
}

// leadingNumber is the number that a text begins with.
func leadingNumber(s string) float64 {
	s = strings.TrimLeft(s[:min(len(s), 64)], " \t\r\n\v\f")
	end, dot, exp := 0, false, false
	for end < len(s) {
		c := s[end]
		if digit(c) || end == 0 && (c == '-' || c == '+') {
			end++
		} else if c == '.' && !dot && !exp {
			dot = true
			end++
		} else if (c == 'e' || c == 'E') && !exp && end+1 < len(s) && (digit(s[end+1]) || end+2 < len(s) && (s[end+1] == '-' || s[end+1] == '+') && digit(s[end+2])) {
			exp = true
			end += 2
		} else {
			break
		}
	}
	f, _ := strconv.ParseFloat(s[:end], 64) // a text that begins with none counts as 0
	return f
}

// isNothing tells whether it is known that the value is false, or as good as that.
func (v value) isNothing() bool { return v.kind != vArray && v.known() && v.plain() && !v.isTrue() }

func (v value) isTrue() bool {
	switch v.kind {
	case vBool, vInt:
		return v.n != 0
	case vFloat:
		return v.number() != 0
	case vText:
		return v.s != "" && v.s != "0"
	case vArray:
		return v.array.len() > 0
	case vNull:
		return false
	}
	return true
}

// all is what marks there are on a value and whatever it holds.
func (v value) all() marks {
	if v.kind == vArray {
		return v.marks | v.array.all()
	}
	if h, ok := v.ref.(*handle); ok {
		return v.marks | h.path.marks&^markUndefined
	}
	return v.marks
}

// array is an array in the order of its elements. Elements with keys that are not known are in rest.
type array struct {
	keys   []string
	values []value
	index  map[string]int
	next   int64
	union  marks // of the elements, and of those that were
	rest   marks
	loose  bool // there may be elements that are not known
	shared bool // more than one variable holds it: it is copied before it is written to
}

func newArray() *array { return &array{} }

// room makes room for as many elements.
func (a *array) room(n int) *array {
	a.keys, a.values = make([]string, 0, n), make([]value, 0, n)
	return a
}

func (a *array) len() int {
	if a == nil {
		return 0
	}
	return len(a.values)
}

const indexFrom = 8

func (a *array) find(key string) int {
	if a.index != nil {
		if i, ok := a.index[key]; ok {
			return i
		}
		return -1
	}
	for i, k := range a.keys {
		if k == key {
			return i
		}
	}
	return -1
}

func (a *array) get(key string) (value, bool) {
	if i := a.find(key); i >= 0 {
		return a.values[i], true
	}
	if a.loose {
		return unknown(a.rest), true
	}
	return value{kind: vNull}, false
}

func (a *array) set(key string, v value) {
	a.union |= v.all()
	if i := a.find(key); i >= 0 {
		a.values[i] = v
		return
	}
	a.keys, a.values = append(a.keys, key), append(a.values, v)
	if a.index != nil {
		a.index[key] = len(a.keys) - 1
	} else if len(a.keys) > indexFrom {
		a.index = make(map[string]int, 2*len(a.keys))
		for i, k := range a.keys {
			a.index[k] = i
		}
	}
	if key == "" || key[0] > '9' { // most keys are words
		return
	}
	if n, err := strconv.ParseInt(key, 10, 64); err == nil && n >= a.next && n < math.MaxInt64 {
		a.next = n + 1
	}
}

func (a *array) push(v value) { a.set(strconv.FormatInt(a.next, 10), v) }

func (a *array) remove(key string) {
	i := a.find(key)
	if i < 0 {
		return
	}
	a.keys = append(a.keys[:i:i], a.keys[i+1:]...)
	a.values = append(a.values[:i:i], a.values[i+1:]...)
	a.index = nil
	if len(a.keys) > indexFrom {
		a.index = make(map[string]int, len(a.keys))
		for i, k := range a.keys {
			a.index[k] = i
		}
	}
}

func (a *array) copy() *array {
	b := &array{next: a.next, union: a.union, rest: a.rest, loose: a.loose}
	b.keys, b.values = append(b.keys, a.keys...), append(b.values, a.values...)
	if a.index != nil {
		b.index = make(map[string]int, len(a.index))
		for k, i := range a.index {
			b.index[k] = i
		}
	}
	return b
}

func (a *array) all() marks {
	if a == nil {
		return 0
	}
	return a.rest | a.union
}

// key is a value as the key of an array.
func (v value) key() string {
	switch v.kind {
	case vFloat:
		return strconv.FormatInt(v.int(), 10)
	case vBool:
		return strconv.FormatInt(v.n, 10)
	}
	return v.text()
}

// list makes an array of values.
func list(values ...value) value {
	a := newArray()
	for _, v := range values {
		a.push(v)
	}
	return value{kind: vArray, array: a}
}

// cell is what a variable is: those that refer to each other share one.
type cell struct {
	v     value
	set   bool
	doubt int // it was set to nothing where so many branches may not be gone through; 0: it is what it is
}
