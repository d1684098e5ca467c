package script

import (
	"strings"
	"testing"
)

func TestFieldNames(t *testing.T) {
	for name, want := range map[string]marks{
		"payment[cc_number]": markCard, "#authorizenet_cc_number": markCard, "cardNumber": markCard, "card-cvc": markCard, "cc_cid": markCard, "input[autocomplete=cc-csc]": markCard,
		"security_code": markCard, "card_no01": markCard, "payment_credit_card_no1": markCard, "expiration_year": markCard, "cvv2": markCard, "カード番号": markCard, "kartennummer": markCard,
		"billing[firstname]": markIdentity, "customer_email": markIdentity, "#tel": markIdentity, "order_name01": markIdentity, "password": markIdentity | markSecret, "tarjeta_numero": markCard,
		"q": 0, "search": 0, "quantity": 0, "#comment": 0, "discard": 0, "account": 0, "#accordion": 0, "company": 0, "expand": 0, "success": 0, "access": 0, "cardinal": 0, "card": 0,
	} {
		if got := fieldMarks(name); got != want {
			t.Errorf("%q: %b, want %b", name, got, want)
		}
	}
}

func TestWideSelectors(t *testing.T) {
	for selector, want := range map[string]bool{
		"input": true, "input, select, textarea": true, "form input[type=text], form select": true, ":input": true, "form": true, "input:not([type=hidden])": true, "body input": true,
		"#login input": false, ".search": false, "input[name=q]": false, "div": false, "": false, "button": false, "input.qty": false,
	} {
		if got := wideSelector(selector); got != want {
			t.Errorf("%q: %v", selector, got)
		}
	}
}

func TestHosts(t *testing.T) {
	for target, want := range map[string]string{
		"https://a.example/x": "a.example", "//A.Example:8080/x?y": "a.example", "wss://a.example": "a.example", "https:\\\\a.example\\x": "a.example", "https://u:p@a.example/": "a.example",
		"stun:1.2.3.4:3478": "1.2.3.4", "https://[2001:db8::1]/": "2001:db8::1", "/x//y": "", "x.php": "", "data:text/plain,//a": "", "https://" + hole + ".a.example/": "*.a.example",
		hole + "//a.example/": "a.example", "https://a.example." + hole: "a.example.*", "//": "", "?u=http://a.example": "",
	} {
		if got := hostOf(target); got != want {
			t.Errorf("%q: %q, want %q", target, got, want)
		}
	}
	for host, want := range map[string]string{"a.b.example": "b.example", "a.b.co.jp": "b.co.jp", "b.jp": "b.jp", "10.0.0.1": "10.0.0.1", "*.x.example": "x.example"} {
		if got := registrable(host); got != want {
			t.Errorf("%q: %q, want %q", host, got, want)
		}
	}
}

func TestImitations(t *testing.T) {
	for _, host := range strings.Fields("google-analytlcs.com www.googletagmanager.eu googie-analytics.com gogletagmanager.com google-analytics.com.co jquery-cdn.xyz cdn-jquery.com www.g00gletagmanager.com " +
		"bootstrapcdn.net cloudfIare.net magento-cdn.net doublecIick.net googletagmanages.com cdn.jsdelivr.cc facebook-pixel.net js-stripe.com") {
		if imitates(strings.ToLower(host)) == "" {
			t.Errorf("%s goes for what it is not", host)
		}
	}
	for _, host := range strings.Fields("www.google-analytics.com www.googletagmanager.com google.co.jp www.google.com.au paypay.ne.jp www.paypal.com code.jquery.com jqueryvalidation.org cdnjs.cloudflare.com " +
		"maxcdn.bootstrapcdn.com cdn.jsdelivr.net shop.example stripedhorse.com js.stripe.com connect.facebook.net use.fontawesome.com static.cloudflareinsights.com googleads.g.doubleclick.net magenta.example " +
		"api.segment.io us.i.posthog.com unpkg.com gmo-pg.com stonebridge.com analytics.example") {
		if of := imitates(host); of != "" {
			t.Errorf("%s is taken for an imitation of %s", host, of)
		}
	}
}

func TestSlashesAreToldApart(t *testing.T) {
	for source, want := range map[string]int{
		"a/b/c": 0, "a=/b/g": 1, "f(/a/,/b/)": 2, "if(a)/b/.test(c)": 1, "(a)/b/c": 0, "a[0]/b/c": 0, "{}/a/.test(b)": 1, "x={}/a/b": 0, "return/a/": 1, "a.return/b/c": 0,
		"a++/b/c": 0, "function f(){}/a/.test(b)": 1, "x=function(){}/a/b": 0, "`a`/b/c": 0, "`${a}`/b/c": 0, "`${/a/}`": 1, "typeof/a/": 1, "while(a)/b/.test(c)": 1, "/[/]/": 1, `/\//`: 1,
		"a=>/b/": 1, "x={a:/b/}": 1, "case/a/:": 1, "!/a/": 1, "1/2/3": 0, "'a'/b/c": 0, "do/a/.test(b);while(c)": 1, "of/a/b": 1, "a\n/b/c": 0, "//a/b\n/c/": 1, "/*a*//b/": 1,
	} {
		l, got := newLexer(source), 0
		for t := l.next(); t.kind != tokenEnd; t = l.next() {
			if t.kind == tokenRegExp {
				got++
			}
		}
		if got != want {
			t.Errorf("%q has %d regular expressions, want %d", source, got, want)
		}
	}
}
