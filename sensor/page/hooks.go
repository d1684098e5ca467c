package page

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// intimate are the functions that nothing honest replaces to count requests or to catch errors: through them passes what
// was typed, by itself.
var intimate = []string{
	"HTMLInputElement.prototype.value", "HTMLTextAreaElement.prototype.value", "HTMLSelectElement.prototype.value",
	"FormData", "FormData.prototype.get", "FormData.prototype.set", "FormData.prototype.append", "FormData.prototype.entries", "FormData.prototype.forEach",
	"URLSearchParams", "URLSearchParams.prototype.append", "URLSearchParams.prototype.set", "URLSearchParams.prototype.toString",
	"JSON.stringify", "PaymentRequest", "PaymentRequest.prototype.show", "PaymentResponse.prototype.complete",
	"SubtleCrypto.prototype.encrypt", "SubtleCrypto.prototype.importKey",
}

// wires are the functions that send. Error trackers, performance monitors and bot checks replace them on many honest shops.
var wires = []string{"fetch", "XMLHttpRequest", "XMLHttpRequest.prototype.open", "XMLHttpRequest.prototype.send", "Navigator.prototype.sendBeacon", "WebSocket", "WebSocket.prototype.send", "HTMLFormElement.prototype.submit", "HTMLFormElement.prototype.requestSubmit", "Request"}

// seeksCards is what a replacement looks for that is after cards and not after requests.
var seeksCards = lazily(`(?i)card.?(?:num|no\b)|cc.?num|cvv|cvc|\bpan\b|security.?code|expir|\\d\{1[2-9]|\[0-9\]\{1[2-9]|カード番号`)

// hooker is a script and what it replaced.
type hooker struct {
	suspect
	names  []string // of the functions that count
	faked  bool
	cards  bool
	listed []tillwatch.Evidence
	nosy   bool // intimate functions are among them
}

// nativeHooks tells of functions that are not the browser's, or not the payment provider's, any more, where they see what
// customers type.
func nativeHooks(v *visit, d destinations) []tillwatch.Sign {
	t := newTrial(v, d)
	signs := t.providerHooks()
	for _, h := range t.hookers() {
		place := shown(h.place.URL)
		sign := tillwatch.Sign{
			Rule: "page/native-hooked", Place: place, Since: v.typed, Count: len(h.names), Data: []string{"card"},
			Severity: tillwatch.Medium, Certainty: tillwatch.Possible, Evidence: h.listed[:min(len(h.listed), maxEvidence)],
		}
		to, secret := t.leaked(h.key), t.sentSecret(h.key, longSecret)
		switch {
		case to != "":
			sign.Severity, sign.Certainty = tillwatch.High, tillwatch.Likely
			sign.Summary = fmt.Sprintf("%s replaced %s, and what it sends to %s holds what was typed.", place, strings.Join(h.names, ", "), shown(to))
		case h.nosy && (h.faked || h.cards):
			sign.Severity, sign.Certainty = tillwatch.High, tillwatch.Likely
			sign.Summary = fmt.Sprintf("%s replaced %s, functions of the browser that what customers type passes through, and is after cards or hides it.", place, strings.Join(h.names, ", "))
		case h.nosy:
			sign.Summary = fmt.Sprintf("%s replaced %s, functions of the browser that what customers type passes through.", place, strings.Join(h.names, ", "))
		case secret != "":
			sign.Summary = fmt.Sprintf("%s replaced %s, by which pages send, and sends something unreadable to %s once the customer has typed.", place, strings.Join(h.names, ", "), shown(secret))
		case h.cards || h.faked:
			sign.Summary = fmt.Sprintf("%s replaced %s, by which pages send, and is after cards or hides it.", place, strings.Join(h.names, ", "))
		default:
			continue
		}
		signs = append(signs, sign)
	}
	return signs
}

