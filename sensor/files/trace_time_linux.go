package files

import (
	"io/fs"
	"syscall"
	"time"
)

// changed is when a file was changed last, which nobody can set: the time of its content may be put back.
func changed(info fs.FileInfo) time.Time {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		at := time.Unix(int64(s.Ctim.Sec), int64(s.Ctim.Nsec)) //nolint:unconvert // not the same type everywhere
		if at.After(info.ModTime()) {
			return at
		}
	}
	return info.ModTime()
}
