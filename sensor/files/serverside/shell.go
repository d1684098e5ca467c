package serverside

import (
	"encoding/base64"
	"regexp"
	"strings"
	"sync"
)

var (
	shellAssign = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?:^|[;&|({\s])(?:(?:export|local|declare|typeset|readonly)\s+(?:-\w+\s+)*)?([A-Za-z_]\w*)=(.*)`)
	})
	shellRead = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?:^|[;&|({\s])read\s+((?:-\w+\s*(?:"[^"]*"|'[^']*'|\$\{?\w+\}?|\d+)?\s+)*)([A-Za-z_][\w ]*)`)
	})
	shellFor  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\bfor\s+(\w+)\s+in\s+(.*)`) })
	shellName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\$(?:\{[#!]?)?([A-Za-z_]\w*|\d)`) })
	shellBody = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`\$\(\s*(?:cat|dd|head|tee)\b[^|<]*\)|\$\(\s*(?:cat|dd|head)\b[^|<]*\||` + "`" + `\s*(?:cat|dd|head)\b[^|<]*` + "`" + `|\$\(<\s*/dev/stdin\)|/dev/stdin|/dev/fd/0`)
	})
	shellClean = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`tr\s+-[a-z]*(?:cd|dc)|s(?:/|,|\|)\[\^[^\]]*\](?:\*|\+|\\\+)?(?:/|,|\|)(?:/|,|\|)|printf\s+['"]?%q|\$\(\(|base64\s+-w|md5sum|sha\d+sum|wc\s+-|basename|@Q\}|grep\s+-q`)
	})
	shellSelf  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(?:/(?:usr/)?bin/)?(?:ba|da|k|z|a)?sh$`) })
	shellOther = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(?:/\S*/)?(?:perl|python[\d.]*|ruby|php|awk|gawk|node)$`)
	})
	reverseTCP = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`sh\s+-i\b.*/dev/(?:tcp|udp)/|/dev/(?:tcp|udp)/\S+.*(?:0>&1|0<&1|<&1)\b|\bsh\b.*<\s*/dev/tcp/`)
	})
	reverseExec = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`\b(?:nc|ncat|netcat)(?:\.\w+)?\s.*(?:-\w*[ec]|--exec|--sh-exec)\s*['"]?(?:/\S*/)?(?:ba|da|k|z)?sh\b|\bsocat\b.*(?i:exec):.{0,20}sh\b`)
	})
	redirected = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`>>?\s*["']?[^\s"']*\$\{?(\w+)`) })
	packedText = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`([A-Za-z0-9+/]{16,}={0,2})["']?\s*\|\s*(?:/usr/bin/)?(?:base64\s+(?:-d|-D|--decode)|openssl\s.*-d)`)
	})
)

var shellFunction = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[\n;])\s*(?:function\s+)?(\w+)\s*(?:\(\s*\)\s*\{?|\{)`)
})

var shellAnswers = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(?:echo|printf)\s+(?:-\w+\s+)?['"]?content-type:`)
})

const maxShellLines = 50_000

// shell looks at a shell script. Of a command that another file runs, fixed says so.
func shell(src string, fixed bool) *record {
	r := &record{}
	r.answers = fixed || hasAny(src, "QUERY_STRING", "$HTTP_", "{HTTP_", "CONTENT_LENGTH", "REQUEST_METHOD", "REQUEST_URI", "PATH_INFO") || shellAnswers().MatchString(src)
	s := &script{record: r, tainted: map[string]bool{}, own: map[string]bool{}}
	for _, m := range shellFunction().FindAllStringSubmatch(src, 500) {
		s.own[m[1]] = true
	}
	fifo := strings.Contains(src, "mkfifo") || strings.Contains(src, "mknod")
	for pass := range 2 {
		s.last = pass == 1
		at := 0
		for n := 0; at < len(src) && n < maxShellLines; n++ {
			line, begin := src[at:], at
			if i := strings.IndexByte(line, '\n'); i >= 0 {
				line = line[:i]
			}
			at += len(line) + 1
			for strings.HasSuffix(line, "\\") && at < len(src) && len(line) < 20_000 {
				more := src[at:]
				if i := strings.IndexByte(more, '\n'); i >= 0 {
					more = more[:i]
				}
				at += len(more) + 1
				line = line[:len(line)-1] + " " + more
			}
			trimmed := strings.TrimSpace(line)
			if trimmed == "" || trimmed[0] == '#' || len(line) > 1<<16 {
				continue
			}
			s.line(trimmed, begin+strings.Index(line, trimmed[:1]), fifo)
		}
	}
	if len(r.hits) == 0 {
		return nil
	}
	return r
}

type script struct {
	*record
	tainted map[string]bool
	own     map[string]bool // functions
	last    bool
}

