package technique

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/tillwatch/tillwatch/demoshop"
)

// greetings is a server that keeps the names that TLS clients ask for, and then hangs up. It stands in for a name server
// of the attacker's: names under localhost are never asked of one, but they are in the greeting of a connection that
// a browser opens in advance.
type greetings struct {
	listener net.Listener

	mu  sync.Mutex
	all []demoshop.Received
}

var errEnough = errors.New("the name was all we wanted")

func listenTLS(ctx context.Context) (*greetings, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	g := &greetings{listener: listener}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return // closed
			}
			go g.greet(conn)
		}
	}()
	return g, nil
}

func (g *greetings) greet(conn net.Conn) {
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	_ = tls.Server(conn, &tls.Config{GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		g.mu.Lock()
		defer g.mu.Unlock()
		if len(g.all) < maxDatagrams {
			g.all = append(g.all, demoshop.Received{At: time.Now(), Host: hello.ServerName, Method: "TLS"})
		}
		return nil, errEnough
	}}).Handshake()
}

func (g *greetings) Close() error { return g.listener.Close() }

func (g *greetings) port() string {
	_, port, _ := net.SplitHostPort(g.listener.Addr().String())
	return port
}

func (g *greetings) received() []demoshop.Received {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.all)
}
