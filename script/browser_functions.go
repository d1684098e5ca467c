package script

import "strings"

// callHost calls something of the browser's as a function.
func (m *machine) callHost(function, this value, args []value, at position) value {
	path := function.obj.path
	if path == "@resolve" {
		if len(args) > 0 {
			function.obj.set("@value", args[0])
		}
		return undefined
	}
	if v, ok := m.language(path, args, at); ok {
		return v
	}
	if v, ok := m.browserCall(path, this, args, at); ok {
		return v
	}
	if !strings.Contains(path, ".") { // a method of the window, called without it
		if v, ok := m.windowCall(path, args, at); ok {
			return v
		}
	}
	if this.obj != nil && strings.Contains(path, ".") { // a method taken off its object, called with it
		name := lastName(path)
		if v, ok := m.find(this, name, args, at); ok {
			return v
		}
		if v, ok := m.elementCall(this, name, args, at); ok {
			return v
		}
		if v, ok := m.networkCall(this, name, args, at); ok {
			return v
		}
	}
	// An unknown function given a selector is most likely what finds things: jQuery under another name.
	if len(args) > 0 && args[0].kind == kindString && path != "" && strings.Count(path, ".") < 2 {
		if s := args[0].string(); len(s) > 1 && (s[0] == '#' || s[0] == '.' || s[0] == '[' || wideSelector(s)) {
			return m.found(m.host("document"), args[0], "", "", at)
		}
	}
	m.passed(function, args, at)
	return m.callUnknown(function, this, args)
}

func (m *machine) windowCall(name string, args []value, at position) (value, bool) {
	switch name {
	case "addEventListener", "attachEvent":
		return m.elementCall(m.host("window"), name, args, at)
	case "postMessage":
		return m.networkCall(m.host("window"), name, args, at)
	}
	return undefined, false
}

// browserCall is the functions that a browser, or jQuery or axios in it, has under a fixed path.
func (m *machine) browserCall(path string, this value, args []value, at position) (value, bool) {
	argument := func(i int) value {
		if i < len(args) {
			return args[i]
		}
		return undefined
	}
	switch path {
	case "eval":
		return m.dynamic(argument(0), "eval", at), true
	case "Function":
		return m.functionFrom(args, at), true
	case "setTimeout", "setInterval", "requestAnimationFrame", "requestIdleCallback", "queueMicrotask", "setImmediate":
		f := argument(0)
		if f.callable() {
			if path == "setInterval" {
				m.record.fact(factPoll, at, "does something again and again")
			}
			m.later(f, m.host("window"), m.handler, args[min(2, len(args)):]...)
		} else if f.kind == kindString || f.kind == kindUnknown && (path == "setTimeout" || path == "setInterval") && f.function() == nil && f.text != "" {
			m.dynamic(f, path, at)
		}
		return number(1), true
	case "execScript":
		return m.dynamic(argument(0), path, at), true
	case "fetch":
		return m.fetch(argument(0), argument(1), at), true
	case "navigator.sendBeacon":
		m.sendTo(SinkBeacon, at, argument(0), m.marksOf(argument(1)))
		return boolean(true), true
	case "importScripts":
		for _, a := range args {
			m.sendTo(SinkScript, at, a, m.marksOf(a))
		}
		return undefined, true
	case "location.assign", "location.replace", "open":
		m.sendTo(SinkNavigation, at, argument(0), m.marksOf(argument(0))&markTyped)
		return m.unknown("", 0), true
	case "document.write", "document.writeln":
		for _, a := range args {
			m.markup(a, at)
		}
		return undefined, true
	case "URL.createObjectURL":
		return argument(0), true
	case "Object.fromEntries":
		return m.unknown("", m.marksOfAll(args)), true
	case "getComputedStyle":
		return m.unknown("style", markStyle), true
	case "XMLHttpRequest", "ActiveXObject":
		return m.constructHost(m.host("XMLHttpRequest"), args, at), true
	case "jQuery", "jQuery.noConflict()":
		return m.jQuery(argument(0), args, at), true
	case "jQuery.noConflict":
		return m.host("jQuery"), true
	case "jQuery.ajax", "axios", "axios.request":
		return m.ajax(args, at), true
	case "jQuery.post", "jQuery.get", "jQuery.getJSON", "axios.post", "axios.put", "axios.get", "axios.patch":
		target, data := argument(0), argument(1)
		if o := target.obj; o != nil && o.class == classPlain {
			return m.ajax(args, at), true
		}
		return m.respond(SinkXHR, target, m.marksOf(data), args, at), true
	case "axios.interceptors.request.use":
		if f := argument(0); f.function() != nil {
			m.record.fact(factHook, at, "is told each request of the page's (interceptors)")
			m.later(f, undefined, 0, m.unknown("", markRequest))
		}
		return number(0), true
	case "jQuery.getScript":
		m.sendTo(SinkScript, at, argument(0), m.marksOf(argument(0)))
		return m.respond(SinkScript, undefined, 0, args, at), true
	case "jQuery.param":
		return value{kind: kindUnknown, text: hole, marks: m.marksOfAll(args)}, true
	case "jQuery.each", "jQuery.map", "_.each", "_.map", "_.forEach":
		return m.eachOf(args, path == "jQuery.each"), true
	case "jQuery.globalEval":
		return m.dynamic(argument(0), "eval", at), true
	case "jQuery.fn.extend":
		if a := argument(0); a.obj != nil && a.obj.class == classPlain {
			plugins := m.get(m.host("jQuery"), "fn", at).obj
			m.allocate(160 * len(a.obj.props.names))
			for i, name := range a.obj.props.names {
				if plugins != nil {
					plugins.set(name, a.obj.props.values[i])
				}
			}
		}
		return this, true
	case "jQuery.extend":
		return m.language("Object.assign", args, at)
	case "import", "require", "__require":
		if text, known := m.toText(argument(0)); known && strings.HasPrefix(text, "data:") {
			m.dynamic(dataURL(text), "import", at)
			return m.unknown("", 0), true
		}
	}
	switch path {
	case "import":
		m.sendTo(SinkScript, at, argument(0), m.marksOf(argument(0)))
		return m.unknown("", markResponse), true
	case "require", "__require":
		if text, _ := m.toText(argument(0)); hostOf(text) != "" { // what import of an address was rewritten to
			m.sendTo(SinkScript, at, argument(0), 0)
		}
		return m.required(args), true
	case "define":
		return m.required(args), true
	}
	return undefined, false
}

