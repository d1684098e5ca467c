package database

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
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

// reach waits until the watermark of a table has come to a key, and all of the table was gone through once.
func (f *following) reach(table string, high int64) {
	f.t.Helper()
	tick, limit := time.NewTicker(5*time.Millisecond), time.After(time.Minute)
	defer tick.Stop()
	for {
		f.look.mu.Lock()
		m := f.look.memory
		f.look.mu.Unlock()
		done := false
		if m != nil {
			m.change(func() {
				for id, s := range m.state.Tables {
					done = done || strings.Contains(id, table) && s.Mark.High >= high && !s.Passed.IsZero()
				}
			})
		}
		if done {
			return
		}
		select {
		case <-tick.C:
		case <-limit:
			f.t.Fatalf("the watermark of %s did not reach %d in a minute", table, high)
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

// memoryState is a State in memory.
type memoryState struct {
	mu     sync.Mutex
	values map[string][]byte
}

func (s *memoryState) Load(key string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.values[key], nil
}

func (s *memoryState) Save(key string, value []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values[key] = value
	return nil
}

func TestFollowingGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, d *testDatabase) {
		d.exec(`CREATE TABLE customer_order (id INTEGER PRIMARY KEY, email VARCHAR(100), note TEXT)`)
		for i := range 20 {
			d.insert("customer_order", "id, email, note", 2*i+1, "Geheim", "Geheim")
		}
		state := &memoryState{values: map[string][]byte{}}
		config := Config{State: state, Whole: 1000 * time.Hour}
		f := d.follow(config)
		f.wait("the beginning", passed)
		d.insert("customer_order", "id, email, note", 101, "Geheim", "<svg onload=alert(1)>")
		f.wait("a row", signAt("customer_order[id=101].note"))
		f.reach("customer_order", 101) // it may have been found by the pass over the table, too
		if err := f.stop(); err != context.Canceled {
			t.Error(err)
		}
		for _, value := range state.values {
			if strings.Contains(string(value), "Geheim") || !strings.Contains(string(value), `"high":101`) {
				t.Errorf("remembered: %s", value)
			}
		}
		// While nobody looked: above the watermark, and in a hole below it.
		d.insert("customer_order", "id, email, note", 150, "x", "<svg onload=alert(2)>")
		d.insert("customer_order", "id, email, note", 8, "x", "<svg onload=alert(3)>")
		again := d.follow(config)
		again.wait("a row above", signAt("customer_order[id=150].note"))
		again.wait("a row below", signAt("customer_order[id=8].note"))
		again.mu.Lock()
		defer again.mu.Unlock()
		if signAt("customer_order[id=101].note")(again.all) {
			t.Error("a row was read again that had been read")
		}
	})
}

func TestFollowingSeesChangesByTheirTime(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, d *testDatabase) {
		kind, now := "TIMESTAMP", "CURRENT_TIMESTAMP"
		if d.dialect == mysqlDialect {
			kind = "DATETIME"
		}
		d.exec("CREATE TABLE customer_order (token VARCHAR(40) PRIMARY KEY, email VARCHAR(100), note TEXT, updated_at "+kind+" NULL)", "CREATE INDEX changed ON customer_order (updated_at)",
			"CREATE TABLE customer_note (token VARCHAR(40) PRIMARY KEY, email VARCHAR(100), note TEXT, updated_at "+kind+" NULL)")
		d.exec("INSERT INTO customer_order VALUES ('Geheim-a', 'x', 'fine', " + now + ")")
		f := d.follow(Config{Whole: 1000 * time.Hour})
		f.wait("the hint", func(s seenAll) bool {
			for _, sign := range s.signs {
				if sign.Rule == ruleIndex && strings.Contains(sign.Evidence[0].What, "updated_at") {
					return true
				}
			}
			return false
		})
		d.exec("INSERT INTO customer_order VALUES ('Geheim-b', 'x', '<svg onload=alert(1)>', " + now + ")")
		found := func(column string) func(seenAll) bool {
			return func(s seenAll) bool {
				for _, sign := range s.signs {
					if strings.Contains(sign.Place, column) && sign.Rule == ruleActive {
						return true
					}
				}
				return false
			}
		}
		f.wait("a new row", found("customer_order[token="))
		d.exec("UPDATE customer_order SET email = '<img src=x onerror=alert(1)>', updated_at = " + now + " WHERE token = 'Geheim-a'")
		f.wait("a changed row", found("].email"))
		// A table with neither a key that counts nor an index is gone through again and again.
		d.exec("INSERT INTO customer_note VALUES ('Geheim-c', 'x', '<svg onload=alert(1)>', " + now + ")")
		f.wait("a row that can be seen in no other way", found("customer_note[token="))
		f.mu.Lock()
		defer f.mu.Unlock()
		f.all.leaksNothing(t)
	})
}

func TestFollowingSeesWhatTheShopExecutesChange(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, sqliteDialect)
	d.exec("CREATE TABLE operator (login TEXT PRIMARY KEY, role TEXT)", "CREATE TABLE block (place TEXT PRIMARY KEY, html TEXT)", "CREATE TABLE order_line (id INTEGER PRIMARY KEY)",
		"CREATE TABLE variant (id INTEGER PRIMARY KEY)", "CREATE TABLE orders (id INTEGER PRIMARY KEY, email TEXT, note TEXT)", "CREATE TABLE customer (id INTEGER PRIMARY KEY, email TEXT)")
	f := d.follow(Config{})
	f.wait("the beginning", passed)
	d.insert("block", "place, html", "checkout", "<script>track()</script>")
	d.insert("operator", "login, role", "support2", "owner")
	item := func(place string) func(seenAll) bool {
		return func(s seenAll) bool {
			for _, item := range s.items {
				if strings.HasSuffix(item.Place, place) {
					return true
				}
			}
			return false
		}
	}
	f.wait("a block", item("block[checkout].html"))
	f.wait("an operator", item("operator[support2]"))
	d.exec("CREATE TRIGGER back AFTER INSERT ON orders BEGIN UPDATE block SET html = '<script src=//c.example></script>'; END")
	f.wait("a trigger", signAt("trigger back on orders"))
}

func TestFollowingAServerThatComesBack(t *testing.T) {
	t.Parallel()
	for _, dialect := range []dialect{mysqlDialect, postgresDialect} {
		t.Run(string(dialect), func(t *testing.T) {
			t.Parallel()
			d := newDatabase(t, dialect)
			d.exec(`CREATE TABLE customer_order (id INTEGER PRIMARY KEY, email VARCHAR(100), note TEXT)`)
			var mu sync.Mutex
			var open []net.Conn
			down := false
			f := d.follow(Config{Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
				mu.Lock()
				defer mu.Unlock()
				if down {
					return nil, &net.OpError{Op: "dial", Net: network, Err: errors.New("down")}
				}
				var dialer net.Dialer
				c, err := dialer.DialContext(ctx, network, address)
				open = append(open, c)
				return c, err
			}})
			f.wait("the beginning", passed)
			mu.Lock()
			down = true
			for _, c := range open {
				c.Close()
			}
			mu.Unlock()
			f.wait("a gap", func(s seenAll) bool { return len(s.gaps) > 0 })
			d.insert("customer_order", "id, email, note", 9, "x", "<svg onload=alert(1)>")
			mu.Lock()
			down = false
			mu.Unlock()
			f.wait("a row written meanwhile", signAt("customer_order[id=9].note"))
		})
	}
}
