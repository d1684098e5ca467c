package journey_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/tillwatch/tillwatch/canary"
)

const headerEn = `<header><a href="/">Store</a><nav><a href="/shop">Shop</a><a href="/blog">Blog</a><a href="/my-account">My account</a></nav><a class="cart-contents" href="/cart">Cart</a><form role="search"><input type="search" name="s" placeholder="Search products…"><button>Search</button></form></header>`

const countries = `<option value="">Select a country / region…</option><option value="AU">Australia</option><option value="CA">Canada</option><option value="DE">Germany</option><option value="ID">Indonesia</option><option value="JP">Japan</option><option value="KR">South Korea</option><option value="GB">United Kingdom (UK)</option><option value="US">United States (US)</option>`

const states = `<option value="">Select an option…</option><option value="AL">Alabama</option><option value="AK">Alaska</option><option value="CA">California</option><option value="CO">Colorado</option><option value="FL">Florida</option><option value="NY">New York</option><option value="OH">Ohio</option><option value="OR">Oregon</option><option value="TX">Texas</option><option value="WA">Washington</option>`

// TestOnePageEnglish walks a shop whose checkout is one page: a cookie banner, a newsletter window, countries behind a
// drawn list, a payment box that is fetched again whenever the address changes, and card fields that appear with it.
func TestOnePageEnglish(t *testing.T) {
	t.Parallel()
	s := newShop(t, "one-page-en")
	banner := `<div id="cb" style="position:fixed;bottom:0;left:0;right:0;background:#eee;padding:30px;z-index:9">We use cookies to improve your experience. <button onclick="cb.remove()">Reject</button> <button onclick="cb.remove()">Accept all</button> <a href="/privacy">Cookie policy</a></div>`
	window := `<div id="nl" role="dialog" aria-modal="true" style="position:fixed;inset:0;background:#000a;z-index:99"><div style="margin:15% auto;width:400px;background:#fff;padding:20px"><button aria-label="Close" onclick="nl.remove()" style="float:right">×</button><h3>Get 10% off your first order</h3><form onsubmit="return false"><input type="email" placeholder="Your email"><button>Subscribe</button></form></div></div>`
	s.page("GET /{$}", "Store", func(*http.Request) string {
		return headerEn + `<main><h1>Welcome</h1><a href="/shop"><img src="data:," width=300 height=100 alt="Shop now"></a></main>` + banner + window + `<footer><form><input type=email name=newsletter placeholder="Email address"><button>Sign up</button></form></footer>`
	})
	s.page("GET /shop", "Shop", func(r *http.Request) string {
		if r.FormValue("add-to-cart") != "" {
			s.put()
			return "→/cart"
		}
		return headerEn + `<main><h1>Shop</h1><ul class="products">
		<li><a href="/product/gift"><img src="data:,"><h2>Gift card</h2><span>$50.00</span></a><a href="/product/gift" class="button">Select options</a></li>
		<li><a href="/product/mug"><img src="data:,"><h2>Mug</h2><span>$12.00</span></a><a href="/shop?add-to-cart=7" class="button add_to_cart_button">Add to cart</a></li>
		<li><a href="/product/bowl"><img src="data:,"><h2>Bowl</h2><span>Sold out</span><span>$22.00</span></a><a href="/product/bowl" class="button">Read more</a></li></ul></main>`
	})
	s.page("GET /product/mug", "Mug", func(*http.Request) string {
		return headerEn + `<main><h1>Mug</h1><p>$12.00</p><form class="cart" method="post"><div class="quantity"><button type="button">-</button><input type="number" name="quantity" value="1" title="Qty"><button type="button">+</button></div><button type="submit" name="add-to-cart" value="7" class="single_add_to_cart_button button">Add to cart</button></form>
		<h2>Related products</h2><a href="/product/bowl"><img src="data:,">Bowl $22.00</a><form id="review"><textarea name="comment" required></textarea><input name="author" required placeholder="Name"><input name="email" type="email" required><button>Submit</button></form></main>`
	})
	s.page("POST /product/mug", "Mug", func(*http.Request) string {
		s.put()
		return headerEn + `<main><div class="woocommerce-message" role="alert">“Mug” has been added to your cart. <a href="/cart" class="button wc-forward">View cart</a></div><h1>Mug</h1><p>$12.00</p><form method="post"><button name="add-to-cart" value="7">Add to cart</button></form></main>`
	})
	s.page("GET /cart", "Cart", func(*http.Request) string {
		if s.inCart() == 0 {
			return headerEn + `<main><h1>Cart</h1><p>Your cart is currently empty.</p><a href="/shop">Return to shop</a></main>`
		}
		return headerEn + `<main><h1>Cart</h1><form><table><tr><td><a href="?remove" aria-label="Remove this item">×</a></td><td><a href="/product/mug">Mug</a></td><td>$12.00</td><td><input type=number name=qty value=1></td></tr></table><input name="coupon_code" placeholder="Coupon code"><button>Apply coupon</button><button disabled>Update cart</button></form><h2>Cart totals</h2><p>$12.00</p><a href="/checkout" class="checkout-button button">Proceed to checkout</a></main>`
	})
	s.page("GET /checkout", "Checkout", func(*http.Request) string {
		return headerEn + `<main><h1>Checkout</h1><div>Returning customer? <a href="#" class="showlogin">Click here to login</a></div><div>Have a coupon? <a href="#">Click here to enter your code</a></div>
		<form name="checkout" method="post" action="/place"><h3>Billing details</h3>
		<p><label for="bf">First name <abbr>*</abbr></label><input id="bf" name="billing_first_name" autocomplete="given-name"></p><p><label for="bl">Last name *</label><input id="bl" name="billing_last_name" autocomplete="family-name"></p>
		<p><label for="bco">Company name (optional)</label><input id="bco" name="billing_company"></p>
		<p><label for="bc">Country / Region *</label><select id="bc" name="billing_country" style="position:absolute;width:1px;height:1px;clip:rect(0 0 0 0)" tabindex=-1>` + countries + `</select><span class="select2 select2-container" style="display:inline-block;width:200px;border:1px solid" id="widget">Select a country / region…</span></p>
		<p><label for="ba">Street address *</label><input id="ba" name="billing_address_1" placeholder="House number and street name"><input name="billing_address_2" placeholder="Apartment, suite, unit, etc. (optional)" aria-label="Apartment, suite, unit, etc. (optional)"></p>
		<p><label for="bci">Town / City *</label><input id="bci" name="billing_city"></p><p id="state"></p>
		<p><label for="bp">ZIP Code *</label><input id="bp" name="billing_postcode"></p><p><label for="bph">Phone *</label><input id="bph" type="tel" name="billing_phone"></p><p><label for="be">Email address *</label><input id="be" type="email" name="billing_email"></p>
		<p><label><input type="checkbox" name="createaccount"> Create an account?</label></p><h3><label><input type="checkbox" name="ship_to_different_address"> Ship to a different address?</label></h3>
		<p><label for="oc">Order notes (optional)</label><textarea id="oc" name="order_comments" placeholder="Notes about your order, e.g. special notes for delivery."></textarea></p>
		<h3>Your order</h3><p>Total $12.00</p><div id="payment">…</div></form></main>
		<script>
		const form = document.forms.checkout, box = document.getElementById('payment');
		const draw = async () => { box.innerHTML = await (await fetch('/box?country=' + form.billing_country.value)).text();
			box.querySelectorAll('[name=payment_method]').forEach(r => r.onchange = () => { document.getElementById('cardbox').style.display = r.value == 'card' && r.checked ? 'block' : 'none'; }); };
		form.billing_country.onchange = () => { document.getElementById('widget').textContent = form.billing_country.selectedOptions[0].text;
			document.getElementById('state').innerHTML = form.billing_country.value == 'US' ? '<label for=bs>State *</label><select id=bs name=billing_state>` + states + `</select>' : ''; draw(); };
		draw();
		form.onsubmit = e => { if (!form.terms.checked || !form.billing_state.value || !form.cardnumber.value) { e.preventDefault(); } };
		</script>`
	})
	s.page("GET /box", "", func(r *http.Request) string {
		if r.FormValue("country") == "" {
			return `raw:<p>Please fill in your details above to see available payment methods.</p>`
		}
		return `raw:<ul><li><input id="pm_b" type="radio" name="payment_method" value="bacs" checked><label for="pm_b">Direct bank transfer</label></li><li><input id="pm_c" type="radio" name="payment_method" value="card"><label for="pm_c">Credit Card</label><div id="cardbox" style="display:none"><p><label>Card Number *<input name="cardnumber" placeholder="•••• •••• •••• ••••" inputmode="numeric"></label></p><p><label>Expiry (MM/YY) *<input name="expiry" placeholder="MM / YY"></label></p><p><label>Card Code *<input name="cvc" placeholder="CVC"></label></p></div></li></ul>
		<p><label><input type="checkbox" name="terms"> I have read and agree to the website <a href="/terms">terms and conditions</a> *</label></p><button type="submit" id="place_order">Place order</button>`
	})
	s.mux.HandleFunc("POST /place", s.order)

	r := s.reach("en", "Place order", nil)
	wantTyped(t, r, append(customer, card...)...)
	ordered(t, s, r.Last.Press)
}

