package witness

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// frameBytes is one frame as a browser sends it.
func frameBytes(b0 byte, payload string) []byte {
	var b []byte
	switch n := len(payload); {
	case n < 126:
		b = []byte{b0, 0x80 | byte(n)}
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16([]byte{b0, 0x80 | 126}, uint16(n))
	default:
		b = binary.BigEndian.AppendUint64([]byte{b0, 0x80 | 127}, uint64(n))
	}
	mask := []byte{0x12, 0x34, 0x56, 0x78}
	b = append(b, mask...)
	for i := range len(payload) {
		b = append(b, payload[i]^mask[i&3])
	}
	return b
}

func collect(f *framer, pieces ...[]byte) []message {
	var all []message
	f.emit = func(m message) { all = append(all, m) }
	for _, p := range pieces {
		f.feed(p)
	}
	f.end()
	return all
}

func TestFramerRefusesWhatNoBrowserSends(t *testing.T) {
	t.Parallel()
	for name, frame := range map[string][]byte{
		"not masked":           {0x81, 1, 'x'},
		"reserved opcode":      frameBytes(0x83, "x"),
		"reserved control":     frameBytes(0x8b, "x"),
		"RSV1 not agreed":      frameBytes(0xc1, "x"),
		"RSV2":                 frameBytes(0xa1, "x"),
		"fragmented control":   frameBytes(0x09, "x"),
		"long control":         frameBytes(0x89, strings.Repeat("x", 126)),
		"continues nothing":    frameBytes(0x80, "x"),
		"text inside text":     append(frameBytes(0x01, "a"), frameBytes(0x81, "b")...),
		"length beyond 63 bit": {0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4},
	} {
		got := collect(&framer{masked: true}, frame, []byte("and more"))
		last := got[0]
		if name == "text inside text" {
			last = got[0]
			if len(got) != 2 || got[1].opcode != opText || got[1].whole {
				t.Errorf("%s: %+v", name, got)
			}
		}
		if last.opcode != opOpaque || !bytes.HasSuffix(last.payload, []byte("and more")) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestFramerKeepsWhatNeverEnded(t *testing.T) {
	t.Parallel()
	whole := frameBytes(0x81, "canary")
	got := collect(&framer{masked: true}, whole[:len(whole)-2])
	if len(got) != 1 || got[0].whole || string(got[0].payload) != "cana" {
		t.Errorf("%+v", got)
	}
	got = collect(&framer{masked: true}, frameBytes(0x01, "cana"), frameBytes(0x89, "ping")[:8])
	if len(got) != 2 || string(got[0].payload) != "cana" || got[1].opcode != opPing {
		t.Errorf("%+v", got)
	}
}

func TestInflateBounds(t *testing.T) {
	t.Parallel()
	bomb := deflated(strings.Repeat("\x00", inflateLimit+1), nil)
	f := &inflater{keep: true}
	plain, whole, err := f.inflate(message{payload: bomb, size: int64(len(bomb)), whole: true})
	if whole || err != errBomb || len(plain) != bodyLimit {
		t.Errorf("bomb: %d bytes, %t, %v", len(plain), whole, err)
	}
	if _, _, err := f.inflate(message{payload: bomb, size: int64(len(bomb)), whole: true}); err != errLostWindow {
		t.Errorf("after the bomb: %v", err)
	}
	if _, _, err := new(inflater).inflate(message{payload: []byte("\xff\xff"), size: 2, whole: true}); err != errDeflate {
		t.Errorf("no deflate: %v", err)
	}
}

func deflated(text string, dictionary []byte) []byte {
	var b bytes.Buffer
	w, _ := flate.NewWriterDict(&b, flate.BestSpeed, dictionary)
	w.Write([]byte(text))
	w.Flush()
	return bytes.TrimSuffix(b.Bytes(), []byte("\x00\x00\xff\xff"))
}

func TestAgreement(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		answer, want string
		deflation
	}{
		{"", "", deflation{}},
		{"x-other", "x-other", deflation{}},
		{"permessage-deflate", "permessage-deflate; client_no_context_takeover", deflation{true, true}},
		{"x, Permessage-Deflate ; server_no_context_takeover; client_max_window_bits=15", "x, Permessage-Deflate ; server_no_context_takeover; client_max_window_bits=15; client_no_context_takeover", deflation{true, false}},
		{"permessage-deflate; client_no_context_takeover", "permessage-deflate; client_no_context_takeover", deflation{true, true}},
	} {
		h := http.Header{}
		if c.answer != "" {
			h.Set("Sec-Websocket-Extensions", c.answer)
		}
		if d := agreement(h); d != c.deflation || h.Get("Sec-Websocket-Extensions") != c.want {
			t.Errorf("%q: %+v %q", c.answer, d, h)
		}
	}
}

// FuzzFramer holds the framer to the one thing that matters: however the bytes are cut into pieces, it sees the same.
func FuzzFramer(f *testing.F) {
	f.Add(append(frameBytes(0x01, "card "), frameBytes(0x80, "4111")...), uint8(3), true, false)
	f.Add(frameBytes(0x82, strings.Repeat("x", 300)), uint8(200), true, false)
	f.Add(frameBytes(0xc1, string(deflated("canary", nil))), uint8(1), true, true)
	f.Add([]byte{0x88, 0x02, 0x03, 0xe8, 0x89, 0x00}, uint8(1), false, false)
	f.Fuzz(func(t *testing.T, data []byte, step uint8, masked, deflate bool) {
		at := &framer{masked: masked, deflated: deflate}
		once := collect(at, data)
		var pieces [][]byte
		for rest := data; len(rest) > 0; {
			n := min(int(step)+1, len(rest))
			pieces = append(pieces, rest[:n])
			rest = rest[n:]
		}
		piecewise := collect(&framer{masked: masked, deflated: deflate}, pieces...)
		if a, b := fmt.Sprintf("%+v", once), fmt.Sprintf("%+v", piecewise); a != b {
			t.Errorf("in one piece %s\nin pieces of %d %s", a, int(step)+1, b)
		}
		var kept int64
		in := &inflater{keep: true}
		for _, m := range once {
			kept += m.size
			if int64(len(m.payload)) != min(m.size, bodyLimit) {
				t.Errorf("%d bytes kept of %d", len(m.payload), m.size)
			}
			if m.compressed {
				in.inflate(m)
			}
		}
		if kept > int64(len(data)) {
			t.Errorf("%d bytes seen of %d", kept, len(data))
		}
	})
}
