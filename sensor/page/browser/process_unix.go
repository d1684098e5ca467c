//go:build linux || darwin

package browser

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is the user Chromium runs as. As root we step down: Chromium refuses to keep its sandbox as root, and a
// page that breaks out of it should find itself nobody.
type account struct {
	uid, gid int
	drop     bool // the process must change to it
}

func chooseAccount() account {
	if os.Geteuid() != 0 {
		return account{uid: os.Geteuid(), gid: os.Getegid()}
	}
	nobody := account{uid: 65534, gid: 65534, drop: true}
	if u, err := user.Lookup("nobody"); err == nil {
		if uid, err := strconv.Atoi(u.Uid); err == nil {
			nobody.uid = uid
		}
		if gid, err := strconv.Atoi(u.Gid); err == nil {
			nobody.gid = gid
		}
	}
	return nobody
}

// own gives a folder that we made to the account.
func (a account) own(path string) error {
	if !a.drop {
		return nil
	}
	return os.Lchown(path, a.uid, a.gid)
}

// reach says whether the account can come to a folder at all: one in root's home cannot be reached by nobody.
func (a account) reach(folder string) error {
	if !a.drop {
		return nil
	}
	absolute, err := filepath.Abs(folder)
	if err != nil {
		return err
	}
	for dir := filepath.Dir(absolute); ; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		if err != nil {
			return err
		}
		if info.Mode()&0o001 == 0 {
			return fmt.Errorf("the browser runs as user %d, not as root, and may not pass through %s: choose another folder than %s", a.uid, dir, folder)
		}
		if dir == filepath.Dir(dir) {
			return nil
		}
	}
}

// note explains an error of starting a process as the account, where that can be told.
func (a account) note(err error) string {
	if a.drop && (errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EINVAL)) {
		return fmt.Sprintf(" as user %d (root may not change its user here: start Tillwatch as an ordinary user)", a.uid)
	}
	return ""
}

// attributes start the process in a group of its own, so that all of it can be ended at once.
func (a account) attributes() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setpgid: true}
	if a.drop {
		attr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
	}
	dieWithParent(attr)
	return attr
}

// inherit hands the browser's ends of the pipes over as file descriptors 3 and 4, where Chromium looks for them.
func inherit(cmd *exec.Cmd, read, write *os.File) error {
	cmd.ExtraFiles = []*os.File{read, write}
	return nil
}

// tree is the browser's processes: the group that the first of them leads.
type tree struct{ group int }

func growTree(p *os.Process) (tree, error) { return tree{p.Pid}, nil }

// kill ends every process of the tree.
func (t tree) kill() { _ = syscall.Kill(-t.group, syscall.SIGKILL) }

// gone reports whether no process of the tree runs any more.
func (t tree) gone() bool {
	return errors.Is(syscall.Kill(-t.group, 0), syscall.ESRCH) || onlyDead(t.group)
}

// lock takes the lock file of a profile folder, or reports that a living process holds it.
func lock(path string) (*os.File, bool) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0o600)
	if err != nil {
		return nil, false
	}
	if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		_ = f.Close()
		return nil, false
	}
	return f, true
}
