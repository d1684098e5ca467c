package key

import (
	"bytes"
	"strings"
)

// The bounds of an assignment: of its name, of what stands between it and the value, of the value.
const (
	maxName  = 60
	maxSpace = 24
	maxValue = 512
)

// binding is a value and the name that it is given.
type binding struct {
	name     string
	from, to int
	// loose says that what joins them is used for much else, too: only a value that must be one is taken.
	loose bool
}

// assigned looks at a value whose name has one of nameHeads at an offset.
func (s *shapes) assigned(at int) {
	b := assignment(s.text, at)
	if b.to-b.from < 6 {
		return
	}
	value := string(s.text[b.from:b.to])
	if placeholder(value) || strings.Contains(value, "...") || !likeValue(value) || documented(value) || s.badge(b.from) {
		return
	}
	s.named = b.from
	name := strings.Join(words(b.name), "_")
	if name == "key" && bytes.Contains(s.text[max(0, at-80):at], []byte("crypt")) {
		name = "crypt.key"
	}
	for i := range namedRules {
		if r := &namedRules[i]; len(value) >= MinLength && r.named(name, value) {
			s.hit(r, r.severity, b.from, b.to)
			return
		}
	}
	s.value(b, value)
}

// value grades a value of a name that is nobody's in particular.
func (s *shapes) value(b binding, v string) {
	kind := secrecyOf(b.name)
	if kind == noSecret || sealed(v) || standIn(v) || strings.Trim(v, digits+".,-+") == "" {
		return
	}
	plain := decoded(v)
	if plain != v && (placeholder(plain) || standIn(plain) || strings.Count(plain, " ") > 1) {
		return
	}
	bits := drawn(v)
	if s.explained(b.from) {
		bits = min(bits, 44) // a comment that documents something shows a sample
	}
	if kind == password {
		switch {
		case len(v) > 128 || b.loose && (bits < 45 || !digitsOrSigns(v) || v[0] == '-'):
		case isUUID(v) && b.loose:
		case bits >= 45 || bits >= 34 && s.hasUser(b):
			s.hit(&valueRules[passwordValue], medium, b.from, b.to)
		case bits >= 28 && digitsOrSigns(v) || thought(v):
			s.hit(&valueRules[genericPassword], low, b.from, b.to)
		}
		return
	}
	if len(v) < MinLength || !digitsAndLetters(v) || !varied([]byte(v)) {
		return
	}
	switch {
	case b.loose && (bits < 60 || isUUID(v)):
	case kind == secret && bits >= 70:
		s.hit(&valueRules[secretValue], medium, b.from, b.to)
	case kind == secret && bits >= 38, kind == perhaps && bits >= 90 && mixed([]byte(v)) && !isUUID(v):
		s.hit(&valueRules[genericSecret], low, b.from, b.to)
	}
}

// explained says that an offset is in a comment in which each line begins with a star.
func (s *shapes) explained(at int) bool {
	begin := bytes.LastIndexByte(s.text[max(0, at-200):at], '\n') + 1 + max(0, at-200)
	return bytes.HasPrefix(bytes.TrimLeft(s.text[begin:at], " \t"), []byte("* "))
}

// hasUser says that a user or a host is named beside a value: then it is a log-in.
func (s *shapes) hasUser(b binding) bool {
	near := bytes.ToLower(s.text[max(0, b.from-200):min(len(s.text), b.to+120)])
	for _, w := range []string{"user", "host", "login", "server", "uid", "account", "@"} {
		if bytes.Contains(near, []byte(w)) {
			return true
		}
	}
	return false
}

