package script

import (
	"strings"
)

// Things of the browser's are known by the path on which a script reaches them. Names of the window are written without
// it. What a script is handed (an event, an element found somehow) has no path of its own, only what was read of it.

// aliases of the window.
func isWindow(name string) bool {
	switch name {
	case "window", "self", "globalThis", "top", "parent", "frames", "unsafeWindow":
		return true
	}
	return false
}

// builtin tells whether path is a thing of the language's or of every browser's, which is always there.
func builtin(path string) bool {
	name, rest, _ := strings.Cut(path, ".")
	switch name {
	case "Math", "JSON", "Reflect":
		return rest == "" || strings.Count(rest, ".") == 0
	case "String", "Number", "Boolean", "Array", "Object", "RegExp", "Function", "Date", "Error", "TypeError", "Symbol", "Promise", "Map", "Set", "WeakMap",
		"parseInt", "parseFloat", "isNaN", "isFinite", "atob", "btoa", "escape", "unescape", "encodeURIComponent", "decodeURIComponent",
		"encodeURI", "decodeURI", "eval", "setTimeout", "setInterval", "clearTimeout", "clearInterval", "Uint8Array", "ArrayBuffer",
		"XMLHttpRequest", "Image", "FormData", "document", "window", "navigator", "TextDecoder", "TextEncoder", "Proxy":
		return rest == ""
	}
	return false
}

func hostType(path string) value {
	if !builtin(path) {
		return opaque(0)
	}
	switch path {
	case "Math", "JSON", "Reflect", "document", "window", "navigator":
		return str("object")
	}
	return str("function")
}

// hostText is what a built-in prints as.
func hostText(o *object) (string, bool) {
	name := o.path
	switch name {
	case "window":
		return "[object Window]", true
	case "document":
		return "[object HTMLDocument]", true
	case "Math", "JSON":
		return "[object " + name + "]", true
	}
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		name = name[i+1:]
	}
	if name == "" || !builtin(o.path) {
		return "", false
	}
	return "function " + name + "() { [native code] }", true
}

// host is what the browser has under a global name.
func (m *machine) host(name string) value {
	if isWindow(name) {
		name = "window"
	}
	o, ok := m.hosts[name]
	if !ok {
		m.allocate(64 + len(name))
		o = newHost(name)
		switch name {
		case "location":
			o.marks = markURL
		case "localStorage", "sessionStorage", "name":
			o.marks = markStorage
		}
		m.hosts[name] = o
	}
	if builtin(name) {
		return objectValue(o)
	}
	return value{kind: kindUnknown, obj: o, marks: o.marks}
}

const maxPath = 96

func childPath(path, name string) string {
	switch {
	case path == "window" || path == "document" && name == "location":
		return name
	case path == "document" && name == "defaultView":
		return "window"
	case path == "" || len(path)+len(name) > maxPath:
		return ""
	}
	return path + "." + name
}

// lastName is the last component of a path.
func lastName(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }

// getHost reads a property of something the browser supplied, or of something not known.
func (m *machine) getHost(v value, name string, at position) value {
	o := v.obj
	if o == nil {
		o = newHost("")
		o.marks = v.marks
	}
	if p, ok := o.lookup(name); ok {
		return p.with(v.marks &^ markURL)
	}
	if o.trap != nil {
		return o.trap(name)
	}
	if o.path == "window" {
		if isWindow(name) {
			return m.host("window")
		}
		if name == "$" || name == "jQuery" {
			return m.host("jQuery")
		}
		if p := m.global.at(name); p != nil {
			return *p
		}
		return m.host(name)
	}
	if p, ok := m.readHost(v, o, name, at); ok {
		return p
	}
	if providerMethods[name] {
		if m.taken == nil {
			m.taken = make(map[string]bool)
		}
		m.taken[name] = true
	}
	return m.child(o, name, v.marks)
}

// child is the property of a host object, the same each time it is asked for.
func (m *machine) child(o *object, name string, k marks) value {
	if p := o.inside.at(name); p != nil {
		return p.with(k)
	}
	path := childPath(o.path, name)
	if name == "location" && o.path == "document" || path == "window" {
		return m.host(path)
	}
	m.allocate(160 + len(path))
	c := newHost(path)
	if path == "" {
		c.name = name
	}
	c.marks = o.marks | k
	if path == "document.documentElement" || path == "document.body" {
		c.element = &element{tag: lastName(path), selector: "body"}
	}
	v := value{kind: kindUnknown, obj: c, marks: c.marks}
	if builtin(path) {
		v.kind = kindObject
	}
	o.inside.put(name, v)
	return v
}

