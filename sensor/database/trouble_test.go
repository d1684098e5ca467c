package database

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
)

// wantGap looks for a gap that says something.
func wantGap(t *testing.T, s seenAll, words ...string) {
	t.Helper()
	for _, g := range s.gaps {
		found := true
		for _, w := range words {
			found = found && strings.Contains(g.Place+" "+g.Why, w)
		}
		if found {
			return
		}
	}
	t.Errorf("no gap says %q: %+v", words, s.gaps)
}

func TestWrongPasswordAndDatabase(t *testing.T) {
	t.Parallel()
	for _, dialect := range []dialect{mysqlDialect, postgresDialect} {
		t.Run(string(dialect), func(t *testing.T) {
			t.Parallel()
			d := newDatabase(t, dialect)
			s := d.look(Config{DSN: map[string]string{d.place: strings.Replace(d.dsn, ":"+"s3cret", ":Geheim", 1)}})
			wantGap(t, s, "refuses user and password", "TILLWATCH_DB_PASSWORD")
			s = d.look(Config{DSN: map[string]string{d.place: strings.Replace(d.dsn, "/"+d.name, "/nothing", 1)}})
			if len(s.gaps) != 1 {
				t.Errorf("%+v", s.gaps)
			}
			s = d.look(Config{DSN: map[string]string{d.place: "mysql://u:Geheim%zz@h/x"}})
			wantGap(t, s, "cannot be read", "%XX")
		})
	}
}

func TestThePasswordComesFromWhereItIsKept(t *testing.T) {
	t.Parallel()
	for _, dialect := range []dialect{mysqlDialect, postgresDialect} {
		t.Run(string(dialect), func(t *testing.T) {
			t.Parallel()
			d := newDatabase(t, dialect)
			d.exec("CREATE TABLE x (id INTEGER PRIMARY KEY, note TEXT)")
			home := t.TempDir()
			file := filepath.Join(home, "password")
			write(t, file, testPassword+"\n")
			write(t, filepath.Join(home, ".my.cnf"), "[mysqldump]\nuser=other\n[client]\n# a comment\nuser = "+d.name+"\npassword=\""+testPassword+"\"\n")
			named := strings.Replace(d.place, "://", "://"+d.name+"@", 1)
			bare := d.place
			if dialect == postgresDialect {
				named, bare = named+"?sslmode=disable", bare+"?sslmode=disable"
			}
			for name, c := range map[string]struct {
				dsn string
				env map[string]string
			}{
				"environment":          {named, map[string]string{"TILLWATCH_DB_PASSWORD": testPassword}},
				"environment and user": {bare, map[string]string{"TILLWATCH_DB_PASSWORD": testPassword, "TILLWATCH_DB_USER": d.name}},
				"file":                 {named, map[string]string{"TILLWATCH_DB_PASSWORD_FILE": file}},
				"my.cnf":               {bare, map[string]string{"HOME": home}},
			} {
				if name == "my.cnf" && dialect != mysqlDialect {
					continue
				}
				s := d.look(Config{DSN: map[string]string{d.place: c.dsn}, Env: func(n string) string { return c.env[n] }})
				if len(s.gaps) > 0 {
					t.Errorf("%s: %+v", name, s.gaps)
				}
			}
		})
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// A server that takes the connection and never says a word.
func TestAServerThatHangs(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			defer c.Close()
		}
	}()
	for _, scheme := range []string{"mysql", "postgres"} {
		place := scheme + "://u@" + l.Addr().String() + "/shop"
		target := tillwatch.Target{Kind: tillwatch.KindDatabase, Place: place}
		var s seenAll
		if err := New(Config{StatementTimeout: 300 * time.Millisecond}).Observe(t.Context(), target, s.take); err != nil {
			t.Error(err)
		}
		wantGap(t, s, "no answer in time")
		ctx, cancel := context.WithCancel(t.Context()) // and Ctrl-C need not wait for the time limit
		done := make(chan error, 1)
		go func() { done <- New(Config{}).Observe(ctx, target, s.take) }()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", scheme, err)
		}
	}
}

