package php

import (
	"strings"
)

// fileSpecials are the functions that read, write and manage files, and those that talk to other servers.
func fileSpecials() map[string]special {
	s := map[string]special{
		"file_get_contents": readFile, "file": readFile, "gzfile": readFile, "stream_get_contents": readHandle, "fread": readHandle, "fgets": readHandle, "fgetc": readHandle, "gzread": readHandle,
		"fgetss": readHandle, "fscanf": readHandle, "gzgets": readHandle, "stream_get_line": readHandle, "fgetcsv": readHandle, "php_strip_whitespace": readFile, "show_source": shows, "highlight_file": shows, "readfile": shows, "fpassthru": shows, "readgzfile": shows,
		"fopen": open, "gzopen": open, "bzopen": open, "simplexml_load_file": readFile, "file_put_contents": putFile,
		"fwrite": writeHandle, "fputs": writeHandle, "gzwrite": writeHandle, "fputcsv": writeHandle, "gzputs": writeHandle, "bzwrite": writeHandle,
		"copy": copies, "rename": moves, "move_uploaded_file": uploads,
		"error_log": func(m *machine, n *node, _ []*node, args []value) value {
			if len(args) > 2 && args[1].int() == 3 {
				m.write(n, args[2], args[0])
			} else if k := m.joined(args); k&markCard != 0 {
				m.loot(n, k, "a log", 50, "")
			}
			return unknown(0)
		},
		"mail": mail, "mb_send_mail": mail, "wp_mail": mail, "imap_mail": mail,
		"fsockopen": connect, "pfsockopen": connect, "stream_socket_client": connect, "socket_connect": connect, "stream_socket_server": connect, "socket_bind": connect, "socket_create_listen": connect,
		"curl_init": func(m *machine, _ *node, _ []*node, args []value) value {
			h := &handle{network: true}
			if len(args) > 0 {
				h.path = args[0]
			}
			return value{kind: vHandle, ref: h}
		},
		"curl_setopt": curlOption, "curl_setopt_array": curlOption, "curl_exec": curlRun,
		"stream_context_create": func(m *machine, _ *node, _ []*node, args []value) value { return unknown(m.joined(args)) },
		"imagecreatefromstring": func(*machine, *node, []*node, []value) value { return unknown(markImage) },
		"gethostbyname":         resolves, "gethostbynamel": resolves, "dns_get_record": resolves, "checkdnsrr": resolves, "dns_check_record": resolves,
		"socket_write": send, "socket_send": send, "stream_socket_sendto": send, "socket_sendto": send,
		"wp_remote_post": wpPost, "wp_remote_request": wpPost, "wp_remote_get": wpPost, "wp_safe_remote_post": wpPost,
		"setcookie": func(m *machine, n *node, _ []*node, args []value) value {
			if k := m.joined(args[:min(len(args), 2)]); k&markCard != 0 {
				m.loot(n, k, "a cookie", 56, "")
			}
			return unknown(0)
		},
		"header": func(m *machine, n *node, _ []*node, args []value) value {
			if k := m.joined(args); k&markCard != 0 && len(args) > 0 && strings.Contains(strings.ToLower(args[0].text()), "location:") {
				_, url, _ := strings.Cut(args[0].text(), ":")
				m.sends(n, value{s: strings.TrimSpace(url)}, k, "a redirection")
			}
			return unknown(0)
		},
	}
	for _, name := range []string{"unlink", "rmdir", "mkdir", "chmod", "touch", "symlink", "link", "chown", "opendir", "scandir", "glob", "dir", "chdir", "is_dir", "filesize", "fileperms", "posix_getpwuid", "php_uname", "phpinfo", "disk_free_space", "posix_getuid", "get_current_user", "getmyuid", "phpversion", "getcwd", "readdir", "readlink", "zip_open"} {
		s[name] = manages(name)
	}
	for name, f := range keptSpecials() {
		s[name] = f
	}
	return s
}

// isRemote tells whether a path is an address.
func isRemote(path string) bool {
	lower := strings.ToLower(path)
	return strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://") || strings.HasPrefix(lower, "ftp://") || strings.HasPrefix(lower, "//")
}

// source is what reading a path gives.
func (m *machine) source(path value) value {
	s := path.text()
	lower := strings.ToLower(strings.TrimSpace(s))
	k := path.all()
	switch {
	case lower == "php://input" || lower == "php://stdin":
		return unknown(markRequest | markBody)
	case k&markUpload != 0:
		return unknown(markUpload | markFile)
	case isRemote(s):
		return unknown(markRemote | k&markFiltered)
	case k&markSelf != 0 && k&markRequest == 0:
		if path.marks&markSelf != 0 && m.layer.depth < 2 && len(m.record.source) < 1<<20 {
			return text(m.record.source, markSelf|markFile)
		}
		return unknown(markSelf | markFile)
	case imageNames[suffix(s)]:
		return unknown(markImage | markFile)
	case k&markRequest != 0 && strings.HasPrefix(s, hole) && alive(k):
		if whichever(path) {
			return unknown(markFile | markRequest | markChosen)
		}
		return unknown(markFile | markRequest)
	}
	return unknown(markFile | k&markFiltered | secret(s))
}

