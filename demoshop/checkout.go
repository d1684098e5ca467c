package demoshop

import (
	"crypto/hmac"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// draft is an order being written.
type draft struct {
	Customer  person `json:"customer,omitzero"`
	Elsewhere bool   `json:"elsewhere,omitempty"` // deliver to Ship instead of Customer
	Ship      person `json:"ship,omitzero"`
	Delivery  string `json:"delivery,omitempty"` // standard, express
	Day       string `json:"day,omitempty"`
	Time      string `json:"time,omitempty"`
	Payment   string `json:"payment,omitempty"`   // card, cod, bank
	Reference string `json:"reference,omitempty"` // of the card payment, as the provider knows it
	CardTail  string `json:"card_tail,omitempty"`
	Note      string `json:"note,omitempty"`
	Terms     bool   `json:"terms,omitempty"`
	Visited   bool   `json:"visited,omitempty"` // as a guest, in the flow of steps
}

// checkoutView is what the pages of the checkout are about.
type checkoutView struct {
	Cart  cart
	Draft draft
	Step  string
	Days  []string
	Years []int
}

func (s *Shop) routeCheckout(page func(string, visitHandler)) {
	page("GET /checkout", s.buying(s.beginCheckout))
	page("GET /checkout/start", s.buying(s.showStart))
	page("POST /checkout/guest", s.buying(s.continueAsGuest))
	page("GET /checkout/{step}", s.buying(s.showStep))
	page("POST /checkout/{step}", s.buying(s.takeStep))
	page("POST /checkout/place", s.buying(s.placeByForm))
	page("GET /checkout/section/{name}", s.buying(s.showSection))
	page("GET /checkout/card-form", func(v *visit) error { return v.fragment("checkout.html", "card", s.checkoutView(v)) })
	page("GET /checkout/complete", s.showComplete)
	page("GET /checkout/return", s.returnFromProvider)
	page("GET /captcha", s.showCaptcha)
	page("GET /captcha.png", s.drawCaptcha)
	page("POST /captcha", s.solveCaptcha)
}

// buying guards the checkout: there must be something in the cart, and whatever the switches put in the way is passed.
func (s *Shop) buying(handle visitHandler) visitHandler {
	return func(v *visit) error {
		switch c := s.config.Checkout; {
		case len(v.session.Cart) == 0:
			return v.redirect("/cart")
		case c.Captcha && !v.session.Human:
			return v.redirect("/captcha")
		case c.LoginWall && v.member == 0:
			return v.redirect("/login?next=/checkout")
		}
		if err := v.fillFromMember(); err != nil {
			return err
		}
		return handle(v)
	}
}

func (s *Shop) beginCheckout(v *visit) error {
	switch s.config.Checkout.Flow {
	case Steps:
		if v.member == 0 && !v.session.Draft.Visited {
			return v.redirect("/checkout/start")
		}
		return v.redirect("/checkout/customer")
	case SinglePage:
		return s.showCheckout(v, http.StatusOK, "checkout_app.html", "", nil)
	default:
		return s.showCheckout(v, http.StatusOK, "checkout.html", "", nil)
	}
}

// showSection is the part of an accordion that has just been opened.
func (s *Shop) showSection(v *visit) error {
	name := v.r.PathValue("name")
	if name != "delivery" && name != "payment" {
		return errNotFound
	}
	return v.fragment("checkout.html", name, s.checkoutView(v))
}

func (s *Shop) showStart(v *visit) error {
	return v.show("checkout_start.html", v.T("checkout.start"), nil)
}

func (s *Shop) continueAsGuest(v *visit) error {
	v.session.Draft.Visited = true
	if err := v.save(); err != nil {
		return err
	}
	return v.redirect("/checkout/customer")
}

func (s *Shop) checkoutView(v *visit) checkoutView {
	view := checkoutView{Draft: v.session.Draft}
	for i := 3; i <= 12; i++ {
		view.Days = append(view.Days, time.Now().AddDate(0, 0, i).Format("2006-01-02"))
	}
	for i := range 12 {
		view.Years = append(view.Years, time.Now().Year()+i)
	}
	return view
}

func (s *Shop) showCheckout(v *visit, status int, template, step string, errs map[string]string) error {
	view := s.checkoutView(v)
	view.Step = step
	var err error
	if view.Cart, err = v.cart(); err != nil {
		return err
	}
	return v.render(status, template, v.T("checkout.title"), view, errs)
}

var steps = []string{"customer", "delivery", "payment", "confirm"}

// showStep shows a page of the flow of steps, but none before the ones it builds on are done.
func (s *Shop) showStep(v *visit) error {
	step := v.r.PathValue("step")
	at := slices.Index(steps, step)
	if at < 0 || s.config.Checkout.Flow != Steps {
		return errNotFound
	}
	for _, earlier := range steps[:at] {
		if len(s.problems(v, earlier)) > 0 {
			return v.redirect("/checkout/" + earlier)
		}
	}
	return s.showCheckout(v, http.StatusOK, "checkout_"+step+".html", step, nil)
}

func (s *Shop) takeStep(v *visit) error {
	step := v.r.PathValue("step")
	at := slices.Index(steps, step)
	if at < 0 || step == "confirm" || s.config.Checkout.Flow != Steps {
		return errNotFound
	}
	errs := s.take(v, step, v.r.PostForm)
	if err := v.save(); err != nil {
		return err
	}
	if len(errs) > 0 {
		return s.showCheckout(v, http.StatusUnprocessableEntity, "checkout_"+step+".html", step, errs)
	}
	return v.redirect("/checkout/" + steps[at+1])
}

// take reads the fields of a step into the draft and says what is wrong with them.
func (s *Shop) take(v *visit, step string, form url.Values) map[string]string {
	d := &v.session.Draft
	switch step {
	case "customer":
		d.Customer = readPerson(form, "", "order_")
		if repeated := form.Get("order_email02"); form.Has("order_email02") && repeated != d.Customer.Email {
			return map[string]string{"email": "error.email_repeat"}
		}
	case "delivery":
		d.Elsewhere = form.Get("elsewhere") != ""
		d.Ship = readPerson(form, "ship_", "shipping_")
		d.Delivery, d.Day, d.Time = form.Get("delivery"), form.Get("delivery_day"), form.Get("delivery_time")
		d.Note = form.Get("note")
	case "payment":
		d.Payment, d.Reference, d.CardTail = form.Get("payment"), "", ""
		d.Terms = form.Get("terms") != ""
		errs := s.problems(v, step)
		delete(errs, "card")
		if len(errs) > 0 {
			return errs // nobody's card is charged for an order that cannot be placed
		}
		if d.Payment == "card" {
			if key := s.takeCard(d, form); key != "" {
				return map[string]string{"card": key}
			}
		}
	}
	return s.problems(v, step)
}

// takeCard has a card authorised and keeps the provider's reference, never the number. It returns the key of what went
// wrong.
func (s *Shop) takeCard(d *draft, form url.Values) string {
	switch s.config.Checkout.Payment {
	case ProviderFrame:
		tail, ok := s.provider.redeem(form.Get("payment_token"))
		if !ok {
			return "error.card_token"
		}
		d.Reference, d.CardTail = form.Get("payment_token"), tail
	case ProviderPage, ModulePage: // the customer pays there, after the last button
	default:
		reference, tail, key := s.provider.authorise(readCard(form), time.Now())
		if key != "" {
			return key
		}
		d.Reference, d.CardTail = reference, tail
	}
	return ""
}

// problems says what keeps a step of the draft from being done.
func (s *Shop) problems(v *visit, step string) map[string]string {
	d, errs := v.session.Draft, map[string]string{}
	switch step {
	case "customer":
		return d.Customer.problems(s.config.Checkout.SplitFields, true)
	case "delivery":
		if d.Delivery != "standard" && d.Delivery != "express" {
			errs["delivery"] = "error.choose"
		}
		if d.Elsewhere {
			for field, key := range d.Ship.problems(false, false) {
				errs["ship_"+field] = key
			}
		}
	case "payment":
		if !slices.Contains([]string{"card", "cod", "bank"}, d.Payment) {
			errs["payment"] = "error.choose"
		}
		if !d.Terms {
			errs["terms"] = "error.terms"
		}
		if d.Payment == "card" && d.Reference == "" && !s.config.Checkout.cardLater() {
			errs["card"] = "error.card"
		}
	}
	return errs
}

// submit is the last button: it takes what the form brings, which is everything in one page and nothing after the
// confirmation step, and places the order. It returns where the customer goes next, or what is wrong by field.
func (s *Shop) submit(v *visit, form url.Values) (location string, errs map[string]string, err error) {
	errs = map[string]string{}
	for _, step := range steps[:3] {
		if s.config.Checkout.Flow == Steps {
			maps.Copy(errs, s.problems(v, step))
		} else {
			maps.Copy(errs, s.take(v, step, form))
		}
	}
	if len(errs) > 0 {
		return "", errs, v.save()
	}
	location, err = s.place(v)
	if errors.Is(err, errSoldOut) {
		return "", map[string]string{"cart": "product.sold_out"}, v.save()
	}
	return location, nil, err
}

func (s *Shop) placeByForm(v *visit) error {
	location, errs, err := s.submit(v, v.r.PostForm)
	if err != nil {
		return err
	}
	if len(errs) == 0 {
		return v.redirect(location)
	}
	template := "checkout.html"
	if s.config.Checkout.Flow == Steps {
		template = "checkout_confirm.html"
	}
	return s.showCheckout(v, http.StatusUnprocessableEntity, template, "confirm", errs)
}

func (s *Shop) showComplete(v *visit) error {
	if v.session.LastOrder == "" {
		return v.redirect("/")
	}
	o, err := s.order(v.r.Context(), v.session.LastOrder)
	if err != nil {
		return err
	}
	return v.show("complete.html", v.T("complete.title"), o)
}

// returnFromProvider ends a payment on the provider's page.
func (s *Shop) returnFromProvider(v *visit) error {
	number, reference, tail, paid := s.provider.result(v.r.URL.Query().Get("session"))
	if number == "" || number != v.session.LastOrder {
		return errNotFound
	}
	if !paid {
		v.session.Notice = "checkout.payment_cancelled"
		if err := v.save(); err != nil {
			return err
		}
		return v.redirect("/checkout")
	}
	if _, err := s.db.ExecContext(v.r.Context(), `UPDATE orders SET status = 'placed', payment_reference = ?, card_tail = ?
		WHERE number = ? AND status = 'pending'`, reference, tail, number); err != nil {
		return err
	}
	v.session.Cart, v.session.Coupon = nil, ""
	if err := v.save(); err != nil {
		return err
	}
	return v.redirect("/checkout/complete")
}

// Captcha. The code is bound to the session by a keyed hash, so that nothing is stored.

func (v *visit) captchaCode() string {
	code := digits(v.keyed("captcha " + v.session.ID))
	return (code + "48151")[:5]
}

func (s *Shop) showCaptcha(v *visit) error {
	return v.show("captcha.html", v.T("captcha.title"), nil)
}

func (s *Shop) solveCaptcha(v *visit) error {
	if !hmac.Equal([]byte(digits(v.r.PostForm.Get("captcha"))), []byte(v.captchaCode())) {
		return v.render(http.StatusUnprocessableEntity, "captcha.html", v.T("captcha.title"), nil, map[string]string{"captcha": "captcha.wrong"})
	}
	v.session.Human = true
	if err := v.save(); err != nil {
		return err
	}
	return v.redirect("/checkout")
}

// years and months in a card form may come as "2027" or "27", "3" or "03".
func twoDigits(text string) string {
	text = digits(text)
	if len(text) == 4 {
		return text[2:]
	}
	return strings.Repeat("0", max(0, 2-len(text))) + text
}
