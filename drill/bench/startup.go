package main

import (
	"context"
	"os/exec"
	"time"
)

// startUp is how long the program takes to say its version, beside a process that does nothing.
func startUp(ctx context.Context, tillwatch string, rounds int) ([]figure, error) {
	var ours, nothing []float64
	for range 4 * rounds {
		for _, one := range []struct {
			times *[]float64
			args  []string
		}{{&ours, []string{tillwatch, "version"}}, {&nothing, []string{"true"}}} {
			began := time.Now()
			if err := exec.CommandContext(ctx, one.args[0], one.args[1:]...).Run(); err != nil {
				return nil, err
			}
			*one.times = append(*one.times, float64(time.Since(began).Microseconds())/1000)
		}
	}
	a, b := median(ours), median(nothing)
	return []figure{{"start-up", a, "ms", "limit of 50 ms (a process that does nothing: see next)", 50, a / 50}, {"start-up", a, "ms", "/bin/true", b, a / b}}, nil
}
