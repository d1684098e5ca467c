package access

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch/sensor/access/line"
)

// cursor is how far one file was read. Names go round, so a file is known again by its inode and by a hash of its
// beginning: an inode is given away again, and a copy or a packed file has another.
type cursor struct {
	dev, ino uint64
	head     [16]byte // of the first bytes, unpacked
	heads    int      // how many
	cutAt
	line   int64 // number of the line at offset, from 1
	judged int64 // number of the next line that was not judged
	packed bool
	done   bool  // read to its end, and nothing more is expected
	last   int64 // time of the last line that was judged, milliseconds
}

// headBytes is enough for the time of the first line.
const headBytes = 512

// tailed is a file of a log that is followed.
type tailed struct {
	cursor
	name    string
	file    *os.File  // open from when it is found until it is done, so that what is renamed or deleted can be read to its end
	size    int64     // when it was last looked at
	mtime   time.Time // likewise
	grew    time.Time // when it was last seen to have grown
	present bool      // a file of the folder is it
	broken  time.Time // since when its packing ends too soon
	final   bool      // its last line is whole without a line break
	first   int64     // time of its first lines
}

// retired is how long a file that was rotated away is still written to by servers that have not noticed.
const retired = time.Minute

// chain is one log: a file and those that it was or will be rotated to.
type chain struct {
	key    string
	source *source // what was counted over all rounds
	files  []*tailed
	issues bool   // it says which tokens were issued
	at     string // the place that was named
}

// candidate is a file that lies where a log's files lie.
type candidate struct {
	name     string
	info     fs.FileInfo
	dev, ino uint64
	of       *tailed
	text     []byte
}

// beginning reads the first bytes of a file, unpacked; what cannot be read has none.
func beginning(name string) []byte {
	in, err := openLog(name)
	if err != nil {
		return []byte{}
	}
	defer in.Close()
	buf := make([]byte, headBytes)
	n, _ := io.ReadFull(in, buf)
	return buf[:n]
}

func fingerprint(b []byte) [16]byte {
	sum := sha256.Sum256(b)
	return [16]byte(sum[:16])
}

func isPacked(f io.ReaderAt) bool {
	var b [4]byte
	n, _ := f.ReadAt(b[:], 0)
	return n >= 2 && b[0] == 0x1f && b[1] == 0x8b || n == 4 && b == [4]byte{0x28, 0xb5, 0x2f, 0xfd}
}

// begins says whether the open file still begins as it did, and learns more of its beginning while that is short.
func (t *tailed) begins() bool {
	if t.packed || t.file == nil {
		return true
	}
	var buf [headBytes]byte
	n, err := t.file.ReadAt(buf[:], 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return true // what cannot be read now is not another file
	}
	if n < t.heads || t.heads > 0 && fingerprint(buf[:t.heads]) != t.head {
		return false
	}
	if n > t.heads {
		t.head, t.heads = fingerprint(buf[:n]), n
	}
	return true
}

func (t *tailed) open() error {
	if t.file != nil || t.done {
		return nil
	}
	f, err := os.Open(t.name)
	if err != nil {
		return err
	}
	t.file = f
	if t.packed = isPacked(f); t.packed && t.heads == 0 {
		t.learn(beginning(t.name))
	}
	return nil
}

func (t *tailed) close() {
	if t.file != nil {
		t.file.Close()
		t.file = nil
	}
}

// look takes the size of a file that is open, and says whether there is more of it.
func (t *tailed) look(now time.Time) bool {
	info, err := t.file.Stat()
	if err != nil {
		return false
	}
	if info.Size() != t.size || !info.ModTime().Equal(t.mtime) {
		t.size, t.mtime, t.grew = info.Size(), info.ModTime(), now
	}
	return t.more()
}

// more says whether there is something that was not read. Of a packed file only reading tells.
func (t *tailed) more() bool {
	if t.packed {
		return !t.done && (t.broken.IsZero() || t.grew.After(t.broken))
	}
	return t.size > t.offset
}

