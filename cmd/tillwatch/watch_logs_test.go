//go:build unix

package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// logShop is a shop whose access log is written to while a watch follows it.
type logShop struct {
	t     *testing.T
	dir   string
	lines int
	out   *os.File
}

func newLogShop(t *testing.T, config string) *logShop {
	t.Helper()
	s := &logShop{t: t, dir: t.TempDir()}
	if err := os.WriteFile(s.path("tillwatch.yaml"), []byte("shop: shop.example\nstate: state\nformat: json\ntargets:\n"+config), 0o600); err != nil {
		t.Fatal(err)
	}
	var err error
	if s.out, err = os.OpenFile(s.path("out.jsonl"), os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.out.Close() })
	return s
}

func (s *logShop) path(name string) string { return filepath.Join(s.dir, name) }

// line is a request with a token for a member who does not exist, signed with a key of its own: an alarm of its own.
func (s *logShop) line() string {
	n := s.lines
	s.lines++
	return fmt.Sprintf(`{"time":"%s","remote_addr":"203.0.113.9","method":"GET","uri":"/member/profile","status":200,"sub":"999999999","jti":"j%d","kid":"%02d-key-key-key-%02d"}`+"\n",
		time.Now().UTC().Format("2006-01-02T15:04:05.000Z"), n, n/100, n%100)
}

func (s *logShop) append(name, text string) {
	s.t.Helper()
	f, err := os.OpenFile(s.path(name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		s.t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(text); err != nil {
		s.t.Fatal(err)
	}
}

func (s *logShop) start(self string, env ...string) *exec.Cmd {
	s.t.Helper()
	cmd := exec.CommandContext(s.t.Context(), self, "watch", "-c", s.path("tillwatch.yaml"))
	cmd.Env = append(append(os.Environ(), "TILLWATCH_SITE_KEY_FILE="+s.path("site.key")), env...)
	errors, err := os.OpenFile(s.path("err.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		s.t.Fatal(err)
	}
	defer errors.Close()
	cmd.Stdout, cmd.Stderr = s.out, errors
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	return cmd
}

// told gives how often each place of a rule was told, what was told again under the same number not counted.
func (s *logShop) told(rule string) map[string]int {
	s.t.Helper()
	text, err := os.ReadFile(s.out.Name())
	if err != nil {
		s.t.Fatal(err)
	}
	told, numbers := map[string]int{}, map[int64]bool{}
	for line := range strings.Lines(string(text)) {
		var e toldEvent
		if json.Unmarshal([]byte(line), &e) != nil || e.Event != "finding" || e.Finding.Rule != rule || numbers[e.Number] {
			continue // half a line of a program that was killed is followed by the whole one
		}
		numbers[e.Number] = true
		told[e.Finding.Place]++
	}
	return told
}

func (s *logShop) until(rule string, n int) {
	s.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); len(s.told(rule)) < n; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			if log, err := os.ReadFile(s.path("err.log")); err == nil {
				s.t.Logf("%s", log)
			}
			s.t.Fatalf("%d of %d were told of %s", len(s.told(rule)), n, rule)
		}
	}
}

func (s *logShop) stop(cmd *exec.Cmd) {
	s.t.Helper()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		s.t.Errorf("ended with %v", err)
	}
}

