package database

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
)

// following runs the sensor until the test ends, and lets it wait for what is reported.
type following struct {
	t    *testing.T
	mu   sync.Mutex
	all  seenAll
	came chan struct{} // something was reported
	look *look
	stop func() error
}

func (d *testDatabase) follow(c Config) *following {
	d.t.Helper()
	f := &following{t: d.t.(*testing.T), came: make(chan struct{}, 1)}
	ctx, cancel := context.WithCancel(d.t.Context())
	c.Follow = true
	if c.DSN == nil {
		c.DSN = map[string]string{d.place: d.dsn}
	}
	if c.Every == 0 {
		c.Every = 20 * time.Millisecond
	}
	if c.Slowly == 0 {
		c.Slowly = 50 * time.Millisecond
	}
	if c.Load == 0 {
		c.Load = 0.5
	}
	ended := make(chan error, 1)
	f.look = New(c).look(d.target(), func(o tillwatch.Observation) error {
		f.mu.Lock()
		defer f.mu.Unlock()
		select {
		case f.came <- struct{}{}:
		default:
		}
		return f.all.take(o)
	})
	go func() { ended <- f.look.follow(ctx) }()
	var once sync.Once
	var err error
	f.stop = func() error {
		once.Do(func() {
			cancel()
			err = <-ended
		})
		return err
	}
	d.t.Cleanup(func() {
		if err := f.stop(); err != context.Canceled {
			d.t.Errorf("following ended with %v", err)
		}
	})
	return f
}

// wait waits until what was reported is so.
func (f *following) wait(what string, is func(seenAll) bool) {
	f.t.Helper()
	limit := time.After(time.Minute)
	for {
		f.mu.Lock()
		done := is(f.all)
		f.mu.Unlock()
		if done {
			return
		}
		select {
		case <-f.came:
		case <-limit:
			f.mu.Lock()
			defer f.mu.Unlock()
			f.t.Fatalf("not seen in a minute: %s; signs %+v, gaps %+v", what, f.all.signs, f.all.gaps)
		}
	}
}

// counted is how many rows of a column were found, of which only some are told one by one.
func (f *following) counted(column string) int {
	f.look.mu.Lock()
	defer f.look.mu.Unlock()
	for place, y := range f.look.tallies {
		if strings.HasSuffix(place, " "+column) {
			return y.rows
		}
	}
	return 0
}

// count waits until so many rows of a column were found.
func (f *following) count(column string, want int) {
	f.t.Helper()
	tick, limit := time.NewTicker(5*time.Millisecond), time.After(time.Minute)
	defer tick.Stop()
	for f.counted(column) < want {
		select {
		case <-tick.C:
		case <-limit:
			f.t.Fatalf("%d of %d rows were found in a minute", f.counted(column), want)
		}
	}
}

func signAt(place string) func(seenAll) bool {
	return func(s seenAll) bool {
		for _, sign := range s.signs {
			if strings.HasSuffix(sign.Place, place) {
				return true
			}
		}
		return false
	}
}

func passed(s seenAll) bool { return len(s.pass) > 0 }

func TestFollowingSeesARowWhenItAppears(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, d *testDatabase) {
		d.exec(`CREATE TABLE customer_order (id INTEGER PRIMARY KEY, email VARCHAR(100), note TEXT)`)
		d.insert("customer_order", "id, email, note", 1, "a@b.example", "<svg onload=alert(1)>")
		f := d.follow(Config{})
		f.wait("a row that was there", signAt("customer_order[id=1].note"))
		d.insert("customer_order", "id, email, note", 7, "a@b.example", "<svg onload=alert(2)>")
		f.wait("a row", signAt("customer_order[id=7].note"))
		d.insert("customer_order", "id, email, note", 5, "a@b.example", "<svg onload=alert(3)>")
		f.wait("a row in a hole", signAt("customer_order[id=5].note"))
	})
}

// Every writer takes its keys first and commits late, in any order; each row holds what must be found. None may be missed,
// although the watermark has long passed it.
func TestNoRowIsMissedUnderWritersThatCommitLate(t *testing.T) {
	t.Parallel()
	const writers, transactions, rows = 8, 12, 3
	for _, dialect := range []dialect{mysqlDialect, postgresDialect} {
		t.Run(string(dialect), func(t *testing.T) {
			t.Parallel()
			d := newDatabase(t, dialect)
			key := "INTEGER PRIMARY KEY AUTO_INCREMENT"
			if dialect == postgresDialect {
				key = "SERIAL PRIMARY KEY"
			}
			d.exec("CREATE TABLE customer_order (id " + key + ", email VARCHAR(100), marker INTEGER, note TEXT)")
			whole := 1000 * time.Hour // so that only the polling finds them
			f := d.follow(Config{Whole: whole, Batch: 7})
			f.wait("the beginning", passed)
			var group sync.WaitGroup
			var want []string
			for w := range writers {
				group.Go(func() {
					random := rand.New(rand.NewPCG(uint64(w), 1))
					for i := range transactions {
						tx, err := d.Begin()
						if err != nil {
							t.Error(err)
							return
						}
						for r := range rows {
							marker := strconv.Itoa(w*10000 + i*100 + r)
							if _, err := tx.Exec("INSERT INTO customer_order (email, marker, note) VALUES ('a@b.example', " + marker + ", '<svg onload=alert(" + marker + ")>')"); err != nil {
								t.Error(err)
							}
						}
						// Others insert and commit meanwhile: that is what makes the order of commits another one.
						for range random.IntN(4) {
							if _, err := d.Exec("INSERT INTO customer_order (email, marker, note) VALUES ('a@b.example', -1, 'fine')"); err != nil {
								t.Error(err)
							}
						}
						if random.IntN(6) == 0 {
							if err := tx.Rollback(); err != nil {
								t.Error(err)
							}
							continue
						}
						if err := tx.Commit(); err != nil {
							t.Error(err)
						}
					}
				})
			}
			group.Wait()
			result, err := d.Query("SELECT id FROM customer_order WHERE marker >= 0")
			if err != nil {
				t.Fatal(err)
			}
			defer result.Close()
			for result.Next() {
				var id int
				if err := result.Scan(&id); err != nil {
					t.Fatal(err)
				}
				want = append(want, fmt.Sprint(id))
			}
			if len(want) < writers*transactions {
				t.Fatalf("only %d rows were written", len(want))
			}
			f.count("customer_order.note", len(want))
			if got := f.counted("customer_order.note"); got != len(want) {
				t.Errorf("%d rows found, %d written", got, len(want))
			}
		})
	}
}