func TestMissingGrantsNameTheStatement(t *testing.T) {
	t.Parallel()
	t.Run("mysql", func(t *testing.T) {
		t.Parallel()
		d := newDatabase(t, mysqlDialect)
		d.exec("CREATE TABLE customer_order (id INTEGER PRIMARY KEY, email VARCHAR(100), note TEXT)", "CREATE TABLE secrets (id INTEGER PRIMARY KEY, note TEXT)")
		must(t, servers[mysqlDialect].admin, "REVOKE ALL ON "+d.name+".* FROM "+d.name+"@'%'", "GRANT SELECT ON "+d.name+".customer_order TO "+d.name+"@'%'")
		s := d.look(Config{})
		wantGap(t, s, "GRANT SELECT ON `"+d.name+"`.* TO '"+d.name+"'@'%'")
		wantGap(t, s, "GRANT TRIGGER, EVENT ON `"+d.name+"`.* TO")
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		d := newDatabase(t, postgresDialect)
		d.exec("CREATE TABLE customer_order (id INTEGER PRIMARY KEY, email VARCHAR(100), note TEXT)", "CREATE TABLE \"Secret notes\" (id INTEGER PRIMARY KEY, note TEXT)",
			"REVOKE SELECT ON \"Secret notes\" FROM "+d.name, "INSERT INTO customer_order VALUES (1, 'x', '<svg onload=alert(1)>')")
		s := d.look(Config{})
		wantGap(t, s, `GRANT SELECT ON "public"."Secret notes" TO "`+d.name+`"`)
		if !signAt("customer_order[id=1].note")(s) {
			t.Error("the other table was not looked at")
		}
	})
	t.Run("columns", func(t *testing.T) {
		t.Parallel()
		d := newDatabase(t, postgresDialect)
		d.exec("CREATE TABLE customer_order (id INTEGER PRIMARY KEY, email VARCHAR(100), hidden TEXT, note TEXT)", "INSERT INTO customer_order VALUES (1, 'x', 'y', '<svg onload=alert(1)>')",
			"REVOKE SELECT ON customer_order FROM "+d.name, "GRANT SELECT (id, note) ON customer_order TO "+d.name)
		s := d.look(Config{})
		if !signAt("customer_order[id=1].note")(s) || len(s.gaps) > 0 {
			t.Errorf("%+v %+v", s.signs, s.gaps)
		}
	})
}

// The account is one that could write, and the connection is not.
func TestNothingIsEverWritten(t *testing.T) {
	t.Parallel()
	for _, dialect := range []dialect{mysqlDialect, postgresDialect, sqliteDialect} {
		d := newDatabase(t, dialect)
		d.exec("CREATE TABLE x (id INTEGER PRIMARY KEY, note TEXT)")
		switch dialect {
		case mysqlDialect:
			must(t, servers[dialect].admin, "GRANT ALL ON "+d.name+".* TO "+d.name+"@'%'")
		case postgresDialect:
			d.exec("GRANT ALL ON ALL TABLES IN SCHEMA public TO " + d.name)
		}
		a, err := parseAddress(d.dsn)
		if err != nil {
			t.Fatal(err)
		}
		s, err := open(t.Context(), a, New(Config{}).config)
		if err != nil {
			t.Fatal(err)
		}
		for _, statement := range []string{"INSERT INTO x VALUES (1, 'y')", "DELETE FROM x", "CREATE TABLE y (z INTEGER)"} {
			if _, err := s.Exec(statement); err == nil {
				t.Errorf("%s: %s was done", dialect, statement)
			}
		}
		s.Close()
	}
}

