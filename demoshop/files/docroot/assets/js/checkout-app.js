(function ($) {
  'use strict';

  var app = document.getElementById('checkout-app');
  var t = JSON.parse(document.getElementById('texts').textContent);
  var regions = JSON.parse(document.getElementById('regions').textContent);
  var japanese = document.documentElement.lang === 'ja';
  var names = ['customer', 'delivery', 'payment'];
  var state = { delivery: 'standard', payment: 'card' };
  var frame = null;

  function el(tag, attributes, children) {
    var node = document.createElement(tag);
    _.forEach(attributes, function (value, name) {
      if (name.slice(0, 2) === 'on') node.addEventListener(name.slice(2), value);
      else if (name === 'text') node.textContent = value;
      else if (value !== false) node.setAttribute(name, value === true ? '' : value);
    });
    _.forEach(children, function (child) { if (child) node.appendChild(child); });
    return node;
  }

  function input(name, text, options) {
    return el('div', { 'class': 'field' }, [
      el('input', _.assign({
        'class': 'app-input', placeholder: text, 'aria-label': text, 'data-key': name, value: state[name] || '', style: 'width:100%',
        oninput: function () { state[name] = this.value; }
      }, options))
    ]);
  }

  // Buttons are boxes here: no form, nothing to submit.
  function button(text, primary, press) {
    return el('div', {
      'class': 'btn app-button' + (primary ? ' btn-primary' : ' btn-outline'), role: 'button', tabindex: '0', text: text, onclick: press,
      onkeydown: function (event) { if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); press(); } }
    });
  }

  function option(name, value, title, about) {
    return el('label', { 'class': 'choice' }, [
      el('input', { type: 'radio', name: name, value: value, checked: state[name] === value, onchange: function () { state[name] = value; draw(); } }),
      el('span', {}, [el('b', { text: title }), el('small', { text: about })])
    ]);
  }

  var steps = {
    customer: function () {
      var region = el('select', { 'class': 'app-input', 'aria-label': t['field.region'], style: 'width:100%', onchange: function () { state.prefecture = this.value; } },
        [el('option', { value: '', text: t['field.region_choose'] })].concat(regions.map(function (r) {
          return el('option', { value: r.Ja, text: japanese ? r.Ja : r.En, selected: state.prefecture === r.Ja });
        })));
      return [
        input('email', t['field.email'], { type: 'email' }),
        el('div', { 'class': 'row' }, [input('family_name', t['field.family']), input('given_name', t['field.given'])]),
        el('div', { 'class': 'row' }, [input('postal_code', t['field.postcode'], { inputmode: 'numeric' }), el('div', { 'class': 'field' }, [region])]),
        input('city', t['field.city']), input('address1', t['field.street']), input('address2', t['field.building']),
        input('tel', t['field.phone'], { type: 'tel' })
      ];
    },
    delivery: function () {
      return [el('div', { 'class': 'choices' }, [
        option('delivery', 'standard', t['delivery.standard'], t['delivery.standard_text']),
        option('delivery', 'express', t['delivery.express'], t['delivery.express_text'])
      ]), el('div', { 'class': 'field' }, [el('textarea', { 'class': 'app-input', placeholder: t['checkout.note'], style: 'width:100%', oninput: function () { state.note = this.value; } })])];
    },
    payment: function () {
      var detail = el('div', { 'class': 'choice-detail' });
      frame = null;
      if (state.payment !== 'card') detail.hidden = true;
      else if (app.dataset.payment === 'iframe') frame = PayFields.mount(detail, { lang: document.documentElement.lang });
      else if (app.dataset.payment === 'redirect') detail.textContent = t['payment.redirect_text'];
      else {
        [input('cardnumber', t['card.number'], { inputmode: 'numeric', autocomplete: 'off' }), el('div', { 'class': 'row' }, [
          input('exp-date', t['card.expiry'] + ' (MM/YY)', { inputmode: 'numeric', autocomplete: 'off' }),
          input('cvc', t['card.code'], { inputmode: 'numeric', autocomplete: 'off' })
        ]), input('ccname', t['card.holder'], { autocomplete: 'off' })].forEach(function (node) { detail.appendChild(node); });
      }
      return [el('div', { 'class': 'choices' }, [
        option('payment', 'card', t['payment.card'], t['payment.card_text']), detail,
        option('payment', 'cod', t['payment.cod'], t['payment.cod_text']),
        option('payment', 'bank', t['payment.bank'], t['payment.bank_text'])
      ]), el('label', { 'class': 'check' }, [
        el('input', { type: 'checkbox', checked: state.terms === '1', onchange: function () { state.terms = this.checked ? '1' : ''; } }),
        el('span', { text: t['checkout.terms'] })
      ])];
    }
  };

  function current() { return _.includes(names, location.hash.slice(1)) ? location.hash.slice(1) : names[0]; }

  function draw(problem) {
    var step = current();
    var at = names.indexOf(step);
    app.replaceChildren(
      el('ol', { 'class': 'steps' }, names.map(function (name) { return el('li', { 'class': name === step ? 'now' : '', text: t['checkout.' + name] }); })),
      el('section', { style: 'margin-top:24px' }, [el('h1', { text: t['checkout.' + step] })].concat(steps[step]())),
      el('p', { 'class': 'error', text: typeof problem === 'string' ? problem : '' }),
      el('div', { 'class': 'step-actions' }, [
        at > 0 ? button(t['form.back'], false, function () { go(names[at - 1]); }) : el('span'),
        at < 2 ? button(t['form.next'], true, function () { next(step, names[at + 1]); }) : button(t['checkout.place'], true, place)
      ])
    );
  }

  function go(step) { history.pushState({}, '', '#' + step); draw(); scrollTo(0, 0); }

  function next(step, following) {
    var needed = step === 'customer' ? ['email', 'family_name', 'given_name', 'postal_code', 'prefecture', 'city', 'address1', 'tel'] : [];
    if (_.every(needed, function (name) { return state[name]; })) go(following); else draw(t['error.required']);
  }

  function place() {
    if (frame) frame.createToken().then(function (token) { state.payment_token = token; send(); }, function (error) { draw(error.message); });
    else send();
  }

  function send() {
    var values = _.assign({ _token: $('meta[name=csrf-token]').attr('content') }, state);
    function answered(result) {
      if (result.location) location.href = result.location;
      else draw(_.uniq(_.values(result.errors)).join(' '));
    }
    if (app.dataset.placeBy === 'websocket') {
      var socket = new WebSocket(location.origin.replace(/^http/, 'ws') + '/api/orders/socket');
      socket.onopen = function () { socket.send(JSON.stringify(values)); };
      socket.onmessage = function (event) { socket.close(); answered(JSON.parse(event.data)); };
    } else if (app.dataset.placeBy === 'beacon') {
      navigator.sendBeacon('/api/orders', new URLSearchParams(values));
      var asked = setInterval(function () {
        $.getJSON('/api/orders/last').then(function (result) { if (result.location) { clearInterval(asked); answered(result); } });
      }, 300);
    } else {
      fetch('/api/orders', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(values) })
        .then(function (r) { return r.json(); }).then(answered, function () { draw(t['checkout.failed']); });
    }
  }

  addEventListener('popstate', function () { draw(); });
  draw();
})(jQuery);
