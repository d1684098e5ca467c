package app

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// garbage is how many bytes may become garbage between two collections at least. By itself the runtime collects as often as
// the heap has doubled: with the few megabytes that the endpoint holds, that is several times a second under load, and each
// time some requests wait.
const garbage = 64 << 20

// collectSeldom keeps the collector away from small heaps until ctx ends. Whoever sets GOGC knows better.
func collectSeldom(ctx context.Context) {
	if os.Getenv("GOGC") != "" {
		return
	}
	const usual = 100
	defer debug.SetGCPercent(usual)
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	every := time.NewTicker(time.Second)
	defer every.Stop()
	set := uint64(usual)
	for {
		metrics.Read(live)
		if live[0].Value.Kind() != metrics.KindUint64 {
			return
		}
		percent := max(usual, 100*garbage/max(live[0].Value.Uint64(), 4<<20))
		if percent > set+set/5 || percent < set-set/5 { // setting it stops the world for a moment
			debug.SetGCPercent(int(percent))
			set = percent
		}
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
	}
}