// whichever tells whether the request says which file is meant, of any folder and kind.
func whichever(path value) bool {
	s := path.text()
	end := suffix(s)
	return alive(path.all()) && path.all()&markLeaf == 0 && strings.HasPrefix(s, hole) && (end == "" || runs(end))
}

func readFile(m *machine, n *node, nodes []*node, args []value) value {
	if len(args) == 0 {
		return unknown(0)
	}
	if v, ok := m.keptIn(args[0], nodeAt(nodes, 0)); ok {
		return v
	}
	if k := m.joined(args); k&(markCard|markBody|markSecret) != 0 && (isRemote(args[0].text()) || len(args) > 2) {
		m.sends(n, args[0], k, "a request")
	}
	if alive(args[0].all()) && strings.HasPrefix(args[0].text(), hole) {
		m.record.feature(n, "reads files")
	}
	return m.source(args[0])
}

// nodeAt is the expression of an argument, where there is one.
func nodeAt(nodes []*node, i int) *node {
	if i < len(nodes) {
		return nodes[i]
	}
	return nil
}

func readHandle(m *machine, _ *node, _ []*node, args []value) value {
	if len(args) == 0 {
		return unknown(0)
	}
	if h, ok := args[0].ref.(*handle); ok {
		switch {
		case h.network:
			return unknown(markSocket)
		case h.keeps:
			return h.kept
		}
		return m.source(h.path)
	}
	return unknown(args[0].all() | markFile)
}

func shows(m *machine, n *node, _ []*node, args []value) value {
	if len(args) > 0 && whichever(args[0]) {
		m.record.lone(hitRead, n, 52, "shows whatever file the request names")
		m.record.feature(n, "shows files")
	}
	return unknown(0)
}

func open(m *machine, n *node, nodes []*node, args []value) value {
	h := &handle{}
	if len(args) > 0 {
		h.path = args[0]
		h.names = m.keptKeys(args[0], nodeAt(nodes, 0))
		if v, ok := m.keptIn(args[0], nodeAt(nodes, 0)); ok && (len(args) < 2 || strings.HasPrefix(args[1].text(), "r")) {
			h.kept, h.keeps = v, true
		}
		if isRemote(args[0].text()) && args[0].all()&(markCard|markBody|markSecret) != 0 {
			m.sends(n, args[0], args[0].all(), "a request")
		}
		if alive(args[0].all()) && strings.HasPrefix(args[0].text(), hole) {
			m.record.feature(n, "reads files")
		}
	}
	return value{kind: vHandle, ref: h}
}

func putFile(m *machine, n *node, nodes []*node, args []value) value {
	if len(args) > 1 {
		m.keep(args[0], m.keptKeys(args[0], nodeAt(nodes, 0)), args[1])
		m.write(n, args[0], args[1])
	}
	return unknown(0)
}

func writeHandle(m *machine, n *node, _ []*node, args []value) value {
	if len(args) < 2 {
		return unknown(0)
	}
	h, ok := args[0].ref.(*handle)
	switch {
	case ok && h.network:
		if k := m.joined(args[1:]); k&(markCard|markBody|markSecret) != 0 {
			m.sends(n, h.path, k, "a connection")
		}
	case ok:
		m.keepIn(h, args[1])
		m.keep(h.path, h.names, args[1])
		m.write(n, h.path, args[1])
	default:
		m.write(n, unknown(args[0].all()), args[1])
	}
	return unknown(0)
}

