package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// byClient is what mawk is asked for beside: for each client address, how many different customers it asked for.
const byClient = `{ if (match($7, /\/customers\/[0-9]+/)) { k = $1 " " substr($7, RSTART + 11, RLENGTH - 11); if (!(k in seen)) { seen[k]; n[$1]++ } } } END { for (c in n) t++; print t }`

// logs is one look at a log of some millions of lines, with all alarms that such a log allows, beside programs that do less
// (wc, mawk) or something else (GoAccess, where it is installed). TILLWATCH_BENCH_LINES says how many lines.
func logs(ctx context.Context, tillwatch string, rounds int) ([]figure, error) {
	lines := 5_000_000
	if n, err := strconv.Atoi(os.Getenv("TILLWATCH_BENCH_LINES")); err == nil && n > 0 {
		lines = n
	}
	dir, err := os.MkdirTemp("", "tillwatch-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	combined, json, issuer := filepath.Join(dir, "access.log"), filepath.Join(dir, "access.json"), filepath.Join(dir, "issuer.log")
	for _, args := range [][]string{
		{"--out", combined}, {"--format", "json", "--out", json, "--issuer", issuer},
	} {
		args = append([]string{"-C", "../..", "run", "./drill/traffic/generate", "--lines", strconv.Itoa(lines)}, args...)
		if out, err := exec.CommandContext(ctx, "go", args...).CombinedOutput(); err != nil {
			return nil, fmt.Errorf("the logs could not be made: %w: %s", err, out)
		}
	}
	check := func(targets ...string) []string {
		return append([]string{tillwatch, "check", "--quiet", "--format", "json", "--out", filepath.Join(dir, "report.json"), "--state", filepath.Join(dir, "state")}, targets...)
	}
	type program struct {
		name  string
		args  []string
		times []float64
		peak  float64
	}
	ours := &program{name: "logs, nginx combined", args: check("log:" + combined)}
	tokens := &program{name: "logs, JSON with token ids", args: check("log:"+json, "issued:"+issuer, "members:1-1100000")}
	beside := []*program{{name: "wc -l", args: []string{"wc", "-l", combined}}, {name: "mawk, distinct customers by address", args: []string{"mawk", byClient, combined}}}
	if path, err := exec.LookPath("goaccess"); err == nil {
		beside = append(beside, &program{name: "GoAccess", args: []string{path, combined, "--log-format=COMBINED", "--no-progress", "-o", filepath.Join(dir, "goaccess.json")}})
	}
	for range rounds {
		for _, p := range append([]*program{ours, tokens}, beside...) {
			if p.name == "GoAccess" && len(p.times) > 0 {
				continue // it takes minutes
			}
			command := exec.CommandContext(ctx, p.args[0], p.args[1:]...)
			began := time.Now()
			out, err := command.CombinedOutput()
			if err != nil {
				return nil, fmt.Errorf("%s: %w: %.300s", p.name, err, out)
			}
			p.times = append(p.times, time.Since(began).Seconds())
			p.peak = max(p.peak, peakOf(command.ProcessState))
		}
	}
	speed := func(p *program) float64 { return float64(lines) / 1e6 / median(p.times) }
	var figures []figure
	for _, p := range []*program{ours, tokens} {
		for _, other := range beside {
			figures = append(figures, figure{p.name, speed(p), "M lines/s", other.name, speed(other), speed(p) / speed(other)})
		}
	}
	return append(figures,
		figure{ours.name, speed(ours), "M lines/s", "goal of 6", 6, speed(ours) / 6},
		figure{tokens.name, speed(tokens), "M lines/s", "goal of 3", 3, speed(tokens) / 3},
		figure{"peak memory, logs", max(ours.peak, tokens.peak), "MB", "limit of 1024 MB", 1024, max(ours.peak, tokens.peak) / 1024},
	), nil
}

// peakOf is a process's largest resident size, in MB.
func peakOf(state *os.ProcessState) float64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return float64(usage.Maxrss) / 1024
}
