package store

import (
	"context"
	"database/sql"
	"errors"
)

// Document is what is kept under a name, nil where there is nothing.
func (s *Store) Document(ctx context.Context, name string) ([]byte, error) {
	body, err := document(ctx, s.db, name)
	return body, s.explain(err)
}

// ChangeDocument lets change make of what is kept under a name what shall be kept from now on, in one transaction: nobody
// else writes in between. An error of change changes nothing.
func (s *Store) ChangeDocument(ctx context.Context, name string, change func(old []byte) ([]byte, error)) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		old, err := document(ctx, tx, name)
		if err != nil {
			return err
		}
		body, err := change(old)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT OR REPLACE INTO document (name, body) VALUES (?, ?)", name, body)
		return err
	})
}

func document(ctx context.Context, q interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}, name string,
) ([]byte, error) {
	var body []byte
	err := q.QueryRowContext(ctx, "SELECT body FROM document WHERE name = ?", name).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return body, err
}
