package walk

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/tillwatch/tillwatch/sensor/files/baseline"
)

// opener opens folders by their whole path in one call of the system, which refuses every link on the way. The standard
// library's way opens each folder on the way, and asks for more of each name than is needed here.
type opener struct {
	root *os.Root
	dir  *os.File
	slow bool // the system does not know the call
}

func newOpener(root *os.Root) (opener, error) {
	dir, err := root.Open(".")
	if err != nil {
		return opener{}, err
	}
	o := opener{root: root, dir: dir}
	fd, err := o.openat2(".")
	if err == nil {
		return o, unix.Close(fd)
	}
	o.slow = true
	return o, nil
}

func (o opener) close() error { return errors.Join(o.dir.Close(), o.root.Close()) }

const readOnly = unix.O_RDONLY | unix.O_CLOEXEC | unix.O_NOFOLLOW | unix.O_NONBLOCK

func (o opener) openat2(path string) (int, error) {
	how := unix.OpenHow{
		Flags:   readOnly | unix.O_DIRECTORY,
		Resolve: unix.RESOLVE_BENEATH | unix.RESOLVE_NO_SYMLINKS | unix.RESOLVE_NO_MAGICLINKS,
	}
	return retry(func() (int, error) { return unix.Openat2(int(o.dir.Fd()), path, &how) })
}

// retry does again what a signal interrupted.
func retry(do func() (int, error)) (int, error) {
	for {
		n, err := do()
		if !errors.Is(err, unix.EINTR) && !errors.Is(err, unix.EAGAIN) {
			return n, err
		}
	}
}

type handle int

func (o opener) enter(path string) (Handle, error) {
	if !o.slow {
		fd, err := o.openat2(path)
		if err != nil {
			return nil, &fs.PathError{Op: "open", Path: path, Err: err}
		}
		return handle(fd), nil
	}
	f, err := o.root.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	return handle(fd), nil
}

func (h handle) Close() error { return unix.Close(int(h)) }

func (h handle) openFile(name string) (source, error) {
	var st unix.Stat_t
	fd, err := retry(func() (int, error) { return unix.Openat(int(h), name, readOnly|unix.O_NOCTTY, 0) })
	if errors.Is(err, unix.ENXIO) || errors.Is(err, unix.ELOOP) || errors.Is(err, unix.ENODEV) {
		return nil, ErrOther
	}
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	if err := unix.Fstat(fd, &st); err != nil || st.Mode&unix.S_IFMT != unix.S_IFREG {
		_ = unix.Close(fd) // nothing was written
		return nil, ErrOther
	}
	return rawFile(fd), nil
}

type rawFile int

func (f rawFile) stat() (baseline.Meta, Kind, error) {
	var st unix.Stat_t
	if err := unix.Fstat(int(f), &st); err != nil {
		return baseline.Meta{}, Other, err
	}
	return metaOfStat(&st), kindOfMode(st.Mode), nil
}

func (f rawFile) read(p []byte) (int, error) {
	return retry(func() (int, error) { return unix.Read(int(f), p) })
}

func (f rawFile) seek(offset int64) error {
	_, err := unix.Seek(int(f), offset, 0)
	return err
}

func (f rawFile) close() error { return unix.Close(int(f)) }

func metaOfStat(st *unix.Stat_t) baseline.Meta {
	return baseline.Meta{Size: st.Size, Modified: st.Mtim.Nano(), Changed: st.Ctim.Nano(), Inode: st.Ino}
}

func metaOf(info fs.FileInfo) baseline.Meta {
	m := baseline.Meta{Size: info.Size(), Modified: info.ModTime().UnixNano()}
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		m.Changed, m.Inode = st.Ctim.Nano(), st.Ino
	}
	return m
}

func kindOfMode(mode uint32) Kind {
	switch mode & unix.S_IFMT {
	case unix.S_IFREG:
		return Regular
	case unix.S_IFDIR:
		return Sub
	case unix.S_IFLNK:
		return Link
	}
	return Other
}

// list asks the system for the names in a folder, and of each what it is.
func (o opener) list(path string, b *Buffer) ([]Entry, error) {
	h, err := o.enter(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = h.Close() }() // it was only read from
	dir := int(h.(handle))
	if cap(b.names) < piece {
		b.names = make([]byte, piece)
	}
	b.entries = b.entries[:0]
	for {
		n, err := retry(func() (int, error) { return unix.ReadDirent(dir, b.names[:piece]) })
		if err != nil {
			return slices.Clone(b.entries), &fs.PathError{Op: "read", Path: path, Err: err}
		}
		if n <= 0 {
			return slices.Clone(b.entries), nil
		}
		b.entries = entries(dir, string(b.names[:n]), b.entries)
	}
}

// entries reads the records of one answer: inode, offset, length of the record, type, and the name with a zero at its end.
// Names are cut out of the one string.
func entries(dir int, records string, out []Entry) []Entry {
	const lengthAt, kindAt, nameAt = 16, 18, 19
	for len(records) > nameAt {
		length := int(binary.NativeEndian.Uint16([]byte(records[lengthAt:kindAt])))
		if length <= nameAt || length > len(records) {
			return out
		}
		kind, name := records[kindAt], records[nameAt:length]
		records = records[length:]
		if i := strings.IndexByte(name, 0); i >= 0 {
			name = name[:i]
		}
		if name == "." || name == ".." {
			continue
		}
		e := Entry{Name: name}
		switch kind {
		case unix.DT_DIR:
			e.Kind = Sub
		case unix.DT_LNK, unix.DT_REG, unix.DT_UNKNOWN:
			var st unix.Stat_t
			if err := unix.Fstatat(dir, e.Name, &st, unix.AT_SYMLINK_NOFOLLOW); err != nil {
				continue // it vanished meanwhile
			}
			e.Kind, e.Meta = kindOfMode(st.Mode), metaOfStat(&st)
		}
		out = append(out, e)
	}
	return out
}
