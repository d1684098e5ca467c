package witness

import "encoding/binary"

// message is one WebSocket message or control frame as it stood on the wire, unmasked, its fragments joined.
type message struct {
	opcode     byte
	compressed bool
	payload    []byte // up to bodyLimit
	size       int64
	whole      bool // its last byte has been seen
	held       bool // at least a part of it was not forwarded
}

// The opcodes of RFC 6455 5.2. opaque is ours: what follows a frame that no browser or server may send.
const (
	opContinuation = 0x0
	opText         = 0x1
	opBinary       = 0x2
	opClose        = 0x8
	opPing         = 0x9
	opPong         = 0xa
	opOpaque       = 0x10
)

var kinds = map[byte]string{opText: "text", opBinary: "binary", opClose: "close", opPing: "ping", opPong: "pong", opOpaque: "opaque"}

// framer cuts one direction of a WebSocket into messages. It takes bytes in pieces of any size and keeps at most
// bodyLimit of a message.
type framer struct {
	masked   bool // the browser's direction
	deflated bool // the extension was agreed on, so that RSV1 has a meaning
	emit     func(message)

	head    [14]byte
	have    int
	left    uint64 // of the payload of the frame at hand
	inFrame bool
	mask    [4]byte
	maskAt  int
	final   bool
	data    *message // the fragmented message under way
	current *message // what the frame at hand belongs to
	lawless *message
}

// feed takes the next bytes of the direction.
func (f *framer) feed(p []byte) {
	for len(p) > 0 {
		switch {
		case f.lawless != nil:
			f.lawless.add(p)
			return
		case f.inFrame:
			n := int(min(uint64(len(p)), f.left))
			f.payload(p[:n])
			p = p[n:]
		default:
			n := copy(f.head[f.have:f.headLength()], p)
			f.have += n
			p = p[n:]
			if f.have == f.headLength() && f.have >= 2 {
				f.begin()
			}
		}
	}
}

// end emits what the connection left unfinished.
func (f *framer) end() {
	unfinished := []*message{f.lawless, f.data}
	if f.current != f.data {
		unfinished = append(unfinished, f.current)
	}
	for _, m := range unfinished {
		if m != nil && m.size > 0 {
			f.emit(*m)
		}
	}
	*f = framer{masked: f.masked, deflated: f.deflated, emit: f.emit}
}

// hold marks the messages under way as not forwarded.
func (f *framer) hold() {
	for _, m := range []*message{f.lawless, f.data, f.current} {
		if m != nil {
			m.held = true
		}
	}
}

// headLength is the length of the frame's header as far as it is known.
func (f *framer) headLength() int {
	if f.have < 2 {
		return 2
	}
	n := 2
	switch f.head[1] & 0x7f {
	case 126:
		n += 2
	case 127:
		n += 8
	}
	if f.head[1]&0x80 != 0 {
		n += 4
	}
	return n
}

func (f *framer) begin() {
	b0, b1 := f.head[0], f.head[1]
	opcode := b0 & 0x0f
	f.final = b0&0x80 != 0
	f.left = uint64(b1 & 0x7f)
	at := 2
	switch f.left {
	case 126:
		f.left = uint64(binary.BigEndian.Uint16(f.head[2:]))
		at = 4
	case 127:
		f.left = binary.BigEndian.Uint64(f.head[2:])
		at = 10
	}
	masked := b1&0x80 != 0
	control := opcode >= opClose
	first := opcode == opText || opcode == opBinary
	rsv1 := b0&0x40 != 0
	switch {
	case kinds[opcode] == "" && opcode != opContinuation,
		masked != f.masked,
		b0&0x30 != 0,
		rsv1 && (!f.deflated || !first),
		control && (!f.final || f.left > 125),
		f.left > 1<<63-1,
		first && f.data != nil,
		opcode == opContinuation && f.data == nil:
		f.lawless = &message{opcode: opOpaque}
		f.lawless.add(f.head[:f.have])
		f.have = 0
		return
	}
	f.mask, f.maskAt = [4]byte{}, 0
	if masked {
		copy(f.mask[:], f.head[at:])
	}
	switch {
	case control:
		f.current = &message{opcode: opcode}
	case first:
		f.data = &message{opcode: opcode, compressed: rsv1}
		f.current = f.data
	default:
		f.current = f.data
	}
	f.have, f.inFrame = 0, true
	if f.left == 0 {
		f.finish()
	}
}

func (f *framer) payload(p []byte) {
	m := f.current
	start := len(m.payload)
	m.add(p)
	if f.masked {
		for i := range m.payload[start:] {
			m.payload[start+i] ^= f.mask[(f.maskAt+i)&3]
		}
		f.maskAt = (f.maskAt + len(p)) & 3
	}
	if f.left -= uint64(len(p)); f.left == 0 {
		f.finish()
	}
}

func (f *framer) finish() {
	f.inFrame = false
	m := f.current
	f.current = nil
	if !f.final {
		return
	}
	m.whole = true
	if m == f.data {
		f.data = nil
	}
	f.emit(*m)
}

// complete tells whether payload is all of it.
func (m *message) complete() bool {
	return (m.whole || m.opcode == opOpaque) && int64(len(m.payload)) == m.size
}

func (m *message) add(p []byte) {
	m.size += int64(len(p))
	m.payload = append(m.payload, p[:min(len(p), bodyLimit-len(m.payload))]...)
}
