package page

import (
	"strings"
	"testing"

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
		"if (el.¦value) send()":                         false,
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
