package known

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// statementEncoder takes its lines in the order of their hashes.
type statementEncoder struct {
	date     string
	releases map[string]releaseRange // of each library
	keys     []byte
	sets     index[string]
	setOf    []int
	// The libraries of the last key, which further lines may still add to.
	members map[int]bool
}

// releaseRange is where a library's versions stand among all releases.
type releaseRange struct {
	first    int
	versions []string
}

// releaseRanges gives where each library's versions stand in releases, each being name, TAB and version.
func releaseRanges(releases []string) (map[string]releaseRange, error) {
	ranges := map[string]releaseRange{}
	for i, r := range releases {
		name, version, _ := strings.Cut(r, "\t")
		of, known := ranges[name]
		if !known {
			of.first = i
		}
		if of.first+len(of.versions) != i {
			return nil, fmt.Errorf("the lines of %s stand in two places", name)
		}
		of.versions = append(of.versions, version)
		ranges[name] = of
	}
	return ranges, nil
}

func (s *statementEncoder) headerLine(fields []string) (err error) {
	if fields[0] == "date" {
		s.date, err = parseDate(fields)
	}
	return err
}

func (s *statementEncoder) line(fields []string) error {
	if len(fields) != 3 {
		return errors.New("want hash, library and versions")
	}
	key, err := parseDigest(fields[0], keyWidth)
	if err != nil {
		return err
	}
	of, ok := s.releases[fields[1]]
	if !ok {
		return fmt.Errorf("%q is no library of the list", fields[1])
	}
	set, err := parseVersions(of.versions, fields[2])
	if err != nil {
		return err
	}
	switch last := s.lastKey(); {
	case key < last:
		return errors.New("not sorted by hash")
	case key > last:
		s.endKey()
		s.keys = append(s.keys, key...)
		s.members = map[int]bool{}
	}
	for first, last := range intervals([]byte(set)) {
		for i := first; i <= last; i++ {
			s.members[of.first+i] = true
		}
	}
	return nil
}

func (s *statementEncoder) lastKey() string {
	return string(s.keys[max(0, len(s.keys)-keyWidth):])
}

// endKey gives the last key its set.
func (s *statementEncoder) endKey() {
	if s.members == nil {
		return
	}
	var set []byte
	next := 0
	members := slices.Sorted(maps.Keys(s.members))
	for len(members) > 0 {
		n := 1
		for n < len(members) && members[n] == members[0]+n {
			n++
		}
		set, next = appendInterval(set, next, members[0], members[n-1])
		members = members[n:]
	}
	s.setOf = append(s.setOf, s.sets.of(string(set)))
}

func (s *statementEncoder) append(file []byte) ([]byte, error) {
	s.endKey()
	if len(s.sets.list) > maxSets {
		return nil, fmt.Errorf("%d sets of releases, the format holds %d", len(s.sets.list), maxSets)
	}
	var setOf []byte
	for _, n := range s.setOf {
		setOf = binary.LittleEndian.AppendUint16(setOf, uint16(n))
	}
	file = appendSection(file, s.keys)
	file = appendSection(file, setOf)
	return appendRecords(file, s.sets.list), nil
}
