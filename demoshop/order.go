package demoshop

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

var errSoldOut = errors.New("sold out")

// order is a row of orders with its lines.
type order struct {
	ID       int64
	Number   string
	Status   string
	Customer int64 // member, 0 for a guest
	At       time.Time
	Person   person
	ShipTo   person // its Street holds the whole address
	Draft    draft
	Lines    []cartLine
	Cart     cart
}

// place writes the order. With a provider's page in between it is pending, and the location is that page.
func (s *Shop) place(v *visit) (location string, err error) {
	c, err := v.cart()
	if err != nil {
		return "", err
	}
	d := v.session.Draft
	elsewhere := d.Payment == "card" && s.config.Checkout.cardLater()
	status := "placed"
	if elsewhere {
		status = "pending"
	}
	number, err := s.write(v.r.Context(), c, d, v.member, status)
	if err != nil {
		return "", err
	}
	v.session.LastOrder = number
	if elsewhere {
		session := s.provider.open(number, c.Total, v.origin(hostname(v.r))+"/checkout/return")
		location = v.origin(payHost) + "/pay/" + session
		if s.config.Checkout.Payment == ModulePage {
			location = modulePath + "?session=" + session
		}
	} else {
		location = "/checkout/complete"
		v.session.Cart, v.session.Coupon = nil, ""
		v.session.Draft.Reference, v.session.Draft.CardTail, v.session.Draft.Terms = "", "", false
	}
	v.session.Next = location
	return location, v.save()
}

func (s *Shop) write(ctx context.Context, c cart, d draft, member int64, status string) (number string, err error) {
	s.numbering.Lock() // the numbers of orders have no gaps
	defer s.numbering.Unlock()
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return "", err
	}
	defer tx.Rollback()
	for _, l := range c.Lines {
		result, err := tx.ExecContext(ctx, `UPDATE variant SET stock = stock - ? WHERE id = ? AND stock >= ?`, l.Quantity, l.Variant, l.Quantity)
		if err != nil {
			return "", err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return "", errors.Join(errSoldOut, err)
		}
	}
	p, to := d.Customer, d.Customer
	if d.Elsewhere {
		to = d.Ship
	}
	var id int64
	if err := tx.QueryRowContext(ctx, `SELECT coalesce(max(id), 0) + 1 FROM orders`).Scan(&id); err != nil {
		return "", err
	}
	number = fmt.Sprintf("K%07d", id)
	_, err = tx.ExecContext(ctx, `INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		id, number, status, sql.NullInt64{Int64: member, Valid: member != 0}, time.Now().Unix(), p.Email,
		p.Family, p.Given, p.FamilyKana, p.GivenKana, p.Company, p.Postcode, p.Region, p.City, p.Street, p.Building, p.Phone,
		to.FullName(), to.Postcode, to.Address(), to.Phone, d.Delivery, d.Day, d.Time, d.Note,
		d.Payment, d.Reference, d.CardTail, c.Coupon, c.Goods, c.Discount, c.Carriage, c.Fee, c.Total)
	if err != nil {
		return "", err
	}
	for _, l := range c.Lines {
		if _, err := tx.ExecContext(ctx, `INSERT INTO order_line (order_id, variant_id, name, quantity, price) VALUES (?, ?, ?, ?, ?)`,
			id, l.Variant, l.Name+" "+l.Option, l.Quantity, l.Price); err != nil {
			return "", err
		}
	}
	return number, tx.Commit()
}

const orderColumns = `id, number, status, coalesce(customer_id, 0), created_at, email, family_name, given_name, family_kana, given_kana,
	company, postcode, region, city, street, building, phone, ship_name, ship_postcode, ship_address, ship_phone,
	delivery, delivery_day, delivery_time, note, payment, payment_reference, card_tail, coupon, goods, discount, carriage, fee, total`

func scanOrder(row interface{ Scan(...any) error }) (order, error) {
	var o order
	var at int64
	p, to, d, c := &o.Person, &o.ShipTo, &o.Draft, &o.Cart
	err := row.Scan(&o.ID, &o.Number, &o.Status, &o.Customer, &at, &p.Email, &p.Family, &p.Given, &p.FamilyKana, &p.GivenKana,
		&p.Company, &p.Postcode, &p.Region, &p.City, &p.Street, &p.Building, &p.Phone, &to.Family, &to.Postcode, &to.Street, &to.Phone,
		&d.Delivery, &d.Day, &d.Time, &d.Note, &d.Payment, &d.Reference, &d.CardTail, &c.Coupon, &c.Goods, &c.Discount, &c.Carriage, &c.Fee, &c.Total)
	o.At = time.Unix(at, 0)
	return o, err
}

// order finds an order with its lines by its number.
func (s *Shop) order(ctx context.Context, number string) (order, error) {
	o, err := scanOrder(s.db.QueryRowContext(ctx, `SELECT `+orderColumns+` FROM orders WHERE number = ?`, number))
	if errors.Is(err, sql.ErrNoRows) {
		return o, errNotFound
	}
	if err != nil {
		return o, err
	}
	rows, err := s.db.QueryContext(ctx, `SELECT variant_id, name, quantity, price FROM order_line WHERE order_id = ? ORDER BY id`, o.ID)
	if err != nil {
		return o, err
	}
	defer rows.Close()
	for rows.Next() {
		var l cartLine
		if err := rows.Scan(&l.Variant, &l.Name, &l.Quantity, &l.Price); err != nil {
			return o, err
		}
		o.Lines = append(o.Lines, l)
	}
	return o, rows.Err()
}

// orders lists orders, newest first, without their lines.
func (s *Shop) orders(ctx context.Context, where string, args ...any) ([]order, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT `+orderColumns+` FROM orders `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []order
	for rows.Next() {
		o, err := scanOrder(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, o)
	}
	return list, rows.Err()
}
