package demoshop

import (
	"bytes"
	"net/url"
	"strings"
	"testing"
	"time"
)

// FuzzFields reads people and cards out of whatever a browser or an attacker might send.
func FuzzFields(f *testing.F) {
	f.Add("email=a%40example.jp&family_name=%E5%B1%B1%E7%94%B0&postal_code=100-0005&tel=09001234567&cardnumber=4111+1111+1111+1111&exp-date=12+%2F+31&cvc=123")
	f.Add("order_zip01=100&order_zip02=0005&order_tel01=090&order_tel02=0123&order_tel03=4567&card_no=4111111111111111&card_month=2&card_year=2031&security_code=123")
	f.Add("postal_code=1-2&order_tel02=1&tel=%E0%A5%A6&cardnumber=%EF%BC%94&cvc=%ff&email=%00@&exp-date=/&card_month=000000000000000000000000")
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, query string) {
		form, _ := url.ParseQuery(query) // the pairs before a broken one count
		p := readPerson(form, "", "order_")
		if len(p.problems(true, true)) == 0 && (p.Zip1()+p.Zip2() != p.Postcode || digits(p.Tel1()+p.Tel2()+p.Tel3()) == "" || p.Family == "") {
			t.Errorf("accepted %+v", p)
		}
		if reference, tail, problem := newProvider().authorise(readCard(form), now); (problem == "") != (reference != "" && len(tail) == 4) {
			t.Errorf("authorised with reference %q, tail %q, problem %q", reference, tail, problem)
		}
	})
}

// FuzzAccessLine checks that no request makes two lines of the access log, or ends a field early.
func FuzzAccessLine(f *testing.F) {
	f.Add("GET", `/a"b`, "line\nbreak", `\"`)
	f.Add("", "", "\x00\x7f\xff", "日本")
	f.Fuzz(func(t *testing.T, method, uri, referer, agent string) {
		line := combinedLine(&accessEntry{Client: "127.0.0.1", Method: method, URI: uri, Referer: referer, Agent: agent}, "HTTP/1.1")
		if bytes.Count(line, []byte("\n")) != 1 || bytes.Count(line, []byte(`"`)) != 6 || strings.ContainsFunc(string(line[:len(line)-1]), func(r rune) bool { return r < 0x20 || r > 0x7e }) {
			t.Errorf("wrote %q", line)
		}
	})
}