func TestWrongEncodings(t *testing.T) {
	t.Parallel()
	t.Run("mysql", func(t *testing.T) {
		t.Parallel()
		d := newDatabase(t, mysqlDialect)
		d.exec("CREATE TABLE customer_order (id INTEGER PRIMARY KEY, email VARCHAR(50), latin TEXT CHARACTER SET latin1, sjis TEXT CHARACTER SET cp932, euc TEXT CHARACTER SET ujis, raw BLOB)",
			// Full-width signs of markup: as cp932 and ujis, as UTF-8 in a column that is said to be latin1, and as Shift_JIS in a BLOB.
			"INSERT INTO customer_order (id, sjis) VALUES (1, '＜script＞alert(1)＜/script＞')", "INSERT INTO customer_order (id, euc) VALUES (2, '＜script＞alert(1)＜/script＞')",
			fmt.Sprintf("INSERT INTO customer_order (id, latin) VALUES (3, x'%x')", "＜script＞alert(1)＜/script＞"),
			"INSERT INTO customer_order (id, raw) VALUES (4, x'8183736372697074818461006c6572742831298183')", "UPDATE customer_order SET raw = x'8183696d67207372633d78206f6e6572726f723d616c6572742831298184' WHERE id = 4",
			"INSERT INTO customer_order (id, raw, latin) VALUES (5, x'00ff1f8b3c7374', 'caf\u00e9')")
		s := d.look(Config{})
		for _, place := range []string{"[id=1].sjis", "[id=2].euc", "[id=3].latin", "[id=4].raw"} {
			if !signAt(place)(s) {
				t.Errorf("%s was not found: %+v", place, s.signs)
			}
		}
		if len(s.signs) != 4 {
			t.Errorf("%+v", s.signs)
		}
	})
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		d := newDatabase(t, sqliteDialect)
		d.exec("CREATE TABLE customer_order (id INTEGER PRIMARY KEY, email TEXT, note TEXT)", "INSERT INTO customer_order VALUES (1, 'x', x'fffe3c00ff'), (2, 5, 3.5), (3, NULL, x'3c737667206f6e6c6f61643d616c6572742831293e')")
		s := d.look(Config{})
		if len(s.signs) != 1 || len(s.gaps) > 0 {
			t.Errorf("%+v %+v", s.signs, s.gaps)
		}
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		d := newDatabase(t, postgresDialect)
		admin := servers[postgresDialect].admin
		must(t, admin, "DROP DATABASE "+d.name+" WITH (FORCE)", "CREATE DATABASE "+d.name+" ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE 'C'")
		d.exec("CREATE TABLE customer_order (id INTEGER PRIMARY KEY, email TEXT, note TEXT)", "GRANT SELECT ON customer_order TO "+d.name,
			`INSERT INTO customer_order VALUES (1, 'x', E'\x83\x84 ok'), (2, 'x', E'\x81\x83svg onload=alert(1)\x81\x84'), (3, 'x', '<svg onload=alert(1)>')`)
		s := d.look(Config{Batch: 10})
		if !signAt("[id=3].note")(s) {
			t.Errorf("%+v %+v", s.signs, s.gaps)
		}
	})
}

func TestAFileThatIsNoDatabase(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "text"), strings.Repeat("no database ", 1000))
	write(t, filepath.Join(dir, "empty"), "")
	for name, want := range map[string]string{"text": "no SQLite database", "empty": "no table", "missing": "no such file", ".": "no file"} {
		var s seenAll
		place := "sqlite:" + filepath.Join(dir, name)
		if name == "." {
			place = "sqlite:" + dir
		}
		if err := New(Config{}).Observe(t.Context(), tillwatch.Target{Kind: tillwatch.KindDatabase, Place: place}, s.take); err != nil {
			t.Error(err)
		}
		wantGap(t, s, want)
	}
}

func TestADatabaseThatGoesAwayInTheMiddle(t *testing.T) {
	t.Parallel()
	for _, dialect := range []dialect{mysqlDialect, postgresDialect} {
		t.Run(string(dialect), func(t *testing.T) {
			t.Parallel()
			d := newDatabase(t, dialect)
			for i := range 5 {
				d.exec(fmt.Sprintf("CREATE TABLE customer_%d (id INTEGER PRIMARY KEY, email VARCHAR(100), note TEXT)", i), fmt.Sprintf("INSERT INTO customer_%d VALUES (1, 'x', '<svg onload=alert(1)>')", i))
			}
			// Everything goes through a connection that is cut at the first sign; afterwards nothing answers.
			cut := make(chan struct{})
			var s seenAll
			var net1 net.Dialer
			config := Config{DSN: map[string]string{d.place: d.dsn}, Load: 1, Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
				select {
				case <-cut:
					return nil, &net.OpError{Op: "dial", Net: network, Err: os.ErrNotExist}
				default:
				}
				c, err := net1.DialContext(ctx, network, address)
				if err == nil {
					go func() {
						<-cut
						c.Close()
					}()
				}
				return c, err
			}}
			once := false
			err := New(config).Observe(t.Context(), d.target(), func(o tillwatch.Observation) error {
				if _, ok := o.(tillwatch.Sign); ok && !once {
					once = true
					close(cut)
				}
				return s.take(o)
			})
			if err != nil {
				t.Error(err)
			}
			if len(s.signs) == 5 {
				t.Skip("all was read before the line was cut")
			}
			wantGap(t, s, "tables that were not looked at")
			if len(s.gaps) > 3 {
				t.Errorf("%d gaps", len(s.gaps))
			}
		})
	}
}
