package ledger

import (
	"flag"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

var benchTokens = flag.Int("tokens", 4<<20, "how many live tokens BenchmarkFill records")

// BenchmarkFill records as many tokens of an hour's life as are said with -tokens, makes filters of them, and measures how
// often a token that was never issued is taken for one that was.
func BenchmarkFill(b *testing.B) {
	n := *benchTokens
	for range b.N {
		began := time.Now()
		l := New(Config{MaxExact: min(2<<20, n/8)})
		batch := make([]Entry, 0, 1<<15)
		for i := range n {
			at := noon + int64(float64(i)/float64(n)*3600)
			batch = append(batch, Entry{Token: Fingerprint(mix(uint64(i) + 1)), Issued: at, Expires: at + 3600})
			if len(batch) == cap(batch) || i == n-1 {
				if err := l.Record(at, batch...); err != nil {
					b.Fatal(err)
				}
				batch = batch[:0]
			}
		}
		l.sealed.Wait()
		took := time.Since(began)
		peak := highWater()
		s := l.Stats()
		const asked = 1 << 20
		wrong := 0
		l.mu.RLock()
		for i := range uint64(asked) {
			if l.has(Fingerprint(mix(1<<60+i)), 0, 0) {
				wrong++
			}
		}
		l.mu.RUnlock()
		b.ReportMetric(float64(s.Bytes)/1e6, "MB")
		b.ReportMetric(peak, "peak-MB")
		b.ReportMetric(float64(n)/took.Seconds(), "tokens/s")
		b.ReportMetric(1e6*float64(wrong)/asked, "missed/million")
		b.ReportMetric(1e6*s.Miss, "expected/million")
		runtime.KeepAlive(l)
	}
}

// highWater is this process's largest resident size so far, in MB; 0 where the system does not tell.
func highWater() float64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kilobytes, _ := strconv.ParseFloat(fields[0], 64)
	return kilobytes / 1024
}
