package files

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkPrefilter reads the files of TILLWATCH_BENCH_TREE and asks of each whether its PHP code need be parsed, on one
// goroutine.
func BenchmarkPrefilter(b *testing.B) {
	root := os.Getenv("TILLWATCH_BENCH_TREE")
	if root == "" {
		b.Skip("TILLWATCH_BENCH_TREE names no folder")
	}
	var buffer []byte
	for b.Loop() {
		size, files, through := int64(0), 0, 0
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			c, err := readInto(name, buffer)
			if err != nil {
				return err
			}
			buffer = c[:cap(c)]
			files++
			size += int64(len(c))
			if worthParsing(c, kindOf(name) == kindPHP) {
				through++
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(size)
		b.ReportMetric(float64(files), "files")
		b.ReportMetric(float64(through), "through")
	}
}

// readInto reads a file into a buffer that is used again.
func readInto(name string, buffer []byte) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if n := int(min(info.Size(), maxRead)); n > len(buffer) {
		buffer = make([]byte, n)
	}
	n, err := io.ReadFull(f, buffer[:min(info.Size(), maxRead)])
	return buffer[:n], err
}
