package php

import (
	"regexp"
	"strings"
	"sync"
)

// hiddenPoints is how telling it is that a function is called by a name that cannot be read.
func hiddenPoints(name string) int {
	switch name {
	case "eval", "assert", "system", "exec", "shell_exec", "passthru", "popen", "proc_open", "pcntl_exec", "create_function", "preg_replace",
		"call_user_func", "call_user_func_array", "file_put_contents", "move_uploaded_file", "include", "require", "fsockopen", "array_map", "array_filter", "register_shutdown_function",
		"assert_options", "ob_start", "mail", "unserialize", "curl_exec", "gzinflate", "gzuncompress", "base64_decode", "str_rot13", "extract", "getallheaders", "curl_init", "fwrite", "file_get_contents":
		return 60
	case "fopen", "strrev", "hex2bin", "pack", "chr", "gzdecode", "strtr", "ini_set", "error_reporting", "tempnam", "sys_get_temp_dir", "unlink", "chmod", "copy", "fputs", "readfile", "phpinfo":
		return 40
	}
	return 0
}

// alive is whether a value is the request's as it came: nothing outside this file and no comparison stands between.
func alive(k marks) bool { return k&markRequest != 0 && k&(markFiltered|markGuarded) == 0 }

// execute runs a value as PHP code.
func (m *machine) execute(n *node, v value, how string) value {
	m.record.executes = true
	r := m.record
	k := v.all()
	switch {
	case k&markUpload != 0:
		r.hit(hitCode, n, 90, "runs what a request uploads as PHP code ("+how+")")
	case k&markRequest != 0 && k&(markFiltered|markListed) == 0:
		r.hit(hitCode, n, 90, "runs what the request says as PHP code ("+how+")")
	case k&markRequest != 0:
		r.lone(hitCode, n, 65, "runs what the request says as PHP code ("+how+")")
	case k&markSocket != 0:
		r.hit(hitCode, n, 90, "runs what comes over a connection as PHP code ("+how+")")
	case k&markRemote != 0 && k&markFiltered == 0:
		r.hit(hitCode, n, 85, "runs what another server answers as PHP code ("+how+")")
	case k&markRemote != 0:
		r.hit(hitCode, n, 60, "runs what another server answers as PHP code ("+how+")")
	case k&markImage != 0:
		r.hit(hitCode, n, 82, "runs what is hidden in a picture as PHP code ("+how+")")
	case k&markSelf != 0 && k&(markFile|markDecoded) != 0:
		r.hit(hitCode, n, 70, "runs code that it decodes from the rest of this file ("+how+")")
	case v.known():
	case k&markDecoded != 0 && k&(markFile|markDatabase) != 0:
		r.lone(hitCode, n, 60, "runs what it decodes from a file or a database as PHP code ("+how+")")
	case k&markDecoded != 0 && k&markParam == 0:
		r.hit(hitCode, n, 60, "runs what it decodes as PHP code ("+how+")")
	case k&markDatabase != 0:
		r.lone(hitCode, n, 50, "runs what a database holds as PHP code ("+how+")")
	case k&markUndefined != 0:
		r.lone(hitCode, n, 60, "runs what nothing here defines as PHP code ("+how+")")
	case k&markDecoded != 0:
		r.lone(hitCode, n, 45, "runs what it decodes as PHP code ("+how+")")
	case k&markFile != 0:
		r.lone(hitCode, n, 40, "runs the content of a file as PHP code ("+how+")")
	}
	if v.kind != vText {
		if v.kind == vUnknown && r.longText() && k&markParam == 0 {
			r.lone(hitCode, n, 55, "runs what it makes of a long text that cannot be read ("+how+")")
		}
		return unknown(k & markTaint)
	}
	return m.layered(n, v, how)
}

