package script

import (
	"strings"
)

// callHostMethod calls a method of something of the browser's, or of something not known.
func (m *machine) callHostMethod(this value, name string, args []value, at position) value {
	o := this.obj
	if o == nil {
		o = newHost("")
		o.marks = this.marks
	}
	if v, ok := o.lookup(name); ok && (v.function() != nil || v.obj != nil && v.obj.bound != nil) {
		return m.callAt(v, this, args, at)
	}
	if o.path == "window" {
		return m.callAt(m.getHost(this, name, at), undefined, args, at)
	}
	if strings.HasPrefix(o.path, "jQuery") && name != "extend" {
		if plugins := m.get(m.host("jQuery"), "fn", at); plugins.obj != nil {
			if f, ok := plugins.obj.own(name); ok && f.function() != nil {
				return m.callAt(f, this, args, at)
			}
		}
	}
	if name == "constructor" && builtin(o.path) {
		return m.functionFrom(args, at)
	}
	path := childPath(o.path, name)
	if v, ok := m.language(path, args, at); ok {
		return v
	}
	if v, ok := m.browserCall(path, this, args, at); ok {
		return v
	}
	if name == "bind" && o.path != "" && !strings.HasPrefix(o.path, "jQuery") && len(args) > 0 && args[0].kind != kindString {
		return objectValue(&object{class: classFunction, bound: &bound{target: this, this: args[0], args: args[1:]}})
	}
	if name == "eval" && len(args) > 0 && (o.path != "" && args[0].kind == kindString || m.marksOf(args[0])&markCode != 0) {
		return m.dynamic(args[0], "eval", at)
	}
	if name == "call" || name == "apply" {
		return m.callThrough(this, name, args, at)
	}
	if v, ok := m.find(this, name, args, at); ok {
		return v
	}
	if v, ok := m.elementCall(this, name, args, at); ok {
		return v
	}
	if v, ok := m.networkCall(this, name, args, at); ok {
		return v
	}
	return m.unknownCall(this, o, name, args, at)
}

// callThrough is call or apply of a built-in: its receiver is the first argument.
func (m *machine) callThrough(function value, how string, args []value, at position) value {
	receiver := undefined
	if len(args) > 0 {
		receiver = args[0]
		args = args[1:]
	}
	if how == "apply" && len(args) > 0 {
		args = m.elementsOf(args[0]).list
	}
	if o := function.obj; o != nil {
		if i := strings.LastIndex(o.path, ".prototype."); i >= 0 {
			return m.callMethod(receiver, o.last(), args, at)
		}
		if strings.HasPrefix(o.path, "[].") {
			return m.callMethod(receiver, o.last(), args, at)
		}
	}
	return m.callAt(function, receiver, args, at)
}

// find is the calls that find parts of the page.
func (m *machine) find(this value, name string, args []value, at position) (value, bool) {
	if len(args) == 0 {
		return undefined, false
	}
	switch name {
	case "querySelector", "querySelectorAll", "closest", "matches":
		return m.found(this, args[0], "", "", at), true
	case "getElementById":
		return m.found(this, args[0], "#", "", at), true
	case "getElementsByClassName":
		return m.found(this, args[0], ".", "", at), true
	case "getElementsByTagName":
		return m.found(this, args[0], "", "", at), true
	case "getElementsByName":
		return m.found(this, args[0], "[name=", "]", at), true
	case "find", "children", "filter", "parents", "siblings", "namedItem", "item":
		if args[0].kind == kindString {
			found := m.found(this, args[0], "", "", at)
			if this.obj != nil && strings.HasPrefix(this.obj.path, "jQuery") {
				found.obj.path = this.obj.path
			}
			return found, true
		}
	case "createTreeWalker", "createNodeIterator": // everything in the page, one after the other
		if from := args[0]; from.obj != nil && strings.HasPrefix(from.obj.path, "document") {
			return m.elementValue(&element{selector: "*", wide: true}, ""), true
		}
	case "evaluate":
		if this.obj != nil && this.obj.path == "document" {
			return m.found(this, args[0], "", "", at), true
		}
	case "snapshotItem":
		return m.memberOf(this), true
	case "createElement", "createElementNS":
		tag, _ := m.toText(args[len(args)-1])
		if name == "createElement" {
			tag, _ = m.toText(args[0])
		}
		return m.elementValue(&element{tag: strings.ToLower(tag), made: true}, ""), true
	}
	return undefined, false
}