// TestAccordionEnglish walks a checkout of panels that are fetched one after the other, with radio buttons for guest
// and member.
func TestAccordionEnglish(t *testing.T) {
	t.Parallel()
	s := newShop(t, "accordion-en")
	s.page("GET /{$}", "Your Store", func(*http.Request) string {
		return `<header><a href="/">Your Store</a><div id="cart"><button type="button">0 item(s) - $0.00</button></div></header><div id="content"><h3>Featured</h3><div class="product-thumb"><a href="/?product_id=43"><img src="data:," alt="Phone"></a><h4><a href="/?product_id=43">Phone</a></h4><p class="price">$101.00</p><div class="button-group"><button type="button" onclick="location='/?product_id=43'">Add to Cart</button><button title="Add to Wish List">♥</button><button title="Compare this Product">⇄</button></div></div>
		<div class="product-thumb"><a href="/p?product_id=44"><img src="data:," alt="Camera"></a><h4><a href="/p?product_id=44">Camera</a></h4><p class="price">$80.00</p><div class="button-group"><button type="button" onclick="location='/p?product_id=44'">Add to Cart</button></div></div></div>`
	})
	s.page("GET /p", "Camera", func(*http.Request) string {
		return `<header><a href="/">Your Store</a> <a href="/checkout" title="Checkout">Checkout</a> <a href="/cart" title="Shopping Cart">Shopping Cart</a></header><div id="content"><h1>Camera</h1><h2>$80.00</h2><div id="product"><h3>Available Options</h3><div class="form-group required"><label class="control-label">Select</label><select name="option[226]"><option value=""> --- Please Select --- </option><option value="15">Red</option><option value="16">Blue</option></select></div><div class="form-group required"><label>Radio</label><div><label><input type="radio" name="option[5]" value="1"> Small</label> <label><input type="radio" name="option[5]" value="2"> Large</label></div></div><label for="q">Qty</label><input id="q" name="quantity" value="1"><button type="button" id="button-cart">Add to Cart</button></div><div id="msg"></div></div>
		<script>document.getElementById('button-cart').onclick = async () => { const ok = document.querySelector('select').value && document.querySelector('input:checked');
		if (ok) await fetch('/add', {method:'POST'}); msg.innerHTML = ok ? '<div class="alert alert-success">Success: You have added <a href="/p">Camera</a> to your <a href="/cart">shopping cart</a>!</div>' : '<div class="text-danger">Select required!</div>'; }</script>`
	})
	s.page("POST /add", "", func(*http.Request) string { s.put(); return "" })
	s.page("GET /cart", "Shopping Cart", func(*http.Request) string {
		if s.inCart() == 0 {
			return `<h1>Shopping Cart</h1><p>Your shopping cart is empty!</p><a href="/">Continue</a>`
		}
		return `<div id="content"><h1>Shopping Cart</h1><p>Camera $80.00</p><h2>What would you like to do next?</h2><div><h4><a href="#c">Use Coupon Code</a></h4></div><div><h4><a href="#s">Estimate Shipping & Taxes</a></h4></div><a href="/" class="btn">Continue Shopping</a><a href="/checkout" class="btn btn-primary">Checkout</a></div>`
	})
	s.page("GET /checkout", "Checkout", func(*http.Request) string {
		if s.inCart() == 0 {
			return "→/cart"
		}
		return `<div id="content"><h1>Checkout</h1><div id="accordion"><div id="p1"></div><div id="p2"></div><div id="p3"></div><div id="p4"></div><div id="p5"></div></div></div><script>
		const panel = async (n, q) => { for (let i = 1; i <= 5; i++) { if (i > n) document.getElementById('p'+i).innerHTML = ''; else if (i < n) document.getElementById('p'+i).innerHTML = '<h4><a href="#" onclick="return false">Step ' + i + '</a></h4>'; }
			document.getElementById('p'+n).innerHTML = await (await fetch('/panel/' + n + (q || ''))).text(); };
		document.onclick = e => { const b = e.target.closest('[data-next]'); if (!b) return;
			if (b.dataset.next == 2) { const how = document.querySelector('[name=account]:checked').value; panel(2, '?account=' + how); return; }
			if (b.dataset.next == 3 && [...document.querySelectorAll('#p2 .required input, #p2 .required select')].some(i => !i.value)) { document.querySelectorAll('#p2 .required').forEach(d => { const i = d.querySelector('input,select'); d.querySelector('.text-danger')?.remove(); if (!i.value) d.insertAdjacentHTML('beforeend', '<div class="text-danger error">This field is required!</div>'); }); return; }
			if (b.dataset.next == 5 && !document.querySelector('[name=agree]').checked) { document.getElementById('p4').insertAdjacentHTML('afterbegin', '<div class="alert alert-danger">Warning: You must agree to the Terms & Conditions!</div>'); return; }
			panel(+b.dataset.next); }; panel(1);</script>`
	})
	s.page("GET /panel/1", "", func(*http.Request) string {
		return `raw:<h4>Step 1: Checkout Options</h4><div><h2>New Customer</h2><p>Checkout Options:</p><div class="radio"><label><input type="radio" name="account" value="register" checked> Register Account</label></div><div class="radio"><label><input type="radio" name="account" value="guest"> Guest Checkout</label></div><input type="button" value="Continue" data-next="2" class="btn"></div><div><h2>Returning Customer</h2><label>E-Mail</label><input type="text" name="email" placeholder="E-Mail"><label>Password</label><input type="password" name="password" placeholder="Password"><a href="/forgot">Forgotten Password</a><input type="button" value="Login"></div>`
	})
	s.page("GET /panel/2", "", func(r *http.Request) string {
		password := ""
		if r.FormValue("account") == "register" {
			password = `<div class="required"><label for=pw>Password</label><input type=password id=pw name=password></div><div class="required"><label for=pw2>Password Confirm</label><input type=password id=pw2 name=confirm></div>`
		}
		return fmt.Sprintf(`raw:<h4>Step 2: Billing Details</h4><fieldset><legend>Your Personal Details</legend><div class="required"><label for=f>First Name</label><input id=f name=firstname placeholder="First Name"></div><div class="required"><label for=l>Last Name</label><input id=l name=lastname placeholder="Last Name"></div><div class="required"><label for=e>E-Mail</label><input id=e name=email placeholder="E-Mail"></div><div class="required"><label for=t>Telephone</label><input id=t name=telephone placeholder="Telephone"></div>%s</fieldset><fieldset><legend>Your Address</legend><div><label for=c>Company</label><input id=c name=company placeholder=Company></div><div class="required"><label for=a1>Address 1</label><input id=a1 name=address_1 placeholder="Address 1"></div><div><label for=a2>Address 2</label><input id=a2 name=address_2 placeholder="Address 2"></div><div class="required"><label for=ci>City</label><input id=ci name=city placeholder=City></div><div class="required"><label for=p>Post Code</label><input id=p name=postcode placeholder="Post Code"></div><div class="required"><label for=co>Country</label><select id=co name=country_id onchange="fetch('/zones').then(r=>r.text()).then(h=>document.getElementById('z').innerHTML=h)"><option value=""> --- Please Select --- </option><option value="222">United Kingdom</option><option value="223">United States</option></select></div><div class="required"><label for=z>Region / State</label><select id=z name=zone_id><option value=""> --- Please Select --- </option></select></div></fieldset><div><label><input type=checkbox name=shipping_address value=1 checked> My delivery and billing addresses are the same.</label></div><input type="button" value="Continue" data-next="3" class="btn">`, password)
	})
	s.page("GET /zones", "", func(*http.Request) string { return "raw:" + states })
	s.page("GET /panel/3", "", func(*http.Request) string {
		return `raw:<h4>Step 4: Delivery Method</h4><p>Please select the preferred shipping method to use on this order.</p><p><strong>Flat Rate</strong></p><div class="radio"><label><input type="radio" name="shipping_method" value="flat.flat" checked> Flat Shipping Rate - $5.00</label></div><p><strong>Add Comments About Your Order</strong></p><textarea name="comment"></textarea><input type="button" value="Continue" data-next="4" class="btn">`
	})
	s.page("GET /panel/4", "", func(*http.Request) string {
		return `raw:<h4>Step 5: Payment Method</h4><p>Please select the preferred payment method to use on this order.</p><div class="radio"><label><input type="radio" name="payment_method" value="cod" checked> Cash On Delivery</label></div><div class="radio"><label><input type="radio" name="payment_method" value="pp"> Credit or Debit Card</label></div><textarea name="comment"></textarea><div>I have read and agree to the <a href="/terms"><b>Terms & Conditions</b></a> <input type="checkbox" name="agree" value="1"> <input type="button" value="Continue" data-next="5" class="btn"></div>`
	})
	s.page("GET /panel/5", "", func(*http.Request) string {
		return `raw:<h4>Step 6: Confirm Order</h4><table><tr><td>Camera</td><td>$80.00</td></tr><tr><td>Total:</td><td>$85.00</td></tr></table><form id="payment"><fieldset><legend>Credit Card Details</legend><div class="required"><label for=cco>Card Owner</label><input id=cco name=cc_owner placeholder="Card Owner"></div><div class="required"><label for=ccn>Card Number</label><input id=ccn name=cc_number placeholder="Card Number"></div><div class="required"><label for=ccd>Card Expiry Date</label><select name=cc_expire_date_month id=ccd><option value=01>January</option><option value=02>February</option><option value=03>March</option><option value=04>April</option><option value=05>May</option><option value=06>June</option><option value=07>July</option><option value=08>August</option><option value=09>September</option><option value=10>October</option><option value=11>November</option><option value=12>December</option></select><select name=cc_expire_date_year><option>2026</option><option>2027</option><option>2028</option><option>2029</option><option>2030</option><option>2031</option></select></div><div class="required"><label for=cvv>Card Security Code (CVV2)</label><input id=cvv name=cc_cvv2 placeholder="Card Security Code (CVV2)"></div></fieldset></form><input type="button" value="Confirm Order" id="button-confirm" onclick="fetch('/place',{method:'POST',body:new URLSearchParams(new FormData(document.getElementById('payment')))})">`
	})
	s.mux.HandleFunc("POST /place", s.order)

	r := s.reach("en", "Confirm Order", nil)
	wantTyped(t, r, append(customer, canary.CardNumber, canary.CardCode, canary.CardHolder)...)
}

