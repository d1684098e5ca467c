package source

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// The bounds on what one content packs: an archive of a few bytes can hold more than any disk.
const (
	maxUnpacked = 2 << 30 // bytes, of all levels together
	minUnpacked = 64 << 20
	maxRatio    = 200 // of what is unpacked to what is packed, beyond minUnpacked
	maxEntries  = 200_000
	maxNested   = 6
	maxWindow   = 128 << 20 // bytes that are held to unpack Zstandard: what zstd itself allows without --long
	maxSpool    = 1 << 30   // of an archive that must be on disk to be read
)

// magics are how archives begin; what is not opened is told of.
var magics = []struct{ form, begins string }{
	{"gzip", "\x1f\x8b\x08"},
	{"zip", "PK\x03\x04"},
	{"bzip2", "BZh"},
	{"zstd", "\x28\xb5\x2f\xfd"},
	{"closed", "\xfd7zXZ\x00"},       // xz
	{"closed", "7z\xbc\xaf\x27\x1c"}, // 7-Zip
	{"closed", "Rar!\x1a\x07"},       // RAR
	{"closed", "\x04\x22\x4d\x18"},   // LZ4
	{"closed", "PGDMP"},              // a PostgreSQL dump in its own format
	{"closed", "# v2 git bundle\n"},  // git bundle
	{"closed", "# v3 git bundle\n"},
	{"closed", "PACK\x00\x00\x00\x02"}, // a pack of git objects
}

// packed tells how a content is packed by how it begins; empty where it is not.
func packed(begin []byte) string {
	if len(begin) < 4 {
		return ""
	}
	for _, m := range magics {
		if bytes.HasPrefix(begin, []byte(m.begins)) {
			return m.form
		}
	}
	if len(begin) >= 512 && begin[0] != 0 && tarHeader(begin) {
		return "tar"
	}
	return ""
}

// tarHeader tells by the sum that each header holds of itself: old archives have no other mark.
func tarHeader(block []byte) bool {
	sum, written := 0, 0
	digits := false
	for _, c := range block[148:156] {
		switch {
		case c >= '0' && c <= '7':
			written, digits = written*8+int(c-'0'), true
		case c != ' ' && c != 0:
			return false
		}
	}
	for i, c := range block[:512] {
		if i >= 148 && i < 156 {
			c = ' '
		}
		sum += int(c)
	}
	return digits && sum == written
}

// carton is one content while it is unpacked.
type carton struct {
	scanner
	outcome
	left    int64
	entries int
}

var errTooLarge = errors.New("the archive grows too large")

// Read bounds what all levels together give.
type bounded struct {
	r io.Reader
	c *carton
}

func (b bounded) Read(p []byte) (int, error) {
	if b.c.left <= 0 {
		return 0, errTooLarge
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.c.left)])
	b.c.left -= int64(n)
	return n, err
}

// stream looks through a content piece by piece, and through what it packs at the same time. The error is the reader's.
func (c *carton) stream(r io.Reader, inside string, depth int) error {
	plain := &pieces{scanner: c.scanner}
	begin := bufio.NewReaderSize(r, 64<<10)
	first, _ := begin.Peek(512) // an error comes again
	form := packed(first)
	all := io.TeeReader(begin, plain)
	if form != "" {
		c.open(form, all, inside, depth)
	}
	_, err := io.Copy(io.Discard, all)
	for _, f := range plain.close() {
		f.inside = inside
		c.found = append(c.found, f)
	}
	return err
}

// open looks through what an archive packs. That one cannot be read to its end is noted, and is no error: the look at it
// from outside goes on.
func (c *carton) open(form string, r io.Reader, inside string, depth int) {
	if depth >= maxNested {
		c.unseen = append(c.unseen, whyBomb)
		return
	}
	var err error
	switch form {
	case "gzip":
		var unzipped *gzip.Reader
		if unzipped, err = gzip.NewReader(r); err == nil {
			err = c.stream(bounded{unzipped, c}, inside, depth+1)
		}
	case "bzip2":
		err = c.stream(bounded{bzip2.NewReader(r), c}, inside, depth+1)
	case "zstd":
		var unzipped *zstd.Decoder
		if unzipped, err = zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow)); err == nil {
			err = c.stream(bounded{unzipped, c}, inside, depth+1)
			unzipped.Close()
		}
	case "tar":
		err = c.tar(r, inside, depth)
	case "zip":
		err = c.zip(r, inside, depth)
	case "closed":
		c.unseen = append(c.unseen, whyPacked)
	}
	if err != nil {
		c.unseen = append(c.unseen, whyBomb)
	}
}

func (c *carton) tar(r io.Reader, inside string, depth int) error {
	for archive := tar.NewReader(r); ; {
		entry, err := archive.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			return err
		}
		if err := c.entry(archive, within(inside, entry.Name), depth); err != nil {
			return err
		}
	}
}

// entry looks through one entry of an archive.
func (c *carton) entry(r io.Reader, name string, depth int) error {
	if c.entries++; c.entries > maxEntries {
		return errTooLarge
	}
	return c.stream(bounded{r, c}, name, depth+1)
}

// zip looks through an archive whose list of contents is at its end: one that is not in memory goes to the disk first.
func (c *carton) zip(r io.Reader, inside string, depth int) error {
	at, isAt := r.(*bytes.Reader)
	if isAt {
		return c.zipAt(at, at.Size(), inside, depth)
	}
	spool, err := os.CreateTemp(c.temporary, "archive-")
	if err != nil {
		return err
	}
	defer os.Remove(spool.Name())
	defer spool.Close()
	size, err := io.Copy(spool, io.LimitReader(r, maxSpool))
	if err != nil {
		return err
	}
	if size == maxSpool {
		return errTooLarge
	}
	return c.zipAt(spool, size, inside, depth)
}

func (c *carton) zipAt(r io.ReaderAt, size int64, inside string, depth int) error {
	archive, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return err
	}
	var all error
	for _, entry := range archive.File {
		if entry.FileInfo().IsDir() {
			continue
		}
		content, err := entry.Open()
		if err == nil && entry.Flags&1 != 0 {
			err = errors.New("it is protected")
		}
		if err == nil {
			err = c.entry(content, within(inside, entry.Name), depth)
			_ = content.Close() // it was only read from
		}
		if err != nil {
			all = err
		}
		if errors.Is(err, errTooLarge) {
			break
		}
	}
	return all
}

// within is the name of an entry, behind the archive's own way.
func within(inside, name string) string {
	return strings.TrimPrefix(inside+"!/"+strings.TrimPrefix(name, "/"), "!/")
}
