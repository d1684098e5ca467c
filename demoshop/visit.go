package demoshop

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const maxForm = 1 << 20

// visit is one request to the shop and who makes it.
type visit struct {
	*Shop
	w       http.ResponseWriter
	r       *http.Request
	session *session
	member  int64 // from the access token; 0 for a guest
	lang    string
	words   map[string]string
}

type visitHandler func(v *visit) error

// page turns a handler of visits into one of HTTP: it brings session, member and language, guards forms, and answers
// what the handler returned as an error.
func (s *Shop) page(handle visitHandler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{Shop: s, w: w, r: r}
		err := v.enter()
		if err == nil {
			err = handle(v)
		}
		if err != nil {
			v.fail(err)
		}
	})
}

func (v *visit) enter() (err error) {
	v.lang = language(v.w, v.r)
	if v.words, err = v.files.words(v.lang); err != nil {
		return err
	}
	if v.session, err = v.openSession(); err != nil {
		return err
	}
	if v.member, err = v.identify(); err != nil {
		return err
	}
	if v.config.CSP != "" {
		v.w.Header().Set("Content-Security-Policy", v.expandOrigins(v.config.CSP))
	}
	v.w.Header().Set("Cache-Control", "no-store")
	if v.r.Method != http.MethodPost {
		return nil
	}
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, maxForm)
	if err := v.parseForm(); err != nil {
		return fmt.Errorf("%w: %w", errUnreadable, err)
	}
	if v.r.URL.Path == loginAPI || v.r.Header.Get("Authorization") != "" {
		return nil // nothing here that a browser would add by itself
	}
	if !hmac.Equal([]byte(v.r.PostForm.Get("_token")), []byte(v.formToken())) {
		return errForbidden
	}
	return nil
}

// parseForm reads a form of any encoding, JSON objects of strings included, into PostForm.
func (v *visit) parseForm() error {
	kind, _, _ := strings.Cut(v.r.Header.Get("Content-Type"), ";")
	switch kind {
	case "application/json":
		values := map[string]string{}
		if err := json.NewDecoder(v.r.Body).Decode(&values); err != nil {
			return err
		}
		v.r.PostForm = formOf(values)
		return nil
	case "multipart/form-data":
		return v.r.ParseMultipartForm(maxForm)
	default:
		return v.r.ParseForm()
	}
}

func formOf(values map[string]string) url.Values {
	form := make(url.Values, len(values))
	for key, value := range values {
		form.Set(key, value)
	}
	return form
}

// formToken binds forms to the session without storing anything.
func (v *visit) formToken() string { return v.keyed("form " + v.session.ID) }

