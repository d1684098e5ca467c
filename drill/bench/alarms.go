package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	alarmFolders = 250
	alarmFiles   = 20 // in each at the beginning
	alarmChanges = 6000
	pace         = time.Second / 200 // between two changes
	alarmWait    = 90 * time.Second  // for what is late, before it counts as lost
)

// fileAlarms is how long it takes from a file's being written until it is told of, with 200 changes a second, and how many
// of them are never told.
func fileAlarms(ctx context.Context, tillwatch string, _ int) ([]figure, error) {
	dir, err := os.MkdirTemp("", "tillwatch-bench-alarms-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	w, err := startAlarms(ctx, tillwatch, dir)
	if err != nil {
		return nil, err
	}
	defer w.stop()
	if err := w.ready(ctx); err != nil {
		return nil, err
	}
	if err := w.write(ctx); err != nil {
		return nil, err
	}
	delays, lost := w.await(ctx)
	if len(delays) == 0 {
		return nil, errors.New("no change of a file was told of")
	}
	middle := median(delays)
	late := delays[len(delays)*99/100]
	return []figure{
		{"files: written to told, median", middle, "s", "limit of 2 s at 200 changes a second", 2, middle / 2},
		{"files: written to told, p99", late, "s", "limit of 5 s at 200 changes a second", 5, late / 5},
		{"files: changes never told", float64(lost), "", "changes", alarmChanges, float64(lost) / alarmChanges},
	}, nil
}

// alarms is a watch of a folder, and when it told of which file.
type alarms struct {
	shop string
	cmd  *exec.Cmd
	errs strings.Builder

	mu      sync.Mutex
	written map[string]time.Time
	told    map[string]time.Time
	news    chan struct{}
	ended   chan struct{}
}

// startAlarms makes a shop's folder and begins to watch it, as a real process does.
func startAlarms(ctx context.Context, tillwatch, dir string) (*alarms, error) {
	a := &alarms{
		shop: filepath.Join(dir, "shop"), written: map[string]time.Time{}, told: map[string]time.Time{},
		news: make(chan struct{}, 1), ended: make(chan struct{}),
	}
	for i := range alarmFolders * alarmFiles {
		if err := put(a.name(i), i); err != nil {
			return nil, err
		}
	}
	config := filepath.Join(dir, "tillwatch.yaml")
	if err := os.WriteFile(config, []byte("targets:\n  - files: "+a.shop+"\n"), 0o600); err != nil {
		return nil, err
	}
	a.cmd = exec.CommandContext(ctx, tillwatch, "watch", "-c", config, "--format", "json", "--quiet", "--state", filepath.Join(dir, "state"))
	a.cmd.Stderr = &a.errs
	out, err := a.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := a.cmd.Start(); err != nil {
		return nil, err
	}
	go a.listen(out)
	return a, nil
}

func (a *alarms) name(i int) string {
	return filepath.Join(a.shop, fmt.Sprintf("part%d", i/alarmFiles), fmt.Sprintf("file%d.%s", i, []string{"php", "js"}[i%2]))
}

// put writes a file of some kilobytes that differs from every other.
func put(name string, i int) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	random := rand.New(rand.NewPCG(uint64(i), uint64(time.Now().UnixNano())))
	var b strings.Builder
	php := strings.HasSuffix(name, ".php")
	if php {
		b.WriteString("<?php\n")
	}
	for n := range 1 + random.IntN(60) {
		if php {
			fmt.Fprintf(&b, "function price_%d_%d($items, $rate) {\n\t$sum = 0;\n\tforeach ($items as $item) { $sum += $item['price'] * %d; }\n\treturn round($sum * $rate, 2);\n}\n", i, n, random.IntN(1e9))
		} else {
			fmt.Fprintf(&b, "function price_%d_%d(items, rate) {\n\tlet sum = 0;\n\tfor (const item of items) sum += item.price * %d;\n\treturn Math.round(sum * rate);\n}\n", i, n, random.IntN(1e9))
		}
	}
	return os.WriteFile(name, []byte(b.String()), 0o644)
}

func (a *alarms) listen(out io.Reader) {
	defer close(a.ended)
	lines := bufio.NewReaderSize(out, 1<<20)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		now := time.Now()
		var event struct {
			Finding struct{ Place string }
		}
		if json.Unmarshal(line, &event) != nil || event.Finding.Place == "" {
			continue
		}
		a.mu.Lock()
		if _, have := a.told[event.Finding.Place]; !have {
			a.told[event.Finding.Place] = now
		}
		a.mu.Unlock()
		select {
		case a.news <- struct{}{}:
		default:
		}
	}
}

// ready waits until a change is told of: then the first look is over.
func (a *alarms) ready(ctx context.Context) error {
	for i := range 600 {
		name := filepath.Join(a.shop, fmt.Sprintf("ready%d.php", i))
		if err := put(name, i); err != nil {
			return err
		}
		select {
		case <-a.news:
			return nil
		case <-a.ended:
			return fmt.Errorf("the watch ended: %s", a.errs.String())
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
	return errors.New("the watch told of nothing for two minutes")
}

// write changes and adds files at an even pace: every other one is new.
func (a *alarms) write(ctx context.Context) error {
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for i := range alarmChanges {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
		name := a.name(i / 2)
		if i%2 == 1 {
			name = filepath.Join(a.shop, fmt.Sprintf("part%d", i%alarmFolders), fmt.Sprintf("new%d.php", i))
		}
		if err := put(name, i+alarmFolders*alarmFiles); err != nil {
			return err
		}
		a.mu.Lock()
		a.written[name] = time.Now()
		a.mu.Unlock()
	}
	return nil
}

// await gives how long each change took, in seconds, and how many were never told of.
func (a *alarms) await(ctx context.Context) (delays []float64, lost int) {
	limit := time.After(alarmWait)
	for {
		lost, delays = 0, delays[:0]
		a.mu.Lock()
		for name, at := range a.written {
			if told, have := a.told[name]; have {
				delays = append(delays, max(told.Sub(at).Seconds(), 0))
			} else {
				lost++
			}
		}
		a.mu.Unlock()
		if lost == 0 {
			return delays, 0
		}
		select {
		case <-a.news:
			time.Sleep(100 * time.Millisecond)
		case <-a.ended:
			return delays, lost
		case <-limit:
			return delays, lost
		case <-ctx.Done():
			return delays, lost
		}
	}
}

func (a *alarms) stop() {
	_ = a.cmd.Process.Signal(syscall.SIGTERM) // where it has ended, so much the better
	<-a.ended
	_ = a.cmd.Wait() // it was told to stop
}