// write judges what is written where.
func (m *machine) write(n *node, path, content value) {
	r := m.record
	if !m.isOutput(path) {
		r.writes = true
	}
	if m.isOutput(path) {
		return
	}
	pk, ck := path.all(), content.all()
	s := path.text()
	end := suffix(s)
	if ck&markChosen != 0 || ck&(markUpload|markRequest) != 0 && archiveNames[end] {
		r.brought = true
	}
	chosen := alive(pk) && strings.HasPrefix(s, hole) && !imageNames[end]
	code := runs(end)
	switch {
	case chosen && ck&(markRequest|markUpload) != 0 && ck&markFiltered == 0:
		r.lone(hitWrite, n, 78, "writes what the request says into the file that it names")
		r.feature(n, "writes files")
	case chosen && ck&markRemote != 0:
		r.lone(hitWrite, n, 75, "writes what another server answers into the file that the request names")
	case code && ck&(markRequest|markUpload) != 0 && ck&(markFiltered|markGuarded) == 0 && !isData(content):
		r.lone(hitWrite, n, 70, "writes what the request says into a file that is run ("+end+")")
	case code && ck&(markRemote|markSocket|markImage) != 0 && ck&markFiltered == 0:
		r.lone(hitWrite, n, 72, "writes what another server answers into a file that is run ("+end+")")
	case code && ck&markDecoded != 0 && content.kind != vText:
		r.lone(hitWrite, n, 38, "writes what it decodes into a file that is run ("+end+")")
	case pk&markRequest != 0 && ck&(markRequest|markUpload) != 0:
		r.lone(hitWrite, n, 45, "writes what the request says into a file whose name holds what it says")
	case alive(ck) && pk&(markFiltered|markParam) == 0 && strings.HasPrefix(s, hole) && path.kind == vUnknown && pk&markFile != 0:
		r.lone(hitWrite, n, 52, "writes what the request says into files that it finds")
	case content.kind == vText && strings.HasPrefix(content.s, "#!/") && ck&markDecoded != 0:
		r.lone(hitWrite, n, 62, "writes a program that cannot be read in the source")
	case strings.HasSuffix(s, ".htaccess") && handled(content.text()):
		r.lone(hitSetting, n, 58, "writes a setting that says which files are run")
	case pk&markUndefined != 0 && ck&markUndefined != 0 && strings.HasPrefix(s, hole):
		r.lone(hitWrite, n, 52, "writes what nothing here defines into a file that nothing here names")
	}
	if (content.kind == vText || content.kind == vUnknown) && len(content.s) > 8 && strings.Contains(content.s, "<?") {
		m.dropped(n, content, end)
	}
	if content.kind == vText && strings.Contains(strings.ToLower(content.s), "auto_prepend_file") || strings.HasSuffix(s, ".htaccess") && strings.Contains(content.text(), "x-httpd-php") {
		r.lone(hitSetting, n, 60, "writes a setting that runs code")
	}
	if ck&markCard != 0 {
		where, points := "a file", 72
		if imageNames[end] {
			where, points = "a file that says it is a picture", 88
		}
		m.loot(n, ck, where, points, "")
	} else if ck&markBody != 0 {
		points := 30
		if imageNames[end] || ck&markEncoded != 0 {
			points = 62
		}
		h := hit{kind: hitLoot, points: points, what: "writes all that a request brings into a file", body: true}
		if imageNames[end] && ck&markEncoded != 0 { // a picture that a browser drew comes as it is, or decoded
			h.points, h.disguised, h.what = 66, true, "writes all that a request brings, encoded, into a file that says it is a picture"
		}
		r.add(h, n)
	}
}

// archiveNames are the endings of what can be unpacked.
var archiveNames = map[string]bool{"zip": true, "tar": true, "tgz": true, "gz": true, "phar": true}

// isData tells whether a file of PHP code holds nothing but data in what others say in it.
func isData(content value) bool {
	return content.all()&markListed != 0 && strings.HasPrefix(content.s, "<?php")
}

// handled tells whether a setting says which files are run.
func handled(setting string) bool {
	lower := strings.ToLower(setting)
	return (strings.Contains(lower, "addhandler") || strings.Contains(lower, "addtype") || strings.Contains(lower, "sethandler")) && (strings.Contains(lower, "php") || strings.Contains(lower, "cgi"))
}

// isOutput tells whether a path is the page or the program's own output.
func (m *machine) isOutput(path value) bool {
	s := strings.ToLower(path.text())
	return strings.HasPrefix(s, "php://output") || strings.HasPrefix(s, "php://memory") || strings.HasPrefix(s, "php://temp") || strings.HasPrefix(s, "php://std")
}

// dropped judges PHP code that is written into a file.
func (m *machine) dropped(n *node, content value, end string) {
	if m.options.inner >= 2 || m.record.drops > 6 || !runs(end) && end != "" && !imageNames[end] || content.kind == vUnknown && len(content.s) < 24 {
		return
	}
	m.record.drops++
	o := m.options
	o.inner++
	if !m.step(len(content.s) / 2) {
		return
	}
	a := analyse(strings.ReplaceAll(content.s, hole, ""), o)
	if a.worst() >= scaleMedium {
		m.record.lone(hitWrite, n, 82, "writes a file with code that runs what others say")
	} else if content.marks&markDecoded != 0 && content.kind == vText {
		m.record.lone(hitWrite, n, 60, "writes a file with PHP code that cannot be read here")
	}
}