// readHost knows what reading certain properties gives.
func (m *machine) readHost(v value, o *object, name string, at position) (value, bool) {
	if v.marks&markState != 0 && (fieldMarks(name)&markCard != 0 || name == "card" || name == "payment" || name == "creditCard") {
		m.record.factOf(factSource, at, "what the page's program holds of a card ("+name+")", markCard)
		return m.child(o, name, markCard|markState), true
	}
	switch name {
	case "__vue__", "__vueParentComponent", "__vue_app__", "_reactInternals", "_reactRootContainer":
		return m.child(o, name, markState), true
	case "value", "defaultValue", "valueAsNumber", "selectedOptions":
		return m.readField(v, at), true
	case "name", "id", "placeholder", "autocomplete", "className", "title", "type":
		if name == "name" && builtin(o.path) {
			return str(lastName(o.path)), true
		}
		if o.path != "document" && !strings.HasSuffix(o.path, "event") {
			named := newHost("@name")
			named.of = o
			named.set("@attribute", str(name))
			if o.element != nil && o.element.attrs != nil {
				if a, ok := o.element.attrs[name]; ok {
					return a, true
				}
			}
			return value{kind: kindUnknown, text: hole, obj: named, marks: v.marks &^ markTyped}, true
		}
		return value{kind: kindUnknown, text: hole, marks: v.marks | markURL}, true
	case "tagName", "nodeName", "localName":
		if o.path == "" || o.element != nil {
			named := newHost("@tag")
			named.of = o
			return value{kind: kindUnknown, text: hole, obj: named, marks: v.marks &^ markTyped}, true
		}
	case "src":
		if e := o.element; e != nil && !e.made && strings.Contains(e.selector, "frame") {
			named := newHost("@src")
			named.of = o
			return value{kind: kindUnknown, text: hole, obj: named, marks: v.marks}, true
		}
	case "cookie":
		return opaque(v.marks | markCookie), true
	case "href", "host", "hostname", "pathname", "search", "hash", "origin", "protocol":
		if o.path == "location" || strings.HasSuffix(o.path, ".location") {
			return value{kind: kindUnknown, text: hole, obj: newHost("location." + name), marks: markURL}, true
		}
	case "URL", "documentURI", "referrer", "baseURI", "domain":
		if o.path == "document" {
			return value{kind: kindUnknown, text: hole, obj: newHost("location.href"), marks: markURL}, true
		}
	case "responseText", "response", "responseXML":
		return value{kind: kindUnknown, text: hole, obj: o.part("." + name), marks: v.marks | markResponse}, true
	case "key", "keyCode", "which", "charCode", "code":
		if strings.HasPrefix(o.path, "event") && m.handler&markKey != 0 {
			m.record.factOf(factSource, at, "the key that was pressed", markKey)
			return opaque(markKey), true
		}
	case "data":
		if strings.HasPrefix(o.path, "event") {
			return value{kind: kindUnknown, text: hole, marks: v.marks | m.handler}, true
		}
	case "formData":
		if strings.HasPrefix(o.path, "event") {
			m.record.factOf(factSource, at, "the content of a form", markForm)
			return m.unknown("FormData()", markForm|markValue), true
		}
	case "target", "currentTarget", "srcElement":
		if strings.HasPrefix(o.path, "event") {
			e := m.unknown("event.target", 0)
			e.obj.element = &element{}
			o.set(name, e)
			return e, true
		}
	case "elements":
		return m.formElements(v), true
	case "currentNode", "singleNodeValue":
		if o.element != nil {
			return v, true
		}
	case "all":
		if o.path == "document" {
			return m.elementValue(&element{selector: "*", wide: true}, "document.all"), true
		}
	case "forms":
		if o.path == "document" {
			return m.elementValue(&element{tag: "form", selector: "form", wide: true}, "document.forms"), true
		}
	case "innerHTML", "textContent", "innerText", "outerHTML", "nodeValue", "data-", "content", "dataset", "text":
		if o.element != nil || o.path == "" || o.path == "document.currentScript" {
			return value{kind: kindUnknown, text: hole, marks: v.marks | markMarkup}, true
		}
	case "searchParams":
		return v, true // what is set there is part of the address
	case "length", "size":
		return opaque(lengthOf(v.marks)), true
	case "outerWidth", "innerWidth", "outerHeight", "innerHeight":
		return m.child(o, name, v.marks), true
	case "constructor":
		if builtin(o.path) {
			return m.host("Function"), true
		}
	}
	if o.path == "document.forms" && o.element != nil && o.element.wide {
		return m.elementValue(&element{tag: "form", selector: "form[name=" + name + "]"}, ""), true
	}
	if o.element != nil && o.element.tag == "form" {
		if k := fieldMarks(name); k != 0 {
			return m.elementValue(&element{selector: "[name=" + name + "]"}, "form."+name), true
		}
	}
	return undefined, false
}

