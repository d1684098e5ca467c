(function ($) {
  'use strict';

  var $form = $('form.checkout-form');
  var frame = null; // of the payment provider

  // Address look-up, as the postcode is typed or when asked for.
  function lookUp(code, fill) {
    code = code.replace(/[^0-9]/g, '');
    if (code.length === 7) $.getJSON('/api/postcode', { code: code }).done(fill);
  }
  $form.on('input', '[data-postcode]', _.debounce(function () {
    var prefix = this.name.replace('postal_code', '');
    lookUp(this.value, function (found) {
      $form.find('[name="' + prefix + 'prefecture"]').val(found.prefecture);
      $form.find('[name="' + prefix + 'city"]').val(found.city);
      var $street = $form.find('[name="' + prefix + 'address1"]');
      if (!$street.val()) $street.val(found.town);
    });
  }, 300));
  $form.on('click', '.zip-search', function (event) {
    event.preventDefault();
    var part = function (name) { return $form.find('[name="' + this + name + '"]'); }.bind(this.dataset.prefix);
    lookUp(part('zip01').val() + part('zip02').val(), function (found) {
      part('pref').val(found.prefecture);
      part('addr01').val(found.city);
      if (!part('addr02').val()) part('addr02').val(found.town);
    });
  });

  // Parts of the form that depend on others.
  $form.on('change', '[data-toggle]', function () { $(this.dataset.toggle).prop('hidden', !this.checked); });
  function showPayment() {
    var chosen = $form.find('[name=payment]:checked').val();
    $form.find('[data-for]').each(function () { this.hidden = this.dataset.for !== chosen; });
    var $area = $('#card-area');
    if (chosen === 'card' && $area.length && !$area.children().length) $area.load($area.data('src'));
  }
  $form.on('change', '[name=payment]', showPayment);
  showPayment();

  // Sections that open one after the other.
  $form.on('click', '.unfold', function () {
    var $next = $form.find('section.folded').first();
    var $open = $next.prev('section');
    var missing = $open.find('input, select').filter(':visible').get().find(function (field) { return !field.checkValidity(); });
    if (missing) { missing.reportValidity(); return; }
    $next.removeClass('folded').find('.fold').load($next.data('src'), function () {
      $(this).prop('hidden', false);
      showPayment();
      mountFrame();
      this.scrollIntoView({ behavior: 'smooth', block: 'center' });
    });
    if (!$form.find('section.folded').length) {
      $(this).parent().prop('hidden', true);
      $form.find('.place').prop('hidden', false);
    }
  });

  // Card fields.
  $form.on('input', '[name=cardnumber]', function () {
    this.value = this.value.replace(/\D/g, '').replace(/(.{4})(?=.)/g, '$1 ').slice(0, 23);
  });
  $form.on('input', '[name="exp-date"]', function (event) {
    var digits = this.value.replace(/\D/g, '').slice(0, 4);
    var deleting = event.originalEvent && /^delete/.test(event.originalEvent.inputType);
    this.value = digits.length > 2 || digits.length === 2 && !deleting ? digits.slice(0, 2) + ' / ' + digits.slice(2) : digits;
  });

  function mountFrame() {
    var element = document.getElementById('card-frame');
    if (element && !element.firstChild) frame = PayFields.mount(element, { lang: document.documentElement.lang });
  }
  mountFrame();

  function message(text) { $form.find('.form-error').text(text || '').prop('hidden', !text); }

  function fields() {
    var values = {};
    $.each($form.serializeArray(), function (_, field) { values[field.name] = field.value; });
    return values;
  }

  function finished(result) {
    if (result.location) { location.href = result.location; return; }
    message(_.uniq(_.values(result.errors)).join(' '));
    $form.removeClass('busy');
  }

  function failed() { message($form.data('failed') || '!'); $form.removeClass('busy'); }

  // The ways in which the last button can send the order.
  var place = {
    fetch: function () {
      fetch('/api/orders', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(fields()) })
        .then(function (r) { return r.json(); }).then(finished, failed);
    },
    xhr: function () {
      var request = new XMLHttpRequest();
      request.open('POST', '/api/orders');
      request.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
      request.onload = function () { finished(JSON.parse(request.responseText)); };
      request.onerror = failed;
      request.send($form.serialize());
    },
    beacon: function () {
      navigator.sendBeacon('/api/orders', new URLSearchParams(fields()));
      var tries = 0;
      (function ask() {
        $.getJSON('/api/orders/last').then(function (result) {
          if (result.location) finished(result);
          else if (++tries < 20) setTimeout(ask, 250);
          else failed();
        }, failed);
      })();
    },
    websocket: function () {
      var socket = new WebSocket(location.origin.replace(/^http/, 'ws') + '/api/orders/socket');
      socket.onopen = function () { socket.send(JSON.stringify(fields())); };
      socket.onmessage = function (event) { socket.close(); finished(JSON.parse(event.data)); };
      socket.onerror = failed;
    }
  };

  $form.on('submit', function (event) {
    var by = $form.data('place-by');
    var $token = $form.find('[name=payment_token]');
    var needsToken = frame && $token.length && !$token.val() && $form.find('[name=payment]:checked').val() === 'card';
    message('');
    if (needsToken) {
      event.preventDefault();
      frame.createToken().then(function (token) {
        $token.val(token);
        if (place[by]) place[by](); else $form[0].submit();
      }, function (error) { message(error.message); });
    } else if (place[by]) {
      event.preventDefault();
      if ($form.hasClass('busy')) return;
      $form.addClass('busy');
      place[by]();
    }
  });
})(jQuery);
