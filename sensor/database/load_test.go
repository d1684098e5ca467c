//go:build load

package database

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
)

var (
	loadRows    = flag.Int("rows", 5_000_000, "orders in the table")
	loadTime    = flag.Duration("for", 20*time.Second, "how long is measured")
	loadProgram = flag.String("tillwatch", "../../bin/tillwatch", "the program that follows the database")
)

const bufferPool = "512M" // as a shop of that size has it

// TestLoad measures what "tillwatch watch" costs on a table of many orders, program and server together, in percent of one
// core, while an order comes every half second and the first pass over the table is under way; and how long it is from an
// order to what is told of it. It prints; "make bench" reads it. Nothing fails on a slow machine.
func TestLoad(t *testing.T) {
	databases := map[dialect]*testDatabase{}
	var group sync.WaitGroup
	for _, dialect := range []dialect{mysqlDialect, postgresDialect} {
		d := newDatabase(t, dialect)
		databases[dialect] = d
		group.Go(d.fillOrders)
	}
	group.Wait()
	for _, dialect := range []dialect{mysqlDialect, postgresDialect} {
		databases[dialect].measure()
	}
}

// fillOrders makes the orders in the server, one a second up to now.
func (d *testDatabase) fillOrders() {
	n, kind := strconv.Itoa(*loadRows), "DATETIME"
	fill := "INSERT INTO customer_order SELECT seq, CONCAT('a', seq, '@b.example'), 'Taro', REPEAT('street ', 8), 'please leave it at the door', NOW() - INTERVAL (" + n + " - seq) SECOND FROM seq_1_to_" + n
	if d.dialect == postgresDialect {
		kind = "TIMESTAMP"
		fill = "INSERT INTO customer_order SELECT i, 'a' || i || '@b.example', 'Taro', repeat('street ', 8), 'please leave it at the door', now() - (" + n + " - i) * interval '1 second' FROM generate_series(1, " + n + ") i"
	}
	d.exec("CREATE TABLE customer_order (id BIGINT PRIMARY KEY, email VARCHAR(100), name VARCHAR(100), address VARCHAR(200), note TEXT, updated_at "+kind+")",
		fill, "CREATE INDEX changed ON customer_order (updated_at)")
}

func (d *testDatabase) measure() {
	t := d.t.(*testing.T)
	dir := t.TempDir()
	file := filepath.Join(dir, "tillwatch.yaml")
	if err := os.WriteFile(file, []byte("shop: load\nstate: state\ntargets:\n  - database: "+d.dsn+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	watch := exec.Command(*loadProgram, "watch", "-c", file, "--format", "json", "--quiet")
	watch.Stderr = os.Stderr
	out, err := watch.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := watch.Start(); err != nil {
		t.Fatalf("%v: make build makes the program", err)
	}
	defer func() {
		if err := watch.Process.Signal(syscall.SIGTERM); err == nil {
			_ = watch.Wait()
		}
	}()
	told := make(chan string, 1000)
	go func() {
		defer close(told)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			var event struct{ Finding tillwatch.Finding }
			if json.Unmarshal(lines.Bytes(), &event) == nil && event.Finding.Place != "" {
				told <- event.Finding.Place
			}
		}
	}()
	next := *loadRows
	order := func(note string) string {
		next++
		d.insert("customer_order", "id, email, note, updated_at", next, "a@b.example", note, time.Now().UTC())
		return fmt.Sprintf("customer_order[id=%d].note", next)
	}
	await := func(place string) {
		limit := time.After(time.Minute)
		for {
			select {
			case at, more := <-told:
				if !more {
					t.Fatal("the program ended")
				}
				if strings.HasSuffix(at, place) {
					return
				}
			case <-limit:
				t.Fatalf("%s was not told in a minute", place)
			}
		}
	}
	await(order("<svg onload=alert(1)>"))

	server := servers[d.dialect].process.Process.Pid
	client, load, began := timeOf(t, watch.Process.Pid), timeOf(t, server), time.Now()
	var latency []time.Duration
	for time.Since(began) < *loadTime {
		at := time.Now()
		if len(latency) < 15 { // further rows are told together
			await(order("<svg onload=alert(1)>"))
			latency = append(latency, time.Since(at))
		} else {
			order("please ring")
		}
		time.Sleep(500*time.Millisecond - time.Since(at)%(500*time.Millisecond))
	}
	took := time.Since(began).Seconds()
	fmt.Printf("LOAD %s rows=%d client=%.3f server=%.3f slowest=%.3f\n", d.dialect, *loadRows,
		100*(timeOf(t, watch.Process.Pid)-client).Seconds()/took, 100*(timeOf(t, server)-load).Seconds()/took, slices.Max(latency).Seconds())
}

// timeOf is what a process and its children have used of the processor.
func timeOf(t *testing.T, process int) time.Duration {
	parent := strconv.Itoa(process)
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
