package serverside

import "strings"

// runnable tells whether a server runs files of that name.
func runnable(name string) bool {
	name = strings.ToLower(strings.TrimSpace(name))
	i := strings.LastIndexByte(name, '.')
	if i < 0 || len(name)-i > 7 {
		return false
	}
	switch name[i:] {
	case ".php", ".phtml", ".asp", ".aspx", ".ashx", ".asmx", ".jsp", ".jspx", ".cfm", ".pl", ".cgi", ".asa", ".cer", ".shtml", ".htaccess", ".war":
		return true
	}
	return false
}

// save looks at a file that is written in one go.
func (m *machine) save(args []value, pos int) {
	if len(args) == 0 {
		return
	}
	named, content := m.from(args[0]), mark(0)
	for _, a := range args[1:] {
		content |= m.from(a)
	}
	switch {
	case named&fromRequest != 0 && content&fromRequest != 0:
		m.record.hit(pos, 82, "writes a file whose name and content a request says")
	case content&fromRequest != 0 && runnable(args[0].end()):
		m.record.hit(pos, 84, "writes what a request says into a file that a server runs")
	}
	if named&fromRequest != 0 {
		m.record.feature("writes files", pos)
	}
}

// opened notes a file that is opened to be written.
func (m *machine) opened(out *value, v value, args []value, pos int) {
	name := v.last()
	f := file{write: true, pos: pos}
	at := 0
	switch name {
	case "open":
		if m.name == "perl" {
			m.perlOpen(args, pos)
			return
		}
		if m.name != "python" && m.name != "ruby" || len(args) == 0 {
			return
		}
		if m.name == "ruby" && v.path == "open" {
			m.pipe(args[0], pos)
		}
		f.write = len(args) > 1 && args[1].known && strings.ContainsAny(args[1].text, "wax+")
	case "new:fileoutputstream", "new:filewriter", "new:randomaccessfile", "newoutputstream", "newbufferedwriter", "new:printwriter", "createtextfile", "new:streamwriter", "createtext", "appendtext", "openwrite", "create", "new:filestream", "fileopen":
	case "opentextfile":
		f.write = len(args) > 1 && args[1].text != "1"
	default:
		if v.handle > 0 {
			out.handle = v.handle
		} else {
			for _, a := range args {
				if a.handle > 0 && strings.HasPrefix(name, "new:") {
					out.handle = a.handle
				}
			}
		}
		return
	}
	if len(args) <= at {
		return
	}
	if args[at].handle > 0 {
		out.handle = args[at].handle
		return
	}
	f.named, f.name = m.from(args[at]), args[at].end()
	if !f.write || len(m.files) > 1000 {
		return
	}
	m.files = append(m.files, f)
	out.handle = len(m.files)
	out.mark &^= fromRequest | params // what is read of it is not the request's
}

// perlOpen looks at a file or a pipe that Perl opens.
func (m *machine) perlOpen(args []value, pos int) {
	if len(args) < 2 {
		return
	}
	handle := args[0].name
	mode := args[1]
	if len(args) == 2 {
		start, end := strings.TrimSpace(mode.start()), strings.TrimSpace(mode.end())
		switch {
		case strings.HasSuffix(end, "|"):
			m.command(mode, pos, "runs")
		case strings.HasPrefix(start, "|"):
			mode.before = strings.TrimSpace(strings.TrimPrefix(start, "|"))
			m.command(mode, pos, "runs")
		case strings.HasPrefix(start, ">"):
			m.perlFile(handle, value{mark: mode.mark, before: strings.TrimLeft(start, "> "), after: end}, pos)
		case strings.HasPrefix(start, "+<"):
		case m.from(mode)&fromRequest != 0:
			m.record.feature("reads files", pos)
		}
		return
	}
	if !mode.known {
		return
	}
	switch text := strings.TrimSpace(mode.text); {
	case strings.HasPrefix(text, "-|"), strings.HasPrefix(text, "|-"):
		if len(args) == 3 && !args[2].list {
			m.command(args[2], pos, "runs")
		} else {
			m.program(flatten(args[2:]), pos)
		}
	case strings.HasPrefix(text, ">"):
		m.perlFile(handle, args[2], pos)
	case m.from(args[2])&fromRequest != 0:
		m.record.feature("reads files", pos)
	}
}

func flatten(args []value) []value {
	var list []value
	for _, a := range args {
		if a.list {
			list = append(list, a.items...)
		} else {
			list = append(list, a)
		}
	}
	return list
}

func (m *machine) perlFile(handle string, name value, pos int) {
	if handle == "" || len(m.files) > 1000 {
		return
	}
	m.files = append(m.files, file{named: m.from(name), name: name.end(), write: true, pos: pos})
	m.assign(handle, value{handle: len(m.files), path: strings.ToLower(handle)}, false)
}

// pipe looks at a file that Ruby opens: with a bar before it, it is a command.
func (m *machine) pipe(v value, pos int) {
	if start := strings.TrimSpace(v.start()); strings.HasPrefix(start, "|") {
		v.before = strings.TrimPrefix(start, "|")
		m.command(v, pos, "runs")
	}
}

var writers = ops("write", "writeline", "print", "puts", "printf", "println", "writelines", "binwrite", "append", "<<", "syswrite", "say", "copyfileobj", "copyto", "writebytes", "copy", "filewriteline")

