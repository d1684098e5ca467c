package script

import (
	"strconv"
	"strings"
)

// items is what a loop over something goes through; known tells whether that is exactly it.
type items struct {
	list  []value
	known bool
}

// keysOf is what for-in goes through.
func (m *machine) keysOf(v value) items {
	o := v.obj
	if o == nil {
		if v.kind == kindUnknown {
			return items{list: []value{opaque(0)}}
		}
		return items{known: true}
	}
	if o.class == classHost {
		return items{list: []value{opaque(0)}}
	}
	list := make([]value, 0, len(o.list)+len(o.props.names))
	for i := range o.list {
		list = append(list, str(strconv.Itoa(i)))
	}
	for _, k := range o.props.names {
		list = append(list, str(k))
	}
	if o.rest != 0 {
		list = append(list, opaque(0))
	}
	m.allocate(16 * len(list))
	return items{list, o.rest == 0}
}

// elementsOf is what for-of goes through.
func (m *machine) elementsOf(v value) items {
	switch {
	case v.kind == kindString:
		text := v.string()
		m.allocate(16 * len(text))
		list := make([]value, 0, len(text))
		for _, r := range decodeText(text) {
			list = append(list, str(string(r)).with(v.marks))
		}
		return items{list, true}
	case v.obj == nil && v.kind != kindUnknown:
		return items{known: true}
	case v.obj != nil && v.obj.class == classArray:
		return items{append([]value(nil), v.obj.list...), v.obj.rest == 0}
	}
	return items{list: []value{m.memberOf(v)}}
}

// holdsFields tells whether a part of the page is one that a customer pays or gives an address in, and no field itself.
func holdsFields(e *element) bool {
	return payForm(e.selector) && !wideSelector(e.selector) && !withFields(e.selector) && fieldMarks(e.selector) == 0
}

// memberOf is any member of a collection that is not known.
func (m *machine) memberOf(v value) value {
	e := m.unknown("", m.marksOf(v))
	if o := v.obj; o != nil {
		e.obj.path = o.path
		e.obj.element = o.element
		if f := o.element; f != nil && !f.wide && !f.made && !f.any && holdsFields(f) {
			e.obj.element = &element{selector: f.selector + " input"} // a form's members are its fields
		}
		if p, ok := o.own(hole); ok {
			return p.with(e.marks)
		}
	}
	return e
}

func (m *machine) getKey(object, key value, at position) value {
	if key.kind == kindNumber {
		i := int(key.num)
		switch {
		case i < 0 || float64(i) != key.num:
		case object.obj != nil && object.obj.class == classArray:
			if i < len(object.obj.list) {
				return object.obj.list[i]
			}
			if object.obj.rest != 0 {
				return m.unknown("", object.obj.rest)
			}
			return undefined
		case object.kind == kindString:
			return m.charAt(object, i)
		case object.obj != nil && object.obj.element != nil || object.kind == kindUnknown:
			return m.memberOf(object)
		}
	}
	name, known := m.toText(key)
	if k := key.marks & throughArithmetic; !known && k != 0 && lettered(object) {
		return opaque(object.marks | k | markEncoded)
	}
	if !known && strings.Trim(name, hole) == "" {
		if o := object.obj; o != nil && o.class == classPlain && key.obj != nil && key.obj.path == "@name" {
			for i, k := range o.props.names { // a table by the names of fields
				if i < 64 {
					m.asked(k, key, at)
				}
			}
		}
		return m.memberOrAny(object)
	}
	return m.get(object, name, at)
}

// lettered tells whether v is an alphabet, or a table of letters or numbers: what is looked up there by something typed
// is that in another writing.
func lettered(v value) bool {
	if v.kind == kindString {
		return true
	}
	if v.obj == nil || v.obj.class != classArray || len(v.obj.list) < 10 {
		return false
	}
	for i, e := range v.obj.list {
		if i < 64 && e.kind != kindNumber && (e.kind != kindString || len(e.string()) > 4) {
			return false
		}
	}
	return true
}

// memberOrAny is a property under a name that is not known: of the script's own objects one of those there are.
func (m *machine) memberOrAny(object value) value {
	o := object.obj
	if o == nil || o.class == classHost {
		return m.memberOf(object)
	}
	v := m.unknown("", m.marksOf(object))
	for i, p := range o.props.values {
		if i >= 64 {
			break
		}
		if p.callable() {
			return p.with(v.marks)
		}
	}
	for i, e := range o.list {
		if i >= 64 {
			break
		}
		v = join(v, e)
	}
	return v
}

func arrayIndex(name string) (int, bool) {
	if name == "" || len(name) > 9 || name[0] < '0' || name[0] > '9' {
		return 0, false
	}
	i, err := strconv.Atoi(name)
	return i, err == nil
}

// get reads a property.
func (m *machine) get(v value, name string, at position) value {
	switch v.kind {
	case kindString:
		switch name {
		case "length":
			return number(float64(m.texts.length(v.string()))).with(v.marks & throughArithmetic)
		case "constructor":
			return m.host("String")
		}
		if i, ok := arrayIndex(name); ok {
			return m.charAt(v, i)
		}
		return methodValue(name)
	case kindNumber, kindBool:
		if name == "constructor" {
			if v.kind == kindNumber {
				return m.host("Number")
			}
			return m.host("Boolean")
		}
		return methodValue(name)
	case kindUndefined, kindNull:
		return m.unknown("", v.marks)
	}
	o := v.obj
	if o == nil || o.class == classHost {
		return m.getHost(v, name, at)
	}
	if p, ok := o.lookup(name); ok {
		return p.with(v.marks)
	}
	switch o.class {
	case classArray:
		if name == "length" {
			if o.rest != 0 {
				return opaque(0)
			}
			return number(float64(len(o.list)))
		}
		if i, ok := arrayIndex(name); ok {
			if i < len(o.list) {
				return o.list[i]
			}
			return undefined
		}
		if name == "constructor" {
			return m.host("Array")
		}
		if arrayMethods[name] {
			return methodValue(name)
		}
	case classFunction:
		return m.functionProperty(o, name)
	case classRegExp:
		switch name {
		case "source":
			return str(o.pattern.source)
		case "flags":
			return str(o.pattern.flags)
		case "lastIndex":
			return number(float64(o.pattern.last))
		case "constructor":
			return m.host("RegExp")
		}
	case classBoxed:
		return m.get(o.list[0], name, at)
	}
	switch {
	case name == "constructor":
		return m.host("Object")
	case o.rest != 0:
		return m.unknown("", o.rest)
	case name == "toString" || name == "hasOwnProperty" || name == "valueOf":
		return methodValue(name)
	}
	return undefined
}

func (m *machine) functionProperty(o *object, name string) value {
	switch name {
	case "prototype":
		p := newObject()
		p.set("constructor", objectValue(o))
		o.set(name, objectValue(p))
		return objectValue(p)
	case "name":
		if o.closure != nil {
			return str(o.closure.name)
		}
		return str(o.bound.method)
	case "length":
		if o.closure != nil && o.closure.parameters != nil {
			return number(float64(len(o.closure.parameters.List)))
		}
		return number(0)
	case "constructor":
		return m.host("Function")
	case "call", "apply", "bind", "toString":
		return objectValue(&object{class: classFunction, bound: &bound{method: name}})
	}
	return undefined
}

// methodValue is a method taken off its object.
func methodValue(name string) value {
	return objectValue(&object{class: classFunction, bound: &bound{method: name}})
}
