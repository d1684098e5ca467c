package database

import (
	"context"

	"github.com/tillwatch/tillwatch"
)

// Try logs in to a database and asks what there is, and gives what of it could not be looked at now and what to do; nothing
// where everything can be. No row is read.
func (s *Sensor) Try(ctx context.Context, place string) (not []string, err error) {
	l := s.look(tillwatch.Target{Kind: tillwatch.KindDatabase, Place: place}, func(o tillwatch.Observation) error {
		if gap, is := o.(tillwatch.Gap); is {
			why := gap.Why
			if table, more := cutPlace(gap.Place, place); more {
				why = table + ": " + why
			}
			not = append(not, why)
		}
		return nil
	})
	server, why := l.connect(ctx)
	if server == nil {
		return []string{why}, nil
	}
	defer server.Close()
	err = l.plan(ctx)
	return not, err
}

// cutPlace is what a place says beyond that of the database.
func cutPlace(place, database string) (rest string, more bool) {
	if len(place) > len(database)+1 && place[:len(database)] == database {
		return place[len(database)+1:], true
	}
	return "", false
}
