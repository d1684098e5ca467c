// The shop's own payment form, sent to the shop.
$(function () {
  $('#payment-form').on('submit', function (e) {
    e.preventDefault();
    $.ajax({
      url: '/checkout/payment', type: 'POST', dataType: 'json',
      data: { cc_number: $('#cc_number').val().replace(/\s/g, ''), cc_cid: $('#cc_cid').val(), month: $('#expiration').val(), year: $('#expiration_yr').val() },
      success: function (r) { if (r.redirect) window.location = r.redirect; else $('#error').text(r.message); }
    });
  });
});
