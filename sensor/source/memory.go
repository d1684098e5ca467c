package source

import (
	"bytes"
	"crypto/sha256"
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
	files   map[digest]bool // known before the look

	// Of this look.
	all      ids
	seen     func(i int) bool
	unclear  map[oid]bool
	newFiles map[digest]bool
}

// digest stands for a file's name and what the system says of its content.
type digest [16]byte

const memoryMark = "tillwatch source 1\n"

// maxMemory bounds what is remembered of one repository. Of a larger one nothing is: that costs time and nothing else.
const maxMemory = 512 << 20

// remembered loads what is known of a repository. It is worth nothing after the register or the patterns changed.
func remembered(c Config, t tillwatch.Target, width int) *memory {
	m := &memory{
		state: c.State, key: "objects of " + t.Shop + " " + t.Place, files: map[digest]bool{}, newFiles: map[digest]bool{},
		objects: newIDs(width, nil), seen: func(int) bool { return false },
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%d\n%v\n", c.Edition, width, c.Patterns != nil)
	for _, k := range c.Register.Keys {
		print, err := k.Print.MarshalText()
		fmt.Fprintf(h, "%q %s %v\n", k.ID, print, err)
	}
	h.Sum(m.edition[:0])
	if m.state == nil {
		return m
	}
	value, err := m.state.Load(m.key)
	if err != nil {
		return m
	}
	rest, marked := bytes.CutPrefix(value, append([]byte(memoryMark), m.edition[:]...))
	if !marked || len(rest) < 8 {
		return m
	}
	n := 0
	for _, c := range rest[:8] {
		n = n<<8 | int(c)
	}
	rest = rest[8:]
	if n < 0 || n > len(rest) || n%width != 0 || (len(rest)-n)%len(digest{}) != 0 {
		return m
	}
	m.objects = newIDs(width, rest[:n])
	for d := range slices.Chunk(rest[n:], len(digest{})) {
		m.files[digest(d)] = true
	}
	return m
}

// save remembers what was seen. A look that was stopped adds to what was known; one that was not forgets what it did not
// meet.
func (m *memory) save(stopped bool) error {
	if m.state == nil {
		return nil
	}
	var raw []byte
	for i := range m.all.len() {
		if id := m.all.at(i); m.seen(i) && !m.unclear[id] {
			raw = append(raw, id[:m.all.width]...)
		}
	}
	if stopped {
		for d := range m.files {
			m.newFiles[d] = true
		}
	}
	if stopped && m.all.len() == 0 {
		raw = m.objects.raw
	}
	if len(raw)+len(m.newFiles)*len(digest{}) > maxMemory {
		return nil
	}
	value := append([]byte(memoryMark), m.edition[:]...)
	for shift := 56; shift >= 0; shift -= 8 {
		value = append(value, byte(len(raw)>>shift))
	}
	value = append(value, raw...)
	for d := range m.newFiles {
		value = append(value, d[:]...)
	}
	if old, err := m.state.Load(m.key); err == nil && bytes.Equal(old, value) {
		return nil
	}
	return m.state.Save(m.key, value)
}
