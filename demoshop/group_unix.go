//go:build unix

package demoshop

import (
	"os/exec"
	"syscall"
)

// ownGroup makes a process the head of a group, so that its workers end with it.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func endGroup(c *exec.Cmd) { _ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
