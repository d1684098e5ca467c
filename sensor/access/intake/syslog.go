package intake

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// MaxMessage is the longest message of syslog that is taken.
const MaxMessage = 256 << 10

const (
	maxSenders = 256
	senderIdle = 10 * time.Minute
)

// Message gives what a program said, of a message of syslog in the form of RFC 5424 or RFC 3164. One in neither is taken as it
// is.
func Message(frame []byte) []byte {
	rest, ok := priority(frame)
	if !ok {
		return bytes.TrimSpace(frame)
	}
	if msg, ok := modern(rest); ok {
		return msg
	}
	return traditional(rest)
}

// priority takes "<0>" to "<191>" off.
func priority(b []byte) ([]byte, bool) {
	if len(b) < 3 || b[0] != '<' {
		return b, false
	}
	end := bytes.IndexByte(b[:min(len(b), 5)], '>')
	if end < 2 || len(bytes.Trim(b[1:end], "0123456789")) > 0 {
		return b, false
	}
	return b[end+1:], true
}

// modern reads RFC 5424: VERSION TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA MSG.
func modern(b []byte) ([]byte, bool) {
	if len(b) < 2 || b[0] != '1' || b[1] != ' ' {
		return nil, false
	}
	b = b[2:]
	for range 5 {
		space := bytes.IndexByte(b, ' ')
		if space <= 0 {
			return nil, false
		}
		b = b[space+1:]
	}
	switch {
	case len(b) > 0 && b[0] == '-':
		b = b[1:]
	case len(b) > 0 && b[0] == '[':
		end := structured(b)
		if end < 0 {
			return nil, false
		}
		b = b[end:]
	default:
		return nil, false
	}
	if len(b) > 0 && b[0] != ' ' {
		return nil, false
	}
	return bytes.TrimSpace(bytes.TrimPrefix(bytes.TrimPrefix(b, []byte(" ")), []byte("\xef\xbb\xbf"))), true
}

// structured gives where elements of structured data end, or -1.
func structured(b []byte) int {
	for i, quoted := 0, false; i < len(b); i++ {
		switch c := b[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && c == ']' && (i+1 == len(b) || b[i+1] != '['):
			return i + 1
		}
	}
	return -1
}

// traditional reads RFC 3164: TIMESTAMP HOSTNAME TAG: MSG, of which senders leave out what they like. The tag is cut off where
// there is one, and otherwise everything is the message.
func traditional(b []byte) []byte {
	const stamp = len("Nov 29 04:00:00 ")
	if len(b) > stamp && b[3] == ' ' && b[6] == ' ' && b[9] == ':' && b[12] == ':' && b[15] == ' ' {
		b = b[stamp:]
	} else if space := bytes.IndexByte(b, ' '); space >= len("2026-11-29T04:00:00Z") && b[10] == 'T' { // as rsyslog writes it
		b = b[space+1:]
	}
	for range 2 { // host and tag, or the tag alone
		end := bytes.IndexByte(b, ' ')
		if end <= 0 {
			break
		}
		word, rest := b[:end], b[end+1:]
		if word[len(word)-1] == ':' {
			return bytes.TrimSpace(rest)
		}
		next := bytes.IndexByte(rest, ' ')
		if next <= 0 || rest[next-1] != ':' {
			break
		}
		b = rest
	}
	return bytes.TrimSpace(b)
}

// line makes one line of a message: a message may hold line breaks.
func line(out, message []byte) []byte {
	if len(message) == 0 {
		return out
	}
	start := len(out)
	out = append(out, message...)
	for i := start; i < len(out); i++ {
		if out[i] == '\n' || out[i] == '\r' || out[i] == 0 {
			out[i] = ' '
		}
	}
	return append(out, '\n')
}

// Packets takes syslog over UDP until ctx ends. Closing is up to it.
func Packets(ctx context.Context, c net.PacketConn, s *Spool, trouble func(string)) error {
	stop := context.AfterFunc(ctx, func() { _ = c.Close() })
	defer stop()
	buf := make([]byte, 64<<10)
	var out []byte
	for {
		n, _, err := c.ReadFrom(buf)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		}
		if out = line(out[:0], Message(buf[:n])); len(out) == 0 {
			continue
		}
		if err := s.Write(out); err != nil {
			trouble("messages of syslog could not be written down and are lost: " + err.Error())
		}
	}
}

// Streams takes syslog over TCP until ctx ends, each message with its length before it or with a line break behind it.
func Streams(ctx context.Context, l net.Listener, s *Spool, trouble func(string)) error {
	stop := context.AfterFunc(ctx, func() { l.Close() })
	defer stop()
	slots := make(chan struct{}, maxSenders)
	var senders sync.WaitGroup
	defer senders.Wait()
	for {
		c, err := l.Accept()
		switch {
		case ctx.Err() != nil:
			if err == nil {
				c.Close()
			}
			return nil
		case err != nil:
			return err
		}
		select {
		case slots <- struct{}{}:
		default:
			c.Close()
			trouble(fmt.Sprintf("more than %d senders of syslog at once: the others are refused", maxSenders))
			continue
		}
		senders.Go(func() {
			defer func() { <-slots }()
			stop := context.AfterFunc(ctx, func() { c.Close() })
			defer stop()
			defer c.Close()
			if err := stream(idle{c}, s); err != nil && ctx.Err() == nil {
				trouble("a sender of syslog was cut off: " + err.Error())
			}
		})
	}
}

// idle is a connection that ends when nothing comes for long.
type idle struct{ net.Conn }

func (c idle) Read(b []byte) (int, error) {
	_ = c.SetReadDeadline(time.Now().Add(senderIdle))
	return c.Conn.Read(b)
}

func stream(in io.Reader, s *Spool) error {
	frames := bufio.NewReaderSize(in, MaxMessage+1)
	var out []byte
	for {
		f, err := Frame(frames)
		if out = line(out[:0], Message(f)); len(out) > 0 {
			if err := s.Write(out); err != nil {
				return err
			}
		}
		var timeout net.Error
		switch {
		case err == nil:
		case errors.Is(err, io.EOF), errors.As(err, &timeout):
			return nil
		default:
			return err
		}
	}
}

var (
	errFrame = errors.New("it sends no messages of syslog")
	errLong  = fmt.Errorf("it sends messages longer than %d bytes", MaxMessage)
)

// Frame reads one message of a stream (RFC 6587): "LENGTH MESSAGE", or MESSAGE up to a line break. It holds until the next
// is read. The reader's buffer must be longer than MaxMessage.
func Frame(in *bufio.Reader) ([]byte, error) {
	first, err := in.Peek(1)
	if err != nil {
		return nil, err
	}
	if first[0] < '1' || first[0] > '9' {
		text, err := in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			return nil, errLong
		}
		return text, err
	}
	head, err := in.Peek(min(7, in.Size()))
	space := bytes.IndexByte(head, ' ')
	if space < 0 {
		if err == nil {
			err = errFrame
		}
		return nil, err
	}
	length := 0
	for _, c := range head[:space] {
		if c < '0' || c > '9' {
			return nil, errFrame
		}
		length = length*10 + int(c-'0')
	}
	if length > MaxMessage {
		return nil, errLong
	}
	if _, err := in.Discard(space + 1); err != nil {
		return nil, err
	}
	text, err := in.Peek(length)
	if err != nil {
		return nil, err
	}
	_, err = in.Discard(length)
	return text, err
}
