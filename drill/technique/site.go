package technique

import (
	"bytes"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/template"

	_ "modernc.org/sqlite" // the shop's database

	"github.com/tillwatch/tillwatch/demoshop"
)

// Site is a shop as whoever plants something in it sees it.
type Site struct {
	Docroot  string         // folder of templates and assets
	Hosts    string         // folder with a subfolder for each third party
	Database string         // file
	Port     string         // of the shop and of all third parties
	UDP      string         // port that takes datagrams
	TLS      string         // port that takes names out of TLS greetings
	Key      *rsa.PublicKey // of whoever receives what is taken, for cases that encrypt
}

// step is one change to a shop. Exactly one of the fields that name a place is set.
type step struct {
	Append  string `json:"append"`  // to a file of the document root
	Prepend string `json:"prepend"` // before its first byte
	Create  string `json:"create"`  // a file of the document root
	Replace string `json:"replace"` // in a file of the document root the first text Old, or all of it
	Old     string `json:"old"`
	Host    string `json:"host"`  // HOST/PATH: a file of a third party's
	Block   string `json:"block"` // place in the shop's table of HTML blocks
	SQL     string `json:"sql"`   // a statement with one parameter, the text of File

	File   string `json:"file"`   // what to plant, expanded; "" with Old: nothing
	Raw    bool   `json:"raw"`    // do not expand
	Inside string `json:"inside"` // hide it in a picture of this kind
}

// Configure sets the switches of a shop that the case needs, before it is started.
func (c Case) Configure(config *demoshop.Config) {
	config.Checkout, config.Holes, config.CSP = c.checkout, c.holes, c.csp
	if c.csp == "sound" {
		config.CSP = demoshop.SoundCSP
	}
	for host, name := range c.handlers {
		if config.Hosts == nil {
			config.Hosts = map[string]httpHandler{}
		}
		config.Hosts[host] = handlers[name](c)
	}
}

// Setup makes the honest changes to a shop that the case takes for granted, such as a tag manager. It comes before the
// first look.
func (c Case) Setup(ctx context.Context, s Site) error { return c.carryOut(ctx, s, c.setup) }

// Plant makes the changes of the case to a shop that is open and set up. A shop is planted in once, and then thrown away.
func (c Case) Plant(ctx context.Context, s Site) error { return c.carryOut(ctx, s, c.steps) }

func (c Case) carryOut(ctx context.Context, s Site, steps []step) error {
	for i, at := range steps {
		if err := c.plant(ctx, s, at); err != nil {
			return fmt.Errorf("%s: step %d: %w", c.ID(), i+1, err)
		}
	}
	return nil
}

func (c Case) plant(ctx context.Context, s Site, at step) error {
	var code []byte
	if at.File != "" {
		var err error
		if code, err = c.expand(s, at.File, at.Raw); err != nil {
			return err
		}
		if at.Inside != "" {
			if code, err = hide(at.Inside, code); err != nil {
				return err
			}
		}
	}
	switch {
	case at.Append != "":
		return change(s.Docroot, at.Append, func(old []byte) ([]byte, error) { return slices.Concat(old, code), nil })
	case at.Prepend != "":
		return change(s.Docroot, at.Prepend, func(old []byte) ([]byte, error) { return slices.Concat(code, old), nil })
	case at.Replace != "" && at.Old == "":
		return change(s.Docroot, at.Replace, func([]byte) ([]byte, error) { return code, nil })
	case at.Replace != "":
		return change(s.Docroot, at.Replace, func(old []byte) ([]byte, error) {
			if !bytes.Contains(old, []byte(at.Old)) {
				return nil, fmt.Errorf("%s has no %q", at.Replace, at.Old)
			}
			return bytes.Replace(old, []byte(at.Old), code, 1), nil
		})
	case at.Create != "":
		return create(s.Docroot, at.Create, code)
	case at.Host != "":
		if host, _, _ := strings.Cut(at.Host, "/"); !strings.HasSuffix(host, ".localhost") {
			return fmt.Errorf("host %q: everything here stays on this machine, so names end in .localhost", host)
		}
		return create(s.Hosts, at.Host, code)
	case at.Block != "":
		return execute(ctx, s.Database, `INSERT OR REPLACE INTO block (place, html) VALUES (?, ?)`, at.Block, string(code))
	case at.SQL != "":
		return execute(ctx, s.Database, at.SQL, string(code))
	}
	return errors.New("it names no place")
}

