package source

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/tillwatch/tillwatch"
)

// memory knows which objects, and which files of the working tree, were read whole and hold nothing. It keeps their ids and
// nothing of what was found: that is looked up again, so it never says more than the repository does.
type memory struct {
	state   tillwatch.State
	key     string
	edition [sha256.Size]byte

	objects ids             // known before the look
	noted   map[oid]byte    // of these, those of which not all can be seen, and why: a place in lasting
	files   map[digest]bool // known before the look

	// Of this look.
	all      ids
	seen     func(i int) bool
	unclear  map[oid]byte // not whole or not empty: why, as in noted, or 0 where the object must be read again
	newFiles map[digest]bool
}

// digest stands for a file's name and what the system says of its content.
type digest [16]byte

const memoryMark = "tillwatch source 2\n"

// lasting are the reasons that stay as long as the content does; other things may come back.
var lasting = []string{1: whyPacked, 2: whyBomb}

// maxMemory bounds what is remembered of one repository. Of a larger one nothing is: that costs time and nothing else.
const maxMemory = 512 << 20

// remembered loads what is known of a repository. It is worth nothing after the register or the patterns changed.
func remembered(c Config, t tillwatch.Target, width int) *memory {
	m := &memory{
		state: c.State, key: "objects of " + t.Shop + " " + t.Place, files: map[digest]bool{}, noted: map[oid]byte{}, newFiles: map[digest]bool{},
		objects: newIDs(width, nil), seen: func(int) bool { return false },
	}
	m.edition = c.fingerprint(width)
	if m.state == nil {
		return m
	}
	value, err := m.state.Load(m.key)
	if err != nil {
		return m
	}
	rest, marked := bytes.CutPrefix(value, append([]byte(memoryMark), m.edition[:]...))
	if !marked || len(rest) < 16 {
		return m
	}
	known, noted := int(binary.BigEndian.Uint64(rest)), int(binary.BigEndian.Uint64(rest[8:]))
	rest = rest[16:]
	if known < 0 || noted < 0 || known > len(rest) || noted > len(rest)-known ||
		known%width != 0 || noted%(width+1) != 0 || (len(rest)-known-noted)%len(digest{}) != 0 {
		return m
	}
	m.objects = newIDs(width, rest[:known])
	for record := range slices.Chunk(rest[known:known+noted], width+1) {
		var id oid
		copy(id[:], record[:width])
		if why := record[width]; why > 0 && int(why) < len(lasting) {
			m.noted[id] = why
		}
	}
	rest = rest[known+noted:]
	for d := range slices.Chunk(rest, len(digest{})) {
		m.files[digest(d)] = true
	}
	return m
}

// fingerprint names all that what was found depends on, besides the content.
func (c Config) fingerprint(width int) (sum [sha256.Size]byte) {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%d\n%v\n", c.Edition, width, c.Patterns != nil)
	for _, k := range c.Register.Keys {
		print, err := k.Print.MarshalText()
		fmt.Fprintf(h, "%q %s %v\n", k.ID, print, err)
	}
	h.Sum(sum[:0])
	return sum
}

// save remembers what was seen. A look that was stopped adds to what was known; one that was not forgets what it did not
// meet.
func (m *memory) save(stopped bool) error {
	if m.state == nil {
		return nil
	}
	var raw, noted []byte
	for i := range m.all.len() {
		id := m.all.at(i)
		why, unclear := m.unclear[id]
		if !m.seen(i) || unclear && why == 0 {
			continue
		}
		raw = append(raw, id[:m.all.width]...)
		if unclear {
			noted = append(append(noted, id[:m.all.width]...), why)
		}
	}
	if stopped {
		for d := range m.files {
			m.newFiles[d] = true
		}
	}
	if stopped && m.all.len() == 0 {
		return nil
	}
	if len(raw)+len(m.newFiles)*len(digest{}) > maxMemory {
		return nil
	}
	value := append([]byte(memoryMark), m.edition[:]...)
	value = binary.BigEndian.AppendUint64(value, uint64(len(raw)))
	value = binary.BigEndian.AppendUint64(value, uint64(len(noted)))
	value = append(append(value, raw...), noted...)
	for d := range m.newFiles {
		value = append(value, d[:]...)
	}
	if old, err := m.state.Load(m.key); err == nil && bytes.Equal(old, value) {
		return nil
	}
	return m.state.Save(m.key, value)
}
