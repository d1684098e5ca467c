package demoshop

import (
	"database/sql"
	"errors"
	"html/template"
	"net/http"
	"strings"
)

// storefront is the shop itself.
func (s *Shop) storefront() http.Handler {
	mux := http.NewServeMux()
	page := func(pattern string, handle visitHandler) { mux.Handle(pattern, s.page(handle)) }

	page("GET /{$}", s.showHome)
	page("GET /products", s.showProducts)
	page("GET /products/{slug}", s.showProduct)
	page("GET /guide", func(v *visit) error { return v.show("guide.html", v.T("guide.title"), nil) })
	page("GET /legal", func(v *visit) error { return v.show("legal.html", v.T("legal.title"), nil) })
	mux.Handle("GET /assets/", s.file(func(w http.ResponseWriter, r *http.Request) error {
		return s.files.asset(w, r, strings.TrimPrefix(r.URL.Path, "/"))
	}))
	mux.Handle("GET /media/{picture}", s.file(func(w http.ResponseWriter, r *http.Request) error {
		shape, colour, _ := strings.Cut(strings.TrimSuffix(r.PathValue("picture"), ".svg"), "-")
		return s.files.picture(w, r, shape, colour)
	}))
	mux.Handle("GET /favicon.ico", s.file(func(w http.ResponseWriter, r *http.Request) error {
		return s.files.picture(w, r, "cup", "6f8f7a")
	}))

	page("GET /cart", s.showCart)
	page("POST /cart/add", s.addToCart)
	page("POST /cart/update", s.changeCart)

	s.routeCheckout(page)
	s.routeMember(page)
	s.routeAdmin(page)
	s.routeAPI(page)
	s.routeFace(mux)
	s.routeModule(mux)

	page("/", func(*visit) error { return errNotFound })
	return s.staged(s.troubled(s.aliased(mux)))
}

// staged keeps strangers out of a shop that has not opened yet.
func (s *Shop) staged(next http.Handler) http.Handler {
	door := s.config.Staging
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		switch {
		case door.Header != "" && r.Header.Get(door.Header) != door.Value:
			http.Error(w, "403 Forbidden", http.StatusForbidden)
		case door.User != "" && (user != door.User || password != door.Password):
			w.Header().Set("WWW-Authenticate", `Basic realm="staging"`)
			http.Error(w, "401 Authorization Required", http.StatusUnauthorized)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// file wraps a handler that needs to know nothing of the visitor.
func (s *Shop) file(handle func(http.ResponseWriter, *http.Request) error) http.Handler {
	notFound := s.page(func(*visit) error { return errNotFound })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if handle(w, r) != nil {
			notFound.ServeHTTP(w, r)
		}
	})
}

// product is one entry of the catalogue.
type product struct {
	ID               int64
	Slug, Shape      string
	Category         string
	NameJa, NameEn   string
	AboutJa, AboutEn string
	FreeArea         template.HTML
	Price, Stock     int
	Colour           string // of the first variant
	Variants         []variant
}

type variant struct {
	ID             int64
	SizeJa, SizeEn string
	Colour         string
	ColourJa       string
	ColourEn       string
	Price, Stock   int
}

type category struct{ Slug, NameJa, NameEn string }

// catalogueView is what the list pages are about.
type catalogueView struct {
	Categories []category
	Products   []product
	Category   string
	Query      string
}

func (s *Shop) showHome(v *visit) error {
	view, err := v.catalogue("", "")
	if err != nil {
		return err
	}
	return v.show("home.html", v.T("shop.tagline"), view)
}

func (s *Shop) showProducts(v *visit) error {
	view, err := v.catalogue(v.r.URL.Query().Get("category"), strings.TrimSpace(v.r.URL.Query().Get("q")))
	if err != nil {
		return err
	}
	return v.show("products.html", v.T("products.title"), view)
}

func (v *visit) catalogue(of, query string) (catalogueView, error) {
	view := catalogueView{Category: of, Query: query}
	rows, err := v.db.QueryContext(v.r.Context(), `SELECT slug, name_ja, name_en FROM category ORDER BY position`)
	if err != nil {
		return view, err
	}
	for rows.Next() {
		var c category
		if err := rows.Scan(&c.Slug, &c.NameJa, &c.NameEn); err != nil {
			return view, errors.Join(err, rows.Close())
		}
		view.Categories = append(view.Categories, c)
	}
	if err := rows.Err(); err != nil {
		return view, err
	}
	like := "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(query) + "%"
	rows, err = v.db.QueryContext(v.r.Context(), `SELECT p.id, p.slug, p.shape, c.slug, p.name_ja, p.name_en, p.about_ja, p.about_en, p.free_area, p.price,
		(SELECT sum(stock) FROM variant WHERE product_id = p.id), (SELECT colour FROM variant WHERE product_id = p.id ORDER BY id LIMIT 1)
		FROM product p JOIN category c ON c.id = p.category_id
		WHERE (? = '' OR c.slug = ?) AND (p.name_ja LIKE ? ESCAPE '!' OR p.name_en LIKE ? ESCAPE '!') ORDER BY p.id`, of, of, like, like)
	if err != nil {
		return view, err
	}
	defer rows.Close()
	for rows.Next() {
		p, err := v.scanProduct(rows)
		if err != nil {
			return view, err
		}
		view.Products = append(view.Products, p)
	}
	return view, rows.Err()
}

func (v *visit) scanProduct(row interface{ Scan(...any) error }) (product, error) {
	var p product
	var free string
	err := row.Scan(&p.ID, &p.Slug, &p.Shape, &p.Category, &p.NameJa, &p.NameEn, &p.AboutJa, &p.AboutEn, &free, &p.Price, &p.Stock, &p.Colour)
	p.FreeArea = template.HTML(free)
	if v.config.Checkout.SoldOut {
		p.Stock = 0
	}
	return p, err
}

func (s *Shop) showProduct(v *visit) error {
	p, err := v.scanProduct(v.db.QueryRowContext(v.r.Context(), `SELECT p.id, p.slug, p.shape, c.slug, p.name_ja, p.name_en, p.about_ja, p.about_en,
		p.free_area, p.price, (SELECT sum(stock) FROM variant WHERE product_id = p.id),
		(SELECT colour FROM variant WHERE product_id = p.id ORDER BY id LIMIT 1)
		FROM product p JOIN category c ON c.id = p.category_id WHERE p.slug = ?`, v.r.PathValue("slug")))
	if errors.Is(err, sql.ErrNoRows) {
		return errNotFound
	}
	if err != nil {
		return err
	}
	rows, err := v.db.QueryContext(v.r.Context(), `SELECT id, size_ja, size_en, colour, colour_ja, colour_en, price, stock
		FROM variant WHERE product_id = ? ORDER BY id`, p.ID)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var o variant
		if err := rows.Scan(&o.ID, &o.SizeJa, &o.SizeEn, &o.Colour, &o.ColourJa, &o.ColourEn, &o.Price, &o.Stock); err != nil {
			return err
		}
		p.Variants = append(p.Variants, o)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return v.show("product.html", pick(v.lang, p.NameJa, p.NameEn), p)
}

// Sizes and Colours are the choices of a product, each once.

func (p product) Sizes() []variant {
	return once(p.Variants, func(o variant) string { return o.SizeEn })
}

func (p product) Colours() []variant {
	return once(p.Variants, func(o variant) string { return o.Colour })
}

func once(all []variant, key func(variant) string) []variant {
	seen := map[string]bool{}
	var list []variant
	for _, o := range all {
		if !seen[key(o)] {
			seen[key(o)] = true
			list = append(list, o)
		}
	}
	return list
}
