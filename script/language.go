package script

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// language calls what the language itself has under a fixed path.
func (m *machine) language(path string, args []value, at position) (value, bool) {
	argument := func(i int) value {
		if i < len(args) {
			return args[i]
		}
		return undefined
	}
	if name, ok := strings.CutPrefix(path, "Math."); ok {
		return m.math(name, args), true
	}
	switch path {
	case "String":
		if len(args) == 0 {
			return str(""), true
		}
		text, known := m.toText(args[0])
		if !known {
			return partly(text, m.marksOf(args[0])), true
		}
		return str(text).with(m.marksOf(args[0])), true
	case "String.fromCharCode", "String.fromCodePoint":
		return m.fromCharCode(args), true
	case "Number", "parseFloat", "Boolean", "isNaN", "isFinite", "parseInt", "Number.parseInt", "Number.isInteger":
		return m.numeric(path, argument(0), argument(1)), true
	case "atob", "btoa", "unescape", "decodeURIComponent", "decodeURI", "escape", "encodeURIComponent", "encodeURI":
		return m.transcode(path, argument(0), at), true
	case "JSON.stringify":
		return m.stringify(argument(0)), true
	case "JSON.parse":
		return m.parseJSON(argument(0)), true
	case "Array", "Array.of":
		return m.newArrayOf(path, args), true
	case "Array.isArray":
		if a := argument(0); a.settled() {
			return boolean(a.obj != nil && a.obj.class == classArray), true
		}
		return opaque(0), true
	case "Array.from":
		return m.arrayFrom(args), true
	case "Object":
		if argument(0).obj != nil {
			return argument(0), true
		}
		return objectValue(newObject()), true
	case "RegExp":
		return m.constructLanguage(path, args, at)
	case "Date":
		return str("Thu Jan 01 2026 00:00:00 GMT+0000 (Coordinated Universal Time)").with(markTime), true // encoders take letters from it
	case "Date.now", "performance.now":
		return opaque(markTime), true
	case "TextDecoder().decode":
		return m.decodeBytes(argument(0)), true
	case "TextEncoder().encode":
		if text, known := m.toText(argument(0)); known {
			list := make([]value, len(text))
			for i := range list {
				list[i] = number(float64(text[i])).with(args[0].marks)
			}
			m.allocate(48 * len(list))
			return arrayValue(list), true
		}
		return m.unknown("", m.marksOfAll(args)), true
	case "crypto.subtle.digest": // what went in does not come out of it again
		return m.unknown("", 0), true
	case "Symbol", "Symbol.for":
		text, _ := m.toText(argument(0))
		return str("@@" + text), true
	case "Promise.resolve":
		return m.awaitable(argument(0)), true
	case "Promise.all", "Promise.allSettled", "Promise.race", "Promise.any":
		list := m.elementsOf(argument(0))
		for i, v := range list.list {
			list.list[i] = m.awaited(v)
		}
		all := arrayValue(list.list)
		all.obj.rest = m.marksOf(argument(0))
		if path == "Promise.race" || path == "Promise.any" {
			all = m.memberOrAny(all)
		}
		return m.awaitable(all), true
	case "Reflect.apply":
		return m.callAt(argument(0), argument(1), m.elementsOf(argument(2)).list, at), true
	case "Reflect.construct":
		return m.construct(argument(0), m.elementsOf(argument(1)).list, at), true
	case "Reflect.get":
		return m.getKey(argument(0), argument(1), at), true
	}
	if strings.HasPrefix(path, "Object.") {
		return m.objectFunction(path, args, at)
	}
	return undefined, false
}

// constructLanguage is "new" of what the language has.
func (m *machine) constructLanguage(path string, args []value, at position) (value, bool) {
	switch path {
	case "RegExp":
		if len(args) > 0 && args[0].obj != nil && args[0].obj.pattern != nil {
			return args[0], true
		}
		source, flags := "", ""
		known := true
		if len(args) > 0 {
			source, known = m.toText(args[0])
		}
		if len(args) > 1 {
			flags, _ = m.toText(args[1])
		}
		if !known {
			return m.unknown("", args[0].marks), true
		}
		return m.regExp(source, flags), true
	case "Array":
		return m.newArrayOf(path, args), true
	case "Uint8Array", "Uint16Array", "Int8Array", "Uint32Array", "Int32Array", "Uint8ClampedArray", "Float64Array":
		return m.typedArray(args), true
	case "Object":
		return objectValue(newObject()), true
	case "Function":
		return m.functionFrom(args, at), true
	case "String", "Number", "Boolean":
		v, _ := m.language(path, args, at)
		return objectValue(&object{class: classBoxed, list: []value{v}}).with(v.marks), true
	case "Date":
		if len(args) == 1 && args[0].kind == kindNumber && math.Abs(args[0].num) < 1e13 {
			text := time.UnixMilli(int64(args[0].num)).UTC().Format("Mon Jan 02 2006 15:04:05 GMT+0000") + " (Coordinated Universal Time)"
			return objectValue(&object{class: classBoxed, list: []value{str(text)}}), true // encoders take letters from it
		}
		return m.unknown("Date()", markTime), true
	case "Error", "TypeError", "RangeError", "SyntaxError", "EvalError", "ReferenceError":
		o := newObject()
		if len(args) > 0 {
			o.set("message", args[0])
		}
		return objectValue(o), true
	case "Map", "Set", "WeakMap", "WeakSet":
		return m.unknown(path+"()", m.marksOfAll(args)), true
	}
	return undefined, false
}