// part is a fresh host object that remembers the request it came from.
func (o *object) part(suffix string) *object {
	p := newHost(o.path + suffix)
	p.request = o.request
	return p
}

func (m *machine) elementValue(e *element, path string) value {
	v := m.unknown(path, 0)
	e.selector = strings.ToLower(e.selector)
	v.obj.element = e
	return v
}

// formElements is the collection of a form's fields.
func (m *machine) formElements(form value) value {
	e := &element{tag: "form", selector: "form elements"}
	if f := form.element(); f != nil {
		e.wide = f.wide || !f.made && payForm(f.selector)
	}
	v := m.elementValue(e, ".elements")
	v.marks, v.obj.marks = v.marks|form.marks, form.marks
	return v
}

// found is what a selector finds, from the document or from within something.
func (m *machine) found(from value, selector value, prefix, suffix string, at position) value {
	text, _ := m.toText(selector)
	if selector.kind == kindUnknown && selector.element() != nil {
		return selector
	}
	if selector.obj != nil && selector.kind == kindObject {
		return m.unknown("", m.marksOf(selector))
	}
	e := &element{selector: prefix + strings.ToLower(text) + suffix}
	if len(e.selector) > 300 {
		e.selector = e.selector[:300]
	}
	outer := from.element()
	page := from.obj == nil || from.obj.path == "document" || from.obj.path == "jQuery" || from.obj.path == "window" ||
		outer != nil && (outer.wide || outer.selector == "body")
	e.wide = prefix == "" && wideSelector(text) && (page || payForm(outer.selectorText()))
	if outer != nil && prefix == "" && outer.selector != "" && outer.selector != "body" && !e.wide {
		e.selector = outer.selector + " " + e.selector
	}
	e.tag = tagOf(text)
	e.any = outer != nil && outer.any && wideSelector(text)
	k := fieldMarks(text)
	if m.bail && (k&markCard != 0 || privateSelector(text)) {
		m.record.fact(factExcludes, at, "leaves out "+shorten(text))
	} else if k&markCard != 0 {
		m.record.factOf(factCardWord, at, shorten(text), markCard)
	}
	return m.elementValue(e, "")
}

// privateSelector tells whether a selector finds what a recorder of visits is to leave out.
func privateSelector(selector string) bool {
	s := strings.ToLower(selector)
	for _, w := range []string{"passw", "mask", "private", "sensitive", "ignore", "redact", "exclude", "no-capture", "do-not"} {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// selectorText is the selector of an element that may be nil.
func (e *element) selectorText() string {
	if e == nil {
		return ""
	}
	return e.selector
}

// withFields tells whether a selector ends in fields as such: those of a form, say.
func withFields(selector string) bool {
	i := strings.LastIndexAny(selector, " >")
	return i > 0 && wideSelector(selector[i+1:])
}

// tagOf is the tag that a simple selector begins with.
func tagOf(selector string) string {
	s := strings.ToLower(strings.TrimSpace(selector))
	if i := strings.LastIndexAny(s, " >"); i >= 0 {
		s = s[i+1:]
	}
	if i := strings.IndexAny(s, ".#[:,"); i >= 0 {
		s = s[:i]
	}
	return s
}
