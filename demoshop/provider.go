package demoshop

import (
	"bytes"
	"crypto/rand"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

//go:embed provider
var providerFiles embed.FS

// provider is the payment provider at pay.localhost: a company of its own, with pages of its own that no file of the
// shop's reaches. It keeps the last four digits of a card and nothing else of it.
type provider struct {
	pages *template.Template

	mu       sync.Mutex
	tokens   map[string]string          // last four digits by token; a token is good once
	sessions map[string]*paymentSession // by id
}

// paymentSession is a customer sent over to pay on the provider's page.
type paymentSession struct {
	Order, Back     string
	Amount          int
	Reference, Tail string
	Paid            bool
}

// maxPayments bounds what a provider under a load test remembers.
const maxPayments = 100_000

// card is what a card form brings.
type card struct{ number, month, year, code string }

func newProvider() *provider {
	return &provider{
		pages:    template.Must(template.ParseFS(providerFiles, "provider/*.html")),
		tokens:   map[string]string{},
		sessions: map[string]*paymentSession{},
	}
}

func (p *provider) handler() http.Handler {
	mux := http.NewServeMux()
	show := func(name string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			p.show(w, http.StatusOK, name, map[string]string{"Lang": r.URL.Query().Get("lang")})
		}
	}
	mux.HandleFunc("GET /v1/fields.js", func(w http.ResponseWriter, r *http.Request) {
		b, _ := providerFiles.ReadFile("provider/fields.js")
		serveBytes(w, r, "fields.js", b)
	})
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("GET /v1/frame", show("frame.html"))
	mux.HandleFunc("POST /v1/tokens", p.tokenise)
	mux.HandleFunc("GET /pay/{session}", p.showPayment)
	mux.HandleFunc("POST /pay/{session}", p.takePayment)
	mux.HandleFunc("GET /{$}", show("index.html"))
	return mux
}

// show answers with a page of the provider's.
func (p *provider) show(w http.ResponseWriter, status int, name string, data any) {
	var out bytes.Buffer
	if err := p.pages.ExecuteTemplate(&out, name, data); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	answer(w, status, htmlType, out.Bytes())
}

// tokenise answers the provider's own frame.
func (p *provider) tokenise(w http.ResponseWriter, r *http.Request) {
	var fields map[string]string
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxForm)).Decode(&fields); err != nil {
		http.Error(w, "want a JSON object of strings", http.StatusBadRequest)
		return
	}
	token, tail, key := p.authorise(readCard(formOf(fields)), time.Now())
	if key != "" {
		answer(w, http.StatusPaymentRequired, "application/json", fmt.Appendf(nil, `{"error":%q}`, key))
		return
	}
	p.mu.Lock()
	if len(p.tokens) >= maxPayments {
		clear(p.tokens)
	}
	p.tokens[token] = tail
	p.mu.Unlock()
	answer(w, http.StatusOK, "application/json", fmt.Appendf(nil, `{"token":%q,"last4":%q}`, token, tail))
}

func (p *provider) redeem(token string) (tail string, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	tail, ok = p.tokens[token]
	delete(p.tokens, token)
	return tail, ok
}

// authorise accepts every card that could be one. It returns a text key when it does not.
func (p *provider) authorise(c card, now time.Time) (reference, tail, key string) {
	month, _ := strconv.Atoi(c.month)
	year, _ := strconv.Atoi(c.year)
	switch {
	case len(c.number) < 12 || len(c.number) > 19 || !luhn(c.number):
		return "", "", "error.card_number"
	case month < 1 || month > 12 || year == 0 || !time.Date(2000+year, time.Month(month)+1, 1, 0, 0, 0, 0, time.UTC).After(now):
		return "", "", "error.card_expiry"
	case len(c.code) < 3 || len(c.code) > 4:
		return "", "", "error.card_code"
	}
	return "tok_" + strings.ToLower(rand.Text()), c.number[len(c.number)-4:], ""
}

// readCard understands the names that modern and older card forms give their fields.
func readCard(form url.Values) card {
	c := card{
		number: digits(form.Get("cardnumber") + form.Get("card_no")),
		month:  twoDigits(form.Get("card_month")),
		year:   twoDigits(form.Get("card_year")),
		code:   digits(form.Get("cvc") + form.Get("security_code")),
	}
	if month, year, ok := strings.Cut(form.Get("exp-date"), "/"); ok {
		c.month, c.year = twoDigits(month), twoDigits(year)
	}
	return c
}

func luhn(number string) bool {
	sum := 0
	for i := range len(number) {
		d := int(number[len(number)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// open begins a payment on the provider's page.
func (p *provider) open(order string, amount int, back string) (id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.sessions) >= maxPayments {
		clear(p.sessions)
	}
	id = strings.ToLower(rand.Text())
	p.sessions[id] = &paymentSession{Order: order, Amount: amount, Back: back}
	return id
}

// result tells the shop how a payment ended; the order is "" where there was none.
func (p *provider) result(id string) (order, reference, tail string, paid bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s := p.sessions[id]; s != nil {
		return s.Order, s.Reference, s.Tail, s.Paid
	}
	return "", "", "", false
}

func (p *provider) showPayment(w http.ResponseWriter, r *http.Request) { p.paymentPage(w, r, "") }

func (p *provider) paymentPage(w http.ResponseWriter, r *http.Request, problem string) {
	p.mu.Lock()
	s, ok := p.sessions[r.PathValue("session")]
	var view paymentSession
	if ok {
		view = *s
	}
	p.mu.Unlock()
	if !ok {
		http.NotFound(w, r)
		return
	}
	status := http.StatusOK
	if problem != "" {
		status = http.StatusUnprocessableEntity
	}
	p.show(w, status, "payment.html", map[string]any{
		"Order": view.Order, "Amount": yen(view.Amount), "Cancel": view.Back + "?session=" + r.PathValue("session"), "Problem": problem,
	})
}

func (p *provider) takePayment(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "unreadable form", http.StatusBadRequest)
		return
	}
	reference, tail, key := p.authorise(readCard(r.PostForm), time.Now())
	if key != "" {
		p.paymentPage(w, r, "カード情報をご確認ください。 / Please check the card details.")
		return
	}
	p.mu.Lock()
	s, ok := p.sessions[r.PathValue("session")]
	var back string
	if ok {
		s.Paid, s.Reference, s.Tail = true, reference, tail
		back = s.Back + "?session=" + r.PathValue("session")
	}
	p.mu.Unlock()
	if !ok {
		http.NotFound(w, r)
		return
	}
	http.Redirect(w, r, back, http.StatusSeeOther)
}
