package browser

import (
	"slices"
	"strings"
	"testing"
)

const hooks = `
const native = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
Object.defineProperty(HTMLInputElement.prototype, 'value', {...native, get() { return native.get.call(this); }});
const send = XMLHttpRequest.prototype.send;
XMLHttpRequest.prototype.send = new Proxy(send, {apply: (f, self, args) => Reflect.apply(f, self, args)});
const plain = fetch;
window.fetch = function () { return plain.apply(this, arguments); };
fetch.toString = () => 'function fetch() { [native code] }';
Pay.tokenise = function () {};
Key = new Proxy(Key, {apply: (f, self, args) => Reflect.apply(f, self, args)});
for (const name of ['getOwnPropertyDescriptor', 'getOwnPropertyDescriptors', 'getOwnPropertyNames', 'keys']) Object[name] = () => document.title = 'noticed';
const names = Reflect.ownKeys;
Reflect.ownKeys = o => { document.title = 'noticed'; return names(o); };`

func TestNatives(t *testing.T) {
	s := newSite(t)
	s.serve("/", `<!doctype html><title></title><body>
<script src="http://pay.localhostPORT/sdk.js"></script>
<script src="/hooks.js"></script>
<script>addEventListener('load', () => document.title ||= 'done')</script>`)
	s.serve("/plain", `<!doctype html><title></title><body><script>document.title = 'done'</script>`)
	s.serve("/sdk.js", "window.Pay = {tokenise() {}, mount() {}};\nfunction Key() {}")
	s.serve("/hooks.js", hooks)
	b := sharedBrowser(t)
	tab := newTab(t, b)
	shops := func(address string) bool { return strings.HasPrefix(address, "http://shop.localhost") }

	show(t, tab, s.at("shop", "/plain"))
	found, err := tab.Natives(limit(t), shops)
	if err != nil || len(found.Replaced) > 0 || len(found.Globals) > 0 {
		t.Fatalf("on a page that replaces nothing: %+v, %v", found, err)
	}

	show(t, tab, s.at("shop", "/"))
	if found, err = tab.Natives(limit(t), shops); err != nil {
		t.Fatal(err)
	}
	script := func(session string, c Call) string {
		for _, s := range b.Recording().Scripts() {
			if s.Session == session && s.ID == c.ScriptID {
				return s.URL[strings.LastIndexByte(s.URL, '/')+1:]
			}
		}
		return ""
	}
	var replaced []string
	for _, r := range found.Replaced {
		if script(r.Session, r.Call) == "hooks.js" {
			replaced = append(replaced, r.Name)
		}
		if r.Faked != (r.Name == "fetch") {
			t.Errorf("%s: faked %v", r.Name, r.Faked)
		}
	}
	slices.Sort(replaced)
	if want := []string{"HTMLInputElement.prototype.value", "Object.getOwnPropertyDescriptor", "XMLHttpRequest.prototype.send", "fetch"}; !slices.Equal(replaced, want) {
		t.Errorf("replaced: %q, want %q", replaced, want)
	}
	homes := map[string]string{}
	for _, g := range found.Globals {
		homes[g.Name] = script(g.Session, g.Call)
		for _, m := range g.Methods {
			homes[g.Name+"."+m.Name] = script(g.Session, m.Call)
		}
	}
	for name, want := range map[string]string{"Pay.mount": "sdk.js", "Pay.tokenise": "hooks.js", "Key": "hooks.js"} {
		if homes[name] != want {
			t.Errorf("%s is in %q, want %q", name, homes[name], want)
		}
	}
	if title := eval[string](t, mainFrame(t, tab), "document.title"); title != "done" {
		t.Errorf("the page %s the look", title)
	}
}
