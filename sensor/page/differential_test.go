package page

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/canary"
	"github.com/tillwatch/tillwatch/known"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

var (
	noon    = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	someSet = canary.Mint(rand.Reader, "ja", noon)
	atShop  = destinations{shop: "shop.example", providers: known.PaymentProviders()}
)

// aVisit is a visit whose payment page sends the given bodies to foreign hosts after typing.
func aVisit(requests ...browser.Request) *visit {
	v := &visit{profile: "desktop-ja", start: "https://shop.example/", set: someSet, typed: noon, pressed: noon.Add(5 * time.Second)}
	if n := len(requests); n > 0 && requests[n-1].At.After(v.pressed) {
		v.pressed = requests[n-1].At.Add(time.Second)
	}
	for i, r := range requests {
		if r.URL == "" {
			continue // a second in which nothing is sent
		}
		if r.Seq = i + 1; r.At.IsZero() {
			r.At = noon.Add(time.Duration(i+1) * time.Second)
		}
		r.DocumentURL = "https://shop.example/checkout"
		v.requests = append(v.requests, r)
	}
	return v
}

func random(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return base64.StdEncoding.EncodeToString(b)
}

func post(url, body string, stack ...browser.Call) browser.Request {
	return browser.Request{Method: "POST", URL: url, Type: "XHR", Session: "s", Body: tillwatch.NewBody([]byte(body)), Stack: stack}
}

// keyByKeyTo is what an encrypting key logger sends, each time to another path.
func keyByKeyTo(origin string, stack browser.Call) []browser.Request {
	var all []browser.Request
	for range keyByKey {
		r := post(origin+hex.EncodeToString([]byte(random(3)))[:6], random(60), stack)
		r.At = noon.Add(time.Second)
		all = append(all, r)
	}
	return all
}

// byTheClock is what a check for robots sends every 700 ms, for as long as a visit takes.
func byTheClock(n int, stack browser.Call) []browser.Request {
	var all []browser.Request
	for i := range n {
		r := post("https://r.example/check", random(120), stack)
		r.At = noon.Add(time.Duration(i+1) * 700 * time.Millisecond)
		all = append(all, r)
	}
	return all
}

