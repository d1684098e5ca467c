package script

import "strings"

// What shops and payment modules call the fields of a card and of a person. A word counts where it stands between
// separators or capitals; a fragment counts wherever it is found in the letters of the name alone.
var (
	cardFragments = []string{
		"ccnum", "ccno", "cccvc", "cccvv", "cccid", "ccexp", "ccowner", "ccname", "cctype", "cccode", "ccmonth", "ccyear", "ccsave", "cchash",
		"cardnum", "cardno", "cardcvc", "cardcvv", "cardcid", "cardexp", "cardholder", "cardowner", "cardname", "cardcode", "cardmonth", "cardyear",
		"cardsecurity", "cardverif", "nameoncard", "creditcard", "creditno", "creditnum", "cvvnum", "cvccode", "cvvcode", "expmonth", "expyear", "expirydate",
		"expirymonth", "expiryyear", "expirationdate", "expirationmonth", "expirationyear", "expirationyr", "expiremonth", "expireyear", "expdate", "expmm", "expyy", "securitycode",
		"verificationvalue", "verificationcode", "cidnum", "kartennummer", "kreditkarte", "numerotarjeta", "numerodetarjeta", "numerocarte", "cartenumero",
		"kaartnummer", "cartacredito", "paymentcc", "authorizenetcc", "autocompletecc", "namecard", "placeholdercard", "idcard", "namecvv", "namecvc", "pannumber", "nomorkartu", "kartukredit",
		"tarjeta", "cartao", "kreditkort", "kortnummer", "cartebancaire", "codesecurite", "codigoseguridad", "codigodeseguridad", "codigodeseguranca", "pruefziffer",
		"braintreename", "datastripe", "encryptedname", "datacse", "datarecurly",
	}
	cardWords     = []string{"cc", "cvv", "cvc", "cvv2", "cvc2", "cvn", "csc", "ccv", "pan", "cid", "card", "expiry", "expires", "exp", "cardno"}
	identityParts = []string{
		"email", "mailaddress", "firstname", "lastname", "fullname", "familyname", "givenname", "phone", "telephone", "mobile", "address", "street", "postcode", "postalcode",
		"zipcode", "billing", "shipping", "birth", "username", "loginname", "city", "ssn", "kana01", "kana02", "name01", "name02", "addr01", "addr02", "tel01", "zip01",
	}
	secretParts   = []string{"password", "passwd"}
	identityWords = []string{"mail", "tel", "zip", "pwd", "pass", "login", "dob", "city", "name", "customer", "region", "country"}
	// Card names that other things bear too: they count as a card's only together with others.
	wideCards = map[string]bool{"pan": true, "cid": true, "card": true, "exp": true, "expires": true, "cc": true}
)

// fieldMarks is what a name, an id or a selector says about the field that it finds.
func fieldMarks(name string) marks {
	if len(name) < 2 {
		return 0
	}
	if len(name) > 300 {
		name = name[:300]
	}
	if strings.Contains(name, "type=") {
		name = telephones.Replace(name) // the keyboard that a field asks for says nothing of what it is for
	}
	if strings.IndexByte(name, '=') >= 0 && containsAny(name, cardBeginnings) {
		return markCard
	}
	letters, words := splitName(name)
	if !isASCII(name) && containsAny(name, []string{"カード", "카드", "セキュリティコード", "信用卡", "卡号"}) {
		return markCard
	}
	if cardParts.in(letters) {
		return markCard
	}
	weak := 0
	for _, w := range words {
		for _, c := range cardWords {
			if w == c {
				if !wideCards[w] {
					return markCard
				}
				weak++
			}
		}
	}
	if weak > 1 {
		return markCard
	}
	if containsAny(letters, secretParts) {
		return markIdentity | markSecret
	}
	if personParts.in(letters) {
		return markIdentity
	}
	for _, w := range words {
		for _, i := range identityWords {
			if w == i {
				return markIdentity
			}
		}
	}
	return 0
}

func containsAny(s string, list []string) bool {
	for _, one := range list {
		if strings.Contains(s, one) {
			return true
		}
	}
	return false
}

// parts are texts of three letters or more, kept by these: a name is held against those alone of which it has the beginning.
type parts struct {
	begin [1 << 12]bool // by trigram
	list  []string
}

func newParts(list []string) *parts {
	p := &parts{list: list}
	for _, one := range list {
		p.begin[trigram(one[0], one[1], one[2])] = true
	}
	return p
}

// in tells whether one of the parts is in s.
func (p *parts) in(s string) bool {
	for i := 0; i+2 < len(s); i++ {
		if !p.begin[trigram(s[i], s[i+1], s[i+2])] {
			continue
		}
		for _, one := range p.list {
			if strings.HasPrefix(s[i:], one) {
				return true
			}
		}
	}
	return false
}

var (
	cardParts   = newParts(cardFragments)
	personParts = newParts(identityParts)
	tillNames   = newParts(tillParts)
)