// TestNoLineIsLostOrToldTwiceOverAKill kills the watch again and again while lines are written and the log is rotated, at
// moments that chance chooses.
func TestNoLineIsLostOrToldTwiceOverAKill(t *testing.T) {
	t.Parallel()
	s := newLogShop(t, "  - log: access.log\n  - members: members.csv\n")
	if err := os.WriteFile(s.path("members.csv"), []byte("1-20000\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	self := program(t)
	random := rand.New(rand.NewPCG(uint64(os.Getpid()), 2))
	writeFor := func(d time.Duration) {
		for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
			whole := s.line()
			half := random.IntN(len(whole))
			s.append("access.log", whole[:half])
			s.append("access.log", whole[half:])
		}
	}
	for round := range 4 {
		before, told := len(s.told("access/member-unknown")), s.lines
		cmd := s.start(self)
		for deadline := time.Now().Add(2 * time.Second); time.Now().Before(deadline) && len(s.told("access/member-unknown")) == before; {
			writeFor(20 * time.Millisecond)
		}
		writeFor(time.Duration(random.IntN(300)) * time.Millisecond)
		if round%2 == 1 {
			if err := os.Rename(s.path("access.log"), s.path(fmt.Sprintf("access.log.%d", round))); err != nil {
				t.Fatal(err)
			}
			writeFor(time.Duration(random.IntN(50)) * time.Millisecond)
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if s.lines == told {
			t.Fatal("nothing was written")
		}
		writeFor(20 * time.Millisecond) // while nobody looks
	}
	cmd := s.start(self)
	s.append("access.log", s.line())
	s.until("access/member-unknown", s.lines)
	s.stop(cmd)
	told := s.told("access/member-unknown")
	if len(told) != s.lines {
		t.Errorf("%d of %d lines were told", len(told), s.lines)
	}
	for place, times := range told {
		if times != 1 {
			t.Errorf("%s was told %d times", place, times)
		}
	}
	for place := range s.told("watch/not-looked") {
		t.Errorf("not seen: %s", place)
	}
}

// TestLinesThatAreSentAreToldOnceOverAKill sends lines by HTTP and by syslog, kills the watch, and sends those of HTTP again,
// as a sender does that heard no answer.
func TestLinesThatAreSentAreToldOnceOverAKill(t *testing.T) {
	t.Parallel()
	web, tcp := freePort(t), freePort(t)
	s := newLogShop(t, fmt.Sprintf("  - log: http://127.0.0.1:%d\n    token_file: logs.token\n  - log: tcp://127.0.0.1:%d\n  - members: 1-20000\n", web, tcp))
	const secret = "a-secret-for-senders"
	if err := os.WriteFile(s.path("logs.token"), []byte(secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	self := program(t)
	post := func(body, secret string) int {
		for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, fmt.Sprintf("http://127.0.0.1:%d/v1/logs", web), strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Authorization", "Bearer "+secret)
			if a, err := http.DefaultClient.Do(r); err == nil {
				a.Body.Close()
				return a.StatusCode
			}
			if time.Now().After(deadline) {
				t.Fatal("nobody listens")
			}
		}
	}
	cmd := s.start(self)
	batch := s.line() + s.line() + s.line()
	if status := post(batch, secret); status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	cmd = s.start(self)
	if status := post(batch, secret); status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	if status := post(s.line(), "another-secret-of-nobody"); status != http.StatusUnauthorized {
		t.Errorf("status %d", status)
	}
	s.lines--
	c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", tcp))
	if err != nil {
		t.Fatal(err)
	}
	message := "<190>Nov 29 04:00:00 web1 nginx: " + strings.TrimSpace(s.line())
	fmt.Fprintf(c, "%d %s", len(message), message)
	c.Close()
	s.until("access/member-unknown", s.lines)
	s.stop(cmd)
	for place, times := range s.told("access/member-unknown") {
		if times != 1 {
			t.Errorf("%s was told %d times", place, times)
		}
	}
	if told := s.told("access/member-unknown"); len(told) != s.lines {
		t.Errorf("%d told, %d sent", len(told), s.lines)
	}
}

// TestTheVerifyEndpointIsPartOfAWatch asks it about a token that no issuer makes, and tells it of one that was issued, which is
// then known to whoever reads the log.
func TestTheVerifyEndpointIsPartOfAWatch(t *testing.T) {
	t.Parallel()
	port := freePort(t)
	s := newLogShop(t, fmt.Sprintf("  - log: access.log\n  - members: 1-20000\nverify:\n  listen: 127.0.0.1:%d\n  jwks: jwks.json\n  issued_token_file: issued.token\n", port))
	for name, text := range map[string]string{
		"issued.token": "a-secret-of-issuers\n", "access.log": "",
		"jwks.json": `{"keys":[{"kty":"oct","kid":"h","k":"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"}]}`,
	} {
		if err := os.WriteFile(s.path(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := s.start(program(t))
	ask := func(method, path, secret, body string) int {
		for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
			r, err := http.NewRequestWithContext(t.Context(), method, fmt.Sprintf("http://127.0.0.1:%d%s", port, path), strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Authorization", "Bearer "+secret)
			if a, err := http.DefaultClient.Do(r); err == nil {
				a.Body.Close()
				return a.StatusCode
			}
			if time.Now().After(deadline) {
				t.Fatal("nobody listens")
			}
		}
	}
	if got := ask(http.MethodPost, "/v1/issued", "a-secret-of-issuers", `{"jti":"j1","sub":"7","kid":"h"}`); got != http.StatusOK {
		t.Errorf("issued: %d", got)
	}
	if got := ask(http.MethodPost, "/v1/issued", "a-secret-of-nobody", `{"jti":"j2"}`); got != http.StatusUnauthorized {
		t.Errorf("a stranger: %d", got)
	}
	const unsigned = "eyJhbGciOiJub25lIiwia2lkIjoiaCJ9.eyJzdWIiOiI3In0."
	if got := ask(http.MethodGet, "/v1/verify", unsigned, ""); got != http.StatusOK && got != http.StatusNoContent {
		t.Errorf("it denies, though it was told to observe: %d", got)
	}
	s.until("access/token-malformed", 1)
	s.append("access.log", fmt.Sprintf(`{"time":"%s","remote_addr":"198.51.100.7","method":"GET","uri":"/member/profile","status":200,"sub":"7","jti":"j1","kid":"h"}`+"\n",
		time.Now().UTC().Format("2006-01-02T15:04:05.000Z"))+s.line())
	s.until("access/member-unknown", 1)
	s.stop(cmd)
	text, err := os.ReadFile(s.path("state/access/ledger/ledger.json"))
	if err != nil {
		t.Fatal(err)
	}
	var kept struct {
		Askers []struct {
			Name string
			Kids []struct {
				Kid     string
				Covered int
			}
		}
	}
	if err := json.Unmarshal(text, &kept); err != nil {
		t.Fatal(err)
	}
	for _, a := range kept.Askers {
		for _, k := range a.Kids {
			if a.Name == "logs" && k.Kid == "h" && k.Covered == 1 {
				return
			}
		}
	}
	t.Errorf("the log does not know of the token that was posted: %s", text)
}
