package php

import (
	"strings"
)

// special is a function that does more than compute a value.
type special = func(m *machine, n *node, nodes []*node, args []value) value

var specials map[string]special

// fillSpecials lists them; it is filled late, since they call each other.
func fillSpecials() map[string]special {
	s := map[string]special{
		"assert": func(m *machine, n *node, nodes []*node, args []value) value {
			if len(args) > 0 && (args[0].kind == vText || args[0].kind == vUnknown) && (len(nodes) == 0 || !comparison(nodes[0])) {
				return m.execute(n, args[0], "assert")
			}
			return unknown(0)
		},
		"create_function": createFunction,
		"preg_replace":    pregReplace, "preg_filter": pregReplace,
		"mb_ereg_replace": eregReplace, "mb_eregi_replace": eregReplace,
		"extract": extract, "parse_str": parseStr, "import_request_variables": func(m *machine, _ *node, _ []*node, _ []value) value {
			m.scope.extracted |= markRequest | markExtracted
			return unknown(0)
		},
		"unserialize": unserialize,
		"define":      define, "constant": constant, "getenv": getenv, "apache_getenv": getenv,
		"func_get_args": func(m *machine, _ *node, _ []*node, _ []value) value { return list(m.scope.args...) },
		"func_get_arg": func(m *machine, _ *node, _ []*node, args []value) value {
			if len(args) > 0 {
				if i := args[0].int(); i >= 0 && i < int64(len(m.scope.args)) {
					return m.scope.args[i]
				}
			}
			return unknown(0)
		},
		"get_defined_vars": func(m *machine, _ *node, _ []*node, _ []value) value { return unknown(markRequest) },
		"compact":          compact,
		"ini_set":          iniSet, "ini_alter": iniSet,
		"putenv": func(m *machine, n *node, _ []*node, args []value) value {
			if len(args) > 0 && strings.Contains(args[0].text(), "LD_PRELOAD") {
				m.record.hit(hitShell, n, 75, "makes programs load a library of its own (LD_PRELOAD)")
			}
			return unknown(0)
		},
		"error_reporting": func(m *machine, n *node, _ []*node, args []value) value {
			if len(args) > 0 && args[0].kind == vInt && args[0].n == 0 {
				m.record.fact(n, "switches error messages off")
			}
			return unknown(0)
		},
		"set_time_limit": func(m *machine, n *node, _ []*node, args []value) value {
			if len(args) > 0 && args[0].kind == vInt && args[0].n == 0 {
				m.record.fact(n, "takes as much time as it likes")
			}
			return unknown(0)
		},
		"array_push": arrayPush, "array_shift": arrayShift, "array_pop": arrayShift, "array_unshift": arrayPush,
		"settype": func(m *machine, n *node, nodes []*node, args []value) value {
			if len(args) > 1 && len(nodes) > 0 && strings.HasPrefix(args[1].text(), "i") {
				m.assign(nodes[0], unknown(0))
			}
			return unknown(0)
		},
		"mysql_connect": connectsDatabase, "mysql_pconnect": connectsDatabase, "mysqli_connect": connectsDatabase, "pg_connect": connectsDatabase, "mssql_connect": connectsDatabase, "sqlsrv_connect": connectsDatabase, "odbc_connect": connectsDatabase,
		"wp_create_user": makesUser, "wp_insert_user": makesUser,
		"usleep": nothing, "sleep": nothing,
		"escapeshellarg":         func(m *machine, _ *node, _ []*node, args []value) value { return unknown(m.joined(args) | markEscaped) },
		"escapeshellcmd":         func(m *machine, _ *node, _ []*node, args []value) value { return unknown(m.joined(args) | markEscaped) },
		"getallheaders":          func(*machine, *node, []*node, []value) value { return unknown(markRequest) },
		"apache_request_headers": func(*machine, *node, []*node, []value) value { return unknown(markRequest) },
		"filter_input":           filterInput, "filter_input_array": func(*machine, *node, []*node, []value) value { return unknown(markRequest | markBody) },
		"filter_var": filterVar, "filter_var_array": filterVar,
		"exif_read_data": imageSource, "read_exif_data": imageSource, "iptcparse": imageSource, "getimagesize": imageSource, "exif_thumbnail": imageSource, "imagecreatefrompng": imageSource, "imagecolorat": imageSource,
		"mysql_query": query(0), "mysql_db_query": query(1), "mysqli_query": query(1), "mysqli_multi_query": query(1), "pg_query": query(1), "pg_exec": query(1), "mssql_query": query(0),
		"sqlsrv_query": query(1), "odbc_exec": query(1), "sqlite_query": query(1), "oci_parse": query(1), "ociparse": query(1), "mysql_unbuffered_query": query(0),
	}
	for name, k := range map[string]marks{
		"mysql_fetch_array": markDatabase, "mysql_fetch_assoc": markDatabase, "mysql_fetch_row": markDatabase, "mysqli_fetch_assoc": markDatabase, "mysqli_fetch_array": markDatabase,
		"mysqli_fetch_row": markDatabase, "mysql_result": markDatabase, "pg_fetch_assoc": markDatabase, "get_option": markDatabase | markFiltered, "socket_read": markSocket, "socket_recv": markSocket,
		"stream_socket_recvfrom": markSocket, "get_meta_tags": markRemote,
	} {
		s[name] = func(m *machine, n *node, nodes []*node, args []value) value {
			m.outputs(name, n, nodes, args)
			return unknown(k)
		}
	}
	for _, name := range []string{"system", "exec", "shell_exec", "passthru", "popen", "proc_open", "pcntl_exec", "expect_popen", "win_shell_execute", "ssh2_exec"} {
		s[name] = func(m *machine, n *node, nodes []*node, args []value) value {
			m.outputs(name, n, nodes, args)
			if len(args) == 0 {
				return unknown(0)
			}
			return m.command(n, name, args)
		}
	}
	for name, at := range callbacks {
		s[name] = func(m *machine, n *node, nodes []*node, args []value) value {
			return m.callback(name, at, n, nodes, args)
		}
	}
	for name, f := range fileSpecials() {
		s[name] = f
	}
	for name, f := range reachSpecials() {
		s[name] = f
	}
	return s
}

