package database

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// rights are what an account of MySQL may see, as SHOW GRANTS has it.
type rights struct {
	tables   bool // all tables of the database
	triggers bool
	events   bool
	routines bool
	roles    bool // some are granted: what they bring is not known
}

var grantLine = lazily("(?i)^GRANT (.+?) ON (?:TABLE |PROCEDURE |FUNCTION )?(.+?) TO ")

func (s *server) mysqlRights(ctx context.Context) (rights, error) {
	var r rights
	err := s.each(ctx, "SHOW GRANTS", nil, func(row []string) error {
		if len(row) > 0 {
			r.read(row[0], s.named, s.mariadb)
		}
		return nil
	})
	return r, err
}

// read takes one line of SHOW GRANTS.
func (r *rights) read(line, database string, mariadb bool) {
	m := grantLine().FindStringSubmatch(line)
	if m == nil {
		r.roles = r.roles || strings.HasPrefix(line, "GRANT `") || strings.HasPrefix(line, "GRANT '")
		return
	}
	object := strings.ReplaceAll(m[2], "`", "")
	privileges := strings.Split(strings.ToUpper(m[1]), ",")
	for i := range privileges {
		privileges[i] = strings.TrimSpace(privileges[i])
	}
	has := func(p string) bool {
		return slices.Contains(privileges, p) || slices.Contains(privileges, "ALL PRIVILEGES")
	}
	global := object == "*.*"
	whole := global || database != "" && strings.HasSuffix(object, ".*") && fitsPattern(strings.TrimSuffix(object, ".*"), database)
	r.tables = r.tables || whole && has("SELECT")
	r.triggers = r.triggers || whole && has("TRIGGER")
	r.events = r.events || whole && has("EVENT")
	r.routines = r.routines || whole && (has("SHOW CREATE ROUTINE") || has("ALTER ROUTINE")) || global && (has("SHOW_ROUTINE") || has("SELECT")) ||
		mariadb && has("SELECT") && (object == "mysql.proc" || object == "mysql.*")
}

// fitsPattern compares a database's name with one in a grant, where % stands for any text, _ for any letter, and a
// backslash takes that from them.
func fitsPattern(pattern, name string) bool {
	var b strings.Builder
	b.WriteString("(?i)^")
	escaped := false
	for _, c := range pattern {
		switch {
		case c == '\\' && !escaped:
			escaped = true
			continue
		case c == '%' && !escaped:
			b.WriteString(".*")
		case c == '_' && !escaped:
			b.WriteString(".")
		default:
			b.WriteString(regexp.QuoteMeta(string(c)))
		}
		escaped = false
	}
	re, err := regexp.Compile(b.String() + "$")
	return err == nil && re.MatchString(name)
}

// missing says what cannot be seen, with the statement that would show it.
func (r rights) missing(s *server) []string {
	if r.roles {
		return nil
	}
	on := "*.*"
	if s.named != "" {
		on = quoteWith(s.named, '`') + ".*"
	}
	to := " TO " + accountName(s.user)
	var gaps []string
	if !r.tables {
		gaps = append(gaps, "the account sees only some tables, and whether there are others is not known: GRANT SELECT ON "+on+to)
	}
	var privileges []string
	if !r.triggers {
		privileges = append(privileges, "TRIGGER")
	}
	if !r.events {
		privileges = append(privileges, "EVENT")
	}
	if len(privileges) > 0 {
		gaps = append(gaps, fmt.Sprintf("triggers or events cannot be seen by this account: GRANT %s ON %s%s", strings.Join(privileges, ", "), on, to))
	}
	if !r.routines {
		statement := "GRANT SHOW_ROUTINE ON *.*" + to
		if s.mariadb {
			statement = "GRANT SELECT ON mysql.proc" + to
		}
		gaps = append(gaps, "procedures and functions cannot be seen by this account: "+statement)
	}
	return gaps
}
