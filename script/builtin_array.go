package script

import (
	"sort"
	"strings"
)

var arrayMethods = map[string]bool{
	"push": true, "pop": true, "shift": true, "unshift": true, "slice": true, "splice": true, "concat": true, "join": true,
	"reverse": true, "indexOf": true, "lastIndexOf": true, "includes": true, "forEach": true, "map": true, "filter": true,
	"reduce": true, "reduceRight": true, "some": true, "every": true, "find": true, "findIndex": true, "sort": true, "fill": true, "flat": true,
	"flatMap": true, "keys": true, "entries": true, "values": true, "toString": true, "at": true, "copyWithin": true,
}

// arrayMethod calls a method of an array.
func (m *machine) arrayMethod(this value, name string, args []value, at position) (value, bool) {
	o := this.obj
	argument := func(i int) value {
		if i < len(args) {
			return args[i]
		}
		return undefined
	}
	integer := func(i, missing int) int {
		if n, known := m.toNumber(argument(i)); i < len(args) && known && n == n {
			return int(max(min(n, 1<<30), -1<<30))
		}
		return missing
	}
	relative := func(i int) int {
		if i < 0 {
			i += len(o.list)
		}
		return min(max(i, 0), len(o.list))
	}
	switch name {
	case "push":
		m.allocate(48 * len(args))
		if m.doubt > 0 && o.rest == 0 && !settledAll(args) {
			o.rest |= m.marksOfAll(args)
		}
		if m.over && m.vague && len(args) > 0 && (!settledAny(args) || m.marksOfAll(args)&markTyped != 0) {
			o.rest |= markSome // how often what pushes is called is not known
		}
		o.list = append(o.list, args...)
		return number(float64(len(o.list))), true
	case "pop":
		if len(o.list) == 0 {
			return undefined, true
		}
		v := o.list[len(o.list)-1]
		o.list = o.list[:len(o.list)-1]
		return v, true
	case "shift":
		if len(o.list) == 0 {
			return undefined, true
		}
		v := o.list[0]
		o.list = o.list[1:]
		return v, true
	case "unshift":
		m.allocate(48 * (len(o.list) + len(args)))
		o.list = append(append([]value(nil), args...), o.list...)
		return number(float64(len(o.list))), true
	case "slice":
		i, j := relative(integer(0, 0)), relative(integer(1, len(o.list)))
		if i > j {
			i = j
		}
		m.allocate(48 * (j - i))
		v := arrayValue(append([]value(nil), o.list[i:j]...))
		v.obj.rest = o.rest
		return v, true
	case "splice":
		i := relative(integer(0, 0))
		n := min(max(integer(1, len(o.list)-i), 0), len(o.list)-i)
		removed := append([]value(nil), o.list[i:i+n]...)
		var added []value
		if len(args) > 2 {
			added = args[2:]
		}
		m.allocate(48 * (len(o.list) + len(added)))
		o.list = append(append(append([]value(nil), o.list[:i]...), added...), o.list[i+n:]...)
		return arrayValue(removed), true
	case "concat":
		list := append([]value(nil), o.list...)
		rest := o.rest
		for _, a := range args {
			switch {
			case a.obj != nil && a.obj.class == classArray:
				list, rest = append(list, a.obj.list...), rest|a.obj.rest
			case !a.known():
				rest |= m.marksOf(a)
				list = append(list, a)
			default:
				list = append(list, a)
			}
		}
		m.allocate(48 * len(list))
		v := arrayValue(list)
		v.obj.rest = rest
		return v, true
	case "join":
		return m.join(this, argument(0)), true
	case "toString":
		return m.join(this, undefined), true
	case "reverse":
		for i, j := 0, len(o.list)-1; i < j; i, j = i+1, j-1 {
			o.list[i], o.list[j] = o.list[j].with(markReversed), o.list[i].with(markReversed)
		}
		return this, true
	case "indexOf", "lastIndexOf", "includes":
		return m.indexIn(o, argument(0), name, at), true
	case "at":
		if i := integer(0, 0); i < 0 && -i <= len(o.list) {
			return o.list[len(o.list)+i], true
		} else if i >= 0 && i < len(o.list) {
			return o.list[i], true
		}
		return undefined, true
	case "fill":
		for i := range o.list {
			o.list[i] = argument(0)
		}
		return this, true
	case "flat":
		var list []value
		for _, e := range o.list {
			if e.obj != nil && e.obj.class == classArray {
				list = append(list, e.obj.list...)
			} else {
				list = append(list, e)
			}
		}
		m.allocate(48 * len(list))
		return arrayValue(list), true
	case "keys":
		return arrayValue(m.keysOf(this).list), true
	case "values", "entries":
		v := m.unknown("", m.marksOf(this))
		v.text = "[object Array Iterator]"
		return v, true
	case "sort":
		m.sort(o, argument(0))
		return this, true
	}
	return m.arrayCallback(this, name, args)
}

