package main

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

var listening = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// verifies runs tillwatch verify, sends it a token without a signature, waits until it tells of it and has read the
// issuer's log, and stops it with Ctrl-C: "verifies ARG...".
func verifies(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("usage: verifies ARG...")
	}
	cmd := exec.Command("tillwatch", append([]string{"verify", "--listen", "127.0.0.1:0"}, args...)...)
	cmd.Dir = ts.MkAbs(".")
	for _, name := range []string{"HOME", "XDG_STATE_HOME", "LANG", "PATH"} {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	var complaint bytes.Buffer
	stderr, err := cmd.StderrPipe()
	ts.Check(err)
	stdout, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	defer func() { _ = cmd.Process.Kill() }()

	said := bufio.NewScanner(io.TeeReader(stderr, &complaint))
	address := ""
	for address == "" && said.Scan() {
		address = listening.FindString(said.Text())
	}
	if address == "" {
		_ = cmd.Wait()
		ts.Fatalf("it does not listen: %s", complaint.String())
	}
	r, err := http.NewRequest(http.MethodGet, address+"/v1/verify", nil)
	ts.Check(err)
	r.Header.Set("Authorization", "Bearer eyJhbGciOiJub25lIn0.e30.")
	got, err := http.DefaultClient.Do(r)
	ts.Check(err)
	got.Body.Close()
	if got.StatusCode != http.StatusOK {
		ts.Fatalf("it answers %s", got.Status)
	}
	told, err := bufio.NewReader(stdout).ReadString('\n')
	ts.Check(err)
	for tokens := ""; !strings.Contains(tokens, `"tokens":1`); {
		got, err := http.Get(address + "/v1/status")
		ts.Check(err)
		text, err := io.ReadAll(got.Body)
		got.Body.Close()
		ts.Check(err)
		tokens = string(text)
	}
	ts.Check(cmd.Process.Signal(os.Interrupt))
	for said.Scan() {
	}
	ts.Check(cmd.Wait())
	_, err = io.WriteString(ts.Stdout(), told)
	ts.Check(err)
	_, err = io.WriteString(ts.Stderr(), complaint.String())
	ts.Check(err)
}
