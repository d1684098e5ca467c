package demoshop_test

import (
	"database/sql"
	"regexp"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/tillwatch/tillwatch/demoshop"
)

func database(t *testing.T, shop *demoshop.Shop) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", shop.Database()+"?_pragma=busy_timeout(15000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func value[T any](t *testing.T, db *sql.DB, query string, args ...any) (v T) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), query, args...).Scan(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func seededEmail(t *testing.T, shop *demoshop.Shop, id int) string {
	t.Helper()
	return value[string](t, database(t, shop), `SELECT email FROM customer WHERE id = ?`, id)
}

func TestCustomersFollowFromTheSeed(t *testing.T) {
	t.Parallel()
	const everything = `SELECT group_concat(email || c.family_name || c.phone || a.postcode || a.street || a.door_code) FROM customer c JOIN address a ON a.customer_id = c.id`
	config := demoshop.Config{Seed: 7, Customers: 500, Orders: 100}
	first := value[string](t, database(t, open(t, config)), everything)
	if second := value[string](t, database(t, open(t, config)), everything); second != first {
		t.Error("the same seed made other customers")
	}
	config.Seed++
	if other := value[string](t, database(t, open(t, config)), everything); other == first {
		t.Error("another seed made the same customers")
	}
}

func TestCustomersArePlausible(t *testing.T) {
	t.Parallel()
	const n = 12_000 // more than one batch
	shop := open(t, demoshop.Config{Seed: 3, Customers: n, Orders: n / 2})
	db := database(t, shop)
	for query, want := range map[string]int{
		`SELECT count(*) FROM customer`:                                                                              n,
		`SELECT count(DISTINCT email) FROM customer`:                                                                 n,
		`SELECT count(*) FROM customer WHERE length(phone) <> 11 OR phone NOT GLOB '0[789]00*'`:                      0,
		`SELECT count(*) FROM address WHERE id <= 12000 AND id <> customer_id`:                                       0,
		`SELECT count(*) FROM address WHERE length(postcode) <> 7 OR region = '' OR street = ''`:                     0,
		`SELECT count(*) FROM orders WHERE customer_id NOT IN (SELECT id FROM customer)`:                             0,
		`SELECT count(*) FROM order_line`:                                                                            n / 2,
		`SELECT count(*) FROM orders o JOIN order_line l ON l.order_id = o.id WHERE o.goods <> l.quantity * l.price`: 0,
		`SELECT count(*) FROM pragma_foreign_key_check`:                                                              0,
	} {
		if got := value[int](t, db, query); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
	if spread := value[int](t, db, `SELECT count(DISTINCT family_name || given_name) FROM customer`); spread < 1200 {
		t.Errorf("only %d different names", spread)
	}
	if books := value[float64](t, db, `SELECT count(*) * 1.0 / 12000 FROM address`); books < 1.1 || books > 1.15 {
		t.Errorf("%.2f addresses a member", books)
	}
	address := regexp.MustCompile(`^[a-z]+\.[a-z]+\d+@example\.(com|net|org|jp)$`)
	if email := seededEmail(t, shop, 3_141); !address.MatchString(email) {
		t.Errorf("e-mail address %q", email)
	}
}
