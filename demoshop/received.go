package demoshop

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// What a third party keeps is bounded: a test that floods it loses the rest, not the machine's memory.
const (
	maxReceived     = 100_000
	maxReceivedBody = 1 << 20
	maxReceivedSum  = 256 << 20
)

// Received is one thing a third party was sent: a request, or a WebSocket message of a client's.
type Received struct {
	At     time.Time   `json:"at"`
	Host   string      `json:"host"`
	Method string      `json:"method"` // of the request; "WEBSOCKET" for a message
	Path   string      `json:"path"`   // with query
	Header http.Header `json:"-"`
	Body   []byte      `json:"body,omitempty"` // at most 1 MiB

	Referer string `json:"referer,omitempty"`
}

// Received lists what a third party was sent, oldest first; the payment provider is one of them. Cross-origin preflights are not among it.
func (s *Shop) Received(host string) []Received { return s.received.of(host) }

// ForgetReceived empties the memory of all third parties.
func (s *Shop) ForgetReceived() { s.received.forget() }

// recorder plays all third parties: it serves their files and keeps what they are sent.
type recorder struct {
	root *os.Root
	log  *appender // the same for another process to read

	mu   sync.Mutex
	all  []Received
	size int
}

func openRecorder(dir string, log *appender) (*recorder, error) {
	if err := writeOriginals(dir, "hosts"); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	return &recorder{root: root, log: log}, err
}

func (c *recorder) add(r Received) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.all) >= maxReceived || c.size+len(r.Body) > maxReceivedSum {
		return
	}
	c.size += len(r.Body)
	c.all = append(c.all, r)
	c.log.json(r)
}

func (c *recorder) of(host string) []Received {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(c.all), func(r Received) bool { return r.Host != host })
}

func (c *recorder) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all, c.size = nil, 0
}

// thirdParty keeps the request and then answers: by next if there is one, else with the file of that name in the
// host's folder, else with nothing at all.
func (c *recorder) thirdParty(host string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body []byte
		if r.Body != nil {
			body, _ = io.ReadAll(io.LimitReader(r.Body, maxReceivedBody)) // what arrived before an abort counts too
			r.Body = struct {
				io.Reader
				io.Closer
			}{io.MultiReader(bytes.NewReader(body), r.Body), r.Body}
		}
		c.add(Received{time.Now(), host, r.Method, r.URL.RequestURI(), r.Header.Clone(), body, r.Referer()})
		if next != nil {
			next.ServeHTTP(w, r)
			return
		}
		file, err := c.root.ReadFile(path.Join(host, path.Clean("/"+r.URL.Path)))
		switch {
		case strings.EqualFold(r.Header.Get("Upgrade"), "websocket"):
			c.listen(host, w, r, file)
		case err == nil:
			w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
			serveBytes(w, r, r.URL.Path, file)
		default:
			w.WriteHeader(http.StatusNoContent)
		}
	})
}

// listen takes WebSocket messages for as long as the client sends. A file of that name is the first message to the
// client, which is how a loader gets its code.
func (c *recorder) listen(host string, w http.ResponseWriter, r *http.Request, greeting []byte) {
	socket, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true}) // any page may connect
	if err != nil {
		return
	}
	defer socket.CloseNow()
	socket.SetReadLimit(maxReceivedBody)
	ctx := r.Context()
	if greeting != nil && socket.Write(ctx, websocket.MessageText, greeting) != nil {
		return
	}
	for {
		_, message, err := socket.Read(ctx)
		if err != nil {
			return
		}
		c.add(Received{time.Now(), host, "WEBSOCKET", r.URL.RequestURI(), r.Header.Clone(), message, r.Referer()})
	}
}
