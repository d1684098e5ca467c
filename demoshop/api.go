package demoshop

import (
	"crypto/hmac"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/coder/websocket"
)

func (s *Shop) routeAPI(page func(string, visitHandler)) {
	page("GET /api/postcode", s.findPostcode)
	page("GET /api/cart", s.cartForScripts)
	page("POST /api/orders", s.placeByScript)
	page("GET /api/orders/last", s.lastOrder)
	page("GET /api/orders/socket", s.placeBySocket)
	page("GET /api/me", s.memberForScripts(func(v *visit) (any, error) { return v.findMember(v.member) }))
	page("GET /api/me/addresses", s.memberForScripts(func(v *visit) (any, error) { return v.book(v.member) }))
	page("GET /api/me/orders", s.memberForScripts(func(v *visit) (any, error) {
		list, err := s.orders(v.r.Context(), `WHERE customer_id = ? AND status <> 'pending' ORDER BY id DESC LIMIT 100`, v.member)
		entry(v.r.Context()).Records = len(list)
		return list, err
	}))
	page("POST "+loginAPI, s.logInByScript)
	if s.config.Holes.CustomerAPI {
		page("GET /api/customers", s.listCustomers)
		page("GET /api/customers/{id}", s.showCustomer)
	}
}

// findPostcode is the address look-up that Japanese forms make while a postcode is typed.
func (s *Shop) findPostcode(v *visit) error {
	code := digits(v.r.URL.Query().Get("code"))
	for place := range strings.SplitSeq(places, ",") {
		if f := strings.Fields(place); f[0] == code {
			return v.json(http.StatusOK, map[string]string{"prefecture": f[1], "city": f[2], "town": f[3]})
		}
	}
	return errNotFound
}

func (s *Shop) cartForScripts(v *visit) error {
	c, err := v.cart()
	if err != nil {
		return err
	}
	return v.json(http.StatusOK, c)
}

// outcome is the answer to an order placed by a script.
type outcome struct {
	Location string            `json:"location,omitempty"`
	Errors   map[string]string `json:"errors,omitempty"` // texts by field
}

func (s *Shop) placeForScripts(v *visit) (outcome, error) {
	if len(v.session.Cart) == 0 {
		return outcome{Errors: map[string]string{"cart": v.T("cart.empty")}}, nil
	}
	location, errs, err := s.submit(v, v.r.PostForm)
	for field, key := range errs {
		errs[field] = v.T(key)
	}
	return outcome{location, errs}, err
}

// placeByScript takes orders sent by fetch, XMLHttpRequest or a beacon.
func (s *Shop) placeByScript(v *visit) error {
	result, err := s.placeForScripts(v)
	if err != nil {
		return err
	}
	if len(result.Errors) > 0 {
		return v.json(http.StatusUnprocessableEntity, result)
	}
	return v.json(http.StatusOK, result)
}

// lastOrder tells a page that sent its order as a beacon whether it has arrived, and where the customer goes next.
func (s *Shop) lastOrder(v *visit) error {
	answer := outcome{Location: v.session.Next}
	if v.session.Next != "" {
		v.session.Next = ""
		if err := v.save(); err != nil {
			return err
		}
	}
	return v.json(http.StatusOK, answer)
}

// placeBySocket takes orders as WebSocket messages.
func (s *Shop) placeBySocket(v *visit) error {
	socket, err := websocket.Accept(v.w, v.r, nil)
	if err != nil {
		return nil // Accept has answered
	}
	defer socket.CloseNow()
	socket.SetReadLimit(maxForm)
	for {
		_, message, err := socket.Read(v.r.Context())
		if err != nil {
			return nil // the customer has gone
		}
		result, err := s.placeMessage(v, message)
		if err != nil {
			v.logs.errors.Print(err)
			result.Errors = map[string]string{"cart": v.T("error.internal")}
		}
		answer, err := json.Marshal(result)
		if err != nil {
			return err
		}
		if socket.Write(v.r.Context(), websocket.MessageText, answer) != nil {
			return nil
		}
	}
}

func (s *Shop) placeMessage(v *visit, message []byte) (outcome, error) {
	var values map[string]string
	if err := json.Unmarshal(message, &values); err != nil {
		return outcome{}, err
	}
	if !hmac.Equal([]byte(values["_token"]), []byte(v.formToken())) {
		return outcome{}, errForbidden
	}
	var err error
	if v.session, err = v.openSession(); err != nil { // as it is now, not as it was when the socket opened
		return outcome{}, err
	}
	v.r.PostForm = formOf(values)
	return s.placeForScripts(v)
}

// loginAPI gives a token to whoever knows e-mail address and password: {"email":…,"password":…}.
const loginAPI = "/api/login"

func (s *Shop) logInByScript(v *visit) error {
	id, err := s.authenticate(v, v.r.PostForm.Get("email"), v.r.PostForm.Get("password"))
	if err != nil {
		return err
	}
	if id == 0 {
		return v.json(http.StatusUnauthorized, map[string]string{"error": "e-mail address or password is wrong"})
	}
	token, err := s.begin(v, id)
	if err != nil {
		return err
	}
	return v.json(http.StatusOK, map[string]any{"access_token": token, "token_type": "Bearer", "expires_in": int(s.tokens.life.Seconds())})
}

func (s *Shop) memberForScripts(load func(*visit) (any, error)) visitHandler {
	return func(v *visit) error {
		if v.member == 0 {
			return v.json(http.StatusUnauthorized, map[string]string{"error": "want a Bearer token"})
		}
		value, err := load(v)
		if err != nil {
			return err
		}
		return v.json(http.StatusOK, value)
	}
}

// listCustomers and showCustomer are the hole CustomerAPI: they ask nobody who he is.

func (s *Shop) listCustomers(v *visit) error {
	after, _ := strconv.ParseInt(v.r.URL.Query().Get("after"), 10, 64)
	rows, err := s.db.QueryContext(v.r.Context(), `SELECT id FROM customer WHERE id > ? ORDER BY id LIMIT 100`, after)
	if err != nil {
		return err
	}
	defer rows.Close()
	var ids []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return err
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	list := make([]member, 0, len(ids))
	for _, id := range ids {
		m, err := v.findMember(id)
		if err != nil {
			return err
		}
		list = append(list, m)
	}
	entry(v.r.Context()).Records = len(list)
	return v.json(http.StatusOK, list)
}

func (s *Shop) showCustomer(v *visit) error {
	id, err := strconv.ParseInt(v.r.PathValue("id"), 10, 64)
	if err != nil {
		return errNotFound
	}
	m, err := v.findMember(id)
	if err != nil {
		return err
	}
	book, err := v.book(id)
	if err != nil {
		return err
	}
	return v.json(http.StatusOK, map[string]any{"customer": m, "addresses": book})
}
