package database

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch/canary"
)

// Seeds are what canary customers are made of.
type Seeds struct {
	Locale  string   // of names and addresses: "ja", "ko", "id" or "en"; empty: each as its neighbour's
	Domains []string // of mail addresses, whose mail the operator receives
	Random  io.Reader
	Now     time.Time
}

// copied are the columns that a canary's row gets: all but those that hold bytes, which may be anything; unless they are a
// password's.
func (p *Plot) copied() []column {
	var all []column
	for _, c := range p.table.columns {
		if !c.blob() || p.roles[c.name] == "secret" {
			all = append(all, c)
		}
	}
	return all
}

// row reads one customer's row, as texts.
func (p *Plot) row(ctx context.Context, key string) ([]sql.NullString, error) {
	columns := p.copied()
	var list []string
	for _, c := range columns {
		name := p.server.quote(c.name)
		switch {
		case c.blob() && p.server.dialect == postgresDialect:
			list = append(list, "encode("+name+", 'hex')")
			continue
		case c.blob():
			list = append(list, "hex("+name+")")
			continue
		}
		switch p.server.dialect {
		case postgresDialect:
			list = append(list, p.server.quote(c.name)+"::text")
		case mysqlDialect:
			list = append(list, "CAST("+p.server.quote(c.name)+" AS CHAR)")
		case sqliteDialect:
			list = append(list, "CAST("+p.server.quote(c.name)+" AS TEXT)")
		}
	}
	query := "SELECT " + strings.Join(list, ", ") + " FROM " + p.server.qualified(p.table.schema, p.table.name) + " WHERE " + p.server.quote(p.id.name) + " = " + key
	values := make([]sql.NullString, len(columns))
	into := make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	ctx, cancel := context.WithTimeout(ctx, p.server.timeout)
	defer cancel()
	if err := p.server.QueryRowContext(ctx, query).Scan(into...); err != nil {
		return nil, fmt.Errorf("a customer's row could not be read: %s", p.server.reason(err))
	}
	return values, nil
}

// Statements are the SQL that plants a customer at each of the numbers: rows that look like those of their neighbours, with
// names, addresses and secrets of their own; and behind them, where it is known how, an order for each whose neighbour has
// ordered, as one that was cancelled. No value of a customer's is in them that others do not have, too.
func (p *Plot) Statements(ctx context.Context, ids []uint64, s Seeds) (customers, orders []string, err error) {
	var seed [32]byte
	if _, err := io.ReadFull(s.Random, seed[:]); err != nil {
		return nil, nil, err
	}
	draw := rand.New(rand.NewChaCha8(seed))
	for _, id := range ids {
		neighbour, err := p.alive.Select(uint32(min(p.Members-1, max(1, p.alive.Rank(uint32(id)))-1)))
		if err != nil {
			return nil, nil, err
		}
		key := strconv.FormatUint(uint64(neighbour), 10)
		row, err := p.row(ctx, key)
		if err != nil {
			return nil, nil, err
		}
		locale := s.Locale
		if locale == "" {
			locale = p.localeOf(row)
		}
		set, err := canary.Mould{Domain: s.Domains[draw.IntN(len(s.Domains))]}.Mint(s.Random, locale, s.Now)
		if err != nil {
			return nil, nil, err
		}
		customers = append(customers, p.insert(row, map[string]string{p.id.name: strconv.FormatUint(id, 10)}, "", set.Person, draw))
		order, err := p.order(ctx, key, id, set.Person, draw)
		if err != nil {
			return nil, nil, err
		}
		if order != "" {
			orders = append(orders, order)
		}
	}
	return customers, orders, nil
}

// insert is the statement that puts in a row like another. What fixed has for a column, it holds; without is left to the
// server.
func (p *Plot) insert(like []sql.NullString, fixed map[string]string, without string, who canary.Person, draw *rand.Rand) string {
	var names, values []string
	for i, c := range p.copied() {
		if c.name == without {
			continue
		}
		v := sql.NullString{String: fixed[c.name], Valid: true}
		if _, is := fixed[c.name]; !is {
			v = p.value(c, like[i], who, draw)
		}
		names, values = append(names, p.server.quote(c.name)), append(values, p.literal(c, v))
	}
	return "INSERT INTO " + p.server.qualified(p.table.schema, p.table.name) + " (" + strings.Join(names, ", ") + ") VALUES (" + strings.Join(values, ", ") + ")"
}