func (s *script) hit(pos, points int, what string) {
	if s.last {
		s.record.hit(pos, points, what)
	}
}

// asked tells whether a part of a line holds what a request says.
func (s *script) asked(part string) bool {
	for _, m := range shellName().FindAllStringSubmatch(part, 100) {
		if s.tainted[m[1]] || serverVariable(m[1]) && s.answers && !strings.HasPrefix(m[1], "X-") {
			return true
		}
	}
	return false
}

func (s *script) body(part string) bool { return s.answers && shellBody().MatchString(part) }

func (s *script) line(line string, pos int, fifo bool) {
	if i := strings.Index(line, " #"); i >= 0 && strings.Count(line[:i], `"`)%2 == 0 && strings.Count(line[:i], "'")%2 == 0 {
		line = line[:i]
	}
	if m := shellAssign().FindStringSubmatch(line); m != nil && (s.asked(m[2]) || s.body(m[2])) && !shellClean().MatchString(m[2]) {
		s.tainted[m[1]] = true
	}
	if m := shellRead().FindStringSubmatch(line); m != nil && s.answers && (!strings.Contains(line, "<") && !strings.Contains(strings.Split(line, "read")[0], "|") || strings.Contains(line, "<<<") && s.asked(line) || s.asked(strings.Split(line, "read")[0])) {
		for _, w := range strings.Fields(m[2]) {
			s.tainted[w] = true
		}
	}
	if m := shellFor().FindStringSubmatch(line); m != nil && s.asked(m[2]) {
		s.tainted[m[1]] = true
	}
	if strings.HasPrefix(line, "set -- ") && s.asked(line) {
		for _, d := range "123456789" {
			s.tainted[string(d)] = true
		}
	}
	switch {
	case reverseTCP().MatchString(line), reverseExec().MatchString(line), fifo && strings.Contains(line, "nc ") && hasAny(line, "sh -i", "/sh ", "bash ", "| sh"):
		s.hit(pos, 84, "opens a connection and a shell")
	}
	if m := packedText().FindStringSubmatch(line); m != nil && hasAny(line, "| sh", "|sh", "| bash", "|bash", "eval", "sh -c", "/bin/sh", "/bin/bash") {
		s.hit(pos, 58, "runs code that is written so that nobody can read it")
		if b, err := base64.StdEncoding.DecodeString(m[1]); err == nil && s.nested < 3 {
			s.nested++
			if inner := shell(string(b), s.answers); inner != nil {
				s.hit(pos, inner.worst(), inner.hits[0].what)
			}
		}
	}
	s.commands(line, pos)
}

// commands looks at the commands of a line, one after the other.
func (s *script) commands(line string, pos int) {
	piped, fetched := false, false // what goes into the next is the request's, or somebody else's
	for _, part := range split(line) {
		text := strings.TrimSpace(strings.TrimLeft(part.text, "({!` \t"))
		if m := shellFunction().FindStringIndex(text); m != nil && m[0] == 0 {
			text = strings.TrimSpace(text[m[1]:])
		}
		for {
			word, rest, _ := strings.Cut(text, " ")
			if strings.HasSuffix(word, ")") && !strings.ContainsAny(word, "(`") { // a case
				text = strings.TrimSpace(rest)
				continue
			}
			if word == "then" || word == "else" || word == "do" || word == "if" || word == "while" || word == "exec" || word == "sudo" || word == "nohup" || word == "time" || word == "command" || word == "env" || shellAssignOnly(word) {
				text = strings.TrimSpace(rest)
				continue
			}
			break
		}
		fields := strings.Fields(text)
		if !part.piped {
			piped, fetched = false, false
		}
		if len(fields) == 0 {
			continue
		}
		name := strings.Trim(fields[0], `"'`)
		asked := s.asked(text) && !shellClean().MatchString(text)
		at := pos + part.at
		if s.own[name] && asked {
			for _, d := range "123456789@*" {
				s.tainted[string(d)] = true
			}
		}
		switch {
		case name == "eval" && (asked || s.body(text)):
			s.hit(at, 88, "runs what a request says, as a command (eval)")
		case strings.HasPrefix(name, "$") && asked && s.asked(fields[0]):
			s.hit(at, 86, "runs what a request says, as a command")
		case shellSelf().MatchString(name) && (asked || s.body(text)) && (strings.Contains(text, "-c") || strings.Contains(text, "<<<")):
			s.hit(at, 88, "runs what a request says, as a command")
		case shellOther().MatchString(name) && asked && hasAny(text, " -e", " -c", " -r"):
			if i := strings.IndexAny(text, `'"`); i < 0 || text[i] != '\'' {
				s.hit(at, 86, "runs what a request says, as code")
			}
		case shellSelf().MatchString(name) && piped && !hasAny(text, "-c "):
			s.hit(at, 88, "runs what a request says, as a command")
		case shellSelf().MatchString(name) && fetched && (len(fields) == 1 || fields[1] == "-" || fields[1] == "-s"):
			points := 36
			if s.answers {
				points = 84
			}
			s.hit(at, points, "fetches code and runs it")
		case (name == "." || name == "source" || shellSelf().MatchString(name)) && s.answers && len(fields) > 1 && (fields[1] == "/dev/stdin" || fields[1] == "/dev/fd/0"):
			s.hit(at, 88, "runs what a request says, as a command")
		case shellSelf().MatchString(name) && s.answers && s.asked(text) && strings.Contains(text, "<(") && !shellClean().MatchString(text):
			s.hit(at, 86, "runs what a request says, as a command")
		case name == "xargs" && piped && hasAny(text, "sh -c", "-I"):
			s.hit(at, 84, "runs what a request says, as a command")
		}
		if m := redirected().FindStringSubmatch(text); m != nil && (s.tainted[m[1]] || serverVariable(m[1]) && s.answers) {
			if piped || (name == "cat" && len(fields) > 1 && strings.HasPrefix(fields[1], ">")) || name == "dd" || name == "head" || s.asked(strings.SplitN(text, ">", 2)[0]) {
				s.hit(at, 82, "writes a file whose name and content a request says")
			}
		}
		reads := s.answers && (name == "cat" && (len(fields) == 1 || fields[1] == "-") || (name == "dd" && !strings.Contains(text, "if=")) || name == "head" && strings.Contains(text, "-c") && strings.Contains(text, "CONTENT_LENGTH"))
		piped = piped && !shellClean().MatchString(text) || asked || reads
		fetched = fetched || (name == "curl" || name == "wget" || name == "fetch") && !strings.Contains(text, " -o ")
	}
}