func nothing(*machine, *node, []*node, []value) value { return unknown(0) }

// comparison tells whether an expression is a test, and no text that is run.
func comparison(n *node) bool {
	switch n.op {
	case opBinary:
		return n.sym != symCoalesce
	case opUnary, opIsset, opEmpty, opInstanceof:
		return true
	case opCall:
		return n.a != nil && n.a.op == opName && (strings.HasPrefix(strings.ToLower(n.a.str), "is_") || drops[functionName(n.a.str)])
	}
	return false
}

func createFunction(m *machine, n *node, _ []*node, args []value) value {
	if len(args) < 2 {
		return unknown(0)
	}
	k := m.joined(args)
	body := args[1]
	body.marks |= args[0].marks & markTaint
	if body.kind != vText || k&markTaint != 0 {
		m.execute(n, unknownCode(body), "create_function")
	}
	if args[0].kind != vText || body.kind != vText {
		return unknown(k)
	}
	if strings.Contains(args[1].s, "eval") || body.marks&markDecoded != 0 {
		m.record.fact(n, "makes a function of a text")
	}
	inner := &layer{src: "function(" + args[0].s + "){" + args[1].s + "\n}", parent: m.layer, origin: n.pos, depth: m.layer.depth + 1}
	if inner.depth > maxLayers || !m.make(4*len(inner.src)) {
		return unknown(k)
	}
	if body.marks&markDecoded != 0 && len(body.s) > 12 {
		m.record.hit(hitLayer, n, 58, "runs code that cannot be read in the source (create_function)")
	}
	tree, _ := parse(scanCode(inner.src), inner)
	result := unknown(k)
	m.in(&scope{vars: map[string]*cell{}}, inner, func() { // what closes the function early is run at once
		m.declare(tree, 0)
		for i, s := range tree.kids {
			if i == 0 && s.op == opExpression {
				result = m.eval(s.a)
				continue
			}
			m.statement(s)
		}
	})
	return result
}

// unknownCode is a value that is judged as code, but not run once more.
func unknownCode(v value) value {
	if v.kind == vText {
		return unknown(v.marks)
	}
	return v
}

