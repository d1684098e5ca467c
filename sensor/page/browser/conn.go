package browser

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
)

var (
	// ErrClosed is what every call gets once the browser is closed or has died.
	ErrClosed = errors.New("the browser is closed")

	// ErrGone is what a call gets whose tab, frame or worker went away: closed, navigated elsewhere, or crashed.
	ErrGone = errors.New("the page is gone")
)

// maxMessage bounds one message of the browser's. Of a larger one the beginning is kept, and the end, which says what
// it was about: nothing may wait for an answer that has come. It leaves room for MaxSource as JSON.
const maxMessage = 12 << 20

const tailKept = 1 << 10

// oversizeError is the answer whose message was larger than maxMessage, with its beginning.
type oversizeError struct{ head []byte }

func (e *oversizeError) Error() string { return "the browser's answer is too large" }

// protocolError is the browser's refusal of a command.
type protocolError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func (e *protocolError) Error() string { return e.Message }

// message is anything that comes over the pipe: an answer has an ID, an event a Method.
type message struct {
	ID        int64           `json:"id"`
	SessionID string          `json:"sessionId"`
	Method    string          `json:"method"`
	Params    json.RawMessage `json:"params"`
	Result    json.RawMessage `json:"result"`
	Error     *protocolError  `json:"error"`
}

// reply takes the answer to a command. It runs on the goroutine that reads the pipe: it must not block, and result,
// like the head of an oversizeError, is valid only until it returns.
type reply func(result json.RawMessage, err error)

type pendingCall struct {
	session string
	reply   reply
}

// conn is the pipe to the browser. Commands are queued and never block their sender, because the browser may itself be
// blocked writing to us: whoever handles an event can send commands, but not wait for them.
type conn struct {
	onEvent    func(message)
	onOversize func(head, tail []byte)

	mu      sync.Mutex
	last    int64
	pending map[int64]pendingCall
	queue   [][]byte
	wake    chan struct{}
	closed  bool
	done    chan struct{}
}

// newConn starts reading r and writing w; both are closed by [conn.close] or when either fails.
func newConn(r io.ReadCloser, w io.WriteCloser, onEvent func(message), onOversize func(head, tail []byte)) *conn {
	c := &conn{
		onEvent:    onEvent,
		onOversize: onOversize,
		pending:    make(map[int64]pendingCall),
		wake:       make(chan struct{}, 1),
		done:       make(chan struct{}),
	}
	go c.write(w)
	go c.read(r)
	go func() {
		<-c.done
		_ = r.Close()
		_ = w.Close()
	}()
	return c
}

// send queues a command. fn, which may be nil, gets its answer or the reason why none will come.
func (c *conn) send(session, method string, params any, fn reply) int64 {
	command := struct {
		ID        int64  `json:"id"`
		SessionID string `json:"sessionId,omitempty"`
		Method    string `json:"method"`
		Params    any    `json:"params,omitempty"`
	}{SessionID: session, Method: method, Params: params}

	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		if fn != nil {
			fn(nil, ErrClosed)
		}
		return 0
	}
	c.last++
	command.ID = c.last
	line, err := json.Marshal(command)
	if err == nil {
		c.queue = append(c.queue, append(line, 0))
		if fn != nil {
			c.pending[command.ID] = pendingCall{session, fn}
		}
	}
	c.mu.Unlock()

	if err != nil {
		if fn != nil {
			fn(nil, err)
		}
		return 0
	}
	select {
	case c.wake <- struct{}{}:
	default:
	}
	return command.ID
}

// call sends a command and waits for its answer, which it decodes into out unless that is nil.
func (c *conn) call(ctx context.Context, session, method string, params, out any) error {
	type answer struct {
		result json.RawMessage
		err    error
	}
	got := make(chan answer, 1)
	id := c.send(session, method, params, func(result json.RawMessage, err error) {
		got <- answer{bytes.Clone(result), err}
	})
	select {
	case a := <-got:
		if a.err != nil {
			return fmt.Errorf("%s: %w", method, a.err)
		}
		if out == nil {
			return nil
		}
		if err := json.Unmarshal(a.result, out); err != nil {
			return fmt.Errorf("%s: %w", method, err)
		}
		return nil
	case <-ctx.Done():
		c.take(id)
		return fmt.Errorf("%s: %w", method, context.Cause(ctx))
	}
}