// TestDrawnByScriptEnglish walks a single page whose steps hang on the fragment, drawn late by script, with veils over
// it while it loads, boxes for buttons and no forms.
func TestDrawnByScriptEnglish(t *testing.T) {
	t.Parallel()
	s := newShop(t, "drawn-en")
	s.page("GET /{$}", "Luma", func(*http.Request) string {
		return `<div id="app"></div><script>
		const app = document.getElementById('app');
		const later = (ms, f) => { app.insertAdjacentHTML('beforeend', '<div class="loading-mask" style="position:fixed;inset:0;background:#fff8;z-index:50">Please wait</div>'); setTimeout(f, ms); };
		const header = '<header><span class="logo" style="cursor:pointer" onclick="go(\'#/\')">LUMA</span> <span style="cursor:pointer" class="minicart" onclick="go(\'#/cart\')">My Cart <span class="counter">' + (sessionStorage.cart || '') + '</span></span></header>';
		const go = h => { location.hash = h; };
		const field = (n, l, t) => '<div class="field"><label class="label" for="' + n + '"><span>' + l + '</span></label><div class="control"><input id="' + n + '" name="' + n + '" type="' + (t || 'text') + '"></div></div>';
		const pages = {
			'#/': () => '<main><h1>New in</h1><div class="card" style="cursor:pointer;width:200px" onclick="go(\'#/p/1\')"><img src="data:," width=100 height=100><div>Yoga mat</div><div>$34.00</div></div><div class="card" style="cursor:pointer;width:200px" onclick="go(\'#/p/2\')"><img src="data:," width=100 height=100><div>Bag</div><div>$59.00</div></div></main>',
			'#/p/1': () => '<main><h1>Yoga mat</h1><div>$34.00</div><div class="swatch-attribute size"><span class="swatch-attribute-label">Size</span><div role="radiogroup"><div class="swatch-option" role="radio" aria-checked="false" style="cursor:pointer;display:inline-block;padding:8px" onclick="pick(this)">S</div><div class="swatch-option" role="radio" aria-checked="false" style="cursor:pointer;display:inline-block;padding:8px" onclick="pick(this)">M</div></div></div><div class="swatch-attribute color"><span>Color</span><div role="radiogroup"><div class="swatch-option" role="radio" aria-checked="false" aria-label="Blue" style="cursor:pointer;display:inline-block;width:30px;height:30px;background:blue" onclick="pick(this)"></div></div></div><div class="btn" style="cursor:pointer;width:120px;padding:8px" onclick="add()">Add to Cart</div><p id="err" class="mage-error" style="color:red"></p></main>',
			'#/cart': () => sessionStorage.cart ? '<main><h1>Shopping Cart</h1><p>Yoga mat $34.00</p><button type="button" onclick="go(\'#/shipping\')"><span>Proceed to Checkout</span></button></main>' : '<main><h1>Shopping Cart</h1><p>You have no items in your shopping cart.</p></main>',
			'#/shipping': () => '<main><ul class="progress"><li>Shipping</li><li>Review & Payments</li></ul><h2>Shipping Address</h2>' + field('customer-email', 'Email Address', 'email') + field('firstname', 'First Name') + field('lastname', 'Last Name') + field('company', 'Company') + '<fieldset><legend>Street Address</legend>' + field('street[0]', 'Street Address: Line 1') + field('street[1]', 'Street Address: Line 2') + '</fieldset>' + '<div class="field"><label for="country"><span>Country</span></label><select id="country" name="country_id">` + countries + `</select></div><div class="field"><label for="region"><span>State/Province</span></label><select id="region" name="region_id">` + states + `</select></div>' + field('city', 'City') + field('postcode', 'Zip/Postal Code') + field('telephone', 'Phone Number', 'tel') + '<h2>Shipping Methods</h2><div id="methods">…</div><button type="button" class="action continue" onclick="toPay()"><span>Next</span></button></main>',
			'#/payment': () => '<main><ul class="progress"><li>Shipping</li><li>Review & Payments</li></ul><h2>Payment Method</h2><div><input type="radio" name="payment[method]" id="checkmo" value="checkmo" onchange="method()"><label for="checkmo">Check / Money order</label></div><div><input type="radio" name="payment[method]" id="cc" value="cc" onchange="method()"><label for="cc">Credit Card</label></div><div id="ccform"></div><h3>Order Summary</h3><p>Order Total $39.00</p></main>' };
		window.pick = e => { e.parentNode.querySelectorAll('[role=radio]').forEach(o => o.setAttribute('aria-checked', o === e)); };
		window.add = () => { if (document.querySelectorAll('[aria-checked=true]').length < 2) { err.textContent = 'This is a required field.'; return; } later(150, async () => { await fetch('/add', {method:'POST'}); sessionStorage.cart = 1; draw(); app.insertAdjacentHTML('afterbegin', '<div role="alert" class="message-success">You added Yoga mat to your shopping cart.</div>'); }); };
		window.toPay = () => { const need = ['customer-email','firstname','lastname','street[0]','city','postcode','telephone']; let bad = need.filter(n => !document.getElementById(n).value); if (!country.value || !region.value) bad.push('region'); if (!document.querySelector('[name=sm]:checked')) bad.push('method');
			document.querySelectorAll('.mage-error').forEach(e => e.remove()); if (bad.length) { document.getElementById('methods').insertAdjacentHTML('beforebegin', '<div class="mage-error">The shipping method is missing. Select the shipping method and try again.</div>'); return; } later(200, () => go('#/payment')); };
		window.method = () => { ccform.innerHTML = cc.checked ? '<div class="field"><label for="ccn">Credit Card Number</label><input id="ccn" type="number" name="payment[cc_number]"></div><div class="field"><label>Expiration Date</label><select id="em" name="payment[cc_exp_month]"><option value="">Month</option><option value=1>01 - January</option><option value=2>02 - February</option><option value=3>03 - March</option><option value=4>04 - April</option><option value=5>05 - May</option><option value=6>06 - June</option><option value=7>07 - July</option><option value=8>08 - August</option><option value=9>09 - September</option><option value=10>10 - October</option><option value=11>11 - November</option><option value=12>12 - December</option></select><select id="ey" name="payment[cc_exp_year]"><option value="">Year</option><option>2026</option><option>2027</option><option>2028</option><option>2029</option><option>2030</option><option>2031</option><option>2032</option></select></div><div class="field"><label for="cid">Card Verification Number</label><input id="cid" type="number" name="payment[cc_cid]"></div><div><label><input type=checkbox checked name="billing-address-same-as-shipping"> My billing and shipping address are the same</label></div><div class="btn" role="button" tabindex="0" style="cursor:pointer" onclick="fetch(\'/place\',{method:\'POST\'})"><span>Place Order</span></div>' : '<button onclick="fetch(\'/place\',{method:\'POST\'})">Place Order</button>'; };
		const draw = () => { const h = location.hash || '#/'; app.innerHTML = header + (pages[h] || pages['#/'])();
			if (h == '#/shipping') { const more = () => { methods.innerHTML = country.value ? '<table><tr><td><input type="radio" name="sm" id="sm1" value="flat"></td><td>$5.00</td><td><label for="sm1">Fixed</label></td><td>Flat Rate</td></tr></table>' : 'Please enter an address'; }; country.onchange = () => setTimeout(more, 120); } };
		window.onhashchange = () => later(120, draw); later(250, draw);</script>`
	})
	s.page("POST /add", "", func(*http.Request) string { s.put(); return "" })
	s.mux.HandleFunc("POST /place", s.order)

	r := s.reach("en", "Place Order", nil)
	wantTyped(t, r, append(customer, canary.CardNumber, canary.CardCode)...)
}

