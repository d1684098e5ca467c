package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pkg/sftp"
)

// Files are those of a server, as SFTP gives them: by whole paths, with slashes. Nothing is written. A line that breaks is
// made again a few times, and what was asked is asked again; after that every question fails. Safe for concurrent use.
type Files struct {
	ctx     context.Context
	dial    func(context.Context) (*session, error)
	lost    func(error)
	pauses  []time.Duration
	release func() bool
	mending sync.Mutex // one makes the line again, and the others wait for that

	mu      sync.Mutex
	current *session
	dead    error // why nothing is asked any more

	// Of whoever is mending.
	breaks int       // since the line last held for a while
	silent int       // of them, how often the server hung
	since  time.Time // when the current one was made
	all    int       // breaks altogether
}

// FilesConfig says how a server's files are reached.
type FilesConfig struct {
	Address Address
	Login   Login

	// Lost is called once, before anything fails, where the line is broken for good; nil tells nobody.
	Lost func(error)
	// Waits is called every second with what is waited for, once that takes long; from several goroutines. Nil tells nobody.
	Waits func(what string)
	// Pauses are how long to wait before the line is made again, for the first, the second ... time; nil: up to some
	// seconds.
	Pauses []time.Duration

	silence time.Duration // a test: how long a server may say nothing
}

// The bounds of one line.
const (
	held      = time.Minute // a line that held for so long was a good one
	maxBreaks = 20          // of good ones, in one look
)

// LostError says that the line broke and could not be made again.
type LostError struct{ Err error }

func (e *LostError) Error() string {
	return "the connection to the server was lost and could not be made again: " + e.Err.Error()
}

func (e *LostError) Unwrap() error { return e.Err }

// OpenFiles connects. ctx is that of all that is asked: its end closes the line.
func OpenFiles(ctx context.Context, c FilesConfig) (*Files, error) {
	f := &Files{ctx: ctx, lost: c.Lost, pauses: c.Pauses, since: time.Now()}
	if f.pauses == nil {
		f.pauses = []time.Duration{200 * time.Millisecond, time.Second, 5 * time.Second}
	}
	f.dial = func(ctx context.Context) (*session, error) { return openSession(ctx, c) }
	var err error
	if f.current, err = f.dial(ctx); err != nil {
		return nil, err
	}
	f.release = context.AfterFunc(ctx, f.close)
	return f, nil
}

// Close ends the line.
func (f *Files) Close() error {
	f.release()
	f.close()
	return nil
}

func (f *Files) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.dead == nil {
		f.dead = errors.New("it is closed")
	}
	if f.current != nil {
		f.current.close(f.dead)
	}
}

// Workers is how many may ask at the same time: most of the time is that of the way there and back.
func (f *Files) Workers() int { return workers }

const workers = 24

// do asks something of the server, and once more on a new line where the line breaks meanwhile.
func (f *Files) do(listing bool, ask func(*sftp.Client) error) error {
	for {
		s, err := f.line()
		if err != nil {
			return err
		}
		err = s.ask(listing, func() error { return ask(s.sftp) })
		if err == nil || answered(err) {
			return err
		}
		if err := f.broke(s, err); err != nil {
			return err
		}
	}
}

// answered says that an error is what the server had to say.
func answered(err error) bool {
	var status *sftp.StatusError
	if errors.As(err, &status) {
		return status.FxCode() != sftp.ErrSSHFxConnectionLost && status.FxCode() != sftp.ErrSSHFxNoConnection
	}
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) || errors.Is(err, io.EOF)
}

func (f *Files) line() (*session, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.dead != nil {
		return nil, f.dead
	}
	return f.current, nil
}

// broke makes a broken line again, unless somebody else has.
func (f *Files) broke(s *session, why error) error {
	s.close(why)
	f.mending.Lock()
	defer f.mending.Unlock()
	if now, err := f.line(); err != nil || now != s {
		return err
	}
	why = s.why(why)
	if time.Since(f.since) > held {
		f.breaks, f.silent = 0, 0
	}
	if hung := (*silentError)(nil); errors.As(why, &hung) {
		if f.silent++; f.silent > 1 {
			return f.give(&LostError{why})
		}
	}
	for f.all++; f.breaks < len(f.pauses) && f.all <= maxBreaks; {
		pause := f.pauses[f.breaks]
		f.breaks++
		next, err := f.again(pause)
		if err == nil {
			return f.take(next)
		}
		why = err
	}
	return f.give(&LostError{why})
}

// take makes a line the one that is asked.
func (f *Files) take(next *session) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.dead != nil { // closed meanwhile
		next.close(f.dead)
		return f.dead
	}
	f.current, f.since = next, time.Now()
	return nil
}

// give gives up.
func (f *Files) give(why error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.dead == nil {
		f.dead = why
		if f.lost != nil && f.ctx.Err() == nil {
			f.lost(why)
		}
	}
	return f.dead
}

func (f *Files) again(pause time.Duration) (*session, error) {
	select {
	case <-time.After(pause):
	case <-f.ctx.Done():
		return nil, f.ctx.Err()
	}
	return f.dial(f.ctx)
}

