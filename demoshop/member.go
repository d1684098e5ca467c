package demoshop

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// member is a customer with an account.
type member struct {
	ID     int64
	Person person
	Since  time.Time
}

// bookEntry is an address of a member's address book.
type bookEntry struct {
	ID     int64
	Label  string
	Person person
}

// MaskedDoorCode is what the list shows; the edit page shows the code itself.
func (b bookEntry) MaskedDoorCode() string { return strings.Repeat("•", len(b.Person.DoorCode)) }

func (s *Shop) routeMember(page func(string, visitHandler)) {
	page("GET /login", func(v *visit) error { return v.show("login.html", v.T("login.title"), nil) })
	page("POST /login", s.logIn)
	page("POST /logout", s.logOut)
	page("GET /register", func(v *visit) error { return v.show("register.html", v.T("register.title"), person{}) })
	page("POST /register", s.register)
	page("GET /member", s.membersOnly(s.showMember))
	page("GET /member/profile", s.membersOnly(s.showProfile))
	page("POST /member/profile", s.membersOnly(s.saveProfile))
	page("GET /member/addresses", s.membersOnly(s.showAddresses))
	page("GET /member/addresses/{id}", s.membersOnly(s.showAddress))
	page("POST /member/addresses/{id}", s.membersOnly(s.saveAddress))
	page("GET /member/orders", s.membersOnly(s.showMemberOrders))
	page("GET /member/orders/{number}", s.membersOnly(s.showMemberOrder))
	page("GET /.well-known/jwks.json", func(v *visit) error { return v.json(http.StatusOK, s.tokens.keySet()) })
}

// membersOnly lets in whoever brings a valid token.
func (s *Shop) membersOnly(handle visitHandler) visitHandler {
	return func(v *visit) error {
		if v.member == 0 {
			return v.redirect("/login?next=" + url.QueryEscape(v.r.URL.Path))
		}
		return handle(v)
	}
}

// authenticate finds the member of an e-mail address and password, 0 where they do not fit, and logs the attempt.
func (s *Shop) authenticate(v *visit, email, password string) (int64, error) {
	id, err := s.checkPassword(v, email, password)
	if err != nil || id == 0 {
		v.loggedIn("member", email, "")
		return 0, err
	}
	v.loggedIn("member", email, strconv.FormatInt(id, 10))
	return id, nil
}

func (s *Shop) checkPassword(v *visit, email, password string) (int64, error) {
	var id int64
	var stored string
	err := s.db.QueryRowContext(v.r.Context(), `SELECT id, password FROM customer WHERE email = ?`, strings.ToLower(email)).Scan(&id, &stored)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	if stored == "seed" {
		if hmac.Equal([]byte(password), []byte(seededPassword(s.config.Seed, id))) {
			return id, nil
		}
		return 0, nil
	}
	salt, want, _ := strings.Cut(stored, "$")
	got, err := hashPassword(password, salt)
	if err != nil || subtle.ConstantTimeCompare([]byte(got), []byte(want)) == 0 {
		return 0, err
	}
	return id, nil
}

func hashPassword(password, salt string) (string, error) {
	key, err := pbkdf2.Key(sha256.New, password, []byte(salt), 100_000, 32)
	return hex.EncodeToString(key), err
}

func (s *Shop) logIn(v *visit) error {
	id, err := s.authenticate(v, v.r.PostForm.Get("email"), v.r.PostForm.Get("password"))
	if err != nil {
		return err
	}
	if id == 0 {
		return v.render(http.StatusUnauthorized, "login.html", v.T("login.title"), nil, map[string]string{"login": "login.wrong"})
	}
	if _, err := s.begin(v, id); err != nil {
		return err
	}
	return v.redirect(localPath(v.r.PostForm.Get("next"), "/member"))
}

// begin starts a log-in: a new session id, a token, a line in the issuer's log.
func (s *Shop) begin(v *visit, id int64) (token string, err error) {
	old := v.session.ID
	v.session.ID, v.session.Member, v.session.Login = rand.Text(), id, rand.Text()
	if _, err := s.db.ExecContext(v.r.Context(), `DELETE FROM session WHERE id = ?`, old); err != nil {
		return "", err
	}
	http.SetCookie(v.w, &http.Cookie{
		Name: "sid", Value: v.session.ID, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: v.r.TLS != nil,
	})
	if token, err = s.tokens.issue("issue", id, v.session.Login); err != nil {
		return "", err
	}
	v.setToken(token)
	v.member = id
	return token, v.save()
}