// assignment reads the name around an offset and the value that it is given: name = value, name: value, 'name' => 'value',
// define('name', 'value'), <name>value</name>, name="x" value="y", setName("value"). An empty one says that there is none.
func assignment(text []byte, at int) binding {
	inName := func(c byte) bool { return isWord[c] || c == '_' || c == '-' || c == '.' }
	left, right := at, at+1
	if !inName(text[at]) { // a quote before "key"
		left = at + 1
	}
	for left > 0 && at-left < maxName && inName(text[left-1]) {
		left--
	}
	for right < len(text) && right-left < maxName && inName(text[right]) {
		right++
	}
	if right >= len(text) || left >= right {
		return binding{}
	}
	b := binding{name: string(text[left:right])}
	before := byte('\n')
	if left > 0 {
		before = text[left-1]
	}
	if before == '<' || before == '>' && (left < 2 || text[left-2] != '-') {
		return element(text, b, before, right)
	}
	i := right
	quoted := isQuote(before) && text[right] == before
	if quoted {
		i++
	}
	if text[right] == '\\' && right+1 < len(text) && isQuote(text[right+1]) {
		i, quoted = right+2, true // JSON inside a literal
	}
	if quoted && i < len(text) && text[i] == ']' {
		i++
	}
	if quoted && i < len(text) && text[i] == '>' {
		b.loose = true
		return content(text, b, i+1)
	}
	gap := i
	i = spaces(text, i)
	if i >= len(text) {
		return binding{}
	}
	// An option or a part of an address ends where the next one begins; a line of settings holds nothing else.
	option := text[left] == '-' || before == '?' || before == '&'
	plain := false // a value without quotes may follow
	joint := text[i]
	switch {
	case bytes.HasPrefix(text[i:], []byte("=>")) || bytes.HasPrefix(text[i:], []byte(":=")):
		i += 2
	case joint == '=' && (i+1 >= len(text) || text[i+1] != '=' && text[i+1] != '~'):
		plain = !quoted
		i++
	case joint == ':' && (i+1 >= len(text) || text[i+1] != ':'):
		plain = true
		if typed := behindType(text, i+1); typed > 0 {
			joint, i = '=', typed
		}
		i++
	case joint == ',' && quoted && isCall(text, left) || quoted && behindValueWord(text, i) > 0:
		if next := behindValueWord(text, i); next > 0 {
			i = next
		} else {
			i++
		}
	case option && i > gap && text[left] == '-':
		plain = true
	case bytes.HasPrefix(text[i:], []byte("As String =")):
		i += len("As String =")
	case quoted:
		return binding{}
	case joint == ',' || joint == '(' && i == gap:
		b.loose = true
		i++
	case i > gap && isQuote(joint) || secrecyOf(b.name) == password && i == gap+1 && strings.HasSuffix(strings.ToLower(b.name), "word"):
		b.loose = true
		plain = !isQuote(joint)
		joint = ' '
	default:
		return binding{}
	}
	return valueAt(text, b, left, gap, i, joint, option, plain)
}

// valueAt reads the value behind what joins it to its name.
func valueAt(text []byte, b binding, left, gap, i int, joint byte, option, plain bool) binding {
	joined := i
	i = spaces(text, i)
	if joint == ' ' && bytes.IndexByte(text[gap:min(i, len(text))], '\n') >= 0 {
		return binding{}
	}
	if i+2 < len(text) && joint == ':' && (text[i] == '>' || text[i] == '|') { // a block of YAML
		if j := i + 1; text[j] == '\n' || text[j] == '-' && text[j+1] == '\n' {
			i = spaces(text, j+1)
		}
	}
	if i+1 < len(text) && text[i] == '(' {
		i = spaces(text, i+1)
	}
	if i+1 < len(text) && isQuote(text[i+1]) && bytes.IndexByte([]byte("\\@rbuLf"), text[i]) >= 0 {
		i++
	}
	if i >= len(text) {
		return binding{}
	}
	if q := text[i]; isQuote(q) {
		return quotedValue(text, b, i)
	}
	if !plain {
		return binding{}
	}
	stop := "\"'`()[]{}<>;,"
	if option {
		stop += "&"
	}
	if joint == ':' && b.name == "PASS" || strings.HasSuffix(b.name, "PWD") && len(strings.TrimLeft(b.name[:len(b.name)-3], upper)) == len(b.name)-3 && !strings.HasSuffix(b.name, "_PWD") {
		return binding{} // a test's result, the folder that one is in
	}
	end := i
	for end < len(text) && end-i < maxValue && text[end] > ' ' && text[end] < 0x7f && strings.IndexByte(stop, text[end]) < 0 {
		end++
	}
	if joint != ' ' && !option && refers(string(text[i:end])) {
		return binding{}
	}
	if end-i > 100 && secrecyOf(b.name) == password || bytes.IndexByte(text[i:end], '\\') >= 0 && joint != ';' {
		return binding{}
	}
	if option || alone(text, left) && restEmpty(text, end) {
		b.from, b.to = i, end
		return b
	}
	// A part of something longer: a connection string, the variables before a command, a header.
	if left > 0 && bytes.IndexByte([]byte(" \t\n\"'`;{,([|:"), text[left-1]) < 0 {
		return binding{}
	}
	if joint == '=' && (joined != gap+1 || i != joined) || joint == ' ' && i != joined || i-joined > 1 {
		return binding{}
	}
	if amp := bytes.IndexAny(text[i:end], "&\\|"); amp >= 0 {
		end = i + amp
	}
	b.from, b.to = i, end
	list := left > 1 && text[left-1] == ':' && text[left-2] == '/' || left > 0 && (text[left-1] == ';' || text[left-1] == '\'' || text[left-1] == '"') && end < len(text) && (text[end] == ';' || text[end] == '"' || text[end] == '\'')
	b.loose = !list || joint != '='
	return b
}

// refers says that a text without quotes is no value, but the name of one: a piece of a program.
func refers(v string) bool {
	if !strings.Contains(v, ".") && !strings.Contains(v, "_") {
		return false
	}
	for _, w := range words(v) {
		if secretWords[w] {
			return true
		}
	}
	return false
}

// quotedValue reads a value in quotes.
func quotedValue(text []byte, b binding, i int) binding {
	q, end := text[i], i+1
	for end < len(text) && end-i < maxValue && text[end] != q && text[end] != '\n' {
		end++
	}
	if end >= len(text) || text[end] != q {
		return binding{}
	}
	b.from, b.to = i+1, end
	if text[i-1] == '\\' && text[end-1] == '\\' {
		b.to = max(i+1, end-1)
	}
	return b
}

