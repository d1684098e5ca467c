package witness

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

var errCut = errors.New("the line is cut")

// gate holds every connection to a server. It sits below TLS and HTTP/2, so that once it is cut not even a retry or a
// window update of theirs gets out.
type gate struct {
	connect func(ctx context.Context, network, address string) (net.Conn, error)

	writing sync.RWMutex // held for reading while bytes are handed to the system
	isCut   atomic.Bool

	mu     sync.Mutex
	conns  map[*gatedConn]struct{}
	closed bool

	open    context.Context // ends with the cut
	endOpen context.CancelFunc
}

func newGate(connect func(ctx context.Context, network, address string) (net.Conn, error)) *gate {
	g := &gate{connect: connect, conns: map[*gatedConn]struct{}{}}
	g.open, g.endOpen = context.WithCancel(context.Background())
	return g
}

func (g *gate) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if g.isCut.Load() {
		return nil, errCut
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(g.open, cancel)()
	conn, err := g.connect(ctx, network, address)
	if err != nil {
		if g.isCut.Load() {
			return nil, errCut
		}
		return nil, err
	}
	c := &gatedConn{Conn: conn, gate: g}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed || g.isCut.Load() {
		conn.Close()
		return nil, errCut
	}
	g.conns[c] = struct{}{}
	return c, nil
}

// cut returns when no write is under way and none can begin.
func (g *gate) cut() {
	g.mu.Lock()
	g.isCut.Store(true)
	for c := range g.conns {
		// A write that waits for a server that does not read would hold up the cut for ever.
		_ = c.Conn.SetWriteDeadline(time.Unix(1, 0))
	}
	g.mu.Unlock()
	g.endOpen()
	g.writing.Lock()
	//lint:ignore SA2001 nothing is to be done once the writers are gone
	g.writing.Unlock()
}

func (g *gate) close() {
	g.endOpen()
	g.mu.Lock()
	g.closed = true
	conns := g.conns
	g.conns = map[*gatedConn]struct{}{}
	g.mu.Unlock()
	for c := range conns {
		c.Conn.Close()
	}
}

type gatedConn struct {
	net.Conn
	gate *gate
}

func (c *gatedConn) Write(p []byte) (int, error) {
	c.gate.writing.RLock()
	defer c.gate.writing.RUnlock()
	if c.gate.isCut.Load() {
		return 0, errCut
	}
	n, err := c.Conn.Write(p)
	if err != nil && c.gate.isCut.Load() {
		err = errCut
	}
	return n, err
}

func (c *gatedConn) Close() error {
	c.gate.mu.Lock()
	delete(c.gate.conns, c)
	c.gate.mu.Unlock()
	return c.Conn.Close()
}

// SetWriteDeadline keeps the cut's own deadline once that is set.
func (c *gatedConn) SetWriteDeadline(t time.Time) error {
	c.gate.mu.Lock()
	defer c.gate.mu.Unlock()
	if c.gate.isCut.Load() {
		return nil
	}
	return c.Conn.SetWriteDeadline(t)
}

func (c *gatedConn) SetDeadline(t time.Time) error {
	if err := c.Conn.SetReadDeadline(t); err != nil {
		return err
	}
	return c.SetWriteDeadline(t)
}

// route finds the address of a host: pinned ones first, then the names that are this machine by definition (RFC 6761),
// then the resolver's.
type route struct {
	pinned map[string]string
	next   func(ctx context.Context, network, address string) (net.Conn, error)
}

func (r route) dial(ctx context.Context, network, address string) (net.Conn, error) {
	connect := r.next
	if connect == nil {
		connect = (&net.Dialer{Timeout: 15 * time.Second}).DialContext
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	pin, ok := r.pinned[net.JoinHostPort(host, port)]
	if !ok {
		pin, ok = r.pinned[host]
	}
	switch {
	case ok:
		if _, _, err := net.SplitHostPort(pin); err != nil {
			pin = net.JoinHostPort(strings.Trim(pin, "[]"), port)
		}
		return connect(ctx, network, pin)
	case host == "localhost" || strings.HasSuffix(host, ".localhost"):
		conn, err := connect(ctx, network, net.JoinHostPort("127.0.0.1", port))
		if err != nil && ctx.Err() == nil {
			if six, err6 := connect(ctx, network, net.JoinHostPort("::1", port)); err6 == nil {
				return six, nil
			}
		}
		return conn, err
	}
	return connect(ctx, network, address)
}
