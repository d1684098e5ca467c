// Command bench measures Tillwatch against peers and limits, both in one run, and writes bench.json. A ratio of the two
// holds where the machine's speed drifts; a single time does not.
//
//	bench --tillwatch bin/tillwatch --out bench.json
//
// It is a module of its own, so that no peer becomes a dependency of the product.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"
)

// figure is one line of bench.json.
type figure struct {
	Name      string  `json:"name"`
	Value     float64 `json:"value"`
	Unit      string  `json:"unit"`
	Peer      string  `json:"peer"`
	PeerValue float64 `json:"peer_value"`
	Ratio     float64 `json:"ratio"`
}

func main() {
	tillwatch := flag.String("tillwatch", "bin/tillwatch", "the program to measure")
	out := flag.String("out", "bench.json", "where the figures go")
	rounds := flag.Int("rounds", 5, "how often each pair is measured; the medians are written")
	only := flag.String("only", "", "measure only this: startup, filetree, contents, alarms, walk, secrets, following, verify or logs")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *tillwatch, *out, *only, *rounds); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, tillwatch, out, only string, rounds int) error {
	var figures []figure
	fmt.Printf("%-28s %12s %-5s  %-40s %12s %8s\n", "what", "Tillwatch", "unit", "beside", "", "ratio")
	for _, one := range []struct {
		name    string
		measure func(context.Context, string, int) ([]figure, error)
	}{{"startup", startUp}, {"filetree", fileTree}, {"contents", contents}, {"alarms", fileAlarms}, {"walk", walk}, {"secrets", secrets}, {"following", following}, {"verify", verify}, {"logs", logs}} {
		if only != "" && only != one.name {
			continue
		}
		measured, err := one.measure(ctx, tillwatch, rounds)
		if err != nil {
			return err
		}
		for _, f := range measured {
			fmt.Printf("%-28s %12.3f %-5s  %-40s %12.3f %8.2f\n", f.Name, f.Value, f.Unit, f.Peer, f.PeerValue, f.Ratio)
		}
		figures = append(figures, measured...)
	}
	text, err := json.MarshalIndent(figures, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(out, append(text, '\n'), 0o644)
}

// median of what was measured; xs is sorted on the way.
func median(xs []float64) float64 {
	slices.Sort(xs)
	return xs[len(xs)/2]
}
