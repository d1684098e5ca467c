package page

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
)

// A thief need not have a host of his own: he may have an account with the one that the shop uses. So whose account a
// request names is part of the shop's state, like the host.

// What an account is for, as a capability of its item: the inventory grades a change by it.
const (
	receivesPayments tillwatch.Capability = "receives payments"
	loadsScripts     tillwatch.Capability = "loads scripts"
	receivesEvents   tillwatch.Capability = "receives events"
)

// accountShapes are identifiers that tell by their form what they are, wherever they stand.
var accountShapes = []struct {
	name string
	can  tillwatch.Capability
	id   pattern
}{
	{"tag manager container", loadsScripts, lazily(`\bGTM-[A-Z0-9]{4,12}\b`)},
	{"analytics property", receivesEvents, lazily(`\b(?:G-[A-Z0-9]{6,12}|UA-\d{4,12}-\d{1,4}|AW-\d{6,14}|DC-\d{5,12})\b`)},
	{"publishable key", receivesPayments, lazily(`\bpk_(?:live|test)_[A-Za-z0-9]{8,120}\b`)},
	{"script deployment", receivesEvents, lazily(`/macros/s/([A-Za-z0-9_-]{20,120})/`)},
	{"bot", receivesEvents, lazily(`/bot(\d{6,12}:[A-Za-z0-9_-]{20,60})/`)},
	{"connected account", receivesPayments, lazily(`\bacct_[A-Za-z0-9]{8,40}\b`)},
}

// merchantNames are the parameters in which requests to payment providers name who is paid.
var merchantNames = []string{
	"shopid", "merchantid", "merchant", "merchantno", "merchantcode", "mallid", "mid", "storeid", "clientid", "clientkey", "business", "accountid",
	"pgid", "siteid", "tenantid", "apikey", "publickey", "publishablekey", "sellerid", "payee", "contractcode", "merchantaccount",
}

// accountItems are the accounts that requests of the walk named, each under the host that it belongs to.
func (v *visit) accountItems(scope string, d destinations) []tillwatch.Item {
	pages := v.lives()
	var out []tillwatch.Item
	add := func(name, host, id string, can tillwatch.Capability, stages []string) {
		item := tillwatch.Item{
			Kind: "account", Place: name + " at " + shown(host), Scope: scope, Digest: digest(id), Value: id,
			Capabilities: []tillwatch.Capability{can}, Stages: stages,
		}
		if name == "bot" {
			item.Value = "" // it is a secret, if a thief's
		}
		out = append(out, item)
	}
	sent := v.sendings()
	for i := range sent {
		s := &sent[i]
		host := hostOf(s.url)
		if host == "" {
			continue
		}
		o := d.owner(host)
		stages := stagesAt(pages, s.at)
		if o != own {
			text := s.url
			if plain, err := url.PathUnescape(text); err == nil {
				text = plain
			}
			for _, shape := range accountShapes {
				if m := shape.id().FindStringSubmatch(text); m != nil {
					add(shape.name, host, m[len(m)-1], shape.can, stages)
				}
			}
		}
		if o == provider || o == providerPart || o == authorised {
			for name, id := range merchants(s) {
				add("merchant "+name, host, id, receivesPayments, stages)
			}
		}
	}
	for _, f := range v.forms {
		host := hostOf(f.Action)
		if o := d.owner(host); host != "" && o != own {
			for name, id := range f.Merchants {
				if plainMerchant(name, id) {
					add("merchant "+strings.ToLower(name), host, id, receivesPayments, stagesAt(pages, f.at))
				}
			}
		}
	}
	return append(out, v.keysInScripts(scope, d)...)
}

// keysInScripts are the accounts that the shop's own scripts name: a publishable key is in no address.
func (v *visit) keysInScripts(scope string, d destinations) []tillwatch.Item {
	pages := v.lives()
	var out []tillwatch.Item
	for _, s := range v.toBeRead(d) {
		if host := hostOf(s.URL); s.Kind == "external" && d.owner(host) != own {
			continue
		}
		for _, shape := range accountShapes {
			if shape.can == receivesEvents {
				continue // seen where it is used
			}
			for _, id := range shape.id().FindAllString(s.Source, 8) {
				out = append(out, tillwatch.Item{
					Kind: "account", Place: shape.name + " in the shop's scripts", Scope: scope, Digest: digest(id), Value: id,
					Capabilities: []tillwatch.Capability{shape.can}, Stages: stagesAt(pages, s.At),
				})
			}
		}
	}
	return out
}

// merchants are the parameters of a request that name who is paid.
func merchants(s *sending) map[string]string {
	out := map[string]string{}
	add := func(name, value string) {
		if plainMerchant(name, value) && len(out) < 16 {
			out[strings.ToLower(name)] = value
		}
	}
	form := func(text string) {
		if values, err := url.ParseQuery(text); err == nil {
			for name := range values {
				add(name, values.Get(name))
			}
		}
	}
	if u, err := url.Parse(s.url); err == nil {
		form(u.RawQuery)
	}
	const longest = 64 << 10
	body := s.body.Bytes()
	if len(body) == 0 || len(body) > longest {
		return out
	}
	var object map[string]any
	if json.Unmarshal(body, &object) == nil {
		for name, value := range object {
			if text, ok := value.(string); ok {
				add(name, text)
			}
		}
		return out
	}
	form(string(body))
	return out
}

// plainMerchant says that a parameter names who is paid, with what stays the same from one customer to the next and is
// nobody's secret.
func plainMerchant(name, value string) bool {
	letters := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, strings.ToLower(name))
	if !slices.Contains(merchantNames, letters) || len(value) < 3 || len(value) > 120 || strings.ContainsAny(value, "@ \t\r\n") {
		return false
	}
	return longestNumber(value) < 13 // not a card number, nor a time
}