var (
	telephones = strings.NewReplacer("type=tel", "", `type="tel"`, "", "type='tel'", "")
	// Selectors by a part of a name: no other field's begins so.
	cardBeginnings = []string{`*=cc_`, `*="cc_`, `*='cc_`, `^=cc`, `^="cc`, `^='cc`, `*=card`, `*="card`, `*='card`, `^=card`, `^="card`, `^='card`, `*="cc-`, `*='cc-`}
)

// splitName takes a name apart: its letters and digits alone, lower case, and its words.
func splitName(name string) (letters string, words []string) {
	all := make([]byte, 0, len(name))
	var ends []int
	end := func() {
		if n := len(all); n > 0 && (len(ends) == 0 || ends[len(ends)-1] < n) {
			ends = append(ends, n)
		}
	}
	for i := 0; i < len(name); i++ {
		c := name[i]
		switch {
		case c >= 'A' && c <= 'Z':
			if i > 0 && name[i-1] >= 'a' && name[i-1] <= 'z' {
				end()
			}
			c |= 0x20
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
		default:
			end()
			continue
		}
		all = append(all, c)
	}
	end()
	letters = string(all)
	words = make([]string, len(ends))
	begin := 0
	for i, e := range ends {
		words[i], begin = letters[begin:e], e
	}
	return letters, words
}

// wideSelector tells whether a selector takes in the fields or forms of the whole page.
func wideSelector(selector string) bool {
	selector = strings.ToLower(strings.TrimSpace(selector))
	if selector == "" || len(selector) > 200 {
		return false
	}
	plain := dropBrackets(selector)
	fields := 0
	for _, part := range strings.FieldsFunc(plain, func(r rune) bool { return r == ',' || r == ' ' || r == '>' || r == '\n' || r == '\t' }) {
		if i := strings.IndexByte(part, ':'); i > 0 {
			part = part[:i]
		}
		switch part {
		case "input", "select", "textarea", ":input", "form", "*", "checkbox", "radio":
			fields++
		case "body", "html", "document", "button", "a", "option", "div", "fieldset":
		default:
			return false
		}
	}
	return fields > 0
}

// dropBrackets removes attribute conditions that do not narrow a selector to named fields.
func dropBrackets(selector string) string {
	for {
		i := strings.IndexByte(selector, '[')
		if i < 0 {
			return selector
		}
		j := strings.IndexByte(selector[i:], ']')
		if j < 0 {
			return selector
		}
		condition := selector[i : i+j+1]
		if !strings.HasPrefix(condition, "[type") && condition != "[name]" && condition != "[value]" && condition != "[id]" {
			return selector[:i] + "#" + selector[i+j+1:]
		}
		selector = selector[:i] + selector[i+j+1:]
	}
}

// What a script asks the page's address for when it wants to run at the till only: parts of an address, and words.
var (
	tillParts = []string{
		"checkout", "onepage", "onestep", "place_order", "placeorder", "place-order", "zahlung", "paiement", "pagamento", "finalizar", "afrekenen", "注文", "オーダー",
	}
	tillWords = map[string]bool{
		"payment": true, "payments": true, "billing": true, "cart": true, "opc": true, "order": true, "orders": true, "kasse": true, "kassa": true,
		"pagar": true, "commande": true, "shopping": true, "basket": true,
	}
)

// tillWord is the word in s that names the way to the till, or "".
func tillWord(s string) string {
	s = strings.ToLower(s)
	if tillNames.in(s) {
		for _, w := range tillParts { // the first of them that is there, wherever it stands
			if strings.Contains(s, w) {
				return w
			}
		}
	}
	_, words := splitName(s)
	for _, w := range words {
		if len(w) > 2 && len(w) < 9 && tillWords[w] {
			return w
		}
	}
	return ""
}

// payForm tells whether a selector finds the form that a customer pays or gives an address in.
func payForm(selector string) bool {
	s := strings.ToLower(selector)
	for _, w := range []string{
		"pay", "checkout", "billing", "card", "onepage", "order", "shipping", "onestep", "co-", "shopping", "purchase", "zahl", "kasse", "paiement", "pagamento", "pago",
	} {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// adminWords are what a script asks cookies and addresses for when it hides from the shop's own people.
var adminWords = []string{"wp-admin", "wordpress_logged_in", "wpadminbar", "adminhtml", "admin_", "/admin", "wp-settings", "adminer", "backend", "wp-login", "administrator"}

func adminWord(s string) string {
	s = strings.ToLower(s)
	for _, w := range adminWords {
		if strings.Contains(s, w) {
			return w
		}
	}
	if s == "admin" {
		return s
	}
	return ""
}

// CardField tells whether a name is one that shops and payment modules give a field of a card: its number, security
// code, expiry, holder or type.
func CardField(name string) bool { return fieldMarks(name)&markCard != 0 }
