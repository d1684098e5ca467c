package remote

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"

	"golang.org/x/crypto/ssh"
)

// Tunnel opens connections on the far side of a server: to a database that only it can reach. The line is made when the
// first is opened, and ended with the last. Safe for concurrent use.
type Tunnel struct {
	Address Address
	Login   Login

	dialing sync.Mutex // one log-in at a time
	mu      sync.Mutex
	client  *ssh.Client
	open    int
}

// Dial opens a connection from the server to an address, "tcp" or "unix". It takes deadlines.
func (t *Tunnel) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	client, err := t.enter(ctx)
	if err != nil {
		return nil, fmt.Errorf("the tunnel to %s cannot be opened: %w", t.Address, err)
	}
	far, err := client.DialContext(ctx, network, address)
	if err != nil {
		t.leave(client)
		return nil, fmt.Errorf("%s lets us in, but cannot reach %s from there (is it the right host and port, and does AllowTcpForwarding allow it?): %w", t.Address, address, err)
	}
	// The library's channels have no deadlines, and the drivers of databases need them.
	near, inner := net.Pipe()
	go func() {
		_, _ = io.Copy(far, inner) // its end is all there is to know
		_ = far.Close()
	}()
	go func() {
		_, _ = io.Copy(inner, far) // the same
		_ = inner.Close()
		_ = far.Close()
		t.leave(client)
	}()
	return near, nil
}

// enter gives the line, made where there is none or where it has ended.
func (t *Tunnel) enter(ctx context.Context) (*ssh.Client, error) {
	t.dialing.Lock()
	defer t.dialing.Unlock()
	t.mu.Lock()
	if t.client != nil {
		t.open++
		defer t.mu.Unlock()
		return t.client, nil
	}
	t.mu.Unlock()
	client, err := Connect(ctx, t.Address, t.Login)
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	t.client, t.open = client, 1
	t.mu.Unlock()
	go func() {
		_ = client.Wait() // however it ended
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.client == client {
			t.client = nil
		}
	}()
	return client, nil
}

func (t *Tunnel) leave(client *ssh.Client) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.client != client {
		return // that line has ended
	}
	if t.open--; t.open == 0 {
		t.client = nil
		_ = client.Close() // nobody needs it
	}
}
