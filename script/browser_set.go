package script

import "strings"

// setHost stores a property in something of the browser's, and sees what that does.
func (m *machine) setHost(object value, name string, v value, at position) {
	o := object.obj
	if o.path == "window" {
		if !m.setGlobal(name, v, at) {
			old := undefined
			if p := m.global.at(name); p != nil {
				old = *p
			}
			m.global.declare(name, m.marker(old, v, m.doubt > 0))
		}
		return
	}
	if c := v.function(); c != nil {
		if c.name == "" {
			c.name = name
		}
		if strings.HasPrefix(name, "on") && len(name) > 2 {
			m.listen(object, name[2:], v, at)
			return
		}
		if m.hook(o.path, name, v, at) {
			return
		}
	}
	if o.element != nil && o.element.made || o.path == "" || o.element != nil {
		m.setAttribute(object, name, v, at)
	}
	switch {
	case name == "cookie":
		m.send(sent{kind: SinkCookie, at: at, marks: m.marksOf(v)})
	case name == "location" || name == "href" && strings.HasSuffix(o.path, "location"):
		m.sendTo(SinkNavigation, at, v, 0)
	case o.path == "localStorage" || o.path == "sessionStorage":
		m.send(sent{kind: SinkStorage, at: at, marks: m.marksOf(v)})
	}
	if strings.HasSuffix(o.path, ".style") && m.marksOf(v)&markTyped != 0 {
		m.sendTo(SinkStyle, at, v, m.marksOf(v))
	}
	m.allocate(160 + len(name))
	if old, ok := o.own(name); ok && m.doubt > 0 {
		v = join(old, v)
	} else {
		v = m.marker(old, v, m.doubt > 0)
	}
	o.set(name, v)
}

// setUnknown stores a property in something of which nothing at all is known.
func (m *machine) setUnknown(object value, name string, v value, at position) {
	if object.kind != kindUnknown {
		return
	}
	if strings.HasPrefix(name, "on") && v.function() != nil {
		m.listen(object, name[2:], v, at)
		return
	}
	m.setAttribute(object, name, v, at)
}

// setGlobal sees what assigning to a name of the window does. It tells whether the browser keeps the value to itself.
func (m *machine) setGlobal(name string, v value, at position) bool {
	if v.function() != nil {
		if strings.HasPrefix(name, "on") && len(name) > 3 {
			m.listen(m.host("window"), name[2:], v, at)
		}
		m.hook("window", name, v, at)
		return false
	}
	if name == "name" && m.marksOf(v)&markTyped != 0 { // it outlives the page
		m.send(sent{kind: SinkStorage, at: at, marks: m.marksOf(v)})
	}
	if name == "location" && v.kind != kindUndefined {
		m.sendTo(SinkNavigation, at, v, 0)
		return true
	}
	return false
}

// hooked are the functions through which a page's own requests, forms and listeners go.
var hooked = map[string]bool{
	"window.fetch": true, "window.XMLHttpRequest": true, "window.WebSocket": true, "window.Stripe": true, "window.PaymentRequest": true, "navigator.sendBeacon": true,
	"XMLHttpRequest.prototype.open": true, "XMLHttpRequest.prototype.send": true, "HTMLFormElement.prototype.submit": true,
	"EventTarget.prototype.addEventListener": true, "JSON.stringify": true, "PaymentRequest.prototype.show": true, "FormData.prototype.append": true,
	"Element.prototype.setAttribute": true, "HTMLInputElement.prototype.value": true, "Stripe.createToken": true, "jQuery.ajax": true, "WebSocket.prototype.send": true,
	"Stripe.prototype.createToken": true, "Stripe.prototype.createPaymentMethod": true,
}

// providerMethods are those through which a page hands a card to its provider.
var providerMethods = map[string]bool{
	"createToken": true, "createPaymentMethod": true, "createSource": true, "confirmCardPayment": true, "confirmPayment": true, "handleCardPayment": true,
	"confirmCardSetup": true, "tokenize": true, "requestPaymentMethod": true, "createCardToken": true, "getToken": true, "submitCard": true,
}

