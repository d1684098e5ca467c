package php

import (
	"regexp"
	"strings"
)

// pattern is a value as a pattern.
func pattern(v value) (*regexp.Regexp, string, bool) {
	if v.kind != vText {
		return nil, "", false
	}
	return expression(v.s)
}

// maxMatched bounds the text that a pattern is looked for in.
const maxMatched = 300_000

// matching counts a search for a pattern, and tells whether it may be made.
func (m *machine) matching(s string) bool {
	return len(s) <= maxMatched && m.step(300+len(s)/2)
}

// callback calls what a function is given to call.
func (m *machine) callback(name string, at callbackAt, n *node, nodes []*node, args []value) value {
	k := m.joined(args)
	spread := len(nodes) > 0 && nodes[len(nodes)-1].op == opSpread
	if at.function >= len(args) {
		if spread && k&markRequest != 0 {
			m.record.hit(hitCall, n, 85, "has "+name+" call a function that the request names")
		}
		return unknown(k)
	}
	f := args[at.function]
	var data []value
	for _, i := range at.data {
		if i < len(args) && i != at.function {
			data = append(data, args[i])
		}
	}
	if f.kind == vText && !strings.Contains(f.s, "::") && len(f.s) > maxNames {
		return unknown(k)
	}
	if name == "array_map" && len(data) == 1 && data[0].kind == vArray && !data[0].array.loose && (f.kind == vText || f.kind == vFunction) {
		out := newArray()
		for i, v := range data[0].array.values {
			if m.exhausted {
				break
			}
			out.set(data[0].array.keys[i], m.dynamic(n, f, nil, []value{v}))
		}
		return value{kind: vArray, array: out}
	}
	if name == "call_user_func_array" && len(data) > 0 {
		if data[0].kind == vArray {
			data = data[0].array.values
		} else {
			data = []value{unknown(data[0].all()), unknown(data[0].all())}
		}
	}
	call := make([]value, 0, len(data))
	for _, v := range data {
		if name != "call_user_func" && name != "call_user_func_array" && name != "forward_static_call" {
			if v.kind == vArray && v.array.len() == 1 {
				v = v.array.values[0]
			} else if v.kind == vArray {
				v = unknown(v.all())
			}
		}
		call = append(call, v)
	}
	switch name {
	case "usort", "uasort", "array_reduce", "array_udiff", "array_uintersect": // handed two at a time
		if len(call) == 1 {
			call = append(call, call[0])
		}
	case "array_walk", "array_walk_recursive": // handed the key, too
		if len(data) > 0 {
			call = append(call[:1:1], unknown(data[0].all()))
		}
	case "set_error_handler", "set_exception_handler":
		scope := m.scope
		m.later = append(m.later, func() { // once it is known what they are handed
			m.in(scope, m.layer, func() { m.dynamic(n, f, nil, []value{unknown(markParam | m.raised), unknown(markParam | m.raised)}) })
		})
		return unknown(k)
	case "ob_start", "spl_autoload_register", "header_register_callback":
		call = []value{unknown(markParam)}
		if name == "ob_start" && f.kind == vText && hiddenPoints(strings.ToLower(f.s)) == 60 {
			m.record.lone(hitCall, n, 60, "has what the page writes run by "+f.s)
		}
	}
	if f.kind == vNull || f.kind == vBool || f.kind == vInt {
		return unknown(k)
	}
	v := m.dynamic(n, f, nil, call)
	if name == "call_user_func" || name == "call_user_func_array" {
		return v
	}
	return unknown(k | v.all())
}

// outputs gives the variables that a function of the language writes to what it writes.
func (m *machine) outputs(name string, _ *node, nodes []*node, args []value) {
	set := func(i int, k marks) {
		if i < len(nodes) {
			m.assign(nodes[i], unknown(k))
		}
	}
	switch name {
	case "preg_match", "preg_match_all", "ereg", "eregi":
		if len(nodes) > 2 && len(args) > 1 {
			m.assign(nodes[2], m.matches(name, args))
		}
	case "exec":
		set(1, markCommand)
	case "sscanf":
		for i := 2; i < len(nodes); i++ {
			set(i, m.joined(args[:1]))
		}
	case "openssl_public_encrypt", "openssl_private_encrypt", "openssl_seal":
		set(1, m.joined(args[:1])|markEncoded)
	case "socket_recv", "socket_recvfrom":
		set(1, markSocket)
	case "getimagesize":
		set(1, markImage)
	case "mb_parse_str":
		set(1, m.joined(args))
	case "curl_multi_exec", "similar_text":
	}
}

