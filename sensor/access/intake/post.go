package intake

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
)

// Path is where lines are posted.
const Path = "/v1/logs"

// Post takes lines of logs in the body of a request, packed with gzip or not, and answers when they are on disk. Make one with
// [NewPost]. Safe for concurrent use.
type Post struct {
	spool   *Spool
	secret  [sha256.Size]byte
	slots   chan struct{}
	trouble func(string)
	refused atomic.Int64
}

const (
	maxBody     = 8 << 20
	maxUnpacked = 64 << 20
	minSecret   = 16
	maxPosts    = 4 // that are read at once
)

// NewPost makes the handler. A sender shows the secret as "Authorization: Bearer ..."; it has at least 16 bytes.
func NewPost(s *Spool, secret []byte, trouble func(string)) (*Post, error) {
	if len(secret) < minSecret {
		return nil, fmt.Errorf("the secret that senders show has %d bytes, fewer than %d", len(secret), minSecret)
	}
	return &Post{spool: s, secret: sha256.Sum256(secret), slots: make(chan struct{}, maxPosts), trouble: trouble}, nil
}

func (p *Post) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path != Path:
		refuse(w, http.StatusNotFound, "post to "+Path)
	case !p.shows(r): // before a byte of the body is read
		if n := p.refused.Add(1); n&(n-1) == 0 {
			p.trouble(fmt.Sprintf("somebody without the secret posts to %s (times: %d)", Path, n))
		}
		refuse(w, http.StatusUnauthorized, "show the secret as Authorization: Bearer")
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", http.MethodPost)
		refuse(w, http.StatusMethodNotAllowed, "post lines: JSON or text, one event a line")
	default:
		p.take(w, r)
	}
}

// shows compares in a time that does not tell how much was right.
func (p *Post) shows(r *http.Request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	sum := sha256.Sum256([]byte(strings.TrimSpace(token)))
	return subtle.ConstantTimeCompare(sum[:], p.secret[:]) == 1 && strings.EqualFold(scheme, "Bearer")
}

func (p *Post) take(w http.ResponseWriter, r *http.Request) {
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	default:
		w.Header().Set("Retry-After", "1")
		refuse(w, http.StatusServiceUnavailable, "too many at once: post again")
		return
	}
	body, err := lines(http.MaxBytesReader(w, r.Body, maxBody), r.Header.Get("Content-Encoding"))
	var long *http.MaxBytesError
	switch {
	case errors.As(err, &long), errors.Is(err, errUnpacked):
		refuse(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is longer than %d bytes, or %d unpacked: post smaller batches", maxBody, maxUnpacked))
		return
	case errors.Is(err, errEncoding):
		refuse(w, http.StatusUnsupportedMediaType, err.Error())
		return
	case err != nil:
		refuse(w, http.StatusBadRequest, "the body broke off, or is no gzip")
		return
	}
	again := false
	if len(body) > 0 {
		if again, err = p.spool.Batch(body); err != nil {
			p.trouble("lines that were posted could not be written down; their sender was told to post them again: " + err.Error())
			w.Header().Set("Retry-After", "5")
			refuse(w, http.StatusServiceUnavailable, "not written down: post again")
			return
		}
	}
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"lines":%d,"again":%t}`+"\n", bytes.Count(body, []byte{'\n'}), again)
}

var (
	errUnpacked = errors.New("longer unpacked than is taken")
	errEncoding = errors.New("send the body as it is, or with Content-Encoding: gzip")
)

// lines reads a body as whole lines. Those that only we write are left out.
func lines(in io.Reader, encoding string) ([]byte, error) {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "", "identity":
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, err
		}
		defer func() { _ = z.Close() }() // it closes nothing
		in = z
	default:
		return nil, errEncoding
	}
	body, err := io.ReadAll(io.LimitReader(in, maxUnpacked+1))
	switch {
	case err != nil:
		return nil, err
	case len(body) > maxUnpacked:
		return nil, errUnpacked
	}
	if len(body) > 0 && body[len(body)-1] != '\n' {
		body = append(body, '\n')
	}
	if bytes.HasPrefix(body, []byte(batchMark)) || bytes.Contains(body, []byte("\n"+batchMark)) {
		body = bytes.ReplaceAll(append([]byte("\n"), body...), []byte("\n"+batchMark), []byte("\n# "))[1:]
	}
	return body, nil
}

func refuse(w http.ResponseWriter, status int, why string) {
	w.Header().Set("Connection", "close") // what is not read of the body is not waited for
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	fmt.Fprintln(w, why)
}
