package database

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch/canary"
)

// writer is the address of an account that may write.
func (d *testDatabase) writer() string {
	switch d.dialect {
	case mysqlDialect:
		must(d.t, servers[d.dialect].admin, "GRANT INSERT ON "+d.name+".* TO "+d.name+"@'%'")
	case postgresDialect:
		d.exec("GRANT INSERT ON ALL TABLES IN SCHEMA public TO "+d.name, "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO "+d.name)
	case sqliteDialect:
	}
	return d.dsn
}

// eccube4 has the columns of that version's customers; eccube2 those of the older one.
func (d *testDatabase) customers(table string, n int) {
	stamp := map[dialect]string{mysqlDialect: "DATETIME", postgresDialect: "TIMESTAMP WITH TIME ZONE", sqliteDialect: "TIMESTAMP"}[d.dialect]
	at := func(day int) string {
		return time.Date(2024, 1, 1, 9, 30, 15, 0, time.UTC).AddDate(0, 0, day).Format("2006-01-02 15:04:05")
	}
	switch table {
	case "dtb_customer 4":
		d.exec("CREATE TABLE dtb_base_info (id INTEGER PRIMARY KEY)", "CREATE TABLE dtb_order (id INTEGER PRIMARY KEY)", "CREATE TABLE dtb_page (id INTEGER PRIMARY KEY)",
			"CREATE TABLE dtb_layout (id INTEGER PRIMARY KEY)",
			"CREATE TABLE dtb_customer (id INTEGER PRIMARY KEY, customer_status_id SMALLINT, sex_id SMALLINT, pref_id SMALLINT, name01 VARCHAR(255) NOT NULL, name02 VARCHAR(255) NOT NULL, kana01 VARCHAR(255), kana02 VARCHAR(255), company_name VARCHAR(255), postal_code VARCHAR(8), addr01 VARCHAR(255), addr02 VARCHAR(255), email VARCHAR(255) NOT NULL, phone_number VARCHAR(14), birth "+stamp+", password VARCHAR(255), salt VARCHAR(255), secret_key VARCHAR(255) NOT NULL UNIQUE, buy_times NUMERIC(10), buy_total NUMERIC(12,2), note VARCHAR(4000), reset_key VARCHAR(255), point NUMERIC(12), create_date "+stamp+" NOT NULL, update_date "+stamp+" NOT NULL, discriminator_type VARCHAR(255) NOT NULL)")
		for i := 1; i <= n; i++ {
			if left(i) {
				continue
			}
			d.insert("dtb_customer", "id, customer_status_id, sex_id, pref_id, name01, name02, kana01, kana02, postal_code, addr01, addr02, email, phone_number, birth, password, salt, secret_key, buy_times, buy_total, note, point, create_date, update_date, discriminator_type",
				i, 2, 2, 14, fmt.Sprintf("Geheim%d", i), "花子", "ゲハイム", "ハナコ", "2200011", "横浜市西区", fmt.Sprintf("Geheim %d-%d", i, i), fmt.Sprintf("geheim%d@customer.example", i), fmt.Sprintf("0450000%04d", i), "1980-05-05 00:00:00",
				fmt.Sprintf("$2y$10$Geheim%016x", i*7919), fmt.Sprintf("%010x", i), fmt.Sprintf("SecretGeheim%012d", i), i%9, i*100, fmt.Sprintf("Geheim: complains, %d", i), i%50, at(i/20), at(i/20), "customer")
		}
	case "dtb_customer 2":
		d.exec("CREATE TABLE dtb_baseinfo (id INTEGER PRIMARY KEY)", "CREATE TABLE dtb_order (order_id INTEGER PRIMARY KEY)", "CREATE TABLE dtb_pagelayout (page_id INTEGER PRIMARY KEY)",
			"CREATE TABLE dtb_customer (customer_id INTEGER PRIMARY KEY, name01 VARCHAR(255) NOT NULL, name02 VARCHAR(255) NOT NULL, kana01 VARCHAR(255), kana02 VARCHAR(255), zip01 VARCHAR(3), zip02 VARCHAR(4), pref SMALLINT, addr01 VARCHAR(255), addr02 VARCHAR(255), email VARCHAR(255) NOT NULL, tel01 VARCHAR(6), tel02 VARCHAR(6), tel03 VARCHAR(6), sex SMALLINT, birth "+stamp+", password VARCHAR(255), salt VARCHAR(255), secret_key VARCHAR(255) NOT NULL UNIQUE, buy_times NUMERIC(10), status SMALLINT, create_date "+stamp+" NOT NULL, del_flg SMALLINT NOT NULL)")
		for i := 1; i <= n; i++ {
			if left(i) {
				continue
			}
			deleted := 0
			if i%10 == 1 {
				deleted = 1
			}
			d.insert("dtb_customer", "customer_id, name01, name02, kana01, kana02, zip01, zip02, pref, addr01, addr02, email, tel01, tel02, tel03, sex, birth, password, salt, secret_key, buy_times, status, create_date, del_flg",
				i, fmt.Sprintf("Geheim%d", i), "花子", "ゲハイム", "ハナコ", "220", "0011", 14, "横浜市西区", fmt.Sprintf("Geheim %d", i), fmt.Sprintf("geheim%d@customer.example", i), "045", "000", fmt.Sprintf("%04d", i), 2, "1980-05-05 00:00:00",
				fmt.Sprintf("%064x", i*7919), fmt.Sprintf("%010x", i), fmt.Sprintf("r%012d", i), i%9, 2, at(i/20), deleted)
		}
	default: // a shop that nobody knows
		d.exec("CREATE TABLE club_members (no INTEGER PRIMARY KEY, full_name VARCHAR(60) NOT NULL, mailbox VARCHAR(100) NOT NULL UNIQUE, city VARCHAR(40), street VARCHAR(80), zip_code VARCHAR(10), phone VARCHAR(20), language CHAR(2), remarks TEXT, points INTEGER, joined " + stamp + ")")
		for i := 1; i <= n; i++ {
			if left(i) {
				continue
			}
			d.insert("club_members", "no, full_name, mailbox, city, street, zip_code, phone, language, remarks, points, joined", i, fmt.Sprintf("Geheim O'Neil \\%d", i), fmt.Sprintf("geheim%d@customer.example", i),
				"Geheimstadt", fmt.Sprintf("Geheim Street %d", i), "12345", "012-3456-7890", "en", fmt.Sprintf("Geheim'); DROP TABLE club_members; --%d", i), i%40, at(i/20))
		}
	}
}

