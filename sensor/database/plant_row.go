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
	Locale  string   // of names and addresses: "ja", "ko", "id" or "en"
	Domains []string // of mail addresses, whose mail the operator receives
	Random  io.Reader
	Now     time.Time
}

// copied are the columns that a canary's row gets: all but those that hold bytes.
func (p *Plot) copied() []column {
	var all []column
	for _, c := range p.table.columns {
		if !c.blob() {
			all = append(all, c)
		}
	}
	return all
}

// row reads one customer's row, as texts.
func (p *Plot) row(ctx context.Context, id uint32) ([]sql.NullString, error) {
	columns := p.copied()
	var list []string
	for _, c := range columns {
		switch p.server.dialect {
		case postgresDialect:
			list = append(list, p.server.quote(c.name)+"::text")
		case mysqlDialect:
			list = append(list, "CAST("+p.server.quote(c.name)+" AS CHAR)")
		case sqliteDialect:
			list = append(list, "CAST("+p.server.quote(c.name)+" AS TEXT)")
		}
	}
	query := "SELECT " + strings.Join(list, ", ") + " FROM " + p.server.qualified(p.table.schema, p.table.name) + " WHERE " + p.server.quote(p.id.name) + " = " + strconv.FormatUint(uint64(id), 10)
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
// names, addresses and secrets of their own. No value of a customer's is in them that others do not have, too.
func (p *Plot) Statements(ctx context.Context, ids []uint64, s Seeds) ([]string, error) {
	var seed [32]byte
	if _, err := io.ReadFull(s.Random, seed[:]); err != nil {
		return nil, err
	}
	draw := rand.New(rand.NewChaCha8(seed))
	columns := p.copied()
	var names []string
	for _, c := range columns {
		names = append(names, p.server.quote(c.name))
	}
	head := "INSERT INTO " + p.server.qualified(p.table.schema, p.table.name) + " (" + strings.Join(names, ", ") + ") VALUES ("
	var out []string
	for _, id := range ids {
		neighbour, err := p.alive.Select(uint32(min(p.Members-1, max(1, p.alive.Rank(uint32(id)))-1)))
		if err != nil {
			return nil, err
		}
		row, err := p.row(ctx, neighbour)
		if err != nil {
			return nil, err
		}
		set, err := canary.Mould{Domain: s.Domains[draw.IntN(len(s.Domains))]}.Mint(s.Random, s.Locale, s.Now)
		if err != nil {
			return nil, err
		}
		var values []string
		for i, c := range columns {
			values = append(values, p.literal(p.value(c, row[i], id, set.Person, draw)))
		}
		out = append(out, head+strings.Join(values, ", ")+")")
	}
	return out, nil
}

// value is what a column of a canary's row holds, where its neighbour's holds was.
func (p *Plot) value(c column, was sql.NullString, id uint64, who canary.Person, draw *rand.Rand) sql.NullString {
	text := func(s string) sql.NullString {
		if runes := []rune(s); c.length > 0 && int64(len(runes)) > c.length {
			s = string(runes[:c.length])
		}
		return sql.NullString{String: s, Valid: true}
	}
	role := p.roles[c.name]
	switch {
	case c.name == p.id.name:
		return text(strconv.FormatUint(id, 10))
	case role == "email":
		return text(who.Email)
	case !was.Valid, was.String == "":
		return was
	case role == "secret":
		return text(shaped(was.String, draw))
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

// shaped draws a text with letters where another has letters and digits where it has digits; what stands before the last $ of
// a password's hash says how it was made, and stays.
func shaped(like string, draw *rand.Rand) string {
	keep := 0
	if strings.HasPrefix(like, "$") {
		keep = strings.LastIndexByte(like, '$') + 1
	}
	hexadecimal := strings.Trim(like, "0123456789abcdef") == ""
	b := []byte(like)
	for i := keep; i < len(b); i++ {
		switch c := b[i]; {
		case hexadecimal:
			b[i] = "0123456789abcdef"[draw.IntN(16)]
		case c >= '0' && c <= '9':
			b[i] = byte('0' + draw.IntN(10))
		case c >= 'a' && c <= 'z':
			b[i] = byte('a' + draw.IntN(26))
		case c >= 'A' && c <= 'Z':
			b[i] = byte('A' + draw.IntN(26))
		case c >= 0x80:
			b[i] = byte('a' + draw.IntN(26))
		}
	}
	return string(b)
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
func (p *Plot) literal(v sql.NullString) string {
	if !v.Valid {
		return "NULL"
	}
	s := strings.ReplaceAll(v.String, "\x00", "")
	if p.server.dialect == mysqlDialect && strings.ContainsFunc(s, func(r rune) bool { return r == '\'' || r == '\\' || r < ' ' }) {
		return fmt.Sprintf("CONVERT(0x%x USING utf8mb4)", s)
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}
