package database

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch/canary"
)

// TestCanariesOrderAsTheirNeighbours plants among customers of two languages, of whom every second has ordered, and who are
// kept with hashes of several forms.
func TestCanariesOrderAsTheirNeighbours(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, d *testDatabase) {
		key := map[dialect]string{mysqlDialect: "INTEGER PRIMARY KEY AUTO_INCREMENT", postgresDialect: "SERIAL PRIMARY KEY", sqliteDialect: "INTEGER PRIMARY KEY"}[d.dialect]
		bytes := map[dialect]string{mysqlDialect: "BLOB", postgresDialect: "BYTEA", sqliteDialect: "BLOB"}[d.dialect]
		d.exec("CREATE TABLE operator (login VARCHAR(40) PRIMARY KEY)", "CREATE TABLE block (place VARCHAR(40) PRIMARY KEY)", "CREATE TABLE order_line (id INTEGER PRIMARY KEY)", "CREATE TABLE variant (id INTEGER PRIMARY KEY)",
			"CREATE TABLE customer (id INTEGER PRIMARY KEY, email VARCHAR(100) NOT NULL, pass VARCHAR(120) NOT NULL, password_raw "+bytes+", keeper VARCHAR(120) NOT NULL, family_name VARCHAR(40), given_name VARCHAR(40), phone VARCHAR(20), created_at INTEGER)",
			"CREATE TABLE orders (id "+key+", number VARCHAR(20) NOT NULL UNIQUE, status VARCHAR(20) NOT NULL, customer_id INTEGER REFERENCES customer (id), created_at INTEGER, email VARCHAR(100), family_name VARCHAR(40), ship_name VARCHAR(60), ship_phone VARCHAR(20), note TEXT, payment VARCHAR(20), total INTEGER)")
		random := rand.New(rand.NewPCG(7, 7))
		for i := 1; i <= 300; i++ {
			if left(i) {
				continue
			}
			family, given, phone := "Geheimさん", "花子", fmt.Sprintf("090-0000-%04d", i)
			if i > 150 {
				family, given, phone = "김Geheim", "민준", fmt.Sprintf("010-0000-%04d", i)
			}
			salt := fmt.Sprintf("%016x%016x%016x", random.Uint64(), random.Uint64(), random.Uint64())
			d.insert("customer", "id, email, pass, password_raw, keeper, family_name, given_name, phone, created_at", i, fmt.Sprintf("geheim%d@customer.example", i),
				"$argon2id$v=19$m=65536,t=4,p=1$"+salt[:22]+"$"+salt[:43], []byte("$2y$10$"+salt+"Geheim"), "pbkdf2_sha256$260000$"+salt[:12]+"$"+salt[12:44]+"=", family, given, phone, 1_700_000_000+i*1000)
			if i%2 == 0 {
				d.insert("orders", "number, status, customer_id, created_at, email, family_name, ship_name, ship_phone, note, payment, total", fmt.Sprintf("A-%06d", 5*i), "shipped", i, 1_700_000_500+i*1000,
					fmt.Sprintf("geheim%d@customer.example", i), family, family+" "+given, phone, fmt.Sprintf("Geheim %d: ring twice", i), "card", 100*i)
			}
		}
		p, err := OpenPlot(t.Context(), Config{}, d.dsn, PlantTable{})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		seed := rand.NewChaCha8([32]byte{3})
		placed, err := canary.Strata{Block: 30, From: p.Low, To: p.High}.Place(seed, p.Taken)
		if err != nil {
			t.Fatal(err)
		}
		customers, orders, err := p.Statements(t.Context(), placed.IDs, Seeds{Domains: []string{"mail.shop.example"}, Random: seed, Now: time.Now()})
		if err != nil || len(customers) != 10 || len(orders) == 0 || len(orders) == len(customers) {
			t.Fatalf("%d customers, %d orders, notes %q: %v", len(customers), len(orders), p.Notes, err)
		}
		all := strings.Join(append(customers, orders...), "\n")
		if strings.Contains(strings.ToLower(all), "geheim") || strings.Contains(all, fmt.Sprintf("%x", "Geheim")) {
			t.Errorf("a customer's value is in what is planted:\n%s", all)
		}
		dsn := d.dsn
		if d.dialect != sqliteDialect {
			dsn = d.writer()
		}
		if err := Sow(t.Context(), Config{}, dsn, append(customers, orders...)); err != nil {
			t.Fatal(err)
		}
		count := func(want int, query string) {
			t.Helper()
			var n int
			if err := d.QueryRow("SELECT count(*) FROM " + query).Scan(&n); err != nil || n != want {
				t.Errorf("%d, want %d, %v: %s\n%s", n, want, err, query, all)
			}
		}
		mine := " email LIKE '%@mail.shop.example' "
		count(10, "customer WHERE"+mine+"AND pass LIKE '$argon2id$v=19$m=65536,t=4,p=1$%$%' AND length(pass) = 97 AND keeper LIKE 'pbkdf2_sha256$260000$%$%=' AND length(keeper) = 67 AND length(password_raw) = 61")
		count(10, "customer AS c WHERE"+mine+"AND NOT EXISTS (SELECT 1 FROM customer AS o WHERE o.id <> c.id AND (o.pass = c.pass OR o.password_raw = c.password_raw OR substr(o.pass, 32, 22) = substr(c.pass, 32, 22)))")
		count(len(orders), "orders WHERE"+mine+"AND status = 'cancelled' AND payment = 'card' AND note = '' AND number LIKE 'A-0%' AND length(number) = 8")
		count(len(orders), "orders AS o JOIN customer AS c ON c.id = o.customer_id WHERE c.email LIKE '%@mail.shop.example' AND o.family_name = c.family_name AND o.email = c.email AND o.ship_phone = c.phone")
		count(0, "orders AS o JOIN customer AS c ON c.id = o.customer_id WHERE c.email LIKE '%@mail.shop.example' AND o.number > (SELECT max(number) FROM orders WHERE status = 'shipped')")
		count(5, "customer WHERE"+mine+"AND id <= 150 AND phone LIKE '090-%'")
		count(5, "customer WHERE"+mine+"AND id > 150 AND phone LIKE '010-%'")
	})
}