func copies(m *machine, n *node, nodes []*node, args []value) value {
	if len(args) < 2 {
		return unknown(0)
	}
	if args[0].all()&markUpload != 0 {
		return uploads(m, n, nodes, args)
	}
	from := m.source(args[0])
	if alive(args[0].all()) && alive(args[1].all()) && strings.HasPrefix(args[0].text(), hole) && strings.HasPrefix(args[1].text(), hole) {
		m.record.lone(hitManage, n, 60, "copies the file that the request names to where it says")
		m.record.feature(n, "copies files")
		return unknown(0)
	}
	if from.marks&(markRequest|markUpload|markRemote|markSocket|markImage) != 0 {
		m.keep(args[1], m.keptKeys(args[1], nodeAt(nodes, 1)), unknown(from.marks))
	}
	m.write(n, args[1], unknown(from.marks&^markBody))
	return unknown(0)
}

func moves(m *machine, n *node, nodes []*node, args []value) value {
	if len(args) > 1 {
		if v, ok := m.keptIn(args[0], nodeAt(nodes, 0)); ok {
			m.keep(args[1], m.keptKeys(args[1], nodeAt(nodes, 1)), v)
			m.write(n, args[1], v)
		}
	}
	if len(args) > 1 && args[0].all()&markUpload != 0 {
		return uploads(m, n, nodes, args)
	}
	if len(args) > 1 && alive(args[0].all()) && alive(args[1].all()) {
		m.record.feature(n, "renames files")
	}
	return unknown(0)
}

// uploads judges where a file is kept that a request brings.
func uploads(m *machine, n *node, nodes []*node, args []value) value {
	if len(args) < 2 {
		return unknown(0)
	}
	r := m.record
	r.writes = true
	to := args[1]
	m.keep(to, m.keptKeys(to, nodeAt(nodes, 1)), unknown(markUpload))
	k := to.all()
	end := suffix(to.text())
	switch {
	case runs(end):
		r.lone(hitUpload, n, 75, "keeps a file that the request brings as one that is run ("+end+")")
	case k&markGuarded != 0 || end != "" || r.checked():
		r.lone(hitUpload, n, 25, "keeps a file that the request brings")
	case k&(markName|markRequest) != 0 && k&markFiltered == 0:
		r.lone(hitUpload, n, 62, "keeps a file that the request brings under the name that it gives")
	case k&(markName|markRequest) != 0:
		r.lone(hitUpload, n, 40, "keeps a file that the request brings under the name that it gives")
	case k&markUndefined != 0:
		r.lone(hitUpload, n, 45, "keeps a file that the request brings")
	default:
		r.lone(hitUpload, n, 30, "keeps a file that the request brings")
	}
	r.feature(n, "uploads files")
	return unknown(0)
}

// manages notes what a file manager does with the files that a request names.
func manages(name string) special {
	return func(m *machine, n *node, _ []*node, args []value) value {
		k := m.joined(args)
		chosen := k&markRequest != 0 && k&markFiltered == 0 || k&markUndefined != 0 && len(args) > 0
		switch name {
		case "php_uname", "phpinfo", "posix_getpwuid", "posix_getuid", "get_current_user", "getmyuid", "disk_free_space":
			m.record.feature(n, "asks about the machine")
			return unknown(markServer)
		case "getcwd", "phpversion":
			return unknown(markServer)
		case "opendir", "scandir", "glob", "dir", "chdir":
			if chosen {
				m.record.feature(n, "lists folders")
			}
			if len(args) > 0 && name == "glob" && args[0].kind == vText && imageNames[suffix(args[0].s)] {
				return list(value{marks: markFile, s: holey(strings.NewReplacer("*", hole, "?", hole).Replace(args[0].s))})
			}
			return unknown(k&(markRequest|markUndefined) | markFile)
		case "readdir":
			return unknown(markFile)
		case "is_dir", "filesize", "fileperms", "readlink", "zip_open":
			return unknown(0)
		}
		if name == "symlink" && len(args) > 0 && strings.HasPrefix(args[0].text(), "/") && (args[0].text() == "/" || strings.HasPrefix(args[0].text(), "/home/"+hole) || strings.HasPrefix(args[0].text(), "/etc/")) {
			m.record.lone(hitManage, n, 56, "makes links to the files of others")
		}
		if chosen {
			m.record.feature(n, map[string]string{
				"unlink": "deletes files", "rmdir": "deletes folders", "mkdir": "makes folders", "chmod": "changes permissions", "touch": "changes times",
				"symlink": "makes links", "link": "makes links", "chown": "changes owners",
			}[name])
		}
		return unknown(0)
	}
}