func (s *Shop) logOut(v *visit) error {
	v.session.Member, v.session.Login, v.session.Draft = 0, "", draft{}
	http.SetCookie(v.w, &http.Cookie{Name: tokenCookie, Path: "/", MaxAge: -1})
	if err := v.save(); err != nil {
		return err
	}
	return v.redirect("/")
}

// localPath keeps a log-in from sending people to another site.
func localPath(path, fallback string) string {
	if strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") && !strings.Contains(path, `\`) {
		return path
	}
	return fallback
}

func (s *Shop) register(v *visit) error {
	p := readPerson(v.r.PostForm, "", "order_")
	p.Email = strings.ToLower(p.Email)
	errs := p.problems(s.config.Checkout.SplitFields, true)
	password := v.r.PostForm.Get("password")
	if len(password) < 8 {
		errs["password"] = "error.password"
	}
	if v.r.PostForm.Get("terms") == "" {
		errs["terms"] = "error.terms"
	}
	salt := rand.Text()
	hash, err := hashPassword(password, salt)
	if err != nil {
		return err
	}
	var id int64
	if len(errs) == 0 {
		err := s.db.QueryRowContext(v.r.Context(), s.db.unlessThere(`INTO customer (email, password, family_name, given_name, family_kana, given_kana, phone, created_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)+` RETURNING id`,
			p.Email, salt+"$"+hash, p.Family, p.Given, p.FamilyKana, p.GivenKana, p.Phone, time.Now().Unix()).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			errs["email"] = "error.email_taken"
		} else if err != nil {
			return err
		}
	}
	if len(errs) > 0 {
		return v.render(http.StatusUnprocessableEntity, "register.html", v.T("register.title"), p, errs)
	}
	if err := s.storeAddress(v, id, 0, v.T("member.home"), p); err != nil {
		return err
	}
	if _, err := s.begin(v, id); err != nil {
		return err
	}
	return v.redirect(localPath(v.r.PostForm.Get("next"), "/member"))
}

// findMember loads the member the token names. The token may be valid and the member not exist.
func (v *visit) findMember(id int64) (member, error) {
	m := member{ID: id}
	var since int64
	p := &m.Person
	err := v.db.QueryRowContext(v.r.Context(), `SELECT email, family_name, given_name, family_kana, given_kana, phone, created_at FROM customer WHERE id = ?`, id).
		Scan(&p.Email, &p.Family, &p.Given, &p.FamilyKana, &p.GivenKana, &p.Phone, &since)
	if errors.Is(err, sql.ErrNoRows) {
		return m, errNotFound
	}
	m.Since = time.Unix(since, 0)
	entry(v.r.Context()).Records = 1
	return m, err
}

func (v *visit) book(id int64) ([]bookEntry, error) {
	rows, err := v.db.QueryContext(v.r.Context(), `SELECT id, label, family_name, given_name, family_kana, given_kana, company, postcode, region, city,
		street, building, phone, door_code FROM address WHERE customer_id = ? ORDER BY id`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []bookEntry
	for rows.Next() {
		var b bookEntry
		p := &b.Person
		if err := rows.Scan(&b.ID, &b.Label, &p.Family, &p.Given, &p.FamilyKana, &p.GivenKana, &p.Company, &p.Postcode, &p.Region, &p.City,
			&p.Street, &p.Building, &p.Phone, &p.DoorCode); err != nil {
			return nil, err
		}
		list = append(list, b)
	}
	entry(v.r.Context()).Records = len(list)
	return list, rows.Err()
}

// fillFromMember writes what the shop knows of a member into an empty draft.
func (v *visit) fillFromMember() error {
	if v.member == 0 || v.session.Draft.Customer.Email != "" {
		return nil
	}
	m, err := v.findMember(v.member)
	if errors.Is(err, errNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	book, err := v.book(v.member)
	if err != nil {
		return err
	}
	if len(book) > 0 {
		v.session.Draft.Customer = book[0].Person
	}
	p := &v.session.Draft.Customer
	p.Email, p.Family, p.Given, p.FamilyKana, p.GivenKana = m.Person.Email, m.Person.Family, m.Person.Given, m.Person.FamilyKana, m.Person.GivenKana
	p.Phone = m.Person.Phone
	return v.save()
}

func (s *Shop) showMember(v *visit) error {
	m, err := v.findMember(v.member)
	if err != nil {
		return err
	}
	return v.show("member.html", v.T("member.title"), m)
}

func (s *Shop) showProfile(v *visit) error {
	m, err := v.findMember(v.member)
	if err != nil {
		return err
	}
	return v.show("member_profile.html", v.T("member.profile"), m)
}

func (s *Shop) saveProfile(v *visit) error {
	p := readPerson(v.r.PostForm, "", "order_")
	if p.Family == "" || p.Given == "" {
		return v.render(http.StatusUnprocessableEntity, "member_profile.html", v.T("member.profile"), member{ID: v.member, Person: p},
			map[string]string{"family_name": "error.required"})
	}
	if _, err := s.db.ExecContext(v.r.Context(), `UPDATE customer SET family_name = ?, given_name = ?, family_kana = ?, given_kana = ?, phone = ? WHERE id = ?`,
		p.Family, p.Given, p.FamilyKana, p.GivenKana, p.Phone, v.member); err != nil {
		return err
	}
	v.session.Notice = "member.saved"
	if err := v.save(); err != nil {
		return err
	}
	return v.redirect("/member/profile")
}

func (s *Shop) showAddresses(v *visit) error {
	book, err := v.book(v.member)
	if err != nil {
		return err
	}
	return v.show("member_addresses.html", v.T("member.addresses"), book)
}

// addressOf finds the entry of the member's book that the path names; "new" is an empty one.
func (v *visit) addressOf() (bookEntry, error) {
	if v.r.PathValue("id") == "new" {
		return bookEntry{}, nil
	}
	book, err := v.book(v.member)
	if err != nil {
		return bookEntry{}, err
	}
	for _, b := range book {
		if strconv.FormatInt(b.ID, 10) == v.r.PathValue("id") {
			return b, nil
		}
	}
	return bookEntry{}, errNotFound
}

func (s *Shop) showAddress(v *visit) error {
	b, err := v.addressOf()
	if err != nil {
		return err
	}
	return v.show("member_address.html", v.T("member.addresses"), b)
}

func (s *Shop) saveAddress(v *visit) error {
	b, err := v.addressOf()
	if err != nil {
		return err
	}
	b.Person, b.Label = readPerson(v.r.PostForm, "", "order_"), v.r.PostForm.Get("label")
	if errs := b.Person.problems(s.config.Checkout.SplitFields, false); len(errs) > 0 {
		return v.render(http.StatusUnprocessableEntity, "member_address.html", v.T("member.addresses"), b, errs)
	}
	if err := s.storeAddress(v, v.member, b.ID, b.Label, b.Person); err != nil {
		return err
	}
	return v.redirect("/member/addresses")
}

// storeAddress writes an entry of a member's book; id 0 is a new one.
func (s *Shop) storeAddress(v *visit, owner, id int64, label string, p person) error {
	query := `INSERT INTO address (label, family_name, given_name, family_kana, given_kana, company, postcode, region, city, street, building, phone,
		door_code, customer_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	args := []any{
		label, p.Family, p.Given, p.FamilyKana, p.GivenKana, p.Company, p.Postcode, p.Region, p.City, p.Street, p.Building, p.Phone, p.DoorCode, owner,
	}
	if id != 0 {
		query = `UPDATE address SET label = ?, family_name = ?, given_name = ?, family_kana = ?, given_kana = ?, company = ?, postcode = ?, region = ?,
			city = ?, street = ?, building = ?, phone = ?, door_code = ? WHERE customer_id = ? AND id = ?`
		args = append(args, id)
	}
	_, err := s.db.ExecContext(v.r.Context(), query, args...)
	return err
}

func (s *Shop) showMemberOrders(v *visit) error {
	list, err := s.orders(v.r.Context(), `WHERE customer_id = ? AND status <> 'pending' ORDER BY id DESC LIMIT 100`, v.member)
	if err != nil {
		return err
	}
	entry(v.r.Context()).Records = len(list)
	return v.show("member_orders.html", v.T("member.orders"), list)
}

func (s *Shop) showMemberOrder(v *visit) error {
	o, err := s.order(v.r.Context(), v.r.PathValue("number"))
	if err != nil {
		return err
	}
	if o.Customer != v.member {
		return errNotFound
	}
	entry(v.r.Context()).Records = 1
	return v.show("member_order.html", v.T("member.orders"), o)
}
