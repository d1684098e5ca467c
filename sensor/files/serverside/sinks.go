package serverside

import (
	"regexp"
	"strings"
	"sync"
)

type sinkKind uint8

const (
	runsCommand sinkKind = iota + 1
	runsCode
	loads
	readsObject
	callsName
	saves     // the first argument names a file, what comes after it is written
	savesInto // what it is asked of is written into the file that the last argument names
)

// rule says what a function does. Of is what has to stand before its name: "" nothing at all, "*" anything.
type rule struct {
	kind sinkKind
	of   string
}

func sinkTable(lines ...string) map[string][]rule {
	kinds := map[string]sinkKind{"command": runsCommand, "code": runsCode, "load": loads, "object": readsObject, "name": callsName, "save": saves, "into": savesInto}
	t := map[string][]rule{}
	for _, l := range lines {
		fields := strings.Fields(l)
		for _, w := range fields[1:] {
			of, name := "", w
			if i := strings.LastIndexByte(w, '.'); i >= 0 {
				of, name = w[:i], w[i+1:]
			}
			t[name] = append(t[name], rule{kinds[fields[0]], of})
		}
	}
	return t
}

var javaSinks = []string{
	"command runtime.exec getruntime().exec runtime[].exec method:getruntime.invoke().exec new:processbuilder processbuilder.command processbuilder().command java.lang.runtime.exec",
	"code engine.eval scriptengine.eval getenginebyname().eval getenginebyextension().eval getenginebymimetype().eval elprocessor.eval new:elprocessor().eval *.createvalueexpression *.parseexpression *.createmethodexpression groovyshell.evaluate new:groovyshell().evaluate new:groovyshell().parse *.parseclass ognl.getvalue new:xmldecoder interpreter.eval new:interpreter().eval shell.evaluate",
	"load *.defineclass defineclass new:urlclassloader *.defineanonymousclass *.definehiddenclass",
	"object new:objectinputstream *.lookup",
	"save new:fileoutputstream new:filewriter new:randomaccessfile files.write files.writestring files.newoutputstream files.newbufferedwriter new:printwriter",
	"into *.transferto part.write getpart().write",
}

var netSinks = []string{
	"command process.start new:processstartinfo shell interaction.shell *.addscript *.createpipeline *.addcommand wscript.shell.exec wscript.shell.run wscript.shell().run shell.application.shellexecute",
	"code eval *.compileassemblyfromsource vsaengine.evaluate xamlreader.parse xamlreader.load *.evaluateasync csharpscript.evaluateasync",
	"load assembly.load assembly.loadfrom assembly.loadfile *.assembly.load appdomain.currentdomain.load assembly.unsafeloadfrom",
	"object *.losformatter().deserialize new:losformatter().deserialize new:binaryformatter().deserialize new:objectstateformatter().deserialize losformatter.deserialize binaryformatter.deserialize",
	"save file.writealltext file.writeallbytes file.appendalltext file.create file.openwrite file.createtext file.appendtext new:streamwriter new:filestream",
	"into *.saveas",
}

