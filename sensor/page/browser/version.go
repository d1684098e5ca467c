package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"
)

// version is the browser's own, such as "156.0.8078.79".
type version string

func (v version) major() string {
	major, _, _ := strings.Cut(string(v), ".")
	return major
}

var versionPattern = regexp.MustCompile(`\b\d{2,4}(\.\d+){3}\b`)

// versionOf asks the browser before it is started, because the User-Agent that all of its processes show is fixed at
// the start.
func versionOf(ctx context.Context, executable string) (version, error) {
	if runtime.GOOS == "windows" {
		return versionBeside(executable) // --version would open a window
	}
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	home, err := os.MkdirTemp("", "tillwatch-version-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(home)
	who := chooseAccount()
	if err := who.own(home); err != nil {
		return "", err
	}
	var said []byte
	for range 3 { // a machine without memory kills what begins, and has some again a moment later
		cmd := exec.CommandContext(ctx, executable, "--version")
		cmd.SysProcAttr = who.attributes()
		cmd.Env = append(inherited(), "HOME="+home)
		cmd.Dir = home
		cmd.WaitDelay = time.Second
		said, err = cmd.Output()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != -1 || ctx.Err() != nil { // -1: by a signal
			break
		}
	}
	if err != nil {
		if ctx.Err() != nil {
			return "", context.Cause(ctx)
		}
		return "", fmt.Errorf("%s --version: %w", executable, withStderr(err))
	}
	found := versionPattern.Find(said)
	if found == nil {
		return "", fmt.Errorf("%s is no Chromium: it says nothing of its version", executable)
	}
	return version(found), nil
}

func withStderr(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return fmt.Errorf("%w: %s", err, clip(strings.TrimSpace(string(exit.Stderr)), 300))
	}
	return err
}

// versionBeside reads the version off the folder that Chrome for Windows keeps beside its executable.
func versionBeside(executable string) (version, error) {
	entries, err := os.ReadDir(filepath.Dir(executable))
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		if e.IsDir() && versionPattern.FindString(e.Name()) == e.Name() {
			return version(e.Name()), nil
		}
	}
	return "", fmt.Errorf("%s is no Chrome: there is no folder of its version beside it", executable)
}
