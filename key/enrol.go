package key

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
)

// Candidate is a key that was found in a configuration file and can be registered.
type Candidate struct {
	ID     string // a suggestion
	Kind   string
	File   string
	Line   int
	Name   string         // what the file calls it, with the sections it is in: db.connection.default.password
	Value  tillwatch.Body // formats as its length
	Public []string       // what may be known of it: a key id, the SHA-256 of its public half
	Bits   float64        // see [Strength]
	Whole  bool           // Value is the key itself, not a line of it
}

// Weak says that the value could be guessed by whoever had the site's secret.
func (c Candidate) Weak() bool { return c.Bits < WeakBits }

// Warning is what somebody should know before the candidate is registered, or "".
func (c Candidate) Warning() string {
	if !c.Weak() {
		return ""
	}
	return "this value can be guessed by whoever gets the register and the site key, and may stand somewhere by chance; a random one of 20 signs or more can not"
}

// Skipped is a value of a configuration file that was not taken, and why.
type Skipped struct {
	File string
	Line int
	Name string
	Why  string
}

// The reasons not to take a value.
const (
	WhyPlaceholder = "it stands for a value and is none"
	WhyShort       = "it is shorter than 8 bytes and stands in any text by chance"
	WhyLong        = "it is longer than 16384 bytes"
	WhyUnread      = "it is written in a way that is not read here"
)

// MaxFile is how much of a configuration file is read.
const MaxFile = 4 << 20

// The errors of reading a configuration file. They say where, and nothing of what stands there.
var (
	ErrFileTooLarge = errors.New("the file is larger than any configuration file")
	ErrFileBinary   = errors.New("the file is no text")
)

// maxEntries bounds how many values one file may give.
const maxEntries = 10_000

// entry is a value as a parser found it.
type entry struct {
	line   int
	name   string
	value  string
	secret bool     // by the kind of file, whatever it is called
	kind   string   // where the parser knows
	public []string // see Candidate
	part   bool     // the value is a line of the key
	unread bool     // the value could not be made out
}

// Enrol reads a configuration file and says which of its values should be registered. The kind of file is told by its
// name, and by what it begins with where the name says nothing. What is obviously no secret is left out; what may be one and can not be
// registered is in the second list.
func Enrol(file string, text []byte) ([]Candidate, []Skipped, error) {
	if len(text) > MaxFile {
		return nil, nil, ErrFileTooLarge
	}
	if wide, ok := fromUTF16(text); ok {
		text = wide.text
	}
	if slices.Contains(text, 0) {
		return nil, nil, ErrFileBinary
	}
	source := strings.TrimPrefix(string(text), "\ufeff")
	entries, err := parserFor(file, source)(source)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path.Base(file), err)
	}
	if !strings.Contains(source, "-----BEGIN ") {
		return sorted(file, entries)
	}
	private, err := pemEntries(source)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path.Base(file), err)
	}
	entries = slices.DeleteFunc(entries, func(e entry) bool { return strings.Contains(e.value, "-----BEGIN ") })
	return sorted(file, append(entries, private...))
}

// EnrolValue makes a candidate of a value that somebody typed or piped in. A line break at its end is none of it.
func EnrolValue(name string, value []byte) (Candidate, error) {
	value = []byte(strings.TrimRight(string(value), "\r\n"))
	if strings.Contains(string(value), "-----BEGIN ") {
		if private, err := pemEntries(string(value)); err != nil {
			return Candidate{}, err
		} else if len(private) == 1 {
			return newCandidate("", private[0]), nil
		}
	}
	if len(value) < MinLength || len(value) > MaxLength {
		return Candidate{}, ErrLength
	}
	return newCandidate("", entry{name: name, value: string(value)}), nil
}

