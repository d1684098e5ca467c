package canary

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"io"
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

func isGzip(d []byte) bool { return len(d) > 2 && d[0] == 0x1f && d[1] == 0x8b && d[2] == 8 }

// The headers that compressors write (RFC 1950, with a window of 32 kB), one for each of four levels.
const zlibFirst = 0x78

var zlibLevels = []byte{0x01, 0x5e, 0x9c, 0xda}

func isZlib(d []byte) bool {
	return len(d) > 1 && d[0] == zlibFirst && bytes.IndexByte(zlibLevels, d[1]) >= 0
}

const (
	maxStreams = 64 // compressed streams tried in one layer
	maxBodies  = 16 // parts of a message
)

// packed looks into the compressed streams of a layer.
func (s *search) packed(l layer) {
	data := l.data
	tried := 0
	for i := 0; tried < maxStreams; i++ {
		j := bytes.Index(data[i:], []byte{0x1f, 0x8b, 8})
		if j < 0 {
			break
		}
		i += j
		if body, ok := gzipBody(data[i:]); ok {
			tried++
			s.inflateAt(l, i, "gzip", body, false)
		}
	}
	for _, second := range zlibLevels { // the rarer byte of the two
		for i := 1; i < len(data) && tried < maxStreams; i++ {
			j := bytes.IndexByte(data[i:], second)
			if j < 0 {
				break
			}
			if i += j; data[i-1] == zlibFirst {
				tried++
				s.inflateAt(l, i-1, "zlib", data[i+1:], i > 1)
			}
		}
	}
	s.inflateRaw(l)
	if n := len(data); n >= minRun && (isGzip([]byte{data[n-1], data[n-2], data[n-3]}) || isZlib([]byte{data[n-1], data[n-2]})) {
		s.reverse(l)
	}
}

// bodies looks at the parts of a message, after their headers: a cipher or a stream without a header is only told by its
// first bytes.
func (s *search) bodies(l layer) {
	for i, n := 0, 0; n < maxBodies; n++ {
		j := bytes.Index(l.data[i:], []byte("\r\n\r\n"))
		if j < 0 {
			return
		}
		i += j + 4
		body, _, _ := bytes.Cut(l.data[i:], []byte("\r\n--"))
		part := layer{data: body, how: l.how, depth: l.depth, at: l.offset(i)}
		s.backward(part)
		if readable(body) {
			s.guess(part)
		} else {
			s.opaque(part, nil)
		}
	}
}

// inflateRaw tries a stream without a header, where a layer does not look like anything else.
func (s *search) inflateRaw(l layer) {
	if deflated(l.data) && !opens(l.data) {
		s.inflateAt(l, 0, "deflate", l.data, true)
	}
}

// deflated says whether d may be a deflate stream by the header of its first block (RFC 1951, 3.2.3).
func deflated(d []byte) bool {
	if len(d) < minNeedle {
		return false
	}
	switch d[0] >> 1 & 3 {
	case 0:
		return binary.LittleEndian.Uint16(d[1:]) == ^binary.LittleEndian.Uint16(d[3:])
	case 2:
		return d[0]>>3 < 30 && d[1]&31 < 30 && wholeCode(d)
	}
	return d[0]>>1&3 == 1
}

// wholeCode says whether the lengths with which a dynamic block begins make a whole prefix code, as they must.
func wholeCode(d []byte) bool {
	bits := binary.LittleEndian.Uint64(d[1:]) >> 5
	n := 4 + int(bits&15)
	bits >>= 4
	space := 0
	for i := range n {
		if i == 18 { // one of the 64 bits is left
			bits |= uint64(d[9]) << 1
		}
		if length := bits & 7; length > 0 {
			space += 1 << (7 - length)
		}
		bits >>= 3
	}
	return space == 1<<7
}

// gzipBody is what follows the header of a gzip member (RFC 1952).
func gzipBody(d []byte) ([]byte, bool) {
	if len(d) < 18 {
		return nil, false
	}
	flags := d[3]
	d = d[10:]
	if flags&4 != 0 {
		n := 2 + int(binary.LittleEndian.Uint16(d))
		if n > len(d) {
			return nil, false
		}
		d = d[n:]
	}
	for _, zeroEnded := range []byte{8, 16} {
		if flags&zeroEnded != 0 {
			i := bytes.IndexByte(d, 0)
			if i < 0 {
				return nil, false
			}
			d = d[i+1:]
		}
	}
	if flags&2 != 0 && len(d) >= 2 {
		d = d[2:]
	}
	return d, true
}