func (v *visit) keyed(text string) string {
	mac := hmac.New(sha256.New, v.secret)
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// expandOrigins replaces HOST:name by the origin of that name.
func (v *visit) expandOrigins(text string) string {
	words := strings.Split(text, "HOST:")
	for i, word := range words[1:] {
		end := strings.IndexAny(word+" ", " ;")
		words[i+1] = v.origin(word[:end]) + word[end:]
	}
	return strings.Join(words, "")
}

// origin of another of the shop's names, over the same scheme as this request.
func (v *visit) origin(host string) string {
	if v.r.TLS != nil {
		return origin("https", host, v.addrTLS)
	}
	return origin("http", host, v.addr)
}

// language is what ?lang says, else the cookie that remembers it, else the first of the browser's that we speak.
func language(w http.ResponseWriter, r *http.Request) string {
	known := func(lang string) bool { return lang == "ja" || lang == "en" }
	if lang := r.URL.Query().Get("lang"); known(lang) {
		http.SetCookie(w, &http.Cookie{Name: "lang", Value: lang, Path: "/", MaxAge: 30 * 24 * 3600, SameSite: http.SameSiteLaxMode})
		return lang
	}
	if c, err := r.Cookie("lang"); err == nil && known(c.Value) {
		return c.Value
	}
	accept := r.Header.Get("Accept-Language")
	for part := range strings.SplitSeq(accept, ",") {
		if tag := strings.TrimSpace(part); len(tag) >= 2 && known(strings.ToLower(tag[:2])) {
			return strings.ToLower(tag[:2])
		}
	}
	if accept == "" {
		return "ja"
	}
	return "en"
}

// render answers with a page. The data is what the page's "content" is about; errs are by field.
func (v *visit) render(status int, name, title string, data any, errs map[string]string) error {
	t, err := v.files.page(name)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	p := &page{visit: v, Title: title, Data: data, Errors: errs, CartCount: v.cartCount()}
	if err := t.ExecuteTemplate(&out, "layout", p); err != nil {
		return err
	}
	answer(v.w, status, htmlType, out.Bytes())
	return nil
}

func (v *visit) show(name, title string, data any) error {
	return v.render(http.StatusOK, name, title, data, nil)
}

func (v *visit) redirect(to string) error {
	http.Redirect(v.w, v.r, to, http.StatusSeeOther)
	return nil
}

func (v *visit) json(status int, value any) error { return writeJSON(v.w, status, value) }

func writeJSON(w http.ResponseWriter, status int, value any) error {
	b, err := json.Marshal(value)
	if err != nil {
		return err
	}
	answer(w, status, "application/json; charset=utf-8", b)
	return nil
}

const htmlType = "text/html; charset=utf-8"

// answer writes a response. That the client has gone meanwhile is nobody's error.
func answer(w http.ResponseWriter, status int, kind string, body []byte) {
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// fail answers a request that could not be served.
func (v *visit) fail(err error) {
	status, key := http.StatusInternalServerError, "error.internal"
	switch {
	case errors.Is(err, errNotFound), errors.Is(err, fs.ErrNotExist):
		status, key = http.StatusNotFound, "error.not_found"
	case errors.Is(err, errForbidden):
		status, key = http.StatusForbidden, "error.forbidden"
	case errors.Is(err, errUnreadable):
		status, key = http.StatusBadRequest, "error.forbidden"
	case errors.Is(err, context.Canceled):
		return
	default:
		v.logs.errors.Printf("%s %s: %v", v.r.Method, v.r.URL.Path, err)
	}
	if strings.HasPrefix(v.r.URL.Path, "/api/") {
		answer(v.w, status, "application/json", fmt.Appendf(nil, `{"error":%q}`, http.StatusText(status)))
		return
	}
	if v.words == nil || v.session == nil || v.render(status, "error.html", v.T(key), status, nil) != nil {
		http.Error(v.w, http.StatusText(status), status)
	}
}

// T is the text of a key in the visitor's language, with values for its %s and %d.
func (v *visit) T(key string, values ...any) string {
	text, ok := v.words[key]
	if !ok {
		return key
	}
	if len(values) > 0 {
		return fmt.Sprintf(text, values...)
	}
	return text
}

// page is what templates see.
type page struct {
	*visit
	Title     string
	Data      any
	Errors    map[string]string
	CartCount int
}

func (p *page) Lang() string              { return p.lang }
func (p *page) Path() string              { return p.r.URL.Path }
func (p *page) Query(name string) string  { return p.r.URL.Query().Get(name) }
func (p *page) Origin(host string) string { return p.origin(host) }
func (p *page) FormToken() string         { return p.formToken() }
func (p *page) Checkout() Checkout        { return p.config.Checkout }
func (p *page) Holes() Holes              { return p.config.Holes }
func (p *page) SignedIn() bool            { return p.member != 0 }
func (p *page) Operator() string          { return p.session.Operator }
func (p *page) Year() int                 { return time.Now().Year() }
func (p *page) Pick(ja, en string) string { return pick(p.lang, ja, en) }
func (p *page) Yen(amount int) string     { return yen(amount) }
func (p *page) Regions() []region         { return regions }
func (p *page) Day(t time.Time) string    { return t.Local().Format("2006-01-02") }
func (p *page) Moment(t time.Time) string { return t.Local().Format("2006-01-02 15:04") }
func (p *page) Months() []string {
	return []string{"01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"}
}
func (p *page) Texts() map[string]string { return p.words }

// Block is the HTML that the operator keeps in the database for a place of every page.
func (p *page) Block(place string) (template.HTML, error) {
	var html string
	err := p.db.QueryRowContext(p.r.Context(), `SELECT html FROM block WHERE place = ?`, place).Scan(&html)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return template.HTML(html), err
}

func pick(lang, ja, en string) string {
	if lang == "ja" {
		return ja
	}
	return en
}

// yen writes an amount the way price tags do.
func yen(amount int) string {
	sign := ""
	if amount < 0 {
		sign, amount = "-", -amount
	}
	digits := fmt.Sprint(amount)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + "¥" + digits
}

// fragment answers with one block of a page's template, for scripts to insert.
func (v *visit) fragment(name, block string, data any) error {
	t, err := v.files.page(name)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := t.ExecuteTemplate(&out, block, &page{visit: v, Data: data}); err != nil {
		return err
	}
	answer(v.w, http.StatusOK, htmlType, out.Bytes())
	return nil
}