// ReadDir gives what lies directly in a folder, links as links. Names that are none are left out, and so is what comes
// twice.
func (f *Files) ReadDir(name string) ([]fs.FileInfo, error) {
	var list []fs.FileInfo
	err := f.do(true, func(c *sftp.Client) (err error) {
		list, err = c.ReadDirContext(f.ctx, name)
		return err
	})
	list = slices.DeleteFunc(list, func(info fs.FileInfo) bool {
		n := info.Name()
		return n == "" || n == "." || n == ".." || strings.ContainsAny(n, "/\x00")
	})
	slices.SortStableFunc(list, func(a, b fs.FileInfo) int { return strings.Compare(a.Name(), b.Name()) })
	list = slices.CompactFunc(list, func(a, b fs.FileInfo) bool { return a.Name() == b.Name() })
	for i := range list {
		list[i] = file{list[i]}
	}
	return list, wrap("open", name, err)
}

// Lstat says what a name stands for.
func (f *Files) Lstat(name string) (info fs.FileInfo, err error) {
	err = f.do(false, func(c *sftp.Client) (err error) {
		info, err = c.Lstat(name)
		return err
	})
	return known(info), wrap("lstat", name, err)
}

// Stat says what a name leads to.
func (f *Files) Stat(name string) (info fs.FileInfo, err error) {
	err = f.do(false, func(c *sftp.Client) (err error) {
		info, err = c.Stat(name)
		return err
	})
	return known(info), wrap("stat", name, err)
}

// RealPath is the name without links and without "..".
func (f *Files) RealPath(name string) (real string, err error) {
	err = f.do(false, func(c *sftp.Client) (err error) {
		real, err = c.RealPath(name)
		return err
	})
	if err == nil && !strings.HasPrefix(real, "/") {
		err = errors.New("the server gives a path that begins nowhere")
	}
	return real, wrap("realpath", name, err)
}

// file is what a server says of a file.
type file struct{ fs.FileInfo }

func known(info fs.FileInfo) fs.FileInfo {
	if info == nil {
		return nil
	}
	return file{info}
}

// Owner gives the numbers of user and group; 0 where the server does not say.
func (f file) Owner() (uid, gid uint32) {
	if s, ok := f.Sys().(*sftp.FileStat); ok {
		return s.UID, s.GID
	}
	return 0, 0
}

// Typed says that the server told what sort of thing it is.
func (f file) Typed() bool {
	s, ok := f.Sys().(*sftp.FileStat)
	return ok && s.Mode&0o170000 != 0
}

func wrap(op, name string, err error) error {
	var lost *LostError
	if err == nil || errors.As(err, &lost) {
		return err
	}
	return &fs.PathError{Op: op, Path: name, Err: readable(err)}
}

// readable is the server's answer without the library's words around it.
func readable(err error) error {
	var status *sftp.StatusError
	if errors.As(err, &status) {
		switch status.FxCode() {
		case sftp.ErrSSHFxFailure:
			return errors.New("the server says only that it failed")
		case sftp.ErrSSHFxOpUnsupported:
			return errors.New("the server cannot do that")
		default:
			return fmt.Errorf("the server answers with code %d", status.Code)
		}
	}
	return err
}

// Open opens a file for reading; it has ReadAt, too. The line may break and be made again meanwhile.
func (f *Files) Open(name string) (fs.File, error) {
	o := &opened{files: f, name: name}
	if err := o.reopen(); err != nil {
		return nil, wrap("open", name, err)
	}
	return o, nil
}

// opened is an open file.
type opened struct {
	files *Files
	name  string

	mu     sync.Mutex
	file   *sftp.File
	offset int64 // of Read
}

// reopen opens the file on the line as it is now.
func (o *opened) reopen() error {
	return o.files.do(false, func(c *sftp.Client) (err error) {
		o.file, err = c.Open(o.name)
		return err
	})
}

// ask asks something of the open file; where the line was made again it is opened again, and the question with it.
func (o *opened) ask(do func(*sftp.File) error) error {
	for {
		s, err := o.files.line()
		if err != nil {
			return err
		}
		err = s.ask(false, func() error { return do(o.file) })
		if err == nil || answered(err) {
			return err
		}
		if err := o.files.broke(s, err); err != nil {
			return err
		}
		if err := o.reopen(); err != nil {
			return err
		}
	}
}

func (o *opened) Stat() (info fs.FileInfo, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	err = o.ask(func(f *sftp.File) (err error) {
		info, err = f.Stat()
		return err
	})
	return known(info), wrap("stat", o.name, err)
}

func (o *opened) ReadAt(p []byte, offset int64) (n int, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.readAt(p, offset)
}

func (o *opened) readAt(p []byte, offset int64) (n int, err error) {
	err = o.ask(func(f *sftp.File) (err error) {
		n, err = f.ReadAt(p, offset)
		return err
	})
	n = min(max(n, 0), len(p))
	if errors.Is(err, io.EOF) {
		return n, io.EOF
	}
	return n, wrap("read", o.name, err)
}

func (o *opened) Read(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	n, err := o.readAt(p, o.offset)
	o.offset += int64(n)
	if n > 0 && errors.Is(err, io.EOF) {
		return n, nil
	}
	if n == 0 && err == nil && len(p) > 0 {
		return 0, io.EOF // a server that has nothing to say of it has come to its end
	}
	return n, err
}

// Close closes it. A line that is broken has closed it.
func (o *opened) Close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	s, err := o.files.line()
	if err != nil {
		return nil //nolint:nilerr // as above
	}
	_ = s.ask(false, func() error { return o.file.Close() }) // it was only read from
	return nil
}