var sinksOf = map[string]map[string][]rule{
	"perl": sinkTable("command system exec readpipe open2 open3 ipc::open3.open3 run_forked",
		"code eval safe.reval *.reval", "load do require"),
	"python": sinkTable("command os.system os.popen os.popen2 os.popen3 os.popen4 os.execl os.execv os.execve os.execvp os.execlp os.spawnl os.spawnv os.spawnlp os.spawnvp subprocess.run subprocess.call subprocess.check_call subprocess.check_output subprocess.popen subprocess.getoutput subprocess.getstatusoutput commands.getoutput commands.getstatusoutput pty.spawn asyncio.create_subprocess_shell asyncio.create_subprocess_exec *.subprocess_shell platform.popen popen2.popen2 popen2.popen3 popen2.popen4 posix.system nt.system",
		"code eval exec execfile builtins.eval builtins.exec __builtins__.eval __builtins__.exec code.interactiveinterpreter().runsource *.runsource *.runcode __builtin__.eval __builtin__.execfile",
		"name __import__ importlib.import_module", "object marshal.loads", "save *.write_text *.write_bytes", "into *.save"),
	"ruby": sinkTable("command system exec spawn kernel.system kernel.exec kernel.spawn io.popen open3.capture2 open3.capture2e open3.capture3 open3.popen2 open3.popen2e open3.popen3 process.spawn pty.spawn kernel.`",
		"code eval *.eval instance_eval *.instance_eval class_eval *.class_eval *.module_eval kernel.eval binding.eval erb.new rubyvm.instructionsequence.compile",
		"load kernel.load load", "name *.send *.__send__ *.public_send send kernel.method", "save file.write file.binwrite io.write io.binwrite", "object marshal.load"),
	"java": sinkTable(javaSinks...),
	"el":   sinkTable(javaSinks...),
	"vb": sinkTable(append([]string{
		"command *.shell.run *.shell.exec *.shellexecute *.win32_process.create wscript.shell().exec *.shell().run *.shell().exec wscript.shell.1.exec wscript.shell.1.run", "code execute executeglobal scriptcontrol.addcode scriptcontrol.eval scriptcontrol.executestatement msscriptcontrol.scriptcontrol.addcode *.addcode *.executestatement msscriptcontrol.scriptcontrol.eval",
		"name createobject server.createobject getobject", "save *.createtextfile *.opentextfile", "into *.savetofile",
	}, netSinks...)...),
	"js": sinkTable(append([]string{
		"command *.shell.run *.shell.exec *.shellexecute wscript.shell().exec", "code new:function function *.executeglobal *.addcode",
		"name new:activexobject server.createobject", "save *.createtextfile *.opentextfile", "into *.savetofile",
	}, netSinks...)...),
	"cs": sinkTable(netSinks...),
	"cf": sinkTable("command cfexecute java.lang.runtime.getruntime().exec *.getruntime().exec java.lang.processbuilder.init *.processbuilder.init new:processbuilder",
		"code evaluate precisionevaluate *.evaluate render *.eval", "load *.defineclass", "save filewrite fileappend java.io.fileoutputstream.init java.io.filewriter.init", "name createobject"),
}

// rule tells what the function at a path does.
func (m *machine) rule(path string) *rule {
	path = strings.TrimSuffix(path, "()")
	i := strings.LastIndexByte(path, '.')
	of, name := "", path
	if i >= 0 {
		of, name = path[:i], path[i+1:]
	}
	list := sinksOf[m.name][name]
	for k := range list {
		switch want := list[k].of; {
		case want == of, want == "*" && of != "":
			return &list[k]
		case want != "" && strings.HasSuffix(of, strings.TrimPrefix(want, "*")) && (want[0] == '*' || len(of) == len(want) || of[len(of)-len(want)-1] == '.' || of[len(of)-len(want)-1] == ':'):
			return &list[k]
		}
	}
	return nil
}

// from is where a value comes from, as far as it counts here.
func (m *machine) from(v value) mark {
	k := m.known(v.mark)
	if k&fromInput != 0 && m.record.answers {
		k |= fromRequest
	}
	return k
}

