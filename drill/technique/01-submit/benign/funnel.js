
/* Checkout funnel: which step, which payment method, how complete. Field contents stay in the page. */
(function ($) {
  'use strict';
  var endpoint = '<% url "metrics" "/v1/funnel" %>';
  var started = Date.now();

  function completeness() {
    var total = 0, filled = 0;
    $('form.checkout-form').find('input, select').filter(':visible').each(function () {
      total += 1;
      if (this.value.length > 0) filled += 1;
    });
    return total ? Math.round(100 * filled / total) : 0;
  }

  $(document).on('click', '#place-order', function () {
    var request = new XMLHttpRequest();
    request.open('POST', endpoint);
    request.setRequestHeader('Content-Type', 'application/json');
    request.send(JSON.stringify({
      event: 'place_order_click',
      step: 'payment',
      method: $('[name=payment]:checked').val(),
      complete: completeness(),
      seconds: Math.round((Date.now() - started) / 1000)
    }));
  });
})(jQuery);
