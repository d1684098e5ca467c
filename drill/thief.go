package drill

import (
	"context"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// thief is the server that loot goes to: it counts what arrives and keeps nothing of it.
type thief struct {
	url   string // http://evil.localhost:PORT
	count atomic.Int64
	http  *http.Server
}

func openThief(ctx context.Context) (*thief, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	t := &thief{url: "http://evil.localhost:" + port}
	t.http = &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		t.count.Add(1)
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.WriteHeader(http.StatusNoContent)
	})}
	go func() { _ = t.http.Serve(listener) }()
	return t, nil
}

// local is the same by its number, for programs that do not know that names under localhost lead here.
func (t *thief) local() string {
	return strings.Replace(t.url, "evil.localhost", "127.0.0.1", 1)
}

func (t *thief) close() error { return t.http.Close() }
