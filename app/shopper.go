package app

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// Shopper says how the synthetic customer walks a storefront.
type Shopper struct {
	Profiles          []string // browser profiles; none means the usual ones
	Chromium          string   // path of the browser; empty finds one
	Journey           string   // file that helps through an unusual checkout
	Record            string   // file to write the journey to that was found
	Authorised        []string // hosts that may receive what customers type, besides known payment providers
	AllowRegistration bool     // register an account where there is no guest checkout
	AllowProvider     bool     // type into a real payment provider's frame
	PlaceTestOrder    bool     // let the shop have one order where the card is asked for only after it
	NoWitness         bool     // do without the proxy that sees everything the browser sends
	CAFile            string   // PEM file with further certificate authorities to trust
	AuthFile          string   // user:password for basic authentication
	HeaderFile        string   // headers that let us through the shop's firewall, "Name: value" a line
	CookieFile        string   // cookies to begin with, as "name=value" or in the cookies.txt form
	Timeout           time.Duration
	AdminURL          string              // the admin screen, to open the newest orders in after the walk; empty: none
	AdminFile         string              // user:password for its log-in
	AdminOrders       int                 // how many orders are opened there; 0: twenty
	Origin            string              // address, with or without port, of the server behind the shop's public address; empty compares nothing
	Layers            string              // letters of the ways of noticing to use, to debug them one by one; empty means all
	Env               func(string) string // where secrets are when there is no file; nil has none
}

// secrets are what lets the shopper in. They never reach a message.
type secrets struct {
	user, password string
	headers        http.Header
	cookies        []*http.Cookie

	adminUser, adminPassword string
}

// maxSecretFile bounds what is read of a file that holds a few lines.
const maxSecretFile = 1 << 20

func (s Shopper) secrets() (secrets, error) {
	var out secrets
	var err error
	if out.user, out.password, err = s.pair("--auth-file", s.AuthFile, "TILLWATCH_BASIC_AUTH", "the basic authentication"); err != nil {
		return out, err
	}
	if s.AdminURL != "" {
		if out.adminUser, out.adminPassword, err = s.pair("--admin-file", s.AdminFile, "TILLWATCH_ADMIN", "the log-in of the admin screen"); err != nil {
			return out, err
		}
	}
	header, err := s.secret("--header-file", s.HeaderFile, "TILLWATCH_HEADER")
	if err != nil {
		return out, err
	}
	if out.headers, err = parseHeaders(header); err != nil {
		return out, err
	}
	cookies, err := s.secret("--cookie-file", s.CookieFile, "TILLWATCH_COOKIES")
	if err != nil {
		return out, err
	}
	out.cookies, err = parseCookies(cookies)
	return out, err
}

// pair reads user:password; both are empty where neither file nor environment has them.
func (s Shopper) pair(flag, file, variable, what string) (user, password string, err error) {
	text, err := s.secret(flag, file, variable)
	line := strings.TrimSpace(string(text))
	if err != nil || line == "" {
		return "", "", err
	}
	user, password, found := strings.Cut(line, ":")
	if !found || strings.ContainsAny(line, "\r\n") {
		return "", "", usagef("write it on one line as user:password", "%s given cannot be read", what)
	}
	return user, password, nil
}

// secret reads the file that a flag names, or else the environment.
func (s Shopper) secret(flag, file, variable string) ([]byte, error) {
	if file == "" {
		if s.Env == nil {
			return nil, nil
		}
		return []byte(s.Env(variable)), nil
	}
	text, err := readBounded(file, maxSecretFile)
	if err != nil {
		return nil, usagef("", "%s: %v", flag, err)
	}
	return text, nil
}

// parseHeaders reads "Name: value" lines; blank lines and lines that begin with # are left out. Errors name the line,
// never its content.
func parseHeaders(text []byte) (http.Header, error) {
	headers := http.Header{}
	for number, line := range lines(text) {
		name, value, found := strings.Cut(line, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !found || !isToken(name) || strings.ContainsFunc(value, isControl) {
			return nil, usagef("write each as Name: value", "header line %d cannot be read", number)
		}
		headers.Add(name, value)
	}
	return headers, nil
}

// parseCookies reads cookies as a Cookie header has them ("a=1; b=2", on one line or several), or in the cookies.txt
// form that browsers' tools export: seven fields with tabs between.
func parseCookies(text []byte) ([]*http.Cookie, error) {
	var cookies []*http.Cookie
	for number, line := range lines(bytes.ReplaceAll(text, []byte("#HttpOnly_"), nil)) {
		if fields := strings.Split(line, "\t"); len(fields) == 7 {
			cookies = append(cookies, &http.Cookie{
				Domain: strings.TrimPrefix(fields[0], "."), Path: fields[2], Secure: fields[3] == "TRUE",
				Name: fields[5], Value: fields[6],
			})
			continue
		}
		parsed, err := http.ParseCookie(line)
		if err != nil {
			return nil, usagef("write name=value; name=value, or use a cookies.txt file", "cookie line %d cannot be read", number)
		}
		cookies = append(cookies, parsed...)
	}
	return cookies, nil
}

// lines are those of text that say something, by their number from 1.
func lines(text []byte) func(yield func(int, string) bool) {
	return func(yield func(int, string) bool) {
		scanner := bufio.NewScanner(bytes.NewReader(text))
		scanner.Buffer(nil, maxSecretFile+1)
		for number := 1; scanner.Scan(); number++ {
			line := strings.TrimRight(scanner.Text(), "\r ")
			if strings.TrimSpace(line) != "" && !strings.HasPrefix(line, "#") && !yield(number, line) {
				return
			}
		}
	}
}

func isToken(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	}) < 0
}

func isControl(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }

func readBounded(name string, limit int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(text)) > limit {
		return nil, usagef("", "%s is larger than %d KB", name, limit>>10)
	}
	return text, err
}