// candidates lists what lies at a place, by the log it belongs to.
func candidates(place string) (map[string][]candidate, error) {
	found := map[string][]candidate{}
	add := func(name string, info fs.FileInfo) {
		c := candidate{name: name, info: info}
		c.dev, c.ino = identify(info)
		key := chainOf(name)
		found[key] = append(found[key], c)
	}
	info, err := os.Stat(place)
	if err == nil && info.IsDir() {
		n := 0
		err = filepath.WalkDir(place, func(name string, d fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist):
				return nil // it went while we looked
			case err != nil:
				return err
			case !d.Type().IsRegular() || strings.HasPrefix(d.Name(), ".") || notLog(d.Name()):
				return nil
			}
			if n++; n > maxFiles {
				return fmt.Errorf("there are more than %d files in %s: name the folder of one log", maxFiles, place)
			}
			if info, err := d.Info(); err == nil {
				add(name, info)
			}
			return nil
		})
		return found, plain(err)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, plain(err)
	}
	entries, err := os.ReadDir(filepath.Dir(place))
	if err != nil {
		return nil, plain(err)
	}
	key := chainOf(place)
	for _, d := range entries {
		name := filepath.Join(filepath.Dir(place), d.Name())
		if chainOf(name) != key || strings.HasPrefix(d.Name(), ".") {
			continue
		}
		if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
			add(name, info)
		}
	}
	return found, nil
}

// begin gives the first bytes of a candidate, unpacked.
func (f *candidate) begin() []byte {
	if f.text == nil {
		f.text = beginning(f.name)
	}
	return f.text
}

// unripe says that a file has only just begun: it may become a copy of another, which cannot be seen yet.
func (f *candidate) unripe(now time.Time) bool {
	return f.info.Size() == 0 || f.info.Size() < headBytes && now.Sub(f.info.ModTime()) < time.Second
}

// is says whether a candidate begins as this file did.
func (t *tailed) is(f *candidate) bool {
	text := f.begin()
	return t.heads > 0 && len(text) >= t.heads && fingerprint(text[:t.heads]) == t.head
}

// match finds out which of the files that are there are which of those that were read. At the first look at a single file,
// those that it was rotated to before are not read.
func (c *chain) match(found []candidate, only string, first bool, now time.Time, pattern *line.Pattern) {
	for _, t := range c.files {
		t.present = false
	}
	for i := range found { // an inode that begins as it did is the same file, whatever its name is now
		f := &found[i]
		for _, t := range c.files {
			if t.present || t.dev != f.dev || t.ino != f.ino || t.ino == 0 {
				continue
			}
			same := f.info.Size() == t.size && f.info.ModTime().Equal(t.mtime)
			if same || t.file != nil || t.heads == 0 || (t.packed || f.info.Size() >= t.offset) && t.is(f) {
				f.of, t.present, t.name = t, true, f.name
				if t.done && !t.packed && f.info.Size() > t.offset {
					t.done = false // somebody still writes to it
				}
			}
			break
		}
	}
	for i := range found { // a copy, or a packed file, begins as the one that went
		f := &found[i]
		for _, t := range c.files {
			if f.of != nil || !t.is(f) {
				continue
			}
			f.of = t
			if !t.present && t.file == nil { // only this one is left of it
				t.dev, t.ino, t.name, t.present = f.dev, f.ino, f.name, true
			}
		}
	}
	var fresh []*tailed
	for i := range found {
		f := &found[i]
		if f.of != nil || !first && f.name != only && f.unripe(now) {
			continue
		}
		t := &tailed{name: f.name, present: true, cursor: cursor{dev: f.dev, ino: f.ino, line: 1, judged: 1}, grew: now}
		t.size, t.mtime = f.info.Size(), f.info.ModTime()
		if first && only != "" && f.name != only {
			t.done, t.offset = true, t.size
			t.learn(f.begin())
		} else if t.size > 0 {
			t.first = firstTime(f.name, pattern)
		}
		fresh = append(fresh, t)
	}
	slices.SortStableFunc(fresh, func(a, b *tailed) int {
		return cmp.Or(cmp.Compare(uint64(a.first-1), uint64(b.first-1)), a.mtime.Compare(b.mtime), cmp.Compare(a.name, b.name)) // those without a time come last
	})
	c.files = append(c.files, fresh...)
}

func (t *tailed) learn(begin []byte) { t.head, t.heads = fingerprint(begin), len(begin) }

// settle opens what is to be read, and says what is gone before it was read.
func (c *chain) settle(now time.Time, gap func(t *tailed, place, why string)) {
	var keep []*tailed
	for _, t := range c.files {
		if !t.done && t.file == nil && t.present {
			if err := t.open(); err != nil && !errors.Is(err, fs.ErrNotExist) {
				gap(nil, t.name, "it cannot be read: "+plain(err).Error())
			}
		}
		switch {
		case t.file != nil && !t.packed && t.cutOff():
			keep = append(keep, c.restart(t, now, gap)...)
		case t.present || t.file != nil:
			keep = append(keep, t)
		case !t.done && (t.offset > 0 || t.size > 0):
			gap(t, t.name, fmt.Sprintf("a file of this log, read up to line %d%s, is gone: what came after that in it was not seen; let logrotate wait longer before it deletes", t.judged-1, t.until()))
		}
	}
	c.files = keep
	for i, t := range c.files {
		t.retire(now, i == len(c.files)-1, gap)
	}
}

