package main

import (
	"cmp"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/tillwatch/tillwatch/app"
	"github.com/tillwatch/tillwatch/app/report"
)

// progress tells on standard error what a check is doing: on a terminal in one line that is written over, with the
// seconds so far; elsewhere in one line for each step. Safe for concurrent use.
type progress struct {
	out    io.Writer
	screen screen
	began  time.Time

	mu   sync.Mutex
	now  string // what is being done
	done chan struct{}
}

func newProgress(out io.Writer, s screen) *progress {
	p := &progress{out: out, screen: s, began: time.Now(), done: make(chan struct{})}
	if s.terminal {
		go p.tick()
	}
	return p
}

// tell is an app.CheckConfig.Progress.
func (p *progress) tell(event app.Progress) {
	text := event.Text
	if event.Profile != "" {
		text = event.Profile + ": " + text
	}
	if event.Place != "" {
		text += "  " + event.Place
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now = report.Shown(text)
	if p.screen.terminal {
		p.draw()
		return
	}
	fmt.Fprintf(p.out, "%6.1f s  %s\n", time.Since(p.began).Seconds(), p.now)
}

func (p *progress) tick() {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-p.done:
			return
		case <-ticker.C:
			p.mu.Lock()
			p.draw()
			p.mu.Unlock()
		}
	}
}

// draw writes the live line; the caller holds mu.
func (p *progress) draw() {
	line := fmt.Sprintf("%3.0f s  %s", time.Since(p.began).Seconds(), p.now)
	fmt.Fprintf(p.out, "\r\x1b[K%s", report.Cut(line, cmp.Or(p.screen.width, 80)-1))
}

// stop removes the live line. It must be called once, before anything else is written to the same terminal.
func (p *progress) stop() {
	close(p.done)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.screen.terminal {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
	p.screen.terminal = false
}
