// Package known holds what is officially published: the digests of browser libraries, the files of shop releases with
// the versions that hold them, and the payment providers. A match says who published these bytes,
// not that they are harmless.
//
// The digests and releases come in one file, embedded in the program and replaceable by a newer one. It is searched in
// place: nothing of it is unpacked, so a program that never asks pays nothing for it.
package known

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Data is one file of published digests. Safe for concurrent use.
type Data struct {
	date       string
	libraries  libraries
	statements statements
	releases   releases
}

//go:embed published.bin
var published []byte

var embedded = sync.OnceValue(func() *Data {
	d, err := read(published)
	if err != nil {
		panic(fmt.Sprintf("known: the embedded data: %v", err)) // a test opens it, so it cannot be shipped broken
	}
	return d
})

// Embedded gives the data that came with this program.
func Embedded() *Data { return embedded() }

// Open reads a data file that is to replace the embedded one and checks all of it. It keeps file, which must not be
// changed afterwards. Errors say what is wrong with the file.
func Open(file []byte) (*Data, error) {
	if err := checkSeal(file); err != nil {
		return nil, err
	}
	d, err := read(file)
	if err != nil {
		return nil, fmt.Errorf("damaged data file: %w", err)
	}
	if err := d.check(); err != nil {
		return nil, fmt.Errorf("damaged data file: %w", err)
	}
	return d, nil
}

// Date is the day the data was made, such as 2006-01-02.
func (d *Data) Date() string { return d.date }

// The file begins with the magic, the format version, the date, the SHA-256 of all that follows the head, and then the
// length of each section. Numbers are little-endian; the sections stand one after another in the order of read.
const (
	magic         = "tillwatch published\n"
	formatVersion = 1
	dateLength    = len(time.DateOnly)

	versionAt  = len(magic)
	dateAt     = versionAt + 4
	sumAt      = dateAt + dateLength
	headLength = sumAt + sha256.Size
)

// checkSeal tells a file that is none of ours, of another format, cut short or damaged from a whole one.
func checkSeal(file []byte) error {
	if len(file) < len(magic) || string(file[:len(magic)]) != magic {
		return errors.New("not a Tillwatch data file")
	}
	if len(file) < headLength {
		return fmt.Errorf("data file cut short after %d bytes: get it again", len(file))
	}
	if v := binary.LittleEndian.Uint32(file[versionAt:]); v != formatVersion {
		return fmt.Errorf("data file of format %d, this program reads format %d: update the program or get a file made for it", v, formatVersion)
	}
	if _, err := time.Parse(time.DateOnly, string(file[dateAt:sumAt])); err != nil {
		return fmt.Errorf("damaged data file: its date is none: %w", err)
	}
	if sum := sha256.Sum256(file[headLength:]); !bytes.Equal(sum[:], file[sumAt:headLength]) {
		return errors.New("data file damaged or cut short (its checksum is wrong): get it again")
	}
	return nil
}

// read finds the sections. It checks only what keeps it from reading past the end.
func read(file []byte) (*Data, error) {
	if len(file) < headLength {
		return nil, errors.New("no head")
	}
	s := sections{rest: file[headLength:]}
	d := &Data{date: string(file[dateAt:sumAt])}
	d.libraries = libraries{
		digests:  s.column(sha256.Size),
		postings: s.records(),
		releases: s.records(),
		paths:    s.records(),
	}
	d.statements = statements{
		keys:  s.column(keyWidth),
		setOf: s.column(setWidth),
		sets:  s.records(),
	}
	header := s.take()
	ranges := s.column(2 * offsetWidth)
	d.releases = releases{
		sets:      s.records(),
		blocks:    s.records(),
		firstRows: s.column(offsetWidth),
		blobs:     s.column(len(Blob{})),
		byBlob:    s.column(rowWidth),
	}
	if err := s.end(); err != nil {
		return nil, err
	}
	return d, d.releases.setPlatforms(string(header), ranges)
}

// seal puts the head before sections.
func seal(date string, sections []byte) []byte {
	sum := sha256.Sum256(sections)
	file := append(make([]byte, 0, headLength+len(sections)), magic...)
	file = binary.LittleEndian.AppendUint32(file, formatVersion)
	file = append(file, date...)
	file = append(file, sum[:]...)
	return append(file, sections...)
}

func (d *Data) check() error {
	if err := d.libraries.check(); err != nil {
		return err
	}
	if err := d.statements.check(d.libraries.releases.len()); err != nil {
		return err
	}
	return d.releases.check()
}