func (m *machine) newArrayOf(path string, args []value) value {
	if path == "Array" && len(args) == 1 && args[0].kind == kindNumber {
		n := int(min(max(args[0].num, 0), 1<<16))
		m.allocate(48 * n)
		return arrayValue(make([]value, n))
	}
	return arrayValue(append([]value(nil), args...))
}

func (m *machine) typedArray(args []value) value {
	if len(args) > 0 && args[0].kind == kindNumber {
		n := int(min(max(args[0].num, 0), 1<<16))
		m.allocate(48 * n)
		list := make([]value, n)
		for i := range list {
			list[i] = number(0)
		}
		return arrayValue(list)
	}
	if len(args) > 0 && args[0].obj != nil && args[0].obj.class == classArray {
		m.allocate(48 * len(args[0].obj.list))
		return arrayValue(append([]value(nil), args[0].obj.list...))
	}
	return m.unknown("", m.marksOfAll(args))
}

func (m *machine) arrayFrom(args []value) value {
	if len(args) == 0 {
		return arrayValue(nil)
	}
	from := args[0]
	if o := from.obj; o != nil && o.class == classPlain {
		if n, ok := o.own("length"); ok && n.kind == kindNumber {
			from = m.newArrayOf("Array", []value{n})
		}
	}
	list := m.elementsOf(from)
	made := arrayValue(list.list)
	made.marks = from.marks
	if !list.known {
		made.obj.rest = m.marksOf(from) | markSome
	}
	if len(args) > 1 && args[1].function() != nil {
		v, _ := m.arrayMethod(made, "map", args[1:], position{m.layer, -1})
		v.obj.rest |= made.obj.rest
		return v
	}
	return made
}

func (m *machine) numeric(path string, v, base value) value {
	k := v.marks & throughArithmetic
	switch path {
	case "Boolean":
		switch v.truth() {
		case truthy:
			return boolean(true)
		case falsy:
			return boolean(false)
		}
		return opaque(k)
	case "parseInt", "Number.parseInt":
		text, known := m.toText(v)
		if !known {
			return opaque(k)
		}
		radix, _ := m.toNumber(base)
		return number(parseInteger(text, int(toInt32(radix)))).with(k)
	case "parseFloat":
		text, known := m.toText(v)
		if !known {
			return opaque(k)
		}
		text = strings.TrimFunc(text, isBlank)
		end := 0
		for end < len(text) && strings.IndexByte("0123456789.eE+-", text[end]) >= 0 {
			end++
		}
		for ; end > 0; end-- {
			if n, err := strconv.ParseFloat(text[:end], 64); err == nil {
				return number(n).with(k)
			}
		}
		return number(math.NaN())
	}
	n, known := m.toNumber(v)
	if !known {
		return opaque(k)
	}
	switch path {
	case "isNaN":
		return boolean(math.IsNaN(n))
	case "isFinite":
		return boolean(!math.IsNaN(n) && !math.IsInf(n, 0))
	case "Number.isInteger":
		return boolean(v.kind == kindNumber && n == math.Trunc(n))
	}
	return number(n).with(k)
}

func parseInteger(text string, base int) float64 {
	text = strings.TrimFunc(text, isBlank)
	sign := 1.0
	if text != "" && (text[0] == '-' || text[0] == '+') {
		if text[0] == '-' {
			sign = -1
		}
		text = text[1:]
	}
	if (base == 0 || base == 16) && len(text) > 1 && text[0] == '0' && text[1]|0x20 == 'x' {
		text, base = text[2:], 16
	}
	if base == 0 {
		base = 10
	}
	n, digits := 0.0, 0
	for ; digits < len(text); digits++ {
		c, d := text[digits], 99
		switch {
		case c >= '0' && c <= '9':
			d = int(c - '0')
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			d = int(c|0x20-'a') + 10
		}
		if d >= base {
			break
		}
		n = n*float64(base) + float64(d)
	}
	if digits == 0 {
		return math.NaN()
	}
	return sign * n
}

func (m *machine) math(name string, args []value) value {
	n := make([]float64, len(args))
	k := marks(0)
	for i, a := range args {
		x, known := m.toNumber(a)
		k |= a.marks & throughArithmetic
		if !known {
			return opaque(k)
		}
		n[i] = x
	}
	one := math.NaN()
	if len(n) > 0 {
		one = n[0]
	}
	switch name {
	case "random":
		return opaque(markChance)
	case "floor":
		one = math.Floor(one)
	case "ceil":
		one = math.Ceil(one)
	case "round":
		one = math.Floor(one + 0.5)
	case "trunc":
		one = math.Trunc(one)
	case "abs":
		one = math.Abs(one)
	case "sqrt":
		one = math.Sqrt(one)
	case "pow":
		if len(n) > 1 {
			one = math.Pow(n[0], n[1])
		}
	case "max", "min":
		for _, x := range n {
			if name == "max" {
				one = math.Max(one, x)
			} else {
				one = math.Min(one, x)
			}
		}
	case "imul":
		if len(n) > 1 {
			one = float64(toInt32(n[0]) * toInt32(n[1]))
		}
	case "sin":
		one = math.Sin(one)
	case "cos":
		one = math.Cos(one)
	case "log":
		one = math.Log(one)
	default:
		return opaque(k)
	}
	return number(one).with(k)
}