// elementCall is the calls on parts of the page, also through jQuery.
func (m *machine) elementCall(this value, name string, args []value, at position) (value, bool) {
	switch name {
	case "addEventListener", "attachEvent", "on", "one", "bind", "live", "delegate", "addListener":
		event, f := "", undefined
		for _, a := range args {
			switch {
			case a.kind == kindString && event == "":
				event = strings.TrimPrefix(a.string(), map[bool]string{true: "on"}[name == "attachEvent"])
			case a.obj != nil && a.obj.class == classPlain && name == "addEventListener":
				if h, ok := a.obj.lookup("handleEvent"); ok && h.function() != nil {
					f = objectValue(&object{class: classFunction, bound: &bound{target: h, this: a}})
				}
			case a.callable() && a.kind == kindObject && (a.function() != nil || a.obj.bound != nil):
				f = a
			case a.obj != nil && a.obj.class == classPlain && len(args) == 1: // {event: function}
				for _, k := range a.obj.props.names {
					if p, _ := a.obj.own(k); p.function() != nil {
						m.listen(this, k, p, at)
					}
				}
			}
		}
		if f.kind != kindUndefined {
			if len(args) > 2 && args[1].kind == kindString && tillWord(args[1].string()) != "" {
				m.record.fact(factButton, at, "waits for "+shorten(args[1].string()))
			}
			on := this
			switch { // those within this that a selector finds
			case (name == "on" || name == "one") && len(args) > 2 && args[1].kind == kindString:
				on = m.found(m.host("document"), args[1], "", "", at)
			case name == "delegate" && len(args) > 2 && args[0].kind == kindString && args[1].kind == kindString:
				on, event = m.found(m.host("document"), args[0], "", "", at), args[1].string()
			}
			m.listen(on, event, f, at)
			return this, true
		}
		return this, event != ""
	case "click", "submit", "change", "blur", "focus", "keyup", "keydown", "keypress", "mousedown", "mouseup", "mouseover", "input", "load", "ready", "hover":
		if len(args) > 0 && args[len(args)-1].function() != nil {
			m.listen(this, name, args[len(args)-1], at)
			return this, true
		}
		if name == "submit" {
			m.submit(this, at)
			return this, true
		}
	case "ajaxSend", "ajaxComplete", "ajaxSuccess", "ajaxPrefilter":
		if len(args) > 0 && args[len(args)-1].function() != nil {
			m.record.fact(factHook, at, "is told each request of the page's ("+name+")")
			settings := m.unknown("", markRequest)
			if name == "ajaxPrefilter" {
				m.later(args[len(args)-1], this, 0, settings, settings, m.unknown("", 0))
			} else {
				m.later(args[len(args)-1], this, 0, m.unknown("event", 0), m.unknown("", 0), settings)
			}
			return this, true
		}
	case "ajaxSetup":
		if len(args) == 1 && args[0].obj != nil {
			if f, ok := args[0].obj.own("beforeSend"); ok && f.function() != nil {
				m.record.fact(factHook, at, "is told each request of the page's (beforeSend)")
				m.later(f, this, 0, m.unknown("", 0), m.unknown("", markRequest))
			}
			return this, true
		}
	case "cloneNode":
		if e := this.element(); e != nil {
			again := *e
			again.attrs = nil
			return m.elementValue(&again, ""), true
		}
	case "requestSubmit":
		m.submit(this, at)
		return undefined, true
	case "val":
		if len(args) == 0 {
			return m.readField(this, at), true
		}
		m.setAttribute(this, "value", args[0], at)
		return this, true
	case "serialize", "serializeArray", "serializeObject":
		return m.serialised(this, at), true
	case "setAttribute", "attr", "prop", "setAttributeNS":
		if name == "setAttributeNS" && len(args) > 2 {
			args = args[1:]
		}
		if len(args) > 1 {
			attribute, _ := m.toText(args[0])
			if f := args[1]; f.function() != nil && strings.HasPrefix(attribute, "on") {
				m.listen(this, attribute[2:], f, at)
			} else {
				m.setAttribute(this, strings.ToLower(attribute), args[1], at)
			}
			return this, true
		}
		if len(args) == 1 && args[0].obj != nil && args[0].obj.class == classPlain {
			m.setAttributes(this, args[0].obj, at)
			return this, true
		}
		if len(args) == 1 && args[0].kind == kindString && args[0].string() == "value" {
			return m.readField(this, at), true
		}
	case "getAttribute":
		if len(args) > 0 {
			attribute, _ := m.toText(args[0])
			if v, ok := m.readHost(this, objectOf(this), attribute, at); ok && attribute != "length" && attribute != "size" {
				return v, true
			}
			return value{kind: kindUnknown, text: hole, marks: this.marks | markMarkup}, true
		}
	case "appendChild", "append", "prepend", "insertBefore", "replaceChild", "before", "after", "html", "replaceWith", "insertAdjacentHTML",
		"insertAdjacentElement", "appendTo", "write", "writeln", "createContextualFragment", "parseFromString", "prependTo", "insertAfter", "add":
		if this.obj != nil && this.obj.path == "objectStore()" {
			break
		}
		return m.insert(this, name, args, at), true
	case "css":
		if k := m.marksOfAll(args); k&markTyped != 0 {
			v := args[len(args)-1]
			if v.obj != nil && v.obj.class == classPlain && len(v.obj.props.values) > 0 {
				v = v.obj.props.values[0]
			}
			m.sendTo(SinkStyle, at, v, k)
			return this, true
		}
	case "insertRule", "addRule", "replaceSync":
		for _, rule := range args {
			if rule.kind != kindString && rule.kind != kindUnknown {
				continue // where among the others
			}
			text, _ := m.toText(rule)
			m.styleSheet(text, rule.marks, at)
			if k := m.marksOf(rule) & markTyped; k != 0 {
				m.sendTo(SinkStyle, at, rule, k)
			}
		}
		return this, true
	case "data", "text":
		if len(args) == 0 && this.element() != nil {
			return opaque(this.marks | markMarkup), true
		}
	}
	return undefined, false
}

