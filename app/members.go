package app

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch/sensor/access"
)

// MembersQuery says where in a database the members are. All of it may be left out where the shop's software is known.
type MembersQuery struct {
	Table, Column string
	Query         string // gives the ids in its first column; instead of table and column
	Every         time.Duration
	env           func(string) string // of the target, with the password that is its own
}

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$`)

// query is what is asked. Errors are a *[UsageError].
func (q MembersQuery) query() (string, error) {
	switch {
	case q.Query != "" && q.Table+q.Column != "":
		return "", usagef("leave one of them out", "members are named by a query and by a table")
	case q.Query != "" || q.Table == "" && q.Column == "":
		return q.Query, nil
	case !identifier.MatchString(q.Table) || !identifier.MatchString(q.Column):
		return "", usagef("name both, as in table: customer and column: id; anything else goes into query: SELECT ...",
			"the table or the column of members is no name")
	}
	return "SELECT " + q.Column + " FROM " + q.Table, nil
}

func isDatabase(place string) bool {
	return strings.Contains(place, "://") || hasAnyPrefix(strings.ToLower(place), "sqlite:", "sqlite3:")
}

// members says who is a member: a list, a range, or what a database says, which is asked again and again where logs are
// followed. Errors are a *[UsageError].
func members(c CheckConfig, places []string, config *access.Config) error {
	if len(places) != 1 || !isDatabase(places[0]) {
		var err error
		config.Members, err = readMembers(places)
		return err
	}
	address := places[0]
	for _, word := range c.Targets { // with what is needed to log in
		if rest, is := strings.CutPrefix(word, "members:"); is && withoutCredentials(rest) == address {
			address = rest
		}
	}
	if _, err := databaseTarget(address); err != nil {
		return err
	}
	query, err := c.Logs.Members.query()
	if err != nil {
		return err
	}
	env := c.Logs.Members.env
	if env == nil {
		env = c.Shopper.Env
	}
	if env == nil {
		env = func(string) string { return "" }
	}
	ask := func(ctx context.Context) (*access.Members, error) {
		m := &access.Members{AsOf: time.Now()}
		err := Members(ctx, address, query, env, func(id string) error {
			m.Add([]byte(id))
			return nil
		})
		if err == nil && m.Count() == 0 {
			err = access.ErrNoMembers
		}
		return m, err
	}
	if c.follow {
		config.Refresh, config.RefreshEvery = ask, c.Logs.Members.Every
		return nil
	}
	if config.Members, err = ask(context.Background()); err != nil {
		return usagef("name another with members:, or leave it out", "who is a member cannot be asked: %v", err)
	}
	return nil
}

// readMembers reads the lists of members; a place such as 1-33673817 is a range.
func readMembers(places []string) (*access.Members, error) {
	if len(places) == 0 {
		return nil, nil
	}
	if len(places) > 1 {
		return nil, usagef("put them into one file", "more than one list of members is named")
	}
	place := places[0]
	const hint = "name a file with one member a line, a range as in members:1-20000, or a database"
	f, err := os.Open(place)
	if errors.Is(err, fs.ErrNotExist) {
		m, err := access.ReadMembers(strings.NewReader(place))
		if err != nil || strings.Trim(place, "0123456789- ") != "" {
			return nil, usagef(hint, "members:%s: there is no such file", place)
		}
		return m, nil
	}
	if err != nil {
		return nil, usagef(hint, "members: %v", err)
	}
	defer f.Close()
	m, err := access.ReadMembers(f)
	if err != nil {
		return nil, usagef(hint, "members:%s: %v", place, err)
	}
	if info, err := f.Stat(); err == nil {
		m.AsOf = info.ModTime()
	}
	return m, nil
}
