package known

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
)

type releaseEncoder struct {
	date      string
	text      strings.Builder // of the header
	header    platformHeader
	rows      []row
	platforms index[*Platform] // in the order of their rows
}

type row struct {
	platform *Platform
	path     string
	blob     string
	size     int // -1 where not known
	set      string
}

func (e *releaseEncoder) headerLine(fields []string) (err error) {
	if e.rows != nil {
		return errors.New("a header line after the first file")
	}
	if fields[0] == "date" {
		if e.date, err = parseDate(fields); err != nil {
			return err
		}
	}
	e.text.WriteString(strings.Join(fields, "\t") + "\n")
	return e.header.line(fields)
}

func (e *releaseEncoder) line(fields []string) (err error) {
	if len(fields) != 5 {
		return errors.New("want platform, path, blob, size and versions")
	}
	i := slices.IndexFunc(e.header.platforms, func(p *Platform) bool { return p.Name == fields[0] })
	if i < 0 {
		return fmt.Errorf("%q is no platform of the header", fields[0])
	}
	r := row{platform: e.header.platforms[i], path: fields[1], size: -1}
	if r.path == "" || len(r.path) >= maxPath {
		return fmt.Errorf("a path of %d bytes", len(r.path))
	}
	if r.blob, err = parseDigest(fields[2], len(Blob{})); err != nil {
		return err
	}
	if fields[3] != "-" {
		if r.size, err = parseSize(fields[3]); err != nil {
			return err
		}
	}
	if r.set, err = parseVersions(r.platform.Versions, fields[4]); err != nil {
		return err
	}
	return e.add(r)
}

func (e *releaseEncoder) add(r row) error {
	if e.platforms.of(r.platform) != len(e.platforms.list)-1 {
		return fmt.Errorf("files of %s in two places", r.platform.Name)
	}
	if n := len(e.rows); n > 0 && e.rows[n-1].platform == r.platform {
		before := e.rows[n-1]
		if cmp.Or(strings.Compare(before.path, r.path), strings.Compare(before.blob, r.blob)) >= 0 {
			return errors.New("not sorted by path and blob")
		}
	}
	e.rows = append(e.rows, r)
	return nil
}

func (e *releaseEncoder) append(file []byte) ([]byte, error) {
	if len(e.rows) >= maxRows {
		return nil, fmt.Errorf("%d files, the format holds %d", len(e.rows), maxRows)
	}
	for _, p := range e.header.platforms {
		if len(p.Versions) == 0 {
			return nil, fmt.Errorf("%s has no #versions", p.Name)
		}
	}
	sets, number := e.sets()
	blocks, firstRows, ranges := e.blocks(number)
	file = appendSection(file, []byte(e.text.String()))
	file = appendSection(file, ranges)
	file = appendRecords(file, sets)
	file = appendRecords(file, blocks)
	file = appendSection(file, firstRows)
	file = appendSection(file, e.blobs())
	return appendSection(file, e.byBlob()), nil
}

// sets gives the distinct sets of versions, that of most rows first, and the number of each.
func (e *releaseEncoder) sets() ([]string, map[string]int) {
	count := map[string]int{}
	for _, r := range e.rows {
		count[r.set]++
	}
	var sets []string
	for s := range count {
		sets = append(sets, s)
	}
	slices.SortFunc(sets, func(a, b string) int { return cmp.Or(cmp.Compare(count[b], count[a]), strings.Compare(a, b)) })
	number := map[string]int{}
	for i, s := range sets {
		number[s] = i
	}
	return sets, number
}

// blocks gives the blocks of all rows, the first row of each, and the blocks of each platform.
func (e *releaseEncoder) blocks(sets map[string]int) (blocks [][]byte, firstRows, ranges []byte) {
	first := map[*Platform]int{}
	end := map[*Platform]int{}
	var before row
	paths := 0
	for i := 0; i < len(e.rows); {
		r := e.rows[i]
		next := i + 1
		for next < len(e.rows) && e.rows[next].platform == r.platform && e.rows[next].path == r.path {
			next++
		}
		if r.platform != before.platform || paths == blockPaths {
			if r.platform != before.platform {
				first[r.platform] = len(blocks)
			}
			blocks = append(blocks, nil)
			firstRows = binary.LittleEndian.AppendUint32(firstRows, uint32(i))
			paths, before.path = 0, ""
		}
		b := &blocks[len(blocks)-1]
		*b = appendPath(*b, before.path, e.rows[i:next], sets)
		paths++
		before, i = r, next
		end[r.platform] = len(blocks)
	}
	firstRows = binary.LittleEndian.AppendUint32(firstRows, uint32(len(e.rows)))
	for _, p := range e.header.platforms {
		ranges = binary.LittleEndian.AppendUint32(ranges, uint32(first[p]))
		ranges = binary.LittleEndian.AppendUint32(ranges, uint32(end[p]))
	}
	return blocks, firstRows, ranges
}

func appendPath(block []byte, before string, rows []row, sets map[string]int) []byte {
	path := rows[0].path
	shared := 0
	for shared < min(len(before), len(path)) && before[shared] == path[shared] {
		shared++
	}
	block = binary.AppendUvarint(block, uint64(shared))
	block = binary.AppendUvarint(block, uint64(len(path)-shared))
	block = append(block, path[shared:]...)
	block = binary.AppendUvarint(block, uint64(len(rows)))
	for _, r := range rows {
		block = binary.AppendUvarint(block, uint64(r.size+1))
		block = binary.AppendUvarint(block, uint64(sets[r.set]))
	}
	return block
}

func (e *releaseEncoder) blobs() []byte {
	var blobs []byte
	for _, r := range e.rows {
		blobs = append(blobs, r.blob...)
	}
	return blobs
}

func (e *releaseEncoder) byBlob() []byte {
	order := make([]int, len(e.rows))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return strings.Compare(e.rows[a].blob, e.rows[b].blob) })
	var list bytes.Buffer
	for _, i := range order {
		var number [offsetWidth]byte
		binary.LittleEndian.PutUint32(number[:], uint32(i))
		list.Write(number[:rowWidth])
	}
	return list.Bytes()
}
