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

// chunkSize is how much is read at a time.
const chunkSize = 1 << 20

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
	c.text, c.header, c.source, c.long, c.at = c.text[:0], nil, nil, 0, 0
	r.free.Put(c)
}

// stream gives the chunks of a source in order. The channel is closed at its end.
func (r *reading) stream(ctx context.Context, s *source) <-chan *chunk {
	out := make(chan *chunk, 2*runtime.GOMAXPROCS(0))
	go func() {
		defer close(out)
		number := int64(1)
		if s.input != nil {
			if err := r.cut(ctx, s, s.input, &number, out); err != nil && ctx.Err() == nil {
				s.gaps = append(s.gaps, fmt.Sprintf("the input ended with an error after %d lines: %v", number-1, plain(err)))
			}
			return
		}
		for _, f := range s.files {
			if ctx.Err() != nil {
				return
			}
			number = 1
			in, err := openLog(f.name)
			if err == nil {
				err = r.cut(ctx, &source{name: f.name}, in, &number, out)
				in.Close()
			}
			if err != nil && ctx.Err() == nil {
				s.gaps = append(s.gaps, unreadable(f.name, number-1, err))
			}
		}
	}()
	return out
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
// Of a source that grows, half a line at the end is left for the next time.
func (r *reading) cut(ctx context.Context, s *source, in io.Reader, number *int64, out chan<- *chunk) error {
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
		next := base + int64(len(c.text))
		ended := err != nil
		c.text = dropNUL(c.text)
		if skipping {
			end := bytes.IndexByte(c.text, '\n')
			if end < 0 {
				c.text = c.text[:0]
			} else {
				skipping = false
				c.text = c.text[:copy(c.text, c.text[end+1:])]
			}
		}
		c.at = next - int64(len(c.text))
		if end := bytes.LastIndexByte(c.text, '\n'); !ended && end >= 0 {
			held = append(held, c.text[end+1:]...)
			c.text = c.text[:end+1]
			next -= int64(len(held))
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
				c.text, next, s.half = c.text[:whole], next-half, half
			}
		}
		if len(held) > line.MaxLength {
			next += int64(len(held))
			held, skipping = held[:0], true
			c.text = append(c.text, '\n')
			c.long++
		}
		c.source, c.first, c.header = s, *number, header
		if len(c.text) > 0 {
			*number += int64(bytes.Count(c.text, []byte{'\n'}))
			if c.text[len(c.text)-1] != '\n' {
				*number++
			}
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
		base = next
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
	if len(text) == 0 || text[0] != '#' && !bytes.Contains(text, []byte("\n#Fields:")) {
		return was
	}
	i := bytes.LastIndex(text, []byte("#Fields:"))
	if i < 0 {
		return was
	}
	end := bytes.IndexByte(text[i:], '\n')
	if end < 0 {
		end = len(text) - i
	}
	return bytes.Clone(text[i : i+end])
}
