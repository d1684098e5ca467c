package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// secretsPackages are large npm packages whose successive releases make the history that is searched: what a developer's
// repository looks like, with files that change a little each time.
var secretsPackages = []string{"typescript@4.6.4", "typescript@4.7.4", "typescript@4.8.4", "typescript@4.9.5", "typescript@5.0.4", "typescript@5.1.6", "typescript@5.2.2", "typescript@5.3.3", "typescript@5.4.5", "typescript@5.5.4", "typescript@5.6.3", "typescript@5.7.3", "typescript@5.8.3", "antd@5.10.0", "antd@5.14.0", "antd@5.18.0", "antd@5.22.0"}

// leastHistory is the least that the history must hold, inflated.
const leastHistory = 500 << 20

// secrets is the search of a whole history for the shop's own key and for what looks like anybody's, beside git handing out
// each of its objects once, which is the limit, and beside gitleaks with its own rules.
func secrets(ctx context.Context, tillwatch string, rounds int) ([]figure, error) {
	work, err := os.MkdirTemp("", "tillwatch-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	repository, size, err := secretsHistory(ctx, work)
	if err != nil {
		return nil, err
	}
	if size < leastHistory {
		return nil, fmt.Errorf("the history holds only %d MB", size>>20)
	}
	gitleaks := filepath.Join(work, "gitleaks")
	if err := quiet(ctx, "", "go", "build", "-o", gitleaks, "github.com/zricethezav/gitleaks/v8"); err != nil {
		return nil, fmt.Errorf("gitleaks: %w", err)
	}
	env := []string{"XDG_CONFIG_HOME=" + filepath.Join(work, "config")}
	state := filepath.Join(work, "state")
	if err := registerKey(ctx, tillwatch, state, env); err != nil {
		return nil, err
	}

	name := "gitleaks 8.30.1, its own rules"
	var stream, fresh, own, again, peer []float64
	for i := range rounds {
		took, err := objectStream(ctx, repository)
		if err != nil {
			return nil, err
		}
		stream = append(stream, took)
		one := filepath.Join(work, fmt.Sprint("state-", i))
		if err := os.CopyFS(one, os.DirFS(state)); err != nil {
			return nil, err
		}
		for _, measured := range []struct {
			into *[]float64
			args []string
		}{
			{&own, []string{"--state", filepath.Join(work, fmt.Sprint("own-", i)), "--own-keys-only"}},
			{&fresh, []string{"--state", one}},
			{&again, []string{"--state", one}},
		} {
			if len(measured.args) == 3 {
				if err := os.CopyFS(measured.args[1], os.DirFS(state)); err != nil {
					return nil, err
				}
			}
			took, err := timed(ctx, env, tillwatch, append([]string{"check", "git:" + repository, "--quiet", "--fail-on", "never"}, measured.args...)...)
			if err != nil {
				return nil, err
			}
			*measured.into = append(*measured.into, took)
		}
		if i == 0 { // one round is minutes
			limited, cancel := context.WithTimeout(ctx, peerLimit)
			took, err := timed(limited, nil, gitleaks, "git", repository, "--no-banner", "--exit-code", "0", "--log-level", "error", "-r", filepath.Join(work, "leaks.json"), "--log-opts=--full-history --all")
			if stopped := limited.Err() != nil && ctx.Err() == nil; stopped {
				took, err, name = peerLimit.Seconds(), nil, name+", stopped unfinished"
			}
			cancel()
			if err != nil {
				return nil, err
			}
			peer = append(peer, took)
		}
	}
	limit, all, mine, second, other := median(stream), median(fresh), median(own), median(again), median(peer)
	return []figure{
		{"own keys in a history", mine, "s", fmt.Sprintf("git cat-file, every object of %d MB", size>>20), limit, mine / limit},
		{"all keys in a history", all, "s", fmt.Sprintf("git cat-file, every object of %d MB", size>>20), limit, all / limit},
		{"all keys in a history", all, "s", name, other, all / other},
		{"the same history again", second, "s", "limit of 1 s", 1, second},
	}, nil
}

// peerLimit is how long the peer may take: what it needs then is more than the figure says.
const peerLimit = 4 * time.Minute

// secretsHistory commits the releases one after the other, and gives the inflated size of all objects.
func secretsHistory(ctx context.Context, work string) (repository string, size int64, err error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", 0, err
	}
	cache = filepath.Join(cache, "tillwatch", "bench")
	repository = filepath.Join(work, "history")
	if err := errors.Join(os.MkdirAll(cache, 0o700), os.MkdirAll(repository, 0o700)); err != nil {
		return "", 0, err
	}
	git := func(args ...string) error {
		return quiet(ctx, repository, "git", append([]string{"-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "gc.auto=0"}, args...)...)
	}
	if err := git("init", "--quiet"); err != nil {
		return "", 0, err
	}
	for _, name := range secretsPackages {
		archive := filepath.Join(cache, strings.ReplaceAll(name, "@", "-")+".tgz")
		if _, err := os.Stat(archive); err != nil {
			fmt.Fprintf(os.Stderr, "bench: fetching %s\n", name)
			if err := quiet(ctx, cache, "npm", "pack", "--silent", name); err != nil {
				return "", 0, fmt.Errorf("npm pack %s: %w", name, err)
			}
		}
		folder := filepath.Join(repository, name[:strings.LastIndex(name, "@")])
		if err := errors.Join(os.RemoveAll(folder), os.MkdirAll(folder, 0o700)); err != nil {
			return "", 0, err
		}
		if err := quiet(ctx, repository, "tar", "-xzf", archive, "-C", folder, "--strip-components=1"); err != nil {
			return "", 0, err
		}
		if err := errors.Join(git("add", "--all", "--force"), git("commit", "--quiet", "-m", name)); err != nil {
			return "", 0, err
		}
	}
	if err := git("repack", "-q", "-a", "-d"); err != nil {
		return "", 0, err
	}
	out, err := exec.CommandContext(ctx, "git", "-C", repository, "cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objectsize)").Output()
	for line := range strings.FieldsSeq(string(out)) {
		n, _ := strconv.ParseInt(line, 10, 64)
		size += n
	}
	return repository, size, err
}

// registerKey puts a key into a register, so that there is something of the shop's own to look for.
func registerKey(ctx context.Context, tillwatch, state string, env []string) error {
	cmd := exec.CommandContext(ctx, tillwatch, "key", "add", "--id", "bench", "--owner", "bench", "--state", state)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdin = strings.NewReader("bench_" + fmt.Sprintf("%x", time.Now().UnixNano()) + "_q7Zx0PmT4kVw9s\n")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("key add: %w: %s", err, out)
	}
	return nil
}

// objectStream is how long git takes to hand out every object once.
func objectStream(ctx context.Context, repository string) (seconds float64, err error) {
	began := time.Now()
	cmd := exec.CommandContext(ctx, "git", "-C", repository, "cat-file", "--batch-all-objects", "--unordered", "--batch", "--buffer")
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	if _, err := io.CopyBuffer(io.Discard, struct{ io.Reader }{out}, make([]byte, 1<<20)); err != nil {
		return 0, err
	}
	err = cmd.Wait()
	return time.Since(began).Seconds(), err
}

// timed runs a program to its end.
func timed(ctx context.Context, env []string, name string, args ...string) (seconds float64, err error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), env...)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	began := time.Now()
	err = cmd.Run()
	took := time.Since(began).Seconds()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() == 2 {
		err = nil // something was not looked at, which the report says
	}
	if err != nil {
		return 0, fmt.Errorf("%s %s: %w: %s", filepath.Base(name), args[0], err, complaint.Bytes())
	}
	return took, nil
}

func quiet(ctx context.Context, dir, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %.2000s", err, out)
	}
	return nil
}