// element reads <name>value</name>, <name type="x">value</name> and <key>name</key><string>value</string>.
func element(text []byte, b binding, before byte, right int) binding {
	if before == '>' {
		rest := text[right:]
		if !bytes.HasPrefix(rest, []byte("</key>")) && !bytes.HasPrefix(rest, []byte("</name>")) {
			return binding{}
		}
		i := spaces(text, right+bytes.IndexByte(rest, '>')+1)
		if i >= len(text) || text[i] != '<' {
			return binding{}
		}
		right = i
	}
	tag := text[right:min(len(text), right+80)]
	end := bytes.IndexByte(tag, '>')
	if end < 0 || bytes.ContainsAny(tag[1:max(1, end)], "<\n") {
		return binding{}
	}
	b.loose = before == '<' && end > 0
	return content(text, b, right+end+1)
}

// content reads to where the next tag begins.
func content(text []byte, b binding, from int) binding {
	if from > len(text) {
		return binding{}
	}
	end := bytes.IndexByte(text[from:min(len(text), from+maxValue)], '<')
	if end < 0 || from+end+1 >= len(text) || text[from+end+1] != '/' {
		return binding{}
	}
	b.from, b.to = from, from+end
	return b
}

// behindType gives the = behind the type that a name is declared with: token: str = "x". 0 says that there is none.
func behindType(text []byte, i int) int {
	for end := min(len(text)-1, i+40); i < end; i++ {
		switch c := text[i]; {
		case c == '=':
			if text[i+1] == '=' || text[i+1] == '>' {
				return 0
			}
			return i
		case !isWord[c] && c != ' ' && c != '.' && c != '?' && c != '|' && c != '[' && c != ']' && c != '&' && c != '_':
			return 0
		}
	}
	return 0
}

// behindValueWord gives what is behind value= in name="x" value="y", behind value: in "key": "x", "value": "y" and behind default= in
// add_argument("--x", default="y").
func behindValueWord(text []byte, i int) int {
	near := text[i:min(len(text), i+24)]
	for _, w := range []string{"value", "default"} {
		at := bytes.Index(near, []byte(w))
		if at < 0 || len(bytes.Trim(near[:at], " \t\r\n,\"'")) > 0 {
			continue
		}
		rest := bytes.TrimLeft(near[at+len(w):], " \"'")
		if len(rest) > 0 && (rest[0] == '=' || rest[0] == ':') {
			return i + len(near) - len(rest) + 1
		}
	}
	return 0
}

// isCall says that the quoted name at an offset is the first that a call is given.
func isCall(text []byte, left int) bool {
	i := left - 2
	for i > 0 && text[i] == ' ' {
		i--
	}
	return i >= 0 && text[i] == '('
}

// badge says that an offset is in the address of a picture that shows a state: the token in it is for everybody.
func (s *shapes) badge(at int) bool {
	before := s.text[max(0, at-80):at]
	return bytes.Contains(before, []byte(".svg?")) || bytes.Contains(before, []byte("badge"))
}

func restEmpty(text []byte, end int) bool {
	for j := end; j < len(text) && text[j] != '\n'; j++ {
		if c := text[j]; c == '#' {
			return true
		} else if c != ' ' && c != '\t' && c != '\r' {
			return false
		}
	}
	return true
}

func isQuote(c byte) bool { return c == '"' || c == '\'' || c == '`' }

func spaces(text []byte, i int) int {
	for end := i + maxSpace; i < len(text) && i < end && (text[i] == ' ' || text[i] == '\t' || text[i] == '\n' || text[i] == '\r'); {
		i++
	}
	return i
}

// alone says that a name is the first on its line, as in files of settings.
func alone(text []byte, at int) bool {
	start := at
	for start > 0 && at-start < 40 && text[start-1] != '\n' {
		start--
	}
	switch strings.Trim(string(text[start:at]), " \t-\"'/:\ufeff") {
	case "", "export", "ENV", "set", "SET", "ARG", "SetEnv", "readonly", "local", "$env":
		return true
	}
	return false
}

// likeValue says that a text is one value, and no sentence, address, path, or piece of a program.
func likeValue(v string) bool {
	if strings.HasPrefix(v, "Basic ") || strings.HasPrefix(v, "Bearer ") || strings.Contains(v, "?.") || strings.Contains(v, `\(`) || strings.Contains(v, `\.`) || strings.Contains(v, "://") || strings.Contains(v, "->") || strings.Contains(v, "::") {
		return false
	}
	if strings.ContainsAny(v, " \t\r\n()<>{}") || strings.Count(v, ".") >= 3 || strings.IndexByte("/.@#", v[0]) >= 0 {
		return drawn(v) >= 100 && !strings.ContainsAny(v, " \t\r\n") || Strength([]byte(v)) >= 150 && drawn(v) >= 150
	}
	return true
}