func change(dir, name string, edit func([]byte) ([]byte, error)) error {
	file := filepath.Join(dir, filepath.FromSlash(name))
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	b, err := edit(old)
	if err != nil {
		return err
	}
	return os.WriteFile(file, b, 0o644)
}

func create(dir, name string, content []byte) error {
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, content, 0o644)
}

func execute(ctx context.Context, file, statement string, values ...any) (err error) {
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(10000)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	_, err = db.ExecContext(ctx, statement, values...)
	return err
}

// expand gives a file of the case with the site's own values in place of <% … %>.
func (c Case) expand(s Site, name string, raw bool) ([]byte, error) {
	b, err := fs.ReadFile(c.files, name)
	if err != nil || raw {
		return b, err
	}
	t, err := template.New(name).Delims("<%", "%>").Option("missingkey=error").Funcs(template.FuncMap{
		"port": func() string { return s.Port },
		"udp":  func() string { return s.UDP },
		"tls":  func() string { return s.TLS },
		"url":  func(host, path string) string { return "http://" + host + ".localhost:" + s.Port + path },
		"ws":   func(host, path string) string { return "ws://" + host + ".localhost:" + s.Port + path },
		"file": func(name string) (string, error) {
			b, err := c.expand(s, name, false)
			return strings.TrimSpace(string(b)), err
		},
		"spki": func() (string, error) {
			b, err := x509.MarshalPKIXPublicKey(s.Key)
			return base64.StdEncoding.EncodeToString(b), err
		},
		"b64":     func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) },
		"hex":     func(text string) string { return hex.EncodeToString([]byte(text)) },
		"reverse": reverse,
		"xor":     func(key int, text string) string { return hex.EncodeToString(xor(text, []byte{byte(key)})) },
		"xorkey":  func(key, text string) string { return base64.StdEncoding.EncodeToString(xor(text, []byte(key))) },
		"plus":    func(a, b int) int { return a + b },
		"div":     func(a, b int) int { return a / b },
		"mod":     func(a, b int) int { return a % b },
		"mark":    func() []string { return strings.Split(marks, "") },
		"codes":   codes,
		"wave":    wave,
		"fnv": func(text string) string {
			h := fnv.New32a()
			_, _ = h.Write([]byte(text))
			return strconv.FormatUint(uint64(h.Sum32()), 16)
		},
		"js": func(text string) (string, error) {
			b, err := json.Marshal(text)
			return string(b), err
		},
		"invisible":  invisible,
		"whitespace": whitespace,
		"base36": func(text string) string {
			var list []string
			for _, r := range text {
				list = append(list, strconv.FormatInt(3*(int64(r)+11), 36))
			}
			return strings.Join(list, ".")
		},
	}).Parse(string(b))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = t.Execute(&out, nil)
	return out.Bytes(), err
}

// marks are the letters for the digits from 0 on in names of pictures; see [readMarks].
const marks = "vqzkwnbxhd"

func reverse(text string) string {
	runes := []rune(text)
	slices.Reverse(runes)
	return string(runes)
}

func xor(text string, key []byte) []byte {
	out := []byte(text)
	for i := range out {
		out[i] ^= key[i%len(key)]
	}
	return out
}

// codes writes a text as character codes moved by so many, separated by commas.
func codes(by int, text string) string {
	var list []string
	for _, r := range text {
		list = append(list, fmt.Sprint(int(r)+by))
	}
	return strings.Join(list, ",")
}

// wave writes a text as character codes, moved by 0, 3, 6, 9 and 12 in turn.
func wave(text string) string {
	var list []string
	for i, r := range []rune(text) {
		list = append(list, fmt.Sprint(int(r)+3*(i%5)))
	}
	return strings.Join(list, ",")
}

// invisible writes each bit of a text as one of two characters that no editor shows.
func invisible(text string) string {
	var out strings.Builder
	for _, b := range []byte(text) {
		for bit := 7; bit >= 0; bit-- {
			out.WriteString([]string{"\uffa0", "\u3164"}[b>>bit&1])
		}
	}
	return out.String()
}

// whitespace writes each byte of a text as a line of eight spaces and tabs.
func whitespace(text string) string {
	var out strings.Builder
	for _, b := range []byte(text) {
		for bit := 7; bit >= 0; bit-- {
			out.WriteByte(" \t"[b>>bit&1])
		}
		out.WriteByte('\n')
	}
	return out.String()
}
