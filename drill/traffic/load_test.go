//go:build load

package traffic_test

import (
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/app"
	"github.com/tillwatch/tillwatch/drill/traffic"
)

// TestHonestLinesRaiseNothing reads honest days from seeds that nothing was tuned on, of shops of several sizes, in both formats,
// with all alarms on: none may be high or above. TILLWATCH_LOAD_LINES says how many lines altogether (20 million), and
// TILLWATCH_LOAD_SEED the first seed; one day's log, at most 2.5 million lines or 900 MB, is on the disk at a time.
//
//	TILLWATCH_LOAD_LINES=100000000 go test -tags load -run HonestLines -timeout 4h -v ./drill/traffic
func TestHonestLinesRaiseNothing(t *testing.T) {
	lines := setting(t, "TILLWATCH_LOAD_LINES", 20_000_000)
	seed := uint64(setting(t, "TILLWATCH_LOAD_SEED", 900_001))
	const day = 2_500_000
	began, read, exported, lower := time.Now(), int64(0), int64(0), map[string]int{}
	for n := 0; read < lines; n++ {
		c := traffic.Config{
			Seed: seed + uint64(n), Lines: min(day, lines-read), Members: []int{1_000_000, 50_000, 5_000_000, 3000}[n%4],
			Rate: []float64{200, 20, 2000, 30}[n%4], Format: traffic.Format(n / 2 % 2), TokenFor: []time.Duration{time.Hour, 15 * time.Minute}[n%2],
		}
		logs := app.Logs{}
		if n%3 != 0 { // most shops have a newsletter
			c.Export, logs = &traffic.Export{Members: 500_000}, declared(c.Format)
		}
		t.Run(fmt.Sprintf("seed %d", c.Seed), func(t *testing.T) {
			r, w, _ := checkedWith(t, c, logs, "members:1-"+strconv.Itoa(c.Members+1000))
			exported += w.Exported
			for _, f := range r.Findings {
				if f.Severity >= tillwatch.High {
					t.Errorf("%s at %s: %s", f.Rule, f.Place, f.Summary)
				} else {
					lower[f.Rule]++
				}
			}
			read += w.Lines
		})
	}
	t.Logf("%d lines, %d of them of declared exports, in %s; below high: %v", read, exported, time.Since(began).Round(time.Second), lower)
}

func setting(t *testing.T, name string, usual int64) int64 {
	text := os.Getenv(name)
	if text == "" {
		return usual
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n <= 0 {
		t.Fatalf("%s is no number of lines", name)
	}
	return n
}