// inflater is a flate reader that is used again.
type inflater struct {
	source bytes.Reader
	stream io.ReadCloser
}

// inflateAt looks into the stream d. A doubtful one must read well from its first bytes, or end where the data ends.
func (s *search) inflateAt(l layer, at int, how string, d []byte, doubtful bool) {
	if s.inflate == nil {
		s.inflate = &inflater{}
		s.inflate.stream = flate.NewReader(&s.inflate.source)
	}
	z := s.inflate
	z.source.Reset(d)
	if err := z.stream.(flate.Resetter).Reset(&z.source, nil); err != nil {
		return
	}
	mark := len(s.arena)
	defer func() { s.arena = s.arena[:mark] }()
	const step = 4 << 10
	for {
		s.arena = slices.Grow(s.arena, step)
		n, err := z.stream.Read(s.arena[len(s.arena) : len(s.arena)+step])
		s.arena = s.arena[:len(s.arena)+n]
		out := s.arena[mark:]
		if err != nil {
			ended := err == io.EOF && z.source.Len() <= 8 // checksums may follow
			if len(out) >= minNeedle && (!doubtful || ended || opens(out)) {
				s.into(l, at, how, out)
			}
			return
		}
		if doubtful && len(out) >= step && !opens(out) && len(out) > 64<<10 {
			return
		}
		if len(out) >= min(maxInflate, s.work) {
			s.short = true
			s.into(l, at, how, out[:min(len(out), max(s.work-layerCost, 0))])
			return
		}
	}
}

// readable says whether data begins like text: eight characters or more of UTF-8 without controls.
func readable(data []byte) bool {
	if len(data) < 8 {
		return false
	}
	for i := 0; i < min(len(data), 32); {
		b := data[i]
		if b < utf8.RuneSelf {
			if !isText[b] {
				return false
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError {
			return len(data)-i < utf8.UTFMax && i >= 8
		}
		i += n
	}
	return true
}

const (
	minWide  = 12  // characters with a zero byte each, in a row, that are taken for UTF-16
	wideLead = 256 // bytes before them that may belong to them
)

// wide looks into UTF-16, and into bytes that were written as if each were a character.
func (s *search) wide(l layer) {
	data := l.data
	for p := bytes.IndexByte(data, 0); p >= 0; {
		e := p
		for e+2 < len(data) && data[e+2] == 0 && data[e+1] != 0 {
			e += 2
		}
		if (e-p)/2 >= minWide {
			s.utf16(l, max(p-1-wideLead, (p-1)&1), binary.LittleEndian)
			s.utf16(l, max(p-wideLead, p&1), binary.BigEndian)
			break
		}
		next := bytes.IndexByte(data[e+1:], 0)
		if next < 0 {
			break
		}
		p = e + 1 + next
	}
	if doubled(data) {
		mark := len(s.arena)
		for i := 0; i < len(data); {
			r, n := utf8.DecodeRune(data[i:])
			if r == utf8.RuneError && n <= 1 || r > 0xff {
				s.arena = append(s.arena, data[i:i+n]...)
			} else {
				s.arena = append(s.arena, byte(r))
			}
			i += n
		}
		s.into(l, 0, "utf-8", s.arena[mark:])
		s.arena = s.arena[:mark]
	}
}

// doubled says whether a good part of data is characters from U+0080 to U+00FF: bytes that a script kept in a string.
func doubled(data []byte) bool {
	if bytes.IndexByte(data, 0xc2) < 0 && bytes.IndexByte(data, 0xc3) < 0 {
		return false
	}
	head := data[:min(len(data), 4096)]
	n := 0
	for i := 0; i+1 < len(head); i++ {
		if head[i]&0xfe == 0xc2 && head[i+1]&0xc0 == 0x80 {
			n++
		}
	}
	return 16*n >= len(head)
}

func (s *search) utf16(l layer, from int, order binary.ByteOrder) {
	if s.work < len(l.data) {
		s.short = true
		return
	}
	mark := len(s.arena)
	for i := from; i+1 < len(l.data); i += 2 {
		r := rune(order.Uint16(l.data[i:]))
		if utf16.IsSurrogate(r) && i+3 < len(l.data) {
			if pair := utf16.DecodeRune(r, rune(order.Uint16(l.data[i+2:]))); pair != utf8.RuneError {
				r, i = pair, i+2
			}
		}
		s.arena = utf8.AppendRune(s.arena, r)
	}
	s.into(l, from, "utf-16", s.arena[mark:])
	s.arena = s.arena[:mark]
}
