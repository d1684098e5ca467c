package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch/canary"
)

// orderTable is the table of a shop's orders, as far as one of a canary's can be put in that nobody packs and no sum counts.
type orderTable struct {
	table     string
	customer  string            // column with the customer's number
	cancelled map[string]string // what columns of an order hold that was cancelled
}

// orderPlot is where the orders of canaries go.
type orderPlot struct {
	Plot
	customer  string
	cancelled map[string]string
	seen      map[string]bool // numbers that were given
	full      int             // neighbours beside whom none was free
}

// maxFull is how often in vain a free number is looked for: in a shop that leaves none out there is none.
const maxFull = 3

// orderRow is how a column of an order names whose name or address it holds.
var orderRow = lazily(`(?i)^(?:ship(?:ping)?|deliver(?:y|ed)?|bill(?:ing)?|payment|order|customers?|recipient|receiver|dest(?:ination)?)_`)

// orderNumber are the columns of what a shop calls an order by, which is no other's.
var orderNumber = lazily(`(?i)^(?:(?:pre_?)?order_?(?:no|number|ref\w*|code|key|id)|number|reference|increment_id|invoice_(?:no|number)|uuid|guid)$`)

// findOrders finds out whether canaries can have orders, and says why where they cannot.
func (p *Plot) findOrders(ctx context.Context, c *catalogue, shop installation) error {
	note := func(format string, args ...any) error {
		p.Notes = append(p.Notes, "The canaries get no orders: "+fmt.Sprintf(format, args...)+".")
		return nil
	}
	o := shop.orders
	if o == nil {
		return note("how an order of %s is cancelled is not known here", shop.name)
	}
	t := c.table(shop.schema, shop.prefix+o.table)
	if t == nil || t.denied {
		return note("%s cannot be read", shop.prefix+o.table)
	}
	key, counts := t.sequence()
	customer, there := t.column(o.customer)
	if !counts || !there {
		return note("%s is not as %s has it", t.name, shop.name)
	}
	for column := range o.cancelled {
		if _, there := t.column(column); !there {
			return note("%s has no column %s", t.name, column)
		}
	}
	if p.server.dialect != sqliteDialect && t.rows > 100_000 && !slices.Contains(t.indexed, customer.name) {
		return note("%s has no index on %s, and is too large to search without", t.name, customer.name)
	}
	if gives, err := p.server.givesKeys(ctx, t, key); err != nil {
		return fmt.Errorf("the orders could not be read: %s", p.server.reason(err))
	} else if !gives {
		return note("the shop itself gives the numbers of %s, and one that it gives later must stay free", t.name)
	}
	q := &orderPlot{customer: customer.name, cancelled: o.cancelled, seen: map[string]bool{}}
	q.Plot = Plot{Name: t.name, server: p.server, table: t, id: key, roles: map[string]string{}}
	for _, col := range t.columns {
		switch name := orderRow().ReplaceAllString(col.name, ""); {
		case col.name == key.name, col.name == customer.name:
		case col.text() && orderNumber().MatchString(col.name):
			q.roles[col.name] = "number"
		default:
			q.roles[col.name] = roleOf(column{name: name, kind: col.kind, length: col.length})
		}
	}
	var keys []string
	err := p.server.each(ctx, fmt.Sprintf("SELECT %s FROM %s WHERE %s IS NOT NULL ORDER BY 1 DESC LIMIT %d",
		p.server.quote(key.name), p.server.qualified(t.schema, t.name), p.server.quote(customer.name), sampleRows), nil, func(row []string) error {
		keys = append(keys, row[0])
		return nil
	})
	if err == nil {
		err = q.take(ctx, keys)
	}
	if err != nil {
		return fmt.Errorf("the orders could not be read: %s", p.server.reason(err))
	}
	if len(keys) == 0 {
		return note("there are none by customers that it could be like")
	}
	p.orders = q
	return nil
}

