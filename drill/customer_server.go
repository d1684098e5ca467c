package drill

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// customerCount is how many made-up people the customers' server knows.
const customerCount = 2000

// customerServer is a shop's server with customers, which one key opens. It counts whom it gave away.
type customerServer struct {
	url  string
	http *http.Server

	mu       sync.Mutex
	key      string
	requests int
	given    int
	trap     http.Handler // answers what is refused; nil: nobody
}

func openCustomerServer(ctx context.Context) (*customerServer, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &customerServer{url: "http://" + listener.Addr().String(), key: newCustomerKey()}
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = s.http.Serve(listener) }()
	return s, nil
}

func newCustomerKey() string { return "tcust_" + strings.ToLower(rand.Text()) }

func (s *customerServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.requests++
	allowed := r.Header.Get("Authorization") == "Bearer "+s.key
	if allowed {
		s.given = customerCount
	}
	trap := s.trap
	s.mu.Unlock()
	switch {
	case allowed:
		type customer struct{ Name, Email string }
		list := make([]customer, customerCount)
		for i := range list {
			list[i] = customer{fmt.Sprintf("Customer %d", i), fmt.Sprintf("customer%d@example.jp", i)}
		}
		_ = json.NewEncoder(w).Encode(list) // a thief who hangs up has lost only what he came for
	case trap != nil:
		trap.ServeHTTP(w, r)
	default:
		http.Error(w, "unauthorised", http.StatusUnauthorized)
	}
}

// ask tries a key, as a thief does.
func (s *customerServer) ask(ctx context.Context, key string) (status int, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/v1/customers", nil)
	if err != nil {
		return 0, err
	}
	request.Header.Set("Authorization", "Bearer "+key)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	return response.StatusCode, response.Body.Close()
}

func (s *customerServer) refusedBy(trap http.Handler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trap = trap
}

func (s *customerServer) current() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.key
}

// rotate puts another key in the place of the one that opens it.
func (s *customerServer) rotate() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.key = newCustomerKey()
	return s.key
}

// lost is how many people's records were given to anybody: nobody but the thief asks in a drill.
func (s *customerServer) lost() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.given
}

// asked is how many requests there were.
func (s *customerServer) asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}