// patternIf reads a pattern where it is wanted: that takes longer than all else that is done with it.
func patternIf(wanted bool, v value) (*regexp.Regexp, string, bool) {
	if !wanted {
		return nil, "", false
	}
	return pattern(v)
}

// matches is what a pattern finds.
func (m *machine) matches(name string, args []value) value {
	subject := args[1]
	known := subject.kind == vText
	if r, _, ok := patternIf(known && name == "preg_match", args[0]); ok && m.matching(subject.s) {
		a := newArray()
		for _, s := range r.FindStringSubmatch(subject.s) {
			a.push(text(s, subject.marks))
		}
		return value{kind: vArray, array: a}
	}
	if r, _, ok := patternIf(known && name == "preg_match_all", args[0]); ok && m.matching(subject.s) {
		groups := make([]*array, r.NumSubexp()+1)
		for i := range groups {
			groups[i] = newArray()
		}
		for _, found := range r.FindAllStringSubmatch(subject.s, 10_000) {
			for i, s := range found {
				groups[i].push(text(s, subject.marks))
			}
		}
		a := newArray()
		for _, g := range groups {
			a.push(value{kind: vArray, array: g})
		}
		return value{kind: vArray, array: a}
	}
	k := subject.all() &^ markBody
	if args[0].kind == vText && !strings.ContainsAny(args[0].s, ".^") && !strings.Contains(args[0].s, `\S`) && !strings.Contains(args[0].s, `\D`) {
		k |= markListed // what is found consists of words
	}
	return unknown(k)
}

// newKnown makes an object of a class that is not in this file.
func (m *machine) newKnown(n *node, name string, args []value, k marks) value {
	switch name {
	case "reflectionfunction", "reflectionmethod", "reflectionclass", "reflectionobject", "reflectionproperty":
		if len(args) > 0 {
			return reflected(name, args)
		}
	case "callbackfilteriterator", "recursivecallbackfilteriterator":
		if len(args) > 1 {
			m.dynamic(n, args[1], nil, []value{unknown(args[0].all())})
		}
	case "splfileobject":
		if len(args) > 0 {
			return value{kind: vHandle, ref: &handle{path: args[0]}}
		}
	case "com", "variant", "dotnet":
		if len(args) > 0 {
			program := strings.ToLower(args[0].text())
			if strings.Contains(program, "wscript.shell") || strings.Contains(program, "shell.application") || args[0].all()&markRequest != 0 {
				return value{kind: vHandle, ref: &handle{path: text("com:shell", args[0].marks)}}
			}
		}
	case "mysqli", "pdo":
		m.databaseOf(n, k)
		return m.database(name, args)
	case "simplexmlelement", "domdocument":
		return unknown(k)
	case "memcached", "memcache", "redis":
		return unknown(markDatabase)
	}
	if !ofLanguage()["new "+name] {
		m.standing.call("new " + name)
		return unknown(k &^ markTaint)
	}
	return unknown(k)
}

