package database

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
)

// PlantTable says which table holds the customers. What is empty is found out.
type PlantTable struct {
	Table string // with its schema where that is needed, as in shop.customer
	ID    string // the column of the customer's number
	// Columns has for what a column holds its name, where its name does not say it: see [PlantRoles].
	Columns map[string]string
}

// Plot is a table of customers in which canary customers are to be planted. It is read only; [Sow] writes. Close it.
type Plot struct {
	Name      string // the table, as people know it
	Shop      string // what was recognised; empty: nothing
	Low, High uint64 // the numbers of customers
	Members   uint64
	Notes     []string // what the operator must know before he plants

	server *server
	table  *table
	id     column
	roles  map[string]string // by column
	taken  *roaring.Bitmap   // every number that a row has
	alive  *roaring.Bitmap   // those of customers who have not left
	sample
	orders *orderPlot // nil: canaries get no orders
}

// PlantRoles are what columns can hold that must be somebody's own.
func PlantRoles() []string {
	var all []string
	for _, r := range plantRoles {
		all = append(all, r.name)
	}
	return all
}

// plantRoles say by a column's name what it holds; the first that fits counts.
var plantRoles = []struct {
	name string
	is   pattern
}{
	{"none", lazily(`(?i)_id$|_?(flg|flag|count|times|total|type|status|verified)(_at)?$`)}, // of a mail address or a telephone, whether it is confirmed, and the like
	{"secret", lazily(`(?i)(^|_)(pass|pwd|pw|pin)(_|$)|passphrase|sandi|crypt|digest|passw|salt|secret|token|hash|reset_?key|remember|api_?key|auth|activation|uuid|guid|session`)},
	{"email", lazily(`(?i)^(e_?)?mail(_?addr\w*)?$|_(e?mail)$|^customers?_email\w*$`)},
	{"family-kana", lazily(`(?i)^(kana0?1|(last|family)_?(name_?)?kana|kana_?(last|family)\w*|furigana_?sei)$`)},
	{"given-kana", lazily(`(?i)^(kana0?2|(first|given)_?(name_?)?kana|kana_?(first|given)\w*|furigana_?mei)$`)},
	{"kana", lazily(`(?i)^(name_?)?(kana|furigana|yomi)$`)},
	{"family", lazily(`(?i)^(name0?1|(customers?_)?(last|family|sur)_?name|surname|sei)$`)},
	{"given", lazily(`(?i)^(name0?2|(customers?_)?(first|given)_?name|forename|mei)$`)},
	{"name", lazily(`(?i)^((customers?_|full_?|display_?|user_?|nick_?)?name|login|user_(login|nicename)|nickname)$`)},
	{"phone1", lazily(`(?i)^(tel|phone)_?0?1$`)},
	{"phone2", lazily(`(?i)^(tel|phone)_?0?2$`)},
	{"phone3", lazily(`(?i)^(tel|phone)_?0?3$`)},
	{"phone", lazily(`(?i)(^|_)(tel|tele?phone|phone|mobile|cell)(_?(number|no))?$`)},
	{"postcode1", lazily(`(?i)^(zip|post)_?0?1$`)},
	{"postcode2", lazily(`(?i)^(zip|post)_?0?2$`)},
	{"postcode", lazily(`(?i)(^|_)(zip|zip_?code|post_?code|postal_?code|kodepos)$`)},
	{"region", lazily(`(?i)^(pref|prefecture|region|state|province|provinsi|sido)(_?name)?$`)},
	{"city", lazily(`(?i)(^|_)(city|town|kota|sigungu)$`)},
	{"address", lazily(`(?i)^(addr|address|street)(_?0?1|_?line_?1)?$|^(alamat|street_?address)$`)},
	{"building", lazily(`(?i)^(addr|address|street)(_?0?2|_?line_?2)$|^building$`)},
	{"company", lazily(`(?i)^company(_?name)?$`)},
	{"birth", lazily(`(?i)^(birth\w*|dob|date_?of_?birth|tanggal_lahir)$`)},
}

// regionNumber are the columns that hold the number of a Japanese prefecture.
var regionNumber = lazily(`(?i)^pref(_id)?$`)

// OpenPlot finds the table of customers and reads which numbers are in use. Nothing is written.
func OpenPlot(ctx context.Context, c Config, address string, t PlantTable) (*Plot, error) {
	s, why := New(c).open(ctx, address)
	if s == nil {
		return nil, errors.New(why)
	}
	p := &Plot{server: s, taken: roaring.New(), alive: roaring.New(), roles: map[string]string{}}
	if err := p.find(ctx, t); err != nil {
		s.Close()
		return nil, err
	}
	return p, nil
}

// Close closes the connection.
func (p *Plot) Close() error { return p.server.Close() }

// Taken says whether a row has a number.
func (p *Plot) Taken(id uint64) bool { return id > 1<<32-1 || p.taken.Contains(uint32(id)) }

// Numbers gives every number that a row has.
func (p *Plot) Numbers(yield func(id uint64) bool) {
	for ids := p.taken.Iterator(); ids.HasNext(); {
		if !yield(uint64(ids.Next())) {
			return
		}
	}
}

