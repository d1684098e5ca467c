package witness

import (
	"errors"
	"io"
	"sync"
)

var errDiverted = errors.New("the rest of the body is not for the server")

// upload is a request's body on its way to the server, written down as it passes. The transport may go on reading from
// it after it has returned an error, so the rest is taken over with drain, never by reading the connection.
type upload struct {
	log   *log
	entry *entry
	begin func() // before the first read: the browser may wait for leave to send
	ended func() // once, at the end of the body

	mu       sync.Mutex
	body     io.Reader
	begun    bool
	whole    bool // the end has been read
	err      error
	diverted bool
}

func (u *upload) Read(p []byte) (int, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.diverted {
		return 0, errDiverted
	}
	return u.read(p)
}

func (u *upload) read(p []byte) (int, error) {
	if u.whole {
		return 0, io.EOF
	}
	if u.err != nil {
		return 0, u.err
	}
	if !u.begun {
		u.begun = true
		u.begin()
	}
	n, err := u.body.Read(p)
	u.log.write(u.entry, p[:n])
	switch {
	case err == io.EOF:
		u.whole = true
		u.ended()
	case err != nil:
		u.err = err
		u.log.update(u.entry, func(x *Exchange) { x.Truncated = true })
	}
	return n, err
}

// Close does nothing: the body ends on the browser's connection, which the session owns.
func (u *upload) Close() error { return nil }

// drain takes the body away from the transport and reads its rest, for the record. It reports whether the end was
// reached; the connection's read deadline bounds the time.
func (u *upload) drain() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.diverted = true
	buffer := make([]byte, 16<<10)
	for !u.whole && u.err == nil {
		_, _ = u.read(buffer)
	}
	return u.whole
}

func (u *upload) complete() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.whole
}

// broken reports whether the browser itself broke the body off.
func (u *upload) broken() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.err != nil
}
