package remote

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
)

// The bounds of what a server may do to us.
const (
	silence   = 12 * time.Second // without a byte while something is asked
	patience  = 3 * time.Second  // the same, before whoever waits is told what for
	slowest   = 10 * time.Minute // until one question is answered, however it drips
	lookEvery = time.Second
	maxNames  = 3_000_000 // of folders, while some are being listed
	maxListed = 1 << 30   // bytes, the same
)

// session is one line to a server, with its watchman.
type session struct {
	ssh    *ssh.Client
	sftp   *sftp.Client
	meter  *meter
	asking sync.Map // *question → nothing

	silence time.Duration // how long the server may say nothing while something is asked
	waits   func(string)

	once  sync.Once
	mu    sync.Mutex
	cause error
	over  chan struct{}
}

type question struct{ began time.Time }

func openSession(ctx context.Context, c FilesConfig) (*session, error) {
	logged := waiting(c.Waits, "waiting for the server to let us in")
	client, err := Connect(ctx, c.Address, c.Login)
	logged()
	if err != nil {
		return nil, err
	}
	s := &session{ssh: client, over: make(chan struct{}), silence: cmp.Or(c.silence, silence), waits: c.Waits}
	defer waiting(c.Waits, "waiting for the server to offer its files")()
	late := time.AfterFunc(silence, func() { _ = client.Close() })
	stop := context.AfterFunc(ctx, func() { _ = client.Close() })
	defer stop()
	err = s.begin()
	if !late.Stop() {
		err = fmt.Errorf("it did not answer for %s", silence)
	}
	if err != nil {
		_ = client.Close() // it is of no use
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("the server lets us in but offers no SFTP (%w): ask whoever runs it to allow it for this user", err)
	}
	go s.watch()
	return s, nil
}

func (s *session) begin() error {
	shell, err := s.ssh.NewSession()
	if err != nil {
		return err
	}
	in, err := shell.StdinPipe()
	if err != nil {
		return err
	}
	out, err := shell.StdoutPipe()
	if err != nil {
		return err
	}
	if err := shell.RequestSubsystem("sftp"); err != nil {
		return err
	}
	s.meter = &meter{from: out, stop: s.close}
	s.meter.heard()
	s.sftp, err = sftp.NewClientPipe(s.meter, sender{in})
	return err
}

// sender writes to the server. That a line is closed must not look like the end of a file or of a folder, which the
// library would take it for.
type sender struct{ io.WriteCloser }

func (s sender) Write(p []byte) (int, error) {
	n, err := s.WriteCloser.Write(p)
	return n, broken(err)
}

func broken(err error) error {
	if errors.Is(err, io.EOF) {
		return errors.New("the server closed the line")
	}
	return err
}

// close ends the line for a reason; the first one counts.
func (s *session) close(why error) {
	s.once.Do(func() {
		s.mu.Lock()
		s.cause = why
		s.mu.Unlock()
		close(s.over)
		_ = s.ssh.Close() // whatever it says, it is over
	})
}

// why is the reason for which the line ended; other, where nobody named one.
func (s *session) why(other error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cause == nil || errors.Is(s.cause, sftp.ErrSSHFxConnectionLost) {
		if other == nil || errors.Is(other, sftp.ErrSSHFxConnectionLost) {
			return errors.New("the server closed it")
		}
		return other
	}
	return s.cause
}

// ask asks under the eyes of the watchman.
func (s *session) ask(listing bool, do func() error) error {
	q := &question{time.Now()}
	s.asking.Store(q, nil)
	defer s.asking.Delete(q)
	if listing {
		s.meter.begin()
		defer s.meter.end()
	}
	return do()
}

// watch closes a line on which nothing comes although something was asked, and one on which it takes too long.
func (s *session) watch() {
	tick := time.NewTicker(min(lookEvery, s.silence))
	defer tick.Stop()
	for {
		select {
		case <-s.over:
			return
		case <-tick.C:
		}
		oldest := time.Time{}
		s.asking.Range(func(key, _ any) bool {
			if began := key.(*question).began; oldest.IsZero() || began.Before(oldest) {
				oldest = began
			}
			return true
		})
		quiet := min(time.Since(oldest), time.Since(s.meter.last()))
		if !oldest.IsZero() && quiet > patience && s.waits != nil {
			s.waits(fmt.Sprintf("waiting for the server's answer (%d s, at most %d)", quiet/time.Second, s.silence/time.Second))
		}
		switch {
		case oldest.IsZero():
		case time.Since(oldest) > slowest:
			s.close(fmt.Errorf("the server took longer than %s for one answer", slowest))
		case quiet > s.silence:
			s.close(&silentError{s.silence})
		}
	}
}

// silentError says that a server hangs. A new line may help, where a firewall forgot the old one; a third does not.
type silentError struct{ after time.Duration }

func (e *silentError) Error() string { return fmt.Sprintf("the server did not answer for %s", e.after) }

// waiting tells, once it takes long, what is waited for, until done is called.
func waiting(tell func(string), what string) (done func()) {
	if tell == nil {
		return func() {}
	}
	began, over, ended := time.Now(), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(lookEvery)
		defer tick.Stop()
		for {
			select {
			case <-over:
				return
			case <-tick.C:
			}
			if waited := time.Since(began); waited > patience {
				tell(fmt.Sprintf("%s (%d s)", what, waited/time.Second))
			}
		}
	}()
	return func() {
		close(over)
		<-ended
	}
}

// meter reads what the server sends, and counts the names in it: a folder without end must not fill our memory.
type meter struct {
	from io.Reader
	stop func(error)
	when atomic.Int64 // the last byte

	mu      sync.Mutex
	listing int // folders that are being listed
	names   int64
	bytes   int64

	head [13]byte // of a packet: length, type, id, count
	have int
	rest uint32 // of the packet's bytes after its head
}

func (m *meter) heard() { m.when.Store(time.Now().UnixNano()) }

func (m *meter) last() time.Time { return time.Unix(0, m.when.Load()) }

func (m *meter) begin() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.listing++; m.listing == 1 {
		m.names, m.bytes = 0, 0
	}
}

func (m *meter) end() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.listing--
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.from.Read(p)
	if n > 0 {
		m.heard()
		if m.count(p[:n]) {
			err = errors.New("the server lists more files than are looked at")
			m.stop(err)
			return 0, err
		}
	}
	return n, broken(err)
}

const (
	packetName = 104
	typeAt     = 4
	countAt    = 9
)

// count goes through packets, and says whether too many names came.
func (m *meter) count(p []byte) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.listing > 0 {
		m.bytes += int64(len(p))
	}
	for len(p) > 0 {
		if m.rest > 0 {
			n := min(uint32(len(p)), m.rest) //nolint:gosec // pieces are small
			p = p[n:]
			m.rest -= n
			continue
		}
		m.head[m.have] = p[0]
		m.have, p = m.have+1, p[1:]
		if m.have < typeAt+1 {
			continue
		}
		length := binary.BigEndian.Uint32(m.head[:])
		want := uint32(1)
		if m.head[typeAt] == packetName {
			want = uint32(len(m.head)) - typeAt
		}
		if got := uint32(m.have) - typeAt; got < min(want, length) { //nolint:gosec // at most thirteen
			continue
		}
		if m.head[typeAt] == packetName && m.have == len(m.head) && m.listing > 0 {
			m.names += int64(binary.BigEndian.Uint32(m.head[countAt:]))
		}
		m.rest = length - min(length, uint32(m.have)-typeAt) //nolint:gosec // as above
		m.have = 0
	}
	return m.names > maxNames || m.bytes > maxListed
}
