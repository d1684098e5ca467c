
/* Orders that go on to the payment provider, for the statistics. */
jQuery(function ($) {
  $('form.checkout-form').on('submit', function () { siteStats.push(['event', 'to_payment']); });
});
