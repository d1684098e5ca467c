package browser

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

func dieWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGKILL }

// onlyDead reports whether every process of a group has ended and just waits for init to notice, which in a container
// can take its time.
func onlyDead(group int) bool {
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	want := []byte(strconv.Itoa(group))
	for _, file := range files {
		stat, err := os.ReadFile(file)
		if err != nil {
			continue // it ended while we looked
		}
		// "pid (name) state parent group ...", where the name may hold anything.
		fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
		if len(fields) > 2 && bytes.Equal(fields[2], want) && fields[0][0] != 'Z' && fields[0][0] != 'X' {
			return false
		}
	}
	return len(files) > 0
}