func TestTypingDependent(t *testing.T) {
	skimmer := browser.Call{ScriptID: "7", URL: "https://shop.example/js/theme.js", Line: 40, Column: 12}
	reads := []browser.Read{{Session: "s", Field: "card_number", Stack: []browser.Call{skimmer}}}
	cases := map[string]struct {
		full, erased, longer []browser.Request
		reads                []browser.Read
		want                 []tillwatch.Severity
	}{
		"an encrypting skimmer that polls": {
			full: []browser.Request{post("https://x.example/c", random(96), skimmer)}, longer: []browser.Request{post("https://x.example/c", random(96), skimmer)},
			reads: reads, want: []tillwatch.Severity{tillwatch.High},
		},
		"an encrypting skimmer that nobody saw reading": {
			full: []browser.Request{post("https://x.example/c", random(96))}, erased: []browser.Request{post("https://x.example/c", random(16))},
			longer: []browser.Request{post("https://x.example/c", random(140))}, want: []tillwatch.Severity{tillwatch.High},
		},
		"session replay: as many keys, as many events": {
			full: []browser.Request{post("https://r.example/e", random(400))}, erased: []browser.Request{post("https://r.example/e", random(420))},
			longer: []browser.Request{post("https://r.example/e", random(440))}, reads: reads,
		},
		"a report that the form is complete": {
			full:   []browser.Request{post("https://a.example/collect", `{"event":"payment_info","id":"0b5f1c3e3f7a4b529f6e2f6a4de7b911"}`)},
			longer: []browser.Request{post("https://a.example/collect", `{"event":"payment_info","id":"1c5f1c3e3f7a4b529f6e2f6a4de7b912"}`)},
			reads:  reads, want: []tillwatch.Severity{tillwatch.Low},
		},
		"the shop's provider": {
			full: []browser.Request{post("https://api.stripe.com/v1/tokens", random(96), skimmer)}, reads: reads,
		},
		"a remark at the shop's provider": {
			full: []browser.Request{post("https://api.stripe.com/v1/customers", "metadata[risk]="+url.QueryEscape(random(96)), skimmer)}, reads: reads,
			want: []tillwatch.Severity{tillwatch.High},
		},
		"a remark at the shop's provider, by a script that reads no card": {
			full: []browser.Request{post("https://api.stripe.com/v1/customers", "metadata[risk]="+url.QueryEscape(random(96)), skimmer)},
		},
		"a remark at the shop's provider, whatever is typed": {
			full:   []browser.Request{post("https://api.stripe.com/v1/sources", "metadata[cart]="+url.QueryEscape(random(96)), skimmer)},
			erased: []browser.Request{post("https://api.stripe.com/v1/sources", "metadata[cart]="+url.QueryEscape(random(96)), skimmer)}, reads: reads,
		},
		"a token against robots, when the order is sent": {
			full: []browser.Request{{}, {}, {}, {}, {}, post("https://api.stripe.com/v1/tokens", "metadata[check]="+url.QueryEscape(random(96)), skimmer)}, reads: reads,
		},
		"the shop's own host, before anything was pressed": {
			full: []browser.Request{post("https://api.shop.example/x", random(96), skimmer)}, reads: reads, want: []tillwatch.Severity{tillwatch.High},
		},
		"the shop's own host, when the order is sent": {
			full: []browser.Request{{}, {}, {}, {}, {}, post("https://shop.example/token", random(96), skimmer), post("https://shop.example/order", random(96), skimmer)}, reads: reads,
		},
		"padded packets that go out whatever is typed": {
			full: []browser.Request{post("https://x.example/c", random(384), skimmer)}, erased: []browser.Request{post("https://x.example/c", random(384), skimmer)},
			longer: []browser.Request{post("https://x.example/c", random(384), skimmer)}, reads: reads, want: []tillwatch.Severity{tillwatch.Medium},
		},
		"one message for each key": {
			full: keyByKeyTo("https://x.example/", skimmer), erased: keyByKeyTo("https://x.example/", skimmer),
			reads: []browser.Read{{Session: "s", Field: "card_number", How: "key", Stack: []browser.Call{skimmer}}}, want: []tillwatch.Severity{tillwatch.High},
		},
		"a check for robots that hears the keys": {
			full: []browser.Request{post("https://r.example/e", random(400), skimmer)}, erased: []browser.Request{post("https://r.example/e", random(430), skimmer)},
			longer: []browser.Request{post("https://r.example/e", random(460), skimmer)},
			reads:  []browser.Read{{Session: "s", Field: "card_number", How: "key", Stack: []browser.Call{skimmer}}},
		},
		"what sends by the clock, in a visit that took three times as long": {
			full: byTheClock(60, skimmer), erased: byTheClock(20, skimmer),
			reads: []browser.Read{{Session: "s", Field: "card_number", How: "key", Stack: []browser.Call{skimmer}}},
		},
		"the address alone": {
			full: []browser.Request{post("https://x.example/c", random(90))}, erased: []browser.Request{post("https://x.example/c", random(90))},
			longer: []browser.Request{post("https://x.example/c", random(126))}, want: []tillwatch.Severity{tillwatch.Medium},
		},
	}
	for name, c := range cases {
		full, erased, longer := aVisit(c.full...), aVisit(c.erased...), aVisit(c.longer...)
		full.reads = c.reads
		var got []tillwatch.Severity
		for _, s := range typingDependent(full, erased, longer, atShop, func(string) bool { return false }) {
			got = append(got, s.Severity)
			if s.Rule != "page/typing-dependent" || s.Place == "" || s.Summary == "" || len(s.Evidence) == 0 {
				t.Errorf("%s: %+v", name, s)
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	told := typingDependent(aVisit(post("https://x.example/c", random(96), skimmer)), aVisit(), nil, atShop, func(o string) bool { return o == "https://x.example" })
	if len(told) > 0 {
		t.Error("an origin that another sign speaks of is told twice")
	}
}

func TestAKeyThatWasThereBeforeTypingIsNotOpaque(t *testing.T) {
	session := random(48)
	v := aVisit(post("https://a.example/e?s="+strings.TrimRight(session, "="), `{"event":"click"}`))
	v.requests = append([]browser.Request{{At: noon.Add(-time.Second), Method: "GET", URL: "https://a.example/start?s=" + session}}, v.requests...)
	for key, got := range v.endpoints(atShop) {
		if got.opaque > 0 {
			t.Errorf("%s: %d bytes are called unreadable, though the page had them before", key, got.opaque)
		}
	}
}
