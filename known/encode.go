package known

import (
	"bufio"
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
	Statements io.Reader // the statements in them
	Releases   io.Reader // files of shop releases, by git blob id
}

// Encode makes a data file. The same sources give the same bytes. Errors name the list and the line.
func Encode(s Sources) ([]byte, error) {
	var l libraryEncoder
	if err := readSource(s.Libraries, "tillwatch-libraries", l.headerLine, l.line); err != nil {
		return nil, fmt.Errorf("libraries: %w", err)
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
	postings map[string][]byte // by digest
}

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
	l.add(sum, fields, size<<1)
	if sumLF != sum {
		l.add(sumLF, fields, size<<1|1)
	}
	return nil
}

func (l *libraryEncoder) add(sum string, fields []string, size int) {
	if l.postings == nil {
		l.postings = map[string][]byte{}
	}
	p := l.postings[sum]
	p = binary.AppendUvarint(p, uint64(l.releases.of(fields[0]+"\t"+fields[1])))
	p = binary.AppendUvarint(p, uint64(l.paths.of(fields[2])))
	l.postings[sum] = binary.AppendUvarint(p, uint64(size))
}

func (l *libraryEncoder) append(file []byte) []byte {
	sums := slices.Sorted(maps.Keys(l.postings))
	var digests []byte
	var postings [][]byte
	for _, sum := range sums {
		digests = append(digests, sum...)
		postings = append(postings, l.postings[sum])
	}
	file = appendSection(file, digests)
	file = appendRecords(file, postings)
	file = appendRecords(file, l.releases.list)
	return appendRecords(file, l.paths.list)
}
