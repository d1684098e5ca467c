package app

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/tillwatch/tillwatch/sensor/access/line"
)

// LogAdvice says what cannot be found out with the log of the shop's web server as it is, and how the server is told to log
// what is missing. Empty: no web server was found whose log could tell more.
func LogAdvice(p InitPlan) string {
	shop := findShop(p.Dir, p.Etc)
	server := shop.server()
	if server == "" && exists(p.Etc, "caddy/Caddyfile") {
		server = "caddy"
	}
	if server == "" {
		return ""
	}
	var b strings.Builder
	told := readTold(shop.log())
	name := shop.log()
	if name == "" {
		name = "the log of " + server
	}
	missing := told.missing()
	if told.lines == 0 {
		fmt.Fprintf(&b, "Log: %s could not be read, or is empty. In its usual format these cannot be found out with it:\n", name)
	} else if len(missing) == 0 {
		return fmt.Sprintf("Log: %s says whose token each request has, and which. Nothing has to be changed.\n", name)
	} else {
		fmt.Fprintf(&b, "Log: with %s as it is (%s), these cannot be found out:\n", name, told.format)
	}
	for _, m := range missing {
		b.WriteString("  - " + m + "\n")
	}
	b.WriteString("The following makes the server log whose token it was and which, as keyed hashes and never the token.\n")
	b.WriteString("tillwatch verify answers it; docs/verify.md says how. Nothing was changed.\n\n")
	recipe, err := LogRecipe(server)
	if err != nil {
		return ""
	}
	return b.String() + strings.TrimRight(recipe, "\n") + "\n"
}

// server is the web server whose configuration names the shop.
func (s FoundShop) server() string {
	for _, h := range s.Hosts {
		for _, part := range strings.Split(filepath.ToSlash(h.file), "/") {
			switch part {
			case "nginx":
				return "nginx"
			case "apache2", "httpd":
				return "apache"
			}
		}
	}
	return ""
}

// told is what the lines of a log say.
type told struct {
	lines, subject, token, key int
	format                     line.Format
}

// maxTold is how much of a log's end is read.
const maxTold = 256 << 10

func readTold(name string) (t told) {
	if name == "" {
		return t
	}
	f, err := os.Open(name)
	if err != nil {
		return t
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return t
	}
	text, err := io.ReadAll(io.NewSectionReader(f, max(0, info.Size()-maxTold), maxTold))
	if err != nil {
		return t
	}
	reader := line.NewReader(nil)
	var e line.Event
	for one := range bytes.Lines(text) {
		if format := reader.Read(one, &e); format == line.Unread || format == line.Note || len(e.Method) == 0 {
			continue
		}
		t.lines++
		t.format = e.Format
		count := func(n *int, text []byte) {
			if len(text) > 0 {
				*n++
			}
		}
		count(&t.subject, e.Subject)
		count(&t.token, e.Token)
		count(&t.key, e.Key)
	}
	return t
}

// missing is what cannot be found out, in words.
func (t told) missing() []string {
	var out []string
	if t.token == 0 {
		out = append(out, "a token that was never issued (access/token-unissued): no line says which token it was")
	}
	if t.key == 0 {
		out = append(out, "a token that is signed with a retired or planted key (access/key-retired, access/key-decoy): no line says which key")
	}
	if t.subject == 0 {
		out = append(out,
			"reads without a log-in, and many more members read than logged in (access/read-without-login, access/ratio): no line says who was logged in",
			"a token for a member who does not exist (access/member-unknown); numbers in addresses are still seen")
	}
	return out
}
