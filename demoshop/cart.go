package demoshop

import (
	"database/sql"
	"errors"
	"slices"
	"strconv"
	"strings"
)

const (
	carriage     = 550
	freeCarriage = 5000
	expressExtra = 330
	cashFee      = 330
	maxQuantity  = 20
)

// line is one kind of goods in a session's cart.
type line struct {
	Variant  int64 `json:"variant"`
	Quantity int   `json:"quantity"`
}

// cart is what a session's cart comes to.
type cart struct {
	Lines    []cartLine
	Goods    int
	Discount int
	Carriage int
	Fee      int
	Total    int
	Coupon   string
}

type cartLine struct {
	Variant                  int64
	Slug, Shape, Colour, SKU string
	Name, Option             string
	Price, Quantity, Stock   int
}

func (l cartLine) Sum() int { return l.Price * l.Quantity }

func (v *visit) cartCount() (n int) {
	for _, l := range v.session.Cart {
		n += l.Quantity
	}
	return n
}

// cart prices what the session holds, for the delivery and payment chosen so far.
func (v *visit) cart() (cart, error) {
	var c cart
	for _, l := range v.session.Cart {
		var p cartLine
		var nameJa, nameEn, sizeJa, sizeEn, colourJa, colourEn string
		err := v.db.QueryRowContext(v.r.Context(), `SELECT p.slug, p.shape, p.name_ja, p.name_en, v.sku, v.size_ja, v.size_en, v.colour,
			v.colour_ja, v.colour_en, v.price, v.stock FROM variant v JOIN product p ON p.id = v.product_id WHERE v.id = ?`, l.Variant).
			Scan(&p.Slug, &p.Shape, &nameJa, &nameEn, &p.SKU, &sizeJa, &sizeEn, &p.Colour, &colourJa, &colourEn, &p.Price, &p.Stock)
		if errors.Is(err, sql.ErrNoRows) {
			continue // the variant has left the catalogue
		}
		if err != nil {
			return c, err
		}
		p.Variant, p.Quantity = l.Variant, l.Quantity
		p.Name = pick(v.lang, nameJa, nameEn)
		p.Option = strings.Trim(pick(v.lang, sizeJa, sizeEn)+" / "+pick(v.lang, colourJa, colourEn), " /")
		c.Lines = append(c.Lines, p)
		c.Goods += p.Sum()
	}
	if len(c.Lines) == 0 {
		return c, nil
	}
	if percent, err := v.couponPercent(v.session.Coupon); err != nil {
		return c, err
	} else if percent > 0 {
		c.Coupon, c.Discount = v.session.Coupon, c.Goods*percent/100
	}
	if c.Goods-c.Discount < freeCarriage {
		c.Carriage = carriage
	}
	if v.session.Draft.Delivery == "express" {
		c.Carriage += expressExtra
	}
	if v.session.Draft.Payment == "cod" {
		c.Fee = cashFee
	}
	c.Total = c.Goods - c.Discount + c.Carriage + c.Fee
	return c, nil
}

func (v *visit) couponPercent(code string) (percent int, err error) {
	err = v.db.QueryRowContext(v.r.Context(), `SELECT percent FROM coupon WHERE code = ?`, code).Scan(&percent)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return percent, err
}

func (s *Shop) showCart(v *visit) error {
	c, err := v.cart()
	if err != nil {
		return err
	}
	return v.show("cart.html", v.T("cart.title"), c)
}

// addToCart takes the product and the choice of size and colour.
func (s *Shop) addToCart(v *visit) error {
	var l line
	var stock int
	err := v.db.QueryRowContext(v.r.Context(), `SELECT v.id, v.stock FROM variant v JOIN product p ON p.id = v.product_id
		WHERE p.slug = ? AND v.size_en = ? AND v.colour = ?`,
		v.r.PostForm.Get("product"), v.r.PostForm.Get("size"), v.r.PostForm.Get("colour")).Scan(&l.Variant, &stock)
	if errors.Is(err, sql.ErrNoRows) {
		v.session.Notice = "product.choose"
		return errors.Join(v.save(), v.redirect("/products/"+v.r.PostForm.Get("product")))
	}
	if err != nil {
		return err
	}
	l.Quantity, _ = strconv.Atoi(v.r.PostForm.Get("quantity"))
	l.Quantity = min(max(l.Quantity, 1), maxQuantity)
	if stock == 0 || s.config.Checkout.SoldOut {
		v.session.Notice = "product.sold_out"
		return errors.Join(v.save(), v.redirect("/products/"+v.r.PostForm.Get("product")))
	}
	i := slices.IndexFunc(v.session.Cart, func(have line) bool { return have.Variant == l.Variant })
	if i < 0 {
		v.session.Cart = append(v.session.Cart, line{Variant: l.Variant})
		i = len(v.session.Cart) - 1
	}
	v.session.Cart[i].Quantity = min(v.session.Cart[i].Quantity+l.Quantity, maxQuantity, stock)
	if err := v.save(); err != nil {
		return err
	}
	return v.redirect("/cart")
}

// changeCart sets quantities and the coupon; a quantity of 0 removes the line.
func (s *Shop) changeCart(v *visit) error {
	for i := range v.session.Cart {
		l := &v.session.Cart[i]
		if n, err := strconv.Atoi(v.r.PostForm.Get("quantity_" + strconv.FormatInt(l.Variant, 10))); err == nil {
			l.Quantity = min(max(n, 0), maxQuantity)
		}
	}
	v.session.Cart = slices.DeleteFunc(v.session.Cart, func(l line) bool { return l.Quantity == 0 })
	if code := strings.ToUpper(strings.TrimSpace(v.r.PostForm.Get("coupon"))); v.r.PostForm.Has("coupon") {
		percent, err := v.couponPercent(code)
		if err != nil {
			return err
		}
		v.session.Coupon, v.session.Notice = code, "cart.coupon_applied"
		if percent == 0 {
			v.session.Coupon = ""
			if code != "" {
				v.session.Notice = "cart.coupon_unknown"
			} else {
				v.session.Notice = ""
			}
		}
	}
	if err := v.save(); err != nil {
		return err
	}
	return v.redirect("/cart")
}