func parserFor(file, source string) func(string) ([]entry, error) {
	base := strings.ToLower(path.Base(strings.ReplaceAll(file, `\`, "/")))
	head := strings.TrimSpace(source[:min(len(source), 4096)])
	switch {
	case base == ".npmrc" || base == "credentials" || base == ".my.cnf" || base == "my.cnf":
		return iniEntries
	case base == ".netrc" || base == "_netrc":
		return netrcEntries
	case base == ".pgpass" || base == "pgpass.conf":
		return pgpassEntries
	case strings.HasSuffix(base, ".json") || strings.HasSuffix(base, ".jwk") || strings.HasSuffix(base, ".jwks") || strings.HasPrefix(head, "{") || strings.HasPrefix(head, "[{"):
		return jsonEntries
	case strings.HasSuffix(base, ".yaml") || strings.HasSuffix(base, ".yml"):
		return yamlEntries
	case strings.HasSuffix(base, ".php") || strings.HasSuffix(base, ".inc") || strings.HasPrefix(head, "<?php"):
		return phpEntries
	case strings.HasPrefix(head, "-----BEGIN ") || strings.HasSuffix(base, ".pem") || strings.HasSuffix(base, ".key"):
		return func(string) ([]entry, error) { return nil, nil }
	case strings.HasSuffix(base, ".ini") || strings.HasSuffix(base, ".cnf") || strings.HasSuffix(base, ".conf") || strings.HasSuffix(base, ".properties") || strings.HasPrefix(head, "["):
		return iniEntries
	}
	return dotenvEntries
}

// sorted makes candidates of what is a secret and can be one.
func sorted(file string, entries []entry) (list []Candidate, skipped []Skipped, err error) {
	seen := map[string]bool{}
	ids := map[string]int{}
	for _, e := range apart(entries) {
		if password, ok := passwordOf(e.value); ok {
			e.value, e.secret, e.name = password, true, e.name+" (password)"
		}
		if !e.secret && !secretName(e.name) || e.value == "" && !e.unread {
			continue
		}
		if e.kind == "" || e.kind == "api" {
			e.value = strings.TrimPrefix(e.value, "base64:") // Laravel's way to say how it is written
		}
		why := ""
		switch {
		case e.unread:
			why = WhyUnread
		case !e.part && placeholder(e.value):
			why = WhyPlaceholder
		case len(e.value) < MinLength:
			why = WhyShort
		case len(e.value) > MaxLength:
			why = WhyLong
		case seen[e.value]:
			continue
		}
		if why != "" {
			skipped = append(skipped, Skipped{File: file, Line: e.line, Name: e.name, Why: why})
			continue
		}
		seen[e.value] = true
		c := newCandidate(file, e)
		if ids[c.ID]++; ids[c.ID] > 1 {
			c.ID = fmt.Sprintf("%s-%d", c.ID, ids[c.ID])
		}
		list = append(list, c)
	}
	return list, skipped, nil
}

// apart gives each key its own entry where a value holds several: in lines, as Magento keeps old encryption keys, or as the pairs
// of a connection's settings (Server=x;Password=y).
func apart(entries []entry) []entry {
	var out []entry
	for _, e := range entries {
		lines := strings.Fields(e.value)
		pairs := strings.Split(e.value, ";")
		switch {
		case len(out) > maxEntries || e.part:
			out = append(out, e)
		case strings.Contains(e.value, "\n") && !slices.ContainsFunc(lines, func(l string) bool { return len(l) < MinLength }):
			for _, l := range lines {
				one := e
				one.value = l
				out = append(out, one)
			}
		case len(pairs) > 1 && strings.Contains(pairs[0], "="):
			for _, p := range pairs {
				name, value, found := strings.Cut(p, "=")
				if name = strings.TrimSpace(name); found && secretName(name) {
					one := e
					one.name, one.value = e.name+"."+name, strings.TrimSpace(value)
					out = append(out, one)
				}
			}
		default:
			out = append(out, e)
		}
	}
	return out
}

func newCandidate(file string, e entry) Candidate {
	c := Candidate{
		File: file, Line: e.line, Name: e.name, Kind: cmp.Or(e.kind, kindOf(e.name)), Value: tillwatch.NewBody([]byte(e.value)),
		Public: e.public, Bits: Strength([]byte(e.value)), Whole: !e.part,
	}
	c.ID = suggestedID(file, e.name)
	return c
}

// passwordOf is the password in an address with one, such as a database's.
func passwordOf(value string) (string, bool) {
	if !strings.Contains(value, "://") || !strings.Contains(value, "@") || len(value) > 2048 {
		return "", false
	}
	u, err := url.Parse(value)
	if err != nil {
		return "", false
	}
	p, ok := u.User.Password()
	return p, ok && p != ""
}

func kindOf(name string) string {
	all := words(name)
	has := func(some ...string) bool {
		return slices.ContainsFunc(all, func(w string) bool { return slices.Contains(some, w) })
	}
	switch {
	case has("db", "database", "mysql", "mysqli", "postgres", "pgsql", "mongo", "redis", "dbpassword", "dbpasswd"):
		return "database"
	case has("smtp", "mail", "mailer", "sendgrid", "mailgun", "ses"):
		return "mail"
	case has("jwt", "salt", "magic", "crypt", "encryption", "signing", "hmac", "nonce", "app") && !has("api", "password"):
		return "signing"
	case has("password", "passwd", "pass", "pwd", "passphrase"):
		return "password"
	case has("token", "authtoken"):
		return "token"
	}
	return "api"
}

// suggestedID names a key after the file and the value's own name.
func suggestedID(file, name string) string {
	var parts []string
	if file != "" {
		parts = words(strings.TrimSuffix(path.Base(file), path.Ext(strings.TrimLeft(path.Base(file), "."))))
	}
	id := strings.Join(append(parts, words(name)...), "-")
	if id == "" {
		return "key"
	}
	if len(id) > maxID-8 {
		sum := sha256.Sum256([]byte(id))
		id = id[:maxID-16] + "-" + hex.EncodeToString(sum[:3])
	}
	return id
}