// hook notes that the script puts a function of its own in the place of the browser's; what it is handed is then what
// the page itself sends.
func (m *machine) hook(path, name string, v value, at position) bool {
	full := path + "." + name
	if m.taken[name] { // and now another is put in its place
		m.record.fact(factHook, at, "replaces "+name+" of a payment provider")
		k := markRequest | markCard
		m.later(v, m.unknown("", 0), k, m.unknown("", k), m.unknown("", k))
		return false
	}
	if !hooked[full] {
		return false
	}
	m.record.fact(factHook, at, "replaces "+strings.TrimPrefix(full, "window."))
	k := markRequest
	if full == "HTMLInputElement.prototype.value" || full == "HTMLFormElement.prototype.submit" { // every field of the page
		k = markForm | markValue
	}
	m.later(v, m.unknown("", k), k, m.unknown("", k), m.unknown("", k), m.unknown("", k))
	return false
}

// setAttribute sets an attribute or property of a part of the page.
func (m *machine) setAttribute(object value, name string, v value, at position) {
	e := object.element()
	tag := ""
	if e != nil {
		tag = e.tag
		if e.attrs == nil {
			e.attrs = make(map[string]value, 4)
		}
		e.attrs[name] = v
	}
	switch name {
	case "src", "srcset", "href", "data", "poster", "background":
		if e != nil && !e.made && strings.Contains(e.selector, "frame") {
			m.exchange(e, v, at)
			return
		}
		m.load(tag, name, v, at)
	case "action", "formAction", "formaction":
		if tag == "form" || name != "action" || tag == "" {
			k := m.marksOf(object) & markTyped
			if e != nil && !e.made && (e.wide || payForm(e.selector)) {
				k |= markForm // of a form that the page has: whatever is typed there
			}
			m.sendTo(SinkForm, at, v, k)
		}
	case "innerHTML", "outerHTML", "srcdoc":
		if tag == "script" {
			m.dynamic(v, "script element", at)
			return
		}
		m.markup(v, at)
		if tag == "style" {
			m.sendTo(SinkStyle, at, v, m.marksOf(v)&markTyped)
		}
	case "text", "textContent", "innerText":
		switch text, _ := m.toText(v); {
		case tag == "script":
			m.dynamic(v, "script element", at)
		case tag == "style":
			m.styleSheet(text, v.marks, at)
			if k := m.marksOf(v) & markTyped; k != 0 {
				m.sendTo(SinkStyle, at, v, k)
			}
		}
	case "name", "id", "placeholder", "autocomplete":
		if tag == "input" && e.made && v.kind == kindString && fieldMarks(v.string())&markCard != 0 {
			m.record.fact(factFakeForm, at, "puts fields for a card into the page")
		}
	case "value":
		if object.obj != nil {
			object.obj.rest |= m.marksOf(v) & markTyped
		}
	case "style", "cssText":
		if k := m.marksOf(v); k&markTyped != 0 {
			m.sendTo(SinkStyle, at, v, k)
		}
	}
	if strings.HasPrefix(name, "on") && v.kind == kindString {
		m.dynamic(v, name+" attribute", at)
	}
	if k := m.marksOf(v) & markTyped; k != 0 && object.obj != nil {
		object.obj.rest |= k
	}
}

// exchange is giving another address to a frame that the page has.
func (m *machine) exchange(e *element, v value, at position) {
	text, known := m.toText(v)
	if known && strings.HasPrefix(text, "data:") || strings.HasPrefix(text, "javascript:") {
		m.load("iframe", "src", v, at)
		return
	}
	m.send(sent{kind: SinkFrame, at: at, target: text[:min(len(text), maxTarget)], found: e.selector, marks: m.marksOf(v), of: m.marksOf(v)})
}

// load is the fetching of something into the page by an attribute.
func (m *machine) load(tag, attribute string, v value, at position) {
	kind := SinkImage
	switch tag {
	case "script":
		kind = SinkScript
	case "iframe", "frame", "embed", "object":
		kind = SinkFrame
	case "link":
		kind = SinkLink
	case "a", "area", "base":
		return
	case "img", "image", "video", "audio", "source", "input", "track":
	default:
		if attribute == "href" || attribute == "data" || attribute == "background" {
			return
		}
		kind = SinkElement
	}
	if v.obj != nil && kind == SinkScript {
		if code, ok := v.obj.own("@code"); ok { // an address made for a text
			m.dynamic(code, "blob: address", at)
			return
		}
	}
	if text, known := m.toText(v); known && strings.HasPrefix(text, "data:") {
		switch kind {
		case SinkScript:
			m.dynamic(dataURL(text), "data: address", at)
		case SinkFrame:
			m.markup(dataURL(text), at)
		}
		return
	} else if code, ok := strings.CutPrefix(text, "javascript:"); ok {
		m.dynamic(str(code), "javascript: address", at)
		return
	}
	m.sendTo(kind, at, v, m.marksOf(v))
}