// foreignMethod calls a method of an object that nothing here says the class of.
func (m *machine) foreignMethod(n *node, base value, lower, name string, args []value, k marks) value {
	if h, ok := base.ref.(*handle); ok && h.database {
		if k&markCard != 0 && (lower == "query" || lower == "exec" || lower == "prepare" || lower == "multi_query") {
			m.sends(n, h.path, k, "a request")
		}
	} else if ok {
		if h.reflects != "" {
			if v, ok := m.reflectedMethod(n, h, lower, args); ok {
				return v
			}
		}
		switch lower {
		case "exec", "run", "shellexecute":
			if strings.HasPrefix(h.path.s, "com:") {
				return m.command(n, "a COM object", args)
			}
		case "fwrite", "fputcsv":
			if len(args) > 0 {
				m.keepIn(h, args[0])
				m.write(n, h.path, args[0])
			}
			return unknown(0)
		case "fread", "fgets", "current":
			if h.keeps {
				return h.kept
			}
			return m.source(h.path)
		}
		return unknown(h.path.all())
	}
	switch lower {
	case "loadxml", "load", "loadhtml", "loadhtmlfile":
		if k&markRequest != 0 && n.a.op == opVar {
			m.assign(n.a, unknown(base.all()|k&(markRequest|markFiltered)))
		}
	case "registerphpfunctions", "importstylesheet":
		m.transforms(n, lower, k)
	}
	if lower == "open" && k&markUpload != 0 {
		m.record.brought = true
	}
	switch lower {
	case "uasort", "uksort", "usort", "each", "map", "filter", "walk", "reduce":
		if len(args) > 0 && args[0].kind == vText && hiddenPoints(strings.ToLower(args[0].s)) > 0 || len(args) > 0 && alive(args[0].all()) {
			m.dynamic(n, args[0], nil, []value{unknown(base.all()), unknown(base.all())})
		}
	case "query", "exec", "multi_query", "prepare", "insert", "update", "save", "execute", "real_query":
		for _, v := range args {
			if v.all()&markCard != 0 {
				m.record.add(hit{kind: hitStore, points: 30, what: "puts card data into a database", card: true}, n)
				break
			}
		}
		if len(args) > 0 && (lower == "query" || lower == "exec" || lower == "multi_query") {
			return m.asks(n, args[0])
		}
	case "fetchall", "fetchrow", "fetchone", "fetchassoc", "fetchpairs", "get_results", "get_row", "get_var", "rawquery":
		if len(args) > 0 {
			return m.asks(n, args[0])
		}
	case "sqlitecreatefunction", "createfunction", "sqlitecreateaggregate":
		if len(args) > 1 || len(args) > 0 && alive(args[0].all()) {
			m.dynamic(n, args[min(1, len(args)-1)], nil, []value{unknown(markRequest)})
			if alive(args[0].all()) {
				m.dynamic(n, args[0], nil, []value{unknown(markRequest)})
			}
		}
	case "extractto":
		if m.record.brought {
			m.record.lone(hitUpload, n, 55, "unpacks an archive that the request brings")
		}
	case "getmessage":
		return unknown(base.all()&markTaint&^markUndefined | m.raised)
	case "invoke", "invokeargs":
		if k&markRequest != 0 && base.all()&markRequest != 0 {
			m.record.lone(hitCall, n, 60, "calls a function by reflection that the request names")
		}
	case "send":
		if k&markTaint&^m.sent != 0 {
			m.sent |= k & markTaint
			m.record.heldChanges++
		}
		if k&markCard != 0 {
			m.loot(n, k, "a message", 60, "")
		}
	case "addattachment", "mail", "sendmail", "sendraw", "addtext":
		if k&markCard != 0 {
			m.loot(n, k, "a message", 60, "")
		}
	case "log", "info", "debug", "error", "addinfo", "adddebug", "notice", "warning", "write", "addlog":
		if k&markCard != 0 && k&markFiltered == 0 {
			m.record.add(hit{kind: hitLoot, points: 45, what: "writes card data to a log", card: true}, n)
		}
	case "post", "request", "put", "get", "open", "setpostfields", "setrawdata", "setbody", "seturi", "postasync":
		m.httpCall(n, args)
	}
	if n.a != nil && n.a.op == opVar && n.a.str == "this" && m.scope.class != nil && m.scope.class.parent == "" {
		m.standing.extends = max(m.standing.extends, 0)
	}
	body := requestBody(n.a, name)
	result := k&^markBody | body | markFiltered&boolMarks(k != 0) | fieldMarks(name) | m.cardArgument(args)
	return unknown(result | base.all()&^(markBody|markCard|markExpiry|markUndefined))
}

func boolMarks(b bool) marks {
	if b {
		return ^marks(0)
	}
	return 0
}

// httpCall is a method that sends to an address.
func (m *machine) httpCall(n *node, args []value) {
	url := value{}
	for i, v := range args {
		if i < 2 && v.kind != vArray && strings.Contains(v.text(), "://") {
			url = v
			break
		}
	}
	k := m.joined(args)
	if url.text() != "" && k&(markCard|markBody) != 0 {
		m.sends(n, url, k, "a request")
	}
}
