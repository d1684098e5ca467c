//go:build victims

package technique

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The customer of testdata/victim/victim.mjs.
var victimData = map[string][]string{
	"number": {"4539148803436467"},
	"code":   {"739"},
	"expiry": {"1131", "112031", "203111"},
	"holder": {"HANAKO SATO"},
	"email":  {"hanako.sato@example.jp"},
	"phone":  {"09012345678"},
	"name":   {"佐藤", "花子"},
	"addr":   {"神宮前1-2-3"},
}

// TestVictims lets a customer buy with a real browser in the shop of each case. Run one row with -run 'TestVictims/07'.
func TestVictims(t *testing.T) {
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	v := newVictim(t)
	for _, technique := range all {
		for _, c := range technique.Cases {
			t.Run(c.ID(), func(t *testing.T) { v.visit(t, c) })
		}
	}
}

func (v *victim) visit(t *testing.T, c Case) {
	ctx := t.Context()
	s, err := c.Open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Plant(ctx); err != nil {
		t.Fatal(err)
	}
	var said account
	var texts []string
	for range c.tries {
		said = v.buy(t, order{URL: s.URL, Visits: c.visits, Patience: c.patience, Afternoon: c.Row == 27 && c.Kind != Evasion, OnDisk: c.Row == 19, Operator: s.operator()})
		wait := 15 * time.Second
		if c.tries > 1 {
			wait = time.Second
		}
		for end := time.Now().Add(wait); ; time.Sleep(200 * time.Millisecond) {
			if texts, err = s.Taken(); err != nil {
				t.Fatal(err)
			}
			if c.Kind == Benign || len(missingFrom(texts, c.Takes)) == 0 || time.Now().After(end) {
				break
			}
		}
		if len(missingFrom(texts, c.Takes)) == 0 {
			break
		}
	}
	if said.Placed == 0 {
		t.Errorf("the customer could not buy: %s %v", said.Error, said.Notes)
	}
	if c.Kind != Benign {
		if lack := missingFrom(texts, c.Takes); len(lack) > 0 {
			t.Errorf("not taken: %v of %v\nvisit: %s %v\ndecoded: %.2000q\nreceived: %s", lack, c.Takes, said.Error, said.Notes, texts, summary(t, s))
		}
		return
	}
	honest(t, s)
	if os.Getenv("VERBOSE") != "" {
		t.Logf("%v\n%s", said.Notes, summary(t, s))
	}
}

var notDigit = regexp.MustCompile(`\D`)

func missingFrom(texts, fields []string) []string {
	joined := strings.ToUpper(strings.Join(texts, "\n"))
	joinedDigits := notDigit.ReplaceAllString(joined, "")
	var lack []string
	for _, f := range fields {
		found := false
		for _, want := range victimData[f] {
			found = found || strings.Contains(joined, strings.ToUpper(want)) || notDigit.FindString(want) == "" && strings.Contains(joinedDigits, want)
		}
		if !found {
			lack = append(lack, f)
		}
	}
	return lack
}

// honest fails when anything of the card, or two kinds of personal data, left for a third party in any usual form.
func honest(t *testing.T, s *Stage) {
	t.Helper()
	all, err := s.Received()
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]bool{}
	for _, r := range all {
		if r.Host == "pay.localhost" {
			continue
		}
		for _, text := range readings(r.Path + "\n" + string(r.Body)) {
			for _, f := range []string{"number", "holder", "email", "phone", "name", "addr"} {
				if len(missingFrom([]string{text}, []string{f})) > 0 {
					continue
				}
				if kinds[f] = true; f == "number" || f == "holder" {
					t.Errorf("%s of the card went to %s%s: %.500q", f, r.Host, r.Path, text)
				}
			}
		}
	}
	if len(kinds) > 1 {
		t.Errorf("several kinds of personal data left: %v", kinds)
	}
}

var run = regexp.MustCompile(`[A-Za-z0-9+/_-]{16,}`)

func readings(text string) []string {
	out := []string{text, reverse(text)}
	if u, err := url.QueryUnescape(text); err == nil {
		out = append(out, u)
	}
	for _, word := range run.FindAllString(out[len(out)-1], -1) {
		if b, err := hex.DecodeString(word); err == nil {
			out = append(out, string(b))
		}
		for _, w := range []string{word, reverse(word)} {
			if b, err := unbase64(w); err == nil {
				out = append(out, b)
			}
		}
	}
	return out
}

func summary(t *testing.T, s *Stage) string {
	all, err := s.Received()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, r := range all {
		if r.Host == "cdn.localhost" || r.Host == "analytics.localhost" {
			continue
		}
		fmt.Fprintf(&b, "\n  %s %s%.200s %.300q", r.Method, r.Host, r.Path, r.Body)
	}
	return b.String()
}

// victim is the customer's browser, a process of an unprivileged user's.
type victim struct {
	in  io.Writer
	out *bufio.Scanner
}

type order struct {
	URL       string `json:"url"`
	Visits    int    `json:"visits"`
	Patience  int    `json:"patience"`
	Afternoon bool   `json:"afternoon"`
	OnDisk    bool   `json:"onDisk"`
	Operator  string `json:"operator"` // password of the one who then looks at the orders; "" for nobody
}

func (s *Stage) operator() string {
	if !s.Case.operator {
		return ""
	}
	return s.Shop.AdminPassword()
}

type account struct {
	Placed int      `json:"placed"`
	Notes  []string `json:"notes"`
	Error  string   `json:"error"`
}

const nobody = 65534

func newVictim(t *testing.T) *victim {
	home, err := os.MkdirTemp("", "victim-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(home) })
	if err := os.Chmod(home, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"package.json", "victim.mjs"} {
		b, err := os.ReadFile(filepath.Join("testdata", "victim", name))
		if err == nil {
			err = os.WriteFile(filepath.Join(home, name), b, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if modules := os.Getenv("VICTIM_MODULES"); modules != "" {
		err = os.CopyFS(filepath.Join(home, "node_modules"), os.DirFS(modules))
	} else {
		install := exec.Command("npm", "install", "--no-audit", "--no-fund", "--no-package-lock")
		install.Dir, install.Stderr = home, os.Stderr
		err = install.Run()
	}
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command("node", "victim.mjs")
	command.Dir, command.Stderr = home, os.Stderr
	command.Env = append(os.Environ(), "HOME="+home, "TMPDIR="+home, "XDG_CONFIG_HOME="+home, "XDG_CACHE_HOME="+home)
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if os.Getuid() == 0 { // Chromium's sandbox wants an ordinary user
		command.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
	}
	in, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		ended := time.AfterFunc(20*time.Second, func() { _ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL) })
		defer ended.Stop()
		_ = command.Wait()
	})
	v := &victim{in: in, out: bufio.NewScanner(out)}
	v.out.Buffer(nil, 1<<20)
	return v
}

func (v *victim) buy(t *testing.T, o order) (a account) {
	b, err := json.Marshal(o)
	if err == nil {
		_, err = v.in.Write(append(b, '\n'))
	}
	if err != nil {
		t.Fatal(err)
	}
	if !v.out.Scan() {
		t.Fatalf("the customer's browser has gone: %v", v.out.Err())
	}
	if err := json.Unmarshal(v.out.Bytes(), &a); err != nil {
		t.Fatal(err)
	}
	return a
}