func (t *trial) hookers() []*hooker {
	all := map[scriptKey]*hooker{}
	for _, r := range t.visit.audits.natives.Replaced {
		nosy, wire := slices.Contains(intimate, r.Name), slices.Contains(wires, r.Name)
		s, ok := t.suspect(r.Session, []browser.Call{r.Call})
		if !nosy && !wire || !ok || s.trusted() {
			continue
		}
		h := all[s.key]
		if h == nil {
			h = &hooker{suspect: s}
			all[s.key] = h
		}
		h.names = append(h.names, r.Name)
		h.nosy = h.nosy || nosy
		h.faked = h.faked || r.Faked
		h.cards = h.cards || seeksCards().MatchString(r.Source)
		what := "replaces the function " + r.Name
		if r.Faked {
			what = "hides that it replaces the function " + r.Name
		}
		h.listed = append(h.listed, s.evidence(what))
	}
	list := slices.Collect(maps.Values(all))
	for _, h := range list {
		slices.Sort(h.names)
		h.names = slices.Compact(h.names)
		slices.SortFunc(h.listed, func(a, b tillwatch.Evidence) int {
			return cmp.Or(strings.Compare(a.What, b.What), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
		})
	}
	slices.SortFunc(list, func(a, b *hooker) int {
		return cmp.Or(strings.Compare(a.place.URL, b.place.URL), cmp.Compare(a.place.Line, b.place.Line))
	})
	return list
}

// providerHooks tells of functions of a payment provider's script that somebody else's script put its own in the place of.
// No list of names is needed: what the rest of an object came from says whose it is.
func (t *trial) providerHooks() []tillwatch.Sign {
	found := map[string]tillwatch.Sign{}
	tell := func(name string, by suspect) {
		place := shown(by.place.URL)
		if _, again := found[place+"\n"+name]; again {
			return
		}
		found[place+"\n"+name] = tillwatch.Sign{
			Rule: "page/native-hooked", Place: place, Since: t.visit.typed, Count: 1, Data: []string{"card"}, Severity: tillwatch.High, Certainty: tillwatch.Likely,
			Summary:  fmt.Sprintf("%s replaced %s, a function of the payment provider's script.", place, name),
			Evidence: []tillwatch.Evidence{by.evidence("replaces the function " + name)},
		}
	}
	for _, g := range t.visit.audits.natives.Globals {
		home, fromProvider := t.providerScript(g)
		by, known := t.suspect(g.Session, []browser.Call{g.Call})
		if g.Call.ScriptID != "" && known && !by.trusted() && t.defined(g) {
			tell(named(g.Name), by)
			continue
		}
		if !fromProvider {
			continue
		}
		for _, m := range g.Methods {
			by, known := t.suspect(g.Session, []browser.Call{m.Call})
			if known && !by.trusted() && defines(home.Source, m.Name) {
				tell(named(g.Name)+"."+named(m.Name), by)
			}
		}
	}
	var signs []tillwatch.Sign
	for _, key := range slices.Sorted(maps.Keys(found)) {
		signs = append(signs, found[key])
	}
	return signs
}

// providerScript is the provider's script that an object came from, by what is still its own of it.
func (t *trial) providerScript(g browser.Global) (browser.Script, bool) {
	calls := []browser.Call{g.Call}
	for _, m := range g.Methods {
		calls = append(calls, m.Call)
	}
	for _, c := range calls {
		if s, ok := t.suspect(g.Session, []browser.Call{c}); ok && s.trusted() {
			return s.inner, true
		}
	}
	for _, s := range t.visit.scripts { // none of it is left
		if s.Session == g.Session && t.ofProvider(s) && makesGlobal(s.Source, g.Name) {
			return s, true
		}
	}
	return browser.Script{}, false
}

// defined says that a provider's script puts a thing of that name into the global scope.
func (t *trial) defined(g browser.Global) bool {
	return slices.ContainsFunc(t.visit.scripts, func(s browser.Script) bool {
		return s.Session == g.Session && t.ofProvider(s) && makesGlobal(s.Source, g.Name)
	})
}

func (t *trial) ofProvider(s browser.Script) bool {
	switch t.d.owner(hostOf(s.URL)) {
	case provider, providerPart, authorised:
		return true
	}
	return false
}

// makesGlobal says that a source assigns to a global of that name.
func makesGlobal(source, name string) bool {
	if len(name) < 3 || !strings.Contains(source, name) {
		return false
	}
	quoted := regexp.QuoteMeta(name)
	made, err := regexp.Compile(`(?:\b(?:window|self|globalThis|top|this|root|global|[a-z])\.` + quoted + `|\b(?:window|self|globalThis)\[["']` + quoted + `["']\]|(?:^|[;}\n])\s*(?:var\s+)?` + quoted + `)\s*=[^=]|(?:^|[;}\n])\s*function\s+` + quoted + `\s*\(`)
	return err == nil && made.MatchString(source)
}

// defines says that a source gives something a method of that name. What a shop is asked to put there, an "onReady", is none.
func defines(source, name string) bool {
	if lower := strings.ToLower(name); strings.HasPrefix(lower, "on") || strings.Contains(lower, "callback") || strings.Contains(lower, "handler") {
		return false
	}
	quoted := regexp.QuoteMeta(name)
	method, err := regexp.Compile(`(?:^|[^\w$])["']?` + quoted + `["']?\s*(?::|=[^=]|\([^()]*\)\s*\{)`)
	return err == nil && method.MatchString(source)
}
