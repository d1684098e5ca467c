package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// load asks n times, each time with the next token, as fast as it can or perSecond times a second, and gives the time it
// took and how long each answer took in ms. It shares the processors with what it measures, so it writes and reads bare
// HTTP/1.1 (RFC 9112) and does nothing else.
func load(ctx context.Context, url string, tokens []string, n int, perSecond float64) (time.Duration, []float64, error) {
	host, path, _ := strings.Cut(strings.TrimPrefix(url, "http://"), "/")
	requests := make([][]byte, len(tokens))
	for i, token := range tokens {
		requests[i] = fmt.Appendf(nil, "GET /%s HTTP/1.1\r\nHost: shop.example\r\nAuthorization: Bearer %s\r\n\r\n", path, token)
	}
	var next atomic.Int64
	var mu sync.Mutex
	var all []float64
	var failed error
	var work sync.WaitGroup
	began := time.Now()
	for range connections {
		work.Go(func() {
			mine := make([]float64, 0, n/connections+1)
			err := func() error {
				c, err := new(net.Dialer).DialContext(ctx, "tcp", host)
				if err != nil {
					return err
				}
				defer c.Close()
				in := bufio.NewReader(c)
				for {
					i := int(next.Add(1)) - 1
					if i >= n {
						return nil
					}
					from := time.Now()
					if perSecond > 0 {
						due := began.Add(time.Duration(float64(i) / perSecond * float64(time.Second)))
						if wait := due.Sub(from); wait > 0 {
							time.Sleep(wait)
							from = time.Now() // waking up late is no fault of the server's
						} else {
							from = due // an answer that is late makes no later one look fast
						}
					}
					if _, err := c.Write(requests[i%len(requests)]); err != nil {
						return err
					}
					if err := answer(in); err != nil {
						return err
					}
					mine = append(mine, float64(time.Since(from).Nanoseconds())/1e6)
				}
			}()
			mu.Lock()
			defer mu.Unlock()
			all = append(all, mine...)
			failed = errors.Join(failed, err)
		})
	}
	work.Wait()
	return time.Since(began), all, failed
}

// answer reads an answer, which must be a 200.
func answer(in *bufio.Reader) error {
	length := 0
	for first := true; ; first = false {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return err
		}
		line = bytes.TrimRight(line, "\r\n")
		switch name, value, _ := bytes.Cut(line, []byte(":")); {
		case first && !bytes.HasPrefix(line, []byte("HTTP/1.1 200")):
			return fmt.Errorf("answered %q", line)
		case len(line) == 0:
			_, err := in.Discard(length)
			return err
		case bytes.EqualFold(name, []byte("Content-Length")):
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return err
			}
		}
	}
}