func (t *tailed) until() string {
	if t.last == 0 {
		return ""
	}
	return " of " + moment(t.last).Format("2006-01-02 15:04:05 MST")
}

// cutOff says that the open file is no longer what was read of it.
func (t *tailed) cutOff() bool {
	info, err := t.file.Stat()
	if err != nil {
		return false
	}
	return info.Size() < t.offset || !t.begins()
}

// restart goes on with a file that was cut off, from its beginning; what was not read of it may be in the copy that was
// made of it before.
func (c *chain) restart(t *tailed, now time.Time, gap func(t *tailed, place, why string)) []*tailed {
	fresh := &tailed{name: t.name, file: t.file, present: t.present, cursor: cursor{dev: t.dev, ino: t.ino, line: 1, judged: 1}, grew: now}
	found, _ := candidates(t.name) // none is none
	for _, f := range found[c.key] {
		if f.dev == t.dev && f.ino == t.ino || !t.is(&f) {
			continue
		}
		rest := &tailed{name: f.name, present: true, cursor: t.cursor, grew: now}
		rest.dev, rest.ino = f.dev, f.ino
		if rest.open() == nil && (rest.packed || f.info.Size() >= rest.offset) {
			fresh.begins()
			return []*tailed{rest, fresh}
		}
		rest.close()
	}
	gap(t, fmt.Sprintf("%s (cut off after line %d)", t.name, t.judged-1),
		fmt.Sprintf("the log was cut off after line %d%s and there is no copy of it: what was written just before was not seen", t.judged-1, t.until()))
	fresh.begins()
	return []*tailed{fresh}
}

// retire closes a file that was rotated away and that nobody has written to for some time.
func (t *tailed) retire(now time.Time, newest bool, gap func(t *tailed, place, why string)) {
	if t.done || t.file == nil || now.Sub(t.grew) < retired {
		return
	}
	switch {
	case t.packed && !t.broken.IsZero():
		gap(t, t.name, unreadable(t.name, t.judged-1, io.ErrUnexpectedEOF))
	case t.packed || newest:
		return
	case t.size > t.offset:
		t.final = true // half a line, to which nothing will be added
		return
	}
	t.done = true
	t.close()
}

// reader gives what was not read of a file, as it is now.
func (t *tailed) reader() (io.Reader, error) {
	if !t.packed {
		return io.NewSectionReader(t.file, t.offset, t.size-t.offset), nil
	}
	f, err := unpacked(io.NopCloser(io.NewSectionReader(t.file, 0, t.size)))
	if err != nil {
		return nil, err
	}
	if _, err := io.CopyN(io.Discard, f, t.offset); err != nil {
		return nil, err
	}
	return f, nil
}

// gone says that the name of a file leads to another one now, or to none.
func (t *tailed) gone() bool {
	named, err := os.Stat(t.name)
	if err != nil {
		return true
	}
	mine, err := t.file.Stat()
	return err == nil && !os.SameFile(named, mine)
}

// state walks over what is remembered of a log.
func (c *chain) state(w *codec) {
	w.text(&c.key)
	w.flag(&c.issues)
	w.text(&c.at)
	if c.source == nil {
		c.source = &source{name: c.key}
	}
	s := c.source
	list(w, &c.files, func(t **tailed) {
		if !w.writes {
			*t = &tailed{}
		}
		(*t).state(w)
	})
	var counts map[int64]int64 = s.hours
	table(w, &counts, w.at, w.at)
	s.hours = counts
	num(w, &s.tally.lines)
	for i := range s.tally.formats {
		num(w, &s.tally.formats[i])
	}
	for _, n := range [...]*int64{&s.tally.from, &s.tally.to, &s.tally.back, &s.tally.subject, &s.tally.tokens, &s.tally.reads, &s.tally.nobody, &s.tally.statics, &s.long, &s.bytes} {
		num(w, n)
	}
}

func (t *tailed) state(w *codec) {
	w.text(&t.name)
	wide(w, &t.dev)
	wide(w, &t.ino)
	sum := bytes.Clone(t.head[:])
	w.bytes(&sum)
	copy(t.head[:], sum)
	num(w, &t.heads)
	for _, n := range [...]*int64{&t.offset, &t.line, &t.judged, &t.last, &t.size} {
		num(w, n)
	}
	w.flag(&t.skip)
	w.bytes(&t.header)
	w.flag(&t.packed)
	w.flag(&t.done)
	if w.bad = w.bad || t.offset < 0 || t.heads < 0 || t.heads > headBytes; w.bad {
		*t = tailed{}
	}
}
