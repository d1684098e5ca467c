package browser

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// account is the user Chromium runs as: on Windows always our own.
type account struct{}

func chooseAccount() account { return account{} }

func (account) own(string) error { return nil }

func (account) reach(string) error { return nil }

func (account) note(error) string { return "" }

func (account) attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{HideWindow: true} }

// inherit hands the browser's ends of the pipes over as inherited handles, whose numbers Chromium is told.
func inherit(cmd *exec.Cmd, read, write *os.File) error {
	r, w := syscall.Handle(read.Fd()), syscall.Handle(write.Fd())
	for _, h := range []syscall.Handle{r, w} {
		if err := syscall.SetHandleInformation(h, syscall.HANDLE_FLAG_INHERIT, syscall.HANDLE_FLAG_INHERIT); err != nil {
			return err
		}
	}
	cmd.SysProcAttr.AdditionalInheritedHandles = []syscall.Handle{r, w}
	cmd.Args = append(cmd.Args, fmt.Sprintf("--remote-debugging-io-pipes=%d,%d", r, w))
	return nil
}

// tree is the browser's processes: a job object that ends with its last handle, so also when we are killed.
type tree struct{ job windows.Handle }

func growTree(p *os.Process) (tree, error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return tree{}, err
	}
	limits := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{
		BasicLimitInformation: windows.JOBOBJECT_BASIC_LIMIT_INFORMATION{LimitFlags: windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE},
	}
	if _, err := windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&limits)), uint32(unsafe.Sizeof(limits))); err != nil {
		_ = windows.CloseHandle(job)
		return tree{}, err
	}
	process, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, uint32(p.Pid))
	if err != nil {
		_ = windows.CloseHandle(job)
		return tree{}, err
	}
	defer windows.CloseHandle(process)
	if err := windows.AssignProcessToJobObject(job, process); err != nil {
		_ = windows.CloseHandle(job)
		return tree{}, err
	}
	return tree{job}, nil
}

// kill ends every process of the tree.
func (t tree) kill() { _ = windows.TerminateJobObject(t.job, 1) }

// gone reports whether the tree was ended: Windows ends a job's processes as one.
func (t tree) gone() bool { return true }

// lock takes the lock file of a profile folder, or reports that a living process holds it.
func lock(path string) (*os.File, bool) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return nil, false
	}
	h, err := windows.CreateFile(name, windows.GENERIC_READ|windows.GENERIC_WRITE, 0, nil, windows.OPEN_ALWAYS, windows.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		return nil, false
	}
	return os.NewFile(uintptr(h), path), true
}