// ofFields tells whether an event is one that fields tell of what is typed into them.
func ofFields(events string) bool {
	for _, name := range strings.Fields(strings.ToLower(events)) {
		switch name, _, _ = strings.Cut(name, "."); name {
		case "input", "change", "blur", "focusout", "keyup", "keydown", "keypress", "beforeinput", "paste":
			return true
		}
	}
	return false
}

// listen notes a listener and has it called later, with an event.
func (m *machine) listen(on value, event string, f value, at position) {
	if len(event) > 40 {
		event = event[:40]
	}
	var k marks
	request := ""
	for _, name := range strings.Fields(strings.ToLower(event)) {
		name, _, _ = strings.Cut(name, ".")
		switch name {
		case "keyup", "keydown", "keypress", "input", "beforeinput", "paste":
			k |= markKey
		case "message":
			k |= markMessage
			if on.obj == nil || on.obj.path == "window" {
				k |= markWindow
			}
		case "load", "loadend", "readystatechange":
			if on.obj != nil && on.obj.request != nil {
				k |= markResponse
			}
		case "fetch":
			if on.obj != nil && (on.obj.path == "window" || on.obj.path == "") {
				request = name
			}
		}
	}
	if f := on.element(); f != nil && tillWord(f.selector) != "" {
		m.record.fact(factButton, at, "waits for "+shorten(f.selector))
	}
	if k&markKey != 0 {
		m.record.factOf(factListener, at, "listens to "+shorten(event), k)
	}
	e := m.unknown("event", k&(markMessage|markWindow|markResponse)|on.marks&markStorage)
	if on.marks&markStorage != 0 { // what a store answers
		result := m.unknown("", on.marks)
		target := m.unknown("event.target", 0)
		target.obj.set("result", result)
		e.obj.set("target", target)
	}
	if request != "" {
		e.obj.set("request", m.unknown("request", markRequest))
		m.record.fact(factWorker, at, "answers the page's requests")
	}
	if el := on.element(); el != nil && el.selector != "" && el.selector != "body" && el.tag != "form" {
		target := m.elementValue(el, "event.target")
		if ofFields(event) && !el.made && holdsFields(el) {
			target.obj.element = &element{selector: el.selector + " input"} // the field of it that tells
		}
		e.obj.set("target", target)
		e.obj.set("currentTarget", target)
	}
	if page := on.obj == nil || on.obj.path == "document" || on.obj.path == "window" || on.obj.element != nil && on.obj.element.selector == "body"; page && ofFields(event) {
		target := m.elementValue(&element{any: true}, "event.target")
		e.obj.set("target", target)
		e.obj.set("srcElement", target)
	}
	form, anyForm := undefined, false // whatever form comes along
	if strings.EqualFold(event, "submit") {
		form = m.elementValue(&element{tag: "form", selector: "form"}, "event.target")
		if on.obj == nil || on.obj.path == "document" || on.obj.path == "window" {
			form.obj.element.wide = true
		} else if f := on.element(); f != nil {
			form.obj.element = f
		} else if on.kind == kindUnknown && on.obj.path == "" {
			form.obj.element = &element{tag: "form", any: true}
			anyForm = true
		}
		e.obj.set("target", form)
		e.obj.set("currentTarget", form)
	}
	if k&markMessage != 0 && len(m.receivers) < 16 {
		m.receivers = append(m.receivers, handler{f, undefined, []value{e}, k, m.layer})
	}
	this := on
	if anyForm {
		this = form
	} else if on.obj == nil || on.obj.path == "document" || on.obj.path == "window" {
		this = m.unknown("event.target", 0)
		this.obj.element = &element{}
	}
	if event == "ready" || strings.HasPrefix(event, "ready.") { // jQuery tells of it by handing itself over
		e = m.host("jQuery")
	}
	m.later(f, this, k, e, m.unknown("", 0))
}