// take removes the waiting call id and returns what it waits with; nil where nobody waits.
func (c *conn) take(id int64) reply {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.pending[id]
	delete(c.pending, id)
	return p.reply
}

// abandon fails the calls that wait for an answer from session.
func (c *conn) abandon(session string, err error) {
	c.failWhere(err, func(p pendingCall) bool { return p.session == session })
}

func (c *conn) failWhere(err error, match func(pendingCall) bool) {
	c.mu.Lock()
	var orphans []reply
	for id, p := range c.pending {
		if match(p) {
			orphans = append(orphans, p.reply)
			delete(c.pending, id)
		}
	}
	c.mu.Unlock()
	for _, fn := range orphans {
		fn(nil, err)
	}
}

func (c *conn) close() {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return
	}
	c.closed = true
	c.queue = nil
	close(c.done)
	c.mu.Unlock()
	c.failWhere(ErrClosed, func(pendingCall) bool { return true })
}

func (c *conn) write(w io.Writer) {
	defer c.close()
	for {
		c.mu.Lock()
		batch := c.queue
		c.queue = nil
		c.mu.Unlock()
		if len(batch) > 0 {
			if _, err := w.Write(bytes.Join(batch, nil)); err != nil {
				return
			}
			continue
		}
		select {
		case <-c.wake:
		case <-c.done:
			return
		}
	}
}

func (c *conn) read(r io.Reader) {
	defer c.close()
	frames := frameReader{r: bufio.NewReaderSize(r, 64<<10)}
	for {
		line, tail, err := frames.next()
		if err != nil {
			return
		}
		if tail != nil {
			c.oversize(line, tail)
			continue
		}
		var m message
		if json.Unmarshal(line, &m) != nil {
			continue
		}
		switch {
		case m.Method != "":
			c.onEvent(m)
		case m.ID != 0:
			c.answer(m)
		}
	}
}

func (c *conn) answer(m message) {
	fn := c.take(m.ID)
	switch {
	case fn == nil:
	case m.Error != nil:
		fn(nil, m.Error)
	default:
		fn(m.Result, nil)
	}
}

func (c *conn) oversize(head, tail []byte) {
	var id int64
	if n, _ := fmt.Sscanf(string(head[:min(len(head), 64)]), `{"id":%d`, &id); n == 1 {
		if fn := c.take(id); fn != nil {
			fn(nil, &oversizeError{head})
		}
		return
	}
	c.onOversize(head, tail)
}

// frameReader cuts the stream into its messages, which end in a zero byte.
type frameReader struct {
	r   *bufio.Reader
	buf []byte
}

// next returns one message, valid until the next call. Of a message above maxMessage it returns the first bytes and
// the last ones; otherwise tail is nil.
func (f *frameReader) next() (line, tail []byte, err error) {
	if cap(f.buf) > 1<<20 {
		f.buf = nil // one large message must not hold its memory for the rest of the walk
	}
	f.buf = f.buf[:0]
	for {
		part, err := f.r.ReadSlice(0)
		whole := err == nil
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return nil, nil, err
		}
		if whole {
			part = part[:len(part)-1]
		}
		if tail == nil && len(f.buf)+len(part) > maxMessage {
			tail = make([]byte, 0, tailKept+f.r.Size())
			tail = append(tail, f.buf[max(0, len(f.buf)-tailKept):]...)
		}
		if tail == nil {
			f.buf = append(f.buf, part...)
		} else {
			tail = append(tail, part...)
			tail = append(tail[:0], tail[max(0, len(tail)-tailKept):]...)
		}
		if whole {
			return f.buf, tail, nil
		}
	}
}
