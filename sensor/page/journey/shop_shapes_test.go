package journey_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch/canary"
	"github.com/tillwatch/tillwatch/sensor/page/journey"
)

// TestLandingPage walks a page that is product, form and payment in one, as advertisements lead to.
func TestLandingPage(t *testing.T) {
	t.Parallel()
	s := newShop(t, "landing")
	s.page("GET /{$}", "初回限定 美容液", func(*http.Request) string {
		return `<h1>初回限定 980円</h1><p>` + strings.Repeat("うるおいの秘密。", 200) + `</p><a href="#form">今すぐ申し込む</a>
		<form id="form" method="post" action="/place"><h2>お申し込みフォーム</h2><ul><li>商品 <select name="item"><option value="1">1本 980円</option><option value="3">3本 2,800円</option></select></li>
		<li><label for="n">お名前</label><input id="n" name="n" placeholder="例）山田 太郎"></li><li><label for="k">ふりがな</label><input id="k" name="k" placeholder="例）やまだ たろう"></li><li><label for="z">郵便番号</label><input id="z" name="z" maxlength="7"></li><li><label for="p">都道府県</label><select id="p" name="p">` + prefectures + `</select></li><li><label for="a">ご住所</label><input id="a" name="a"></li><li><label for="t">お電話番号</label><input id="t" name="t" placeholder="ハイフンなし"></li><li><label for="m">メールアドレス</label><input id="m" name="m" type="email"></li></ul>
		<h3>お支払い方法</h3><label><input type="radio" name="pay" value="np">後払い</label><label><input type="radio" name="pay" value="card">クレジットカード</label><div id="c" hidden><p>カード番号<br><input name="cn" autocomplete="off"></p><p>有効期限<br><select name="cm"><option value="">月</option><option>01</option><option>02</option><option>03</option><option>04</option><option>05</option><option>06</option><option>07</option><option>08</option><option>09</option><option>10</option><option>11</option><option>12</option></select> <select name="cy"><option value="">年</option><option>2026</option><option>2027</option><option>2028</option><option>2029</option><option>2030</option><option>2031</option><option>2032</option></select></p><p>セキュリティコード<br><input name="cs" maxlength="4"></p></div>
		<label><input type="checkbox" name="ok">利用規約に同意する</label><button type="submit" onclick="return form.ok.checked">注文内容を送信する</button></form><script>form.querySelectorAll('[name=pay]').forEach(r => r.onchange = () => { c.hidden = form.pay.value != 'card'; });</script>`
	})
	s.mux.HandleFunc("POST /place", func(w http.ResponseWriter, r *http.Request) { s.hear(r); s.order(w, r) })
	r := s.reach("ja", "注文内容を送信する", nil)
	wantTyped(t, r, append(customer, canary.CardNumber, canary.CardCode)...)
	ordered(t, s, r.Last.Press)
	for _, name := range []string{"k", "z", "p", "a", "t", "cn", "cm", "cy", "cs"} {
		if s.value(name) == "" {
			t.Errorf("%s stayed empty", name)
		}
	}
	if v := s.value("k"); allKatakana(v) {
		t.Error("the reading is in katakana where hiragana is asked for")
	}
	if !allDigits(7)(s.value("z")) || !allDigits(10, 11)(s.value("t")) {
		t.Error("the postal code or telephone number has dashes where none are wanted")
	}
}

