package main

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

var shellBlock = regexp.MustCompile("(?s)```sh\n(.*?)```")

// TestReadme does what the README tells a new user to do, word for word but for the port.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	port := strconv.Itoa(freePort(t))
	dir := readableDir(t)
	env := append(os.Environ(), "PATH="+buildProgram(t)+string(os.PathListSeparator)+os.Getenv("PATH"), "XDG_STATE_HOME="+dir, "TILLWATCH_SITE_KEY_FILE="+filepath.Join(dir, "site.key"), "LANG=C.UTF-8")
	blocks := shellBlock.FindAllSubmatch(text, -1)
	commands := 0
	for _, block := range blocks {
		for line := range strings.Lines(strings.ReplaceAll(string(block[1]), "8700", port)) {
			line = strings.TrimSpace(line)
			command, background := strings.CutSuffix(line, "&")
			if commands++; background {
				inBackground(t, dir, env, command, port)
				continue
			}
			run := exec.CommandContext(t.Context(), "sh", "-c", command)
			run.Dir, run.Env = dir, env
			if out, err := run.CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s", command, err, out)
			}
		}
	}
	if commands < 5 {
		t.Errorf("the README has only %d commands", commands)
	}
}

// readableDir is a folder that the browser's own user can enter, too.
func readableDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "tillwatch-readme-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func buildProgram(t *testing.T) (folder string) {
	t.Helper()
	folder = readableDir(t)
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(folder, "tillwatch"), ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return folder
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// inBackground starts a command and waits until its port answers.
func inBackground(t *testing.T, dir string, env []string, command, port string) {
	t.Helper()
	var out bytes.Buffer
	run := exec.CommandContext(t.Context(), "sh", "-c", "exec "+command)
	run.Dir, run.Env, run.Stdout, run.Stderr = dir, env, &out, &out
	run.Cancel = func() error { return run.Process.Signal(os.Interrupt) }
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = run.Wait()
		close(ended)
	}()
	t.Cleanup(func() {
		_ = run.Process.Signal(os.Interrupt)
		<-ended
	})
	for {
		if c, err := net.DialTimeout("tcp", "127.0.0.1:"+port, time.Second); err == nil {
			c.Close()
			return
		}
		select {
		case <-ended:
			t.Fatalf("%s ended: %s", command, out.String())
		case <-time.After(50 * time.Millisecond):
		}
	}
}
