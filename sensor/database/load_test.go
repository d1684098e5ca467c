//go:build load

package database

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

var (
	loadRows = flag.Int("rows", 200_000, "orders in the table")
	loadTime = flag.Duration("for", 20*time.Second, "how long is measured")
)

// TestLoad measures what following costs on a table of many orders, of client and server together, in percent of one core.
// It prints; "make bench" reads it. Nothing fails on a slow machine.
func TestLoad(t *testing.T) {
	for _, dialect := range []dialect{mysqlDialect, postgresDialect} {
		d := newDatabase(t, dialect)
		fill := fmt.Sprintf("INSERT INTO customer_order SELECT seq, CONCAT('a', seq, '@b.example'), 'Taro', REPEAT('street ', 8), 'please leave it at the door', NOW() FROM seq_1_to_%d", *loadRows)
		key, kind := "BIGINT PRIMARY KEY AUTO_INCREMENT", "DATETIME"
		if dialect == postgresDialect {
			key, kind = "BIGINT PRIMARY KEY", "TIMESTAMP"
			fill = fmt.Sprintf("INSERT INTO customer_order SELECT i, 'a' || i || '@b.example', 'Taro', repeat('street ', 8), 'please leave it at the door', now() - i * interval '1 second' FROM generate_series(1, %d) i", *loadRows)
		} else {
			fill = strings.Replace(fill, "NOW()", "NOW() - INTERVAL seq SECOND", 1)
		}
		d.exec("CREATE TABLE customer_order (id "+key+", email VARCHAR(100), name VARCHAR(100), address VARCHAR(200), note TEXT, updated_at "+kind+")", "CREATE INDEX changed ON customer_order (updated_at)", fill)
		f := d.follow(Config{Every: time.Second, Slowly: time.Minute, Load: 0.02})
		d.insert("customer_order", "id, note", *loadRows+1, "<svg onload=alert(1)>")
		f.wait("it is under way", signAt(fmt.Sprintf("[id=%d].note", *loadRows+1)))

		client, server, began := clientTime(t), servers[dialect].time(t), time.Now()
		var latency []time.Duration
		tick := time.NewTicker(500 * time.Millisecond)
		next := *loadRows + 2
		for ; time.Since(began) < *loadTime; next++ {
			<-tick.C
			at := time.Now()
			d.insert("customer_order", "id, note", next, "<svg onload=alert(1)>")
			if len(latency) < 15 { // further rows are told together
				f.wait("a row", signAt(fmt.Sprintf("[id=%d].note", next)))
				latency = append(latency, time.Since(at))
			}
		}
		tick.Stop()
		took := time.Since(began)
		percent := func(used time.Duration) float64 { return 100 * used.Seconds() / took.Seconds() }
		worst := time.Duration(0)
		for _, l := range latency {
			worst = max(worst, l)
		}
		fmt.Printf("LOAD %s rows=%d client=%.3f server=%.3f slowest=%.3f\n", dialect, *loadRows, percent(clientTime(t)-client), percent(servers[dialect].time(t)-server), worst.Seconds())
	}
}

func clientTime(t *testing.T) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// time is what a server and its children have used of the processor.
func (s *testServer) time(t *testing.T) time.Duration {
	parent := strconv.Itoa(s.process.Process.Pid)
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(files) == 0 {
		t.Skip("needs /proc")
	}
	ticks := int64(0)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
		own := filepath.Base(filepath.Dir(file)) == parent
		if !own && fields[1] != parent {
			continue
		}
		last := 13
		if own {
			last = 15 // with what children used that have ended
		}
		for _, f := range fields[11:last] {
			ticks += number(f)
		}
	}
	return time.Duration(ticks) * time.Second / 100
}
