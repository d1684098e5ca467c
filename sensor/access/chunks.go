package access

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"

	"github.com/tillwatch/tillwatch/sensor/access/line"
)

// chunkSize is how much is read at a time: more than the longest line, and no more than stays near until it is parsed.
const chunkSize = line.MaxLength + 64<<10

// reading is the reading of sources: each in its own goroutine, cut at line breaks, parsed by as many workers as there are
// processors, and handed on in order.
type reading struct {
	jobs chan *chunk
	free sync.Pool
	make func() *parser
	done sync.WaitGroup
}

func newReading(ctx context.Context, make func() *parser) *reading {
	workers := runtime.GOMAXPROCS(0)
	r := &reading{jobs: chanOf(workers), make: make}
	for range workers {
		r.done.Go(func() {
			p := r.make()
			for c := range r.jobs {
				if ctx.Err() == nil {
					p.parse(c)
				}
				c.done <- struct{}{}
			}
		})
	}
	return r
}

func chanOf(n int) chan *chunk { return make(chan *chunk, n) }

func (r *reading) get() *chunk {
	if c, ok := r.free.Get().(*chunk); ok {
		return c
	}
	return &chunk{text: make([]byte, 0, chunkSize), done: make(chan struct{}, 1)}
}

// put gives a chunk back when it was judged.
func (r *reading) put(c *chunk) {
	c.text, c.header, c.source, c.number, c.long, c.at = c.text[:0], nil, nil, nil, 0, 0
	r.free.Put(c)
}

// stream gives the chunks of a source in order. The channel is closed at its end.
func (r *reading) stream(ctx context.Context, s *source) <-chan *chunk {
	out := make(chan *chunk, 2*runtime.GOMAXPROCS(0))
	go func() {
		defer close(out)
		if s.input != nil {
			next := int64(1)
			if err := r.cut(ctx, s, s.input, &next, out); err != nil && ctx.Err() == nil {
				s.breaks = append(s.breaks, broken{next: &next, err: err})
			}
			return
		}
		for _, f := range s.files {
			if ctx.Err() != nil {
				return
			}
			next := int64(1)
			in, err := openLog(f.name)
			if err == nil {
				err = r.cut(ctx, &source{name: f.name}, in, &next, out)
				in.Close()
			}
			if err != nil && ctx.Err() == nil {
				s.breaks = append(s.breaks, broken{f.name, &next, err})
			}
		}
	}()
	return out
}

// broken is a file, or an input without a name, that could not be read to its end.
type broken struct {
	name string
	next *int64 // the line behind the last that was read
	err  error
}

// why is for when all that was read was counted.
func (b *broken) why() string {
	if b.name == "" {
		return fmt.Sprintf("the input ended with an error after %d lines: %v", *b.next-1, plain(b.err))
	}
	return unreadable(b.name, *b.next-1, b.err)
}

// unreadable says how far a file was read and what to do.
func unreadable(name string, lines int64, err error) string {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Sprintf("%s is cut off: %d lines were read; fetch it again", name, lines)
	case lines > 0:
		return fmt.Sprintf("%s could be read only up to line %d: %v", name, lines, plain(err))
	}
	return fmt.Sprintf("%s could not be read: %v", name, plain(err))
}

// cut reads in and hands on whole lines. A line longer than [line.MaxLength] is left out, and what is left of it is passed over.
// Of a source that grows, half a line at the end is left for the next time. next is the number of the first line; it goes on when
// a chunk is taken out of out by [flow.fill].
func (r *reading) cut(ctx context.Context, s *source, in io.Reader, next *int64, out chan<- *chunk) error {
	header := s.at.header
	held := []byte(nil) // the begun line
	skipping := s.at.skip
	base := s.at.offset // where the next chunk begins
	defer func() { s.at.skip, s.at.offset, s.at.header = skipping, base, header }()
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		c := r.get()
		c.text = append(c.text[:0], held...)
		held = held[:0]
		n, err := io.ReadFull(in, c.text[len(c.text):chunkSize])
		c.text = c.text[:len(c.text)+n]
		end := base + int64(len(c.text))
		ended := err != nil
		c.text = dropNUL(c.text)
		if skipping {
			rest := bytes.IndexByte(c.text, '\n') + 1
			if rest == 0 {
				c.text = c.text[:0]
			} else {
				skipping = false
				c.text = c.text[:copy(c.text, c.text[rest:])]
			}
		}
		c.at = end - int64(len(c.text))
		if last := bytes.LastIndexByte(c.text, '\n'); !ended && last >= 0 {
			held = append(held, c.text[last+1:]...)
			c.text = c.text[:last+1]
			end -= int64(len(held))
		} else if !ended && !skipping && len(c.text) > line.MaxLength {
			skipping = true
			c.text = append(c.text[:0], '\n') // it counts as one that could not be read
			c.long++
		}
		if ended && s.grows {
			whole := bytes.LastIndexByte(c.text, '\n') + 1
			if half := int64(len(c.text) - whole); half > line.MaxLength {
				skipping = true
				c.text = append(c.text[:whole], '\n')
				c.long++
			} else {
				c.text, end, s.half = c.text[:whole], end-half, half
			}
		}
		if len(held) > line.MaxLength {
			end += int64(len(held))
			held, skipping = held[:0], true
			c.text = append(c.text, '\n')
			c.long++
		}
		c.source, c.number, c.header = s, next, header
		if len(c.text) > 0 {
			header = w3cHeader(c.text, header)
			select {
			case r.jobs <- c:
			case <-ctx.Done():
				return ctx.Err()
			}
			out <- c
		} else {
			r.put(c)
		}
		base = end
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) && n < chunkSize && isEnd(in) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// isEnd tells the end of a file from one that was cut off inside a packed stream: [io.ReadFull] says the same of both.
func isEnd(in io.Reader) bool {
	var one [1]byte
	_, err := in.Read(one[:])
	return errors.Is(err, io.EOF)
}

// dropNUL cuts the zeros that a crash or a truncation with copytruncate leaves at the beginning of what is written next.
func dropNUL(text []byte) []byte {
	n := 0
	for n < len(text) && text[n] == 0 {
		n++
	}
	if n == 0 {
		return text
	}
	return text[:copy(text, text[n:])]
}

// w3cHeader finds the last line of a chunk that names fields.
func w3cHeader(text, was []byte) []byte {
	name := []byte("#Fields:")
	for at := 0; ; at++ {
		i := bytes.IndexByte(text[at:], name[0]) // which is rare in logs
		if i < 0 {
			return was
		}
		at += i
		if at > 0 && text[at-1] != '\n' || !bytes.HasPrefix(text[at:], name) {
			continue
		}
		header := text[at:]
		if end := bytes.IndexByte(header, '\n'); end >= 0 {
			header = header[:end]
		}
		was = bytes.Clone(header)
	}
}
