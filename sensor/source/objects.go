package source

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"time"
)

// readObjects reads every object that is not remembered to hold nothing.
func (l *look) readObjects(ctx context.Context) error {
	if err := l.list(ctx); err != nil {
		return err
	}
	n := l.all.len()
	wanted := newMarks(n)
	count := 0
	for i := range n {
		if id := l.all.at(i); !l.memory.objects.has(id[:]) {
			wanted.set(i)
			count++
		}
	}
	s := newStream(l, wanted, count)
	defer s.close()
	if count > n/2 && count > 1000 {
		if err := s.run(ctx, nil, true); err != nil {
			return err
		}
	}
	// What is new is asked for by its id, and so is what is left where git stopped at an object it could not read. It names
	// none: the one that should have come next is left out, and it begins again.
	for attempt := 0; s.left > 0; attempt++ {
		before := s.left
		if err := s.run(ctx, s.remaining(), attempt == 0); err != nil {
			return err
		}
		if s.left == before {
			s.skip(1)
		}
		if attempt > maxAttempts {
			s.skip(s.left)
		}
	}
	s.close()
	return ctx.Err()
}

// maxAttempts bounds how often git is started again behind an object that it stops at.
const maxAttempts = 200

// list asks for the ids of all objects.
func (l *look) list(ctx context.Context) error {
	out, complaint, err := l.vault.output(ctx, nil, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)")
	if err := ctx.Err(); err != nil {
		return err
	}
	if f := (failed{}); errors.As(err, &f) {
		return err
	}
	if err != nil || complaint != "" {
		l.vault.unread = append(l.vault.unread, understood(complaint))
	}
	raw := make([]byte, 0, len(out)/2)
	for line := range bytes.Lines(out) {
		if id, ok := parseOID(bytes.TrimSpace(line)); ok {
			raw = append(raw, id[:l.vault.width]...)
		}
	}
	l.all = newIDs(l.vault.width, raw)
	return nil
}

// stream reads objects from git, and hands them to workers in batches.
type stream struct {
	*look
	wanted marks
	left   int
	total  int
	told   time.Time

	jobs    chan *batch
	group   sync.WaitGroup
	pool    sync.Pool
	current *batch
	closed  bool

	mu      sync.Mutex
	unclear map[oid]byte // as in memory
}

// batch is some objects in one piece of memory.
type batch struct {
	data    []byte
	objects []object
}

type object struct {
	id       oid
	kind     byte // kindBlob ...
	from, to int  // in the batch's data
}

// The kinds of object, by the first letter of their names where that is theirs alone.
const (
	kindBlob   = 'b'
	kindCommit = 'c'
	kindTree   = 't'
	kindTag    = 'g'
)

// What is larger than maxWhole is looked through as it comes. Batches are so large that handing them on costs nothing.
const (
	maxWhole  = 8 << 20
	batchSize = 512 << 10
)

func workers() int { return min(max(runtime.GOMAXPROCS(0), 1), 8) }

func newStream(l *look, wanted marks, count int) *stream {
	s := &stream{look: l, wanted: wanted, left: count, total: count, jobs: make(chan *batch, workers()), unclear: map[oid]byte{}}
	for id, why := range l.memory.noted {
		if l.all.has(id[:]) {
			s.note(id, lasting[why])
		}
	}
	s.pool.New = func() any { return &batch{data: make([]byte, 0, batchSize+64<<10)} }
	for range workers() {
		s.group.Go(func() {
			for b := range s.jobs {
				for _, o := range b.objects {
					s.judge(o, b.data[o.from:o.to])
				}
				b.data, b.objects = b.data[:0], b.objects[:0]
				if cap(b.data) <= 2*batchSize {
					s.pool.Put(b)
				}
			}
		})
	}
	return s
}

// close waits for the workers, and remembers what was seen.
func (s *stream) close() {
	if s.closed {
		return
	}
	s.closed = true
	s.flush()
	close(s.jobs)
	s.group.Wait()
	s.memory.unclear = s.unclear
	s.memory.seen = func(i int) bool { return !s.wanted.is(i) }
	s.memory.all = s.all
}

func (s *stream) flush() {
	if s.current != nil && len(s.current.objects) > 0 {
		s.jobs <- s.current
		s.current = nil
	}
}

// remaining are the ids that are still wanted, as git reads them.
func (s *stream) remaining() []byte {
	var list bytes.Buffer
	for i := range s.all.len() {
		if s.wanted.is(i) {
			list.WriteString(s.all.at(i).text(s.all.width) + "\n")
		}
	}
	return list.Bytes()
}

// skip leaves out the first n that are still wanted: git stopped at them.
func (s *stream) skip(n int) {
	for i := 0; i < s.all.len() && n > 0; i++ {
		if s.wanted.is(i) {
			s.wanted.clear(i)
			s.left--
			n--
			s.note(s.all.at(i), whyDamaged)
		}
	}
}

