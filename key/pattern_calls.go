package key

import (
	"bytes"
	"strings"
)

// loginCalls are how calls begin to which a password is given, behind a user's name.
var loginCalls = []string{
	".login(", ".run(", ".Login(", "ftp_login(", "mysqli_connect(", "mysql_connect(", "new mysqli(", "new PDO(", "getConnection(", "NetworkCredential(", "UsernamePasswordCredentials(", "UsernamePasswordAuthenticationToken(",
	"PasswordAuthentication(", "SetBasicAuth(", "BasicAuth(", "basic_auth", "basicAuth(", "auth=(", "DBI->connect(", "CURLOPT_USERPWD", "jwt.sign(", "jwt.verify(", "jwt.encode(", "jwt.decode(", "algoliasearch(",
	"ConvertTo-SecureString", "-AsPlainText", "Credentials(", "->authenticate(", "->login(", ".authenticate(", "setBasicAuth(", "BasicAWSCredentials(",
}

// callPassword finds the password among the literals that a call is given: the last that is no name and no address.
func callPassword(text []byte, at, head int) (from, to int) {
	line := text[at+head : min(len(text), at+head+300)]
	if end := bytes.IndexAny(line, "\n;{}"); end >= 0 && !bytes.ContainsAny(line[:end], "\"'") {
		return 0, 0
	}
	literals := 0
	depth := 1
	for i := 0; i < len(line) && depth > 0; i++ {
		switch c := line[i]; {
		case c == '\n' || c == ';':
			return from, to
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth == 0 {
				return from, to
			}
		case c == '"' || c == '\'':
			end := bytes.IndexByte(line[i+1:], c)
			if end < 0 || literals > 5 {
				return from, to
			}
			value := string(line[i+1 : i+1+end])
			begin := at + head + i + 1
			if literals++; bytes.HasPrefix(text[at:], []byte("CURLOPT_USERPWD")) {
				if _, password, found := strings.Cut(value, ":"); found && len(password) >= 6 {
					return begin + len(value) - len(password), begin + len(value)
				}
				return 0, 0
			}
			if end >= 6 && end <= 128 && (literals > 1 || i > 0 && bytes.IndexByte(line[:i], ',') >= 0 || bytes.HasPrefix(text[at:], []byte("ConvertTo")) || drawn(value) >= 120) &&
				!strings.ContainsAny(value, " :;=()<>{},@/\\") && (drawn(value) >= 40 || thought(value)) && from == 0 {
				from, to = begin, begin+end
			}
			i += end + 1
		}
	}
	return from, to
}

// command is how a program is given a password.
type command struct {
	word    string
	option  []string // the password, or user:password, is the next word; or the same, where it is joined
	joined  string   // the password follows this at once
	between string   // stands between user and password
	needs   string   // without which it is another thing
}

var commands = []command{
	{word: "curl ", option: []string{"-u", "--user", "--proxy-user"}, joined: "-u", between: ":"},
	{word: "mysql ", joined: "-p"},
	{word: "mysqldump ", joined: "-p"},
	{word: "mysqladmin ", joined: "-p"},
	{word: "mysqlimport ", joined: "-p"},
	{word: "mariadb ", joined: "-p"},
	{word: "mariadb-dump ", joined: "-p"},
	{word: "sshpass ", option: []string{"-p"}, joined: "-p"},
	{word: "docker login ", option: []string{"-p"}, joined: "-p"},
	{word: "podman login ", option: []string{"-p"}},
	{word: "redis-cli ", option: []string{"-a"}},
	{word: "mongo ", option: []string{"-p"}},
	{word: "mongosh ", option: []string{"-p"}},
	{word: "mongodump ", option: []string{"-p"}},
	{word: "mongorestore ", option: []string{"-p"}},
	{word: "smbclient ", option: []string{"-U"}, between: "%"},
	{word: "lftp ", option: []string{"-u"}, between: ","},
	{word: "htpasswd -b", option: []string{""}},
	{word: "az login ", option: []string{"-p"}},
	{word: "openssl enc ", option: []string{"-k"}},
	{word: "net use ", option: []string{""}},
	{word: "chpasswd", needs: "echo"},
	{word: "sudo -S", needs: "echo"},
}

func commandHeads() []string {
	var out []string
	for _, c := range commands {
		out = append(out, c.word)
	}
	return out
}

// commandPassword finds the password on a command line.
func commandPassword(text []byte, at, head int) (from, to int) {
	word := string(text[at : at+head])
	if !begins(text, at) {
		return 0, 0
	}
	for i := range commands {
		if commands[i].word == word {
			return commands[i].password(text, at, at+head)
		}
	}
	return 0, 0
}

func (c *command) password(text []byte, at, behind int) (from, to int) {
	if c.needs != "" { // echo 'user:password' | chpasswd
		line := bytes.LastIndexByte(text[max(0, at-200):at], '\n') + 1 + max(0, at-200)
		echo := bytes.Index(text[line:at], []byte("echo "))
		if echo < 0 {
			return 0, 0
		}
		from, to = nextWord(text, line+echo+len("echo "))
		if colon := bytes.IndexByte(text[from:to], ':'); colon > 0 {
			from += colon + 1
		}
		return passwordWord(text, from, to)
	}
	for n := 0; n < 40; n++ {
		from, to = nextWord(text, behind)
		if to <= from {
			return 0, 0
		}
		word := string(text[from:to])
		behind = to
		if behind < len(text) && isQuote(text[behind]) {
			behind++
		}
		for _, o := range c.option {
			if o == "" { // by its form: the only word that was drawn
				if drawn(word) >= 40 && !strings.ContainsAny(word, "/\\:.") {
					return from, to
				}
				continue
			}
			if word != o {
				continue
			}
			from, to = nextWord(text, behind)
			return c.cut(text, from, to)
		}
		if rest, found := strings.CutPrefix(word, c.joined); found && c.joined != "" && len(rest) >= 6 {
			return c.cut(text, from+len(c.joined), to)
		}
	}
	return 0, 0
}

func (c *command) cut(text []byte, from, to int) (int, int) {
	if c.between != "" {
		i := bytes.Index(text[from:to], []byte(c.between))
		if i < 1 {
			return 0, 0
		}
		from += i + len(c.between)
	}
	return passwordWord(text, from, to)
}

// passwordWord leaves out what stands for a password: a variable, a file, a port.
func passwordWord(text []byte, from, to int) (int, int) {
	if to-from < 6 || bytes.ContainsAny(text[from:to], "$`<>{}\\/") || bytes.Trim(text[from:to], digits+":.-") == nil {
		return 0, 0
	}
	return from, to
}

// nextWord gives the next word of a command line, without its quotes. An empty one says that the line ends.
func nextWord(text []byte, i int) (from, to int) {
	for i < len(text) && (text[i] == ' ' || text[i] == '\t' || text[i] == '\\' && i+1 < len(text) && text[i+1] == '\n' || text[i] == '\n' && i > 0 && text[i-1] == '\\') {
		i++
	}
	if i >= len(text) || strings.IndexByte("\n\r|;&>", text[i]) >= 0 {
		return i, i
	}
	if isQuote(text[i]) {
		end := endOf(text, i+1, "\n"+string(text[i]))
		return i + 1, end
	}
	return i, endOf(text, i, " \t\r\n\"'`|;")
}