// TestStepsWithFormsOfTheirOwn walks a checkout whose steps are all in the page, one open at a time, each with a form
// and a “Continue” of its own, the last button asleep until the terms are accepted.
func TestStepsWithFormsOfTheirOwn(t *testing.T) {
	t.Parallel()
	s := plainShop(t, "own-forms", func(*http.Request) string {
		return `<h1>Checkout</h1><section id="s1"><h2>1 Personal Information</h2><div><ul><li><a href="#">Order as a guest</a></li><li><a href="#login">Sign in</a></li></ul><form><label>Social title</label><label><input type="radio" name="id_gender" value="1"> Mr.</label><label><input type="radio" name="id_gender" value="2"> Mrs.</label><label>First name<input name="firstname" required></label><label>Last name<input name="lastname" required></label><label>Email<input name="email" type="email" required></label><p>Create an account (optional)</p><label>Password<input name="password" type="password"></label><label>Birthdate<input name="birthday" placeholder="MM/DD/YYYY"></label><label><input type="checkbox" name="optin"> Receive offers from our partners</label><label><input type="checkbox" name="psgdpr" required> I agree to the terms and conditions and the privacy policy</label><label><input type="checkbox" name="newsletter"> Sign up for our newsletter</label><button type="submit">Continue</button></form></div></section>
		<section id="s2"><h2>2 Addresses</h2><div hidden><form><label>Address<input name="address1" required></label><label>Address Complement<input name="address2"></label><label>City<input name="city" required></label><label>State<select name="id_state" required>` + states + `</select></label><label>Zip/Postal Code<input name="postcode" required></label><label>Country<select name="id_country"><option value="21" selected>United States</option></select></label><label>Phone<input name="phone" type="tel" required></label><label><input type="checkbox" checked> Use this address for invoice too</label><button type="submit" name="confirm-addresses">Continue</button></form></div></section>
		<section id="s3"><h2>3 Shipping Method</h2><div hidden><form><label><input type="radio" name="delivery_option" value="1" checked> My carrier — Delivery next day!</label><label>If you would like to add a comment about your order, please write it in the field below.<textarea name="delivery_message"></textarea></label><button type="submit" name="confirmDeliveryOption">Continue</button></form></div></section>
		<section id="s4"><h2>4 Payment</h2><div hidden><label><input type="radio" name="payment-option" value="cheque"> Pay by Check</label><label><input type="radio" name="payment-option" value="wire"> Pay by bank wire</label><form id="conditions"><label><input type="checkbox" id="agree"> I agree to the <a href="/terms">terms of service</a> and will adhere to them unconditionally.</label></form><div><button type="button" id="po" disabled onclick="fetch('/place', {method:'POST'})">Place order</button></div></div></section>
		<script>const steps = ['s1','s2','s3','s4'].map(i => document.getElementById(i)); steps.forEach((s, n) => { const f = s.querySelector('form'); f.onsubmit = e => { e.preventDefault(); if (n > 2) return; s.lastElementChild.hidden = true; s.insertAdjacentHTML('beforeend', ''); steps[n+1].lastElementChild.hidden = false; }; });
		const ready = () => { po.disabled = !(agree.checked && document.querySelector('[name=payment-option]:checked')); }; agree.onchange = ready; document.querySelectorAll('[name=payment-option]').forEach(r => r.onchange = ready);</script>`
	})
	r := s.reach("en", "Place order", nil)
	wantTyped(t, r, customer...)
	if typed(r)[canary.Password] {
		t.Error("an account was asked for that nobody allowed")
	}
	var asleep bool
	s.eval(`po.disabled`, &asleep)
	if asleep {
		t.Error("the last button is still asleep")
	}
	ordered(t, s, r.Last.Press)
}

// TestShadowAndNewWindow walks a shop of custom elements with shadow trees, whose goods open in a new window.
func TestShadowAndNewWindow(t *testing.T) {
	t.Parallel()
	s := newShop(t, "shadow")
	s.page("GET /{$}", "Shop", func(*http.Request) string {
		return `<main><h1>Goods</h1><ul><li><a href="/tea" target="_blank"><img src="data:,">Tea $5.00</a></li><li><a href="/cup" target="_blank"><img src="data:,">Cup $9.00</a></li></ul></main>`
	})
	s.page("GET /tea", "Tea", func(*http.Request) string {
		return `<main><h1>Tea</h1><p>$5.00</p><buy-box></buy-box></main><script>customElements.define('buy-box', class extends HTMLElement { constructor() { super(); this.attachShadow({mode: 'open'}).innerHTML = '<form action="/checkout"><slot></slot><button>Add to cart</button></form>'; } });</script>`
	})
	s.page("GET /checkout", "Checkout", func(*http.Request) string {
		return `<main><h1>Checkout</h1><check-out></check-out></main><script>customElements.define('check-out', class extends HTMLElement { constructor() { super(); const r = this.attachShadow({mode: 'open'}); r.innerHTML = '<form id="f"><label for="n">Full name</label><input id="n"><label for="e">Email</label><input id="e"><label for="a">Address</label><input id="a"><label for="z">ZIP code</label><input id="z"><label for="p">Phone</label><input id="p"><card-box></card-box><button>Pay now</button></form>'; r.querySelector('form').onsubmit = e => { e.preventDefault(); fetch('/place', {method: 'POST'}); }; } });
		customElements.define('card-box', class extends HTMLElement { constructor() { super(); this.attachShadow({mode: 'open'}).innerHTML = '<label>Card number<input></label><label>Expiry (MM/YY)<input></label><label>CVC<input></label>'; } });</script>`
	})
	s.mux.HandleFunc("POST /place", s.order)
	r := s.reach("en", "Pay now", nil)
	wantTyped(t, r, append(customer, card...)...)
	ordered(t, s, r.Last.Press)
}