// sink looks at what reaches a function.
func (m *machine) sink(v value, args []value, pos int) {
	name := v.last()
	m.features(name, v, args, pos)
	if name == "cffile" {
		m.tagFile(args, pos)
	}
	if strings.HasPrefix(v.path, "method:") || strings.Contains(v.path, ".method:") || name == "invoke" {
		m.reflected(v, args, pos)
	}
	r := m.rule(v.path)
	if r == nil {
		m.written(v, args, pos)
		return
	}
	switch r.kind {
	case runsCommand:
		m.commandCall(v, args, pos)
	case runsCode:
		if len(args) > 0 {
			m.code(args[0], pos, name)
			for _, a := range args[1:] {
				if a.mark != 0 && (m.name == "cs" || m.name == "js" || m.name == "vb") {
					m.code(a, pos, name)
				}
			}
		}
	case loads:
		for _, a := range args {
			switch k := m.from(a); {
			case k&fromRequest != 0 && (m.name == "perl" || m.name == "ruby"):
				m.record.hit(pos, 62, "runs the file that a request names")
			case k&fromRequest != 0 && len(args) > 0:
				m.record.hit(pos, 88, "loads as code what a request hands it")
			case k&fromNet != 0:
				m.record.hit(pos, 66, "loads as code what it fetches from elsewhere")
			}
		}
	case readsObject:
		for _, a := range args {
			if m.from(a)&fromRequest != 0 {
				m.record.hit(pos, 45, "makes objects of what a request says")
			}
		}
	case callsName:
		if len(args) > 0 {
			m.byName(args[0], pos)
			if args[0].known && len(args) > 1 {
				v := value{path: "kernel." + strings.ToLower(args[0].text)}
				if m.rule(v.path) != nil {
					m.sink(v, args[1:], pos)
				}
			}
		}
	case saves:
		m.save(args, pos)
	case savesInto:
		k := mark(0)
		for _, a := range args {
			k |= m.from(a)
		}
		content := m.from(value{mark: v.mark}) | m.record.stream
		switch {
		case k&fromRequest != 0 && (content&fromRequest != 0):
			m.record.hit(pos, 82, "writes a file whose name and content a request says")
		case k&fromRequest != 0:
			m.record.hit(pos, 30, "writes a file that a request names")
		case content&fromRequest != 0 && len(args) > 0 && runnable(args[0].end()):
			m.record.hit(pos, 84, "writes what a request says into a file that a server runs")
		}
	}
}

// byName notes that a request says what is called.
func (m *machine) byName(v value, pos int) {
	if m.from(v)&fromRequest != 0 {
		points := 66
		if v.before != "" || m.name == "python" || m.name == "ruby" || m.name == "perl" { // whoever dispatches does that
			points = 34
		}
		m.record.hit(pos, points, "calls what a request names")
	}
}

// reflected looks at a method that was looked up by its name.
func (m *machine) reflected(v value, args []value, pos int) {
	if !hasAny(v.path, "method:exec", "method:eval", "method:defineclass", "method:start", "method:load", "method:command") {
		for _, a := range args {
			if v.mark != 0 && m.from(v)&fromRequest != 0 && m.from(a)&fromRequest != 0 {
				m.record.hit(pos, 80, "calls what a request names, with what it says")
			}
		}
		return
	}
	for _, a := range args {
		if m.from(a)&fromRequest != 0 {
			m.record.hit(pos, 88, "runs what a request says, through a method looked up by its name")
		}
	}
}

var shellStart = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^\s*["']?(?:[a-z]:[\\/][\w\\/]*|/(?:usr/)?(?:local/)?s?bin/|%?comspec%?)?(?:(?:ba|da|k|z|c|a)?sh(?:\s+-[a-z]+)*|cmd(?:\.exe)?|powershell(?:\.exe)?|pwsh|env|sudo|timeout\s+\d+|nohup|cd\b.*(?:;|&&?)|/[ck]\b|-c\b|-e\b|-command\b|chcp\b.*&|exec\b|(?:export|PATH=).*;|2>&1|["'(|;&{]+)\b?`)
})

var onlyShell = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^\s*(?:exec\s+)?(?:[a-z]:[\\/][\w\\/]*|/(?:usr/)?(?:local/)?bin/)?(?:(?:ba|da|k|z|c|tc)?sh(?:\s+-[il]+)*|cmd(?:\.exe)?|powershell(?:\.exe)?)\s*[;|>&\d]*\s*$`)
})

var shellFlag = ops("-c", "/c", "/k", "-command", "-e", "-lc", "-ic", "/c ")

// runners run what they are handed.
var runners = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(?:^|[\\/])(?:\w*sh|cmd|powershell|pwsh|perl|python[\d.]*|ruby|php|node|env|sudo|comspec%?)(?:\.exe)?["']?(?:\s.*)?$`)
})

// commandCall looks at what is run as a command.
func (m *machine) commandCall(v value, args []value, pos int) {
	var list []value
	isList := false
	for _, a := range args {
		if a.key != "" && a.key != "index" && a.key != "args" && a.key != "arguments" && a.key != "name" && a.key != "command" && a.key != "cmd" && a.key != "text" {
			continue
		}
		if a.list && len(a.items) > 0 {
			list = append(list, a.items...)
			isList = true
		} else {
			list = append(list, a)
		}
	}
	if len(list) == 0 {
		return
	}
	if !isList && m.vb || len(list) == 1 && !isList {
		m.command(list[0], pos, "runs")
		if m.lang == ASPNET && len(list) > 1 {
			m.program(list, pos)
		}
		return
	}
	m.program(list, pos)
}

