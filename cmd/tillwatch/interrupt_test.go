//go:build unix

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/tillwatch/tillwatch/app"
	"github.com/tillwatch/tillwatch/demoshop"
)

// program is this test's own program, as testscript makes it: it is what its name says.
func program(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "tillwatch")
	if err := os.Symlink(self, name); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestCtrlCInTheMiddle(t *testing.T) {
	t.Parallel()
	shop, err := demoshop.Start(t.Context(), demoshop.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer shop.Close()
	temporary, err := os.MkdirTemp("", "interrupt-") // not below t.TempDir, which only this user can enter: the browser may be another
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(temporary)
	if err := os.Chmod(temporary, 0o777|os.ModeSticky); err != nil {
		t.Fatal(err)
	}

	cmd := exec.CommandContext(t.Context(), program(t), "check", shop.URL("shop.localhost"), "--format", "json")
	cmd.Env = append(os.Environ(), "TMPDIR="+temporary, "XDG_STATE_HOME="+t.TempDir(), "LC_ALL=C")
	var report bytes.Buffer
	cmd.Stdout = &report
	progress, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var told strings.Builder
	interrupted := false
	for lines := bufio.NewScanner(progress); lines.Scan(); {
		told.WriteString(lines.Text() + "\n")
		if !interrupted && strings.Contains(lines.Text(), "product") {
			interrupted = true
			if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
				t.Error(err)
			}
		}
	}
	var ended *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &ended) || ended.ExitCode() != app.ExitInterrupted {
		t.Fatalf("ended with %v, want exit code %d; it told:\n%s", err, app.ExitInterrupted, told.String())
	}
	if !strings.Contains(told.String(), "stopping") {
		t.Errorf("does not say that it stops:\n%s", told.String())
	}
	var out struct {
		Interrupted bool
		Targets     []struct{ Steps []json.RawMessage }
	}
	if err := json.Unmarshal(report.Bytes(), &out); err != nil {
		t.Fatal(err)
	}
	if !out.Interrupted || len(out.Targets) != 1 || len(out.Targets[0].Steps) == 0 {
		t.Errorf("does not tell what was seen until then: interrupted %v, %d targets", out.Interrupted, len(out.Targets))
	}
	left, err := os.ReadDir(temporary)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