// written looks at what is written into a file.
func (m *machine) written(v value, args []value, pos int) {
	name := v.last()
	handle := v.handle
	content := mark(0)
	for i, a := range args {
		if i == 0 && handle == 0 && a.handle > 0 && (m.sigils || len(args) > 1) {
			handle = a.handle
			continue
		}
		if a.handle > 0 && handle == 0 {
			handle = a.handle
		}
		content |= m.from(a)
	}
	// A stream that is made of a request's bytes is saved under a name later.
	if name == "write" || name == "writetext" || name == "copyto" {
		if strings.Contains(v.path, "stream") && content&fromRequest != 0 {
			m.record.stream |= fromRequest
		}
	}
	if handle == 0 || handle > len(m.files) || !writers[name] && name != "<<" && v.path != "" && !strings.HasSuffix(v.path, "]") && m.name != "ruby" && !m.sigils {
		return
	}
	f := m.files[handle-1]
	switch {
	case content&fromRequest == 0:
	case f.named&fromRequest != 0:
		m.record.hit(pos, 82, "writes a file whose name and content a request says")
	case runnable(f.name):
		m.record.hit(pos, 84, "writes what a request says into a file that a server runs")
	}
	if f.named&fromRequest != 0 {
		m.record.feature("writes files", pos)
	}
}

// tagFile looks at what a tag of ColdFusion does with a file.
func (m *machine) tagFile(args []value, pos int) {
	by := map[string]value{}
	for _, a := range args {
		by[a.key] = a
	}
	switch name := either(by["file"], by["destination"]); strings.ToLower(by["action"].text) {
	case "write", "append":
		m.save([]value{name, by["output"]}, pos)
	case "upload", "uploadall":
		if m.from(by["destination"])&fromRequest != 0 {
			m.record.hit(pos, 82, "writes a file whose name and content a request says")
		}
	case "read", "readbinary":
		m.features("fileread", name, nil, pos)
	case "delete":
		m.features("delete", name, nil, pos)
	case "rename", "move", "copy":
		m.features("rename", either(by["source"], name), nil, pos)
	}
}

var (
	removers = ops("unlink", "remove", "delete", "deletefile", "rmtree", "deletefolder", "rmdir", "rm_rf", "filedelete", "removedirs", "directorydelete")
	listers  = ops("listdir", "opendir", "getfolder", "listfiles", "getfiles", "getdirectories", "scandir", "glob", "entries", "walk", "directorylist", "getfilesystementries", "new:directoryinfo", "cfdirectory", "children", "iterdir")
	readers  = ops("open", "opentextfile", "readalltext", "readallbytes", "new:fileinputstream", "new:filereader", "fileread", "readfile", "loadfromfile", "openread", "transmitfile", "writefile", "new:streamreader", "read_text", "readalllines", "getfile", "read", "send_file")
	movers   = ops("rename", "move", "copyfile", "movefile", "movefolder", "renameto", "filemove", "filecopy", "chmod")
)

// features notes what a tool to manage a server does with files that a request names.
func (m *machine) features(name string, v value, args []value, pos int) {
	connects := false
	switch {
	case name == "connect":
		connects = len(args) > 0 && (m.name == "perl" && !strings.Contains(v.path, "dbi") || m.name == "python" && len(args) == 1 && args[0].list || m.lang == ASPNET && hasAny(v.path, "socket", "tcpclient"))
	case name == "new" && strings.Contains(v.path, "io::socket"), name == "new:socket", name == "new:serversocket", name == "new:tcpclient", name == "create_connection":
		connects = true
	case (name == "new" || name == "open") && hasAny(v.path, "tcpsocket", "tcpserver"):
		connects = true
	case m.name == "perl" && (name == "listen" || name == "accept"), m.name == "python" && name == "accept":
		connects = true
	}
	if connects || name == "connect" && (m.name == "java" || m.lang == ASPNET) {
		for _, a := range args {
			if m.from(a)&fromRequest != 0 && m.name != "perl" && m.record.small {
				m.record.hit(pos, 60, "opens connections to wherever a request says")
			}
		}
	}
	if connects {
		m.record.connects = true
	}
	if len(args) == 0 && v.mark == 0 {
		return
	}
	asked := m.from(v) & fromRequest
	if len(args) > 0 {
		asked |= m.from(args[0]) & fromRequest
	}
	if asked == 0 {
		return
	}
	for what, names := range map[string]map[string]bool{"deletes files": removers, "lists folders": listers, "reads files": readers, "moves files": movers} {
		if names[name] {
			m.record.feature(what, pos)
		}
	}
}

// property looks at what a property is set to: of a process, what it runs.
func (m *machine) property(to, v value, pos int) {
	name := to.last()
	if m.lang != ASPNET || name != "filename" && name != "arguments" || !strings.Contains(to.path, ".") {
		return
	}
	if !m.record.process {
		return
	}
	if name == "filename" {
		m.proc = v.start()
		if v.known && onlyShell().MatchString(v.text) {
			m.record.shellAt(pos)
		}
	}
	k := m.from(v)
	if k&(fromRequest|fromNet) == 0 {
		return
	}
	start := strings.TrimSpace(v.before)
	if name == "filename" && start == "" || m.proc == "" || onlyShell().MatchString(m.proc) || shellStart().MatchString(start) && start != "" {
		m.ran(k, pos, 88, "runs")
	} else {
		m.ran(k, pos, 40, "hands to a program")
	}
}
