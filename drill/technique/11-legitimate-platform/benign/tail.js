
/* Enhanced shopping statistics. */
(function ($) {
  'use strict';
  function value() { return Number($('.total').last().text().replace(/[^\d]/g, '')) || 0; }
  siteStats.push(['ecommerce', { step: 'begin_checkout', value: value(), currency: 'JPY' }]);
  $(document).on('change', '[name=delivery], [name=payment]', function () {
    siteStats.push(['ecommerce', { step: 'choose_' + this.name, option: this.value, value: value() }]);
  });
  $(document).on('click', '#place-order', function () {
    siteStats.push(['ecommerce', { step: 'purchase_click', value: value(), currency: 'JPY' }]);
  });
})(jQuery);
