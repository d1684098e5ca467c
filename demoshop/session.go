package demoshop

import (
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"
)

// session is what the shop remembers of a visitor between requests. It is stored once there is something to remember.
type session struct {
	ID        string `json:"-"`
	Cart      []line `json:"cart,omitempty"`
	Coupon    string `json:"coupon,omitempty"`
	Draft     draft  `json:"draft,omitzero"`
	LastOrder string `json:"last_order,omitempty"`
	Next      string `json:"next,omitempty"`     // where the customer goes after the last order
	Member    int64  `json:"member,omitempty"`   // who logged in here: allows a new token when the old one expires
	Login     string `json:"login,omitempty"`    // of the log-in, named in its tokens
	Operator  string `json:"operator,omitempty"` // logged in to the admin panel
	Human     bool   `json:"human,omitempty"`    // solved the puzzle
	Notice    string `json:"notice,omitempty"`   // a text key shown once
}

// openSession finds the visitor's session or begins one.
func (v *visit) openSession() (*session, error) {
	if v.config.Checkout.RefuseRobots && looksAutomatic(v.r.UserAgent()) {
		return &session{ID: rand.Text()}, nil // forgotten at once: the cart stays empty, without any visible error
	}
	name := v.sessionCookie()
	if isAdmin(v.r.URL.Path) {
		name = "admin_sid"
	}
	if c, err := v.r.Cookie(name); err == nil && len(c.Value) == 26 {
		var data []byte
		err := v.db.QueryRowContext(v.r.Context(), `SELECT data FROM session WHERE id = ?`, c.Value).Scan(&data)
		if errors.Is(err, sql.ErrNoRows) {
			return &session{ID: c.Value}, nil
		}
		if err != nil {
			return nil, err
		}
		s := &session{ID: c.Value}
		return s, json.Unmarshal(data, s)
	}
	s := &session{ID: rand.Text()}
	http.SetCookie(v.w, &http.Cookie{
		Name: name, Value: s.ID, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: v.r.TLS != nil,
	})
	return s, nil
}

// save stores the session.
func (v *visit) save() error {
	data, err := json.Marshal(v.session)
	if err != nil {
		return err
	}
	_, err = v.db.ExecContext(v.r.Context(),
		`INSERT INTO session (id, data, seen_at) VALUES (?, ?, ?) `+v.db.orUpdate("id", "data", "seen_at"),
		v.session.ID, data, time.Now().Unix())
	return err
}

// Notice takes the message left for the visitor by the previous page.
func (v *visit) Notice() string {
	if v.session.Notice == "" {
		return ""
	}
	text := v.T(v.session.Notice)
	v.session.Notice = ""
	if err := v.save(); err != nil {
		v.logs.errors.Print(err)
	}
	return text
}

func isAdmin(path string) bool { return path == "/admin" || strings.HasPrefix(path, "/admin/") }

func looksAutomatic(agent string) bool {
	agent = strings.ToLower(agent)
	return strings.Contains(agent, "headless") || strings.Contains(agent, "bot")
}
