package script

import (
	"strconv"
)

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
				if o.class == classHost {
					m.setHost(args[0], k, from.obj.props.values[i], at)
					continue
				}
				o.set(k, from.obj.props.values[i])
			}
		}
		return args[0], true
	case "Object.getPrototypeOf": // what a prototype has is found on the thing itself
		return args[0], true
	case "Object.create":
		made := newObject()
		made.proto = o
		return objectValue(made), true
	case "Object.defineProperty":
		return m.defineProperty(args, at), true
	case "Object.getOwnPropertyDescriptors":
		made := newObject()
		if o != nil && o.class != classHost {
			made.rest = o.rest
			for i, k := range o.props.names {
				d := newObject()
				d.set("value", o.props.values[i])
				made.set(k, objectValue(d))
			}
			m.allocate(320 * len(o.props.names))
		}
		made.rest |= args[0].marks
		return objectValue(made), true
	case "Object.defineProperties":
		if len(args) > 1 && o != nil && args[1].obj != nil {
			o.rest |= args[1].obj.rest
			for i, k := range args[1].obj.props.names {
				m.step()
				m.defineProperty([]value{args[0], str(k), args[1].obj.props.values[i]}, at)
			}
		}
		return args[0], true
	case "Object.freeze", "Object.seal", "Object.preventExtensions", "Object.setPrototypeOf":
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
