package access

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/tillwatch/tillwatch/sensor/access/line"
)

// source is one log: a file and those it was rotated to, oldest first, or a stream.
type source struct {
	name   string // as it is shown
	files  []logFile
	input  io.Reader // instead of files
	breaks []broken  // what could not be read to its end
	tally  tally
	hours  hours
	long   int64 // lines longer than any that is read
	bytes  int64

	at    cutAt
	grows bool  // more may come: half a line at the end is none yet
	half  int64 // bytes of it that were left

	before int64 // time of the record before the next, milliseconds; 0 where there is none
}

// cutAt is where in a source the cutting begins, and afterwards where it ended.
type cutAt struct {
	offset int64  // in bytes as they were before packing
	skip   bool   // in the midst of a line that is too long
	header []byte // the W3C line that holds
}

// logFile is one file of a log.
type logFile struct {
	name  string
	first int64 // the earliest time of its first lines; 0 where they have none
	size  int64
}

// maxFiles bounds how many files of a folder are read.
const maxFiles = 100_000

// findSources gives the logs that a place holds: one for a file, and for a folder one for each name that its files were rotated
// from.
func findSources(place string, pattern *line.Pattern) ([]*source, error) {
	info, err := os.Stat(place)
	if err != nil {
		return nil, plain(err)
	}
	if !info.IsDir() {
		s := &source{name: place, files: []logFile{{name: place, size: info.Size()}}}
		if !info.Mode().IsRegular() { // a pipe has no beginning to look at first
			f, err := os.Open(place)
			if err != nil {
				return nil, plain(err)
			}
			return []*source{{name: place, input: f}}, nil
		}
		return []*source{s}, nil
	}
	chains := map[string]*source{}
	var list []*source
	n := 0
	err = filepath.WalkDir(place, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !d.Type().IsRegular() || strings.HasPrefix(d.Name(), ".") {
			return nil
		}
		if n++; n > maxFiles {
			return fmt.Errorf("there are more than %d files in %s: name the folder of one log", maxFiles, place)
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if info.Size() == 0 || notLog(d.Name()) {
			return nil
		}
		key := chainOf(name)
		s := chains[key]
		if s == nil {
			s = &source{name: key}
			chains[key] = s
			list = append(list, s)
		}
		s.files = append(s.files, logFile{name: name, size: info.Size()})
		return nil
	})
	if err != nil {
		return nil, plain(err)
	}
	for _, s := range list {
		if len(s.files) == 1 {
			s.name = s.files[0].name
			continue
		}
		for i := range s.files {
			s.files[i].first = firstTime(s.files[i].name, pattern)
		}
		slices.SortStableFunc(s.files, func(a, b logFile) int { return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.name, b.name)) })
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%s holds no log", place)
	}
	slices.SortFunc(list, func(a, b *source) int { return cmp.Compare(a.name, b.name) })
	return list, nil
}

// plain leaves out of an error what the place it is told of says already.
func plain(err error) error {
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		return path.Err
	}
	return err
}

// notLog says of a file by its name that it is none of the logs this is about.
func notLog(name string) bool {
	lower := strings.ToLower(name)
	return strings.Contains(lower, "error") || slices.Contains([]string{".tar", ".zip", ".bz2", ".xz", ".db", ".sqlite", ".json.sha256"}, filepath.Ext(lower))
}

// rotated are the endings that programs give to files they put aside: .1, .2.gz, -20261129, .2026-11-29-00, .zst.
var rotated = regexp.MustCompile(`(?:[-._]?\d{4}-?\d{2}(?:-?\d{2}(?:[-_T]?\d{2,6})?)?|\.\d{1,4}|\.gz|\.zst)+$`)

// chainOf is the name of the log that a file belongs to. Dates may stand before the ending, as in site-2026-11-29.log.
func chainOf(name string) string {
	dir, base := filepath.Split(name)
	base = rotated.ReplaceAllString(base, "")
	ext := filepath.Ext(base)
	if stem := rotated.ReplaceAllString(strings.TrimSuffix(base, ext), ""); stem != "" {
		base = stem + ext
	}
	return dir + cmp.Or(base, "log")
}

// firstTime reads the first lines of a file until one has a time.
func firstTime(name string, pattern *line.Pattern) int64 {
	in, err := openLog(name)
	if err != nil {
		return 0
	}
	defer in.Close()
	lines := bufio.NewReaderSize(io.LimitReader(in, 1<<20), 64<<10)
	reader := line.NewReader(pattern)
	var e line.Event
	for range 100 {
		text, err := lines.ReadSlice('\n')
		if reader.Read(bytes.TrimRight(text, "\r\n"), &e); e.At != 0 {
			return e.At
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return 0
		}
	}
	return 0
}

// openLog opens a file and unpacks what its first bytes say is packed.
func openLog(name string) (io.ReadCloser, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	in, err := unpacked(f)
	if err != nil {
		f.Close()
		return nil, err
	}
	return in, nil
}

// maxWindow is the largest window of zstd that is unpacked: what zstd itself allows without --long.
const maxWindow = 128 << 20

// unpacked reads gzip and zstd, several streams one after the other included.
func unpacked(f io.ReadCloser) (io.ReadCloser, error) {
	var head [4]byte
	n, err := io.ReadFull(f, head[:])
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, err
	}
	whole := io.MultiReader(bytes.NewReader(head[:n]), f)
	if seeker, ok := f.(io.Seeker); ok {
		if _, err := seeker.Seek(0, io.SeekStart); err == nil {
			whole = f
		}
	}
	switch {
	case n >= 2 && head[0] == 0x1f && head[1] == 0x8b:
		z, err := gzip.NewReader(bufio.NewReaderSize(whole, 256<<10))
		if err != nil {
			return nil, err
		}
		return both{z, f}, nil
	case n == 4 && head == [4]byte{0x28, 0xb5, 0x2f, 0xfd}:
		z, err := zstd.NewReader(whole, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, err
		}
		return both{z.IOReadCloser(), f}, nil
	}
	return both{whole, f}, nil
}

// both reads one and closes the other.
type both struct {
	io.Reader
	file io.Closer
}

func (b both) Close() error {
	if c, ok := b.Reader.(io.Closer); ok && c != b.file {
		_ = c.Close()
	}
	return b.file.Close()
}
