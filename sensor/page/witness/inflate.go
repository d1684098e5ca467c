package witness

import (
	"bytes"
	"compress/flate"
	"errors"
	"io"
	"net/http"
	"strings"
)

const (
	window       = 32 << 10
	inflateLimit = 64 << 20 // of one message; beyond it is a bomb
)

// deflation is what both ends agreed on (RFC 7692).
type deflation struct {
	agreed     bool
	serverKeep bool // the server's messages go on with the window of those before
}

// agreement reads the server's answer, and makes the browser begin each message with an empty window: a server must
// accept that unasked, and so no message of the browser's can be hidden behind one that was too large to keep.
func agreement(answer http.Header) deflation {
	lines := answer["Sec-Websocket-Extensions"]
	for i, line := range lines {
		extensions := strings.Split(line, ",")
		for j, extension := range extensions {
			name, parameters, _ := strings.Cut(extension, ";")
			if !strings.EqualFold(strings.TrimSpace(name), "permessage-deflate") {
				continue
			}
			d := deflation{agreed: true, serverKeep: true}
			browserKeeps := true
			for parameter := range strings.SplitSeq(parameters, ";") {
				switch strings.ToLower(strings.TrimSpace(parameter)) {
				case "server_no_context_takeover":
					d.serverKeep = false
				case "client_no_context_takeover":
					browserKeeps = false
				}
			}
			if browserKeeps {
				extensions[j] += "; client_no_context_takeover"
				lines[i] = strings.Join(extensions, ",")
			}
			return d
		}
	}
	return deflation{}
}

// inflater undoes the compression of one direction's messages, in their order.
type inflater struct {
	keep    bool
	history []byte // the last of what was inflated before, where keep
	lost    bool   // history no longer is what the sender's window is
	reader  io.ReadCloser
}

var (
	errLostWindow = errors.New("compressed with the window of an earlier message that was not kept whole")
	errBomb       = errors.New("inflates to more than 64 MB")
	errDeflate    = errors.New("not valid deflate data")
)

// The end that RFC 7692 7.2.1 cuts from each message, and an empty last block so that flate sees an end.
const deflateTail = "\x00\x00\xff\xff\x01\x00\x00\xff\xff"

// inflate returns up to bodyLimit of the message and whether that is all of it.
func (f *inflater) inflate(m message) (plain []byte, whole bool, err error) {
	if f.lost {
		return nil, false, errLostWindow
	}
	complete := m.complete()
	source := io.MultiReader(bytes.NewReader(m.payload), strings.NewReader(deflateTail))
	if f.reader == nil {
		f.reader = flate.NewReaderDict(source, f.history)
	} else if err := f.reader.(flate.Resetter).Reset(source, f.history); err != nil {
		return nil, false, err
	}
	var out tailBuffer
	n, err := io.Copy(&out, io.LimitReader(f.reader, inflateLimit+1))
	switch {
	case n > inflateLimit:
		err = errBomb
	case err != nil && complete:
		err = errDeflate
	default:
		err = nil
	}
	if f.keep {
		f.history = append(f.history, out.last...)
		f.history = append([]byte(nil), f.history[max(0, len(f.history)-window):]...)
		f.lost = err != nil || !complete
	}
	return out.first, err == nil && complete && n <= bodyLimit, err
}

// tailBuffer keeps the first bodyLimit and the last window of what is written.
type tailBuffer struct{ first, last []byte }

func (b *tailBuffer) Write(p []byte) (int, error) {
	b.first = append(b.first, p[:min(len(p), bodyLimit-len(b.first))]...)
	b.last = append(b.last, p...)
	if len(b.last) > 4*window {
		b.last = append(b.last[:0], b.last[len(b.last)-window:]...)
	}
	return len(p), nil
}