func TestLocalesAreTheNeighbours(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, sqliteDialect)
	d.exec("CREATE TABLE member (id INTEGER PRIMARY KEY, full_name TEXT, email TEXT, phone TEXT, postcode TEXT, street_address TEXT)")
	for i, row := range [][4]string{
		{"Taro Geheim", "080-1234-0000", "150-0001", "Shibuya 1-2-3"},
		{"김 지우", "010-1234-5678", "04524", "서울 세종대로 110"},
		{"Budi Geheim", "+62 812-3456-7890", "10110", "Jl. Merdeka 1"},
		{"Mary Geheim", "+1 415 555 0100", "94105", "1 Market St"},
		{"山田", "0311110000", "1500001", "渋谷区"},
	} {
		d.insert("member", "id, full_name, email, phone, postcode, street_address", i+1, row[0], "x@y.example", row[1], row[2], row[3])
	}
	for i := range 6 {
		d.insert("member", "id, full_name, email, phone, postcode, street_address", 10+i, "Geheim", "x@y.example", "1", "1", "1")
	}
	p, err := OpenPlot(t.Context(), Config{}, d.dsn, PlantTable{Table: "member"})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for i, want := range []string{"ja", "ko", "id", "ja", "ja"} { // the fourth does not say, and most are Japanese
		row, err := p.row(t.Context(), fmt.Sprint(i+1))
		if err != nil || p.localeOf(row) != want {
			t.Errorf("row %d: %s, want %s (%v)", i+1, p.localeOf(row), want, err)
		}
	}
}