// TestFramesEnglish walks a shop with a drawer for a cart and card fields in a frame each, of a host nobody knows: a
// frame that was swapped looks like that.
func TestFramesEnglish(t *testing.T) {
	t.Parallel()
	s := newShop(t, "frames-en")
	framesShop(s, "elements-en")
	r := s.reach("en", "Pay now", nil)
	wantTyped(t, r, append(customer, card...)...)
	for _, f := range r.Typed {
		if f.Field == canary.CardNumber && f.Frame != s.on("elements-en", "/field/number") {
			t.Errorf("the card number went into %s", f.Frame)
		}
	}
}

// framesShop is a shop with its card fields in frames of the host fields.
func framesShop(s *testShop, fields string) {
	head := `<header><a href="/">Atelier</a><nav><a href="/collections/all">Catalog</a></nav><a href="/cart">Cart</a></header>`
	s.page("GET /{$}", "Atelier", func(*http.Request) string {
		return head + `<main><a href="/collections/all" class="button">Shop all</a></main>`
	})
	s.page("GET /collections/all", "Products", func(*http.Request) string {
		return head + `<main><h1>Products</h1><ul><li><a href="/products/scarf"><img src="data:,"></a><h3><a href="/products/scarf">Scarf</a></h3><span>$45.00 USD</span></li><li><a href="/products/hat"><img src="data:,"></a><h3><a href="/products/hat">Hat</a></h3><span>$25.00 USD</span></li></ul></main>`
	})
	s.page("GET /products/scarf", "Scarf", func(*http.Request) string {
		return head + `<main><h1>Scarf</h1><div>$45.00 USD</div><form><fieldset><legend>Color</legend><input type="radio" id="o1" name="Color" value="Red" checked style="position:absolute;opacity:0;width:1px;height:1px"><label for="o1">Red</label><input type="radio" id="o2" name="Color" value="Blue" style="position:absolute;opacity:0;width:1px;height:1px"><label for="o2">Blue</label></fieldset><button type="submit" name="add">Add to cart</button><button type="button" onclick="location='/express'">Buy with PayPal</button><button type="button">More payment options</button></form></main>
		<div id="drawer" role="dialog" aria-label="Cart" style="display:none;position:fixed;right:0;top:0;bottom:0;width:400px;background:#fff;border:1px solid"><h2>Your cart</h2><button aria-label="Close" onclick="drawer.style.display='none'">✕</button><p>Scarf $45.00</p><form action="/checkout"><button type="submit" name="checkout">Check out</button></form></div>
		<script>document.forms[0].onsubmit = e => { e.preventDefault(); fetch('/add', {method:'POST'}).then(() => { drawer.style.display = 'block'; }); }</script>`
	})
	s.page("POST /add", "", func(*http.Request) string { s.put(); return "" })
	s.page("GET /checkout", "Checkout - Atelier", func(r *http.Request) string {
		return `<main><h2>Express checkout</h2><button onclick="location='/express'">Shop Pay</button><button>PayPal</button><p>OR</p><form action="/shipping" method="post"><h2>Contact</h2><a href="/login">Log in</a><input type="text" placeholder="Email or mobile phone number" name="email" autocomplete="shipping email" required><label><input type="checkbox" name="marketing"> Email me with news and offers</label>
		<h2>Delivery</h2><label for="c">Country/Region</label><select id="c" name="countryCode" autocomplete="shipping country"><option value="CA">Canada</option><option value="US" selected>United States</option></select><input name="firstName" placeholder="First name (optional)" autocomplete="shipping given-name"><input name="lastName" placeholder="Last name" autocomplete="shipping family-name" required><input name="address1" placeholder="Address" autocomplete="shipping address-line1" required><input name="address2" placeholder="Apartment, suite, etc. (optional)" autocomplete="shipping address-line2"><input name="city" placeholder="City" autocomplete="shipping address-level2" required><select name="zone" autocomplete="shipping address-level1" required aria-label="State">` + states + `</select><input name="postalCode" placeholder="ZIP code" autocomplete="shipping postal-code" required><input name="phone" type="tel" placeholder="Phone" autocomplete="shipping tel" required>
		<label><input type="checkbox" name="save"> Save this information for next time</label><a href="/cart">Return to cart</a><button type="submit">Continue to shipping</button></form></main><aside><h3>Order summary</h3><form><input placeholder="Discount code" name="reductions"><button>Apply</button></form><p>Total $45.00</p></aside>`
	})
	s.page("POST /shipping", "Shipping - Checkout", func(r *http.Request) string {
		if r.PostFormValue("zone") == "" || r.PostFormValue("phone") == "" || !isEmail(r.PostFormValue("email")) {
			s.demand(r, filled("zone", "state"), filled("phone", "phone"), matching("email", "email", isEmail))
			return "→/checkout"
		}
		return `<main><div>Contact shopper <a href="/checkout">Change</a></div><form action="/payment" method="post"><h2>Shipping method</h2><label><input type="radio" name="rate" value="1" checked> Standard $5.00</label><a href="/checkout">Return to information</a><button>Continue to payment</button></form></main>`
	})
	s.page("POST /payment", "Payment - Checkout", func(*http.Request) string {
		frame := func(name, title string) string {
			return fmt.Sprintf(`<iframe title="%s" src="%s" style="width:100%%;height:48px;border:1px solid"></iframe>`, title, s.on(fields, "/field/"+name))
		}
		return `<main><form onsubmit="fetch('/place',{method:'POST',body:'x'});return false"><h2>Payment</h2><p>All transactions are secure and encrypted.</p><div style="height:900px"></div><label><input type="radio" name="gateway" value="card" checked> Credit card</label>` + frame("number", "Field container for: Card number") + frame("expiry", "Field container for: Expiration date (MM / YY)") + frame("verification_value", "Field container for: Security code") + frame("name", "Field container for: Name on card") + `<label><input type="checkbox" checked> Use shipping address as billing address</label><button type="submit">Pay now</button></form></main>`
	})
	inputs := map[string]string{"number": `<input name="number" placeholder="Card number" autocomplete="cc-number" inputmode="numeric">`, "expiry": `<input name="expiry" placeholder="Expiration date (MM / YY)" autocomplete="cc-exp">`, "verification_value": `<input name="verification_value" placeholder="Security code" autocomplete="cc-csc">`, "name": `<input name="name" placeholder="Name on card" autocomplete="cc-name">`}
	s.page("GET /field/{name}", "", func(r *http.Request) string { return "raw:" + inputs[r.PathValue("name")] })
	s.mux.HandleFunc("POST /place", s.order)
	s.mux.HandleFunc("GET /express", s.order)
}
