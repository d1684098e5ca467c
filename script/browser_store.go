package script

import (
	"fmt"
	"strings"
)

// mapCall is set and get of a map of the script's.
func (m *machine) mapCall(this value, name string, args []value) (value, bool) {
	if len(args) == 0 {
		return undefined, false
	}
	key, known := "", true
	if o := args[0].obj; o != nil {
		key = fmt.Sprintf("@%p", o)
	} else {
		key, known = m.toText(args[0])
	}
	o := this.obj
	switch {
	case name == "set" && len(args) > 1:
		m.allocate(160 + len(key))
		o.rest |= m.marksOfAll(args)
		if known {
			if old, ok := o.own(key); ok && m.doubt > 0 {
				o.set(key, join(old, args[1]))
			} else {
				o.set(key, args[1])
			}
		}
		return this, true
	case name == "get":
		if v, ok := o.own(key); ok && known {
			return v, true
		}
		return m.unknown("", o.rest|o.marks), true
	}
	return undefined, false
}

// networkCall is the calls on requests, sockets and stores.
func (m *machine) networkCall(this value, name string, args []value, at position) (value, bool) {
	o := this.obj
	if o == nil {
		return undefined, false
	}
	argument := func(i int) value {
		if i < len(args) {
			return args[i]
		}
		return undefined
	}
	if r := o.request; r != nil {
		switch name {
		case "open":
			r.target, r.opened = argument(1), true
			return undefined, true
		case "send":
			k := m.marksOfAll(args) | o.rest&markTyped
			m.sendTo(r.kind, at, r.target, k)
			return undefined, true
		case "setRequestHeader":
			o.rest |= m.marksOfAll(args)
			return undefined, true
		case "overrideMimeType", "abort", "close":
			return undefined, true
		case "then", "catch", "finally":
			return m.promised(this, args, at), true
		case "text", "json", "blob", "arrayBuffer", "formData":
			v := m.unknown("", markResponse)
			v.text = hole
			return v, true
		}
	}
	if o.path == "Map()" || o.path == "WeakMap()" {
		if v, ok := m.mapCall(this, name, args); ok {
			return v, true
		}
	}
	switch name {
	case "setItem", "put":
		if o.path == "localStorage" || o.path == "sessionStorage" || o.path == "objectStore()" || name == "setItem" {
			m.kept |= m.marksOfAll(args) & markTyped
			m.send(sent{kind: SinkStorage, at: at, marks: m.marksOfAll(args)})
			if key, known := m.toText(argument(0)); known && len(args) > 1 {
				held, _ := o.own(key)
				o.set(key, join(held, argument(1)))
			}
			return undefined, true
		}
	case "add", "get", "getAll", "openCursor":
		if o.path != "objectStore()" {
			break
		}
		if name == "add" {
			k := m.marksOfAll(args)
			m.kept |= k & markTyped
			m.send(sent{kind: SinkStorage, at: at, marks: k})
			return m.unknown("", 0), true
		}
		return m.unknown("", markStorage|m.kept), true
	case "getItem":
		if key, known := m.toText(argument(0)); known {
			if v, ok := o.own(key); ok && o.class == classHost {
				return value{kind: kindUnknown, text: hole, marks: markStorage | m.marksOf(v)&markTyped}, true
			}
		}
		return opaque(markStorage), true
	case "sendBeacon":
		m.sendTo(SinkBeacon, at, argument(0), m.marksOf(argument(1)))
		return opaque(0), true
	case "postMessage":
		k := m.marksOf(argument(0))
		m.posted |= k & markTyped
		m.send(sent{kind: SinkMessage, at: at, marks: k})
		return undefined, true
	case "getImageData", "toDataURL", "readPixels":
		return m.unknown("", markPixels), true
	case "getPropertyValue":
		return opaque(markStyle), true
	case "createDataChannel":
		c := m.unknown("channel", 0)
		c.obj.request = &request{kind: SinkRTC, target: o.requestTarget()}
		return c, true
	case "text", "json", "blob", "arrayBuffer", "formData", "clone":
		if this.marks&markRequest != 0 || o.marks&markRequest != 0 {
			m.record.factOf(factSource, at, "the body of the page's own request", markRequest)
			return m.unknown("", markRequest), true
		}
	case "append", "set":
		if k := m.marksOfAll(args); k != 0 {
			o.rest |= k
		}
	case "register":
		if strings.HasSuffix(o.path, "serviceWorker") {
			m.sendTo(SinkWorker, at, argument(0), 0)
			return m.unknown("", 0), true
		}
	case "respondWith", "waitUntil":
		return m.promised(this, args, at), true
	}
	return undefined, false
}

func (o *object) requestTarget() value {
	if v, ok := o.own("@target"); ok {
		return v
	}
	return undefined
}
