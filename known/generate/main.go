// Generate makes known/published.bin of the lists in known/source. Run it from the root of the repository:
//
//	go run ./known/generate              write it
//	go run ./known/generate -check       only say whether it is what the sources give
//	go run ./known/generate -npm FOLDER  first make anew the lists that are made of npm packages, which are kept in FOLDER
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/klauspost/compress/zstd"

	"github.com/tillwatch/tillwatch/known"
)

func main() {
	check := flag.Bool("check", false, "only say whether published.bin is what the sources give")
	folder := flag.String("known", "known", "the folder of package known")
	cache := flag.String("npm", "", "first make anew the lists that are made of npm packages; they are kept in this folder, and those it lacks fetched")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *folder, *cache, *check); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, folder, cache string, check bool) error {
	if cache != "" {
		if err := gather(ctx, filepath.Join(folder, "source"), cache); err != nil {
			return err
		}
	}
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
	var s known.Sources
	for name, list := range map[string]*io.Reader{
		librariesName:           &s.Libraries,
		trimmedName:             &s.Trimmed,
		statementsName:          &s.Statements,
		"release-files.tsv.zst": &s.Releases,
	} {
		text, err := readList(filepath.Join(source, name))
		if err != nil {
			return nil, err
		}
		*list = bytes.NewReader(text)
	}
	return known.Encode(s)
}

const (
	librariesName  = "libraries.tsv.zst"
	trimmedName    = "trimmed.tsv.zst"
	statementsName = "statements.tsv.zst"
)

// readList unpacks a list.
func readList(name string) ([]byte, error) {
	packed, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	defer d.Close()
	text, err := d.DecodeAll(packed, nil)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return text, nil
}

// writeList packs a list; the same text gives the same file.
func writeList(name string, text []byte) error {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return err
	}
	return os.WriteFile(name, e.EncodeAll(text, nil), 0o644)
}
