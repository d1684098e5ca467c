package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"time"
)

// Sow runs statements in one transaction, all or none, through an account of its own. It is the only thing of this package that
// writes, and only [Plot.Statements] are meant for it.
func Sow(ctx context.Context, c Config, place string, statements []string) (err error) {
	a, err := parseAddress(place)
	if err != nil {
		return err
	}
	if c.Env == nil {
		c.Env = func(string) string { return "" }
	}
	if err := a.complete(c.Env); err != nil {
		return err
	}
	if c.StatementTimeout <= 0 {
		c.StatementTimeout = statementTimeout
	}
	db, err := openForWriting(a, c)
	if err != nil {
		return err
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	told := func(doing string, err error) error {
		why := reasonOf(err, a.user, a.dialect)
		switch {
		case denied(err) && a.dialect == postgresDialect:
			why = "the account may not write it: GRANT INSERT ON the tables of customers and orders, and GRANT USAGE ON ALL SEQUENCES IN SCHEMA public, TO " + quoteWith(a.user, '"')
		case denied(err):
			why = "the account may not write it: GRANT INSERT ON the tables of customers and orders TO " + accountName(a.user)
		}
		return fmt.Errorf("%s: %s; nothing was planted", doing, why)
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return told("the database cannot be opened", err)
	}
	for i, statement := range statements {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return errors.Join(told(fmt.Sprintf("row %d of %d was refused", i+1, len(statements)), err), undo(tx))
		}
	}
	if err := tx.Commit(); err != nil {
		return told("the transaction was refused", err)
	}
	return nil
}

func undo(tx *sql.Tx) error {
	if err := tx.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) {
		return errors.New("the transaction could not be taken back either; the server does so when the connection ends")
	}
	return nil
}

func openForWriting(a address, c Config) (*sql.DB, error) {
	switch a.dialect {
	case mysqlDialect:
		connector, err := mysqlConnector(a, c)
		if err != nil {
			return nil, err
		}
		s, _ := connector.(settled)
		return sql.OpenDB(settled{s.Connector, []string{"SET SESSION sql_mode = 'STRICT_TRANS_TABLES'", "SET NAMES utf8mb4"}}), nil
	case postgresDialect:
		connector, err := postgresConnector(a, c)
		if err != nil {
			return nil, err
		}
		s, _ := connector.(settled)
		return sql.OpenDB(settled{s.Connector, []string{"SET client_encoding = 'UTF8'", "SET standard_conforming_strings = on"}}), nil
	case sqliteDialect:
	}
	file, err := filepath.Abs(a.file)
	if err != nil {
		return nil, err
	}
	options := url.Values{"mode": {"rw"}, "_pragma": {"busy_timeout(5000)", "foreign_keys(1)"}}
	return sql.Open("sqlite", (&url.URL{Scheme: "file", Path: file, RawQuery: options.Encode()}).String())
}
