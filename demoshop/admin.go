package demoshop

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

func (s *Shop) routeAdmin(page func(string, visitHandler)) {
	page("GET /admin/login", func(v *visit) error { return v.show("admin/login.html", v.T("admin.login"), nil) })
	page("POST /admin/login", s.logInOperator)
	page("POST /admin/logout", s.logOutOperator)
	page("GET /admin", s.operatorsOnly(s.showDashboard))
	page("GET /admin/orders", s.operatorsOnly(s.showOrders))
	page("GET /admin/orders/{number}", s.operatorsOnly(s.showOrder))
	page("POST /admin/orders/{number}", s.operatorsOnly(s.changeOrder))
	page("GET /admin/orders/{number}/mail", s.operatorsOnly(s.previewMail))
	page("GET /admin/customers", s.operatorsOnly(s.showCustomers))
	if s.config.Holes.TemplateEditor {
		page("GET /admin/files", s.operatorsOnly(s.showFiles))
		page("POST /admin/files", s.operatorsOnly(s.writeFile))
	}
}

func (s *Shop) operatorsOnly(handle visitHandler) visitHandler {
	return func(v *visit) error {
		if v.session.Operator == "" {
			return v.redirect("/admin/login")
		}
		entry(v.r.Context()).Operator = v.logs.name(v.session.Operator)
		return handle(v)
	}
}

func (s *Shop) logInOperator(v *visit) error {
	login, password := v.r.PostForm.Get("login_id"), v.r.PostForm.Get("password")
	right := subtle.ConstantTimeCompare([]byte(password), []byte(s.config.AdminPassword)) == 1
	if login != "admin" || !right {
		v.loggedIn("admin", login, "")
		return v.render(http.StatusUnauthorized, "admin/login.html", v.T("admin.login"), nil, map[string]string{"login": "login.wrong"})
	}
	v.loggedIn("admin", login, login)
	v.session.Operator = login
	if err := v.save(); err != nil {
		return err
	}
	return v.redirect("/admin")
}

func (s *Shop) logOutOperator(v *visit) error {
	v.session.Operator = ""
	if err := v.save(); err != nil {
		return err
	}
	return v.redirect("/admin/login")
}

// dashboard is what an operator sees first.
type dashboard struct {
	Orders, Customers, Pending, Turnover int
	Low                                  []lowStock
	Recent                               []order
}

type lowStock struct {
	SKU   string
	Stock int
}