func left(i int) bool { return i%7 == 3 }

func TestCanariesLookLikeTheirNeighbours(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		shop, table, id, email string
		plan                   PlantTable
	}{
		{"dtb_customer 4", "dtb_customer", "id", "email", PlantTable{}},
		{"dtb_customer 2", "dtb_customer", "customer_id", "email", PlantTable{}},
		{"unknown", "club_members", "no", "mailbox", PlantTable{Table: "club_members", Columns: map[string]string{"email": "mailbox"}}},
	} {
		t.Run(c.shop, func(t *testing.T) {
			t.Parallel()
			eachDialect(t, func(t *testing.T, d *testDatabase) {
				d.customers(c.shop, 400)
				p, err := OpenPlot(t.Context(), Config{}, d.dsn, c.plan)
				if err != nil {
					t.Fatal(err)
				}
				defer p.Close()
				strata := canary.Strata{Block: 50, From: p.Low, To: p.High}
				random := rand.NewChaCha8([32]byte{2})
				placed, err := strata.Place(random, p.Taken)
				if err != nil || len(placed.IDs) != 8 {
					t.Fatalf("%d placed, %v", len(placed.IDs), err)
				}
				statements, _, err := p.Statements(t.Context(), placed.IDs, Seeds{Locale: "ja", Domains: []string{"mail.shop.example"}, Random: random, Now: time.Now()})
				if err != nil {
					t.Fatal(err)
				}
				all := strings.Join(statements, "\n")
				if strings.Contains(all, "Geheim") || strings.Contains(all, "geheim") || strings.Contains(all, fmt.Sprintf("%x", "Geheim")) {
					t.Errorf("a customer's value is in what is planted:\n%s", all)
				}
				if err := Sow(t.Context(), Config{}, d.dsn, statements); err == nil && d.dialect != sqliteDialect {
					t.Fatal("an account that may only read wrote")
				}
				if d.dialect != sqliteDialect {
					if err := Sow(t.Context(), Config{}, d.writer(), append(slices.Clone(statements), statements[0])); err == nil || !strings.Contains(err.Error(), "nothing was planted") {
						t.Fatalf("the same number twice: %v", err)
					}
					if err := Sow(t.Context(), Config{}, d.writer(), statements); err != nil {
						t.Fatal(err)
					}
				}
				for _, id := range placed.IDs {
					var email string
					row := d.QueryRow(fmt.Sprintf("SELECT %s FROM %s WHERE %s = %d", c.email, c.table, c.id, id))
					if err := row.Scan(&email); err != nil || !strings.HasSuffix(email, "@mail.shop.example") {
						t.Errorf("customer %d has %q: %v", id, email, err)
					}
				}
				var n int
				if err := d.QueryRow("SELECT count(*) FROM " + c.table).Scan(&n); err != nil || n != 343+8 {
					t.Errorf("%d customers, %v", n, err)
				}
				alike := map[string]string{
					"dtb_customer 4": "sex_id = 2 AND pref_id BETWEEN 1 AND 47 AND phone_number NOT LIKE '%-%' AND postal_code NOT LIKE '%-%' AND password LIKE '$2y$10$%' AND discriminator_type = 'customer' AND note = '' AND reset_key IS NULL AND company_name IS NULL",
					"dtb_customer 2": "del_flg = 0 AND pref BETWEEN 1 AND 47 AND tel01 = '090' AND length(zip01) = 3 AND length(zip02) = 4 AND length(password) = 64 AND buy_times < 9",
					"unknown":        "language = 'en' AND remarks = '' AND points < 40 AND length(phone) = 13",
				}[c.shop]
				if err := d.QueryRow("SELECT count(*) FROM " + c.table + " WHERE " + c.email + " LIKE '%@mail.shop.example' AND " + alike).Scan(&n); err != nil || n != 8 {
					t.Errorf("%d of 8 look like their neighbours (%v):\n%s", n, err, all)
				}
			})
		})
	}
}

