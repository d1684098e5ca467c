package browser

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"
)

// folderPrefix is how the profile folders in the temporary folder begin.
const folderPrefix = "tillwatch-browser-"

// process is a running Chromium with its profile folder.
type process struct {
	tree   tree
	read   *os.File // what the browser writes
	write  *os.File // what the browser reads
	stderr *ending
	exited chan struct{} // closed when the first process has ended

	folder  string     // the profile
	scratch string     // what end removes: the profile, or beside one that is kept the temporary files
	held    []*os.File // the locks of both
	ended   sync.Once
}

// startProcess starts executable with a profile in folder, which is kept, or in a new one that end removes.
func startProcess(executable, folder string, jail *Jail, preferences []byte, args, env []string) (*process, error) {
	who := chooseAccount()
	p := &process{folder: folder, stderr: &ending{limit: 16 << 10}, exited: make(chan struct{})}
	if err := p.makeFolders(who, preferences); err != nil {
		p.removeScratch()
		return nil, err
	}
	theirRead, write, err := os.Pipe()
	if err != nil {
		p.removeScratch()
		return nil, err
	}
	defer theirRead.Close()
	read, theirWrite, err := os.Pipe()
	if err != nil {
		_ = write.Close()
		p.removeScratch()
		return nil, err
	}
	defer theirWrite.Close()
	p.read, p.write = read, write

	cmd := exec.Command(executable)
	cmd.SysProcAttr = who.attributes()
	cmd.Dir = p.scratch
	cmd.Stderr = p.stderr
	cmd.WaitDelay = time.Second // a grandchild that holds stderr open must not hold us
	cmd.Env = append(inherited(), "HOME="+p.folder, "TMPDIR="+p.scratch, "XDG_CONFIG_HOME="+p.folder, "XDG_CACHE_HOME="+p.folder)
	cmd.Env = append(cmd.Env, env...)
	cmd.Args = append(cmd.Args, "--user-data-dir="+p.folder, "--remote-debugging-pipe")
	err = inherit(cmd, theirRead, theirWrite)
	if err == nil {
		cmd.Args = append(cmd.Args, args...)
		err = p.start(cmd, jail)
	}
	if err != nil {
		_ = read.Close()
		_ = write.Close()
		p.removeScratch()
		return nil, fmt.Errorf("starting %s%s: %w", executable, who.note(err), err)
	}
	return p, nil
}

// start starts cmd, in a jail unless that is nil, on a thread that lives as long as the browser: Linux sends the death
// signal when the thread that started the process ends, not the process.
func (p *process) start(cmd *exec.Cmd, jail *Jail) error {
	started := make(chan error, 1)
	run := func(enter func() error) {
		err := enter()
		if err == nil {
			err = cmd.Start()
		}
		if err == nil {
			p.tree, err = growTree(cmd.Process)
			if err != nil {
				_ = cmd.Process.Kill()
				_ = cmd.Wait()
			}
		}
		started <- err
		if err == nil {
			_ = cmd.Wait()
			close(p.exited)
		}
	}
	if jail != nil {
		onThreadOfItsOwn(func() { run(jail.enter) }) // the thread changes
	} else {
		go func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			run(func() error { return nil })
		}()
	}
	return <-started
}

func (p *process) makeFolders(who account, preferences []byte) error {
	sweep(os.TempDir(), time.Minute)
	scratch, err := os.MkdirTemp("", folderPrefix)
	if err != nil {
		return err
	}
	p.scratch = scratch
	folders := []string{scratch}
	if p.folder == "" {
		p.folder = scratch
	} else {
		if err := os.MkdirAll(p.folder, 0o700); err != nil {
			return err
		}
		folders = append(folders, p.folder)
	}
	for _, folder := range folders {
		held, ok := lock(filepath.Join(folder, lockName))
		if !ok {
			return fmt.Errorf("the folder %s is in use by another browser", folder)
		}
		p.held = append(p.held, held)
		if err := who.own(folder); err != nil {
			return err
		}
	}
	if err := who.reach(p.folder); err != nil {
		return err
	}
	return p.writePreferences(who, preferences)
}

const lockName = "tillwatch.lock"

// writePreferences gives a new profile its settings; one that is kept has them.
func (p *process) writePreferences(who account, preferences []byte) error {
	dir := filepath.Join(p.folder, "Default")
	name := filepath.Join(dir, "Preferences")
	if _, err := os.Lstat(name); err == nil {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(name, preferences, 0o600); err != nil {
		return err
	}
	return errors.Join(who.own(dir), who.own(name))
}

// sweep removes the folders of browsers whose owner was killed before it could. One that is younger may be about to be
// locked.
func sweep(dir string, younger time.Duration) {
	folders, _ := filepath.Glob(filepath.Join(dir, folderPrefix+"*"))
	for _, folder := range folders {
		name := filepath.Join(folder, lockName)
		if info, err := os.Lstat(name); err != nil || time.Since(info.ModTime()) < younger {
			continue
		}
		if held, ok := lock(name); ok {
			_ = held.Close()
			_ = os.RemoveAll(folder)
		}
	}
}

func (p *process) removeScratch() {
	for _, held := range p.held {
		_ = held.Close()
	}
	// The last processes may still be writing while they die.
	for range 50 {
		if p.scratch == "" || os.RemoveAll(p.scratch) == nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// end kills whatever is left of the browser, waits until it is gone and removes what is not kept. It may be called often.
func (p *process) end() {
	p.ended.Do(func() {
		p.tree.kill()
		<-p.exited
		for range 500 {
			if p.tree.gone() {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		p.removeScratch()
	})
}

// waitExit waits until the browser has ended by itself.
func (p *process) waitExit(ctx context.Context) error {
	select {
	case <-p.exited:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// noSandbox reports whether the browser ended because the kernel gives it no way to confine its renderers.
func (p *process) noSandbox() bool {
	said := p.stderr.String()
	return strings.Contains(said, "No usable sandbox") ||
		strings.Contains(said, "SUID sandbox helper binary") ||
		strings.Contains(said, "without --no-sandbox is not supported") ||
		strings.Contains(said, "Failed to move to new namespace")
}

// complaint is the browser's last words, for an error message.
func (p *process) complaint() error {
	var said []string
	for line := range strings.Lines(p.stderr.String()) {
		if line = strings.TrimSpace(line); line != "" {
			said = append(said, line)
		}
	}
	if len(said) == 0 {
		return errors.New("it ended without a word")
	}
	return errors.New(strings.Join(said[max(0, len(said)-3):], " / "))
}

// inherited is what the browser needs of our environment, and no more: it may hold the operator's secrets.
func inherited() []string {
	var env []string
	for _, name := range []string{
		"PATH", "LD_LIBRARY_PATH", "FONTCONFIG_PATH", "FONTCONFIG_FILE",
		"SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "TEMP", "TMP", "LOCALAPPDATA", "APPDATA", "USERPROFILE",
		"PROGRAMFILES", "PROGRAMFILES(X86)", "PROGRAMDATA", "COMSPEC", "PATHEXT", "NUMBER_OF_PROCESSORS",
	} {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// ending keeps the last bytes written to it.
type ending struct {
	limit int

	mu   sync.Mutex
	text []byte
}

var _ io.Writer = (*ending)(nil)

func (e *ending) Write(b []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.text = append(e.text, b...)
	if over := len(e.text) - e.limit; over > 0 {
		e.text = append(e.text[:0], e.text[over:]...)
	}
	return len(b), nil
}

func (e *ending) String() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return string(bytes.ToValidUTF8(e.text, nil))
}