// layered runs code that was made of a text.
func (m *machine) layered(n *node, v value, how string) value {
	src := v.s
	if m.layer.depth >= maxLayers || len(src) < 4 || m.record.layers[src] > 2 || m.record.layerBytes+len(src) > 2*maxText {
		return unknown(0)
	}
	if m.record.layers == nil {
		m.record.layers = map[string]int{}
	}
	m.record.layers[src]++
	m.record.layerBytes += len(src)
	sample := strings.TrimSpace(src)
	sample = sample[:min(len(sample), 24)]
	hidden := v.marks&markDecoded != 0 && !strings.Contains(m.layer.src, sample)
	if hidden && len(src) > 12 {
		m.record.hit(hitLayer, n, 58, "runs code that cannot be read in the source ("+how+")")
	}
	if !m.step(len(src) / 4) {
		return unknown(0)
	}
	inner := &layer{src: src, parent: m.layer, origin: n.pos, depth: m.layer.depth + 1}
	tree, _ := parse(scanCode(src), inner)
	outer := m.scope
	did, returned := outer.did, outer.returned
	outer.did = false
	m.in(m.scope, inner, func() {
		m.declare(tree, 0)
		m.block(tree)
	})
	result := unknown(0)
	if outer.did {
		result = outer.returned
	}
	outer.did, outer.returned = did, returned
	return result
}

var shellPatterns = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)/dev/tcp/|\b(nc|ncat|netcat)(\.\w+)?\b[^|;\n]{0,80} -[a-z]*e\b|\b(wget|curl|fetch|lwp-download|GET)\b[^;\n]{0,300}\|\s*(\S*/)?(sh|bash|php|perl|python)\b|base64\s+(-d|--decode)[^;\n]{0,40}\|\s*(\S*/)?(sh|bash|php|perl|python)\b|\b(ba)?sh\s+-i\b|mkfifo\s+/tmp|import\s+socket,|use Socket;|\bchmod \+?[0-7x]+ /tmp/`)
})

var shellPrefix = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^\s*$|^\s*("|')?\s*(cd|sh|bash|/bin/sh|/bin/bash|cmd|cmd\.exe|c:|sudo|nohup|start|chdir|exec|export|unset|set|echo|env|powershell)\b|[;&|]\s*$|-c\s*['"]?\s*$|/c\s*['"]?\s*$`)
})

// command runs a value as a command of the machine's.
func (m *machine) command(n *node, how string, args []value) value {
	result := unknown(markCommand)
	if len(args) == 0 {
		return result
	}
	r := m.record
	r.executes = true
	v := args[0]
	if how == "ssh2_exec" && len(args) > 1 {
		v = args[1]
	}
	if v.kind == vArray && v.array.len() > 0 {
		v = m.joinValues(v.array.values...)
	}
	k := v.all()
	switch how { // the other arguments of the others are where something is written to, or how it is run
	case "pcntl_exec", "win_shell_execute", "a COM object":
		k = m.joined(args)
	}
	s := v.text()
	prefix, _, _ := strings.Cut(s, hole)
	program := !shellPrefix().MatchString(prefix)
	escaped := k&markEscaped != 0 && program
	lower := strings.ToLower(s)
	if strings.Contains(lower, "/bin/sh") || strings.Contains(lower, "/bin/bash") || strings.Contains(lower, "cmd.exe") || strings.Contains(lower, "powershell") || strings.TrimSpace(lower) == "sh" || strings.TrimSpace(lower) == "bash" || strings.HasPrefix(lower, "sh ") || strings.TrimSpace(lower) == "cmd" {
		r.shells = true
		if r.shellAt == nil {
			r.shellAt, r.shellLayer = n, m.layer
		}
	}
	switch {
	case escaped && k&(markRequest|markUndefined) != 0:
		r.hit(hitCommand, n, 8, "runs a program with what the request says, escaped ("+how+")")
	case k&markRequest != 0 && k&(markFiltered|markServer) == 0 && !program:
		r.hit(hitCommand, n, 88, "runs what the request says as a command ("+how+")")
	case k&markRequest != 0 && k&markFiltered == 0 && k&markGuarded == 0:
		r.lone(hitCommand, n, 60, "runs a program with what the request says ("+how+")")
	case k&markRequest != 0 && !program:
		r.lone(hitCommand, n, 75, "runs what the request says as a command ("+how+")")
	case k&markRequest != 0:
		r.lone(hitCommand, n, 52, "runs a program with what the request says ("+how+")")
	case k&markUpload != 0 && !program:
		r.hit(hitCommand, n, 80, "runs what a request uploads ("+how+")")
	case k&(markSocket|markRemote) != 0 && !program:
		r.hit(hitCommand, n, 85, "runs what comes from another server as a command ("+how+")")
	case k&markUndefined != 0 && !program:
		r.lone(hitCommand, n, 62, "runs what nothing here defines as a command ("+how+")")
	case v.known() && k&markDecoded != 0 && len(s) > 3 && !m.readable(strings.ToLower(s[:min(len(s), 16)])):
		r.hit(hitCommand, n, 65, "runs a command that cannot be read in the source ("+how+")")
	}
	if k := m.fetched(s); k&(markRequest|markUpload|markRemote|markSocket|markDecoded|markImage) != 0 {
		r.lone(hitCommand, n, 78, "runs a program that it fetches or decodes ("+how+")")
	}
	if shellPatterns().MatchString(s) {
		r.lone(hitCommand, n, 85, "runs a command that fetches code and runs it, or opens a shell to somebody else ("+how+")")
	}
	if k&markRequest != 0 {
		r.feature(n, "runs commands")
	}
	return result
}

