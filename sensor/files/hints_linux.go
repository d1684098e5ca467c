package files

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// inotify is what Linux tells of changes in folders.
type inotify struct {
	real   string
	file   *os.File
	fd     int
	signal chan struct{}

	mu      sync.Mutex
	folders map[int32]string // by watch
	watches map[string]int32
	changed map[string]bool
	lost    bool
	failed  string
}

const interesting = unix.IN_CREATE | unix.IN_CLOSE_WRITE | unix.IN_MODIFY | unix.IN_ATTRIB | unix.IN_MOVED_FROM | unix.IN_MOVED_TO | unix.IN_DELETE |
	unix.IN_DELETE_SELF | unix.IN_MOVE_SELF | unix.IN_ONLYDIR | unix.IN_DONT_FOLLOW | unix.IN_EXCL_UNLINK

// hints begins to listen to the system; where it has nothing to say, everything is gone through instead.
func (l *look) hints() hints {
	if l.config.noHints {
		return noHints{}
	}
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	switch {
	case errors.Is(err, unix.EMFILE):
		return noHints{"the system lets this user listen in no more places for changes of files, or this process open no more files, so that all of it is gone through every few seconds instead: raise the limit with sysctl fs.inotify.max_user_instances=1024 (or ulimit -n), and start the watch again"}
	case err != nil:
		return noHints{"the system does not tell of changes of files (" + err.Error() + "), so that all of it is gone through every few seconds instead"}
	}
	n := &inotify{
		real: l.tree.real, file: os.NewFile(uintptr(fd), "inotify"), fd: fd, signal: make(chan struct{}, 1),
		folders: map[int32]string{}, watches: map[string]int32{}, changed: map[string]bool{},
	}
	go n.listen()
	return n
}

func (n *inotify) close() { _ = n.file.Close() } // which ends listen

func (n *inotify) listen() {
	buffer := make([]byte, 256<<10)
	for {
		count, err := n.file.Read(buffer)
		if err != nil {
			return
		}
		n.heard(buffer[:count])
	}
}

// heard takes events: watch, mask, cookie, length of the name, name.
func (n *inotify) heard(events []byte) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for len(events) >= unix.SizeofInotifyEvent {
		watch := int32(binary.NativeEndian.Uint32(events))
		mask := binary.NativeEndian.Uint32(events[4:])
		length := int(binary.NativeEndian.Uint32(events[12:]))
		if unix.SizeofInotifyEvent+length > len(events) {
			n.lost = true
			break
		}
		events = events[unix.SizeofInotifyEvent+length:]
		folder, known := n.folders[watch]
		switch {
		case mask&unix.IN_Q_OVERFLOW != 0:
			n.lost = true
		case mask&unix.IN_IGNORED != 0:
			if known {
				delete(n.folders, watch)
				if n.watches[folder] == watch {
					delete(n.watches, folder)
				}
			}
		case known:
			n.changed[folder] = true
			if mask&(unix.IN_DELETE_SELF|unix.IN_MOVE_SELF) != 0 {
				n.changed[parent(folder)] = true
			}
		}
	}
	if len(n.changed) > 0 || n.lost {
		select {
		case n.signal <- struct{}{}:
		default:
		}
	}
}

func parent(folder string) string {
	if i := strings.LastIndexByte(folder, '/'); i >= 0 {
		return folder[:i]
	}
	return "."
}

func (n *inotify) add(folder string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if _, have := n.watches[folder]; have || n.failed != "" {
		return n.failed != "" && !have
	}
	watch, err := unix.InotifyAddWatch(n.fd, filepath.Join(n.real, filepath.FromSlash(folder)), interesting)
	switch {
	case errors.Is(err, unix.ENOSPC):
		n.failed = fmt.Sprintf("the system lets this user watch no more than %d folders, so that all of it is gone through every few seconds instead: raise the limit with sysctl fs.inotify.max_user_watches=1048576", len(n.watches))
		return true
	case err != nil:
		return true // it vanished meanwhile, or cannot be read: whoever lists it will see
	}
	if was, have := n.folders[int32(watch)]; have && was != folder {
		delete(n.watches, was) // it was moved
	}
	n.folders[int32(watch)], n.watches[folder] = folder, int32(watch)
	return true
}

func (n *inotify) forget(folder string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for path, watch := range n.watches {
		if path == folder || strings.HasPrefix(path, folder+"/") {
			_, _ = unix.InotifyRmWatch(n.fd, uint32(watch)) // it is gone with its folder, or watches what was moved away
			delete(n.watches, path)
			delete(n.folders, watch)
		}
	}
}

func (n *inotify) wake() <-chan struct{} { return n.signal }

func (n *inotify) take() ([]string, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	folders := make([]string, 0, len(n.changed))
	for f := range n.changed {
		folders = append(folders, f)
	}
	lost := n.lost
	n.changed, n.lost = map[string]bool{}, false
	return folders, lost
}

func (n *inotify) retry() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.failed = ""
}

func (n *inotify) blind() bool { return n.trouble() != "" }

func (n *inotify) trouble() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.failed
}