// TestFakeFormOverAProvidersFrame is a shop that was broken into: a form of the thief's lies over the provider's
// frame. What asks for a card in the page itself gets one; the provider's frame gets none.
func TestFakeFormOverAProvidersFrame(t *testing.T) {
	t.Parallel()
	s := newShop(t, "fake-form")
	*s = *plainShop(t, "fake-form", func(*http.Request) string {
		return addressForm + `<div style="position:relative;height:200px"><iframe title="Secure card payment" src="` + s.on("provider", "/field/number") + `" style="width:100%;height:200px;border:0"></iframe><div style="position:absolute;inset:0;background:#fff"><input placeholder="Card number" id="x1"><input placeholder="MM / YY" id="x2"><input placeholder="CVC" id="x3"></div></div><button>Place order</button></form>`
	})
	s.page("GET /field/number", "", func(*http.Request) string {
		return `raw:<input autocomplete="cc-number" placeholder="Card number">`
	})
	r := s.reach("en", "Place order", nil)
	wantTyped(t, r, append(customer, card...)...)
	onlyGap(t, r, journey.GapProvider)
	for _, f := range r.Typed {
		if strings.Contains(f.Frame, "provider.localhost") {
			t.Errorf("%s went into the provider's frame", f.Field)
		}
	}
}

// TestComplaintsAreMended walks a form that refuses the first way of writing a number or a reading, and says why.
func TestComplaintsAreMended(t *testing.T) {
	t.Parallel()
	s := newShop(t, "mended")
	form := func(r *http.Request, complaints map[string]string) string {
		field := func(name, label string) string {
			complaint := ""
			if c := complaints[name]; c != "" {
				complaint = `<p class="error">` + c + `</p>`
			}
			return `<div class="row"><label for="` + name + `">` + label + `</label><input id="` + name + `" name="` + name + `" value="` + r.PostFormValue(name) + `">` + complaint + `</div>`
		}
		return `<h1>お届け先の入力</h1><form method="post" action="/checkout">` + field("name", "お名前") + field("reading", "フリガナ") + field("mail", "メールアドレス") + field("zip", "郵便番号") + `<div class="row"><label for="pref">都道府県</label><select id="pref" name="pref">` + prefectures + `</select></div>` + field("street", "住所") + field("tel", "電話番号") + `<button>次へ</button></form>`
	}
	*s = *plainShop(t, "mended", func(r *http.Request) string { return form(r, nil) })
	s.page("POST /checkout", "お届け先の入力", func(r *http.Request) string {
		complaints := map[string]string{}
		check := func(name, complaint string, ok bool) {
			if !ok {
				complaints[name] = complaint
			}
		}
		check("tel", "電話番号はハイフンありで入力してください", strings.Count(r.PostFormValue("tel"), "-") == 2)
		check("zip", "郵便番号は半角数字7桁で入力してください", allDigits(7)(r.PostFormValue("zip")))
		check("reading", "ふりがなはひらがなで入力してください", r.PostFormValue("reading") != "" && !allKatakana(r.PostFormValue("reading")))
		check("street", "住所は全角で入力してください", strings.Trim(r.PostFormValue("street"), "0123456789-") == r.PostFormValue("street") && !strings.ContainsAny(r.PostFormValue("street"), "0123456789"))
		check("pref", "都道府県を選択してください", r.PostFormValue("pref") != "")
		if len(complaints) > 0 {
			return form(r, complaints)
		}
		return `<h1>お支払い</h1><form method="post" action="/place"><label><input type="radio" name="pay" value="cod">代金引換</label><button>注文を確定する</button></form>`
	})
	r := s.reach("ja", "注文を確定する", nil)
	wantTyped(t, r, customer...)
}

