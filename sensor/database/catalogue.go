package database

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// column is a column of a table.
type column struct {
	name    string
	kind    string // data type, lower case
	charset string // MySQL's name; empty elsewhere
	length  int64  // characters at most; 0 where it is not bounded or not known
}

func hasAny(s string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// text says whether the column can hold what somebody typed.
func (c column) text() bool {
	if c.length > 0 && c.length < 4 {
		return false
	}
	return hasAny(c.kind, "char", "text", "json", "clob", "enum", "string", "xml", "citext", "name") || c.kind == ""
}

func (c column) blob() bool { return hasAny(c.kind, "blob", "bytea", "binary") }

func (c column) integer() bool {
	return hasAny(c.kind, "int", "serial") && !hasAny(c.kind, "point", "interval")
}

func (c column) time() bool { return hasAny(c.kind, "timestamp", "datetime") }

// table is a table that can be read, with what is needed to go through it.
type table struct {
	schema, name string
	columns      []column
	key          []string // primary key; empty where there is none
	indexed      []string // columns that an index begins with
	rows         int64    // about
	denied       bool     // it is there and may not be read
}

func (t *table) column(name string) (column, bool) {
	i := slices.IndexFunc(t.columns, func(c column) bool { return strings.EqualFold(c.name, name) })
	if i < 0 {
		return column{}, false
	}
	return t.columns[i], true
}

// sequence is the column that counts rows, where the key is one.
func (t *table) sequence() (column, bool) {
	if len(t.key) != 1 {
		return column{}, false
	}
	c, ok := t.column(t.key[0])
	return c, ok && c.integer()
}

// code is something in the database that the server runs by itself or for the shop.
type code struct {
	kind         string // "trigger", "procedure", "event"
	schema, name string
	on           string // the table of a trigger
	when         string // "BEFORE INSERT", or an event's interval
	body         string
}

// catalogue is what is in a database.
type catalogue struct {
	tables []*table
	code   []code
	gaps   []string // what could not be asked
}

func (c *catalogue) table(schema, name string) *table {
	i := slices.IndexFunc(c.tables, func(t *table) bool { return t.schema == schema && t.name == name })
	if i < 0 {
		return nil
	}
	return c.tables[i]
}

// shape is all that decides how the tables are read: a column or an index more is another one.
func (c *catalogue) shape() string {
	sum := sha256.New()
	for _, t := range c.tables {
		fmt.Fprintf(sum, "%q %q %v %q %q %t\n", t.schema, t.name, t.columns, t.key, t.indexed, t.denied)
	}
	return string(sum.Sum(nil))
}

// readCatalogue asks what there is. It reads no row of the shop's.
func (s *server) readCatalogue(ctx context.Context) (*catalogue, error) {
	c := &catalogue{}
	var err error
	switch s.dialect {
	case mysqlDialect:
		err = s.mysqlCatalogue(ctx, c)
	case postgresDialect:
		err = s.postgresCatalogue(ctx, c)
	case sqliteDialect:
		err = s.sqliteCatalogue(ctx, c)
	}
	slices.SortFunc(c.tables, func(a, b *table) int {
		return cmp.Or(strings.Compare(a.schema, b.schema), strings.Compare(a.name, b.name))
	})
	slices.SortFunc(c.code, func(a, b code) int {
		return cmp.Or(strings.Compare(a.kind, b.kind), strings.Compare(a.schema, b.schema), strings.Compare(a.name, b.name))
	})
	return c, err
}

// each runs a query and hands on each row as texts; NULL is empty.
func (s *server) each(ctx context.Context, query string, args []any, do func(row []string) error) error {
	rows, err := s.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	values := make([]sql.NullString, len(names))
	into := make([]any, len(names))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		row := make([]string, len(names))
		for i, v := range values {
			row[i] = v.String
		}
		if err := do(row); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (s *server) sqliteCatalogue(ctx context.Context, c *catalogue) error {
	names := map[string]bool{}
	err := s.each(ctx, `SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master WHERE type IN ('table', 'trigger') AND name NOT LIKE 'sqlite\_%' ESCAPE '\' LIMIT 20000`, nil, func(r []string) error {
		if r[0] == "trigger" {
			c.code = append(c.code, code{kind: "trigger", name: r[1], on: r[2], when: triggerTime(r[3]), body: r[3]})
		} else if !strings.HasPrefix(strings.ToUpper(strings.TrimSpace(r[3])), "CREATE VIRTUAL") {
			names[r[1]] = true
		}
		return nil
	})
	if err != nil {
		return err
	}
	for name := range names {
		t := &table{name: name}
		var key []struct {
			at   int
			name string
		}
		err := s.each(ctx, `SELECT name, lower(type), pk FROM pragma_table_info(?)`, []any{name}, func(r []string) error {
			t.columns = append(t.columns, column{name: r[0], kind: baseType(r[1])})
			if at := number(r[2]); at > 0 {
				key = append(key, struct {
					at   int
					name string
				}{int(at), r[0]})
			}
			return nil
		})
		if err != nil {
			c.gaps = append(c.gaps, fmt.Sprintf("the table %s cannot be read: %s", name, s.reason(err)))
			continue
		}
		slices.SortFunc(key, func(a, b struct {
			at   int
			name string
		},
		) int {
			return a.at - b.at
		})
		for _, k := range key {
			t.key = append(t.key, k.name)
		}
		if len(t.key) == 0 {
			t.key = []string{"rowid"}
			t.columns = append(t.columns, column{name: "rowid", kind: "integer"})
		}
		err = s.each(ctx, `SELECT i.name FROM pragma_index_list(?) AS l, pragma_index_info(l.name) AS i WHERE i.seqno = 0 AND l.partial = 0 AND i.name IS NOT NULL`, []any{name}, func(r []string) error {
			t.indexed = append(t.indexed, r[0])
			return nil
		})
		if err != nil {
			return err
		}
		c.tables = append(c.tables, t)
	}
	return nil
}

// baseType is a type without its length.
func baseType(s string) string {
	s, _, _ = strings.Cut(s, "(")
	return strings.TrimSpace(s)
}

func number(s string) int64 {
	var n int64
	for _, r := range s {
		if r < '0' || r > '9' || n > 1<<58 {
			return n
		}
		n = n*10 + int64(r-'0')
	}
	return n
}

// triggerTime is when a trigger of SQLite strikes, as its text says it.
func triggerTime(body string) string {
	words := strings.Fields(strings.ToUpper(body[:min(len(body), 500)]))
	when := ""
	for _, w := range words {
		switch w {
		case "BEFORE", "AFTER", "INSTEAD":
			when = w
		case "INSERT", "UPDATE", "DELETE":
			return strings.TrimSpace(when + " " + w)
		case "BEGIN":
			return when
		}
	}
	return when
}

func (s *server) mysqlCatalogue(ctx context.Context, c *catalogue) error {
	// Of a database that is named, the server need not look at the others.
	where, args := "NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys')", []any(nil)
	if s.named != "" {
		where, args = "= ?", []any{s.named}
	}
	byName := map[[2]string]*table{}
	err := s.each(ctx, `SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_ROWS FROM information_schema.TABLES WHERE TABLE_TYPE = 'BASE TABLE' AND TABLE_SCHEMA `+where+` LIMIT 20000`, args, func(r []string) error {
		t := &table{schema: r[0], name: r[1], rows: number(r[2])}
		byName[[2]string{r[0], r[1]}] = t
		c.tables = append(c.tables, t)
		return nil
	})
	if err != nil {
		return err
	}
	err = s.each(ctx, `SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, LOWER(DATA_TYPE), CHARACTER_SET_NAME, CHARACTER_MAXIMUM_LENGTH FROM information_schema.COLUMNS WHERE TABLE_SCHEMA `+where+` ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION`, args, func(r []string) error {
		if t := byName[[2]string{r[0], r[1]}]; t != nil {
			t.columns = append(t.columns, column{name: r[2], kind: r[3], charset: r[4], length: number(r[5])})
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = s.each(ctx, `SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX, COLUMN_NAME FROM information_schema.STATISTICS WHERE TABLE_SCHEMA `+where+` ORDER BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX`, args, func(r []string) error {
		t := byName[[2]string{r[0], r[1]}]
		if t == nil {
			return nil
		}
		if r[2] == "PRIMARY" {
			t.key = append(t.key, r[4])
		}
		if r[3] == "1" {
			t.indexed = append(t.indexed, r[4])
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.mysqlCode(ctx, c, where, args)
}

// mysqlCode reads triggers, routines and events. What the account may not see, the server leaves out without a word: so
// its rights are looked at first.
func (s *server) mysqlCode(ctx context.Context, c *catalogue, where string, args []any) error {
	rights, err := s.mysqlRights(ctx)
	if err != nil {
		c.gaps = append(c.gaps, "which rights the account has could not be asked: "+s.reason(err))
	}
	if err == nil {
		c.gaps = append(c.gaps, rights.missing(s)...)
	}
	for _, q := range []struct{ kind, query string }{
		{"trigger", `SELECT TRIGGER_SCHEMA, TRIGGER_NAME, EVENT_OBJECT_TABLE, CONCAT(ACTION_TIMING, ' ', EVENT_MANIPULATION), ACTION_STATEMENT FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA `},
		{"procedure", `SELECT ROUTINE_SCHEMA, ROUTINE_NAME, '', '', ROUTINE_DEFINITION FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA `},
		{"event", `SELECT EVENT_SCHEMA, EVENT_NAME, '', CONCAT(COALESCE(INTERVAL_VALUE, ''), ' ', COALESCE(INTERVAL_FIELD, '')), EVENT_DEFINITION FROM information_schema.EVENTS WHERE EVENT_SCHEMA `},
	} {
		err := s.each(ctx, q.query+where, args, func(r []string) error {
			c.code = append(c.code, code{kind: q.kind, schema: r[0], name: r[1], on: r[2], when: strings.TrimSpace(r[3]), body: r[4]})
			return nil
		})
		if err != nil {
			c.gaps = append(c.gaps, fmt.Sprintf("the %ss of the database could not be read: %s", q.kind, s.reason(err)))
		}
	}
	return nil
}

func (s *server) postgresCatalogue(ctx context.Context, c *catalogue) error {
	const own = `n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_toast%' AND n.nspname NOT LIKE 'pg\_temp%'`
	byID := map[string]*table{}
	err := s.each(ctx, `SELECT c.oid::text, n.nspname, c.relname, greatest(c.reltuples, 0)::bigint::text,
		(has_schema_privilege(n.oid, 'USAGE') AND has_any_column_privilege(c.oid, 'SELECT'))::text
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't' AND `+own+` LIMIT 20000`, nil, func(r []string) error {
		t := &table{schema: r[1], name: r[2], rows: number(r[3]), denied: r[4] != "true"}
		byID[r[0]] = t
		c.tables = append(c.tables, t)
		return nil
	})
	if err != nil {
		return err
	}
	err = s.each(ctx, `SELECT a.attrelid::text, a.attname, lower(format_type(coalesce(nullif(ty.typbasetype, 0), a.atttypid), NULL)), CASE WHEN a.atttypmod > 4 AND ty.typname IN ('varchar', 'bpchar') THEN a.atttypmod - 4 ELSE 0 END::text
		FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type ty ON ty.oid = a.atttypid
		WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND has_column_privilege(c.oid, a.attnum, 'SELECT') AND `+own+` ORDER BY a.attrelid, a.attnum`, nil, func(r []string) error {
		if t := byID[r[0]]; t != nil {
			t.columns = append(t.columns, column{name: r[1], kind: r[2], length: number(r[3])})
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = s.each(ctx, `SELECT i.indrelid::text, a.attname, i.indisprimary::text, k.at::text
		FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(num, at)
		JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.num
		WHERE i.indisvalid AND i.indpred IS NULL AND (i.indisprimary OR k.at = 1) AND `+own+` ORDER BY i.indrelid, i.indexrelid, k.at`, nil, func(r []string) error {
		t := byID[r[0]]
		if t == nil {
			return nil
		}
		if r[2] == "true" {
			t.key = append(t.key, r[1])
		}
		if r[3] == "1" {
			t.indexed = append(t.indexed, r[1])
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, q := range []struct{ kind, query string }{
		{"trigger", `SELECT n.nspname, t.tgname, c.relname, concat_ws(' ', CASE WHEN t.tgtype & 2 <> 0 THEN 'BEFORE' WHEN t.tgtype & 64 <> 0 THEN 'INSTEAD OF' ELSE 'AFTER' END,
			CASE WHEN t.tgtype & 4 <> 0 THEN 'INSERT' END, CASE WHEN t.tgtype & 8 <> 0 THEN 'DELETE' END, CASE WHEN t.tgtype & 16 <> 0 THEN 'UPDATE' END),
			pg_get_triggerdef(t.oid) || E'\n' || p.prosrc FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_proc p ON p.oid = t.tgfoid
			WHERE NOT t.tgisinternal AND ` + own},
		{"procedure", `SELECT n.nspname, p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', '', '', p.prosrc FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
			WHERE l.lanname NOT IN ('c', 'internal') AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') AND ` + own},
		{"event", `SELECT '', e.evtname, '', e.evtevent, p.prosrc FROM pg_event_trigger e JOIN pg_proc p ON p.oid = e.evtfoid`},
		{"trigger", `SELECT n.nspname, r.rulename, c.relname, 'RULE', pg_get_ruledef(r.oid) FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace WHERE r.rulename <> '_RETURN' AND ` + own},
	} {
		err := s.each(ctx, q.query, nil, func(r []string) error {
			c.code = append(c.code, code{kind: q.kind, schema: r[0], name: r[1], on: r[2], when: r[3], body: r[4]})
			return nil
		})
		if err != nil {
			c.gaps = append(c.gaps, fmt.Sprintf("the %ss of the database could not be read: %s", q.kind, s.reason(err)))
		}
	}
	return nil
}
