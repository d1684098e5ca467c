package script

import "strings"

// constructHost is "new" of something of the browser's.
func (m *machine) constructHost(function value, args []value, at position) value {
	argument := func(i int) value {
		if i < len(args) {
			return args[i]
		}
		return undefined
	}
	path := ""
	if function.obj != nil {
		path = function.obj.path
	}
	v := m.unknown("", 0)
	switch path {
	case "XMLHttpRequest", "XDomainRequest":
		v.obj.path, v.obj.request = "XMLHttpRequest()", &request{kind: SinkXHR}
		return v
	case "ActiveXObject":
		if text, _ := m.toText(argument(0)); strings.Contains(strings.ToLower(text), "xmlhttp") {
			v.obj.path, v.obj.request = "XMLHttpRequest()", &request{kind: SinkXHR}
		}
		return v
	case "WebSocket", "EventSource", "WebTransport":
		v.obj.path, v.obj.request = "WebSocket()", &request{kind: SinkSocket, target: argument(0)}
		m.sendTo(SinkSocket, at, argument(0), m.marksOf(argument(0)))
		return v
	case "RTCPeerConnection", "webkitRTCPeerConnection", "mozRTCPeerConnection":
		m.sendTo(SinkRTC, at, m.iceServer(argument(0)), 0)
		v.obj.path = "RTCPeerConnection()"
		v.obj.set("@target", m.iceServer(argument(0)))
		return v
	case "Image":
		v.obj.path, v.obj.element = "Image()", &element{tag: "img", made: true}
		return v
	case "Audio":
		v.obj.element = &element{tag: "audio", made: true}
		if a := argument(0); a.kind != kindUndefined {
			m.setAttribute(v, "src", a, at)
		}
		return v
	case "FormData":
		return m.formData(argument(0), at)
	case "Worker", "SharedWorker":
		if text, known := m.toText(argument(0)); known && strings.HasPrefix(text, "data:") {
			m.dynamic(dataURL(text), "worker", at)
		} else {
			m.sendTo(SinkWorker, at, argument(0), 0)
		}
		if blob := argument(0); blob.obj != nil {
			if code, ok := blob.obj.own("@code"); ok {
				m.dynamic(code, "worker", at)
			}
		}
		v.obj.request = &request{kind: SinkMessage}
		return v
	case "Blob", "File":
		v.marks = m.marksOfAll(args)
		if m.disguised(path, args) && v.marks&markTyped != 0 {
			v.marks |= markDisguise
		}
		v.obj.marks = v.marks
		if parts := m.elementsOf(argument(0)).list; len(parts) > 0 && parts[0].kind == kindString {
			v.obj.set("@code", parts[0])
		}
		return v
	case "Request":
		k := m.marksOf(argument(1))
		v.obj.path, v.obj.rest = "Request()", k
		v.obj.request = &request{kind: SinkFetch, target: argument(0)}
		return v
	case "Response":
		m.rewritten(argument(0), at)
		return v
	case "URL", "URLSearchParams":
		text, _ := m.toText(argument(0))
		k := m.marksOfAll(args)
		return value{kind: kindUnknown, text: text, obj: v.obj, marks: k}
	case "Promise":
		if f := argument(0); f.function() != nil {
			resolve := newHost("@resolve")
			m.callback(f, undefined, 0, objectValue(resolve), m.unknown("", 0))
			if held, ok := resolve.own("@value"); ok {
				v.obj.set("@value", held)
				v.marks = m.marksOf(held)
			}
		}
		return v
	case "MutationObserver", "IntersectionObserver", "PerformanceObserver", "ResizeObserver", "FileReader":
		if f := argument(0); f.function() != nil {
			m.later(f, v, 0, m.unknown("", 0), v)
		}
		return v
	case "TextDecoder", "TextEncoder":
		v.obj.path = path + "()"
		return v
	case "Proxy":
		m.proxy(argument(0), argument(1), at)
		if h := argument(1); h.obj != nil {
			if get, ok := h.obj.own("get"); ok && get.function() != nil {
				target := argument(0)
				v.obj.trap = func(name string) value { return m.call(get, h, []value{target, str(name), v}) }
			}
		}
		return v
	case "CustomEvent", "Event", "AbortController":
		return v
	}
	if made, ok := m.constructLanguage(path, args, at); ok {
		return made
	}
	result := m.callUnknown(function, undefined, args)
	if result.obj != nil && path != "" {
		result.obj.path = path + "()"
	}
	return result
}

// disguised tells whether a file made of parts says that it is one that a page is made of.
func (m *machine) disguised(path string, args []value) bool {
	if len(args) < 2 {
		return false
	}
	if path == "File" {
		if name, _ := m.toText(args[1]); isAsset(name) {
			return true
		}
	}
	if o := args[len(args)-1].obj; o != nil {
		if v, ok := o.own("type"); ok {
			kind, _ := m.toText(v)
			return strings.HasPrefix(kind, "image/") || strings.HasPrefix(kind, "font/") || kind == "text/css" || strings.HasPrefix(kind, "video/")
		}
	}
	return false
}

// proxy has what stands in the way of a function of the browser's called with what the page itself sends.
func (m *machine) proxy(target, handler value, at position) {
	if target.obj == nil || handler.obj == nil {
		return
	}
	for _, trap := range []string{"apply", "construct"} {
		f, ok := handler.obj.own(trap)
		if !ok || f.function() == nil {
			continue
		}
		path := target.obj.path
		if !strings.Contains(path, ".") {
			path = "window." + path
		}
		if !hooked[path] {
			continue
		}
		m.record.fact(factHook, at, "stands before "+strings.TrimPrefix(path, "window."))
		args := m.unknown("", markRequest)
		if trap == "construct" {
			m.later(f, handler, markRequest, target, args)
		} else {
			m.later(f, handler, markRequest, target, m.unknown("", 0), args)
		}
	}
}

func (m *machine) iceServer(configuration value) value {
	servers := m.get(configuration, "iceServers", position{})
	for _, s := range m.elementsOf(servers).list {
		if s.obj == nil {
			continue
		}
		for _, name := range []string{"urls", "url"} {
			if v, ok := s.obj.own(name); ok {
				return m.elementsOfOne(v)
			}
		}
	}
	return undefined
}

func (m *machine) elementsOfOne(v value) value {
	if v.obj != nil && v.obj.class == classArray && len(v.obj.list) > 0 {
		return v.obj.list[0]
	}
	return v
}

func (m *machine) formData(form value, at position) value {
	v := m.unknown("FormData()", 0)
	if form.kind != kindUndefined {
		s := m.serialised(form, at)
		v.marks, v.obj.rest = s.marks, s.marks
	}
	return v
}