// note says that an object was not seen, or not all of it.
func (s *stream) note(id oid, why string) {
	s.unseen.add(why, id.short())
	s.mu.Lock()
	defer s.mu.Unlock()
	code := max(slices.Index(lasting, why), 0)
	if before, noted := s.unclear[id]; noted && int(before) != code {
		code = 0
	}
	s.unclear[id] = byte(code)
}

// run reads the objects of a list, or without one all. That git stops early is no error.
func (s *stream) run(ctx context.Context, list []byte, buffered bool) error {
	args := []string{"cat-file", "--batch"}
	if list == nil {
		args = append(args, "--batch-all-objects", "--unordered")
	}
	if buffered {
		args = append(args, "--buffer")
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := s.vault.git(ctx, args...)
	if list != nil {
		cmd.Stdin = bytes.NewReader(list)
	}
	complaints := &head{max: 16 << 10}
	cmd.Stderr = complaints
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return gitError(err)
	}
	readErr := s.read(ctx, bufio.NewReaderSize(out, 1<<20))
	cancelled := ctx.Err()
	if readErr != nil {
		cancel()
	}
	waitErr := cmd.Wait()
	if cancelled != nil {
		return cancelled
	}
	if exit := (*exec.ExitError)(nil); waitErr != nil && !errors.As(waitErr, &exit) && readErr == nil && !errors.Is(waitErr, exec.ErrWaitDelay) {
		return waitErr
	}
	return nil
}

// errStream says that what git wrote could not be understood: it stopped in the middle of an object.
var errStream = errors.New("git stopped in the middle of an object")

// read takes "ID TYPE SIZE", the content and a line break for each object.
func (s *stream) read(ctx context.Context, r *bufio.Reader) error {
	for ctx.Err() == nil {
		line, err := r.ReadSlice('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return nil
		}
		if err != nil {
			return errStream
		}
		fields := bytes.Fields(line)
		if len(fields) < 2 {
			return errStream
		}
		id, ok := parseOID(fields[0])
		if !ok {
			return errStream
		}
		i := s.all.index(id[:])
		wanted := i >= 0 && s.wanted.is(i)
		if len(fields) == 2 { // "ID missing"
			if wanted {
				s.wanted.clear(i)
				s.left--
				s.note(id, whyDamaged)
			}
			continue
		}
		kind := fields[1][0]
		if string(fields[1]) == "tag" {
			kind = kindTag
		}
		size, err := strconv.ParseInt(string(fields[2]), 10, 64)
		if err != nil || size < 0 {
			return errStream
		}
		if err := s.object(r, id, kind, size, wanted); err != nil {
			return err
		}
		if wanted {
			s.wanted.clear(i)
			s.left--
		}
		if now := time.Now(); now.Sub(s.told) > tellEvery {
			s.told = now
			s.progress(s.total-s.left, s.total)
		}
	}
	return ctx.Err()
}

const tellEvery = 500 * time.Millisecond

// object takes the content of one object.
func (s *stream) object(r *bufio.Reader, id oid, kind byte, size int64, wanted bool) error {
	switch {
	case !wanted:
		if _, err := io.CopyN(io.Discard, r, size); err != nil {
			return errStream
		}
	case size > maxWhole:
		content := &io.LimitedReader{R: r, N: size}
		result, err := s.scan.stream(content)
		if err != nil || content.N > 0 {
			return errStream
		}
		s.keep(object{id: id, kind: kind}, result)
	default:
		if s.current == nil {
			s.current = s.pool.Get().(*batch)
		}
		b := s.current
		from := len(b.data)
		b.data = append(b.data, make([]byte, size)...)
		if _, err := io.ReadFull(r, b.data[from:]); err != nil {
			b.data = b.data[:from]
			return errStream
		}
		b.objects = append(b.objects, object{id, kind, from, len(b.data)})
		if len(b.data) >= batchSize {
			s.flush()
		}
	}
	if c, err := r.ReadByte(); err != nil || c != '\n' {
		return errStream
	}
	return nil
}

// judge looks through one object, and at what it refers to.
func (s *stream) judge(o object, data []byte) {
	s.follow(o, data)
	switch o.kind {
	case kindBlob:
		s.keep(o, s.scan.content(data))
	case kindTree:
		s.keep(o, outcome{found: s.scan.own(data)})
	default:
		s.keep(o, outcome{found: s.scan.message(data)})
	}
}

func (s *stream) keep(o object, result outcome) {
	for _, why := range result.unseen {
		s.note(o.id, why)
	}
	if len(result.found) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unclear[o.id] = 0
	if len(s.hits) >= maxHitObjects {
		s.unseen.add(whyTooMany, o.id.short())
		return
	}
	s.hits[o.id] = result.found
	s.kinds[o.id] = o.kind
}

// maxHitObjects bounds the objects that are told of.
const maxHitObjects = 20_000