// imageNames are the ends of names of files that hold no code.
var imageNames = map[string]bool{
	"jpg": true, "jpeg": true, "png": true, "gif": true, "bmp": true, "webp": true, "ico": true, "tif": true, "tiff": true, "woff": true, "woff2": true, "ttf": true, "eot": true,
	"mp3": true, "mp4": true, "pdf": true, "zip": true, "gz": true, "avif": true,
}

// suffix is the end of a file's name, as far as it is known.
func suffix(path string) string {
	if i := strings.IndexAny(path, "?#"); i >= 0 && !strings.Contains(path[:i], hole) {
		path = path[:i]
	}
	i := strings.LastIndexByte(path, '.')
	if i < 0 || strings.ContainsAny(path[i:], "/"+hole) {
		return ""
	}
	return strings.ToLower(path[i+1:])
}

func runs(suffix string) bool {
	switch suffix {
	case "php", "phtml", "php3", "php4", "php5", "php7", "pht", "phar", "inc", "phps", "asp", "aspx", "jsp", "htaccess", "user.ini", "ini":
		return true
	}
	return false
}

// include runs a file.
func (m *machine) include(n *node) value {
	v := m.eval(n.a)
	r := m.record
	k := v.all()
	s := v.text()
	lower := strings.ToLower(s)
	open := strings.HasPrefix(s, hole) || s == ""
	if content, ok := m.keptIn(v, n.a); ok {
		m.includeKept(n, content)
	}
	if scheme, _, ok := strings.Cut(lower, "://"); ok && m.wrappers[scheme] != nil {
		m.includeWrapped(n, m.wrappers[scheme])
	}
	others := othersWrite(s)
	switch {
	case others != "":
		r.hit(hitInclude, n, 72, "runs "+others+" ("+n.str+")")
	case strings.HasPrefix(lower, "data:") && k&(markTaint|markDecoded) == 0:
		r.lone(hitInclude, n, 60, "runs a text as a file ("+n.str+" data:)")
		if _, code, ok := strings.Cut(s, ","); ok && v.known() {
			if strings.Contains(lower[:len(s)-len(code)], "base64") {
				code = unbase64(code)
			}
			m.layered(n, text("?>"+unpercent(code), markDecoded), n.str)
		}
	case strings.HasPrefix(lower, "php://input") || strings.HasPrefix(lower, "data:") || strings.HasPrefix(lower, "php://filter") || strings.HasPrefix(lower, "expect:"):
		r.hit(hitInclude, n, 85, "runs what a request brings as a file ("+n.str+" "+lower[:min(len(lower), 12)]+")")
	case k&markUpload != 0:
		r.hit(hitInclude, n, 88, "runs a file that a request uploads ("+n.str+")")
	case strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://") || strings.HasPrefix(lower, "ftp://"):
		r.hit(hitInclude, n, 80, "runs code of another server ("+n.str+")")
	case k&markRequest != 0 && k&(markFiltered|markGuarded|markServer|markExtracted) == 0 && open && suffix(s) == "":
		r.lone(hitInclude, n, 65, "runs the file that the request names ("+n.str+")")
	case k&markRequest != 0 && open:
		r.hit(hitInclude, n, 15, "runs a file named by the request ("+n.str+")")
	case k&(markRemote|markSocket) != 0:
		r.hit(hitInclude, n, 55, "runs a file that comes from another server ("+n.str+")")
	case k&markRequest != 0:
		r.hit(hitInclude, n, 10, "runs a file whose name holds what the request says ("+n.str+")")
	case imageNames[suffix(s)] && v.kind != vArray:
		r.hit(hitInclude, n, 70, "runs the code in a file that says it is a picture or data ("+n.str+")")
	case strings.HasSuffix(s, hole) && k&(markFiltered|markRequest) == 0 && k&markFile != 0 && IsUploads(s[:strings.LastIndexByte(s, '/')+1]) && !strings.HasPrefix(s, hole):
		r.lone(hitInclude, n, 56, "runs files from a folder of pictures or uploads ("+n.str+")")
	case v.known() && len(s) > 5 && (k&markDecoded != 0 && !m.readable(lower[max(0, len(lower)-8):]) && !m.readable(lower[:min(8, len(lower))]) || m.disguised(n.a)):
		r.hit(hitInclude, n, 62, "runs a file whose name cannot be read in the source ("+n.str+")")
	case k&markUndefined != 0 && open && len(m.standing.foreign) == 0:
		r.lone(hitInclude, n, 25, "runs a file that nothing here names ("+n.str+")")
	}
	if k&(markRequest|markSelf) == 0 {
		m.standing.includes++
	}
	if end := suffix(s); end != "" && !runs(end) {
		return unknown(markFile)
	}
	return unknown(0)
}