// value is what a column of a canary's row holds, where its neighbour's holds was.
func (p *Plot) value(c column, was sql.NullString, who canary.Person, draw *rand.Rand) sql.NullString {
	text := func(s string) sql.NullString {
		if runes := []rune(s); c.length > 0 && int64(len(runes)) > c.length {
			s = string(runes[:c.length])
		}
		return sql.NullString{String: s, Valid: true}
	}
	role := p.roles[c.name]
	switch {
	case role == "email":
		return text(who.Email)
	case !was.Valid, was.String == "":
		return was
	case role == "secret":
		return sql.NullString{String: p.secretLike(c, was.String, draw), Valid: true}
	case c.kind == "uuid":
		return text(fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x", draw.Uint32(), draw.IntN(1<<16), draw.IntN(1<<12), 0x8000|draw.IntN(1<<14), draw.Int64N(1<<48)))
	case role == "prefecture":
		if n, err := strconv.Atoi(who.RegionCode); err == nil && who.Country == "JP" {
			return text(strconv.Itoa(n))
		}
		return was
	case role == "birth":
		return text(bornLike(was.String, who.Birth))
	case role != "":
		return text(p.personal(role, was.String, who))
	case c.time():
		return text(clock().ReplaceAllStringFunc(was.String, func(at string) string {
			return fmt.Sprintf("%s:%02d:%02d", at[:2], draw.IntN(60), draw.IntN(60))
		}))
	case c.integer() && (creationTime().MatchString(c.name) || changeTime().MatchString(c.name)):
		return text(around(was.String, draw))
	case c.text() && !p.common[c.name][was.String]:
		return text("") // somebody's own
	}
	return was
}

var clock = lazily(`\b\d\d:\d\d:\d\d\b`)

// bornLike keeps the year of a birth and how it is written.
func bornLike(was string, birth time.Time) string {
	if len(was) < 10 || was[4] != '-' || was[7] != '-' {
		return birth.Format("2006-01-02")
	}
	return was[:4] + birth.Format("-01-02") + was[10:]
}

// around is another moment of the same hour, in seconds or milliseconds.
func around(was string, draw *rand.Rand) string {
	n, err := strconv.ParseInt(was, 10, 64)
	switch {
	case err != nil || n < 100_000_000:
		return was
	case n > 100_000_000_000:
		return strconv.FormatInt(n-draw.Int64N(3_600_000), 10)
	}
	return strconv.FormatInt(n-draw.Int64N(3600), 10)
}

func (p *Plot) personal(role, was string, who canary.Person) string {
	phone, postcode := strings.Split(who.Phone, "-"), strings.Split(who.Postcode, "-")
	part := func(of []string, i int) string {
		if i < len(of) {
			return of[i]
		}
		return ""
	}
	plain := func(s string) string { // as the neighbour writes it
		if !strings.Contains(was, "-") {
			return strings.ReplaceAll(s, "-", "")
		}
		return s
	}
	switch role {
	case "family":
		return who.Family
	case "given":
		return who.Given
	case "name":
		if !strings.Contains(was, " ") && who.Country != "KR" {
			return strings.ReplaceAll(who.Name(), " ", "")
		}
		return who.Name()
	case "family-kana":
		return who.FamilyKana
	case "given-kana":
		return who.GivenKana
	case "kana":
		return who.FamilyKana + who.GivenKana
	case "phone":
		return plain(who.Phone)
	case "phone1", "phone2", "phone3":
		return part(phone, int(role[5]-'1'))
	case "postcode":
		return plain(who.Postcode)
	case "postcode1", "postcode2":
		return part(postcode, int(role[8]-'1'))
	case "region":
		return who.Region
	case "city":
		return who.City
	case "address":
		for _, other := range p.roles {
			if other == "city" {
				return who.Street
			}
		}
		return who.City + who.Street
	case "building":
		return who.Building
	case "company":
		return who.Company
	}
	return ""
}

// literal writes a value so that it is read the same in every mode of the server.
func (p *Plot) literal(c column, v sql.NullString) string {
	if !v.Valid {
		return "NULL"
	}
	if c.blob() {
		if p.server.dialect == postgresDialect {
			return "decode('" + v.String + "', 'hex')"
		}
		return "x'" + v.String + "'"
	}
	s := strings.ReplaceAll(v.String, "\x00", "")
	if p.server.dialect == mysqlDialect && strings.ContainsFunc(s, func(r rune) bool { return r == '\'' || r == '\\' || r < ' ' }) {
		return fmt.Sprintf("CONVERT(0x%x USING utf8mb4)", s)
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}
