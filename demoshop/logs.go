package demoshop

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// logs are the files the shop appends to. Each line is one write, so that a reader never waits for the rest of one.
type logs struct {
	combined *appender // nginx's combined format
	access   *appender // JSON, with who and which token
	issuer   *appender // JSON, one line for each token issued
	login    *appender // JSON, one line for each attempt to log in, members' and operators'
	received *appender // JSON, one line for each thing a third party was sent
	errors   *log.Logger
	files    []*os.File

	plain   bool
	hashKey []byte
}

type appender struct {
	mu   sync.Mutex
	file *os.File
}

func (a *appender) write(line []byte) {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, _ = a.file.Write(line) // a full disk must not stop the shop from selling
}

func (a *appender) json(value any) {
	line, err := json.Marshal(value)
	if err == nil {
		a.write(append(line, '\n'))
	}
}

func openLogs(dir string, plain bool) (*logs, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	l := &logs{plain: plain}
	open := func(name string) (*os.File, error) {
		f, err := os.OpenFile(filepath.Join(dir, name), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err == nil {
			l.files = append(l.files, f)
		}
		return f, err
	}
	for _, a := range []struct {
		to   **appender
		name string
	}{{&l.combined, "access.log"}, {&l.access, "access.json.log"}, {&l.issuer, "issuer.json.log"}, {&l.login, "login.json.log"}, {&l.received, "received.json.log"}} {
		f, err := open(a.name)
		if err != nil {
			return nil, errors.Join(err, l.close())
		}
		*a.to = &appender{file: f}
	}
	f, err := open("error.log")
	if err != nil {
		return nil, errors.Join(err, l.close())
	}
	l.errors = log.New(f, "", log.LstdFlags|log.LUTC)
	l.hashKey, err = keptSecret(filepath.Join(dir, "hash.key"))
	return l, err
}

// keptSecret reads a secret from file, or makes it: hashes must be the same after a restart, or no two logs join.
func keptSecret(file string) ([]byte, error) {
	secret, err := os.ReadFile(file)
	if err == nil || !errors.Is(err, os.ErrNotExist) {
		return secret, err
	}
	secret = make([]byte, 32)
	rand.Read(secret)
	return secret, os.WriteFile(file, secret, 0o600)
}

func (l *logs) close() error {
	var errs []error
	for _, f := range l.files {
		if err := f.Close(); !errors.Is(err, os.ErrClosed) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// name is how a subject or token is named in the logs: by its keyed hash unless the shop writes them in clear.
func (l *logs) name(value string) string {
	if l.plain || value == "" {
		return value
	}
	mac := hmac.New(sha256.New, l.hashKey)
	mac.Write([]byte(value))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// accessEntry is a line of the JSON access log.
type accessEntry struct {
	Time      time.Time `json:"time"`
	RequestID string    `json:"request_id"`
	Client    string    `json:"remote_addr"`
	Host      string    `json:"host"`
	Method    string    `json:"method"`
	URI       string    `json:"uri"`
	Route     string    `json:"route,omitempty"`
	Status    int       `json:"status"`
	Bytes     int64     `json:"bytes"`
	Seconds   float64   `json:"seconds"`
	Referer   string    `json:"referer,omitempty"`
	Agent     string    `json:"user_agent,omitempty"`
	Subject   string    `json:"sub,omitempty"`
	Token     string    `json:"jti,omitempty"`
	Key       string    `json:"kid,omitempty"`
	Login     string    `json:"sid,omitempty"`
	Operator  string    `json:"operator,omitempty"` // of the admin panel
	Records   int       `json:"records,omitempty"`  // customers' records in the answer
}

// loginEntry is a line of the log-in log.
type loginEntry struct {
	Time    time.Time `json:"time"`
	Realm   string    `json:"realm"`   // member, admin
	Account string    `json:"account"` // what was typed, as the logs name subjects
	Client  string    `json:"remote_addr"`
	Agent   string    `json:"user_agent,omitempty"`
	Success bool      `json:"success"`
	Subject string    `json:"sub,omitempty"`
}

// loggedIn writes about an attempt to log in.
func (v *visit) loggedIn(realm, account, subject string) {
	v.logs.login.json(loginEntry{
		Time: time.Now(), Realm: realm, Account: v.logs.name(account), Client: v.client(v.r), Agent: v.r.UserAgent(),
		Success: subject != "", Subject: v.logs.name(subject),
	})
}

type entryKey struct{}

// entry is the line being written about this request.
func entry(ctx context.Context) *accessEntry {
	if e, ok := ctx.Value(entryKey{}).(*accessEntry); ok {
		return e
	}
	return &accessEntry{}
}

// logged writes both access logs.
func (s *Shop) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e := &accessEntry{
			Time: time.Now(), RequestID: rand.Text(), Client: s.client(r), Host: hostname(r), Method: r.Method,
			URI: r.RequestURI, Referer: r.Referer(), Agent: r.UserAgent(),
		}
		counted := &countingWriter{ResponseWriter: w}
		r = r.WithContext(context.WithValue(r.Context(), entryKey{}, e))
		defer func() {
			e.Route = r.Pattern
			e.Status, e.Bytes = counted.status, counted.bytes
			if e.Status == 0 {
				e.Status = http.StatusOK
			}
			e.Seconds = float64(time.Since(e.Time).Microseconds()) / 1e6
			s.logs.access.json(e)
			s.logs.combined.write(combinedLine(e, r.Proto))
		}()
		next.ServeHTTP(counted, r)
	})
}

// client is the address a request comes from.
func (s *Shop) client(r *http.Request) string {
	if s.config.TrustForwardedFor {
		first, _, _ := strings.Cut(r.Header.Get("X-Forwarded-For"), ",")
		if ip := net.ParseIP(strings.TrimSpace(first)); ip != nil {
			return ip.String()
		}
	}
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	return host
}

// combinedLine is nginx's log_format combined, with its escapes.
func combinedLine(e *accessEntry, proto string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `%s - - [%s] "`, e.Client, e.Time.Format("02/Jan/2006:15:04:05 -0700"))
	escapeNginx(&b, e.Method+" "+e.URI+" "+proto)
	fmt.Fprintf(&b, `" %d %d "`, e.Status, e.Bytes)
	escapeNginx(&b, e.Referer)
	b.WriteString(`" "`)
	escapeNginx(&b, e.Agent)
	b.WriteString("\"\n")
	return b.Bytes()
}

func escapeNginx(b *bytes.Buffer, text string) {
	if text == "" {
		b.WriteByte('-')
	}
	for i := range len(text) {
		if c := text[i]; c < 0x20 || c > 0x7e || c == '"' || c == '\\' {
			b.WriteString(`\x` + strings.ToUpper(strconv.FormatUint(uint64(c)|0x100, 16)[1:]))
		} else {
			b.WriteByte(c)
		}
	}
}

// countingWriter remembers status and size. Unwrap lets upgrades and flushes through.
type countingWriter struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *countingWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *countingWriter) Write(b []byte) (int, error) {
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

func (w *countingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
