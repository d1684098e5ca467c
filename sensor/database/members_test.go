package database

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/canary"
)

func TestMembersAreHandedOnOneByOne(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, d *testDatabase) {
		d.exec("CREATE TABLE people (id INTEGER PRIMARY KEY, email VARCHAR(100))")
		for i := range 300 {
			d.insert("people", "id, email", i+1, "x")
		}
		seen := map[string]bool{}
		c := Config{}
		err := Members(t.Context(), c, d.dsn, "SELECT id FROM people", func(id string) error {
			seen[id] = true
			return nil
		})
		if err != nil || len(seen) != 300 || !seen["300"] {
			t.Errorf("%d members, %v", len(seen), err)
		}
		stop := errors.New("enough")
		n := 0
		if err := Members(t.Context(), c, d.dsn, "SELECT id FROM people", func(string) error { n++; return stop }); err != stop || n != 1 {
			t.Errorf("%d members, %v", n, err)
		}
		for query, want := range map[string]string{"": "say which query", "DELETE FROM people": "must begin with SELECT", "SELECT nothing FROM nowhere": "could not be read"} {
			err := Members(t.Context(), c, d.dsn, query, func(string) error { return nil })
			if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), testPassword) {
				t.Errorf("%q: %v", query, err)
			}
		}
	})
}

func TestCanariesAreFoundWhereverTheyLie(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, d *testDatabase) {
		random := rand.NewChaCha8([32]byte{1})
		set := canary.Mint(random, "en", time.Unix(1_800_000_000, 0))
		other := canary.Mint(random, "en", time.Unix(1_800_000_000, 0))
		blob := map[dialect]string{mysqlDialect: "LONGBLOB", postgresDialect: "BYTEA", sqliteDialect: "BLOB"}[d.dialect]
		d.exec("CREATE TABLE customer_order (id INTEGER PRIMARY KEY, email VARCHAR(100), name VARCHAR(100), note TEXT)", "CREATE TABLE page_cache_x (id INTEGER PRIMARY KEY, data "+blob+")",
			"CREATE TABLE stat (id INTEGER PRIMARY KEY, a VARCHAR(200), number BIGINT)")
		d.insert("customer_order", "id, email, name, note", 1, set.Person.Email, set.Person.Name(), "")
		search := func() seenAll {
			var s seenAll
			config := Config{DSN: map[string]string{d.place: d.dsn}, Load: 1}
			if err := New(config).Search(t.Context(), d.target(), canary.NewMatcher(set, other), s.take); err != nil {
				t.Fatal(err)
			}
			s.leaksNothing(t)
			if all := fmt.Sprint(s); strings.Contains(all, set.Card.Number) || strings.Contains(all, set.Person.Email) {
				t.Error("what was typed stands in what was reported")
			}
			return s
		}
		if s := search(); len(s.signs) > 0 || len(s.gaps) > 0 {
			t.Errorf("an order where it belongs: %+v %+v", s.signs, s.gaps)
		}
		d.insert("page_cache_x", "id, data", 1, []byte("x="+base64.StdEncoding.EncodeToString([]byte(set.Card.Number+"|"+set.Card.Code+"|"+set.Card.Expiry()))))
		d.insert("stat", "id, a, number", 1, "", set.Card.Number)
		d.insert("customer_order", "id, email, name, note", 2, "", "", "card "+set.Card.Number)
		s := search()
		for _, place := range []string{"page_cache_x.data", "stat.number", "customer_order.note"} {
			if !signAt(place)(s) {
				t.Errorf("nothing at %s: %+v", place, s.signs)
			}
		}
		for _, sign := range s.signs {
			if sign.Rule != ruleCanary || sign.Severity != tillwatch.Critical || sign.Certainty != tillwatch.Certain {
				t.Errorf("%+v", sign)
			}
		}
	})
}