// program looks at a program and what it is handed, one by one.
func (m *machine) program(list []value, pos int) {
	for i, a := range list {
		if a.known && onlyShell().MatchString(a.text) && i < 2 {
			m.record.shellAt(pos)
		}
	}
	flag, runner := false, false
	for i, a := range list {
		k := m.from(a)
		if a.known {
			first, _, _ := strings.Cut(strings.TrimSpace(strings.ToLower(a.text)), " ")
			flag = flag || runner && shellFlag[first]
			runner = runner || runners().MatchString(a.text)
			continue
		}
		start, _, _ := strings.Cut(strings.TrimSpace(strings.ToLower(a.before)), " ")
		switch {
		case k&(fromRequest|fromNet) == 0:
		case i == 0 && strings.TrimSpace(a.before) == "", flag || runner && shellFlag[start] || start != "" && shellStart().MatchString(start) && !strings.HasPrefix(start, "-"):
			m.ran(k, pos, 88, "runs")
		default:
			m.ran(k, pos, 32, "hands to a program")
		}
	}
}

func (m *machine) ran(k mark, pos, points int, how string) {
	if points > 50 {
		m.record.feature("runs commands", pos)
	}
	if k&fromRequest != 0 {
		m.record.hit(pos, points, how+" what a request says, as a command")
	} else if k&fromNet != 0 {
		m.record.hit(pos, points*9/10, how+" what comes over a connection, as a command")
	}
}

// command looks at one text that is run as a command.
func (m *machine) command(v value, pos int, how string) {
	if v.known {
		if onlyShell().MatchString(v.text) {
			m.record.shellAt(pos)
		}
		if m.layer == 0 && len(v.text) < 4000 {
			if s := shell(v.text, true); s != nil && s.worst() >= 80 {
				m.record.hit(pos, s.worst(), s.hits[0].what)
			}
		}
		return
	}
	k := m.from(v)
	if k&(fromRequest|fromNet) == 0 {
		return
	}
	switch start := strings.TrimSpace(v.before); {
	case start == "", strings.HasPrefix(start, "cd "), shellStart().MatchString(start):
		m.ran(k, pos, 88, how)
	default:
		m.ran(k, pos, 40, "hands to a program")
	}
}

// code looks at what is run as code.
func (m *machine) code(v value, pos int, name string) {
	switch k := m.from(v); {
	case k&fromRequest != 0:
		points := 90
		if b := strings.TrimSpace(v.before); len(b) > 2 && !hasAny(strings.ToLower(b), "eval", "execute", "exec", "function", "<%", "import") {
			points = 45
		}
		m.record.hit(pos, points, "runs what a request says, as code ("+name+")")
		m.record.feature("runs commands", pos)
	case k&fromNet != 0:
		points := 44 // a debugger does that
		if m.record.small {
			points = 74
		}
		m.record.hit(pos, points, "runs what comes over a connection, as code ("+name+")")
	case v.known && v.text != "" && m.layer < maxInner:
		m.deeper(v, pos, name)
	case m.record.small && (v.decoded || hasAny(v.path, "decompress()", "b64decode()", "unhexlify()", "decode64()")):
		m.record.hit(pos, 56, "runs code that is written so that nobody can read it ("+name+")")
	}
}

// deeper goes through code that a text holds.
func (m *machine) deeper(v value, pos int, name string) {
	if v.decoded && len(v.text) > 20 {
		m.record.hit(pos, 56, "runs code that is written so that nobody can read it ("+name+")")
	}
	if len(v.text) > 64<<10 || m.record.nested > 40 {
		return
	}
	m.record.nested++
	d := *m.dialect
	inner := newMachine(&d, m.record, m.steps)
	inner.layer = m.layer + 1
	at, was := m.record.fixed, m.record.inside
	if at == 0 {
		m.record.fixed, m.record.inside = pos+1, true
	}
	inner.follow(scan(&d, v.text))
	m.record.fixed, m.record.inside = at, was
}