func (s *Shop) showDashboard(v *visit) error {
	var d dashboard
	err := s.db.QueryRowContext(v.r.Context(), `SELECT (SELECT count(*) FROM orders WHERE status <> 'pending'), (SELECT coalesce(max(id), 0) FROM customer),
		(SELECT count(*) FROM orders WHERE status = 'placed'), (SELECT coalesce(sum(total), 0) FROM orders WHERE status <> 'pending')`).
		Scan(&d.Orders, &d.Customers, &d.Pending, &d.Turnover)
	if err != nil {
		return err
	}
	if d.Recent, err = s.orders(v.r.Context(), `ORDER BY id DESC LIMIT 8`); err != nil {
		return err
	}
	rows, err := s.db.QueryContext(v.r.Context(), `SELECT sku, stock FROM variant ORDER BY stock LIMIT 5`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var l lowStock
		if err := rows.Scan(&l.SKU, &l.Stock); err != nil {
			return err
		}
		d.Low = append(d.Low, l)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return v.show("admin/dashboard.html", v.T("admin.dashboard"), d)
}

const perPage = 50

// listing is one page of a long list.
type listing[T any] struct {
	Rows       []T
	Query      string
	Page       int
	Next, Prev int // 0 where there is none
}

func (v *visit) pageNumber() int {
	n, _ := strconv.Atoi(v.r.URL.Query().Get("page"))
	return max(n, 1)
}

func listed[T any](rows []T, query string, page int) listing[T] {
	l := listing[T]{Rows: rows, Query: query, Page: page, Prev: page - 1}
	if len(rows) > perPage {
		l.Rows, l.Next = rows[:perPage], page+1
	}
	return l
}

func (s *Shop) showOrders(v *visit) error {
	query, n := strings.TrimSpace(v.r.URL.Query().Get("q")), v.pageNumber()
	list, err := s.orders(v.r.Context(), `WHERE ? = '' OR number = ? OR email = ? OR family_name = ? ORDER BY id DESC LIMIT ? OFFSET ?`,
		query, query, query, query, perPage+1, (n-1)*perPage)
	if err != nil {
		return err
	}
	return v.show("admin/orders.html", v.T("admin.orders"), listed(list, query, n))
}

func (s *Shop) showOrder(v *visit) error {
	o, err := s.order(v.r.Context(), v.r.PathValue("number"))
	if err != nil {
		return err
	}
	return v.show("admin/order.html", o.Number, o)
}

func (s *Shop) changeOrder(v *visit) error {
	status := v.r.PostForm.Get("status")
	if err := oneOf("status", status, "placed", "shipped", "cancelled"); err != nil {
		return errors.Join(errForbidden, err)
	}
	if _, err := s.db.ExecContext(v.r.Context(), `UPDATE orders SET status = ? WHERE number = ?`, status, v.r.PathValue("number")); err != nil {
		return err
	}
	return v.redirect("/admin/orders/" + v.r.PathValue("number"))
}

// mailView is the order confirmation as the customer gets it.
type mailView struct {
	Order   order
	Subject string
	Body    template.HTML
}

// previewMail shows the confirmation mail of an order. Whoever wrote the page that the hole RawOrderMail opens took a
// mail for plain text and forgot that a browser shows it.
func (s *Shop) previewMail(v *visit) error {
	o, err := s.order(v.r.Context(), v.r.PathValue("number"))
	if err != nil {
		return err
	}
	text := v.mailText(o)
	if !s.config.Holes.RawOrderMail {
		text = template.HTMLEscapeString(text)
	}
	view := mailView{o, v.T("mail.subject", o.Number), template.HTML(strings.ReplaceAll(text, "\n", "<br>\n"))}
	return v.show("admin/mail.html", v.T("admin.mail"), view)
}

func (v *visit) mailText(o order) string {
	var b strings.Builder
	p := o.Person
	fmt.Fprintf(&b, "%s\n\n%s\n\n", v.T("mail.dear", p.FullName()), v.T("mail.thanks"))
	fmt.Fprintf(&b, "%s: %s\n", v.T("order.number"), o.Number)
	for _, l := range o.Lines {
		fmt.Fprintf(&b, "  %s × %d  %s\n", l.Name, l.Quantity, yen(l.Sum()))
	}
	fmt.Fprintf(&b, "%s: %s\n\n", v.T("cart.total"), yen(o.Cart.Total))
	fmt.Fprintf(&b, "%s: %s\n〒%s %s\n%s %s\n%s\n\n", v.T("checkout.customer"), p.FullName(), p.Postcode, p.Address(), p.Company, p.Phone, p.Email)
	fmt.Fprintf(&b, "%s: %s\n〒%s %s\n\n", v.T("checkout.ship_to"), o.ShipTo.FullName(), o.ShipTo.Postcode, o.ShipTo.Street)
	if o.Draft.Note != "" {
		fmt.Fprintf(&b, "%s:\n%s\n", v.T("checkout.note"), o.Draft.Note)
	}
	return b.String()
}

func (s *Shop) showCustomers(v *visit) error {
	n := v.pageNumber()
	rows, err := s.db.QueryContext(v.r.Context(), `SELECT id FROM customer ORDER BY id DESC LIMIT ? OFFSET ?`, perPage+1, (n-1)*perPage)
	if err != nil {
		return err
	}
	defer rows.Close()
	var list []member
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return err
		}
		m, err := v.findMember(id)
		if err != nil {
			return err
		}
		list = append(list, m)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return v.show("admin/customers.html", v.T("admin.customers"), listed(list, "", n))
}

// fileView is the editor of the document root.
type fileView struct {
	Files []string
	Name  string
	Text  string
}

// showFiles is the hole TemplateEditor: templates and assets at the operator's fingertips, and so at those of any
// script that runs in the operator's browser.
func (s *Shop) showFiles(v *visit) error {
	view := fileView{Name: v.r.URL.Query().Get("file")}
	err := fs.WalkDir(s.files.root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			view.Files = append(view.Files, name)
		}
		return err
	})
	if err != nil {
		return err
	}
	if view.Name != "" {
		b, err := s.files.root.ReadFile(path.Clean(view.Name))
		if err != nil {
			return errors.Join(errNotFound, err)
		}
		view.Text = string(b)
	}
	return v.show("admin/files.html", v.T("admin.files"), view)
}

// writeFile stores the text of the editor, or an uploaded file.
func (s *Shop) writeFile(v *visit) error {
	name, content := path.Clean(v.r.PostForm.Get("file")), []byte(v.r.PostForm.Get("text"))
	if upload, header, err := v.r.FormFile("upload"); err == nil {
		defer upload.Close()
		if content, err = io.ReadAll(io.LimitReader(upload, maxForm)); err != nil {
			return err
		}
		name = path.Join(v.r.PostForm.Get("folder"), path.Base(header.Filename))
	}
	if err := s.files.root.WriteFile(name, content, 0o644); err != nil {
		return errors.Join(errForbidden, err)
	}
	v.session.Notice = "admin.file_saved"
	if err := v.save(); err != nil {
		return err
	}
	return v.redirect("/admin/files?file=" + name)
}
