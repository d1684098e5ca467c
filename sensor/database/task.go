package database

import (
	"slices"
	"strings"
)

// task is a table to go through: for rows that the shop executes, or rows that customers wrote.
type task struct {
	table   *table
	shop    string          // platform; empty where it is not known
	raw     map[string]mode // nil: customers write here
	label   string
	where   string
	screen  string
	pays    bool
	guessed bool // what the table is for is read from its names alone
	columns []column
}

// mode tells the tasks of one table apart.
func (t *task) mode() string {
	for _, m := range t.raw {
		if m == modeMarkup {
			return "markup"
		}
	}
	if t.pays {
		return "payment"
	}
	return "rows"
}

// scope names what a Pass of the task speaks for.
func (t *task) scope(place string) string {
	return "database " + place + " " + t.table.schema + "." + t.table.name + " " + t.mode()
}

var (
	writtenEntity = lazily(`(?i)password|passwd|pass_?word|_hash$|salt|secret|token|session|api_?key|private|auth_key`)
	keptOut       = lazily(`(?i)^(?:passw(?:or)?d|user_pass|salt|secret\w*|\w*_secret|\w*password\w*|\w*_hash|hash|remember_token|otp\w*|two_factor\w*|private_key)$`)
)

// tasks decides what is to be read of a catalogue.
func (s *server) tasks(c *catalogue, shops []installation) []task {
	var out []task
	done := map[*table]bool{}
	for _, shop := range shops {
		for _, r := range shop.raw {
			t := c.table(shop.schema, shop.prefix+r.table)
			if t == nil || t.denied {
				continue
			}
			done[t] = true
			one := task{table: t, shop: shop.name, raw: r.columns, label: r.label, where: r.where, pays: r.pays}
			for _, col := range t.columns {
				if _, wanted := r.columns[strings.ToLower(col.name)]; wanted {
					one.columns = append(one.columns, col)
				}
			}
			one.where = without(out, one)
			if one.where != "" && s.dialect != mysqlDialect {
				one.where = strings.ReplaceAll(one.where, "`", `"`)
			}
			if len(one.columns) > 0 {
				out = append(out, one)
			}
		}
		for _, w := range shop.written {
			t := c.table(shop.schema, shop.prefix+w.table)
			if t == nil || t.denied {
				continue
			}
			done[t] = true
			if columns := s.writable(t); len(columns) > 0 {
				out = append(out, task{table: t, shop: shop.name, where: w.where, screen: w.screen, columns: columns})
			}
		}
	}
	for _, t := range c.tables {
		if done[t] || t.denied || unread().MatchString(t.name) || skipped(t, shops) {
			continue
		}
		columns := s.writable(t)
		if len(columns) == 0 {
			continue
		}
		one := task{table: t, guessed: true, columns: columns}
		if !t.written() {
			one.raw = map[string]mode{}
			for _, col := range columns {
				one.raw[strings.ToLower(col.name)] = modeMarkup
			}
		}
		out = append(out, one)
	}
	return out
}

// without leaves out of a task the rows that an earlier one reads of the same columns: a value is one item.
func without(earlier []task, one task) string {
	for _, e := range earlier {
		if e.table != one.table || e.raw == nil || e.where == "" || !slices.ContainsFunc(one.columns, func(c column) bool {
			return slices.ContainsFunc(e.columns, func(o column) bool { return o.name == c.name })
		}) {
			continue
		}
		where := "NOT (" + e.where + ")"
		if one.where != "" {
			where = one.where + " AND " + where
		}
		return where
	}
	return one.where
}

// skipped says whether a table belongs to a shop that is known to show nothing of it.
func skipped(t *table, shops []installation) bool {
	for _, shop := range shops {
		name, ok := strings.CutPrefix(t.name, shop.prefix)
		if ok && t.schema == shop.schema && slices.ContainsFunc(shop.skip, func(p string) bool { return strings.HasPrefix(name, p) }) {
			return true
		}
		if ok && t.schema == shop.schema && slices.ContainsFunc(shop.accounts, func(a account) bool { return a.table == name }) && !t.written() {
			return true
		}
	}
	return false
}

// writable are the columns that can hold what somebody typed. What is secret is not asked for.
func (s *server) writable(t *table) []column {
	var out []column
	for _, c := range t.columns {
		if keptOut().MatchString(c.name) || slices.Contains(t.key, c.name) && c.integer() {
			continue
		}
		if c.text() || c.blob() && !writtenEntity().MatchString(c.name) && s.dialect != postgresDialect {
			out = append(out, c)
		}
	}
	return out[:min(len(out), maxColumns)]
}

// maxColumns bounds what is asked for in one statement.
const maxColumns = 300