// required has a function called with the modules that it asks for.
func (m *machine) required(args []value) value {
	var modules []value
	for _, a := range args {
		switch {
		case a.obj != nil && a.obj.class == classArray:
			for _, name := range a.obj.list {
				v := m.unknown("", 0)
				if text, _ := m.toText(name); text == "jquery" {
					v = m.host("jQuery")
				}
				modules = append(modules, v)
			}
		case a.function() != nil:
			return m.callback(a, undefined, 0, modules...)
		}
	}
	return m.unknown("", 0)
}

func (m *machine) jQuery(v value, args []value, at position) value {
	switch {
	case v.function() != nil:
		m.later(v, m.host("document"), 0, m.host("jQuery"))
		return m.host("jQuery")
	case v.kind == kindString:
		text := strings.TrimSpace(v.string())
		if strings.HasPrefix(text, "<") {
			m.markup(v, at)
			tag := strings.ToLower(strings.TrimLeft(text, "< /"))
			if i := strings.IndexAny(tag, " />"); i >= 0 {
				tag = tag[:i]
			}
			e := m.elementValue(&element{tag: tag, made: true}, "jQuery()")
			if len(args) > 1 && args[1].obj != nil && args[1].obj.class == classPlain {
				m.setAttributes(e, args[1].obj, at)
			}
			return e
		}
		from := m.host("document")
		if len(args) > 1 && args[1].element() != nil {
			from = args[1]
		}
		found := m.found(from, v, "", "", at)
		found.obj.path = "jQuery()"
		return found
	case v.element() != nil:
		return v
	}
	return m.unknown("jQuery()", m.marksOf(v))
}

func (m *machine) fetch(target, options value, at position) value {
	k := marks(0)
	if o := options.obj; o != nil {
		if body, ok := o.own("body"); ok {
			headers, _ := o.own("headers")
			k |= m.marksOf(body) | m.marksOf(headers)
		} else {
			k |= m.marksOf(options)
		}
	} else {
		k |= options.marks
	}
	if o := target.obj; o != nil && o.request != nil { // new Request(…)
		k |= o.rest
		target = o.request.target
	}
	m.sendTo(SinkFetch, at, target, k)
	v := m.unknown("response", 0)
	v.obj.request = &request{kind: SinkFetch, target: target}
	return v
}

func (m *machine) ajax(args []value, at position) value {
	target := undefined
	var options *object
	for _, a := range args {
		if a.obj != nil && a.obj.class == classPlain {
			options = a.obj
		} else if target.kind == kindUndefined {
			target = a
		}
	}
	if options == nil {
		return m.respond(SinkXHR, target, m.marksOfAll(args), args, at)
	}
	if v, ok := options.own("url"); ok {
		target = v
	}
	var k marks
	callbacks := args
	for _, name := range options.props.names {
		v, _ := options.own(name)
		switch name {
		case "data", "params", "body":
			k |= m.marksOf(v)
		case "dataType":
			if text, _ := m.toText(v); text == "script" {
				m.sendTo(SinkScript, at, target, m.marksOf(target))
			}
		}
		if v.function() != nil {
			callbacks = append(callbacks, v)
		}
	}
	return m.respond(SinkXHR, target, k, callbacks, at)
}

// respond sends, and has the functions among args called with the answer.
func (m *machine) respond(kind SinkKind, target value, k marks, args []value, at position) value {
	if target.kind != kindUndefined {
		m.sendTo(kind, at, target, k)
	}
	for _, a := range args {
		if a.function() != nil {
			m.later(a, undefined, markResponse, m.unknown("", markResponse), opaque(0), m.unknown("", markResponse))
		}
	}
	v := m.unknown("response", markResponse)
	v.obj.request = &request{kind: kind, target: target}
	return v
}

// eachOf calls a function with each member of a collection, jQuery's way with the index first.
func (m *machine) eachOf(args []value, indexFirst bool) value {
	if len(args) < 2 {
		return m.unknown("", m.marksOfAll(args))
	}
	list := m.elementsOf(args[0])
	if o := args[0].obj; o != nil && o.class == classPlain {
		list.list = list.list[:0]
		list.list = append(list.list, o.props.values...)
	}
	var out []value
	for i, v := range list.list {
		m.step()
		a := []value{v, number(float64(i))}
		if indexFirst {
			a[0], a[1] = a[1], a[0]
		}
		out = append(out, m.callAt(args[1], v, a, position{}))
	}
	return arrayValue(out)
}
