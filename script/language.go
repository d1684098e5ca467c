package script

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
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
	case "Symbol", "Symbol.for":
		text, _ := m.toText(argument(0))
		return str("@@" + text), true
	case "Promise.resolve":
		return m.awaitable(argument(0)), true
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

func (m *machine) fromCharCode(args []value) value {
	var b []byte
	k := marks(0)
	units := make([]uint16, 0, len(args))
	for _, a := range args {
		n, known := m.toNumber(a)
		k |= a.marks
		if !known {
			return opaque(k | m.marksOfAll(args) | markEncoded)
		}
		if n >= 0x10000 {
			b = append(append(b, fromUnits(units)...), string(rune(int32(n)))...)
			units = units[:0]
			continue
		}
		units = append(units, uint16(toInt32(n)))
	}
	m.allocate(2 * len(args))
	return str(string(append(b, fromUnits(units)...))).with(k | markHidden)
}

// decodeBytes is the text that an array of bytes holds in UTF-8.
func (m *machine) decodeBytes(v value) value {
	k := m.marksOf(v)
	if v.obj == nil || v.obj.class != classArray || v.obj.rest != 0 {
		return opaque(k | markHidden)
	}
	raw := make([]byte, 0, len(v.obj.list))
	for _, e := range v.obj.list {
		n, known := m.toNumber(e)
		if !known {
			return opaque(k | markHidden)
		}
		raw = append(raw, byte(toInt32(n)))
	}
	m.allocate(len(raw))
	return str(strings.ToValidUTF8(string(raw), "\ufffd")).with(k | markHidden)
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

// transcode is the pairs of functions that encode and decode text.
func (m *machine) transcode(how string, v value, at position) value {
	text, known := m.toText(v)
	k := m.marksOf(v)
	m.allocate(2 * len(text))
	if !known {
		switch how {
		case "btoa":
			return opaque(k | markEncoded)
		case "atob":
			return opaque(k | markHidden)
		}
		return partly(text, k)
	}
	out := text
	switch how {
	case "btoa":
		units := toUnits(text)
		raw := make([]byte, len(units))
		for i, u := range units {
			raw[i] = byte(u)
		}
		return str(base64.StdEncoding.EncodeToString(raw)).with(k | markEncoded)
	case "atob":
		raw, ok := decodeBase64(text)
		if !ok {
			panic(thrown{str("InvalidCharacterError")})
		}
		units := make([]uint16, len(raw))
		for i, c := range raw {
			units[i] = uint16(c)
		}
		out = fromUnits(units)
		m.decode(out, "base64", at)
		return str(out).with(k | markHidden)
	case "unescape":
		out = unescapeUnits(text)
	case "decodeURIComponent", "decodeURI":
		decoded, err := url.PathUnescape(text)
		if err != nil || !utf8.ValidString(decoded) {
			panic(thrown{str("URIError")}) // string arrays are rotated until nothing throws any more
		}
		out = decoded
	case "escape", "encodeURIComponent", "encodeURI":
		return str(escapeText(text, how)).with(k)
	}
	if out != text {
		m.decode(out, "escapes", at)
		k |= markHidden
	}
	return str(out).with(k)
}

func decodeBase64(text string) ([]byte, bool) {
	text = strings.Map(func(r rune) rune {
		if isBlank(r) {
			return -1
		}
		return r
	}, text)
	text = strings.TrimRight(text, "=")
	if len(text)%4 == 1 {
		return nil, false
	}
	raw, err := base64.RawStdEncoding.DecodeString(text)
	return raw, err == nil
}

func unescapeUnits(text string) string {
	var units []uint16
	source := toUnits(text)
	hex := func(from, n int) (uint16, bool) {
		if from+n > len(source) {
			return 0, false
		}
		v, err := strconv.ParseUint(fromUnits(source[from:from+n]), 16, 16)
		return uint16(v), err == nil
	}
	for i := 0; i < len(source); i++ {
		if source[i] == '%' {
			if i+1 < len(source) && source[i+1] == 'u' {
				if u, ok := hex(i+2, 4); ok {
					units = append(units, u)
					i += 5
					continue
				}
			} else if u, ok := hex(i+1, 2); ok {
				units = append(units, u)
				i += 2
				continue
			}
		}
		units = append(units, source[i])
	}
	return fromUnits(units)
}

func escapeText(text, how string) string {
	keep := "-_.!~*'()"
	switch how {
	case "escape":
		keep = "@*_+-./"
	case "encodeURI":
		keep += ";/?:@&=+$,#"
	}
	if how == "escape" {
		return escapeUnits(text, keep)
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if c := text[i]; isAlphanumeric(c) || strings.IndexByte(keep, c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

func escapeUnits(text, keep string) string {
	var b strings.Builder
	for _, u := range toUnits(text) {
		switch {
		case u < 0x80 && (isAlphanumeric(byte(u)) || strings.IndexByte(keep, byte(u)) >= 0):
			b.WriteByte(byte(u))
		case u < 0x100:
			fmt.Fprintf(&b, "%%%02X", u)
		default:
			fmt.Fprintf(&b, "%%u%04X", u)
		}
	}
	return b.String()
}

func isAlphanumeric(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

func (m *machine) stringify(v value) value {
	k := m.marksOf(v)
	switch v.kind {
	case kindString:
		b, _ := json.Marshal(v.string())
		return str(string(b)).with(k)
	case kindNumber, kindBool, kindNull:
		text, _ := m.toText(v)
		return str(text)
	case kindUndefined:
		return undefined
	}
	return opaque(k)
}

func (m *machine) parseJSON(v value) value {
	text, known := m.toText(v)
	if !known || len(text) > 1<<20 {
		return m.unknown("", m.marksOf(v))
	}
	m.allocate(4 * len(text))
	var data any
	if json.Unmarshal([]byte(text), &data) != nil {
		panic(thrown{str("SyntaxError")})
	}
	return m.fromJSON(data, v.marks)
}

func (m *machine) fromJSON(data any, k marks) value {
	m.allocate(48)
	switch d := data.(type) {
	case nil:
		return value{kind: kindNull}
	case bool:
		return boolean(d)
	case float64:
		return number(d)
	case string:
		return str(d).with(k)
	case []any:
		list := make([]value, len(d))
		for i, e := range d {
			list[i] = m.fromJSON(e, k)
		}
		return arrayValue(list)
	case map[string]any:
		o := newObject()
		for _, name := range sortedKeys(d) {
			o.set(name, m.fromJSON(d[name], k))
		}
		return objectValue(o)
	}
	return undefined
}

func (m *machine) objectFunction(path string, args []value, at position) (value, bool) {
	if len(args) == 0 {
		return undefined, false
	}
	o := args[0].obj
	switch path {
	case "Object.keys", "Object.getOwnPropertyNames":
		list := m.keysOf(args[0])
		v := arrayValue(list.list)
		if !list.known {
			v.obj.rest = markSome
		}
		return v, true
	case "Object.values", "Object.entries":
		if o == nil || o.class == classHost {
			return m.memberList(args[0]), true
		}
		var list []value
		for i, e := range o.list {
			list = append(list, entry(path, strconv.Itoa(i), e))
		}
		for i, k := range o.props.names {
			list = append(list, entry(path, k, o.props.values[i]))
		}
		m.allocate(96 * len(list))
		v := arrayValue(list)
		v.obj.rest = o.rest
		return v, true
	case "Object.assign":
		for _, from := range args[1:] {
			if o == nil || from.obj == nil {
				continue
			}
			o.rest |= from.obj.rest | from.marks
			for i, k := range from.obj.props.names {
				m.step()
				o.set(k, from.obj.props.values[i])
			}
		}
		return args[0], true
	case "Object.create":
		made := newObject()
		made.proto = o
		return objectValue(made), true
	case "Object.defineProperty":
		return m.defineProperty(args, at), true
	case "Object.freeze", "Object.seal", "Object.preventExtensions", "Object.setPrototypeOf", "Object.defineProperties":
		return args[0], true
	}
	return undefined, false
}

func entry(path, key string, v value) value {
	if path == "Object.values" {
		return v
	}
	return arrayValue([]value{str(key), v})
}

func (m *machine) memberList(v value) value {
	list := arrayValue([]value{m.memberOf(v)})
	list.obj.rest = m.marksOf(v) | markSome
	return list
}

func (m *machine) defineProperty(args []value, at position) value {
	if len(args) < 3 || args[2].obj == nil {
		return args[0]
	}
	name, _ := m.toText(args[1])
	for _, key := range []string{"value", "get", "set"} {
		v, ok := args[2].obj.own(key)
		if !ok {
			continue
		}
		switch {
		case key == "value":
			m.setProperty(args[0], name, v, at)
		case args[0].obj != nil && args[0].obj.class == classHost:
			m.hook(args[0].obj.path, name, v, at)
		case key == "get" && v.function() != nil && args[0].obj != nil:
			args[0].obj.set(name, m.call(v, args[0], nil))
		}
	}
	return args[0]
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
