package issuer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// memory is a state that is kept in the test.
type memory struct {
	mu   sync.Mutex
	held map[string][]byte
}

func (m *memory) Load(key string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.held[key], nil
}

func (m *memory) Save(key string, value []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.held == nil {
		m.held = map[string][]byte{}
	}
	m.held[key] = value
	return nil
}

// reader follows a log until it is stopped.
type reader struct {
	t      *testing.T
	file   string
	state  memory
	tokens chan string
	gaps   chan string
	fail   error
}

func newReader(t *testing.T) *reader {
	return &reader{t: t, file: filepath.Join(t.TempDir(), "issued.log"), tokens: make(chan string, 10_000), gaps: make(chan string, 100)}
}

func (r *reader) start() (stop func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- Follow(ctx, FollowConfig{
			File: r.file, Parser: parser(), State: &r.state, Poll: time.Millisecond,
			Record: func(all []Token) error {
				for _, t := range all {
					r.tokens <- t.ID
				}
				return nil
			},
			Gap: func(why string) { r.gaps <- why }, Trouble: func(why string) { r.gaps <- why },
		})
	}()
	return func() error {
		cancel()
		return <-ended
	}
}

func (r *reader) write(text string) {
	r.t.Helper()
	f, err := os.OpenFile(r.file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = f.WriteString(text)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		r.t.Fatal(err)
	}
}

func (r *reader) issue(ids ...int) {
	r.t.Helper()
	for _, id := range ids {
		r.write(fmt.Sprintf("{\"jti\":\"%d\"}\n", id))
	}
}

func (r *reader) wants(ids ...int) {
	r.t.Helper()
	for _, id := range ids {
		select {
		case got := <-r.tokens:
			if got != fmt.Sprint(id) {
				r.t.Fatalf("got %s, want %d", got, id)
			}
		case <-time.After(time.Minute):
			r.t.Fatalf("%d never comes", id)
		}
	}
	if len(r.tokens) > 0 {
		r.t.Fatalf("and %s", <-r.tokens)
	}
}

func (r *reader) wantsGap(what string) {
	r.t.Helper()
	select {
	case got := <-r.gaps:
		if !strings.Contains(got, what) {
			r.t.Fatalf("got %q, want %q", got, what)
		}
	case <-time.After(time.Minute):
		r.t.Fatalf("nobody says %q", what)
	}
}

func (r *reader) rename() {
	r.t.Helper()
	for i := 3; i > 0; i-- {
		_ = os.Rename(fmt.Sprintf("%s.%d", r.file, i), fmt.Sprintf("%s.%d", r.file, i+1))
	}
	if err := os.Rename(r.file, r.file+".1"); err != nil {
		r.t.Fatal(err)
	}
}

func TestFollow(t *testing.T) {
	t.Parallel()
	r := newReader(t)
	stop := r.start()
	r.wantsGap("there is no issuer's log")
	r.issue(1, 2)
	r.wants(1, 2)
	r.write(`{"jti":`)
	r.write("\"3\"}\n")
	r.wants(3)
	r.write("{rubbish\n")
	r.wantsGap("cannot be read")
	r.write(strings.Repeat("x", MaxLine+5) + "\n")
	r.wantsGap("too long")
	r.issue(4)
	r.wants(4)
	r.rename()
	r.issue(5)
	r.wants(5)
	if err := os.Truncate(r.file, 0); err != nil {
		t.Fatal(err)
	}
	r.wantsGap("cut off")
	r.issue(6)
	r.wants(6)
	if err := stop(); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestFollowGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	r := newReader(t)
	r.issue(1, 2)
	stop := r.start()
	r.wants(1, 2)
	_ = stop()
	r.issue(3)
	r.rename() // while nobody looks, and once more
	r.issue(30)
	r.rename()
	r.issue(4)
	now := time.Now()
	for i, name := range []string{r.file, r.file + ".1", r.file + ".2"} { // the clock of a file system may be coarse
		if err := os.Chtimes(name, now, now.Add(-time.Duration(i)*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	stop = r.start()
	r.wants(3, 30, 4)
	_ = stop()

	r.fail = errors.New("the disk is full")
	r.issue(5)
	if err := Follow(context.Background(), FollowConfig{
		File: r.file, Parser: parser(), State: &r.state, Gap: func(string) {}, Record: func([]Token) error { return r.fail },
	}); !errors.Is(err, r.fail) {
		t.Fatal(err)
	}
	stop = r.start()
	r.wants(5)
	_ = stop()

	if err := os.Remove(r.file); err != nil {
		t.Fatal(err)
	}
	r.issue(9)
	stop = r.start()
	r.wantsGap("is gone")
	r.wants(9)
	_ = stop()
}
