package database

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Members hands the id of every member of a shop to each, as texts, while they are read: nothing is kept. address is that
// of a database with what is needed to log in. query gives the ids in its first column; an empty one means the members of
// the shop that is recognised in the database. The connection is read-only, whatever the query says. The order is the
// database's. An error of each ends it and is returned as it is.
func Members(ctx context.Context, c Config, address, query string, each func(id string) error) error {
	if c.StatementTimeout <= 0 {
		c.StatementTimeout = 10 * time.Minute // it is one statement over all members
	}
	s := New(c)
	db, why := s.open(ctx, address)
	if db == nil {
		return errors.New(why)
	}
	defer db.Close()
	if query == "" {
		catalogue, err := db.readCatalogue(ctx)
		if err != nil {
			return fmt.Errorf("what is in the database could not be asked: %s", db.reason(err))
		}
		for _, shop := range recognise(catalogue) {
			if shop.members != "" {
				query = shop.fill(shop.members, db.qualified)
				break
			}
		}
		if query == "" {
			return errors.New("the shop in this database is not one that is known: say which query gives the ids of its members, as in SELECT id FROM customer")
		}
	}
	if word, _, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(query)), " "); word != "SELECT" && word != "WITH" && word != "TABLE" {
		return errors.New("the query of members must begin with SELECT or WITH")
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var stop error
	err := db.each(ctx, query, nil, func(row []string) error {
		stop = each(row[0])
		return stop
	})
	switch {
	case stop != nil:
		return stop
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return fmt.Errorf("the members could not be read: %s", db.reason(err))
	}
	return nil
}