func extract(m *machine, n *node, _ []*node, args []value) value {
	if len(args) == 0 {
		return unknown(0)
	}
	v := args[0]
	if v.kind == vArray {
		for i, key := range v.array.keys {
			if len(key) > 0 && letter(key[0]) && i < 5000 {
				m.put(m.cellIn(m.scope, key), v.array.values[i])
			}
		}
		m.scope.extracted |= v.array.rest
		return number(int64(v.array.len()))
	}
	if k := v.all() & markTaint; k != 0 {
		m.scope.extracted |= k | markExtracted
		if k&markRequest != 0 {
			m.record.fact(n, "makes variables of what the request says")
		}
	}
	return unknown(0)
}

func parseStr(m *machine, _ *node, nodes []*node, args []value) value {
	if len(args) == 0 {
		return unknown(0)
	}
	if len(nodes) > 1 {
		v := unknown(args[0].all())
		if args[0].kind == vText && len(args[0].s) < 100_000 {
			a := newArray()
			for _, pair := range strings.Split(args[0].s, "&") {
				name, of, _ := strings.Cut(pair, "=")
				a.set(unpercent(name), text(unpercent(strings.ReplaceAll(of, "+", " ")), args[0].marks))
			}
			v = value{kind: vArray, array: a}
		}
		m.assign(nodes[1], v)
		return unknown(0)
	}
	if args[0].kind == vText {
		for _, pair := range strings.Split(args[0].s[:min(len(args[0].s), 100_000)], "&") {
			name, of, _ := strings.Cut(pair, "=")
			if name != "" {
				m.put(m.cellIn(m.scope, name), text(unpercent(strings.ReplaceAll(of, "+", " ")), args[0].marks))
			}
		}
		return unknown(0)
	}
	m.scope.extracted |= args[0].all()&markTaint | markExtracted
	return unknown(0)
}

func define(m *machine, _ *node, _ []*node, args []value) value {
	if len(args) > 1 && args[0].plain() {
		m.constants[strings.ToLower(args[0].text())] = args[1]
	}
	return truth(true)
}

func constant(m *machine, _ *node, _ []*node, args []value) value {
	if len(args) > 0 && args[0].plain() {
		if v, ok := m.constants[strings.ToLower(args[0].text())]; ok {
			return v
		}
	}
	return unknown(0)
}

func getenv(_ *machine, _ *node, _ []*node, args []value) value {
	if len(args) > 0 {
		if name := strings.ToUpper(args[0].text()); strings.HasPrefix(name, "HTTP_") || name == "QUERY_STRING" {
			return unknown(markRequest)
		}
		return unknown(0)
	}
	return unknown(markRequest)
}

func compact(m *machine, _ *node, _ []*node, args []value) value {
	a := newArray()
	for _, v := range args {
		if v.kind == vText {
			a.set(v.s, m.read(v.s))
		} else {
			a.loose = true
		}
	}
	return value{kind: vArray, array: a}
}

func iniSet(m *machine, n *node, _ []*node, args []value) value {
	if len(args) < 2 {
		return unknown(0)
	}
	switch strings.ToLower(args[0].text()) {
	case "auto_prepend_file", "auto_append_file":
		m.record.hit(hitSetting, n, 60, "has a file run before or after each page ("+strings.ToLower(args[0].text())+")")
	case "display_errors", "error_log", "log_errors":
		if !args[1].isTrue() || args[1].text() == "0" || args[1].kind == vNull {
			m.record.fact(n, "switches error messages off")
		}
	case "disable_functions", "open_basedir", "safe_mode", "suhosin.executor.disable_eval":
		m.record.fact(n, "tries to switch limits off")
	}
	return unknown(0)
}

func arrayPush(m *machine, n *node, nodes []*node, args []value) value {
	if len(args) < 2 || len(nodes) < 1 {
		return unknown(0)
	}
	base := args[0]
	if base.kind != vArray {
		m.assign(nodes[0], unknown(m.joined(args)))
		return unknown(0)
	}
	a := base.array.copy()
	if n.a != nil && strings.HasSuffix(strings.ToLower(n.a.str), "unshift") {
		a = fromValues(append(append([]value(nil), args[1:]...), a.values...))
	} else {
		for _, v := range args[1:] {
			a.push(v)
		}
	}
	m.step(a.len() / 8)
	base.array = a
	m.assign(nodes[0], base)
	return number(int64(a.len()))
}