// TestNamesThatHideTheDocument walks forms whose fields are called like the properties of a form, as many shops' are,
// and one that a hostile page may hold.
func TestNamesThatHideTheDocument(t *testing.T) {
	t.Parallel()
	hiding := ""
	for _, name := range strings.Fields("id action method name title text type value target submit length elements children childNodes parentElement parentNode textContent innerText className tagName nodeName getAttribute querySelector closest style attributes ownerDocument") {
		hiding += `<input type="hidden" name="` + name + `" value="x">`
	}
	s := newShop(t, "hiding")
	s.page("GET /{$}", "Shop", func(*http.Request) string {
		return `<main><h1>Tea</h1><p>$5.00</p><form method="post" action="/add"><input type="hidden" name="id" value="3"><input type="hidden" name="action" value="add"><input type="hidden" name="method" value="x"><button>Add to cart</button></form></main>`
	})
	s.page("POST /add", "", func(*http.Request) string { s.put(); return "→/checkout" })
	s.page("GET /checkout", "Checkout", func(*http.Request) string {
		return strings.Replace(addressForm, `<label>Full name`, `<input type="hidden" name="id"><input type="hidden" name="action"><input type="hidden" name="parentNode"><label>Full name`, 1) + `<button>Place order</button></form><form>` + hiding + `<input name="q"></form>`
	})
	s.mux.HandleFunc("POST /place", s.order)
	r := s.reach("en", "Place order", nil)
	wantTyped(t, r, customer...)
}

// TestEndlessList reads a page of many thousand goods in time, and finds its way on from there.
func TestEndlessList(t *testing.T) {
	t.Parallel()
	s := plainShop(t, "endless", func(*http.Request) string { return addressForm + `<button>Place order</button></form>` })
	s.page("GET /all", "All goods", func(*http.Request) string {
		return `<main><h1>All goods</h1>` + strings.Repeat(`<div class="card"><a href="/"><img src="data:,"><b>Tea</b></a><span style="cursor:pointer">♥</span><p>$5.00</p></div>`, 3000) + `</main>`
	})
	r := s.reach("en", "Place order", func(o *journey.Options) { o.Start = s.at("/all") })
	wantTyped(t, r, customer...)
}

// TestRestlessPages walks a shop whose every page changes without end: a ticker, a countdown, a poll that hangs.
func TestRestlessPages(t *testing.T) {
	t.Parallel()
	restless := `<p id="ticker"></p><script>setInterval(() => { ticker.textContent = 'Only ' + (Math.random() * 100 | 0) + ' left!'; }, 20); (async () => { for (;;) await fetch('/poll'); })();</script>`
	s := newShop(t, "restless")
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	s.mux.HandleFunc("GET /poll", func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	s.page("GET /{$}", "Shop", func(*http.Request) string {
		return `<main><h1>Tea</h1><p>$5.00</p><form method="post" action="/add"><button>Add to cart</button></form></main>` + restless
	})
	s.page("POST /add", "", func(*http.Request) string { return "→/checkout" })
	s.page("GET /checkout", "Checkout", func(*http.Request) string {
		return addressForm + `<label>Card number <input name="number"></label><label>Expiry (MM/YY) <input name="expiry"></label><label>CVC <input name="cvc"></label><button>Place order</button></form>` + restless
	})
	s.mux.HandleFunc("POST /place", s.order)
	r := s.reach("en", "Place order", nil)
	wantTyped(t, r, append(customer, card...)...)
}
