package demoshop

import (
	"context"
	"database/sql"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

//go:embed schema.sql
var schema string

//go:embed catalogue.json
var catalogue []byte

// openFile opens a database of SQLite and fills an empty one.
func openFile(ctx context.Context, file string, config Config) (*database, error) {
	file, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	options := url.Values{
		"_pragma": {"busy_timeout(15000)", "journal_mode(WAL)", "synchronous(NORMAL)", "foreign_keys(1)"},
		"_txlock": {"immediate"},
	}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: file, RawQuery: options.Encode()}).String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(8)
	if err := fill(ctx, db, config); err != nil {
		return nil, errors.Join(fmt.Errorf("database %s: %w", file, err), db.Close())
	}
	return &database{db, sqliteSQL}, nil
}

func fill(ctx context.Context, db *sql.DB, config Config) error {
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return err
	}
	var products, customers, orders int
	err := db.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM product), (SELECT count(*) FROM (SELECT 1 FROM customer LIMIT 1)),
		(SELECT count(*) FROM (SELECT 1 FROM orders LIMIT 1))`).Scan(&products, &customers, &orders)
	if err != nil {
		return err
	}
	if products == 0 {
		if err := fillCatalogue(ctx, db); err != nil {
			return err
		}
	}
	if _, err := db.ExecContext(ctx, forgetSessions, time.Now().Unix()); err != nil {
		return err
	}
	if customers > 0 || orders > 0 {
		return nil
	}
	return fillCustomers(ctx, db, config)
}

const forgetSessions = `DELETE FROM session WHERE seen_at < ? - 30 * 86400`

// fillCatalogue stores the goods of catalogue.json.
func fillCatalogue(ctx context.Context, db *sql.DB) error {
	var c struct {
		Categories []struct{ Slug, Ja, En string }
		Products   []struct {
			Slug, Category, Shape string
			Ja, En                string
			AboutJa, AboutEn      string
			FreeArea              string
			Price, Stock          int
			Sizes                 []struct {
				Ja, En string
				Add    int
			}
			Colours []struct{ Hex, Ja, En string }
		}
		Coupons map[string]int
		Blocks  map[string]string
	}
	if err := json.Unmarshal(catalogue, &c); err != nil {
		return fmt.Errorf("catalogue.json: %w", err)
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	insert := func(query string, args ...any) int64 {
		if err != nil {
			return 0
		}
		var result sql.Result
		if result, err = tx.ExecContext(ctx, query, args...); err != nil {
			return 0
		}
		id, _ := result.LastInsertId()
		return id
	}
	categories := map[string]int64{}
	for i, k := range c.Categories {
		categories[k.Slug] = insert(`INSERT INTO category (slug, name_ja, name_en, position) VALUES (?, ?, ?, ?)`, k.Slug, k.Ja, k.En, i)
	}
	for _, p := range c.Products {
		id := insert(`INSERT INTO product (slug, category_id, shape, name_ja, name_en, about_ja, about_en, free_area, price)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			p.Slug, categories[p.Category], p.Shape, p.Ja, p.En, p.AboutJa, p.AboutEn, p.FreeArea, p.Price)
		if len(p.Sizes) == 0 {
			p.Sizes = append(p.Sizes, struct {
				Ja, En string
				Add    int
			}{})
		}
		for i, size := range p.Sizes {
			for j, colour := range p.Colours {
				insert(`INSERT INTO variant (product_id, sku, size_ja, size_en, colour, colour_ja, colour_en, price, stock)
					VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
					id, fmt.Sprintf("%s-%d%d", p.Slug, i+1, j+1), size.Ja, size.En, colour.Hex, colour.Ja, colour.En,
					p.Price+size.Add, p.Stock)
			}
		}
	}
	for code, percent := range c.Coupons {
		insert(`INSERT INTO coupon (code, percent) VALUES (?, ?)`, code, percent)
	}
	for place, html := range c.Blocks {
		insert(`INSERT INTO block (place, html) VALUES (?, ?)`, place, html)
	}
	if err != nil {
		return err
	}
	return tx.Commit()
}
