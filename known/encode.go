package known

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Sources are the lists that a data file is made of; source/README.md has their format.
type Sources struct {
	Libraries  io.Reader // published files of browser libraries, by SHA-256
	Trimmed    io.Reader // the SHA-256 of the same files without the comments before and after their code
	Statements io.Reader // the statements in them
	Releases   io.Reader // files of shop releases, by git blob id
}

// Encode makes a data file. The same sources give the same bytes. Errors name the list and the line.
func Encode(s Sources) ([]byte, error) {
	var l libraryEncoder
	if err := readSource(s.Libraries, "tillwatch-libraries", l.headerLine, l.line); err != nil {
		return nil, fmt.Errorf("libraries: %w", err)
	}
	if err := readSource(s.Trimmed, "tillwatch-trimmed", l.trimmedHeader, l.trimmedLine); err != nil {
		return nil, fmt.Errorf("trimmed: %w", err)
	}
	ranges, err := releaseRanges(l.releases.list)
	if err != nil {
		return nil, fmt.Errorf("libraries: %w", err)
	}
	st := statementEncoder{releases: ranges}
	if err := readSource(s.Statements, "tillwatch-statements", st.headerLine, st.line); err != nil {
		return nil, fmt.Errorf("statements: %w", err)
	}
	var r releaseEncoder
	if err := readSource(s.Releases, "tillwatch-release-files", r.headerLine, r.line); err != nil {
		return nil, fmt.Errorf("releases: %w", err)
	}
	if l.date == "" || st.date == "" || r.date == "" {
		return nil, errors.New("a list without #date")
	}
	file := l.append(nil)
	if file, err = st.append(file); err != nil {
		return nil, fmt.Errorf("statements: %w", err)
	}
	if file, err = r.append(file); err != nil {
		return nil, fmt.Errorf("releases: %w", err)
	}
	return seal(max(l.date, st.date, r.date), file), nil
}

// readSource hands over every line, split at its tabs; header lines without the "#".
func readSource(r io.Reader, name string, header, line func(fields []string) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		fields := strings.Split(lines.Text(), "\t")
		var err error
		switch word, isHeader := strings.CutPrefix(fields[0], "#"); {
		case n == 1 && (word != name || len(fields) != 2 || fields[1] != "1"):
			err = fmt.Errorf("want \"#%s\" and format 1", name)
		case isHeader:
			fields[0] = word
			err = header(fields)
		default:
			err = line(fields)
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	return lines.Err()
}

// index numbers distinct values in the order in which they come.
type index[T comparable] struct {
	numbers map[T]int
	list    []T
}

func (x *index[T]) of(v T) int {
	n, ok := x.numbers[v]
	if !ok {
		if x.numbers == nil {
			x.numbers = map[T]int{}
		}
		n = len(x.list)
		x.numbers[v] = n
		x.list = append(x.list, v)
	}
	return n
}

func parseDate(fields []string) (string, error) {
	if len(fields) != 2 {
		return "", errors.New("want one date")
	}
	_, err := time.Parse(time.DateOnly, fields[1])
	return fields[1], err
}

func parseSize(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n >= maxSize {
		return 0, fmt.Errorf("%q is no size in bytes", s)
	}
	return n, nil
}

func parseDigest(s string, width int) (string, error) {
	digest, err := hex.DecodeString(s)
	if err != nil || len(digest) != width {
		return "", fmt.Errorf("%q is no digest of %d bytes", s, width)
	}
	return string(digest), nil
}

type libraryEncoder struct {
	date     string
	releases index[string]
	paths    index[string]
	files    map[string][]libraryFile // by digest
}

type libraryFile struct{ release, path, size, flags int }

func (l *libraryEncoder) headerLine(fields []string) (err error) {
	if fields[0] == "date" {
		l.date, err = parseDate(fields)
	}
	return err
}

func (l *libraryEncoder) line(fields []string) error {
	if len(fields) != 6 {
		return errors.New("want library, version, path, sha256, sha256-lf and size")
	}
	sum, err := parseDigest(fields[3], sha256.Size)
	if err != nil {
		return err
	}
	sumLF, err := parseDigest(fields[4], sha256.Size)
	if err != nil {
		return err
	}
	size, err := parseSize(fields[5])
	if err != nil {
		return err
	}
	f := libraryFile{release: l.releases.of(fields[0] + "\t" + fields[1]), path: l.paths.of(fields[2]), size: size}
	l.add(sum, f)
	if sumLF != sum {
		f.flags = flagLineEnds
		l.add(sumLF, f)
	}
	return nil
}

func (l *libraryEncoder) add(sum string, f libraryFile) {
	if l.files == nil {
		l.files = map[string][]libraryFile{}
	}
	l.files[sum] = append(l.files[sum], f)
}

func (l *libraryEncoder) trimmedHeader([]string) error { return nil }

func (l *libraryEncoder) trimmedLine(fields []string) error {
	if len(fields) != 3 {
		return errors.New("want sha256, sha256-trimmed and size")
	}
	sum, err := parseDigest(fields[0], sha256.Size)
	if err != nil {
		return err
	}
	trimmed, err := parseDigest(fields[1], sha256.Size)
	if err != nil {
		return err
	}
	size, err := parseSize(fields[2])
	if err != nil {
		return err
	}
	if l.files[sum] == nil {
		return fmt.Errorf("%s is no digest of the list of libraries", fields[0])
	}
	for _, f := range l.files[sum] {
		if f.flags == 0 {
			f.size, f.flags = size, flagTrimmed
			l.add(trimmed, f)
		}
	}
	return nil
}

func (l *libraryEncoder) append(file []byte) []byte {
	var digests []byte
	var postings [][]byte
	for _, sum := range slices.Sorted(maps.Keys(l.files)) {
		digests = append(digests, sum...)
		files := l.files[sum]
		slices.SortFunc(files, func(a, b libraryFile) int {
			return cmp.Or(cmp.Compare(a.release, b.release), cmp.Compare(a.path, b.path), cmp.Compare(a.flags, b.flags))
		})
		var p []byte
		for _, f := range files {
			p = binary.AppendUvarint(p, uint64(f.release))
			p = binary.AppendUvarint(p, uint64(f.path))
			p = binary.AppendUvarint(p, uint64(f.size<<flagBits|f.flags))
		}
		postings = append(postings, p)
	}
	file = appendSection(file, digests)
	file = appendRecords(file, postings)
	file = appendRecords(file, l.releases.list)
	return appendRecords(file, l.paths.list)
}