func objectOf(v value) *object {
	if v.obj != nil {
		return v.obj
	}
	return newHost("")
}

func (m *machine) setAttributes(object value, attributes *object, at position) {
	for _, name := range attributes.props.names {
		v, _ := attributes.own(name)
		if v.function() != nil {
			m.listen(object, strings.TrimPrefix(name, "on"), v, at)
			continue
		}
		m.setAttribute(object, name, v, at)
	}
}

// insert puts something into the page.
func (m *machine) insert(this value, name string, args []value, at position) value {
	var old, made *element // a frame that the page has, and what takes its place
	switch {
	case name == "replaceChild" && len(args) > 1:
		old, made = args[1].element(), args[0].element()
	case name == "replaceWith" && len(args) > 0:
		old, made = this.element(), args[0].element()
	}
	if old != nil && !old.made && strings.Contains(old.selector, "frame") && made != nil && made.tag == "iframe" {
		m.exchange(old, made.attrs["src"], at)
	}
	for _, a := range args {
		if this.obj != nil {
			this.obj.rest |= m.marksOf(a) & (markTyped | markHidden | markDisguise | markSecret)
		}
		switch {
		case a.kind == kindString || a.kind == kindUnknown && a.text != "" && a.element() == nil:
			m.markup(a, at)
		case a.kind == kindUnknown && name != "add" && a.element() == nil && m.marksOf(a)&(markResponse|markMessage) != 0:
			m.markup(a, at)
		}
	}
	if len(args) > 0 && args[0].element() != nil {
		return args[0]
	}
	return this
}

// serialised is the whole content of a form.
func (m *machine) serialised(form value, at position) value {
	k := markValue
	what := "the content of a form"
	if e := form.element(); e != nil {
		k |= fieldMarks(e.selector)
		if e.any {
			k |= markAnywhere
		}
		switch {
		case e.wide || e.selector == "form":
			k |= markForm
			what = "the content of every form"
		case payForm(e.selector):
			k |= markForm
			what = "the content of the payment form (" + shorten(e.selector) + ")"
		}
	}
	m.record.factOf(factSource, at, what, k)
	return value{kind: kindUnknown, text: hole, marks: k}
}

func (m *machine) submit(form value, at position) {
	k := m.marksOf(form) & (markTyped | markHidden)
	target := undefined
	if e := form.element(); e != nil {
		target = e.attrs["action"]
		if !e.made {
			return // the page's own form: its submission is what the customer wants
		}
	}
	m.sendTo(SinkForm, at, target, k)
}
