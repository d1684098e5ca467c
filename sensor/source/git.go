package source

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// environment is what git may know of the world: no configuration but ours, no terminal, no network. Where it would
// fetch an object that is missing, it is told not to, and could not: the program, too, that a repository names for
// that would never be run, for no protocol is allowed.
func (v *vault) environment() []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + v.own, "LC_ALL=C", "TZ=UTC",
		"GIT_DIR=" + v.own, "GIT_OBJECT_DIRECTORY=" + filepath.Join(v.common, "objects"),
		"GIT_INDEX_FILE=" + filepath.Join(v.folder, "index"),
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_ATTR_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0",
		"GIT_OPTIONAL_LOCKS=0", "GIT_NO_LAZY_FETCH=1", "GIT_NO_REPLACE_OBJECTS=1", "GIT_ALLOW_PROTOCOL=none",
		"GIT_PAGER=cat", "GIT_EDITOR=false", "GIT_ASKPASS=false",
	}
}

// always are the settings of every call: nothing outside git itself is run, what a commit graph says is not believed
// unread, and a large file is not held in memory.
var always = []string{
	"-c", "core.fsmonitor=", "-c", "core.hooksPath=" + os.DevNull, "-c", "core.pager=cat", "-c", "core.commitGraph=false",
	"-c", "core.bigFileThreshold=16m", "-c", "log.showSignature=false", "-c", "log.mailmap=false",
	"-c", "core.packedGitLimit=512m", "-c", "core.quotePath=false",
}

// git makes a call of git on the repository. It ends with ctx.
func (v *vault) git(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "git", append(append([]string{}, always...), args...)...)
	cmd.Env = v.environment()
	cmd.Dir = v.own
	cmd.WaitDelay = 5 * time.Second
	return cmd
}

// output runs git and gives what it wrote, and what it complained of.
func (v *vault) output(ctx context.Context, stdin []byte, args ...string) (out []byte, complaint string, err error) {
	cmd := v.git(ctx, args...)
	cmd.Stdin = bytes.NewReader(stdin)
	complaints := &head{max: 16 << 10}
	cmd.Stderr = complaints
	out, err = cmd.Output()
	return out, complaints.String(), gitError(err)
}

// gitError says what it means that git could not be run at all.
func gitError(err error) error {
	if errors.Is(err, exec.ErrNotFound) {
		return failed{"the program git is not installed here, and nothing was looked at: install it (apt install git)"}
	}
	return err
}

// understood says in words what git complained of. Its own words are not handed on: they hold what the repository says.
func understood(complaint string) string {
	lower := strings.ToLower(complaint)
	has := func(parts ...string) bool {
		for _, p := range parts {
			if strings.Contains(lower, p) {
				return true
			}
		}
		return false
	}
	switch {
	case has("object directory", "alternate"):
		return "it borrows objects from another repository that is not there (alternates)"
	case has("permission denied"):
		return "some of its objects may not be read: permission denied"
	case has("far too short", "truncated", "end of packfile", "wrong index", "index file", "does not match index", "cannot be accessed", "non-monotonic", "packfile"):
		return "a pack of objects is damaged"
	case has("corrupt", "inflate", "loose object", "unable to unpack", "garbage", "hash mismatch", "bad object", "unable to parse"):
		return "some of its objects are damaged"
	case has("too many open files", "out of memory", "cannot allocate", "no space left"):
		return "there was not enough memory, disk or open files for git to read all of it"
	}
	return "git complained while it read this repository"
}

// head keeps the beginning of what is written to it.
type head struct {
	bytes.Buffer
	max int
}

func (h *head) Write(p []byte) (int, error) {
	if room := h.max - h.Len(); room > 0 {
		h.Buffer.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}