func arrayShift(m *machine, n *node, nodes []*node, args []value) value {
	if len(args) == 0 || len(nodes) == 0 {
		return unknown(0)
	}
	v := args[0]
	if v.kind != vArray || v.array.loose {
		return unknown(v.all())
	}
	if v.array.len() == 0 {
		return value{kind: vNull}
	}
	m.step(v.array.len() / 8)
	values := v.array.values
	pop := n.a != nil && strings.HasSuffix(strings.ToLower(n.a.str), "pop")
	out, rest := values[0], values[1:]
	if pop {
		out, rest = values[len(values)-1], values[:len(values)-1]
	}
	m.assign(nodes[0], value{kind: vArray, array: fromValues(rest), marks: v.marks})
	return out
}

func filterInput(m *machine, n *node, _ []*node, args []value) value {
	if len(args) < 2 {
		return unknown(markRequest)
	}
	if len(args) > 3 && args[3].kind == vArray {
		if f, ok := args[3].array.get("options"); ok && (f.kind == vText || f.kind == vFunction || f.kind == vUnknown && f.marks != 0) {
			return m.dynamic(n, f, nil, []value{unknown(markRequest)})
		}
	}
	if len(args) > 2 && args[2].kind == vInt && args[2].n != 516 && args[2].n != 1024 {
		return unknown(fieldMarks(args[1].text()))
	}
	return unknown(markRequest | fieldMarks(args[1].text()))
}

func filterVar(m *machine, n *node, nodes []*node, args []value) value {
	if len(args) > 2 && args[2].kind == vArray {
		if f, ok := args[2].array.get("options"); ok && (f.kind == vText || f.kind == vUnknown && f.marks != 0) {
			return m.dynamic(n, f, nil, args[:1])
		}
	}
	if len(args) > 1 && args[1].kind == vArray {
		for _, v := range args[1].array.values {
			if v.kind == vArray {
				if f, ok := v.array.get("options"); ok && (f.kind == vText || f.kind == vUnknown && f.marks != 0) {
					m.dynamic(n, f, nil, args[:1])
				}
			}
		}
	}
	if len(args) == 2 && (args[1].kind == vUnknown || args[1].n > 255 && args[1].n < 280) {
		return unknown(m.joined(args) &^ markRequest)
	}
	return unknown(m.joined(args))
}

func imageSource(m *machine, n *node, nodes []*node, args []value) value {
	m.outputs("getimagesize", n, nodes, args)
	return unknown(markImage)
}

// connectsDatabase notes that the request says to which database, as a console for any of them lets it.
func connectsDatabase(m *machine, n *node, _ []*node, args []value) value {
	m.databaseOf(n, m.joined(args))
	return unknown(0)
}

func (m *machine) databaseOf(n *node, k marks) {
	if alive(k) {
		m.record.lone(hitQuery, n, 58, "opens whatever database the request says")
		m.record.feature(n, "asks databases")
	}
}

// makesUser notes an account whose password stands in the code.
func makesUser(m *machine, n *node, _ []*node, args []value) value {
	m.standing.call("wp_insert_user")
	fixed := len(args) > 1 && args[1].kind == vText && args[1].s != ""
	if len(args) == 1 && args[0].kind == vArray {
		v, ok := args[0].array.get("user_pass")
		fixed = ok && v.kind == vText && v.s != ""
	}
	if fixed {
		m.record.hit(hitManage, n, 56, "makes an account whose password stands in the code")
	}
	return unknown(0)
}

// query asks a database; at is which argument says what.
func query(at int) special {
	return func(m *machine, n *node, _ []*node, args []value) value {
		if at >= len(args) && len(args) > 0 {
			at := len(args) - 1
			return m.asks(n, args[at])
		}
		if at < len(args) {
			return m.asks(n, args[at])
		}
		return unknown(markDatabase)
	}
}

// asks judges a query.
func (m *machine) asks(n *node, v value) value {
	k := v.all()
	if k&markRequest != 0 && k&markFiltered == 0 && (strings.HasPrefix(v.s, hole) || v.kind != vUnknown) {
		points := 45
		if k&markDecoded != 0 && alive(k) {
			points = 58
		}
		m.record.lone(hitQuery, n, points, "asks a database whatever the request says")
		m.record.feature(n, "asks databases")
	}
	if k&markCard != 0 {
		m.record.add(hit{kind: hitStore, points: 30, what: "puts card data into a database", card: true}, n)
	}
	return unknown(markDatabase)
}