// arrayCallback is the methods that call a function for each element.
func (m *machine) arrayCallback(this value, name string, args []value) (value, bool) {
	if len(args) == 0 || !arrayMethods[name] {
		return undefined, false
	}
	o, f := this.obj, args[0]
	receiver := undefined
	if len(args) > 1 {
		receiver = args[1]
	}
	if name == "reduce" || name == "reduceRight" {
		return m.reduce(o, f, args, name == "reduceRight"), true
	}
	var list []value
	sure := truthy
	for i := 0; i < len(o.list); i++ {
		m.step()
		e := o.list[i]
		result := m.call(f, receiver, []value{e, number(float64(i)), this})
		t := result.truth()
		if t == unsure {
			sure = unsure
		}
		switch name {
		case "map":
			list = append(list, result)
		case "flatMap":
			list = append(list, m.elementsOf(result).list...)
		case "filter":
			if t != falsy {
				list = append(list, e)
			}
		case "some", "every":
			if t != unsure && (t == truthy) == (name == "some") && sure == truthy {
				return boolean(name == "some"), true
			}
		case "find", "findIndex":
			if t == truthy && sure == truthy {
				if name == "find" {
					return e, true
				}
				return number(float64(i)), true
			}
			if t == unsure && name == "find" {
				return e, true
			}
		}
	}
	if o.rest != 0 && f.function() != nil {
		list = append(list, m.callback(f, receiver, o.rest))
	}
	m.allocate(48 * len(list))
	switch name {
	case "map", "filter", "flatMap":
		v := arrayValue(list)
		if name == "filter" {
			v.obj.rest = o.rest
		}
		return v, true
	case "some", "every":
		if sure == unsure {
			return opaque(0), true
		}
		return boolean(name == "every"), true
	case "findIndex":
		return number(-1), true
	}
	return undefined, true
}

func (m *machine) reduce(o *object, f value, args []value, right bool) value {
	list := append([]value(nil), o.list...)
	if right {
		for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
			list[i], list[j] = list[j], list[i]
		}
	}
	if len(args) > 1 {
		list = append([]value{args[1]}, list...)
	}
	if len(list) == 0 {
		return undefined
	}
	sum := list[0]
	for i, e := range list[1:] {
		m.step()
		sum = m.call(f, undefined, []value{sum, e, number(float64(i)), arrayValue(o.list)})
	}
	return sum.with(o.rest)
}

func (m *machine) indexIn(o *object, v value, name string, at position) value {
	found, sure := -1, o.rest == 0
	for i, e := range o.list {
		m.steps++
		t := strictEqual(e, v)
		if t == unsure {
			m.compared(e, v, false, at)
		}
		sure = sure && t != unsure
		if t == truthy {
			found = i
			if name != "lastIndexOf" {
				break
			}
		}
	}
	if !sure {
		return opaque(0)
	}
	if name == "includes" {
		return boolean(found >= 0)
	}
	return number(float64(found))
}

func (m *machine) join(this, separator value) value {
	by := ","
	if separator.kind != kindUndefined {
		by, _ = m.toText(separator)
	}
	o := this.obj
	var b strings.Builder
	known, k := o.rest == 0, o.rest
	for i, e := range o.list {
		if i > 0 {
			m.allocate(len(by))
			b.WriteString(by)
		}
		if e.kind == kindUndefined || e.kind == kindNull {
			continue
		}
		text, ok := m.toText(e)
		known = known && ok
		k |= m.marksOf(e)
		m.allocate(len(text))
		b.WriteString(text)
	}
	if !known {
		return partly(b.String()+hole, k)
	}
	if by == "" && len(o.list) > 1 {
		k |= markReversed
	}
	return str(b.String()).with(k)
}

func (m *machine) sort(o *object, by value) {
	if by.function() != nil {
		if len(o.list) > 1 && len(o.list) <= 512 {
			sort.SliceStable(o.list, func(i, j int) bool {
				n, known := m.toNumber(m.call(by, undefined, []value{o.list[i], o.list[j]}))
				return known && n < 0
			})
		}
		return
	}
	sort.SliceStable(o.list, func(i, j int) bool {
		m.step()
		a, _ := m.toText(o.list[i])
		b, _ := m.toText(o.list[j])
		return a < b
	})
}
