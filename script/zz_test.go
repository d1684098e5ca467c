package script

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(0, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
func TestZZ(t *testing.T) {
	files, _ := filepath.Glob(os.Getenv("PROBE"))
	for _, f := range files {
		src, _ := os.ReadFile(f)
		const N = 3
		c0 := cpu()
		var s *survey
		for i := 0; i < N; i++ {
			s = look(string(src))
		}
		c1 := cpu()
		var l *layer
		p, l, prog := parse(string(src), s)
		for i := 1; i < N; i++ {
			p, l, prog = parse(string(src), s)
		}
		c2 := cpu()
		var m *machine
		for i := 0; i < N; i++ {
			m = newMachine(newRecord(), settled(len(src), s), guesswork(len(src), s), time.Now().Add(time.Minute))
			if prog != nil {
				m.run(prog, l)
			}
		}
		c3 := cpu()
		for i := 0; i < N; i++ {
			Analyse(src, Options{})
		}
		c4 := cpu()
		mb := float64(len(src)) * N / 1e6
		fmt.Printf("%-32s %-8s look %6.1f parse %6.1f run %7.1f all %6.1f MB/s; steps %d guess left %d of %d cut %v closures %d sends %d ns/step %d\n", filepath.Base(f), p, mb/(c1-c0).Seconds(), mb/(c2-c1).Seconds(), mb/(c3-c2).Seconds(), mb/(c4-c3).Seconds(), m.steps, m.guesswork, guesswork(len(src), s), m.unseen || m.exhausted, len(m.closures), len(m.record.sends), int((c3-c2).Nanoseconds())/N/(m.steps+1))
	}
}
