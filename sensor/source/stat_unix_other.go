//go:build unix && !linux && !darwin && !freebsd && !netbsd

package source

import "syscall"

func changeTime(*syscall.Stat_t) int64 { return 0 }