// disguised tells whether a text stands in the source in numbers instead of letters.
func (m *machine) disguised(n *node) bool {
	if n == nil {
		return false
	}
	switch n.op {
	case opText:
		s := strings.ToLower(n.str)
		return len(s) > 5 && !m.readable(s[len(s)-6:]) && !m.readable(s[:6])
	case opJoin:
		for _, k := range n.kids {
			if m.disguised(k) {
				return true
			}
		}
	}
	return false
}

// written is what a page shows.
func (m *machine) written(n *node, v value) {
	k := v.all()
	if n != nil && k&markDecoded != 0 {
		m.scripted(n, v, 60)
	}
	if k&markChosen != 0 && k&(markFiltered|markGuarded) == 0 && n != nil {
		m.record.feature(n, "shows files")
		m.record.lone(hitRead, n, 52, "shows whatever file the request names")
	}
	if k&markCommand != 0 && n != nil {
		m.record.feature(n, "shows what commands write")
	}
}

// inline looks at the text between code: a script's tags are for package script.
func (m *machine) inline(n *node) {
	if m.record.page < 1<<20 {
		m.record.page += len(n.str)
	}
}

// longText tells whether the file holds a long text that cannot be read.
func (r *record) longText() bool {
	if r.long == 0 {
		r.long = 1
		if longerThan(r.machine.layer.src, 700) {
			r.long = 2
		}
	}
	return r.long == 2
}

// longerThan tells whether a stretch of more than n bytes has no blank and no mark of a sentence. Of most sources it looks at
// a few bytes only: where one is found that ends a stretch, the next that is long enough ends n bytes later.
func longerThan(src string, n int) bool {
	for end := n; end < len(src); {
		at := end
		for at >= end-n && unbroken[src[at]] {
			at--
		}
		if at < end-n {
			return true
		}
		end = at + 1 + n
	}
	return false
}

// unbroken are the bytes that encoded text is made of.
var unbroken = func() (set [256]bool) {
	for c := range 256 {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '+', c == '/', c == '=', c == '\\', c >= 0x80, c == '%':
			set[c] = true
		}
	}
	return set
}()
