//go:build unix

package source

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// changed is when anything about a file last changed, which no program can set back, and which file it is.
func changed(info fs.FileInfo) string {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return ""
	}
	return fmt.Sprint(s.Dev, s.Ino, changeTime(s))
}

// openFile opens a file, and never waits for what is none.
func openFile(name string) (*os.File, error) {
	return os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOFOLLOW, 0)
}
