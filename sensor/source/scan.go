package source

import (
	"bytes"
	"cmp"
	"io"
	"slices"
	"unicode/utf8"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/key"
)

// found is a key in a text, or what looks like one.
type found struct {
	key      int    // its place in the register, or -1
	rule     string // of the pattern, where it is none of the register's
	severity tillwatch.Severity
	offset   int64
	line     int // from 1
	column   int // in characters, from 1
	encoding string
	inside   string // the way through archives, such as "layer.tar!/app/.env"; empty where there is none
}

// scanner looks for keys in contents of any size. Safe for concurrent use.
type scanner struct {
	matcher   *key.Matcher
	patterns  func(text []byte) []key.Hit
	temporary string // folder for what must be on disk to be read
}

// outcome is what a content held. A content that is not whole is read again the next time.
type outcome struct {
	found  []found
	unseen []string // why not all of it was looked at
}

// content looks through a content that is in memory, and through what it packs.
func (s scanner) content(data []byte) outcome {
	c := &carton{scanner: s, left: min(maxUnpacked, minUnpacked+maxRatio*int64(len(data)))}
	c.found = s.text(data)
	if form := packed(data); form != "" {
		c.open(form, bytes.NewReader(data), "", 0)
	}
	return c.result()
}

// stream looks through a content of any size, and holds only pieces of it.
func (s scanner) stream(r io.Reader) (outcome, error) {
	c := &carton{scanner: s, left: maxUnpacked}
	err := c.stream(r, "", 0)
	return c.result(), err
}

// text looks through a content as it is.
func (s scanner) text(data []byte) []found {
	p := pieces{scanner: s}
	p.look(data)
	return p.found
}

// own looks for the register's keys alone. Where there are only names and ids, much looks like a key.
func (s scanner) own(data []byte) []found {
	s.patterns = nil
	return s.text(data)
}

// message looks through a commit or a tag. What looks like a key is looked for in its message only: above that stand ids
// and a signature.
func (s scanner) message(data []byte) []found {
	all := s.own(data)
	if s.patterns == nil {
		return all
	}
	above := bytes.Index(data, []byte("\n\n")) + 1
	lines := bytes.Count(data[:above], []byte{'\n'})
	for _, f := range s.text(data[above:]) {
		if f.key < 0 {
			f.line += lines
			f.offset += int64(above)
			all = append(all, f)
		}
	}
	return all
}

// The pieces in which a content is looked through that is not in memory. Two pieces share as much as the longest key may
// take where each of its bytes is written with an escape of six.
const (
	pieceSize = 4 << 20
	pieceLap  = 128 << 10
)

// pieces looks through what is written to it.
type pieces struct {
	scanner
	found  []found
	buffer []byte
	offset int64 // of the buffer's first byte
	line   int   // line breaks before the buffer
	wide   []byte
	begun  bool
	binary bool // it is a program: its texts stand there without an end, so that much looks like a key
}

func (p *pieces) Write(data []byte) (int, error) {
	n := len(data)
	for len(data) > 0 {
		take := min(len(data), pieceSize-len(p.buffer))
		p.buffer = append(p.buffer, data[:take]...)
		data = data[take:]
		if len(p.buffer) == pieceSize {
			p.piece()
		}
	}
	return n, nil
}

// close looks through the rest.
func (p *pieces) close() []found {
	if len(p.buffer) > 0 {
		p.look(p.buffer)
	}
	return p.found
}

func (p *pieces) piece() {
	p.look(p.buffer)
	done := pieceSize - pieceLap
	p.line += bytes.Count(p.buffer[:done], []byte{'\n'})
	p.offset += int64(done)
	p.buffer = append(p.buffer[:0], p.buffer[done:]...)
}

// look looks through one piece. Of a text in UTF-16 only the first begins with the mark that says so; the others get it.
func (p *pieces) look(data []byte) {
	text, lead := data, 0
	if !p.begun {
		p.binary = isProgram(data)
	}
	if !p.begun && len(data) > 1 && (data[0] == 0xfe && data[1] == 0xff || data[0] == 0xff && data[1] == 0xfe) {
		p.wide = []byte{data[0], data[1]}
	} else if p.begun && p.wide != nil {
		text, lead = slices.Concat(p.wide, data), len(p.wide)
	}
	p.begun = true
	for _, m := range p.matcher.Find(text) {
		p.add(data, found{key: m.Key, encoding: m.Encoding}, m.Offset-lead)
	}
	if p.patterns != nil {
		for _, h := range p.patterns(text) { // its value is left where it is
			severity := h.Severity
			if p.binary {
				severity = min(severity, tillwatch.Low)
			}
			p.add(data, found{key: -1, rule: h.Rule, severity: severity}, h.Offset-lead)
		}
	}
}

// isProgram tells by how files of ELF, Windows, macOS and WebAssembly begin.
func isProgram(data []byte) bool {
	for _, magic := range []string{"\x7fELF", "MZ\x90\x00", "\xcf\xfa\xed\xfe", "\xca\xfe\xba\xbe", "\x00asm"} {
		if bytes.HasPrefix(data, []byte(magic)) {
			return true
		}
	}
	return false
}

// maxFound bounds how often one key is noted in one content. It is told of as one leak, and the other keys there are, too.
// Of a pattern each may be another key.
const (
	maxFound        = 20
	maxFoundPattern = 100
)

func (p *pieces) add(data []byte, f found, at int) {
	at = max(at, 0)
	f.offset = p.offset + int64(at)
	times := 0
	for _, g := range p.found {
		if g.same(f) {
			times++
		}
		if g.same(f) && (g.offset == f.offset || times >= maxFound && f.key >= 0 || times >= maxFoundPattern) {
			return
		}
	}
	begin := bytes.LastIndexByte(data[:at], '\n') + 1
	f.line = p.line + bytes.Count(data[:at], []byte{'\n'}) + 1
	f.column = utf8.RuneCount(data[begin:at]) + 1
	p.found = append(p.found, f)
}

// same says that two are the same key or the same pattern.
func (f found) same(g found) bool { return f.key == g.key && f.rule == g.rule }

// result leaves out what was found in an archive's bytes and also in what it packs, and what looks like a key and is one
// of the register's.
func (c *carton) result() outcome {
	all := slices.DeleteFunc(c.found, func(f found) bool {
		return f.inside == "" && slices.ContainsFunc(c.found, func(g found) bool { return g.inside != "" && g.same(f) })
	})
	all = slices.DeleteFunc(all, func(f found) bool {
		return f.key < 0 && slices.ContainsFunc(all, func(g found) bool { return g.key >= 0 && g.inside == f.inside && g.line == f.line })
	})
	slices.SortFunc(all, func(a, b found) int {
		return cmp.Or(cmp.Compare(a.inside, b.inside), cmp.Compare(a.offset, b.offset), cmp.Compare(a.key, b.key))
	})
	slices.Sort(c.unseen)
	return outcome{found: all, unseen: slices.Compact(c.unseen)}
}
