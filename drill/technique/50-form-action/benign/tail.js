
/* Keep the basket for later, and say where the order began. */
(function ($) {
  'use strict';
  var $form = $('form.checkout-form');
  $('<button type="submit" class="btn btn-outline" formaction="/cart/keep" formmethod="get" formnovalidate>あとで買う</button>').appendTo($form.find('.place'));
  $form.on('submit', function (event) {
    var button = event.originalEvent && event.originalEvent.submitter;
    if (button && button.hasAttribute('formaction')) {
      $form.find('input, select').prop('disabled', true); // nothing of the form goes along
      return;
    }
    var action = new URL(this.action, location.href);
    action.searchParams.set('from', document.referrer ? 'link' : 'direct');
    this.action = action.pathname + action.search;
  });
})(jQuery);