func shellAssignOnly(word string) bool {
	i := strings.IndexByte(word, '=')
	return i > 0 && isWord(word[:i]) && !strings.ContainsAny(word[i:], "$`(\"'")
}

type command struct {
	text  string
	at    int
	piped bool
}

// split parts a line where a command begins: what stands between quotes is one, but for what runs within.
func split(line string) []command {
	var list []command
	from, piped := 0, false
	single, double := false, false
	cut := func(to, next int, pipe bool) {
		if to > from {
			list = append(list, command{line[from:to], from, piped})
		}
		from, piped = next, pipe
	}
	for i := 0; i < len(line) && len(list) < 500; i++ {
		switch c := line[i]; {
		case c == '\\':
			i++
		case single:
			single = c != '\''
		case c == '\'' && !double:
			single = true
		case c == '"':
			double = !double
		case c == '`' && i+1 < len(line), c == '$' && i+1 < len(line) && line[i+1] == '(':
			if c == '$' {
				if i+2 < len(line) && line[i+2] == '(' {
					i += 2
					continue
				}
				if end := strings.IndexByte(line[i:], ')'); end > 0 && len(list) < 100 {
					list = append(list, inner(line[i+2:i+end], i+2)...)
				}
				i++
			} else if end := strings.IndexByte(line[i+1:], '`'); end > 0 {
				list = append(list, inner(line[i+1:i+1+end], i+1)...)
				i += end + 1
			}
		case double:
		case c == '|' && i+1 < len(line) && line[i+1] == '|', c == '&' && i+1 < len(line) && line[i+1] == '&':
			cut(i, i+2, false)
			i++
		case c == '|':
			cut(i, i+1, true)
		case c == ';':
			cut(i, i+1, false)
		case c == ')' && i > 0 && line[i-1] != ')' && !strings.Contains(line[from:i], "("):
			cut(i, i+1, false)
		}
	}
	cut(len(line), len(line), false)
	return list
}

// inner are the commands whose answer stands in a line.
func inner(text string, at int) []command {
	var list []command
	for i, p := range strings.Split(text, "|") {
		list = append(list, command{p, at, i > 0})
		at += len(p) + 1
	}
	return list
}

var execInclude = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?is)<!--#exec\s+cmd\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+))`)
})

// includes looks at the commands of a page with server-side includes.
func includes(src string, r *record) {
	for _, m := range execInclude().FindAllStringSubmatchIndex(src, 200) {
		cmd, at := "", m[0]
		for g := 2; g < 8; g += 2 {
			if m[g] >= 0 {
				cmd, at = src[m[g]:m[g+1]], m[g]
			}
		}
		s := &script{record: &record{answers: true}, tainted: map[string]bool{}}
		if s.asked(cmd) && !shellClean().MatchString(cmd) {
			r.hit(at, 86, "runs what a request says, as a command")
		} else if inner := shell(cmd, true); inner != nil && inner.worst() >= scaleMedium {
			r.hit(at, inner.worst(), inner.hits[0].what)
		} else {
			r.hit(at, 26, "has the server run a command for each visitor")
		}
	}
}
