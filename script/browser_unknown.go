package script

import (
	"strings"
)

// promised has the functions handed to a promise called with what it stands for.
func (m *machine) promised(this value, args []value, at position) value {
	k := this.marks
	if this.obj != nil && this.obj.request != nil {
		k |= markResponse
	}
	result := m.unknown("", k)
	for _, a := range args {
		if a.obj != nil && a.obj.path == "eval" {
			m.dynamic(opaque(k), "eval", at)
		}
		if a.function() == nil {
			continue
		}
		in := m.unknown("", k)
		if this.obj != nil {
			in.obj.request = this.obj.request
			if this.element() != nil { // what was found is there at once
				in = this
			}
			if p, ok := this.obj.own("@value"); ok {
				in = p
			}
		}
		out := m.callback(a, undefined, k, in)
		if out.kind != kindUndefined {
			result = m.awaitable(out)
		}
	}
	return result
}

// awaitable is out as the promise that then gives.
func (m *machine) awaitable(out value) value {
	if out.kind == kindUnknown && out.obj != nil {
		return out
	}
	p := m.unknown("", m.marksOf(out))
	p.obj.set("@value", out)
	return p
}

// awaited is what a promise stands for.
func (m *machine) awaited(v value) value {
	if v.obj == nil {
		return v
	}
	if p, ok := v.obj.own("@value"); ok {
		return p
	}
	if v.obj.request != nil && v.obj.class == classHost {
		v.marks |= markResponse
	}
	return v
}

// unknownCall is a method of which nothing is known but its name.
func (m *machine) unknownCall(this value, o *object, name string, args []value, at position) value {
	k := m.marksOf(this) | m.marksOfAll(args)
	switch name {
	case "forEach", "each", "map", "filter", "some", "every", "find", "reduce", "flatMap":
		member := m.memberOf(this)
		result := m.unknown("", k)
		for _, a := range args {
			if a.function() == nil {
				continue
			}
			var out value
			switch {
			case name == "reduce":
				start := m.unknown("", 0)
				if len(args) > 1 {
					start = args[1]
				}
				return m.callback(a, undefined, k, start, member, opaque(0))
			case name == "each" || name == "map" && strings.HasPrefix(o.path, "jQuery"):
				out = m.callback(a, member, k, opaque(0), member)
			default:
				out = m.callback(a, member, k, member, opaque(0))
			}
			if name == "map" || name == "flatMap" {
				list := newArray([]value{out})
				list.rest = m.marksOf(out) | markSome
				return objectValue(list)
			}
		}
		if name == "each" || name == "filter" || name == "find" {
			return join(result, this)
		}
		return result
	case "then", "catch", "finally", "done", "success", "always", "fail", "complete":
		return m.promised(this, args, at)
	case "indexOf", "includes", "match", "search", "test", "startsWith", "endsWith", "contains", "has", "localeCompare":
		for _, a := range args {
			switch {
			case a.kind == kindString:
				m.asked(a.string(), this, at)
			case a.obj != nil && a.obj.pattern != nil:
				m.asked(plainSource(a.obj.pattern), this, at)
				if cardPattern(a.obj.pattern.source) {
					if name == "match" {
						k |= markCard
					}
					m.record.factOf(factCardPattern, at, "looks for a card number ("+shorten(a.obj.pattern.source)+")", this.marks)
				}
			}
		}
		if name == "match" {
			return m.unknown("", k)
		}
		return opaque(0)
	case "scope", "isolateScope", "dataFor", "contextFor": // what frameworks keep behind an element
		return m.unknown("", k|markState)
	case "objectStore":
		return m.unknown("objectStore()", markStorage)
	case "push", "unshift":
		o.rest |= m.marksOfAll(args) & (markTyped | markEncoded)
		return opaque(0)
	case "getData":
		if m.handler&markKey != 0 {
			m.record.factOf(factSource, at, "what is pasted", markKey)
			return opaque(markKey)
		}
	case "concat":
		text, _ := m.toText(this)
		for _, a := range args {
			t, _ := m.toText(a)
			text += t
		}
		return partly(text, k)
	case "toString", "trim", "toLowerCase", "toUpperCase", "valueOf", "normalize", "slice", "substring", "substr", "replaceAll", "replace", "toArray", "get", "first", "last", "eq", "item",
		"getContext", "parentElement", "next", "prev", "parent", "reverse", "join":
		if (name == "replace" || name == "replaceAll") && len(args) > 1 && args[1].function() != nil {
			k |= m.callback(args[1], undefined, k, opaque(k)).marks
		}
		if name == "reverse" || name == "join" {
			k |= markReversed
		}
		e := m.unknown(o.path, k)
		e.obj.element, e.obj.request, e.text = o.element, o.request, this.text
		if (name == "replace" || name == "replaceAll") && len(args) > 1 {
			by, known := m.toText(args[1])
			e.text = hole + by + hole
			if known && args[1].function() == nil && everyCharacter(args[0]) {
				e.marks &^= markTyped // masked
				e.obj.marks &^= markTyped
			}
		}
		return e
	case "nextNode", "iterateNext":
		return this
	case "apply", "call":
		return m.callUnknown(this, undefined, args)
	}
	for _, a := range args {
		if a.function() != nil {
			k |= m.callback(a, this, k).marks
		}
	}
	m.passed(this, args, at)
	v := m.unknown(childPath(o.path, name+"()"), k)
	return v
}

// everyCharacter tells whether a pattern takes in each character of a text, so that replacing it leaves nothing.
func everyCharacter(v value) bool {
	if v.obj == nil || v.obj.pattern == nil || !v.obj.pattern.has('g') {
		return false
	}
	switch v.obj.pattern.source {
	case ".", `\S`, `\w`, `\d`, `[\s\S]`, `[\S\s]`, `[^\s]`, `[^]`, `[a-zA-Z0-9]`, `[0-9]`:
		return true
	}
	return false
}

// passed notes what is handed to something unknown that could be a jQuery of another name.
func (m *machine) passed(this value, args []value, at position) {
	if len(args) == 0 || this.obj == nil {
		return
	}
	if a := args[0]; a.obj != nil && a.obj.class == classPlain && len(args) == 1 {
		if target, ok := a.obj.own("url"); ok {
			if data, ok := a.obj.own("data"); ok {
				m.sendTo(SinkXHR, at, target, m.marksOf(data))
			}
		}
	}
}
