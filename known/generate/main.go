// Generate makes known/published.bin of the lists in known/source. Run it from the root of the repository:
//
//	go run ./known/generate          write it
//	go run ./known/generate -check   only say whether it is what the sources give
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"

	"github.com/tillwatch/tillwatch/known"
)

func main() {
	check := flag.Bool("check", false, "only say whether published.bin is what the sources give")
	folder := flag.String("known", "known", "the folder of package known")
	flag.Parse()
	if err := run(*folder, *check); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(folder string, check bool) error {
	made, err := encode(filepath.Join(folder, "source"))
	if err != nil {
		return err
	}
	file := filepath.Join(folder, "published.bin")
	if !check {
		return os.WriteFile(file, made, 0o644)
	}
	committed, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if !bytes.Equal(committed, made) {
		return errors.New(file + " is not what the sources give: run go run ./known/generate and commit the result")
	}
	return nil
}

func encode(source string) ([]byte, error) {
	libraries, err := openSource(filepath.Join(source, "libraries.tsv.zst"))
	if err != nil {
		return nil, err
	}
	defer libraries.Close()
	releases, err := openSource(filepath.Join(source, "release-files.tsv.zst"))
	if err != nil {
		return nil, err
	}
	defer releases.Close()
	return known.Encode(libraries, releases)
}

// openSource reads a compressed list.
func openSource(name string) (io.ReadCloser, error) {
	compressed, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	r, err := zstd.NewReader(bytes.NewReader(compressed), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return r.IOReadCloser(), nil
}