func (p *Plot) find(ctx context.Context, t PlantTable) error {
	catalogue, err := p.server.readCatalogue(ctx)
	if err != nil {
		return fmt.Errorf("what is in the database could not be asked: %s", p.server.reason(err))
	}
	alive := ""
	var known *installation
	if t.Table == "" {
		for _, shop := range recognise(catalogue) {
			from := inQuery().FindStringSubmatch(shop.members)
			if shop.members == "" || len(from) < 2 {
				continue
			}
			p.Shop, t.Table, known = shop.name, shop.prefix+from[1], &shop
			if shop.schema != "" {
				t.Table = shop.schema + "." + t.Table
			}
			t.ID = orDefault(t.ID, strings.Fields(shop.members)[1])
			alive = shop.fill(shop.members, p.server.qualified)
			break
		}
		if t.Table == "" {
			return errors.New("the shop in this database is not one that is known: name the table of customers with --table" + candidates(catalogue))
		}
	}
	for _, one := range catalogue.tables {
		if t.Table == one.name || t.Table == one.schema+"."+one.name {
			p.table = one
		}
	}
	if p.table == nil {
		return fmt.Errorf("there is no table %s that this account may read%s", t.Table, candidates(catalogue))
	}
	p.Name = p.table.name
	if t.ID == "" {
		key, counts := p.table.sequence()
		if !counts {
			return fmt.Errorf("%s has no key that counts: name the column of the customer's number with --id", p.Name)
		}
		t.ID = key.name
	}
	there := false
	if p.id, there = p.table.column(t.ID); !there {
		return fmt.Errorf("%s has no column %s", p.Name, t.ID)
	}
	if err := p.assign(t.Columns); err != nil {
		return err
	}
	for _, one := range catalogue.code {
		if one.kind == "trigger" && one.on == p.table.name {
			p.Notes = append(p.Notes, "the trigger "+one.name+" runs with each row that is planted: look whether it sends mail")
		}
	}
	if err := p.numbers(ctx, alive); err != nil || known == nil {
		return err
	}
	return p.findOrders(ctx, catalogue, *known)
}

// candidates names the tables that may hold customers, those with most of a person's columns first.
func candidates(c *catalogue) string {
	type candidate struct {
		name  string
		looks int
	}
	var all []candidate
	for _, t := range c.tables {
		n := 0
		for _, col := range t.columns {
			if role := roleOf(col); role != "" && role != "secret" {
				n++
			}
		}
		if _, counts := t.sequence(); counts && n > 1 {
			all = append(all, candidate{t.name, n})
		}
	}
	if len(all) == 0 {
		return "; none that can be read has a key that counts, and names or addresses"
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return b.looks - a.looks })
	var names []string
	for _, one := range all[:min(len(all), 6)] {
		names = append(names, one.name)
	}
	return "; these look like it: " + strings.Join(names, ", ")
}

// assign says of each column what it holds.
func (p *Plot) assign(given map[string]string) error {
	for role, name := range given {
		c, known := p.table.column(name)
		if !known || !slices.Contains(PlantRoles(), role) {
			return fmt.Errorf("--column %s=%s: there is no such column in %s, or nothing of that name that a column can hold; there are: %s", role, name, p.Name, strings.Join(PlantRoles(), ", "))
		}
		p.roles[c.name] = role
	}
	has := map[string]bool{}
	for _, c := range p.table.columns {
		if p.roles[c.name] == "" && c.name != p.id.name {
			p.roles[c.name] = roleOf(c)
		}
		has[p.roles[c.name]] = true
	}
	if !has["email"] && !has["name"] && !has["family"] {
		return fmt.Errorf("%s has no column that is known to hold a name or a mail address: say which does, as in --column email=COLUMN", p.Name)
	}
	return nil
}

func roleOf(c column) string {
	if regionNumber().MatchString(c.name) && c.integer() {
		return "prefecture"
	}
	for _, r := range plantRoles {
		if r.is().MatchString(c.name) {
			if r.name == "none" || !c.text() && r.name != "birth" && !(c.blob() && r.name == "secret") {
				return ""
			}
			return r.name
		}
	}
	return ""
}

// numbers reads which are in use.
func (p *Plot) numbers(ctx context.Context, alive string) error {
	table, id := p.server.qualified(p.table.schema, p.table.name), p.server.quote(p.id.name)
	into := func(b *roaring.Bitmap) func([]string) error {
		return func(row []string) error {
			n, err := strconv.ParseUint(row[0], 10, 32)
			if err != nil || n == 0 {
				return fmt.Errorf("the customers in %s have no numbers from 1 to 4294967295: canaries cannot be laid between them", p.Name)
			}
			b.Add(uint32(n))
			return nil
		}
	}
	if err := p.server.each(ctx, "SELECT "+id+" FROM "+table, nil, into(p.taken)); err != nil {
		return p.unread(err)
	}
	if p.alive = p.taken; alive != "" {
		p.alive = roaring.New()
		if err := p.server.each(ctx, alive, nil, into(p.alive)); err != nil {
			return p.unread(err)
		}
	}
	if p.Members = p.alive.GetCardinality(); p.Members < 10 {
		return fmt.Errorf("%s has %d customers: too few to hide one among, ten are the least", p.Name, p.Members)
	}
	p.Low, p.High = uint64(p.taken.Minimum()), uint64(p.taken.Maximum())
	return p.usual(ctx)
}

// usual reads some customers, spread over all, for what they have in common.
func (p *Plot) usual(ctx context.Context) error {
	var keys []string
	step := max(1, uint32(p.Members/sampleRows))
	for n := uint32(0); uint64(n) < p.Members && len(keys) < sampleRows; n += step {
		id, err := p.alive.Select(n)
		if err != nil {
			return err
		}
		keys = append(keys, strconv.FormatUint(uint64(id), 10))
	}
	return p.take(ctx, keys)
}

func (p *Plot) unread(err error) error {
	if strings.HasPrefix(err.Error(), "the customers in ") {
		return err
	}
	return fmt.Errorf("the customers could not be read: %s", p.server.reason(err))
}