// givesKeys says whether the server counts the rows of a table itself.
func (s *server) givesKeys(ctx context.Context, t *table, key column) (gives bool, err error) {
	query, args := "", []any{}
	switch s.dialect {
	case mysqlDialect:
		query = "SELECT extra LIKE '%auto_increment%' FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND COLUMN_NAME = ?"
		args = []any{t.schema, t.name, key.name}
	case postgresDialect:
		query = "SELECT CASE WHEN attidentity <> '' OR atthasdef THEN 1 ELSE 0 END FROM pg_attribute WHERE attrelid = $1::regclass AND attname = $2"
		args = []any{s.qualified(t.schema, t.name), key.name}
	case sqliteDialect:
		return key.kind == "integer", nil // another name of the row's number
	}
	err = s.each(ctx, query, args, func(row []string) error {
		gives = row[0] == "1"
		return nil
	})
	return gives, err
}

// order is the statement that gives a canary an order like its neighbour's newest, cancelled; empty where the neighbour has
// none, or no number is free that the shop will never give.
func (p *Plot) order(ctx context.Context, neighbour string, id uint64, who canary.Person, draw *rand.Rand) (string, error) {
	q := p.orders
	if q == nil {
		return "", nil
	}
	var key string
	table := q.server.qualified(q.table.schema, q.table.name)
	err := q.server.each(ctx, fmt.Sprintf("SELECT %s FROM %s WHERE %s = %s ORDER BY 1 DESC LIMIT 1", q.server.quote(q.id.name), table, q.server.quote(q.customer), neighbour), nil, func(row []string) error {
		key = row[0]
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("the orders could not be read: %s", q.server.reason(err))
	}
	if key == "" {
		return "", nil
	}
	row, err := q.row(ctx, key)
	if err != nil {
		return "", err
	}
	fixed := map[string]string{q.customer: fmt.Sprint(id)}
	for column, value := range q.cancelled {
		c, _ := q.table.column(column)
		fixed[c.name] = value
	}
	for i, c := range q.copied() {
		if q.roles[c.name] != "number" || !row[i].Valid || row[i].String == "" {
			continue
		}
		free, err := q.free(ctx, c, row[i].String, draw)
		if err != nil {
			return "", err
		}
		if free == "" {
			if q.full++; q.full > maxFull && len(q.seen) == 0 {
				p.orders = nil
				p.Notes = append(p.Notes, "The canaries get no orders: every number of an order is taken that the shop will not give itself.")
			}
			return "", nil
		}
		fixed[c.name] = free
	}
	return q.insert(row, fixed, q.id.name, who, draw), nil
}

// free draws a number that no order has and none will get. One that is only counted is taken from below the neighbour's, where
// one was left out: what is above, the shop gives one day.
func (q *orderPlot) free(ctx context.Context, c column, like string, draw *rand.Rand) (string, error) {
	for range 20 {
		number := shaped(like, q.secrets[c.name], func(part string) int { return max(0, len(part)-6) }, draw)
		if strings.Trim(like[max(0, len(like)-4):], "0123456789") == "" { // it is counted
			number = below(like, draw)
		}
		if number == "" || q.seen[number] {
			continue
		}
		var taken sql.NullInt64
		query := fmt.Sprintf("SELECT 1 FROM %s WHERE %s = %s LIMIT 1", q.server.qualified(q.table.schema, q.table.name), q.server.quote(c.name), q.literal(c, sql.NullString{String: number, Valid: true}))
		ctx, cancel := context.WithTimeout(ctx, q.server.timeout)
		err := q.server.QueryRowContext(ctx, query).Scan(&taken)
		cancel()
		switch {
		case errors.Is(err, sql.ErrNoRows):
			q.seen[number] = true
			return number, nil
		case err != nil:
			return "", fmt.Errorf("the orders could not be read: %s", q.server.reason(err))
		}
	}
	return "", nil
}

// below draws a smaller number for the last digits of one; empty where there is none.
func below(like string, draw *rand.Rand) string {
	from := len(like)
	for from > 0 && len(like)-from < 6 && like[from-1] >= '0' && like[from-1] <= '9' {
		from--
	}
	if n := number(like[from:]); n > 1 {
		return fmt.Sprintf("%s%0*d", like[:from], len(like)-from, 1+draw.Int64N(n-1))
	}
	return ""
}