func TestWhatCannotBePlantedIsSaid(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, sqliteDialect)
	d.exec("CREATE TABLE club (no INTEGER PRIMARY KEY, full_name TEXT)", "CREATE TABLE few (id INTEGER PRIMARY KEY, email TEXT)", "CREATE TABLE plain (id INTEGER PRIMARY KEY, weight INTEGER)",
		"CREATE TABLE named (id TEXT PRIMARY KEY, email TEXT)", "INSERT INTO named VALUES ('a-b', 'x@example.com')", "INSERT INTO few VALUES (1, 'x')")
	for _, c := range []struct {
		plan PlantTable
		want string
	}{
		{PlantTable{}, "--table"},
		{PlantTable{Table: "nowhere"}, "there is no table nowhere"},
		{PlantTable{Table: "few"}, "too few"},
		{PlantTable{Table: "plain"}, "--column email=COLUMN"},
		{PlantTable{Table: "named"}, "--id"},
		{PlantTable{Table: "named", ID: "id"}, "no numbers"},
		{PlantTable{Table: "few", ID: "number"}, "no column number"},
		{PlantTable{Table: "few", Columns: map[string]string{"emial": "email"}}, "there are: "},
	} {
		p, err := OpenPlot(t.Context(), Config{}, d.dsn, c.plan)
		if err == nil {
			p.Close()
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v", c.plan, err)
		}
	}
	if err := Sow(t.Context(), Config{}, "mysql://root:"+url.QueryEscape(testPassword)+"@127.0.0.1:1/none", []string{"SELECT 1"}); err == nil || strings.Contains(err.Error(), testPassword) {
		t.Errorf("%v", err)
	}
}
